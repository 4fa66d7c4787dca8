"""Builtins of the time section. The clock is the run's; days are counted without `datetime`, which
takes longer to load than all of this takes to run."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import number_argument, string_argument, wrong_argument
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context

    Moment = tuple[int, int, int, int, int, int, int]  # year … second, millisecond

_DAY = 86_400
_FIRST, _LAST = -62_167_219_200, 253_402_300_800  # the years 0 to 9999
_TOKENS = {"YYYY": (0, 4), "MM": (1, 2), "DD": (2, 2), "HH": (3, 2), "mm": (4, 2), "ss": (5, 2),
           "SSS": (6, 3)}  # token → place in Moment, digits
_DEFAULT = "YYYY-MM-DD HH:mm:ss"


# The calendar


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01. Years are counted from March, so that leap days come last."""
    if month <= 2:
        year -= 1
        month += 12
    return (365 * year + year // 4 - year // 100 + year // 400
            + (153 * (month - 3) + 2) // 5 + day - 719_469)


def _date(days: int) -> tuple[int, int, int]:
    """Year, month and day; inverse of `_days`.

    >>> _date(0), _date(_days(2000, 2, 29)), _date(-1)
    ((1970, 1, 1), (2000, 2, 29), (1969, 12, 31))
    """
    century, rest = divmod(days + 719_468, 146_097)  # 400 years
    year = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    rest -= 365 * year + year // 4 - year // 100
    month = (5 * rest + 2) // 153
    day = rest - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return 400 * century + year + (month <= 2), month, day


def _moment(microseconds: int) -> Moment:
    seconds, rest = divmod(microseconds, 1_000_000)
    if not _FIRST <= seconds < _LAST:
        raise _out_of_range()
    days, seconds = divmod(seconds, _DAY)
    year, month, day = _date(days)
    return (year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 1000)


def _out_of_range() -> SentraError:
    return SentraError("time out of range", VALUE)


def _local_offset(seconds: int) -> int:
    """Seconds that local time is ahead of UTC at that time."""
    from time import localtime
    try:
        return localtime(seconds).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        raise _out_of_range() from None


# Clocks


@builtin("time", "time", "time_now", context=True)
def time(context: Context) -> int:
    return int(context.now() // 1)


@builtin("time", "time_ms", "now_ms", context=True)
def time_ms(context: Context) -> int:
    return int(context.now() * 1000 // 1)


@builtin("time", "clock", context=True)
def clock(context: Context) -> float:
    return context.now()


@builtin("time", "monotonic_ms", context=True)
def monotonic_ms(context: Context) -> float:
    return context.monotonic() * 1000


@builtin("time", "sleep", context=True)
def sleep(context: Context, milliseconds: Any) -> None:
    number = number_argument("sleep", 1, milliseconds)
    if not number < 1e12:
        raise SentraError("sleep: the time must be a finite number of milliseconds", VALUE)
    context.sleep(max(0.0, float(number)))


def _now(context: Context, form: str) -> str:
    seconds = int(context.now() // 1)
    return _render(_moment((seconds + _local_offset(seconds)) * 1_000_000), form)


@builtin("time", "now", context=True)
def now(context: Context) -> str:
    seconds = int(context.now() // 1)
    offset = _local_offset(seconds)
    text = _render(_moment((seconds + offset) * 1_000_000), "YYYY-MM-DDTHH:mm:ss")
    if offset == 0:
        return text + "Z"
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{text}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


@builtin("time", "date", context=True)
def date(context: Context) -> str:
    return _now(context, "YYYY-MM-DD")


@builtin("time", "datetime", context=True)
def datetime(context: Context) -> str:
    return _now(context, _DEFAULT)


# Texts


def _pieces(form: str) -> list[str]:
    """A format cut into tokens and single other characters."""
    pieces = []
    position = 0
    while position < len(form):
        for size in (4, 3, 2):
            if form[position:position + size] in _TOKENS:
                break
        else:
            size = 1
        pieces.append(form[position:position + size])
        position += size
    return pieces


def _render(moment: Moment, form: str) -> str:
    parts = []
    for piece in _pieces(form):
        token = _TOKENS.get(piece)
        parts.append(piece if token is None else str(moment[token[0]]).zfill(token[1]))
    return "".join(parts)


@builtin("time", "format_time", "formatTime", "format_timestamp")
def format_time(moment: Any, form: Any = None, zone: Any = None) -> str:
    text = _DEFAULT if form is None else string_argument("format_time", 2, form)
    local = "utc" if zone is None else string_argument("format_time", 3, zone).lower()
    if local not in ("utc", "local"):
        raise SentraError('format_time: the zone must be "local" or "utc"', VALUE)
    kind = type(moment)
    if kind is str or isinstance(moment, SentraError):
        microseconds = _parse_standard(string_argument("format_time", 1, moment))
    elif kind is int or kind is float or kind is bool:
        if not _FIRST <= moment < _LAST:  # NaN too
            raise _out_of_range()
        microseconds = round(moment * 1_000_000)
    else:
        raise wrong_argument("format_time", 1, "number or string", moment)
    if local == "local":
        microseconds += _local_offset(microseconds // 1_000_000) * 1_000_000
    return _render(_moment(microseconds), text)


@builtin("time", "parse_time", "parseTime")
def parse_time(text: Any, form: Any = None) -> int | float:
    source = string_argument("parse_time", 1, text)
    if form is None:
        microseconds = _parse_standard(source)
    else:
        microseconds = _parse_form(source, string_argument("parse_time", 2, form))
    seconds, rest = divmod(microseconds, 1_000_000)
    return seconds if rest == 0 else microseconds / 1_000_000


def _unreadable(text: str, form: str) -> SentraError:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return SentraError(f'time "{shown}" is not of the form {form}', VALUE)


def _microseconds(moment: list[int], text: str, form: str) -> int:
    """Microseconds since 1970 in UTC; the last item counts microseconds."""
    year, month, day, hour, minute, second, rest = moment
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60):
        raise _unreadable(text, form)
    days = _days(year, month, day)
    if _date(days) != (year, month, day):  # 30 February
        raise _unreadable(text, form)
    return (days * _DAY + hour * 3600 + minute * 60 + second) * 1_000_000 + rest


def _digits(text: str, start: int, count: int) -> int | None:
    part = text[start:start + count]
    return int(part) if len(part) == count and part.isascii() and part.isdigit() else None


def _parse_form(text: str, form: str) -> int:
    moment = [1970, 1, 1, 0, 0, 0, 0]
    position = 0
    for piece in _pieces(form):
        token = _TOKENS.get(piece)
        if token is None:
            if text[position:position + 1] != piece:
                raise _unreadable(text, form)
            position += 1
            continue
        place, count = token
        number = _digits(text, position, count)
        if number is None:
            raise _unreadable(text, form)
        moment[place] = number * 1000 if place == 6 else number
        position += count
    if position != len(text):
        raise _unreadable(text, form)
    return _microseconds(moment, text, form)


_STANDARD = "YYYY-MM-DDTHH:mm:ss, with an offset or Z"


def _parse_standard(text: str) -> int:
    """RFC 3339; the offset (then UTC), the fraction, and the whole time of day may be missing."""
    source = text.strip()
    day, time_of_day = source[:10], source[10:]
    moment = [1970, 1, 1, 0, 0, 0, 0]
    offset = 0
    try:
        _fill(moment, 0, day, "YYYY-MM-DD")
        if time_of_day:
            if time_of_day[0] not in "Tt ":
                raise ValueError
            _fill(moment, 3, time_of_day[1:9], "HH:mm:ss")
            moment[6], rest = _fraction(time_of_day[9:])
            offset = _offset(rest)
    except ValueError:
        raise _unreadable(text, _STANDARD) from None
    return _microseconds(moment, text, _STANDARD) - offset * 1_000_000


def _fill(moment: list[int], place: int, text: str, form: str) -> None:
    for piece in _pieces(form):
        size = len(piece)
        if piece in _TOKENS:
            number = _digits(text, 0, size)
            if number is None:
                raise ValueError
            moment[place] = number
            place += 1
        elif text[:1] != piece:
            raise ValueError
        text = text[size:]
    if text:
        raise ValueError


def _fraction(text: str) -> tuple[int, str]:
    """The microseconds that a text starts with, and the rest of it."""
    if not text.startswith("."):
        return 0, text
    rest = text[1:].lstrip("0123456789")
    digits = text[1:len(text) - len(rest)]
    if not digits:
        raise ValueError
    return int(digits[:6].ljust(6, "0")), rest


def _offset(text: str) -> int:
    """The seconds of ``+hh:mm``, ``Z`` or nothing."""
    if text in ("", "Z", "z"):
        return 0
    hours, minutes = _digits(text, 1, 2), _digits(text, 4, 2)
    if text[0] not in "+-" or text[3:4] != ":" or len(text) != 6 or hours is None \
            or minutes is None or hours > 23 or minutes > 59:
        raise ValueError
    seconds = hours * 3600 + minutes * 60
    return -seconds if text[0] == "-" else seconds
