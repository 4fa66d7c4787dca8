"""Removes what can never run, and jumps to the next instruction.

Before: ``RETURN``, ``NIL``, ``RETURN`` · after: ``RETURN``.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.edit import JUMP_OPERAND, rebuilt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function, Handler, Instruction

_NO_NEXT = frozenset((ops.JUMP, ops.LOOP, ops.RETURN, ops.THROW, ops.RETHROW))


def remove_dead(function: Function, _: Mapping[str, Callable[..., Any]]) -> Function:
    """Keep what can be reached."""
    code = function.code
    live = _reachable(function)
    for pc in range(len(code) - 1, -1, -1):  # the last ones first: two jumps may lead to one place
        op, target, _a, _b = code[pc]
        if op == ops.JUMP and live[pc] and live.find(1, pc + 1, target) < 0:
            live[pc] = 0
    if 0 not in live:
        return function
    new: list[Instruction] = []
    spans, places = [], []
    for pc, alive in enumerate(live):
        places.append(len(new))
        if alive:
            new.append(code[pc])
            spans.append(function.spans[pc])
    places.append(len(new))
    return rebuilt(function, new, spans, places)


def _reachable(function: Function) -> bytearray:
    """1 for each instruction that can run. Forward jumps suffice: a LOOP's header is before it."""
    live = bytearray(len(function.code))
    reached = bytearray(len(function.code) + 1)
    handlers: dict[int, list[Handler]] = {}
    for handler in function.handlers:
        handlers.setdefault(handler.target, []).append(handler)
    alive = True
    for pc, instruction in enumerate(function.code):
        if reached[pc]:
            alive = True
        elif pc in handlers:
            alive = any(live.find(1, h.start, h.end) >= 0 for h in handlers[pc])
        if not alive:
            continue
        live[pc] = 1
        op = instruction[0]
        if op in JUMP_OPERAND:
            reached[instruction[JUMP_OPERAND[op]]] = 1
        alive = op not in _NO_NEXT
    return live
