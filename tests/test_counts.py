"""Counts that no noise disturbs, held against those in perf/counts.json.

A count that has grown on purpose is recorded by ``python3 -m perf counts --update``.
"""

from __future__ import annotations

import json

import pytest

from perf import counts, suite
from perf.execute import TWIN, Job, with_large_stack

RECORDED = json.loads(counts.RECORDED.read_text(encoding="utf-8"))
HERE = RECORDED.get(counts.VERSION)

# What no change may exceed: Python instructions of compiled code to the twin's, with all helpers.
MOST_INSTRUCTIONS = 1.35
MOST_INSTRUCTIONS_NUMERIC = 1.2


@pytest.fixture(scope="module")
def counted() -> dict[str, dict[str, float]]:
    return {name: with_large_stack(lambda name=name: counts.count(name)) for name in suite.ALL}


@pytest.mark.skipif(HERE is None, reason=f"no counts recorded for Python {counts.VERSION}")
@pytest.mark.parametrize("name", suite.ALL)
def test_counts_have_not_grown(name: str, counted: dict[str, dict[str, float]]) -> None:
    now, before = counted[name], HERE[name]
    grown = {what: (before[what], now[what]) for what in now
             if now[what] > before[what] * counts.SLACK + 2 and not what.startswith("twin")}
    assert not grown


def test_instructions_stay_near_those_of_the_twins(
    counted: dict[str, dict[str, float]],
) -> None:
    def mean(names: tuple[str, ...]) -> float:
        return counts.stats.geometric_mean(
            [counted[name]["instructions"] / counted[name]["twin"] for name in names])

    assert mean(suite.ALL) <= MOST_INSTRUCTIONS
    assert mean(suite.NUMERIC) <= MOST_INSTRUCTIONS_NUMERIC


@pytest.mark.skipif(HERE is None, reason=f"no counts recorded for Python {counts.VERSION}")
@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_modules_imported_at_start(mode: str) -> None:
    names = counts.imported(f"--mode={mode}")
    assert len(names) <= RECORDED["imports"][counts.VERSION][mode] + 2, names


def test_bytecodes_are_those_of_the_program() -> None:
    found = counts.bytecodes(suite.Program("fib"))
    # fib(10) makes 177 calls; each of them but the leaves adds once.
    assert found["CALL"] - found["RETURN"] in (0, 1)
    assert found["ADD"] == 88
    fused = counts.bytecodes(suite.Program("fib"), fuse=True)
    assert fused.total() < found.total()


def test_instructions_and_exceptions_are_counted() -> None:
    def work() -> None:
        for value in range(10):
            try:
                [][value]
            except IndexError:
                pass

    found = counts.executed(work)
    assert found.exceptions == 10
    turns, inside = found.hottest_loop()
    assert turns in (9, 10)
    assert 5 < inside < 40
    assert found.instructions >= 50


def test_hottest_loop_of_a_twin() -> None:
    turns, inside = counts.executed(
        Job(suite.Program("collatz"), TWIN, "small").prepare()).hottest_loop()
    assert turns > 500
    assert 10 < inside < 30
