"""The passes over the IR: a function, a file and a fixture each; `PASSES` is their order.

A pass takes one function, changes it in place and returns it. It keeps what `model` states and
`verify` checks, the places of errors (the spans of what may throw), and what a program can notice.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.ir.model import FunctionIR


class Pass:
    """A row: `typed` says that it needs the types, so it runs after the inference."""

    __slots__ = ("name", "run", "typed")

    def __init__(
        self, name: str, run: Callable[[FunctionIR], FunctionIR], *, typed: bool = True,
    ) -> None:
        self.name = name
        self.run = run
        self.typed = typed


PASSES: tuple[Pass, ...] = ()
