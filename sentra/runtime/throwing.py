"""What a program's ``throw`` and ``catch`` do with Python's exceptions, for every executor.

A program meets `SentraError` and `Thrown`, overflows of the stack and of memory, and what
generated code's raw operations raise. Whatever else derives from Exception is a bug of ours:
`settle` raises it as `Bug`, which no program catches.
"""

from __future__ import annotations

import os
import sys

from sentra.errors import OVERFLOW, Bug, InternalError, Located, SentraError, Thrown
from sentra.runtime.trace import attach, attach_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from sentra.runtime.trace import Place


def thrown(value: Any) -> Thrown:
    """The exception to raise for ``throw value``, in the frame that calls this.

    Who catches an error that the program had before may not look where it was thrown, but who
    holds it may.
    """
    if isinstance(value, SentraError) and not value.trace:
        attach_here(value, sys._getframe(1))
    return Thrown(value)


def rethrown(error: Located) -> Thrown:
    """The exception to raise where `error`, which `settle` gave, goes on.

    What no function of the program had thrown has its place where that is.
    """
    if type(error) is Thrown:
        return error
    if not error.trace:
        attach_here(error, sys._getframe(1))
    return Thrown(error)


def caught(exception: Exception) -> Any:
    """The value that ``catch`` binds for an exception."""
    if type(exception) is Thrown:
        return exception.args[0]  # an error has its trace; where others were thrown is forgotten
    error = exception if type(exception) is SentraError else settle(exception)
    if not error.trace:
        attach(error, exception.__traceback__)
    # The program may keep the error; it need not keep the frames that it passed.
    error.__traceback__ = error.__context__ = None
    return error


def seen(exception: Exception) -> Any:
    """The same for a handler that only looks at what it caught, and does not throw it again."""
    if type(exception) is Thrown:
        return exception.args[0]
    if not isinstance(exception, SentraError):
        return _translated(exception)
    exception.__traceback__ = exception.__context__ = None
    return exception


def caught_here(exception: Exception) -> Any:
    """The same for a handler that only looks at what it caught, and drops it at its end.

    It does not ask an error where it was thrown. To throw the error again, it raises the exception
    that it caught if the error's type is `SentraError`, else what `thrown` gives.
    """
    if not isinstance(exception, Located):
        error = exception.__cause__ = _translated(exception)  # see `passing`
        return error
    return exception.args[0] if type(exception) is Thrown else settle(exception)


def drop(exception: Exception) -> None:
    """Catch an exception whose value nobody reads. Raises Bug where it is ours."""
    if isinstance(exception, Located):
        return
    innermost = exception.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None or "_translate" not in innermost.tb_frame.f_globals:
        _translated(exception)


def passing(exception: Exception) -> None:
    """A finally part is about to run: see what the exception stands for. Raises Bug for ours.

    That is noted as its cause, for when it is caught further out: what the words depend on may
    have changed by then.
    """
    if not isinstance(exception, Located):
        exception.__cause__ = _translated(exception)


def settle(exception: Exception, own: list[Place] | None = None) -> Located:
    """The exception as the program meets it, with its trace: an error, or the carrier of another
    value. Raises Bug where it is ours.

    To be called in the frame that caught it first; see `trace.attach` for `own`.
    """
    error = exception if isinstance(exception, Located) else _translated(exception)
    if type(error) is Thrown and isinstance(error.args[0], SentraError):
        error = error.args[0]
    if not error.trace:
        attach(error, exception.__traceback__, own)
    return error


def _translated(exception: Exception) -> SentraError:
    """The error that an exception stands for."""
    error: SentraError
    known = exception.__cause__
    if type(known) is SentraError:
        exception.__cause__ = None  # the error may be raised in its context: no cycle
        return known
    kind = type(exception)
    if kind is not RecursionError and kind is not MemoryError:
        innermost = exception.__traceback__
        if innermost is None:
            raise Bug(exception) from exception
        while (following := innermost.tb_next) is not None:
            innermost = following
        frame = innermost.tb_frame
        translate = frame.f_globals.get("_translate")
        if translate is None or frame.f_code.co_kwonlyargcount:
            raise Bug(exception) from exception
        error = translate(exception, innermost)
    elif isinstance(exception, MemoryError):
        error = SentraError("out of memory", OVERFLOW)
    elif "comparison" in str(exception) and not _is_deep(exception.__traceback__):
        error = SentraError("structure too deep", OVERFLOW)
    else:
        error = SentraError("stack overflow", OVERFLOW)
    return error


def _is_deep(traceback: TracebackType | None) -> bool:
    """Whether calls fill the stack, so that any comparison is one too many."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame if traceback is not None else None
    room = sys.getrecursionlimit() // 2
    while frame is not None and room:
        frame = frame.f_back
        room -= 1
    return not room


def internal_error(bug: Bug) -> InternalError:
    """What the host gets for a bug, with what to report."""
    import traceback

    exception = bug.exception
    report = "".join(traceback.format_exception(exception))
    error = InternalError(
        f"bug in Sentra: {type(exception).__name__}: {exception}\n"
        f"Please report this text with the program that was run:\n{report}")
    error.__cause__ = exception
    return error


# Exceptions that come out of nowhere: a host's handler of a signal raises in the midst of ours.
_LIBRARY = os.path.dirname(os.__file__)


def comes_from_host(error: BaseException) -> bool:
    """Whether code of the host raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _is_of_host(trace.tb_frame)


def left_by(error: Exception) -> None:
    """An entry (`codegen.entries`) has raised this: what of it is the host's goes on to the host,
    everything else is left to the function itself.
    """
    if comes_from_host(error):
        raise error


def _is_of_host(frame: FrameType) -> bool:
    """Whether code of the host runs there: neither ours, nor a program's, nor Python's library."""
    module = frame.f_globals.get("__name__")  # the code of programs is in no module
    if type(module) is not str or module.partition(".")[0] == "sentra":
        return False
    file = frame.f_code.co_filename
    return not file.startswith("<frozen ") and (
        not file.startswith(_LIBRARY) or "site-packages" in file)
