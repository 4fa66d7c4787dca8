"""``python3 -m perf scale``: how the cost grows with the work.

Time and memory against lines of source, functions, elements of data, depth of calls, length of a
text and programs loaded; time to the first output; start-up. For each kind the exponent of the
growth between the two largest sizes is given: 1.0 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from perf.processes import python, seconds
from perf.progress import Progress
from perf.results import ROOT, Results
from perf.scale_frontend import program

SIZES = {
    "lines": (1_000, 3_000, 10_000, 20_000, 40_000),
    "functions": (100, 300, 1_000, 3_000),
    "data": (10_000, 30_000, 100_000, 300_000, 1_000_000),
    "depth": (100, 1_000, 3_000, 10_000),
    "text": (10_000, 100_000, 300_000, 1_000_000),
    "programs": (10, 30, 100, 300),
}
UNITS = {"lines": "lines of source", "functions": "functions", "data": "elements",
         "depth": "nested calls", "text": "characters", "programs": "programs of 100 lines"}
FIRST = (10, 1_000, 5_000)
MODES = ("interp", "auto", "closure")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kinds", default=",".join([*SIZES, "first", "startup"]), metavar="LIST",
                        help="of %(default)s")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="leave out the largest sizes")
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")


def run(options: argparse.Namespace) -> int:
    kinds = options.kinds.split(",")
    unknown = [kind for kind in kinds if kind not in SIZES and kind not in ("first", "startup")]
    if unknown:
        raise SystemExit(f"perf: no kind {unknown[0]!r}")
    settings = {"repeat": options.repeat, "quick": options.quick}
    results = Results("scale", settings, options.output, resume=options.resume)
    progress = Progress(len(kinds))
    for kind in kinds:
        if kind in results.programs:
            progress.skip()
        else:
            progress.step(kind)
            results.add(kind, _measure(kind, options))
        progress.clear()
        print("\n".join(_table(kind, results.programs[kind])), flush=True)
    results.finish()
    return 0


def _measure(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    if kind == "startup":
        return startup(options.repeat * 5)
    if kind == "first":
        return first_output(options.repeat)
    sizes = SIZES[kind][:-1] if options.quick else SIZES[kind]
    return {str(size): _best(kind, size, options.repeat) for size in sizes}


def _best(kind: str, size: int, repeat: int) -> dict[str, Any]:
    """The run with the least time, of several in fresh processes."""
    runs = []
    for _ in range(repeat):
        done = subprocess.run(python("-m", "perf.scale_worker", kind, str(size)), cwd=ROOT,
                              text=True, capture_output=True)
        if done.returncode != 0:
            return {"error": (done.stderr.strip().splitlines() or ["?"])[-1]}
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return dict(min(runs, key=lambda one: sum(one["seconds"].values())))


def first_output(repeat: int) -> dict[str, Any]:
    """Processor milliseconds of the command up to its first line of output, by lines and mode.

    The program prints, ends, and would go on for many lines: it is compiled as a whole before.
    """
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in FIRST:
            path = Path(folder) / f"lines{size}.sn"
            path.write_text('log("first")\nexit(0)\n' + program(size), encoding="utf-8")
            commands = {mode: python("-m", "sentra", f"--mode={mode}", str(path))
                        for mode in MODES}
            found[str(size)] = _in_turns(commands, repeat, "first\n")
    return found


def startup(runs: int) -> dict[str, Any]:
    """Processor milliseconds of whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.sn"
        hello.write_text('log("hello")\n', encoding="utf-8")
        nothing = Path(folder) / "hello.py"
        nothing.write_text('print("hello")\n', encoding="utf-8")
        return _in_turns({
            "python hello.py": python(str(nothing)),
            "sentra hello.sn": python("-m", "sentra", str(hello)),
            "sentra --mode=closure hello.sn": python("-m", "sentra", "--mode=closure", str(hello)),
        }, runs, "hello\n")


def _in_turns(commands: dict[str, list[str]], runs: int, expected: str) -> dict[str, float]:
    """The least processor time of each command in milliseconds, of that many runs and one more."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            times[name].append(seconds(command, expected) * 1000)
    return {name: round(min(values), 2) for name, values in times.items()}


def exponent(measured: dict[str, Any], part: str | None = None) -> float:
    """How time grows between the two largest sizes, as a power of the size."""
    sizes = sorted(int(size) for size in measured if "error" not in measured[size])[-2:]
    if len(sizes) < 2:
        return math.nan
    small, large = (_seconds(measured[str(size)], part) for size in sizes)
    if min(small, large) <= 0:
        return math.nan
    return math.log(large / small) / math.log(sizes[1] / sizes[0])


def _seconds(one: dict[str, Any], part: str | None) -> float:
    return float(one["seconds"][part]) if part else float(sum(one["seconds"].values()))


def _table(kind: str, measured: dict[str, Any]) -> list[str]:
    if kind == "startup":
        base = next(iter(measured.values()))
        return ["", "start-up", *(f"  {name:34}{value:8.1f} ms  x{value / base:.2f}"
                                  for name, value in measured.items())]
    if kind == "first":
        rows = ["", f"{'time to the first output':30}" + "".join(f"{mode:>10}" for mode in MODES)]
        for size, by_mode in measured.items():
            cells = "".join(f"{by_mode[mode]:7.0f} ms" if mode in by_mode else f"{'-':>10}"
                            for mode in MODES)
            rows.append(f"  {size + ' lines':28}{cells}")
        return rows
    good = [one for one in measured.values() if "error" not in one]
    parts = list(good[0]["seconds"]) if good else []
    rows = ["", f"{UNITS[kind]:>22}" + "".join(f"{part:>18}" for part in parts)
            + f"{'us per one':>12}{'MB':>8}"]
    for size, one in measured.items():
        if "error" in one:
            rows.append(f"{int(size):22,} {one['error']}")
            continue
        cells = "".join(f"{one['seconds'][part] * 1000:15.1f} ms" for part in parts)
        each = _seconds(one, None) / int(size) * 1e6
        rows.append(f"{int(size):22,}{cells}{each:12.2f}{one['megabytes']:8.1f}")
    rows.append(f"{'exponent':>22}" + "".join(f"{exponent(measured, p):18.2f}" for p in parts)
                + f"{exponent(measured):12.2f}")
    return rows
