"""Entries that change what they are given: against the interpreter, and what they cost nobody."""

from __future__ import annotations

import copy
import random
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import pytest

import sentra
from sentra import Engine, Limits, SentraError
from sentra.runtime.soon import put_back, take_back
from sentra.runtime.values import MISSING
from tests.test_entries_random import outcome
from tests.test_entries_state import LIMITS, STEPS, count_left

CHANGES = [
    "e.n = e.n + 1", "e.n = {x}", "e.flag = true", "e[\"s\"] = `${{e.s}}!`", "push(a, {x})",
    "a.push({x})", "pop(a)", "e.n = len(a)", "if {x} > 2 {{ e.flag = false }}", "e.d.k = {x}",
    "e.n = -{x}", "push(a, a[0])", "if len(a) > 3 {{ pop(a) }}", "e.d = {x}", "d.n = e.n",
    "d.n = d.n + e.n", "e.n = d.n * 2", "e.s = \"x\"", "e.s = e.s + e.s", "push(a, e.n)",
    "if e.n == 7 {{ throw \"seven\" }}", "try {{ e.n = e.n + 1 }} catch err {{ }}",
    "e.n = count(m)", "m.n = e.n", "total = total + {x}", "e.t = total", "e.n = e.missing",
    "push(a, {x} * {x})", "let t = e.n\n  e.n = {x}\n  e.old = t", "e.n = max(e.n, {x})",
    "if \"n\" in e {{ e.n = 0 }}", "e.n = get(e, \"n\", 0) + 1", "e[{x}] = 1", "a[0] = {x}",
    "push(a, e)", "e.list = [1]", "delete(e, \"n\")", "push(e.list, 1)"]
RESULTS = ["e", "a", "e.n", "len(a)", "nil", "x", "e.n + x", "[e.n]", "d.n", "e == d"]
HELPERS = "let m = {n: 1}\nlet total = 0\nfn count(v) { return len(v) }\nfn shared() => m\n"
VALUES = [1, 2, 7, -3, 0.5, "a", None, True, 1 << 70, [1], {"k": 1}]


def function(pick: random.Random, number: int) -> str:
    lines = [pick.choice(CHANGES).format(x=pick.choice(["x", "x", "1", "e.n"]))
             for _ in range(pick.randrange(1, 4))]
    body = "\n  ".join([*lines, f"return {pick.choice(RESULTS)}"])
    return f"fn f{number}(e, a, d, x) {{\n  {body}\n}}"


def arguments(pick: random.Random, run: sentra.Run, number: int) -> list[Any]:
    """The same for every run but for their identity; the map of the module is its own."""
    e: Any = {"n": pick.choice([1, 2, 2.5, "t", 7]), "s": "s", "d": {"k": 2}, "list": []}
    if number % 3 == 0:
        del e["n"]
    a: Any = [pick.choice([1, 2, "b"]) for _ in range(pick.randrange(4))]
    d: Any = [{"n": 5}, e, e, run["shared"]()][number % 4]
    if number % 7 == 0:
        a = [e]
    if number % 11 == 0:
        e = pick.choice([d, a, "text", 5, None])
    return [e, a, d, copy.deepcopy(pick.choice(VALUES))]


def check(seed: int, functions: int = 20, calls: int = 14) -> int:
    """How many of the functions have entries; what they leave in arguments and in the module, what
    they give, and the steps are the interpreter's.
    """
    pick = random.Random(seed)
    source = HELPERS + "\n".join([function(pick, number) for number in range(functions)])
    runs = [Engine(mode=mode, limits=limits).compile(source, "changes.sn").run()
            for mode, limits in (("interp", STEPS), ("closure", STEPS), ("closure", Limits.none()))]
    for call in range(functions * calls):
        name, found = f"f{call % functions}", []
        seeded = pick.random()
        for run in runs:
            args = arguments(random.Random(seeded), run, call // 3)
            result = outcome(run[name], tuple(args))
            found.append((result, repr(args), repr(run["m"]), run["total"], run.steps))
        assert found[0] == found[1], (source, name, call)
        assert found[0][:-1] == found[2][:-1], (source, name, call)
    return sum(sentra.runtime.names.is_entry(runs[1][f"f{n}"].__code__) for n in range(functions))


@pytest.mark.parametrize("seed", range(8))
def test_the_same_as_on_the_interpreter(seed: int) -> None:
    assert check(seed) > 5


@pytest.mark.parametrize("limits", LIMITS)
def test_entries_serve_what_changes_arguments(limits: Limits) -> None:
    run = Engine(mode="closure", limits=limits).compile("""
fn tag(e) { e.score = e.score + 10
    if e.score > 15 { e.tag = "high" }
    return e }
fn add(a, x) { push(a, x * 2)
    return len(a) }""").run()
    tag, add, left = run["tag"], run["add"], count_left(run)
    event: Any = {"score": 3, "name": "x"}
    assert tag(event) is event
    assert tag(event) == {"score": 23, "name": "x", "tag": "high"}
    numbers = [1, 2]
    assert (add(numbers, 3), add(numbers, 0.5), numbers) == (3, 4, [1, 2, 6, 1.0])
    assert not left
    assert run._turn.owner is None


class Text(str):
    """No string as programs know them."""

    __slots__ = ()


@pytest.mark.parametrize("limits", LIMITS)
def test_what_fails_is_as_the_function_leaves_it(limits: Limits) -> None:
    run = Engine(mode="closure", limits=limits).compile(
        "fn f(e, x) { e.first = 1\n e.first = e.first + 1\n e.second = x.missing.key }").run()
    event: Any = {"second": 0}
    with pytest.raises(SentraError, match="cannot index nil"):
        run["f"](event, {})
    assert list(event.items()) == [("second", 0), ("first", 2)]
    assert run._turn.owner is None


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("given", [
    {"n": 1, "t": (1, 2)}, {"n": 1, "t": [(1, 2)]}, OrderedDict(n=1), {"n": 1, "t": Decimal(1)},
    {"n": 1, (1,): 2}, {"n": 1, "t": {"u": 1}}, {"n": 1, Text("k"): 2}])
@pytest.mark.parametrize("value", [5, [5], "x" * 70_000])
def test_what_is_copied_for_a_program_is_not_changed(
    limits: Limits, given: Any, value: Any,
) -> None:
    found = []
    for mode in ("interp", "closure"):
        run = Engine(mode=mode, limits=limits).compile(
            "fn f(e, x) { e.n = e.n + 1\n e.k = x\n return e.n }").run()
        event = copy.deepcopy(given)
        found.append((outcome(run["f"], (event, value)), event))
    assert found[0] == found[1]


def test_a_change_is_taken_back_where_threads_of_the_host_changed_more() -> None:
    array, table = [1, 7], {"a": 2}
    array += [7, 9]
    take_back(array, 7)
    put_back(table, "a", MISSING, 3)
    assert (array, table) == ([1, 7, 9], {"a": 2})
    take_back(array, 8)
    put_back(table, "a", 1, 2)
    put_back(table, "b", MISSING, 2)
    assert (array, table) == ([1, 7, 9], {"a": 1})
