"""``python3 -m perf ratios``: how long each mode takes, as a ratio to the Python twin.

Every program runs in a process of its own; within it the twin and the modes take turns, so that
whatever slows the machine down meets all of them. Outputs are compared before any time counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

from perf import stats, suite, tables
from perf.execute import CLASSES, TWIN, available
from perf.processes import python
from perf.progress import Progress
from perf.results import ROOT, Results

SLOW = 1.10
FAILED = "failed"
GROUPS = {
    "numeric": ("numeric and call-heavy", suite.NUMERIC),
    "micro": ("one feature each", suite.MICRO),
    "kernels": ("kernels", suite.KERNELS), "whole": ("whole programs", suite.WHOLE),
    "all": ("all", suite.ALL),
}
"""Group → its title, and its programs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST",
                        help="names, patterns or groups (micro, kernels, whole, numeric)")
    parser.add_argument("--modes", default="ast,auto", metavar="LIST",
                        help="of ast, tree, interp, auto, classes (default: ast,auto)")
    parser.add_argument("--repeat", type=int, help="runs of each (default: 3)")
    parser.add_argument("--size", choices=suite.SIZES, help="default: full")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, for a first look")
    parser.add_argument("--sort", action="store_true", help="slowest first, when all are done")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="result file (default: perf/results/ratios.json)")
    parser.add_argument("--resume", action="store_true",
                        help="go on with a measurement that was interrupted")


def run(options: argparse.Namespace) -> int:
    names = suite.select(options.programs)
    modes = options.modes.split(",")
    for mode in modes:
        if mode.partition(":")[0] not in (CLASSES, *available()):
            raise SystemExit(f"perf: there is no mode {mode!r}; available: "
                             f"{', '.join(available())}, {CLASSES}")
    size = options.size or ("quick" if options.quick else "full")
    settings = {"modes": modes, "size": size, "repeat": options.repeat or 3}
    results = Results("ratios", settings, options.output, resume=options.resume)
    table = Table(modes)
    print(table.head())
    progress = Progress(len(names))
    for name in names:
        if name in results.programs:
            progress.skip()
        else:
            progress.step(name)
            results.add(name, measure(name, size, settings["repeat"], modes))
            progress.clear()
        if not options.sort:
            print(table.row(name, results.programs[name]), flush=True)
    if options.sort:
        for name in sorted(names, key=lambda name: _slowness(results.programs[name], modes[0])):
            print(table.row(name, results.programs[name]))
    results.finish(means=means(measured_programs(results.data), modes))
    print("\n".join(["", *headline_table(results.data)]))
    failed = [name for name, measured in results.programs.items() if FAILED in measured]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def measure(name: str, size: str, repeat: int, modes: list[str]) -> dict[str, Any]:
    """Seconds per mode, the twin included; ``{"failed": why}`` where there is nothing to time."""
    command = python("-m", "perf.worker", name, size, str(repeat), TWIN, *modes)
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode != 0 or not done.stdout:
        return {FAILED: (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {FAILED: found["error"]} if "error" in found else found


def ratio(measured: dict[str, Any], mode: str, base: str = TWIN) -> float:
    """The best run against the best run of the twin."""
    return stats.ratio_of_minima(measured[mode]["seconds"], measured[base]["seconds"])


def _slowness(measured: dict[str, Any], mode: str) -> float:
    return -1e9 if FAILED in measured else -ratio(measured, mode)


def measured_programs(data: dict[str, Any]) -> dict[str, Any]:
    """Those of a result file that ran, in the order of the suite."""
    found = data["programs"]
    names = [*(name for name in suite.ALL if name in found),
             *(name for name in found if name not in suite.ALL)]
    return {name: found[name] for name in names if FAILED not in found[name]}


def means(programs: dict[str, Any], modes: list[str]) -> dict[str, dict[str, float]]:
    """Group → mode → geometric mean of the ratios."""
    found: dict[str, dict[str, float]] = {}
    for group, (_, members) in GROUPS.items():
        inside = [programs[name] for name in members if name in programs]
        if inside:
            found[group] = {mode: stats.geometric_mean([ratio(one, mode) for one in inside])
                            for mode in modes}
    return found


def headline_table(data: dict[str, Any]) -> list[str]:
    """The geometric means of a result file's ratios, a row per group."""
    good = measured_programs(data)
    modes = data["options"]["modes"]
    rows = [[GROUPS[group][0], str(sum(name in good for name in GROUPS[group][1])),
             *(f"{by_mode[mode]:.2f}" for mode in modes)]
            for group, by_mode in means(good, modes).items()]
    return tables.table(["time / time of the twin", "programs", *(f"`{m}`" for m in modes)], rows)


class Table:
    """The lines that are printed."""

    def __init__(self, modes: list[str]) -> None:
        self.modes = modes

    def head(self) -> str:
        columns = "".join(f"{mode:>9} {'median':>7} {'compile':>8}" for mode in self.modes)
        return f"{'program':18}{'twin ms':>9}{columns}"

    def row(self, name: str, measured: dict[str, Any]) -> str:
        if FAILED in measured:
            return f"{name:18} {measured[FAILED]}"
        twin = measured[TWIN]["seconds"]
        line = f"{name:18}{min(twin) * 1000:9.1f}"
        slow = False
        for mode in self.modes:
            times = measured[mode]["seconds"]
            best = ratio(measured, mode)
            slow = slow or (mode in ("ast", "auto") and best > SLOW)
            line += (f"{best:8.2f}x {stats.median_ratio(times, twin):6.2f}x"
                     f" {min(measured[mode]['compile']) * 1000:5.1f} ms")
        return line + ("  <" if slow else "")
