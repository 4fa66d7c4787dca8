"""Compiling one function, or one loop, of a module that already runs elsewhere.

The tiers ask for these (`tiers`): a function that turned out to be hot gets generated code in the
place of its stub's; a loop that runs too long becomes a function over the locals of its frame,
which gives them back (on-stack replacement; Hölzle & Ungar 1994).
"""

from __future__ import annotations

from types import CodeType, FunctionType

from sentra.codegen.counting import count_loops
from sentra.codegen.functions import FunctionEmitter, Shared, inner_name, temporaries
from sentra.codegen.generate import arrange
from sentra.codegen.link import enter_namespace, load_helpers
from sentra.codegen.naming import own_name
from sentra.codegen.nodes import Nodes
from sentra.codegen.structure import structure_loop
from sentra.ir.build import build_function
from sentra.ir.model import ANY, CELL, LOCAL, Declined, Expr, FunctionIR, ModuleIR, Variable
from sentra.ir.prepare import prepare
from sentra.ir.types import annotate
from sentra.runtime.collector import Paused
from sentra.runtime.names import to_python
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.runtime.context import Context


class LoopCode:
    """A compiled loop: `run(*values)` of the slots in `slots`.

    It gives ``(0, *values)`` of the slots in `results` where the loop ended, or ``(1, value)``
    where the function returns from inside it.
    """

    __slots__ = ("results", "run", "slots")

    def __init__(self, run: Any, slots: tuple[int, ...], results: tuple[int, ...]) -> None:
        self.run = run
        self.slots = slots
        self.results = results


class Units:
    """Compiles parts of one module into its namespace.

    `reasons` says what was declined, and why.
    """

    def __init__(
        self, module: Module, namespace: dict[str, Any], context: Context, fallback: Any, *,
        open_functions: bool = False,
    ) -> None:
        self.open_functions = open_functions
        self.module = module
        self.namespace = namespace
        self.context = context
        self.fallback = fallback
        self.reasons: dict[str, str] = {}
        self._ir: ModuleIR | None = None
        self._by_code: dict[int, FunctionIR] = {}
        self._trees: dict[int, Any] = {}

    @property
    def ir(self) -> ModuleIR:
        """The typed module; made at the first request."""
        if self._ir is None:
            with Paused():
                self._ir = prepare(self.module, open_functions=self.open_functions)
                self._trees = arrange(self._ir)
            self._by_code = {id(f.bytecode): f for f in self._ir.functions}
            enter_namespace(self.module, self.namespace, self._ir.sites)
        return self._ir

    def function_code(self, function: Function) -> tuple[CodeType, tuple[Any, ...] | None] | None:
        """Code and defaults that can take the place of a stub's; None if it is declined."""
        assert self.ir is not None
        ir = self._by_code[id(function)]
        if ir.declined:
            self.reasons[function.name] = ir.declined
            return None
        name = own_name(function)
        emitter, owner = self._emitter(ir)
        definition = emitter.definition(inner_name(ir))
        made = self._execute(definition, owner, [v.python for v in ir.upvalues])
        code = made.__code__.replace(co_name=name, co_qualname=name)
        wanted = sorted(to_python(v.name) for v in ir.upvalues)
        by_name = {v.python: to_python(v.name) for v in ir.upvalues}
        if [by_name[free] for free in code.co_freevars] != wanted:
            self.reasons[function.name] = "captured variables in another order"
            return None
        return code, (MISSING,) * (function.parameters - function.required) or None

    def entry(self, function: Function) -> None:
        """Put the entry of a function of the module into the namespace, if it can have one."""
        from sentra.codegen.entries import entry, is_small

        assert self.ir is not None
        ir = self._by_code[id(function)]
        emitter, owner = self._emitter(ir)
        if is_small(ir, emitter):
            definition = emitter.definition(own_name(function))
            self._execute(entry(definition, ir, emitter), owner, [])

    def loop(self, function: Function, header: int) -> LoopCode | None:
        """The loop whose first instruction is `header`; None if it is declined."""
        try:
            return self._loop(function, header)
        except Declined as reason:
            self.reasons[f"a loop of {function.name}"] = str(reason)
            return None

    def _emitter(self, function: FunctionIR) -> tuple[FunctionEmitter, Shared]:
        names: set[str] = set()
        owner = Shared(Nodes(self.module.source, names), names, self._trees)
        return FunctionEmitter(owner, function), owner

    def _execute(
        self, definition: ast.FunctionDef, owner: Shared, captured: list[str],
    ) -> FunctionType:
        """The function of a definition, over fresh cells for what it captures."""
        import ast

        n, span = owner.nodes, self.module.body.span
        factory = n.function("_unit", captured, None, 0, [
            definition, n.returns(n.name(definition.name, span), span)], span)
        tree = ast.Module([*owner.templates, factory], [])
        load_helpers(owner.names, self.module, self.namespace, self.context, self.fallback,
                     [function.bytecode for function in self.ir.functions])
        code = compile(tree, self.module.filename, "exec", dont_inherit=True)
        place: dict[str, Any] = {}
        exec(code, self.namespace, place)  # noqa: S102  # nodes that we made, not text
        self.namespace.update((k, v) for k, v in place.items() if k != "_unit")
        made: FunctionType = place["_unit"](*[None] * len(captured))
        if definition.name.startswith("_entry_"):
            self.namespace[definition.name] = made
        return made

    def _loop(self, function: Function, header: int) -> LoopCode | None:
        assert self.ir is not None
        inferred = self._by_code[id(function)]
        if inferred.declined:
            raise Declined(inferred.declined)
        if inferred.upvalues:
            raise Declined("a loop in a function that captures variables")
        # A copy of its own: its captured variables are cell objects that it is given.
        ir = build_function(inferred)
        for variable, known in zip(ir.locals, inferred.locals, strict=True):
            variable.type = known.type
            variable.content = known.content
            variable.function = known.function
            variable.python = known.python
            variable.explicit = variable.kind == CELL
        for block in ir.blocks:  # the compiler's own variables: nothing was inferred for these
            for variable in temporaries(block):
                variable.type = ANY
        annotate(ir)
        body, first, last = structure_loop(ir, header)
        body = count_loops(ir, body)
        used = _variables_of(ir, first, last)
        self._trees[id(ir)] = body
        emitter, owner = self._emitter(ir)
        emitter.loop_results = [v for v in used if v.kind == LOCAL]
        for variable in used:
            if variable.checked:
                raise Declined("a loop that may read a variable before it is set")
        definition = emitter.loop_definition(inner_name(ir), used)
        made = self._execute(definition, owner, [])
        return LoopCode(made, tuple(v.index for v in used),
                        tuple(v.index for v in used if v.kind == LOCAL))


def _variables_of(function: FunctionIR, first: int, last: int) -> list[Variable]:
    """The slots that the blocks ``first <= b <= last`` touch."""
    found: dict[Variable, None] = {}

    def walk(e: Expr) -> None:
        if e.op == "closure":
            raise Declined("a loop that makes functions")
        if e.op == "get" and e.a.index >= 0 and e.a.kind in (LOCAL, CELL):
            found[e.a] = None
        for arg in e.args:
            walk(arg)

    for block in function.blocks[first:last + 1]:
        for statement in block.body:
            if statement.variable is not None and statement.variable.kind in (LOCAL, CELL):
                found[statement.variable] = None
            for e in statement.args:
                walk(e)
        assert block.end is not None
        if block.end.variable is not None:
            found[block.end.variable] = None
        for e in block.end.args:
            walk(e)
    return sorted(found, key=lambda v: v.index)


