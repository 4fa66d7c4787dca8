"""Sorting: stable, with an order of the program's own if it gives one."""

from __future__ import annotations

from _operator import is_not
from functools import cmp_to_key, partial

from sentra.errors import TYPE, VALUE, SentraError
from sentra.runtime.arguments import array_argument
from sentra.runtime.arithmetic import NUMBERS
from sentra.runtime.calls import callback
from sentra.runtime.many import by_less, keys_for_sorting, sort_alike
from sentra.runtime.registry import builtin
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_TEXTS = {str}


@builtin("array", "sort")
def sort(array: Any, function: Any = None) -> list[Any]:
    """Sort an array in place, by a "less" or compare function if one is given."""
    elements: list[Any] = array if type(array) is list else array_argument("sort", 1, array)
    if function is None:
        if not _alike(elements):
            raise _unordered("sort", "elements", elements)
        sort_alike(elements)
        return elements
    return _replace("sort", elements, list(elements), _ordered("sort", elements, function))


@builtin("array", "sorted")
def sorted_(array: Any, function: Any = None) -> list[Any]:
    """A sorted copy."""
    copied = list(array_argument("sorted", 1, array))
    if function is not None:
        return _ordered("sorted", copied, function)
    if not _alike(copied):
        raise _unordered("sorted", "elements", copied)
    sort_alike(copied)
    return copied


@builtin("array", "sort_by")
def sort_by(array: Any, function: Any) -> list[Any]:
    """Sort an array in place by what the function gives for each element."""
    elements = array_argument("sort_by", 1, array)
    before = list(elements)
    call, with_index = callback("sort_by", 2, function, 1, 1)
    keys = (list(map(call, before, range(len(before)))) if with_index
            else list(map(call, before)))
    return _replace("sort_by", elements, before, _by_keys(before, keys))


def sort_by_numbers(array: Any, function: Any) -> list[Any]:
    """`sort` where the function surely gives numbers, and no boolean."""
    elements = array_argument("sort", 1, array)
    call, _ = callback("sort", 2, function, 2)
    return _replace("sort", elements, list(elements), sorted(elements, key=cmp_to_key(call)))


def sorted_by_numbers(array: Any, function: Any) -> list[Any]:
    """`sorted_` where the function surely gives numbers, and no boolean."""
    elements = array_argument("sorted", 1, array)
    call, _ = callback("sorted", 2, function, 2)
    return sorted(elements, key=cmp_to_key(call))


def sort_by_keys(elements: list[Any], keys: list[Any]) -> list[Any]:
    """The same where the keys are known, and nothing has changed the array meanwhile."""
    elements[:] = _by_keys(elements, keys)
    return elements


def _by_keys(elements: list[Any], keys: list[Any]) -> list[Any]:
    """The elements in the order of their keys."""
    if _alike(keys):
        keys = keys_for_sorting(keys)
    else:
        # Arrays as keys compare by their first difference.
        for key in keys:
            if type(key) is not list:
                raise _unordered("sort_by", "keys", keys)
        keys = list(map(by_less, keys))
    return sorted(elements, key=partial(next, iter(keys)))  # one key after the other


def _replace(
    name: str, elements: list[Any], before: list[Any], after: list[Any],
) -> list[Any]:
    """Put the sorted elements in place, unless the program changed the array meanwhile."""
    if len(elements) != len(before) or any(map(is_not, elements, before)):
        raise SentraError(f"{name}: the array was changed while it was sorted", VALUE)
    elements[:] = after
    return elements


def _ordered(name: str, elements: list[Any], function: Any) -> list[Any]:
    call, _ = callback(name, 2, function, 2)
    return sorted(elements, key=cmp_to_key(_comparison(name, call)))


def _comparison(name: str, call: Callable[..., Any]) -> Callable[[Any, Any], int]:
    """The program's order as Python wants it. Python asks only whether a result is below 0."""
    def compare(a: Any, b: Any) -> int:
        result = call(a, b)
        if type(result) is int:
            return result
        if type(result) is bool:
            return -result
        if type(result) not in NUMBERS:
            raise SentraError(f"{name}: the function must return a boolean or a number, "
                              f"not {type_name(result)}", TYPE)
        return -1 if result < 0 else 0

    return compare


def _alike(values: list[Any]) -> bool:
    """Whether all are numbers or all are strings."""
    kinds = set(map(type, values))
    return kinds == _TEXTS or kinds <= NUMBERS


def _unordered(name: str, what: str, values: list[Any]) -> SentraError:
    names = sorted(set(map(type_name, values)))
    return SentraError(f"{name}: {what} must be all numbers or all strings, not "
                       f"{' and '.join(names)}", TYPE)
