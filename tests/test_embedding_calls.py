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
fn linear(x) => x * 2 + 1
fn square(x) => x * x
fn greet(name) => "hello " + name + "!"
fn both(name, n) => `${name} has ${n}`
fn clamp(x, low) { if x < low { return low }
  return x > 100 ? 100 : x }
fn halves(a, b) => a * b / 2.0
fn second(xs, i) => xs[i]
fn even(n) => n % 2 == 0
fn starts(s, p) => s.starts_with(p)
fn larger(a, b) => max(a, b) - 1
fn over(e, limit) { return e.amount > limit }
fn nested(x) { let y = x * 3; let z = y + x; if z > 10 { z = z - 1 } return z * z }
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


@pytest.mark.parametrize("args", [
    (2,), (2.5,), ("ab",), (2**40,), (2, 3), (0.5, 3.0), ("ab", "c"), (3, "x")])
def test_many_kinds_of_arguments_need_no_run(args, monkeypatch):
    """The entry itself answers, with limits too."""
    run = Engine(mode="closure").compile("""
        fn one(x) => `${x}:${x}`
        fn two(a, b) => `${a}` + `${b}`
        fn add(a, b) => a + b
        fn larger(a, b) => a < b ? b : a
        fn twice(x) => x + x""").run()
    judge = Engine(mode="interp").compile(
        run.program.module.source).run()
    names = ["one", "twice"] if len(args) == 1 else ["two", "add", "larger"]
    if args == (3, "x"):
        names = ["two"]
    right = {name: judge[name](*args) for name in names}
    functions = {name: run[name] for name in names}
    monkeypatch.setattr(run, "_limited", None)
    assert {name: functions[name](*args) for name in names} == right
    assert run.steps == 1


def test_entries_call_small_functions(monkeypatch):
    """With their steps, and without their errors, which the functions themselves throw."""
    source = """
        fn square(x) => x * x
        fn distance(a, b) { return square(a) + square(b) }
        fn near(a, b) { return a > b && distance(a, b) < 100 }
        fn checked(x) { try { return square(x) + 1 } catch e { return e.message } }
        fn wrong(a) { return distance(a, "x") }
        fn large(e) { return e.amount > 100 || e.user.name == "ann" }
        fn alarm(e, most) { return large(e) && has(e, "kind") && e.amount < most }
        fn tagged(e, k) { return "b" in e.tags && get(e, "no", 3) + (e["no"] || k) == 10 }
        fn rounded(x) { return round(square(x) * 1.0, 2) }
        fn recursive(n) { return n < 1 ? 0 : recursive(n - 1) }"""
    run = Engine(mode="closure").compile(source).run()
    judge = Engine(mode="interp").compile(source).run()
    event = {"amount": 500, "kind": "x", "tags": ["a", "b"], "other": [[1]]}
    cases = [("distance", (3, 4)), ("distance", (0.5, 3)), ("near", (5, 1)), ("near", (1, 5)),
             ("checked", (3,)), ("alarm", (event, 900)), ("alarm", (event, 300)),
             ("alarm", ({"amount": 4, "user": {"name": "ann"}, "kind": 1}, 9)),
             ("tagged", (event, 7)), ("rounded", (1.234,))]
    right = []
    for name, args in cases:
        right.append((judge[name](*args), judge.steps))
    for name, args in [
            ("checked", ("x",)), ("wrong", (1,)), ("recursive", (3,)), ("alarm", ({}, 3)),
            ("alarm", ({"amount": []}, 3)), ("tagged", ({"tags": [[]]}, 3)), ("large", ([],)),
            ("tagged", ({"tags": "abc"}, 7)), ("large", ({"amount": 1, "user": 3},))]:
        assert outcome(run[name], args) == outcome(judge[name], args)
        assert run.steps == judge.steps
    functions = {name: run[name] for name, _ in cases}
    monkeypatch.setattr(run, "_limited", None)
    assert [(functions[name](*args), run.steps) for name, args in cases] == right


def test_a_tight_bound_on_steps_has_no_entries():
    source = "fn f(x) => x + 1\nfn g(x) { return f(f(x)) }"
    run = Engine(mode="closure", limits=Limits(steps=2)).compile(source).run()
    assert run["f"](1) == 2
    with pytest.raises(LimitExceeded, match="step limit of 2"):
        run["g"](1)


def test_maps_are_checked_where_they_are_read(monkeypatch):
    from decimal import Decimal

    run = Engine(mode="closure").compile("""
        fn amount(e) => e.amount * 2
        fn name(e) => e.user.name + "!"
        fn has_kind(e) => "kind" in e && e["kind"] == "x"
        fn whole(e) => `${e.amount} of ${e}`""").run()
    event = {"amount": 3, "user": {"name": "ann", "id": 7}, "kind": "x"}
    for bad in (Decimal(3), object()):
        with pytest.raises(TypeError):
            run["amount"]({"amount": bad})
        with pytest.raises(TypeError):
            run["name"]({"user": {"name": bad}})
        with pytest.raises(TypeError):
            run["whole"]({"amount": 3, "other": bad})
    assert run["name"](Map(user={"name": "ann"})) == "ann!"
    assert run["whole"]({"amount": 3}) == "3 of {amount: 3}"
    functions = [run[name] for name in ("amount", "name", "has_kind")]
    monkeypatch.setattr(run, "_limited", None)
    for other in (1, [], object()):  # what is not read does not matter
        assert [f({**event, "other": other}) for f in functions] == [6, "ann!", True]


def test_integers_in_entries_grow_by_a_few_bits():
    """The documented overshoot: products with small constants; entries need a roomy bound."""
    source = "fn f(x) => x * 1000\nfn g(x, y) => x * y"
    most = 1 << 18
    run = Engine(mode="closure", limits=Limits(bits=most)).compile(source).run()
    assert run["f"](1 << most - 1).bit_length() <= most + 32
    with pytest.raises(SentraError, match="too large"):
        run["g"](1 << most - 1, 2)
    tight = Engine(mode="closure", limits=Limits(bits=100)).compile(source).run()
    with pytest.raises(SentraError, match="too large"):
        tight["f"](1 << 99)


def test_a_run_closes_its_entrance():
    """While the program runs, in whatever thread, calls of the host count in its budget."""
    engine = Engine(mode="closure")
    steps = []
    run = engine.compile("fn f(x) => x + 1\nfn g(back) { back() }").run()
    f = run["f"]

    def back():
        assert f(1) == 2
        steps.append(run.steps)

    run.call("g", back)
    assert steps == [2]
    assert run.steps == 2
    assert f(1) == 2
    assert run.steps == 1


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


@pytest.mark.parametrize("kind", ENGINES)
def test_a_name_gives_what_it_means_now(kind):
    program = ENGINES[kind]().compile(
        "fn f(x) => x + 1\nfn g(x) => x + 2\nfn swap() { f = g }\nfn forget() { f = 3 }")
    first = program["f"]
    assert (program["f"] is first, program.call("f", 1), first(1)) == (True, 2, 2)
    other = program.run()
    assert other["f"] is not first
    assert other.call("f", 1) == 2
    program.call("swap")
    assert (program["f"](1), program.call("f", 1), other.call("f", 1)) == (3, 3, 2)
    assert program["f"] is program["g"]
    program.call("forget")
    assert program["f"] == 3
    with pytest.raises(SentraError, match='no function "f"'):
        program.call("f", 1)
    with pytest.raises(KeyError):
        program["missing"]


def test_what_a_host_calls_often_is_compiled():
    """However short each call is: an entry is not for every function."""
    run = Engine(mode="auto", limits=Limits.none()).compile("""
        let calls = 0
        fn total(n) { calls = calls + 1
            let sum = 0
            for i in range(n) { sum = sum + i }
            return sum }
        fn both(n) { return total(n) + total(n) }
        fn make(k) { return fn(x) { for i in range(1) { x = x + k }
            return x } }
        let add = make(3)""").run()
    for _ in range(60):
        assert (run["both"](4), run["add"](1)) == (12, 4)
    tiers = run.hot.__self__.interpreter.machine(run.context).tiers
    compiled = [line.split(": ")[1] for line in tiers.decisions if line.endswith(": compiled")]
    assert compiled == ["function both", "function fn", "function total"]
