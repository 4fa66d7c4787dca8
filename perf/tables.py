"""Tables in Markdown, aligned so that they can be read as text too."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table; the first column is text, the others are numbers.

    >>> print("\\n".join(table(["program", "ast"], [["fib", "0.80"], ["maps", "12.05"]])))
    | program |   ast |
    |---------|------:|
    | fib     |  0.80 |
    | maps    | 12.05 |
    """
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]),
                 *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        return f"| {' | '.join(cells)} |"

    rule = ["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]
    return [line(head), f"|{'|'.join(rule)}|", *map(line, rows)]
