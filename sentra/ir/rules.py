"""The types of operations, by the types of their operands: one rule each.

These need nothing but the expression; what depends on the contents of containers, and calls, are
in `types`. A rule gives NONE while an operand has no value yet, and more for more.
"""

from __future__ import annotations

from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    MAP,
    NAT,
    NEG,
    NIL,
    NONE,
    NUMBER,
    OTHER,
    STRING,
    Expr,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def constant_type(value: object) -> int:
    """The type of one value."""
    if type(value) is int:
        return NAT if value >= 0 else NEG
    return _OF_CLASS.get(type(value), OTHER)


_OF_CLASS = {type(None): NIL, bool: BOOL, float: FLOAT, str: STRING, list: ARRAY, dict: MAP}


def _arithmetic(a: int, b: int, nat: bool) -> int:
    """The type of ``a op b`` for numbers; NONE when one side has no value yet."""
    if not a or not b:
        return NONE
    found = NONE
    if (a | b) & FLOAT:
        found |= FLOAT
    if a & (INT | BOOL) and b & (INT | BOOL):
        found |= NAT if nat and not (a | b) & NEG else INT
    return found


def _add(expr: Expr) -> int:
    a, b = expr.args[0].type, expr.args[1].type
    if not a or not b:
        return NONE
    found = _arithmetic(a & NUMBER, b & NUMBER, True)
    if (a | b) & STRING:
        found |= STRING
    if a & ARRAY and b & ARRAY:
        found |= ARRAY
    return found


def _mul(expr: Expr) -> int:
    a, b = expr.args[0].type, expr.args[1].type
    found = _arithmetic(a & NUMBER, b & NUMBER, True)
    if (a & STRING and b & NUMBER) or (b & STRING and a & NUMBER):
        found |= STRING
    if (a & ARRAY and b & NUMBER) or (b & ARRAY and a & NUMBER):
        found |= ARRAY
    return found


def _sub(expr: Expr) -> int:
    return _arithmetic(expr.args[0].type & NUMBER, expr.args[1].type & NUMBER, False)


def _mod(expr: Expr) -> int:
    a, b = expr.args[0].type & NUMBER, expr.args[1].type & NUMBER
    found = _arithmetic(a, b, False)
    if found & INT and not a & NEG:
        found = found & ~NEG | NAT  # the sign of the left operand
    return found


def _negate(expr: Expr) -> int:
    a = expr.args[0].type
    return (FLOAT if a & FLOAT else NONE) | (INT if a & (INT | BOOL) else NONE)


def _join_last(expr: Expr) -> int:
    found = NONE
    for arg in expr.args:
        found |= arg.type
    return found


def type_of_get(expr: Expr) -> int:
    """What a variable can hold, after the tests that `narrowing` saw."""
    variable: Variable = expr.a
    real = variable.owner or variable
    if real.function is not None:
        return FUNCTION
    return real.type & expr.present if expr.present else real.type


def _slice(expr: Expr) -> int:
    return expr.args[0].type & (STRING | ARRAY) or (ANY if expr.args[0].type else NONE)


RULES: dict[str, Callable[[Expr], int]] = {
    "const": lambda expr: constant_type(expr.a),
    "get": type_of_get,
    "add": _add, "sub": _sub, "mul": _mul, "mod": _mod, "negate": _negate,
    "div": lambda expr: FLOAT,
    "not_": lambda expr: BOOL, "equal": lambda expr: BOOL, "not_equal": lambda expr: BOOL,
    "less": lambda expr: BOOL, "less_equal": lambda expr: BOOL, "greater": lambda expr: BOOL,
    "greater_equal": lambda expr: BOOL, "contains": lambda expr: BOOL,
    "and": _join_last, "or": lambda expr: expr.args[0].type & ~NIL | expr.args[1].type,
    "select": lambda expr: expr.args[1].type | expr.args[2].type,
    "text": lambda expr: STRING,
    "closure": lambda expr: FUNCTION,
    "slice_": _slice,
    "import_module": lambda expr: OTHER, "import_builtin": lambda expr: OTHER,
    "builtin": lambda expr: ANY,
}
