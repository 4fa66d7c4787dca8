"""One run under a debugger: hears what its debug build does, and decides where to stop.

Invariant: while it is `busy` it hears nothing; so the program's functions may be called while the
program is stopped. Steps are those of one task; what other tasks do meanwhile stops at breakpoints
only.
"""

from __future__ import annotations

import sys

from sentra.bytecode import ops
from sentra.debugging import stops
from sentra.debugging.debugger import ALL, NONE, resolve
from sentra.debugging.evaluate import Evaluator
from sentra.debugging.frames import Frame
from sentra.debugging.stops import Pause, Watch
from sentra.errors import HostStop, LimitStop, SentraError
from sentra.runtime.hooks import ENTRY, Site, calls_here
from sentra.runtime.throwing import settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.debugging.debugger import Breakpoint, Debugger
    from sentra.runtime.context import Context
    from sentra.runtime.hooks import Call

RUN, STEP, NEXT, FINISH = range(4)
_COMMANDS = {None: RUN, "continue": RUN, "step": STEP, "next": NEXT, "finish": FINISH}
_CATCHING = frozenset(["try_", "assert_throws"])  # builtins that catch what a function throws


def _same(value: Any) -> Any:
    return value


class Session:
    """Implements `runtime.hooks.Hooks` for one run.

    `as_host(work, hold=…)` calls code of the host, with `hold` as if no time passed;
    `as_guest(work)` calls code of the program from there. `shown` makes values for the host,
    `accepted` values of the program.
    """

    def __init__(
        self, debugger: Debugger, context: Context, *,
        as_host: Callable[..., Any] | None = None,
        as_guest: Callable[[Callable[[], Any]], Any] = lambda work: work(),
        shown: Callable[[Any], Any] = _same, accepted: Callable[[Any], Any] = _same,
    ) -> None:
        self.debugger = debugger
        self.context = context
        self.as_host = as_host or self._as_host
        self.as_guest = as_guest
        self.shown = shown
        self.accepted = accepted
        self.watching = False
        self.busy = False
        self.watches: list[Watch] = []
        self.modules: list[Module] = []
        self.evaluator = Evaluator(context)
        self._sites: dict[int, dict[int, Site]] = {}  # by the identity of functions
        self._breakpoints: dict[Site, list[Breakpoint]] = {}
        self._mode = RUN
        self._target: object = None  # the call that "next" and "finish" are about
        self._task: object = None  # that is stepped through
        self._last: tuple[object, int] = (None, 0)  # the call and line of the statement before
        self._pausing = ""  # why to stop at the next statement
        self._in_flight: list[Any] = []  # the exception that was heard of, in all its forms
        self._notes: list[str] = []  # to be said at the next stop
        self._returned = ""  # what the call returned that was to be finished
        self._count = 0
        self._started = False

    # --- a run ----------------------------------------------------------------------------------
    def begin(self) -> None:
        """The host starts the program, or calls a function of it."""
        if self.busy:
            return
        self._in_flight = []
        self._mode, self._target = RUN, None
        if not self._started and self.debugger.at_start:
            self._pausing = stops.ENTRY
        self._started = True
        self.look()

    def end(self) -> None:
        """It has ended: nothing of it is kept."""
        self._in_flight = []
        self._last = (None, 0)
        self._target = self._task = None

    def look(self) -> None:
        """See whether every event is wanted."""
        self.watching = bool(
            self._mode != RUN or self.watches or self._pausing or self.debugger.trace)

    def pause(self) -> None:
        """Stop at the next statement; from any thread."""
        self._pausing = stops.PAUSE
        self.watching = True

    @property
    def pausing(self) -> bool:
        """Whether it was asked to stop and has not done so."""
        return bool(self._pausing)

    # --- modules and breakpoints ----------------------------------------------------------------
    def add_module(self, module: Module, namespace: dict[str, Any]) -> None:
        if any(known is module for known in self.modules):
            return
        self.modules.append(module)
        pending = [module.body]
        found: list[Site] = []
        while pending:
            function = pending.pop()
            pending += function.functions
            sites = self._sites[id(function)] = _sites(module, function)
            found += sites.values()
        self._arm(module, found)

    def sites_of(self, function: Function) -> dict[int, Site]:
        return self._sites.get(id(function), {})

    def has_statements(self, module: Module) -> bool:
        """Whether one can stop in it at all."""
        return any(op == ops.STATEMENT for op, _, _, _ in module.body.code) or any(
            self._sites.get(id(function)) for function in module.body.functions)

    def arm(self) -> None:
        """The breakpoints have changed."""
        self._breakpoints = {}
        for module in list(self.modules):
            pending = [module.body]
            found: list[Site] = []
            while pending:
                function = pending.pop()
                pending += function.functions
                found += self._sites[id(function)].values()
            self._arm(module, found)

    def _arm(self, module: Module, sites: list[Site]) -> None:
        wanted: dict[Site, list[Breakpoint]] = {}
        for breakpoint in self.debugger.breakpoints:
            for site in resolve(breakpoint, module, sites):
                wanted.setdefault(site, []).append(breakpoint)
        self._breakpoints.update(wanted)
        for site in sites:
            site.armed = site in wanted

    # --- events ---------------------------------------------------------------------------------
    def statement(self, site: Site, key: object) -> None:
        if self.busy:
            return
        self._in_flight = []
        if self.debugger.trace is not None:
            self._tell("call" if site.kind == ENTRY else "line")
        reason, message, found = "", "", None
        if self._pausing:
            reason, self._pausing = self._pausing, ""
        elif self._mode != RUN and self._is_step(site, key):
            reason = stops.STEP
        if self.watches:
            changes = self._changes()
            if changes:
                reason, message = stops.WATCH, changes
        if site.armed:
            found = self._hit(site)
            if found is not None and reason != stops.WATCH:
                reason = stops.BREAKPOINT
        if reason == stops.STEP:
            message = self._returned
        if self._notes and reason:
            message = "; ".join([*self._notes, message] if message else self._notes)
            self._notes = []
        if self._mode != RUN:
            self._last = (key, site.line)
        if reason:
            self._stop(reason, message, list(calls_here()), found)
            self._last = (key, site.line)

    def _is_step(self, site: Site, key: object) -> bool:
        if self._task is not self.context.task:
            return False
        if self._mode == FINISH or (self._mode == NEXT and key is not self._target):
            return False
        return site.first or self._last != (key, site.line)

    def returns(self, key: object, value: Any) -> None:
        if self.busy:
            return
        if self.debugger.trace is not None:
            self._tell("return", result=value)
        if self._mode == FINISH and key is self._target:
            from sentra.debugging.show import shown

            self._returned = f"{next(calls_here()).function.name} returned {shown(value)}"
        self._leave(key)

    def unwound(self, key: object) -> None:
        if not self.busy and self.watching:
            self._leave(key)

    def _leave(self, key: object) -> None:
        """A call ends: go on stepping in its caller, and watch its variables no more."""
        if self._mode in (NEXT, FINISH) and key is self._target:
            calls = calls_here()
            next(calls, None)
            outer = next(calls, None)
            self._mode = NEXT if outer is not None else STEP
            self._target = None if outer is None else outer.key
        for watch in [each for each in self.watches
                      if each.call is not None and each.call.key is key]:
            self.watches.remove(watch)
            self._notes.append(f"watch {watch.number}: {watch.expression} is gone with its call")
            self._pausing = self._pausing or stops.WATCH

    def raised(self, exception: Exception, error: Any, key: object) -> None:
        if self.busy or (self.debugger.errors == NONE and self.debugger.trace is None):
            return
        if any(known is exception for known in self._in_flight):
            if error is not None:
                self._in_flight.append(error)
            return
        call = next(calls_here(), None)
        if error is None:
            error = settle(exception)
        self._in_flight = [exception, error]
        if call is None or call.function.code[call.position][0] == ops.RETHROW:
            return
        if self.debugger.trace is not None:
            self._tell("error", error=error)
        if self.debugger.errors == ALL or (self.debugger.errors != NONE and not _is_caught()):
            self._stop(stops.ERROR, "", list(calls_here()), error=error)

    # --- stopping -------------------------------------------------------------------------------
    def _hit(self, site: Site) -> Breakpoint | None:
        """The breakpoint that stops here; its condition holds, or says what is wrong with it."""
        for breakpoint in self._breakpoints.get(site, ()):
            if not breakpoint.enabled:
                continue
            if breakpoint.condition:
                frame = Frame(self, next(calls_here()))
                try:
                    if not self.evaluate(frame, breakpoint.condition):
                        continue
                except SentraError as error:
                    self._notes.append(f"breakpoint {breakpoint.number}: {breakpoint.condition}: "
                                       f"{error.message}")
            breakpoint.hits += 1
            if breakpoint.once:
                self.debugger.delete(breakpoint)
            return breakpoint
        return None

    def _changes(self) -> str:
        """What the watches have to say."""
        found = []
        self.busy = True
        try:
            for watch in self.watches:
                change = watch.changed()
                if change:
                    found.append(f"watch {watch.number}: {watch.expression}: {change}")
        finally:
            self.busy = False
        return "; ".join(found)

    def _stop(
        self, reason: str, message: str, calls: list[Call],
        breakpoint: Breakpoint | None = None, error: Any = None,
    ) -> None:
        self._returned = ""
        hook = self.debugger.on_stop
        command: str | None = None
        pause = Pause(self, reason, message, calls, breakpoint, error)
        if hook is not None:
            command = self._ask(lambda: hook(pause), hold=True)
        for watch in self.watches:  # what was changed meanwhile is no news
            watch.changed()
        if command == "quit":
            raise LimitStop("cancelled", "stopped by the debugger")
        if command not in _COMMANDS:
            raise HostStop(ValueError(
                f"on_stop returned {command!r}, which is none of continue, step, next, finish, "
                "quit"))
        self._mode = _COMMANDS[command]
        self._task = self.context.task
        self._target = pause.frame.call.key
        self.look()

    def _tell(self, event: str, result: Any = None, error: Any = None) -> None:
        """Call the trace hook."""
        hook = self.debugger.trace
        call = next(calls_here(), None)
        if hook is None or call is None:
            return
        frame = Frame(self, call)
        frame.result = self.shown(result)
        frame.error = error
        self._ask(lambda: hook(event, frame))

    def _ask(self, work: Callable[[], Any], *, hold: bool = False) -> Any:
        """The result of code of the host; its exceptions end the run."""
        self.busy = True
        try:
            return self.as_host(work, hold=hold)
        except RecursionError:  # the program's calls have left no room: its stack overflows
            raise
        except Exception as exception:
            raise HostStop(exception) from exception
        finally:
            self.busy = False

    def _as_host(self, work: Callable[[], Any], *, hold: bool) -> Any:
        guard = self.context.guard
        if guard is None:
            return work()
        guard.suspend()
        if hold:
            guard.hold()
        try:
            return work()
        finally:
            guard.release()
            guard.resume()

    # --- what a stopped program is asked --------------------------------------------------------
    def evaluate(self, frame: Frame, expression: str) -> Any:
        """The value of an expression in a frame."""
        return self._quietly(self.evaluator.bind(frame, expression))

    def _quietly(self, work: Callable[[], Any]) -> Any:
        before, self.busy = self.busy, True
        try:
            return self.as_guest(work)
        except SentraError:
            raise
        except Exception as exception:  # noqa: BLE001  # settle raises what is a bug of ours
            error = settle(exception)
            if isinstance(error, SentraError):
                raise error from None
            from sentra.debugging.show import shown

            raise SentraError(f"uncaught: {shown(error.args[0])}") from None
        finally:
            self.busy = before

    def watch(self, frame: Frame, expression: str) -> Watch:
        """Stop whenever the value of an expression changes."""
        read = self.evaluator.bind(frame, expression)
        self._quietly(read)  # what is wrong with it is said now
        self._count += 1
        made = Watch(self._count, frame, expression, lambda: self._quietly(read))
        if self._is_of_module(frame, expression):
            made.call = None
        self.watches.append(made)
        self.look()
        return made

    def _is_of_module(self, frame: Frame, expression: str) -> bool:
        """Whether an expression is about variables of the module alone, which last."""
        from sentra.debugging.evaluate import names_in

        own = frame.variables() if frame.call.function is not frame.call.module.body else {}
        return not any(name in own for name in names_in(expression))

    def unwatch(self, watch: Watch) -> None:
        """Watch no more."""
        self.watches.remove(watch)
        self.look()


def _sites(module: Module, function: Function) -> dict[int, Site]:
    """The sites of a function; the first on each line are marked."""
    found = {place: Site(module, function, place)
             for place, (op, _, _, _) in enumerate(function.code) if op == ops.STATEMENT}
    lines: set[int] = set()
    for site in found.values():
        if site.line not in lines:
            lines.add(site.line)
            site.first = True
    return found


def _is_caught() -> bool:
    """Whether a catch block is around the place of a call of this thread."""
    for call in calls_here():
        for handler in call.function.handlers:
            if handler.start <= call.position < handler.end and (
                    call.function.code[handler.target][0] == ops.CAUGHT):
                return True
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in _CATCHING and str(
                frame.f_globals.get("__name__")).startswith("sentra.runtime.builtins"):
            return True
        frame = frame.f_back
    return False
