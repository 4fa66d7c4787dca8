"""``text = text + more``: CPython appends in place where nobody else holds the string.

So the variable lets go of it for the time of the sum; nothing of a program runs in between. The
sum must be of a Python local, and its instruction specialised for strings: each of these closures
gets code of its own. A string that memory cannot hold is lost when it was to grow in place: CPython
drops it, and the variable is nil then.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def append_local(t: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        x = r[t]
        r[t] = None
        try:
            x = x + y
        except MemoryError:
            raise
        except GUARDS:
            r[t] = x
            x = decide(site, r, x, y)
        r[t] = x
    return run


def append_cell(t: int, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        cell = r[t]
        held = cell.cell_contents is x
        if held:
            cell.cell_contents = None
        try:
            x = x + y
        except MemoryError:
            raise
        except GUARDS:
            if held:
                cell.cell_contents = x
            x = decide(site, r, x, y)
        cell.cell_contents = x
    return run


def append_item(namespace: dict[str, Any], key: str, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        held = namespace[key] is x
        if held:
            namespace[key] = None
        try:
            x = x + y
        except MemoryError:
            raise
        except GUARDS:
            if held:
                namespace[key] = x
            x = decide(site, r, x, y)
        namespace[key] = x
    return run
