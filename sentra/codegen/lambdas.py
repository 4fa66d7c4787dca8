"""Builtins that call a lambda for every element: which of them are comprehensions or loops.

``a.map(fn(x) => x.n + 1)`` is ``[x["n"] + 1 for x in a]``. The lambda is an expression; whether it
can stand in the comprehension (see `select`) says what its guards and effects are. `reduce` and
`for_each` are loops (see `callbacks`), whose lambda may also be statements without branches.
"""

from __future__ import annotations

from sentra.bytecode.code import LAMBDA
from sentra.codegen.marks import is_marked
from sentra.ir.memory import Changes
from sentra.ir.model import ARRAY, CELL, LOCAL, NIL, RETURN, Expr, FunctionIR, Stmt

# Builtins that go on with all results, by the helper that is given them after the array.
COLLECTED = {"sort_by": "_sort_by_keys", "group_by": "_grouped", "partition": "_parted",
             "flat_map": "_flattened"}
NAMES = frozenset("map filter find find_index some any every all".split()) | COLLECTED.keys()
_LOOPS = frozenset(["reduce", "for_each", "forEach"])


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


class Loop:
    """A builtin that is a loop: the array, what `reduce` starts with, the function.

    `value` is what the function gives in the end, after its statements.
    """

    __slots__ = ("array", "function", "initial", "name", "value")

    def __init__(
        self, name: str, array: Expr, initial: Expr | None, function: FunctionIR, value: Expr,
    ) -> None:
        self.name = name
        self.array = array
        self.initial = initial
        self.function = function
        self.value = value

    def changes_array(self) -> bool:
        """Whether the function may change the array that the builtin goes over."""
        changes = Changes()
        for statement in self.function.blocks[0].body:
            changes.add(statement)
        changes.evaluate(self.value)
        return changes.changes(self.array)


def lambda_of(e: Expr) -> Lambda | None:
    """The parts of such a call; None if it is none, or the function is no simple expression."""
    name, args = _called(e)
    if name not in NAMES or len(args) != 2 or args[1].op != "closure":
        return None
    array, function = args[0], args[1].a
    if not array.type & ARRAY or array.type & ~(ARRAY | NIL):
        return None
    body = _value_of(function)
    if body is None or function.blocks[0].body or not _fits(body):
        return None
    return Lambda(name, array, function, body)


def loop_of(e: Expr) -> Loop | None:
    """The parts of a call that is a loop; None if it is none."""
    name, args = _called(e)
    if name not in _LOOPS or len(args) < 2 or args[1].op != "closure" or args[0].type != ARRAY:
        return None
    function: FunctionIR = args[1].a
    value = _value_of(function)
    if value is None or not _fits(value) or is_marked(value):
        return None
    if name == "reduce":
        initial = args[2] if len(args) == 3 else None
        if len(args) > 3 or function.bytecode.parameters != 2 or function.blocks[0].body or (
                initial is not None and (not initial.type or initial.type & NIL)):
            return None
        return Loop(name, args[0], initial, function, value)
    if len(args) != 2 or not all(map(_is_plain_statement, function.blocks[0].body)):
        return None
    return Loop(name, args[0], None, function, value)


def _called(e: Expr) -> tuple[str, tuple[Expr, ...]]:
    """The builtin that a call means, and its arguments."""
    if e.op == "call":
        return (e.args[0].a if e.args[0].op == "builtin" else ""), e.args[1:]
    return (e.a, e.args) if e.op == "invoke" else ("", ())


def _value_of(function: FunctionIR) -> Expr | None:
    """What a lambda without branches gives."""
    code = function.bytecode
    if (function.declined or function.name != LAMBDA or code.has_rest
            or not 1 <= code.parameters <= 2 or code.required != code.parameters
            or len(function.blocks) != 1
            or function.module is None or function.module.metered or function.module.debug):
        return None
    end = function.blocks[0].end
    if end is None or end.op != RETURN or not all(
            v.kind == LOCAL and not v.sets for v in function.parameters):
        return None
    if any(v.owner is None or v.owner.explicit or v.python != v.owner.python
           for v in function.upvalues):
        return None
    return end.args[0]


def _is_plain_statement(statement: Stmt) -> bool:
    if statement.op not in ("set", "eval", "set_index", "set_property"):
        return False
    variable = statement.variable
    if variable is not None and variable.kind == CELL:
        return False
    return all(_fits(arg) and not is_marked(arg) for arg in statement.args)


def _fits(e: Expr) -> bool:
    """No function is made, but for a comprehension in this one."""
    if e.op == "closure":
        return False
    inner = lambda_of(e)
    if inner is not None:
        return _fits(inner.array)
    return e.op not in _NEVER and all(map(_fits, e.args))


_NEVER = frozenset("go go_invoke receive select_channel import_module import_builtin bind".split())
