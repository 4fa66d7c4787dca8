"""What metered trees do beside their work: ticks for calls and turns of loops, and checks.

Chosen when a tree is built; other trees contain nothing of it.
"""

from __future__ import annotations

from sentra.codegen.depth import CALLS
from sentra.codegen.tree.sites import activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site
    from sentra.runtime.context import Context


def tick_call(body: Run, context: Context) -> Run:
    def run(r: Registers) -> Any:
        left = context.fuel = context.fuel - 1
        if left < 0:
            context.refill()
        return body(r)
    CALLS.add(run.__code__)
    return run


def tick_turn(body: Run, context: Context) -> Run:
    """A turn of a loop that goes on."""
    def run(r: Registers) -> Any:
        token = body(r)
        if not token:
            left = context.fuel = context.fuel - 1
            if left < 0:
                context.refill()
        return token
    return run


def append_sized(t: int, b: Run, limit: int, site: Site) -> Run:
    """``text = text + more`` in place; see `appending`. `limit` is the length of a string."""
    def run(r: Registers, /) -> None:
        y = b(r)
        x = r[t]
        if type(x) is str and type(y) is str and len(x) + len(y) <= limit:
            r[t] = None
            x = x + y
            r[t] = x
        else:
            r[t] = decide(site, r, x, y)
    return run
