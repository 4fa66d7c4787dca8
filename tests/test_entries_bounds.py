"""What an entry does is bounded, whatever its arguments are: limits hold there as elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from sentra import Engine, LimitExceeded, Limits, SentraError
from sentra.runtime.names import is_entry
from tests.test_entries_random import outcome
from tests.test_entries_state import count_left

PRODUCTION = Limits(time=0.2)
METERED = Limits.default(time=0.2)
STEPS = Limits.default(steps=200_000)


def function(source: str, limits: Limits):
    run = Engine(mode="closure", limits=limits).compile(source).run()
    assert is_entry(run["f"].__code__)
    return run["f"]


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize("loop", [
    "while true { i = i + 1 }", "while i >= 0 { i = i + 1 }",
    "for k in range(900) { for j in range(900) { i = i + k * j }\n while true { i = i - 1 } }"])
def test_a_loop_without_end_is_stopped(limits, loop):
    call = function(f"fn f(i) {{ {loop}\n return i }}", limits)
    for _ in range(2):
        with pytest.raises(LimitExceeded, match="time limit"):
            call(1)


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize("operation", ["BIG % OTHER", "(BIG % OTHER) * BIG", "BIG * OTHER"])
def test_operations_on_huge_integers_are_interrupted(limits, operation):
    """In an entry nothing could stop them."""
    call = function(
        "let BIG = shl(1, 900000) - 1\nlet OTHER = shl(1, 450000) - 77\n"
        f"fn f(x) {{ return {' + '.join([f'({operation} + x)'] * 8)} }}", limits)
    with pytest.raises((LimitExceeded, SentraError), match=r"time limit|too large"):
        call(1)


def test_products_in_loops_do_not_grow_without_a_guard():
    call = function("fn f(x) { for i in range(900) { x = x * x }\n return 1 }", PRODUCTION)
    with pytest.raises(LimitExceeded, match="time limit"):
        call(3)
    assert call(1) == call(0) == 1


@pytest.mark.parametrize("start", ["\"x\"", "[1]", "1"])
def test_values_in_loops_do_not_grow_without_a_guard(start):
    source = f"fn f(n) {{ let s = {start}\n for i in range(n) {{ s = s + s }}\n return type(s) }}"
    found = []
    for mode in ("closure", "interp"):
        run = Engine(mode=mode).compile(source).run()
        try:
            found.append([run["f"](3), run["f"](40)])
        except SentraError as error:
            found.append(error.message)
    assert found[0] == found[1]


@pytest.mark.parametrize("source", [
    "fn double(s) { return s + s }\nfn first(s) { return double(s) }\n"
    "fn f(s) { for i in range(40) { s = double(s) }\n return len(s) }",
    "fn grow(s, n) { return n == 0 ? len(s) : grow(s + s, n - 1) }\nfn f(s) => grow(s, 40)"])
def test_nor_in_what_is_called_and_in_what_calls_itself(source):
    """What an entry without loops calls is made apart from what one with loops calls."""
    run = Engine(mode="closure", limits=Limits(time=0.2, string=1 << 20)).compile(source).run()
    with pytest.raises(SentraError, match="string too large"):
        run["f"]("x")
    run = Engine(mode="closure", limits=PRODUCTION).compile(source).run()
    entered = []
    enter = run["f"].__globals__["_enter"]
    run.namespace["_enter"] = lambda *args: entered.append(args) or "left"
    assert run["f"]("x") == "left"
    run.namespace["_enter"] = enter


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_tight_limits_on_sizes_hold(mode):
    run = Engine(mode=mode, limits=Limits.default(string=1000, array=500)).compile("""
        fn text(n) { let s = ""
            for i in range(n) { s = s + "xx" }
            return len(s) }
        fn array(n) { let a = []
            for i in range(n) { push(a, i) }
            return len(a) }
        fn again(s, n) { return n == 0 ? len(s) : again(s + "xx", n - 1) }
        fn replaced(s) { return len(replace(s, "a", "bbb")) }
        fn parts(s) { return len(split(s, ",")) }""").run()
    assert [run["text"](9), run["array"](9), run["again"]("", 9), run["replaced"]("aa"),
            run["parts"]("a,b")] == [18, 9, 18, 6, 2]
    for name, args in (("text", (800,)), ("array", (800,)), ("again", ("", 600)),
                       ("replaced", ("a" * 600,)), ("parts", ("," * 600,))):
        with pytest.raises(SentraError, match="too large"):
            run[name](*args)


RECURSIVE = """
fn fib(n) { if n < 2 { return n }
    return fib(n - 1) + fib(n - 2) }
fn fact(n) { return n < 2 ? 1 : n * fact(n - 1) }
fn gcd(a, b) { return b == 0 ? a : gcd(b, a % b) }
fn turned(s) { if len(s) < 2 { return s }
    return turned(substring(s, 1, len(s))) + s[0] }
fn down(n) { if n == -3 { throw "low" }
    return n <= 0 ? 0 : one() + down(n - one()) }
fn one() => 1
fn mixed(x) { if type(x) == "string" { return len(x) }
    return mixed(str(x)) + 0.5 }
fn total(a, i) { return i >= len(a) ? 0 : a[i] + total(a, i + 1) }
fn endless(n) { return endless(n + 1) }
"""


@pytest.mark.parametrize("limits", [Limits.none(), Limits.default(steps=150_000)])
def test_functions_that_call_themselves(limits):
    calls: list[Any] = [
             ("fib", 0), ("fib", 7), ("fib", 14), ("fib", 2.5), ("fib", "a"), ("fact", 20),
             ("fact", 30), ("fact", 170.0), ("fact", 400), ("gcd", 48, 18), ("gcd", 7.5, 2),
             ("gcd", 1, None), ("turned", "abc"), ("turned", "ab" * 200), ("turned", [1, 2]),
             ("down", 9), ("down", 190), ("down", 400), ("down", -3), ("mixed", 12),
             ("mixed", None), ("mixed", "abc"), ("total", [1, 2.5, 3], 0),
             ("total", list(range(300)), 1), ("total", [1, None], 0), ("endless", 1)]
    runs = [Engine(mode=mode, limits=limits).compile(RECURSIVE, "r.sn").run()
            for mode in ("interp", "closure")]
    for name, *args in calls:
        found = []
        for run in runs:
            try:
                found.append((repr(run[name](*args)), run.steps if limits.steps else 0))
            except (SentraError, LimitExceeded) as error:
                found.append(str(error))
        assert found[0] == found[1], (name, args)
    run = runs[1]
    assert all(is_entry(run[name].__code__) for name in ("fib", "fact", "gcd", "turned", "down"))


def test_steps_in_loops_count():
    source = "fn f(n) { let t = 0\n for i in range(n) { t = t + i }\n return t }"
    for steps in (700, 500_000):
        run = Engine(mode="closure", limits=Limits.default(steps=steps)).compile(source).run()
        for n in (0, 5, 600):
            assert run["f"](n) == sum(range(n))
            assert run.steps == n + 1
        with pytest.raises(LimitExceeded, match=f"step limit of {steps}"):
            run["f"](600_000)


def test_a_loop_that_is_left_counts_what_it_took():
    run = Engine(mode="closure").compile("""
        fn f(a, x) {
            for i, v in a { if v == x { return i } }
            return -1 }""").run()
    steps = []
    for x in (4, 6, 9):
        run["f"]([4, 5, 6], x)
        steps.append(run.steps)
    assert steps == [1, 3, 4]


def test_what_is_not_read_is_not_looked_at_and_what_is_read_is():
    run = Engine(mode="closure").compile("""
        fn f(e) { let s = 0
            for item in e.items { s = s + item.price }
            return s }""").run()
    other = object()
    assert run["f"]({"items": [{"price": 1}, {"price": 2.5}]}) == 3.5
    assert run["f"]({"items": [{"price": 1, "other": other}], "other": other}) == 1
    for wrong in ([{"price": other}], [{"price": 1}, other], [other], other):
        with pytest.raises(TypeError, match="cannot pass object"):
            run["f"]({"items": wrong})
    with pytest.raises(SentraError, match="cannot add"):
        run["f"]({"items": [{"price": None}]})


def test_arguments_are_never_changed_by_what_is_tried():
    """What an entry gives up, its function does again."""
    run = Engine(mode="closure").compile("""
        fn f(a, n) { let out = []
            for x in a { push(out, x)
                if x == n { push(a, "seen")
                    return out } }
            return out }
        fn g(a) { let out = [a[0]]
            out[0] = 7
            for x in a { push(out, x + 1) }
            return out }""").run()
    array = [1, 2, 3]
    assert run["f"](array, 2) == [1, 2]
    assert array == [1, 2, 3, "seen"]
    assert run["g"]([1, 2]) == [7, 2, 3]
    with pytest.raises(SentraError):
        run["g"]([1, None])


@pytest.mark.parametrize("limits", [Limits.none(), STEPS])
@pytest.mark.parametrize(("source", "calls"), [
    ("fn f(n) { let s = 0\n while n > 0 { s += n\n n -= 1 }\n return s }", [[10], [5000]]),
    ("fn f(k, d) { k = k + 1\n if d == 0 { throw str(k) }\n return k + d }", [[1, 2], [1, 0]]),
    ("fn f(a, k = 2) { k = k * len(a)\n for x in a { k += x.v }\n return k }", [
        [[{"v": 1}]], [[{"v": 1}, {"v": 2.5}]], [[{"v": 1}, {"v": [2]}], 3], [[{"v": 1}] * 1100]]),
    ("fn f(m, k) { k = k + 1\n return m.a + m.b * k }", [
        [{"a": 1, "b": 2}, 1], [{"a": 1, "b": "x"}, 1], [{"a": 1, "b": []}, 1]])])
def test_what_is_left_to_the_function_gets_the_arguments_as_they_were(limits, source, calls):
    judge = Engine(mode="interp", limits=STEPS).compile(source).run()
    run = Engine(mode="closure", limits=limits).compile(source).run()
    assert is_entry(run["f"].__code__)
    for args in calls:
        assert outcome(run["f"], tuple(args)) == outcome(judge["f"], tuple(args))


HUGE = 1 << 12_000
LONG = "x" * 70_000
MANY = list(range(5000))


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize(("body", "small", "large"), [
    ("for i in range(50) { n = n + len(x.upper()) }", "abc", LONG),
    ("for i in range(50) { if is_alpha(x) { n = n + 1 } }", "abc", LONG),
    ("for i in range(50) { if contains(x, `${i}`) { n = n + 1 } }", "abc", LONG),
    ("for i in range(50) { n = n + min(x) }", [1, 2], MANY),
    ("for i in range(50) { n = n + sum(x) }", [1, 2], MANY),
    ("for i in range(50) { n = n + x % 7 }", 12, HUGE),
    ("for i in range(50) { if x > i { n = n + 1 } }", 12, HUGE),
    ("for i in range(50) { total = total + x }", 12, HUGE),
    ("return x == nil ? 0 : len(upper(x)) + len(lower(x)) + len(trim(x)) + len(upper(x))", "abc",
     LONG),
    ("return down(x, 20)", "abc", LONG)])
def test_what_does_a_lot_with_its_arguments_takes_no_large_ones(limits, body, small, large):
    """An entry has no guard: the function itself is interrupted in time."""
    source = ("let total = 0\nfn down(x, k) { return k == 0 ? 0 : len(upper(x)) + down(x, k - 1) }"
              f"\nfn f(x) {{ let n = 0\n {body}\n return n }}")
    run = Engine(mode="closure", limits=limits).compile(source).run()
    assert is_entry(run["f"].__code__)
    left = count_left(run)
    run["f"](small)
    assert left == []
    run["f"](large)
    assert left == [(large,)]


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
def test_large_containers_that_are_only_looked_into_are_no_matter(limits):
    run = Engine(mode="closure", limits=limits).compile(
        "fn f(a, m) { let n = 0\n for i in range(9) { n = n + a[i] + m.k }\n return n }").run()
    assert is_entry(run["f"].__code__)
    left = count_left(run)
    assert run["f"](MANY, {**dict.fromkeys(map(str, MANY), 1), "k": 2}) == 54
    assert left == []


def test_what_production_code_keeps_does_not_grow_from_call_to_call():
    run = Engine(mode="closure", limits=Limits(time=0.1)).compile(
        "let s = 3\nfn f() { s = s * s\n return 1 }").run()
    assert is_entry(run["f"].__code__)

    def grow() -> None:
        for _ in range(27):  # the last would take some seconds
            run["f"]()

    with pytest.raises(LimitExceeded, match="time limit"):
        grow()


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize("body", ["str(x)", "`a${x}`", "\"a\" + x", "str([x, 1])"])
def test_texts_of_what_is_large_are_made_by_the_function_itself(limits, body):
    """It has the guard, and the limits: an entry made them without."""
    source = f"fn f(x) {{ return {body} }}"
    judge = Engine(mode="interp", limits=limits).compile(source).run()
    run = Engine(mode="closure", limits=limits).compile(source).run()
    assert is_entry(run["f"].__code__)
    left = count_left(run)
    small = [7, -2.5, "x", None, [1, "a", 10**700], {"k": 1, 2: None}]
    for each in small:
        assert outcome(run["f"], (each,)) == outcome(judge["f"], (each,))
    assert len(left) <= (2 if "[x" in body else 0)  # of arrays in arrays
    left.clear()
    large = [1 << 30_000, [1 << 30_000], {"k": "x" * 5000}, list(range(300))]
    for each in large:
        assert outcome(run["f"], (each,)) == outcome(judge["f"], (each,))
    assert left == [(each,) for each in large]
