"""The performance laboratory itself: its programs, its arithmetic, its commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT

from perf import gate, ratios, results, scale, stats, suite, worker
from perf.execute import TWIN, Job, with_large_stack


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


def test_gate_judges_by_intervals() -> None:
    base = [0.99, 1.0, 1.01]
    assert not gate.judge("p", gate.Ratios([0.99, 1.0, 1.01, 1.0]), base).failed
    assert gate.judge("p", gate.Ratios([1.09, 1.1, 1.11, 1.1]), base).failed
    noisy = gate.judge("p", gate.Ratios([0.95, 1.1, 1.2, 1.0]), base)
    assert not noisy.failed
    assert not noisy.certain
    assert gate.judge("p", gate.Ratios([0.9, 0.91]), base).certain


def test_gate_measures_again_what_looks_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def measure(name: str, processes: int, first: int, options: object) -> gate.Ratios:
        asked.append((processes, first))
        return gate.Ratios([1.2 if first == 0 else 1.0] * processes)

    monkeypatch.setattr(gate, "measure", measure)
    options = type("Options", (), {"tolerance": 3.0})()
    values = gate._values("p", [0.99, 1.0, 1.01], options)  # type: ignore[arg-type]
    assert asked == [(4, 0), (4, 4), (8, 8)]
    assert not gate.judge("p", gate.Ratios(values), [0.99, 1.0, 1.01]).failed


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
    assert "geometric means" in done.stdout
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
