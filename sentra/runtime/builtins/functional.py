"""Array builtins that call a function for every element.

They go over the elements that the array has at the start; a Sentra function that names one more
parameter gets the index too.
"""

from __future__ import annotations

from _operator import is_
from functools import partial
from itertools import chain

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import array_argument
from sentra.runtime.calls import callback, is_function
from sentra.runtime.compare import equal
from sentra.runtime.keys import KEYS, check_key
from sentra.runtime.limits import array_size
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


_IS_LIST = partial(is_, list)


def _results(name: str, array: Any, function: Any) -> tuple[list[Any], Iterator[Any]]:
    """The elements, and an iterator that calls the function for one after the other."""
    elements = list(array_argument(name, 1, array))
    call, with_index = callback(name, 2, function, 1, 1)
    if with_index:
        return elements, map(call, elements, range(len(elements)))
    return elements, map(call, elements)


@builtin("array", "map")
def map_(array: Any, function: Any) -> list[Any]:
    """The results of the function."""
    return list(_results("map", array, function)[1])


@builtin("array", "filter")
def filter_(array: Any, function: Any) -> list[Any]:
    """The elements for which the function is truthy."""
    elements, results = _results("filter", array, function)
    return [element for element, keep in zip(elements, results, strict=True) if keep]


@builtin("array", "reduce")
def reduce(array: Any, function: Any, initial: Any = None) -> Any:
    """f(f(initial, a[0]), a[1]) and so on; without initial the first element is it."""
    elements = list(array_argument("reduce", 1, array))
    call, with_index = callback("reduce", 2, function, 2, 1)
    start = 0
    if initial is None:
        initial, start = first_to_reduce(elements), 1
    result = initial
    if with_index:
        for index in range(start, len(elements)):
            result = call(result, elements[index], index)
    else:
        for element in elements[start:] if start else elements:
            result = call(result, element)
    return result


def first_to_reduce(elements: list[Any]) -> Any:
    """What `reduce` starts with where there is no initial value."""
    if not elements:
        raise SentraError("reduce: the array is empty and there is no initial value", VALUE)
    return elements[0]


@builtin("array", "for_each", "forEach")
def for_each(array: Any, function: Any) -> None:
    """Call the function for every element."""
    for _ in _results("for_each", array, function)[1]:
        pass


@builtin("array", "find")
def find(array: Any, function: Any) -> Any:
    """The first element for which the function is truthy; nil when there is none."""
    elements, results = _results("find", array, function)
    for element, found in zip(elements, results, strict=True):
        if found:
            return element
    return None


@builtin("array", "find_index")
def find_index(array: Any, wanted: Any) -> int:
    """The first index whose element is equal, or has a truthy result; -1 when there is none."""
    if is_function(wanted):
        for index, found in enumerate(_results("find_index", array, wanted)[1]):
            if found:
                return index
    else:
        for index, element in enumerate(array_argument("find_index", 1, array)):
            if element is wanted or equal(element, wanted):
                return index
    return -1


@builtin("array", "every", "all")
def every(array: Any, function: Any) -> bool:
    """Whether the function is truthy for all elements."""
    return all(_results("every", array, function)[1])


@builtin("array", "some", "any")
def some(array: Any, function: Any) -> bool:
    """Whether the function is truthy for an element."""
    return any(_results("some", array, function)[1])


@builtin("array", "flat_map")
def flat_map(array: Any, function: Any) -> list[Any]:
    """The results of the function, with arrays among them opened up."""
    return flattened(_results("flat_map", array, function)[1])


def flattened(values: Iterable[Any]) -> list[Any]:
    """The values, with arrays among them opened up."""
    if type(values) is list and all(map(_IS_LIST, map(type, values))):
        array_size(sum(map(len, values)))
        return list(chain.from_iterable(values))
    result: list[Any] = []
    for value in values:
        if type(value) is list:
            array_size(len(result) + len(value))
            result.extend(value)
        else:
            result.append(value)
    return result


@builtin("array", "group_by")
def group_by(array: Any, function: Any) -> dict[Any, list[Any]]:
    """A map of arrays: the elements by the function's result."""
    return grouped(*_results("group_by", array, function))


def grouped(elements: list[Any], keys: Iterable[Any]) -> dict[Any, list[Any]]:
    """A map of arrays: the elements by their keys."""
    groups: dict[Any, list[Any]] = {}
    for element, key in zip(elements, keys, strict=True):
        if type(key) not in KEYS:
            check_key(key)
        try:
            groups[key].append(element)
        except KeyError:
            groups[key] = [element]
    return groups


@builtin("array", "partition")
def partition(array: Any, function: Any) -> list[list[Any]]:
    """[the elements for which the function is truthy, the others]."""
    return parted(*_results("partition", array, function))


def parted(elements: list[Any], choices: Iterable[Any]) -> list[list[Any]]:
    """[the elements whose choice is truthy, the others]."""
    chosen: list[Any] = []
    others: list[Any] = []
    for element, choose in zip(elements, choices, strict=True):
        (chosen if choose else others).append(element)
    return [chosen, others]
