"""The meaning of ``c[i]``, ``c[i:j]``, ``c.k``, of assignments to them, and of map literals."""

from __future__ import annotations

from sentra.errors import ERROR_FIELDS, INDEX, TYPE, SentraError
from sentra.runtime.arithmetic import NUMBERS, truncate
from sentra.runtime.keys import KEYS, check_key
from sentra.runtime.limits import array_size
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# An assignment past the end of an array may leave a gap so wide.
GAP = 1_000_000

PROPERTIES: dict[type, Callable[[Any, str], Any]] = {}
"""Further types with members (modules) → function of value and name; its callee for methods too."""


def index(container: Any, key: Any) -> Any:
    """container[key]"""
    kind = type(container)
    if kind is dict:
        if type(key) is str:
            return container.get(key)
        try:
            return container[key]
        except (KeyError, TypeError):
            check_key(key)
            return None
    if kind is list or kind is str:
        # Where compiled code asks, the index was out of range: so that comes without an exception.
        if type(key) is not int:
            key = position(key, type_name(container))
        return container[key] if -len(container) <= key < len(container) else None
    return member(container, key)


def position(key: Any, what: str) -> int:
    """An index as an integer; `what` is "array" or "string"."""
    if type(key) not in NUMBERS:
        raise SentraError(f"{what} index must be a number, not {type_name(key)}", TYPE)
    return truncate(key)


def get_property(container: Any, name: str) -> Any:
    """container.name"""
    kind = type(container)
    if kind is dict:
        return container.get(name)
    if (kind is list or kind is str) and name == "length":
        return len(container)
    return member(container, name)


def member(container: Any, name: Any) -> Any:
    """A member of what is neither array, map nor string."""
    if isinstance(container, SentraError):
        fields = type(name) is str and name in ERROR_FIELDS
        return getattr(container, name) if fields else None
    get = PROPERTIES.get(type(container))
    if get is None or type(name) is not str:
        raise SentraError(f"cannot index {type_name(container)}", TYPE)
    return get(container, name)


def slice_(container: Any, start: Any, end: Any) -> Any:
    """container[start:end]; nil is an absent bound"""
    kind = type(container)
    if kind is not list and kind is not str:
        raise SentraError(f"cannot slice {type_name(container)}", TYPE)
    if start is not None and type(start) is not int:
        start = position(start, type_name(container))
    if end is not None and type(end) is not int:
        end = position(end, type_name(container))
    return container[start:end]


def set_index(container: Any, key: Any, value: Any) -> None:
    """container[key] = value"""
    kind = type(container)
    if kind is list:
        place = key if type(key) is int else position(key, "array")
        try:
            container[place] = value
        except IndexError:
            _grow(container, place, value)
    elif kind is dict:
        if type(key) not in KEYS:
            check_key(key)
        container[key] = value
    else:
        raise SentraError(f"cannot assign to an index of {type_name(container)}", TYPE)


def _grow(array: list[Any], place: int, value: Any) -> None:
    length = len(array)
    if place < 0 or place > length + GAP:
        raise SentraError("array index out of range", INDEX)
    array_size(place + 1)
    array.extend([None] * (place - length))
    array.append(value)


def set_property(container: Any, name: str, value: Any) -> None:
    """container.name = value"""
    if type(container) is dict:
        container[name] = value
    else:
        raise SentraError(f"cannot assign to an index of {type_name(container)}", TYPE)


def make_map(items: list[Any]) -> dict[Any, Any]:
    """A map from keys and values in turn; throws for a key of a wrong type."""
    result: dict[Any, Any] = {}
    for at in range(0, len(items), 2):
        key = items[at]
        if type(key) not in KEYS:
            check_key(key)
        result[key] = items[at + 1]
    return result
