"""What the cache keeps of a program: its bytecode and generated code, in Python's own format.

``marshal`` reads that some ten times faster than a `.snb` file is read and verified, and can be
made to do anything by who wrote it. So nothing here is used for what comes from elsewhere: only for
files of a folder that nobody but this user can write to, as Python's own ``.pyc`` files.
"""

from __future__ import annotations

import marshal
from binascii import crc32
from threading import RLock

from sentra.bytecode.code import Function, Handler, Module, Upvalue
from sentra.runtime.collector import Paused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from sentra.codegen.link import Compiled

    # code, helper names, sites of copied calls, the functions' numbers
    StoredCode = tuple[CodeType, list[str], list[tuple[str, Any]], list[int]]
    Codes = dict[bool, bytes]  # metered or not → a StoredCode, to be read when it is run

CHECK = 4  # bytes of a checksum: against damage, not against malice


class _StoredModule(Module):
    """A module whose functions are read when somebody asks for them."""

    __slots__ = ("_body", "_kept")

    def __init__(self, kept: bytes, **facts: Any) -> None:
        self._body: Function | None = None
        self._kept = kept
        super().__init__(body=None, **facts)  # type: ignore[arg-type]

    @property
    def body(self) -> Function:
        if self._body is None:
            with _reading, Paused():
                if self._body is None:
                    self._body = _function(marshal.loads(self._kept))  # noqa: S302  # our own
                    self._kept = b""
        return self._body

    @body.setter
    def body(self, body: Function | None) -> None:
        """What `Module` sets; there is nothing to keep."""


_reading = RLock()  # a function is the same one for all threads


def dump(module: Module, codes: Codes) -> bytes:
    """A module and its generated code (metered or not), for `load`."""
    data = marshal.dumps((
        module.filename, module.source, module.variables, module.implicit, module.single,
        module.exports, marshal.dumps(_plain(module.body)), codes))
    return crc32(data).to_bytes(CHECK, "big") + data


def load(data: bytes) -> tuple[Module, Codes] | None:
    """What `dump` wrote; None if it is damaged."""
    if crc32(memoryview(data)[CHECK:]).to_bytes(CHECK, "big") != data[:CHECK]:
        return None
    filename, source, variables, implicit, single, exports, body, codes = (
        marshal.loads(memoryview(data)[CHECK:]))  # noqa: S302  # our own file
    return _StoredModule(body, filename=filename, source=source, variables=variables,
                         implicit=implicit, single=single, exports=exports), codes


def _plain(function: Function) -> tuple[Any, ...]:
    return (
        function.name, function.parameters, function.required, function.has_rest,
        function.local_names, tuple([(u.name, u.is_local, u.index) for u in function.upvalues]),
        function.constants, tuple([_plain(inner) for inner in function.functions]), function.code,
        function.spans, tuple([handler.key() for handler in function.handlers]),
        function.max_stack, function.span)


def _function(plain: tuple[Any, ...]) -> Function:
    (name, parameters, required, has_rest, local_names, upvalues, constants, functions, code, spans,
     handlers, max_stack, span) = plain
    return Function(
        name=name, parameters=parameters, required=required, has_rest=has_rest,
        local_names=local_names, upvalues=tuple([Upvalue(*each) for each in upvalues]),
        constants=constants, functions=tuple([_function(each) for each in functions]), code=code,
        spans=spans, handlers=tuple([Handler(*each) for each in handlers]), max_stack=max_stack,
        span=span)


def code_of(compiled: Compiled) -> bytes | None:
    """What is kept of a module's generated code; None where it has none."""
    if compiled.code is None:
        return None
    places = {id(function): place for place, function in enumerate(_functions(compiled.module))}
    numbers = [places[id(function)] for function in compiled.functions]
    kept: StoredCode = (compiled.code, sorted(compiled.names),
                        [(site.function, site.span) for site in compiled.sites], numbers)
    return marshal.dumps(kept)


def compiled_of(module: Module, stored: bytes, *, metered: bool) -> Compiled:
    """The generated code of a module as an executor has it."""
    from sentra.codegen.link import Compiled
    from sentra.codegen.marks import Site

    with Paused():
        code, names, sites, numbers = marshal.loads(stored)  # noqa: S302  # our own file
    functions = _functions(module)
    return Compiled(module, code, set(names), [Site(*site) for site in sites],
                    [functions[number] for number in numbers], metered=metered)


def _functions(module: Module) -> list[Function]:
    """All functions of a module, each before those in it."""
    found = [module.body]
    for function in found:  # it grows
        found += function.functions
    return found
