"""Limits: each is reached, is not caught by the program, and holds from call to call."""

from __future__ import annotations

import gc
import io
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, SentraError
from sentra.embedding.deadline import Guard, guarded
from sentra.errors import LimitStop
from sentra.runtime.context import Context

MODES = ["interp", "closure", "tree", "auto"]

# What a program may try to get past the end of its time.
STUBBORN = {
    "loop": "while true { }",
    "catch": "while true { try { while true { } } catch e { } }",
    "finally": "try { while true { } } finally { while true { } }",
    "recursion": "fn f() { while true { try { f() } catch e { } } }\nf()",
    "callback": "while true { map(range(1000), fn(x) => x) }",
    "sort": "while true { sort(range(500), fn(a, b) => b - a) }",
    "sleep": "sleep(100000)",
    "deadlocked tasks": "let c = make_channel()\ngo fn() { sleep(100000) }()\nc.receive()",
    "busy task": "let c = make_channel()\ngo fn() { while true { } }()\nc.receive()",
    "try": "while true { try(fn() { while true { } }) }",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", STUBBORN)
def test_time(name, mode):
    engine = Engine(mode=mode, limits=Limits(time=0.1))
    program = engine.compile(STUBBORN[name])
    gc.collect()  # what is collected meanwhile may meet the end of the stack
    start = time.process_time()
    with pytest.raises(LimitExceeded) as caught:
        program.run()
    assert caught.value.limit == "time"
    assert time.process_time() - start < 2  # a tenth of that on an idle machine: perf/timeouts


def test_timeouts_in_a_row():
    """Two timers in two threads, again and again, and never one that arrives outside."""
    program = Engine(limits=Limits(time=0.002), mode="closure").compile("while true { }")
    late, wrong = [], []

    def repeat():
        try:
            for _ in range(100):
                start = time.monotonic()
                try:
                    program.run()
                    wrong.append("no limit")
                except LimitExceeded as error:
                    if error.limit != "time":
                        wrong.append(error.limit)
                late.append(time.monotonic() - start)
                sum(range(2000))  # code outside, where nothing may arrive
        except BaseException as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=repeat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(late) == 200
    assert sorted(late)[100] < 0.2


def test_nothing_arrives_after_the_call():
    """Deadlines around the very end of a call."""
    hits = 0
    for number in range(2000):
        guard = Guard(Context(), 0.0001 * (number % 5))

        def work(turns=number % 400):
            for _ in range(turns):
                pass
            return turns

        try:
            assert guarded(guard, work) == number % 400
        except LimitStop:
            hits += 1
        for _ in range(50):
            pass
    assert hits < 2000


def test_one_timer_thread():
    engine = Engine(limits=Limits(time=5))
    for _ in range(20):
        engine.run("let a = 1")
    assert sum(thread.name == "sentra-timer" for thread in threading.enumerate()) <= 1


def test_the_host_is_not_interrupted():
    finished = []

    def slow():
        time.sleep(0.15)
        finished.append(1)
        return 5

    engine = Engine(limits=Limits(time=0.05))
    with pytest.raises(LimitExceeded) as caught:
        engine.run("try { slow() } catch e { }\nlog(1)", slow=slow)
    assert (caught.value.limit, finished) == ("time", [1])


@pytest.mark.parametrize("mode", MODES)
def test_nothing_of_the_program_runs_after_a_limit(mode):
    text = """
        fn f() {
          try { while true { } } catch e { log("caught") } finally { log("finally") }
        }
        try { f() } catch e { log("caught") } finally { log("finally") }
    """
    for limits in (Limits(time=0.05), Limits(steps=5000)):
        out = io.StringIO()
        with pytest.raises(LimitExceeded):
            Engine(mode=mode, limits=limits, stdout=out).run(text)
        assert out.getvalue() == ""


@pytest.mark.parametrize("mode", MODES)
def test_steps(mode):
    engine = Engine(mode=mode, limits=Limits(steps=1000))
    run = engine.run("fn loop(n) { let i = 0\nwhile i < n { i = i + 1 }\nreturn i }")
    assert run.call("loop", 999) == 999
    assert run.steps == 1000
    with pytest.raises(LimitExceeded) as caught:
        run.call("loop", 1000)
    assert (caught.value.limit, str(caught.value)) == ("steps", "step limit of 1000 reached")
    assert run.call("loop", 999) == 999  # every call has a budget of its own
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.limit, again.message) == ("steps", caught.value.message)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("steps", [99, 100, 10_000])
def test_the_warning_at_half(mode, steps):
    """At the very step."""
    seen = []
    engine = Engine(mode=mode, limits=Limits(steps=steps),
                    on_half=lambda run: seen.append(run.steps))
    run = engine.run("fn loop(n) { while n > 0 { n = n - 1 } }")
    half = (steps + 1) // 2
    run.call("loop", half - 2)
    assert seen == []
    run.call("loop", half - 1)
    assert seen == [half]
    run.call("loop", steps - 1)
    assert seen == [half, half]


@pytest.mark.parametrize("mode", MODES)
def test_depth(mode):
    text = "let most = 0\nfn f(n) { most = n\nf(n + 1) }\nlet kind = nil\n" \
           "try { f(1) } catch e { kind = e.message }"
    run = Engine(mode=mode, limits=Limits.default(depth=100)).run(text)
    assert run["kind"] == "stack overflow"
    assert 100 <= run["most"] <= 100 + 17
    run = Engine(mode=mode).run(text)
    assert run["kind"] == "stack overflow"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits, text", [
    (Limits(string=1000), 'let s = "ab"\nwhile true { s = s + s }'),
    (Limits(array=1000), "let a = []\nwhile true { push(a, 1) }"),
    (Limits(bits=1000), "let i = 3\nwhile true { i = i * i }"),
    (Limits(string=1000), 'repeat("ab", 501)'),
    (Limits(array=1000), "range(1001)"),
    (Limits(string=1000), 'pad_left("a", 1001)'),
    (Limits(string=1000), 'join(["x"] * 600, "--")'),
    (Limits(string=1000), 'replace("a" * 999, "a", "bb")'),
    (Limits(bits=1000), "factorial(400)"),
])
def test_sizes(mode, limits, text):
    with pytest.raises(SentraError) as caught:
        Engine(mode=mode, limits=limits).run(text)
    assert caught.value.kind == "overflow"
    assert "too large" in caught.value.message


@pytest.mark.parametrize("mode", MODES)
def test_memory(mode):
    text = 'let a = []\nwhile true { push(a, "x" * 100000 + len(a)) }'
    with pytest.raises(LimitExceeded) as caught:
        Engine(mode=mode, limits=Limits(memory=50_000_000, time=60)).run(text)
    assert caught.value.limit == "memory"


@pytest.mark.parametrize("mode", MODES)
def test_output(mode):
    out = io.StringIO()
    with pytest.raises(LimitExceeded) as caught:
        Engine(mode=mode, limits=Limits(output=1000), stdout=out).run(
            "while true { try { log(\"ééééé\") } catch e { } }")
    assert caught.value.limit == "output"
    assert 990 <= len(out.getvalue().encode()) <= 1000


@pytest.mark.parametrize("mode", MODES)
def test_host_calls(mode):
    calls = []
    with pytest.raises(LimitExceeded) as caught:
        Engine(mode=mode, limits=Limits(host_calls=5)).run(
            "while true { try { f() } catch e { } }", f=lambda: calls.append(1))
    assert (caught.value.limit, len(calls)) == ("host_calls", 5)


@pytest.mark.parametrize("mode", MODES)
def test_nested_calls_share_one_budget(mode):
    engine = Engine(mode=mode, limits=Limits(steps=1000, host_calls=10**6))
    text = "fn work() { for i in range(100) { } }\nfn start() { while true { back(work) } }"
    seen = []

    def back(work):
        try:
            work()
        except Exception as error:  # a limit is none
            seen.append(error)
        return 1

    with pytest.raises(LimitExceeded) as caught:
        engine.compile(text).run(back=back).call("start")
    assert caught.value.limit == "steps"
    assert not seen


def test_a_deadline_counts_for_nested_calls_too():
    engine = Engine(limits=Limits(time=0.1))
    run = engine.compile("fn spin() { while true { } }\nfn start() { back(spin) }").run(
        back=lambda spin: spin())
    with pytest.raises(LimitExceeded) as caught:
        run.call("start")
    assert caught.value.limit == "time"


def test_another_engine_inside_a_host_function():
    inner = Engine(limits=Limits(time=0.05)).compile("while true { }")
    seen = []

    def back():
        try:
            inner.run()
        except LimitExceeded as error:
            seen.append(error.limit)
        return 7

    run = Engine(limits=Limits(time=5)).run("let r = back()", back=back)
    assert (run["r"], seen) == (7, ["time"])


def test_cancel():
    program = Engine(limits=Limits.none(), mode="closure").compile("fn f() { while true { } }")
    run = program.run()
    threading.Timer(0.05, run.cancel).start()
    with pytest.raises(LimitExceeded) as caught:
        run.call("f")
    assert caught.value.limit == "cancelled"
    assert program.run().exit_status is None


def test_a_run_can_be_used_after_a_limit():
    run = Engine(limits=Limits(time=0.05, steps=None)).run(
        "let n = 0\nfn spin() { n = n + 1\nwhile true { } }\nfn get() { return n }")
    for _ in range(3):
        with pytest.raises(LimitExceeded):
            run.call("spin")
    assert run.call("get") == 3


def test_default_and_none():
    assert Engine().limits == Limits.default()
    assert Limits.default().metered
    assert not Limits.none().metered
    assert all(getattr(Limits.none(), name) is None for name in Limits.none().__dict__)
    assert all(getattr(Limits.default(), name) is not None for name in Limits.default().__dict__)
    assert Limits.default(time=None).time is None
    assert sentra.Limits is Limits
    for wrong in ({"steps": -1}, {"time": "x"}, {"steps": True}, {"time": float("nan")}):
        with pytest.raises(ValueError, match="0 or more"):
            Limits(**wrong)
    with pytest.raises(AttributeError):
        Limits().steps = 5


def test_a_call_back_from_another_thread():
    """It cannot run while the program waits for the host, and says so instead of hanging."""
    errors = []
    run = None

    def back():
        def other():
            try:
                run.call("f")
            except SentraError as error:
                errors.append(error.message)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return 1

    program = sentra.compile("fn f() { return 1 }\nfn start() { return back() }")
    run = program.run(back=back, limits=Limits(time=0.5))
    assert run.call("start") == 1
    assert errors == ["the program waits for a function of the host: another thread needs a run of "
                      "its own"]


def test_threads_wait_for_each_others_functions_of_the_host():
    """As long as each of those ends in time: many that wait are no reason to refuse one."""
    program = sentra.compile("fn f(x) { return slow(x) + 1 }")
    run = program.run(slow=lambda x: time.sleep(0.15) or x, limits=Limits(time=0.4))
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(run["f"], range(6))) == [1, 2, 3, 4, 5, 6]


def test_a_host_function_after_the_run():
    kept = []
    run = sentra.run("keep(f)\nfn f() { return g() }", keep=kept.append, g=lambda: 5)
    assert kept[0]() == 5
    assert run.call("f") == 5


@pytest.mark.parametrize("mode", ["interp", "closure", "tree"])
def test_a_time_limit_beyond_all_clocks(mode):
    """Longer than the calls of the system can wait."""
    with Engine(mode=mode, limits=Limits(time=1e300)) as engine:
        assert engine.run("let a = 1")["a"] == 1
        time.sleep(0.05)
    with pytest.raises(LimitExceeded):
        Engine(mode=mode, limits=Limits(time=0.05)).run("while true { }")


def test_a_time_limit_beyond_all_clocks_in_a_worker():
    with Engine(isolation="process", limits=Limits(time=1e300)) as engine:
        assert engine.run("let a = 1")["a"] == 1
