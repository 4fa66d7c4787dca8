"""The rows of tests/ops: the meaning of every operation."""

from __future__ import annotations

import pytest
from direct import evaluate
from rows import read_rows, shown


@pytest.mark.parametrize("expression, expected", [
    pytest.param(expression, expected, id=where)
    for where, expression, expected in read_rows("ops")])
def test_row(expression: str, expected: str) -> None:
    assert shown(evaluate, expression) == expected
