"""What the debug loop asserts at every instruction. A failure is a bug of lowering or machine."""

from __future__ import annotations

from types import CellType

from sentra.bytecode import ops
from sentra.bytecode.ops import BY_NUMBER, stack_effect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.interp.prepare import Prepared

_CELL_OPS = frozenset((ops.GET_CELL, ops.SET_CELL, ops.COPY_CELL))
_ITERATOR_OPS = frozenset((ops.ITER_NEXT, ops.ITER_NEXT2))


def check_step(prepared: Prepared, pc: int, sp: int, slots: list[Any], cleared: bool) -> None:
    """Assert that the instruction at `pc` can run on this stack and these slots."""
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
