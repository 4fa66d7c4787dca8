"""Map builtins."""

from __future__ import annotations

from sentra.errors import TYPE, SentraError
from sentra.runtime.arguments import array_argument, map_argument, wrong_argument
from sentra.runtime.calls import callback
from sentra.runtime.compare import contains
from sentra.runtime.iteration import iterate
from sentra.runtime.keys import KEYS, check_key
from sentra.runtime.many import arrays_of
from sentra.runtime.registry import builtin
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@builtin("map", "keys")
def keys(container: Any) -> list[Any]:
    """The keys of a map, or the exports of a module, in order."""
    if type_name(container) == "module":
        return list(iterate(container))
    return list(map_argument("keys", 1, container))


@builtin("map", "values")
def values(container: Any) -> list[Any]:
    """The values, in the order of the keys."""
    return list(map_argument("values", 1, container).values())


@builtin("map", "entries")
def entries(container: Any) -> list[list[Any]]:
    """An array of [key, value]."""
    return arrays_of(map_argument("entries", 1, container).items())


@builtin("map", "has", "has_key")
def has(container: Any, key: Any) -> bool:
    """Whether the map has the key."""
    if type(container) is dict and type(key) in KEYS:
        return key in container
    return contains(key, map_argument("has", 1, container))


@builtin("map", "get")
def get(container: Any, key: Any, default: Any = None) -> Any:
    """The value of the key, or the default when the key is missing."""
    if type(container) is dict and type(key) in KEYS:
        return container.get(key, default)
    members = map_argument("get", 1, container)
    check_key(key)
    return members.get(key, default)


@builtin("map", "delete", "remove")
def delete(container: Any, key: Any) -> bool:
    """Take the key out; whether it was there."""
    members = map_argument("delete", 1, container)
    check_key(key)
    if key not in members:
        return False
    del members[key]
    return True


@builtin("map", "merge")
def merge(container: Any, *others: Any) -> dict[Any, Any]:
    """A new map with the entries of all; later ones win."""
    result = dict(map_argument("merge", 1, container))
    for position, other in enumerate(others, 2):
        result.update(map_argument("merge", position, other))
    return result


@builtin("map", "from_entries")
def from_entries(array: Any) -> dict[Any, Any]:
    """The map of an array of [key, value]."""
    result: dict[Any, Any] = {}
    for pair in array_argument("from_entries", 1, array):
        if type(pair) is not list or len(pair) != 2:
            raise SentraError("from_entries: every element must be an array of key and value", TYPE)
        check_key(pair[0])
        result[pair[0]] = pair[1]
    return result


@builtin("map", "map_values")
def map_values(container: Any, function: Any) -> dict[Any, Any]:
    """A new map with f(value) or f(value, key) for every value."""
    members = map_argument("map_values", 1, container)
    call, with_key = callback("map_values", 2, function, 1, 1)
    if with_key:
        return {key: call(value, key) for key, value in list(members.items())}
    return {key: call(value) for key, value in list(members.items())}


@builtin("map", "filter_map")
def filter_map(container: Any, function: Any) -> dict[Any, Any]:
    """A new map of the entries for which f(key, value) is truthy."""
    members = map_argument("filter_map", 1, container)
    call, _ = callback("filter_map", 2, function, 2)
    return {key: value for key, value in list(members.items()) if call(key, value)}


@builtin("map", "clear", also=("array",))
def clear(container: Any) -> None:
    """Take everything out of a map or array."""
    if type(container) is not dict and type(container) is not list:
        raise wrong_argument("clear", 1, "map or array", container)
    container.clear()
