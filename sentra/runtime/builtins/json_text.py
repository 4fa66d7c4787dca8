"""Builtins of the json section.

Reading is left to Python's `json`, which is fast; what it lets pass and JSON does not allow is
looked for afterwards. Its messages differ between versions of Python, so that `json_problem` says
what is wrong with a text. Writing is ours: numbers and keys have Sentra's forms.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from sentra.errors import TYPE, VALUE, SentraError
from sentra.runtime.arguments import integer_argument, string_argument
from sentra.runtime.builtins.json_problem import MAX_DEPTH, find_problem
from sentra.runtime.digits import text_to_int
from sentra.runtime.limits import DEPTH, array_size, check_string, sizes, string_size, too_deep
from sentra.runtime.registry import builtin
from sentra.runtime.text import to_text
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

_MAX_INDENT = 100
_MANY = 1_000_000  # characters written before their number is looked at
_INFINITY = float("inf")
_PLAIN_DEPTH = 50
_FEW = 1000  # integers of any size
_WORD = 1 << 64
_PLAIN_SIZE = 1 << 22  # characters and values
_SCALARS = frozenset((str, int, float, bool, type(None)))
_TEXTS = frozenset((str,))
_PLAIN = _SCALARS | {list, dict}


@builtin("json", "json_decode", "json_parse", "parseJSON", "parse_json", short=("decode", "parse"))
def json_decode(text: Any) -> Any:
    return decode(string_argument("json_decode", 1, text))


def decode(text: str) -> Any:
    """The value of a JSON text."""
    from json import JSONDecodeError, loads

    try:
        try:
            value = loads(text, parse_constant=_refuse)
        except JSONDecodeError:
            raise
        except ValueError:  # an integer of more digits than Python converts
            value = loads(text, parse_constant=_refuse, parse_int=_integer)
    except (JSONDecodeError, _Constant, RecursionError) as error:
        problem = find_problem(text)
        if problem is None:
            raise
        raise _malformed(text, *problem) from error
    if "\\ud" in text or "\\uD" in text or _is_deep(text, value):
        problem = find_problem(text)
        if problem is not None:
            raise _malformed(text, *problem)
    if len(text) > 2 * sizes().array:
        _check_sizes(value)
    return value


def _check_sizes(value: Any) -> None:
    """Throw if an array or map of a value that was read is too large."""
    level: list[Any] = [[value]]
    while level:
        array_size(max(map(len, level)))
        level = [
            inner for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is list or type(inner) is dict]


class _Constant(Exception):
    """NaN or an infinity, which Python would read."""


def _refuse(name: str) -> NoReturn:
    raise _Constant(name)


def _integer(text: str) -> int:
    return -text_to_int(text[1:]) if text[0] == "-" else text_to_int(text)


def _is_deep(text: str, value: Any) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            inner for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is list or type(inner) is dict]
    return bool(level)


def _malformed(text: str, position: int, message: str) -> SentraError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return SentraError(f"malformed JSON: {message} at line {line}, column {column}", VALUE)


@builtin("json", "json_encode", "json_stringify", "toJSON", "to_json",
         short=("encode", "stringify"))
def json_encode(value: Any, indent: Any = None) -> str:
    width = 0 if indent is None else integer_argument("json_encode", 2, indent)
    if width > _MAX_INDENT:
        raise SentraError(f"json_encode: indent must be at most {_MAX_INDENT}", VALUE)
    return encode(value, max(0, width))


def encode(value: Any, indent: int = 0) -> str:
    """The JSON text of a value: compact, or on several lines with `indent` spaces per level."""
    text = None if indent else _encode_plain(value)
    if text is None:
        text = _Encoder(indent).encode(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise SentraError("json_encode: a string has half a surrogate pair", VALUE) from None
    return text


_DIFFERENT = -1
_FRACTION = re.compile(r"\.0(?=[],}])")  # of a whole float
_NEGATIVE_ZERO = re.compile(r"-0\.0(?=[],}])")
_EXPONENT = 1e16  # from here on Python writes floats with one


def _members(arrays: list[list[Any]], maps: list[dict[Any, Any]]) -> Any:
    """What the containers of a level hold: for all at once, in loops of C."""
    if not maps and len(arrays) == 1:
        return arrays[0]
    if not arrays and len(maps) == 1:
        return maps[0].values()
    return list(chain.from_iterable([*arrays, *map(dict.values, maps)]))


def plainness(top: Any) -> int:
    """Whether Python's encoder, in C, gives the same text, and not a long one: how many whole
    floats there are, of which that writes the fraction too, or `_DIFFERENT`.

    Keys that are no strings have forms of their own here; shared parts can make a text of any
    length.
    """
    whole = 0
    arrays: list[list[Any]] = [top] if type(top) is list else []
    maps: list[dict[Any, Any]] = [top] if type(top) is dict else []
    if not arrays and not maps:
        return _DIFFERENT
    amount = integers = 0
    for _ in range(_PLAIN_DEPTH):
        amount += sum(map(len, arrays)) + sum(map(len, maps))
        if amount > _PLAIN_SIZE:
            return _DIFFERENT
        if maps:
            keys = maps[0] if len(maps) == 1 else list(chain.from_iterable(maps))
            if not set(map(type, keys)) <= _TEXTS:
                return _DIFFERENT
            amount += sum(map(len, keys))
        members = _members(arrays, maps)
        kinds = set(map(type, members))
        if not kinds <= _PLAIN:
            return _DIFFERENT
        if str in kinds:
            amount += sum([len(each) for each in members if type(each) is str])
        if int in kinds:
            integers += len(members)
            if integers > _FEW and [
                    each for each in members if type(each) is int and not -_WORD < each < _WORD]:
                return _DIFFERENT
        if float in kinds:
            floats = [each for each in members if type(each) is float]
            if not (max(floats) < _EXPONENT and min(floats) > -_EXPONENT):
                return _DIFFERENT
            whole += sum(map(float.is_integer, floats))
            amount += 3 * len(floats)  # their texts take long to make
        if kinds <= _SCALARS:
            return whole if amount <= _PLAIN_SIZE else _DIFFERENT
        arrays = [each for each in members if type(each) is list] if list in kinds else []
        maps = [each for each in members if type(each) is dict] if dict in kinds else []
    return _DIFFERENT


@cache
def _pieces() -> Callable[[Any, int], Iterable[str]] | None:
    """CPython's encoder; None on another Python."""
    from json import encoder

    make = getattr(encoder, "c_make_encoder", None)
    found: Callable[[Any, int], Iterable[str]] | None = make and make(
        None, None, encoder.encode_basestring, None, ":", ",", False, False, False)
    return found


def _encode_plain(value: Any) -> str | None:
    """The compact text of what Python's encoder writes as well; None of anything else."""
    whole = plainness(value)
    if whole == _DIFFERENT:
        return None
    pieces = _pieces()
    if pieces is None:
        return None
    try:
        text: str = "".join(pieces(value, 0))
    except ValueError:  # NaN, infinities, and integers of more digits than Python converts
        return None
    if whole:
        negative_zero = _NEGATIVE_ZERO.search(text)
        text, found = _FRACTION.subn("", text)
        if found != whole or negative_zero:  # others are in strings; here it has no sign
            return None
    string_size(len(text))
    return text


class _Encoder:
    """Encodes one value. An explicit stack, so that deep nesting needs no Python stack."""

    def __init__(self, indent: int) -> None:
        from json.encoder import encode_basestring

        self.quote = encode_basestring
        self.indent = indent
        self.colon = ": " if indent else ":"
        self.parts: list[str] = []

    def encode(self, top: Any) -> str:
        if type(top) is not list and type(top) is not dict:
            return check_string(self.scalar(top))
        parts, write, quote, colon = self.parts, self.parts.append, self.quote, self.colon
        path: set[int] = set()
        stack: list[tuple[Any, bool, Any]] = []
        container, is_map, rest, first = self.enter(top, path)
        length = 0
        while True:
            line = "\n" + " " * (self.indent * (len(stack) + 1)) if self.indent else ""
            comma = "," + line
            for element in rest:
                write(line if first else comma)
                first = False
                if is_map:
                    key, element = element
                    key = quote(key if type(key) is str else to_text(key))
                    write(key)
                    write(colon)
                    length += len(key)
                kind = type(element)
                if kind is str:
                    text = quote(element)
                elif kind is list or kind is dict:
                    stack.append((container, is_map, rest))
                    if len(stack) > DEPTH:
                        raise too_deep()
                    container, is_map, rest, first = self.enter(element, path)
                    break
                else:
                    text = self.scalar(element)
                write(text)
                length += len(text) + len(comma)
                if length > _MANY:  # shared parts can make a text of any length
                    string_size(length)
            else:
                if not first:
                    write(line[:len(line) - self.indent])
                write("}" if is_map else "]")
                length += len(line) + 2
                if not stack:
                    break
                if length > _MANY:
                    string_size(length)
                path.discard(id(container))
                container, is_map, rest = stack.pop()
                first = False
        return "".join(parts)

    def enter(self, container: Any, path: set[int]) -> tuple[Any, bool, Any, bool]:
        if id(container) in path:
            raise SentraError("json_encode: the value contains itself", VALUE)
        path.add(id(container))
        is_map = type(container) is dict
        self.parts.append("{" if is_map else "[")
        return container, is_map, iter(container.items() if is_map else container), True

    def scalar(self, value: Any) -> str:
        kind = type(value)
        if kind is str:
            return self.quote(value)
        if value is None:
            return "null"
        if kind is float and not -_INFINITY < value < _INFINITY:
            raise SentraError(f"json_encode: {to_text(value)} has no form in JSON", VALUE)
        if kind is int or kind is float or kind is bool:
            return to_text(value)
        if isinstance(value, SentraError):
            return self.quote(value.message)
        raise SentraError(f"json_encode: cannot encode {type_name(value)}", TYPE)
