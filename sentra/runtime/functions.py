"""Sentra functions as Python functions, for every executor.

Invariant: the value of a Sentra function is a ``types.FunctionType``, whatever runs it. Generated
code makes such functions itself. A function that the interpreter (or the closure tree) runs is a
stub whose keyword default ``_closure`` holds what is needed to enter it; its ``__code__`` can be
replaced by generated code later, and every reference to the function then runs that.
"""

from __future__ import annotations

from _weakref import ref
from types import CellType, CodeType, FunctionType

from sentra.bytecode.code import Function
from sentra.runtime.names import display_name, to_python
from sentra.runtime.trace import located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.errors import Frame

REST = 0x04  # CO_VARARGS
# These begin an entry of a location table; the rest is a length less one.
_NO_PLACE = 0x80 | 15 << 3
_NO_COLUMN = 0x80 | 13 << 3


# Annotations would stand in the function that every stub is made of.
def _stub(*args, _closure):  # type: ignore[no-untyped-def]
    return _closure.enter(_closure, args)


def in_first_line(code: CodeType) -> CodeType:
    """The code with all that it does in its first line, wherever its text stood."""
    table = bytearray()
    for start in range(0, len(code.co_code) // 2, 8):
        table += bytes([_NO_COLUMN | min(8, len(code.co_code) // 2 - start) - 1, 0])
    return code.replace(co_linetable=bytes(table))


_STUB = in_first_line(_stub.__code__)


def is_stub(code: CodeType) -> bool:
    """Whether this is the code of a stub."""
    return bool(code.co_kwonlyargcount) and code.co_varnames == _STUB.co_varnames


def capturing(code: CodeType, names: tuple[str, ...]) -> CodeType:
    """The code of a function, for one with a closure over these names, in which it does not look.

    It begins with an instruction that CPython gives all such code. Without that the cells are not
    in the frame, and CPython 3.11 and 3.12 crash when somebody looks at the frame's ``f_locals``.
    """
    if not names:
        return code
    from opcode import opmap

    count = len(names)
    prefix = bytes([opmap["COPY_FREE_VARS"], count & 255])
    if count > 255:
        prefix = bytes([opmap["EXTENDED_ARG"], count >> 8]) + prefix
    return code.replace(
        co_freevars=names, co_code=prefix + code.co_code,
        co_linetable=bytes([_NO_PLACE | len(prefix) // 2 - 1]) + code.co_linetable)


class Linked:
    """A `Function` tied to a run of its module: what all closures of it share.

    `enter(closure, args)` runs it; the executor that links it sets it.
    """

    __slots__ = ("calls", "compiled", "enter", "extra", "function", "module", "namespace", "order",
                 "stub")

    def __init__(
        self, function: Function, namespace: dict[str, Any], filename: str,
        enter: Callable[[Closure, tuple[Any, ...]], Any], module: Any,
    ) -> None:
        names = [to_python(upvalue.name) for upvalue in function.upvalues]
        self.function = function
        self.namespace = namespace
        self.enter = enter
        self.module = module
        self.calls = 0  # calls that came from generated code
        # Generated code and its defaults, once a tier made them; the stub's place is theirs then.
        # Or what another executor made.
        self.compiled: tuple[CodeType, tuple[Any, ...] | None] | Linked | None = None
        self.extra: Any = None  # for the executor's own use
        # CPython sorts the free variables of a code object by name.
        self.order = sorted(range(len(names)), key=names.__getitem__)
        name = to_python(function.name)
        # Python's messages have the qualified name, also when the code was replaced.
        self.stub: CodeType = capturing(_STUB.replace(
            co_name=name, co_qualname=name, co_filename=filename,
            co_firstlineno=function.span[0]), tuple(names[i] for i in self.order))

    def locate(self, position: int) -> Frame:
        """The frame for the instruction at `position`; see `trace`."""
        return located(self.module, self.function.name, self.function.spans[position])


class Closure:
    """A `Linked` function with its captured cells, in the order of its upvalues."""

    __slots__ = ("cells", "enter", "function", "linked")

    def __init__(self, linked: Linked, cells: tuple[CellType, ...]) -> None:
        self.linked = linked
        self.cells = cells
        self.enter = linked.enter
        # The stub, to replace its code when it is called; alive then.
        self.function: ref[FunctionType] | None = None


def make_function(linked: Linked, cells: tuple[CellType, ...]) -> FunctionType:
    """The function value for a closure that is entered through `Linked.enter`."""
    if linked.compiled is not None:
        return native_function(linked, cells)
    function = FunctionType(
        linked.stub, linked.namespace, None, None,
        tuple([cells[i] for i in linked.order]) if cells else None)
    closure = Closure(linked, cells)
    closure.function = ref(function)
    function.__kwdefaults__ = {"_closure": closure}
    return function


def native_function(linked: Linked, cells: tuple[CellType, ...]) -> FunctionType:
    """The function value for a closure over what a tier made."""
    assert linked.compiled is not None
    if isinstance(linked.compiled, Linked):
        return make_function(linked.compiled, cells)
    code, defaults = linked.compiled
    return FunctionType(code, linked.namespace, None, defaults,
                        tuple([cells[i] for i in linked.order]) if cells else None)


def install(function: FunctionType, linked: Linked) -> None:
    """Put what a tier made in the place of a stub; whoever holds the function then runs that.

    What the code needs is there before it, so another thread can call the function meanwhile.
    """
    assert linked.compiled is not None
    if isinstance(linked.compiled, Linked):
        before = closure_of(function)
        if before is not None and before.linked is linked:
            closure = Closure(linked.compiled, before.cells)
            closure.function = before.function
            function.__kwdefaults__ = {"_closure": closure}
        return
    code, defaults = linked.compiled
    function.__defaults__ = defaults
    function.__code__ = code
    function.__kwdefaults__ = None


def closure_of(function: FunctionType) -> Closure | None:
    """What an executor enters for this function; None when it is generated Python."""
    defaults = function.__kwdefaults__
    return defaults["_closure"] if defaults else None


def name_of(function: FunctionType) -> str:
    """The Sentra name; "fn" for a lambda."""
    closure = closure_of(function)
    if closure is not None:
        return closure.linked.function.name
    return display_name(function.__code__.co_name)


def shape_of(function: FunctionType) -> tuple[int, int, bool]:
    """(required parameters, named parameters, has a rest parameter)."""
    closure = closure_of(function)
    if closure is not None:
        code = closure.linked.function
        return code.required, code.parameters, code.has_rest
    named = function.__code__.co_argcount
    defaults = function.__defaults__
    return (named - (len(defaults) if defaults else 0), named,
            bool(function.__code__.co_flags & REST))
