"""Jump threading: a jump that only leads to another jump goes where that one goes.

Before: ``AND_JUMP L`` … ``L: JUMP_IF_FALSE M`` · after: ``JUMP_IF_FALSE M`` … (the same).
Before: ``JUMP_IF_FALSE L``, ``JUMP M``, ``L:`` · after: ``JUMP_IF_TRUE M``, ``JUMP L``, ``L:``.

Jumps do not throw, so it does not matter which handlers are in force at a jump. LOOP stays what
each turn of a loop passes exactly once: it is copied into a jump, never skipped.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.edit import JUMP_OPERAND, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function, Instruction

_STEPS = 8  # that one jump takes; each step is short, as later jumps have taken theirs

_TARGET, _NEXT = range(2)  # where to go on: where the second jump goes, or after it

_THREADS = {
    (ops.AND_JUMP, ops.JUMP_IF_FALSE): (ops.JUMP_IF_FALSE, _TARGET),
    (ops.AND_JUMP, ops.JUMP_IF_TRUE): (ops.JUMP_IF_FALSE, _NEXT),
    (ops.AND_JUMP, ops.AND_JUMP): (ops.AND_JUMP, _TARGET),
    (ops.AND_JUMP, ops.OR_JUMP): (ops.JUMP_IF_FALSE, _NEXT),
    (ops.AND_JUMP, ops.POP): (ops.JUMP_IF_FALSE, _NEXT),
    (ops.OR_JUMP, ops.JUMP_IF_TRUE): (ops.JUMP_IF_TRUE, _TARGET),
    (ops.OR_JUMP, ops.JUMP_IF_FALSE): (ops.JUMP_IF_TRUE, _NEXT),
    (ops.OR_JUMP, ops.OR_JUMP): (ops.OR_JUMP, _TARGET),
    (ops.OR_JUMP, ops.AND_JUMP): (ops.JUMP_IF_TRUE, _NEXT),
    (ops.OR_JUMP, ops.POP): (ops.JUMP_IF_TRUE, _NEXT),
}
"""A jump that keeps its value, and what it jumps to → the jump that does both."""

_OPPOSITE = {ops.JUMP_IF_FALSE: ops.JUMP_IF_TRUE, ops.JUMP_IF_TRUE: ops.JUMP_IF_FALSE}


def thread(function: Function, _: Mapping[str, Callable[..., Any]]) -> Function:
    """Shorten the ways of all jumps, the last ones first."""
    code = list(function.code)
    jump_operand = JUMP_OPERAND
    reached: set[int] | None = None
    changed = False
    for pc in range(len(code) - 1, -1, -1):
        op = code[pc][0]
        if op not in jump_operand or op == ops.LOOP:
            continue
        threaded = _threaded(code, pc)
        op, target, b, c = threaded
        if op in _OPPOSITE and target == pc + 2 and code[pc + 1][0] == ops.JUMP:
            if reached is None:
                reached = targets(function)
            if pc + 1 not in reached:
                threaded = (_OPPOSITE[op], code[pc + 1][1], b, c)
                code[pc + 1] = (ops.JUMP, pc + 2, 0, 0)
        if threaded != code[pc]:
            code[pc] = threaded
            changed = True
    return function.replaced(code=tuple(code)) if changed else function


def _threaded(code: list[Instruction], pc: int) -> Instruction:
    instruction = code[pc]
    for _ in range(_STEPS):
        op, a, b, c = instruction
        operand = JUMP_OPERAND[op]
        target = instruction[operand]
        next_op, next_target, _, _ = code[target]
        if next_op == ops.JUMP:
            if operand == 1:
                instruction = (op, next_target, b, c)
            elif operand == 2:
                instruction = (op, a, next_target, c)
            else:
                instruction = (op, a, b, next_target)
        elif (op, next_op) in _THREADS:
            op, where = _THREADS[op, next_op]
            instruction = (op, next_target if where == _TARGET else target + 1, 0, 0)
        elif op == ops.JUMP and next_op == ops.LOOP and next_target <= pc:
            return code[target]
        else:
            return instruction
    return instruction
