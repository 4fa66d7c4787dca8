"""``python3 -m perf gate --demonstrate``: is the gate worth its trust?

A baseline is measured and then judged five times with nothing changed, which has to pass each time;
then with one program slowed down by 10 %, which has to fail, for that program alone. The slowdown
is idle time that the process adds to every run of the program, a tenth of what the run took.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from perf import suite
from perf.gate import Setting, gate, update
from perf.results import FOLDER, Results, read

PROGRAMS = "fib,sieve,maps,string_build,mandelbrot,closures,richards,json,rule_engine,text_report"
INJECTED = "maps"
SHARE = 0.10
QUIET_RUNS = 5


def run(
    programs: str | None, setting: Setting, path: Path | None = None, *, resume: bool = False,
) -> int:
    """0 if the gate does what it should."""
    names = suite.select(programs or PROGRAMS)
    slowed = INJECTED if INJECTED in names else names[0]
    setting = replace(setting, baseline=FOLDER / "gate-demo-baseline.json")
    setting.baseline.parent.mkdir(parents=True, exist_ok=True)
    results = Results(
        "gate-demo", {"key": setting.key(), "tolerance": setting.tolerance, "programs": names,
                      "slowed": slowed, "share": SHARE}, path, resume=resume)
    if not (resume and setting.baseline.exists()):
        print("the baseline")
        setting.baseline.unlink(missing_ok=True)
        update(names, setting, resume=resume)
    for number in range(1, QUIET_RUNS + 1):
        print(f"\nrun {number}: nothing has changed")
        _gate(f"unchanged {number}", names, setting, results, resume)
    print(f"\n{slowed} is slowed down by {SHARE:.0%}")
    os.environ["PERF_INJECT"] = f"{slowed}:{SHARE}"
    try:
        _gate("slowed", names, setting, results, resume)
    finally:
        del os.environ["PERF_INJECT"]
    good = all(one["failed"] == ([slowed] if title == "slowed" else [])
               for title, one in results.programs.items())
    results.finish(good=good)
    print(f"\n{summary(results.data)}")
    return 0 if good else 1


def _gate(
    title: str, names: list[str], setting: Setting, results: Results, resume: bool,
) -> None:
    """One run of the gate, unless an interrupted demonstration has it already."""
    if title in results.programs:
        print("measured before")
        return
    path = FOLDER / "gate-demo-run.json"
    failed = gate(names, setting, path=path, resume=resume)
    found = read(path)
    results.add(title, {"failed": failed, "changes": found["changes"], "processes": {
        name: len(one["first"]) + len(one["second"]) for name, one in found["programs"].items()}})
    path.unlink()


def summary(data: dict[str, Any]) -> str:
    """What was shown, in a sentence."""
    slowed = data["options"]["slowed"]
    quiet = [one for title, one in data["programs"].items() if title != "slowed"]
    fired = sum(bool(one["failed"]) for one in quiet)
    found = data["programs"]["slowed"]
    middle, low, high = found["changes"][slowed]
    verdict = "found" if found["failed"] == [slowed] else "NOT found as the only one"
    return (f"{len(quiet)} runs without a change: the gate fired in {fired} of them."
            f" {slowed} slowed down by {data['options']['share']:.0%}: {verdict},"
            f" as {middle:+.1%} [{low:+.1%}, {high:+.1%}].")
