"""Pausing Python's garbage collector while a compiler builds trees that all stay alive.

Collections in between would look at every node again and again: a tenth to a third of the time.
"""

from __future__ import annotations

import gc


class Paused:
    """``with Paused():`` — no collections inside; afterwards as it was before."""

    __slots__ = ("enabled",)

    def __enter__(self) -> None:
        self.enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *raised: object) -> None:
        if self.enabled:
            gc.enable()
