"""Entries that change arrays and maps of the module: against the interpreter, and in threads."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest

from sentra import Limits, SentraError
from sentra.embedding.functions import LEAST_BITS
from sentra.embedding.waiting import ENTERING
from sentra.runtime.names import is_entry
from tests.test_entries_random import check_call
from tests.test_entries_state import LIMITS, STEPS, busy_threads, count_left, started

__all__ = ["busy_threads"]
OF_CONTAINERS = [
    "m[{x}] = {y}", "m.k = m.k + 1", "m.k = {y}", "push(a, {x})", "a.push({x})", "pop(a)",
    "if len(a) > 4 {{ pop(a) }}", "m[{x}] = get(m, {x}, 0) + {y}",
    "if {x} in m {{ return m[{x}] }}",
    "let t = len(a)\n if t > 6 {{ pop(a)\n pop(a) }}", "m[{x}] = a[0]", "push(a, m[{x}])",
    "if {x} == 7 {{ throw \"seven\" }}", "m[{x}] = -{y}",
    "try {{ push(a, {x} + 1) }} catch e {{ }}",
    "m[{x}] = len(m)", "push(a, {y} * 2)", "m[str({x})] = twice({y})", "m.e = {x}.k",
    "n = n + {y}", "n = len(a) + n", "if n > 50 {{ n = 0\n pop(a) }}", "m[{x}] = n", "n = m.k",
    "if a[0] == {x} {{ pop(a) }}", "push(a, [{x}])", "m[{x}] = {{n: {y}}}"]


def of_containers(pick: random.Random) -> str:
    lines = [pick.choice(OF_CONTAINERS).format(x=pick.choice(["x", "x", "y", "2", "\"k\"", "x.k"]),
                                               y=pick.choice(["x", "y", "1", "x.k"]))
             for _ in range(pick.randrange(1, 4))]
    result = pick.choice(["len(a)", "m[x]", "m.k", "a[0]", "nil", "len(m) + y", "x", "y - 1", "n"])
    return "fn{}(x, y = 1) {{\n  " + "\n  ".join([*lines, f"return {result}"]).replace(
        "{", "{{").replace("}", "}}") + "\n}}"


def check_containers(seed: int, captured: bool, count: int = 20, calls: int = 240) -> None:
    """Calls of random functions that share a map, an array and a number."""
    pick = random.Random(seed)
    made = [of_containers(pick) for _ in range(count)]
    state = "let m = {k: 1}\nlet a = [1]\nlet n = 0\n"
    looks = "fn look() => [m, a, n]\n"
    if captured:
        inside = ",\n".join([f"f{k}: " + text.format("") for k, text in enumerate(made)])
        source = (f"fn twice(x) {{ return x * 2 }}\nfn make() {{ {state}\nreturn {{{inside},\n"
                  "look: fn() => [m, a, n]} }\nlet made = make()\nlet look = made.look\n"
                  + "\n".join([f"let f{k} = made.f{k}" for k in range(count)]))
    else:
        source = state + looks + "fn twice(x) { return x * 2 }\n" + "\n".join([
            text.format(f" f{k}") for k, text in enumerate(made)])
    judge = started(STEPS, source, "interp")
    runs = {"metered": started(STEPS, source), "production": started(Limits.none(), source)}
    for _ in range(calls):
        number = pick.randrange(count)
        args = [pick.choice([1, 2, 3, 7, 0, -1, 0.5, "a", "k", {"k": 2}, {"k": [1]}, None, True,
                             [1], 1 << 70]) for _ in range(pick.choice([1, 1, 2]))]
        check_call(judge, runs, f"f{number}", tuple(args), made[number])
        for run in runs.values():
            assert repr(run["look"]()) == repr(judge["look"]()), (made[number], args)
    assert sum(is_entry(runs["metered"][f"f{n}"].__code__) for n in range(count)) > 7


@pytest.mark.parametrize("captured", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_containers_are_as_on_the_interpreter(seed, captured):
    check_containers(seed, captured)


COUNTING = """
let counts = {}
let log_ = []
fn hit(key) { counts[key] = get(counts, key, 0) + 1
    return counts[key] }
fn note(x) { push(log_, x)
    if len(log_) > 5 { pop(log_) }
    return len(log_) }
fn wrong(x) { counts.lost = 1
    push(log_, x)
    return x.missing.key }
fn slow(key) { let before = get(counts, key, 0)
    counts[key] = -1000000
    let d = down(30)
    counts[key] = before + d
    return counts[key] }
let n = 0
fn both(x) { n = n + 1
    push(log_, x)
    return n }
fn count(x) { n = n + x
    return n }
fn down(k) { return k == 0 ? 0 : 1 + down(k - 1) }
"""


@pytest.mark.parametrize("limits", LIMITS)
def test_entries_serve_what_changes_containers(limits):
    run = started(limits, COUNTING)
    run["hit"]("a")
    left = count_left(run)
    assert [run["hit"]("a"), run["hit"](2), run["note"]("x"), run["note"](1)] == [2, 1, 1, 2]
    assert [run["note"](k) for k in range(5)] == [3, 4, 5, 5, 5]
    assert (run["counts"], run["log_"], left) == ({"a": 2, 2: 1}, ["x", 1, 0, 1, 2], [])
    assert run._turn.owner is None
    before = list(run["counts"].items())
    with pytest.raises(SentraError, match="cannot index nil"):
        run["wrong"]({})
    assert list(run["counts"].items()) == [*before, ("lost", 1)]
    assert run["log_"] == ["x", 1, 0, 1, 2, {}]
    assert run._turn.owner is None


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize(("works", "left"), [
    ([(400, "slow", "k"), (4000, "hit", "k"), (4000, "hit", "k"), (4000, "note", 1)],
     ({"k": 8000 + 400 * 30}, 5, 0)),
    ([(4000, "both", 1), (4000, "count", 1), (4000, "count", 1), (4000, "both", 1)],
     ({}, 8000, 16000))])
def test_no_change_of_a_container_is_lost(limits, works, left, busy_threads):
    run = started(limits, COUNTING)
    wrong, together = [], threading.Barrier(4)

    def work(calls: int, name: str, *args: Any) -> None:
        function, last = run[name], 0
        together.wait()
        for _ in range(calls):
            now = function(*args)
            if now <= last and name != "note":
                wrong.append((name, last, now))
            last = now

    threads = [threading.Thread(target=work, args=each) for each in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (run["counts"], len(run["log_"]), run["n"], wrong) == (*left, [])
    assert run._turn.owner is None


def test_a_call_from_within_an_entry_is_refused_in_the_end():
    """A finalizer, say, that runs in the midst of one and calls the program."""
    run = started(Limits.default(time=0.3), COUNTING)
    run._turn.owner = ENTERING
    with pytest.raises(SentraError, match="waits for a function of the host"):
        run["hit"]("a")
    run._turn.owner = None
    assert run["hit"]("a") == 1


def test_an_array_that_is_full_is_the_usual_error():
    run = started(Limits.default(array=3), "let a = []\nfn f(x) { push(a, x)\n return len(a) }")
    assert [run["f"](k) for k in range(3)] == [1, 2, 3]
    with pytest.raises(SentraError, match="array too large"):
        run["f"](4)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("body", [
    "m[k] = 1\n k = k + 1\n m[k] = 2", "m[n] = 1\n n = n + 1\n m[n] = 2\n n = n + k",
    "let j = k\n m[j] = 1\n j = k + 1\n m[j] = 2", "m[k] = 1\n m = o\n m[k] = 2",
    "o.k = 1\n m[k] = 2\n m = o\n n = 7"])
def test_what_is_taken_back_is_what_was_changed(limits, body):
    source = (f"let m = {{}}\nlet o = {{}}\nlet n = 0\nfn f(k, d) {{ {body}\n return 10 / d }}\n"
              "fn look() => [m, o, n]")
    judge, run = started(STEPS, source, "interp"), started(limits, source)
    for args in [(1, 1), (1, 0), (4, 0), (4, "x"), (2, 1), (5, None)]:
        check_call(judge, {"production": run}, "f", args, body)
        assert run["look"]() == judge["look"]()


GROWING = """
let n = 1
let m = {k: 1}
fn times(x) { return x * 4294967295 }
fn direct() { n = n * 4294967295
    return 0 }
fn called() { n = times(n)
    return 0 }
fn in_map() { m.k = m.k * 4294967295
    return 0 }
fn make() { let n = 1
    return fn() { n = n * 4294967295
        return 0 } }
let captured = make()
"""


@pytest.mark.parametrize("name", ["direct", "called", "in_map", "captured"])
def test_integers_that_grow_from_call_to_call_are_limited(name):
    limits = Limits.default(bits=LEAST_BITS)
    for mode in ("interp", "closure"):
        call = started(limits, GROWING, mode)[name]
        assert mode == "interp" or is_entry(call.__code__)
        for _ in range(LEAST_BITS // 32):
            call()
        with pytest.raises(SentraError, match="integer too large"):
            call()


LOOKING = """
let n = 0
let m = {a: 0, b: 0}
let items = [1, 2]
fn same(x) { return x }
fn both(x) { m.a = m.a + 1
    m.b = m.b + same(1)
    return m.b }
fn apart() { return m.a - m.b }
fn one(k) { return m[k] }
fn sizes() { return len(items) - len(m) }
fn all() { let s = 0
    for x in items { s = s + x }
    return s }
fn kept() { n = n + m.a
    return n }
fn called() { return same(m.a) }
"""


@pytest.mark.parametrize("limits", [Limits(time=0.3), Limits.default(time=0.3)])
@pytest.mark.parametrize(("name", "args"), [
    ("apart", ()), ("one", ("a",)), ("sizes", ()), ("all", ()), ("kept", ()), ("called", ())])
def test_what_looks_into_containers_does_so_between_the_calls_of_others(limits, name, args):
    run = started(limits, LOOKING)
    assert is_entry(run[name].__code__)
    before = run[name](*args)
    left = count_left(run)
    assert (run[name](*args), left) == (before, [])
    run._turn.owner = ENTERING
    with pytest.raises(SentraError, match="waits for a function of the host"):
        run[name](*args)
    run._turn.owner = None
    assert run[name](*args) == before


@pytest.mark.parametrize("limits", LIMITS)
def test_no_call_is_seen_in_its_midst(limits, busy_threads):
    run = started(limits, LOOKING)
    seen, done = [run["apart"]()], []

    def work():
        for _ in range(20_000):
            run["both"](1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    while not done:
        seen.append(run["apart"]())
    thread.join(60)
    assert set(seen) == {0}
