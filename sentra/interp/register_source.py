# mypy: ignore-errors
"""The machine's loop: the rules of the register form. `generate` adds these arms to the loop's.

``slots[a]`` is the result's place, ``slots[b]`` and ``slots[c]`` hold the operands, unless the
comment at the rule says otherwise (see rules, and loop_source for the rest).
"""

from __future__ import annotations

from sentra.interp import rules
from sentra.interp.prepare import undefined
from sentra.interp.quicken import miss_registers, observe_registers


def arms() -> None:
    """Never called: the names belong to the loop."""
    while True:
        match rule:
            case rules.R_MOVE:
                slots[a] = slots[b]
                continue
            case rules.R_CONSTANT:
                slots[a] = b
                continue
            case rules.R_BINARY:
                slots[a] = does(slots[b], slots[c])
                continue
            case rules.R_UNARY:
                slots[a] = does(slots[b])
                continue
            case rules.R_PROPERTY:
                slots[a] = does(slots[b], c)
                continue
            case rules.R_GET_GLOBAL:
                try:
                    slots[a] = prepared.namespace[b]
                except KeyError:
                    raise undefined(c) from None
                continue
            case rules.R_GET_UPVALUE:
                try:
                    slots[a] = cells[b].cell_contents
                except ValueError:
                    raise undefined(prepared.function.upvalues[b].name) from None
                continue
            case rules.R_GET_CELL:
                try:
                    slots[a] = slots[b].cell_contents
                except ValueError:
                    raise undefined(prepared.function.local_names[b]) from None
                continue
            case rules.R_STORE_INDEX:
                does(slots[a], slots[b], slots[c])
                continue
            case rules.R_STORE_PROPERTY:
                does(slots[a], b, slots[c])
                continue
            case rules.R_JUMP_IF_FALSE:
                if not slots[b]:
                    pc = a
                continue
            case rules.R_JUMP_IF_TRUE:
                if slots[b]:
                    pc = a
                continue
            case rules.R_COMPARE_JUMP_UNLESS:
                if not does(slots[b], slots[c]):
                    pc = a
                continue
            case rules.R_COMPARE_JUMP_IF:
                if does(slots[b], slots[c]):
                    pc = a
                continue
            case rules.R_ITER_NEXT:
                value = next(slots[b], DONE)
                if value is DONE:
                    pc = c
                else:
                    slots[a] = value
                continue
            case rules.R_RETURN:
                value = slots[a]
                if not callers:
                    return value
                prepared, cells, slots, pc, sp = callers.pop()
                code = prepared.code
                slots[sp] = value
                continue
            case rules.R_ADAPTIVE:
                observe_registers(prepared, pc - 1, slots[b], slots[c])
                slots[a] = does(slots[b], slots[c])
                continue
            case rules.EACH_R_RAW if QUICKEN:
                try:
                    slots[a] = RAW(slots[b], slots[c])
                except GUARDS:
                    miss_registers(prepared, pc - 1)
                    slots[a] = does(slots[b], slots[c])
                continue
            case rules.EACH_R_CHECKED if QUICKEN:
                left = slots[b]
                right = slots[c]
                if CONDITION:
                    slots[a] = RESULT
                else:
                    miss_registers(prepared, pc - 1)
                    slots[a] = does(left, right)
                continue
            case rules.EACH_R_COMPARE_JUMP_UNLESS if QUICKEN:
                try:
                    holds = RAW(slots[b], slots[c])
                except GUARDS:
                    miss_registers(prepared, pc - 1)
                    holds = does(slots[b], slots[c])
                if not holds:
                    pc = a
                continue
            case rules.EACH_R_COMPARE_JUMP_IF if QUICKEN:
                try:
                    holds = RAW(slots[b], slots[c])
                except GUARDS:
                    miss_registers(prepared, pc - 1)
                    holds = does(slots[b], slots[c])
                if holds:
                    pc = a
                continue
