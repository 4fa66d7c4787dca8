"""Constant folding, and pairs of instructions that one instruction replaces.

Before: ``CONSTANT 2``, ``CONSTANT 3``, ``MUL`` · after: ``CONSTANT 6``.
Before: ``NOT``, ``JUMP_IF_FALSE L`` · after: ``JUMP_IF_TRUE L``.

Nothing that throws is folded, and nothing whose result is large: it is calculated, or thrown, when
its turn comes.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.edit import boundaries, rebuilt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function, Instruction, Span

LONGEST_STRING = 1000  # characters in a folded string, or in an operand
LARGEST_INTEGER = 1 << 256

_LITERALS = {ops.NIL: None, ops.TRUE: True, ops.FALSE: False}
_CONSTANTS = frozenset((ops.CONSTANT, *_LITERALS))
# Operations whose result can be much larger than the operands: numbers only.
_GROWING = frozenset(("mul",))

_FOLDED = {
    row.number: (row.does, row.pops) for row in ops.BY_NUMBER.values()
    if row.kind == ops.VALUE and not row.operands and not row.base and isinstance(row.pops, int)
    and row.does not in ("caught", "receive")}

_PAIRS = {
    (ops.NOT, ops.JUMP_IF_FALSE): ops.JUMP_IF_TRUE,
    (ops.NOT, ops.JUMP_IF_TRUE): ops.JUMP_IF_FALSE,
    (ops.EQUAL, ops.NOT): ops.NOT_EQUAL,
    (ops.NOT_EQUAL, ops.NOT): ops.EQUAL,
}
"""Two instructions → the one that does the same; it jumps where the second one does."""

_NEGATED = {
    (ops.NOT_EQUAL, ops.JUMP_IF_FALSE): (ops.EQUAL, ops.JUMP_IF_TRUE),
    (ops.NOT_EQUAL, ops.JUMP_IF_TRUE): (ops.EQUAL, ops.JUMP_IF_FALSE),
}
"""Two instructions → two that do the same, and that can be fused."""

_UNUSED = _CONSTANTS | {ops.GET_LOCAL, ops.DUP}  # POP after one of these undoes it

# Branches on a value → (whether they jump on a truthy one, whether they keep it when they jump).
_ON_CONSTANT = {
    ops.JUMP_IF_FALSE: (False, False), ops.JUMP_IF_TRUE: (True, False),
    ops.AND_JUMP: (False, True), ops.OR_JUMP: (True, True),
}


def fold(function: Function, operations: Mapping[str, Callable[..., Any]]) -> Function:
    """Fold constants in one pass; folded results are folded again with what follows."""
    return _Folding(function, operations).run()


class _Folding:
    """Writes the new code, whose last instructions are what the next one may be folded with."""

    def __init__(
        self, function: Function, operations: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.function = function
        self.operations = operations
        self.constants: list[Any] = list(function.constants)
        self.indices: dict[tuple[type, str], int] = {}
        self.code: list[Instruction] = []
        self.spans: list[Span] = []
        self.barrier = 0  # from here on the new code may be changed

    def run(self) -> Function:
        function, code, spans = self.function, self.code, self.spans
        stops = boundaries(function)
        places = []
        interesting = {*_FOLDED, *_ON_CONSTANT, ops.POP}
        for pc, instruction in enumerate(function.code):
            places.append(len(code))
            if pc in stops:
                self.barrier = len(code)
            if (instruction[0] not in interesting or len(code) == self.barrier
                    or not self.replace(instruction, function.spans[pc])):
                code.append(instruction)
                spans.append(function.spans[pc])
        if len(code) == len(function.code) and tuple(code) == function.code:
            return function
        places.append(len(code))
        return rebuilt(function, code, spans, places, constants=tuple(self.constants))

    def replace(self, instruction: Instruction, span: Span) -> bool:
        """Write what does the same as the end of the new code and `instruction`."""
        op = instruction[0]
        before = self.code[-1][0]
        pair = _PAIRS.get((before, op))
        if pair is not None:
            # Of a comparison and NOT only the comparison throws.
            self.write(pair, instruction[1], self.spans[-1] if op == ops.NOT else span, 1)
            return True
        if (before, op) in _NEGATED:
            comparison, op = _NEGATED[before, op]
            self.code[-1] = (comparison, 0, 0, 0)
            self.write(op, instruction[1], span, 0)
            return True
        if op == ops.POP:
            if before not in _UNUSED:
                return False
            self.drop(1)
            return True
        if op in _ON_CONSTANT:
            if before not in _CONSTANTS:
                return False
            jumps_on, keeps = _ON_CONSTANT[op]
            jumps = bool(self.value(self.code[-1])) == jumps_on
            if not (jumps and keeps):
                self.drop(1)
            if jumps:
                self.write(ops.JUMP, instruction[1], span, 0)
            return True
        return self.calculate(op, span)

    def calculate(self, op: int, span: Span) -> bool:
        does, count = _FOLDED[op]
        start = len(self.code) - count
        operation = self.operations.get(does)
        if start < self.barrier or operation is None:
            return False
        values = []
        for instruction in self.code[start:]:
            if instruction[0] not in _CONSTANTS:
                return False
            values.append(self.value(instruction))
        if not all(map(_small, values)) or (does in _GROWING and any(
                type(value) is str for value in values)):
            return False
        try:
            result = operation(*values)
        except Exception:  # noqa: BLE001  # it throws when its turn comes
            return False
        if type(result) not in (type(None), bool, int, float, str) or not _small(result):
            return False
        if result is None or result is True or result is False:
            literal = ops.NIL if result is None else ops.TRUE if result else ops.FALSE
            self.write(literal, 0, span, count)
        else:
            self.write(ops.CONSTANT, self.index(result), span, count)
        return True

    def value(self, instruction: Instruction) -> Any:
        op, a, _, _ = instruction
        return self.constants[a] if op == ops.CONSTANT else _LITERALS[op]

    def index(self, value: Any) -> int:
        """The place of a constant; ``0.0`` and ``-0.0``, ``1`` and ``1.0`` are different ones."""
        if not self.indices:
            for i, constant in enumerate(self.constants):
                if _small(constant):
                    self.indices.setdefault((type(constant), repr(constant)), i)
        key = (type(value), repr(value))
        if key not in self.indices:
            self.indices[key] = len(self.constants)
            self.constants.append(value)
        return self.indices[key]

    def drop(self, count: int) -> None:
        del self.code[len(self.code) - count:]
        del self.spans[len(self.spans) - count:]

    def write(self, op: int, operand: int, span: Span, instead_of: int) -> None:
        self.drop(instead_of)
        self.code.append((op, operand, 0, 0))
        self.spans.append(span)


def _small(value: Any) -> bool:
    if type(value) is str:
        return len(value) <= LONGEST_STRING
    return type(value) is not int or -LARGEST_INTEGER < value < LARGEST_INTEGER
