"""Builtins that read and write comma-separated values. A parser of our own, for Python's keeps its
limit on the length of a field in a setting of the whole process."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import array_argument, string_argument, wrong_argument
from sentra.runtime.limits import array_size, string_size
from sentra.runtime.registry import builtin
from sentra.runtime.text import joined_sized, to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = list[str]


@builtin("encoding", "csv_parse")
def csv_parse(text: Any, header: Any = None) -> list[Any]:
    rows = _Reader(string_argument("csv_parse", 1, text)).rows()
    array_size(max([len(rows), *[len(row) for _, row in rows]]))
    if not header or not rows:
        return [row for _, row in rows]
    names = rows[0][1]
    result = []
    for line, row in rows[1:]:
        if len(row) > len(names):
            raise SentraError(
                f"malformed CSV: line {line} has {len(row)} fields, the header {len(names)}", VALUE)
        fields: dict[str, Any] = dict.fromkeys(names)
        fields.update(zip(names, row, strict=False))
        result.append(fields)
    return result


class _Reader:
    """Reads rows; empty lines are left out."""

    def __init__(self, text: str) -> None:
        import re

        self.text = text
        self.position = 0
        self.line = 1
        self.plain = re.compile(r"[^,\r\n]*").match

    def rows(self) -> list[tuple[int, Row]]:
        """Every row with the number of its first line."""
        if '"' not in self.text:
            lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            return [(number, line.split(",")) for number, line in enumerate(lines, 1) if line]
        rows = []
        while self.position < len(self.text):
            line, start = self.line, self.position
            row = self.row()
            if self.text[start] not in "\r\n":
                rows.append((line, row))
        return rows

    def row(self) -> Row:
        text = self.text
        fields = []
        while True:
            field = self.quoted() if text.startswith('"', self.position) else ""
            plain = self.plain(text, self.position)
            assert plain is not None
            fields.append(field + plain.group())
            self.position = plain.end()
            if not text.startswith(",", self.position):
                break
            self.position += 1
        self.position += 2 if text.startswith("\r\n", self.position) else 1
        self.line += 1
        return fields

    def quoted(self) -> str:
        """A quoted field from its first quote on; doubled quotes stand for one."""
        text, start, first_line = self.text, self.position + 1, self.line
        parts = []
        while True:
            end = text.find('"', start)
            if end < 0:
                raise SentraError(f"malformed CSV: missing quote for line {first_line}", VALUE)
            parts.append(text[start:end])
            if not text.startswith('"', end + 1):
                break
            parts.append('"')
            start = end + 2
        self.position = end + 1
        field = "".join(parts)
        self.line += field.count("\n")
        return field


@builtin("encoding", "csv_format")
def csv_format(rows: Any) -> str:
    """Lines of rows that are arrays; of maps, under a header of all their keys."""
    elements = array_argument("csv_format", 1, rows)
    lines: list[str] = []
    size = 0
    if elements and all(type(row) is dict for row in elements):
        together: dict[Any, Any] = {}
        for row in elements:
            together.update(row)  # does not hash the keys again
        keys = list(together)
        lines.append(_line(keys))
        elements = [[row.get(key) for key in keys] for row in elements]
    for row in elements:
        if type(row) is not list:
            raise wrong_argument("csv_format", 1, "array of arrays or array of maps", rows)
        line = _line(row)
        size += len(line)
        string_size(size)
        lines.append(line)
    return "".join(lines)


def _line(fields: list[Any]) -> str:
    texts = ["" if field is None else to_text(field) for field in fields]
    if texts == [""]:
        return '""\n'  # an empty line would be no row
    return joined_sized([_field(text) for text in texts], ",") + "\n"


def _field(text: str) -> str:
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
