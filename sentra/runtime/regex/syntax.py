r"""Patterns in RE2's syntax, parsed to a tree.

Classes, escapes, anchors, groups (named too), the flags ``i m s U``, greedy and lazy repetition,
``\Q…\E``, ``\p{L}``, ``[[:alpha:]]``. What needs backtracking is refused with a message:
backreferences and lookaround. The parser keeps its own stack of open groups.
"""

from __future__ import annotations

from sentra.runtime.regex import charsets
from sentra.runtime.regex.classes import FOLD, ClassReader
from sentra.runtime.regex.tree import (
    BEGIN_LINE,
    BEGIN_TEXT,
    END_LINE,
    END_TEXT,
    NOT_WORD_EDGE,
    WORD_EDGE,
    Alternate,
    Assertion,
    Chars,
    Concat,
    Group,
    PatternError,
    Repeat,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.runtime.regex.charsets import Ranges
    from sentra.runtime.regex.tree import Node

MAX_PATTERN = 20_000  # characters
MAX_REPEAT = 1000
MAX_NESTING = 100
MAX_GROUPS = 500

_MULTILINE, _DOT_ALL, _UNGREEDY = 2, 4, 8
_FLAGS = {"i": FOLD, "m": _MULTILINE, "s": _DOT_ALL, "U": _UNGREEDY}
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class _Open:
    """A group whose end has not been seen: its finished branches, and the items of the last."""

    __slots__ = ("branches", "flags", "index", "items", "position")

    def __init__(self, position: int, index: int, flags: int) -> None:
        self.position = position
        self.index = index  # 0: captures nothing
        self.flags = flags  # to restore at the end of the group
        self.branches: list[Node] = []
        self.items: list[Node] = []

    def close(self) -> Node:
        last = _sequence(self.items)
        if self.branches:
            last = Alternate((*self.branches, last))
        return Group(self.index, last) if self.index else last


def _sequence(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Concat(tuple(items))


class Pattern:
    """A parsed pattern: its tree, how many groups capture, and the names of groups."""

    __slots__ = ("groups", "names", "text", "tree")

    def __init__(self, text: str, tree: Node, groups: int, names: dict[str, int]) -> None:
        self.text = text
        self.tree = tree
        self.groups = groups
        self.names = names


def parse(text: str) -> Pattern:
    """Parse a pattern; raises `PatternError`."""
    if len(text) > MAX_PATTERN:
        raise PatternError("pattern is too long", text, MAX_PATTERN)
    return _Parser(text).parse()


class _Parser(ClassReader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.groups = 0
        self.names: dict[str, int] = {}
        self.stack = [_Open(0, 0, 0)]
        self.repeatable = False  # the last item of the open branch can be repeated

    def parse(self) -> Pattern:
        text = self.text
        size = len(text)
        while self.position < size:
            char = text[self.position]
            rule = _RULES.get(char)
            if rule is not None:
                rule(self)
            else:
                self.position += 1
                self.literal(ord(char))
        if len(self.stack) > 1:
            raise self.fail("missing )", self.stack[-1].position)
        return Pattern(text, self.stack[0].close(), self.groups, self.names)

    # Items

    def add(self, node: Node, *, repeatable: bool = True) -> None:
        self.stack[-1].items.append(node)
        self.repeatable = repeatable

    def literal(self, code: int) -> None:
        ranges: Ranges = ((code, code),)
        self.add(Chars(charsets.fold(ranges) if self.flags & FOLD else ranges))

    def dot(self) -> None:
        self.position += 1
        self.add(Chars(charsets.ANY if self.flags & _DOT_ALL else charsets.NOT_NEWLINE))

    def caret(self) -> None:
        self.position += 1
        self.add(Assertion(BEGIN_LINE if self.flags & _MULTILINE else BEGIN_TEXT))

    def dollar(self) -> None:
        self.position += 1
        self.add(Assertion(END_LINE if self.flags & _MULTILINE else END_TEXT))

    def bar(self) -> None:
        self.position += 1
        group = self.stack[-1]
        group.branches.append(_sequence(group.items))
        group.items = []
        self.repeatable = False

    # Groups

    def open(self) -> None:
        start = self.position
        if self.text.startswith("(?", start):
            self.position += 2
            if self.special_group(start):
                return
            index = self.groups  # a named group
        else:
            self.position += 1
            self.groups += 1
            index = self.groups
        self.push(start, index, self.flags)

    def push(self, start: int, index: int, flags: int) -> None:
        if index > MAX_GROUPS:
            raise self.fail(f"more than {MAX_GROUPS} groups that capture", start)
        if len(self.stack) > MAX_NESTING:
            raise self.fail("groups are nested too deeply", start)
        self.stack.append(_Open(start, index, flags))
        self.repeatable = False

    def close(self) -> None:
        if len(self.stack) == 1:
            raise self.fail("unexpected )")
        self.position += 1
        group = self.stack.pop()
        self.flags = group.flags
        self.add(group.close())

    def special_group(self, start: int) -> bool:
        """What follows ``(?``; False for a named group, which the caller opens."""
        text, position = self.text, self.position
        for sign in ("=", "!", "<=", "<!"):
            if text.startswith(sign, position):
                raise self.fail("lookahead and lookbehind are not supported", start)
        for sign in ("P<", "<"):
            if text.startswith(sign, position):
                self.group_name(position + len(sign), start)
                return False
        if text.startswith(("P=", "P>"), position):
            raise self.fail("backreferences are not supported", start)
        self.group_flags(start)
        return True

    def group_name(self, position: int, start: int) -> None:
        end = self.text.find(">", position)
        name = self.text[position:end] if end >= 0 else ""
        if not name or not _NAME.issuperset(name) or name[0].isdigit():
            raise self.fail("malformed group name", start)
        if name in self.names:
            raise self.fail(f"group name {name} is used twice", start)
        self.groups += 1
        self.names[name] = self.groups
        self.position = end + 1

    def group_flags(self, start: int) -> None:
        flags, negative, any_after_sign = self.flags, False, True
        text = self.text
        for position in range(self.position, len(text)):
            char = text[position]
            if char in _FLAGS:
                flags = flags & ~_FLAGS[char] if negative else flags | _FLAGS[char]
                any_after_sign = True
            elif char == "-" and not negative:
                negative, any_after_sign = True, False
            elif char in ":)" and any_after_sign and (char == ":" or position > start + 2):
                self.position = position + 1
                if char == ":":
                    self.push(start, 0, self.flags)
                self.flags = flags
                self.repeatable = False
                return
            else:
                break
        raise self.fail("unknown group syntax", start)

    # Repetition

    def star(self) -> None:
        self.repeat(0, None, self.position + 1)

    def plus(self) -> None:
        self.repeat(1, None, self.position + 1)

    def question(self) -> None:
        self.repeat(0, 1, self.position + 1)

    def brace(self) -> None:
        counts = self.counts()
        if counts is None:  # a brace that starts no count stands for itself
            self.position += 1
            self.literal(ord("{"))
        else:
            self.repeat(*counts)

    def counts(self) -> tuple[int, int | None, int] | None:
        """The numbers of ``{2}``, ``{2,}``, ``{2,5}`` and where they end."""
        text, start = self.text, self.position
        end = text.find("}", start)
        low, comma, high = text[start + 1:end].partition(",") if end >= 0 else ("", "", "")
        if not (low.isascii() and low.isdigit()):
            return None
        if high and not (high.isascii() and high.isdigit()):
            return None
        if len(low) > 5 or len(high) > 5 or max(int(low), int(high or 0)) > MAX_REPEAT:
            raise self.fail(f"repetition is limited to {MAX_REPEAT}")
        if high and int(high) < int(low):
            raise self.fail("repetition counts are in the wrong order")
        most = int(high) if high else None if comma else int(low)
        return int(low), most, end + 1

    def repeat(self, least: int, most: int | None, end: int) -> None:
        start = self.position
        if not self.repeatable:
            items = self.stack[-1].items
            doubled = bool(items) and type(items[-1]) is Repeat
            raise self.fail("repetition of a repetition" if doubled else "nothing to repeat")
        greedy = True
        if self.text.startswith("?", end):
            greedy = False
            end += 1
        if self.flags & _UNGREEDY:
            greedy = not greedy
        items = self.stack[-1].items
        node = Repeat(items[-1], least, most, greedy)
        if node.copies > MAX_REPEAT:
            raise self.fail(f"nested repetition is limited to {MAX_REPEAT}", start)
        items[-1] = node
        self.position = end
        self.repeatable = False

    # Escapes

    def backslash(self) -> None:
        text, start = self.text, self.position
        if start + 1 >= len(text):
            raise self.fail("trailing backslash")
        char = text[start + 1]
        if char in _ASSERTIONS:
            self.position += 2
            self.add(Assertion(_ASSERTIONS[char]))
        elif char == "Q":
            end = text.find("\\E", start + 2)
            for quoted in text[start + 2:end if end >= 0 else len(text)]:
                self.literal(ord(quoted))
            self.position = end + 2 if end >= 0 else len(text)
        elif char == "E":
            self.position += 2
        else:
            ranges = self.class_escape()
            if ranges is None:
                self.literal(self.char_escape())
            else:
                self.add(Chars(ranges))

    def bracket(self) -> None:
        self.add(Chars(self.bracketed()))


_ASSERTIONS = {"A": BEGIN_TEXT, "z": END_TEXT, "b": WORD_EDGE, "B": NOT_WORD_EDGE}
_RULES = {
    ".": _Parser.dot, "^": _Parser.caret, "$": _Parser.dollar, "|": _Parser.bar,
    "(": _Parser.open, ")": _Parser.close, "[": _Parser.bracket, "\\": _Parser.backslash,
    "*": _Parser.star, "+": _Parser.plus, "?": _Parser.question, "{": _Parser.brace,
}
