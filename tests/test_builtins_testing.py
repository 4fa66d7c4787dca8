"""Section testing."""

from __future__ import annotations

import pytest
from builtin_rows import Throws, call, check, member, program_function, rows

from sentra.errors import SentraError
from sentra.runtime.context import Context

FAILED = Throws("assertion", "assertion failed")


@rows(
    ("assert_equal", 1, 1.0, None), ("assert_eq", [1, {"a": 2}], [1, {"a": 2}], None),
    ("assert_equal", 1, 2, Throws("assertion", "assertion failed\nExpected: 1\nActual: 2")),
    ("assert_equal", [1], "x", "sizes",
     Throws("assertion", "assertion failed: sizes\nExpected: [1]\nActual: x")),
    ("assert_not_equal", 1, 2, None), ("assert_ne", 1, 1, FAILED),
    ("assert_ne", 1, 1, "no", Throws("assertion", "assertion failed: no")),
    ("assert_true", [0], None), ("assert_true", 0, FAILED), ("assert_false", "", None),
    ("assert_false", 1, 5, Throws("assertion", "assertion failed: 5")),
    ("assert_nil", None, None), ("assert_null", 0, FAILED), ("assert_not_nil", 0, None),
    ("assert_not_null", None, FAILED), ("assert_contains", [1, 2], 2, None),
    ("assert_contains", "abc", "bc", None), ("assert_contains", {"k": 1}, "k", None),
    ("assert_contains", [1], 3, FAILED),
    ("assert_contains", 5, 3, Throws("type", "cannot search in number")),
    ("assert_type", 1.5, "number", None), ("assert_type", None, "string", FAILED),
    ("assert_near", 0.1 + 0.2, 0.3, 1e-9, None), ("assert_near", 5, 5, 0, None),
    ("assert_near", float("inf"), float("inf"), 1, None),
    ("assert_near", 1, 2, 0.5, Throws("assertion", "assertion failed\nExpected: 1\nActual: 2")),
    ("assert_near", float("nan"), 1, 5, Throws("assertion")),
    ("assert_near", 10**400, 1.5, 5, Throws("arithmetic", "number too large")),
    ("assert_near", "1", 1, 1,
     Throws("type", "assert_near: argument 1 must be number, not string")),
    ("assert_throws", 5, Throws("type", "assert_throws: argument 1 must be function, not number")),
    ("test", "name", 5, Throws("type", "test: argument 2 must be function, not number")),
)
def test_rows(row):
    check(row)


def test_assert_throws():
    context = Context()
    div = context.builtin("div")

    throws = program_function("fn() { throw {code: 7} }")
    fails = program_function("fn() { let x = nil; return x + 1 }")
    fine = program_function("fn() => 1")
    greedy = program_function("fn(a) => a")
    call("assert_throws", throws, context=context)
    call("assert_throws", throws, "code: 7", context=context)
    call("assert_throws", fails, "cannot add nil", context=context)
    call("assert_throws", div, "div expects 2 arguments, got 0", context=context)
    call("assert_throws", greedy, "fn expects 1 argument, got 0", context=context)
    assert context.tests.assertions_passed == 5
    for args in [(fine,), (throws, "other")]:
        with pytest.raises(SentraError) as caught:
            call("assert_throws", *args, context=context)
        assert (caught.value.kind, caught.value.message) == ("assertion", "assertion failed")
    assert context.tests.assertions_failed == 2


def test_counts_and_summary():
    printed: list[str] = []
    context = Context(write=printed.append)
    call("assert_true", 1, context=context)
    call("assert_equal", 1, 1, context=context)
    with pytest.raises(SentraError):
        call("assert_nil", 1, context=context)
    function = context.builtin("uuid")
    call("test", "one", function, context=context)
    assert context.tests.registered == [("one", function)]
    context.tests.tests_passed = 1
    call("test_summary", context=context)
    assert "".join(printed) == "Assertions: 2 passed, 1 failed\nTests: 1 passed, 0 failed\n"


def test_module_members():
    assert member("testing", "assert_equal", 1, 1) is None
