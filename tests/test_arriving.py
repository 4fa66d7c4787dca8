"""Bodies for the argument types that functions are seen to get in the automatic mode."""

import pytest

from sentra import Engine
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode
from sentra.tiers import AutoExecutor, Thresholds

NOW = Thresholds(warm=1, share=0, calls=6, turns=100_000, inner=100_000)
COLD = Thresholds(warm=10**9)


def outcome(text, thresholds=NOW):
    """What a program prints, and what was decided about its functions."""
    printed = []
    context = Context(write=printed.append)
    executor = AutoExecutor(thresholds)
    run(compile_source(decode(text, "t.sn")), context=context, executor=executor)
    tiers = executor.interpreter.machine(context).tiers
    return "".join(printed), [decision.partition(": function ")[2] for decision in tiers.decisions]


def decided(function, *calls):
    """What is decided about a function that is called as a value, first with these arguments."""
    text = f"let t = {{f: {function}}}\nfor i in range(9) {{ " + "; ".join(
        [f"t.f({call})" for call in calls]) + " }\n"
    return outcome(text)[1]


@pytest.mark.parametrize("function, calls, bodies", [
    ("fn(a, b) => a + b", ["'n', 1"], ["a: string, b: int"]),
    ("fn(a, b) => a + b", ["'n', 1", "2, 'x'"], ["a: string, b: int", "a: int, b: string"]),
    ("fn(n) { let c = 0; while n > 1 { if n % 2 == 0 { n = div(n, 2) }\n n-- c++ } return c }",
     ["9"], ["n: int"]),
    ("fn(s) { let r = 0; for c in s { r = r + ord(c) } return r }", ["'abc'"], ["s: string"]),
    # what is as fast without: guards cost nothing
    ("fn(a, b) => a + b", ["1, 2"], []),
    ("fn(a, b) => a + b", ["'a', 'b'"], []),
    ("fn(p, q) => p.x * q.x + p.y * q.y", ["{x: 1, y: 2}, {x: 3, y: 4}"], []),
    ("fn(a, b) { if a < b { return -1 } return 1 }", ["1, 2"], []),
    ("fn(xs, k) { let s = 0; for x in xs { s = s + x * k } return s }", ["[1, 2], 3"], []),
    # no test for what has no class of its own
    ("fn(a, b) => a + b", ["'n', true"], []),
    ("fn(n) { let c = 0; while n > 1 { if n % 2 == 0 { c++ } n-- } return c }", ["true"], []),
    # not with inner functions, nor with a rest
    ("fn(a, b) { let f = fn() => a + b; return f() }", ["'n', 1"], []),
    ("fn(a, ...b) => a + len(b)", ["'n', 1"], []),
])
def test_where_it_pays(function, calls, bodies):
    found = [decision for decision in decided(function, *calls) if decision.startswith("fn: ")]
    assert found == ["fn: compiled" + "".join([f", with a body for {body}" for body in bodies])]


def test_recursion_is_tested_once():
    text = ("fn fib(n) { if n < 2 { return n } return fib(n - 1) + fib(n - 2) }\nlet t = {f: fib}\n"
            "for i in range(9) { log(t.f(10)) }\nlog(t.f(7.5), t.f(true))\n"
            "try { t.f('a') } catch e { log(e, e.line, e.stack) }\n")
    printed, decisions = outcome(text)
    assert printed == outcome(text, COLD)[0]
    assert printed.endswith(
        "cannot compare string and number 1 [fib (t.sn:1), <module> (t.sn:5)]\n")
    assert decisions == ["fib: compiled, with a body for n: int"]


@pytest.mark.parametrize("values", [
    "1, 2.5, 'x', nil, true, [2], {}", "10 * 1e20, -1, 123456789012345678901234567890"])
def test_what_arrives_later(values):
    text = ("let t = {f: fn(a, b) { let r = a; for i in range(2) { r = r + b } return r }}\n"
            "let shown = []\nfor i in range(9) { t.f('n', 1) }\n"
            f"for v in [{values}] {{ push(shown, t.f('n', v)) }}\nlog(shown)\n")
    cold = outcome(text, COLD)[0]
    printed, decisions = outcome(text)
    assert printed == cold
    assert "fn: compiled, with a body for a: string, b: int" in decisions


def test_a_host_calls():
    program = Engine().compile(
        "fn label(a, b) { let r = a; for i in range(9) { r = r + b } return r }")
    started = program.run()
    for i in range(400):
        assert started.call("label", "n", i) == "n" + str(i) * 9
    assert started.call("label", 1, 2) == 19
    assert started.call("label", "n", 0.5) == "n" + "0.5" * 9
    assert started.call("label", True, False) == 1
