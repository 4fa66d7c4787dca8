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
