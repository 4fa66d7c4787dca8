"""Builtins that are one function of Python when the types are right: a table.

What that function refuses, the builtin itself decides. Only builtins that the program does not
redefine get here: those are other operations.
"""

from __future__ import annotations

import math
import operator

from sentra.ir.model import ARRAY, BOOL, FLOAT, INT, MAP, NAT, NIL, NUMBER, STRING, Expr
from sentra.runtime.builtins import ARRAY_METHODS, STRING_METHODS
from sentra.runtime.compare import has_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Row = tuple[tuple[int, ...], Callable[..., Any]]

_ANY = 1023
_KEY = NIL | NUMBER | STRING
_REAL = INT | FLOAT


def same(value: Any) -> Any:
    """What gives its argument back; no closure is made for it."""
    return value


_FLOOR: tuple[Row, ...] = (((INT,), same), ((_REAL,), math.floor))
_STARTS: tuple[Row, ...] = (((STRING, STRING), str.startswith),)
_ENDS: tuple[Row, ...] = (((STRING, STRING), str.endswith),)
_HAS: tuple[Row, ...] = (((MAP, _KEY), operator.contains),)
_CONTAINS: tuple[Row, ...] = (
    ((STRING, STRING), operator.contains), ((ARRAY, _ANY), has_element))

_ROWS: dict[str, tuple[Row, ...]] = {
    "len": (((_ANY,), len),),
    "pop": (((ARRAY,), list.pop),),
    "keys": (((MAP,), list),),
    "has": _HAS, "has_key": _HAS,
    "get": (((MAP, _KEY), dict.get), ((MAP, _KEY, _ANY), dict.get)),
    "str": (((STRING,), same), ((INT,), str)),
    "int": (((INT,), same), ((INT | FLOAT | BOOL,), int)),
    "float": (((FLOAT,), same),),
    "floor": _FLOOR,
    "ceil": (((INT,), same), ((_REAL,), math.ceil)),
    "trunc": (((INT,), same), ((_REAL,), int)),
    "abs": (((_REAL,), abs),),
    "sqrt": (((_REAL,), math.sqrt),),
    "sin": (((_REAL,), math.sin),),
    "cos": (((_REAL,), math.cos),),
    "min": (((INT, INT), min),),
    "max": (((INT, INT), max),),
    "div": (((INT, INT), operator.floordiv),),
    "upper": (((STRING,), str.upper),),
    "lower": (((STRING,), str.lower),),
    "ord": (((STRING,), ord),),
    "starts_with": _STARTS, "startsWith": _STARTS, "startswith": _STARTS,
    "ends_with": _ENDS, "endsWith": _ENDS, "endswith": _ENDS,
    "contains": (*_CONTAINS, *_HAS), "includes": _CONTAINS,
    "char_at": (((STRING, NAT), operator.getitem),),
    "band": (((INT, INT), operator.and_),),
    "bor": (((INT, INT), operator.or_),),
    "bxor": (((INT, INT), operator.xor),),
}


def python_function(name: str, args: tuple[Expr, ...]) -> Callable[..., Any] | None:
    """What computes builtin `name` for arguments of these types."""
    for types, function in _ROWS.get(name, ()):
        if len(types) == len(args) and all(
                arg.type and not arg.type & ~wanted for arg, wanted in zip(args, types)):
            return function
    return None


def is_builtin_method(receiver: int, name: str) -> bool:
    """Whether the method of a receiver of this type is surely the builtin of that name."""
    if receiver == STRING:
        return name in STRING_METHODS
    return receiver == ARRAY and name in ARRAY_METHODS
