"""Which calls of builtins that call a lambda for every element can be loops (see `unfolding`)."""

from __future__ import annotations

from sentra.codegen.lambdas import called
from sentra.codegen.turns import CHANGING
from sentra.ir.edit import items
from sentra.ir.model import NIL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.ir.model import Block, Expr, FunctionIR, Stmt, Terminator, Variable

# What the result is before the first turn, of the builtins that may leave the loop early.
SEARCHES: dict[str, Any] = {
    "find": None, "find_index": -1, "some": False, "any": False, "every": True, "all": True}
WHOLE = frozenset(["map", "reduce", "for_each", "forEach"])
_NAMES = WHOLE | {"filter", *SEARCHES}
_LAZY = frozenset(["and", "or", "select"])


class Refused(Exception):
    """There is something else than such calls."""


class Call:
    """A call: the builtin's name, what it goes over, what `reduce` starts with, the lambda."""

    __slots__ = ("array", "expr", "function", "initial", "lazy_parent", "name",
                 "operands_before")

    def __init__(self, expr: Expr, name: str, args: tuple[Expr, ...]) -> None:
        self.expr = expr
        self.name = name
        self.array = args[0]
        self.function: FunctionIR = args[1].a
        self.initial = args[2] if len(args) > 2 else None
        self.operands_before: list[Expr] = []  # what is evaluated before it
        self.lazy_parent: Expr | None = None  # the outermost operation that may not come to it


def first_call(args: tuple[Expr, ...]) -> Call | None:
    """The call of such a builtin that is evaluated first."""
    for place, e in enumerate(args):
        if not e.args:
            continue
        lazy = e.op in _LAZY
        found = first_call(e.args[:1] if lazy else e.args) or _call_of(e)
        if found is None and lazy:
            found = first_call(e.args[1:])
            if found is not None:
                found.lazy_parent, found.operands_before = e, []
        if found is not None:
            found.operands_before[:0] = args[:place]
            return found
    return None


def _call_of(e: Expr) -> Call | None:
    name, args = called(e)
    if name not in _NAMES or len(args) != (3 if name == "reduce" else 2):
        return None
    return Call(e, name, args) if args[1].op == "closure" else None


def makes_function(e: Expr) -> bool:
    """Whether a function is made in an expression."""
    return e.op == "closure" or any(map(makes_function, e.args))


def check_cells(block: Block) -> None:
    """In what is done again and again, a captured variable is set before anything captures it: a
    turn has a new one, and a copy of the function has one for all turns.
    """
    unset: set[Variable | None] = set()
    assert block.end is not None
    parts: list[Stmt | Terminator] = [*block.body, block.end]
    for item in parts:
        if unset and any(map(makes_function, item.args)):
            raise Refused
        if item.op == "new_cell":
            unset.add(item.variable)
        elif item.op == "set":
            unset.discard(item.variable)
    if unset:
        raise Refused


def check(call: Call) -> None:
    """Raise Refused unless the lambda takes what it is passed, has no loops, changes no arrays, and
    finds its variables as a call would.
    """
    function = call.function
    code = function.bytecode
    first = 1 + (call.name == "reduce")
    if (function.declined or function.loops or function.tries or code.has_rest
            or code.required != code.parameters or not first <= code.parameters <= first + 1
            or any(v.sets for v in function.parameters[first - 1:])
            or any(v.checked for v in function.locals)):
        raise Refused
    for block in function.blocks:
        check_cells(block)
    initial = call.initial
    if initial is not None and (initial.op not in ("const", "array", "map", "get")
                                or not initial.type or initial.type & NIL):
        raise Refused
    if call.name in SEARCHES and called(call.array)[0] == "range":
        raise Refused  # the array would be too large at times, where nobody looks at all of it
    if any(map(_changes_arrays, [e for item in items(function) for e in item.args])):
        raise Refused


def _changes_arrays(e: Expr) -> bool:
    return called(e)[0] in CHANGING or any(map(_changes_arrays, e.args))
