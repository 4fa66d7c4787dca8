"""Loops over a sequence of values, and loops that are left inside."""

from __future__ import annotations

from sentra.codegen.tree.sites import activation
from sentra.codegen.tree.tokens import BREAK

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


# --- for -----------------------------------------------------------------------------------------
def for_one(t: int, values: Run, a: Run, site: Site) -> Run:
    """A body of one statement, or one that cannot be cut, which does not leave."""
    def run(r: Registers, /, site: Site = site) -> None:
        for r[t] in values(r):  # noqa: B020
            a(r)
    return run


def for_two(t: int, values: Run, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> None:
        for r[t] in values(r):  # noqa: B020
            a(r)
            b(r)
    return run


def for_three(t: int, values: Run, a: Run, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> None:
        for r[t] in values(r):  # noqa: B020
            a(r)
            b(r)
            c(r)
    return run


def for_leaving(t: int, values: Run, body: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        for r[t] in values(r):  # noqa: B020
            token = body(r)
            if token:
                return None if token is BREAK else token
        return None
    return run


def for_live(t: int, values: Run, stop: Run, body: Run, site: Site) -> Run:
    """A counting loop whose variable is read after it."""
    def run(r: Registers, /, site: Site = site) -> Any:
        for r[t] in values(r):  # noqa: B020
            token = body(r)
            if token:
                return None if token is BREAK else token
        r[t] = max(r[t], stop(r))
        return None
    return run


def for_pairs(t: int, u: int, values: Run, body: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        for r[t], r[u] in values(r):  # noqa: B020
            token = body(r)
            if token:
                return None if token is BREAK else token
        return None
    return run


# --- while ---------------------------------------------------------------------------------------
def while_(a: Run, body: Run) -> Run:
    def run(r: Registers) -> Any:
        while a(r):
            token = body(r)
            if token:
                return None if token is BREAK else token
        return None
    return run


def forever(body: Run) -> Run:
    def run(r: Registers) -> Any:
        while True:
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def once(body: Run) -> Run:
    """What exists only to be left with ``break``."""
    def run(r: Registers) -> Any:
        token = body(r)
        return None if token is BREAK else token
    return run


# --- what loops go over --------------------------------------------------------------------------
def range_to(b: Run) -> Run:
    return lambda r: range(b(r))


def range_local(b: int) -> Run:
    return lambda r: range(r[b])


def range_of(a: Run, b: Run, step: int) -> Run:
    return lambda r: range(a(r), b(r), step)


def next_after(a: Run) -> Run:
    return lambda r: a(r) + 1


def range_inclusive(a: Run, b: Run, step: int) -> Run:
    one = 1 if step > 0 else -1
    return lambda r: range(a(r), b(r) + one, step)
