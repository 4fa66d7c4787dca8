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
    """Counts the parts of a measurement; silent where standard error is no terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._start = time.monotonic()
        self._shown = sys.stderr.isatty()

    def step(self, name: str) -> None:
        """The part `name` begins."""
        if self._shown:
            left = ""
            if self.done:
                spent = time.monotonic() - self._start
                left = f", {duration(spent / self.done * (self.total - self.done))} left"
            sys.stderr.write(f"\r\033[K[{self.done + 1}/{self.total}] {name}{left} ")
            sys.stderr.flush()
        self.done += 1

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
