"""Where a match ends, or starts: a deterministic automaton that is built while it runs.

A state is the ordered list of instructions that are alive between two characters, before
assertions were looked at (they need the next character), with what is known of the character
before. It is a dict from character to next state; a missing entry is worked out once. So the usual
cost of a character is one lookup, and at worst one pass over the program. States are thrown away
when there are many, which keeps memory bounded.
"""

from __future__ import annotations

from bisect import bisect_right

from sentra.runtime.regex.charsets import within
from sentra.runtime.regex.program import (
    ASSERT,
    CHAR,
    EDGE,
    LINE,
    MATCH,
    SPLIT,
    holds,
    side_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.runtime.regex.program import Program

MATCHED, DEAD, IDLE = 1, 2, 4
_BUDGET = 30_000  # instructions and transitions in all states of one automaton


class State(dict[str, "State"]):
    """One state; `flag` combines MATCHED (a match ended before the last character), DEAD (nothing
    more can match) and IDLE (no attempt under way)."""

    __slots__ = ("automaton", "before", "by_class", "ends", "flag", "threads")

    def __init__(self, automaton: Automaton, threads: tuple[int, ...], before: int,
                 flag: int) -> None:
        super().__init__()
        self.automaton = automaton
        self.threads = threads
        self.before = before
        self.flag = flag
        self.by_class: dict[int, State] = {}
        self.ends: bool | None = None  # whether a match ends at the end of the text

    def __missing__(self, char: str) -> State:
        self[char] = state = self.automaton.step(self, char)
        return state


class Automaton:
    """`longest`: matches of low priority count too, for the backward search of the start.

    `work` counts the instructions looked at, for tests of linearity.
    """

    __slots__ = ("entry", "longest", "program", "size", "states", "work")

    def __init__(self, program: Program, entry: int, *, longest: bool = False) -> None:
        self.program = program
        self.entry = entry
        self.longest = longest
        self.states: dict[tuple[tuple[int, ...], int, int], State] = {}
        self.size = 0
        self.work = 0

    def initial(self, before: int) -> State:
        """The state after a character (or edge) of the side `before`."""
        return self.state((self.entry,), before if self.program.asserts else 0, 0)

    def state(self, threads: tuple[int, ...], before: int, matched: int) -> State:
        key = (threads, before, matched)
        state = self.states.get(key)
        if state is None:
            flag = matched
            if not threads:
                flag |= DEAD
            elif threads == (self.entry,):
                flag |= IDLE
            self.size += len(threads) + 20
            state = self.states[key] = State(self, threads, before, flag)
        return state

    def step(self, state: State, char: str) -> State:
        """The state after `char`."""
        program = self.program
        code = ord(char)
        part = bisect_right(program.bounds, code)
        self.size += 1
        if self.size > _BUDGET:  # states still in use keep working without being listed
            self.states = {}
            self.size = 0
            state.clear()
            state.by_class.clear()
        known = state.by_class.get(part)
        if known is not None:
            return known
        side = side_of(char) if program.asserts else 0
        alive, matched = self.closure(state, side)
        targets: dict[int, None] = {}
        goes, sets = program.x, program.sets
        for pc in alive:
            if within(code, sets[pc]):
                targets[goes[pc]] = None
        threads = tuple(sorted(targets) if self.longest else targets)
        state.by_class[part] = result = self.state(threads, side, MATCHED if matched else 0)
        return result

    def closure(self, state: State, after: int) -> tuple[list[int], bool]:
        """The CHARs alive when the next side is `after`, and whether a match ends here."""
        program = self.program
        op, x, y = program.op, program.x, program.y
        before = state.before
        seen: set[int] = set()
        alive: list[int] = []
        matched = False
        stack = list(reversed(state.threads))
        while stack:
            pc = stack.pop()
            if pc in seen:
                continue
            seen.add(pc)
            kind = op[pc]
            if kind == CHAR:
                alive.append(pc)
            elif kind == SPLIT:
                stack.append(y[pc])
                stack.append(x[pc])
            elif kind == MATCH:
                matched = True
                if not self.longest:
                    break
            elif kind != ASSERT or holds(y[pc], before, after):
                stack.append(x[pc])
        self.work += len(seen)
        return alive, matched

    def ends(self, state: State) -> bool:
        """Does a match end when the text ends in this state?"""
        if state.ends is None:
            state.ends = self.closure(state, EDGE | LINE)[1]
        return state.ends

    def matches(self, text: str, start: int, skip: Callable[[str, int], int] | None) -> bool:
        """Is there a match anywhere after `start`? Stops at the first one."""
        return self._forward(text, start, skip, first=True) >= 0

    def find_end(self, text: str, start: int, skip: Callable[[str, int], int] | None) -> int:
        """Where the first match ends, -1 when there is none.

        `skip(text, position)` finds the next place where a match can start, -1 for none.
        """
        return self._forward(text, start, skip, first=False)

    def _forward(
        self, text: str, start: int, skip: Callable[[str, int], int] | None, *, first: bool,
    ) -> int:
        size = len(text)
        end = -1
        position = start
        while True:
            if skip is not None:
                position = skip(text, position)
                if position < 0:
                    return -1
            state = self.initial(side_of(text[position - 1]) if position else EDGE | LINE)
            for position in range(position, size):  # noqa: B020  # goes on where it stands
                state = state[text[position]]
                if state.flag:
                    if state.flag & MATCHED:
                        end = position
                        if first:
                            return end
                    if state.flag & DEAD:
                        return end
                    if skip is not None and state.flag & IDLE:
                        break
            else:
                return size if self.ends(state) else end
            position += 1

    def find_start(self, text: str, end: int, limit: int) -> int:
        """The first place at or after `limit` where a match that ends at `end` can start.

        For a backward, `longest` automaton; there must be a match.
        """
        state = self.initial(side_of(text[end]) if end < len(text) else EDGE | LINE)
        start = end
        for position in range(end - 1, limit - 1, -1):
            state = state[text[position]]
            if state.flag & MATCHED:
                start = position + 1
            if state.flag & DEAD:
                return start
        before = side_of(text[limit - 1]) if limit else EDGE | LINE
        return limit if self.closure(state, before)[1] else start

