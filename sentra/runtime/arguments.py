"""The errors that builtins raise for their arguments."""

from __future__ import annotations

from sentra.errors import TYPE, SentraError
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
