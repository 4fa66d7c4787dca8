"""Values as a debugger shows them: on one line, strings in quotes, cut where they are long."""

from __future__ import annotations

from sentra.diagnostics import printable
from sentra.errors import SentraError
from sentra.runtime.digits import PLAIN
from sentra.runtime.text import to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WIDTH = 400  # characters
_ITEMS = 100  # of an array or map
_DEPTH = 6


def shown(value: Any, width: int = WIDTH) -> str:
    """The form of a value.

    >>> shown("a"), shown([1, {"b": None}]), shown("x" * 50, 10)
    ('"a"', '[1, {b: nil}]', '"xxxxxxxx…')
    """
    parts: list[str] = []
    _write(value, parts, [width], _DEPTH)
    text = "".join(parts)
    return text if len(text) <= width else text[:width - 1] + "…"


def _write(value: Any, parts: list[str], left: list[int], depth: int) -> None:
    """Append the form of a value while there is room."""
    kind = type(value)
    if kind is str:
        text = '"' + printable(value[:left[0]]) + '"'
    elif kind is int and not -PLAIN < value < PLAIN:
        text = f"an integer of {value.bit_length()} bits"
    elif kind is list or kind is dict:
        _write_items(value, parts, left, depth)
        return
    else:
        try:
            text = printable(to_text(value)[:left[0]])
        except SentraError as error:
            text = f"({printable(error.message)})"
        if isinstance(value, SentraError):
            text = f"error: {text}"
    parts.append(text)
    left[0] -= len(text)


def _write_items(value: Any, parts: list[str], left: list[int], depth: int) -> None:
    is_map = type(value) is dict
    start, end = "{}" if is_map else "[]"
    if depth == 0 and value:
        parts.append(f"{start}…{end}")
        left[0] -= 3
        return
    parts.append(start)
    for number, item in enumerate(list(value)[:_ITEMS + 1]):
        if number:
            parts.append(", ")
            left[0] -= 2
        if left[0] <= 0 or number == _ITEMS:
            parts.append("…")
            left[0] -= 1
            break
        if is_map:
            name = printable(item if type(item) is str else to_text(item))
            parts.append(f"{name}: ")
            left[0] -= len(name) + 2
            item = value[item]
        _write(item, parts, left, depth - 1)
    parts.append(end)
    left[0] -= 1
