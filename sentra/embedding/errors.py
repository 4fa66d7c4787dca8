"""What the host catches, and how it shows that.

`SentraError` is an error of the program; `Uncaught` one whose value is no error; `LimitExceeded`
the end of its budget; `InternalError` a bug of ours, with what to report. All of them pickle.
"""

from __future__ import annotations

from contextlib import suppress

from sentra.errors import (
    ARITHMETIC,
    INDEX,
    IO,
    OVERFLOW,
    TYPE,
    VALUE,
    Exit,
    HostStop,
    InternalError,
    LimitStop,
    Located,
    SentraError,
    SentraSyntaxError,
    Thrown,
    Traced,
)
from sentra.runtime.throwing import settle
from sentra.runtime.trace import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from sentra.errors import Frame

__all__ = [
    "InternalError", "LimitExceeded", "ProgramExit", "SentraError", "SentraSyntaxError",
    "Uncaught", "cause_of", "for_guest", "for_host", "format_error", "shorten",
]


_PLAIN = frozenset((type(None), bool, int, float, str))
_DEEPEST = 50  # levels: a pickler takes two frames for each, and the caller's are there already


class Uncaught(SentraError):
    """The program threw a value that is no error; `value` is that value.

    In another process `value` is its text where it cannot go there: functions, deeply nested data.
    """

    def __init__(self, message: str, kind: str = "thrown", value: Any = None) -> None:
        super().__init__(message, kind)
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        value = self.value if can_pickle(self.value) else self.message.removeprefix("uncaught: ")
        return _rebuild_uncaught, (self.message, value, self.frames)


def can_pickle(value: Any) -> bool:
    """Whether `value` is plain data of no great depth, walked in the order of a pickler."""
    seen: set[int] = set()
    left = [(value, 0)]
    while left:
        each, depth = left.pop()
        kind = type(each)
        if kind is list or kind is dict:
            if id(each) in seen:
                continue
            if depth > _DEEPEST:
                return False
            seen.add(id(each))
            parts = each if kind is list else [part for item in each.items() for part in item]
            left += [(part, depth + 1) for part in reversed(parts)]
        elif kind not in _PLAIN:
            return False
    return True


def _rebuild_uncaught(message: str, value: Any, frames: tuple[Frame, ...]) -> Uncaught:
    error = Uncaught(message, value=value)
    error.frames = frames
    return error


class LimitExceeded(Exception, Traced):
    """A limit was reached; `limit` is the name of the field of `Limits`, or "cancelled".

    `file`, `line`, `column` and `stack` say where the program was stopped, if that is known.
    """

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.message), {"_frames": self.frames}


class ProgramExit(Exception):
    """The program called ``exit`` during a call from the host."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the program called exit({status})")
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status,)


def for_host(exception: BaseException) -> BaseException:
    """What the host gets for an exception that came out of a program."""
    if isinstance(exception, LimitStop):
        return _reached(exception)
    if isinstance(exception, Exit):
        return ProgramExit(exception.status)
    if isinstance(exception, HostStop):
        return exception.exception
    if not isinstance(exception, Exception):
        return exception
    error = settle(exception)
    if not isinstance(error, Thrown):
        return error
    from sentra.runtime.text import brief_text

    try:
        text = brief_text(error.value)
    except SentraError as problem:  # a structure too deep to show
        text = problem.message
    uncaught = Uncaught(f"uncaught: {text}", value=error.value)
    uncaught.trace, uncaught.frames = error.trace, error.frames
    return uncaught


def _reached(stop: LimitStop) -> LimitExceeded:
    """What the host gets for the end of a budget, with the place where the program was stopped.

    That may have been anywhere, with neither stack nor memory left: then there is no place.
    """
    reached = LimitExceeded(stop.limit, stop.message)
    with suppress(RecursionError, MemoryError, SystemError, LookupError):
        attach(reached, stop.__traceback__)
    return reached


KEPT = 40  # entries at either end of a traceback


def shorten(error: BaseException) -> None:
    """Leave the middle of a long traceback out, of an exception and its causes.

    It would keep every frame of a recursion alive; and who pickles tracebacks (tblib, for Dask)
    goes down into each entry from the one before.
    """
    known: BaseException | None = error
    for _ in range(KEPT):
        if known is None:
            break
        _shorten(known.__traceback__)
        known = known.__cause__


def _shorten(traceback: TracebackType | None) -> None:
    entries: list[TracebackType] = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    if len(entries) > 2 * KEPT:
        entries[KEPT - 1].tb_next = entries[-KEPT]


_KINDS = ((TypeError, TYPE), (LookupError, INDEX), (ArithmeticError, ARITHMETIC), (OSError, IO))


def for_guest(exception: Exception, name: str) -> Located:
    """What the program gets for an exception of the host's function `name`: message and kind.

    The host gets the exception itself as its cause (`cause_of`).
    """
    if isinstance(exception, Uncaught):
        thrown = Thrown(exception.value)
        thrown.trace, thrown.frames = exception.trace, exception.frames
        return thrown
    if isinstance(exception, Located):
        return exception
    if isinstance(exception, RecursionError):
        return SentraError("stack overflow", OVERFLOW)
    if isinstance(exception, MemoryError):
        return SentraError("out of memory", OVERFLOW)
    message = ""
    if isinstance(exception, OSError):  # its text would name files of the host
        message = exception.strerror or ""
    elif len(exception.args) == 1 and type(exception.args[0]) is str:
        message = exception.args[0]
    kind = next((kind for cls, kind in _KINDS if isinstance(exception, cls)), VALUE)
    error = SentraError(f"{name}: {message or type(exception).__name__}", kind)
    error.__dict__["_host_exception"] = exception
    return error


def cause_of(error: BaseException) -> BaseException | None:
    """What went wrong in the host's own code, for ``raise error from …``."""
    found: BaseException | None = error.__dict__.get("_host_exception", error.__cause__)
    return found


def format_error(error: BaseException, color: bool = False) -> str:
    """The error as the command prints it: place, message, source line, stack.

    >>> import sentra
    >>> try:
    ...     sentra.run("let x = 1\\nthrow error(\\"no\\")", filename="a.sn")
    ... except sentra.SentraError as error:
    ...     print(sentra.format_error(error))
    a.sn:2:1: error: no
      2 | throw error("no")
        | ^~~~~~~~~~~~~~~~~
      in <module> (a.sn:2)
    """
    from sentra.diagnostics import format_error as format_located
    from sentra.diagnostics import printable

    if isinstance(error, Uncaught):
        thrown = Thrown(error.value)
        thrown.frames = error.frames
        return format_located(thrown, color, error.message.removeprefix("uncaught: "))
    if isinstance(error, Located):
        return format_located(error, color)
    if isinstance(error, LimitExceeded):
        return format_located(error, color, error.message, "limit")
    return "\n".join([printable(line) for line in str(error).split("\n")])
