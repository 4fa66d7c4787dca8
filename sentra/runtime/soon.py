"""Operations of entries (`codegen.entries`): they end at once, or raise an exception.

An entry has no guard that could interrupt it, and knows no limits; so it computes with what is
small only, and leaves everything else to the function itself.
"""

from __future__ import annotations

from sentra.runtime.digits import PLAIN
from sentra.runtime.keys import KEYS
from sentra.runtime.text import to_text
from sentra.runtime.values import MISSING, SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MOST_KEPT = 1 << 16  # characters of a text that an entry leaves behind, or puts together
MOST_PARTS = 1 << 12  # characters that are looked at one by one, elements that are joined
MOST_SHOWN = 1 << 8  # elements of an array or map whose text is made
SURELY_SHORT = 1 << 10  # bytes of what is not large, whatever it is: an integer of 8,000 bits
SMALL = frozenset([int, float, bool, type(None)])  # what is never long


def retry(*args: Any) -> NoReturn:
    """The function itself has to be called."""
    raise Exception


def is_flat(value: Any) -> bool:
    """Whether a value of the host is an array or map of scalars."""
    kind = type(value)
    if kind is dict:
        return KEYS.issuperset(map(type, value)) and SCALARS.issuperset(map(type, value.values()))
    return kind is list and SCALARS.issuperset(map(type, value))


def may_keep(value: Any) -> bool:
    """Whether an entry may leave this value in the module (`codegen.entry_state`)."""
    return type(value) in SCALARS and (type(value) is not str or len(value) < MOST_KEPT)


def is_short(value: Any) -> bool:
    """Whether an entry may work a thousand times with what takes more bytes than `SURELY_SHORT`:
    with texts, arrays and maps of some size, not with integers.
    """
    return type(value) is not int and len(value) <= (
        MOST_KEPT if type(value) is str else MOST_PARTS)


def put_back(container: dict[Any, Any], key: Any, before: Any, value: Any) -> None:
    """Take back the value that an entry put under a key of a map (`codegen.entry_effects`), if a
    thread of the host has put nothing else there.
    """
    if container.get(key, MISSING) is not value:
        return
    if before is MISSING:
        container.pop(key, None)
    else:
        container[key] = before


def take_back(array: list[Any], value: Any) -> None:
    """Take back a value that an entry has pushed; a thread of the host may have pushed others."""
    for place in range(len(array) - 1, -1, -1):
        if array[place] is value:
            del array[place]
            return


def text(value: Any) -> str:
    """str(value); of arrays and maps, of those that hold a few small scalars."""
    kind = type(value)
    if kind is int:
        if -PLAIN < value < PLAIN:
            return str(value)
    elif kind is not list and kind is not dict:
        return to_text(value)
    elif len(value) <= MOST_SHOWN and is_flat(value):
        parts = value if kind is list else (*value, *value.values())
        if all(part.__sizeof__() <= SURELY_SHORT for part in parts):
            return to_text(value)
    retry()


def split(text: Any, by: Any) -> list[str]:
    """The pieces between separators; the characters for ""."""
    if type(text) is type(by) is str and len(text) <= MOST_PARTS:
        return text.split(by) if by else list(text)
    retry()


def replace(text: Any, old: Any, new: Any) -> str:
    """With every `old` replaced."""
    if type(text) is type(old) is type(new) is str and len(text) <= MOST_PARTS and (
            len(new) < MOST_KEPT // MOST_PARTS):
        return text.replace(old, new)
    retry()


def join(array: Any, by: Any) -> str:
    """The texts with the separator between them."""
    if type(array) is list and type(by) is str and len(array) <= MOST_PARTS:
        size = sum(map(len, array)) + len(by) * len(array)  # what has no length raises as well
        if size <= MOST_KEPT:
            return by.join(array)
    retry()
