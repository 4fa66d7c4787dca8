"""Tree to text: what is printed parses to the same tree, and reads as expected."""

from __future__ import annotations

import pathlib
import random

import pytest
from sources import CASES, NESTED, mutated, nested, rows
from test_parser import TREES
from trees import parsed, shape

from sentra.errors import SentraSyntaxError
from sentra.source import decode
from sentra.syntax.parser import parse
from sentra.syntax.printer import print_tree


def same_again(text: str) -> None:
    tree = parsed(text)
    printed = print_tree(tree)
    again = parsed(printed)
    assert shape(again) == shape(tree), printed
    assert print_tree(again) == printed


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_conformance_cases(path: pathlib.Path) -> None:
    try:
        tree = parse(decode(path.read_bytes(), path.name))
    except SentraSyntaxError:
        assert path.parent.name == "syntax_errors"
        return
    assert shape(parsed(print_tree(tree))) == shape(tree)


@pytest.mark.parametrize("source", [source for source, _ in rows(TREES)])
def test_every_form(source: str) -> None:
    same_again(source)


@pytest.mark.parametrize("name", NESTED)
def test_nesting(name: str) -> None:
    same_again(nested(name, 20))


@pytest.mark.parametrize("source, printed", [
    ("a+b*(c-d)-(e-f)", "a + b * (c - d) - (e - f)"),
    ("(a+b)*c", "(a + b) * c"),
    ("(a == b) == (c == d)", "a == b == (c == d)"),
    ("not (a in b)", "!(a in b)"),
    ("(!a) in b", "!a in b"),
    ("- (- a)", "- -a"),
    ("(-a).b", "(-a).b"),
    ("-(a.b)", "-a.b"),
    ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
    ("(a || b)(c)", "(a || b)(c)"),
    ("(fn(x) => x)(1)", "fn(x) {\n  return x\n}(1)"),
    ("a;\n-b", "a;\n-b"),
    ("a\n!b", "a\n!b"),
    ("({a: 1}).b", "({a: 1}.b)"),
    ("({a: 1}).b = 2", "({a: 1}.b) = 2"),
    ("(if a { 1 })", "(if a {\n  1\n})"),
    ("(match a { }).b", "(match a { }).b"),
    ("x = if a { 1 } else { 2 }", "x = if a {\n  1\n} else {\n  2\n}"),
    ("(select)\n{ }", "(select)\n{ }"),
    ("(a ? b : c) <- d", "(a ? b : c) <- d"),
    ("x = a <-b", "x = a < -b"),
    ("for ((x) in y; ; ) { }", "for ((x in y); ; ) { }"),
    ("select { case <-a: (case)\n (default) = 1 }",
     "select {\n  case <-a:\n    (case)\n    (default) = 1\n}"),
    ("select { case (<-a) <- b: return (case) }",
     "select {\n  case <-a <- b:\n    return (case)\n}"),
    ("`a${'b'}`", '`${"a"}b`'),
    ("`${'b'}${''}${'\\n'}c`", '`b${""}\\n${"c"}`'),
    ("`\\${a}\\`${b}`", "`\\${a}\\`${b}`"),
    ("'a\"\\\\\\n\\0\\x1b\\u202e\\u{1F600}é'", '"a\\"\\\\\\n\\0\\u{1b}\\u{202e}😀é"'),
    ("x = {'a b': 1, 'c': 2, (true): 3, 4.5: 5, (-1): 6}",
     'x = {"a b": 1, c: 2, (true): 3, 4.5: 5, (-1): 6}'),
    ("match a { -0.0 => b, -1e400 => c _ if d => e }",
     "match a {\n  -0.0 => b,\n  -1e999 => c,\n  _ if d => e,\n}"),
    ("1e400 1e-7 5.0", "1e999\n1e-07\n5.0"),
    ("x++", "x += 1"),
    ("if a { } else if b { c }", "if a { } else if b {\n  c\n}"),
    ("try { a } catch (e) { } finally { b }",
     "try {\n  a\n} catch e { } finally {\n  b\n}"),
    ("import math; import 'a/b'", 'import math as math\nimport "a/b" as b'),
    ("export { a, b as in }", "export { a as a, b as in }"),
    ("go fn() { }()", "go fn() { }()"),
])
def test_texts(source: str, printed: str) -> None:
    assert print_tree(parsed(source)) == printed + "\n"
    same_again(source)


def test_long_integers() -> None:
    same_again("x = " + "9" * 5000)


@pytest.mark.parametrize("source", ["a" + " + a" * 50_000, "a" + ".b()[0]" * 20_000,
                                    "if a { }" + " else if a { }" * 20_000],
                         ids=["operators", "postfix", "else if"])
def test_long_chains(source: str) -> None:
    printed = print_tree(parsed(source))
    assert print_tree(parsed(printed)) == printed


def test_mutated_programs() -> None:
    texts = [text for path in CASES if len(text := path.read_text(errors="replace")) < 3000]
    printed = 0
    for seed in range(600):
        text = mutated(random.Random(seed).choice(texts), texts, random.Random(seed))
        try:
            parsed(text)
        except SentraSyntaxError:
            continue
        same_again(text)
        printed += 1
    assert printed > 50
