"""Quotients of ints: where ``floor(a / b)`` is ``a // b``, and nothing else is taken for it."""

import random
from math import floor

import pytest
from executors import EXECUTORS

from sentra.codegen.select import is_raw_mod
from sentra.ir.passes.division import EXACT
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode

BOUND = 1 << 53
EDGES = [0, 1, 2, 3, 5, 7, 10, 2**26, 2**26 + 1, 2**27 - 1, 2**52 - 1, 2**52, 2**52 + 1,
         BOUND - 2, BOUND - 1, BOUND]


def pairs():
    generator = random.Random(7)
    for a in EDGES:
        for b in EDGES:
            for near in (-1, 0, 1):
                yield a, b + near
    for _ in range(20_000):
        b = generator.randrange(1, 1 << generator.randrange(1, 54))
        yield BOUND - generator.randrange(1 << generator.randrange(1, 54)), b
        multiple = b * generator.randrange(1, max(2, BOUND // b + 1))
        for near in (-1, 0, 1):  # just below and above an int
            if 0 <= multiple + near <= BOUND:
                yield multiple + near, b


def test_quotients_up_to_the_bound():
    for a, b in pairs():
        for x in (a, -a):
            for y in (b, -b):
                if y:
                    assert floor(x / y) == x // y
                    if x >= 0 < y:
                        assert int(x / y) == x // y


def test_the_bound_is_one():
    assert floor((BOUND + 1) / 1) != (BOUND + 1) // 1
    assert floor(-1 / 10**400) != -1 // 10**400  # the quotient vanishes


def expressions(text):
    """All expressions of a program, typed and after all passes."""
    ir = prepare(compile_source(decode(text, "t.sn")))
    pending = [expr for function in ir.functions for block in function.blocks
               for item in (*block.body, block.end) for expr in item.args]
    for expr in pending:  # it grows
        pending += expr.args
    return pending


def marked(text):
    """The quotients of a program that are those of ints, by their place."""
    return sorted([expr.span[:2] for expr in expressions(text)
                   if expr.op == "call" and expr.known == EXACT])


@pytest.mark.parametrize("text, count", [
    ("fn f(n) { return floor(n / 2) }\nf(5)\nf(len(args()))", 1),
    ("fn f(n) { return floor(n / 2) }\nf(5)\nf(1152921504606846976)", 0),
    ("fn f(n) { return floor(n / 2) }\nlet g = f\ng(5)", 0),
    ("fn f(n) { return floor(n / 2) }\n[1, 2].map(f)", 0),
    ("fn f(n = 3) { return floor(n / 2) }\nf()", 1),
    ("fn f(n) { return n == 0 ? 0 : f(floor(n / 2)) + 1 }\nf(1000)", 1),
    ("fn f(n) { return n == 0 ? 0 : f(n * 2) + floor(n / 2) }\nf(1000)", 0),
    ("fn f(n, m) { return floor(n / m) }\nf(1, 1000)\nf(-1, 3)", 1),
    ("fn f(n, m) { return floor(n / (m * m * m)) }\nf(-1, 3)", 0),  # may be too large to be seen
    ("fn f(n, m) { return floor(n / (m * m * m)) }\nf(1, 3)", 1),
    ("let n = len(args())\nfn f() { n = n * n; return floor(n / 2) }\nf()", 0),
    ("for i in range(10) { log(floor(i / 2)) }", 1),
    ("for i in range(0, 10, 99) { log(floor(i / 2)) }", 0),
    ("for i in range(0, 10, 2) { log(floor(i / 2)) }", 1),
    ("for i, x in [1, 2] { log(floor(i / 2), floor(x / 2)) }", 2),
    ("for i, x in [1, 1152921504606846976] { log(floor(i / 2), floor(x / 2)) }", 1),
    ("for i, x in ({a: 1}) { log(floor(x / 2)) }", 0),
    ("let n = 1\nfor i in range(9) { n += 8; log(floor(n / 2)) }", 1),
    ("let n = 1\nfor i in range(9) { n += 9; log(floor(n / 2)) }", 0),
    ("let n = 1\nfor i in range(9) { n = n + n; log(floor(n / 2)) }", 0),
    ("let n = 7\nlet m = 3\nwhile n > m { n = floor((n + m) / 2); log(n) }", 1),
    ("let n = 7\nlet m = 3\nwhile n > m { n = floor((n + n + m) / 2); log(n) }", 0),
    ("fn floor(x) { return x }\nlog(floor(3 / 2))", 0),
    # Variables that functions share: all of them are looked at.
    ("let s = 1\nfn f() { s = (s * 7 + 3) % 1024; return floor(s / 2) }\nf()", 1),
    ("let s = 1\nfn f() { s = s % 1024; return floor(s / 2) }\nf()\nfn g(x) { s = x }\ng(5)", 1),
    ("let s = 1\nfn f() { return floor(s / 2) }\nf()\nfn g(x) { s = x * x }\ng(5)", 0),
    ("let s = 1\nfn f() { return floor(s / 2) }\nf()\nfn g(x) { s = x }\n[1].map(g)", 0),
    ("fn c() { let n = 0\nreturn fn() { n += 1\nreturn floor(n / 2) } }\nc()()", 1),
    ("fn c() { let n = 0\nreturn fn() { n += n + 1\nreturn floor(n / 2) } }\nc()()", 0),
    ("fn c(n) { return fn() { n += 1\nreturn floor(n / 2) } }\nc(1)()", 0),
    ("fn f() { s = 5\nreturn floor(s / 2) }\nf()", 0),
])
def test_which_are_exact(text, count):
    assert len(marked(text)) == count


def remainders(text):
    """Which remainders of a program are Python's."""
    return [raw for _, raw in sorted([
        (expr.span[:2], is_raw_mod(expr)) for expr in expressions(text) if expr.op == "mod"])]


@pytest.mark.parametrize("text, right", [
    ("fn f(x, w) { return (x - 1 + w) % w }\nf(len(args()), len(args()))", True),
    ("fn f(x, w) { return (x - 2 + w) % w }\nf(len(args()), len(args()))", False),
    ("fn f(x, w) { return (x - 2 + 5) % 5 }\nf(len(args()), 1)", True),
    ("fn f(x, w) { return (x + w) % w }\nf(-1, len(args()))", True),
    ("fn f(x, w) { return (x + w) % w }\nf(-2, len(args()))", False),
    ("fn f(x, w) { return (x + w) % w }\nlet g = f\ng(-1, 3)", False),
    ("fn f(x, w) { return (x + w) % w }\nf(-1, -len(args()))", False),
    ("let w = len(args())\nfor d in [-1, 0, 1] { log((d + w) % w) }", True),
    ("fn f(w) { for d in [-1, 0, 1] { log((d + w) % w) } }\nf(len(args()))", True),
    ("fn f(w) { for d in [-1, 0, -2] { log((d + w) % w) } }\nf(len(args()))", False),
    ("fn f(w) { for d in range(-1, 2) { log((d + w) % w) } }\nf(len(args()))", True),
    ("fn f(w) { for d in range(1, -2, -1) { log((d + w) % w) } }\nf(len(args()))", False),
    ("fn f(w) { for (let d = -1; d < 2; d++) { log((d + w) % w) } }\nf(len(args()))", True),
    ("fn f(w) { for (let d = 1; d > -2; d--) { log((d + w) % w) } }\nf(len(args()))", False),
    ("fn f(w) { let d = -1\nwhile d < 9 { d = d + w; log((d + w) % w) } }\nf(len(args()))", True),
    ("fn f(w) { let d = -1\nwhile d < 9 { d = d + w; log((d + w) % w) } }\nf(-1)", False),
    # What a variable was given then says nothing of the divisor now.
    ("fn f(w) { let k = w - 2; w = 1; log((k + w) % w) }\nf(len(args()))", False),
    ("fn f(w) { let k = w - 1; w = 1; log((k + w) % w) }\nf(len(args()))", True),
    ("fn f(x, w) { if x < -9 { return 0 } log((x + w) % w); f(x - 1, w) }\nf(0, 3)", False),
])
def test_which_remainders_are_pythons(text, right):
    assert remainders(text) == [right]


def test_remainders_are_those_of_the_interpreter():
    text = """
        fn f(x, w) {
          let found = []
          for d in [-1, 0, 1] { push(found, try(fn() { return 0 }), (x + d + w) % w) }
          for d in range(-1, 3) { push(found, (x + d + w) % w, (x - 1 + w) % w) }
          return found
        }
        for w in range(0, 4) { for x in range(0, 5) { try { log(f(x, w)) } catch e { log(e) } } }
    """
    printed = {name: [] for name in ("interp", "ast", "tree")}
    for name, lines in printed.items():
        run(compile_source(decode(text, "t.sn")), context=Context(write=lines.append),
            executor=EXECUTORS[name]())
    assert printed["ast"] == printed["tree"] == printed["interp"]
