"""Groups of a match: all ways through the program at once, in order of priority.

Time is the length of the match times the size of the program, whatever the pattern.
"""

from __future__ import annotations

from sentra.runtime.regex.charsets import within
from sentra.runtime.regex.program import ASSERT, CHAR, EDGE, LINE, MATCH, SAVE, holds, side_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.runtime.regex.program import Program

    Slots = tuple[int, ...]
    Thread = tuple[int, Slots]


class Pike:
    """Runs one program; `steps` counts the instructions looked at, for tests of linearity."""

    __slots__ = ("program", "steps")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps = 0

    def slots(self, text: str, start: int, end: int) -> Slots:
        """The start and end of every group, -1 for unmatched ones, of the match at [start, end).

        There must be a match there (the deterministic automaton has found it).
        """
        program = self.program
        op, goes, sets = program.op, program.x, program.sets
        empty = (-1,) * program.slots
        threads = [(program.start, empty)]
        found = empty
        before = side_of(text[start - 1]) if start else EDGE | LINE
        for position in range(start, end + 1):
            after = side_of(text[position]) if position < len(text) else EDGE | LINE
            code = ord(text[position]) if position < len(text) else -1
            moved: list[Thread] = []
            for pc, slots in self.closure(threads, position, before, after):
                if op[pc] == MATCH:
                    if position == end:
                        found = slots
                    break  # what has lower priority ends here
                if within(code, sets[pc]):
                    moved.append((goes[pc], slots))
            threads = moved
            before = after
        return (start, end, *found[2:])

    def closure(
        self, threads: list[Thread], position: int, before: int, after: int,
    ) -> list[Thread]:
        """Every CHAR and MATCH that the threads reach without a character, best first."""
        program = self.program
        op, x, y = program.op, program.x, program.y
        seen: set[int] = set()
        result: list[Thread] = []
        threads.reverse()
        stack = threads
        while stack:
            pc, slots = stack.pop()
            if pc in seen:
                continue
            seen.add(pc)
            kind = op[pc]
            if kind in (CHAR, MATCH):
                result.append((pc, slots))
            elif kind == SAVE:
                slot = y[pc]
                stack.append((x[pc], (*slots[:slot], position, *slots[slot + 1:])))
            elif kind == ASSERT:
                if holds(y[pc], before, after):
                    stack.append((x[pc], slots))
            else:
                stack.append((y[pc], slots))
                stack.append((x[pc], slots))
        self.steps += len(seen)
        return result
