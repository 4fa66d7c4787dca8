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

    Pair = tuple[Callable[[Any], Frame], Any]

KEPT = 100  # frames at either end of a trace; what is between them is left out


def attach(
    error: Located, traceback: TracebackType | None, own: list[Pair] | None = None,
) -> None:
    """Give `error` its trace, unless it was thrown before.

    `traceback` begins at the frame that caught it. A machine passes its `own` frames; they
    replace what that frame would say.
    """
    if error.trace or error.frames or traceback is None:
        return
    inner: list[tuple[FrameType, int]] = []
    caught_in = traceback.tb_frame
    entry = traceback.tb_next
    while entry is not None:
        inner.append((entry.tb_frame, entry.tb_lasti))
        entry = entry.tb_next
    trace = _Collected()
    for frame, lasti in reversed(inner):
        trace.add(frame, lasti)
    if own is None:
        trace.add(caught_in, traceback.tb_lasti)
    else:
        trace.pairs += own
    outer = caught_in.f_back
    while outer is not None:
        namespace = outer.f_globals
        if "_locate" in namespace or "_activation" in namespace or "_machine_trace" in namespace:
            trace.add(outer, outer.f_lasti)
        outer = outer.f_back
    error.trace = shortened(trace.pairs)


class _Collected:
    """The pairs of a trace, collected from the inside to the outside."""

    __slots__ = ("call", "pairs")

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.call: object = None  # the call in the closure tree that the last frame belonged to

    def add(self, frame: FrameType, lasti: int) -> None:
        """Add what a Python frame stands for."""
        namespace = frame.f_globals
        if "_locate" in namespace:
            # The stub of a function that the interpreter runs has a keyword-only parameter.
            if not frame.f_code.co_kwonlyargcount and not is_entry(frame.f_code):
                self.pairs.append((_generated, (namespace["_locate"], frame.f_code, lasti)))
        elif "_machine_trace" in namespace:
            self.pairs += namespace["_machine_trace"](frame.f_locals)
        elif "_activation" in namespace:
            self._add_call(namespace["_activation"](frame))
        elif "_thrown_at" in namespace and self.call is None:
            self._add_call(namespace["_thrown_at"](frame))

    def _add_call(self, found: tuple[object, Pair] | None) -> None:
        if found is not None and found[0] is not self.call:
            self.call = found[0]
            self.pairs.append(found[1])


def _generated(position: tuple[Callable[[CodeType, int], Frame], CodeType, int]) -> Frame:
    locate, code, lasti = position
    return locate(code, lasti)


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
