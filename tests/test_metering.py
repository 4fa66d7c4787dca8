"""Metered code: the same number of steps as the interpreter, and sizes checked before they grow."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from executors import EXECUTORS, Watched

from sentra.bytecode.code import Module
from sentra.codegen.generate import generate
from sentra.codegen.link import AstExecutor
from sentra.codegen.tree.link import TreeExecutor
from sentra.errors import LimitStop, Located, Stop
from sentra.interp.executor import InterpreterExecutor
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, load_file, run
from sentra.runtime import limits
from sentra.runtime.context import Context
from sentra.runtime.limits import Sizes
from sentra.source import decode

ROOT = Path(__file__).parent
CASES = sorted(path for path in (ROOT / "conformance").glob("*/*.sn")
               if not path.parent.name.startswith(("lib_", "syntax_errors")))

EXECUTORS_METERED = {
    "interp": InterpreterExecutor,
    "ast": lambda: AstExecutor(InterpreterExecutor(), metered=True),
    "tree": lambda: TreeExecutor(InterpreterExecutor(), metered=True),
    "interp-debug": Watched,
    "ast-debug": lambda: Watched(compiled=True, metered=True),
}

PIECES = {
    "call": ("fn f() { }\nf()\nf()", 2),
    "nested calls": ("fn f(n) { return n < 1 ? 0 : f(n - 1) }\nf(9)", 10),
    "lambda": ("map([1, 2, 3], fn(x) => x + 1)", 3),
    "method": ("let m = {f: fn() => 1}\nm.f()\nm.f()", 2),
    "default": ("fn f(a, b = 2) { return a + b }\nf(1)", 1),
    "while": ("let i = 0\nwhile i < 10 { i = i + 1 }", 10),
    "break": ("let i = 0\nwhile true { i = i + 1\nif i == 5 { break } }", 4),
    "continue": ("for i in [1, 2, 3, 4] { if i == 2 { continue }\nlet x = i }", 4),
    "for": ("for (let i = 0; i < 7; i = i + 1) { if i == 3 { continue } }", 7),
    "range": ("for i in range(12) { }", 12),
    "nothing": ("for i in range(0) { }", 0),
    "two loops": ("for i in range(3) { for j in range(4) { if j == 2 { break } } }", 3 + 3 * 2),
    "throw": ("for i in range(3) { try { throw i } catch e { continue } }", 3),
    "finally": ("for i in range(3) { try { if i == 1 { continue } } finally { let y = 1 } }", 3),
    "return": ("fn f() { for i in range(9) { if i == 4 { return i } } }\nf()", 1 + 4),
    "sort": ("sort([3, 1, 2], fn(a, b) => a - b)", 0),
    "scan": ("let a = [1, 2, 3, 9]\nlet i = 0\nwhile a[i] < 5 { i = i + 1 }", 3),
    "quiet nest": ("fn f(n) { let t = 0\nfor i in range(n) { let j = 0\nwhile true { j = j + 1\n"
                   "if j > i { break }\nif j == 2 { continue }\nt = t + j }\n"
                   "if i == 6 { return t } } }\nf(9)\nf(3)", 2 + 27 + 6),
    "quiet throw": ("fn f(a) { let t = 0\nfor x in a { t = t + x }\nreturn t }\n"
                    "for k in range(3) { try { f([1, nil, 2]) } catch e { } }", 3 + 3 + 3),
    "quiet, then not": ("fn g() { }\nfor i in range(3) { for j in range(4) { let y = i }\ng() }",
                        3 + 12 + 3),
    "a channel": ("let c = make_channel()\ngo fn() { for i in range(5) { let y = 1 }\n"
                  "for k in [1, 2] { send(c, k) }\nclose(c) }()\n"
                  "let t = 0\nfor x in c { t = t + x }", 0),
    "a channel in a function": (
        "fn f(c) { let t = 0\nfor x in c { for y in [1, 2] { t = t + x } }\nreturn t }\n"
        "let c = make_channel()\ngo fn() { for i in range(3) { send(c, i) }\nclose(c) }()\nf(c)",
        0),
    "empty": ("let i = 0\nfor (; i < 3; ) { i = i + 1 }", 3),
}


def compiled(text: str) -> Module:
    return compile_source(decode(text, "t.sn"))


def ticks(module: Module, executor: str, **settings: object) -> tuple[int, list[str]]:
    printed: list[str] = []
    context = Context(write=printed.append, read_line=lambda: None)
    context.start_count(50_000_000)
    try:
        run(module, context=context, executor=EXECUTORS_METERED[executor](), **settings)
    except (Located, Stop) as error:
        printed.append(type(error).__name__)
    return context.ticks, printed


@pytest.fixture
def many_frames():
    """A call in a closure tree takes several frames of Python."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize("name", PIECES)
def test_ticks_of_one_construct(name):
    text, wanted = PIECES[name]
    module = compiled(text)
    counts = {executor: ticks(module, executor)[0] for executor in EXECUTORS_METERED}
    assert len(set(counts.values())) == 1, counts
    if wanted:
        assert counts["interp"] == wanted


@pytest.mark.parametrize("executor", ["ast", "tree", "ast-debug"])
@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_ticks_of_a_case(case, executor, monkeypatch, many_frames):
    monkeypatch.chdir(case.parent)
    module = load_file(case.name)
    settings = {"search_path": [".", "lib"], "path": case.name}
    wanted = ticks(module, "interp", **settings)
    if "StackOverflow" in wanted[1] or "stack overflow" in "".join(wanted[1]):
        pytest.skip("how deep calls can nest depends on the executor")
    assert ticks(module, executor, **settings) == wanted


@pytest.mark.parametrize("steps", [0, 1, 5, 99, 1023, 1024, 1025, 5000])
def test_a_step_limit_stops_at_the_same_place(steps):
    module = compiled("fn f(i) { return i }\nlet i = 0\nwhile true { i = i + 1\nlog(f(i)) }")
    outcomes = []
    for name in EXECUTORS_METERED:
        printed: list[str] = []
        context = Context(write=printed.append)
        context.start_count(steps)
        with pytest.raises(LimitStop) as stopped:
            run(module, context=context, executor=EXECUTORS_METERED[name]())
        outcomes.append((stopped.value.limit, len(printed)))
    assert set(outcomes) == {("steps", (steps + 1) // 2)}


SIZES = {
    'let s = "ab"\nwhile true { s = s + s }': "string too large",
    'let s = "ab"\nwhile true { s = s + "c" + 1 }': "string too large",
    'let s = "ab"\nwhile true { s = "x" + s }': "string too large",
    'fn f(s) { return f(s + s) }\nf("ab")': "string too large",
    'let s = "ab"\nfn f() { while true { s = s + s } }\nf()': "string too large",
    'let s = "ab"\nfn f() { while true { s = s + "c" + s + 1 } }\nf()': "string too large",
    'fn f() { let s = "ab"\nlet g = fn() { s = s + s }\nwhile true { g() } }\nf()':
        "string too large",
    "let m = {i: -3}\nwhile true { m.i = m.i * 7 }": "integer too large",
    "let m = {a: [1]}\nwhile true { m.a = m.a + m.a }": "array too large",
    "fn f(a, b) { return f(a * b, b) }\nf(3, 5)": "integer too large",
    "fn f(a, b) { return f(b, a * b) }\nf(3, -5)": "integer too large",
    'fn f(a, b) { return len(a * b) }\nf(1000, "x")': "string too large",
    "fn f(s) { return f(s + s) }\nf([1])": "array too large",
    'let m = {s: "ab"}\nwhile true { m.s = m.s + m.s }': "string too large",
    "let s = \"ab\"\nwhile true { s = `${s}${s}` }": "string too large",
    "let a = []\nwhile true { push(a, 1) }": "array too large",
    "let a = []\nwhile true { a.push(1) }": "array too large",
    "let a = []\nwhile true { a[len(a)] = 1 }": "array too large",
    "let a = [1]\nwhile true { a = a + a }": "array too large",
    "let a = [1]\nwhile true { unshift(a, 1) }": "array too large",
    "let a = [1]\nwhile true { insert(a, 0, 1) }": "array too large",
    "let i = 3\nwhile true { i = i * i }": "integer too large",
    "let i = -3\nwhile true { i = i * 7 }": "integer too large",
    "let m = {i: 3}\nwhile true { m.i = m.i * m.i }": "integer too large",
    "let a = [1] * 1000": "array too large",
    'let a = "x" * 1000': "string too large",
    "fn f(a, b) { return a * b }\nf([1], 1000)": "array too large",
    "pow(3, 2000)": "integer too large",
    "shl(1, 2000)": "integer too large",
}


@pytest.mark.parametrize("executor", EXECUTORS_METERED)
@pytest.mark.parametrize("text", SIZES)
def test_sizes(text, executor):
    context = Context(write=lambda text: None)
    context.sized = True
    context.start_count(100_000)
    before = limits.use(Sizes(string=400, array=300, bits=1000))
    try:
        with pytest.raises(Located) as thrown:
            run(compiled(text), context=context, executor=EXECUTORS_METERED[executor]())
    finally:
        limits.use(before)
    assert (thrown.value.kind, thrown.value.message) == ("overflow", SIZES[text])


@pytest.mark.parametrize("executor", EXECUTORS_METERED)
def test_catching_a_size_error_does_not_help(executor):
    text = """
        let s = "ab"
        let a = [1]
        for i in range(200) {
          try { s = s + s } catch e { }
          try { push(a, 1, 2, 3) } catch e { }
          try { a.push(1) } catch e { }
        }
        log(len(s), len(a))
    """
    printed: list[str] = []
    context = Context(write=printed.append)
    context.sized = True
    before = limits.use(Sizes(string=400, array=300))
    try:
        run(compiled(text), context=context, executor=EXECUTORS_METERED[executor]())
    finally:
        limits.use(before)
    assert printed == ["256 300\n"]


def test_a_loop_without_calls_counts_in_a_variable():
    def code(text):
        return ast.unparse(generate(prepare(compiled(text)), metered=True).tree)

    assert "_left = _left - 1" in code("fn f(n) { for i in range(n) { let x = i } }\nf(3)")
    for text in ("fn f(n) { for i in range(n) { log(i) } }\nf(3)",
                 "fn f(m) { for i in range(3) { m.g() } }\nf({g: fn() => 1})",
                 "fn f(m) { for x in m { } }\nlet g = f\ng(1)"):
        assert "_left = _left - 1" not in code(text), text


def test_production_code_counts_nothing():
    module = compiled("\n".join(text for text, _ in PIECES.values()).replace("let ", "var "))
    plain = ast.unparse(generate(prepare(module)).tree)
    metered = ast.unparse(generate(prepare(module), metered=True).tree)
    assert "_meter" not in plain
    assert "_refill" not in plain
    assert "_meter.fuel" in metered


def test_metered_code_is_an_executor_of_all_cases():
    assert "ast-metered" in EXECUTORS
