r"""Patterns that Python's `re` runs in linear time and with the same meaning.

Taken are alternatives at the top level of sequences in which every item is one character out of a
set (or ``\b``), a fixed number of times; the last item alone may repeat without bound. Such a
sequence never goes back: an attempt looks at as many characters as it has fixed items, and at more
only when it succeeds. With the sum of the items bounded, a search is linear in the text. Sets are
written out as code points, so that no class or flag of `re` has a say.
"""

from __future__ import annotations

from sentra.runtime.regex.tree import (
    BEGIN_TEXT,
    WORD_EDGE,
    Alternate,
    Assertion,
    Chars,
    Concat,
    Group,
    Repeat,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

    from sentra.runtime.regex.charsets import Ranges
    from sentra.runtime.regex.tree import Node

_MOST = 200  # fixed items of all alternatives together


def set_text(ranges: Ranges) -> str:
    """A set in `re`'s notation.

    >>> set_text(((97, 122),)), set_text(((46, 46),))
    ('[\\\\U00000061-\\\\U0000007a]', '\\\\U0000002e')
    """
    if not ranges:
        return r"[^\U00000000-\U0010ffff]"
    parts = [f"\\U{low:08x}" if low == high else f"\\U{low:08x}-\\U{high:08x}"
             for low, high in ranges]
    if len(parts) == 1 and "-" not in parts[0]:
        return parts[0]
    return f"[{''.join(parts)}]"


def compile_set(ranges: Ranges) -> re.Pattern[str]:
    """Finds the next character of a set."""
    import re

    return re.compile(set_text(ranges))


def compile_simple(tree: Node) -> re.Pattern[str] | None:
    """The pattern for `re`, or None when it is not of the shape above."""
    writer = _Writer()
    if isinstance(tree, Alternate):
        texts = [writer.sequence(branch) for branch in tree.branches]
    else:
        texts = [writer.sequence(tree)]
    if writer.fixed > _MOST or None in texts:
        return None
    import re

    return re.compile("|".join([text for text in texts if text is not None]), re.ASCII)


class _Writer:
    """Writes sequences; `fixed` counts their items, `open` says that the last one was unbounded."""

    def __init__(self) -> None:
        self.fixed = 0
        self.open = False

    def sequence(self, node: Node) -> str | None:
        self.open = False
        return self.item(node)

    def item(self, node: Node) -> str | None:
        if self.open or self.fixed > _MOST:
            return None
        if isinstance(node, Chars):
            self.fixed += 1
            return set_text(node.ranges)
        if isinstance(node, Assertion):
            return {WORD_EDGE: r"\b", BEGIN_TEXT: r"\A"}.get(node.kind)
        if isinstance(node, Group):
            text = self.item(node.item)
            return None if text is None else f"({text})"
        if isinstance(node, Concat):
            texts = [self.item(item) for item in node.items]
            return None if None in texts else "".join([text for text in texts if text])
        if isinstance(node, Repeat) and isinstance(node.item, Chars):
            return self.repeat(node, node.item)
        return None

    def repeat(self, node: Repeat, item: Chars) -> str | None:
        self.fixed += node.least + 1
        text = set_text(item.ranges)
        if node.most == node.least:
            return f"{text}{{{node.least}}}"
        self.open = True
        most = "" if node.most is None else node.most
        return f"{text}{{{node.least},{most}}}" + ("" if node.greedy else "?")
