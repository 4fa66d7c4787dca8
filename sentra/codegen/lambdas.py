"""Builtins that call a lambda for every element: which of them are comprehensions or loops.

``a.map(fn(x) => x.n + 1)`` is ``[x["n"] + 1 for x in a]``. The lambda is an expression; whether it
can stand in the comprehension (see `select`) says what its guards and effects are. `reduce` and
`for_each` are loops (see `callbacks`), whose lambda may also be statements without branches.
"""

from __future__ import annotations

from sentra.bytecode.code import LAMBDA
from sentra.codegen.marks import is_marked
from sentra.ir.memory import Changes
from sentra.ir.model import (
    ARRAY,
    BOOL,
    CELL,
    FLOAT,
    INT,
    LOCAL,
    NIL,
    NUMBER,
    RETURN,
    STRING,
    Expr,
    FunctionIR,
    Stmt,
    Variable,
)

# Builtins that go on with all results, by the helper that is given them after the array.
COLLECTED = {"sort_by": "_sort_by_keys", "group_by": "_grouped", "partition": "_parted",
             "flat_map": "_flattened", "sort": "_sort_by_keys", "sorted": "_sort_by_keys"}
NAMES = frozenset("map filter find find_index some any every all".split()) | COLLECTED.keys()
_ORDERS = frozenset(["sort", "sorted"])
LOOPS = frozenset(["reduce", "for_each", "forEach"])


class Lambda:
    """A builtin's name, the array it goes over, and the function that it calls.

    Of `sort` and `sorted` the `body` is the key that the function compares, of its first parameter.
    """

    __slots__ = ("array", "body", "descending", "function", "name")

    def __init__(
        self, name: str, array: Expr, function: FunctionIR, body: Expr, *,
        descending: bool = False,
    ) -> None:
        self.name = name
        self.array = array
        self.function = function
        self.body = body
        self.descending = descending

    @property
    def parameters(self) -> list[Variable]:
        """What the comprehension binds: the element, and its place."""
        parameters = self.function.parameters
        return parameters[:1] if self.name in _ORDERS else parameters

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
    if not e.args or e.args[-1].op != "closure":
        return None  # as nearly always
    name, args = called(e)
    if name not in NAMES or len(args) != 2:
        return None
    array, function = args[0], args[1].a
    if not array.type & ARRAY or array.type & ~(ARRAY | NIL):
        return None
    body = _value_of(function)
    if body is None or function.blocks[0].body or not _fits(body):
        return None
    if name in _ORDERS:
        return _order(name, array, function, body)
    return Lambda(name, array, function, body)


def _order(name: str, array: Expr, function: FunctionIR, body: Expr) -> Lambda | None:
    """``fn(a, b) => a.n - b.n`` and the like: an order by a key, of numbers or texts.

    Python's sort asks whether one is less than the other, of keys as of elements. Numbers are put
    in the other order by their negatives, which keeps equal ones in their order.
    """
    if body.op not in ("sub", "less", "greater") or function.bytecode.parameters != 2:
        return None
    first, second = function.parameters
    left, right = body.args
    turned = _mentions(left, second)
    key, other = (right, left) if turned else (left, right)
    if not _is_mirrored(key, other, first, second) or not _mentions(key, first):
        return None
    found = key.type | other.type
    descending = turned != (body.op == "greater")
    if not found or found & ~NUMBER:
        if found != STRING or descending or body.op == "sub":
            return None
    elif body.op == "sub" and found & ~(INT | BOOL) and found != FLOAT:
        return None  # a difference of both kinds is rounded
    return Lambda(name, array, function, key, descending=descending)


def _mentions(e: Expr, variable: Variable) -> bool:
    return (e.op == "get" and e.a is variable) or any(_mentions(arg, variable) for arg in e.args)


def _is_mirrored(e: Expr, other: Expr, first: Variable, second: Variable) -> bool:
    """Whether two trees are the same, of the one variable and of the other."""
    if e.op != other.op or len(e.args) != len(other.args):
        return False
    if e.op == "get" and e.a is first:
        return other.a is second
    if e.a is second or e.a != other.a or type(e.a) is not type(other.a):
        return False
    return all(_is_mirrored(one, two, first, second)
               for one, two in zip(e.args, other.args, strict=True))


def loop_of(e: Expr) -> Loop | None:
    """The parts of a call that is a loop; None if it is none."""
    name, args = called(e)
    if name not in LOOPS or len(args) < 2 or args[1].op != "closure" or args[0].type != ARRAY:
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


def called(e: Expr) -> tuple[str, tuple[Expr, ...]]:
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
