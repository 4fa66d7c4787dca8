"""Every program of examples/ prints what the file beside it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import ROOT, sentra

EXAMPLES = ROOT / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.sn"))


def test_there_are_enough_and_each_has_its_output() -> None:
    assert len(PROGRAMS) >= 14
    assert sorted(EXAMPLES.glob("*.out")) == [path.with_suffix(".out") for path in PROGRAMS]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_example(program: Path) -> None:
    result = sentra(ROOT, f"examples/{program.name}")
    assert result.all() == (program.with_suffix(".out").read_text(encoding="utf-8"), "", 0)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_check_finds_nothing(program: Path) -> None:
    result = sentra(ROOT, "check", f"examples/{program.name}")
    assert (result.out, result.status) == ("", 0)
