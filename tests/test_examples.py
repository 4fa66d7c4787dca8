"""Every program of examples/ prints what the file beside it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.sn"))


def test_there_are_enough_and_each_has_its_output() -> None:
    assert len(PROGRAMS) >= 14
    assert sorted(EXAMPLES.glob("*.out")) == [path.with_suffix(".out") for path in PROGRAMS]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_example(program: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "sentra", str(program)], capture_output=True,
        stdin=subprocess.DEVNULL, timeout=60)
    assert result.stderr == b""
    assert result.stdout == program.with_suffix(".out").read_bytes()
    assert result.returncode == 0


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_check_finds_nothing(program: Path) -> None:
    result = subprocess.run([sys.executable, "-m", "sentra", "check", str(program)],
                            capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert (result.stdout, result.returncode) == (b"", 0)
