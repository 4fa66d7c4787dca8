"""How builtins take their arguments, and the errors that they raise for them.

Each `…_argument(name, position, value)` gives the value as the builtin needs it or raises. They
accept what LANGUAGE lets stand for the type: booleans for numbers, errors for their message.
"""

from __future__ import annotations

from sentra.errors import TYPE, VALUE, SentraError
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def wrong_argument(name: str, position: int, wanted: str, value: Any) -> SentraError:
    """The error for argument `position` (1-based) of builtin `name`.

    >>> str(wrong_argument("upper", 1, "string or array", 5))
    'upper: argument 1 must be string or array, not number'
    """
    return SentraError(f"{name}: argument {position} must be {wanted}, not {type_name(value)}",
                       TYPE)


def string_argument(name: str, position: int, value: Any) -> str:
    """A string; an error value stands for its message."""
    if type(value) is str:
        return value
    if isinstance(value, SentraError):
        return value.message
    raise wrong_argument(name, position, "string", value)


def number_argument(name: str, position: int, value: Any) -> int | float:
    """A number; booleans are 1 and 0."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return int(value)
    raise wrong_argument(name, position, "number", value)


def integer_argument(name: str, position: int, value: Any) -> int:
    """A count or position: a number, truncated toward zero."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind is float:
        try:
            return int(value)
        except (OverflowError, ValueError):
            raise SentraError(f"{name}: argument {position} must be a finite number",
                              VALUE) from None
    if kind is bool:
        return int(value)
    raise wrong_argument(name, position, "number", value)


def array_argument(name: str, position: int, value: Any) -> list[Any]:
    """An array, the object itself."""
    if type(value) is list:
        return value
    raise wrong_argument(name, position, "array", value)


def map_argument(name: str, position: int, value: Any) -> dict[Any, Any]:
    """A map, the object itself."""
    if type(value) is dict:
        return value
    raise wrong_argument(name, position, "map", value)
