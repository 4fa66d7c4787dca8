"""The values of a program: what each type is in Python, and the types that Python does not have.

nil ``None`` · boolean ``bool`` · number ``int``/``float`` · string ``str`` · array ``list`` · map
``dict`` · function ``FunctionType`` (see `functions`), `Builtin` or a host function · error
`SentraError` · and the classes here. Everything is decided by exact type.
"""

from __future__ import annotations

from types import FunctionType

from sentra.errors import SentraError
from sentra.runtime.registry import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Missing:
    """The value of a parameter that was not passed; no program ever sees it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<missing>"


MISSING = _Missing()

SCALARS = frozenset((type(None), bool, int, float, str))
"""The types whose values hold nothing else and can do nothing: a host may pass them as they are."""

TYPE_NAMES: dict[type, str] = {
    type(None): "nil", bool: "boolean", int: "number", float: "number", str: "string",
    list: "array", dict: "map", FunctionType: "function", Builtin: "function",
    SentraError: "error",
}
"""Exact type → what `type(v)` gives. Modules that define further types of value add theirs."""


def type_name(value: Any) -> str:
    """What ``type(v)`` gives, and what messages call it."""
    try:
        return TYPE_NAMES[type(value)]
    except KeyError:
        return "error" if isinstance(value, SentraError) else "host value"
