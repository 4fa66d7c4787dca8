"""Places of operations that can throw: what a closure of the tree has beside its operands.

A closure that runs Python's own operation leaves to `decide` what Python refuses: the runtime's
operation gives the result or throws. Its place costs nothing before that. A trace finds it in the
frames that stand on the stack when something is thrown: every one whose code has a variable `site`
says where its function is, and the list of registers, `r`, says which call of it that was; the
innermost frame of a call counts (see `runtime.trace`). So such closures name these variables so,
take `r` by position only (which is quickly seen from outside), and their modules have `_activation`
among their globals if they can call functions of the program, else `_thrown_at`.
"""

from __future__ import annotations

from types import FunctionType

from sentra.errors import NAME, OVERFLOW, SentraError
from sentra.runtime.calls import cannot_call, check_count, is_function
from sentra.runtime.trace import located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from sentra.bytecode.code import Module, Span
    from sentra.errors import Frame
    from sentra.runtime.trace import Place

    Registers = list[Any]
    Run = Callable[[Registers], Any]

# What Python's operators raise where they do not decide.
GUARDS = (TypeError, ArithmeticError, LookupError, ValueError, AttributeError, RecursionError,
          MemoryError)


class Site:
    """The place of one operation, and what decides about operands that Python refuses."""

    __slots__ = ("function", "module", "operation", "span")

    def __init__(
        self, module: Module, function: str, span: Span, operation: Callable[..., Any],
    ) -> None:
        self.module = module
        self.function = function
        self.span = span
        self.operation = operation


def locate(site: Site) -> Frame:
    """The frame for a place; see `runtime.trace`."""
    return located(site.module, site.function, site.span)


def activation(frame: FrameType) -> tuple[Registers, Place] | None:
    """Which call of a Sentra function a frame belongs to, and where that is."""
    if not frame.f_code.co_posonlyargcount:
        return None
    variables = frame.f_locals
    return variables["r"], (locate, variables["site"])


_activation = activation


def decide(site: Site, r: Registers, /, *operands: Any) -> Any:
    """The runtime's own operation: its result, or the error at its place."""
    return site.operation(*operands)


def undefined(site: Site, r: Registers, /, name: str) -> SentraError:
    """The error for reading a name without a value."""
    return SentraError(f'undefined variable "{name}"', NAME)


def overflow(error: RecursionError, site: Site | None = None) -> Exception:
    """What a call that finds no more room throws; `site` is named to stay in the caller's frame."""
    if "comparison" in str(error):  # of data that is nested too deeply
        return error
    return SentraError("stack overflow", OVERFLOW)


def refused(site: Site, error: TypeError, function: Any, count: int) -> Exception:
    """The error for a call that Python refused; what was raised inside stays as it is."""
    traceback = error.__traceback__
    if traceback is None or traceback.tb_next is None:
        try:
            if type(function) is FunctionType:
                check_count(function, count)
            elif not is_function(function):
                return cannot_call(function)
        except SentraError as wrong:
            return wrong.with_traceback(None)
    return error
