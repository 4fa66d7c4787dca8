"""Python's own traceback of an error shows the calls of a program that have no frames of Python.

Calls that the interpreter or the closure tree runs have none, but for the stub that the host's call
began with. The error knows them. So in the place of the stub stand frames that were made for
nothing but the traceback, with the file, function and line of each call.
"""

from __future__ import annotations

from contextlib import suppress
from types import FunctionType, TracebackType

from sentra.embedding.errors import KEPT
from sentra.errors import Located
from sentra.runtime.functions import in_first_line, is_stub

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.errors import Frame

_NAMES: dict[str, Any] = {"__name__": "sentra.program"}  # the globals of all frames that are made


class _Stop(Exception):
    """Leaves a traceback behind."""


def _stop(stop: type[_Stop] = _Stop) -> None:
    raise stop


_CODE = in_first_line(_stop.__code__)


def show_calls(error: BaseException) -> None:
    """Put the program's calls into the traceback of an error that leaves it.

    Where there is no room to make them, the traceback stays as it is.
    """
    if isinstance(error, Located):
        with suppress(RecursionError, MemoryError, SystemError):
            _show(error)


def _show(error: Located) -> None:
    entries: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    missing, repeated, known = _gaps(entries)
    shown: list[TracebackType | None] = [*entries, None]  # which stands in the place of each
    for at in reversed(repeated):
        shown[at] = shown[at + 1]
    if len(missing) == 1:
        at, before = missing[0]
        entered: Located | None = error.__dict__.get("_entered")
        end = len(error.frames) - (0 if entered is None else len(entered.frames))
        _fill(shown, at, error.frames[known - before:end - before])
    for at in reversed(range(len(entries))):
        if shown[at] is entries[at]:
            entries[at].tb_next = shown[at + 1]
    error.__traceback__ = shown[0]


def _fill(shown: list[TracebackType | None], at: int, frames: tuple[Frame, ...]) -> None:
    """Put calls, which come innermost first, into the place of a stub, or before a machine."""
    calls = [frame for frame in frames if frame.filename]
    if len(calls) > 2 * KEPT:
        calls[KEPT:-KEPT] = []
    entry = shown[at]
    if not calls or entry is None:
        return
    outermost, code = calls[-1].filename, entry.tb_frame.f_code
    filename = outermost
    following: TracebackType | None = entry
    if is_stub(code):  # which knows the path of the file
        filename, following = code.co_filename, shown[at + 1]
    else:
        entry.tb_next = shown[at + 1]
    for call in calls:
        made = _made(call, filename if call.filename == outermost else call.filename)
        made.tb_next = following
        following = made
    shown[at] = following


def _gaps(entries: list[TracebackType]) -> tuple[list[tuple[int, int]], list[int], int]:
    """The entries where calls are missing, each with how many calls of the program stand before it;
    those of calls that stand elsewhere; and how many calls are there.
    """
    missing: list[tuple[int, int]] = []
    repeated: list[int] = []
    known = 0
    inside = False  # what follows belongs to calls that were found
    stub = -1  # which only led to another executor so far
    for at, entry in enumerate(entries):
        code, namespace = entry.tb_frame.f_code, entry.tb_frame.f_globals
        if namespace is _NAMES:
            known, inside, stub = known + 1, True, -1
        elif is_stub(code) and inside:  # a builtin calls it: its call is among those
            repeated.append(at)
        elif is_stub(code):
            missing.append((at, known))
            inside, stub = True, at
        elif "_machine_trace" in namespace or "_activation" in namespace:
            if not inside and "_machine_trace" in namespace:
                missing.append((at, known))
            inside, stub = True, -1
        elif "_locate" in namespace:
            if stub >= 0:
                missing.pop()
                repeated.append(stub)
            frame: Frame | None = namespace["_locate"](code, entry.tb_lasti)
            while frame is not None:
                known, frame = known + 1, frame.outer
            inside, stub = False, -1
        elif not str(namespace.get("__name__")).startswith("sentra."):
            inside, stub = False, -1
    return missing, repeated, known


def _made(call: Frame, filename: str) -> TracebackType:
    """An entry of a traceback for a call."""
    code = _CODE.replace(co_filename=filename, co_name=call.function, co_qualname=call.function,
                         co_firstlineno=call.span[4])
    try:
        FunctionType(code, _NAMES, None, (_Stop,))()
    except _Stop as stop:
        traceback = stop.__traceback__
        assert traceback is not None
        assert traceback.tb_next is not None
        return traceback.tb_next
    raise AssertionError
