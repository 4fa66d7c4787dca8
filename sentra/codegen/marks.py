"""Nodes that stand for a call that was replaced by what it calls.

An error inside the copy must show the function that was called. The copy's nodes carry the number
of the call in their end line, which `translate` reads back.
"""

from __future__ import annotations

from sentra.ir.model import Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span

MARK = 1_000_000  # lines: more than a source file has
MAX_SITES = (2 ** 31 - 1) // MARK - 1  # CPython's lines are C ints


class Site:
    """A call that was replaced: of which function, and where."""

    __slots__ = ("function", "span")

    def __init__(self, function: str, span: Span) -> None:
        self.function = function
        self.span = span


def marked(span: Span, site: int) -> Span:
    """The span of a node of copy number `site`."""
    if not site:
        return span
    return (*span[:2], span[2] + MARK * site, *span[3:])


def is_marked(expr: Expr) -> bool:
    """Whether a tree has such nodes."""
    return expr.span[2] >= MARK or any(map(is_marked, expr.args))
