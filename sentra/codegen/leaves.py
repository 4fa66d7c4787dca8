"""Loops in which nothing but the loop itself takes steps: no calls of functions, no waiting.

Metered code counts the steps of such a loop in a local variable, and gives the rest back when the
loop is left, however that happens.
"""

from __future__ import annotations

from sentra.codegen.control import LOOPS, ForEach, ForRange, If, Leave, Simple, Try, While
from sentra.ir.model import ARRAY, OTHER, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.codegen.control import Tree
    from sentra.ir.model import Expr, Stmt

MAX_NESTED = 12  # the count takes a try statement of its own, and CPython bounds their nesting

# What calls no function of the program or the host, and lets no other task run.
_QUIET = frozenset(
    """const get bind builtin closure add sub mul div mod negate not_ equal not_equal less
    less_equal greater greater_equal and or select text array map index slice_ contains
    caught""".split())
_QUIET_STATEMENTS = frozenset(
    "set eval set_index new_cell box copy_cell publish iterate iterate_pairs".split())
_QUIET_BUILTINS = frozenset(
    """len push pop shift unshift insert range abs min max sqrt floor ceil round trunc pow sin cos
    upper lower trim split join contains includes starts_with ends_with substring char_at index_of
    chars ord chr str int float bool type keys values has delete slice concat reverse repeat replace
    band bor bxor shl shr bnot""".split())


def is_quiet_loop(node: Tree) -> bool:
    """Whether the steps of a loop can be counted in a local variable."""
    if isinstance(node, While) and node.once:
        return False
    return _depth([node]) <= MAX_NESTED and _is_quiet([node])


def _depth(body: list[Tree]) -> int:
    """How deep loops and try statements are nested."""
    found = 0
    for node in body:
        if isinstance(node, If):
            found = max(found, _depth(node.then), _depth(node.otherwise))
        elif isinstance(node, LOOPS):
            found = max(found, 1 + _depth(node.body))
        elif isinstance(node, Try):
            found = max(found, 1 + _depth(node.body), 1 + _depth(node.handler))
    return found


def _is_quiet(body: list[Tree]) -> bool:
    for node in body:
        parts: list[list[Tree]] = []
        exprs: list[Expr | None] = []
        if isinstance(node, Simple):
            if not _is_quiet_statement(node.stmt):
                return False
        elif isinstance(node, If):
            parts, exprs = [node.then, node.otherwise], [node.condition]
        elif isinstance(node, While):
            parts, exprs = [node.body], [node.condition]
        elif isinstance(node, ForEach):
            parts = [node.body]
        elif isinstance(node, ForRange):
            parts, exprs = [node.body], [node.start, node.stop, node.by, node.array]
        elif isinstance(node, Try):
            parts = [node.body, node.handler]
        elif isinstance(node, Leave):
            exprs = [node.value]
        if not all(expr is None or _is_quiet_value(expr) for expr in exprs):
            return False
        if not all(map(_is_quiet, parts)):
            return False
    return True


def _is_quiet_statement(statement: Stmt) -> bool:
    if statement.op not in _QUIET_STATEMENTS or not all(map(_is_quiet_value, statement.args)):
        return False
    # A loop over a channel waits for other tasks.
    return not statement.op.startswith("iterate") or not statement.args[0].type & OTHER


def _is_quiet_value(expr: Expr) -> bool:
    pending = [expr]
    while pending:
        e = pending.pop()
        if e.op == "call":
            if e.args[0].op != "builtin" or e.args[0].a not in _QUIET_BUILTINS:
                return False
        elif e.op == "invoke":  # of a map it may be a call of what it holds
            if e.a not in _QUIET_BUILTINS or not e.args[0].type or (
                    e.args[0].type & ~(ARRAY | STRING)):
                return False
        elif e.op == "property":  # of an object of the host it may be a call
            if e.args[0].type & OTHER:
                return False
        elif e.op not in _QUIET:
            return False
        pending += e.args
    return True
