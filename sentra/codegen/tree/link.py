"""The closure tree as an executor of programs: no code is generated, so it runs anywhere."""

from __future__ import annotations

from sentra.codegen.counting import structured_functions
from sentra.codegen.tree.functions import ModuleTree
from sentra.ir.prepare import prepare
from sentra.runtime.functions import make_function
from sentra.runtime.room import with_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CellType, FunctionType
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.runtime.context import Context


class TreeExecutor:
    """Runs modules as trees of closures; what it declines runs on `fallback`."""

    name = "tree"

    def __init__(self, fallback: Any, *, open_functions: bool = False) -> None:
        self.fallback = fallback
        self.open_functions = open_functions  # a host may call any function of a program

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        trees = self._module(module, namespace, context, whole=True)
        body = trees.ir.body
        assert body is not None
        if body.declined:
            declined: Callable[[], None] = self.fallback.body(module, namespace, context)
            return declined
        tree = trees.tree(body)
        return lambda: with_room(lambda: tree.code[0]([*tree.blank]))

    def function(
        self, function: Function, cells: tuple[CellType, ...], module: Module,
        namespace: dict[str, Any], context: Context,
    ) -> FunctionType:
        """The value of one function of a module whose other functions another executor runs."""
        known = context.executors.setdefault((self, "modules"), {})
        trees = known.get(module)
        if trees is None:
            trees = known[module] = self._module(module, namespace, context, whole=False)
        ir = next(each for each in trees.ir.functions if each.bytecode is function)
        if ir.declined:
            declined: FunctionType = self.fallback.function(
                function, cells, module, namespace, context)
            return declined
        return make_function(trees.tree(ir).linked, cells)

    def _module(
        self, module: Module, namespace: dict[str, Any], context: Context, *, whole: bool,
    ) -> ModuleTree:
        ir = prepare(module, open_functions=self.open_functions)
        return ModuleTree(
            ir, structured_functions(ir), namespace, context, self.fallback, whole=whole)
