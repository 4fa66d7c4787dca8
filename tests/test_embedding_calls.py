"""Calls of a program's functions from Python: small ones have an entry, and mean the same."""

from __future__ import annotations

import threading

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, SentraError

ENGINES = {
    "entries": lambda: Engine(mode="closure", limits=Limits.none()),
    "metered": lambda: Engine(mode="closure"),
    "late": lambda: Engine(limits=Limits.none()),
    "tree": lambda: Engine(mode="tree"),
}

SOURCE = """
let RATE = 0.25
let prices = {tea: 3, milk: [1, 2], f: fn(x) => x}
let handlers = [fn(x) => x]
fn add(a, b) { return a + b }
fn times(a, b) { let y = a * b; return y }
fn same(x) => x
fn first(xs) => xs[0]
fn price(name) => prices[name]
fn handler(i) => handlers[i]
fn label(x) { return "v" + x }
fn text(x) => `<${x}>`
fn compare(a, b) { if a < b { return "less" } else if a == b { return "equal" }
  return "more" }
fn member(e) { return e.amount > 100 && e.kind != "test" ? e.amount * RATE : nil }
fn either(a, b) { return a || b }
fn size(s) { return len(s) }
fn upper_of(s) => s.upper()
fn nothing(x) { let y = x }
fn divide(a, b) { return a / b - a % b }
fn list(a, b) => [a, {k: b}]
"""


class Integer(int):
    def __add__(self, other):
        raise AssertionError("code of the host ran")

    __radd__ = __mul__ = __rmul__ = __lt__ = __add__

    __hash__ = int.__hash__


class Map(dict):
    def __getitem__(self, key):
        raise AssertionError("code of the host ran")


VALUES = [
    0, 1, -3, 2.5, float("inf"), True, None, "", "ab", "tea", "f", [], [1, 2], {}, {"amount": 120},
    {"amount": "x", "kind": 3}, [[1], {"k": None}], Integer(4), Map(amount=500), (1, 2)]


def outcome(function, args):
    try:
        value = function(*args)
    except (SentraError, TypeError) as error:
        return type(error), str(error), getattr(error, "stack", None)
    if callable(value):
        return "function", value(7)
    return type(value), repr(value)


@pytest.mark.parametrize("kind", ENGINES)
def test_the_same_as_on_the_interpreter(kind):
    run = ENGINES[kind]().compile(SOURCE, "calls.sn").run()
    judge = Engine(mode="interp").compile(SOURCE, "calls.sn").run()
    for name in run:
        if not isinstance(run[name], sentra.Function):
            continue
        function, right = run[name], judge[name]
        count = SOURCE.split(f"fn {name}(")[1].split(")")[0].count(",") + 1
        cases = [(value,) for value in (*VALUES, 10**400)] if count == 1 else [
            (a, b) for a in VALUES for b in VALUES]
        for _ in range(60):  # until it has an entry in every mode
            outcome(function, cases[1])
        for case in cases:
            assert outcome(function, case) == outcome(right, case), (name, case)
        assert outcome(function, ()) == outcome(right, ())


@pytest.mark.parametrize("kind", ENGINES)
def test_a_small_function_is_called_without_the_run(kind, monkeypatch):
    run = ENGINES[kind]().compile(SOURCE).run()
    add = run["add"]
    for _ in range(100):
        assert add(1, 2) == 3
    calls = []
    monkeypatch.setattr(run, "_limited", lambda *args: calls.append(args))
    add(1, 2)
    add(1.5, 2)
    assert bool(calls) == (kind == "tree")
    assert run["add"] is add


def test_steps_of_entries():
    run = Engine(mode="closure").compile("fn f(x) => x + 1\nfn g(x) { return f(f(x)) }").run()
    assert run["f"](1) == 2
    assert run.steps == 1
    assert run["g"](1) == 3
    assert run.steps == 3
    assert run["f"](1) == 2
    assert run.steps == 1


def test_entries_inside_a_run_count_there():
    engine = Engine(mode="closure", limits=Limits(steps=50))
    run = engine.compile("fn f(x) => x + 1\nfn g(back) { for i in range(10) { back(i) } }").run()
    run.call("g", run["f"])
    assert run.steps == 21
    inner = run["f"]
    run.call("g", lambda i: [inner(i)])
    assert run.steps == 21
    with pytest.raises(LimitExceeded, match="step limit of 50"):
        run.call("g", lambda i: [inner(i) for _ in range(10)])


def test_sizes_hold_in_entries():
    engine = Engine(mode="closure", limits=Limits(string=100, bits=100, array=10))
    run = engine.compile(
        "fn add(a, b) => a + b\nfn times(a, b) => a * b\nfn text(a) => `${a}${a}`").run()
    assert run["times"](2**40, 2**40) == 2**80
    for call in (lambda: run["times"](2**60, 2**60), lambda: run["times"]("a", 101),
                 lambda: run["add"]("a" * 60, "b" * 60), lambda: run["text"]("a" * 60),
                 lambda: run["add"]([1] * 6, [2] * 6)):
        with pytest.raises(SentraError, match="too large"):
            call()


def test_a_closed_engine_has_no_entries():
    engine = Engine(mode="closure")
    function = engine.compile(SOURCE)["add"]
    assert function(1, 2) == 3
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        function(1, 2)


@pytest.mark.parametrize("kind", ENGINES)
def test_functions_of_the_host_get_what_the_host_has(kind):
    run = ENGINES[kind]().compile("fn f(x) => x + 1\nfn call(g, x) => g(x)\nfn back(g) => g").run()
    f = run["f"]
    assert run.call("back", f) is f
    assert run["call"](f, 1) == 2
    assert run["back"]([f])[0] is f.direct
    other = ENGINES[kind]().compile("fn call(g, x) => g(x)").run()
    assert other.call("call", f, 1) == 2


def test_entries_in_many_threads():
    run = Engine(mode="closure").compile(
        "fn f(a, b) => a * 10 + b\nfn slow(n) { for i in range(n) { f(i, 1) } }").run()
    f = run["f"]
    wrong = []

    def work(number):
        wrong.extend([i for i in range(2000) if f(i, number) != i * 10 + number])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    threads.append(threading.Thread(target=lambda: [run.call("slow", 500) for _ in range(20)]))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
