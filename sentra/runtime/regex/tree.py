"""The tree of a parsed pattern."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from sentra.runtime.regex.charsets import Ranges

    Node: TypeAlias = "Chars | Assertion | Concat | Alternate | Group | Repeat"

# What an Assertion holds about the characters on both sides of a position.
BEGIN_TEXT, END_TEXT, BEGIN_LINE, END_LINE, WORD_EDGE, NOT_WORD_EDGE = range(6)


class PatternError(SentraError):
    """A pattern that is malformed or needs what a linear-time engine cannot do."""

    def __init__(self, message: str, pattern: str, position: int) -> None:
        super().__init__(f"malformed pattern: {message} at character {position + 1}", VALUE)
        self.pattern = pattern
        self.position = position


class Chars:
    """One character out of a set."""

    __slots__ = ("ranges",)
    copies: int = 1

    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges


class Assertion:
    """Something that holds between two characters."""

    __slots__ = ("kind",)
    copies: int = 1

    def __init__(self, kind: int) -> None:
        self.kind = kind


class Concat:
    """Items one after another; no item at all matches the empty string."""

    __slots__ = ("copies", "items")

    def __init__(self, items: tuple[Node, ...]) -> None:
        self.items = items
        self.copies: int = max((item.copies for item in items), default=1)


class Alternate:
    """The first branch that leads to a match."""

    __slots__ = ("branches", "copies")

    def __init__(self, branches: tuple[Node, ...]) -> None:
        self.branches = branches
        self.copies: int = max(branch.copies for branch in branches)


class Group:
    """A group that captures."""

    __slots__ = ("copies", "index", "item")

    def __init__(self, index: int, item: Node) -> None:
        self.index = index
        self.item = item
        self.copies: int = item.copies


class Repeat:
    """An item several times; `most` None for no upper bound.

    `copies`: how many times the innermost item is written out, counted repetition being expanded.
    """

    __slots__ = ("copies", "greedy", "item", "least", "most")

    def __init__(self, item: Node, least: int, most: int | None, greedy: bool) -> None:
        self.item = item
        self.least = least
        self.most = most
        self.greedy = greedy
        self.copies: int = item.copies * max(1, least if most is None else most)


def nullable(node: Node) -> bool:
    """Can this match the empty string (assertions taken to hold)?"""
    if isinstance(node, Concat):
        return all(nullable(item) for item in node.items)
    if isinstance(node, Alternate):
        return any(nullable(branch) for branch in node.branches)
    if isinstance(node, Group):
        return nullable(node.item)
    if isinstance(node, Repeat):
        return node.least == 0 or nullable(node.item)
    return isinstance(node, Assertion)
