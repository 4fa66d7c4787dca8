"""``sentra run --explain``: which executor runs each function, and why."""

from __future__ import annotations

import sys

from sentra.cli.status import OK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Module
    from sentra.codegen.report import FunctionReport
    from sentra.pipeline import Executor


def explain(program: Module, executor: Executor) -> int:
    """Print a report about a program; it is not run."""
    from sentra.codegen.report import explain as reports

    found = reports(program, executor)
    if executor.name == "auto":
        sys.stdout.write("The interpreter runs everything at first; what runs long:\n")
    width = max([len(report.name) for report in found])
    for report in found:
        sys.stdout.write(_text(report, width))
    return OK


def _text(report: FunctionReport, width: int) -> str:
    line = f"{report.name:{width}}  line {report.line:<5} {report.executor:7}{report.types}"
    notes = [*report.facts, *[f"declined by {reason}" for reason in report.reasons]]
    return "".join([f"{text.rstrip()}\n" for text in (line, *[f"    {note}" for note in notes])])
