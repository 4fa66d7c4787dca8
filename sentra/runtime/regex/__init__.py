"""Regular expressions in RE2's syntax, in time linear in the text whatever the pattern.

`compile_pattern` gives a `Regex`; compiled patterns are remembered. A search looks at every
character a bounded number of times. As in RE2, finding *all* matches is one search per match: a
pattern such as ``a.*b|a``, which must look at all of the text before it can settle for a short
match, takes the number of matches times the length of the text.
"""

from __future__ import annotations

from sentra.runtime.regex.dfa import Automaton
from sentra.runtime.regex.pike import Pike
from sentra.runtime.regex.program import Program
from sentra.runtime.regex.simple import compile_set, compile_simple
from sentra.runtime.regex.syntax import Pattern, parse
from sentra.runtime.regex.tree import PatternError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Span = tuple[int, int]

_REMEMBERED = 50
_compiled: dict[str, Regex] = {}


def compile_pattern(text: str) -> Regex:
    """The compiled pattern; raises `PatternError`."""
    regex = _compiled.get(text)
    if regex is None:
        regex = Regex(parse(text))
        if len(_compiled) >= _REMEMBERED:
            _compiled.clear()
        _compiled[text] = regex
    return regex


class Regex:
    """A compiled pattern."""

    def __init__(self, pattern: Pattern, *, simple: bool = True) -> None:
        """`simple=False` leaves every pattern to the automata, for tests."""
        self.pattern = pattern
        self.groups = pattern.groups
        self.names = pattern.names
        self.simple = compile_simple(pattern.tree) if simple else None
        self.literal = ""  # the pattern when it is plain text
        if self.simple is None:
            self._build()

    def _build(self) -> None:
        program = Program(self.pattern)
        prefix, whole = program.prefix()
        if whole and prefix:
            self.literal = prefix
        anchored = program.anchored()
        self._skip = None if anchored else _skipper(program, prefix)
        self.forward = Automaton(program, program.start if anchored else program.search)
        self._backward: Automaton | None = None
        self.pike = Pike(program)

    @property
    def backward(self) -> Automaton:
        """The automaton that finds where a match starts."""
        if self._backward is None:
            program = Program(self.pattern, backwards=True)
            self._backward = Automaton(program, program.start, longest=True)
        return self._backward

    def matches(self, text: str) -> bool:
        """Does the pattern match anywhere in the text?"""
        if self.simple is not None:
            return self.simple.search(text) is not None
        if self.literal:
            return self.literal in text
        return self.forward.matches(text, 0, self._skip)

    def search(self, text: str, position: int = 0) -> Span | None:
        """Where the leftmost match at or after `position` starts and ends."""
        if self.simple is not None:
            match = self.simple.search(text, position)
            return None if match is None else match.span()
        if self.literal:
            start = text.find(self.literal, position)
            return None if start < 0 else (start, start + len(self.literal))
        end = self.forward.find_end(text, position, self._skip)
        return None if end < 0 else (self.backward.find_start(text, end, position), end)

    def slots(self, text: str, span: Span) -> tuple[int, ...]:
        """Start and end of the match and all its groups, -1 for unmatched ones."""
        if not self.groups:
            return span
        if self.simple is not None:
            match = self.simple.match(text, span[0])
            assert match is not None
            return tuple([place for group in match.regs for place in group])
        return self.pike.slots(text, *span)

    def find_all(self, text: str) -> Iterator[Span]:
        """All matches that do not overlap; an empty match right after another one is left out."""
        position, last = 0, -1
        while position <= len(text):
            span = self.search(text, position)
            if span is None:
                return
            start, end = span
            if end > start:
                position = end
            else:
                position = end + 1
                if start == last:
                    continue
            last = end
            yield span


def _skipper(program: Program, prefix: str) -> Callable[[str, int], int] | None:
    """A quick way to the next place where a match can start."""
    if prefix:
        return lambda text, position: text.find(prefix, position)
    first = program.first()
    if first is None or sum([high - low + 1 for low, high in first]) > 5_000:
        return None
    search = compile_set(first).search

    def skip(text: str, position: int) -> int:
        match = search(text, position)
        return -1 if match is None else match.start()

    return skip


__all__ = ["PatternError", "Regex", "compile_pattern"]
