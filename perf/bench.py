"""One pyperf benchmark: a program in one mode. ``perf.run`` starts it; pyperf starts the processes.

    python3 -m perf.bench PROGRAM MODE SIZE [options of pyperf]
"""

from __future__ import annotations

import argparse
from typing import Any

from perf.execute import TWIN, Job, timed, with_large_stack
from perf.extras import need
from perf.suite import Program
from perf.worker import WrongOutput


def seconds(loops: int, program: Program, mode: str, size: str) -> float:
    """Processor seconds of `loops` runs; compiling is not counted."""
    job = Job(program, mode, size)
    expected = program.expected() if size == "full" else None

    def work() -> float:
        wanted = expected or Job(program, TWIN, size).prepare()()
        total = 0.0
        for _ in range(loops):
            spent, output = timed(job.prepare())
            if output != wanted:
                raise WrongOutput(f"{program.name} in mode {mode} printed something else")
            total += spent
        return total
    return with_large_stack(work)


def _forward(command: list[str], options: argparse.Namespace) -> None:
    """pyperf gives its worker processes only its own options."""
    command += [options.program, options.mode, options.size]


def main() -> None:
    runner: Any = need("pyperf").Runner(
        program_args=("-m", "perf.bench"), add_cmdline_args=_forward)
    for name in ("program", "mode", "size"):
        runner.argparser.add_argument(name)
    options = runner.parse_args()
    runner.metadata["description"] = f"{options.program} as {options.mode}, size {options.size}"
    runner.bench_time_func(
        f"{options.program}/{options.mode}", seconds, Program(options.program), options.mode,
        options.size)


if __name__ == "__main__":
    main()
