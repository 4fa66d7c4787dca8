"""Core builtins that copy values, remember results and catch errors."""

from __future__ import annotations

from sentra.errors import CALL
from sentra.runtime.arguments import wrong_argument
from sentra.runtime.calls import call as call_function
from sentra.runtime.calls import callback, is_function
from sentra.runtime.keys import KEYS
from sentra.runtime.limits import DEPTH, too_deep
from sentra.runtime.registry import Builtin, Declaration, builtin
from sentra.runtime.throwing import caught

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_LONG = 256  # characters
_WORD = 1 << 1024


@builtin("core", "clone")
def clone(value: Any) -> Any:
    """A copy of an array or map with the same elements; anything else itself."""
    return value.copy() if type(value) is list or type(value) is dict else value


@builtin("core", "deep_clone", "deepClone")
def deep_clone(value: Any) -> Any:
    """A copy of an array or map and of everything in it; cycles are kept."""
    if type(value) is not list and type(value) is not dict:
        return value
    top: Any = value.copy()
    copies: dict[int, Any] = {id(value): top}
    waiting: list[tuple[Any, int]] = [(top, 0)]
    while waiting:
        container, depth = waiting.pop()
        if depth > DEPTH:
            raise too_deep()
        # Values are replaced under keys that are there: no list of pairs is needed.
        for key, element in (container.items() if type(container) is dict
                             else enumerate(container)):
            if type(element) is list or type(element) is dict:
                copy = copies.get(id(element))
                if copy is None:
                    copy = copies[id(element)] = element.copy()
                    waiting.append((copy, depth + 1))
                container[key] = copy
    return top


@builtin("core", "try")
def try_(function: Any) -> dict[str, Any]:
    """Call a function: {value, error}, the one that does not apply nil."""
    call, _ = callback("try", 1, function, 0)
    try:
        return {"value": call(), "error": None}
    except Exception as exception:  # noqa: BLE001 - `caught` lets our own bugs through
        return {"value": None, "error": caught(exception)}


@builtin("core", "memoize")
def memoize(function: Any) -> Builtin:
    """A function that calls the given one once for equal arguments."""
    if not is_function(function):
        raise wrong_argument("memoize", 1, "function", function)
    return Builtin(Declaration("core", ("memoize",), _remembering(function), context=False,
                               permission="", short=()), None)


def _remembering(function: Any) -> Callable[..., Any]:
    results: dict[Any, tuple[Any, tuple[Any, ...]]] = {}
    large: dict[Any, int] = {}

    def remembered(*args: Any) -> Any:
        key = content(args, large)
        found = results.get(key)
        if found is None:
            # The arguments are kept because the key may name them by their identity.
            found = results[key] = call_function(function, *args), args
        return found[0]

    return remembered


def content(values: tuple[Any, ...], large: dict[Any, int]) -> tuple[Any, ...]:
    """What tells argument lists apart: types and contents, arrays and maps spelled out.

    Large strings and integers are numbered in `large`, so that Python hashes and compares few at a
    time.
    """
    result: list[Any] = []
    met: dict[int, int] = {}
    waiting = [iter(values)]
    while waiting:
        for value in waiting[-1]:
            kind = type(value)
            if kind in KEYS:
                if (kind is str and len(value) > _LONG) or (
                        kind is int and not -_WORD < value < _WORD):
                    result += (content, large.setdefault(value, len(large)))
                else:
                    result += (kind, value)
            elif kind is not list and kind is not dict:
                result += (Builtin, id(value))
            elif id(value) in met:
                result += (CALL, met[id(value)])
            else:
                met[id(value)] = len(met)
                result += (kind, len(value))
                waiting.append(iter(
                    list(value) if kind is list else [x for pair in value.items() for x in pair]))
                break
        else:
            waiting.pop()
    return tuple(result)
