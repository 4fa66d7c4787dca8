"""Array builtins that add, remove and pick elements."""

from __future__ import annotations

from sentra.errors import INDEX, SentraError
from sentra.runtime.arguments import array_argument, integer_argument, wrong_argument
from sentra.runtime.limits import array_size
from sentra.runtime.registry import GROWING, builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@builtin("array", "push")
def push(array: Any, *values: Any) -> int:
    """Add values at the end; the new length."""
    if type(array) is not list:
        raise wrong_argument("push", 1, "array", array)
    array.extend(values)
    return len(array)


def _push_sized(array: Any, *values: Any) -> int:
    array_size(len(array_argument("push", 1, array)) + len(values))
    array.extend(values)
    return len(array)


GROWING["push"] = _push_sized


@builtin("array", "pop")
def pop(array: Any) -> Any:
    """Take the last element out; nil when there is none."""
    elements = array_argument("pop", 1, array)
    return elements.pop() if elements else None


@builtin("array", "shift")
def shift(array: Any) -> Any:
    """Take the first element out; nil when there is none."""
    elements = array_argument("shift", 1, array)
    return elements.pop(0) if elements else None


@builtin("array", "unshift")
def unshift(array: Any, value: Any) -> int:
    """Add a value at the start; the new length."""
    elements = array_argument("unshift", 1, array)
    array_size(len(elements) + 1)
    elements.insert(0, value)
    return len(elements)


@builtin("array", "insert")
def insert(array: Any, position: Any, value: Any) -> int:
    """Put a value at a position; the new length."""
    elements = array_argument("insert", 1, array)
    array_size(len(elements) + 1)
    place = _place("insert", position, elements, len(elements))
    elements.insert(place, value)
    return len(elements)


@builtin("array", "remove_at")
def remove_at(array: Any, position: Any) -> Any:
    """Take the element at a position out."""
    elements = array_argument("remove_at", 1, array)
    return elements.pop(_place("remove_at", position, elements, len(elements) - 1))


def _place(name: str, position: Any, elements: list[Any], last: int) -> int:
    """A position from 0 to `last`; a negative one counts from the end, as in an index."""
    place = integer_argument(name, 2, position)
    if place < 0:
        place += len(elements)
    if not 0 <= place <= last:
        raise SentraError("array index out of range", INDEX)
    return place


@builtin("array", "slice", also=("string",))
def slice_(value: Any, start: Any, end: Any = None) -> Any:
    """The elements or characters from start up to end; negative positions count from the end."""
    if isinstance(value, SentraError):
        value = value.message
    if type(value) is not list and type(value) is not str:
        raise wrong_argument("slice", 1, "array or string", value)
    first = integer_argument("slice", 2, start)
    return value[first:None if end is None else integer_argument("slice", 3, end)]


@builtin("array", "concat")
def concat(array: Any, *others: Any) -> list[Any]:
    """A new array with the elements of arrays, and with other values, one after the other."""
    result = list(array_argument("concat", 1, array))
    for other in others:
        if type(other) is list:
            array_size(len(result) + len(other))
            result.extend(other)
        else:
            result.append(other)
    return result


@builtin("array", "first")
def first(array: Any) -> Any:
    """The first element; nil when there is none."""
    elements = array_argument("first", 1, array)
    return elements[0] if elements else None


@builtin("array", "last")
def last(array: Any) -> Any:
    """The last element; nil when there is none."""
    elements = array_argument("last", 1, array)
    return elements[-1] if elements else None


@builtin("array", "fill")
def fill(array: Any, value: Any) -> list[Any]:
    """Replace every element by the value."""
    elements = array_argument("fill", 1, array)
    elements[:] = [value] * len(elements)
    return elements


@builtin("array", "take")
def take(array: Any, count: Any) -> list[Any]:
    """The first elements."""
    return array_argument("take", 1, array)[:max(0, integer_argument("take", 2, count))]


@builtin("array", "drop")
def drop(array: Any, count: Any) -> list[Any]:
    """All but the first elements."""
    return array_argument("drop", 1, array)[max(0, integer_argument("drop", 2, count)):]
