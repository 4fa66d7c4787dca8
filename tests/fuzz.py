"""Long runs of random programs: ``python3 -m tests.fuzz --programs 100000 --start 1``.

Each seed makes one program, or with ``--mutate`` one damaged text, which must do the same wherever
it is run (see `configurations`): on the plain interpreter, the closure tree and the AST backend
always, and on some of the others in turn. Progress is printed every ten seconds. Ctrl-C ends the
run; the seeds that were run are in the file of ``--record``, and the same command goes on from
there. ``--seed N`` runs one program everywhere and, where it fails, prints it as small as it gets.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from configurations import ALWAYS, WAYS, Way, ways_of
from generator import program
from mutate import mutated
from outcomes import problem_of
from shrink import shrink

from sentra.errors import Stop

T = TypeVar("T")

CHUNK = 100  # seeds that a worker is given at a time
MEMORY = 4 << 30  # bytes, for a worker
PATIENCE = 60  # seconds for one program
FORMS = 10  # of so many programs one is also printed and parsed again


class Hangs(Stop):
    """A program does not end where the reference did."""


def text_of(seed: int, options: argparse.Namespace) -> str:
    """The text of a seed."""
    if options.mutate:
        return mutated(seed)
    return program(seed, size=options.size, wild=options.wild)


def chosen_ways(seed: int, options: argparse.Namespace) -> dict[str, Way]:
    """What the text of a seed is run on."""
    if not options.on:
        return ways_of(seed)
    return {name: WAYS[name] for name in dict.fromkeys([ALWAYS[0], *options.on.split(",")])}


def with_stack(work: Callable[[], T]) -> T:
    """The result of `work` with the stack and the recursion limit that the command gives."""
    sys.setrecursionlimit(200_000)
    threading.stack_size(1 << 28)
    results: list[T] = []
    thread = threading.Thread(target=lambda: results.append(work()))

    def hangs(number: int, frame: Any) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Hangs))

    signal.signal(signal.SIGALRM, hangs)
    thread.start()
    thread.join()
    return results[0]


def run_chunk(first: int, options: argparse.Namespace) -> tuple[dict[int, str], dict[str, int]]:
    """The problems of some seeds, and how many programs were run on what; in a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("error")  # CPython's of generated code
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seeds = range(first, min(first + CHUNK, options.start + options.programs))
    return with_stack(lambda: run_seeds(seeds, options))


def run_seeds(
    seeds: range, options: argparse.Namespace,
) -> tuple[dict[int, str], dict[str, int]]:
    problems: dict[int, str] = {}
    runs: Counter[str] = Counter()
    for seed in seeds:
        ways = chosen_ways(seed, options)
        signal.alarm(PATIENCE)
        try:
            problem = problem_of(text_of(seed, options), ways,
                                 forms=options.mutate or seed % FORMS == 0)
        except Hangs:
            problem = f"does not end in {PATIENCE} seconds"
        finally:
            signal.alarm(0)
        runs.update(list(ways))
        if problem:
            problems[seed] = problem
    return problems, dict(runs)


class Record:
    """The chunks that are done: a line of JSON each, in a file if there is one."""

    def __init__(self, path: str | None, options: argparse.Namespace) -> None:
        self.path = Path(path) if path else None
        self.programs = 0
        self.failures: dict[int, str] = {}
        self.runs: Counter[str] = Counter()
        self.done: set[int] = set()
        # What the programs depend on: chunks of other programs do not count.
        self.kind = [options.mutate, options.size, options.wild, options.on]
        if self.path is not None and self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                first = entry["first"]
                if entry["kind"] == self.kind and first >= options.start and (
                        first + entry["count"] <= options.start + options.programs):
                    self._add(entry)

    def _add(self, entry: dict[str, Any]) -> None:
        self.done.add(entry["first"])
        self.programs += entry["count"]
        self.failures.update({int(seed): text for seed, text in entry["problems"].items()})
        self.runs.update(entry["runs"])

    def add(self, first: int, count: int, problems: dict[int, str], runs: dict[str, int]) -> None:
        """A chunk is done."""
        entry = {"first": first, "count": count, "problems": problems, "runs": runs,
                 "kind": self.kind}
        self._add(entry)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


def run_all(options: argparse.Namespace) -> int:
    """Run the programs that the record does not have yet."""
    record = Record(options.record, options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end = options.start + options.programs
    firsts = iter([first for first in range(options.start, end, CHUNK)
                   if first not in record.done])
    before, begin = record.programs, time.monotonic()
    last = begin
    running: dict[Any, int] = {}
    with ProcessPoolExecutor(options.jobs, max_tasks_per_child=50) as pool:
        try:
            while True:
                while len(running) < options.jobs + 1 and len(record.failures) < options.stop:
                    first = next(firsts, None)
                    if first is None:
                        break
                    running[pool.submit(run_chunk, first, options)] = first
                if not running:
                    break
                for future in wait(running, timeout=2, return_when=FIRST_COMPLETED).done:
                    first = running.pop(future)
                    problems, runs = future.result()
                    record.add(first, min(CHUNK, end - first), problems, runs)
                    for seed, problem in problems.items():
                        print(f"seed {seed}: {problem}", flush=True)
                if time.monotonic() - last > 10:
                    last = time.monotonic()
                    progress(record, options.programs, (record.programs - before) / (last - begin))
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)  # the workers finish their chunks
            print("stopped", flush=True)
        except BrokenProcessPool:
            print(f"a worker died; it was running one of the chunks that begin with the seeds "
                  f"{', '.join(map(str, sorted(running.values())))}")
            return 70
    summary(record, options)
    return 1 if record.failures else 0


def progress(record: Record, programs: int, rate: float) -> None:
    """Print how far it is."""
    left = (programs - record.programs) / rate / 60 if rate else 0
    print(f"{record.programs} of {programs} programs, {len(record.failures)} failures, "
          f"{rate:.1f} a second, {left:.0f} minutes left", flush=True)


def summary(record: Record, options: argparse.Namespace) -> None:
    """Print what was run, and on what."""
    print(f"{record.programs} programs with seeds from {options.start}, below "
          f"{options.start + options.programs}: {len(record.failures)} failures")
    if record.failures:
        print("failing seeds:", *sorted(record.failures))
    for name, count in record.runs.most_common():
        print(f"  {name:16} {count}")


def one(seed: int, options: argparse.Namespace) -> int:
    """Run one program everywhere; print it, and why it fails if it does."""
    text = text_of(seed, options)
    ways = chosen_ways(seed, options) if options.on else WAYS
    problem = problem_of(text, ways)
    if problem:
        text = shrink(text, lambda shorter: same_problem(problem, problem_of(shorter, ways)))
        problem = problem_of(text, ways)
    print(f"{text}--- seed {seed}: {problem or 'the same everywhere'}")
    return 1 if problem else 0


def same_problem(problem: str, other: str) -> bool:
    """Whether two problems begin alike: the same place, and the same kind."""
    return problem.split("\n")[0] == other.split("\n")[0]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=1000, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--record", help="a file of what is done, to go on from")
    parser.add_argument("--stop", type=int, default=20, help="end after so many failures")
    parser.add_argument("--size", type=int, default=5, help="statements of a part of a program")
    parser.add_argument("--wild", type=float, default=0.006, help="share of wrong types")
    parser.add_argument("--mutate", action="store_true", help="damaged texts instead")
    parser.add_argument("--on", help=f"names with commas, of: {', '.join(WAYS)}")
    parser.add_argument("--seed", type=int, help="run one program everywhere, and shrink it")
    options = parser.parse_args()
    return run_all(options) if options.seed is None else with_stack(
        lambda: one(options.seed, options))


if __name__ == "__main__":
    sys.exit(main())
