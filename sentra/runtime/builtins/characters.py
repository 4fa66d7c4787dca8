"""String builtins about single characters, lines and words."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import integer_argument, string_argument
from sentra.runtime.limits import array_size, check_string
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@builtin("string", "chars")
def chars(text: Any) -> list[str]:
    """The characters."""
    whole = string_argument("chars", 1, text)
    array_size(len(whole))
    return list(whole)


@builtin("string", "lines")
def lines(text: Any) -> list[str]:
    """The lines, without their ends."""
    whole = string_argument("lines", 1, text)
    array_size(whole.count("\n") + whole.count("\r") + 1)
    result = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not result[-1]:
        result.pop()
    return result


@builtin("string", "ord")
def ord_(text: Any) -> int:
    """The code point of the first character."""
    whole = string_argument("ord", 1, text)
    if not whole:
        raise SentraError("ord: the string is empty", VALUE)
    return ord(whole[0])


@builtin("string", "chr")
def chr_(code: Any) -> str:
    """The character of a code point."""
    number = integer_argument("chr", 1, code)
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise SentraError("chr: argument 1 is no code point of a character", VALUE)
    return chr(number)


@builtin("string", "is_digit")
def is_digit(text: Any) -> bool:
    """Whether all characters are ASCII digits, and there is one."""
    whole = string_argument("is_digit", 1, text)
    return whole.isascii() and whole.isdigit()


@builtin("string", "is_alpha")
def is_alpha(text: Any) -> bool:
    """Whether all characters are letters, and there is one."""
    return string_argument("is_alpha", 1, text).isalpha()


@builtin("string", "is_space")
def is_space(text: Any) -> bool:
    """Whether all characters are white space, and there is one."""
    return string_argument("is_space", 1, text).isspace()


@builtin("string", "capitalize")
def capitalize(text: Any) -> str:
    """With the first character in upper case; the rest stays."""
    whole = string_argument("capitalize", 1, text)
    return check_string(whole[:1].upper() + whole[1:])


@builtin("string", "title")
def title(text: Any) -> str:
    """With the first character of every word in upper case; the rest stays."""
    result = []
    start = True
    for character in string_argument("title", 1, text):
        result.append(character.upper() if start else character)
        start = character.isspace()
    return check_string("".join(result))
