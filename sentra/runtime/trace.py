"""Where an exception was thrown: collected once, where it is first caught, decoded when asked.

Three kinds of Python frame stand for Sentra code, and all say so in their globals:

- generated code: ``_locate(code, lasti) -> Frame`` decodes one of its frames;
- a machine of the interpreter: ``_machine_trace(f_locals)`` lists the Sentra frames that it runs;
- the closure tree: ``_activation(frame)`` gives a call of a function and a place in it; of the many
  frames that a call has here, the innermost with a place counts. For those that call no function of
  the program that is ``_thrown_at``: they matter only where the error was thrown.

Every other frame (builtins, the executors themselves, the host) is left out.
"""

from __future__ import annotations

from sentra.bytecode.code import NO_SPAN, Module, Span
from sentra.errors import Frame, Located
from sentra.runtime.names import is_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any

    Pair = tuple[Callable[[Any], Frame | None], Any]

KEPT = 100  # frames at either end of a trace; what is between them is left out


def attach(
    error: Located, traceback: TracebackType | None, own: list[Pair] | None = None,
) -> None:
    """Give `error` its trace, unless it was thrown before.

    `traceback` begins at the frame that caught it. A machine passes its `own` frames; they
    replace what that frame would say.

    This is what catching an error costs that the program keeps, so it notes places alone: where
    a frame of generated code stands for no call, `_generated` finds out.
    """
    if error.trace or error._frames is not None or traceback is None:
        return
    inner: list[tuple[FrameType, int]] = [] if own is not None else [
        (traceback.tb_frame, traceback.tb_lasti)]
    entry = traceback.tb_next
    while entry is not None:
        inner.append((entry.tb_frame, entry.tb_lasti))
        entry = entry.tb_next
    pairs: list[Pair] = []
    call: object = None  # the call in the closure tree that the last frame belonged to
    for frame, lasti in reversed(inner):
        namespace = frame.f_globals
        locate = namespace.get("_locate")
        if locate is not None:
            pairs.append((_generated, (locate, frame.f_code, lasti)))
        else:
            call = _add(pairs, frame, namespace, call, namespace.get("_thrown_at"))
    if own is not None:
        pairs += own
    outer = traceback.tb_frame.f_back
    while outer is not None:
        namespace = outer.f_globals
        locate = namespace.get("_locate")
        if locate is not None:
            pairs.append((_generated, (locate, outer.f_code, outer.f_lasti)))
        elif outer.f_code is namespace.get("_outermost") and namespace["_is_only_run"]():
            break
        else:
            call = _add(pairs, outer, namespace, call, None)
        outer = outer.f_back
    if len(pairs) > 2 * KEPT:
        pairs = shortened([pair for pair in pairs if pair[0] is not _generated
                           or _is_call(pair[1][1])])
    error.trace = pairs


def _add(
    pairs: list[Pair], frame: FrameType, namespace: dict[str, Any], call: object,
    thrown_at: Callable[[FrameType], tuple[object, Pair] | None] | None,
) -> object:
    """Add what a frame stands for that is none of generated code; the call that it belongs to."""
    if "_machine_trace" in namespace:
        pairs += namespace["_machine_trace"](frame.f_locals)
        return call
    find = namespace.get("_activation") or (thrown_at if call is None else None)
    found = find(frame) if find is not None else None
    if found is None or found[0] is call:
        return call
    pairs.append(found[1])
    return found[0]


def _is_call(code: CodeType) -> bool:
    """Whether a frame with this code of a module of generated code is a call of the program.

    The stub of a function that the interpreter runs has a keyword-only parameter.
    """
    return not code.co_kwonlyargcount and not is_entry(code)


def _generated(
    position: tuple[Callable[[CodeType, int], Frame], CodeType, int],
) -> Frame | None:
    locate, code, lasti = position
    return locate(code, lasti) if _is_call(code) else None


def shortened(pairs: list[Pair]) -> list[Pair]:
    """A trace without its middle, where it is long."""
    middle = pairs[KEPT:-KEPT]
    if len(middle) <= 1:
        return pairs
    left_out = sum([position if locate is _left_out else 1 for locate, position in middle])
    return [*pairs[:KEPT], left_out_frames(left_out), *pairs[-KEPT:]]


def left_out_frames(count: int) -> Pair:
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
