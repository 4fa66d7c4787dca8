"""What a user may have meant by a name that nothing defines."""

from __future__ import annotations

import re

from sentra.runtime import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Words of other languages.
_WORDS = {
    "function": "fn", "func": "fn", "def": "fn", "lambda": "fn", "elif": "else if",
    "elsif": "else if", "elseif": "else if", "switch": "match", "foreach": "for", "raise": "throw",
    "except": "catch", "rescue": "catch", "None": "nil", "undefined": "nil", "println": "log",
    "printf": "log", "echo": "log", "puts": "log", "console": "log", "length": "len",
    "lenght": "len",
}
_METHODS = {
    "append": "push", "add": "push", "size": "len", "count": "len", "length": "len",
    "toUpperCase": "upper", "toLowerCase": "lower", "strip": "trim", "each": "for_each",
    "charAt": "char_at", "padStart": "pad_left", "padEnd": "pad_right", "extend": "concat",
}
_CONSTANTS = ("true", "false", "nil")
_ENOUGH = 200_000  # characters of a text that are searched

# Names in a text that are no member and no key; strings and comments are skipped.
_NAMES = re.compile(
    r'"(?:\\.|[^"\\])*+"|\'(?:\\.|[^\'\\])*+\'|`(?:\\.|[^`\\])*+`|//[^\n]*|\#[^\n]*|/\*.*?\*/'
    r"|(?<![\w.])([A-Za-z_]\w*)\b(?!\s*:)", re.DOTALL | re.ASCII)
_UNDEFINED = re.compile(r'undefined variable "(\w+)"')
_NO_METHOD = re.compile(r'(\w+) has no method "(\w+)"')


def advice(message: str, source: str) -> str:
    """A further line for the message of an error of kind "name": 'did you mean "x"?', or "".

    `source` is the text of the module where it was thrown.
    """
    undefined = _UNDEFINED.fullmatch(message)
    if undefined:
        word = undefined[1]
        if word in builtins.SECTION_NAMES:
            return f"\nto use the module, write import {word} above"
        known = {match[1] for match in _NAMES.finditer(source[:_ENOUGH]) if match[1]}
        known = known.union(builtins.names(), _CONSTANTS) - {word}
        return _meant(_WORDS.get(word) or _similar(word, known))
    method = _NO_METHOD.fullmatch(message)
    if method:
        known = set({
            "string": builtins.STRING_METHODS, "error": builtins.STRING_METHODS,
            "array": builtins.ARRAY_METHODS, "map": builtins.MAP_METHODS, **builtins.TYPE_METHODS,
        }.get(method[1], ()))
        word = _METHODS.get(method[2], "")
        return _meant(word if word in known else _similar(method[2], known))
    return ""


def _meant(word: str) -> str:
    return f'\ndid you mean "{word}"?' if word else ""


def _similar(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one; "" if none is."""
    from difflib import get_close_matches

    for other in sorted(known):
        if other.lower() == word.lower():
            return other
    close = get_close_matches(word, sorted(known), 1, 0.75)
    return close[0] if close else ""
