"""Threads take turns sooner while a deadline is near.

A thread that waits for CPython's global interpreter lock asks for it when nobody got it for a whole
switch interval (5 ms by default). Where two threads compute, they ask again and again, and a third,
here the timer, can wait for its turn for more than 0.1 s; the thread that it stops waits as long.
So the interval is shorter from `LEAD` before a deadline until the program has stopped. It belongs
to the process: it is set back as soon as no deadline is near, and one that the host sets meanwhile
stays.
"""

from __future__ import annotations

from sys import getswitchinterval, setswitchinterval

LEAD = 0.1  # seconds before a deadline
SHORT = 0.001  # seconds: what the switch interval is then, if it is not shorter


class Pace:
    """The switch interval, as the timer changes it; one thread at a time may use this."""

    __slots__ = ("until", "usual")

    def __init__(self) -> None:
        self.until = 0.0  # by `monotonic`: when it may be set back
        self.usual: float | None = None  # seconds: what the host had set, while it is shorter

    def quicken(self, until: float) -> None:
        """Let threads take turns sooner, at least until then."""
        if until > self.until:
            self.until = until
        if self.usual is None:
            usual = getswitchinterval()
            if usual > SHORT:
                self.usual = usual
                setswitchinterval(SHORT)

    def relax(self, now: float) -> None:
        """Set the interval back if nothing is near."""
        if self.usual is not None and now >= self.until:
            usual, self.usual = self.usual, None
            if abs(getswitchinterval() - SHORT) < 1e-6:
                setswitchinterval(usual)

    def next(self) -> float | None:
        """When to `relax`, if ever."""
        return None if self.usual is None else self.until
