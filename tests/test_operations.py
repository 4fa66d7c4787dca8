"""Operations where rows cannot reach: assignments, iteration, deep and cyclic data, sizes."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import pytest
from test_text_forms import nested

from sentra.errors import SentraError
from sentra.runtime import arithmetic, calls, collections, compare, iteration, limits
from sentra.runtime.context import Context
from sentra.runtime.limits import Sizes


def message(function: Any, *args: Any) -> str:
    with pytest.raises(SentraError) as caught:
        function(*args)
    return f"{caught.value.kind}: {caught.value.message}"


# Comparison

@pytest.mark.parametrize("kind", [list, dict])
@pytest.mark.parametrize("levels", [1_000, 30_000])
def test_deep_equality(levels: int, kind: type) -> None:
    a, b = nested(levels, kind), nested(levels, kind)
    assert compare.equal(a, b)
    assert not compare.not_equal(a, b)
    assert not compare.equal(a, [b])
    assert compare.contains(a, [0, b])


def test_deep_order() -> None:
    a, b = nested(20_000), nested(20_000)
    assert not compare.less(a, b)
    assert compare.less_equal(a, b)
    assert compare.less(a, [b])
    assert compare.greater([[1], b], [[1], a][:1])


def test_cyclic_equality_ends() -> None:
    a: list[Any] = [1]
    a.append(a)
    b: list[Any] = [1]
    b.append([1, b])
    assert compare.equal(a, b)
    assert compare.less_equal(a, b)
    c: list[Any] = [1, [1, [2]]]
    assert not compare.equal(a, c)
    m: dict[str, Any] = {}
    n: dict[str, Any] = {}
    m["x"], n["x"] = n, m
    assert compare.equal(m, n)
    n["y"] = 1
    assert compare.not_equal(m, n)


def test_error_of_deep_comparison() -> None:
    a = [[[1, [None]]]]
    b = [[[1, [2]]]]
    assert message(compare.less, a, b) == "type: cannot compare nil and number"


# Assignment

def test_set_index_of_array() -> None:
    array = [1, 2]
    for key, value in ((0, "a"), (-1, "b"), (4, "c"), (2.9, "d"), (True, "e")):
        collections.set_index(array, key, value)
    assert array == ["a", "e", "d", None, "c"]


@pytest.mark.parametrize("key", [-3, 1_000_003, float("inf"), 1 << 70, -(1 << 70)])
def test_set_index_out_of_range(key: Any) -> None:
    array = [1, 2]
    assert message(collections.set_index, array, key, 0) == "index: array index out of range"
    assert array == [1, 2]


def test_set_index_at_the_widest_gap() -> None:
    array: list[Any] = [1, 2]
    collections.set_index(array, 1_000_002, 0)
    assert len(array) == 1_000_003


def test_set_index_of_map() -> None:
    members: dict[Any, Any] = {1: "a"}
    for key in ("k", True, None, 1.5):
        collections.set_index(members, key, key)
    assert members == {1: True, "k": "k", None: None, 1.5: 1.5}
    collections.set_property(members, "k", 0)
    assert members["k"] == 0


@pytest.mark.parametrize("container, key, expected", [
    ({}, [], "type: cannot use array as a map key"),
    ({}, message, "type: cannot use function as a map key"),
    ([], "a", "type: array index must be a number, not string"),
    ([], None, "type: array index must be a number, not nil"),
    ("abc", 0, "type: cannot assign to an index of string"),
    (None, 0, "type: cannot assign to an index of nil"),
    (5, 0, "type: cannot assign to an index of number"),
])
def test_set_index_refused(container: Any, key: Any, expected: str) -> None:
    assert message(collections.set_index, container, key, 1) == expected


def test_set_property_refused() -> None:
    assert message(collections.set_property, [1], "length", 1) == (
        "type: cannot assign to an index of array")


def test_make_map_keeps_first_key_and_place() -> None:
    made = collections.make_map([1, "a", "x", 0, True, "b"])
    assert list(made.items()) == [(1, "b"), ("x", 0)]
    assert type(next(iter(made))) is int


# Iteration

def test_array_sees_pushed_elements() -> None:
    array = [1, 2]
    seen = []
    for element in iteration.iterate(array):
        seen.append(element)
        if len(array) < 4:
            array.append(element * 10)
    assert seen == [1, 2, 10, 20]


def test_array_pairs_see_changes() -> None:
    array = ["a", "b", "c"]
    seen = []
    for index, element in iteration.iterate_pairs(array):
        seen.append((index, element))
        if index == 0:
            array.pop()
    assert seen == [(0, "a"), (1, "b")]


def test_map_keys_are_taken_at_the_start() -> None:
    members = {"a": 1, "b": 2, "c": 3}
    seen = []
    for key, value in iteration.iterate_pairs(members):
        seen.append((key, value))
        members.pop("b", None)
        members["c"] = 30
        members["new"] = 1
    assert seen == [("a", 1), ("b", None), ("c", 30)]
    assert list(iteration.iterate({"x": 1})) == ["x"]


def test_strings_iterate_by_character() -> None:
    assert list(iteration.iterate("hé")) == ["h", "é"]
    assert list(iteration.iterate_pairs("hé")) == [(0, "h"), (1, "é")]


@pytest.mark.parametrize("value, name", [
    (None, "nil"), (5, "number"), (len, "host value"), (message, "function"),
    (SentraError("x"), "error")])
def test_not_iterable(value: Any, name: str) -> None:
    expected = f"type: cannot iterate over {name}"
    assert message(iteration.iterate, value) == expected
    assert message(iteration.iterate_pairs, value) == expected


# Calls

def two(a: Any, b: Any = 1) -> Any:
    return [a, b]


def rest(a: Any, *more: Any) -> Any:
    return [a, list(more)]


def test_call_counts_arguments() -> None:
    assert calls.call(two, 5) == [5, 1]
    assert calls.call(rest, 5, 6, 7) == [5, [6, 7]]
    assert message(calls.call, two) == "call: two expects 1 to 2 arguments, got 0"
    assert message(calls.call, two, 1, 2, 3) == "call: two expects 1 to 2 arguments, got 3"
    assert message(calls.call, rest) == "call: rest expects at least 1 argument, got 0"


def test_call_tells_errors_inside_apart() -> None:
    def wrong() -> Any:
        return calls.call(None)

    assert message(calls.call, wrong) == "type: cannot call nil"


def test_host_objects_are_not_called() -> None:
    assert message(calls.call, print) == "type: cannot call host value"


def test_callee_of() -> None:
    context = Context()
    assert calls.callee_of({"f": two}, "f", context) == (two, False)
    found, takes_receiver = calls.callee_of({}, "keys", context)
    assert (found.name, takes_receiver) == ("keys", True)
    assert calls.callee_of([], "len", context)[0] is calls.callee_of("", "len", context)[0]


def test_methods_ignore_the_program_and_the_host() -> None:
    context = Context()
    assert calls.invoke([1], "len", (), context) == 1
    assert isinstance(two, FunctionType)
    assert calls.invoke({"len": two}, "len", (3,), context) == [3, 1]


# Sizes

def test_sizes_are_put_back() -> None:
    before = limits.use(Sizes(string=10, array=10, bits=100))
    try:
        assert message(arithmetic.mul, "ab", 6) == "overflow: string too large"
        assert message(arithmetic.mul, [0], 11) == "overflow: array too large"
        assert message(arithmetic.add_sized, "abcdef", "abcdef") == "overflow: string too large"
        assert message(arithmetic.add_sized, [0] * 6, [0] * 6) == "overflow: array too large"
        assert message(arithmetic.add_sized, "abcdef", 123456) == "overflow: string too large"
        # A sum grows by one bit at a time: the number of steps bounds it.
        assert arithmetic.add_sized(1 << 99, 1 << 99) == 1 << 100
        assert message(arithmetic.mul_sized, 1 << 60, 1 << 60) == "overflow: integer too large"
        assert message(arithmetic.mul_sized, (1 << 51) - 1, (1 << 50) - 1) == (
            "overflow: integer too large")
        assert arithmetic.mul_sized(1 << 40, 3) == 3 << 40
        assert arithmetic.add_sized("ab", [1]) == "ab[1]"
    finally:
        limits.use(before)
    assert arithmetic.mul("ab", 6) == "ab" * 6
