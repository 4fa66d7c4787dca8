"""How deep the operand stack is at each instruction of a verified function."""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.ops import BY_NUMBER, stack_effect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Function

# By opcode: what it adds to the depth of the stack, for those that always add the same and go on.
_ADDS: list[int | None] = [None] * 256
for _row in BY_NUMBER.values():
    if (isinstance(_row.pops, int) and isinstance(_row.pushes, int)
            and "j" not in _row.operands and _row.kind != ops.EXIT):
        _ADDS[_row.number] = _row.pushes - _row.pops


def depths(function: Function) -> list[int]:
    """The depth of the stack before each instruction; -1 where control does not come."""
    code = function.code
    depth = [-1] * (len(code) + 1)
    depth[0] = 0
    for handler in function.handlers:
        depth[handler.target] = handler.depth + 1
    before = 0  # of this instruction, from the one before it
    adds = _ADDS
    for pc, (op, a, b, _) in enumerate(code):
        if depth[pc] >= 0:
            before = depth[pc]
        elif before >= 0:
            depth[pc] = before
        else:
            continue
        change = adds[op]
        if change is not None:
            before += change
            continue
        row = BY_NUMBER[op]
        pops, pushes = stack_effect(row, a, b)
        after = before - pops + pushes
        if "j" in row.operands:
            target = a if row.operands[0] == "j" else b
            at_target = after
            if op == ops.AND_JUMP or op == ops.OR_JUMP:
                after -= 1
            elif op == ops.ITER_NEXT or op == ops.ITER_NEXT2:
                at_target = before
            if depth[target] < 0:
                depth[target] = at_target
        before = -1 if row.kind == ops.EXIT or op == ops.JUMP or op == ops.LOOP else after
    return depth
