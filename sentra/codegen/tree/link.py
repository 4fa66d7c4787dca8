"""The closure tree as an executor of programs: no code is generated, so it runs anywhere."""

from __future__ import annotations

from sentra.codegen.structured import structured_functions
from sentra.codegen.tree.functions import ModuleTree
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.runtime.collector import Paused
from sentra.runtime.functions import make_function
from sentra.runtime.room import with_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CellType, FunctionType
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.codegen.control import Tree
    from sentra.ir.model import ModuleIR
    from sentra.ir.passes import Pass
    from sentra.runtime.context import Context
    from sentra.runtime.functions import Linked

    Structured = tuple[Module, ModuleIR, dict[int, list[Tree]]]


KEPT = 256  # modules whose IR an executor keeps


class TreeExecutor:
    """Runs modules as trees of closures; what it declines runs on `fallback`."""

    name = "tree"

    def __init__(
        self, fallback: Any, passes: Sequence[Pass] = PASSES, *, metered: bool = False,
        open_functions: bool = False,
    ) -> None:
        self.fallback = fallback
        self.passes = passes
        self.metered = metered  # the trees count steps and check the sizes of values
        self.open_functions = open_functions  # a host may call any function of a program
        self._structured: dict[int, Structured] = {}  # by the module's identity

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        try:
            trees = self._trees(module, namespace, context, whole=True)
            body = trees.ir.body
            assert body is not None
            tree = None if body.declined else trees.tree(body)
        except RecursionError:  # a host's stack may have no room for what is nested deeply
            tree = None
        if tree is None:
            declined: Callable[[], None] = self.fallback.body(module, namespace, context)
            return declined
        return lambda: with_room(lambda: tree.code[0]([*tree.blank]))

    def function(
        self, function: Function, cells: tuple[CellType, ...], module: Module,
        namespace: dict[str, Any], context: Context,
    ) -> FunctionType:
        """The value of one function of a module whose other functions another executor runs."""
        linked = self.linked(function, module, namespace, context)
        if linked is None:
            declined: FunctionType = self.fallback.function(
                function, cells, module, namespace, context)
            return declined
        return make_function(linked, cells)

    def linked(
        self, function: Function, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Linked | None:
        """What all values of such a function share; None if it is declined."""
        known = context.executors.setdefault((self, "modules"), {})
        trees = known.get(module)
        try:
            if trees is None:
                trees = known[module] = self._trees(module, namespace, context, whole=False)
            ir = trees.by_code[id(function)]
            return None if ir.declined else trees.tree(ir).linked
        except RecursionError:
            return None

    def _trees(
        self, module: Module, namespace: dict[str, Any], context: Context, *, whole: bool,
    ) -> ModuleTree:
        found = self._structured.get(id(module))
        if found is None:
            with Paused():
                ir = prepare(module, self.passes, open_functions=self.open_functions)
                found = module, ir, structured_functions(ir)
            if len(self._structured) < KEPT:
                self._structured[id(module)] = found
        _, ir, bodies = found
        return ModuleTree(
            ir, bodies, namespace, context, self.fallback, whole=whole, metered=self.metered)
