"""Functions of a program as the host gets them: plain functions of Python.

What the host calls lives in the namespace of the program, under the name of the Sentra function.
Where the compiler has made an entry for it (`codegen.entries`), that is its code: then a call costs
little more than one of Python; what it leaves to the function goes to ``_enter``, which the run has
put there. All others hand the call to their `Called`.
"""

from __future__ import annotations

from _weakref import ref
from functools import partial
from itertools import takewhile
from operator import is_not
from types import CellType, FunctionType
from typing import Protocol, runtime_checkable

from sentra.embedding.convert import to_sentra
from sentra.runtime.calls import call
from sentra.runtime.functions import capturing, name_of, shape_of
from sentra.runtime.names import ITSELF, entry_name, is_host_name
from sentra.runtime.registry import Builtin
from sentra.runtime.values import MISSING, SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.embedding.limits import Limits
    from sentra.embedding.run import Run

_passed = partial(is_not, MISSING)

LEAST_BITS = 1 << 18
"""A bound on integers that is tighter than this has no entries: in these they may grow by up to
4,000 bits that are not checked (`codegen.metering`)."""
LEAST_TEXT = 1 << 17
LEAST_ARRAY = 1 << 13
"""Nor has one on texts or arrays: entries make those of `runtime.soon`."""
LEAST_DEPTH = LEAST_STEPS = 256
LEAST_IN_LOOPS = 1 << 17
"""Nor has one on depth or steps: an entry takes up to 120, and where there are loops that in each
of 1,000 turns (`codegen.entry_choice`)."""
EARLY = 50
"""Calls of a function by the host before it gets an entry, in a mode that compiles late."""


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
    if type(value) is not FunctionType:
        return False
    called = value.__dict__.get("called")
    # A decorator may have copied the attributes to a function of its own (`functools.wraps`).
    return type(called) is Called and called.function is not None and called.function() is value


class Called:
    """A function of a program that the host calls through its run."""

    __slots__ = ("count", "early", "function", "run", "target")

    def __init__(self, target: Any, run: Run) -> None:
        self.target = target
        self.run = run
        self.function: ref[FunctionType] | None = None  # what the host has
        self.count = -1  # of arguments with which it can be called as it is
        self.early = 0  # calls that are left until `Run.hot` hears of it
        if type(target) is FunctionType:
            _, named, has_rest = shape_of(target)
            if not has_rest:
                self.count = named
            if run.hot is not None:
                self.early = EARLY

    def call(self, args: tuple[Any, ...]) -> Any:
        """The result for values of the host."""
        run = self.run
        for arg in args:
            if type(arg) not in SCALARS:
                # An entry that was called with too few passes MISSING, and defaults after that.
                args = tuple([to_sentra(each, run.wrap) for each in takewhile(_passed, args)])
                break
        if len(args) == self.count:
            result = run.enter(self.target, args)
        else:
            result = run.enter(call, (self.target, *args))
        if self.early:
            self._count()
        return result if type(result) in SCALARS else run.to_python(result)

    def _count(self) -> None:
        if self.early > 1:
            self.early -= 1
        else:
            self.run.between_calls(self._compile)

    def _compile(self) -> None:
        if self.early and self.run.hot is not None:  # no other thread has done it meanwhile
            self.early = 0
            self.run.hot(self.target, self.run.context)
            give_entry(self.target)


def _call(*args, _called):  # type: ignore[no-untyped-def]  # the code of functions without an entry
    return _called.call(args)


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


def _forward(*args, _called, _entry):  # type: ignore[no-untyped-def]  # of what has an entry late
    return _entry(*args)


def give_entry(target: FunctionType) -> None:
    """There may be an entry by now: let the function that the host has use it.

    What the new code needs is there before it, so another thread can call it meanwhile.
    """
    made = target.__dict__["_for_host"]
    found = _entry(target, target.__globals__, made.run)
    if found is None:
        return
    if found.__closure__:  # what a function captures is fixed when it is made
        made.__kwdefaults__ = {"_called": made.__dict__["called"], "_entry": found}
        made.__code__ = _forward.__code__
    else:
        made.__defaults__ = found.__defaults__
        made.__code__ = found.__code__
        made.__kwdefaults__ = None
    made.run.engine.entries.add(made)


def without_entry(function: FunctionType) -> None:
    """From now on the run is asked at every call."""
    called = {"_called": function.__dict__["called"]}
    function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **called}
    function.__code__ = capturing(_call.__code__, function.__code__.co_freevars)
    function.__defaults__ = None
    function.__kwdefaults__ = called


def _entry(target: FunctionType, namespace: dict[str, Any], run: Run) -> FunctionType | None:
    """A function with the code of the entry, if there is one."""
    code = target.__code__
    name = code.co_name
    inside = is_host_name(name)
    if not inside and namespace.get(name) is not target:
        return None
    found = _generated(name, namespace)
    if found is None and namespace.get("_late") is not None:
        run.make_entry(name, namespace)
        found = _generated(name, namespace)
    if type(found) is not FunctionType or run.engine.closed:
        return None
    entry = run.prepared.get(found)
    if entry is None:
        if _is_tight(run.limits, loops=found.__name__ == entry_name(name, loops=True)):
            return None
        entry = run.prepared[found] = _prepared(found, target, inside=inside)
    cells = None
    if inside:
        known = dict(zip(code.co_freevars, target.__closure__ or (), strict=True))
        known[ITSELF] = CellType(target)
        cells = tuple([known[free] for free in entry.__code__.co_freevars])
    made = FunctionType(entry.__code__, namespace, entry.__name__, entry.__defaults__, cells)
    made.__qualname__ = made.__name__
    _is_for(made, Called(target, run))
    run.made_entry()
    return made


def _is_for(made: FunctionType, called: Called) -> None:
    """Make a function one that the host gets."""
    made.__dict__.update(direct=called.target, run=called.run, called=called)
    called.function = ref(made)


def _generated(name: str, namespace: dict[str, Any]) -> Any:
    return namespace.get(entry_name(name, loops=False)) or namespace.get(
        entry_name(name, loops=True))


def _is_tight(limits: Limits, *, loops: bool) -> bool:
    """Whether limits are so tight that entries might overstep them."""
    return any(given is not None and given < least for given, least in (
        (limits.bits, LEAST_BITS), (limits.depth, LEAST_DEPTH), (limits.string, LEAST_TEXT),
        (limits.array, LEAST_ARRAY),
        (limits.steps, LEAST_IN_LOOPS if loops else LEAST_STEPS)))


def _prepared(found: FunctionType, target: FunctionType, *, inside: bool) -> FunctionType:
    """An entry with the values of its constants that are names (`codegen.entry_tests.fixed`)."""
    if inside:  # it stands in a factory
        factory: Any = found
        found = factory(*found.__code__.co_varnames[:found.__code__.co_argcount])
    namespace, code = found.__globals__, found.__code__
    # The qualified name of the code still says that this is an entry, and no call of the program.
    code = code.replace(co_name=target.__code__.co_name, co_consts=tuple([
        namespace[constant.decode()] if type(constant) is bytes else constant
        for constant in code.co_consts]))
    return FunctionType(code, namespace, name_of(target), found.__defaults__, found.__closure__)


def _general(target: Any, namespace: dict[str, Any], run: Run) -> FunctionType:
    name = name_of(target) if type(target) is FunctionType else (
        target.name if type(target) is Builtin else "fn")
    made = FunctionType(_call.__code__, namespace, name)
    made.__qualname__ = name
    called = Called(target, run)
    made.__kwdefaults__ = {"_called": called}
    _is_for(made, called)
    return made
