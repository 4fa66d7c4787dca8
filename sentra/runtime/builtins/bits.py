"""Builtins on the bits of integers; negative ones have endless ones in front."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import integer_argument
from sentra.runtime.limits import integer_size
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@builtin("math", "band")
def band(a: Any, b: Any) -> int:
    if type(a) is int and type(b) is int:
        return a & b
    return integer_argument("band", 1, a) & integer_argument("band", 2, b)


@builtin("math", "bor")
def bor(a: Any, b: Any) -> int:
    if type(a) is int and type(b) is int:
        return a | b
    return integer_argument("bor", 1, a) | integer_argument("bor", 2, b)


@builtin("math", "bxor")
def bxor(a: Any, b: Any) -> int:
    if type(a) is int and type(b) is int:
        return a ^ b
    return integer_argument("bxor", 1, a) ^ integer_argument("bxor", 2, b)


@builtin("math", "bnot")
def bnot(a: Any) -> int:
    return ~integer_argument("bnot", 1, a)


def _count(name: str, value: Any) -> int:
    count = integer_argument(name, 2, value)
    if count < 0:
        raise SentraError(f"{name}: the number of bits must not be negative", VALUE)
    return count


@builtin("math", "shl")
def shl(a: Any, n: Any) -> int:
    number = integer_argument("shl", 1, a)
    count = _count("shl", n)
    if number == 0:
        return 0
    integer_size(number.bit_length() + count)
    return number << count


@builtin("math", "shr")
def shr(a: Any, n: Any) -> int:
    if type(a) is int and type(n) is int and n >= 0:
        return a >> n
    return integer_argument("shr", 1, a) >> _count("shr", n)
