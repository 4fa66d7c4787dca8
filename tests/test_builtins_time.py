"""Section time."""

from __future__ import annotations

import datetime
import os
import random
import time

import pytest
from builtin_rows import Throws, call, check, member, rows

from sentra.errors import SentraError
from sentra.runtime.context import Context

NOON = 1_709_210_096  # 2024-02-29T12:34:56Z
OUT = Throws("value", "time out of range")
UNREADABLE = Throws("value", part="is not of the form")


@rows(
    ("format_time", 0, "1970-01-01 00:00:00"), ("format_time", NOON, "2024-02-29 12:34:56"),
    ("formatTime", NOON, "DD.MM.YYYY", "29.02.2024"),
    ("format_timestamp", NOON + 0.5, "HH:mm:ss.SSS", "12:34:56.500"),
    ("format_time", 1.001, "SSS", "001"), ("format_time", -1, "1969-12-31 23:59:59"),
    ("format_time", -0.25, "ss.SSS", "59.750"), ("format_time", True, "ss", "01"),
    ("format_time", "2024-02-29T12:34:56Z", "HH", "12"),
    ("format_time", "2024-02-29T12:34:56.789+02:00", "YYYY-MM-DD HH:mm:ss.SSS",
     "2024-02-29 10:34:56.789"),
    ("format_time", NOON, "YYYYMMDDTHHmmss [Y MMM]", "20240229T123456 [Y 02M]"),
    ("format_time", NOON, None, "UTC", "2024-02-29 12:34:56"),
    ("format_time", 253_402_300_799, "9999-12-31 23:59:59"),
    ("format_time", -62_167_219_200, "0000-01-01 00:00:00"), ("format_time", 253_402_300_800, OUT),
    ("format_time", 10**400, OUT), ("format_time", float("nan"), OUT),
    ("format_time", float("-inf"), OUT),
    ("format_time", [],
     Throws("type", "format_time: argument 1 must be number or string, not array")),
    ("format_time", 0, "HH", "Mars", Throws("value")), ("format_time", "soon", UNREADABLE),
    ("parse_time", "1970-01-01T00:00:00Z", 0), ("parse_time", "2024-02-29T12:34:56Z", NOON),
    ("parseTime", "2024-02-29t12:34:56.5z", NOON + 0.5), ("parse_time", "2024-02-29", NOON - 45296),
    ("parse_time", "2024-02-29 12:34:56", NOON),
    ("parse_time", "2024-02-29T12:34:56+01:30", NOON - 5400),
    ("parse_time", "2024-02-29T12:34:56-01:30", NOON + 5400),
    ("parse_time", "1969-12-31T23:59:59.75Z", -0.25),
    ("parse_time", "2016-12-31T23:59:60Z", 1483228800),
    ("parse_time", "29.02.2024", "DD.MM.YYYY", NOON - 45296),
    ("parse_time", "12h34", "HHhmm", 45240),
    ("parse_time", "00.250", "ss.SSS", 0.25), ("parse_time", "2023-02-29", UNREADABLE),
    ("parse_time", "2024-13-01", UNREADABLE), ("parse_time", "2024-00-01", UNREADABLE),
    ("parse_time", "2024-01-01T24:00:00Z", UNREADABLE),
    ("parse_time", "2024-01-01T10:00", UNREADABLE),
    ("parse_time", "2024-01-01T10:00:00+2:00", UNREADABLE), ("parse_time", "", UNREADABLE),
    ("parse_time", "2024-01-01T10:00:00.Z", UNREADABLE), ("parse_time", "٢٠٢٤-01-01", UNREADABLE),
    ("parse_time", "2024-01-01 junk", UNREADABLE), ("parse_time", "12", "HH:mm", UNREADABLE),
    ("parse_time", "12:30x", "HH:mm", UNREADABLE), ("parse_time", "61", "ss", UNREADABLE),
    ("parse_time", 5, Throws("type", "parse_time: argument 1 must be string, not number")),
    ("sleep", float("inf"), Throws("value")), ("sleep", float("nan"), Throws("value")),
    ("sleep", "1", Throws("type", "sleep: argument 1 must be number, not string")),
    ("sleep", -5, None),
)
def test_rows(row):
    check(row)


def test_the_calendar_agrees_with_datetime():
    draw = random.Random(11)
    epoch = datetime.datetime(1970, 1, 1)
    for _ in range(500):
        seconds = draw.randrange(-62_135_596_800, 253_402_300_800)
        moment = epoch + datetime.timedelta(seconds=seconds)
        text = moment.isoformat(sep=" ")
        assert call("format_time", seconds) == text
        assert call("parse_time", text) == seconds


def test_clocks_are_the_run_s():
    context = Context(clock=lambda: NOON + 0.1239, monotonic=lambda: 1.5)
    for name, wanted in [("time", NOON), ("time_now", NOON), ("time_ms", NOON * 1000 + 123),
                         ("now_ms", NOON * 1000 + 123), ("clock", NOON + 0.1239),
                         ("monotonic_ms", 1500.0)]:
        result = call(name, context=context)
        assert result == wanted, name
        assert type(result) is type(wanted), name


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs time zones of the process")
@pytest.mark.parametrize("zone, wanted, hour", [
    ("UTC", "2024-02-29T12:34:56Z", "12"), ("XXX-5:30", "2024-02-29T18:04:56+05:30", "18"),
    ("XXX+3", "2024-02-29T09:34:56-03:00", "09")])
def test_local_time(monkeypatch, zone, wanted, hour):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        context = Context(clock=lambda: NOON + 0.9)
        assert call("now", context=context) == wanted
        assert call("date", context=context) == wanted[:10]
        assert call("datetime", context=context) == wanted[:19].replace("T", " ")
        assert call("format_time", NOON, "HH", "local") == hour
        assert call("format_time", NOON, "HH") == "12"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != zone


def test_sleep_waits_through_the_context():
    waits: list[float] = []

    class Recorded(Context):
        def sleep(self, milliseconds: float) -> None:
            waits.append(milliseconds)

    context = Recorded()
    assert call("sleep", 20, context=context) is None
    call("sleep", -1, context=context)
    assert waits == [20, 0]


def test_sleep_takes_that_long():
    before = time.monotonic()
    call("sleep", 20)
    assert time.monotonic() - before >= 0.019


def test_module_members():
    assert member("time", "now")[4] == "-"
    with pytest.raises(SentraError):
        member("time", "parse_time", "x")
