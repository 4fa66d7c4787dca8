"""Quickening: instructions are rewritten for the types that their operands have.

``ADAPTIVE`` looks at the operands and becomes a specialised rule. A specialised rule that meets
other types does the general operation and becomes ``ADAPTIVE`` again; after a few of these misses
the instruction stays general for the rest of the run.
"""

from __future__ import annotations

from sentra.bytecode.ops import BY_NUMBER, OPS
from sentra.interp.rules import ADAPTIVE, BINARY, QUICKENED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.interp.prepare import Decoded

PATIENCE = 8  # misses


def observe(code: list[Decoded], position: int, left: Any, right: Any) -> None:
    """Rewrite the ADAPTIVE instruction at `position` for these operands."""
    _, op, misses, _, does = code[position]
    rule = QUICKENED.get((op, type(left), type(right)))
    if rule is not None:
        code[position] = (rule, op, misses, 0, does)
    else:
        _count_miss(code, position)


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
