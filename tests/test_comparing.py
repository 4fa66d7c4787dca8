"""Comparisons of containers: as Python's where that ends, and an end where Python's has none."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sentra.runtime import compare, many

SCALARS = [None, True, False, 0, 1, -1, 2.0, 1.0, float("nan"), "", "a", "ab", 10**40]


def value(source: random.Random, depth: int, known: list[Any]) -> Any:
    """A random value; parts that were made before come again, as the same object or a copy."""
    draw = source.random()
    if depth == 0 or draw < 0.4:
        return source.choice(SCALARS)
    if draw < 0.6 and known:
        return source.choice(known)
    size = source.choice([0, 1, 2, 3, 3, 70, 130])
    made: Any = [value(source, depth - 1, known) for _ in range(size)]
    if draw > 0.85:
        made = {f"k{at}": each for at, each in enumerate(made)}
    known.append(made)
    return made


def copied(source: random.Random, whole: Any) -> Any:
    """A copy that is equal but for rounding of the dice, and shares some parts."""
    draw = source.random()
    if draw < 0.003:
        return source.choice(SCALARS)
    if draw < 0.1:
        return whole
    if type(whole) is list:
        return [copied(source, each) for each in whole]
    if type(whole) is dict:
        items = [(key, copied(source, each)) for key, each in whole.items()]
        source.shuffle(items)
        return dict(items)
    return whole


@pytest.mark.parametrize("seed", range(300))
def test_equality_is_that_of_python(seed: int) -> None:
    source = random.Random(seed)
    a = value(source, 3, [])
    for b in (copied(source, a), copied(source, a), value(source, 3, [])):
        assert compare.equal(a, b) == (a == b)
        assert compare.not_equal(a, b) == (a != b)
        assert compare.has_element([[], b, a], a) == (a in [[], b, a])


ORDERS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}


@pytest.mark.parametrize("seed", range(300))
def test_order_is_that_of_python(seed: int) -> None:
    source = random.Random(seed)
    rows = [[[source.randrange(3) for _ in range(source.randrange(3))] for _ in range(3)]
            for _ in range(2)]
    rows += [[source.randrange(3) for _ in range(100)] for _ in range(2)]
    for a, b in (rows[:2], rows[2:], (rows[2], rows[2][:70])):
        for name, sign in ORDERS.items():
            assert getattr(compare, name)(a, b) == eval(f"a {sign} b")


def test_operations_in_pieces() -> None:
    numbers = [source % 977 - 400 for source in range(3 * many.PIECE)]
    assert many.total(numbers) == sum(numbers)
    assert many.least(numbers) == min(numbers)
    assert many.greatest(numbers) == max(numbers)
    ones = [1.0, *[1] * many.PIECE, True]
    assert type(many.greatest(ones)) is type(many.least(ones)) is float  # the first of equal ones


@pytest.mark.parametrize("large", ["x" * (1 << 23), 1 << 200_000], ids=["text", "integer"])
def test_sorting_what_takes_long(large: Any) -> None:
    small = ["y", "a"] if type(large) is str else [2.5, -7]
    elements = [*small, large, *small[::-1]] * 40
    assert many.sorted_alike(elements) == sorted(elements)
    keys = many.keys_for_sorting(elements)
    assert keys is not elements
    assert sorted(range(200), key=keys.__getitem__) == sorted(range(200), key=elements.__getitem__)
    many.sort_alike(elements)
    assert elements == sorted(elements)


def test_what_takes_long_to_sort() -> None:
    def is_wrapped(texts: list[str]) -> bool:
        return type(many.keys_for_sorting(texts)[0]) is not str

    assert is_wrapped(["x" * 16_000] * 12_000)  # 2 ** 31 characters are compared
    assert is_wrapped(["x" * 100_000_000] * 17)
    assert not is_wrapped(["x" * 16_000] * 1_000)
    assert not is_wrapped(["x" * 100] * 1_000_000)
