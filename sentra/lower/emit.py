"""Appending instructions to the unit that is being lowered, and giving jumps their targets."""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Instruction, Span
from sentra.lower.scopes import ScopeTracker
from sentra.lower.unit import Label

POP: Instruction = (ops.POP, 0, 0, 0)
NIL: Instruction = (ops.NIL, 0, 0, 0)

TARGET_IN_B = frozenset((ops.ITER_NEXT, ops.ITER_NEXT2, ops.JUMP_IF_PASSED))


class Emitter(ScopeTracker):
    """Appends instructions to the unit that is being lowered."""

    def emit(self, op: int, a: int, b: int, span: Span) -> None:
        """Append an instruction that jumps nowhere."""
        self.code.append((op, a, b, 0))
        self.spans.append(span)

    def begins(self, span: Span) -> None:
        """A part of a statement begins that is a statement of its own to a debugger (`marks`)."""

    def jump(self, op: int, span: Span, slot: int = 0) -> int:
        """Append a forward jump; `patch` gives it its target."""
        self.code.append((op, slot, 0, 0))
        self.spans.append(span)
        return len(self.code) - 1

    def patch(self, at: int) -> None:
        """Let the jump at `at` go to the next instruction."""
        code = self.code
        op, slot, _, _ = code[at]
        code[at] = (op, slot, len(code), 0) if op in TARGET_IN_B else (op, len(code), 0, 0)
        self.unit.jumps.append((at, len(self.entries)))

    def patch_all(self, jumps: list[int]) -> None:
        """`patch` each."""
        for at in jumps:
            self.patch(at)

    def here(self) -> Label:
        """The place of the next instruction."""
        return len(self.code), len(self.entries)

    def loop(self, header: Label, span: Span) -> None:
        """Append the back edge of a loop."""
        self.unit.jumps.append((len(self.code), header[1]))
        self.code.append((ops.LOOP, header[0], 0, 0))
        self.spans.append(span)

    def handler(self, start: Label, end: Label, target: Label) -> None:
        """Let what is thrown from `start` to `end` go on at `target`."""
        self.unit.handlers.append((start, end, target, self.depth))

    def constant(self, value: int, span: Span) -> None:
        """Push a number of the lowering's own."""
        self.code.append((ops.CONSTANT, self.unit.number(value), 0, 0))
        self.spans.append(span)
