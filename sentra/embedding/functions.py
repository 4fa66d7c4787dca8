"""Functions of a program as the host gets them: plain functions of Python.

What the host calls lives in the namespace of the program, under the name of the Sentra function.
Where the compiler has made an entry for it (`codegen.entries`), that is its code: then a call costs
little more than one of Python. All others hand the call to ``_enter``, which the run has put there.
"""

from __future__ import annotations

from types import FunctionType
from typing import Protocol, runtime_checkable

from sentra.runtime.functions import name_of
from sentra.runtime.names import entry_name
from sentra.runtime.registry import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.embedding.run import Run


LEAST_BITS = 1 << 18
"""A bound on integers that is tighter than this has no entries: in these they may grow by up to
4,000 bits that are not checked (`codegen.metering`)."""
LEAST_DEPTH = LEAST_STEPS = 256
LEAST_IN_LOOPS = 1 << 17
"""Nor has one on depth or steps: an entry takes up to 120, and where there are loops that in each
of 1,000 turns (`codegen.entry_choice`)."""


@runtime_checkable
class Function(Protocol):
    """A function of a program, to be called from Python: one budget of the limits for each call.

    `direct` is the function itself, which costs no more than one of Python. Only for programs that
    you trust: there are no limits, arguments are not checked, and what is raised are Python's own
    exceptions where generated code ran into them.
    """

    direct: Any

    def __call__(self, *args: Any) -> Any: ...


def is_for_host(value: Any) -> bool:
    """Whether it is what a host got for a function of a program."""
    return type(value) is FunctionType and "direct" in value.__dict__ and "run" in value.__dict__


def _call(*args, _target):  # type: ignore[no-untyped-def]  # the code of functions without an entry
    return _enter(_target, *args)  # type: ignore[name-defined]  # noqa: F821


def function_value(target: Any, run: Run) -> Any:
    """What the host gets for a function of a program: for the same one always the same."""
    if type(target) is not FunctionType:
        return run.kept(target, lambda: _general(target, run.namespace, run))
    made = target.__dict__.get("_for_host")
    if made is None or made.run is not run:
        namespace = target.__globals__
        namespace["_enter"] = run.enter_function
        made = _entry(target, namespace, run)
        if made is None:
            made = _general(target, namespace, run)
        else:
            run.engine.entries.add(made)
        target.__dict__["_for_host"] = made
    return made


def give_entry(target: FunctionType) -> None:
    """There may be an entry by now: let the function that the host has use it."""
    made = target.__dict__["_for_host"]
    found = _entry(target, target.__globals__, made.run)
    if found is not None:
        made.__code__ = found.__code__
        made.__defaults__ = found.__defaults__
        made.__kwdefaults__ = None
        made.run.engine.entries.add(made)


def without_entry(function: FunctionType) -> None:
    """From now on the run is asked at every call."""
    function.__code__ = _call.__code__
    function.__defaults__ = None
    function.__kwdefaults__ = {"_target": function.__dict__["direct"]}


def _entry(target: FunctionType, namespace: dict[str, Any], run: Run) -> FunctionType | None:
    """A function with the code of the entry, if there is one."""
    limits, name = run.limits, target.__code__.co_name
    loops = entry_name(name, loops=True) in namespace
    least = ((limits.bits, LEAST_BITS), (limits.depth, LEAST_DEPTH),
             (limits.steps, LEAST_IN_LOOPS if loops else LEAST_STEPS))
    if run.engine.closed or any(given is not None and given < needed for given, needed in least):
        return None
    found = namespace.get(entry_name(name, loops=loops))
    if type(found) is not FunctionType or namespace.get(name) is not target:
        return None
    # The qualified name of the code still says that this is an entry, and no call of the program.
    # For its constants that are names see `codegen.entry_tests.fixed`.
    code = found.__code__
    code = code.replace(co_name=name, co_consts=tuple([
        namespace[constant.decode()] if type(constant) is bytes else constant
        for constant in code.co_consts]))
    made = FunctionType(code, namespace, name_of(target), found.__defaults__)
    made.__qualname__ = made.__name__
    made.__dict__.update(direct=target, run=run)
    return made


def _general(target: Any, namespace: dict[str, Any], run: Run) -> FunctionType:
    name = name_of(target) if type(target) is FunctionType else (
        target.name if type(target) is Builtin else "fn")
    made = FunctionType(_call.__code__, namespace, name)
    made.__qualname__ = name
    made.__kwdefaults__ = {"_target": target}
    made.__dict__.update(direct=target, run=run)
    return made
