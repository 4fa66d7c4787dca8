"""Compiling single functions of a module that already runs elsewhere.

The tiers ask for these (`tiers`): a function that is called often gets generated code in the place
of its stub's; a frame that stays in a loop goes on in a function made of the rest of its code
(on-stack replacement; Hölzle & Ungar 1994).
"""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from types import CellType, CodeType, FunctionType

from sentra.codegen.clones import clones_called
from sentra.codegen.functions import FunctionEmitter, Shared, inner_name, names_meant
from sentra.codegen.generate import arrange
from sentra.codegen.link import enter_namespace, load_helpers
from sentra.codegen.naming import own_name
from sentra.codegen.nodes import Nodes
from sentra.codegen.sources import keeps_places
from sentra.codegen.structured import TOO_DEEP, structured_function
from sentra.ir.build import build_clone, build_rest
from sentra.ir.contents import UNKNOWN
from sentra.ir.kinds import is_mixed
from sentra.ir.model import (
    GLOBAL,
    Declined,
    Expr,
    FunctionIR,
    ModuleIR,
    Variable,
    type_words,
)
from sentra.ir.prepare import prepare, prepare_clone, prepare_rest
from sentra.ir.specialise import call_itself, redirect
from sentra.ir.worth import decisive_parameters
from sentra.runtime.collector import Paused
from sentra.runtime.names import host_name, host_number, to_python
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.codegen.arriving import Arrived
    from sentra.runtime.context import Context


class Rest:
    """The compiled rest of a function: `run` goes on with a frame of the interpreter."""

    __slots__ = ("code", "free", "namespace", "parameters")

    def __init__(
        self, code: CodeType, namespace: dict[str, Any], parameters: list[Variable],
        free: list[tuple[bool, int]],
    ) -> None:
        self.code = code
        self.namespace = namespace
        self.parameters = [(variable.index, variable.frozen) for variable in parameters]
        self.free = free  # (in a slot of the frame, index) of each cell

    def run(self, slots: list[Any], cells: tuple[CellType, ...]) -> Any:
        """What the function returns."""
        arguments = []
        for slot, frozen in self.parameters:
            value = slots[slot]
            if frozen and value is not MISSING:
                try:
                    value = value.cell_contents
                except ValueError:
                    value = MISSING
            arguments.append(value)
        free = tuple([_cell(slots, index) if local else cells[index]
                      for local, index in self.free])
        function = FunctionType(self.code, self.namespace, None, None, free)
        return function(*arguments)


def _cell(slots: list[Any], slot: int) -> CellType:
    """The cell in a slot; the one that will be there, if the frame has not made it yet."""
    found = slots[slot]
    if type(found) is CellType:
        return found
    made = slots[slot] = CellType()
    return made


NO_PLACES = "Python is told to keep no columns"


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
        # The typed module, and its functions by the identity of their bytecode.
        self._typed: tuple[ModuleIR, dict[int, FunctionIR]] | None = None
        self._numbers: dict[int, int] = {}  # of functions among those of the module
        self._trees: dict[int, Any] = {}
        self._templates = 0
        self.specialised: dict[int, list[str]] = {}  # function → the arguments it has bodies for

    @property
    def ir(self) -> ModuleIR:
        """The typed module; made at the first request."""
        return self._typed_module()[0]

    def _typed_module(self) -> tuple[ModuleIR, dict[int, FunctionIR]]:
        if self._typed is None:
            with Paused():
                ir = prepare(self.module, open_functions=self.open_functions)
                self._trees = arrange(ir)
            self._numbers = {id(f): number for number, f in enumerate(ir.functions)
                             if f.original is None}
            enter_namespace(self.module, self.namespace, ir.inlining.sites)
            # Clones come after their originals, whose bytecode they have.
            self._typed = ir, {id(f.bytecode): f for f in reversed(ir.functions)}
        return self._typed

    def _ir_of(self, function: Function) -> FunctionIR:
        return self._typed_module()[1][id(function)]

    def function_code(
        self, function: Function, arrived: Sequence[Arrived] = (),
    ) -> tuple[CodeType, tuple[Any, ...] | None] | None:
        """Code and defaults that can take the place of a stub's; None if it is declined.

        `arrived`: the types of arguments that it was called with, for which it may be specialised.
        """
        try:
            return self._function_code(self._ir_of(function), arrived)
        except RecursionError:
            self.reasons[function.name] = TOO_DEEP
            return None

    def _function_code(
        self, ir: FunctionIR, arrived: Sequence[Arrived] = (),
    ) -> tuple[CodeType, tuple[Any, ...] | None] | None:
        function = ir.bytecode
        declined = ir.declined or ("" if keeps_places() else NO_PLACES)
        if declined:
            self.reasons[function.name] = declined
            return None
        self._define_clones(ir)
        emitter, owner = self._emitter(ir)
        definition = emitter.definition(inner_name(ir))
        if arrived:
            definition = self._with_bodies(ir, definition, owner, arrived)
        code = self._code(definition, owner, ir, self._host_name(ir) or own_name(function))
        wanted = sorted(to_python(v.name) for v in ir.upvalues)
        by_name = {v.python: to_python(v.name) for v in ir.upvalues}
        if [by_name[free] for free in code.co_freevars] != wanted:
            self.reasons[function.name] = "captured variables in another order"
            return None
        return code, (MISSING,) * (function.parameters - function.required) or None

    def entry(self, function: Function) -> None:
        """Put the entry of a function of the module into the namespace, if it can have one."""
        self._entry(self._ir_of(function))

    def entry_of_code(self, name: str) -> None:
        """The same for a function whose code has this name, one that `host_name` made."""
        self._entry(self.ir.functions[host_number(name)])

    def _entry(self, ir: FunctionIR) -> None:
        from sentra.codegen.entries import entry

        owner = self._emitter(ir)[1]
        name = self._host_name(ir) or own_name(ir)
        for definition in entry(name, ir, partial(FunctionEmitter, owner), self.namespace):
            self.namespace[definition.name] = self._execute(definition, owner, [])

    def _host_name(self, ir: FunctionIR) -> str:
        """What the code of a function that is no variable's of the module is called, if it can
        have an entry.
        """
        variable = self.ir.globals.get(ir.name)
        number = self._numbers.get(id(ir))
        if not self.open_functions or number is None or (
                variable is not None and variable.function is ir):
            return ""
        from sentra.codegen.entry_choice import may_have_entry

        return host_name(own_name(ir), number) if may_have_entry(ir) else ""

    def rest(self, function: Function, position: int) -> Rest | None:
        """What runs after the LOOP at `position` has jumped back; None if it is declined."""
        try:
            return self._rest(function, position)
        except (Declined, RecursionError) as reason:
            self.reasons[f"the rest of {function.name}"] = (
                str(reason) if type(reason) is Declined else TOO_DEEP)
            return None

    def _rest(self, function: Function, position: int) -> Rest:
        if not keeps_places():
            raise Declined(NO_PLACES)
        whole = self._ir_of(function)
        captured = len(function.upvalues)
        with Paused():
            ir = build_rest(whole, position)
            prepare_rest(ir)
            redirect(ir)
            self._trees[id(ir)] = structured_function(ir)
            self.ir.inlining.inline_into(ir)
            self._define_clones(ir)
            emitter, owner = self._emitter(ir)
            used = _slots(ir)
            definition = emitter.rest_definition(inner_name(ir), used)
            code = self._code(definition, owner, ir, own_name(ir))
        del self._trees[id(ir)]
        places = {v.python: (number >= captured, v.index)
                  for number, v in enumerate(ir.upvalues)}
        return Rest(code, self.namespace, used, [places[name] for name in code.co_freevars])

    # --- bodies for types that arrive -----------------------------------------------------------
    def _with_bodies(
        self, ir: FunctionIR, general: ast.FunctionDef, owner: Shared, arrived: Sequence[Arrived],
    ) -> ast.FunctionDef:
        """The definition with bodies for the arguments that arrived, where that pays."""
        from sentra.codegen import arriving

        if ir.children or ir.bytecode.has_rest or (
                len(ir.bytecode.code) > arriving.MAX_SIZE) or not any(
                is_mixed(parameter.type) for parameter in ir.parameters):
            return general
        decisive = decisive_parameters({Variable(ir.name, GLOBAL): ir})[ir]
        chosen = [kinds for kinds in arriving.chosen(arrived, ir.bytecode.parameters, decisive)
                  if arriving.is_promising(ir, general, kinds)]
        before = deepcopy(general) if chosen else general
        meant = names_meant(ir)
        for kinds in chosen:
            body = self._body_for(ir, kinds)
            if body is None:
                continue
            clone, variable = body
            made = FunctionEmitter(owner, clone).definition(general.name)
            gained = arriving.saved(ir, before, clone, made)
            recursive = arriving.calls_itself(clone, variable) and (
                is_mixed(ir.result) and not is_mixed(clone.result))
            if recursive or gained > 2 * arriving.TEST * len(kinds):
                self._define_clones(clone)
                meant |= names_meant(clone)
                general.name = made.name = inner_name(ir, meant)
                general = arriving.with_body(owner.nodes, general, made, clone, kinds)
                self.specialised.setdefault(id(ir.bytecode), []).append(", ".join([
                    f"{ir.parameters[place].name}: {type_words(arriving.CLASSES[kind][1])}"
                    for place, kind in kinds.items()]))
        return general

    def _body_for(
        self, ir: FunctionIR, kinds: dict[int, type],
    ) -> tuple[FunctionIR, Variable] | None:
        """One more body of a function, and the variable of the copy that its own calls go to."""
        from sentra.codegen import arriving

        clone = build_clone(ir, ir.parent)[0]
        variable = arriving.variable_for(ir, kinds)
        variable.python = to_python(variable.name)
        clone.original, variable.function = ir, clone
        known = self.ir.globals.get(ir.name)
        if known is not None and known.function is ir and ir.name[0] != "_":
            self.ir.globals[variable.name] = variable
            call_itself(clone, ir, variable)
        types = [parameter.type for parameter in ir.parameters]
        contents = [parameter.content for parameter in ir.parameters]
        for place, kind in kinds.items():
            types[place], contents[place] = arriving.CLASSES[kind][1], UNKNOWN
        for mine, other in zip(clone.upvalues, ir.upvalues, strict=True):
            mine.take_facts(other)
        prepare_clone(clone, types, contents)
        redirect(clone)
        for mine, other in zip(clone.locals, ir.locals, strict=True):
            mine.python = other.python
        try:
            self._trees[id(clone)] = structured_function(clone)
        except Declined:
            return None
        self.ir.inlining.inline_into(clone)
        return clone, variable

    # --- making code ----------------------------------------------------------------------------
    def _emitter(self, function: FunctionIR) -> tuple[FunctionEmitter, Shared]:
        names: set[str] = set()
        owner = Shared(Nodes(self.module.source, names), names, self._trees)
        owner.template_count = self._templates  # their names are those of the namespace
        pending = list(function.children)
        while pending:
            child = pending.pop()
            pending += child.children
            name = self._host_name(child)
            if name:
                owner.host_names[id(child)] = name
        return FunctionEmitter(owner, function), owner

    def _code(
        self, definition: ast.FunctionDef, owner: Shared, function: FunctionIR, name: str,
    ) -> CodeType:
        """The code of a function's definition, with this name."""
        made = self._execute(definition, owner, [v.python for v in function.upvalues])
        return made.__code__.replace(co_name=name, co_qualname=own_name(function))

    def _define_clones(self, function: FunctionIR) -> None:
        """Compile the clones that a function calls, and those that they call."""
        for variable in clones_called(function):
            if variable.python not in self.namespace:
                clone = variable.function
                assert clone is not None
                # The original, while the clone is being made, and where that is declined.
                self.namespace[variable.python] = self.namespace[to_python(clone.name)]
                made = self._function_code(clone)
                if made is not None:
                    self.namespace[variable.python] = FunctionType(
                        made[0], self.namespace, None, made[1])

    def _execute(
        self, definition: ast.FunctionDef, owner: Shared, captured: list[str],
    ) -> FunctionType:
        """The function of a definition, over fresh cells for what it captures."""
        import ast

        self._templates = max(self._templates, owner.template_count)
        n, span = owner.nodes, self.module.body.span
        factory = n.function("_unit", captured, None, 0, [
            definition, n.returns(n.name(definition.name, span), span)], span)
        tree = ast.Module([*owner.templates, factory], [])
        functions: Sequence[Function] = [f.bytecode for f in self.ir.functions]
        load_helpers(owner.names, self.module, self.namespace, self.context, self.fallback,
                     functions)
        code = compile(tree, self.module.code_name, "exec", dont_inherit=True)
        place: dict[str, Any] = {}
        exec(code, self.namespace, place)  # noqa: S102  # nodes that we made, not text
        made: FunctionType = place.pop("_unit")(*[None] * len(captured))
        self.namespace.update(place)
        return made


def _slots(function: FunctionIR) -> list[Variable]:
    """The slots of the frame that the rest of a function looks at."""
    found: dict[Variable, None] = {}

    def walk(e: Expr) -> None:
        if e.op == "get":
            found[e.a] = None
        elif e.op == "closure":
            for upvalue in e.a.bytecode.upvalues:
                if upvalue.is_local:
                    found[function.locals[upvalue.index]] = None
        for arg in e.args:
            walk(arg)

    for block in function.blocks:
        for item in (*block.body, block.end):
            assert item is not None
            if item.variable is not None:
                found[item.variable] = None
            for e in item.args:
                walk(e)
    return [variable for variable in function.parameters if variable in found]
