"""Stopping a program from outside: when its time is up, its memory, or when the host cancels it.

One timer thread per process raises an asynchronous exception in the thread that runs the program,
which costs that thread nothing. The handshake: the exception is sent only while `Guard.armed`, in
one step of the global interpreter lock with the test of it (no Python code runs between them); the
guarded thread clears `armed` first, then takes back what was sent and did not arrive yet. So it
arrives inside `guarded`, or never. Code of the host that a program calls is not interrupted: the
guard is suspended there, and the program stops when that returns.

A run uses its guard again for its next call, if no other thread has looked at it: whoever looks
sets `shared` first, and what it finds then is of a call that uses this guard last. So what a thread
decides about one call never meets another.

Where the exception meets a finalizer that the garbage collector runs in this thread, Python says
that it was ignored; in a handler at the recursion limit 3.11 has no room to make it, and raises a
RecursionError in its place. So it is sent again until the program stops.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import threading
from _thread import get_ident
from heapq import heapify, heappop, heappush
from math import inf
from time import monotonic

from sentra.embedding.pace import LEAD, Pace
from sentra.errors import LimitStop
from sentra.runtime.interrupts import send, take_back
from sentra.runtime.tasks import TaskStop, fatal_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from sentra.runtime.context import Context

    T = TypeVar("T")

AGAIN = 0.01  # seconds until an exception that did not stop the program is sent once more
POLL = 0.02  # seconds between two looks at the memory


class TimeStop(LimitStop):
    """Raised in the guarded thread; `guarded` says which limit it was."""

    limit = "time"
    message = "stopped"
    # CPython makes the exception in the thread that it stops. From 3.12 on it does so at once, and
    # at the recursion limit there is no room for an __init__ in Python.
    __init__ = BaseException.__init__


_TIME_STOP = ctypes.py_object(TimeStop)


class Watch:
    """What the timer knows of a run: the guard of the call that goes on, if one does.

    It stays with the timer between calls, so that most calls have nothing to tell it.
    """

    __slots__ = ("guard", "timer")

    def __init__(self) -> None:
        self.guard: Guard | None = None
        self.timer: _Timer | None = None  # which will look at it at some time

    def busy(self) -> bool:
        """Whether a call goes on."""
        return self.guard is not None


class Guard:
    """Of guarded calls in one thread, one at a time, of `seconds` and `memory` bytes at most."""

    __slots__ = ("armed", "context", "deadline", "ident", "memory", "seconds", "shared", "since",
                 "start", "stop", "watch")

    def __init__(
        self, context: Context, seconds: float | None = None, memory: int | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.context = context
        self.seconds = seconds
        self.memory = memory  # bytes by which the process may grow
        self.watch = Watch() if watch is None else watch
        self.ident = get_ident()  # of the thread
        self.shared = False  # another thread has looked at it: it serves for no other call
        self.armed = False
        self.stop: tuple[str, str] | None = None  # the limit that was reached, and the message
        self.deadline: float | None = None  # by `monotonic`
        self.since: float | None = None  # when time stopped, if it stands still
        self.start = 0  # bytes that the process had when the call began

    def another(self) -> Guard:
        """One that nobody has looked at, of the same kind."""
        return Guard(self.context, self.seconds, self.memory, self.watch)

    def begin(self) -> None:
        """A call begins: time runs, and the timer sees it once `watch` has its guard."""
        watch, seconds, memory = self.watch, self.seconds, self.memory
        if seconds is None and memory is None:
            watch.guard = self
            return
        now = monotonic()
        if seconds is not None:
            self.deadline = now + seconds
        if memory is not None:
            when, self.start = _sampled
            if now - when > POLL:
                self.start = _sample(now)
        watch.guard = self
        if watch.timer is not _timer:  # nobody knows it, or only the process that forked
            _timer.watch(watch, self)

    def end(self) -> None:
        """Take back what did not arrive; `armed` is False by now."""
        self.watch.guard = None
        if self.stop is not None:
            take_back()

    def suspend(self) -> None:
        """Code of the host begins. Raises TimeStop if the time is up."""
        self.armed = False
        if self.stop is not None:
            take_back()
            raise TimeStop

    def resume(self) -> None:
        """Code of the host has ended. Raises TimeStop if the time is up."""
        if self.stop is not None:
            raise TimeStop
        self.armed = True
        if self.stop is not None:  # set meanwhile, by who did not see that it is armed
            raise TimeStop

    def hold(self) -> None:
        """Time stands still from here on; between `suspend` and `resume`."""
        self.since = monotonic()

    def release(self) -> None:
        """Time passes again."""
        if self.since is not None:
            if self.deadline is not None:
                self.deadline += monotonic() - self.since
            self.since = None

    def fire(self, limit: str, message: str) -> None:
        """Stop the program, from any other thread; once more where that did not help."""
        self.shared = True
        if self.stop is None:
            self.stop = limit, message
        if self.watch.guard is not self:  # the call has ended
            return
        context = self.context
        scheduler = context.scheduler_if_any
        if scheduler is not None:
            if self.armed:
                scheduler.cancel(LimitStop(*self.stop))
            if context.task is not scheduler.main:
                return
        # No Python code runs between this test and the call: both happen, or neither. On one line,
        # for who traces threads.
        _ = self.armed and send(self.ident, _TIME_STOP)

    def check(self, now: float) -> float | None:
        """For the timer: stop the program if it is time; when to look again, if at all."""
        self.shared = True
        if self.watch.guard is not self:
            return None
        if self.stop is not None:
            self.fire(*self.stop)
            return now + AGAIN
        if self.since is not None:
            return now + POLL
        if self.deadline is not None and now >= self.deadline:
            self.fire("time", "time limit reached")
            return now + AGAIN
        if self.memory is not None and resident() - self.start > self.memory:
            self.fire("memory", f"memory limit of {self.memory} bytes reached")
            return now + AGAIN
        return self.next(now)

    def next(self, now: float) -> float | None:
        """When the timer is to look at this, if at all."""
        when = None if self.memory is None else now + POLL
        if self.deadline is not None:
            near = self.deadline - LEAD
            if near <= now:
                near = self.deadline
            when = near if when is None else min(when, near)
        return when

    def hasten(self, now: float, pace: Pace) -> None:
        """Let threads take turns sooner, if this is about to be stopped."""
        if self.stop is not None:
            pace.quicken(now + 2 * AGAIN)
        elif self.deadline is not None and now >= self.deadline - LEAD:
            pace.quicken(self.deadline)


def guarded(guard: Guard, work: Callable[..., T], args: tuple[Any, ...] = ()) -> T:
    """The result of ``work(*args)``; a LimitStop when the guard stops it.

    A TimeStop arrives at most once more after `armed` was cleared, so the outer handler is final.
    """
    result: Any = None
    error: BaseException | None = None
    try:
        try:
            guard.begin()
            guard.armed = True
            if guard.stop is not None:  # set meanwhile, by who did not see that it is armed
                raise TimeStop
            result = work(*args)
            guard.armed = False
        except BaseException as exception:  # noqa: BLE001  # raised again below
            guard.armed = False
            error = exception
        try:
            guard.end()
        finally:  # no call: a handler of a signal may have raised at that one
            guard.watch.guard = None
    except TimeStop:
        guard.armed = False
        guard.watch.guard = None
        guard.end()
    if isinstance(error, TaskStop):
        error = fatal_of(guard.context, error)
    try:
        if guard.stop is not None and not _is_other_stop(error):
            place = None if error is None else error.__traceback__
            raise LimitStop(*guard.stop).with_traceback(place) from None
        if error is not None:
            raise error
    finally:
        error = place = None  # they hold this frame, and this frame held them
    found: T = result
    return found


def _is_other_stop(error: BaseException | None) -> bool:
    """KeyboardInterrupt, SystemExit and the like go on, whatever the time is."""
    return error is not None and not isinstance(error, Exception | LimitStop | TaskStop)


class _Timer:
    """The one timer thread of the process; started when it is first needed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # taken in one step, which Ctrl-C does not divide
        self.changed = threading.Condition(self.lock)
        self.entries: list[tuple[float, int, Watch]] = []  # a heap: when, order, what
        self.count = 0
        self.thread: threading.Thread | None = None
        self.wakes = 0.0  # when the thread looks next
        self.holds = False  # whether it looks at a run, which is not among the entries then
        self.pace = Pace()  # used under the lock

    def watch(self, watch: Watch, guard: Guard) -> None:
        """Look at a run when the deadline of its call comes, or its memory from time to time."""
        now = monotonic()
        when = guard.next(now)
        assert when is not None
        with self.lock:
            guard.hasten(now, self.pace)
            self._push(when, watch)
            if len(self.entries) > 64 and self.count % 64 == 0:
                self._forget_idle()
            if self.thread is None:
                thread = threading.Thread(target=self._run, name="sentra-timer", daemon=True)
                thread.start()  # Ctrl-C may come before it has
                self.thread = thread
            elif when < self.wakes:
                self.changed.notify()
            watch.timer = self

    def _next(self, now: float) -> float:
        """When there is something to do."""
        when = min(self.entries[0][0] if self.entries else inf, now + 3600.0)
        calm = self.pace.next()
        return when if calm is None else min(when, calm)

    def _push(self, when: float, watch: Watch) -> None:
        self.count += 1
        heappush(self.entries, (when, self.count, watch))

    def _forget_idle(self) -> None:
        kept = [entry for entry in self.entries if not self._forgets(entry[2])]
        self.entries = kept
        heapify(kept)

    def _forgets(self, watch: Watch) -> bool:
        """Whether no call goes on; from then on the next call has to tell of itself."""
        # A call that begins meanwhile is seen here, or sees that nobody knows it.
        if watch.busy():
            return False
        watch.timer = None
        if not watch.busy():
            return True
        watch.timer = self
        return False

    def _let_go(self) -> None:
        self.holds = False
        self.changed.notify_all()

    def stop(self, *, busy: bool) -> None:
        """End the thread; where a call goes on, only if `busy`. The next call starts another."""
        with self.lock:
            if not busy:
                if self.holds:  # for a moment; it needs the interpreter's lock for that
                    self.changed.wait_for(lambda: not self.holds, AGAIN)
                self._forget_idle()
                if self.entries or self.holds:
                    return
            self.pace.relax(inf)
            thread, self.thread = self.thread, None
            self.changed.notify()
        if thread is not None:
            thread.join(1.0)

    def _run(self) -> None:
        own = threading.current_thread()
        while True:
            with self.lock:
                now = monotonic()
                while self.thread is own and (not self.entries or self.entries[0][0] > now):
                    self.wakes = self._next(now)
                    self.changed.wait(self.wakes - now)
                    now = monotonic()
                    self.pace.relax(now)
                if self.thread is not own:
                    return
                self.wakes = 0.0
                watch = heappop(self.entries)[2]
                self.holds = True
            if not self._forgets(watch):
                guard = watch.guard
                again = None if guard is None else guard.check(now)
                with self.lock:  # a call may have ended meanwhile, and another begun
                    if guard is not None and again is not None:
                        guard.hasten(now, self.pace)
                    self._push(now + AGAIN if again is None else again, watch)
                    self._let_go()
                del guard
            else:
                with self.lock:
                    self._let_go()
            del watch


def rest() -> None:
    """End the timer thread where no call goes on."""
    _timer.stop(busy=False)


def _renew() -> None:
    """A forked child has no timer thread."""
    global _timer, _statm
    _timer.pace.relax(inf)
    _timer = _Timer()
    _statm = None


_timer = _Timer()
atexit.register(lambda: _timer.stop(busy=True))  # no interpreter ends with two threads
_statm: int | None = None
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


_sampled = (0.0, 0)  # when, by `monotonic`, and the bytes that the process had then


def _sample(now: float) -> int:
    """Bytes of memory that the process has now; guards that begin soon take it for theirs."""
    global _sampled
    size = resident()
    _sampled = now, size
    return size


def resident() -> int:
    """Bytes of memory that the process has now; where the system does not say, its peak."""
    global _statm
    try:
        if _statm is None:
            _statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        return int(os.pread(_statm, 100, 0).split()[1]) * _PAGE
    except (OSError, AttributeError):
        try:
            import resource
        except ImportError:
            return 0
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

