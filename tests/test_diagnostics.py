"""Errors as they are printed."""

from __future__ import annotations

import re

import pytest
from trees import parsed

from sentra.diagnostics import format_error, format_problem, printable
from sentra.errors import Frame, SentraError, SentraSyntaxError, SyntaxProblem, Thrown

Span = tuple[int, int, int, int, int, int]


def frame(span: Span, line: str, function: str = "<module>", filename: str = "demo.sn") -> Frame:
    return Frame(function, filename, span, line)


def report(*frames: Frame, message: str = "oh") -> list[str]:
    error = SentraError(message)
    error.frames = frames
    return format_error(error).split("\n")


def excerpt(span: Span, line: str) -> list[str]:
    """The lines with the source and the caret, without their margin."""
    _, source, marks, _ = report(frame(span, line))
    number = f"  {span[4]} | "
    assert source.startswith(number)
    assert marks.startswith(" " * (len(number) - 2) + "| ")
    return [source[len(number):], marks[len(number):]]


def test_as_the_language_shows_it() -> None:
    error = SentraError("cannot add nil and number", "type")
    error.frames = (frame((3, 10, 3, 15, 3, 12), "  return a + b", "f"),
                    frame((7, 1, 7, 4, 7, 1), "f()"))
    assert format_error(error) == """\
demo.sn:3:12: error: cannot add nil and number
  3 |   return a + b
    |          ~~^~~
  in f (demo.sn:3)
  in <module> (demo.sn:7)"""


def test_thrown_value() -> None:
    thrown = Thrown(5)
    thrown.frames = (frame((3, 1, 3, 8, 3, 1), "throw 5"),)
    assert format_error(thrown, text="5") == """\
demo.sn:3:1: uncaught: 5
  3 | throw 5
    | ^~~~~~~
  in <module> (demo.sn:3)"""


def test_syntax_errors() -> None:
    with pytest.raises(SentraSyntaxError) as caught:
        parsed("let = 1\nlet x = f(1\nlet y = 12abc\nlet z")
    assert format_error(caught.value) == """\
test.sn:1:5: syntax error: expected a name after let, found =
  1 | let = 1
    |     ^
test.sn:3:11: syntax error: letter "a" right after a number
  3 | let y = 12abc
    |           ^"""


def test_syntax_error_at_the_end_points_behind_the_last_token() -> None:
    with pytest.raises(SentraSyntaxError) as caught:
        parsed("f(1, 2\n\n\n")
    assert format_error(caught.value).split("\n")[1:] == ["  1 | f(1, 2", "    |       ^"]


def test_without_place_or_source() -> None:
    assert format_error(SentraError("broken file")) == "error: broken file"
    assert format_error(Thrown(1), text="1") == "uncaught: 1"
    assert report(frame((3, 1, 3, 2, 3, 1), "")) == [
        "demo.sn:3:1: error: oh", "  in <module> (demo.sn:3)"]


def test_further_lines_of_a_message_come_before_the_source() -> None:
    lines = report(frame((1, 1, 1, 2, 1, 1), "a"), message="one\ntwo\n\tthree")
    assert lines[:4] == ["demo.sn:1:1: error: one", "two", "\\x09three", "  1 | a"]


@pytest.mark.parametrize("span, line, expected", [
    ((1, 1, 1, 4, 1, 1), "abc", ["abc", "^~~"]),
    ((1, 1, 1, 4, 1, 3), "abc", ["abc", "~~^"]),
    ((1, 5, 1, 5, 1, 5), "a(1,", ["a(1,", "    ^"]),  # behind the end
    ((2, 3, 4, 2, 2, 5), "  a + (", ["  a + (", "  ~~^~~"]),  # goes on below
    ((1, 3, 2, 8, 2, 5), "    + b * c", ["    + b * c", "    ^~~"]),  # began above
    ((1, 1, 3, 2, 2, 3), "  b", ["  b", "  ^"]),  # around it
    ((1, 3, 1, 8, 1, 5), "\t\tx + y", ["        x + y", "        ~~^~~"]),
    ((1, 1, 1, 4, 1, 2), "漢+漢", ["漢+漢", "~~^~~"]),  # wide characters take two columns
    ((1, 1, 1, 5, 1, 3), "e\u0301+b", ["e\u0301+b", "~^~"]),  # combining ones none
    ((1, 5, 1, 6, 1, 5), "'\x1b'+a", ["'\\x1b'+a", "       ^"]),
    ((1, 2, 1, 3, 1, 2), "\u202e+a", ["\\u{202e}+a", "        ^"]),
    ((1, 9, 1, 9, 1, 9), "ab", ["ab", "  ^"]),  # a place that the line does not have
])
def test_excerpts(span: Span, line: str, expected: list[str]) -> None:
    assert excerpt(span, line) == expected


@pytest.mark.parametrize("mark", [1, 50, 99, 101, 5000, 9_999, 10_001])
def test_long_lines_are_cut_around_the_mark(mark: int) -> None:
    line = "".join([chr(ord("a") + at % 26) for at in range(10_000)])
    source, marks = excerpt((1, mark, 1, mark + 3, 1, mark), line)
    assert len(source) <= 102
    at = marks.index("^")
    assert source[at:at + 1] == line[mark - 1:mark]
    assert source.startswith("…") == (mark > 60)
    assert source.endswith("…") == (mark < 9_950)


def test_a_huge_line_is_quick() -> None:
    source, _ = excerpt((1, 5_000_000, 1, 9_000_000, 1, 5_000_000), "x" * 10_000_000)
    assert len(source) == 102


def test_long_stacks_are_shortened() -> None:
    frames = [frame((line, 1, line, 2, line, 1), "f()", f"f{line}") for line in range(1, 1001)]
    lines = report(*frames)[3:]
    assert lines[0] == "  in f1 (demo.sn:1)"
    assert lines[11:14] == ["  in f12 (demo.sn:12)", "  … 982 more calls",
                            "  in f995 (demo.sn:995)"]
    assert lines[-1] == "  in f1000 (demo.sn:1000)"
    assert len(lines) == 19
    assert len(report(*frames[:19])) == 3 + 19


def test_frames_that_were_left_out_before_are_counted() -> None:
    place: Span = (1, 1, 1, 2, 1, 1)
    left_out = Frame("... 800 more calls", "", place, "")
    assert report(frame(place, "a"), left_out, frame(place, "a"))[3:] == [
        "  in <module> (demo.sn:1)", "  … 800 more calls", "  in <module> (demo.sn:1)"]
    many = [frame(place, "a")] * 100
    assert "  … 982 more calls" in report(*many, left_out, *many)


HOSTILE = "a\x1b[31m\x00\x7f\x9b\u202e\u2066\u200b\u2028\ud800\r\nb"


def test_nothing_that_a_terminal_obeys_comes_through() -> None:
    error = SentraError(HOSTILE)
    error.frames = (frame((1, 1, 1, 20, 1, 3), HOSTILE, HOSTILE, HOSTILE),)
    thrown = Thrown(1)
    thrown.frames = error.frames
    problem = SyntaxProblem(HOSTILE, (1, 1, 1, 2, 1, 1), HOSTILE, HOSTILE)
    for text in (format_error(error), format_error(thrown, text=HOSTILE), format_problem(problem)):
        assert all(line.isprintable() for line in text.split("\n")), ascii(text)
        text.encode("utf-8")


@pytest.mark.parametrize("text, expected", [
    ("plain é漢😀", "plain é漢😀"), ("\x1b[2J", "\\x1b[2J"), ("a\u202eb", "a\\u{202e}b"),
    ("\ud800", "\\u{d800}"), ("\u00a0\u3000", "\u00a0\u3000"), ("a\tb\n", "a\\x09b\\x0a"),
])
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_colours_change_nothing_but_colours() -> None:
    error = SentraError("oh\nno")
    error.frames = (frame((3, 10, 3, 15, 3, 12), "  return a + b", "f"),)
    coloured = format_error(error, color=True)
    assert "\x1b[" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == format_error(error)
    problem = SyntaxProblem("a.sn", (1, 1, 1, 2, 1, 1), "unused", "x")
    assert format_problem(problem, label="warning").startswith("a.sn:1:1: warning: unused\n")
