"""Calls of the host into a run: one after the other, each with a budget of its own."""

from __future__ import annotations

from sys import _getframe

from sentra.embedding.deadline import Guard, guarded
from sentra.embedding.errors import cause_of, for_host, shorten
from sentra.embedding.services import service
from sentra.embedding.stand_ins import show_calls
from sentra.embedding.tracebacks import note_entry
from sentra.embedding.waiting import ENTERING, Turn, wait_for
from sentra.errors import Bug, LimitStop
from sentra.runtime.limits import here
from sentra.runtime.tasks import TaskStop, fatal_of, is_only_run
from sentra.runtime.throwing import comes_from_host, internal_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.embedding.engine import Engine
    from sentra.embedding.limits import Limits
    from sentra.runtime.context import Context
    from sentra.runtime.limits import Thread


class Calls:
    """What the host calls of one program: the part of a `Run` that knows of limits only."""

    def __init__(self, engine: Engine, limits: Limits, context: Context) -> None:
        self.engine = engine
        self.limits = limits
        self.context = context
        self.outside = False  # it waits for code of the host
        self._turn = context.turn = Turn()
        context.entering = ENTERING
        self._guard = Guard(context, limits.time, limits.memory)  # of the next call
        self._sizes = limits.sizes()
        self._first_grant = context.first_grant(limits.steps)
        context.max_ticks = limits.steps
        self._has_entries = False
        self._steps = 0
        self._host_calls = 0
        self._host_calls_before = 0  # before the call that goes on

    def enter(self, work: Callable[..., Any], args: tuple[Any, ...] = ()) -> Any:
        """The result of code of the program, under the limits; errors as the host gets them."""
        thread, turn = here.thread, self._turn
        if turn.owner is thread:
            return self._nested(work, args)
        try:
            if not turn.take(thread):
                wait_for(turn, self, self.limits.time)
            if self.engine.closed:
                self.engine.check_open()
            return self._limited(thread, work, args)
        finally:
            if turn.owner is thread:  # as `Turn.leave`, which Ctrl-C could meet before it does that
                first = None
                turn.owner = (first := turn.waiting[0]).thread if turn.waiting else None
                if first is not None:
                    first.lock.release()

    def between_calls(self, work: Callable[[], None]) -> None:
        """Do something of ours while no other thread calls the program, if that is so now."""
        thread, turn = here.thread, self._turn
        if turn.owner is thread:
            work()
        elif turn.take(thread):
            try:
                work()
            finally:
                turn.leave()

    def _limited(
        self, thread: Thread, work: Callable[..., Any], args: tuple[Any, ...],
    ) -> Any:
        context = self.context
        if self._guard.shared:
            self._guard = self._guard.another()
            context.cancelled = False
        guard = context.guard = self._guard
        runs, sizes, debugger = thread.runs, thread.sizes, context.debugger
        error: BaseException | None = None
        try:
            thread.runs, thread.sizes = runs + 1, self._sizes
            guard.ident = thread.ident
            self._start_budget()
            if debugger is not None:
                debugger.begin()
            return guarded(guard, work, args)
        except BaseException as exception:  # translated, or raised again
            error = _translated(context, exception)
            error.__cause__ = cause_of(error)
            if runs:
                note_entry(error, _getframe())
            else:
                error.__dict__.pop("_entered", None)
            show_calls(error)
            shorten(error)
            if error is exception:
                raise
            raise error from error.__cause__
        finally:
            if error is not None:  # nothing of ours comes with it
                error.__context__ = None
                error = None
            # First what needs no call: there may be no stack left for one.
            thread.runs, thread.sizes = runs, sizes
            if context.scheduler_if_any is not None:
                guard.shared = True  # threads of tasks know it
                context.scheduler_if_any.close()
            if debugger is not None:
                debugger.end()
            context.guard = None
            self._end_budget()

    def _start_budget(self) -> None:
        context, hook = self.context, self.engine.on_half
        if hook is None:
            context.count_again(self._first_grant)
        else:
            run: Any = self
            context.start_count(self.limits.steps, service(self, lambda: hook(run)))
        if self._has_entries:
            context.close_entrance()
        self.outside = False
        self._host_calls_before = self._host_calls

    def _end_budget(self) -> None:
        context = self.context
        self._steps = context.granted - context.fuel
        if self._has_entries:
            context.open_entrance()

    def made_entry(self) -> None:
        """From now on the host has a function that enters on its own where the entrance is open."""
        if not self._has_entries and self.limits.metered:
            self._has_entries = True
            if self._turn.owner is not None:
                self.context.close_entrance()

    def moment(self) -> object:
        """What differs from one call of the host's functions to the next."""
        return self._host_calls

    def _nested(self, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """A function of the host calls back: the same budget; a limit passes through it."""
        guard = self.context.guard
        if not self.outside or guard is None:
            return work(*args)
        error: BaseException | None = None
        result = None
        try:
            guard.resume()
            self.outside = False
            result = work(*args)
        except Exception as exception:  # noqa: BLE001  # translated
            error = exception
        finally:
            guard.armed = False  # no call: there may be no stack left for one
            self.outside = True
        guard.suspend()
        if error is not None:
            error = _translated(self.context, error)
            note_entry(error, _getframe())
            show_calls(error)
            raise error from cause_of(error)
        return result

    def as_host(self, work: Callable[[], Any], *, hold: bool) -> Any:
        """The result of code of the host in the midst of the program; with `hold`, time stands
        still meanwhile.
        """
        guard, was_outside = self.context.guard, self.outside
        if guard is not None:
            guard.suspend()
            if hold:
                guard.hold()
        try:
            self.outside = True
            return work()
        finally:
            self.outside = was_outside
            if guard is not None:
                guard.release()
                guard.resume()

    def with_time_held(self, work: Callable[[], Any]) -> Any:
        """The result of something of ours that no limit is to interrupt, nor to count."""
        guard = self.context.guard
        if not self.outside or guard is None:
            return self.as_host(work, hold=True)
        if guard.since is not None:
            return work()
        guard.hold()
        try:
            return work()
        finally:
            guard.release()

    def as_guest(self, work: Callable[[], Any]) -> Any:
        """The result of code of the program, from where the host looks at it."""
        return self._nested(work, ()) if self.outside else work()

    def cancel(self) -> None:
        """Stop what runs now, from any thread; the call raises LimitExceeded("cancelled").

        Where no call goes on, this does nothing: the next one runs as ever.
        """
        if self.context.guard is not None:
            self.context.cancelled = True
            # Only now: who takes another guard takes that back.
            self._guard.fire("cancelled", "cancelled by the host")

    def count_host_call(self) -> None:
        """A function of the host is called."""
        self._host_calls += 1
        most = self.limits.host_calls
        if most is not None and self._host_calls - self._host_calls_before > most:
            raise LimitStop("host_calls", f"limit of {most} calls of the host reached")

    @property
    def steps(self) -> int:
        """Steps that the last call took: exact in metered code and in the interpreter."""
        if self._turn.owner is not None:
            return self.context.ticks
        return self.context.entrance.steps or self._steps


def _translated(context: Context, exception: BaseException) -> BaseException:
    """What the host gets for it."""
    if isinstance(exception, TaskStop):
        exception = fatal_of(context, exception)
    if isinstance(exception, Bug):
        return _of_bug(exception)
    try:
        return for_host(exception)
    except Bug as bug:
        return _of_bug(bug)


def _of_bug(bug: Bug) -> BaseException:
    """A handler of a signal may have raised it: then it is no bug of ours."""
    return bug.exception if comes_from_host(bug.exception) else internal_error(bug)


# A trace ends there: see `tasks`.
_outermost = Calls._limited.__code__
_is_only_run = is_only_run
