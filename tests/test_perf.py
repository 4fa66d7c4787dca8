"""The performance laboratory itself: its programs, its arithmetic, its commands."""

from __future__ import annotations

import doctest
import importlib
import json
import math
import os
import platform
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT

from perf import (
    gate,
    gate_demo,
    progress,
    ratios,
    report,
    results,
    scale,
    stages,
    stats,
    suite,
    worker,
)
from perf.execute import CLASSES, TWIN, Job, with_large_stack


def perf(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "perf", *arguments], cwd=ROOT, text=True,
                          capture_output=True)


def test_every_program_is_in_one_group() -> None:
    folders = {path.name for path in suite.FOLDER.iterdir() if path.is_dir()}
    assert sorted(suite.ALL) == sorted(folders)
    assert set(suite.NUMERIC) <= folders


@pytest.mark.parametrize("name", suite.ALL)
def test_program_and_twin_agree(name: str) -> None:
    program = suite.Program(name)
    assert program.sizes["small"] < program.sizes["quick"] < program.sizes["full"]
    outputs = {mode: with_large_stack(Job(program, mode, "small").prepare())
               for mode in (TWIN, "interp", "ast")}
    assert outputs[TWIN]
    assert outputs["interp"] == outputs[TWIN]
    assert outputs["ast"] == outputs[TWIN]


@pytest.mark.parametrize(
    "name", [name for name in suite.ALL if suite.Program(name).classes_path.exists()])
def test_twin_with_classes_agrees(name: str) -> None:
    program = suite.Program(name)
    with_dicts, with_objects = (Job(program, mode, "small").prepare()() for mode in (TWIN, CLASSES))
    assert with_objects == with_dicts


@pytest.mark.parametrize("name", ["calls", "match", "int_arith", "mandelbrot"])
def test_expected_output_is_what_the_twin_prints(name: str) -> None:
    program = suite.Program(name)
    assert with_large_stack(Job(program, TWIN, "full").prepare()) == program.expected()


def test_select() -> None:
    assert suite.select(None) == list(suite.ALL)
    assert suite.select("fib,numeric")[:2] == ["fib", "loops"]
    with pytest.raises(SystemExit, match="no program is called 'nothing'"):
        suite.select("nothing")


def test_statistics() -> None:
    assert stats.geometric_mean([2, 8]) == pytest.approx(4)
    assert stats.ratio_of_minima([3, 2, 4], [1, 5]) == 2
    assert stats.median_ratio([2, 4, 9], [1, 2, 3]) == 2
    low, high = stats.bootstrap([1.0, 1.1, 1.2, 1.3, 1.4])
    assert 1.0 <= low < 1.2 < high <= 1.4


def test_worker_refuses_a_wrong_output(monkeypatch: pytest.MonkeyPatch) -> None:
    program = suite.Program("fib")
    monkeypatch.setattr(suite.Program, "source", lambda self, size: "log(1)")
    with pytest.raises(worker.WrongOutput, match="fib in mode ast printed '1' where '55' was"):
        worker.measure(program.name, "small", 1, [TWIN, "ast"])


def test_worker_measures_in_turns_and_slows_down_on_demand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = worker.measure("nqueens", "small", 3, [TWIN, "ast"])
    assert len(found["ast"]["seconds"]) == len(found[TWIN]["seconds"]) == 3
    assert all(seconds > 0 for seconds in found["ast"]["compile"])
    monkeypatch.setenv("PERF_INJECT", "nqueens:4")
    slow = worker.measure("nqueens", "small", 3, [TWIN, "ast"])
    assert min(slow["ast"]["seconds"]) > 2.5 * min(found["ast"]["seconds"])
    assert min(slow[TWIN]["seconds"]) < 2.5 * min(found[TWIN]["seconds"])


@pytest.mark.parametrize("module", ["perf.verdict", "perf.progress", "perf.stats", "perf.suite",
                                    "perf.results", "perf.tables", "perf.ablation"])
def test_docstring_examples(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed


BASE = [0.99, 1.0, 1.01, 1.0, 0.99, 1.01]


def trial(first: list[float], second: list[float] | None = None) -> gate.Trial:
    return gate.Trial(BASE, {"first": first, "second": second or []})


def test_gate_passes_what_has_not_changed() -> None:
    quiet = trial([1.0, 0.98, 1.02, 1.0])
    assert quiet.next(3) is quiet.first
    quiet.first.append(1.0)
    assert quiet.next(3) is None
    assert not quiet.failed(3)


def test_gate_measures_anew_what_looks_slower() -> None:
    slow = trial([1.10, 1.09, 1.11, 1.10, 1.10])
    assert slow.next(3) is slow.second
    slow.second.extend([1.09, 1.10, 1.11, 1.10, 1.10])
    assert slow.next(3) is None
    assert slow.failed(3)
    noise = trial(slow.first, [1.0, 0.99, 1.01, 1.0, 1.0])
    assert noise.next(3) is None
    assert not noise.failed(3)


def test_gate_measures_more_often_what_is_in_doubt() -> None:
    doubtful = trial([0.95, 1.15, 1.05, 1.0, 1.1])
    assert doubtful.next(3) is doubtful.first
    doubtful.first.extend([0.95, 1.15, 1.05] * gate.MOST)
    assert not doubtful.failed(20)


def test_gate_finds_10_percent_in_noise_and_keeps_quiet_without() -> None:
    generator = random.Random(7)

    def sample(slower: float) -> list[float]:
        return [(1 + slower) * math.exp(generator.gauss(0, 0.025)) for _ in range(12)]

    def failed(slower: float) -> bool:
        program = gate.Trial(sample(0), {})
        while (wanted := program.next(3)) is not None:
            wanted.append(sample(slower)[0])
        return program.failed(3)

    assert sum(failed(0.0) for _ in range(400)) == 0
    assert sum(failed(0.1) for _ in range(100)) >= 98


def test_gate_from_baseline_to_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    ratio = {"fib": 0.8, "maps": 1.0}
    asked = []

    def measured(name: str, number: int, setting: gate.Setting) -> float:
        asked.append((name, number))
        return ratio[name] * (1 + number % 3 / 100)

    monkeypatch.setattr(gate, "ratio", measured)
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    setting = gate.Setting(baseline=tmp_path / "baseline.json")
    with pytest.raises(SystemExit, match="no baseline"):
        gate.gate(["fib"], setting, path=tmp_path / "gate.json")
    gate.update(["fib", "maps"], setting)
    assert asked[:3] == [("fib", 0), ("maps", 0), ("fib", 1)]
    assert gate.gate(["fib", "maps"], setting, path=tmp_path / "gate.json") == []
    ratio["maps"] *= 1.1
    assert gate.gate(["fib", "maps", "json"], setting, path=tmp_path / "gate.json") == ["maps"]
    assert "not in the baseline: json" in capsys.readouterr().out


def test_an_interrupted_gate_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    setting = gate.Setting(baseline=tmp_path / "baseline.json")
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(gate, "ratio", lambda name, number, setting: 1 + number % 2 / 100)
    gate.update(["fib"], setting)
    asked = []

    def interrupted(name: str, number: int, setting: gate.Setting) -> float:
        asked.append(number)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return 1.0

    monkeypatch.setattr(gate, "ratio", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gate.gate(["fib"], setting, path=tmp_path / "gate.json")
    gate.gate(["fib"], setting, path=tmp_path / "gate.json", resume=True)
    assert asked == [0, 1, 2, 3, 3, 4]


def test_baseline_in_the_repository() -> None:
    data = json.loads(gate.BASELINE.read_text(encoding="utf-8"))
    for part in data.values():
        assert set(part["programs"]) <= set(suite.ALL)
        assert all(len(sample) >= gate.ENOUGH and min(sample) > 0
                   for sample in part["programs"].values())
    assert results.lines_of(data, 3) + "\n" == gate.BASELINE.read_text(encoding="utf-8")


@pytest.mark.parametrize("blind", [False, True])
def test_demonstration_of_the_gate(
    blind: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def measured(name: str, number: int, setting: gate.Setting) -> float:
        slowed = os.environ.get("PERF_INJECT") == f"{name}:0.1" and not blind
        return (1.1 if slowed else 1) * (1 + number % 3 / 100)

    for module in (results, gate_demo):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(gate, "ratio", measured)
    assert gate_demo.run("fib,maps", gate.Setting()) == int(blind)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("5 runs without a change: the gate fired in 0 of them. maps slowed down"
                           f" by 10%: {'NOT found' if blind else 'found'}")
    assert "PERF_INJECT" not in os.environ


def test_time_left_is_judged_by_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 10.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    one = progress.Progress(7)
    one.skip()
    assert one.left() == ""
    one.step("a")
    assert one.left() == ", 50 s left"


def test_results_are_resumed_with_the_same_options(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    first = results.Results("kind", {"n": 1}, path)
    first.add("fib", [1, 2])
    assert results.Results("kind", {"n": 1}, path, resume=True).programs == {"fib": [1, 2]}
    assert results.Results("kind", {"n": 2}, path, resume=True).programs == {}
    assert results.Results("kind", {"n": 1}, path).programs == {}
    first.finish(means={})
    assert results.Results("kind", {"n": 1}, path, resume=True).programs == {}
    assert results.read(path)["machine"]["python"]
    path.write_text("no", encoding="utf-8")
    with pytest.raises(SystemExit, match="is no result file"):
        results.read(path)


@pytest.mark.parametrize("name", stages.NAMES)
def test_the_compiler_without_a_part_makes_the_same_program(name: str) -> None:
    for program in ("maps", "closures"):
        found = worker.measure(program, "small", 1, [TWIN, f"ast:without={name}"])
        assert found[f"ast:without={name}"]["seconds"]


def test_a_part_that_the_compiler_does_not_have() -> None:
    with pytest.raises(ValueError, match="the compiler has no part 'magic'"):
        stages.AblatedExecutor(["magic"])


def test_report_is_made_from_the_result_files_beside_it() -> None:
    data = report.results_in(report.KEPT)
    assert report.text(data) == report.DOCUMENT.read_text(encoding="utf-8")
    readme = report.README.read_text(encoding="utf-8")
    assert report.with_headline(readme, data["ratios.json"]) == readme
    for name in re.findall(r"\]\((performance/[\w.]+)\)", report.text(data)):
        assert (report.DOCUMENT.parent / name).exists()


def test_report_says_nothing_of_the_place_where_it_was_made() -> None:
    for path in [report.DOCUMENT, *report.KEPT.glob("*.json")]:
        text = path.read_text(encoding="utf-8")
        assert str(Path.home()) not in text
        assert not re.search(rf"\b{re.escape(platform.node())}\b", text)
        assert not re.search(r"/(tmp|home|root|work)/", text)


def test_report_measures_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(report, "PARTS", {
        "ratios.json": ["ratios", "--programs=fib", "--size=small", "--repeat=1", "--modes=ast"]})
    report.measure(tmp_path)
    data = report.results_in(tmp_path)
    assert list(data["ratios.json"]["programs"]) == ["fib"]
    assert "| fib " in report.text(data)
    capsys.readouterr()
    report.measure(tmp_path)
    assert capsys.readouterr().out.endswith("is there; remove it to measure again\n")


def test_report_needs_results(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="has no complete"):
        report.results_in(tmp_path)
    with pytest.raises(SystemExit, match="no marks"):
        report.with_headline("nothing", {})


def test_growth_exponent() -> None:
    def one(seconds: float) -> dict[str, object]:
        return {"seconds": {"a": seconds / 2, "b": seconds / 2}, "megabytes": 1}

    assert scale.exponent({"10": one(9.0), "100": one(1), "1000": one(100)}) == pytest.approx(2)
    assert scale.exponent({"100": one(1), "1000": one(10)}, "b") == pytest.approx(1)


def test_ratios_command(tmp_path: Path) -> None:
    output = tmp_path / "ratios.json"
    done = perf("ratios", "--programs=fib,match", "--size=small", "--repeat=2",
                "--modes=ast,interp", f"--output={output}")
    assert done.returncode == 0, done.stderr
    assert "| all " in done.stdout.splitlines()[-1]
    data = json.loads(output.read_text(encoding="utf-8"))
    assert data["finished"]
    assert set(data["programs"]) == {"fib", "match"}
    assert ratios.ratio(data["programs"]["fib"], "interp") > 1
    assert data["means"]["numeric"]["ast"] > 0


def test_usage() -> None:
    assert perf().returncode == 2
    assert "ratios" in perf("--help").stdout
    done = perf("ratios", "--modes=fast")
    assert done.returncode == 1
    assert "there is no mode 'fast'" in done.stderr
