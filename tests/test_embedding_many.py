"""Many inputs on executors, and programs in processes of their own."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

import sentra
from sentra import LimitExceeded, Limits, Outcome, SentraError, WorkerEngine

SCORE = """
    fn score(x) {
      if x == 13 { throw "unlucky" }
      let total = 0
      for i in range(x) { total = total + i }
      return total
    }
"""


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
        assert [(o.value, o.steps, str(o.error)) for o in outcomes] == [
            (o.value, o.steps, str(o.error)) for o in found[0]]
    assert found[0][5] == Outcome(5, 10, None, 6)
    assert isinstance(found[0][13].error, sentra.Uncaught)
    assert found[0][13].error.value == "unlucky"


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
    for wrong in ({"on_error": "x"}, {"ordered": False}, {"chunk": 0}):
        with pytest.raises(ValueError):  # noqa: PT011
            list(sentra.map(program, "score", [1], **wrong))


def test_limits_are_per_input():
    program = sentra.compile(SCORE)
    outcomes = list(sentra.map(program, "score", [5, 5000, 5], limits=Limits(steps=100),
                               on_error="collect"))
    assert [outcome.value for outcome in outcomes] == [10, None, 10]
    assert outcomes[1].error.limit == "steps"


def test_a_dask_cluster():
    distributed = pytest.importorskip("distributed")
    program = sentra.compile(SCORE)
    here = list(sentra.map(program, "score", range(30), on_error="collect"))
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        there = list(sentra.map(program, "score", range(30), on_error="collect",
                                executor=client.get_executor()))
    assert [(o.value, o.steps) for o in there] == [(o.value, o.steps) for o in here]


# --- worker processes ---------------------------------------------------------------------------

@pytest.fixture(scope="module")
def worker():
    with WorkerEngine(limits=Limits.default(time=1.0, memory=200_000_000)) as engine:
        yield engine


def test_worker_calls(worker):
    assert worker.call("fn f(x, y) { log(\"hi\")\nreturn {sum: x + y} }", "f", 1, 2) == {"sum": 3}
    assert worker.output == "hi\n"
    assert worker.call("let a = b", variables={"b": 5}) is None


@pytest.mark.parametrize("source, kind, message", [
    ("1 + nil", "type", "cannot add number and nil"), ("throw 5", "thrown", "uncaught: 5"),
    ("let = ", "syntax", "syntax error"), ("num_cpus()", "permission", "not permitted")])
def test_worker_errors(worker, source, kind, message):
    with pytest.raises(SentraError) as caught:
        worker.call(source)
    assert caught.value.kind == kind
    assert message in caught.value.message


@pytest.mark.parametrize("source, limit", [
    ("while true { }", "steps"), ('while true { log("x") }', "output"), ("sleep(100000)", "time"),
    ("let a = []\nwhile true { push(a, \"x\" * 100000 + len(a)) }", "memory")])
def test_worker_limits(source, limit):
    limits = Limits(time=3, steps=300_000, output=1000, memory=100_000_000)
    if limit == "memory":
        limits = Limits(time=60, memory=100_000_000)
    with WorkerEngine(limits=limits) as engine:
        with pytest.raises(LimitExceeded) as caught:
            engine.call(source)
        assert caught.value.limit == limit
        assert engine.call("fn f() { return 1 }", "f") == 1


def test_a_worker_that_hangs_is_killed_and_replaced(worker):
    worker.call("let a = 1")
    first = worker._process.pid
    import os
    import signal

    os.kill(first, signal.SIGSTOP)  # it does not answer any more
    start = time.monotonic()
    with pytest.raises(LimitExceeded) as caught:
        worker.call("let a = 1")
    assert caught.value.limit == "time"
    assert time.monotonic() - start < 5
    assert worker.call("fn f() { return 2 }", "f") == 2
    assert worker._process.pid != first


def test_a_worker_that_dies_is_replaced(worker):
    worker.call("let a = 1")
    worker._process.kill()
    worker._process.wait()
    assert worker.call("fn f() { return 3 }", "f") == 3


def test_a_worker_has_no_environment(worker, monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    with WorkerEngine(limits=Limits.default(time=5)) as engine:
        engine.call("let a = 1")
        with open(f"/proc/{engine._process.pid}/environ", "rb") as file:
            assert b"SECRET" not in file.read()


def test_only_data_leaves_a_worker(worker):
    with pytest.raises(SentraError, match="plain data"):
        worker.call("fn f() { return [f] }", "f")
