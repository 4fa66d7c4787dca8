"""When a function is compiled: ``--mode=auto``, where programs begin in the interpreter.

The interpreter looks at its limits once per 1,024 ticks (calls and loop turns). What it is in at
that moment is, more likely than not, what takes the time: a sampling profile that costs nothing in
between. From the second look on, the loops around it and the function are compiled; a function
that generated code calls through its stub is compiled at once when it was called a few times. Short
programs end before any of this is imported.
"""

from __future__ import annotations

import sys
from os import environ
from types import FunctionType

from sentra.interp import rules
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions
from sentra.runtime.functions import closure_of, install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.codegen.units import Units
    from sentra.interp.prepare import Prepared
    from sentra.runtime.context import Context
    from sentra.runtime.functions import Linked

WARM_TICKS = 1000  # before that nothing is compiled
STUB_CALLS = 4  # calls from generated code through a stub before the function is compiled


class AutoExecutor:
    """Interprets, and compiles what runs long."""

    name = "auto"

    def __init__(
        self, *, open_functions: bool = False, warm: int = WARM_TICKS, batch: int = 0,
    ) -> None:
        """`warm`: ticks before anything is compiled; `batch`: ticks between two looks, 0 for the
        usual number.
        """
        self.warm = warm
        self.batch = batch
        self.open_functions = open_functions  # a host may call any function of a program
        # Places in the code must be those of the bytecode, so nothing is fused.
        self.interpreter = InterpreterExecutor(InterpOptions(optimise=False, fuse=False))

    def called_from_outside(self, function: FunctionType, context: Context) -> None:
        """The host often calls a function of a program."""
        tiers = self.interpreter.machine(context).tiers
        if tiers is not None:
            tiers.called_from_outside(function)

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        machine = self.interpreter.machine(context)
        if machine.tiers is None and context.max_ticks is None and not context.sized:
            machine.tiers = Tiers(context, self.interpreter, self.open_functions, self.warm)
            if self.batch:
                context.batch = self.batch
        return self.interpreter.body(module, namespace, context)


class Tiers:
    """Compiles for one run. `decisions` lists what was compiled or declined, for people."""

    def __init__(
        self, context: Context, interpreter: InterpreterExecutor, open_functions: bool = False,
        warm: int = WARM_TICKS,
    ) -> None:
        self.warm = warm
        self.open_functions = open_functions
        self.context = context
        self.interpreter = interpreter
        self.decisions: list[str] = []
        self._units: dict[int, Units] = {}
        self._seen: set[tuple[int, int]] = set()
        self._compiled: dict[CodeType, Linked] = {}

    def long_loop(self, prepared: Prepared, position: int) -> None:
        """The machine is at the back edge at `position`, and has run for a while."""
        if self.context.ticks < self.warm:
            return
        function = prepared.linked.function
        for place in range(position, len(prepared.code)):
            rule, header = prepared.code[place][:2]
            if rule == rules.LOOP and header <= position and (id(function), place) not in (
                    self._seen):
                self._seen.add((id(function), place))
                loop = self._of(prepared.linked).loop(function, header)
                self._note(prepared.linked, "loop", loop is not None)
                if loop is not None:
                    prepared.code[place] = (rules.COMPILED_LOOP, loop, 0, 0, None)
        if function.name != "<module>":
            self.busy_function(prepared.linked)

    def busy_function(self, linked: Linked) -> None:
        """The machine is calling a function, and has run for a while."""
        if self.context.ticks < self.warm or (id(linked.function), -1) in self._seen:
            return
        self._seen.add((id(linked.function), -1))
        made = self._of(linked).function_code(linked.function)
        self._note(linked, "function", made is not None)
        if made is None:
            return
        linked.compiled = made
        self._compiled[made[0]] = linked
        linked.extra = None
        for value in list(linked.namespace.values()):
            if type(value) is FunctionType:
                closure = closure_of(value)
                if closure is not None and closure.linked is linked:
                    install(value, linked)

    def entered(self, linked: Linked) -> None:
        """Generated code, or a builtin, calls a function through its stub."""
        linked.calls += 1
        if linked.calls >= STUB_CALLS:
            self.busy_function(linked)

    def called_from_outside(self, function: FunctionType) -> None:
        """The host often calls a function of the program: let it have an entry."""
        closure = closure_of(function)
        linked = self._compiled.get(function.__code__) if closure is None else closure.linked
        if linked is not None and not linked.function.upvalues:
            self._of(linked).entry(linked.function)

    def _of(self, linked: Linked) -> Units:
        units = self._units.get(id(linked.namespace))
        if units is None:
            from sentra.codegen.units import Units

            units = self._units[id(linked.namespace)] = Units(
                linked.module, linked.namespace, self.context, self.interpreter,
                open_functions=self.open_functions)
        return units

    def _note(self, linked: Linked, what: str, compiled: bool) -> None:
        name = linked.function.name
        reasons = self._of(linked).reasons
        reason = reasons.get(name) or reasons.get(f"a loop of {name}", "")
        line = linked.function.span[0]
        text = f"{linked.module.filename}:{line}: {what} {name}: " + (
            "compiled" if compiled else f"interpreted: {reason}")
        self.decisions.append(text)
        if "tiers" in environ.get("SENTRA_DUMP", ""):
            sys.stderr.write(f"sentra: {text}\n")
