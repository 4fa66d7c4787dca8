"""Builtins of the math section: rounding, powers, logarithms, trigonometry, number parsing."""

from __future__ import annotations

import math

from sentra.errors import ARITHMETIC, OVERFLOW, VALUE, SentraError
from sentra.runtime.arguments import integer_argument, number_argument, string_argument
from sentra.runtime.arithmetic import number_too_large
from sentra.runtime.digits import text_to_int
from sentra.runtime.limits import integer_size, sizes, string_size
from sentra.runtime.registry import builtin, constant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

constant("math", "PI", math.pi, everywhere=True)
constant("math", "E", math.e, everywhere=True)
constant("math", "TAU", math.tau)
constant("math", "INF", math.inf)
constant("math", "NAN", math.nan)


def _no_number(name: str) -> SentraError:
    return SentraError(f"{name}: the result is not a number", ARITHMETIC)


def _real_function(
    name: str, function: Callable[[float], float], *, short: tuple[str, ...] = (),
) -> None:
    """Declare a function of one real number; what it cannot do it says by Python's errors."""
    @builtin("math", name, short=short)
    def apply(value: Any) -> float:
        kind = type(value)
        if kind is not float and kind is not int:
            value = number_argument(name, 1, value)
        try:
            return function(value)
        except ValueError:
            raise _no_number(name) from None
        except OverflowError:
            raise number_too_large() from None


for _name, _function in {
    "sqrt": math.sqrt, "exp": math.exp, "log2": math.log2, "log10": math.log10, "sin": math.sin,
    "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh,
}.items():
    _real_function(_name, _function)
_real_function("ln", math.log, short=("log",))


# To integers


def _no_integer(name: str, value: float) -> SentraError:
    text = "NaN" if value != value else "infinity"
    return SentraError(f"{name}: {text} has no integer value", VALUE)


def _rounding(name: str, function: Callable[[float], int]) -> None:
    @builtin("math", name)
    def apply(value: Any) -> int:
        kind = type(value)
        if kind is int:
            return value  # type: ignore[no-any-return]
        number = value if kind is float else number_argument(name, 1, value)
        try:
            return function(number)
        except (OverflowError, ValueError):
            raise _no_integer(name, number) from None


_rounding("floor", math.floor)
_rounding("ceil", math.ceil)
_rounding("trunc", math.trunc)


@builtin("math", "round")
def round_(value: Any, digits: Any = None) -> int | float:
    kind = type(value)
    number = value if kind is float or kind is int else number_argument("round", 1, value)
    if digits is not None:
        return _round_to(number, integer_argument("round", 2, digits))
    if type(number) is not float:
        return number
    size = abs(number)
    try:
        whole = math.floor(size)
    except (OverflowError, ValueError):
        raise _no_integer("round", number) from None
    if size - whole >= 0.5:  # the difference is exact
        whole += 1
    return -whole if number < 0 else whole


def _round_to(number: int | float, digits: int) -> float:
    """The float nearest to `number` rounded to `digits` decimals, by its exact value."""
    if number in (math.inf, -math.inf) or number != number:
        raise _no_integer("round", number)
    try:
        result = float(number)
        if digits > 1100 or result == 0:  # every float has fewer decimals than that
            return result
        if digits < -400:  # more than twice the largest float
            return 0.0
        over, under = abs(number).as_integer_ratio()
        if digits >= 0:
            over *= 10**digits
        else:
            under *= 10**-digits
        rounded = (2 * over + under) // (2 * under)
        result = rounded / 10**digits if digits >= 0 else float(rounded * 10**-digits)
    except OverflowError:
        raise number_too_large() from None
    return -result if number < 0 else result


# Numbers


@builtin("math", "abs")
def abs_(value: Any) -> int | float:
    kind = type(value)
    if kind is int or kind is float:
        return abs(value)  # type: ignore[no-any-return]
    return abs(number_argument("abs", 1, value))


@builtin("math", "sign")
def sign(value: Any) -> int | float:
    number = number_argument("sign", 1, value)
    if number != number:
        return number
    return (number > 0) - (number < 0)


@builtin("math", "clamp")
def clamp(value: Any, low: Any, high: Any) -> int | float:
    number = number_argument("clamp", 1, value)
    least = number_argument("clamp", 2, low)
    most = number_argument("clamp", 3, high)
    if least > most:
        raise SentraError("clamp: the lower bound is above the upper bound", VALUE)
    if number < least:
        return least
    return most if number > most else number


@builtin("math", "pow")
def pow_(base: Any, exponent: Any) -> int | float:
    a = number_argument("pow", 1, base)
    b = number_argument("pow", 2, exponent)
    if type(a) is int and type(b) is int and b >= 0:
        if b > 64 and abs(a) > 1:
            if b > sizes().bits:
                raise SentraError("integer too large", OVERFLOW)
            integer_size(int(math.log2(abs(a)) * b))
        return a**b  # type: ignore[no-any-return]
    if a == 0 and b < 0:
        raise SentraError("division by zero", ARITHMETIC)
    try:
        return math.pow(a, b)
    except ValueError:
        raise _no_number("pow") from None
    except OverflowError:
        raise number_too_large() from None


@builtin("math", "div")
def div(a: Any, b: Any) -> int:
    x = number_argument("div", 1, a)
    y = number_argument("div", 2, b)
    try:
        quotient = x // y
        return quotient if type(quotient) is int else math.floor(quotient)
    except ZeroDivisionError:
        raise SentraError("division by zero", ARITHMETIC) from None
    except ValueError:  # of NaN
        raise _no_integer("div", math.nan) from None
    except OverflowError:
        if type(x) is int and type(y) is int:
            raise
        raise number_too_large() from None


@builtin("math", "mod")
def mod(a: Any, b: Any) -> int | float:
    try:
        return number_argument("mod", 1, a) % number_argument("mod", 2, b)
    except ZeroDivisionError:
        raise SentraError("modulo by zero", ARITHMETIC) from None
    except OverflowError:
        raise number_too_large() from None


def _real_function_of_two(name: str, function: Callable[[float, float], float]) -> None:
    @builtin("math", name)
    def apply(a: Any, b: Any) -> float:
        x = number_argument(name, 1, a)
        y = number_argument(name, 2, b)
        try:
            result = function(x, y)
        except OverflowError:
            raise number_too_large() from None
        if math.isinf(result) and not math.isinf(x) and not math.isinf(y):
            raise number_too_large()
        return result


_real_function_of_two("atan2", math.atan2)
_real_function_of_two("hypot", math.hypot)


@builtin("math", "gcd")
def gcd(a: Any, b: Any) -> int:
    return math.gcd(integer_argument("gcd", 1, a), integer_argument("gcd", 2, b))


@builtin("math", "lcm")
def lcm(a: Any, b: Any) -> int:
    x = integer_argument("lcm", 1, a)
    y = integer_argument("lcm", 2, b)
    integer_size(x.bit_length() + y.bit_length())
    return math.lcm(x, y)


@builtin("math", "factorial")
def factorial(value: Any) -> int:
    number = integer_argument("factorial", 1, value)
    if number < 0:
        raise _no_number("factorial")
    if number > 1_000 or sizes().bits < 10_000:
        # Stirling's formula gives the size; far out the number itself is size enough.
        most = sizes().bits
        integer_size(number if number > most else int(math.lgamma(number + 1) / math.log(2)))
    return math.factorial(number)


@builtin("math", "is_nan", "isNaN")
def is_nan(value: Any) -> bool:
    kind = type(value)
    if kind is float:
        return value != value  # type: ignore[no-any-return]
    return kind is not int and kind is not bool


@builtin("math", "is_finite", "isFinite")
def is_finite(value: Any) -> bool:
    kind = type(value)
    return math.isfinite(value) if kind is float else kind is int or kind is bool


# Texts of numbers

_DIGITS = "0123456789"
_ALL_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _leading(text: str, start: int, allowed: str) -> int:
    """Where the run of `allowed` characters from `start` ends."""
    position, size = start, len(text)
    while position < size and text[position] in allowed:
        position += 1
    return position


@builtin("math", "parse_int", "parseInt")
def parse_int(text: Any, base: Any = None) -> int | float:
    source = string_argument("parse_int", 1, text).lstrip()
    radix = 10 if base is None else integer_argument("parse_int", 2, base)
    if not 2 <= radix <= 36:
        raise SentraError("parse_int: the base must be from 2 to 36", VALUE)
    digits = _ALL_DIGITS[:radix]
    allowed = digits + digits.upper()
    start = 1 if source[:1] in ("+", "-") else 0
    if (radix == 16 and source[start:start + 2] in ("0x", "0X")
            and source[start + 2:start + 3] and source[start + 2] in allowed):
        start += 2
    end = _leading(source, start, allowed)
    if end == start:
        return math.nan
    number = _integer_of(source[start:end], radix)
    return -number if source[0] == "-" else number


def _integer_of(digits: str, base: int) -> int:
    if base == 10:
        return text_to_int(digits)
    size = len(digits)
    integer_size(int(size * math.log2(base)))
    if size <= 600 or base & (base - 1) == 0:
        return int(digits, base)
    low = size // 2
    scale: int = base**low
    return _integer_of(digits[:-low], base) * scale + _integer_of(digits[-low:], base)


@builtin("math", "parse_float", "parseFloat")
def parse_float(text: Any) -> float:
    source = string_argument("parse_float", 1, text).lstrip()
    start = 1 if source[:1] in ("+", "-") else 0
    end = _leading(source, start, _DIGITS)
    digits = end - start
    if source[end:end + 1] == ".":
        after = _leading(source, end + 1, _DIGITS)
        digits += after - end - 1
        if digits:
            end = after
    if not digits:
        return math.nan
    if source[end:end + 1] in ("e", "E"):
        exponent = end + 2 if source[end + 1:end + 2] in ("+", "-") else end + 1
        after = _leading(source, exponent, _DIGITS)
        if after > exponent:
            end = after
    return float(source[:end])


@builtin("math", "to_hex")
def to_hex(value: Any) -> str:
    number = integer_argument("to_hex", 1, value)
    string_size(number.bit_length() // 4 + 2)
    return format(number, "x")


@builtin("math", "to_bin")
def to_bin(value: Any) -> str:
    number = integer_argument("to_bin", 1, value)
    string_size(number.bit_length() + 2)
    return format(number, "b")
