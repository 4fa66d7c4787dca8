"""Array and map builtins with functions: what they are passed, and what they may do."""

from __future__ import annotations

from typing import Any

import pytest

from sentra.errors import SentraError, Thrown
from sentra.runtime.context import Context

CONTEXT = Context()


def builtin(name: str) -> Any:
    return CONTEXT.builtin(name)


def one(x: Any) -> Any:
    return [x]


def both(x: Any, i: Any) -> Any:
    return [x, i]


def optional(x: Any, i: Any = "none") -> Any:
    return [x, i]


def rest(x: Any, *more: Any) -> Any:
    return [x, *more]


def nothing() -> Any:
    return 1


def three(a: Any, b: Any, c: Any) -> Any:
    return [a, b, c]


@pytest.mark.parametrize("function, expected", [
    (one, [["a"], ["b"]]),
    (both, [["a", 0], ["b", 1]]),
    (optional, [["a", 0], ["b", 1]]),
    (rest, [["a"], ["b"]]),
])
def test_index_for_those_who_name_it(function: Any, expected: Any) -> None:
    assert builtin("map")(["a", "b"], function) == expected


@pytest.mark.parametrize("function, expected", [
    (nothing, "nothing expects 0 arguments, got 1"),
    (three, "three expects 3 arguments, got 2"),
])
def test_wrong_number_of_parameters(function: Any, expected: str) -> None:
    assert builtin("map")([], function) == []
    with pytest.raises(SentraError, match=expected) as caught:
        builtin("map")([1], function)
    assert caught.value.kind == "call"


@pytest.mark.parametrize("name", [
    "map", "filter", "for_each", "find", "find_index", "every", "some", "flat_map", "group_by",
    "partition", "sort_by"])
def test_all_pass_the_index(name: str) -> None:
    seen = []

    def keep(x: Any, i: Any) -> Any:
        seen.append((x, i))
        return i if name in ("sort_by", "every") else False

    builtin(name)(["a", "b"], keep)
    assert seen == ([("a", 0)] if name == "every" else [("a", 0), ("b", 1)])


def test_reduce_passes_the_index() -> None:
    seen = []

    def step(acc: Any, x: Any, i: Any) -> Any:
        seen.append((acc, x, i))
        return acc + x

    assert builtin("reduce")([1, 2, 3], step) == 6
    assert builtin("reduce")([1], step, 10) == 11
    assert seen == [(1, 2, 1), (3, 3, 2), (10, 1, 0)]


def test_map_values_passes_the_key() -> None:
    def with_key(v: Any, k: Any) -> Any:
        return f"{k}{v}"

    assert builtin("map_values")({"a": 1}, with_key) == {"a": "a1"}
    assert builtin("map_values")({"a": 1}, one) == {"a": [1]}


def test_callbacks_may_change_the_array() -> None:
    array = [1, 2, 3]

    def grow(x: Any) -> Any:
        array.append(x)
        return x

    assert builtin("map")(array, grow) == [1, 2, 3]
    assert array == [1, 2, 3, 1, 2, 3]
    members = {"a": 1, "b": 2}

    def drop(v: Any) -> Any:
        members.clear()
        return v

    assert builtin("map_values")(members, drop) == {"a": 1, "b": 2}


# Sorting

def test_sort_is_stable_and_in_place() -> None:
    array = [[1, "a"], [0, "b"], [1, "c"], [0, "d"]]

    def less(a: Any, b: Any) -> Any:
        return a[0] < b[0]

    def compare(a: Any, b: Any) -> Any:
        return b[0] - a[0]

    def greater(a: Any, b: Any) -> Any:
        return a[0] > b[0]

    assert builtin("sort")(array, less) is array
    assert array == [[0, "b"], [0, "d"], [1, "a"], [1, "c"]]
    assert builtin("sorted")(array, compare) == [[1, "a"], [1, "c"], [0, "b"], [0, "d"]]
    assert builtin("sorted")(array, greater) == [[1, "a"], [1, "c"], [0, "b"], [0, "d"]]
    assert array[0] == [0, "b"]


@pytest.mark.parametrize("change", ["append", "pop", "clear", "reverse"])
def test_sort_refuses_changes(change: str) -> None:
    array: list[Any] = []

    def less(a: Any, b: Any) -> Any:
        if array == [3, 1, 2]:
            getattr(array, change)(*([0] if change == "append" else []))
        return a < b

    def compute(x: Any) -> Any:
        less(0, 0)
        return x

    for name, function in (("sort", less), ("sort_by", compute)):
        array[:] = [3, 1, 2]
        with pytest.raises(SentraError, match=f"{name}: the array was changed") as caught:
            builtin(name)(array, function)
        assert caught.value.kind == "value"


def test_sort_with_a_lying_order_ends() -> None:
    def always(a: Any, b: Any) -> Any:
        return True

    assert sorted(builtin("sort")([3, 1, 2] * 50, always)) == [1] * 50 + [2] * 50 + [3] * 50


def test_sort_refuses_results() -> None:
    def lost(a: Any, b: Any) -> Any:
        return None

    with pytest.raises(SentraError, match="must return a boolean or a number, not nil"):
        builtin("sort")([2, 1], lost)


def test_sort_keeps_the_array_when_the_order_throws() -> None:
    array = [3, 1, 2]

    def throws(a: Any, b: Any) -> Any:
        raise Thrown("cmp")

    with pytest.raises(Thrown):
        builtin("sort")(array, throws)
    assert array == [3, 1, 2]


# Core builtins with functions

def test_try() -> None:
    error = SentraError("no", "io")

    def fails() -> Any:
        raise error

    def throws() -> Any:
        raise Thrown([1])

    assert builtin("try")(nothing) == {"value": 1, "error": None}
    assert builtin("try")(fails)["error"] is error
    assert builtin("try")(throws) == {"value": None, "error": [1]}


def test_memoize_by_content() -> None:
    seen = []

    def slow(*args: Any) -> Any:
        seen.append(args)
        return len(seen)

    remembered = builtin("memoize")(slow)
    a: list[Any] = [1, {"k": [2]}]
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    for args in ((a,), ([1, {"k": [2]}],), (1,), (True,), ("1",), (1, 2), (cyclic,), ([1, cyclic],),
                 (one,), (both,), (one,), (), (None,), ([],), ({},), ([[]],)):
        remembered(*args)
    assert len(seen) == 14
    a.append(3)
    assert remembered(a) == 15
    assert remembered([1, {"k": [2]}]) == 1


def test_memoize_forgets_errors() -> None:
    attempts = []

    def flaky(x: Any) -> Any:
        attempts.append(x)
        if len(attempts) == 1:
            raise SentraError("first")
        return x

    remembered = builtin("memoize")(flaky)
    with pytest.raises(SentraError):
        remembered(1)
    assert [remembered(1), remembered(1), len(attempts)] == [1, 1, 2]
    with pytest.raises(SentraError, match="flaky expects 1 argument, got 2"):
        remembered(1, 2)


def test_deep_clone_keeps_cycles_and_sharing() -> None:
    shared = [1]
    value: dict[str, Any] = {"a": shared, "b": shared}
    value["self"] = [value]
    copy = builtin("deep_clone")(value)
    assert copy is not value
    assert copy["self"][0] is copy
    assert copy["a"] is copy["b"]
    assert copy["a"] is not shared


def test_deep_clone_of_deep_data() -> None:
    value: Any = []
    for _ in range(50_000):
        value = [value]
    copy = builtin("deep_clone")(value)
    for _ in range(50_000):
        copy, value = copy[0], value[0]
    assert copy == []
    assert copy is not value
