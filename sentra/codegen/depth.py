"""How deep calls are nested in metered code, which does not count that itself: from the stack."""

from __future__ import annotations

import sys

from sentra.runtime.names import is_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from sentra.runtime.context import Context

CALLS: set[CodeType] = set()
"""Code of executors whose every frame stands for one call."""


def watch_depth(context: Context) -> None:
    """Let a run look at its depth, where Python's own stack does not end before."""
    if context.max_depth < sys.getrecursionlimit():
        context.depth_now = depth


def depth() -> int:
    """How many calls of functions of the program are nested now."""
    count = 0
    frame = sys._getframe(1).f_back
    while frame is not None:
        code = frame.f_code
        if code in CALLS or ("_locate" in frame.f_globals and not code.co_kwonlyargcount
                             and code.co_name != "_module" and not is_entry(code)):
            count += 1
        frame = frame.f_back
    return count
