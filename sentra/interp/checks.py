"""What the debug loop asserts at every instruction. A failure is a bug of lowering or machine."""

from __future__ import annotations

from types import CellType

from sentra.bytecode import ops
from sentra.bytecode.ops import BY_NUMBER, stack_effect
from sentra.interp.rules import R_COMPARE_JUMPS, RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.interp.prepare import Prepared

NAMES = {number: name for name, number in RULES.items()}
# Rules of the register form whose operands are not three slots: slots, jumps and others.
OPERANDS_OF = {
    "R_MOVE": "ss.", "R_CONSTANT": "s..", "R_UNARY": "ss.", "R_PROPERTY": "ss.",
    "R_GET_GLOBAL": "s..", "R_GET_UPVALUE": "s..", "R_GET_CELL": "ss.", "R_STORE_PROPERTY": "s.s",
    "R_JUMP_IF_FALSE": "js.", "R_JUMP_IF_TRUE": "js.", "R_ITER_NEXT": "ssj", "R_RETURN": "s..",
    **{NAMES[rule]: "jss"
       for pair in R_COMPARE_JUMPS.values() for rule in pair if rule is not None},
}
_CELL_OPS = frozenset((ops.GET_CELL, ops.SET_CELL, ops.COPY_CELL))
_ITERATOR_OPS = frozenset((ops.ITER_NEXT, ops.ITER_NEXT2))


def check_step(prepared: Prepared, pc: int, sp: int, slots: list[Any], cleared: bool) -> None:
    """Assert that the instruction at `pc` can run on this stack and these slots."""
    if prepared.places is not None:
        check_registers(prepared, pc, slots)
        return
    function = prepared.function
    where = f"{function.name} at {pc}"
    assert 0 <= pc < len(function.code), f"{where}: position outside the code"
    op, a, b, c = function.code[pc]
    row = BY_NUMBER[op]
    depth = sp - prepared.base
    pops, pushes = stack_effect(row, a, b)
    assert pops <= depth, f"{where}: {row.name} pops {pops} of {depth} values"
    assert depth - pops + pushes <= function.max_stack, f"{where}: {row.name} overflows the stack"
    bounds = {
        "k": len(function.constants), "s": prepared.base, "u": len(function.upvalues),
        "f": len(function.functions), "j": len(function.code),
    }
    for kind, operand in zip(row.operands, (a, b, c)):
        if kind in bounds:
            assert 0 <= operand < bounds[kind], f"{where}: operand {operand} of {row.name}"
    if op in _CELL_OPS:
        assert type(slots[a]) is CellType, f"{where}: {row.name} of no cell"
    elif op in _ITERATOR_OPS:
        assert hasattr(slots[a], "__next__"), f"{where}: {row.name} of no iterator"
    if cleared:
        assert all(value is None for value in slots[sp:]), f"{where}: slots were not cleared"


def check_registers(prepared: Prepared, pc: int, slots: list[Any]) -> None:
    """Assert that the instruction of the register form at `pc` names slots that there are."""
    where = f"{prepared.function.name} at {pc}"
    assert 0 <= pc < len(prepared.code), f"{where}: position outside the code"
    rule, a, b, c, _, sp = prepared.code[pc]
    name = NAMES[rule]
    if not name.startswith("R_"):
        assert prepared.base <= sp <= len(slots), f"{where}: {name} with its stack at {sp}"
        return
    for operand, kind in zip((a, b, c), OPERANDS_OF.get(name, "sss"), strict=True):
        if kind == "s":
            assert 0 <= operand < len(slots), f"{where}: {name} of slot {operand}"
        elif kind == "j":
            assert 0 <= operand < len(prepared.code), f"{where}: {name} to {operand}"
