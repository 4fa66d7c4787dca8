"""Values at the boundary: what may go in, and what comes out.

A program computes with Python's own operators, so only objects of exactly the language's types may
get in: whatever else a subclass or a foreign type defines would run inside the program. Lists and
dicts go in as they are when all in them is; else a converted copy does. What comes out is what the
program has, the very lists and dicts.
"""

from __future__ import annotations

from types import BuiltinFunctionType, CoroutineType, FunctionType, MethodType

from sentra.errors import SentraError
from sentra.runtime.keys import KEYS
from sentra.runtime.registry import Builtin
from sentra.runtime.values import SCALARS, TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DEEPEST = 200  # levels of nesting that are converted; plain data may be nested deeper

Wrap = "Callable[[Any], Any]"


def to_sentra(value: Any, wrap: Callable[[Any], Any]) -> Any:
    """The value for a program. `wrap` makes one of a function or object of the host.

    Raises TypeError for what has no meaning in the language.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if (kind is list or kind is dict) and _is_plain(value):
        return value
    return _converted(value, wrap, {}, 0)


def _is_plain(top: Any) -> bool:
    """Whether all that is in a list or dict is of the language's own types."""
    seen: set[int] = {id(top)}
    pending = [top]
    while pending:
        value = pending.pop()
        if type(value) is dict:
            if not KEYS.issuperset(map(type, value)):
                return False
            elements: Any = value.values()
        else:
            elements = value
        if SCALARS.issuperset(map(type, elements)):
            continue
        for element in list(elements):
            kind = type(element)
            if kind is list or kind is dict:
                if id(element) not in seen:
                    seen.add(id(element))
                    pending.append(element)
            elif kind not in SCALARS and not _is_known(element, kind):
                return False
    return True


def _is_known(value: Any, kind: type) -> bool:
    """Whether it is a value that came out of a program."""
    if kind is FunctionType:
        return is_guest_function(value)
    return kind in TYPE_NAMES or isinstance(value, SentraError)


def is_guest_function(function: FunctionType) -> bool:
    """Whether it is the value of a Sentra function; what hosts get for that is another."""
    if "direct" in function.__dict__:
        return False
    return "_locate" in function.__globals__ or "_closure" in (function.__kwdefaults__ or ())


def _converted(value: Any, wrap: Callable[[Any], Any], met: dict[int, Any], depth: int) -> Any:
    kind = type(value)
    if kind in SCALARS or (kind is not list and kind is not dict and _is_known(value, kind)):
        return value
    if id(value) in met:
        return met[id(value)]
    if depth > DEEPEST:
        raise TypeError("cannot pass data that is nested so deeply to a Sentra program")
    # A base class's own method gives a plain copy, whatever the subclass redefines.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, dict):
        result: dict[Any, Any] = {}
        met[id(value)] = result
        for key, element in list(dict.items(value)):
            plain = _converted(key, wrap, met, depth + 1)
            if type(plain) not in KEYS:
                raise TypeError(f"cannot use {type(key).__name__} as the key of a Sentra map")
            result[plain] = _converted(element, wrap, met, depth + 1)
        return result
    if isinstance(value, (list, tuple)):
        elements = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
        array: list[Any] = []
        met[id(value)] = array
        array.extend([_converted(element, wrap, met, depth + 1) for element in elements])
        return array
    if kind.__module__ == "numpy":
        plain = _of_numpy(value)
        if plain is not value:
            return _converted(plain, wrap, met, depth + 1)
    return wrap(value)


def _of_numpy(value: Any) -> Any:
    """A scalar or array of numpy as Python's own types."""
    convert = getattr(value, "tolist", None)
    plain = convert() if convert is not None else value
    return plain if type(plain) in (bool, int, float, str, list) else value


def refuse(value: Any) -> TypeError:
    """The error for what has no meaning in the language."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else (
        f"{kind.__module__}.{kind.__qualname__}")
    return TypeError(f"cannot pass {name} to a Sentra program: convert it to nil, a boolean, "
                     "a number, a string, a list or a dict, or allow its class (Engine.host_class)")


def discard(result: Any) -> None:
    """Let go of what was refused: a coroutine that nobody began, and can await, needs no warning.
    """
    if type(result) is CoroutineType:
        from inspect import CORO_CREATED, getcoroutinestate

        if getcoroutinestate(result) == CORO_CREATED:
            result.close()


def is_host_callable(value: Any) -> bool:
    """Whether it is a plain function or method of Python."""
    return type(value) in (FunctionType, MethodType, BuiltinFunctionType) or (
        callable(value) and not isinstance(value, type) and type(value) is not Builtin
        and type(value).__module__ == "functools")
