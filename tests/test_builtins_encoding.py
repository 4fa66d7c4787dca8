"""Section encoding."""

from __future__ import annotations

import csv
import io
import random

from builtin_rows import Throws, call, check, member, rows

from sentra.errors import SentraError

NO_TEXT = Throws("value", part="no UTF-8 text")
MALFORMED = Throws("value", part="malformed")


@rows(
    ("base64_encode", "hello", "aGVsbG8="), ("base64_decode", "aGVsbG8=", "hello"),
    ("base64_encode", "", ""), ("base64_decode", "", ""), ("base64_encode", "é😀", "w6nwn5iA"),
    ("base64_decode", "aGVs\n bG8", "hello"), ("base64_decode", "aGVsbG8*", MALFORMED),
    ("base64_decode", "a", MALFORMED), ("base64_decode", "aGV=sbG8", MALFORMED),
    ("base64_decode", "é", MALFORMED), ("base64_decode", "//8=", NO_TEXT),
    ("base64_encode", 5, Throws("type", "base64_encode: argument 1 must be string, not number")),
    ("base64_encode", SentraError("hello"), "aGVsbG8="),
    ("base64url_encode", "~~~???", "fn5-Pz8_"), ("base64url_decode", "fn5-Pz8_", "~~~???"),
    ("base64url_decode", "aGVsbG8", "hello"), ("base64url_decode", "fn5+Pz8_", MALFORMED),
    ("hex_encode", "hi", "6869"), ("hex_decode", "6869", "hi"), ("hex_decode", "C3A9", "é"),
    ("hex_decode", "6", MALFORMED), ("hex_decode", "zz", MALFORMED), ("hex_decode", "ff", NO_TEXT),
    ("hex_decode", "68 69", MALFORMED), ("hex_decode", "é", MALFORMED),
    ("url_encode", "a&b=c/d ~", "a%26b%3Dc%2Fd%20~"), ("url_encode", "é", "%C3%A9"),
    ("url_decode", "a%26b%3dc", "a&b=c"), ("url_decode", "1+1", "1+1"),
    ("url_decode", "100%", "100%"),
    ("url_decode", "%zz%4", "%zz%4"), ("url_decode", "%FF", NO_TEXT),
    ("url_decode", "é%C3%A9", "éé"),
    ("html_escape", "<a & \"b\" 'c'>", "&lt;a &amp; &quot;b&quot; &#x27;c&#x27;&gt;"),
    ("html_unescape", "&lt;a &amp; b&gt; &eacute; &#65;", "<a & b> é A"),
    ("html_unescape", "&#0065; &#00; &#99999999; &#" + "9" * 5000 + "x", "A \ufffd \ufffd \ufffdx"),
    ("csv_parse", 'a,b\n1,"x, y"', [["a", "b"], ["1", "x, y"]]),
    ("csv_parse", "a,b\r\n\r\n1,\n", [["a", "b"], ["1", ""]]), ("csv_parse", "", []),
    ("csv_parse", '"a ""q"" b","two\nlines"\n"",x', [['a "q" b', "two\nlines"], ["", "x"]]),
    ("csv_parse", '""\n\n"b"', [[""], ["b"]]),
    ("csv_parse", 'a"b,"c"d\r"e"', [['a"b', "cd"], ["e"]]),
    ("csv_parse", 'x\n"open', Throws("value", "malformed CSV: missing quote for line 2")),
    ("csv_parse", "n,v\nx,1\ny", True, [{"n": "x", "v": "1"}, {"n": "y", "v": None}]),
    ("csv_parse", "n,v\nx,1", False, [["n", "v"], ["x", "1"]]), ("csv_parse", "n,v\n", True, []),
    ("csv_parse", 'n\n"a\nb"\nx,1', True,
     Throws("value", "malformed CSV: line 4 has 2 fields, the header 1")),
    ("csv_format", [["a", "b,c"], [1, 'd"e'], [None, True], [2.0, "x\ny"]],
     'a,"b,c"\n1,"d""e"\n,true\n2,"x\ny"\n'),
    ("csv_format", [{"n": "x", "v": 1}, {"v": 2, "w": 3}], "n,v,w\nx,1,\n,2,3\n"),
    ("csv_format", [], ""), ("csv_format", [[""]], '""\n'), ("csv_format", [1], Throws("type")),
    ("csv_format", "x", Throws("type", "csv_format: argument 1 must be array, not string")),
)
def test_rows(row):
    check(row)


def random_text(draw: random.Random, alphabet: str) -> str:
    return "".join(draw.choices(alphabet, k=draw.randint(0, 12)))


def test_round_trips():
    draw = random.Random(5)
    for _ in range(200):
        text = random_text(draw, "abc é😀%+/<>&'\"\n\x00")
        for name in ("base64", "base64url", "hex", "url"):
            assert call(f"{name}_decode", call(f"{name}_encode", text)) == text
        assert call("html_unescape", call("html_escape", text)) == text
        rows_ = [[random_text(draw, 'ab,"\n\r ') for _ in range(draw.randint(1, 3))]
                 for _ in range(draw.randint(0, 4))]
        assert call("csv_parse", call("csv_format", rows_)) == rows_


def test_csv_agrees_with_python():
    draw = random.Random(6)
    for _ in range(300):
        text = "\n".join([
            ",".join([draw.choice(['a', '"b"', '"x,""y"', "", " s ", 'q"r'])
                      for _ in range(draw.randint(1, 3))]) for _ in range(draw.randint(0, 4))])
        wanted = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
        assert call("csv_parse", text) == wanted, text


def test_a_long_field():
    text = "x" * 200_000  # more than Python's reader takes
    assert call("csv_parse", f'"{text}",b') == [[text, "b"]]


def test_module_members():
    assert member("encoding", "base64_encode", "hello") == "aGVsbG8="
    assert member("encoding", "csv_parse", "a,b") == [["a", "b"]]
