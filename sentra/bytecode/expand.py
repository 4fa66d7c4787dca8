"""Back to general opcodes: the inverse of fusion and specialisation.

Before: ``INCREMENT 0 2`` · after: ``GET_LOCAL 0``, ``CONSTANT 2``, ``ADD``, ``SET_LOCAL 0``.
"""

from __future__ import annotations

from sentra.bytecode.edit import BASE, PARTS, rebuilt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Function, Span


def expand(function: Function) -> Function:
    """The same function in general opcodes; functions nested in it stay as they are."""
    return expand_with_origins(function)[0]


def expand_with_origins(function: Function) -> tuple[Function, list[int]]:
    """`expand`, and for each new instruction the old one that it is a part of.

    At most one part of a fused instruction throws, and the instruction has its span: all parts get
    it. Operands must be in range.
    """
    code: list[Any] = []
    spans: list[Span] = []
    places: list[int] = []
    origins: list[int] = []
    for pc, instruction in enumerate(function.code):
        places.append(len(code))
        op = instruction[0]
        if op in PARTS:
            for number, operands in PARTS[op]:
                chosen = [instruction[i] for i in operands]
                code.append((number, *chosen, *(0,) * (3 - len(chosen))))
        elif op in BASE:
            code.append((BASE[op], *instruction[1:]))
        else:
            code.append(instruction)
        added = len(code) - places[-1]
        spans.extend([function.spans[pc]] * added)
        origins.extend([pc] * added)
    places.append(len(code))
    return rebuilt(function, code, spans, places), origins
