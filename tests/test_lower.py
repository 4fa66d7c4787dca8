"""Lowering: listings of small programs, scopes, positions, syntax errors, size.

The listings in tests/lower are regenerated, to be read before they are committed, with
``SENTRA_UPDATE=1 python -m pytest tests/test_lower.py``.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from executors import interp

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Module
from sentra.bytecode.edit import walk
from sentra.bytecode.text import constant_text
from sentra.bytecode.verify import verify
from sentra.errors import SentraSyntaxError
from sentra.lower.module import lower
from sentra.pipeline import run
from sentra.runtime.context import Context
from sentra.source import Source
from sentra.syntax.parser import parse

HERE = Path(__file__).parent


def lowered(text: str) -> Module:
    source = Source("t.sn", text)
    module = lower(parse(source), source)
    verify(module)
    return module


def problems(text: str) -> list[str]:
    with pytest.raises(SentraSyntaxError) as caught:
        lowered(text)
    return [f"{p.span[4]}:{p.span[5]} {p.message}" for p in caught.value.problems]


# --- listings ------------------------------------------------------------------------------------


def listing(module: Module) -> str:
    lines = [f"{title}: {' '.join(names)}" for title, names in (
        ("variables", module.variables), ("implicit", module.implicit),
        ("single", module.single), ("exports", [f"{a}={b}" for a, b in module.exports])) if names]
    for function in walk(module.body):
        lines += _function(function)
    return "\n".join(lines)


def _function(function: Function) -> list[str]:
    names = list(function.local_names)
    upvalues = [f"{u.name}={'local' if u.is_local else 'upvalue'} {u.index}"
                for u in function.upvalues]
    lines = [f"{function.name} ({', '.join(names)}) stack {function.max_stack}"
             + (f" upvalues {', '.join(upvalues)}" if upvalues else "")]
    for at, instruction in enumerate(function.code):
        row = ops.BY_NUMBER[instruction[0]]
        operands = []
        for kind, value in zip(row.operands, instruction[1:], strict=False):
            operands.append(
                constant_text(function.constants[value]) if kind == "k"
                else names[value] if kind == "s"
                else function.upvalues[value].name if kind == "u"
                else function.functions[value].name if kind == "f" else str(value))
        lines.append(f"  {at:2} {row.name} {' '.join(operands)}".rstrip())
    lines += [f"  handler {h.start}..{h.end} -> {h.target} depth {h.depth}"
              for h in function.handlers]
    return lines


def cases(path: Path) -> list[tuple[str, str, str]]:
    """(title, source, listing) of each case in a file."""
    found = []
    for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = part.partition("\n")
        source, _, expected = rest.partition("---\n")
        found.append((title, source, expected.strip("\n")))
    return found


FILES = sorted((HERE / "lower").glob("*.test"))
if os.environ.get("SENTRA_UPDATE"):
    for _path in FILES:
        _path.write_text("\n".join(
            [f"=== {title}\n{source}---\n{listing(lowered(source))}\n"
             for title, source, _ in cases(_path)]), encoding="utf-8")


@pytest.mark.parametrize("title, source, expected", [
    pytest.param(*case, id=f"{path.stem}: {case[0]}") for path in FILES for case in cases(path)])
def test_listing(title: str, source: str, expected: str) -> None:
    assert listing(lowered(source)) == expected


# --- what programs do ----------------------------------------------------------------------------


@pytest.mark.parametrize("title, source, expected", [
    pytest.param(*case, id=case[0]) for case in cases(HERE / "lower" / "scopes.run")])
def test_run(title: str, source: str, expected: str) -> None:
    printed: list[str] = []
    run(lowered(source), context=Context(write=printed.append), executor=interp())
    assert "".join(printed).rstrip("\n") == expected


# --- positions -----------------------------------------------------------------------------------

# (source, opcode, which of them, the text that its span covers, column of its mark)
SPANS = [
    ("log(a + bb)", "ADD", 0, "a + bb", 7),
    ("log(a +\n  bb)", "ADD", 0, "a +\n  bb", 7),
    ("x = a.b(1)", "INVOKE", 0, "a.b(1)", 5),
    ("x = a.b(1)", "SET_GLOBAL", 0, "x", 1),
    ("x = f(1)(2)", "CALL", 1, "f(1)(2)", 5),
    ("a[1].k = 2", "SET_PROPERTY", 0, "a[1].k", 1),
    ("a[1].k = 2", "INDEX", 0, "a[1]", 1),
    ("a[1] = 2", "SET_INDEX", 0, "a[1]", 1),
    ("a[1] += 2", "SET_INDEX", 0, "a[1] += 2", 6),
    ("a[1] += 2", "INDEX", 0, "a[1] += 2", 6),
    ("a.k -= 2", "SUB", 0, "a.k -= 2", 5),
    ("zz += 1", "GET_GLOBAL", 0, "zz += 1", 4),
    ("let x = 1\nx++", "ADD", 0, "x++", 2),
    ("  throw a", "THROW", 0, "throw a", 3),
    ("log(zz)", "GET_BUILTIN", 1, "zz", 5),
    ("for x in f() { }", "ITER_START", 0, "f()", 10),
    ("for x in f() { }", "ITER_NEXT", 0, "f()", 10),
    ('import "a" as b', "IMPORT", 0, 'import "a" as b', 1),
    ("x = -y", "NEGATE", 0, "-y", 5),
    ("x = [1][a:2]", "SLICE", 0, "[1][a:2]", 5),
    ("x = a not in b", "IN", 0, "a not in b", 7),
]


@pytest.mark.parametrize("text, name, which, covered, mark", SPANS, ids=lambda v: str(v)[:20])
def test_spans(text: str, name: str, which: int, covered: str, mark: int) -> None:
    body = lowered(text).body
    found = [span for span, (op, *_) in zip(body.spans, body.code, strict=True)
             if ops.BY_NUMBER[op].name == name]
    line, column, end_line, end_column, _, mark_column = found[which]
    lines = text.split("\n")[line - 1:end_line]
    lines[-1] = lines[-1][:end_column - 1]
    lines[0] = lines[0][column - 1:]
    assert ("\n".join(lines), mark_column) == (covered, mark)


# --- syntax errors -------------------------------------------------------------------------------

ERRORS = {
    "const A = 1\nA = 2\nfn f() { A += 1 }\n{ A++ }": [
        "2:1 cannot assign to constant A", "3:10 cannot assign to constant A",
        "4:3 cannot assign to constant A"],
    "fn f() { A = 1 }\nconst A = 1": ["1:10 cannot assign to constant A"],
    "A = 1\nconst A = 2": ["1:1 cannot assign to constant A"],
    "const A = 1\nconst A = 2": ["2:1 cannot declare constant A again"],
    "const A = 1\nlet A": ["2:1 cannot declare constant A again"],
    "let A = 1\nconst A = 2": ["2:1 cannot declare constant A again"],
    "const A = 1\nif A { var A = 2 }": ["2:8 cannot declare constant A again"],
    "fn A() { }\nconst A = 2": ["2:1 cannot declare constant A again"],
    "const math = 1\nimport math": ["2:1 cannot declare constant math again"],
    "export { zz }": ["1:10 cannot export zz: no such variable in this module"],
    "const A = 1\n" + "A = 2\n" * 12: [
        f"{line}:1 cannot assign to constant A" for line in range(2, 12)],
}


@pytest.mark.parametrize("text, expected", ERRORS.items(), ids=lambda v: str(v)[:30])
def test_problems(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize("text", [
    "const A = 1\n{ const A = 2; let B = A }", "const A = 1\nfn f(A) { A = 2 }",
    "const A = 1\nfor A in [1] { A = 2 }", "const A = 1\n{ let A = A; A = 2 }",
    "fn f() { g = 1 }\nexport { g }", "let _ = 1\nconst _ = 2\nlet _ = 3",
    "fn f(_, _) { for _, _ in [1] { } try { } catch _ { } }"])
def test_no_problems(text: str) -> None:
    lowered(text)


# --- size ----------------------------------------------------------------------------------------

LONG = {
    "sum": lambda n: "let a = 1\nlet b = " + " + ".join(["a"] * n),
    "or": lambda n: "let a = 1\nlet b = " + " || ".join(["a"] * n),
    "members": lambda n: "let a = nil\nlet b = a" + ".b" * n,
    "calls": lambda n: "let a = nil\nlet b = a" + ".b(1)[2]" * n,
    "else if": lambda n: "if 1 { }" + " else if 2 { }" * n,
    "statements": lambda n: "log(1)\n" * n,
    "locals": lambda n: "fn f() {" + "".join([f"let v{i} = {i}\n" for i in range(n)]) + "}",
    "captured": lambda n: "fn f() {" + "".join([f"let v{i} = {i}\n" for i in range(n)])
                          + "return fn() => [" + ",".join([f"v{i}" for i in range(n)]) + "] }",
    "vars used before": lambda n: "fn f() {" + "".join([f"log(v{i})\n" for i in range(n)])
                                  + "".join([f"var v{i} = 1\n" for i in range(n)]) + "}",
    "shared": lambda n: "".join([f"let v{i} = {i}\n" for i in range(n)])
                        + "fn f() => [" + ",".join([f"v{i}" for i in range(n)]) + "]",
    "returns": lambda n: "".join([f"let v{i} = 1\nif v{i} {{ return }}\n" for i in range(n)]),
    "functions": lambda n: "".join([f"fn f{i}() => f{i + 1}()\n" for i in range(n)]),
    "match": lambda n: "match 1 {" + "".join([f"{i} => log({i})\n" for i in range(n)]) + "}",
}


@pytest.mark.parametrize("shape", LONG)
def test_time_is_linear(shape: str) -> None:
    def cost(count: int) -> float:
        source = Source("t.sn", LONG[shape](count))
        program = parse(source)
        best = 1e9
        gc.disable()  # its cost depends on what else the process holds
        try:
            for _ in range(3):
                start = time.thread_time()
                lower(program, source)
                best = min(best, time.thread_time() - start)
        finally:
            gc.enable()
        return best

    small = cost(500)
    assert cost(5_000) < 40 * small + 0.05


NESTED = {
    "arrays": ("let a = ", "[", "1", "]"),
    "calls": ("let f = nil\nlet a = ", "f(", "1", ")"),
    "minus": ("let a = ", "- ", "1", ""),
    "blocks": ("", "{ ", "", "}"),
    "if": ("", "if 1 { ", "", "}"),
    "if value": ("let a = ", "if 1 { ", "2", "}"),
    "while": ("", "while 1 { ", "", "}"),
    "for": ("", "for x in [1] { ", "", "}"),
    "match": ("", "match 1 { 1 => ", "log(1)", "}"),
    "try": ("", "try { ", "", "} finally { }"),
    "catch": ("", "try { ", "", "} catch e { }"),
    "functions": ("let f = ", "fn() { return ", "1", "}"),
    "function declarations": ("", "fn f() { ", "", "}"),
}


@pytest.mark.parametrize("shape", NESTED)
def test_nesting_needs_few_frames(shape: str) -> None:
    """200 levels, with the recursion limit that Python starts with."""
    before, opened, inside, closed = NESTED[shape]
    source = Source("t.sn", before + opened * 200 + inside + closed * 200)
    program = _in_big_thread(lambda: parse(source))
    limit = sys.getrecursionlimit()
    depth = len(_frames())
    sys.setrecursionlimit(depth + 650)
    try:
        lower(program, source)
    finally:
        sys.setrecursionlimit(limit)


def _frames() -> list[object]:
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def _in_big_thread(work):
    result = []
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    thread = threading.Thread(target=lambda: result.append(work()))
    thread.start()
    thread.join()
    sys.setrecursionlimit(limit)
    return result[0]
