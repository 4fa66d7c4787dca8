"""What passes over bytecode share: derived tables of the instruction set, and moving code.

Invariant: a pass gives, for each old instruction, the new place of its start; jumps, handler
ranges and handler targets follow from that alone.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Handler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sentra.bytecode.code import Function, Instruction, Span

    # The general opcode, and for each of its operands the operand of the fused row, counted from 1.
    Part = tuple[int, tuple[int, ...]]

JUMP_OPERAND: dict[int, int] = {
    number: row.operands.index("j") + 1
    for number, row in ops.BY_NUMBER.items() if "j" in row.operands}
"""Opcode → which place of the instruction tuple holds its target."""

BASE: dict[int, int] = {
    number: ops.OPS[row.base].number for number, row in ops.BY_NUMBER.items() if row.base}
"""Specialised opcode → the general one."""


def _parts(row: ops.Op) -> tuple[Part, ...]:
    parts = []
    for text in row.expands:
        name, *operands = text.split()
        part = ops.OPS[name]
        if len(operands) != len(part.operands):
            raise ValueError(f"{row.name} expands to a malformed {text!r}")
        parts.append((part.number, tuple(" ABC".index(letter) for letter in operands)))
    return tuple(parts)


PARTS: dict[int, tuple[Part, ...]] = {
    number: _parts(row) for number, row in ops.BY_NUMBER.items() if row.expands}
"""Fused opcode → the general instructions that it stands for."""


def rebuilt(
    function: Function, code: list[Instruction], spans: list[Span], places: list[int],
    **changes: object,
) -> Function:
    """The function with new code, whose jumps still name old places.

    `places` has the new place of every old instruction, and of the end. A range that became empty
    loses its handler.
    """
    jump_operand = JUMP_OPERAND
    for i, instruction in enumerate(code):
        op, a, b, c = instruction
        operand = jump_operand.get(op)
        if operand is None:
            continue
        if operand == 1:
            code[i] = (op, places[a], b, c)
        elif operand == 2:
            code[i] = (op, a, places[b], c)
        else:
            code[i] = (op, a, b, places[c])
    handlers = tuple([
        Handler(places[handler.start], places[handler.end], places[handler.target], handler.depth)
        for handler in function.handlers if places[handler.start] < places[handler.end]])
    return function.replaced(
        code=tuple(code), spans=tuple(spans), handlers=handlers, **changes)


def each_function(function: Function, change: Callable[[Function], Function]) -> Function:
    """Change a function and all that are nested in it, the inner ones first, without recursion."""
    done: list[Function] = []
    waiting: list[tuple[Function, bool]] = [(function, False)]
    while waiting:
        current, ready = waiting.pop()
        if not ready:
            waiting.append((current, True))
            waiting.extend([(nested, False) for nested in reversed(current.functions)])
            continue
        nested_count = len(current.functions)
        if nested_count:
            nested = tuple(done[-nested_count:])
            if any(new is not old for new, old in zip(nested, current.functions, strict=True)):
                current = current.replaced(functions=nested)
            del done[-nested_count:]
        done.append(change(current))
    return done[0]


def targets(function: Function) -> set[int]:
    """The instructions that are not only reached from the one before them."""
    places = set()
    jump_operand = JUMP_OPERAND
    for instruction in function.code:
        if instruction[0] in jump_operand:
            places.add(instruction[jump_operand[instruction[0]]])
    places.update([handler.target for handler in function.handlers])
    return places


def boundaries(function: Function) -> set[int]:
    """Targets, and where the handlers in force change: nothing is merged across one."""
    places = targets(function)
    for handler in function.handlers:
        places.add(handler.start)
        places.add(handler.end)
    return places


def walk(function: Function) -> Iterable[Function]:
    """A function and all that are nested in it, outer ones first."""
    waiting = [function]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.functions))
