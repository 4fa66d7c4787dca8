"""Exceptions that come out of nowhere: a host's handler of a signal raises in the midst of ours."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_LIBRARY = os.path.dirname(os.__file__)


def is_of_host(frame: FrameType) -> bool:
    """Whether code of the host runs there: neither ours, nor a program's, nor Python's library."""
    module = frame.f_globals.get("__name__")  # the code of programs is in no module
    if type(module) is not str or module.partition(".")[0] == "sentra":
        return False
    file = frame.f_code.co_filename
    return not file.startswith("<frozen ") and (
        not file.startswith(_LIBRARY) or "site-packages" in file)


def left_by(error: Exception) -> None:
    """An entry (`codegen.entries`) has raised this: what of it is the host's goes on to the host,
    everything else is left to the function itself.
    """
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_next is None and is_of_host(trace.tb_frame):
            raise error
        trace = trace.tb_next
