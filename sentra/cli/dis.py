"""``sentra dis``: bytecode as text."""

from __future__ import annotations

import sys

from sentra.cli.status import OK
from sentra.cli.usage import UsageError, parse


def run(arguments: list[str]) -> int:
    """Print the bytecode of one file with its source lines."""
    from sentra.bytecode.text import disassemble
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    options, files = parse(arguments, values={}, flags=("-O",))
    if len(files) != 1:
        raise UsageError("dis takes one file", "sentra dis FILE")

    def show() -> int:
        module = load(files[0])
        if "-O" in options:
            from sentra.bytecode.optimise import optimise

            module = optimise(module)
        sys.stdout.write(disassemble(module))
        return OK

    return reporting(show)
