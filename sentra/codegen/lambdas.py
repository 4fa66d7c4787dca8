"""Builtins that call a lambda for every element: which of them are comprehensions of Python.

``a.map(fn(x) => x.n + 1)`` is ``[x["n"] + 1 for x in a]``. The lambda is an expression; whether it
can stand in the comprehension (see `select`) says what its guards and effects are.
"""

from __future__ import annotations

from sentra.bytecode.code import LAMBDA
from sentra.ir.memory import Changes
from sentra.ir.model import ARRAY, LOCAL, NIL, RETURN, Expr, FunctionIR

NAMES = frozenset("map filter find find_index some any every all".split())


class Lambda:
    """A builtin's name, the array it goes over, and the function that it calls."""

    __slots__ = ("array", "body", "function", "name")

    def __init__(self, name: str, array: Expr, function: FunctionIR, body: Expr) -> None:
        self.name = name
        self.array = array
        self.function = function
        self.body = body

    def changes_array(self) -> bool:
        """Whether the function may change the array that the builtin goes over."""
        changes = Changes()
        changes.evaluate(self.body)
        return changes.changes(self.array)


def lambda_of(e: Expr) -> Lambda | None:
    """The parts of such a call; None if it is none, or the function is no simple expression."""
    if e.op == "call":
        name, args = e.args[0].a if e.args[0].op == "builtin" else "", e.args[1:]
    elif e.op == "invoke":
        name, args = e.a, e.args
    else:
        return None
    if name not in NAMES or len(args) != 2 or args[1].op != "closure":
        return None
    array, function = args[0], args[1].a
    if not array.type & ARRAY or array.type & ~(ARRAY | NIL):
        return None
    body = _body_of(function)
    return Lambda(name, array, function, body) if body is not None else None


def _body_of(function: FunctionIR) -> Expr | None:
    code = function.bytecode
    if (function.declined or function.name != LAMBDA or code.has_rest
            or not 1 <= code.parameters <= 2 or code.required != code.parameters
            or len(function.blocks) != 1
            or function.blocks[0].body or function.module is None or function.module.metered):
        return None
    end = function.blocks[0].end
    if end is None or end.op != RETURN or not all(
            v.kind == LOCAL and not v.sets for v in function.parameters):
        return None
    if any(v.owner is None or v.owner.explicit or v.python != v.owner.python
           for v in function.upvalues):
        return None
    return end.args[0] if _fits(end.args[0]) else None


def _fits(e: Expr) -> bool:
    """No function is made, but for a comprehension in this one."""
    if e.op == "closure":
        return False
    inner = lambda_of(e)
    if inner is not None:
        return _fits(inner.array)
    return e.op not in _NEVER and all(map(_fits, e.args))


_NEVER = frozenset("go go_invoke receive select_channel import_module import_builtin bind".split())
