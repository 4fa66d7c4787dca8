"""Builtins of the testing section. Every assertion is counted in the run's `TestLog`."""

from __future__ import annotations

from sentra.errors import ASSERTION, SentraError
from sentra.runtime.arguments import number_argument, string_argument
from sentra.runtime.arithmetic import number_too_large
from sentra.runtime.calls import callback
from sentra.runtime.compare import contains, equal
from sentra.runtime.registry import builtin
from sentra.runtime.text import brief_text, to_text
from sentra.runtime.throwing import caught
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context


def _check(context: Context, holds: bool, message: Any, details: str = "") -> None:
    """Count an assertion, and throw where it does not hold."""
    if holds:
        context.tests.assertions_passed += 1
        return
    context.tests.assertions_failed += 1
    text = "assertion failed" if message is None else f"assertion failed: {to_text(message)}"
    raise SentraError(text + details, ASSERTION)


def _difference(a: Any, b: Any) -> str:
    return f"\nExpected: {brief_text(a)}\nActual: {brief_text(b)}"


@builtin("testing", "assert_equal", "assert_eq", context=True)
def assert_equal(context: Context, a: Any, b: Any, message: Any = None) -> None:
    holds = equal(a, b)
    _check(context, holds, message, "" if holds else _difference(a, b))


@builtin("testing", "assert_not_equal", "assert_ne", context=True)
def assert_not_equal(context: Context, a: Any, b: Any, message: Any = None) -> None:
    _check(context, not equal(a, b), message)


@builtin("testing", "assert_true", context=True)
def assert_true(context: Context, value: Any, message: Any = None) -> None:
    _check(context, bool(value), message)


@builtin("testing", "assert_false", context=True)
def assert_false(context: Context, value: Any, message: Any = None) -> None:
    _check(context, not value, message)


@builtin("testing", "assert_nil", "assert_null", context=True)
def assert_nil(context: Context, value: Any, message: Any = None) -> None:
    _check(context, value is None, message)


@builtin("testing", "assert_not_nil", "assert_not_null", context=True)
def assert_not_nil(context: Context, value: Any, message: Any = None) -> None:
    _check(context, value is not None, message)


@builtin("testing", "assert_contains", context=True)
def assert_contains(context: Context, container: Any, element: Any, message: Any = None) -> None:
    _check(context, contains(element, container), message)


@builtin("testing", "assert_type", context=True)
def assert_type(context: Context, value: Any, name: Any, message: Any = None) -> None:
    _check(context, type_name(value) == string_argument("assert_type", 2, name), message)


@builtin("testing", "assert_throws", context=True)
def assert_throws(context: Context, function: Any, text: Any = None) -> None:
    """The function throws; the thrown error's text has `text` in it."""
    call, _ = callback("assert_throws", 1, function, 0)
    wanted = "" if text is None else string_argument("assert_throws", 2, text)
    holds = False
    try:
        call()
    except Exception as exception:  # noqa: BLE001  # `caught` raises again what is ours
        holds = wanted in to_text(caught(exception))
    _check(context, holds, None)


@builtin("testing", "assert_near", context=True)
def assert_near(context: Context, a: Any, b: Any, epsilon: Any, message: Any = None) -> None:
    x = number_argument("assert_near", 1, a)
    y = number_argument("assert_near", 2, b)
    most = number_argument("assert_near", 3, epsilon)
    try:
        holds = x == y or abs(x - y) <= most
    except OverflowError:
        raise number_too_large() from None
    _check(context, holds, message, "" if holds else _difference(a, b))


@builtin("testing", "test", context=True)
def test(context: Context, name: Any, function: Any) -> None:
    """Register a test; a test runner runs it."""
    callback("test", 2, function, 0)
    context.tests.registered.append((to_text(name), function))


@builtin("testing", "test_summary", context=True)
def test_summary(context: Context) -> None:
    log = context.tests
    context.write(
        f"Assertions: {log.assertions_passed} passed, {log.assertions_failed} failed\n"
        f"Tests: {log.tests_passed} passed, {log.tests_failed} failed\n")
