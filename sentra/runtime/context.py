"""What a run of a program may reach outside itself: output, input, clock, random numbers, grants.

One `Context` serves one run of one program with all its modules and tasks.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.runtime.registry import Builtin
    from sentra.runtime.testlog import TestLog


class Context:
    """Services of one run. Anything left out gets the process's own, made when first used."""

    def __init__(
        self, *, write: Callable[[str], object] | None = None,
        read_line: Callable[[], str | None] | None = None, arguments: tuple[str, ...] = (),
        clock: Callable[[], float] | None = None, random: Any = None,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self.arguments = arguments
        self._write = write
        self._read_line = read_line
        self._clock = clock
        self._random = random  # has the methods of random.Random
        self._monotonic = monotonic
        self._tests: TestLog | None = None
        self._builtins: dict[str, Builtin] = {}

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

    def sleep(self, milliseconds: float) -> None:
        """Wait; without other tasks that is all there is to do."""
        from time import sleep
        sleep(milliseconds / 1000)

    # Tests of the program

    @property
    def tests(self) -> TestLog:
        """The tests that the program registered, and the counts of its assertions."""
        if self._tests is None:
            from sentra.runtime.testlog import TestLog
            self._tests = TestLog()
        return self._tests
