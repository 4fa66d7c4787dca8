"""Constants and types that decide an operation, and branches that they decide.

>>> show(fold, '''
... let size = 4
... if type(size) == "number" && size * 2 > 7 { log("large: " + size * 2) } else { log("small") }
... ''')
block 0
  size.0 = 4
  branch(and(equal(call(builtin type, size.0):string, "number"):boolean, \
greater(mul(size.0, 2):nat, 7):boolean):boolean) 1 2
block 1
  eval(call(builtin log, add("large: ", mul(size.0, 2):nat):string):any)
  jump 3
block 2
  eval(call(builtin log, "small"):any)
  jump 3
block 3
  publish @size(size.0)
  return(nil)
becomes
block 0
  size.0 = 4
  jump 1
block 1
  eval(call(builtin log, "large: 8"):any)
  jump 2
block 2
  publish @size(size.0)
  return(nil)

The runtime's own operations calculate. What throws is left to throw, and what grows is left to grow
when its turn comes.
"""

from __future__ import annotations

from sentra.ir.edit import become, drop_unreachable, forget, is_plain, is_quiet
from sentra.ir.model import (
    ARRAY,
    BOOL,
    BRANCH,
    FLOAT,
    FUNCTION,
    INT,
    JUMP,
    LOCAL,
    MAP,
    NIL,
    NUMBER,
    OTHER,
    STRING,
    Expr,
    FunctionIR,
    Variable,
)
from sentra.ir.rules import constant_type
from sentra.runtime import arithmetic, compare
from sentra.runtime.text import to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 1000  # characters of a string that is folded
LARGEST = 1 << 256

_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": arithmetic.add, "sub": arithmetic.sub, "mul": arithmetic.mul, "div": arithmetic.div,
    "mod": arithmetic.mod, "negate": arithmetic.negate, "equal": compare.equal,
    "not_equal": compare.not_equal, "less": compare.less, "less_equal": compare.less_equal,
    "greater": compare.greater, "greater_equal": compare.greater_equal,
    "not_": lambda value: not value,
}
_UNKNOWN: Any = object()
_GROUPS = (NIL, NUMBER, STRING, ARRAY, MAP, FUNCTION)  # values of two of these are never equal
_TYPE_NAMES = ((NIL, "nil"), (BOOL, "boolean"), (INT | FLOAT, "number"), (STRING, "string"),
               (ARRAY, "array"), (MAP, "map"), (FUNCTION, "function"))


def fold(function: FunctionIR) -> FunctionIR:
    """Fold what constants and types decide; the function, changed."""
    _Folder(function).run()
    return function


def fold_copy(expr: Expr) -> None:
    """Fold what constants decide in an expression that no count of reads knows of."""
    for arg in expr.args:
        if arg.args:
            fold_copy(arg)
    operation = _OPERATIONS.get(expr.op)
    if operation is not None and all(arg.op == "const" for arg in expr.args):
        _operate(expr, operation, [arg.a for arg in expr.args])
    elif expr.op == "select" and expr.args[0].op == "const":
        become(expr, expr.args[1 if expr.args[0].a else 2])


class _Folder:
    def __init__(self, function: FunctionIR) -> None:
        self.function = function
        self.known: dict[Variable, Any] = {}  # variables that hold a constant from here on
        self.outside: dict[Variable, Any] = {}  # those of the first block: they do so everywhere

    def run(self) -> None:
        function = self.function
        parameters = frozenset(function.parameters)
        decided = False
        for block in function.blocks:
            self.known = {} if block.number else self.outside
            for statement in block.body:
                for arg in statement.args:
                    if arg.args:
                        self.fold(arg)
                variable = statement.variable
                if (statement.op == "set" and statement.args[0].op == "const"
                        and variable is not None and variable.sets == 1 and is_plain(variable)
                        and variable.kind == LOCAL and variable not in parameters):
                    self.known[variable] = statement.args[0].a
            end = block.end
            assert end is not None
            for arg in end.args:
                self.fold(arg)
            if end.op == BRANCH:
                value = self.value(end.args[0])
                if value is not _UNKNOWN:
                    forget(end.args[0])
                    end.op, end.args = JUMP, ()
                    end.targets = (end.targets[0] if value else end.targets[1],)
                    decided = True
        if decided:
            drop_unreachable(function)

    def fold(self, expr: Expr) -> None:
        """Fold a tree, its arguments first."""
        op, args = expr.op, expr.args
        for arg in args:
            if arg.args:
                self.fold(arg)
        operation = _OPERATIONS.get(op)
        if operation is not None:
            self.operation(expr, operation)
        elif op == "and" or op == "or" or op == "select":
            self.choice(expr)
        elif op == "text":
            values = self.values(args)
            if values is not None and all(map(_is_small, values)):
                _replace(expr, "".join([to_text(value) for value in values]))
        elif op == "call" and args[0].op == "builtin" and args[0].a in ("type", "typeof") and (
                len(args) == 2 and is_quiet(args[1])):
            for bits, name in _TYPE_NAMES:
                if args[1].type and not args[1].type & ~bits:
                    _replace(expr, name)

    def value(self, expr: Expr) -> Any:
        """What an expression is known to give; `_UNKNOWN` if it is not."""
        if expr.op == "const":
            return expr.a
        if expr.op == "get":
            for known in (self.known, self.outside):
                if expr.a in known:
                    return known[expr.a]
            if expr.type == NIL and is_plain(expr.a):
                return None
        return _UNKNOWN

    def values(self, args: tuple[Expr, ...]) -> list[Any] | None:
        """What all arguments are known to give; None if that is not known of one."""
        found = []
        for arg in args:
            value = self.value(arg)
            if value is _UNKNOWN:
                return None
            found.append(value)
        return found

    def operation(self, expr: Expr, operation: Callable[..., Any]) -> None:
        values = self.values(expr.args)
        if values is None:
            if expr.op in ("equal", "not_equal") and _never_equal(*expr.args):
                _replace(expr, expr.op == "not_equal")
            return
        _operate(expr, operation, values)

    def choice(self, expr: Expr) -> None:
        """``&&``, ``||`` and ``? :`` whose first operand is known."""
        first, *others = expr.args
        value = self.value(first)
        if value is _UNKNOWN:
            return
        if expr.op == "select":
            taken, dropped = others if value else reversed(others)
            forget(dropped)
        elif bool(value) == (expr.op == "and"):
            taken = others[0]
        else:
            forget(others[0])
            become(expr, first)
            return
        forget(first)
        become(expr, taken)


def _operate(expr: Expr, operation: Callable[..., Any], values: list[Any]) -> None:
    """An operation on constants; one that throws stays."""
    if not all(map(_is_small, values)) or (expr.op == "mul" and str in map(type, values)):
        return
    try:
        result = operation(*values)
    except Exception:  # noqa: BLE001  # it throws when it is executed
        return
    if _is_small(result):
        _replace(expr, result)


def _replace(expr: Expr, value: Any) -> None:
    """Put a constant in the place of an operation."""
    for arg in expr.args:
        forget(arg)
    expr.op, expr.args, expr.a, expr.depth = "const", (), value, 1
    expr.type = constant_type(value)


def _is_small(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return bool(len(value) <= LONGEST)
    if kind is int:
        return bool(-LARGEST < value < LARGEST)
    if kind is float:
        return bool(value - value == 0.0)  # infinities and NaN are names in generated code
    return value is None or kind is bool


def _never_equal(left: Expr, right: Expr) -> bool:
    """Whether the types rule it out, and nothing is lost by not evaluating them."""
    if not left.type or not right.type or (left.type | right.type) & OTHER:
        return False
    for group in _GROUPS:
        if left.type & group and right.type & group:
            return False
    return is_quiet(left) and is_quiet(right)
