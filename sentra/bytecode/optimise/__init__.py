"""Faster bytecode of the same meaning, for the interpreter.

Each pass takes a function and gives a new one (or the same one, where it finds nothing). All keep
what can be observed: results, output, errors with their positions, and ticks. The compiler reads
general opcodes only, so it gets modules that were not optimised, or `expand.expand`.
"""

from __future__ import annotations

from sentra.bytecode.code import Module
from sentra.bytecode.edit import each_function
from sentra.bytecode.optimise.branches import thread
from sentra.bytecode.optimise.dead import remove_dead
from sentra.bytecode.optimise.fold import fold
from sentra.bytecode.optimise.fuse import fuse
from sentra.bytecode.optimise.specialise import specialise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentra.bytecode.code import Function

    Operations = Mapping[str, Callable[..., Any]]

PASSES: tuple[tuple[str, Callable[[Function, Operations], Function]], ...] = (
    ("fold", fold),
    ("thread", thread),
    ("dead", remove_dead),
    ("fuse", fuse),
    ("specialise", specialise),
)
"""Name of the switch, and pass, in the order in which they run."""


class OptimiseOptions:
    """Which passes run; frozen. All, unless it says otherwise."""

    __slots__ = ("off",)

    off: frozenset[str]

    def __init__(self, **switches: bool) -> None:
        unknown = switches.keys() - {name for name, _ in PASSES}
        if unknown:
            raise ValueError(f"unknown pass {min(unknown)!r}; "
                             f"there are: {', '.join(name for name, _ in PASSES)}")
        object.__setattr__(
            self, "off", frozenset([name for name, on in switches.items() if not on]))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("options cannot be changed")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OptimiseOptions) and self.off == other.off

    def __hash__(self) -> int:
        return hash(self.off)


EVERYTHING = OptimiseOptions()


def optimise(
    module: Module, options: OptimiseOptions = EVERYTHING, operations: Operations | None = None,
) -> Module:
    """The optimised module.

    `operations` are the runtime operations by the name in the table's `does` column, for constant
    folding; without them nothing is calculated.
    """
    passes = [run for name, run in PASSES if name not in options.off]
    known: Operations = operations or {}

    def change(function: Function) -> Function:
        for run in passes:
            function = run(function, known)
        return function

    return Module(
        filename=module.filename, source=module.source, body=each_function(module.body, change),
        variables=module.variables, implicit=module.implicit, single=module.single,
        exports=module.exports, path=module.path)
