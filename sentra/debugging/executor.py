"""An executor for debug builds: it marks the statements of a module, then lets another run it.

The bytecode of a program does not know its statements, so they come from the source that it
carries. Where there is none, or it is not what the bytecode was made of, the module runs unmarked:
nothing stops in it, and the debugger says so.
"""

from __future__ import annotations

from sentra.bytecode.text import same
from sentra.bytecode.verify import verify
from sentra.errors import SentraSyntaxError
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions
from sentra.lower.marks import lower_marked
from sentra.lower.module import lower
from sentra.source import Source
from sentra.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.runtime.context import Context

KEPT = 256  # modules whose marked form an executor keeps


class DebugExecutor:
    """Runs debug builds: interpreted, or as generated code with `compiled`."""

    def __init__(
        self, *, compiled: bool = False, metered: bool = False, open_functions: bool = True,
    ) -> None:
        inner: Any = InterpreterExecutor(
            InterpOptions(optimise=False, fuse=False), debug=True)
        if compiled:
            from sentra.codegen.link import AstExecutor

            inner = AstExecutor(
                inner, metered=metered, open_functions=open_functions, debug=True)
        self.inner = inner
        self.metered = metered or not compiled  # the interpreter always counts
        self.name: str = inner.name
        self._marked: dict[int, tuple[Module, Module]] = {}  # by the module's identity

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        found = self._marked.get(id(module))
        if found is None:
            found = module, marked(module)
            if len(self._marked) < KEPT:
                self._marked[id(module)] = found
        body: Callable[[], None] = self.inner.body(found[1], namespace, context)
        return body


def marked(module: Module) -> Module:
    """A module with its statements marked; itself where its source is not known."""
    if not module.source:
        return module
    source = Source(module.filename, module.source)
    try:
        if not same(lower(parse(source), source), module):
            return module
        made = lower_marked(parse(source), source)
    except SentraSyntaxError:  # a text that does not belong to the bytecode
        return module
    verify(made)
    return made
