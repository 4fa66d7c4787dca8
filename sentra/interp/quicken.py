"""Quickening: instructions are rewritten for the operands that they have.

``ADAPTIVE`` looks at the types of its operands and becomes a specialised rule. A quick rule that
meets operands it is not made for does the general operation and is counted a miss: a specialised
one becomes ``ADAPTIVE`` again, and after a few misses each is general for the rest of the run.
"""

from __future__ import annotations

from sentra.bytecode.ops import BY_NUMBER, OPS
from sentra.interp.rules import (
    ADAPTIVE,
    APPEND_TO,
    BINARY,
    QUICKENED,
    R_ADAPTIVE,
    R_BINARY,
    R_COMPARE_JUMP_GENERAL,
    REGISTERED,
    RULE_OF,
    RULES,
    SET_GLOBAL,
    SET_LOCAL,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.interp.prepare import Decoded, Prepared

PATIENCE = 8  # misses
_ADD_STRING = RULES["QUICK_ADD_STRING"]


def observe(code: list[Decoded], position: int, left: Any, right: Any) -> None:
    """Rewrite the ADAPTIVE instruction at `position` for these operands."""
    _, op, misses, _, does = code[position]
    rule = QUICKENED.get((op, type(left), type(right)))
    if rule is None:
        _count_miss(code, position)
        return
    following, place = code[position + 1][:2]
    if rule == _ADD_STRING and following in (SET_LOCAL, SET_GLOBAL):
        code[position] = (APPEND_TO, op, misses, place, does)
    else:
        code[position] = (rule, op, misses, 0, does)


def miss(code: list[Decoded], position: int) -> None:
    """The specialised instruction at `position` met operands that it is not made for."""
    _, op, misses, _, does = code[position]
    base = BY_NUMBER[op].base
    code[position] = (ADAPTIVE, OPS[base].number if base else op, misses, 0, does)
    _count_miss(code, position)


def _count_miss(code: list[Decoded], position: int) -> None:
    _, op, misses, _, does = code[position]
    if misses < PATIENCE:
        code[position] = (ADAPTIVE, op, misses + 1, 0, does)
    else:
        code[position] = (BINARY, 0, 0, 0, does)


def miss_fused(prepared: Prepared, position: int) -> None:
    """The same for a fused instruction."""
    misses = prepared.misses.get(position, 0) + 1
    prepared.misses[position] = misses
    if misses > PATIENCE:
        _, a, b, c, does = prepared.code[position]
        general = RULE_OF[prepared.function.code[position][0]]
        prepared.code[position] = (general, a, b, c, does)


def observe_registers(prepared: Prepared, position: int, left: Any, right: Any) -> None:
    """Rewrite the R_ADAPTIVE instruction at `position` for these operands."""
    _, a, b, c, does, op = prepared.code[position]
    rule = QUICKENED.get((op, type(left), type(right)))
    if rule is None:
        miss_registers(prepared, position)
    else:
        prepared.code[position] = (REGISTERED[rule], a, b, c, does, op)


def miss_registers(prepared: Prepared, position: int) -> None:
    """An instruction of the register form met operands that it is not made for."""
    misses = prepared.misses[position] = prepared.misses.get(position, 0) + 1
    rule, a, b, c, does, op = prepared.code[position]
    general = R_COMPARE_JUMP_GENERAL.get(rule)
    if misses > PATIENCE:
        prepared.code[position] = (R_BINARY if general is None else general, a, b, c, does, op)
    elif general is None:
        prepared.code[position] = (R_ADAPTIVE, a, b, c, does, op)
