"""The rows of tests/builtins: results and errors of builtins, section by section."""

from __future__ import annotations

import pytest
from rows import EVALUATORS, read_rows, shown


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("expression, expected", [
    pytest.param(expression, expected, id=where)
    for where, expression, expected in read_rows("builtins")])
def test_row(evaluator: str, expression: str, expected: str) -> None:
    assert shown(evaluator, expression) == expected
