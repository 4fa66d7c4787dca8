"""Programs that executors once disagreed on, made small: they print the same everywhere.

Found by tests/fuzz.py. Each is a file of tests/differences with what it prints; its first line says
what went wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from configurations import WAYS
from outcomes import compiled, problem_of

ROOT = Path(__file__).parent / "differences"
CASES = sorted(ROOT.glob("*.sn"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_all_agree(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    assert problem_of(text, WAYS) == ""
    module = compiled(text)
    assert module is not None
    result = WAYS["interp"](module)
    assert (result.printed, result.ended) == (
        case.with_suffix(".out").read_text(encoding="utf-8"), "")


def test_cases_are_there() -> None:
    assert len(CASES) >= 12
