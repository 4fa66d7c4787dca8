"""Leaving parts of the compiler out, to see what they are worth.

The passes over the IR are a list that the compiler is given. Its other decisions have no switch in
the compiler, because nobody who runs programs would want one; here they are replaced by functions
that decide nothing. What is compiled so is slower, and does the same.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import mock

from sentra.ir.contents import UNKNOWN
from sentra.ir.known import owner
from sentra.ir.model import ANY
from sentra.ir.passes import PASSES
from sentra.ir.types import infer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Module
    from sentra.ir.model import ModuleIR
    from sentra.runtime.context import Context

def _untyped(module: ModuleIR) -> None:
    """Every variable may hold anything; what an expression says by itself stays."""
    for function in module.functions:
        function.result = ANY
        function.content = UNKNOWN
        for variable in (*function.parameters, *function.locals, *map(owner, function.upvalues),
                         *module.globals.values()):
            variable.type = ANY
            variable.content = UNKNOWN
    infer(module)


STAGES: dict[str, tuple[str, Callable[..., Any]]] = {
    "inference": ("sentra.ir.prepare.infer", _untyped),
    "counting loops": ("sentra.codegen.counting.count_loops", lambda function, body: body),
    "inlining": ("sentra.codegen.generate.inline_calls", lambda module: None),
}
"""Name → the function that does it, and what takes its place."""

NAMES = (*(each.name for each in PASSES), *STAGES)


class AblatedExecutor:
    """Runs modules as generated Python that was made without some parts of the compiler."""

    name = "ast"

    def __init__(self, names: list[str]) -> None:
        from sentra.cli.modes import executor
        from sentra.codegen.link import AstExecutor

        unknown = set(names) - set(NAMES)
        if unknown:
            raise ValueError(f"the compiler has no part {min(unknown)!r}")
        self.without = [STAGES[name] for name in names if name in STAGES]
        self.executor = AstExecutor(
            executor("interp"), tuple(each for each in PASSES if each.name not in names))

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        with ExitStack() as stack:
            for target, instead in self.without:
                stack.enter_context(mock.patch(target, instead))
            return self.executor.body(module, namespace, context)
