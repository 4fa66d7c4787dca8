"""Where an exception was thrown: collected once, where it is first caught, decoded when asked.

Three kinds of Python frame stand for Sentra code, and all say so in their globals:

- generated code: ``_locate(code, lasti)`` decodes one of its frames;
- a machine of the interpreter: ``_machine_trace(f_locals)`` lists the Sentra frames that it runs,
  with ``innermost=True`` where nothing that it called was stopped, but the machine itself;
- the closure tree: ``_activation(frame)`` gives a call of a function and a place in it; of the many
  frames that a call has here, the innermost with a place counts. For those that call no function of
  the program that is ``_thrown_at``: they matter only where the error was thrown.

Every other frame (builtins, the executors themselves, the host) is left out.
"""

from __future__ import annotations

from sentra.bytecode.code import NO_SPAN, Module, Span
from sentra.errors import Frame
from sentra.runtime.names import is_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any

    from sentra.errors import Traced

    Place = tuple[Any, ...]  # (locate, …): ``locate(…)`` gives a Frame, or None for what is no call

KEPT = 100  # frames at either end of a trace; what is between them is left out


def attach(
    error: Traced, traceback: TracebackType | None, own: list[Place] | None = None,
) -> None:
    """Give `error` its trace, unless it was thrown before.

    `traceback` begins at the frame that caught it. A machine passes its `own` frames; they
    replace what that frame would say.

    This is what catching an error costs that the program keeps, so it notes places alone.
    """
    if error.trace or error._frames is not None or traceback is None:
        return
    places: list[Place] = []
    call: object = None  # the call in the closure tree that the last frame belonged to
    outer = traceback.tb_frame.f_back
    entry = first = traceback if own is None else traceback.tb_next
    while entry is not None:
        frame = entry.tb_frame
        namespace = frame.f_globals
        locate = namespace.get("_locate")
        if locate is not None:
            places.append((locate, frame.f_code, entry.tb_lasti))
        elif "_machine_trace" in namespace or "_activation" in namespace or (
                "_thrown_at" in namespace):
            places, call = places_of(_entries(first))
            break
        entry = entry.tb_next
    else:
        places.reverse()
    if own is not None:
        places += own
    _outwards(error, places, outer, call)


def attach_here(error: Traced, frame: FrameType) -> None:
    """Give `error` its trace before it is thrown in `frame`, unless it was thrown before."""
    if error.trace or error._frames is not None:
        return
    places: list[Place] = []
    call: object = None
    outer: FrameType | None = frame
    namespace = frame.f_globals
    if "_locate" not in namespace:
        call = _add(places, frame, namespace, None, namespace.get("_thrown_at"))
        outer = frame.f_back
    _outwards(error, places, outer, call)


def _outwards(
    error: Traced, places: list[Place], outer: FrameType | None, call: object,
) -> None:
    """Go on with `outer` and what called it."""
    while outer is not None:
        namespace = outer.f_globals
        locate = namespace.get("_locate")
        if locate is not None:
            places.append((locate, outer.f_code, outer.f_lasti))
        elif outer.f_code is namespace.get("_outermost") and namespace["_is_only_run"]():
            break
        else:
            call = _add(places, outer, namespace, call, None)
        outer = outer.f_back
    try:
        many = len(places) > 2 * KEPT
    except SystemError:  # `f_back` found no memory for the frame: it gave None and left its error
        many = False
    if many:
        places = shortened([place for place in places if len(place) == 2 or is_call(place[1])])
    error.trace = places


def _entries(entry: TracebackType | None) -> list[tuple[FrameType, int]]:
    """The frames of a traceback and where each of them is."""
    frames: list[tuple[FrameType, int]] = []
    while entry is not None:
        frames.append((entry.tb_frame, entry.tb_lasti))
        entry = entry.tb_next
    return frames


def places_of(frames: list[tuple[FrameType, int]]) -> tuple[list[Place], object]:
    """The places for frames of any kind, which come outermost first, innermost first; and the call
    in the closure tree that the last of these belongs to.
    """
    places: list[Place] = []
    call: object = None
    for number, (frame, lasti) in enumerate(reversed(frames)):
        namespace = frame.f_globals
        locate = namespace.get("_locate")
        if locate is not None:
            places.append((locate, frame.f_code, lasti))
        elif not number and "_machine_trace" in namespace:
            places += namespace["_machine_trace"](frame.f_locals, innermost=True)
        else:
            call = _add(places, frame, namespace, call, namespace.get("_thrown_at"))
    return places, call


def _add(
    places: list[Place], frame: FrameType, namespace: dict[str, Any], call: object,
    thrown_at: Callable[[FrameType], tuple[object, Place] | None] | None,
) -> object:
    """Add what a frame stands for that is none of generated code; the call that it belongs to."""
    find = namespace.get("_activation")
    if find is None:
        if "_machine_trace" in namespace:
            places += namespace["_machine_trace"](frame.f_locals)
            return call
        if thrown_at is None or call is not None:
            return call
        find = thrown_at
    found = find(frame)
    if found is None or found[0] is call:
        return call
    places.append(found[1])
    return found[0]


def is_call(code: CodeType) -> bool:
    """Whether a frame with this code of a module of generated code is a call of the program.

    The stub of a function that the interpreter runs has a keyword-only parameter.
    """
    return not code.co_kwonlyargcount and not is_entry(code)


def shortened(places: list[Place]) -> list[Place]:
    """A trace without its middle, where it is long."""
    middle = places[KEPT:-KEPT]
    if len(middle) <= 1:
        return places
    left_out = sum([place[1] if place[0] is _left_out else 1 for place in middle])
    return [*places[:KEPT], left_out_frames(left_out), *places[-KEPT:]]


def left_out_frames(count: int) -> Place:
    """Stands in a trace for `count` frames."""
    return _left_out, count


def _left_out(count: int) -> Frame:
    return Frame(f"... {count} more calls", "", NO_SPAN, "")


def located(module: Module, function: str, span: Span) -> Frame:
    """The frame for a place in `module`, with its source line."""
    line = span[4]
    lines = module.source.split("\n", line) if module.source else []
    return Frame(function, module.filename, span, lines[line - 1] if line <= len(lines) else "",
                 source=module.source)
