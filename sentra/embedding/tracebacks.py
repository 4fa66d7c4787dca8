"""Tracebacks in which the frames of host and program stand in order."""

from __future__ import annotations

from types import TracebackType

from sentra.diagnostics import printable
from sentra.errors import SentraError, Traced
from sentra.runtime.functions import is_stub
from sentra.runtime.trace import attach, places_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from traceback import FrameSummary
    from types import FrameType
    from typing import Any

    from sentra.errors import Frame

_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def format_traceback(error: BaseException) -> str:
    """The frames of host and program in order, outermost first, and the error.

    Where a host function that the program called went wrong, the host's frames in it follow the
    program's; where it called back into the program, the program's follow again. Before the error
    stand its cause or context, and theirs, as Python prints them.
    """
    parts: list[str] = []
    seen: set[int] = set()
    left: BaseException | None = error
    while left is not None:
        seen.add(id(left))
        parts.append(_format_one(left))
        cause, context = left.__cause__, left.__context__
        if cause is not None and id(cause) not in seen:
            left = cause
            parts.append(_CAUSE)
        elif context is not None and not left.__suppress_context__ and id(context) not in seen:
            left = context
            parts.append(_CONTEXT)
        else:
            left = None
    return "\n\n".join(reversed(parts))


def _format_one(error: BaseException) -> str:
    if isinstance(error, Traced) and error.frames:
        lines = list(_traced_lines(error, error.__traceback__))
    else:
        lines = list(_walked_lines(error.__traceback__))
    if lines:
        lines.insert(0, "Traceback (most recent call last):")
    kind = f" [{error.kind}]" if isinstance(error, SentraError) else ""
    text = printable(str(error))
    lines.append(f"{type(error).__name__}{kind}{': ' if text else ''}{text}")
    return "\n".join(lines)


def _traced_lines(error: Traced, traceback: TracebackType | None) -> Iterator[str]:
    """The host's frames on the way to the program, and those of the error's own stack inside."""
    yield from [_host_line(entry) for entry in _host_entries(traceback)]
    frames = error.frames
    entered: Traced | None = error.__dict__.get("_entered")
    inside = len(frames) - (0 if entered is None else len(entered.frames))
    passed = {len(frames) - len(outside.frames): host
              for outside, host in error.__dict__.get("_host_frames", ())}
    for place in range(inside, 0, -1):
        if place in passed and place != inside:
            yield from [_host_line(entry) for entry in passed[place]]
        yield from _sentra_lines(frames[place - 1])
    yield from [_host_line(entry) for entry in passed.get(0, ())]


def _walked_lines(entry: TracebackType | None) -> Iterator[str]:
    """What an exception without a stack of its own says: the program's frames that it passed are
    in its traceback.
    """
    ours: list[tuple[FrameType, int]] = []
    while entry is not None:
        if _is_ours(entry.tb_frame):
            ours.append((entry.tb_frame, entry.tb_lasti))
        else:
            yield from _passed_lines(ours)
            ours = []
            yield _host_line(_summary(entry))
        entry = entry.tb_next
    yield from _passed_lines(ours)


def _passed_lines(ours: list[tuple[FrameType, int]]) -> list[str]:
    frames: list[Frame] = []
    for locate, *position in places_of(ours)[0]:
        frame = locate(*position)
        while frame is not None:
            frames.append(frame)
            frame = frame.outer
    return [line for frame in reversed(frames) for line in _sentra_lines(frame)]


def _sentra_lines(frame: Frame) -> Iterator[str]:
    if frame.filename:
        yield (f'  Sentra "{printable(frame.filename)}", line {frame.span[4]}, in '
               f"{printable(frame.function)}")
    else:
        yield f"  {frame.function}"
    if frame.source_line.strip():
        yield "    " + printable(frame.source_line.strip()[:200])


def note_host_frames(error: Traced, traceback: TracebackType | None) -> None:
    """Remember the host's frames that an error passes on its way out of a host function.

    They stand outside the Sentra frames that were already there, of which the trace has as many
    more now as a trace that begins here has (`outside`).
    """
    host = _host_entries(traceback.tb_next if traceback is not None else None)
    outside = SentraError("") if traceback is None else _outside(traceback.tb_frame)
    passed: list[Any] = error.__dict__.setdefault("_host_frames", [])
    passed.append((outside, host))


def note_entry(error: BaseException, frame: FrameType) -> None:
    """Remember which of an error's frames stand outside the call, made in `frame`, that it ends.

    The host that catches it there has these outside its own.
    """
    if isinstance(error, Traced):
        error.__dict__["_entered"] = _outside(frame)


def _outside(frame: FrameType) -> Traced:
    """What has the trace of `frame`."""
    outside = SentraError("")
    attach(outside, TracebackType(None, frame, frame.f_lasti, frame.f_lineno))
    return outside


def _host_entries(entry: TracebackType | None) -> list[FrameSummary]:
    """The host's frames at the outer end of a traceback."""
    entries: list[FrameSummary] = []
    while entry is not None and not _is_ours(entry.tb_frame):
        entries.append(_summary(entry))
        entry = entry.tb_next
    return entries


def _summary(entry: TracebackType) -> FrameSummary:
    from traceback import FrameSummary

    code = entry.tb_frame.f_code
    return FrameSummary(code.co_filename, entry.tb_lineno, code.co_name)


def _is_ours(frame: FrameType) -> bool:
    namespace = frame.f_globals
    name = namespace.get("__name__")
    return "_enter" in namespace or "_locate" in namespace or is_stub(frame.f_code) or (
        isinstance(name, str) and (name == "sentra" or name.startswith("sentra.")))


def _host_line(entry: FrameSummary) -> str:
    line = f'  File "{entry.filename}", line {entry.lineno}, in {entry.name}'
    return f"{line}\n    {entry.line}" if entry.line else line
