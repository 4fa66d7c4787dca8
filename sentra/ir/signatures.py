"""What builtins give, by the types of their arguments: data for the type inference.

A builtin that is not listed can give anything. An entry is a type, or a function of the argument
types. Only facts that hold for every call that returns are listed.
"""

from __future__ import annotations

from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    MAP,
    NAT,
    NIL,
    NONE,
    NUMBER,
    OTHER,
    STRING,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _rounded(types: list[int]) -> int:
    """floor, ceil, round, trunc of one number give an int; round(x, digits) a float."""
    if len(types) > 1:
        return FLOAT if types[1] and not types[1] & ~NUMBER else INT | FLOAT
    return NAT if types and not types[0] & ~(NAT | BOOL) else INT


def _abs(types: list[int]) -> int:
    if types and types[0] == NONE:
        return NONE  # nothing has come there yet
    found = NONE
    for kind in types[:1]:
        if kind & FLOAT:
            found |= FLOAT
        if kind & ~FLOAT:
            found |= NAT
    return found or ANY


def _extreme(types: list[int]) -> int:
    """min and max of several numbers."""
    if len(types) > 1 and NONE in types:
        return NONE  # nothing has come there yet
    joined = NONE
    for kind in types:
        joined |= kind
    return joined if len(types) > 1 and joined and not joined & ~NUMBER else ANY


def _div(types: list[int]) -> int:
    if len(types) == 2 and not (types[0] | types[1]) & ~(NAT | BOOL):
        return NAT
    return INT


def _bits(types: list[int]) -> int:
    """Bits of numbers that are not negative."""
    return NAT if types and not any(kind & ~(NAT | BOOL) for kind in types) else INT


def _mask(types: list[int]) -> int:
    """band: not negative if one of the two is not."""
    return NAT if any(not kind & ~(NAT | BOOL) for kind in types) else INT


def _part(types: list[int]) -> int:
    """Of an array or string."""
    return types[0] & (ARRAY | STRING) if types and not types[0] & OTHER else ANY


def _modulo(types: list[int]) -> int:
    """mod: the sign of the second."""
    if len(types) != 2 or any(kind & ~(INT | BOOL) for kind in types):
        return INT | FLOAT
    return NAT if not types[1] & ~(NAT | BOOL) else INT


def _power(types: list[int]) -> int:
    if len(types) == 2 and not (types[0] | types[1]) & ~(NAT | BOOL):
        return NAT
    return INT | FLOAT


RESULTS: dict[str, int | Callable[[list[int]], int]] = {
    "len": NAT, "str": STRING, "type": STRING, "typeof": STRING, "int": INT, "float": FLOAT,
    "bool": BOOL, "range": ARRAY,
    "push": NAT, "unshift": NAT, "insert": NAT,
    "upper": STRING, "lower": STRING, "trim": STRING, "replace": STRING, "repeat": STRING,
    "split": ARRAY, "chars": ARRAY, "lines": ARRAY, "join": STRING, "substring": STRING,
    "substr": STRING, "char_at": STRING, "pad_left": STRING, "pad_right": STRING, "chr": STRING,
    "ord": NAT, "index_of": INT, "indexOf": INT, "last_index_of": INT, "count": NAT,
    "contains": BOOL, "includes": BOOL, "starts_with": BOOL, "startsWith": BOOL,
    "startswith": BOOL, "ends_with": BOOL, "endsWith": BOOL, "endswith": BOOL,
    "is_digit": BOOL, "is_alpha": BOOL, "is_space": BOOL, "capitalize": STRING, "title": STRING,
    "format": STRING, "trim_left": STRING, "trim_right": STRING, "replace_first": STRING,
    "to_hex": STRING, "to_bin": STRING,
    "map": ARRAY, "filter": ARRAY, "sorted": ARRAY, "flat": ARRAY, "flat_map": ARRAY,
    "unique": ARRAY, "zip": ARRAY, "enumerate": ARRAY, "chunk": ARRAY, "take": ARRAY,
    "drop": ARRAY, "concat": ARRAY, "sort": ARRAY, "sort_by": ARRAY, "partition": ARRAY,
    "group_by": MAP, "every": BOOL, "all": BOOL, "some": BOOL, "any": BOOL, "find_index": INT,
    "keys": ARRAY, "values": ARRAY, "entries": ARRAY, "has": BOOL, "has_key": BOOL,
    "merge": MAP, "from_entries": MAP, "map_values": MAP, "filter_map": MAP, "delete": BOOL,
    "remove": BOOL,
    "floor": _rounded, "ceil": _rounded, "round": _rounded, "trunc": _rounded,
    "abs": _abs, "min": _extreme, "max": _extreme, "div": _div, "sqrt": FLOAT,
    "sin": FLOAT, "cos": FLOAT, "tan": FLOAT, "atan2": FLOAT, "exp": FLOAT, "ln": FLOAT,
    "log2": FLOAT, "log10": FLOAT, "asin": FLOAT, "acos": FLOAT, "atan": FLOAT, "sinh": FLOAT,
    "cosh": FLOAT, "tanh": FLOAT, "mod": _modulo, "lcm": NAT, "factorial": NAT,
    "is_nan": BOOL, "isNaN": BOOL, "is_finite": BOOL, "isFinite": BOOL,
    "hypot": FLOAT, "random": FLOAT, "random_int": INT, "randomInt": INT, "randint": INT,
    "band": _mask, "bor": _bits, "bxor": _bits, "shl": _bits, "shr": _bits, "gcd": NAT,
    "slice": _part, "clone": lambda types: types[0] if types else ANY, "pow": _power,
    "sum": INT | FLOAT,
    "time_ms": NAT, "now_ms": NAT, "clock": FLOAT,
    "make_channel": OTHER, "channel": OTHER,
    "json_encode": STRING, "sha256": STRING, "md5": STRING,
    "try": MAP, "for_each": NIL, "forEach": NIL,
}

# Builtins that call back: with each element, with pairs of them, or with what they made so far.
EACH = frozenset(
    """map filter for_each forEach find find_index every all some any flat_map sort_by group_by
    partition""".split())
PAIRS = frozenset(["sort", "sorted"])
CALLBACKS = EACH | PAIRS | {"reduce"}

# Methods of maps that change the map, or give what it holds.
MAP_CHANGES = frozenset(
    "values entries get delete remove merge map_values filter_map clear".split())
