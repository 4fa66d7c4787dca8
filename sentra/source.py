"""Source files: the text, its name in messages, its lines."""

from __future__ import annotations


class Source:
    """A named text. Line ends are normalised to ``\\n`` before it gets here."""

    __slots__ = ("_lines", "filename", "text")

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """Line `number`, 1-based, without its end; "" past the end."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""


def decode(data: bytes | str, filename: str) -> Source:
    """The source in `data`: UTF-8 with or without a byte order mark, and any kind of line ends.

    Raises SentraSyntaxError where it is no valid UTF-8 (or, in a str, has a lone surrogate). A
    first line that starts with ``#!`` needs no care: it is a comment.
    """
    if isinstance(data, str):
        text = data
        if not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError as error:
                _refuse(text[:error.start], text[error.start:], filename, "lone surrogate")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            after = data[error.start:error.start + 500].decode("utf-8", "replace")
            _refuse(data[:error.start].decode("utf-8"), after, filename, "invalid UTF-8")
    return Source(filename, _normalise(text))


def _normalise(text: str) -> str:
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _refuse(before: str, after: str, filename: str, what: str) -> None:
    """Raise the syntax error for what stands between the texts `before` and `after`."""
    # Imported where it is needed: the module of errors is not part of reading a good file.
    from sentra.errors import SentraSyntaxError, SyntaxProblem

    before = _normalise(before)
    line = before.count("\n") + 1
    start = before.rfind("\n") + 1
    column = len(before) - start + 1
    span = (line, column, line, column + 1, line, column)
    source_line = before[start:] + _normalise(after).split("\n", 1)[0]
    raise SentraSyntaxError([SyntaxProblem(filename, span, what, source_line)])
