"""The meaning of ``== != < <= > >= in``.

Python's own comparison is tried first; what it refuses, or what is too deep or too cyclic for it,
is decided with an explicit stack.
"""

from __future__ import annotations

from _operator import ge, gt, le, lt

from sentra.errors import TYPE, SentraError
from sentra.runtime.arithmetic import mismatch
from sentra.runtime.keys import check_key
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def equal(a: Any, b: Any) -> bool:
    """a == b"""
    try:
        return a == b  # type: ignore[no-any-return]
    except RecursionError:
        return equal_deep(a, b)


def not_equal(a: Any, b: Any) -> bool:
    """a != b"""
    try:
        return a != b  # type: ignore[no-any-return]
    except RecursionError:
        return not equal_deep(a, b)


def equal_deep(a: Any, b: Any) -> bool:
    """a == b for data of any depth, cyclic too.

    A pair of containers that is met again is taken as equal: if nothing else tells the two
    apart, nothing does.
    """
    met: set[tuple[int, int]] = set()
    stack = [(a, b)]
    while stack:
        x, y = stack.pop()
        if x is y:
            continue
        kind = type(x)
        if kind is not type(y) or (kind is not list and kind is not dict):
            if x != y:
                return False
            continue
        pair = (id(x), id(y))
        if pair in met:
            continue
        met.add(pair)
        if len(x) != len(y):
            return False
        if kind is list:
            stack.extend(zip(x, y, strict=False))
        else:
            for key, value in x.items():
                if key not in y:
                    return False
                stack.append((value, y[key]))
    return True


def less(a: Any, b: Any) -> bool:
    """a < b"""
    try:
        return a < b  # type: ignore[no-any-return]
    except (TypeError, RecursionError):
        return order(a, b, lt)


def less_equal(a: Any, b: Any) -> bool:
    """a <= b"""
    try:
        return a <= b  # type: ignore[no-any-return]
    except (TypeError, RecursionError):
        return order(a, b, le)


def greater(a: Any, b: Any) -> bool:
    """a > b"""
    try:
        return a > b  # type: ignore[no-any-return]
    except (TypeError, RecursionError):
        return order(a, b, gt)


def greater_equal(a: Any, b: Any) -> bool:
    """a >= b"""
    try:
        return a >= b  # type: ignore[no-any-return]
    except (TypeError, RecursionError):
        return order(a, b, ge)


def order(a: Any, b: Any, holds: Callable[[Any, Any], bool]) -> bool:
    """`holds(a, b)` decided by the first unequal elements; throws for what has no order.

    Walks both arrays in lockstep, down to the first pair that differs.
    """
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
        try:
            return x in container
        except RecursionError:
            return any(equal(x, element) for element in container)
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


SEARCHES: dict[type, Callable[[Any, Any], bool]] = {}
"""Further types that `in` searches → function of element and container."""
