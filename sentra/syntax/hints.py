"""What to write instead, for tokens that come from other languages or from a common slip."""

from __future__ import annotations

from sentra.syntax.tokens import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMPARE = "to compare, write =="
_FUNCTION = "for a function, write fn(x) => …"
_DECLARE = "for a variable, write let x = …"
_MAP = "for a map at the start of a statement, write ({…})"
_UNEQUAL = "for unequal, write !="
_ONE = "one variable at a time"

# What is missing (its first words), the token found, the one before it ("": any) → what to do.
_HINTS = [
    ("{ to start a block", "=", "", _COMPARE),
    ("an expression", "=", "==", _COMPARE),
    ("an expression", "=", "!=", _UNEQUAL),
    ("an expression", ">", "<", _UNEQUAL),
    ("an expression", "*", "*", "for a power, write pow(a, b)"),
    ("an expression", "|", "", _FUNCTION),
    ("a statement", "=>", "", _FUNCTION),
    ("a statement", ",", "", _ONE),
    ("a name after ", "[", "", _ONE),
    ("a name after ", "{", "", _ONE),
    ("a type", "=", ":", _DECLARE),
]

# Characters that look like others, as word processors and web pages have them.
LOOKALIKES = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-",
    "—": "-", "−": "-", "×": "*", "÷": "/", "…": "...", "\u00a0": "a space", "\u200b": "nothing",
}


def hint(what: str, kinds: list[str], values: list[Any], i: int) -> str:
    """What to do where `what` is missing and the token `i` is there instead; "" if unknown."""
    kind = kinds[i]
    before = kinds[i - 1] if i else ""
    if kind == "++" or kind == "--":
        return f"{kind} has no value"
    if kind == ":" and what == "a statement":
        if kinds[i + 1] == "=":
            return _DECLARE
        return _MAP if i > 1 and kinds[i - 2] == "{" else ""
    if kind == "." and what == "a statement" and i > 1 and kinds[i - 2] == "import" and (
            kinds[i + 1] in NAMES):
        return f'for a file, write import "{values[i - 1]}/{values[i + 1]}.sn"'
    for wanted, found, previous, text in _HINTS:
        if found == kind and what.startswith(wanted) and (not previous or previous == before):
            return text
    return ""


def follows_value(kinds: list[str], i: int) -> bool:
    """Does an operand end before the token `i`?"""
    return i > 0 and (kinds[i - 1] in NAMES or kinds[i - 1] in (")", "]"))
