"""Builtins of the regex section, on the engine in `sentra.runtime.regex`."""

from __future__ import annotations

from sentra.runtime.arguments import string_argument
from sentra.runtime.limits import array_size, string_size
from sentra.runtime.regex import compile_pattern
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.runtime.regex import Regex


_LARGE = 1 << 16  # characters that a replacement of one match may take from it unchecked


def _take(name: str, pattern: Any, text: Any) -> tuple[Regex, str]:
    return (compile_pattern(string_argument(name, 1, pattern)), string_argument(name, 2, text))


@builtin("regex", "regex_match", short=("match",))
def regex_match(pattern: Any, text: Any) -> bool:
    regex, source = _take("regex_match", pattern, text)
    return regex.matches(source)


@builtin("regex", "regex_find", short=("find",))
def regex_find(pattern: Any, text: Any) -> str | None:
    regex, source = _take("regex_find", pattern, text)
    span = regex.search(source)
    return None if span is None else source[span[0]:span[1]]


@builtin("regex", "regex_find_all", short=("find_all",))
def regex_find_all(pattern: Any, text: Any) -> list[str]:
    regex, source = _take("regex_find_all", pattern, text)
    found = [source[start:end] for start, end in regex.find_all(source)]
    array_size(len(found))
    return found


@builtin("regex", "regex_groups", short=("groups",))
def regex_groups(pattern: Any, text: Any) -> list[str | None] | None:
    regex, source = _take("regex_groups", pattern, text)
    span = regex.search(source)
    if span is None:
        return None
    slots = regex.slots(source, span)
    return [None if slots[i] < 0 or slots[i + 1] < 0 else source[slots[i]:slots[i + 1]]
            for i in range(0, len(slots), 2)]


@builtin("regex", "regex_replace", short=("replace",))
def regex_replace(pattern: Any, text: Any, replacement: Any) -> str:
    regex, source = _take("regex_replace", pattern, text)
    pieces = _template(string_argument("regex_replace", 3, replacement), regex)
    parts: list[str] = []
    length = position = 0
    for start, end in regex.find_all(source):
        parts.append(source[position:start])
        if len(pieces) == 1:
            new = pieces[0]
        else:
            slots = regex.slots(source, (start, end))
            if len(pieces) * (end - start) > _LARGE:
                string_size(length + sum(
                    [len(piece) if type(piece) is str else slots[2 * piece + 1] - slots[2 * piece]
                     for piece in pieces]))
            new = "".join([
                piece if type(piece) is str else source[slots[2 * piece]:slots[2 * piece + 1]]
                for piece in pieces])
        parts.append(new)
        length += start - position + len(new)
        string_size(length)
        position = end
    string_size(length + len(source) - position)
    parts.append(source[position:])
    return "".join(parts)


def _template(text: str, regex: Regex) -> list[Any]:
    """A replacement as texts and numbers of groups.

    ``$1``, ``${1}``, ``$name`` and ``${name}`` stand for groups, ``$$`` for a dollar sign; any
    other dollar sign stands for itself. A group that the pattern does not have is empty.
    """
    pieces: list[Any] = []
    position = 0
    while True:
        dollar = text.find("$", position)
        if dollar < 0:
            break
        pieces.append(text[position:dollar])
        position = dollar + 1
        if text.startswith("$", position):
            pieces.append("$")
            position += 1
            continue
        found = _reference(text, position, regex)
        if found is None:
            pieces.append("$")
        else:
            number, position = found
            if number <= regex.groups:
                pieces.append(number)
    pieces.append(text[position:])
    if all(type(piece) is str for piece in pieces):
        return ["".join(pieces)]
    return pieces


def _reference(text: str, start: int, regex: Regex) -> tuple[int, int] | None:
    """The group that is named after a dollar sign, and where its name ends."""
    if text.startswith("{", start):
        end = text.find("}", start)
        name, after = (text[start + 1:end], end + 1) if end > 0 else ("", 0)
    else:
        end = _run(text, start, _is_digit) or _run(text, start, _is_word)
        name, after = text[start:end], end
    if name and name.isascii() and name.isdigit():
        return (int(name) if len(name) < 6 else regex.groups + 1), after
    if name in regex.names:
        return regex.names[name], after
    return None


def _run(text: str, start: int, allowed: Callable[[str], bool]) -> int:
    end = start
    while end < len(text) and allowed(text[end]):
        end += 1
    return end if end > start else 0


def _is_digit(char: str) -> bool:
    return char.isascii() and char.isdigit()


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


@builtin("regex", "regex_split", short=("split",))
def regex_split(pattern: Any, text: Any) -> list[str]:
    """Parts between matches. An empty match at either end of the text cuts nothing off."""
    regex, source = _take("regex_split", pattern, text)
    parts: list[str] = []
    position = 0
    for start, end in regex.find_all(source):
        if end == 0 or start == end == len(source):
            continue
        parts.append(source[position:start])
        position = end
    parts.append(source[position:])
    array_size(len(parts))
    return parts
