"""Sets of characters as sorted, disjoint, non-adjacent ranges of code points, ends included."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
ANY: Ranges = ((0, LAST),)
NOT_NEWLINE: Ranges = ((0, 9), (11, LAST))
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
DIGIT: Ranges = ((48, 57),)
SPACE: Ranges = ((9, 10), (12, 13), (32, 32))

PERL: dict[str, Ranges] = {"d": DIGIT, "s": SPACE, "w": WORD}

POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)), "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),), "blank": ((9, 9), (32, 32)), "cntrl": ((0, 31), (127, 127)),
    "digit": DIGIT, "graph": ((33, 126),), "lower": ((97, 122),), "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)), "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),), "word": WORD, "xdigit": ((48, 57), (65, 70), (97, 102)),
}


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Normalise ranges in any order.

    >>> union([(5, 9), (1, 2), (3, 4), (20, 20)])
    ((1, 9), (20, 20))
    """
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def within(code: int, ranges: Ranges) -> bool:
    """Is the code point in the set?

    >>> within(98, ((97, 99),)), within(100, ((97, 99),))
    (True, False)
    """
    if len(ranges) > 8:
        place = bisect_right(ranges, (code, LAST)) - 1
        return place >= 0 and code <= ranges[place][1]
    for low, high in ranges:
        if low <= code <= high:
            return True
    return False


def complement(ranges: Ranges) -> Ranges:
    """Every code point that is not in `ranges`.

    >>> complement(((0, 9), (11, 0x10FFFF)))
    ((10, 10),)
    """
    result: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        result.append((start, LAST))
    return tuple(result)


# Assigned characters outside these ranges are private use only (as of Unicode 15).
_SCANNED = ((0, 0x323FF), (0xE0000, 0xE01FF))
_categories: dict[str, Ranges] = {}


def _load_categories() -> None:
    from unicodedata import category

    found: dict[str, list[tuple[int, int]]] = {}
    for first, last in _SCANNED:
        start, current = first, category(chr(first))
        for code in range(first + 1, last + 1):
            name = category(chr(code))
            if name != current:
                found.setdefault(current, []).append((start, code - 1))
                start, current = code, name
        found.setdefault(current, []).append((start, last))
    found.setdefault("Co", []).extend([(0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)])
    found.pop("Cn", None)  # RE2 has no class of unassigned characters
    for name, ranges in found.items():
        _categories[name] = union(ranges)
    for letter in "LMNPSZC":
        parts = [part for name in found if name[0] == letter for part in found[name]]
        _categories[letter] = union(parts)
    _categories["Any"] = ANY


def unicode_class(name: str) -> Ranges | None:
    r"""The characters of a general category (``L``, ``Lu``, …) or ``Any``; None if unknown."""
    if not _categories:
        _load_categories()
    return _categories.get(name)


# The only characters beyond ASCII that fold to ASCII letters.
_LONG_S, _KELVIN = 0x17F, 0x212A
_LAST_CASED = 0x1E943
_orbits: dict[int, tuple[int, ...]] = {}
_cased: list[int] = []  # the keys of _orbits in order
_folded: dict[Ranges, Ranges] = {}  # what was folded lately


def _load_orbits() -> None:
    groups: dict[str, list[int]] = {}
    for code in range(_LAST_CASED + 1):
        char = chr(code)
        folded = char.casefold()
        if len(folded) > 1:
            folded = char.lower()
            if len(folded) > 1:
                continue
        if folded != char or char.upper() != char:
            groups.setdefault(folded, []).append(code)
    for members in groups.values():
        if len(members) > 1:
            for code in members:
                _orbits[code] = tuple(members)
    _cased.extend(sorted(_orbits))


def fold(ranges: Ranges) -> Ranges:
    """Add the other cases of every character, by simple case folding.

    >>> fold(((97, 98), (107, 107)))
    ((65, 66), (75, 75), (97, 98), (107, 107), (8490, 8490))
    """
    if ranges and ranges[-1][1] > 127:
        return _fold_all(ranges)
    added = list(ranges)
    for low, high in ranges:
        for code in range(max(low, 65), min(high, 122) + 1):
            if 65 <= code <= 90 or code >= 97:
                added.append((code ^ 32, code ^ 32))
                if code & ~32 == 0x53:
                    added.append((_LONG_S, _LONG_S))
                elif code & ~32 == 0x4B:
                    added.append((_KELVIN, _KELVIN))
    return union(added)


def _fold_all(ranges: Ranges) -> Ranges:
    if not _orbits:
        _load_orbits()
    known = _folded.get(ranges)
    if known is None:
        added = list(ranges)
        for low, high in ranges:
            for code in _cased[bisect_left(_cased, low):bisect_right(_cased, high)]:
                added.extend([(other, other) for other in _orbits[code]])
        known = union(added)
        if len(_folded) > 50:
            _folded.clear()
        _folded[ranges] = known
    return known
