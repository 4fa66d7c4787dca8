"""The passes over the IR: a function, a file and a fixture each; `PASSES` is their order.

A pass takes one function, changes it in place and returns it. It keeps what `model` states and
`verify` checks, the places of errors (the spans of what may throw), and what a program can notice.
"""

from __future__ import annotations

from sentra.ir.passes.common import share_common
from sentra.ir.passes.copies import propagate_copies
from sentra.ir.passes.dead import drop_dead
from sentra.ir.passes.division import find_quotients
from sentra.ir.passes.folding import fold
from sentra.ir.passes.formats import spell_out
from sentra.ir.passes.hoisting import hoist
from sentra.ir.passes.imports import resolve_imports
from sentra.ir.passes.narrowing import narrow

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


PASSES: tuple[Pass, ...] = (
    Pass("imports", resolve_imports, typed=False),
    Pass("formats", spell_out, typed=False),
    Pass("narrowing", narrow, typed=False),
    Pass("copies", propagate_copies),
    Pass("folding", fold),
    Pass("hoisting", hoist),
    Pass("common", share_common),
    Pass("dead", drop_dead),
    Pass("division", find_quotients),
)
