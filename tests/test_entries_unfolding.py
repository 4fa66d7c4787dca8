"""Lambdas that are loops in entries: single programs, each as on the interpreter."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sentra import Engine, LimitExceeded, Limits
from sentra.runtime.names import is_entry
from tests.test_entries_loops import LIMITS
from tests.test_entries_random import outcome

A = [2, 1, 3]
ROWS: list[tuple[str, tuple[Any, ...]]] = [
    # what the loop's types are
    *[(f"fn f(a) {{ for_each([1], fn(v) => 1)\n return {value} }}", (given,))
      for value in ("3 % sum(a)", "sum(a) % 3", "max(a) % 3", "first(a) % 3", "last(a) % 2",
                    "substring(\"abcdef\", sum(a), 3)", "floor(sum(a))", "int(sum(a))")
      for given in ([0, 1.5, -4], [-2, -3], [1.5, -4])],
    # assignments of what a turn begins with
    ("fn f(a) { let g = 0\n let r = reduce(a, fn(t, n) { if t > 2 { g = g + 1 }\n return n }, 0)\n"
     "return [g, r] }", ([7, 8],)),
    ("fn f(a) { let p = 0\n return map(a, fn(x) { let q = p\n p = x\n return q }) }", (A,)),
    ("fn f(a) { let k = 0\n reduce(a, fn(t, n, i) { k = k + t\n return i }, 5)\n return k }", (A,)),
    # names of the module
    ("let k = 10\nfn f(a) => [map(a, fn(k) => k), k]", (A,)),
    ("let t = 5\nfn f(a) => reduce(a, fn(t, x) => t + x, 0) + t", ([6, 1],)),
    ("let out = 10\nfn f(a) => [filter(a, fn(x) => x > 1), out]", (A,)),
    ("let found = 10\nfn f(a) => [find(a, fn(x) => x > 1), found]", (A,)),
    ("let index = 5\nfn f(a) => find_index(a, fn(x) => x == index)", ([6, 5],)),
    ("let before = 5\nfn g(x, y) => x + y\n"
     "fn f(a, n) => g(n + 1, len(map(a, fn(x) => before + x))) + before", ([6, 5], 1)),
    ("fn f(out) => map(out, fn(found) => found * 2)", (A,)),
    ("fn f(a) { let x = 5\n let r = map(a, fn(x) => x * 2)\n return [x, r] }", (A,)),
    ("fn f(a, lambda) => map(a, fn(None) => None + lambda)", (A, 1)),
    # what is evaluated before the call
    ("let n = 0\nfn f(a) => n + sum(map(a, fn(x) { n = n + 1\n return x }))", (A,)),
    ("fn f(a) { let n = 0\n return [n, map(a, fn(x) => map(a, fn(y) { n = n + 1\n return y }))] }",
     (A,)),
    ("fn f(a) { let n = 0\n return [n, map(a, fn(x) { n = n + x\n return n }), n] }", (A,)),
    ("fn f(a) => some(a, fn(x) => true) || every(a, fn(x) => false)", ([],)),
    ("fn f(a) => true ? map(a, fn(x) => 1) : filter(a, fn(x) => 1)", (A,)),
    # variables that are unset again
    ("fn f(a) => map(a, fn(x) { if x > 5 { var y = 1 }\n return y })", ([6, 1],)),
    ("fn f(a) { let t = 0\n for k in range(2) { if k > 0 { t = t + len(map(a, fn(x) => y)) }\n"
     "let y = k }\n return t }", (A,)),
    ("fn f(a) => map(a, fn(x) { let y\n if x > 1 { y = x }\n return y })", (A,)),
    # arrays that change
    ("fn f(a) { let out = [1]\n a = out\n for x in a { if len(out) < 30 { push(out, x) } }\n"
     "return len(out) }", (A,)),
    ("fn f(a) { let r = map(a, fn(x) => x)\n push(r, 1)\n return [a, r] }", (A,)),
    ("fn f(a) { let r = []\n for_each(a, fn(x) { push(r, x) })\n return r }", (A,)),
    ("let L = [{n: 1}, {n: 2}]\nfn f(a) { let r = filter(L, fn(x) => x.n >= a)\n r[0].n = 9\n"
     "return L }", (2,)),
    ("fn f(a) { let r = filter(a, fn(x) => x.n >= 1)\n r[0].n = 9\n return a }", ([{"n": 1}],)),
    # what is no array
    *[("fn f(m) { if has(m, \"k\") { return sum(m) }\n return max(m) }", (given,))
      for given in ({1: 2}, {"k": 1}, [], [1], "", "ab")],
    ("fn f(m) => sum(m) + get(m, \"x\", 0)", ({1: 5, 2: 7},)),
    *[(f"fn f(a) => {name}(a)", (given,)) for name in ("sum", "min", "max")
      for given in ("", "ab", {}, None, [], [True, 2], [1.5, "a"])],
    *[("fn f(a) => a.map(fn(x) => x)", (given,)) for given in ({"map": 5}, "abc", None, 5)],
    *[(f"fn f(a) => {call}", (given,))
      for call in ("map(a, fn(x) => len(x))", "filter(a, fn(x) => len(x) > 1)")
      for given in (["ab", [1], {"k": 1}], [1], [None], "ab")],
    # functions of other shapes
    *[(f"fn f(a) => map(a, fn({parameters}) => 1)", (A,))
      for parameters in ("", "x", "x, i", "x, i, j", "x = 1", "...x")],
    ("fn f(a) { let g = fn(x) => x + 1\n return map(a, g) }", (A,)),
    ("fn f(a) => map(a, fn(x) { throw x })", (A,)),
    ("fn f(a) { try { return map(a, fn(x) { throw x }) } catch e { return e } }", (A,)),
    ("fn f(a) => reduce(a, fn(t, x) => t + x)", (A,)),
    ("fn f(a) => reduce(a, fn(t, x) => t + x, nil)", (A,)),
    ("fn f(a) => every(range(a), fn(x) => x)", (1 << 80,)),
    # where calls stand
    ("fn f(a, k = map([1, 2], fn(x) => x)) => [a, k]", (1,)),
    ("fn f(a) { let i = 0\n while some(a, fn(x) => x > i) { i = i + 1 }\n return i }", (A,)),
    ("fn f(a) { match some(a, fn(x) => x > 2) { true => { return 1 } _ => { return 2 } } }", (A,)),
    ("fn f(a) { let t = 0\n for x in filter(a, fn(y) => y > 1) { if x == 2 { continue }\n"
     "t = t + x }\n return t }", (A,)),
    ("fn f(a) { try { let r = map(a, fn(x) => x + 1)\n return r } finally { "
     "let z = map(a, fn(x) => x) } }", (A,)),
    ("let g = 0\nfn f(a) { try { return map(a, fn(x) => x + 1) } catch e { g = g + 1 }\n"
     "return g }", ([None],)),
]


@pytest.mark.parametrize(("source", "args"), ROWS)
def test_as_on_the_interpreter(source: str, args: tuple[Any, ...]) -> None:
    found = []
    for mode, limits in (("interp", LIMITS), ("closure", LIMITS), ("closure", Limits.none())):
        run = Engine(mode=mode, limits=limits).compile(source, "one.sn").run()
        mine = copy.deepcopy(args)
        results = [(outcome(run["f"], mine), repr(mine)) for _ in range(2)]
        steps = run.steps if limits is LIMITS else None
        found.append((results, steps))
    assert found[0] == found[1]
    assert found[0][0] == found[2][0]


@pytest.mark.parametrize("limits", [Limits(time=0.1), Limits.default(time=0.1)])
@pytest.mark.parametrize("call", ["f", "g"])
def test_arrays_that_grow_under_a_loop_are_noticed(limits: Limits, call: str) -> None:
    run = Engine(mode="closure", limits=limits).compile(
        "fn f(a) { let out = [1]\n a = out\n for x in a { push(out, x) }\n return len(out) }\n"
        "fn g(a) => f(a)").run()
    with pytest.raises(LimitExceeded, match="time"):
        run[call]([])


def test_as_many_calls_as_are_taken() -> None:
    source = "fn f(a) => a" + ".map(fn(x) => x + 1)" * 6
    function = Engine(mode="closure").compile(source).run()["f"]
    assert is_entry(function.__code__)
    assert function([1]) == [7]


@pytest.mark.parametrize("limits", [Limits.none(), Limits.default()])
def test_a_comprehension_beside_a_captured_variable_of_that_name(limits: Limits) -> None:
    run = Engine(mode="closure", limits=limits).compile(
        "let LIST = [{n: 1}]\n"
        "fn f(n) { for_each([3], fn(q) => map(LIST, fn(n) => n).find_index(fn(z) => any([1], fn(w) "
        "{ let x = n\n return x == 2 })))\n return n }").run()
    assert run["f"](5) == 5
