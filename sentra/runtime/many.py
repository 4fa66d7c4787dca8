"""Python's operations over all elements of an array, interruptible.

A time limit cannot interrupt one operation of CPython. Over four million elements that are all the
same large string or integer it may take an hour, so it is done in pieces, or with a comparison of
ours per pair, which can be interrupted.
"""

from __future__ import annotations

from _functools import cmp_to_key  # type: ignore[import-not-found]
from itertools import islice
from math import fsum

from sentra.runtime.compare import less, takes_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

PIECE = 4096  # elements for one operation that looks at each once, and compares none
_FEW = 100  # elements, of which each may be as large as a value can be
_FEWER = 16  # elements that are sorted as they are
_SHORT = 256  # characters that are compared at once
_COMPARED = 1 << 31  # characters that one sort may compare


def arrays_of(parts: Iterable[Any]) -> list[list[Any]]:
    """``list(map(list, parts))``"""
    each = map(list, parts)
    result: list[list[Any]] = []
    while piece := list(islice(each, PIECE)):
        result += piece
    return result


def total(numbers: list[Any]) -> Any:
    """``sum(numbers)``"""
    if len(numbers) <= PIECE:
        return sum(numbers)
    result: Any = 0
    for at in range(0, len(numbers), PIECE):
        result = sum(numbers[at:at + PIECE], result)
    return result


def least(values: list[Any]) -> Any:
    """``min(values)``; a TypeError for arrays, which are not for Python to compare."""
    _refuse_arrays(values)
    if len(values) > _FEW:
        values = [min(values[at:at + _FEW]) for at in range(0, len(values), _FEW)]
        return least(values)
    return min(values)


def greatest(values: list[Any]) -> Any:
    """``max(values)``; a TypeError for arrays, which are not for Python to compare."""
    _refuse_arrays(values)
    if len(values) > _FEW:
        values = [max(values[at:at + _FEW]) for at in range(0, len(values), _FEW)]
        return greatest(values)
    return max(values)


def _refuse_arrays(values: list[Any]) -> None:
    """Only an array can be compared with an array, so that the first one tells."""
    if values and type(values[0]) is list:
        raise TypeError


def sort_alike(elements: list[Any]) -> None:
    """Sort in place what are all numbers, or all strings."""
    if _take_long(elements):
        elements.sort(key=by_less)
    else:
        elements.sort()


def sorted_alike(elements: list[Any]) -> list[Any]:
    """A sorted copy of what are all numbers, or all strings."""
    copied = elements[:]
    sort_alike(copied)
    return copied


def keys_for_sorting(keys: list[Any]) -> list[Any]:
    """The keys, all numbers or all strings, as Python may compare them."""
    return list(map(by_less, keys)) if _take_long(keys) else keys


def _take_long(values: list[Any]) -> bool:
    """Whether comparing them takes so long that Python should not sort them in one operation."""
    count = len(values)
    if count <= _FEWER:
        return False
    if type(values[0]) is str:
        length = sum(map(len, values))
        return length > _SHORT * count and length * count.bit_length() > _COMPARED
    if count <= _FEW:
        return False
    try:
        fsum(values)  # the cheapest look at every number: it refuses what is 2 ** 1024 or more
    except (OverflowError, ValueError):
        return any(map(takes_long, values))
    return False


def _by_difference(a: Any, b: Any) -> int:
    return -less(a, b)


by_less = cmp_to_key(_by_difference)
"""A key for sorting: Python asks `less` then, and nothing else."""
