"""What a run of a program may reach outside itself: output, input, clock, random numbers, grants.

One `Context` serves one run of one program with all its modules and tasks.
"""

from __future__ import annotations

from sentra.errors import IMPORT, OVERFLOW, LimitStop, SentraError
from sentra.runtime.tasks import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeVar

    from sentra.errors import Located
    from sentra.runtime.hooks import Hooks
    from sentra.runtime.loader import Loader
    from sentra.runtime.permissions import Permissions
    from sentra.runtime.registry import Builtin
    from sentra.runtime.scheduler import Scheduler
    from sentra.runtime.testlog import TestLog

    T = TypeVar("T")

    class Guard(Protocol):
        """Interrupts the program when its time is up, but not between these two."""

        armed: bool
        since: float | None

        def suspend(self) -> None: ...

        def resume(self) -> None: ...

        def hold(self) -> None: ...

        def release(self) -> None: ...

BATCH = 1024  # ticks between two looks at the limits
SLACK = 16  # calls that generated code may be nested deeper than the limit


class Entrance:
    """Where small functions take their steps that the host calls directly (`codegen.entries`).

    It is a `ClosedEntrance` while the program runs.
    """

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps = 0  # of the last call, if that was none that was counted elsewhere


class ClosedEntrance(Entrance):
    """The same while the program runs, where a step counts: taking one here fails."""

    __slots__ = ()
    steps = property(lambda self: 0)


class Context:
    """Services of one run. Anything left out gets the process's own, made when first used.

    A tick is one call of a function of the program or one turn of a loop. Whoever takes one does
    ``context.fuel -= 1`` and, if that makes it negative, calls `refill`.
    """

    # An object with more than 30 attributes is slow to read from; so what metered code reads at
    # each call and turn has a slot.
    __slots__ = ("__dict__", "__weakref__", "fuel")

    def __init__(
        self, *, write: Callable[[str], object] | None = None,
        read_line: Callable[[], str | None] | None = None, arguments: tuple[str, ...] = (),
        clock: Callable[[], float] | None = None, random: Any = None,
        monotonic: Callable[[], float] | None = None,
        flush: Callable[[], object] | None = None,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.arguments = arguments
        self._write = write
        self._flush = flush
        self._read_line = read_line
        self._clock = clock
        self._random = random  # has the methods of random.Random
        self._monotonic = monotonic
        self._tests: TestLog | None = None
        self.globals: dict[str, Any] = {}  # the host's own, and every builtin already looked up
        self.bound: dict[str, Builtin] = {}  # first name of a builtin → its value
        self.methods: dict[type, dict[str, Builtin]] = {}  # see `calls.method_of`
        self.task = Task(0)  # the one that runs now; number 0 is the main program
        self.scheduler_if_any: Scheduler | None = None
        self.task_errors: list[Located] = []  # of ended tasks that nobody awaited, after the run
        self.max_tasks = 50_000  # at one time
        self.stack_size = 1 << 24  # of the thread of a task, in bytes
        # With a clock of its own the host may also let time pass: called with the seconds until the
        # next task wakes.
        self.wait = wait
        self.make_loader: Callable[[], Loader] | None = None  # at the first import
        self._loader: Loader | None = None
        self.executors: dict[Any, Any] = {}  # what an executor keeps for this run
        self.max_depth = 12_000  # nested calls of one task
        self.max_ticks: int | None = None
        self.cancelled = False
        self.sized = False  # whether the sizes of all values are checked (see `limits`)
        self.permissions: Permissions | None = None  # None: nothing is granted
        # Code of the host is not interrupted when the time is up: see `embedding.deadline`.
        self.guard: Guard | None = None
        self.on_half: Callable[[], object] | None = None  # called when half of the ticks are used
        self.debugger: Hooks | None = None  # told of what debug builds do
        # How deep calls are nested now, for executors that do not count it themselves.
        self.depth_now: Callable[[], int] | None = None
        self.batch = BATCH
        self.fuel = 0  # ticks that may pass before the limits are looked at
        self.granted = 0
        self.entrance = Entrance()
        self.turn: object = None  # of calls from a host: its `owner` is None while there is none,
        self.entering: object = None  # and this in entries that change arrays or maps

    @property
    def ticks(self) -> int:
        """The ticks taken so far."""
        return self.granted - self.fuel

    def start_count(
        self, max_ticks: int | None, on_half: Callable[[], object] | None = None,
    ) -> None:
        """Count ticks from 0 again, for a call with a budget of its own."""
        self.max_ticks = max_ticks
        self.count_again(self.first_grant(max_ticks, halved=on_half is not None))
        self.on_half = on_half

    def first_grant(self, max_ticks: int | None, *, halved: bool = False) -> int:
        """How many ticks may pass at most before the first `refill`; see there."""
        most = max(self.max_depth, SLACK)
        if max_ticks is not None:
            most = min(most, (max_ticks - 1) // 2 if halved else max_ticks)
        return most

    def count_again(self, first_grant: int) -> None:
        """Count from 0 again with the same `max_ticks`, and without a hook at half of them."""
        self.on_half = None
        batch = self.batch
        self.granted = self.fuel = batch if batch < first_grant else first_grant

    def close_entrance(self) -> None:
        """A call from the host begins."""
        self.entrance.__class__ = ClosedEntrance

    def open_entrance(self) -> None:
        """It has ended."""
        entrance = self.entrance
        entrance.__class__ = Entrance
        entrance.steps = 0

    def refill(self) -> None:
        """Look at the limits; raise `LimitStop` where one is reached, else grant more fuel."""
        if self.cancelled:
            raise LimitStop("cancelled", "cancelled")
        ticks = self.ticks
        grant = self.batch
        if self.max_ticks is not None:
            grant = min(grant, self.max_ticks - ticks)
            if self.on_half is not None:
                if 2 * ticks >= self.max_ticks:
                    hook, self.on_half = self.on_half, None
                    hook()
                else:
                    grant = min(grant, (self.max_ticks - 1) // 2 - ticks)
            if grant < 0:
                raise LimitStop("steps", f"step limit of {self.max_ticks} reached")
        if self.depth_now is not None:
            # A call is a tick, so the calls cannot get deeper by more than the grant.
            room = self.max_depth - self.depth_now()
            if room < 0:
                raise SentraError("stack overflow", OVERFLOW)
            grant = min(grant, max(room, SLACK))
        self.granted = ticks + grant
        self.fuel = grant

    def uncounted(self, work: Callable[[], T], most: int) -> T:
        """The result of `work`, whose ticks do not count; there may be `most` of them."""
        before = self.max_ticks, self.granted, self.fuel, self.on_half
        self.start_count(most)
        try:
            return work()
        finally:
            self.max_ticks, self.granted, self.fuel, self.on_half = before

    def refuel(self, fuel: int) -> int:
        """`refill` for who has counted down in a variable; what it may count down from now."""
        self.fuel = fuel
        self.refill()
        return self.fuel

    # Builtins

    def builtin(self, name: str) -> Any:
        """The host's global or the builtin of this name; None where there is none."""
        try:
            return self.globals[name]
        except KeyError:
            pass
        from sentra.runtime.builtins import lookup
        if self.guard is None:
            found = lookup(name, self)
        else:
            guard = self.guard
            try:
                guard.suspend()  # an import that is interrupted could leave its lock behind
                found = lookup(name, self)
            finally:
                guard.armed = True
            guard.resume()
        if found is not None:
            self.globals[name] = found
        return found

    # Input and output

    def write(self, text: str) -> None:
        """Print `text`; the process's output buffers as Python does."""
        if self._write is None:
            import sys
            self._write = sys.stdout.write
            self._flush = sys.stdout.flush
        self._write(text)

    def limit_output(
        self, wrap: Callable[[Callable[[str], object]], Callable[[str], object]],
    ) -> None:
        """Print through what `wrap` makes of the present way."""
        self.write("")
        assert self._write is not None
        self._write = wrap(self._write)

    def flush(self) -> None:
        """Let everything printed so far reach its reader."""
        if self._flush is not None:
            self._flush()

    def read_line(self) -> str | None:
        """A line of input without its end; None at the end of input."""
        self.flush()
        line = self.blocking(self._read_line or _standard_input)
        return line if line is None else line.removesuffix("\n").removesuffix("\r")

    # Clock, random numbers, sleeping

    def now(self) -> float:
        """Seconds since 1970, by the host's clock if it gave one."""
        if self._clock is None:
            from time import time
            self._clock = time
        return self._clock()

    def monotonic(self) -> float:
        """Seconds that never run backwards, from an arbitrary start."""
        if self._monotonic is None:
            from time import monotonic
            self._monotonic = monotonic
        return self._monotonic()

    @property
    def random(self) -> Any:
        """The generator behind `random()` and its kin; seeded by the system unless the host's."""
        if self._random is None:
            from random import Random
            self._random = Random()
        return self._random

    def timer(self) -> float:
        """The clock of sleeping tasks: the host's where the host also makes time pass."""
        if self.wait is not None:
            return self.monotonic()
        from time import monotonic
        return monotonic()

    def sleep(self, milliseconds: float) -> None:
        """Let this task wait for some time, and others run."""
        self.scheduler.sleep(milliseconds / 1000)

    # Tasks

    @property
    def scheduler(self) -> Scheduler:
        """Who decides which task runs; made when the first task or wait needs it."""
        if self.scheduler_if_any is None:
            from sentra.runtime.scheduler import Scheduler
            self.scheduler_if_any = Scheduler(self)
        return self.scheduler_if_any

    def blocking(self, function: Callable[[], T]) -> T:
        """The result of a function that waits for the world outside; other tasks run meanwhile.

        While there are other tasks it runs in a thread of its own, and so must not touch values
        of the program that others can reach.
        """
        if self.scheduler_if_any is None:
            return function()
        return self.scheduler_if_any.blocking(function)

    def end_tasks(self, errors: list[Located]) -> None:
        """The scheduler has ended all tasks; `errors` are those that nobody awaited."""
        self.task_errors += errors
        self.scheduler_if_any = None

    # Modules

    @property
    def loader(self) -> Loader:
        """What imports modules."""
        if self._loader is None:
            if self.make_loader is None:
                raise SentraError("this program cannot import modules", IMPORT)
            self._loader = self.make_loader()
        return self._loader

    # Tests of the program

    @property
    def tests(self) -> TestLog:
        """The tests that the program registered, and the counts of its assertions."""
        if self._tests is None:
            from sentra.runtime.testlog import TestLog
            self._tests = TestLog()
        return self._tests


def _standard_input() -> str | None:
    import sys

    return sys.stdin.readline() or None
