"""Programs in hosts that tools observe, and under the switches of Python."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
import time
from linecache import getline
from typing import Any

import pytest

from sentra import Engine, Limits
from sentra.embedding import deadline, functions
from sentra.embedding.waiting import Turn
from sentra.errors import LimitStop
from sentra.runtime.context import Context
from sentra.runtime.limits import Thread

MODES = ["interp", "tree", "auto", "closure"]

SWITCHED = """
import sentra
source = '''fn few(a, b, c = 1) { return a }
fn fewer(f) { return f(1) }
fn third(x) { return x / 0 }
fn second(x) { let y = third(x)
    return y }
fn first(x) { for i in range(3) { x = second(i) }
    return x }
fn total(a) { let sum = 0
    for x in a { if x > 2 { sum = sum + x } }
    return sum }
fn least() { return fewer(few) }
'''
for mode in ("interp", "tree", "auto", "closure"):
    for limits in (sentra.Limits.none(), sentra.Limits.default()):
        run = sentra.Engine(mode=mode, limits=limits).compile(source, "s.sn").run()
        said = {run["total"]([1, 5, 2.5]) for _ in range(60)}
        for name, args in ("first", (1,)), ("least", ()):
            try:
                run[name](*args)
            except sentra.SentraError as error:
                said.add((str(error), error.line, error.column, *error.stack))
        print(sorted(map(str, said)))
for mode in ("interp", "closure"):
    engine = sentra.Engine(mode=mode, debug=True)
    engine.debugger.break_at("s.sn", 10)
    engine.debugger.on_stop = lambda pause: print("stopped", pause.frame.line)
    engine.compile(source, "s.sn").run()["total"]([1])
"""
SAID = ["('division by zero', 3, 24, 'third (s.sn:3)', 'second (s.sn:4)', 'first (s.sn:6)')",
        "('few expects 2 to 3 arguments, got 1', 2, 22, 'fewer (s.sn:2)', 'least (s.sn:11)')",
        "7.5"]


@pytest.mark.parametrize("switches", [[], ["-O"], ["-OO"], ["-X", "no_debug_ranges"],
                                      ["-X", "dev", "-W", "error", "-bb"]])
def test_switches_of_python_change_nothing(switches):
    done = subprocess.run([sys.executable, *switches, "-c", SWITCHED], capture_output=True,
                          text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(SAID)] * 8 + ["stopped 10"] * 2


LOOKED_AT = """
import sys
import sentra.codegen.link, sentra.embedding.run, sentra.embedding.stored
from sentra import Engine, Limits

run = Engine(mode="closure").run("fn f(a) { return a.b }")  # what is imported late
run["f"]({"b": 1})

def look(frame, event, argument):
    dict(frame.f_locals)
    return look

sys.settrace(look)
for limits in (Limits.none(), Limits.default()):
    run = Engine(mode="closure", limits=limits).compile('''let n = 0
fn add(a, b = 2) { return a + b }
fn count() { n = n + 1
    return n }
fn total(a) { let sum = 0
    for x in a { sum = sum + x }
    return sum }
fn area(e) { return e.width * e.height }
fn adder(k) { return fn(x) => x + k }
''').run()
    sizes = {"width": 2, "height": 3}
    print(run["add"](1), run["count"](), run["total"]([1, 2]), run["area"](sizes),
          run["adder"](1)(2))
"""


def test_a_tracer_may_read_every_variable_of_the_compiler():
    """CPython 3.13.0 crashed there. (3.12 loses variables of comprehensions in modules.)"""
    done = subprocess.run([sys.executable, "-c", LOOKED_AT], capture_output=True, text=True,
                          timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "3 1 3 6 3\n" * 2)


# --- functions that hosts wrap ------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [Limits.none(), Limits.default()])
def test_a_function_that_a_decorator_made_is_one_of_the_host(mode, limits):
    """It has the attributes of the function of the program, which it may call."""
    run = Engine(mode=mode, limits=limits).run(
        "fn f(a) { return a + 1 }\nfn apply(g, x) { return g(x) }\nfn same(g) { return g == f }")
    f = run["f"]

    @functools.wraps(f)
    def tenfold(x):
        return f(x) * 10

    dispatched = functools.singledispatch(f)
    dispatched.register(str, str.upper)
    assert [run["apply"](each, 1) for each in (f, tenfold, dispatched, functools.cache(f))] == [
        2, 20, 2, 2]
    assert run["apply"](dispatched, "a") == "A"
    assert [run["same"](each) for each in (f, tenfold, dispatched)] == [True, False, False]


def traced(code: Any, look: Any, work: Any) -> Any:
    """The result of `work`, with a call of `look` at every line of the function with this code."""
    def trace(frame: Any, event: str, argument: Any) -> Any:
        if frame.f_code is not code:
            return None
        look()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return work()
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("name", ["plain", "inner"])
def test_a_function_can_be_called_while_it_gets_its_entry_and_while_it_loses_it(name):
    run = Engine(mode="auto", limits=Limits.none()).run(
        "fn plain(a, b = 2) { return a * 10 + b }\n"
        "fn outer(k) { return fn(a, b = 2) => a * 10 + b + k }\nlet inner = outer(0)")
    function = run[name]
    seen = []

    def look() -> None:
        try:
            seen.append((function(1), function(1, 3)))
        except RuntimeError as closed:
            seen.append(str(closed))

    for _ in range(functions.EARLY):
        traced(functions.give_entry.__code__, look, lambda: function(1))
    assert len(seen) > 5
    assert set(seen) == {(12, 13)}
    traced(functions.without_entry.__code__, look, run.engine.close)
    assert set(seen) == {(12, 13), "the engine is closed"}


def test_no_exception_arrives_after_a_call_where_the_timer_is_traced(monkeypatch):
    """A tracer of threads runs between lines, and another thread with it."""
    sends, ended = threading.Event(), threading.Event()

    def trace(frame: Any, event: str, argument: Any) -> Any:
        if frame.f_code is not deadline.Guard.fire.__code__:
            return None
        if event == "line" and "send(" in getline(frame.f_code.co_filename, frame.f_lineno):
            sends.set()
            ended.wait(5)
        return trace

    monkeypatch.setattr(deadline, "_timer", deadline._Timer())
    threading.settrace(trace)
    try:
        guard = deadline.Guard(Context(write=print), seconds=0.02)
        with pytest.raises(LimitStop):
            deadline.guarded(guard, sends.wait, (5,))
        assert sends.is_set()
        ended.set()
        for _ in range(50):
            time.sleep(0.001)
    finally:
        threading.settrace(None)  # type: ignore[arg-type]
        deadline._timer.stop(busy=True)


def test_nobody_who_has_left_a_turn_gets_it_where_instructions_are_traced():
    """Who has it leaves it between two instructions of another thread that takes it."""
    before, count = sys.gettrace(), 0
    while True:
        turn, other, thread = Turn(), Thread(), Thread()
        turn.owner = other
        left = [count]

        def trace(frame: Any, event: str, argument: Any, turn=turn, left=left) -> Any:
            if frame.f_code is not Turn.take.__code__:
                return None
            frame.f_trace_opcodes = True
            if event == "opcode":
                if left[0] == 0:
                    turn.leave()
                left[0] -= 1
            return trace

        sys._getframe().f_trace_opcodes = True  # CPython 3.12 looks at this in settrace
        sys.settrace(trace)
        try:
            taken = turn.take(thread)
        finally:
            sys.settrace(before)
        if left[0] >= 0:
            break
        assert turn.owner is (thread if taken else None)
        count += 1
    assert count > 5
