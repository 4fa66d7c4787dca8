"""The rows of tests/builtins: results and errors of builtins, section by section."""

from __future__ import annotations

import pytest
from direct import evaluate
from rows import read_rows, shown


@pytest.mark.parametrize("expression, expected", [
    pytest.param(expression, expected, id=where)
    for where, expression, expected in read_rows("builtins")])
def test_row(expression: str, expected: str) -> None:
    assert shown(evaluate, expression) == expected
