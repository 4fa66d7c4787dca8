"""The meaning of ``== != < <= > >= in``.

Python compares lists and dicts in one operation, which nothing interrupts and which takes as long
as if shared parts were copies: exponentially long for ``a = [a, a]``, a few times over. So
containers are compared here, with an explicit stack, a pair of them once (as Hopcroft and Karp
compare states: "A linear algorithm for testing equivalence of finite automata", 1971; without its
union-find). Python's operation gets what holds no containers, a few elements at a time.
"""

from __future__ import annotations

from _operator import ge, gt, le, lt
from itertools import repeat

from sentra.errors import TYPE, SentraError
from sentra.runtime.arithmetic import mismatch
from sentra.runtime.keys import check_key
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

CONTAINERS = frozenset((list, dict))
_FEW = 64  # elements that Python may compare in one operation
LONG = 1 << 14  # characters of a string, from which on a comparison takes its time
_HUGE = 1 << (8 * LONG)  # an integer of as many bytes, from which on the same holds
_HUGE_NEGATIVE = -_HUGE
MANY = 1 << 14  # elements of an array that are looked at where nothing limits the time
_MISSING = object()

has_none: Callable[[Iterable[type]], bool] = CONTAINERS.isdisjoint
"""Whether there is no container among these types."""


def equal(a: Any, b: Any) -> bool:
    """a == b, for data of any depth, cyclic too.

    A pair of containers that is met again is taken as equal: if nothing else tells the two
    apart, nothing does.
    """
    kind = type(a)
    if kind is list or kind is dict:
        return a is b or (kind is type(b) and _alike(a, b))
    return a == b  # type: ignore[no-any-return]


def not_equal(a: Any, b: Any) -> bool:
    """a != b"""
    kind = type(a)
    if kind is list or kind is dict:
        return a is not b and not (kind is type(b) and _alike(a, b))
    return a != b  # type: ignore[no-any-return]


def _alike(a: Any, b: Any) -> bool:
    """Whether two lists, or two dicts, are equal."""
    if len(a) != len(b):
        return False
    if len(a) <= _FEW and has_none(map(type, a if type(a) is list else a.values())):
        return a == b  # type: ignore[no-any-return]
    met = {(id(a), id(b))}
    stack = [_pairs(a, b)]
    while stack:
        for x, y in stack[-1]:
            if x is y:
                continue
            kind = type(x)
            if kind is not list and kind is not dict:
                if x != y:
                    return False
                continue
            if kind is not type(y) or len(x) != len(y):
                return False
            if len(x) <= _FEW and has_none(map(type, x if kind is list else x.values())):
                if x != y:
                    return False
                continue
            pair = (id(x), id(y))
            if pair not in met:
                met.add(pair)
                stack.append(_pairs(x, y))
                break
        else:
            stack.pop()
    return True


def _pairs(a: Any, b: Any) -> Iterator[tuple[Any, Any]]:
    """The elements of two containers side by side."""
    if type(a) is dict:
        return zip(list(a.values()), map(b.get, list(a), repeat(_MISSING)), strict=False)
    return zip(a, b, strict=False) if len(a) <= _FEW else _unlike_pairs(a, b)


def _unlike_pairs(a: list[Any], b: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The same without the elements that Python found equal."""
    for at in range(0, len(a), _FEW):
        part, other = a[at:at + _FEW], b[at:at + _FEW]
        if not has_none(map(type, part)):
            yield from zip(part, other, strict=False)
        elif part != other:
            yield True, False


def less(a: Any, b: Any) -> bool:
    """a < b"""
    if type(a) is list:
        return order(a, b, lt)
    try:
        return a < b  # type: ignore[no-any-return]
    except TypeError:
        raise mismatch("compare", a, b) from None


def less_equal(a: Any, b: Any) -> bool:
    """a <= b"""
    if type(a) is list:
        return order(a, b, le)
    try:
        return a <= b  # type: ignore[no-any-return]
    except TypeError:
        raise mismatch("compare", a, b) from None


def greater(a: Any, b: Any) -> bool:
    """a > b"""
    if type(a) is list:
        return order(a, b, gt)
    try:
        return a > b  # type: ignore[no-any-return]
    except TypeError:
        raise mismatch("compare", a, b) from None


def greater_equal(a: Any, b: Any) -> bool:
    """a >= b"""
    if type(a) is list:
        return order(a, b, ge)
    try:
        return a >= b  # type: ignore[no-any-return]
    except TypeError:
        raise mismatch("compare", a, b) from None


def order(a: list[Any], b: Any, holds: Callable[[Any, Any], bool]) -> bool:
    """`holds(a, b)` decided by the first unequal elements; throws for what has no order.

    Walks both arrays in lockstep, down to the first pair that differs.
    """
    if len(a) <= _FEW and has_none(map(type, a)):
        try:
            return holds(a, b)
        except TypeError:
            pass  # of which elements?
    met: set[tuple[int, int]] = set()
    stack: list[Iterator[tuple[Any, Any]]] = [iter([(a, b)])]
    while stack:
        pair = next(stack[-1], None)
        if pair is None:
            stack.pop()
            continue
        x, y = pair
        if type(x) is list and type(y) is list:
            if x is y or (id(x), id(y)) in met:
                continue
            met.add((id(x), id(y)))
            # The shorter one is the lesser if all its elements are equal to the other's.
            stack.append(iter([(len(x), len(y))]))
            stack.append(zip(x, y, strict=False))
        elif len(stack) == 1 or not equal(x, y):
            try:
                return holds(x, y)
            except TypeError:
                raise mismatch("compare", x, y) from None
    return holds(0, 0)


def contains(x: Any, container: Any) -> bool:
    """x in container"""
    kind = type(container)
    if kind is list:
        return has_element(container, x)
    if kind is dict:
        check_key(x)
        return x in container
    if kind is str or isinstance(container, SentraError):
        text = container if kind is str else container.message
        if type(x) is str:
            return x in text
        if isinstance(x, SentraError):
            return x.message in text
        raise SentraError(f"cannot search for {type_name(x)} in string", TYPE)
    search = SEARCHES.get(kind)
    if search is None:
        raise SentraError(f"cannot search in {type_name(container)}", TYPE)
    return search(x, container)


def soon_contains(x: Any, container: Any) -> bool:
    """``x in container``; an exception where that may take time."""
    if (len(x) > LONG if type(x) is str else takes_long(x)) or len(container) > MANY:
        raise OverflowError
    return x in container if type(container) is list else contains(x, container)


def soon_has_element(array: list[Any], x: Any) -> bool:
    """``x in array``; an exception where that may take time."""
    if takes_long(x) or len(array) > MANY:
        raise OverflowError
    return x in array


def takes_long(x: Any) -> bool:
    """Whether comparing `x` takes time: not for Python to do with many elements at once."""
    kind = type(x)
    if kind is str:
        return len(x) > LONG
    if kind is int:
        return not _HUGE_NEGATIVE < x < _HUGE
    return kind is list or kind is dict


def has_element(array: list[Any], x: Any) -> bool:
    """``x in array``"""
    if takes_long(x):
        return any(element is x or equal(x, element) for element in array)
    return x in array


SEARCHES: dict[type, Callable[[Any, Any], bool]] = {}
"""Further types that `in` searches → function of element and container."""
