"""Fusion: runs of instructions that one row of the table stands for.

Before: ``GET_LOCAL 0``, ``CONSTANT 2``, ``ADD``, ``SET_LOCAL 0`` · after: ``INCREMENT 0 2``.

The `expands` column is all that this pass knows. Nothing is fused across a jump target or a place
where other handlers come into force, and a fused instruction has the span of the part that throws.
"""

from __future__ import annotations

from sentra.bytecode.edit import PARTS, boundaries, rebuilt
from sentra.bytecode.ops import BY_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function, Instruction
    from sentra.bytecode.edit import Part

_ROW = -1  # in the tree: the rows whose parts end here


def _pattern_tree() -> dict[int, Any]:
    """Opcode → the tree for what may follow it; under `_ROW` the rows that are complete."""
    tree: dict[int, Any] = {}
    for number, parts in PARTS.items():
        node = tree
        for op, _ in parts:
            node = node.setdefault(op, {})
        node.setdefault(_ROW, []).append(number)
    return tree


def throwing_part(parts: tuple[Part, ...]) -> int:
    """Which part of a fused instruction throws; the last one if none does."""
    for i, (op, _) in enumerate(parts):
        if BY_NUMBER[op].throws:
            return i
    return len(parts) - 1


_TREE = _pattern_tree()
_THROWING = {number: throwing_part(parts) for number, parts in PARTS.items()}


def fuse(function: Function, _: Mapping[str, Callable[..., Any]]) -> Function:
    """Fuse from the start of the code on, as much as fits at each place."""
    code, old_spans = function.code, function.spans
    stops: set[int] | None = None
    new: list[Instruction] = []
    spans, places = [], []
    size = len(code)
    pc = 0
    while pc < size:
        places.append(len(new))
        instruction = code[pc]
        node = _TREE.get(instruction[0])
        if node is not None and pc + 1 < size and code[pc + 1][0] in node:
            if stops is None:
                stops = boundaries(function)
            found = _longest(code, pc, node, stops)
            if found is not None:
                number, operands = found
                new.append((number, *operands))
                spans.append(old_spans[pc + _THROWING[number]])
                length = len(PARTS[number])
                places += [len(new)] * (length - 1)  # no jump leads there
                pc += length
                continue
        new.append(instruction)
        spans.append(old_spans[pc])
        pc += 1
    if len(new) == size:
        return function
    places.append(len(new))
    return rebuilt(function, new, spans, places)


def _longest(
    code: tuple[Instruction, ...], pc: int, node: dict[int, Any], stops: set[int],
) -> tuple[int, tuple[int, int, int]] | None:
    """The row with the most parts that match from `pc` on, and its operands."""
    best = None
    at = pc + 1
    while at < len(code) and at not in stops:
        op = code[at][0]
        if op not in node:
            break
        node = node[op]
        at += 1
        for number in node.get(_ROW, ()):
            operands = _operands(code, pc, PARTS[number])
            if operands is not None:
                best = (number, operands)
    return best


def _operands(
    code: tuple[Instruction, ...], pc: int, parts: tuple[Part, ...],
) -> tuple[int, int, int] | None:
    """The operands of the fused instruction; None where one would have two values."""
    operands = [0, 0, 0, 0]
    known = 1  # bits of the operands that are known; the bit for 0 is not used
    for i, (_, names) in enumerate(parts):
        instruction = code[pc + i]
        for place, name in enumerate(names, 1):
            if known >> name & 1 and operands[name] != instruction[place]:
                return None
            operands[name] = instruction[place]
            known |= 1 << name
    return operands[1], operands[2], operands[3]
