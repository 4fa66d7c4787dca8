"""Entries of functions that call a lambda for every element, against the interpreter: sensible
random functions, called with what they are made for and sometimes with something else.
"""

from __future__ import annotations

import random
import re
from contextlib import suppress
from typing import Any, ClassVar

import pytest

from sentra import Engine, Limits, SentraError
from sentra.runtime.names import is_entry
from tests.test_entries_loops import ARGUMENTS, HELPERS, check_functions
from tests.test_entries_state import count_left

# What is gone over, by what its elements are: numbers, texts, maps, arrays of numbers.
ARRAYS = {
    "n": ["a", "TABLE", "range(n)", "[3, n, 1]", "map(l, fn(y) => y.n)", "g[0]"],
    "s": ["w", "e.tags", "split(s, \"\")", "map(e.list, fn(y) => y.s)", "keys(e.in)"],
    "m": ["l", "e.list", "[e, e.in]"],
    "g": ["g"],
}
TESTS = {
    "n": ["x > n", "x % 2 == 0", "x in TABLE", "x > 2 && x < 50", "is_big(x)", "x", "x == k"],
    "s": ["x == s", "len(x) > 1", "contains(x, \"b\")", "x", "starts_with(x, \"a\")", "x in w"],
    "m": ["x.ok", "x.n > 1", "x.s == \"x\"", "worth(x)", "x.n > n && !x.ok", "has(x, \"n\")"],
    "g": ["len(x) > 1", "sum(x) > n", "some(x, fn(y) => y > n)", "x[0] == 1", "n in x"],
}
# What a lambda gives, with the kind of that.
VALUES = {
    "n": [("x * 2", "n"), ("x + n", "n"), ("`${x}`", "s"), ("double(x)", "n"), ("x / 2", "n"),
          ("{n: x, s: \"x\", ok: x > 1}", "m"), ("[x, 1]", "g"), ("x", "n"), ("x == n", "n")],
    "s": [("upper(x)", "s"), ("x + s", "s"), ("len(x)", "n"), ("`${x}!`", "s"), ("x", "s"),
          ("{s: x, n: len(x)}", "m"), ("split(x, \"a\")", "s")],
    "m": [("x.n", "n"), ("x.s", "s"), ("`${x.s}: ${x.n}`", "s"), ("x.n * n", "n"), ("x", "m"),
          ("{s: x.s, n: x.n, ok: true}", "m"), ("[x.n]", "g"), ("x.ok", "n")],
    "g": [("sum(x)", "n"), ("len(x)", "n"), ("map(x, fn(y) => y + n)", "g"), ("x", "g"),
          ("x[0]", "n"), ("filter(x, fn(y, i) => i > 0)", "g")],
}
BRANCHES = ["x => {test} ? {value} : nil", "{ if {test} { return {value} }\n return {value} }",
            "{ let y = {value}\n return y }", "{ if {test} { return {value} } }",
            "{ k = k + 1\n return {value} }", "{ x = {value}\n return x }"]


def chosen(pick: random.Random, kind: str) -> str:
    return pick.choice(TESTS[kind])


def called(pick: random.Random, name: str, array: str, function: str, more: str = "") -> str:
    if pick.random() < 0.25 and not array.startswith(("range", "[")):
        return f"{array}.{name}({function}{more})"
    return f"{name}({array}, {function}{more})"


def arrow(pick: random.Random, kind: str, value: str) -> str:
    """A lambda of x, sometimes with the index, with branches or statements."""
    if pick.random() < 0.2:
        body = pick.choice(BRANCHES[1:])
        return "fn(x) " + body.replace("{test}", chosen(pick, kind)).replace("{value}", value)
    if pick.random() < 0.2:
        value = f"i > 1 ? {value} : i"
        return f"fn(x, i) => {value}"
    return f"fn(x) => {value}"


def array_of(pick: random.Random) -> tuple[str, str]:
    """An array that is filtered and mapped some times, and the kind of its elements."""
    kind = pick.choice(list(ARRAYS))
    array = pick.choice(ARRAYS[kind])
    for _ in range(pick.choice([0, 0, 1, 1, 2])):
        if pick.random() < 0.5:
            array = called(pick, "filter", array, arrow(pick, kind, chosen(pick, kind)))
        else:
            value, after = pick.choice(VALUES[kind])
            array = called(pick, "map", array, arrow(pick, kind, value))
            kind = after
    return array, kind


def value_of(pick: random.Random) -> str:
    array, kind = array_of(pick)
    sinks = ["{}", "len({})", "some", "every", "find", "find_index", "any", "all", "reduce",
             *{"n": ["sum({})", "max({})"], "s": ["join({}, \",\")"]}.get(kind, ["{}[0]"])]
    sink = pick.choice(sinks)
    if "{}" in sink:
        return sink.replace("{}", array)
    if sink == "reduce":
        value, after = pick.choice(VALUES[kind])
        step = {"n": f"t + ({value})", "s": f"t + len({value})"}.get(after, "t + 1")
        parameters = pick.choice(["t, x", "t, x", "t, x, i"])
        return called(pick, sink, array, f"fn({parameters}) => {step}", f", {pick.choice('01')}")
    return called(pick, sink, array, arrow(pick, kind, chosen(pick, kind)))


def function(pick: random.Random, number: int) -> tuple[str, list[str]]:
    """A function, and which arguments it takes."""
    lines = ["let k = 0"]
    first, second = value_of(pick), value_of(pick)
    lines += pick.choice([
        [f"return {first}"], [f"return {first}"], [f"let r = {first}", "return r"],
        [f"return [{first}, {second}]"], [f"return n > 1 && {first}"],
        [f"if n > 1 || {first} {{ return 1 }}", f"return {second}"],
        ["for y in a { k = k + len(filter(w, fn(x) => len(x) > y)) }", f"return [k, {first}]"],
        [f"for y in {array_of(pick)[0]} {{ k = k + 1 }}", "return k"],
        [f"for_each({array_of(pick)[0]}, fn(x) {{ k = k + 1 }})", f"return [k, {first}]"],
        [f"let r = {first}", f"return r == nil ? {second} : r"],
        [f"let m = {{r: {first}}}", "return m"], [f"return `${{{first}}}`"],
        ["while k < 3 {", f"  if {first} {{ return k }}", "  k = k + 1 }", f"return {second}"],
        [f"try {{ return {first} }} catch err {{ return n > 1 ? {second} : 0 }}"],
    ])
    text = "\n  ".join(lines)
    used = [name for name in ARGUMENTS if re.search(rf"(?<![.\w]){name}\b(?!:)", text)] or ["n"]
    return f"fn f{number}({', '.join(used)}) {{\n  {text}\n}}", used


def nested(texts: list[str]) -> str:
    """The functions inside another, of which they capture something."""
    inside = [text.replace(f"fn f{k}", f"f{k}: fn").replace("> n", "> z").replace("+ n", "+ sum_")
              for k, text in enumerate(texts)]
    return ("fn make(z) {\nlet sum_ = z\nreturn {" + ",\n".join(inside) + "} }\n"
            "let made = make(2)\n"
            + "\n".join([f"let f{k} = made.f{k}" for k in range(len(texts))]))


def check(
    seed: int, functions: int = 20, calls: int = 10, *, inside: bool = False,
) -> tuple[int, int]:
    """How many calls there were that did not fail, and how many entries; the interpreter's results
    and steps.
    """
    pick = random.Random(seed)
    made = [function(pick, number) for number in range(functions)]
    texts = [text for text, _ in made]
    source = HELPERS + (nested(texts) if inside else "\n".join(texts))
    worked, run = check_functions(pick, made, source, calls)
    entries = sum(is_entry(run[f"f{number}"].__code__) for number in range(functions))
    return worked, entries


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_as_on_the_interpreter(seed: int, *, inside: bool) -> None:
    worked, entries = check(seed, inside=inside)
    assert worked > 60
    assert entries > 8


BUILDS = [Limits.none(), Limits.default()]
USERS = [{"name": "Ada", "age": 36}, {"name": "Kid", "age": 9.5}, {"name": "Bob", "age": 41}]
SERVED = [
    ("f(a) => map(a, fn(x) => x * 2)", [1, 2.5], [2, 5.0]),
    ("f(a) => filter(a, fn(x, i) => x > 1 && i < 2)", [1, 3, 4], [3]),
    ("f(u) => filter(u, fn(x) => x.age >= 18)", USERS, [USERS[0], USERS[2]]),
    ("f(u) => map(filter(u, fn(x) => x.age >= 18), fn(x) => x.name)", USERS, ["Ada", "Bob"]),
    ("f(u) => find(u, fn(x) => x.name == \"Bob\")", USERS, USERS[2]),
    ("f(u) => find_index(u, fn(x) => x.age < 10)", USERS, 1),
    ("f(u) => some(u, fn(x) => x.age < 10) && every(u, fn(x) => x.age > 1)", USERS, True),
    ("f(u) => u.map(fn(x) => x.age).reduce(fn(t, x) => t + x, 0)", USERS, 86.5),
    ("f(u) => join(map(u, fn(x) => `${x.name}!`), \" \")", USERS, "Ada! Kid! Bob!"),
    ("f(a) { let t = 0\n for_each(a, fn(x) { t = t + x })\n return t }", [1, 2], 3),
    ("f(a) => map(a, fn(x) => sum(filter(a, fn(y) => y > x)))", [1, 2, 3], [5, 3, 0]),
    ("f(a) => map(a, fn(x) { if x > 1 { return \"big\" }\n return x })", [1, 2], [1, "big"]),
    ("f(u) { for x in u { if x.age > 40 { return x } } }", USERS, USERS[2]),
    ("f(u) { let old = []\n for x in u { if x.age > 18 { push(old, x) } }\n return old }", USERS,
     [USERS[0], USERS[2]]),
]


@pytest.mark.parametrize("limits", BUILDS)
@pytest.mark.parametrize(("source", "given", "result"), SERVED)
def test_entries_serve_these(limits: Limits, source: str, given: Any, result: Any) -> None:
    run = Engine(mode="closure", limits=limits).compile(f"fn {source}").run()
    call, left = run["f"], count_left(run)
    assert call(given) == result
    assert not left


def test_what_is_handed_on_is_the_very_map() -> None:
    run = Engine(mode="closure").compile("fn f(u) => filter(u, fn(x) => x.age > 18)").run()
    assert run["f"](USERS)[1] is USERS[2]


class Watched:
    """An object of the host, which notes what is done with it."""

    touched: ClassVar[list[Any]] = []

    def touch(self, *args: Any) -> Any:
        self.touched.append(args)
        return self

    __eq__ = __lt__ = __gt__ = __ge__ = __add__ = __radd__ = __mul__ = __rmul__ = touch
    __bool__ = __len__ = __iter__ = __format__ = __str__ = __getitem__ = touch
    __hash__ = object.__hash__


@pytest.mark.parametrize("limits", BUILDS)
@pytest.mark.parametrize("source", [source for source, _, _ in SERVED])
def test_objects_of_the_host_are_not_computed_with(limits: Limits, source: str) -> None:
    call = Engine(mode="closure", limits=limits).compile(f"fn {source}").run()["f"]
    for given in ([Watched()], [1, Watched()], [{"age": Watched(), "name": Watched()}],
                  [*USERS, {"age": 50, "name": Watched()}], [[Watched()]], Watched()):
        with suppress(TypeError, SentraError):
            call(given)
    assert not Watched.touched


@pytest.mark.parametrize("source", [
    "f(a) { let t = 0\n for x in a { if x % 7 == 3 { t = t + 1 } }\n return t }",
    "f(a) => len(filter(a, fn(x) => floor(x / 7) > 3))",
])
def test_integers_are_not_divided_many_times_where_nobody_knows_their_size(source: str) -> None:
    run = Engine(mode="closure", limits=Limits.none()).compile(f"fn {source}").run()
    call, left = run["f"], count_left(run)
    assert call([1, 2, 3]) == 1 - ("floor" in source)
    assert not left
    call([1] * 150)
    assert left
