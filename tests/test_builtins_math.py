"""Sections math (with bits) and random."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from builtin_rows import Throws, call, check, member, rows, same

from sentra.errors import SentraError
from sentra.runtime.context import Context

NAN, INF = math.nan, math.inf
NO_NUMBER = Throws("arithmetic", part="not a number")
TOO_LARGE = Throws("arithmetic", "number too large")
OVERFLOW = Throws("overflow", "integer too large")
HUGE = 10**400


@rows(
    ("floor", 2.7, 2), ("floor", -2.2, -3), ("floor", 7, 7), ("floor", True, 1),
    ("floor", 1e300, int(1e300)), ("floor", HUGE, HUGE), ("ceil", 2.1, 3), ("ceil", -2.9, -2),
    ("trunc", 2.9, 2), ("trunc", -2.9, -2), ("floor", INF, Throws("value")),
    ("ceil", NAN, Throws("value")), ("trunc", -INF, Throws("value")),
    ("round", NAN, Throws("value")), ("round", INF, Throws("value")),
    ("round", INF, 2, Throws("value")),
    ("floor", "1", Throws("type", "floor: argument 1 must be number, not string")),
    ("round", 2.5, 3), ("round", -2.5, -3), ("round", 2.4, 2), ("round", 0.5, 1),
    ("round", -0.5, -1),
    ("round", 0.49999999999999994, 0), ("round", -0.49999999999999994, 0),
    ("round", 4503599627370495.5, 4503599627370496), ("round", 2.0**60, 2**60),
    ("round", HUGE, HUGE),
    ("round", False, 0), ("round", 3.14159, 2, 3.14), ("round", 10, 2, 10.0),
    ("round", 2.675, 2, 2.67), ("round", 0.125, 2, 0.13), ("round", -0.125, 2, -0.13),
    ("round", 1234, -2, 1200.0), ("round", 1250, -2, 1300.0), ("round", 1e300, -1000, 0.0),
    ("round", 5e-324, 2000, 5e-324), ("round", 5e-324, 3, 0.0), ("round", 2.5, 0, 3.0),
    ("round", HUGE, 2, TOO_LARGE), ("round", 1.7e308, -308, TOO_LARGE), ("round", 2.5, None, 3),
)
def test_rounding(row):
    check(row)


def test_round_to_digits_agrees_with_decimal():
    draw = random.Random(7)
    for _ in range(500):
        number = draw.choice([draw.uniform(-1000, 1000),
                              draw.uniform(-1, 1) * 10 ** draw.randint(-8, 15),
                              draw.randint(-4000, 4000) / 8])
        digits = draw.randint(0, 6)
        exact = Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        assert call("round", number, digits) == float(exact), (number, digits)


@rows(
    ("abs", -5, 5), ("abs", -2.5, 2.5), ("abs", True, 1), ("sqrt", 16, 4.0),
    ("sqrt", -1, NO_NUMBER),
    ("sqrt", HUGE, TOO_LARGE), ("sqrt", NAN, NAN), ("exp", 1000, TOO_LARGE), ("exp", 0, 1.0),
    ("ln", 0, NO_NUMBER), ("ln", 1, 0.0), ("log2", 8, 3.0), ("log10", 1000, 3.0),
    ("log10", HUGE, 400.0),
    ("asin", 2, NO_NUMBER), ("sin", INF, NO_NUMBER), ("sin", 0, 0.0), ("cosh", 1e4, TOO_LARGE),
    ("tanh", 0, 0.0), ("atan", 0, 0.0), ("atan2", 0, 1, 0.0), ("hypot", 3, 4, 5.0),
    ("hypot", 1.7e308, 1.7e308, TOO_LARGE), ("hypot", INF, 1, INF), ("hypot", HUGE, 1, TOO_LARGE),
    ("sqrt", "4", Throws("type", "sqrt: argument 1 must be number, not string")),
    ("atan2", 1, None, Throws("type", "atan2: argument 2 must be number, not nil")),
    ("pow", 2, 10, 1024), ("pow", 2, 100, 2**100), ("pow", 2, -1, 0.5), ("pow", 9, 0.5, 3.0),
    ("pow", 0, -1, Throws("arithmetic", "division by zero")), ("pow", -8, 1 / 3, NO_NUMBER),
    ("pow", 10.0, 400, TOO_LARGE), ("pow", 2, 10**9, OVERFLOW), ("pow", 2, 10**400, OVERFLOW),
    ("pow", 10**1000, 10**6, OVERFLOW), ("pow", 1, 10**400, 1), ("pow", -1, 10**6 + 1, -1),
    ("pow", 0, 10**400, 0), ("pow", True, 5, 1), ("pow", HUGE, -1, TOO_LARGE),
    ("div", 7, 2, 3), ("div", -7, 2, -4), ("div", 7.5, 2, 3), ("div", HUGE, 3, HUGE // 3),
    ("div", 1, 0, Throws("arithmetic", "division by zero")),
    ("div", 1.0, 0.0, Throws("arithmetic")),
    ("div", NAN, 1, Throws("value")), ("mod", -7, 3, 2), ("mod", 7, -3, -2), ("mod", 5.5, 2, 1.5),
    ("mod", 1, 0, Throws("arithmetic", "modulo by zero")), ("mod", HUGE, 0.5, TOO_LARGE),
    ("gcd", 12, 18, 6), ("lcm", 4, 6, 12), ("gcd", 0, 0, 0), ("factorial", 0, 1),
    ("factorial", 20, math.factorial(20)), ("factorial", -1, NO_NUMBER),
    ("factorial", 10**9, OVERFLOW),
    ("factorial", 10**300, OVERFLOW), ("factorial", 2000, math.factorial(2000)),
    ("sign", -3, -1), ("sign", 0.0, 0), ("sign", 2.5, 1), ("sign", NAN, NAN),
    ("clamp", 15, 0, 10, 10), ("clamp", -1, 0, 10, 0), ("clamp", 5, 0, 10, 5),
    ("clamp", 1, 5, 2, Throws("value")), ("gcd", INF, 1, Throws("value")),
    ("is_nan", NAN, True), ("is_nan", 1, False), ("is_nan", True, False), ("isNaN", "x", True),
    ("is_nan", None, True), ("is_finite", 5, True), ("isFinite", INF, False),
    ("is_finite", NAN, False),
    ("is_finite", "5", False),
)
def test_functions(row):
    check(row)


@rows(
    ("parse_int", "42", 42), ("parseInt", "ff", 16, 255), ("parse_int", "101", 2, 5),
    ("parse_int", " \n-7x", -7), ("parse_int", "+7", 7), ("parse_int", "0x1F", 16, 31),
    ("parse_int", "-0X1f", 16, -31), ("parse_int", "0x", 16, 0), ("parse_int", "0x1F", 0),
    ("parse_int", "zz", 36, 1295), ("parse_int", "", NAN), ("parse_int", "-", NAN),
    ("parse_int", "٣", NAN), ("parse_int", "19", 8, 1), ("parse_int", "1", 1, Throws("value")),
    ("parse_int", "1", 37, Throws("value")), ("parse_int", "1_0", 1),
    ("parse_int", "9" * 5000, 10**5000 - 1),
    ("parse_int", "2" * 1400, 3, 3**1400 - 1), ("parse_int", "f" * 9000, 16, 16**9000 - 1),
    ("parse_int", "9" * 3_000_000, OVERFLOW), ("parse_int", 5, Throws("type")),
    ("parse_int", SentraError("12"), 12),
    ("parse_float", "3.5kg", 3.5), ("parseFloat", "-2", -2.0), ("parse_float", "abc", NAN),
    ("parse_float", "", NAN), ("parse_float", ".5", 0.5), ("parse_float", "5.", 5.0),
    ("parse_float", ".", NAN), ("parse_float", "1e3x", 1000.0), ("parse_float", "1e+", 1.0),
    ("parse_float", " +1.5E-2", 0.015), ("parse_float", "1e400", INF),
    ("parse_float", "1.2.3", 1.2),
    ("parse_float", "inf", NAN), ("to_hex", 255, "ff"), ("to_hex", -255, "-ff"),
    ("to_bin", 5, "101"),
    ("to_bin", 2.9, "10"),
)
def test_texts_of_numbers(row):
    check(row)


@rows(
    ("band", 12, 10, 8), ("bor", 12, 10, 14), ("bxor", 12, 10, 6), ("bnot", 5, -6),
    ("shl", 1, 10, 1024),
    ("shr", 1024, 3, 128), ("shl", 1, 100, 2**100), ("shl", 1, -1, Throws("value")),
    ("shr", 1, -1, Throws("value")), ("shl", 1, 10**9, OVERFLOW), ("shl", 1, 10**400, OVERFLOW),
    ("shl", 0, 10**400, 0), ("shr", 5, 10**400, 0), ("shr", -5, 10**400, -1),
    ("band", 6.9, True, 0),
    ("band", "1", 1, Throws("type", "band: argument 1 must be number, not string")),
)
def test_bits(row):
    check(row)


def test_module_members():
    assert member("math", "log", 1) == 0
    assert member("math", "sqrt", 9) == 3
    assert member("math", "shl", 1, 3) == 8
    assert member("random", "random_int", 5, 5) == 5
    for name, value in [("PI", math.pi), ("E", math.e), ("TAU", math.tau), ("INF", INF),
    ("NAN", NAN)]:
        from sentra.runtime.builtins import section_members
        assert same(section_members("math", Context())[name], value)
    assert Context().builtin("PI") == math.pi
    assert Context().builtin("E") == math.e
    assert Context().builtin("TAU") is None


def draws(context: Context) -> list[object]:
    array = list(range(10))
    call("shuffle", array, context=context)
    return [call("random", context=context), call("random_int", 1, 6, context=context),
            call("random_choice", [1, 2, 3], context=context), array]


def test_random_numbers_come_from_the_generator_of_the_run():
    assert draws(Context(random=random.Random(3))) == draws(Context(random=random.Random(3)))
    seeded = [Context(), Context()]
    for context, seed in zip(seeded, (5, 5.0), strict=True):
        call("random_seed", seed, context=context)
    assert draws(seeded[0]) == draws(seeded[1])


def test_random_ranges():
    context = Context()
    assert all(0 <= call("random", context=context) < 1 for _ in range(100))
    assert {call("randint", 1, 3, context=context) for _ in range(200)} == {1, 2, 3}
    assert call("random_choice", []) is None
    array = [3, 1, 2]
    assert call("shuffle", array) is array
    assert sorted(array) == [1, 2, 3]
    with pytest.raises(SentraError, match="above"):
        call("random_int", 2, 1)
    with pytest.raises(SentraError, match="must be array, not string"):
        call("random_choice", "abc")
