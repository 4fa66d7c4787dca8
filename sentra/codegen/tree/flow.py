"""Where control goes from structured statements, and forms of them that need fewer tokens."""

from __future__ import annotations

from sentra.codegen.control import Break, Continue, If, Leave, Simple, Tree, Try
from sentra.ir.model import RETURN

MOST_NESTED = 8
"""So many statements that may leave become each the condition of what follows; then tokens do."""


def may_leave(node: Tree) -> bool:
    """Whether control may go elsewhere than to the next statement: its closure may give a token.

    What leaves by an exception only does not count.
    """
    if isinstance(node, Leave):
        return node.op == RETURN
    if isinstance(node, Break | Continue):
        return True
    if isinstance(node, If):
        return any(map(may_leave, node.then)) or any(map(may_leave, node.otherwise))
    if isinstance(node, Try):
        return any(map(may_leave, node.body)) or any(map(may_leave, node.handler))
    if isinstance(node, Simple):
        return False
    return any(map(_may_return, node.body))


def _may_return(node: Tree) -> bool:
    """Whether a statement of a loop's body can leave the loop's function."""
    if isinstance(node, Leave):
        return node.op == RETURN
    if isinstance(node, If):
        return any(map(_may_return, node.then)) or any(map(_may_return, node.otherwise))
    if isinstance(node, Try):
        return any(map(_may_return, node.body)) or any(map(_may_return, node.handler))
    if isinstance(node, Simple | Break | Continue):
        return False
    return any(map(_may_return, node.body))


def always_leaves(body: list[Tree]) -> bool:
    """Whether control never reaches the end of these statements."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, If):
        return always_leaves(last.then) and always_leaves(last.otherwise)
    return isinstance(last, Leave | Break | Continue)


def joined(node: If, rest: list[Tree]) -> If | None:
    """``if c { return } rest`` is ``if c { return } else { rest }``."""
    if always_leaves(node.then):
        return If(node.condition, node.then, [*node.otherwise, *rest], node.span, node.passed)
    if always_leaves(node.otherwise):
        return If(node.condition, [*node.then, *rest], node.otherwise, node.span, node.passed)
    return None


def loop_body(body: list[Tree], nested: int = 0) -> list[Tree]:
    """The same statements of a loop without ``continue`` where the next turn begins anyway."""
    for index, node in enumerate(body[:-1]):
        if isinstance(node, If) and nested < MOST_NESTED and may_leave(node):
            whole = joined(node, body[index + 1:])
            if whole is not None:
                return [*body[:index], _without_continue(whole, nested + 1)]
    if not body:
        return body
    last = body[-1]
    if isinstance(last, Continue):
        return body[:-1]
    return [*body[:-1], _without_continue(last, nested)] if isinstance(last, If) else body


def _without_continue(node: If, nested: int) -> If:
    return If(node.condition, loop_body(node.then, nested), loop_body(node.otherwise, nested),
              node.span, node.passed)
