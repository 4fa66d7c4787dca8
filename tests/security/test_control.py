"""Lines 22 to 27: what a program may not catch, and what crosses the boundary."""

import pickle
import sys
import threading
import time

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, SentraError, pipeline
from sentra.cli.bounds import Bounds
from sentra.errors import LimitStop
from sentra.runtime.context import Context
from tests.executors import EXECUTORS
from tests.outcomes import ours

CATCHERS = """
    fn f() { try { STOP } catch e { log("catch") } finally { log("finally") } }
    try { f() } catch e { log("outer catch") } finally { log("outer finally") }
    log("after")
"""


@pytest.mark.parametrize("limits", [Limits(steps=2000), Limits(time=0.05)], ids=["steps", "time"])
def test_22_limits_are_not_caught(mode, limits):
    out = []
    with pytest.raises(LimitExceeded):
        Engine(mode=mode, limits=limits, stdout=out.append).run(
            CATCHERS.replace("STOP", "while true { }"))
    assert out == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_22_interrupts_are_not_caught(mode, stop):
    def raise_it():
        raise stop

    out = []
    with pytest.raises(stop):
        Engine(mode=mode, stdout=out.append).run(CATCHERS.replace("STOP", "host()"), host=raise_it)
    assert out == []


@pytest.mark.parametrize("call", ["host()", "map([1], host1)", "sort([2, 1], host2)",
                                  "try(fn() => host())", "m.f()", "go host()\nsleep(1)"])
def test_22_limits_pass_through_builtins(mode, call):
    out = []
    engine = Engine(mode=mode, limits=Limits(host_calls=0), stdout=out.append)
    with pytest.raises(LimitExceeded):
        engine.run("let m = {f: host}\n" + CATCHERS.replace("STOP", call), host=lambda: 1,
                   host1=lambda x: 1, host2=lambda a, b: 1)
    assert out == []


def test_22_cancellation_is_not_caught(mode):
    out = []
    program = Engine(mode=mode, limits=Limits.none(), stdout=out.append).compile(
        "fn go_on() { " + CATCHERS.replace("STOP", "while true { }") + " }")
    run = program.run()
    threading.Timer(0.05, run.cancel).start()
    with pytest.raises(LimitExceeded):
        run.call("go_on")
    assert out == []


def test_22_a_bug_of_ours_is_not_caught(mode, monkeypatch):
    from sentra.runtime.builtins import declaration

    monkeypatch.setattr(declaration("lower"), "function", ours("lambda value: {}['bug']"))
    out = []
    with pytest.raises(sentra.InternalError):
        Engine(mode=mode, stdout=out.append).run(
            CATCHERS.replace("STOP", "let g = lower\ng(1)"))
    assert out == []


@pytest.mark.parametrize("text", [
    "throw KeyboardInterrupt", 'throw "SystemExit"', "throw host", "throw nil", "throw [1]",
    'throw error("x", "SystemExit")', "throw fn() => 1", "throw {kind: \"limit\"}"])
def test_23_a_program_raises_no_exception_of_the_host(mode, text):
    with pytest.raises(SentraError):
        Engine(mode=mode).run(text, host=lambda: 1)


def test_23_a_host_exception_is_message_and_kind(mode):
    class Rich(Exception):
        secret = "s"

    def fail():
        raise Rich({"password": 1})

    run = Engine(mode=mode).run("""
        let seen = nil
        try { fail() } catch e {
          seen = [e.message, e.kind, e.secret, e.args, e.__cause__, e.__dict__, e.trace, e.frames,
                  e.__traceback__, e._host_exception, type(e)]
        }
    """, fail=fail)
    assert run["seen"] == ["fail: Rich", "value"] + [None] * 8 + ["error"]


def test_24_overflows_are_converted(mode):
    deep = "let a = []\nfor i in range(100000) { a = [a] }\n"
    for text in ("fn f(n) { return f(n + 1) + 1 }\nf(0)",
                 "fn f(n) { return map([n], fn(x) => f(x))[0] }\nf(0)",
                 deep + "throw a"):
        with pytest.raises(SentraError) as caught:
            Engine(mode=mode).run(text)
        assert caught.value.kind in ("overflow", "thrown")
    run = Engine(mode=mode).run(
        "fn f(n) { return f(n + 1) + 1 }\nlet m = nil\ntry { f(0) } catch e { m = e.message }")
    assert run["m"] == "stack overflow"


def test_24_errors_pickle(mode):
    deep = "let a = []\nfor i in range(3000) { a = [a, {k: a}] }\n"
    texts = ["throw fn() => 1", "throw [1, make_channel()]", deep + "throw a",
             "let a = [1]\npush(a, a)\nthrow a", "1 + nil", "throw [1]",
             "throw error(\"x\", \"k\")", "fn f() { f() }\nf()", "",
             "import \"nothing\" as x", "let a = ", "while true { }", "num_cpus()", "assert(false)"]
    for text in texts:
        engine = Engine(mode=mode, limits=Limits.default(time=0.1))
        with pytest.raises(Exception) as caught:  # noqa: PT011
            engine.compile("fn quit() { exit(2) }\n" + text).run().call("quit")
        again = pickle.loads(pickle.dumps(caught.value))
        assert type(again) is type(caught.value)
        assert str(again) == str(caught.value)
        assert sentra.format_error(again) == sentra.format_error(caught.value)


def test_25_reentrancy(mode):
    engine = Engine(mode=mode)
    program = engine.compile("""
        fn down(n) { return n < 1 ? 0 : 1 + back(n - 1) }
        fn fails() { throw "x" }
    """)
    run = program.run(back=lambda n: run_of[0].call("down", n))
    run_of = [run]
    assert run.call("down", 20) == 20

    def swallow():
        try:
            return run_of[0].call("fails")
        except SentraError as error:
            return error.value

    run_of[0] = program.run(back=lambda n: swallow())
    assert run_of[0].call("down", 1) == "1x"


def test_25_after_close_and_during_a_limit(mode):
    engine = Engine(mode=mode, limits=Limits(time=0.1))
    seen = []

    def back(f):
        time.sleep(0.15)  # the time is up meanwhile
        try:
            f()
        except Exception as error:
            seen.append(error)

    with pytest.raises(LimitExceeded):
        engine.run("fn f() { log(1) }\nback(f)", back=back)
    assert seen == []
    run = engine.run("fn f() { return 1 }\nfn g() { return back(f) }", back=lambda f: f())
    assert run.call("g") == 1
    engine.close()
    with pytest.raises(RuntimeError):
        run.call("g")


def test_25_from_another_thread(mode):
    """The run that waits for a host function is refused to other threads, a run of theirs works."""
    def elsewhere(work):
        found = []
        thread = threading.Thread(target=lambda: found.append(outcome(work)))
        thread.start()
        thread.join(20)
        return found[0]  # it has not hung

    def outcome(work):
        try:
            return work()
        except SentraError as error:
            return error.message

    program = Engine(mode=mode, limits=Limits.default(time=0.5)).compile(
        "fn f(n) { return n < 1 ? 0 : 1 + back(n - 1) }")
    own = program.run(back=lambda n: elsewhere(lambda: own.call("f", n)))
    assert own.call("f", 3).startswith("1the program waits for a function of the host")
    other = program.run(back=lambda n: elsewhere(
        lambda: program.run(back=lambda m: m).call("f", n)))
    assert other.call("f", 3) == 3
    assert own.call("f", 0) == 0


def test_26_one_budget_for_nested_calls(mode):
    engine = Engine(mode=mode, limits=Limits(steps=500))
    text = "fn work(n) { for i in range(n) { } }\nfn go_on() { back(work)\nback(work) }"
    run = engine.compile(text).run(back=lambda work: work(300))
    with pytest.raises(LimitExceeded):
        run.call("go_on")
    run.call("work", 400)
    run.call("work", 400)


def test_26_no_timer_after_the_call(mode):
    engine = Engine(mode=mode, limits=Limits(time=0.05))
    engine.run("let a = 1")
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass


@pytest.mark.parametrize("text", [
    "fn f(x) { sort([2, 1], fn(a, b) { f(x)\nreturn 1 }) }\nf(1)",
    "fn f(x) { map([1], f) }\nf(1)", "fn f(x) { filter([1], f) }\nf(1)",
    "fn f(x) { host(f) }\nf(1)", "fn f(x) { [1].map(f) }\nf(1)",
    "fn f() { try(f)\nf() }\nfn g() { f() }\ng()",
    "let m = {}\nm.f = fn() { m.f() }\nm.f()",
    "fn f(x) { reduce([1, 2], fn(a, b) => f(b)) }\nf(1)"])
def test_27_recursion_through_callbacks(mode, text):
    limit = sys.getrecursionlimit()
    with pytest.raises((SentraError, LimitExceeded)) as caught:
        Engine(mode=mode, limits=Limits.default(time=3)).run(text, host=lambda f: f(1))
    if isinstance(caught.value, SentraError):
        assert caught.value.kind == "overflow"
    assert sys.getrecursionlimit() == limit


TURNS = """
let a = make_channel()
let b = make_channel()
go fn() { while true { b <- <-a } }()
while true { a <- 1
    <-b }
"""


@pytest.mark.parametrize("name", ["interp", "ast", "tree", "auto"])
def test_22_tasks_that_take_turns_end_with_the_limit(name):
    """Its exception may meet a task that has handed on its turn, and waits."""
    for _ in range(12):
        context = Context()
        around = Bounds({"--timeout": "0.05"}).apply(context)
        with pytest.raises(LimitStop, match="time limit reached"):
            pipeline.run(pipeline.compile_source(pipeline.read_source(TURNS, "t.sn")),
                         context=context, executor=EXECUTORS[name](), around=around)
