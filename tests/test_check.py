"""What `sentra check` finds, and what it does not."""

from __future__ import annotations

import pytest

from sentra.lower.check import check, wrong_count
from sentra.runtime import registry
from sentra.source import Source
from sentra.syntax.parser import parse

BUILTINS = {"log": (0, None), "len": (1, 1), "range": (1, 3), "PI": None}

UNDECLARED = 'assignment to undeclared name "a": it becomes a variable of the module'
MINUS = ("this line continues the expression above it: "
         "move the - there, or end that line with ;")

LONE = "log alone does nothing; a call needs parentheses: log(…)"

FOUND = {
    # names
    "log(a)": ['1:5: error: undefined variable "a"'],
    "fn f() => a + b": ['1:11: error: undefined variable "a"',
                        '1:15: error: undefined variable "b"'],
    "let a = a": ['1:9: error: undefined variable "a"'],
    "{ let a = 1 }\nlog(a)": ['2:5: error: undefined variable "a"'],
    "log(a, fn() => a)\nlet a = 1": ['1:5: error: undefined variable "a"'],
    "a += 1": [f"1:1: warning: {UNDECLARED}"],
    "fn f() { a = 1 }\nfn g() { a = 2 }\nlog(a)": [f"1:10: warning: {UNDECLARED}"],
    # numbers of arguments
    "fn f(a, b = 1) { }\nf()\nf(1, 2, 3)": [
        "2:1: error: f expects 1 to 2 arguments, got 0",
        "3:1: error: f expects 1 to 2 arguments, got 3"],
    "fn f(a, ...b) { }\nf()": ["2:1: error: f expects at least 1 argument, got 0"],
    "len()\ngo len(1, 2)": ["1:1: error: len expects 1 argument, got 0",
                            "2:4: error: len expects 1 argument, got 2"],
    "fn g() { f(1) }\nfn f() { }": ["1:10: error: f expects 0 arguments, got 1"],
    "{ fn f() { }\nlog(f(1)) }": ["2:5: error: f expects 0 arguments, got 1"],
    # unreachable code
    "fn f() { return 1\nlog(2)\nlog(3) }": ["2:1: warning: unreachable code after return"],
    "fn f() { throw 1; fn g() { } log(2) }": ["1:30: warning: unreachable code after throw"],
    "while true { break; log(1) }": ["1:21: warning: unreachable code after break"],
    "for x in [1] { if x { continue; log(1) } }": [
        "1:33: warning: unreachable code after continue"],
    "return\nlog(1)": ["2:1: warning: unreachable code after return"],
    "let a = match 1 { _ => { return 1; log(2); 3 } }": [
        "1:36: warning: unreachable code after return"],
    "let a = if 1 { throw 1; 2 }": ["1:25: warning: unreachable code after throw"],
    # a line that starts with -
    "let a = 1\nlet b = a\n- 2": [
        f"3:1: warning: {MINUS}"],
    "fn f(a) {\n  return a\n    + a\n    - 1 * 2\n    + a\n}": [
        f"4:5: warning: {MINUS}"],
    # a call without parentheses
    'log "a"': [f"1:1: warning: {LONE}"],
    'let f = fn() { log\tPI; 1 }': [f"1:16: warning: {LONE}"],
    'lo "a"': ['1:1: error: undefined variable "lo"'],
    # what lowering refuses, with everything else
    "const A = 1\nA = 2\nlog(b)": ["2:1: error: cannot assign to constant A",
                                   '3:5: error: undefined variable "b"'],
    "const A = 1\n" + "A = 2\n" * 12: [
        f"{line}:1: error: cannot assign to constant A" for line in range(2, 14)],
}

CLEAN = [
    "let a = 1\nlog(a, PI, len([1]), range(1, 2))",
    "fn f() => g()\nfn g() => a\nlet a = 1",
    "log(v)\nvar v = 1",
    "fn f() { log(v, len(1, 2)); if v { var v = 1; var len = f } }",
    "let len = fn(a, b) => a\nlen(1, 2)",
    "fn f(len) { len() }",
    "fn f(a) { }\nf = len\nf(1, 2, 3)",
    "fn f(a) { }\nfn f(a, b) { }\nf(1, 2)",
    "fn f(a) { }\n{ let f = len; f(1, 2, 3) }",
    "for x in [1] { log(x) }\ntry { } catch e { log(e) }\nmatch 1 { n if n => log(n) }",
    "import math\nimport { a as b } from './x'\nlog(math.floor(b))",
    "fn f() { return 1; fn g() { } }",
    "log(1); return; export fn g() { }; fn h() { }",
    "let a = 1 -\n  2\nlet b = [1,\n  -2]\nlet c = -1;\n-c",
    "[1].len(1, 2, 3)",
    "log; PI\nlog\nlen\nlet a = if 1 { log } else { len }",
    "let a = 1 a = 2 log(a)",
]


def findings(text: str) -> list[str]:
    source = Source("t.sn", text)
    return [repr(finding) for finding in check(parse(source), source, BUILTINS)]


@pytest.mark.parametrize("text, expected", FOUND.items(), ids=lambda v: str(v)[:40])
def test_found(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize("text", CLEAN)
def test_clean(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize("least, most", [
    (0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, None), (2, None)])
def test_counts_read_like_those_at_run_time(least: int, most: int | None) -> None:
    assert wrong_count("f", least, most, 9) == registry.wrong_count("f", least, most, 9)
