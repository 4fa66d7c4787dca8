"""String builtins: case, trimming, splitting, searching, replacing."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import (
    array_argument,
    integer_argument,
    string_argument,
    wrong_argument,
)
from sentra.runtime.arithmetic import repeat as repeated
from sentra.runtime.compare import contains as is_in
from sentra.runtime.compare import equal, takes_long
from sentra.runtime.digits import PLAIN
from sentra.runtime.limits import array_size, check_string, string_size
from sentra.runtime.registry import builtin
from sentra.runtime.text import joined_sized, to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FEW = 100  # characters to trim


@builtin("string", "upper")
def upper(value: Any) -> str:
    """The text of a value in upper case."""
    if type(value) is str:
        return value.upper()
    return to_text(value).upper()


@builtin("string", "lower")
def lower(value: Any) -> str:
    """The text of a value in lower case."""
    if type(value) is str:
        return value.lower()
    return to_text(value).lower()


@builtin("string", "trim")
def trim(text: Any, chars: Any = None) -> str:
    """Without white space, or the given characters, at both ends."""
    return _stripped("trim", text, chars, left=True, right=True)


@builtin("string", "trim_left")
def trim_left(text: Any, chars: Any = None) -> str:
    """Without white space, or the given characters, at the start."""
    return _stripped("trim_left", text, chars, left=True)


@builtin("string", "trim_right")
def trim_right(text: Any, chars: Any = None) -> str:
    """Without white space, or the given characters, at the end."""
    return _stripped("trim_right", text, chars, right=True)


def _stripped(
    name: str, value: Any, chars: Any, *, left: bool = False, right: bool = False,
) -> str:
    text = string_argument(name, 1, value)
    if chars is not None:
        chars = string_argument(name, 2, chars)
    if chars is not None and len(chars) > _FEW:
        # CPython would look at all of them for each character of the text.
        wanted = frozenset(chars)
        start, end = 0, len(text)
        while left and start < end and text[start] in wanted:
            start += 1
        while right and start < end and text[end - 1] in wanted:
            end -= 1
        return text[start:end]
    if not right:
        return text.lstrip(chars)
    return text.strip(chars) if left else text.rstrip(chars)


@builtin("string", "split")
def split(text: Any, separator: Any) -> list[str]:
    """The pieces between separators; the characters for ""."""
    whole = string_argument("split", 1, text)
    by = string_argument("split", 2, separator)
    array_size(whole.count(by) + 1 if by else len(whole))
    return whole.split(by) if by else list(whole)


@builtin("string", "join", also=("array",))
def join(array: Any, separator: Any) -> str:
    """The texts of the elements with the separator between them."""
    elements = array if type(array) is list else array_argument("join", 1, array)
    by = separator if type(separator) is str else string_argument("join", 2, separator)
    if elements and type(elements[0]) is str:
        try:
            return _joined(elements, by)
        except TypeError:  # not all are strings
            pass
    return _joined([element if type(element) is str
                    else str(element) if type(element) is int and -PLAIN < element < PLAIN
                    else to_text(element) for element in elements], by)


def _joined(texts: list[str], by: str) -> str:
    """Few are joined before their size is looked at: it is not much larger than theirs."""
    if len(texts) > 4 or len(by) > 1000:
        return joined_sized(texts, by)
    return check_string(by.join(texts))


@builtin("string", "contains", "includes", also=("array", "map"))
def contains(container: Any, value: Any) -> bool:
    """Whether a string, array or map has a substring, element or key."""
    kind = type(container)
    if kind is list or kind is dict:
        return is_in(value, container)
    if kind is str and type(value) is str:
        return value in container
    if kind is not str and not isinstance(container, SentraError):
        raise wrong_argument("contains", 1, "string, array or map", container)
    return string_argument("contains", 2, value) in string_argument("contains", 1, container)


@builtin("string", "starts_with", "startsWith", "startswith")
def starts_with(text: Any, prefix: Any) -> bool:
    """Whether the text starts with the prefix."""
    if type(text) is str and type(prefix) is str:
        return text.startswith(prefix)
    return string_argument("starts_with", 1, text).startswith(
        string_argument("starts_with", 2, prefix))


@builtin("string", "ends_with", "endsWith", "endswith")
def ends_with(text: Any, suffix: Any) -> bool:
    """Whether the text ends with the suffix."""
    if type(text) is str and type(suffix) is str:
        return text.endswith(suffix)
    return string_argument("ends_with", 1, text).endswith(string_argument("ends_with", 2, suffix))


@builtin("string", "index_of", "indexOf", also=("array",))
def index_of(value: Any, wanted: Any) -> int:
    """Where the first such substring or element is; -1 when there is none."""
    if type(value) is not list:
        text = _searched("index_of", value)
        return text.find(string_argument("index_of", 2, wanted))
    if takes_long(wanted):
        return next((at for at, each in enumerate(value)
                     if each is wanted or equal(each, wanted)), -1)
    try:
        return value.index(wanted)
    except ValueError:
        return -1


def _rfind(text: str, wanted: str) -> int:
    """``text.rfind(wanted)`` in linear time: CPython's is quadratic, its `find` is not."""
    if len(text) * len(wanted) < 1 << 20:
        return text.rfind(wanted)
    found = text[::-1].find(wanted[::-1])
    return found if found < 0 else len(text) - len(wanted) - found


@builtin("string", "last_index_of", also=("array",))
def last_index_of(value: Any, wanted: Any) -> int:
    """Where the last such substring or element is; -1 when there is none."""
    if type(value) is not list:
        text = _searched("last_index_of", value)
        return _rfind(text, string_argument("last_index_of", 2, wanted))
    for at in range(len(value) - 1, -1, -1):
        if value[at] is wanted or equal(value[at], wanted):
            return at
    return -1


@builtin("string", "count", also=("array",))
def count(value: Any, wanted: Any) -> int:
    """How often a substring (without overlaps) or an element occurs."""
    if type(value) is not list:
        return _searched("count", value).count(string_argument("count", 2, wanted))
    if takes_long(wanted):
        return sum(1 for each in value if each is wanted or equal(each, wanted))
    return value.count(wanted)


def _searched(name: str, value: Any) -> str:
    if type(value) is not str and not isinstance(value, SentraError):
        raise wrong_argument(name, 1, "string or array", value)
    return string_argument(name, 1, value)


@builtin("string", "substring", "substr")
def substring(text: Any, start: Any, end: Any = None) -> str:
    """From start up to end, both moved into the string."""
    whole = string_argument("substring", 1, text)
    first = max(0, integer_argument("substring", 2, start))
    if end is None:
        return whole[first:]
    return whole[first:max(0, integer_argument("substring", 3, end))]


@builtin("string", "char_at")
def char_at(text: Any, position: Any) -> str:
    """The character at a position; "" outside."""
    whole = string_argument("char_at", 1, text)
    at = integer_argument("char_at", 2, position)
    return whole[at] if 0 <= at < len(whole) else ""


@builtin("string", "replace")
def replace(text: Any, old: Any, new: Any) -> str:
    """With every `old` replaced."""
    whole = string_argument("replace", 1, text)
    before = string_argument("replace", 2, old)
    after = string_argument("replace", 3, new)
    growth = len(after) - len(before)
    if growth > 0:
        string_size(len(whole) + growth * whole.count(before))
    return whole.replace(before, after)


@builtin("string", "replace_first")
def replace_first(text: Any, old: Any, new: Any) -> str:
    """With the first `old` replaced."""
    whole = string_argument("replace_first", 1, text)
    before = string_argument("replace_first", 2, old)
    after = string_argument("replace_first", 3, new)
    string_size(len(whole) + len(after))
    return whole.replace(before, after, 1)


@builtin("string", "repeat")
def repeat(text: Any, times: Any) -> str:
    """The text so many times."""
    result: str = repeated(string_argument("repeat", 1, text), integer_argument("repeat", 2, times))
    return result


@builtin("string", "pad_left")
def pad_left(text: Any, width: Any, fill: Any = None) -> str:
    """Filled up at the start to a width, with spaces or the given text."""
    whole = string_argument("pad_left", 1, text)
    return _padding("pad_left", whole, width, fill) + whole


@builtin("string", "pad_right")
def pad_right(text: Any, width: Any, fill: Any = None) -> str:
    """Filled up at the end to a width, with spaces or the given text."""
    whole = string_argument("pad_right", 1, text)
    return whole + _padding("pad_right", whole, width, fill)


def _padding(name: str, text: str, width: Any, fill: Any) -> str:
    wanted = integer_argument(name, 2, width)
    by = " " if fill is None else string_argument(name, 3, fill)
    if not by:
        raise SentraError(f"{name}: argument 3 must not be empty", VALUE)
    missing = wanted - len(text)
    if missing <= 0:
        return ""
    string_size(wanted)
    return (by * (missing // len(by) + 1))[:missing]


@builtin("string", "reverse", also=("array",))
def reverse(value: Any) -> Any:
    """A string backwards; an array is turned round in place."""
    if type(value) is list:
        value.reverse()
        return value
    return _searched("reverse", value)[::-1]
