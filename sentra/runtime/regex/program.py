"""Patterns compiled to instructions of a nondeterministic automaton.

Parallel lists, an instruction being an index into them:

    CHAR    one character of sets[pc], then x[pc]
    SPLIT   x[pc], or with lower priority y[pc]
    SAVE    remember the position in slot y[pc], then x[pc]
    ASSERT  y[pc] must hold here, then x[pc]
    MATCH

The code is built from the end to the start, so that every target is known when it is needed.
"""

from __future__ import annotations

from sentra.runtime.regex import charsets
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
    nullable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentra.runtime.regex.charsets import Ranges
    from sentra.runtime.regex.syntax import Pattern
    from sentra.runtime.regex.tree import Node

CHAR, SPLIT, SAVE, ASSERT, MATCH = range(5)
MAX_PROGRAM = 10_000

# What is known of one side of a position: the end of the text, a line's end, a word character.
EDGE, LINE, WORD = 1, 2, 4

_MIRROR = {BEGIN_TEXT: END_TEXT, END_TEXT: BEGIN_TEXT, BEGIN_LINE: END_LINE,
           END_LINE: BEGIN_LINE, WORD_EDGE: WORD_EDGE, NOT_WORD_EDGE: NOT_WORD_EDGE}


def side_of(char: str) -> int:
    """What a character tells the assertions next to it."""
    if char == "\n":
        return LINE
    return WORD if char.isascii() and (char.isalnum() or char == "_") else 0


def holds(assertion: int, before: int, after: int) -> bool:
    """Does the assertion hold between two sides?"""
    if assertion == BEGIN_TEXT:
        return before & EDGE != 0
    if assertion == END_TEXT:
        return after & EDGE != 0
    if assertion == BEGIN_LINE:
        return before & LINE != 0
    if assertion == END_LINE:
        return after & LINE != 0
    return (before & WORD != after & WORD) == (assertion == WORD_EDGE)


class Program:
    """The instructions of one pattern, read forwards or backwards.

    `start` tries at one place; `search` (forwards only) also at all later ones, with lower
    priority. `bounds` cuts the characters into classes that no instruction tells apart.
    """

    __slots__ = ("asserts", "bounds", "op", "search", "sets", "slots", "start", "x", "y")

    def __init__(self, pattern: Pattern, *, backwards: bool = False) -> None:
        self.op: list[int] = []
        self.x: list[int] = []
        self.y: list[int] = []
        self.sets: list[Ranges] = []
        self.slots = 2 * pattern.groups + 2
        try:
            body = _Writer(self, pattern.text, backwards).write(
                pattern.tree, self.emit(MATCH))
        except RecursionError:
            raise PatternError("nested too deeply", pattern.text, 0) from None
        self.start = body
        self.search = self.emit(SPLIT, body)
        self.y[self.search] = self.emit(CHAR, self.search, 0, charsets.ANY)
        self.asserts = ASSERT in self.op
        self.bounds = self._bounds()

    def emit(self, op: int, x: int = 0, y: int = 0, ranges: Ranges = ()) -> int:
        """Append an instruction; its index."""
        self.op.append(op)
        self.x.append(x)
        self.y.append(y)
        self.sets.append(ranges)
        return len(self.op) - 1

    def _bounds(self) -> list[int]:
        cuts = {0}
        for ranges in set(self.sets):
            for low, high in ranges:
                cuts.add(low)
                cuts.add(high + 1)
        if self.asserts:
            cuts.update((10, 11))
            for low, high in charsets.WORD:
                cuts.add(low)
                cuts.add(high + 1)
        return sorted(cuts)

    def prefix(self) -> tuple[str, bool]:
        """The literal text that every match starts with, and whether it is all of the pattern."""
        pc, text = self.start, ""
        while True:
            op = self.op[pc]
            if op == CHAR:
                ranges = self.sets[pc]
                if len(ranges) != 1 or ranges[0][0] != ranges[0][1]:
                    return text, False
                text += chr(ranges[0][0])
            elif op != SAVE:
                return text, op == MATCH
            pc = self.x[pc]

    def first(self) -> Ranges | None:
        """The characters that a match can start with; None when it can be empty."""
        found: list[tuple[int, int]] = []
        stack, seen = [self.start], {self.start}
        while stack:
            pc = stack.pop()
            op = self.op[pc]
            if op == MATCH:
                return None
            if op == CHAR:
                found.extend(self.sets[pc])
                continue
            for target in (self.x[pc], self.y[pc]) if op == SPLIT else (self.x[pc],):
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return charsets.union(found)

    def anchored(self) -> bool:
        """Can a match start at the start of the text only?"""
        stack, seen = [self.start], {self.start}
        while stack:
            pc = stack.pop()
            op = self.op[pc]
            if op == ASSERT and self.y[pc] == BEGIN_TEXT:
                continue
            if op in (CHAR, MATCH):
                return False
            for target in (self.x[pc], self.y[pc]) if op == SPLIT else (self.x[pc],):
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return True


class _Writer:
    """Writes a tree so that it goes on at a given instruction."""

    def __init__(self, program: Program, text: str, backwards: bool) -> None:
        self.emit = program.emit
        self.program = program
        self.text = text
        self.backwards = backwards

    def write(self, node: Node, after: int) -> int:
        if len(self.program.op) > MAX_PROGRAM:
            raise PatternError("pattern is too large", self.text, 0)
        if isinstance(node, Chars):
            return self.emit(CHAR, after, 0, node.ranges)
        if isinstance(node, Concat):
            items: Sequence[Node] = node.items
            for item in items if self.backwards else reversed(items):
                after = self.write(item, after)
            return after
        if isinstance(node, Repeat):
            return self.repeat(node, after)
        if isinstance(node, Alternate):
            branches = [self.write(branch, after) for branch in node.branches]
            entry = branches.pop()
            for branch in reversed(branches):
                entry = self.emit(SPLIT, branch, entry)
            return entry
        if isinstance(node, Group):
            if self.backwards:  # finds no more than where a match starts
                return self.write(node.item, after)
            after = self.emit(SAVE, after, 2 * node.index + 1)
            return self.emit(SAVE, self.write(node.item, after), 2 * node.index)
        assert isinstance(node, Assertion)
        return self.emit(ASSERT, after, _MIRROR[node.kind] if self.backwards else node.kind)

    def repeat(self, node: Repeat, after: int) -> int:
        entry = after
        if node.most is None:
            required = node.least
            if required == 0 and not nullable(node.item):
                entry = self.loop(node, after)
            else:
                # At least one round. An item that can be empty counts as (item+)? so that an
                # empty round ends the loop with the right priority.
                entry = self.plus(node, after)
                if required == 0:
                    entry = self.split(node, entry, after)
                required = max(0, required - 1)
        else:
            required = node.least
            for _ in range(node.most - required):
                entry = self.split(node, self.write(node.item, entry), after)
        for _ in range(required):
            entry = self.write(node.item, entry)
        return entry

    def split(self, node: Repeat, again: int, leave: int) -> int:
        return self.emit(SPLIT, again, leave) if node.greedy else self.emit(SPLIT, leave, again)

    def loop(self, node: Repeat, after: int) -> int:
        """``item*``: a split that comes back to itself."""
        head = self.split(node, after, after)
        body = self.write(node.item, head)
        if node.greedy:
            self.program.x[head] = body
        else:
            self.program.y[head] = body
        return head

    def plus(self, node: Repeat, after: int) -> int:
        """``item+``: the item, then a split that can go back to it."""
        tail = self.split(node, after, after)
        body = self.write(node.item, tail)
        if node.greedy:
            self.program.x[tail] = body
        else:
            self.program.y[tail] = body
        return body
