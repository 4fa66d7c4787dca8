"""The compiler's work grows with the size of a program, whatever the program is made of.

Counted in calls of functions, Python's and built-in ones, so that no clock is asked: four times the
program may take five times the calls.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest

from sentra.codegen.generate import generate
from sentra.ir.prepare import prepare
from sentra.lower.module import lower
from sentra.source import decode
from sentra.syntax.parser import parse


def _function(line: Callable[[int], str], first: str = "let s = 0", last: str = "return s") -> (
        Callable[[int], str]):
    """One function of n such pieces."""
    return lambda n: f"fn f(a, b) {{\n{first}\n" + "\n".join(map(line, range(n))) + (
        f"\n{last}\n}}\nlog(f([1, 2], 3))\n")


def _module(line: Callable[[int], str], first: str = "") -> Callable[[int], str]:
    return lambda n: first + "\n" + "\n".join(map(line, range(n))) + "\n"


PROGRAMS: dict[str, Callable[[int], str]] = {
    "statements": _function(lambda i: f"s = s + b * {i}\nif s > {i} {{ s = s - 1 }}"),
    "copies": _function(lambda i: f"let v{i} = b\nif b > {i} {{ s = s + v{i} }}"),
    "counting loops": _function(
        lambda i: "for (let i = 0; i < len(a); i = i + 1) { s = s + a[i] * a[i] }"),
    "while loops": _function(
        lambda i: f"let i{i} = 0\nwhile i{i} < b {{ s = s + floor(i{i} / 2); i{i} = i{i} + 1 }}"),
    "for loops": _function(lambda i: "for x in a { s = s + x }"),
    "catch": _function(lambda i: "try { s = s + a[9] } catch e { log(e.message) }"),
    "finally": _function(lambda i: "try { s = s + a[0] } catch e { s = 0 } finally { s = s + 1 }"),
    "else if": lambda n: "fn f(x) {\nlet r = 0\n" + " else ".join(
        [f"if x == {i} {{ r = {i} }}" for i in range(n)]) + "\nreturn r\n}\nlog(f(3))\n",
    "match": lambda n: "fn f(x) {\nmatch x {\n" + "\n".join(
        [f"{i} => {{ return {i} }}" for i in range(n)]) + "\n}\n}\nlog(f(3))\n",
    "lambdas": _function(lambda i: f"a = a.map(fn(x) => x + {i}).filter(fn(x) => x > 2)"),
    "closures": _function(
        lambda i: f"let c{i} = fn(x) {{\ns = s + x\nreturn s + {i}\n}}\npush(a, c{i})"),
    "calls": _function(lambda i: "s = g(s) + g(b)", "fn g(x) { return x + 1 }\nlet s = 0"),
    "templates": _function(lambda i: f's = "${{s}} and {i} " + str(b)', 'let s = ""'),
    "narrowing": _function(
        lambda i: 'if a != nil && type(b) == "string" { s = s + len(b) }'),
    "compound assignments": _function(lambda i: f"a[g(s)] += {i}\na[s].n -= b"),
    "repeated reads": _function(
        lambda i: f"s = s + a[{i}].v * a[{i}].w + a[{i}].v", "let s = 0\nfor k in a {", "}"),
    "remainders": _function(
        lambda i: f"s = s + (s - 1 + b) % b + floor((s + {i}) / 2)"),
    "spilled operands": _function(
        lambda i: f"s = g(a[s], s > {i} ? a[{i}] : g(s, a), a || g({i}, s))"),
    "conjunction": lambda n: "fn f(a) { return a > 0" + "".join(
        [f" && a < {i}" for i in range(n)]) + " }\nlog(f(1))\n",
    "sum": lambda n: "fn f(a) { return a" + "".join(
        [f" + a * {i}" for i in range(n)]) + " }\nlog(f(1))\n",
    "functions": _module(lambda i: f"fn f{i}(a, b) {{ return a + b * {i} }}\nlog(f{i}({i}, 2))"),
    "chain of functions": _module(
        lambda i: f"fn f{i + 1}(a, b) {{ return f{i}(a, b) + {i} }}",
        "fn f0(a, b) { return a }"),
    "module": _module(lambda i: f'let v{i} = t\nt = t + v{i}\nm["k{i}"] = v{i}',
                      "let m = {}\nlet t = 0"),
    "map": lambda n: "let m = {" + ", ".join(
        [f'"k{i}": {{"a": {i}, "b": [{i}]}}' for i in range(n)]) + "}\nlog(m.k1.a)\n",
    "records": _module(lambda i: f'push(all, {{id: {i}, k{i}: "a", tags: ["x", {i}]}})',
                       "let all = []"),
    "array": lambda n: "let a = [" + ", ".join(
        [f'{{"id": {i}, "name": "n{i}"}}' for i in range(n)]) + "]\nlog(a[1].name)\n",
    "methods": _function(
        lambda i: f"s.m{i} = fn(x) {{ return s.m{max(0, i - 1)}(x) + b }}", "let s = {a: a}"),
    "clones": lambda n: "\n".join(
        [f"fn f{i}(a, b) {{ return a + b + a }}" for i in range(n)])
        + "\nfor (let k = 0; k < 3; k = k + 1) {\n" + "\n".join(
            [f'log(f{i}({i}, 2), f{i}("a", "b"))' for i in range(n)]) + "\n}\n",
}


def _calls(text: str) -> int:
    """How many calls compiling takes, up to the Python tree."""
    source = decode(text, "linear.sn")
    profile = cProfile.Profile()
    profile.runcall(lambda: generate(prepare(lower(parse(source), source))))
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # is there


@pytest.mark.parametrize("name", PROGRAMS)
def test_work_is_linear(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRA_VERIFY", raising=False)
    small, large = (_calls(PROGRAMS[name](n)) for n in (60, 240))
    assert large < 5 * small


def test_nested_quotients_take_no_exponential_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRA_VERIFY", raising=False)
    small, large = (_calls(
        "fn f(x) {\nlet y = x * x\nreturn " + "floor((" * n + "y" + " + 1) / 2)" * n
        + "\n}\nlet t = 0\nt = t + f(3)\nlog(t)\n") for n in (8, 16))
    assert large < 3 * small
