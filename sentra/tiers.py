"""When a function is compiled: ``--mode=auto``, where programs begin in the interpreter.

A program is cold until it has taken some ticks (calls and loop turns), more of them the larger it
is: about as many as take the time that compiling it would. Short programs end before any of the
compiler is imported. From then on what the interpreter meets is compiled at once, piece by piece:
a function when it is called, the rest of a function that stays in a loop, in the middle of that
loop. The types are found for the whole module at the first of these, so that a piece costs little.

Loops inside loops: the rest of a function is simplest where an outermost loop goes on. The code for
an inner loop repeats what is around it (`bytecode.rest`), so that is made only where the outer
loop's next turn is long in coming.
"""

from __future__ import annotations

import sys
from os import environ
from types import FunctionType

from sentra.bytecode.rest import loops_around
from sentra.interp import rules
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions
from sentra.runtime.functions import closure_of, install
from sentra.runtime.names import is_host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.codegen.tree.link import TreeExecutor
    from sentra.codegen.units import Units
    from sentra.interp.prepare import Prepared
    from sentra.runtime.context import Context
    from sentra.runtime.functions import Linked


class Thresholds:
    """When something is compiled. The defaults are measured: ``python3 -m perf tiers``."""

    __slots__ = ("calls", "inner", "share", "turns", "warm")

    def __init__(
        self, *, warm: int = 300, share: float = 0.4, calls: int = 1, turns: int = 24,
        inner: int = 120,
    ) -> None:
        self.warm = warm  # ticks before anything is compiled, and
        self.share = share  # so many for each instruction of the module, if that is more
        self.calls = calls  # then: calls of a function,
        self.turns = turns  # turns of a nest of loops, at the end of a turn of the outermost one,
        self.inner = inner  # and inside


ARRIVED = 4  # tuples of argument types that are remembered of a function
IDLE = 64  # looks that find nothing to compile before the interpreter looks less often
SELDOM = 1023  # ticks between two looks then, in the end


class AutoExecutor:
    """Interprets, and compiles what runs long."""

    name = "auto"

    def __init__(
        self, thresholds: Thresholds | None = None, *, open_functions: bool = False,
    ) -> None:
        self.thresholds = thresholds or Thresholds()
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
            machine.tiers = Tiers(context, self.interpreter, self.thresholds, self.open_functions)
            context.batch = self.thresholds.warm
        return self.interpreter.body(module, namespace, context)


class Tiers:
    """Compiles for one run. `decisions` lists what was compiled or declined, for people."""

    def __init__(
        self, context: Context, interpreter: InterpreterExecutor, thresholds: Thresholds,
        open_functions: bool = False,
    ) -> None:
        self.context = context
        self.interpreter = interpreter
        self.thresholds = thresholds
        self.open_functions = open_functions
        self.decisions: list[str] = []
        self._tree: TreeExecutor | None = None  # made when it is needed
        self._units: dict[int, Units] = {}  # by the identity of the namespace; likewise
        self._compiled: dict[CodeType, Linked] = {}
        self._warm: dict[int, float] = {}  # ticks from which a module is compiled
        self._declined: set[tuple[int, int]] = set()  # (function, place of a loop or -1)
        self._nests: dict[tuple[int, int], list[int]] = {}  # (function, loop) → turns of its nest
        self._outermost: set[tuple[int, int]] = set()
        self._arrived: dict[int, list[tuple[type, ...]]] = {}  # function → types of arguments
        self._idle = 0

    # --- what the machine tells -----------------------------------------------------------------
    def long_loop(self, prepared: Prepared, position: int) -> bool:
        """The LOOP at `position` is about to jump back; true if the rest is compiled now."""
        linked = prepared.linked
        function = linked.function
        place = id(function), position
        if not self._is_warm(linked) or place in self._declined:
            return self._nothing()
        turns = self._nests.get(place) or self._nest(function, position)
        turns[0] += self.context.batch + 1
        thresholds = self.thresholds
        if turns[0] < (thresholds.turns if place in self._outermost else thresholds.inner):
            return self._nothing()
        rest = self._of(linked).rest(function, position)
        self._note(linked, "the rest of", "interpreted" if rest is None else "compiled")
        if rest is None:
            self._declined.add(place)
            return self._nothing()
        prepared.code[position] = (rules.COMPILED_REST, rest, 0, 0, None)
        return self._something()

    def busy_function(self, linked: Linked, args: Sequence[Any]) -> bool:
        """The machine is about to call a function; true if it is compiled now."""
        place = id(linked.function), -1
        types = tuple([type(arg) for arg in args])
        arrived = self._arrived.setdefault(place[0], [])
        if types not in arrived and len(arrived) < ARRIVED:
            arrived.append(types)
        if not self._is_warm(linked) or place in self._declined:
            return self._nothing()
        linked.calls += self.context.batch + 1
        if linked.calls < self.thresholds.calls:
            return self._nothing()
        return self._compile(linked, arrived)

    def _compile(self, linked: Linked, arrived: list[tuple[type, ...]]) -> bool:
        """Compile a function; whether that was of use."""
        made = self._of(linked).function_code(linked.function, arrived)
        if made is not None:
            linked.compiled = made
            self._compiled[made[0]] = linked
        else:
            linked.compiled = self._trees().linked(
                linked.function, linked.module, linked.namespace, self.context)
        self._note(linked, "function", "compiled" if made is not None else (
            "interpreted" if linked.compiled is None else "runs as a tree"))
        if linked.compiled is None:
            self._declined.add((id(linked.function), -1))
            return self._nothing()
        linked.extra = None
        for value in list(linked.namespace.values()):
            if type(value) is FunctionType:
                closure = closure_of(value)
                if closure is not None and closure.linked is linked:
                    install(value, linked)
        return self._something()

    def entered(self, linked: Linked, args: Sequence[Any]) -> None:
        """Generated code, or a builtin, calls a function through its stub."""
        if self._is_warm(linked):
            self.busy_function(linked, args)

    def called_from_outside(self, function: FunctionType) -> None:
        """The host often calls a function of the program: let it have an entry.

        Each call counts its ticks from 0, so that many short ones would never be long enough: from
        now on what they meet is compiled, as in one that is.
        """
        closure = closure_of(function)
        linked = self._compiled.get(function.__code__) if closure is None else closure.linked
        if linked is None:
            units = self._units.get(id(function.__globals__))
            if units is not None and is_host_name(function.__code__.co_name):
                units.entry_of_code(function.__code__.co_name)
            return
        self._warm[id(linked.namespace)] = 0
        if closure is not None and (id(linked.function), -1) not in self._declined:
            self._compile(linked, self._arrived.get(id(linked.function), []))
        self._of(linked).entry(linked.function)

    # --- how often to look ----------------------------------------------------------------------
    def _is_warm(self, linked: Linked) -> bool:
        key = id(linked.namespace)
        needed = self._warm.get(key)
        if needed is None:
            needed = self._warm[key] = max(
                self.thresholds.warm, self.thresholds.share * _size(linked.module.body))
        left = int(needed) - self.context.ticks
        if left > 0:
            self.context.batch = min(left, SELDOM)
            return False
        if key not in self._units:
            self._something()
        return True

    def _something(self) -> bool:
        """Something was compiled: what it calls may be next."""
        self.context.batch = self._idle = 0
        return True

    def _nothing(self) -> bool:
        self._idle += 1
        if self._idle > IDLE:
            self.context.batch = min(2 * self.context.batch + 1, SELDOM)
        return False

    def _nest(self, function: Function, position: int) -> list[int]:
        """The turns of the loops that a loop is nested with."""
        loops = loops_around(function, position)
        outermost = id(function), loops[-1][1]
        turns = self._nests.setdefault(outermost, [0])
        self._outermost.add(outermost)
        self._nests[id(function), position] = turns
        return turns

    # --- compiling ------------------------------------------------------------------------------
    def _of(self, linked: Linked) -> Units:
        units = self._units.get(id(linked.namespace))
        if units is None:
            from sentra.codegen.units import Units

            units = self._units[id(linked.namespace)] = Units(
                linked.module, linked.namespace, self.context, self.interpreter,
                open_functions=self.open_functions)
        return units

    def _trees(self) -> TreeExecutor:
        """What runs the functions that CPython does not compile."""
        if self._tree is None:
            from sentra.codegen.tree.link import TreeExecutor

            self._tree = TreeExecutor(self.interpreter, open_functions=self.open_functions)
        return self._tree

    def _note(self, linked: Linked, what: str, how: str) -> None:
        name = linked.function.name
        reasons = self._of(linked).reasons
        reason = reasons.get(name) or reasons.get(f"the rest of {name}", "")
        line = linked.function.span[0]
        text = f"{linked.module.filename}:{line}: {what} {name}: {how}" + (
            f": {reason}" if how != "compiled" else "")
        if what == "function":
            for types in self._of(linked).specialised.get(id(linked.function), ()):
                text += f", with a body for {types}"
        self.decisions.append(text)
        if "tiers" in environ.get("SENTRA_DUMP", ""):
            sys.stderr.write(f"sentra: {text}\n")


def _size(function: Function) -> int:
    """The instructions of a function and those in it."""
    total, waiting = 0, [function]
    while waiting:
        current = waiting.pop()
        total += len(current.code)
        waiting += current.functions
    return total
