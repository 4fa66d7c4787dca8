"""Specialised opcodes where the types of both operands are evident.

Before: ``CONSTANT 1``, ``SET_LOCAL 0``, ``GET_LOCAL 0``, ``CONSTANT 2``, ``ADD`` · after: the
same with ``ADD_INT``.

Only straight runs of code are looked at; quickening sees the rest. As a specialised opcode does the
general operation on other types, a mistake here could cost time and nothing else.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.edit import targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function, Instruction

_TYPES = {"INT": int, "FLOAT": float, "STRING": str}

# General opcode and type of both operands → specialised opcode, and the type of its result.
_ROWS: dict[tuple[int, type | None], tuple[int, type | None]] = {}
for _row in ops.BY_NUMBER.values():
    _type = _TYPES.get(_row.name.rpartition("_")[2])
    if _row.base and _type is not None:
        _ROWS[ops.OPS[_row.base].number, _type] = (
            _row.number,
            None if _row.does == "less" else float if _row.does == "div" else _type)

_GENERAL = frozenset([op for op, _ in _ROWS])


def specialise(function: Function, _: Mapping[str, Callable[..., Any]]) -> Function:
    """Choose opcodes by the types that the instructions just before give."""
    found: dict[int, Instruction] = {}
    stops = targets(function)
    stack: list[type | None] = []  # types of the values on top; below them nothing is known
    local_types: dict[int, type | None] = {}
    constants = function.constants
    for pc, instruction in enumerate(function.code):
        if pc in stops:
            stack.clear()
            local_types.clear()
        op, a, b, _c = instruction
        if op == ops.CONSTANT:
            stack.append(type(constants[a]))
        elif op == ops.GET_LOCAL:
            stack.append(local_types.get(a))
        elif op == ops.SET_LOCAL:
            local_types[a] = stack.pop() if stack else None
        elif op in _GENERAL and len(stack) > 1:
            right, left = stack.pop(), stack.pop()
            number, result = _ROWS.get((op, left), (op, None)) if left is right else (op, None)
            if number != op:
                found[pc] = (number, 0, 0, 0)
            stack.append(result)
        else:
            row = ops.BY_NUMBER[op]
            if row.kind == ops.STORE and "s" in row.operands:
                local_types.pop(a, None)
            pops, pushes = ops.stack_effect(row, a, b)
            del stack[max(len(stack) - pops, 0):]
            stack += [None] * pushes
    if not found:
        return function
    return function.replaced(
        code=tuple([found.get(pc, old) for pc, old in enumerate(function.code)]))
