"""Measures one program in a process of its own: all modes in turns, again and again.

    python3 -m perf.worker PROGRAM SIZE REPEAT MODE…

Prints one JSON object: mode → ``{"seconds": [...], "compile": [...]}``, or ``{"error": text}``.
A mode may be followed by options of the interpreter: ``interp:fuse=off``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from perf.execute import TWIN, Job, timed, with_large_stack
from perf.suite import Program


class WrongOutput(Exception):
    """A program printed something else than its twin."""


def measure(name: str, size: str, repeat: int, modes: list[str]) -> dict[str, Any]:
    """Seconds of every mode, alternating, after one check that the outputs agree."""
    program = Program(name)
    jobs = {mode: _job(program, mode, size) for mode in modes}
    twin = Job(program, TWIN, size)
    expected = program.expected() if size == "full" else twin.prepare()()
    for mode in modes:
        _job(program, mode, "small").prepare()()  # imports what it needs at its first run
    found: dict[str, Any] = {mode: {"seconds": [], "compile": []} for mode in modes}
    slower = injected(name)
    for turn in range(repeat):
        # Forwards and backwards, so that none of them always comes after the same one.
        for mode in modes if turn % 2 == 0 else modes[::-1]:
            job = jobs[mode]
            prepared = job.prepare()
            seconds, output = timed(
                slowed(prepared, slower) if slower and mode != TWIN else prepared)
            if output != expected:
                raise WrongOutput(f"{name} in mode {mode} printed {_difference(output, expected)}")
            found[mode]["seconds"].append(round(seconds, 6))
            found[mode]["compile"].append(round(job.compile_seconds, 6))
    return found


def injected(name: str) -> float:
    """The slowdown that the environment asks for: ``PERF_INJECT=fib:0.10``."""
    program, _, share = os.environ.get("PERF_INJECT", "").partition(":")
    return float(share) if program == name else 0.0


def slowed(run: Callable[[], str], share: float) -> Callable[[], str]:
    """`run`, followed by that share of its time in idle turns: a slowdown of known size."""
    def slower() -> str:
        start = time.process_time()
        output = run()
        end = start + (time.process_time() - start) * (1 + share)
        while time.process_time() < end:
            pass
        return output
    return slower


def _job(program: Program, mode: str, size: str) -> Job:
    name, _, options = mode.partition(":")
    return Job(program, name, size, options or None)


def _difference(output: str, expected: str) -> str:
    got, wanted = output.splitlines(), expected.splitlines()
    for i, line in enumerate(wanted):
        if i >= len(got):
            return f"no line {i + 1}, where {line!r} was expected"
        if got[i] != line:
            return f"{got[i]!r} where {line!r} was expected (line {i + 1})"
    return "more than was expected"


def main() -> None:
    name, size, repeat, *modes = sys.argv[1:]
    try:
        found = with_large_stack(lambda: measure(name, size, int(repeat), modes))
    except Exception as error:  # noqa: BLE001  # told to whoever started this process
        found = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
