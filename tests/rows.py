"""Data files of expressions and their results: ``expression → text``, or ``→ kind: message``."""

from __future__ import annotations

from pathlib import Path

from direct import evaluate
from executors import EXECUTORS

from sentra import errors
from sentra.errors import SentraError
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.runtime.text import to_text
from sentra.source import Source

KINDS = frozenset((
    errors.TYPE, errors.ARITHMETIC, errors.INDEX, errors.NAME, errors.CALL, errors.OVERFLOW,
    errors.VALUE, errors.ASSERTION))


def read_rows(folder: str) -> list[tuple[str, str, str]]:
    """(where, expression, expected) for every row of every file in a folder of tests/."""
    rows = []
    for path in sorted((Path(__file__).parent / folder).glob("*.test")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line and not line.startswith("#"):
                expression, arrow, expected = line.rpartition(" → ")
                if not arrow:
                    raise ValueError(f"{path}:{number}: no arrow")
                rows.append((f"{path.stem}:{number}", expression, expected))
    return rows


def in_program(name: str):
    """Evaluates an expression as a program of one line, on an executor."""
    def evaluate_in_program(expression: str) -> object:
        module = compile_source(Source("row.sn", f"let row = {expression}"))
        return run(module, context=Context(), executor=EXECUTORS[name]())["row"]

    return evaluate_in_program


EVALUATORS = {"direct": evaluate, **{name: in_program(name) for name in EXECUTORS}}


def shown(evaluator: str, expression: str) -> str:
    """What a row expects: the text of the result, or kind and message of the error."""
    try:
        return to_text(EVALUATORS[evaluator](expression))
    except SentraError as error:
        if error.kind not in KINDS:
            raise
        return f"{error.kind}: {error.message}"
