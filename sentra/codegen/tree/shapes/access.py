"""Members, slices, assignments to indexes, literals, and what is left of the operations."""

from __future__ import annotations

from types import FunctionType

from sentra.codegen.tree.sites import GUARDS, activation, decide, undefined
from sentra.runtime.text import to_text

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


# --- members -------------------------------------------------------------------------------------
def member_l(a: int, name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a][name]
        except GUARDS:
            return decide(site, r, r[a], name)
    return run


def member_e(a: Run, name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x[name]
        except GUARDS:
            return decide(site, r, x, name)
    return run


def member_u(a: int, name: str, variable: str, place: Site, site: Site) -> Run:
    """A member of what a captured variable holds; reading that has a place of its own."""
    def run(r: Registers, /) -> Any:
        try:
            return r[a].cell_contents[name]
        except GUARDS:
            try:
                x = r[a].cell_contents
            except ValueError:
                raise undefined(place, r, variable) from None
            return decide(site, r, x, name)
    return run


def ask(a: Run, b: Run, site: Site) -> Run:
    """``a[b]`` where nil is expected: a missing key makes no exception."""
    def run(r: Registers, /) -> Any:
        x = a(r)
        key = b(r)
        try:
            if type(x) is not dict:
                return x[key]
            value = x.get(key)
        except GUARDS:
            return decide(site, r, x, key)
        return decide(site, r, x, key) if value is None and type(key) is FunctionType else value
    return run


def ask_member(a: Run, name: str, site: Site) -> Run:
    """``a.name`` where nil is expected."""
    def run(r: Registers, /) -> Any:
        x = a(r)
        return x.get(name) if type(x) is dict else decide(site, r, x, name)
    return run


def slice_(a: Run, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        start = b(r)
        end = c(r)
        try:
            return x[start:end]
        except GUARDS:
            return decide(site, r, x, start, end)
    return run


# --- assignments to an index: container, key, value ----------------------------------------------
def set_index_lle(a: int, b: int, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        value = c(r)
        try:
            r[a][r[b]] = value
        except GUARDS:
            decide(site, r, r[a], r[b], value)
    return run


def set_index_llc(a: int, b: int, c: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[a][r[b]] = c
        except GUARDS:
            decide(site, r, r[a], r[b], c)
    return run


def set_index_lll(a: int, b: int, c: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[a][r[b]] = r[c]
        except GUARDS:
            decide(site, r, r[a], r[b], r[c])
    return run


def set_index_lcc(a: int, b: Any, c: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[a][b] = c
        except GUARDS:
            decide(site, r, r[a], b, c)
    return run


def set_index_lec(a: int, b: Run, c: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        key = b(r)
        try:
            r[a][key] = c
        except GUARDS:
            decide(site, r, r[a], key, c)
    return run


def set_index_lel(a: int, b: Run, c: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        key = b(r)
        try:
            r[a][key] = r[c]
        except GUARDS:
            decide(site, r, r[a], key, r[c])
    return run


def set_index_lce(a: int, b: Any, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        value = c(r)
        try:
            r[a][b] = value
        except GUARDS:
            decide(site, r, r[a], b, value)
    return run


def set_index_lee(a: int, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        key = b(r)
        value = c(r)
        try:
            r[a][key] = value
        except GUARDS:
            decide(site, r, r[a], key, value)
    return run


def set_index_eee(a: Run, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        container = a(r)
        key = b(r)
        value = c(r)
        try:
            container[key] = value
        except GUARDS:
            decide(site, r, container, key, value)
    return run


def set_any_index(a: Run, b: Run, c: Run, site: Site) -> Run:
    """Where the key may be a function: Python would take it as a key."""
    def run(r: Registers, /) -> None:
        container = a(r)
        key = b(r)
        value = c(r)
        if type(key) is FunctionType:
            decide(site, r, container, key, value)
        try:
            container[key] = value
        except GUARDS:
            decide(site, r, container, key, value)
    return run


# --- literals ------------------------------------------------------------------------------------
def array_0() -> Run:
    return lambda r: []


def array_1(a: Run) -> Run:
    return lambda r: [a(r)]


def array_2(a: Run, b: Run) -> Run:
    return lambda r: [a(r), b(r)]


def array_3(a: Run, b: Run, c: Run) -> Run:
    return lambda r: [a(r), b(r), c(r)]


def array_many(several: tuple[Run, ...]) -> Run:
    return lambda r: [a(r) for a in several]


def map_of(keys: tuple[Any, ...], values: tuple[Run, ...]) -> Run:
    """A map with constant keys."""
    entries = tuple(zip(keys, values, strict=True))

    def run(r: Registers) -> dict[Any, Any]:
        made = {}
        for key, value in entries:
            made[key] = value(r)
        return made
    return run


def map_2(k: Any, a: Run, m: Any, b: Run) -> Run:
    return lambda r: {k: a(r), m: b(r)}


def map_3(k: Any, a: Run, m: Any, b: Run, n: Any, c: Run) -> Run:
    return lambda r: {k: a(r), m: b(r), n: c(r)}


def map_any(items: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        return decide(site, r, [item(r) for item in items])
    return run


# --- text ----------------------------------------------------------------------------------------
def text(join: Callable[[list[Any]], str], several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> str:
        return join([a(r) for a in several])
    return run


def text_of(a: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> str:
        return to_text(a(r))
    return run


# --- operations without a raw form of their own --------------------------------------------------
def negate(a: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return -x
        except GUARDS:
            return decide(site, r, x)
    return run


def remainder_lc(a: int, b: Any, site: Site) -> Run:
    """Python's remainder has the sign of the right operand; `b` is a positive constant."""
    def run(r: Registers, /) -> Any:
        x = r[a]
        try:
            if x >= 0:
                return x % b
        except GUARDS:
            pass
        return decide(site, r, x, b)
    return run


def remainder(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            if x >= 0 and y > 0:
                return x % y
        except GUARDS:
            pass
        return decide(site, r, x, y)
    return run


def contains(a: Run, b: Run, site: Site) -> Run:
    """Element or key `a` in an array, a map or a string: of the right types."""
    def run(r: Registers, /) -> Any:
        x = a(r)
        container = b(r)
        try:
            return x in container
        except GUARDS:
            return decide(site, r, x, container)
    return run


def not_(a: Run) -> Run:
    return lambda r: not a(r)


def and_(a: Run, b: Run) -> Run:
    return lambda r: a(r) and b(r)


def or_(a: Run, b: Run) -> Run:
    return lambda r: a(r) or b(r)


def and_3(a: Run, b: Run, c: Run) -> Run:
    return lambda r: a(r) and b(r) and c(r)


def or_3(a: Run, b: Run, c: Run) -> Run:
    return lambda r: a(r) or b(r) or c(r)


def select(a: Run, b: Run, c: Run) -> Run:
    return lambda r: b(r) if a(r) else c(r)


def is_nil_l(a: int) -> Run:
    return lambda r: r[a] is None


def is_not_nil_l(a: int) -> Run:
    return lambda r: r[a] is not None


def is_nil(a: Run) -> Run:
    return lambda r: a(r) is None


def is_not_nil(a: Run) -> Run:
    return lambda r: a(r) is not None


def item(a: Run, place: int) -> Run:
    return lambda r: a(r)[place]


def push(a: Run, b: Run, site: Site) -> Run:
    """``push(array, value)`` where the new length is not wanted."""
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        try:
            x.append(y)
        except GUARDS:
            decide(site, r, x, y)
    return run


def push_l(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[a].append(y)
        except GUARDS:
            decide(site, r, r[a], y)
    return run
