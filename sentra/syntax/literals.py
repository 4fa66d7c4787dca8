"""The values of number and string tokens.

`number` and `unescape` raise `Malformed`, with what is wrong and where in the token.
"""

from __future__ import annotations

MAX_DIGITS = 200_000  # reading more takes seconds, and no program prints or needs them

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", '"': '"', "'": "'"}
_SIMPLE_IN_TEMPLATE = {**_SIMPLE, "`": "`", "$": "$"}
_BASES = {"x": (16, "hexadecimal"), "b": (2, "binary"), "o": (8, "octal")}


class Malformed(Exception):
    """A token that is no valid literal."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def number(text: str) -> int | float:
    """The value of a number token: digits, letters, underscores, perhaps a point and a sign."""
    if text.isdecimal() and (text[0] != "0" or text == "0"):
        return _integer(text)
    lower = text.lower()
    if text[0] == "0" and len(text) > 1 and lower[1] in "xbo":
        return _based(text, lower)
    mantissa = lower.split("e", 1)[0]
    if "__" in text:
        raise Malformed("doubled underscore in a number")
    for part in lower.replace("+", "").replace("-", "").replace(".", "e").split("e"):
        if part.endswith("_"):
            raise Malformed("underscore at the end of a number")
    if any(c.isalpha() for c in mantissa) or not lower[-1].isdecimal() or lower.count("e") > 1:
        at = next(i for i, c in enumerate(lower) if c.isalpha())
        if lower[at] == "e" and len(lower) > at + 1 and lower[at + 1].isdecimal():
            at = next((i for i, c in enumerate(lower) if i > at and c.isalpha()), at)
        raise Malformed(f'letter "{text[at]}" right after a number', at)
    if text[0] == "0" and len(text) > 1 and (text[1].isdecimal() or text[1] == "_"):
        raise Malformed("leading zero in a number (octal numbers are written 0o17)")
    if "." in text or "e" in lower:
        try:
            return float(text)
        except ValueError:
            raise Malformed("malformed number") from None
    return _integer(text.replace("_", ""))


def _based(text: str, lower: str) -> int:
    base, name = _BASES[lower[1]]
    digits = text[2:]
    if "__" in digits:
        raise Malformed("doubled underscore in a number")
    if digits.endswith("_"):
        raise Malformed("underscore at the end of a number")
    if not digits:
        raise Malformed(f"{name} number without digits")
    allowed = "0123456789abcdef"[:base] + "_"
    for offset, character in enumerate(lower[2:], 2):
        if character not in allowed:
            raise Malformed(f'"{text[offset]}" is no {name} digit', offset)
    if len(digits) > 4 * MAX_DIGITS:
        raise Malformed("number has too many digits")
    return int(digits.replace("_", ""), base)


def _integer(digits: str) -> int:
    """int(digits) for any length: Python refuses more than 4,300 decimal digits."""
    if len(digits) <= 4000:
        return int(digits)
    if len(digits) > MAX_DIGITS:
        raise Malformed(f"number has more than {MAX_DIGITS} digits")
    half = len(digits) // 2
    shift: int = 10 ** half
    return _integer(digits[:-half]) * shift + _integer(digits[-half:])


def unescape(text: str, template: bool = False) -> str:
    """`text` with its escapes replaced; a backslash that starts none stays."""
    simple = _SIMPLE_IN_TEMPLATE if template else _SIMPLE
    parts: list[str] = []
    start = 0
    at = text.find("\\")
    while 0 <= at < len(text) - 1:
        character = text[at + 1]
        replacement = simple.get(character)
        end = at + 2
        if replacement is None and (character == "x" or character == "u"):
            replacement, end = _code_point(text, at)
        if replacement is not None:
            parts.append(text[start:at])
            parts.append(replacement)
            start = end
        at = text.find("\\", end)
    if not parts:
        return text
    parts.append(text[start:])
    return "".join(parts)


def _code_point(text: str, at: int) -> tuple[str | None, int]:
    """The character of the ``\\x`` or ``\\u`` escape at `at`, or None, and where to go on."""
    if text[at + 1] == "x":
        start, end, after = at + 2, at + 4, at + 4
    elif text[at + 2:at + 3] == "{":
        start = at + 3
        end = start
        while text[end:end + 1] in _HEX_DIGITS:
            end += 1
        if end == start or text[end:end + 1] != "}":
            return None, at + 2
        after = end + 1
    else:
        start, end, after = at + 2, at + 6, at + 6
    digits = text[start:end]
    if len(digits) < end - start or not _HEX_DIGITS.issuperset(digits):
        return None, at + 2
    code = int(digits, 16)
    if 0xD800 <= code <= 0xDFFF:
        raise Malformed("escape of a surrogate, which is no character", at)
    if code > 0x10FFFF:
        raise Malformed("escape beyond U+10FFFF", at)
    return chr(code), after
