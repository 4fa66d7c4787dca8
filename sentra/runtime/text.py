"""What values look like: ``str(v)``, and what `log` prints."""

from __future__ import annotations

from types import FunctionType

from sentra.bytecode.code import LAMBDA
from sentra.errors import SentraError
from sentra.runtime.digits import PLAIN, int_to_text
from sentra.runtime.functions import name_of
from sentra.runtime.limits import DEFAULT, DEPTH, check_string, string_size, too_deep
from sentra.runtime.registry import Builtin
from sentra.runtime.values import type_name

BRIEF = 20_000  # characters of an array or map in a message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def to_text(value: Any) -> str:
    """str(value)"""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value) if -PLAIN < value < PLAIN else int_to_text(value)
    if kind is float:
        return float_text(value)
    form = FORMS.get(kind)
    if form is not None:
        return form(value)
    if isinstance(value, SentraError):
        return value.message
    return f"<{type_name(value)}>"


def float_text(value: float) -> str:
    """The form of a float: whole numbers as integers, the rest as short as it reads back.

    >>> float_text(2.0), float_text(0.1), float_text(1e20), float_text(1e21), float_text(-0.0)
    ('2', '0.1', '100000000000000000000', '1e+21', '0')
    """
    if -1e21 < value < 1e21:
        whole = int(value)
        return str(whole) if whole == value else repr(value)
    if value != value:
        return "NaN"
    text = repr(value)
    return ("-Inf" if value < 0 else "+Inf") if text[-1] == "f" else text


def join_text(values: list[Any]) -> str:
    """The forms of `values` one after the other (a template string)."""
    return "".join([value if type(value) is str else to_text(value) for value in values])


def join_sized(values: list[Any]) -> str:
    """The same where the sizes of values are limited."""
    texts = [value if type(value) is str else to_text(value) for value in values]
    string_size(sum(map(len, texts)))
    return "".join(texts)


def joined(texts: list[str], by: str) -> str:
    """Strings with another one between them, where nothing limits their sizes."""
    if len(texts) > 64:
        return joined_sized(texts, by)
    # A few strings cannot make one that is much larger than what there is.
    made = by.join(texts)
    return made if len(made) <= DEFAULT.string else check_string(made)


def joined_sized(texts: list[str], by: str) -> str:
    """The same; throws before a string is made that is too large."""
    string_size(sum(map(len, texts)) + len(by) * len(texts))
    return by.join(texts)


def repeated(text: str, times: int) -> str:
    """A string so many times, where nothing limits sizes but the default."""
    if len(text) * times > DEFAULT.string:
        string_size(len(text) * times)
    return text * times


def brief_text(value: Any) -> str:
    """str(value) for a message; of a large array or map its beginning.

    >>> brief_text([1, [2]]), len(brief_text([[0] * 9000] * 9000))
    ('[1, [2]]', 20001)
    """
    kind = type(value)
    if kind is not list and kind is not dict:
        return to_text(value)
    beginning = _Beginning()
    try:
        return container_text(value, beginning)
    except _Enough:
        return "".join(beginning)[:BRIEF] + "…"


class _Enough(Exception):
    """There is enough text."""


class _Beginning(list[str]):
    """Takes no more than `BRIEF` characters."""

    left = BRIEF

    def append(self, part: str) -> None:
        super().append(part[:BRIEF + 1])
        self.left -= len(part)
        if self.left < 0:
            raise _Enough


def container_text(top: Any, parts: list[str] | None = None) -> str:
    """The form of an array or map of any depth; its pieces are put into `parts`.

    An explicit stack, so that deep nesting needs no Python stack; the ids of the containers on
    the way down find cycles.
    """
    done: list[str] = []  # finished pieces
    if parts is None:
        parts = []
    write = parts.append
    length = 0
    path: set[int] = set()
    stack: list[tuple[Any, bool, Any, bool]] = []
    container, is_map = top, type(top) is dict
    rest = iter(top.items() if is_map else top)
    path.add(id(top))
    write("{" if is_map else "[")
    first = True
    while True:
        for element in rest:
            if first:
                first = False
            else:
                write(", ")
            if is_map:
                key, element = element
                write((key if type(key) is str else to_text(key)) + ": ")
            kind = type(element)
            if kind is not list and kind is not dict:
                write(element if kind is str else to_text(element))
            elif id(element) in path:
                write("[...]" if kind is list else "{...}")
            else:
                stack.append((container, is_map, rest, first))
                if len(stack) > DEPTH:
                    raise too_deep()
                container, is_map = element, kind is dict
                rest = iter(element.items() if is_map else element)
                path.add(id(element))
                write("{" if is_map else "[")
                first = True
                break
        else:
            write("}" if is_map else "]")
            if not stack:
                break
            path.discard(id(container))
            container, is_map, rest, first = stack.pop()
            if len(parts) > 2 * BRIEF:  # so many are there of no beginning
                # A few shared arrays can have a text of any length.
                length += sum(map(len, parts))
                string_size(length)
                done.append("".join(parts))
                parts.clear()
    string_size(length + sum(map(len, parts)))
    return "".join(done) + "".join(parts)


def _function_text(function: FunctionType) -> str:
    name = name_of(function)
    return "<fn>" if name == LAMBDA else f"<fn {name}>"


FORMS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "nil",
    bool: lambda value: "true" if value else "false",
    list: container_text,
    dict: container_text,
    FunctionType: _function_text,
    Builtin: lambda value: f"<builtin {value.name}>",
    SentraError: lambda value: value.message,
}
"""Exact type → its form. Modules that define further types of value add theirs."""
