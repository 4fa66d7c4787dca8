"""Functions as Python functions, and functions as values.

A function inside a function stands there in Python too. One that captures variables which a loop
renews (see `captures`) is made from a template at the top of the module: by calling the factory
around it with the values, or by `_close` over cell objects.
"""

from __future__ import annotations

import ast
from sys import version_info

from sentra.bytecode.code import LAMBDA
from sentra.codegen import debugging, metering
from sentra.codegen.control import Leave, Tree
from sentra.codegen.flow import ControlFlow
from sentra.codegen.inlining import copied
from sentra.codegen.lambdas import COLLECTED, LOOPS, lambda_of
from sentra.codegen.marks import MAX_SITES, Site
from sentra.codegen.naming import own_name, unused
from sentra.codegen.nodes import has_binding
from sentra.codegen.select import is_comprehension, select
from sentra.ir.model import (
    GLOBAL,
    LOCAL,
    RETURN,
    TEMP,
    UPVALUE,
    Block,
    Expr,
    FunctionIR,
    Stmt,
    Variable,
)
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sentra.bytecode.code import Span
    from sentra.codegen.lambdas import Lambda
    from sentra.codegen.nodes import Nodes


class Shared:
    """What the functions of one module share while they are emitted.

    `trees` are their structured statements by identity, `names` collects the names of the
    namespace that the code needs, `templates` the factories that stand before everything else.
    """

    def __init__(
        self, nodes: Nodes, names: set[str], trees: dict[int, list[Tree]], *,
        metered: bool = False, debug: bool = False,
    ) -> None:
        self.nodes = nodes
        self.names = names
        self.trees = trees
        self.metered = metered  # the code counts steps and checks sizes
        self.debug = debug  # the code tells a debugger where it is
        self.marks: debugging.Marks = []
        self.templates: list[ast.stmt] = []
        self.template_count = 0
        self.host_names: dict[int, str] = {}  # of functions inside others that have an entry


class FunctionEmitter(ControlFlow):
    """Emits one function."""

    def __init__(self, owner: Shared, function: FunctionIR) -> None:
        super().__init__(owner.nodes, owner.names)
        self.owner = owner
        self.metered = owner.metered
        self.debug = owner.debug
        self.function = function
        self.hoisted: set[str] = set()
        assert function.module is not None
        self.defined = function.module.globals
        self.out = []
        self.closure = self._closure
        self.has_callbacks = not (
            owner.metered or owner.debug or function.free_names.isdisjoint(LOOPS)) and any(
                child.name == LAMBDA for child in function.children)
        self.temps = 0
        self.tree = owner.trees.get(id(function))
        self.names = {v.python for v in (*function.locals, *function.upvalues)}
        self.names |= names_meant(function)
        self.assigned_globals: dict[str, None] = {}
        self.assigned_upvalues: dict[str, None] = {}

    # --- the function ---------------------------------------------------------------------------
    def definition(self, name: str) -> ast.FunctionDef:
        """The ``def`` of the whole function."""
        function = self.function
        code = function.bytecode
        span = code.span
        self._name_temporaries()
        body = self._boxed_parameters(span)
        if self.metered and function.name != "<module>":
            body += metering.tick(self, span)
        parameters = [v.python for v in function.parameters]
        rest = parameters.pop() if code.has_rest else None
        if code.required < code.parameters:
            self.used.add("_missing")
        return self.n.function(name, parameters, rest, code.parameters - code.required,
                               self._statements(body), span)

    def rest_definition(self, name: str, parameters: list[Variable]) -> ast.FunctionDef:
        """The ``def`` of the rest of a function (see `build_rest`) over slots of its frame."""
        self._name_temporaries()
        n, span = self.n, self.function.bytecode.span
        unset: list[ast.stmt] = []
        for variable in parameters:
            if variable.checked:
                place = n.name(variable.python, span)
                test = n.compare("is", place, n.name(self.helper("_missing"), span), span)
                unset.append(n.conditionally(test, [n.unset(variable.python, span)], [], span))
        return n.function(name, [v.python for v in parameters], None, 0, self._statements(unset),
                          span)

    def _statements(self, first: list[ast.stmt]) -> list[ast.stmt]:
        """What a function does after `first`, with the declarations of what it assigns."""
        span = self.function.bytecode.span
        assert self.tree is not None
        body = first + self.block(self.tree)
        if self.debug:
            body = debugging.watched(self, body, span)
        elif body and isinstance(body[-1], ast.Return) and (
                isinstance(body[-1].value, ast.Constant) and body[-1].value.value is None):
            body.pop()
        declared: list[ast.stmt] = []
        if self.assigned_globals:
            declared.append(self.n.declare(ast.Global, list(self.assigned_globals), span))
        if self.assigned_upvalues:
            declared.append(self.n.declare(ast.Nonlocal, list(self.assigned_upvalues), span))
        return declared + body

    def _name_temporaries(self) -> None:
        for block in self.function.blocks:
            for variable in temporaries(block):
                if not variable.python:
                    variable.python = self.temp_name(variable)

    def _boxed_parameters(self, span: Span) -> list[ast.stmt]:
        """``*rest`` is a tuple in Python; parameters that are cell objects are wrapped."""
        self.out = []
        function = self.function
        if function.bytecode.has_rest:
            rest = function.parameters[-1]
            name = self.n.name(rest.python, span)
            self.out.append(self.n.assign(self.n.target(rest.python, span), self.n.call(
                self.helper("list"), [name], span), span))
        for parameter in function.parameters:
            if parameter.explicit:
                self.out.append(self.n.assign(
                    self.n.target(parameter.python, span), self.n.call(
                        self.helper("_cell"), [self.n.name(parameter.python, span)], span), span))
        return self.out

    def new_temp(self) -> Variable:
        variable = Variable("$t", TEMP, self.temps)
        variable.python = self.temp_name(variable)
        return variable

    def new_variable(self, like: Variable) -> Variable:
        variable = Variable("$" + like.name, TEMP, self.temps)
        variable.type, variable.nilable, variable.content = like.type, like.nilable, like.content
        self.temps += 1
        variable.python = unused(like.python, self.names)
        self.names.add(variable.python)
        return variable

    def temp_name(self, variable: Variable) -> str:
        """A name for a variable of the compiler's own."""
        self.temps += 1
        base = "_" + variable.name.lstrip("$").rstrip("0123456789")
        name = unused(f"{base}{self.temps}", self.names)
        self.names.add(name)
        return name

    def store(self, variable: Variable, value: ast.expr, span: Span) -> ast.stmt:
        if not variable.python:
            variable.python = self.temp_name(variable)
        if variable.kind == GLOBAL:
            self.assigned_globals[variable.python] = None
        elif variable.kind == UPVALUE:
            self.assigned_upvalues[variable.python] = None
        return super().store(variable, value, span)

    def mark(self, statement: Stmt) -> None:
        self.out.append(debugging.at(self, statement))

    # --- functions as values ---------------------------------------------------------------------
    def named_closure(self, statement: Stmt) -> None:
        """``fn name(…) { … }``: a ``def`` where that binds the right name."""
        variable = statement.variable
        e = statement.args[0]
        function: FunctionIR = e.a
        assert variable is not None
        if variable.kind == GLOBAL and variable.python in self.hoisted:
            return
        if (not function.declined and not self._needs_cells(function) and not variable.explicit
                and function.name != "fn" and id(function) not in self.owner.host_names
                and variable.python == to_python(function.name)):
            if variable.kind == GLOBAL:
                self.assigned_globals[variable.python] = None
            self.out.append(FunctionEmitter(self.owner, function).definition(variable.python))
            return
        self.out.append(self.store(variable, self._closure(e), statement.span))

    def _needs_cells(self, function: FunctionIR) -> bool:
        return any(self._is_renewed(v) and upvalue.is_local for v, upvalue in zip(
            function.upvalues, function.bytecode.upvalues, strict=True))

    def _is_renewed(self, variable: Variable) -> bool:
        owner = variable.owner or variable
        return owner.explicit or owner.frozen

    def _closure(self, e: Expr) -> ast.expr:
        """A function as a value."""
        function: FunctionIR = e.a
        span = e.span
        n = self.n
        if function.declined:
            self.used.add("_interpreted")
            number = n.constant(self._number(function), span)
            return n.call("_interpreted", [number, *self._cells(function, span)], span)
        if self._needs_cells(function):
            template = self._factory(function)
            if all(v.owner is not None and v.owner.frozen for v in function.upvalues):
                # What is captured never changes: a call of the factory captures the values.
                return n.call(template, [n.name(v.python, span) for v in function.upvalues], span)
            code = function.bytecode
            defaults = n.constant(code.parameters - code.required, span)
            return n.call(self.helper("_close"),
                          [n.name(template, span), defaults, *self._cells(function, span)], span)
        emitter = FunctionEmitter(self.owner, function)
        host_name = self.owner.host_names.get(id(function))
        if host_name is not None:
            self.out.append(emitter.definition(host_name))
            return n.name(host_name, span)
        body = self.owner.trees[id(function)]
        code = function.bytecode
        if (len(body) == 1 and isinstance(body[0], Leave) and body[0].op == RETURN
                and function.name == "fn" and not code.has_rest and not self.metered
                and not self.debug and code.required == code.parameters):
            select(body[0].value)
            if not body[0].value.guards:
                emitter.out = []
                made = emitter.raw(body[0].value)
                if not emitter.out:
                    return n.inline_function([v.python for v in function.parameters], None, made,
                                             span)
        name = inner_name(function, self.names)
        self.out.append(emitter.definition(name))
        return self._renamed(name, span)

    def _factory(self, function: FunctionIR) -> str:
        """A factory whose inner function is the template of closures over cell objects."""
        owner, n = self.owner, self.n
        owner.template_count += 1
        word = "function" if function.name == "fn" else function.name
        name = f"_make_{word}{owner.template_count}"
        python = owner.host_names.get(id(function)) or inner_name(function)
        inner = FunctionEmitter(owner, function).definition(python)
        span = function.bytecode.span
        captured = [variable.python for variable in function.upvalues]
        owner.templates.append(n.function(
            name, captured, None, 0, [inner, n.returns(n.name(python, span), span)], span))
        self.used.add(name)
        return name

    def comprehension(self, e: Expr) -> ast.expr | None:
        """``a.map(fn(x) => x + 1)`` is ``[x + 1 for x in a]``."""
        found = lambda_of(e)
        if found is None or not is_comprehension(found):
            return None
        n, span, name = self.n, e.span, found.name
        self._rename(found)
        value = self._lambda_value(found, span)
        if value is None:
            return None
        if found.descending:
            value = n.negate(value, span)
        twice = name in COLLECTED and name != "flat_map"
        first, again = self._named(found) if twice else (self.raw(found.array), None)
        items = first if again is None else again()
        if has_binding(items):
            return None  # Python allows no := there
        if found.changes_array():
            items = n.item(items, n.slice(None, None, span), span)
        names = [parameter.python for parameter in reversed(found.parameters)]
        if name == "find_index" and len(names) == 1:
            names.insert(0, "_i")
        if len(names) == 2:
            items = n.call(self.helper("enumerate"), [items], span)
        if name == "map":
            return n.listed(value, names, items, None, span)
        if name == "sorted":
            first = n.item(first, n.slice(None, None, span), span)
        if name in COLLECTED:
            results = n.listed(value, names, items, None, span)
            return n.call(self.helper(COLLECTED[name]), [results] if again is None else [
                first, results], span)
        element = n.name(names[-1], span)
        if name == "filter":
            return n.listed(element, names, items, value, span)
        if name == "find":
            return n.call(self.helper("next"), [
                n.generated(element, names, items, value, span), n.constant(None, span)], span)
        if name == "find_index":
            return n.call(self.helper("next"), [
                n.generated(n.name(names[0], span), names, items, value, span),
                n.constant(-1, span)], span)
        word = "any" if name in ("some", "any") else "all"
        return n.call(self.helper(word), [n.generated(value, names, items, None, span)], span)

    def _rename(self, found: Lambda) -> None:
        """No variable of a comprehension is to be called as one that a function inside captures:
        CPython 3.12.1 and 3.13.0 take the one for the other.
        """
        captured = {v.python for v in (*self.function.locals, *self.function.upvalues)
                    if v.kind != LOCAL}
        for parameter in found.parameters:
            if parameter.python in captured:
                parameter.python = unused(parameter.python, self.names)
                self.names.add(parameter.python)

    def _named(self, found: Lambda) -> tuple[ast.expr, Callable[[], ast.expr]]:
        """The array of a comprehension, and what makes nodes that read it again."""
        array = found.array
        if array.op == "get" and not array.a.checked and not found.body.impure:
            return self.raw(array), lambda: self.raw(array)
        return self.twice(array)

    def _lambda_value(self, found: Lambda, span: Span) -> ast.expr | None:
        """What the function of a comprehension gives; None if that needs statements."""
        body, module = found.body, found.function.module
        if version_info >= (3, 12) and (found.name in ("map", "filter") or (
                found.name in COLLECTED)):
            # Python gives these no frame any more, but the trace is to show the function.
            assert module is not None
            if module.inlining is None:  # left out by whoever measures what it is worth
                return None
            sites = module.inlining.sites
            if len(sites) == MAX_SITES:
                return None
            sites.append(Site(found.function.name, span))
            body = copied(body, {}, len(sites))
            select(body)
        emitter = FunctionEmitter(self.owner, found.function)
        emitter.names, emitter.temps = self.names, self.temps
        value = emitter.raw(body)
        self.temps = emitter.temps
        return None if emitter.out else value

    def _renamed(self, name: str, span: Span) -> ast.expr:
        """A name of its own for a function just defined: the next ``def fn`` may come at once."""
        variable = self.new_temp()
        self.out.append(self.n.assign(self.n.target(variable.python, span),
                                      self.n.name(name, span), span))
        return self.n.name(variable.python, span)

    def _number(self, function: FunctionIR) -> int:
        """Its place among the functions of the module."""
        assert self.function.module is not None
        return self.function.module.functions.index(function)

    def _cells(self, function: FunctionIR, span: Span) -> list[ast.expr]:
        """The cell objects that a function captures."""
        made: list[ast.expr] = []
        for upvalue in function.bytecode.upvalues:
            source = (self.function.locals if upvalue.is_local else self.function.upvalues)[
                upvalue.index]
            name = self.n.name(source.python, span)
            if source.explicit:
                made.append(name)
            elif source.frozen and upvalue.is_local:
                made.append(self.n.call(self.helper("_cell"), [name], span))
            else:  # the cell that Python itself keeps for the variable
                look = self.n.inline_function([], None, name, span)
                cells = self.n.attribute(look, "__closure__", span)
                made.append(self.n.item(cells, self.n.constant(0, span), span))
        return made


def inner_name(function: FunctionIR, outer: Iterable[str] = ()) -> str:
    """The name to define a function under: none of `outer`, and none that its own code means."""
    taken = {v.python for v in function.upvalues} | names_meant(function)
    taken.update(outer)
    return unused(own_name(function), taken)


def names_meant(function: FunctionIR) -> set[str]:
    """The names of the namespace that a function, or one inside it, uses."""
    found: set[str] = set()
    pending = [function]
    while pending:
        inner = pending.pop()
        found.update(map(to_python, inner.free_names))
        pending.extend(inner.children)
    return found


def temporaries(block: Block) -> list[Variable]:
    """The compiler's own variables that a block sets."""
    found = [statement.variable for statement in block.body
             if statement.variable is not None and statement.variable.kind == TEMP]
    if block.exception is not None:
        found.append(block.exception)
    if block.end is not None:
        found.extend(block.end.results)
    return found
