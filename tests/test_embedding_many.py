"""Many inputs on executors: the same results and steps on each."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import sentra
from sentra import Limits, Outcome, SentraError
from sentra.embedding.mapping import use_engine

SCORE = """
    fn score(x) {
      if x == 13 { throw "unlucky" }
      let total = 0
      for i in range(x) { total = total + i }
      return total
    }
"""


def summary(outcome):
    """What has to be the same everywhere."""
    error = outcome.error
    return (outcome.index, outcome.value, outcome.steps, type(error).__name__, str(error),
            getattr(error, "stack", None), getattr(error, "value", None))


def pools():
    yield None
    with ThreadPoolExecutor(3) as pool:
        yield pool
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_the_same_results_and_steps_everywhere():
    program = sentra.compile(SCORE)
    found = [list(sentra.map(program, "score", range(40), executor=pool, on_error="collect",
                             chunk=7)) for pool in pools()]
    for outcomes in found:
        assert [outcome.index for outcome in outcomes] == list(range(40))
        assert [summary(o) for o in outcomes] == [summary(o) for o in found[0]]
    assert found[0][5] == Outcome(5, 10, None, 6)
    assert isinstance(found[0][13].error, sentra.Uncaught)
    assert found[0][13].error.value == "unlucky"


def test_a_result_that_cannot_travel_is_an_error_of_its_input():
    program = sentra.compile("fn f(x) { return x == 1 ? f : x }")
    *here, there = [list(sentra.map(program, "f", range(3), executor=pool, on_error="collect"))
                    for pool in pools()]
    assert [callable(outcomes[1].value) for outcomes in here] == [True, True]
    assert [outcome.value for outcome in there] == [0, None, 2]
    assert "cannot go to another process" in str(there[1].error)
    assert isinstance(there[1].error, TypeError)


def engine_with_rate():
    engine = sentra.Engine()
    engine.function(lambda x: 2 * x, name="rate")
    return engine


def begin():
    """In a process of a pool: what programs run on."""
    use_engine(engine_with_rate())


def test_the_engine_that_a_program_runs_on():
    program = engine_with_rate().compile("fn f(x) { return rate(x) }")
    spawn = multiprocessing.get_context("spawn")
    for pool in (ThreadPoolExecutor(2), ProcessPoolExecutor(1, spawn, initializer=begin)):
        with pool:
            assert list(sentra.map(program, "f", range(3), executor=pool, chunk=1)) == [0, 2, 4]


def test_endless_inputs_and_back_pressure():
    taken = []

    def inputs():
        for number in itertools.count():
            taken.append(number)
            yield 3

    with ThreadPoolExecutor(2) as pool:
        results = sentra.map(sentra.compile(SCORE), "score", inputs(), executor=pool, chunk=2,
                             ahead=3)
        assert [next(results) for _ in range(10)] == [3] * 10
        results.close()
    assert len(taken) <= 10 + 2 * 4


def test_order_progress_and_errors():
    program = sentra.compile(SCORE)
    seen = []
    with ThreadPoolExecutor(3) as pool:
        outcomes = sentra.map(program, "score", range(12), executor=pool, ordered=False, chunk=2,
                              on_error="collect", progress=seen.append)
        assert sorted(outcome.index for outcome in outcomes) == list(range(12))
    assert seen == list(range(1, 13))
    results = sentra.map(program, "score", range(20), chunk=4)
    assert [next(results) for _ in range(12)] == [sum(range(n)) for n in range(12)]
    with pytest.raises(SentraError):
        list(results)


WRONG = [
    # an argument, its value, the error, what that says
    ("on_error", "zzz", ValueError, 'on_error is "raise" or "collect"'),
    ("ordered", False, ValueError, 'need on_error="collect"'),
    ("chunk", 0, ValueError, "chunk must be 1 or more"),
    ("chunk", 1.5, TypeError, "chunk must be a whole number"),
    ("ahead", True, TypeError, "ahead must be a whole number"),
    ("program", SCORE, TypeError, r"program must be a sentra\.Program"),
    ("name", 5, TypeError, "named by a string"),
    ("inputs", 5, TypeError, "not iterable"),
    ("limits", 5, TypeError, r"limits must be a sentra\.Limits"),
    ("executor", 5, TypeError, "executor must be one of"),
    ("progress", 5, TypeError, "progress must be a function"),
    ("variables", [], TypeError, "variables must be a dict"),
    ("variables", {1: 2}, TypeError, "variables must be a dict"),
]


@pytest.mark.parametrize("argument, value, error, said", WRONG)
def test_wrong_arguments_are_refused_at_once(argument, value, error, said):
    arguments = {"program": sentra.compile(SCORE), "name": "score", "inputs": [1]}
    with pytest.raises(error, match=said):
        sentra.map(**{**arguments, argument: value})  # nobody asks for a result


def test_limits_are_per_input():
    program = sentra.compile(SCORE)
    outcomes = list(sentra.map(program, "score", [5, 5000, 5], limits=Limits(steps=100),
                               on_error="collect"))
    assert [outcome.value for outcome in outcomes] == [10, None, 10]
    assert outcomes[1].error.limit == "steps"


def test_loky():
    loky = pytest.importorskip("loky")
    program = sentra.compile(SCORE)
    here = list(sentra.map(program, "score", range(30), on_error="collect"))
    with loky.ProcessPoolExecutor(2) as pool:
        there = list(sentra.map(program, "score", range(30), on_error="collect", executor=pool,
                                chunk=4))
    assert [summary(o) for o in there] == [summary(o) for o in here]


DASK = """
import distributed, sentra, sys
from test_embedding_many import SCORE, summary

if __name__ == "__main__":
    program = sentra.compile(SCORE)
    inputs = [*range(30), "x"]
    here = list(sentra.map(program, "score", inputs, on_error="collect"))
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        for options in ({}, {"ordered": False, "chunk": 3, "ahead": 2}):
            there = sorted(sentra.map(program, "score", inputs, on_error="collect",
                                      executor=client.get_executor(), **options),
                           key=lambda outcome: outcome.index)
            assert [summary(o) for o in there] == [summary(o) for o in here], there
    print("the same", len(here))
"""


def test_a_dask_cluster(tmp_path):
    """In a process of its own: a client changes how that pickles exceptions."""
    pytest.importorskip("distributed")
    (tmp_path / "cluster.py").write_text(DASK)
    tests = Path(__file__).resolve().parent
    done = subprocess.run(
        [sys.executable, tmp_path / "cluster.py"], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": f"{tests.parent}{os.pathsep}{tests}"})
    assert done.stdout == "the same 31\n", done.stderr[-3000:]
