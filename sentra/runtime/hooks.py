"""What a debug build tells a debugger, and what a debugger can see of a call that has begun.

Executors know these types only; who implements `Hooks` is above them (see `debugging`). A debug
build is chosen when a function is compiled: other code has no trace of it.
"""

from __future__ import annotations

import sys

from sentra.runtime.names import to_python
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any, Protocol

    from sentra.bytecode.code import Function, Module, Span

    class Hooks(Protocol):
        """Told of what a debug build does. `key` is the identity of a call."""

        watching: bool  # wants to hear of everything, not of armed sites only

        def begin(self) -> None:
            """The host starts the program, or calls a function of it."""

        def end(self) -> None:
            """That has ended."""

        def add_module(self, module: Module, namespace: dict[str, Any]) -> None:
            """A module is about to run; `sites_of` its functions is known from now on."""

        def sites_of(self, function: Function) -> dict[int, Site]:
            """The sites of a function by the position of their instructions."""

        def statement(self, site: Site, key: object) -> None:
            """A statement begins."""

        def returns(self, key: object, value: Any) -> None:
            """A call is about to give its result."""

        def raised(self, exception: Exception, error: Any, key: object) -> None:
            """An exception is seen in a call. `error` is what the program meets, if it is known."""

        def unwound(self, key: object) -> None:
            """An exception leaves a call."""

PLAIN, ENTRY, AGAIN = 0, 1, 2  # kinds of site: the third operand of STATEMENT


class Site:
    """A place where a debugger may stop. `armed`: it wants to hear of it."""

    __slots__ = ("armed", "first", "function", "kind", "line", "module", "number", "position",
                 "span")

    def __init__(self, module: Module, function: Function, position: int) -> None:
        _, _, number, kind = function.code[position]
        self.module = module
        self.function = function
        self.position = position
        self.number = number
        self.kind = kind
        self.span: Span = function.spans[position]
        self.line = self.span[0]
        self.first = kind == AGAIN  # no other site of its function comes before it on its line
        self.armed = False

    def __repr__(self) -> str:
        return f"<site {self.module.filename}:{self.line} of {self.function.name}>"


class Call:
    """A call that has begun and not ended, and the place where it is."""

    __slots__ = ("function", "key", "module", "namespace", "position")

    def __init__(
        self, module: Module, function: Function, namespace: dict[str, Any], position: int,
        key: object,
    ) -> None:
        self.module = module
        self.function = function
        self.namespace = namespace
        self.position = position  # of the instruction that it is at
        self.key = key  # what is the same object at every look at this call

    def refresh(self) -> None:
        """Forget values that were read before: the program has run on."""

    @property
    def span(self) -> Span:
        """Where it is in the source."""
        return self.function.spans[self.position]

    def read(self, slot: int) -> Any:
        """The value of a local; MISSING while it has none."""
        raise NotImplementedError

    def write(self, slot: int, value: Any) -> None:
        """Set a local."""
        raise NotImplementedError

    def read_captured(self, index: int) -> Any:
        """The value of a captured variable; MISSING while it has none."""
        raise NotImplementedError

    def write_captured(self, index: int, value: Any) -> None:
        """Set a captured variable."""
        raise NotImplementedError

    def read_global(self, name: str) -> Any:
        """The value of a module variable; MISSING while it has none."""
        return self.namespace.get(to_python(name), MISSING)

    def write_global(self, name: str, value: Any) -> None:
        """Set a module variable."""
        self.namespace[to_python(name)] = value


def calls_from(frame: FrameType | None) -> Iterator[Call]:
    """The calls in debug builds on a thread's stack, innermost first.

    Namespaces of code that such calls run in have ``_debug_calls(frame) -> Iterable[Call]``.
    """
    while frame is not None:
        found = frame.f_globals.get("_debug_calls")
        if found is not None and not frame.f_code.co_kwonlyargcount:  # no stub
            yield from found(frame)
        frame = frame.f_back


def calls_here() -> Iterator[Call]:
    """The calls on the stack of this thread."""
    return calls_from(sys._getframe(1))
