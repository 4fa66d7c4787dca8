"""The rest of a running function: what runs after a loop has jumped back, as bytecode.

A function is left at the end of a turn of one of its loops, and its rest is entered there. Where
that loop lies in others, entering it means entering the middle of them, which structured code
cannot. So the code from the loop's start to the end of the next outer turn stands before the
outer loop once more, and so on outwards:

    while a { x(); while b { y() }; z() }; w()      entered at the inner loop is
    while b { y() }; z(); while a { x(); while b { y() }; z() }; w()
"""

from __future__ import annotations

from itertools import pairwise

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Handler
from sentra.bytecode.edit import JUMP_OPERAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Instruction, Span

    Loop = tuple[int, int]  # the instructions of its header and of the LOOP at its end


def loops_around(function: Function, position: int) -> list[Loop]:
    """The loops that the LOOP at `position` is in, its own first."""
    return [(a, place) for place, (op, a, _, _) in enumerate(function.code)
            if op == ops.LOOP and place >= position >= a]


def rest_of(function: Function, position: int) -> Function:
    """The code of `function` from where the LOOP at `position` goes to."""
    return _Rest(function, loops_around(function, position)).made()


class _Rest:
    """The new code is a jump, then `parts`, ranges of the old code; a part stands at its base."""

    def __init__(self, function: Function, loops: list[Loop]) -> None:
        self.function = function
        self.start = loops[0][0]
        self.parts = [(inner[0], outer[1] + 1) for inner, outer in pairwise(loops)]
        self.parts.append((0, len(function.code)))
        self.bases = []
        place = 1
        for first, end in self.parts:
            self.bases.append(place)
            place += end - first

    def made(self) -> Function:
        function = self.function
        code: list[Instruction] = [(ops.JUMP, self.place(self.start, 0), 0, 0)]
        spans: list[Span] = [function.spans[self.start]]
        for number, (first, end) in enumerate(self.parts):
            spans += function.spans[first:end]
            code += [self.moved(instruction, number) for instruction in function.code[first:end]]
        # Outer loops are gone back to by jumping forward, to where they stand now.
        code = [(ops.JUMP, a, b, c) if op == ops.LOOP and a > place else (op, a, b, c)
                for place, (op, a, b, c) in enumerate(code)]
        return function.replaced(code=tuple(code), spans=tuple(spans), handlers=self.handlers())

    def place(self, old: int, number: int) -> int:
        """Where control that is in a part goes for an old place: to the same or a later part."""
        while not self.parts[number][0] <= old < self.parts[number][1]:
            number += 1
        return self.bases[number] + old - self.parts[number][0]

    def moved(self, instruction: Instruction, number: int) -> Instruction:
        """An instruction with the new place of its target."""
        at = JUMP_OPERAND.get(instruction[0])
        if at is None:
            return instruction
        changed = list(instruction)
        changed[at] = self.place(instruction[at], number)
        return (changed[0], changed[1], changed[2], changed[3])

    def handlers(self) -> tuple[Handler, ...]:
        """A range that several parts have pieces of, with one handler after all, is one range."""
        found: list[Handler] = []
        for handler in self.function.handlers:
            pieces: dict[int, Handler] = {}
            for number, (first, end) in enumerate(self.parts):
                inside = max(handler.start, first), min(handler.end, end)
                if inside[0] >= inside[1]:
                    continue
                base = self.bases[number] - first
                target = self.place(handler.target, number)
                piece = pieces.setdefault(target, Handler(
                    inside[0] + base, inside[1] + base, target, handler.depth))
                piece.end = inside[1] + base
            found += pieces.values()
        return tuple(found)
