"""Errors as people read them: the place, the message, the source line with a caret, the stack.

Invariant: what comes out is safe for a terminal. Control characters, characters that change the
direction of text, and lone surrogates are shown as escapes, wherever they come from; each line
of source is shown on one line of readable width.
"""

from __future__ import annotations

from sentra.errors import NAME as NAME_KIND
from sentra.errors import SentraError, SentraSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.errors import Frame, SyntaxProblem, Traced

TAB = "    "
WIDTH = 100  # characters of a source line that are shown
BEFORE = 60  # of these, so many before the mark, where the line is longer
MESSAGE = 10_000  # characters of a message that are shown
NAME = 1000  # characters of the name of a file or function that are shown
STACK_TOP, STACK_BOTTOM = 12, 6  # frames that are shown of a long stack

_BOLD, _RED, _BLUE, _RESET = "\x1b[1m", "\x1b[1;31m", "\x1b[34m", "\x1b[0m"


def format_error(
    error: Traced, color: bool = False, text: str = "", label: str = "uncaught",
) -> str:
    """What to print for an error that ends a program; lines without a last line end.

    For what is no error of the program, `label` says what it is; `text` is its message, for a
    `Thrown` the str form of the value, which only the runtime knows.
    """
    if isinstance(error, SentraSyntaxError):
        return "\n".join([format_problem(problem, color) for problem in error.problems])
    frames = error.frames
    if isinstance(error, SentraError):
        label, message = "error", error.message
    else:
        message = text
    if not frames:
        return "\n".join(_headline("", label, message, color))
    frame = frames[0]
    if isinstance(error, SentraError) and error.kind == NAME_KIND:
        from sentra.suggestions import advice

        message += advice(message, frame.source)
    lines = _report(frame.filename, frame.span, label, message, frame.source_line, color)
    return "\n".join(lines + _stack(frames))


def format_problem(
    problem: SyntaxProblem, color: bool = False, label: str = "syntax error",
) -> str:
    """What to print for a syntax error, or for a warning with its own label."""
    return "\n".join(_report(
        problem.filename, problem.span, label, problem.message, problem.source_line, color))


def printable(text: str) -> str:
    """`text` without anything that a terminal would obey; line ends and tabs are escaped too."""
    if text.isprintable():
        return text
    return "".join([_shown(character) for character in text])


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    from unicodedata import category

    if category(character) == "Zs":  # a space
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def _report(
    filename: str, span: Span, label: str, message: str, source_line: str, color: bool,
) -> list[str]:
    place = f"{printable(filename[:NAME])}:{span[4]}:{span[5]}: "
    return _headline(place, label, message, color) + _excerpt(span, source_line, color)


def _headline(place: str, label: str, message: str, color: bool) -> list[str]:
    """The place with the first line of the message, and its other lines."""
    if len(message) > MESSAGE:
        message = f"{message[:MESSAGE]}… ({len(message) - MESSAGE} more characters)"
    lines = [printable(line) for line in message.split("\n")]
    if color:
        red = "\x1b[1;33m" if label == "warning" else _RED
        lines[0] = f"{_BOLD}{place}{_RESET}{red}{label}: {_RESET}{_BOLD}{lines[0]}{_RESET}"
    else:
        lines[0] = f"{place}{label}: {lines[0]}"
    return lines


def _excerpt(span: Span, source_line: str, color: bool) -> list[str]:
    """The line of the mark, and below it the part of the span that lies on it."""
    if not source_line.strip():
        return []
    line, column, end_line, end_column, mark_line, mark = span
    length = len(source_line)
    indent = length - len(source_line.lstrip())
    mark = min(mark, length + 1)
    start = min(column if line == mark_line else indent + 1, mark)
    end = max(end_column if end_line == mark_line else length + 1, mark + 1)

    first = mark - BEFORE if length > WIDTH and mark > BEFORE else 1
    last = min(first + WIDTH - 1, length)
    text = ""
    below = ""
    if first > 1:
        text, below = "…", " "
    for at in range(first, max(last, mark) + 1):
        character = source_line[at - 1:at]
        cell, width = _cell(character) if character else (" ", 1)
        text += cell
        if at == mark:
            below += "^" + "~" * (width - 1)
        else:
            below += ("~" if start <= at < end else " ") * width
    if last < length:
        text += "…"
    text, below = text.rstrip(" "), below.rstrip(" ")
    number = str(mark_line)
    gutter, empty = f"  {number} |", f"  {' ' * len(number)} |"
    if color:
        gutter, empty = f"{_BLUE}{gutter}{_RESET}", f"{_BLUE}{empty}{_RESET}"
        marks = below.lstrip(" ")
        below = f"{below[:len(below) - len(marks)]}{_RED}{marks}{_RESET}"
    return [f"{gutter} {text}", f"{empty} {below}"]


def _cell(character: str) -> tuple[str, int]:
    """A character of a source line as it is shown, and how many columns that takes."""
    if character == "\t":
        return TAB, len(TAB)
    if character.isascii() and character.isprintable():
        return character, 1
    from unicodedata import combining, east_asian_width

    shown = _shown(character)
    if len(shown) > 1:
        return shown, len(shown)
    if combining(character):
        return shown, 0
    return shown, 2 if east_asian_width(character) in "WF" else 1


def _stack(frames: tuple[Frame, ...]) -> list[str]:
    """One line per frame; the middle of a long stack is left out."""
    hidden = frames[STACK_TOP:-STACK_BOTTOM]
    if len(hidden) <= 1:
        return [_frame(frame) for frame in frames]
    count = sum([_calls(frame) for frame in hidden])
    return [
        *[_frame(frame) for frame in frames[:STACK_TOP]],
        f"  … {count} more calls",
        *[_frame(frame) for frame in frames[-STACK_BOTTOM:]],
    ]


def _frame(frame: Frame) -> str:
    if not frame.filename:
        return f"  … {_calls(frame)} more calls"
    text = printable(str(frame))
    return f"  in {text if len(text) <= 2 * NAME else text[:2 * NAME] + '…'}"


def _calls(frame: Frame) -> int:
    """How many calls a frame stands for; one without a file says it in its text."""
    if frame.filename:
        return 1
    digits = "".join([character for character in frame.function if character.isdecimal()])
    return int(digits) if digits else 1
