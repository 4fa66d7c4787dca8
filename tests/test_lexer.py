"""Text to tokens, and bytes to text."""

from __future__ import annotations

import math
import time

import pytest

from sentra.errors import SentraSyntaxError
from sentra.source import Source, decode
from sentra.syntax.lexer import tokenize
from sentra.syntax.literals import MAX_DIGITS, unescape
from sentra.syntax.tokens import KEYWORDS, OPERATORS, Tokens


def lexed(text: str) -> Tokens:
    return tokenize(Source("test.sn", text))


def kinds(text: str) -> str:
    tokens = lexed(text)
    assert tokens.problems == []
    return " ".join(tokens.kinds[:-2])


def value(text: str) -> object:
    tokens = lexed(text)
    assert tokens.problems == []
    assert tokens.kinds == ["literal", "eof", "eof"]
    return tokens.values[0]


def problems(text: str) -> list[str]:
    return [str(problem).removeprefix("test.sn:") for problem in lexed(text).problems]


@pytest.mark.parametrize("text, expected", [
    ("", ""),
    (" \t\f\v\n\n ", ""),
    ("a _ __ a1 _b Z9", "name _ name name name name"),
    ("go spawn select case default as from log", "go go select case case name name name"),
    ("null nil nilly", "nil nil name"),
    ("a++ +b--- -c", "name ++ + name -- - - name"),
    ("a<-b<--c<=d", "name <- name <- - name <= name"),
    ("x=>y->z...w.v", "name => name -> name ... name . name"),
    ("a&&b||c|d!e!=f==g=h", "name && name || name | name ! name != name == name = name"),
    ("a+=1-=2*=3/=4%=5", "name += literal -= literal *= literal /= literal %= literal"),
    ("1.foo 1.5.foo", "literal . name literal . name"),
    ("a // b\n# c\nd /* e\n f */ g", "name name name"),
    ("a /* x /* y */ b", "name name"),
    ("'//' \"#\" `/*`", "literal literal literal"),
    ("`a${b}c`", "template name template end"),
    ("`${a}${b}`", "template name template middle name template end"),
    ("`${ {a: {}} }`", "template { name : { } } template end"),
    ("`${`x${'}'}y`}`", "template template literal template end template end"),
    ("`${`x`}` { }", "template literal template end { }"),
    ("`$ {a} $`", "literal"),
    ("`${a /* } */}`", "template name template end"),
])
def test_kinds(text: str, expected: str) -> None:
    assert kinds(text) == expected


def test_every_operator_and_keyword_is_its_own_kind() -> None:
    words = [word for word in OPERATORS + KEYWORDS if word != "null"]
    assert kinds(" ".join(words)) == " ".join(words)


@pytest.mark.parametrize("text, expected", [
    ("0", 0), ("42", 42), ("1_000_000", 1000000), ("0xFF", 255), ("0xff_ff", 65535),
    ("0b1010", 10), ("0o17", 15), ("0x1E", 30), ("0XfF", 255),
    ("123456789012345678901234567890", 123456789012345678901234567890),
    ("3.14", 3.14), ("1.5e10", 1.5e10), ("4.56e-3", 4.56e-3), ("1e6", 1e6), ("1E+2", 100.0),
    ("0.5", 0.5), ("100.0", 100.0), ("1_0.2_5", 10.25), ("0e1", 0.0), ("1e400", math.inf),
])
def test_numbers(text: str, expected: float) -> None:
    result = value(text)
    assert result == expected
    assert type(result) is type(expected)


def test_long_integers() -> None:
    assert value("9" * 10_000) == 10 ** 10_000 - 1
    assert value("1" + "0" * (MAX_DIGITS - 1)) == 10 ** (MAX_DIGITS - 1)
    assert value("0x" + "f" * 50_000) == 16 ** 50_000 - 1
    assert problems("1" * (MAX_DIGITS + 1)) == [
        f"1:1: syntax error: number has more than {MAX_DIGITS} digits"]


@pytest.mark.parametrize("text, column, message", [
    ("007", 1, "leading zero"), ("00", 1, "leading zero"), ("0_1", 1, "leading zero"),
    ("00.5", 1, "leading zero"), ("1__0", 1, "doubled underscore"),
    ("1_", 1, "underscore at the end"), ("1_.5", 1, "underscore at the end"),
    ("1.5_", 1, "underscore at the end"), ("1_e5", 1, "underscore at the end"),
    ("0x1_", 1, "underscore at the end"), ("0x1__2", 1, "doubled underscore"),
    ("12abc", 3, 'letter "a" right after a number'), ("1e", 2, 'letter "e" right after'),
    ("1.5e", 4, 'letter "e" right after'), ("1e5x", 4, 'letter "x" right after'),
    ("1.5f", 4, 'letter "f" right after'), ("1e5e5", 4, 'letter "e" right after'),
    ("0x", 1, "hexadecimal number without digits"), ("0b", 1, "binary number without digits"),
    ("0b12", 4, '"2" is no binary digit'), ("0o8", 3, '"8" is no octal digit'),
    ("0xfg", 4, '"g" is no hexadecimal digit'),
])
def test_malformed_numbers(text: str, column: int, message: str) -> None:
    [problem] = lexed(f"  {text} ").problems
    assert message in problem.message
    assert problem.span[4:] == (1, column + 2)


@pytest.mark.parametrize("text, expected", [
    ('""', ""), ("''", ""), ('"a\'b"', "a'b"), ("'a\"b'", 'a"b'),
    (r'"\n\t\r\0\\\"\'"', "\n\t\r\0\\\"'"), (r'"\x41\u00e9\u{1F600}"', "Aé😀"),
    (r'"\u{0000041}"', "A"), (r'"\d+\.\w"', r"\d+\.\w"), (r'"\xZZ\x4"', r"\xZZ\x4"),
    (r'"\u12\u{}\u{12"', r"\u12\u{}\u{12"), (r'"\u{ 41}\x+1"', r"\u{ 41}\x+1"),
    (r'"\`\$"', r"\`\$"), (r"`\`\${a}\$\n\q`", "`${a}$\n\\q"), ("'a\nb'", "a\nb"),
    ('"\\\n"', "\\\n"), ("'é漢😀\0'", "é漢😀\0"), ("`a\n`", "a\n"), ("`$`", "$"), ("`$$`", "$$"),
])
def test_strings(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text, expected", [
    (r'"\ud800"', ["1:2: syntax error: escape of a surrogate, which is no character"]),
    (r'"\u{dfff}"', ["1:2: syntax error: escape of a surrogate, which is no character"]),
    ('"ab\nc\\u{110000}"', ["2:2: syntax error: escape beyond U+10FFFF"]),
    (r'"\u{' + "f" * 1000 + '}"', ["1:2: syntax error: escape beyond U+10FFFF"]),
    ('a\n "b', ["2:2: syntax error: string is not closed"]),
    ("'", ["1:1: syntax error: string is not closed"]),
    ('"\\"', ["1:1: syntax error: string is not closed"]),
    ("a /* b\n", ["1:3: syntax error: comment is not closed"]),
    ("/*/", ["1:1: syntax error: comment is not closed"]),
    ("a `b", ["1:3: syntax error: template string is not closed"]),
    ("`a${b}\n", ["1:1: syntax error: template string is not closed"]),
    ("a @", ['1:3: syntax error: unknown character "@"']),
    ("a & b", ['1:3: syntax error: unknown character "&"']),
    ("a ~\n^", ['1:3: syntax error: unknown character "~"',
                '2:1: syntax error: unknown character "^"']),
    ("\0", ["1:1: syntax error: unknown character U+0000"]),
    ("a\u202eb", ["1:2: syntax error: unknown character U+202E"]),
    ("a\u00a0b", ["1:2: syntax error: unknown character U+00A0 (type a space instead)"]),
    ("a\u2028b", ["1:2: syntax error: unknown character U+2028"]),
    ("\ufeff", ["1:1: syntax error: unknown character U+FEFF"]),
    ("“a”", ['1:1: syntax error: unknown character "“" (U+201C) (type " instead)']),
    ("größe", ['1:3: syntax error: letter "ö" (U+00F6) in a name: only ASCII letters, digits '
               'and _ can be used']),
    ("раypal", ['1:1: syntax error: letter "р" (U+0440) in a name: only ASCII letters, digits '
                'and _ can be used']),
    ("٣", ['1:1: syntax error: unknown character "٣" (U+0663)']),
])
def test_problems(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_at_most_ten_problems_one_per_line() -> None:
    assert len(problems("@ @ @\n" * 30)) == 10


def test_positions() -> None:
    tokens = lexed("let x = 'a\nbc' + y /* \n */ - `t\n${z}u\n`\n\n  w")
    places = zip(tokens.values, tokens.lines, tokens.columns, tokens.end_lines,
                 tokens.end_columns, strict=True)
    assert list(places) == [
        ("let", 1, 1, 1, 4), ("x", 1, 5, 1, 6), ("=", 1, 7, 1, 8), ("a\nbc", 1, 9, 2, 4),
        ("+", 2, 5, 2, 6), ("y", 2, 7, 2, 8), ("-", 3, 5, 3, 6), ("t\n", 3, 7, 4, 3),
        ("z", 4, 3, 4, 4), ("u\n", 4, 4, 5, 2), ("w", 7, 3, 7, 4), ("", 7, 4, 7, 4),
        ("", 7, 4, 7, 4),
    ]


@pytest.mark.parametrize("data, text", [
    (b"a\r\nb\rc\n", "a\nb\nc\n"), (b"\xef\xbb\xbfa", "a"), ("\ufeffa", "a"), (b"", ""),
    ("é".encode(), "é"), (b"#!/usr/bin/env sentra\r\na", "#!/usr/bin/env sentra\na"),
    ("'\u2028'", "'\u2028'"),
])
def test_decode(data: bytes | str, text: str) -> None:
    assert decode(data, "test.sn").text == text


@pytest.mark.parametrize("data, expected", [
    (b"ok\r\nab\xff\xfe c\nd", ("test.sn:2:3: syntax error: invalid UTF-8", "ab\ufffd\ufffd c")),
    (b"\xef\xbb\xbf\xc3", ("test.sn:1:1: syntax error: invalid UTF-8", "\ufffd")),
    ("\n'\ud800'", ("test.sn:2:2: syntax error: lone surrogate", "'\ud800'")),
])
def test_undecodable(data: bytes | str, expected: tuple[str, str]) -> None:
    with pytest.raises(SentraSyntaxError) as caught:
        decode(data, "test.sn")
    [problem] = caught.value.problems
    assert (str(problem), problem.source_line) == expected


def test_shebang_is_a_comment_and_counted() -> None:
    tokens = lexed("#!/usr/bin/env sentra\nx")
    assert (tokens.values[0], tokens.lines[0]) == ("x", 2)


def test_unescape_leaves_a_last_backslash() -> None:
    assert unescape("a\\") == "a\\"


# SECURITY 9: what is large or odd costs linear time and little memory.
@pytest.mark.parametrize("text", [
    '"' + "a" * 10_000_000 + '"', '"' + "\\n" * 3_000_000 + '"', '"' + "\\n" * 3_000_000,
    "`" + "\\n$" * 2_000_000, "`${ {} }`" * 50_000, "/*" * 1_000_000, "a" * 10_000_000,
    "1_" * 1_000_000, " " * 5_000_000, "\r\n" * 1_000_000, "`${" * 100_000, "\0" * 100_000,
], ids=lambda text: repr(text[:9]))
def test_large_inputs(text: str) -> None:
    start = time.process_time()
    lexed(decode(text, "test.sn").text)
    assert time.process_time() - start < 4
