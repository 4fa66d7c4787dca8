"""Exceptions that come out of nowhere: a host's handler of a signal raises in the midst of ours."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

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
