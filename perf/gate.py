"""``python3 -m perf gate``: fails where a program has become slower.

Judged by ratios to the Python twin that were measured in the same processes, because absolute times
say more about the machine's other work than about the program. A program has become slower when the
confidence interval of its ratio lies above that of ``perf/baseline.json``, by more than the
tolerance. What looks slow after a few processes is measured again in more of them before the
verdict: noise goes away, a slowdown stays.

``--update`` writes the baseline; ``--demonstrate`` shows on a few programs that five unchanged runs
pass and that a slowdown of 10 % in one program is found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perf import stats, suite
from perf.execute import TWIN
from perf.progress import Progress
from perf.results import ROOT, Results, machine, python

BASELINE = ROOT / "perf" / "baseline.json"
TOLERANCE = 0.03
ROUNDS = (4, 8, 16)  # processes after which a verdict is tried
RUNS = 5  # of each mode, per process
DEMONSTRATED = "fib,sieve,maps,richards,string_build"
INJECTED = ("maps", 0.10)


@dataclass
class Ratios:
    """The ratios of one program, one per process: its best run over the twin's best."""

    values: list[float]

    def middle(self) -> float:
        return statistics.median(self.values)

    def interval(self) -> tuple[float, float]:
        return stats.bootstrap(self.values)


@dataclass
class Verdict:
    """What the gate says of one program. `slower` counts from 0: 0.1 is 10 %."""

    name: str
    slower: float
    failed: bool
    certain: bool
    low: float
    high: float
    base: float


def judge(name: str, now: Ratios, base: list[float], tolerance: float = TOLERANCE) -> Verdict:
    """Compare with the interval `base` holds: its low end, middle and high end.

    >>> judge("fib", Ratios([1.10, 1.11, 1.12]), [0.99, 1.0, 1.01]).failed
    True
    >>> judge("fib", Ratios([0.99, 1.04, 1.12]), [0.99, 1.0, 1.01]).failed
    False
    """
    low, high = now.interval()
    slower = now.middle() / base[1] - 1
    failed = low > base[2] * (1 + tolerance)
    certain = failed or now.middle() <= base[1] * (1 + tolerance / 2)
    return Verdict(name, slower, failed, certain, low, high, base[1])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST", help="names, patterns or groups")
    parser.add_argument("--mode", default="ast")
    parser.add_argument("--size", choices=suite.SIZES, default="quick")
    parser.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE * 100, metavar="PERCENT",
                        help=f"slowdown that is allowed (default: {TOLERANCE:.0%})")
    parser.add_argument("--update", action="store_true", help="write the baseline instead")
    parser.add_argument("--demonstrate", action="store_true",
                        help="show that the gate finds 10 %% and keeps quiet without")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")


def run(options: argparse.Namespace) -> int:
    if options.demonstrate:
        return demonstrate(options)
    names = suite.select(options.programs)
    if options.update:
        return update(names, options)
    return 1 if gate(names, options) else 0


def key(options: argparse.Namespace) -> str:
    """The part of the baseline that counts: ratios differ between versions of Python."""
    version = ".".join(platform.python_version_tuple()[:2])
    return f"python {version} {options.mode} {options.size}"


def update(names: list[str], options: argparse.Namespace) -> int:
    """Measure thoroughly, and keep the intervals."""
    data: dict[str, Any] = {}
    if options.baseline.exists():
        data = json.loads(options.baseline.read_text(encoding="utf-8"))
    part = data.setdefault(key(options), {"programs": {}})
    progress = Progress(len(names))
    for name in names:
        progress.step(name)
        ratios = measure(name, ROUNDS[1], 0, options)
        low, high = ratios.interval()
        part["programs"][name] = [round(value, 4) for value in (low, ratios.middle(), high)]
        progress.clear()
        print(f"{name:18} {ratios.middle():.3f}  [{low:.3f}, {high:.3f}]", flush=True)
        part["machine"] = machine()
        text = json.dumps(data, indent=1, sort_keys=True)
        options.baseline.write_text(text + "\n", encoding="utf-8")
    return 0


def gate(names: list[str], options: argparse.Namespace) -> list[str]:
    """Measure, judge, and say so; the programs that have become slower."""
    if not options.baseline.exists():
        raise SystemExit(f"perf: no baseline {options.baseline}; --update makes it")
    known = json.loads(options.baseline.read_text(encoding="utf-8")).get(key(options))
    if known is None:
        raise SystemExit(f"perf: {options.baseline} has nothing for {key(options)};"
                         " --update adds it")
    missing = [name for name in names if name not in known["programs"]]
    if missing:
        print(f"not in the baseline: {', '.join(missing)}")
    names = [name for name in names if name not in missing]
    settings = {"mode": options.mode, "size": options.size, "tolerance": options.tolerance}
    results = Results("gate", settings, resume=options.resume)
    progress = Progress(len(names))
    failed = []
    print(f"{'program':18}{'baseline':>9}{'now':>8}{'interval':>17}")
    for name in names:
        progress.step(name)
        if name not in results.programs:
            results.add(name, _values(name, known["programs"][name], options))
        verdict = judge(name, Ratios(results.programs[name]), known["programs"][name],
                        options.tolerance / 100)
        progress.clear()
        print(_line(verdict), flush=True)
        if verdict.failed:
            failed.append(name)
    results.finish(failed=failed)
    if failed:
        print(f"slower than the baseline: {', '.join(failed)}")
    else:
        print(f"no program is more than {options.tolerance:g} % slower than the baseline")
    return failed


def _values(name: str, base: list[float], options: argparse.Namespace) -> list[float]:
    """Ratios from as many processes as a verdict needs."""
    values: list[float] = []
    for rounds in ROUNDS:
        values += measure(name, rounds - len(values), len(values), options).values
        verdict = judge(name, Ratios(values), base, options.tolerance / 100)
        if verdict.certain and not verdict.failed:
            break
    return values


def _line(verdict: Verdict) -> str:
    now = verdict.base * (1 + verdict.slower)
    word = ""
    if verdict.failed:
        word = f"  slower by {verdict.slower:.1%}"
    elif verdict.high < verdict.base * (1 - TOLERANCE):
        word = f"  faster by {-verdict.slower:.1%}"
    return (f"{verdict.name:18}{verdict.base:9.3f}{now:8.3f}"
            f"   [{verdict.low:.3f}, {verdict.high:.3f}]{word}")


def measure(name: str, processes: int, first: int, options: argparse.Namespace) -> Ratios:
    """One ratio per process. Hash seeds are those of all other measurements, in their order."""
    values = []
    for number in range(first, first + processes):
        command = python(
            "-m", "perf.worker", name, options.size, str(RUNS), TWIN, options.mode)
        done = subprocess.run(
            command, cwd=ROOT, text=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(number + 1)})
        found: dict[str, Any] = {"error": done.stderr.strip()}
        if done.stdout:
            found = json.loads(done.stdout.splitlines()[-1])
        if "error" in found:
            raise SystemExit(f"perf: {name}: {found['error']}")
        values.append(min(found[options.mode]["seconds"]) / min(found[TWIN]["seconds"]))
    return Ratios(values)


def demonstrate(options: argparse.Namespace) -> int:
    """Five unchanged runs must pass; one with a slowdown of 10 % must fail, for that program."""
    names = suite.select(options.programs or DEMONSTRATED)
    program, share = INJECTED
    with tempfile.TemporaryDirectory() as folder:
        options.baseline = Path(folder) / "baseline.json"
        print("baseline")
        update(names, options)
        for number in range(1, 6):
            print(f"\nunchanged, run {number}")
            if gate(names, options):
                print("the gate fired although nothing had changed")
                return 1
        print(f"\n{program} slowed down by {share:.0%}")
        os.environ["PERF_INJECT"] = f"{program}:{share}"
        try:
            failed = gate(names, options)
        finally:
            del os.environ["PERF_INJECT"]
    if failed != [program]:
        print("the gate did not see the slowdown where it was")
        return 1
    print("\nthe gate kept quiet five times and found the slowdown")
    return 0
