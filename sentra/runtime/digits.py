"""Integers of any size to decimal text and back, in less than quadratic time.

Python's own conversions are quadratic and refuse more than some 4,300 digits unless a setting of
the whole process is changed, which is not ours to change.
"""

from __future__ import annotations

from sentra.runtime.limits import integer_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

# Python may be told to refuse any number of digits above 640.
PLAIN = 10**640
_PLAIN_DIGITS = 640


def int_to_text(number: int) -> str:
    """All digits of `number`."""
    if -PLAIN < number < PLAIN:
        return str(number)
    integer_size(number.bit_length())
    digits = _big_to_text(abs(number))
    return "-" + digits if number < 0 else digits


def _big_to_text(number: int) -> str:
    # The decimal module multiplies fast in base ten: the halves of the number become decimals,
    # and are put together there.
    import decimal

    powers: dict[int, Decimal] = {}

    def power(bits: int) -> Decimal:
        """2 ** bits"""
        found = powers.get(bits)
        if found is None:
            half = bits >> 1
            found = (decimal.Decimal(1 << bits) if bits <= 1024
                     else power(half) * power(bits - half))
            powers[bits] = found
        return found

    def convert(part: int, bits: int) -> Decimal:
        if bits <= 1024:
            return decimal.Decimal(part)
        low = bits >> 1
        high = part >> low
        return convert(high, bits - low) * power(low) + convert(part - (high << low), low)

    exact = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN,
                            traps=[decimal.Inexact])
    with decimal.localcontext(exact):
        return str(convert(number, number.bit_length()))


def text_to_int(digits: str) -> int:
    """The integer that ASCII `digits` (nothing else) spell."""
    if len(digits) <= _PLAIN_DIGITS:
        return int(digits)
    integer_size(len(digits) * 3321928 // 1000000)
    powers: dict[int, int] = {}

    def power(exponent: int) -> int:
        """5 ** exponent; the powers of two of 10 are shifts"""
        found = powers.get(exponent)
        if found is None:
            found = powers[exponent] = 5**exponent
        return found

    def convert(start: int, end: int) -> int:
        if end - start <= _PLAIN_DIGITS:
            return int(digits[start:end])
        low = (end - start) >> 1
        middle = end - low
        return (convert(start, middle) * power(low) << low) + convert(middle, end)

    return convert(0, len(digits))
