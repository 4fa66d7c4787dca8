"""Array builtins that make other arrays or a single value of all elements."""

from __future__ import annotations

from _operator import add
from functools import reduce
from sys import version_info

from sentra.errors import TYPE, VALUE, SentraError
from sentra.runtime import many
from sentra.runtime.arguments import array_argument, integer_argument
from sentra.runtime.arithmetic import NUMBERS, number_too_large
from sentra.runtime.compare import equal, less
from sentra.runtime.keys import KEYS
from sentra.runtime.limits import array_size
from sentra.runtime.registry import builtin
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_BRIEF = 256  # characters
_WORD = 1 << 1024


@builtin("array", "flat")
def flat(array: Any) -> list[Any]:
    """The elements, with arrays among them opened up, one level deep."""
    result: list[Any] = []
    for element in array_argument("flat", 1, array):
        if type(element) is list:
            array_size(len(result) + len(element))
            result.extend(element)
        else:
            result.append(element)
    return result


@builtin("array", "unique")
def unique(array: Any) -> list[Any]:
    """The elements without those that are equal to an earlier one."""
    seen: set[Any] = set()
    alike: dict[Any, list[Any]] = {}  # arrays and maps by a hash of their surface
    result = []
    for element in array_argument("unique", 1, array):
        if type(element) in KEYS:
            if element in seen:
                continue
            seen.add(element)
        elif type(element) is list or type(element) is dict:
            others = alike.setdefault(_surface(element), [])
            if any(equal(element, other) for other in others):
                continue
            others.append(element)
        else:
            token = (id(element),)
            if token in seen:
                continue
            seen.add(token)
        result.append(element)
    return result


def _surface(container: Any) -> Any:
    """Equal for containers that are equal, and hashable."""
    if type(container) is list:
        return tuple([each if _is_brief(each) else None for each in container])
    return frozenset([(key, each if _is_brief(each) else None)
                      for key, each in container.items()])


def _is_brief(value: Any) -> bool:
    """Whether it is hashed and compared at once, four million times over."""
    kind = type(value)
    if kind is str:
        return len(value) <= _BRIEF
    return kind in KEYS and (kind is not int or -_WORD < value < _WORD)


@builtin("array", "zip")
def zip_(a: Any, b: Any) -> list[list[Any]]:
    """Pairs of elements, up to the end of the shorter array."""
    first = array_argument("zip", 1, a)
    return many.arrays_of(zip(first, array_argument("zip", 2, b), strict=False))


@builtin("array", "enumerate")
def enumerate_(array: Any) -> list[list[Any]]:
    """An array of [index, element]."""
    return many.arrays_of(enumerate(array_argument("enumerate", 1, array)))


@builtin("array", "chunk")
def chunk(array: Any, size: Any) -> list[list[Any]]:
    """The elements in arrays of a size; the last may be shorter."""
    elements = array_argument("chunk", 1, array)
    by = integer_argument("chunk", 2, size)
    if by < 1:
        raise SentraError("chunk: argument 2 must be at least 1", VALUE)
    return [elements[at:at + by] for at in range(0, len(elements), by)]


@builtin("array", "sum")
def sum_(array: Any) -> int | float:
    """The sum of numbers; 0 of none."""
    elements = array_argument("sum", 1, array)
    try:
        total = many.total(elements)
    except (TypeError, OverflowError):
        pass
    else:
        if type(total) is int or (type(total) is float and version_info < (3, 12)):
            return total
    kinds = set(map(type, elements))
    if not kinds <= NUMBERS:
        wrong = next(element for element in elements if type(element) not in NUMBERS)
        raise SentraError(f"sum: elements must be numbers, not {type_name(wrong)}", TYPE)
    # Not sum(): since Python 3.12 it adds floats in another way.
    try:
        result: int | float = reduce(add, elements, 0)
    except OverflowError:
        raise number_too_large() from None
    return result


@builtin("array", "min", also=("math",))
def min_(first: Any, *rest: Any) -> Any:
    """The least element of an array, or the least argument; nil of nothing."""
    values = _candidates("min", first, rest)
    if not values:
        return None
    try:
        return many.least(values)
    except TypeError:
        pass  # of which values?
    least = values[0]
    for value in values[1:]:
        if less(value, least):
            least = value
    return least


@builtin("array", "max", also=("math",))
def max_(first: Any, *rest: Any) -> Any:
    """The greatest element of an array, or the greatest argument; nil of nothing."""
    values = _candidates("max", first, rest)
    if not values:
        return None
    try:
        return many.greatest(values)
    except TypeError:
        pass  # of which values?
    greatest = values[0]
    for value in values[1:]:
        if less(greatest, value):
            greatest = value
    return greatest


def _candidates(name: str, first: Any, rest: tuple[Any, ...]) -> list[Any]:
    return [first, *rest] if rest else array_argument(name, 1, first)
