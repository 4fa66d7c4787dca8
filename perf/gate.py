"""``python3 -m perf gate``: fails where a program has become slower.

Absolute times say more about the machine's other work than about a program, so what is judged is
the ratio to the Python twin, from processes in which both run in turns. ``perf/baseline.json`` has
such ratios of an earlier version; a program has become slower when the confidence interval of the
change lies above the tolerance (see ``perf/verdict.py``).

Processes of all programs come round after round, so that a disturbance of some seconds cannot meet
all processes of one program. After five rounds those that are not clearly slower drop out; who is
in doubt is measured more often. Who looks slower is then measured anew, and only the new sample
decides: noise goes away, a slowdown stays.

``--update`` writes the baseline. ``--demonstrate`` shows that five runs in a row of what has not
changed pass, and that a slowdown of 10 % in one program is found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perf import suite, verdict
from perf.execute import TWIN
from perf.processes import python
from perf.progress import Progress
from perf.results import ROOT, Results, lines_of, machine

BASELINE = ROOT / "perf" / "baseline.json"
TOLERANCE = 3.0  # percent
ENOUGH = 5  # processes before the first verdict
MOST = 20  # processes after which the verdict is the last
BASE = 6  # processes of the baseline
RUNS = 7  # of each mode, per process


@dataclass(frozen=True)
class Setting:
    """What is compared with what."""

    mode: str = "ast"
    size: str = "quick"
    baseline: Path = BASELINE
    tolerance: float = TOLERANCE

    def key(self) -> str:
        """The part of the baseline that counts: ratios differ between versions of Python."""
        version = ".".join(platform.python_version_tuple()[:2])
        return f"python {version} {self.mode} {self.size}"

    def known(self) -> dict[str, Any]:
        """The samples of the baseline, and the machine that they come from."""
        if not self.baseline.exists():
            raise SystemExit(f"perf: no baseline {self.baseline}; --update makes it")
        found = json.loads(self.baseline.read_text(encoding="utf-8")).get(self.key())
        if found is None:
            raise SystemExit(f"perf: {self.baseline} has nothing for {self.key()};"
                             " --update adds it")
        return dict(found)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST", help="names, patterns or groups")
    parser.add_argument("--mode", default="ast", help="default: ast")
    parser.add_argument("--size", choices=suite.SIZES, default="quick", help="default: quick")
    parser.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, metavar="PERCENT",
                        help=f"slowdown that is allowed (default: {TOLERANCE:g})")
    parser.add_argument("--update", action="store_true", help="write the baseline instead")
    parser.add_argument("--demonstrate", action="store_true",
                        help="show that the gate finds 10 %% and keeps quiet without")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="result file (default: perf/results/gate.json, gate-demo.json)")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")


def run(options: argparse.Namespace) -> int:
    setting = Setting(options.mode, options.size, options.baseline, options.tolerance)
    if options.demonstrate:
        from perf import gate_demo

        return gate_demo.run(options.programs, setting, options.output, resume=options.resume)
    names = suite.select(options.programs)
    if options.update:
        update(names, setting, resume=options.resume)
        return 0
    return 1 if gate(names, setting, resume=options.resume, path=options.output) else 0


def update(names: list[str], setting: Setting, *, resume: bool = False) -> None:
    """Measure every program in `BASE` processes and keep their ratios."""
    results = Results("gate-baseline", {"key": setting.key()}, resume=resume)
    samples: dict[str, list[float]] = {
        name: results.programs.setdefault(name, []) for name in names}
    progress = Progress(len(names) * BASE)
    for number in range(BASE):
        for name in names:
            if number < len(samples[name]):
                progress.skip()
                continue
            progress.step(f"{name}, round {number + 1} of {BASE}")
            samples[name].append(ratio(name, number, setting))
            results.save()
    progress.clear()
    results.finish()
    data: dict[str, Any] = {}
    if setting.baseline.exists():
        data = json.loads(setting.baseline.read_text(encoding="utf-8"))
    part = data.setdefault(setting.key(), {"programs": {}})
    part["machine"] = machine()
    part["programs"] = dict(sorted((part["programs"] | samples).items()))
    setting.baseline.write_text(lines_of(data, 3) + "\n", encoding="utf-8")
    for name in names:
        change = verdict.change(samples[name], [1.0, 1.0])
        print(f"{name:18}{1 + change.middle:8.3f}  [{1 + change.low:.3f}, {1 + change.high:.3f}]")


class Trial:
    """One program before the gate: its first sample and, where that looks slower, a second."""

    def __init__(self, base: list[float], samples: dict[str, list[float]]) -> None:
        self.base = base
        self.samples = samples
        self.first = samples.setdefault("first", [])
        self.second = samples.setdefault("second", [])

    def next(self, tolerance: float) -> list[float] | None:
        """The sample that needs one more process; None when the verdict is clear."""
        if not self._settled(self.first, tolerance):
            return self.first
        if self._slower(self.first, tolerance) and not self._settled(self.second, tolerance):
            return self.second
        return None

    def failed(self, tolerance: float) -> bool:
        """Slower in both samples."""
        return self._slower(self.first, tolerance) and self._slower(self.second, tolerance)

    def change(self) -> verdict.Change:
        """By the sample that decided."""
        return verdict.change(self.second or self.first, self.base)

    def _slower(self, sample: list[float], tolerance: float) -> bool:
        return verdict.change(sample, self.base).low > tolerance / 100

    def _settled(self, sample: list[float], tolerance: float) -> bool:
        """Clearly slower, or not slower by half of the tolerance, or measured often enough."""
        if len(sample) < ENOUGH:
            return False
        change = verdict.change(sample, self.base)
        return (change.low > tolerance / 100 or change.middle < tolerance / 200
                or len(sample) >= MOST)


def gate(
    names: list[str], setting: Setting, *, resume: bool = False, path: Path | None = None,
) -> list[str]:
    """Measure, judge, and say so; the programs that have become slower."""
    known = setting.known()
    names = _with_baseline(names, known)
    options = {"key": setting.key(), "tolerance": setting.tolerance, "programs": names}
    results = Results("gate", options, path, resume=resume)
    trials = {name: Trial(known["programs"][name], results.programs.setdefault(name, {}))
              for name in names}
    _measure(trials, setting, results)
    failed = [name for name in names if trials[name].failed(setting.tolerance)]
    results.finish(failed=failed, changes={
        name: [round(value, 4) for value in (change.middle, change.low, change.high)]
        for name, change in ((name, trials[name].change()) for name in names)})
    if failed:
        print(f"slower than the baseline: {', '.join(failed)}")
    else:
        print(f"none of {len(names)} programs is more than {setting.tolerance:g} % slower than"
              " the baseline")
    return failed


def _with_baseline(names: list[str], known: dict[str, Any]) -> list[str]:
    here, there = machine(), known["machine"]
    if here["processor"] != there["processor"]:
        print(f"note: the baseline was measured on another processor ({there['processor']});"
              " ratios may differ for that reason alone")
    missing = [name for name in names if name not in known["programs"]]
    if missing:
        print(f"not in the baseline: {', '.join(missing)}")
    if len(missing) == len(names):
        raise SystemExit("perf: nothing to judge; --update adds these programs to the baseline")
    return [name for name in names if name not in missing]


def _measure(trials: dict[str, Trial], setting: Setting, results: Results) -> None:
    """Round after round, until every verdict is clear."""
    print(f"{'program':18}{'processes':>10}  change, with its {verdict.CONFIDENCE:.0%} interval")
    progress = Progress(sum(ENOUGH - min(ENOUGH, len(trial.first)) for trial in trials.values()))
    waiting = list(trials)
    while waiting:
        for name in list(waiting):
            trial = trials[name]
            sample = trial.next(setting.tolerance)
            if sample is None:
                waiting.remove(name)
                progress.clear()
                print(_line(name, trial, setting.tolerance), flush=True)
                continue
            if sample is trial.second or len(sample) >= ENOUGH:
                progress.total += 1
            progress.step(name)
            sample.append(ratio(name, len(trial.first) + len(trial.second), setting))
            results.save()
    progress.clear()


def _line(name: str, trial: Trial, tolerance: float) -> str:
    change = trial.change()
    word = ""
    if trial.failed(tolerance):
        word = "  SLOWER, both times"
    elif trial.second:
        word = "  looked slower at first, not when measured anew"
    elif change.high < -tolerance / 100:
        word = "  faster"
    return f"{name:18}{len(trial.first) + len(trial.second):10}  {change}{word}"


def ratio(name: str, number: int, setting: Setting) -> float:
    """The ratio of one process. The hash seeds are the same in all measurements."""
    command = python(
        "-m", "perf.worker", name, setting.size, str(RUNS), TWIN, setting.mode)
    done = subprocess.run(
        command, cwd=ROOT, text=True, capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": str(number % BASE + 1)})
    found: dict[str, Any] = {"error": done.stderr.strip()}
    if done.stdout:
        found = json.loads(done.stdout.splitlines()[-1])
    if "error" in found:
        raise SystemExit(f"perf: {name}: {found['error']}")
    return round(verdict.paired(found[setting.mode]["seconds"], found[TWIN]["seconds"]), 4)
