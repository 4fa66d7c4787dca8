"""Core builtins that most programs use: printing, conversions, length, ranges."""

from __future__ import annotations

from sentra.errors import ASSERTION, VALUE, Exit, SentraError
from sentra.runtime.arguments import integer_argument, string_argument, wrong_argument
from sentra.runtime.digits import text_to_int
from sentra.runtime.limits import array_size, string_size
from sentra.runtime.registry import builtin
from sentra.runtime.text import to_text
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context

_WORD = 1 << 1024


@builtin("core", "log", context=True)
def log(context: Context, *values: Any) -> None:
    """Print the texts of the values with a space between them, and a line end."""
    context.write(_line(values) + "\n")


@builtin("core", "print", context=True)
def print_(context: Context, *values: Any) -> None:
    """Print the texts of the values with a space between them."""
    context.write(_line(values))


def _line(values: tuple[Any, ...]) -> str:
    texts = [v if type(v) is str else to_text(v) for v in values]
    if len(texts) > 4:  # the same large string may be there many times
        string_size(sum(map(len, texts)))
    return " ".join(texts)


@builtin("core", "str")
def str_(value: Any) -> str:
    """The text of a value."""
    return to_text(value)


@builtin("core", "len", also=("string", "array", "map"))
def len_(value: Any) -> int:
    """How many elements, keys or characters."""
    kind = type(value)
    if kind is list or kind is str or kind is dict:
        return len(value)
    if isinstance(value, SentraError):
        return len(value.message)
    raise wrong_argument("len", 1, "string, array or map", value)


@builtin("core", "type", "typeof")
def type_(value: Any) -> str:
    """The name of the type."""
    return type_name(value)


@builtin("core", "bool")
def bool_(value: Any) -> bool:
    """Whether the value counts as true."""
    return bool(value)


@builtin("core", "int")
def int_(value: Any) -> int:
    """A number truncated to an integer, or the integer that a string spells."""
    kind = type(value)
    if kind is str and value.isdecimal() and value.isascii() and len(value) < 4000:
        return int(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind is float or kind is bool:
        try:
            return int(value)
        except (ValueError, OverflowError):  # NaN, infinities
            raise _no_conversion("int", value) from None
    number = _integer(string_argument("int", 1, value)) if _is_text(value) else None
    if number is None:
        raise _no_conversion("int", value)
    return number


def _is_text(value: Any) -> bool:
    return type(value) is str or isinstance(value, SentraError)


def _integer(text: str) -> int | None:
    """The integer that `text` spells in decimal, with optional sign and white space around."""
    text = text.strip()
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = text_to_int(digits)
    return -number if text[0] == "-" else number


def _no_conversion(name: str, value: Any) -> SentraError:
    if _is_text(value):
        text = to_text(value)
        shown = f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
    elif type(value) is float:
        shown = to_text(value)
    else:
        shown = type_name(value)
    wanted = "an integer" if name == "int" else "a number"
    return SentraError(f"{name}: cannot convert {shown} to {wanted}", VALUE)


@builtin("core", "float")
def float_(value: Any) -> float:
    """The float of a number, or that a string spells."""
    kind = type(value)
    if kind is str and value.isascii() and "_" not in value:
        try:
            return float(value)
        except ValueError:
            raise _no_conversion("float", value) from None
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is bool:
        try:
            return float(value)
        except OverflowError:
            from sentra.runtime.arithmetic import number_too_large
            raise number_too_large() from None
    if _is_text(value):
        text = to_text(value)
        # Python would take digits of other scripts, and 1_000.
        if text.isascii() and "_" not in text:
            try:
                return float(text)
            except ValueError:
                pass
    raise _no_conversion("float", value)


@builtin("core", "num")
def num(value: Any) -> int | float:
    """The number itself, or the integer or float that a string spells."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return int(value)
    if _is_text(value):
        number = _integer(to_text(value))
        return float_(value) if number is None else number
    raise _no_conversion("num", value)


@builtin("core", "range")
def range_(start: Any, end: Any = None, step: Any = None) -> list[int]:
    """The numbers from start (or 0) up to end, end excluded."""
    first = integer_argument("range", 1, start)
    if end is None:
        first, last = 0, first
    else:
        last = integer_argument("range", 2, end)
    by = 1 if step is None else integer_argument("range", 3, step)
    if by == 0:
        raise SentraError("range: step must not be 0", VALUE)
    # Not len(), which refuses more than a machine word.
    array_size(((last - first) // by if by > 0 else (first - last) // -by) + 1)
    numbers = range(first, last, by)
    if _WORD > first > -_WORD and _WORD > last > -_WORD:
        return list(numbers)
    return [number for number in numbers]  # noqa: C416 - large ones: can be interrupted


@builtin("core", "assert")
def assert_(condition: Any, message: Any = None) -> None:
    """Throw, unless the condition is truthy."""
    if not condition:
        raise SentraError("assertion failed" if message is None else to_text(message), ASSERTION)


@builtin("core", "error")
def error(message: Any, kind: Any = None) -> SentraError:
    """An error value with a message, to be thrown."""
    return SentraError(to_text(message),
                       VALUE if kind is None else string_argument("error", 2, kind))


@builtin("core", "exit", context=True)
def exit_(context: Context, code: Any = None) -> None:
    """End the program with a status."""
    raise Exit(0 if code is None else integer_argument("exit", 1, code))


@builtin("core", "args", context=True)
def args(context: Context) -> list[str]:
    """The arguments of the command line after the file name."""
    return list(context.arguments)


@builtin("core", "readline", "input", context=True)
def readline(context: Context, prompt: Any = None) -> str | None:
    """A line of input without its end; nil at the end of input."""
    if prompt is not None:
        context.write(to_text(prompt))
    return context.read_line()
