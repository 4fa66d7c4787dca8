"""Printing what a program or its source did wrong, after everything that it printed itself."""

from __future__ import annotations

import os
import sys

from sentra.cli.status import FAILED, TIMED_OUT
from sentra.errors import Exit, LimitStop, Located, SentraError, Thrown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


watched = False  # by a process that would report the limit once more while this one cleans up


def reporting(work: Callable[[], int]) -> int:
    """The status of `work`; errors of the program are printed and end it."""
    try:
        return work()
    except Located as error:
        print_error(error)
    except Exit as stop:
        return stop.status & 0xFF
    except LimitStop as stop:
        write_error(f"sentra: {stop.message}\n")
        if watched:
            os._exit(_status(stop))
        return _status(stop)
    return FAILED


def _status(stop: LimitStop) -> int:
    return TIMED_OUT if stop.limit == "time" else FAILED


def print_error(error: Located) -> None:
    """Print an error as diagnostics render it."""
    write_error(error_text(error, colours(sys.stderr)))


def error_text(error: Located, colours: bool) -> str:
    """An error as diagnostics render it."""
    from sentra.diagnostics import format_error
    from sentra.runtime.text import brief_text

    text = ""
    if isinstance(error, Thrown):
        try:
            text = brief_text(error.value)
        except SentraError as problem:  # structure too deep
            text = problem.message
    return format_error(error, colours, text)


def write_error(text: str) -> None:
    """Write to standard error, behind the complete output."""
    if sys.stdout is not None:
        sys.stdout.flush()
    if sys.stderr is not None:
        sys.stderr.write(text if text.endswith("\n") else text + "\n")
        sys.stderr.flush()


def colours(stream: object) -> bool:
    """Whether a stream shows colours: a terminal, and nobody asked for plain text."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    isatty = getattr(stream, "isatty", None)
    return isatty is not None and bool(isatty())
