"""Turns of loops in entries (see `entries`): they are counted, and there may not be many.

An entry has no guard that could stop it. So after `Expressions.most_turns` turns it leaves its work
to the function itself, in production code too; and what a loop could let grow turn by turn is held
to sizes that are handled at once.
"""

from __future__ import annotations

import ast

from sentra.codegen.control import LOOPS, Break, ForRange, If, Leave, Simple, Tree, Try, While
from sentra.codegen.lambdas import called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from sentra.bytecode.code import Span
    from sentra.codegen.expressions import Expressions
    from sentra.ir.model import Expr

TURNS = "_turns"
MOST_TEXT = 1 << 16  # characters of a text that is made in an entry with loops
CHANGING = frozenset(["push", "pop"])  # builtins that may change an array of the entry's own
MOST_INT = 1 << 64  # and an integer that an entry multiplies lies below it


def one_more(x: Expressions, span: Span) -> list[ast.stmt]:
    """``_turns = _turns + 1; if _turns > 1000: raise Exception``"""
    n = x.n
    more = n.binary("add", n.name(TURNS, span), n.constant(1, span), span)
    return [n.assign(n.target(TURNS, span), more, span), _bound(x, span)]


def all_at_once(x: Expressions, values: ast.expr, span: Span) -> tuple[list[ast.stmt], ast.expr]:
    """``_turns = _turns + len(values); if _turns > 1000: raise Exception``, and the values."""
    n = x.n
    before: list[ast.stmt] = []
    if not isinstance(values, ast.Name):
        name = x.new_temp().python
        before.append(n.assign(n.target(name, span), values, span))
        values = n.name(name, span)
    count = n.call(x.helper("len"), [values], span)
    more = n.binary("add", n.name(TURNS, span), count, span)
    before += [n.assign(n.target(TURNS, span), more, span), _bound(x, span)]
    assert isinstance(values, ast.Name)
    return before, n.name(values.id, span)


def _bound(x: Expressions, span: Span) -> ast.stmt:
    n = x.n
    test = n.compare("greater", n.name(TURNS, span), n.constant(x.most_turns, span), span)
    return n.conditionally(test, [n.raises(n.name(x.helper("Exception"), span), span)], [], span)


def ends_all_turns(body: list[Tree]) -> bool:
    """Whether every turn of a loop with this body comes to its end, unless something is thrown."""
    return not any(_may_leave(node) for node in body)


def _may_leave(node: Tree, inside: bool = False) -> bool:
    """`inside`: in a loop in the body, where ``break`` means that."""
    if isinstance(node, Leave):
        return True
    if isinstance(node, Break):
        return not inside
    if isinstance(node, If):
        return any(_may_leave(each, inside) for each in (*node.then, *node.otherwise))
    if isinstance(node, Try):
        return any(_may_leave(each, inside) for each in (*node.body, *node.handler))
    if isinstance(node, While) and node.once:
        return True
    return isinstance(node, LOOPS) and any(_may_leave(each, True) for each in node.body)


def is_range(values: ast.expr) -> bool:
    """``range(n)``, perhaps ``range(n) if … else …``: nothing can change that."""
    if isinstance(values, ast.IfExp):
        values = values.body
    return isinstance(values, ast.Call) and isinstance(values.func, ast.Name) and (
        values.func.id == "range")


def changes_arrays(body: list[Tree], kept: Container[str]) -> bool:
    """Whether the statements of a loop change an array, perhaps the one that it goes over: others
    than the function's own that are `kept`, by their names.
    """
    return any(_changes(e, kept) for node in body for e in _values(node))


def _changes(e: Expr, kept: Container[str]) -> bool:
    name, args = called(e)
    if name in CHANGING and not (args[0].op == "get" and args[0].a.python in kept):
        return True
    return any(_changes(arg, kept) for arg in e.args)


def _values(node: Tree) -> Iterator[Expr]:
    """What is evaluated in a statement."""
    parts: list[Tree] = []
    if isinstance(node, Simple):
        yield from node.stmt.args
    elif isinstance(node, Leave):
        yield node.value
    elif isinstance(node, If):
        parts = [*node.then, *node.otherwise]
        if node.condition is not None:
            yield node.condition
    elif isinstance(node, Try):
        parts = [*node.body, *node.handler]
    elif isinstance(node, LOOPS):
        parts = node.body
        values = ((node.start, node.stop, node.by) if isinstance(node, ForRange)
                  else (node.condition,) if isinstance(node, While) else ())
        yield from (value for value in values if value is not None)
    for part in parts:
        yield from _values(part)
