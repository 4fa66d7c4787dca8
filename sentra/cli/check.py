"""``sentra check``: findings without running anything."""

from __future__ import annotations

import sys

from sentra.cli.status import FAILED, OK
from sentra.cli.usage import UsageError, parse


def run(arguments: list[str]) -> int:
    """Print the findings of all files to standard output; status 1 if there are any."""
    _, files = parse(arguments, values={})
    if not files:
        raise UsageError("nothing to check", "sentra check FILE...")
    # Nothing is printed before all files are known to be there.
    contents = [(path, _content(path)) for path in files]
    clean = True
    for path, data in contents:
        clean = _check(data, path) and clean
    return OK if clean else FAILED


def _content(path: str) -> bytes:
    from sentra.cli.program import read, standard_input

    data = standard_input() if path == "-" else read(path)
    if data[:1] == b"\x89":  # as in pipeline.load_data
        raise UsageError(f"{path} is bytecode", "check its source instead")
    return data


def _check(data: bytes, path: str) -> bool:
    """Print what is found in one file; whether that was nothing."""
    from sentra.cli.program import STANDARD_INPUT
    from sentra.cli.report import colours
    from sentra.diagnostics import format_error, format_problem
    from sentra.errors import SentraSyntaxError, SyntaxProblem
    from sentra.lower.check import check
    from sentra.runtime.builtins import arity, names
    from sentra.source import decode
    from sentra.suggestions import advice
    from sentra.syntax.parser import parse as parse_source

    colour = colours(sys.stdout)
    try:
        source = decode(data, STANDARD_INPUT if path == "-" else path)
        findings = check(parse_source(source), source, {name: arity(name) for name in names()})
    except SentraSyntaxError as error:
        sys.stdout.write(format_error(error, colour) + "\n")
        return False
    for finding in findings:
        problem = SyntaxProblem(
            source.filename, finding.span, finding.message + advice(finding.message, source.text),
            source.line(finding.span[4]))
        sys.stdout.write(format_problem(problem, colour, finding.severity) + "\n")
    return not findings
