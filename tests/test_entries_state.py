"""Entries that read and change variables of the module: against the interpreter, and in threads."""

from __future__ import annotations

import random
import sys
import threading
from typing import Any

import pytest

from sentra import Engine, Limits, SentraError
from sentra.runtime.names import is_entry
from tests.test_entries_random import check_call

STEPS = Limits.default(steps=200_000)
LIMITS = [Limits.none(), STEPS]
SOURCE = """
let n = 0
let total = 0.5
let best = nil
let name = "a"
let on = false
let items = []
fn count() { n = n + 1
    return n }
fn add(x) { total = total + x
    return total }
fn top(x) { if best == nil || x > best { best = x
        return true }
    return false }
fn slow(x) { let before = n
    n = -1000000
    let d = down(x)
    n = before + d
    return n }
fn down(k) { return k == 0 ? 0 : 1 + down(k - 1) }
fn checked(x) { n = n + 1
    if x > 3 { throw "too large" }
    return n }
fn text(x) { name = name + x
    return len(name) }
fn over(x) { return x > n }
fn sum_up(a) { for x in a { n = n + x }
    return n }
fn fields(e) { if e.on { n = n + e.size
        on = true }
    return on }
fn keep(x) { items = x
    return len(items) }
fn ask(f) { let before = n
    let got = f()
    return [before, got, n] }
"""


def started(limits: Limits, source: str = SOURCE, mode: str = "closure") -> Any:
    return Engine(mode=mode, limits=limits).compile(source, "state.sn").run()


def test_what_the_host_calls_often_is_compiled_and_has_an_entry():
    """In the mode "auto", where the functions that capture something were made before."""
    run = started(Limits.none(), CAPTURING + SOURCE.replace("let name", "let text"), "auto")
    other = run["outer"](3)
    for k in range(60):
        assert [run["up"](), run["now"](), run["first"]({"size": k}), run["count"]()] == [
            k + 2, k + 2, k, k + 1]
        assert run["outer"](2)(k) == 2 * k
        assert other(k) == 3 * k
        assert run["inner"](k) == k - 1
    later = run["outer"](5)
    for k in range(60):
        assert later(k) == k * 5
    left = count_left(run)
    assert [run["up"](), run["now"](), run["first"]({"size": 9}), run["count"](), run["inner"](3),
            other(2), later(2)] == [62, 62, 9, 61, 2, 6, 10]
    assert left == []
    assert is_entry(run["outer"](7).__code__)


@pytest.mark.parametrize("mode", ["closure", "auto"])
def test_a_closed_engine_refuses_them_all(mode):
    run = started(Limits.none(), CAPTURING, mode)
    functions = [(run["up"], ()), (run["first"], ({"size": 1},)), (run["outer"](2), (3,))]
    for _ in range(60):
        for function, args in functions:
            function(*args)
    run.engine.close()
    for function, args in functions:
        with pytest.raises(RuntimeError, match="closed"):
            function(*args)


def count_left(run: Any) -> list[Any]:
    """What entries leave to their functions from now on, as it comes."""
    left: list[Any] = []
    enter = run.namespace["_enter"]

    def noted(target: Any, *args: Any) -> Any:
        left.append(args)
        return enter(target, *args)

    run.namespace["_enter"] = noted
    return left


@pytest.mark.parametrize("limits", LIMITS)
def test_entries_serve_what_changes_variables(limits):
    run = started(limits)
    assert run["count"]() == 1
    left = count_left(run)
    assert [run["count"](), run["count"](), run["add"](2), run["add"](0.25)] == [2, 3, 2.5, 2.75]
    assert run["over"](2) is False
    assert run["sum_up"]([1, 2]) == 6
    assert run["fields"]({"on": True, "size": 4}) is True
    assert run["checked"](1) == 11
    assert (run["n"], run["total"], run["on"], left) == (11, 2.75, True, [])


@pytest.mark.parametrize("limits", LIMITS)
def test_what_fails_leaves_nothing_and_is_done_once(limits):
    run = started(limits)
    with pytest.raises(SentraError, match="too large"):
        run["checked"](9)
    assert run["n"] == 1
    with pytest.raises(SentraError, match="cannot add"):
        run["add"](None)
    assert run["total"] == 0.5
    assert [run["keep"]([1, 2]), run["keep"]([]), run["top"](3), run["top"](2)] == [
        2, 0, True, False]
    assert run["best"] == 3


def test_long_texts_are_kept_by_the_function_itself():
    run = started(Limits.default(string=160_000))
    assert run["text"]("b") == 2
    left = count_left(run)
    for k in range(15):
        assert run["text"]("b" * 10_000) == 10_000 * (k + 1) + 2
    assert len(left) == 9
    with pytest.raises(SentraError, match="string too large"):
        run["text"]("b" * 10_000)
    assert len(run["name"]) == 150_002


@pytest.mark.parametrize("limits", LIMITS)
def test_a_variable_without_a_value_is_the_usual_error(limits):
    said = []
    for mode in ("closure", "interp"):
        engine = Engine(mode=mode, limits=limits)
        calls = []
        program = engine.compile("fn get() { return n }\nfn set(x) { n = x\n return n }\n"
                                 "keep(get, set)\nthrow \"early\"\nlet n = 1")
        with pytest.raises(SentraError, match="early"):
            program.run(keep=lambda *functions, kept=calls: kept.extend(functions))
        for function, args in ((calls[0], ()), (calls[1], (2,)), (calls[0], ())):
            try:
                said.append((mode, function(*args)))
            except SentraError as error:
                said.append((mode, error.message, error.line))
    assert [each[1:] for each in said[:3]] == [each[1:] for each in said[3:]]


def test_calls_of_the_host_within_a_call_see_what_it_has_done():
    run = started(STEPS)
    run["count"]()
    assert run["ask"](run["count"]) == [1, 2, 2]
    assert run["ask"](lambda: run["over"](2)) == [2, False, 2]


CAPTURING = """
fn pair(start) { let n = start
    return {up: fn(k = 1) { n = n + k
        return n }, now: fn() => n, top: fn(f) { n = f(n)
        return n }} }
let one = pair(1)
let up = one.up
let now = one.now
let top = one.top
let other = pair(0.5).up
let first = fn(e) => e.size
let late = fn() => after
let after = 3
fn each(f) { let out = []
    for i in range(3) { let k = i * 10
        push(out, fn(x) { k = k + x
            return k + i }) }
    for g in out { f(g) } }
fn outer(a) { fn inner(x) { return x * a }
    return inner }
fn inner(x) => x - 1
"""


@pytest.mark.parametrize("limits", LIMITS)
def test_entries_of_functions_inside_others(limits):
    run = started(limits, CAPTURING)
    names = ["up", "now", "other", "first", "late"]
    assert all(is_entry(run[name].__code__) for name in names)
    left = count_left(run)
    assert [run["up"](), run["up"](2), run["now"](), run["other"](), run["now"]()] == [
        2, 4, 4, 1.5, 4]
    assert [run["first"]({"size": 2}), run["late"]()] == [2, 3]
    assert left == []
    assert run["top"](lambda n: run["now"]() + run["up"](n)) == 12
    kept: list[Any] = []
    run["each"](kept.append)
    assert [f(1) for f in kept] + [f(2) for f in kept] == [1, 12, 23, 3, 14, 25]
    twice, thrice = run["outer"](2), run["outer"](3)
    assert [twice(4), thrice(4), twice.__name__, repr(run["up"])] == [
        8, 12, "inner", repr(run["up"])]
    assert len({id(f.__code__) for f in kept}) == 1
    with pytest.raises(SentraError, match="cannot multiply") as caught:
        twice(None)
    assert caught.value.stack == ["inner (state.sn:19)"]


def test_what_has_no_value_yet_is_the_usual_error():
    for mode in ("closure", "interp"):
        kept: list[Any] = []
        program = Engine(mode=mode).compile(
            "let f = fn() => later\nkeep(f)\nthrow \"early\"\nlet later = 1")
        with pytest.raises(SentraError, match="early"):
            program.run(keep=kept.append)
        with pytest.raises(SentraError, match="later"):
            kept[0]()


@pytest.fixture
def busy_threads():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("limits", LIMITS)
def test_no_change_of_another_thread_is_lost(limits, busy_threads):
    """Neither between entries nor between these and functions that have none."""
    run = started(limits)
    run["count"]()
    wrong, together = [], threading.Barrier(5)

    def work(calls: int, name: str, *args: Any) -> None:
        function, last = run[name], 0
        together.wait()
        for _ in range(calls):
            now = function(*args)
            if now is True or (now is not False and now <= last):
                wrong.append((name, last, now))
            last = now

    threads = [threading.Thread(target=work, args=each) for each in (
        (400, "slow", 30), (4000, "count"), (4000, "count"), (4000, "sum_up", [1]),
        (4000, "over", 0))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (run["n"], wrong) == (1 + 4000 * 3 + 400 * 30, [])


LINES = ["n = n + {x}", "n = n - {x}", "n = {x}", "t = t + {x}", "t = {x}", "b = !b", "n += 1",
         "if n > {x} {{ t = n }}", "if t == nil {{ t = 0 }}", "s = s + {x}", "t = n",
         "if {x} > n {{ n = {x}\n return n }}", "for k in range({x} % 9) {{ n = n + k }}",
         "if n > 1000 {{ n = 0 }}", "s = `${{n}}`", "if {x} == 7 {{ throw \"seven\" }}",
         "t = [n, {x}]", "n = n * 3 % 1009", "t = twice({x})", "n = g[0] + n",
         "try {{ n = n + {x} }} catch e {{ n = 0 }}", "if b {{ return t }}",
         "n = twice(n) % 501", "t = {x} ? n : s", "let q = n\n n = q + {x}"]
HEAD = """let n = 0
let t = nil
let s = ""
let b = false
let g = [1, 2]
fn twice(x) { return x * 2 }
"""


def function(pick: random.Random, number: int, head: str = "") -> str:
    """A function that changes variables: with a `head` captured ones, which ``look`` gives."""
    lines = [pick.choice(LINES).format(x=pick.choice(["x", "x", "y", "2", "x.k"]))
             for _ in range(pick.randrange(1, 4))]
    result = pick.choice(["n", "t", "s", "b", "[n, t]", "n > 5", "len(s)"])
    body = "(x, y = 1) {\n  " + "\n  ".join([*lines, f"return {result}"]) + "\n}"
    if not head:
        return f"fn f{number}{body}"
    return (f"fn make{number}(n, t, s, b) {{\n"
            f"return {{call: fn{body}, look: fn() => [n, t, s, b]}} }}"
            f"\nlet made{number} = make{number}({head})\nlet f{number} = made{number}.call"
            f"\nlet look{number} = made{number}.look")


def check(seed: int, head: str, count: int = 20, calls: int = 240) -> None:
    """Calls of random functions give what they give on the interpreter, and leave the same."""
    pick = random.Random(seed)
    made = [function(pick, number, head) for number in range(count)]
    source = HEAD + "\n".join(made)
    judge = started(STEPS, source, "interp")
    runs = {"metered": started(STEPS, source), "production": started(Limits.none(), source)}
    for _ in range(calls):
        number = pick.randrange(count)
        args = [pick.choice([1, 2, 3, 7, 0, -1, 0.5, "a", "bc", {"k": 2}, None, True, [1], 1 << 70])
                for _ in range(pick.choice([1, 1, 2]))]
        check_call(judge, runs, f"f{number}", tuple(args), made[number])
        for run in runs.values():
            look = f"look{number}"
            assert run[look]() == judge[look]() if head else (
                [run[name] for name in "ntsb"] == [judge[name] for name in "ntsb"]), made[number]
    assert sum(is_entry(runs["metered"][f"f{n}"].__code__) for n in range(count)) > 12


@pytest.mark.parametrize("head", ["", "0, nil, \"\", false", "1.5, 2, \"a\", nil"])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_as_on_the_interpreter(seed, head):
    check(seed, head)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("source", [
    "let n = 0\nfn f(a) { try { return a + 1 } catch e { n = n + 1 }\nreturn n }\nfn seen() => n",
    "fn make() { let n = 0\nreturn [fn(a) { try { return a + 1 } catch e { n = n + 1 }\nreturn n },"
    "fn() => n] }\nlet made = make()\nlet f = made[0]\nlet seen = made[1]"])
def test_handlers_may_set_variables(limits, source):
    run = started(limits, source)
    assert [run["f"](1), run["f"](None), run["f"]("a"), run["f"](None)] == [2, 1, "a1", 2]
    assert run["seen"]() == 2
    assert run.steps == 1 or not limits.metered


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("effect", ["", "m.k = n\n", "push(a, n)\n"])
def test_what_is_tried_with_other_types_counts_once(limits, effect):
    """A body for numbers that gives up has changed its copies."""
    run = started(limits, f"let n = 0\nlet m = {{}}\nlet a = []\nfn f(e) {{ n = n + 1\n{effect}"
                          "return e.n > 2 }\nfn seen() => [n, len(a)]")
    assert [run["f"]({"n": value}) for value in (5, True, False, 1)] == [True, False, False, False]
    assert run["seen"]() == [4, 4 if "push" in effect else 0]
