"""`str` of values that no row can write: cycles, deep and shared data, big numbers."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from direct import evaluate

from sentra.errors import SentraError, SentraSyntaxError
from sentra.runtime import limits
from sentra.runtime.digits import int_to_text, text_to_int
from sentra.runtime.limits import Sizes
from sentra.runtime.text import float_text, join_text, to_text


def test_cycles() -> None:
    array: list[Any] = [1]
    array.append(array)
    assert to_text(array) == "[1, [...]]"
    members: dict[str, Any] = {"n": 1}
    members["self"] = members
    members["list"] = [members, array]
    assert to_text(members) == "{n: 1, self: {...}, list: [{...}, [1, [...]]]}"


def test_shared_is_no_cycle() -> None:
    shared = [0]
    assert to_text([shared, shared, {"a": shared}]) == "[[0], [0], {a: [0]}]"
    assert to_text([[shared], shared]) == "[[[0]], [0]]"


def nested(levels: int, container: type = list) -> Any:
    value: Any = container()
    for _ in range(levels - 1):
        value = [value] if container is list else {"k": value}
    return value


@pytest.mark.parametrize("levels", [1_000, 50_000])
def test_deep(levels: int) -> None:
    assert to_text(nested(levels)) == "[" * levels + "]" * levels
    assert to_text(nested(levels, dict)) == "{k: " * (levels - 1) + "{}" + "}" * (levels - 1)


def test_too_deep() -> None:
    with pytest.raises(SentraError, match="structure too deep") as caught:
        to_text(nested(limits.DEPTH + 2))
    assert caught.value.kind == "overflow"


def test_from_deep_in_the_stack() -> None:
    value = nested(1_000)

    def down(levels: int) -> str:
        return down(levels - 1) if levels else to_text(value)

    used = len(__import__("inspect").stack())
    assert len(down(sys.getrecursionlimit() - used - 40)) == 2_000


def test_shared_bomb_is_refused() -> None:
    value: Any = ["x"]
    for _ in range(60):
        value = [value, value]
    before = limits.use(Sizes(string=100_000))
    try:
        with pytest.raises(SentraError, match="string too large"):
            to_text(value)
    finally:
        limits.use(before)


def test_functions() -> None:
    def named() -> None: ...
    def class_() -> None: ...
    fn = lambda: None
    fn.__code__ = fn.__code__.replace(co_name="fn")
    assert [to_text(named), to_text(class_), to_text(fn)] == ["<fn named>", "<fn class>", "<fn>"]


def test_errors_and_strangers() -> None:
    assert to_text(SentraError("why")) == "why"
    assert to_text(SentraSyntaxError([])) == ""
    assert to_text(object()) == "<host value>"


def test_join_text() -> None:
    assert join_text(["a", 1, None, [True]]) == "a1nil[true]"


@pytest.mark.parametrize("value, text", [
    (0.1, "0.1"), (1e20, "100000000000000000000"),
    (999999999999999900000.0, "999999999999999868928"),
    (1e21, "1e+21"), (-1e21, "-1e+21"), (-0.0, "0"), (5e-324, "5e-324"), (-2.0, "-2"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (float("inf"), "+Inf"),
    (float("-inf"), "-Inf"), (float("nan"), "NaN"), (123456.789, "123456.789")])
def test_floats(value: float, text: str) -> None:
    assert float_text(value) == text


@pytest.mark.parametrize("number", [
    10**640, 10**640 - 1, 10**5000, 10**5000 - 1, 7**20000, 2**100_000, 123 * 10**9000 + 1,
], ids=range(7))
def test_big_integers_both_ways(number: int) -> None:
    text = int_to_text(number)
    # Compared by pieces, since Python refuses to print such a number.
    assert len(text) == len(text.lstrip("0"))
    assert text_to_int(text) == number
    assert int_to_text(-number) == "-" + text
    assert int(text[-600:]) == number % 10**600
    assert int(text[:50]) == number // 10 ** (len(text) - 50)


def test_big_integers_change_no_setting() -> None:
    before = sys.get_int_max_str_digits()
    int_to_text(10**6000)
    assert sys.get_int_max_str_digits() == before


def test_huge_integer_is_refused() -> None:
    with pytest.raises(SentraError, match="integer too large") as caught:
        to_text(1 << 9_000_000)
    assert caught.value.kind == "overflow"


def test_str_of_host_subclasses_of_error() -> None:
    assert evaluate("str(error('a', 'io'))") == "a"
