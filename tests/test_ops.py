"""The instruction table: what its rows may say, and that everything derived from it fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentra.bytecode import ops
from sentra.bytecode.edit import BASE, JUMP_OPERAND, PARTS
from sentra.bytecode.isa import KINDS, page
from sentra.bytecode.ops import BY_NUMBER, OPS, Op, stack_effect
from sentra.bytecode.optimise.fuse import throwing_part
from sentra.interp.operations import OPERATIONS

ROWS = list(OPS.values())
IDS = [row.name for row in ROWS]


def test_names_and_numbers() -> None:
    assert len(OPS) == len(BY_NUMBER)
    for row in ROWS:
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", row.name)
        assert 0 < row.number <= 250  # a byte in files
        assert getattr(ops, row.name) == row.number
    with pytest.raises(ValueError, match="declared twice"):
        ops.op("CONSTANT", 251, "", 0, 0, ops.COPY, "", False, "")
    with pytest.raises(ValueError, match="declared twice"):
        ops.op("NEW", ops.CONSTANT, "", 0, 0, ops.COPY, "", False, "")


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_rows(row: Op) -> None:
    assert row.kind in KINDS
    assert row.meaning
    assert re.fullmatch("[ksufnj]{0,3}", row.operands)
    assert row.operands.count("j") <= 1
    assert ("j" in row.operands) == (row.kind == ops.BRANCH or row.name.startswith("ITER_NEXT"))
    if row.does:
        assert row.does in OPERATIONS
    for effect in (row.pops, row.pushes, row.falls, row.jumps):
        if isinstance(effect, str):
            assert row.operands[{"a": 0, "b": 1}[effect.strip("23+1")]] == "n"
    assert stack_effect(row, 2, 3) >= (0, 0)


@pytest.mark.parametrize("row", [row for row in ROWS if row.base], ids=lambda row: row.name)
def test_specialised_rows(row: Op) -> None:
    base = OPS[row.base]
    assert not base.base
    assert row.number >= 100
    assert BASE[row.number] == base.number
    assert (row.operands, row.pops, row.pushes, row.kind, row.does, row.throws) == (
        base.operands, base.pops, base.pushes, base.kind, base.does, base.throws)
    assert row.name.startswith(base.name + "_")


@pytest.mark.parametrize("row", [row for row in ROWS if row.expands], ids=lambda row: row.name)
def test_fused_rows(row: Op) -> None:
    assert row.number >= 100
    parts = [BY_NUMBER[number] for number, _ in PARTS[row.number]]
    assert len(parts) > 1
    assert not any(part.base or part.expands for part in parts)
    # Its operands are those of its parts, each of one kind.
    used: dict[int, set[str]] = {}
    for part, (_, places) in zip(parts, PARTS[row.number], strict=True):
        for kind, place in zip(part.operands, places, strict=True):
            used.setdefault(place, set()).add(kind)
    assert used == {place: {kind} for place, kind in enumerate(row.operands, 1)}
    # One part throws, and that is the operation that the row does.
    throwing = [part for part in parts if part.throws]
    assert len(throwing) == row.throws <= 1
    if throwing:
        assert throwing[0].does == row.does
        assert parts[throwing_part(PARTS[row.number])] is throwing[0]
    # Only the last part jumps, and nothing that counts as a tick is hidden inside.
    assert not any(part.operands.count("j") for part in parts[:-1])
    assert not {"LOOP", "CALL", "INVOKE", "GO", "GO_INVOKE"} & {part.name for part in parts}
    depth = lowest = 0
    for part in parts:
        assert isinstance(part.pops, int)
        assert isinstance(part.falls, int)
        depth -= part.pops
        lowest = min(lowest, depth)
        depth += part.falls
    assert (-lowest, depth - lowest) == (row.pops, row.falls)


def test_general_rows_are_below_the_others() -> None:
    assert all((row.number < 100) == (not row.base and not row.expands) for row in ROWS)


def test_jump_operands() -> None:
    assert set(JUMP_OPERAND) == {row.number for row in ROWS if "j" in row.operands}
    assert JUMP_OPERAND[ops.ITER_NEXT] == 2


def test_the_page_is_current() -> None:
    path = Path(__file__).parent.parent / "docs" / "isa.md"
    assert path.read_text(encoding="utf-8") == page(), (
        "python3 -m sentra.bytecode.isa > docs/isa.md")
