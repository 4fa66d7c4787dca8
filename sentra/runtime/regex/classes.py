r"""Escapes and bracketed classes in patterns: ``\n``, ``\x41``, ``\d``, ``\p{Lu}``, ``[a-z]``."""

from __future__ import annotations

from sentra.runtime.regex import charsets
from sentra.runtime.regex.tree import PatternError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.runtime.regex.charsets import Ranges

FOLD = 1  # the flag i
_MANY = 5_000  # ranges collected before they are merged
_CONTROLS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_HEX = "0123456789abcdefABCDEF"


class ClassReader:
    """Reads them at `position` of the text, and moves on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.flags = 0

    def fail(self, message: str, position: int | None = None) -> PatternError:
        """The error to raise."""
        return PatternError(message, self.text,
                            self.position if position is None else position)

    def class_escape(self) -> Ranges | None:
        r"""``\d``, ``\pL``, ``\p{Lu}`` and their negations; None if none is there."""
        text, start = self.text, self.position
        char = text[start + 1:start + 2]
        if char and char in "dswDSW":
            self.position += 2
            ranges = charsets.PERL[char.lower()]
            if self.flags & FOLD:
                ranges = charsets.fold(ranges)
            return charsets.complement(ranges) if char.isupper() else ranges
        if char and char in "pP":
            return self.unicode_escape(negated=char == "P")
        return None

    def unicode_escape(self, *, negated: bool) -> Ranges:
        text, start = self.text, self.position
        name, end = text[start + 2:start + 3], start + 3
        if name == "{":
            end = text.find("}", start)
            name = text[start + 3:end] if end >= 0 else ""
            end += 1
        if name.startswith("^"):
            negated, name = not negated, name[1:]
        ranges = charsets.unicode_class(name) if name else None
        if ranges is None:
            raise self.fail(f"unknown character class \\p{{{name}}}"
                            " (general categories such as L, Lu, Nd are known)")
        self.position = end
        if self.flags & FOLD:
            ranges = charsets.fold(ranges)
        return charsets.complement(ranges) if negated else ranges

    def char_escape(self) -> int:
        """One escaped character at the position: its code point."""
        text, start = self.text, self.position
        if start + 1 >= len(text):
            raise self.fail("trailing backslash")
        char = text[start + 1]
        self.position = start + 2
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "x":
            return self.hex_escape(start)
        if char in "01234567":
            return self.octal_escape(start)
        if char.isascii() and not char.isalnum():
            return ord(char)
        if char == "k" or char.isdigit():
            raise self.fail("backreferences are not supported", start)
        raise self.fail(f"unknown escape \\{char}", start)

    def octal_escape(self, start: int) -> int:
        text, end = self.text, start + 2
        if text[start + 1] != "0" and text[end:end + 1] not in tuple("01234567"):
            raise self.fail("backreferences are not supported", start)
        while end < start + 4 and text[end:end + 1] in tuple("01234567"):
            end += 1
        self.position = end
        return int(text[start + 1:end], 8)

    def hex_escape(self, start: int) -> int:
        text = self.text
        if text.startswith("{", start + 2):
            end = text.find("}", start)
            digits, after = text[start + 3:end] if end >= 0 else "", end + 1
        else:
            digits, after = text[start + 2:start + 4], start + 4
            if len(digits) < 2:
                digits = ""
        if not digits or len(digits) > 8 or digits.strip(_HEX) or int(digits, 16) > charsets.LAST:
            raise self.fail("malformed \\x escape", start)
        self.position = after
        return int(digits, 16)

    # Bracketed classes

    def bracketed(self) -> Ranges:
        """The class from its ``[`` on."""
        text, start = self.text, self.position
        position = start + 1
        negated = text.startswith("^", position)
        self.position = position + negated
        parts: list[tuple[int, int]] = []
        first = self.position
        while True:
            position = self.position
            if position >= len(text):
                raise self.fail("missing ]", start)
            if text[position] == "]" and position > first:
                self.position += 1
                break
            parts.extend(self.bracket_part(start))
            if len(parts) > _MANY:
                parts = list(charsets.union(parts))
        ranges = charsets.union(parts)
        if self.flags & FOLD:
            ranges = charsets.fold(ranges)
        return charsets.complement(ranges) if negated else ranges

    def bracket_part(self, start: int) -> Ranges:
        text, position = self.text, self.position
        if text.startswith("[:", position):
            named = self.posix_class()
            if named is not None:
                return named
        elif text[position] == "\\":
            ranges = self.class_escape()
            if ranges is not None:
                return ranges
        low = self.bracket_char(start)
        if not text.startswith("-", self.position) or text.startswith("-]", self.position):
            return ((low, low),)
        self.position += 1
        high = self.bracket_char(start)
        if high < low:
            raise self.fail("character range in the wrong order", position)
        return ((low, high),)

    def bracket_char(self, start: int) -> int:
        if self.position >= len(self.text):
            raise self.fail("missing ]", start)
        char = self.text[self.position]
        if char == "\\":
            return self.char_escape()
        self.position += 1
        return ord(char)

    def posix_class(self) -> Ranges | None:
        start = self.position
        end = self.text.find(":]", start + 2)
        if end < 0:
            return None
        name = self.text[start + 2:end]
        negated = name.startswith("^")
        ranges = charsets.POSIX.get(name.removeprefix("^"))
        if ranges is None:
            raise self.fail(f"unknown character class [:{name}:]")
        self.position = end + 2
        return charsets.complement(ranges) if negated else ranges
