"""Long runs of random programs: ``python3 -m tests.fuzz --count 1000 --seed 1``.

Each seed makes one program, or with ``--mutate`` one damaged text; all executors must agree on it.
A failing program is shrunk and printed with its seed. To go on where a run was stopped, give the
seed that it printed last.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from executors import EXECUTORS
from generator import program
from mutate import mutated
from outcomes import problem_of
from shrink import shrink

REFERENCE = "interp-plain"


def ordered(names: list[str] | None = None) -> dict[str, object]:
    """The executors to compare, the reference first."""
    chosen = names or list(EXECUTORS)
    return {name: EXECUTORS[name] for name in [
        REFERENCE, *[name for name in chosen if name != REFERENCE]]}


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--size", type=int, default=10, help="statements of a part of a program")
    parser.add_argument("--wild", type=float, default=0.006, help="share of wrong types")
    parser.add_argument("--mutate", action="store_true", help="damaged texts instead")
    parser.add_argument("--executors", help="names with commas; default: all")
    parser.add_argument("--stop", type=int, default=5, help="end after so many failures")
    parser.add_argument("--show", action="store_true", help="print the program of --seed and end")
    options = parser.parse_args()

    def text_of(seed: int) -> str:
        return (mutated(seed) if options.mutate
                else program(seed, size=options.size, wild=options.wild))

    if options.show:
        print(text_of(options.seed), end="")
        return 0
    executors = ordered(options.executors.split(",") if options.executors else None)
    failures = 0
    begin = last = time.monotonic()
    for seed in range(options.seed, options.seed + options.count):
        text = text_of(seed)
        problem = problem_of(text, executors)
        if problem:
            failures += 1
            report(seed, text, problem, executors)
            if failures >= options.stop:
                break
        if time.monotonic() - last > 10:
            last = time.monotonic()
            rate = (seed - options.seed + 1) / (last - begin)
            print(f"seed {seed}: {failures} failures, {rate:.1f} programs a second", flush=True)
    print(f"{seed - options.seed + 1} programs up to seed {seed} on {', '.join(executors)}: "
          f"{failures} failures")
    return 1 if failures else 0


def report(seed: int, text: str, problem: str, executors: dict[str, object]) -> None:
    """Print a failing program, as small as it gets."""
    kind = problem.split("\n")[0]
    small = shrink(text, lambda shorter: problem_of(shorter, executors).split("\n")[0] == kind)
    print(f"\n--- seed {seed}: {problem_of(small, executors)}\n{small}---", flush=True)


if __name__ == "__main__":
    # The stack and the recursion limit that the command gives a program.
    sys.setrecursionlimit(200_000)
    threading.stack_size(1 << 28)
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(main()))
    thread.start()
    thread.join()
    sys.exit(statuses[0] if statuses else 1)
