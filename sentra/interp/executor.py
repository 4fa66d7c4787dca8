"""The interpreter as an executor of programs."""

from __future__ import annotations

from sentra.interp.machine import Machine
from sentra.interp.operations import OPERATIONS
from sentra.interp.options import InterpOptions
from sentra.runtime.functions import Linked, make_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CellType, FunctionType
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.runtime.context import Context


class InterpreterExecutor:
    """Runs modules on the reference interpreter."""

    name = "interp"

    def __init__(self, options: InterpOptions | None = None, *, debug: bool = False) -> None:
        self.options = options or InterpOptions()
        self.debug = debug  # it tells the context's debugger where it is

    def machine(self, context: Context) -> Machine:
        """The machine of a run; all its modules share it."""
        machine = context.executors.get(self)
        if machine is None:
            hooks = context.debugger if self.debug else None
            machine = context.executors[self] = Machine(context, self.options, hooks)
        found: Machine = machine
        return found

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        machine = self.machine(context)
        module = self._optimised(module)
        if machine.hooks is not None:
            machine.hooks.add_module(module, namespace)
        linked = Linked(module.body, namespace, module.code_name, machine.enter, module)
        return lambda: machine.run_body(linked)

    def _optimised(self, module: Module) -> Module:
        # The register form has fused instructions of its own.
        on, fuse = self.options.optimise, self.options.fuse and not self.options.registers
        if not on and not fuse:
            return module
        from sentra.bytecode.optimise import OptimiseOptions, optimise

        passes = OptimiseOptions(fold=on, thread=on, dead=on, specialise=on, fuse=fuse)
        return optimise(module, passes, OPERATIONS)

    def function(
        self, function: Function, cells: tuple[CellType, ...], module: Module,
        namespace: dict[str, Any], context: Context,
    ) -> FunctionType:
        """The value of one function of a module whose other functions another executor runs."""
        linked = context.executors.setdefault((self, "functions"), {})
        found = linked.get(function)
        if found is None:
            found = linked[function] = Linked(
                function, namespace, module.code_name, self.machine(context).enter, module)
        return make_function(found, cells)
