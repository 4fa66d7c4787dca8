"""The meaning of ``+ - * / % -x !x``.

Where Python's operator means the same for every pair of Sentra values that it accepts, the
operation tries it first, and what Python refuses is decided afterwards.
"""

from __future__ import annotations

from sentra.errors import ARITHMETIC, TYPE, VALUE, SentraError
from sentra.runtime.limits import array_size, check_string, integer_size, string_size
from sentra.runtime.text import to_text
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NUMBERS = frozenset((int, float, bool))


def number_too_large() -> SentraError:
    """What turning a huge integer into a float throws."""
    return SentraError("number too large", ARITHMETIC)


def mismatch(verb: str, a: Any, b: Any) -> SentraError:
    """The error of a binary operator for operands of these types."""
    return SentraError(f"cannot {verb} {type_name(a)} and {type_name(b)}", TYPE)


def truncate(number: int | float) -> int:
    """A number as a count or position: toward zero, infinities far out, NaN refused.

    >>> truncate(2.9), truncate(-2.9), truncate(True)
    (2, -2, 1)
    """
    if number != number:
        raise SentraError("cannot convert NaN to an integer", VALUE)
    try:
        return int(number)
    except OverflowError:
        return (1 << 62) if number > 0 else -(1 << 62)


def add(a: Any, b: Any) -> Any:
    """a + b"""
    try:
        return a + b
    except TypeError:
        if type(a) is str or type(b) is str:
            return to_text(a) + to_text(b)
        raise mismatch("add", a, b) from None
    except OverflowError:
        raise number_too_large() from None


def add_unlike(a: Any, b: Any) -> Any:
    """a + b, where Python's operator has most likely refused."""
    if type(a) is str or type(b) is str:
        return to_text(a) + to_text(b)
    if a is None or b is None:
        raise mismatch("add", a, b)
    return add(a, b)


def sub(a: Any, b: Any) -> Any:
    """a - b"""
    try:
        return a - b
    except TypeError:
        raise mismatch("subtract", a, b) from None
    except OverflowError:
        raise number_too_large() from None


def mul(a: Any, b: Any) -> Any:
    """a * b"""
    kind = type(a)
    other = type(b)
    if (kind is float or kind is int) and (other is int or other is float):
        try:
            return a * b
        except OverflowError:
            raise number_too_large() from None
    return _mul(a, b, kind, other)


def _mul(a: Any, b: Any, kind: type, other: type) -> Any:
    if other in NUMBERS:
        if kind is str or kind is list:
            return repeat(a, truncate(b))
        if kind in NUMBERS:
            return mul(+a, +b)  # +true is 1
    elif kind in NUMBERS and (other is str or other is list):
        return repeat(b, truncate(a))
    raise mismatch("multiply", a, b)


def repeat(value: Any, count: int) -> Any:
    """A string or array `count` times."""
    length = len(value) * count
    if length <= 0:
        return value[:0]
    if type(value) is str:
        string_size(length)
    else:
        array_size(length)
    return value * count


def div(a: Any, b: Any) -> Any:
    """a / b"""
    try:
        return a / b
    except ZeroDivisionError:
        raise SentraError("division by zero", ARITHMETIC) from None
    except OverflowError:
        raise number_too_large() from None
    except TypeError:
        raise mismatch("divide", a, b) from None


def mod(a: Any, b: Any) -> Any:
    """a % b, with the sign of a"""
    kind = type(a)
    other = type(b)
    if (kind is int or kind is float) and (other is int or other is float):
        try:
            # Python's result has the sign of b, and is exact where the signs are the same.
            if a >= 0:
                return a % b if b > 0 else a % -b
            return -(-a % b) if b > 0 else -(-a % -b)
        except ZeroDivisionError:
            raise SentraError("modulo by zero", ARITHMETIC) from None
        except OverflowError:
            raise number_too_large() from None
    if kind in NUMBERS and other in NUMBERS:
        return mod(+a, +b)
    raise mismatch("modulo", a, b)


def negate(a: Any) -> Any:
    """-a"""
    try:
        return -a
    except TypeError:
        raise SentraError(f"cannot negate {type_name(a)}", TYPE) from None


def not_(a: Any) -> bool:
    """!a"""
    return not a


def add_sized(a: Any, b: Any) -> Any:
    """a + b where the sizes of values are limited.

    A sum of integers is at most one bit longer than they are, and is not checked.
    """
    kind = type(a)
    if kind is int or kind is float:
        result = add(a, b)
        return check_string(result) if type(result) is str else result
    if kind is type(b):
        if kind is str:
            string_size(len(a) + len(b))
        elif kind is list:
            array_size(len(a) + len(b))
    result = add(a, b)
    return check_string(result) if type(result) is str else result


def mul_sized(a: Any, b: Any) -> Any:
    """a * b where the sizes of values are limited."""
    if type(a) is int and type(b) is int:
        integer_size(a.bit_length() + b.bit_length() - 1)
        result = a * b
        integer_size(result.bit_length())
        return result
    return mul(a, b)
