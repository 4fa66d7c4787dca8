"""``python3 -m perf tiers``: what ``--mode=auto`` costs beside the other modes.

Times include compiling. The modes take turns in one process per program; outputs must agree.

- small: programs that end at once, against the interpreter, which compiles nothing;
- 50 ms and full: against ``--mode=closure``, which compiles everything first. The size at which the
  closure mode runs for so long is found by trying;
- start: the whole command on a script of 20 lines, in turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from perf import stats, suite
from perf.execute import Job, timed, with_large_stack
from perf.processes import environment, python
from perf.progress import Progress
from perf.results import ROOT, Results

FAILED = "failed"
BASES = {"small": "interp", "50ms": "ast", "full": "ast"}
"""Part → the mode that `auto` is compared with."""
TARGET = 0.05  # seconds that the closure mode runs, without compiling, in the part 50ms
BAR = 1.10

SCRIPT = """\
// A script of twenty lines that ends at once.
let people = [
  {name: "Ada", age: 36},
  {name: "Grace", age: 85},
  {name: "Edsger", age: 72}
]
fn describe(person) {
  return person.name + " (" + person.age + ")"
}
let total = 0
for person in people {
  total = total + person.age
  log(describe(person))
}
let old = people.filter(fn(p) => p.age > 50)
log("mean age:", total / len(people), "over fifty:", len(old))
let words = "a small script ends at once".split(" ")
let counts = {}
for word in words { counts[len(word)] = (counts[len(word)] || 0) + 1 }
log(counts)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST", help="names, patterns or groups")
    parser.add_argument("--parts", default="small,50ms,start", metavar="LIST",
                        help="of small, 50ms, full, start (default: all but full)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="result file (default: perf/results/tiers.json)")
    parser.add_argument("--resume", action="store_true",
                        help="go on with a measurement that was interrupted")


def run(options: argparse.Namespace) -> int:
    names = suite.select(options.programs)
    parts = options.parts.split(",")
    if unknown := set(parts) - {*BASES, "start"}:
        raise SystemExit(f"perf: there is no part {min(unknown)!r}")
    settings = {"parts": parts, "repeat": options.repeat}
    results = Results("tiers", settings, options.output, resume=options.resume)
    measured = [part for part in parts if part in BASES]
    if measured:
        print(f"{'program':18}" + "".join(
            f"{part + ': ' + BASES[part]:>15} {'auto':>8} {'ratio':>6}" for part in measured))
        progress = Progress(len(names))
        for name in names:
            progress.step(name)
            if name not in results.programs:
                results.add(name, {part: measure(name, part, options.repeat)
                                   for part in measured})
            progress.clear()
            print(row(name, results.programs[name], measured), flush=True)
    done = [results.programs[name] for name in names if name in results.programs]
    found = {part: means(names, results.programs, part) for part in measured}
    for part, by_group in found.items():
        print(f"geometric means, {part}, auto to {BASES[part]}: " + ", ".join(
            f"{group} {value:.3f}" for group, value in by_group.items()))
    started = start(options.repeat * 4) if "start" in parts else {}
    for line in start_lines(started):
        print(line)
    results.finish(means=found, start=started)
    return int(any(FAILED in one for by_part in done for one in by_part.values()))


def measure(name: str, part: str, repeat: int) -> dict[str, Any]:
    """Seconds of both modes, compiling included: ``{"size", "auto": [...], base: [...]}``."""
    command = python("-m", "perf.tiers", name, part, str(repeat))
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode != 0 or not done.stdout:
        return {FAILED: (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ratio(one: dict[str, Any], part: str) -> float:
    return stats.ratio_of_minima(one["auto"], one[BASES[part]])


def row(name: str, by_part: dict[str, Any], parts: list[str]) -> str:
    """A line of the table."""
    line = f"{name:18}"
    for part in parts:
        one = by_part[part]
        if FAILED in one:
            return f"{line} {part}: {one[FAILED]}"
        value = ratio(one, part)
        line += (f"{min(one[BASES[part]]) * 1000:12.1f} ms {min(one['auto']) * 1000:5.1f} ms"
                 f" {value:5.2f}{'<' if value > BAR else ' '}")
    return line.rstrip()


def means(names: list[str], programs: dict[str, Any], part: str) -> dict[str, float]:
    """Group → geometric mean of the ratios."""
    groups = {"numeric": suite.NUMERIC, "micro": suite.MICRO, "kernels": suite.KERNELS,
              "whole": suite.WHOLE, "all": suite.ALL}
    found = {}
    for group, members in groups.items():
        values = [ratio(programs[name][part], part) for name in members
                  if name in names and FAILED not in programs[name][part]]
        if values:
            found[group] = stats.geometric_mean(values)
    return found


# --- the command ------------------------------------------------------------------------------
def start(runs: int) -> dict[str, list[float]]:
    """Seconds of processor time that the command takes for `SCRIPT`, by mode."""
    import resource

    modes = ("interp", "auto", "closure")
    found: dict[str, list[float]] = {mode: [] for mode in modes}
    for turn in range(runs + 1):
        for mode in modes:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(python("-m", "sentra", f"--mode={mode}", "-c", SCRIPT), check=True,
                           cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:  # the first run writes .pyc files
                found[mode].append(after.ru_utime + after.ru_stime
                                   - before.ru_utime - before.ru_stime)
    return found


def start_lines(found: dict[str, list[float]]) -> list[str]:
    """What `start` found, for people."""
    if not found:
        return []
    base = found["interp"]
    return ["the command on a script of 20 lines (processor time, medians)"] + [
        f"  {mode:8}{statistics.median(times) * 1000:7.1f} ms"
        f"   x{stats.median_ratio(times, base):.2f}" for mode, times in found.items()]


# --- in a process of its own --------------------------------------------------------------------
def _worker(name: str, part: str, repeat: int) -> dict[str, Any]:
    program = suite.Program(name)
    base = BASES[part]
    for mode in ("auto", "ast", base):
        Job(program, mode, "small").prepare()()  # imports what it needs at its first run
    _force_imports()
    size = _size_for(program) if part == "50ms" else part
    jobs = {mode: Job(program, mode, size) for mode in (base, "auto")}
    for job in jobs.values():
        job.prepare()  # the front end is no part of what is compared
    found: dict[str, Any] = {"size": size, base: [], "auto": []}
    outputs = set()
    if part == "small":
        repeat *= 4
    for turn in range(repeat):
        for mode in (base, "auto") if turn % 2 == 0 else ("auto", base):
            job = jobs[mode]
            seconds, output = timed(lambda: job.prepare()())  # noqa: B023, PLW0108
            outputs.add(output)
            found[mode].append(seconds)
    if len(outputs) != 1:
        raise SystemExit(f"{name} printed something else in mode auto than in {base}")
    return found


def _force_imports() -> None:
    """What `auto` imports when it compiles: not a cost of every run in a process."""
    import sentra.codegen.units  # noqa: F401


def _size_for(program: suite.Program) -> str:
    """The size at which the closure mode runs for about `TARGET` seconds."""
    low, high = program.sizes["small"], program.sizes["full"]
    size = low
    for _ in range(12):
        seconds = min(timed(Job(program, "ast", str(size)).prepare())[0] for _ in range(2))
        if seconds < TARGET * 0.9:
            low = size
        elif seconds > TARGET * 1.1:
            high = size
        else:
            break
        if high - low <= 1:
            break
        size = max(low + 1, round((low * high) ** 0.5))
    return str(size)


def main() -> None:
    name, part, repeat = sys.argv[1:]
    start_time = time.monotonic()
    found = with_large_stack(lambda: _worker(name, part, int(repeat)))
    print(json.dumps(found | {"took": round(time.monotonic() - start_time, 1)}))


if __name__ == "__main__":
    main()
