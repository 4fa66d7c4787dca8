"""Entries with loops against the interpreter: sensible random functions over arrays, maps, texts
and numbers, called with what they are made for and sometimes with something else.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from sentra import Engine, Limits, Run
from tests.test_entries_random import check_call

LIMITS = Limits.default(steps=140_000)
WRONG: list[Any] = [None, "", [], {}, True, 1 << 80, [None], [[]], [1, "x"], -1, 2.5, [True, 2],
                    list(range(1500)), [1e300, 1e300], [1 << 40, -(1 << 70)], {"n": None},
                    [object()], [{"n": object()}]]


def numbers(pick: random.Random) -> Any:
    return [pick.choice([0, 1, 2, 3, -4, 7, 1.5, 100, 2 ** 31]) for _ in range(pick.randrange(7))]


def words(pick: random.Random) -> Any:
    return [pick.choice(["a", "b", "", "vip", "Ab c", "é"]) for _ in range(pick.randrange(6))]


def item(pick: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {"n": pick.choice([1, 2, 0.5, -3, 10]), "s": pick.choice(["x", "yy"]),
                            "ok": pick.random() < 0.5}
    if pick.random() < 0.1:
        del made["n"]
    return made


def event(pick: random.Random) -> Any:
    return {**item(pick), "list": [item(pick) for _ in range(pick.randrange(4))],
            "in": item(pick), "tags": words(pick)}


ARGUMENTS = {
    "a": numbers, "w": words, "e": event, "n": lambda pick: pick.choice([0, 1, 2, 5, 9, -2, 30]),
    "s": lambda pick: pick.choice(["", "abc", "banana", "x y z", "αβγ"]),
    "l": lambda pick: [item(pick) for _ in range(pick.randrange(4))],
    "g": lambda pick: [numbers(pick) for _ in range(pick.randrange(4))],
}
# Loops, by what they go over, and what they know of an element.
LOOPS = [
    ("for x in a {", "n"), ("for i, x in a {", "n"), ("for x in w {", "s"), ("for x in s {", "s"),
    ("for x in l {", "m"), ("for x in e.list {", "m"), ("for x in e.tags {", "s"),
    ("for x in range(n) {", "n"), ("for x in range(1, n + 1) {", "n"),
    ("for x in range(n, 0, -1) {", "n"), ("let x = 0\n  while x < n {\n  x = x + 1", "n"),
    ("let x = n\n  while x > 0 {\n  x = x - 2", "n"), ("for x in [3, 1, 2] {", "n"),
    ("let k = 0\n  while k < len(a) {\n  let x = a[k]\n  k = k + 1", "n"),
    ("for r in g {\n  for x in r {", "n"), ("for x in a {\n  for y in w {", "n"),
    ("for x in split(s, \"\") {", "s"), ("for x in TABLE {", "n"), ("for x in keys(m) {", "s"),
]
OF_NUMBERS = [
    "t = t + x", "t = t + x * 2", "t = t * 3 + x", "t = t - x", "if x > t { t = x }",
    "push(out, x * x)", "t = (t * 31 + x) % 1000003", "if x % 2 == 0 { continue }",
    "if x > 50 { break }", "if x == 3 { return [t, out] }", "m[x] = t", "t = max(t, x)",
    "push(out, double(x))", "if is_big(x) { t = t + 1 }", "t = t + abs(x)", "out.push(t)",
    "t = t + TABLE[0]", "if t > 1000 { t = 0 }", "push(out, `${x}`)", "push(out, min(x, 5))",
    "if len(out) > 3 { pop(out) }", "t = t + x / 4", "t = x", "t = t + floor(x / 2)",
    "push(out, x == t ? \"same\" : x)", "try { t = t + x } catch err { t = 0 }",
]
OF_TEXTS = [
    "u = u + x", "if x == \"a\" { t = t + 1 }", "t = t + len(x)", "m[x] = get(m, x, 0) + 1",
    "push(out, upper(x))", "u = x + u", "if contains(x, \"b\") { break }", "push(out, x + \"!\")",
    "if x == \"vip\" { return true }", "push(out, `${x}:${t}`)", "if !x { continue }",
    "if starts_with(x, \"a\") { push(out, x) }", "if x in [\"a\", \"b\"] { t = t + 2 }",
    "push(out, x[0])", "if x > u { u = x }", "push(out, trim(x))", "if x in out { return x }",
]
OF_MAPS = [
    "t = t + x.n", "t = t + x.n * 2", "if x.ok { t = t + 1 }", "push(out, x.s)",
    "if x.s == \"x\" { return x.n }", "u = u + x.s", "m[x.s] = x.n", "if x.n > 1 && x.ok { break }",
    "push(out, {s: x.s, n: x.n})", "if has(x, \"n\") { t = t + get(x, \"n\", 0) }",
    "if worth(x) { push(out, x.n) }", "if !x.ok { continue }", "push(out, `${x.s}=${x.n}`)",
    "if x.n > t { t = x.n }", "t = t + len(x.s)",
]
STARTS = ["if e.n > 5 { t = e.n }", "if e.in.ok && e.in.n > 0 { t = t + e.in.n }",
          "if len(w) == 0 { return nil }", "if \"vip\" in e.tags { u = \"V\" }",
          "let y = e.in\n  t = t + y.n", "t = t + e.n * n", "if n < 0 { throw \"negative\" }",
          "if len(a) > 2 { t = a[0] + a[1] }", "if s in w { t = 7 }", "u = s"]
HELPERS = """let TABLE = [2, 4, 6]
fn double(x) { return x * 2 }
fn is_big(x) { return double(x) > 10 }
fn worth(x) { return x.ok && x.n > 0 }
"""


def function(pick: random.Random, number: int) -> tuple[str, list[str]]:
    """A function, and which arguments it takes."""
    lines = ["let t = 0", "let u = \"\"", "let out = []", "let m = {}"]
    if pick.random() < 0.5:
        lines.append(pick.choice(STARTS))
    for _ in range(pick.choice([1, 1, 1, 2])):
        head, kind = pick.choice(LOOPS)
        body = {"n": OF_NUMBERS, "s": OF_TEXTS, "m": OF_MAPS}[kind]
        closing = "}\n  }" if head.count("for") == 2 else "}"
        lines += [head, *[f"  {pick.choice(body)}" for _ in range(pick.randrange(1, 4))], closing]
    result = pick.choice(["t", "out", "u", "m", "[t, u, out]", "t > 3", "len(out)"])
    text = "\n  ".join([*lines, f"return {result}"])
    used = [name for name in ARGUMENTS if re.search(rf"(?<![.\w]){name}\b(?!:)", text)] or ["n"]
    return f"fn f{number}({', '.join(used)}) {{\n  {text}\n}}", used


def check(seed: int, functions: int = 20, calls: int = 12) -> int:
    """How many calls there were that did not fail; functions have entries and the interpreter's
    results and steps.
    """
    pick = random.Random(seed)
    made = [function(pick, number) for number in range(functions)]
    source = HELPERS + "\n".join([text for text, _ in made])
    worked, run = check_functions(pick, made, source, calls)
    assert sum(f"_entry_f{number}3" in run.namespace for number in range(functions)) > (
        functions // 2)
    return worked


def check_functions(
    pick: random.Random, made: list[tuple[str, list[str]]], source: str, calls: int,
) -> tuple[int, Run]:
    """How many calls of the functions did not fail, and the metered run."""
    judge = Engine(mode="interp", limits=LIMITS).compile(source, "some.sn").run()
    runs = {"metered": Engine(mode="closure", limits=LIMITS).compile(source, "some.sn").run(),
            "production": Engine(mode="closure", limits=Limits.none()).compile(
                source, "some.sn").run()}
    worked = 0
    for number, (text, used) in enumerate(made):
        for _ in range(calls):
            args = tuple([ARGUMENTS[name](pick) if pick.random() < 0.93 else pick.choice(WRONG)
                          for name in used])
            right = check_call(judge, runs, f"f{number}", args, text)
            worked += isinstance(right, tuple) and len(right) == 2
    return worked, runs["metered"]


@pytest.mark.parametrize("seed", range(8))
def test_the_same_as_on_the_interpreter(seed: int) -> None:
    assert check(seed) > 60
