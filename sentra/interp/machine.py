"""The reference interpreter: runs the functions of one run of a program.

Calls between functions that the machine runs take no Python stack: the loop has its own. Only where
a builtin or compiled code calls such a function does `Machine.enter` start a loop inside another.
"""

from __future__ import annotations

from _thread import _local

from sentra.errors import OVERFLOW, SentraError
from sentra.interp.operations import OPERATIONS, SIZED
from sentra.interp.options import InterpOptions
from sentra.interp.prepare import Prepared
from sentra.runtime.calls import check_count
from sentra.runtime.functions import Closure, Linked, install, native_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CellType, FunctionType
    from typing import Any, Protocol

    from sentra.interp.prepare import Suspended
    from sentra.runtime.context import Context
    from sentra.runtime.hooks import Hooks

    class Tiers(Protocol):
        """Told of what runs long; may compile it (see sentra.tiers)."""

        def long_loop(self, prepared: Prepared, position: int) -> bool: ...

        def busy_function(self, linked: Linked, args: Sequence[Any]) -> bool: ...

        def entered(self, linked: Linked, args: Sequence[Any]) -> None: ...

        def called_from_outside(self, function: FunctionType) -> None: ...


class Activity:
    """A loop that runs in this thread: how deep it began, and the calls that wait in it."""

    __slots__ = ("callers", "depth")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.callers: list[Suspended] = []


class _Here(_local):
    activity: Activity | None = None  # the innermost loop


_here = _Here()


class Machine:
    """The interpreter of one run. Code is prepared at a function's first call."""

    def __init__(
        self, context: Context, options: InterpOptions, hooks: Hooks | None = None,
    ) -> None:
        self.context = context
        self.options = options
        self.hooks = hooks  # the debugger, in a debug build
        self.operations = {**OPERATIONS, **SIZED} if context.sized else OPERATIONS
        # One bound method for the whole run: a function whose `enter` it is runs on this machine.
        self.enter: Callable[[Closure, tuple[Any, ...]], Any] = self._enter
        self.tiers: Tiers | None = None  # who compiles what runs long
        self._loop = _loop_for(options, hooks is not None)

    def prepare(self, linked: Linked) -> Prepared:
        """Make a function ready to run; once for all its closures."""
        linked.extra = prepared = Prepared(linked, self)
        return prepared

    def run_body(self, linked: Linked) -> None:
        """Run a module's body."""
        prepared = linked.extra or self.prepare(linked)
        self._run(prepared, (), prepared.bind([]))

    def _enter(self, closure: Closure, args: tuple[Any, ...]) -> Any:
        linked = closure.linked
        if linked.compiled is None and self.tiers is not None:
            self.tiers.entered(linked, args)
        if linked.compiled is not None:
            function = closure.function() if closure.function is not None else None
            if function is None:
                function = native_function(linked, closure.cells)
            elif function.__kwdefaults__:
                install(function, linked)
            check_count(function, len(args))  # Python's own error would come from here
            return function(*args)
        prepared = linked.extra or self.prepare(linked)
        slots = prepared.bind(list(args))
        return self._run(prepared, closure.cells, slots, 1)

    def _run(
        self, prepared: Prepared, cells: tuple[CellType, ...], slots: list[Any], call: int = 0,
    ) -> Any:
        """Run a loop; `call` is 1 where it begins with a call of a function, which is a tick."""
        context = self.context
        outer = _here.activity
        depth = call if outer is None else outer.depth + len(outer.callers) + call
        if depth > context.max_depth:
            raise SentraError("stack overflow", OVERFLOW)
        if call:
            context.fuel -= 1
            if context.fuel < 0:
                context.refill()
        activity = Activity(depth)
        try:
            _here.activity = activity
            return self._loop(self, prepared, cells, slots, activity.callers,
                              context.max_depth - depth)
        finally:
            _here.activity = outer


def _loop_for(options: InterpOptions, hooks: bool) -> Callable[..., Any]:
    switches = options.loop_switches()
    if switches == InterpOptions().loop_switches() and not hooks:
        from sentra.interp.loops import run

        return run
    from sentra.interp.generate import loop_for

    return loop_for(switches, hooks=hooks)
