"""Says how far a long measurement is, and about how long it will still take."""

from __future__ import annotations

import sys
import time


def duration(seconds: float) -> str:
    """Seconds for people.

    >>> duration(7.6), duration(190)
    ('8 s', '3 min 10 s')
    """
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60:02d} s"


class Progress:
    """Counts the parts of a measurement; silent where standard error is no terminal.

    Parts that an interrupted measurement has left are passed over with `skip`, so that they do not
    make the others look quick. `total` may grow.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._skipped = 0
        self._start = time.monotonic()
        self._shown = sys.stderr.isatty()

    def skip(self) -> None:
        """A part is there already."""
        self.done += 1
        self._skipped += 1

    def step(self, name: str) -> None:
        """The part `name` begins."""
        if self._shown:
            sys.stderr.write(f"\r\033[K[{self.done + 1}/{self.total}] {name}{self.left()} ")
            sys.stderr.flush()
        self.done += 1

    def left(self) -> str:
        """How long the parts from now on take, judged by those that were measured."""
        measured = self.done - self._skipped
        if measured <= 0:
            return ""
        each = (time.monotonic() - self._start) / measured
        return f", {duration(each * (self.total - self.done))} left"

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
