"""The Python AST backend: a module's IR as one Python module.

Functions that only use module variables stand at its top level; functions inside functions stand
there in Python too, and captured variables are Python's own cells. Two cases differ: a captured
variable that a loop renews is a cell object in a local (`Variable.explicit`), and a function that
captures such a one is made from a template with `_close`. The body of the module is a function.
"""

from __future__ import annotations

import ast

from sentra.codegen import metering
from sentra.codegen.counting import structured_functions
from sentra.codegen.inlining import inline_calls
from sentra.codegen.naming import assign_names, unused
from sentra.codegen.nodes import Nodes
from sentra.codegen.select import is_stable, may_raise, select
from sentra.codegen.statements import Statements
from sentra.codegen.control import (
    Break,
    Continue,
    ForEach,
    ForRange,
    If,
    Leave,
    Simple,
    Tree,
    Try,
    While,
)
from sentra.ir.model import (
    ARRAY,
    BOOL,
    CELL,
    GLOBAL,
    INT,
    LOCAL,
    MAP,
    OTHER,
    RETHROW,
    RETURN,
    STRING,
    TEMP,
    UPVALUE,
    Declined,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Variable,
)
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Span

BODY = "_module"  # the function that is the module's body
MAX_BLOCKS = 19  # CPython allows 20 nested loops and try statements in a function


class Generated:
    """What a module became: the tree, the helper names that it needs, and what was declined."""

    __slots__ = ("declined", "names", "top_level", "tree")

    def __init__(self, tree: ast.Module, names: set[str]) -> None:
        self.tree = tree
        self.names = names
        self.top_level: dict[str, FunctionIR] = {}  # Python name → function
        self.declined: list[FunctionIR] = []


def generate(module: ModuleIR, *, metered: bool = False) -> Generated:
    """The Python module for a typed module. Metered code counts steps and checks sizes."""
    names: set[str] = set()
    nodes = Nodes(module.bytecode.source, names)
    assign_names(module)
    assert module.body is not None
    trees = structured(module)
    mark_explicit(module)
    if not metered:  # a metered call is a step
        module.sites = inline_calls(module)
    emitter = ModuleEmitter(nodes, names, trees)
    emitter.metered = metered
    return emitter.module(module)


def structured(module: ModuleIR) -> dict[int, list[Tree]]:
    """The structured statements of the functions that CPython compiles, by their identity."""
    trees = structured_functions(module)
    for function in module.functions:
        if not function.declined:
            try:
                _check_depth(trees[id(function)], 0)
            except Declined as reason:
                function.declined = str(reason)
    return trees


def mark_explicit(module: ModuleIR) -> None:
    """Captured variables that a loop renews, or that another executor's function captures."""
    shared_sets = {v.owner for f in module.functions for v in f.upvalues if v.sets or f.declined}
    for function in module.functions:
        for loop in function.loops:
            for block in function.blocks[loop.header:loop.last + 1]:
                for place, statement in enumerate(block.body):
                    if statement.op in ("new_cell", "copy_cell"):
                        variable = statement.variable
                        assert variable is not None
                        if variable.sets == 1 and variable not in shared_sets and _set_at_once(
                                variable, block.body[place + 1:]):
                            variable.frozen = True
                        else:
                            variable.explicit = True
        for block in function.blocks:
            for statement in block.body:
                if statement.op == "copy_cell":
                    assert statement.variable is not None
                    statement.variable.explicit = True
        for variable in function.locals:
            if variable.kind == CELL and not variable.sets and not variable.frozen and (
                    variable not in function.parameters):
                variable.explicit = True  # Python would not know it for a variable of this function


def _set_at_once(variable: Variable, body: list[Stmt]) -> bool:
    """Whether the variable gets its value before any function can capture it."""
    for statement in body:
        if statement.variable is variable and statement.op != "set":
            return False
        if any(_makes_function(e) for e in statement.args):
            return False
        if statement.variable is variable:
            return True
    return False


def _makes_function(e: Expr) -> bool:
    return e.op == "closure" or any(_makes_function(arg) for arg in e.args)


def _check_depth(body: list[Tree], depth: int) -> None:
    if depth > MAX_BLOCKS:
        raise Declined("more than 20 nested loops and try statements")
    for node in body:
        if isinstance(node, If):
            _check_depth(node.then, depth)
            _check_depth(node.otherwise, depth)
        elif isinstance(node, While | ForEach | ForRange):
            _check_depth(node.body, depth + 1)
        elif isinstance(node, Try):
            _check_depth(node.body, depth + 1)
            _check_depth(node.handler, depth + 1)


class ModuleEmitter:
    """Emits the functions of one module."""

    def __init__(self, nodes: Nodes, names: set[str], trees: dict[int, list[Tree]]) -> None:
        self.nodes = nodes
        self.names = names
        self.trees = trees
        self.templates: list[ast.stmt] = []
        self.template_count = 0
        self.metered = False

    def module(self, module: ModuleIR) -> Generated:
        body = module.body
        assert body is not None
        result = Generated(ast.Module([], []), self.names)
        statements: list[ast.stmt] = []
        hoisted = self._top_level(module, body)
        for name, function in hoisted.items():
            emitter = FunctionEmitter(self, function)
            statements.append(emitter.definition(name))
            result.top_level[name] = function
        if not body.declined:
            emitter = FunctionEmitter(self, body)
            emitter.hoisted = set(hoisted)
            statements.append(emitter.definition(BODY))
        result.tree.body = [*self.templates, *statements]
        result.declined = [f for f in module.functions if f.declined]
        return result

    def _top_level(self, module: ModuleIR, body: FunctionIR) -> dict[str, FunctionIR]:
        """Functions of module variables that are never reassigned."""
        found: dict[str, FunctionIR] = {}
        for block in body.blocks[:1]:
            for statement in block.body:
                variable = statement.variable
                if statement.op != "set" or statement.args[0].op != "closure":
                    break
                if (variable is not None and variable.kind == GLOBAL
                        and variable.function is not None
                        and variable.function is statement.args[0].a
                        and not variable.function.bytecode.upvalues
                        and not variable.function.declined):
                    found[variable.python] = variable.function
        return found

    def template(self, function: FunctionIR) -> str:
        """A factory whose inner function is the template of closures over cell objects."""
        self.template_count += 1
        name = f"_make_{'function' if function.name == 'fn' else function.name}{self.template_count}"
        emitter = FunctionEmitter(self, function)
        python = inner_name(function)
        inner = emitter.definition(python)
        span = function.bytecode.span
        captured = [variable.python for variable in function.upvalues]
        self.templates.append(self.nodes.function(name, captured, None, 0, [
            inner, self.nodes.returns(self.nodes.name(python, span), span)], span))
        self.names.add(name)
        return name


class FunctionEmitter(Statements):
    """Emits one function."""

    def __init__(self, owner: ModuleEmitter, function: FunctionIR) -> None:
        super().__init__(owner.nodes, owner.names)
        self.owner = owner
        self.metered = owner.metered
        self.function = function
        self.hoisted: set[str] = set()
        assert function.module is not None
        self.defined = function.module.globals
        self.out = []
        self.closure = self._closure
        self.temps = 0
        self.names = {v.python for v in (*function.locals, *function.upvalues)}
        self.assigned_globals: dict[str, None] = {}
        self.assigned_upvalues: dict[str, None] = {}
        self.loop_results: list[Variable] | None = None  # of a loop that is a function: what it gives
        self._iterators: dict[Variable, ast.expr] = {}  # what the loops to come go over

    def own_name(self) -> str:
        name = self.function.name
        return "fn" if name == "fn" else BODY if name == "<module>" else to_python(name)

    # --- the function ---------------------------------------------------------------------------
    def definition(self, name: str) -> ast.FunctionDef:
        function = self.function
        code = function.bytecode
        span = code.span
        for block in function.blocks:
            for variable in temporaries(block):
                if not variable.python:
                    variable.python = self._temp_name(variable)
        body = self._boxed_parameters(span)
        if self.metered and function.name != "<module>":
            body += metering.tick(self, span)
        body += self.block(self.owner.trees[id(function)])
        if body and isinstance(body[-1], ast.Return) and (
                isinstance(body[-1].value, ast.Constant) and body[-1].value.value is None):
            body.pop()
        declared: list[ast.stmt] = []
        if self.assigned_globals:
            declared.append(self.n.declare(ast.Global, list(self.assigned_globals), span))
        if self.assigned_upvalues:
            declared.append(self.n.declare(ast.Nonlocal, list(self.assigned_upvalues), span))
        parameters = [v.python for v in function.parameters]
        rest = parameters.pop() if code.has_rest else None
        if code.required < code.parameters:
            self.used.add("_missing")
        return self.n.function(name, parameters, rest, code.parameters - code.required,
                               declared + body, span)

    def loop_definition(self, name: str, variables: list[Variable]) -> ast.FunctionDef:
        """The function for a single loop over these variables; see `units.LoopCode`."""
        function = self.function
        span = function.bytecode.span
        for block in function.blocks:
            for variable in temporaries(block):
                if not variable.python:
                    variable.python = self._temp_name(variable)
        body = self.block(self.owner.trees[id(function)])
        assert self.loop_results is not None
        n = self.n
        body.append(n.returns(n.pair([n.constant(0, span), *(
            n.name(v.python, span) for v in self.loop_results)], span), span))
        if self.assigned_globals:
            body.insert(0, n.declare(ast.Global, list(self.assigned_globals), span))
        return n.function(name, [v.python for v in variables], None, 0, body, span)

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
        variable.python = self._temp_name(variable)
        return variable

    def _temp_name(self, variable: Variable) -> str:
        self.temps += 1
        base = "_" + variable.name.lstrip("$").rstrip("0123456789")
        name = unused(f"{base}{self.temps}", self.names)
        self.names.add(name)
        return name

    def store(self, variable: Variable, value: ast.expr, span: Span) -> ast.stmt:
        if not variable.python:
            variable.python = self._temp_name(variable)
        if variable.kind == GLOBAL:
            self.assigned_globals[variable.python] = None
        elif variable.kind == UPVALUE:
            self.assigned_upvalues[variable.python] = None
        return super().store(variable, value, span)

    # --- structured statements ------------------------------------------------------------------
    def block(self, body: list[Tree]) -> list[ast.stmt]:
        saved, self.out = self.out, []
        for node in body:
            _EMIT[type(node)](self, node)
        made, self.out = self.out, saved
        return made

    def turn(self, body: list[Tree], span: Span) -> list[ast.stmt]:
        """The body of a loop."""
        made = self.block(body)
        if self.metered and not (body and isinstance(body[-1], Leave | Break | Continue)):
            made += metering.tick(self, span)
        return made

    def simple(self, node: Simple) -> None:
        statement = node.stmt
        if statement.op in ("iterate", "iterate_pairs"):
            self._iterate(statement)
        elif statement.op == "set" and statement.args[0].op == "closure":
            self._named_closure(statement)
        else:
            self.statement(statement)

    def if_(self, node: If) -> None:
        if node.condition is None:
            assert node.passed is not None
            test = self.n.compare("is", self.n.name(node.passed.python, node.span),
                                  self.n.name(self.helper("_missing"), node.span), node.span)
            then, otherwise = self.block(node.otherwise), self.block(node.then)
            if then:
                self.out.append(self.n.conditionally(test, then, otherwise, node.span))
            return
        if self._guarded_leave(node):
            return
        test = self.test(node.condition)
        then, otherwise = self.block(node.then), self.block(node.otherwise)
        self.out.append(self.n.conditionally(test, then, otherwise, node.span))

    def _guarded_leave(self, node: If) -> bool:
        """``if a[i] == x: break`` needs no temporary: the handler can leave as well."""
        test = node.condition
        assert test is not None
        select(test)
        if not test.guards or test.impure or node.otherwise or len(node.then) != 1:
            return False
        leave = node.then[0]
        if not (isinstance(leave, Break | Continue) or (
                isinstance(leave, Leave) and leave.op == RETURN and is_stable(leave.value))):
            return False
        span = node.span
        self.guarded(
            [self.n.conditionally(self.raw(test), self.block(node.then), [], span)], test.guards,
            lambda: [self.n.conditionally(self.general(test), self.block(node.then), [], span)],
            span)
        return True

    def _guarded_scan(self, node: While) -> bool:
        """``while a[i] < x { i = i + 1 }``: one handler around the loop, which goes on in it.

        Only where nothing in the body can raise, so that the handler starts at a condition.
        """
        test = node.condition
        assert test is not None
        if test.impure or not node.body:
            return False
        for inner in node.body:
            if not isinstance(inner, Simple) or inner.stmt.op != "set" or (
                    inner.stmt.variable is None or inner.stmt.variable.kind != LOCAL
                    or may_raise(inner.stmt.args[0])):
                return False
        span = node.span
        self.guarded([self.n.loop(self.raw(test), self.turn(node.body, span), span)], test.guards,
                     lambda: [self.n.loop(
                         self.general(test), self.turn(node.body, span), span)], span)
        return True

    def while_(self, node: While) -> None:
        span = node.span
        true = self.n.constant(True, span)
        if node.condition is None:
            body = (self.block(node.body) if node.once else self.turn(node.body, span))
            self.out.append(self.n.loop(true, body, span))
            return
        select(node.condition)
        if not node.condition.guards:
            test = self.raw(node.condition)
            self.out.append(self.n.loop(test, self.turn(node.body, span), span))
            return
        if self._guarded_scan(node):
            return
        saved, self.out = self.out, []
        done = Expr("not_", (node.condition,), None, node.condition.span)
        done.type = BOOL
        self.if_(If(done, [Break(span)], [], span))
        body = self.out + self.turn(node.body, span)
        self.out = saved
        self.out.append(self.n.loop(true, body, span))

    def for_each(self, node: ForEach) -> None:
        span = node.span
        body = self.turn(node.body, span)
        targets = [self.n.target(variable.python, span) for variable in node.targets]
        target = targets[0] if len(targets) == 1 else self.n.place(
            ast.Tuple(targets, ast.Store()), span)
        values = self._iterators.pop(node.iterator, None)
        if values is None:
            values = self.n.name(node.iterator.python, span)
        self.out.append(self.n.each(target, values, body, [], span))

    def _iterate(self, statement: Stmt) -> None:
        """Prepare what the loop that follows goes over."""
        e = statement.args[0]
        span = statement.span
        pairs = statement.op == "iterate_pairs"
        assert statement.variable is not None
        if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "range" and not pairs \
                and 2 <= len(e.args) <= 4:
            args = self.several(e.args[1:])
            made = [self.raw(arg) for arg in args]
            plain = all(arg.type and not arg.type & ~INT for arg in args) and (
                len(args) < 3 or (args[2].op == "const" and args[2].a != 0))
            values = self.n.call(self.helper("range" if plain else "_range"), made, span)
        elif pairs:
            values = self.n.call(self.helper(
                "enumerate" if e.type and not e.type & ~(ARRAY | STRING) else "_pairs"),
                [self.value(e)], span)
        elif e.type and not e.type & ~(ARRAY | STRING):
            values = self.value(e)
        elif e.type == MAP:
            values = self.n.call(self.helper("list"), [self.value(e)], span)
        else:
            select(e)
            first, again = self.twice(self.without_guards(e))
            kind = self.n.call(self.helper("type"), [first], span)
            test = self.n.compare("is", kind, self.n.name(self.helper("list"), span), span)
            values = self.n.conditional(
                test, again(), self.n.call(self.helper("_each"), [again()], span), span)
        self._iterators[statement.variable] = values

    def for_range(self, node: ForRange) -> None:
        span = node.span
        if node.array is not None:
            self._for_places(node, node.array)
            return
        bounds = self.several((node.start, node.stop))
        start, stop = (self.raw(bound) for bound in bounds)
        word = "range" if node.stop_is_int else "_count_to"
        if node.inclusive and node.stop_is_int:
            one = self.n.constant(1, span)
            stop = self.n.binary("add" if node.step > 0 else "sub", stop, one, span)
        args = [start, stop]
        if node.stop_is_int:
            if node.step != 1:
                args.append(self.n.constant(node.step, span))
            elif isinstance(start, ast.Constant) and start.value == 0:
                args = [stop]
        else:
            by = self.n.constant(node.step, span) if node.by is None else self.raw(node.by)
            if node.by is not None and node.step < 0:
                by = self.n.negate(by, span)
            args += [by, self.n.constant(node.step > 0, span),
                     self.n.constant(node.inclusive, span)]
        values = self.n.call(self.helper(word), args, span)
        body = self.turn(node.body, span)
        target = self.n.target(node.variable.python, span)
        otherwise = []
        if node.live:  # what the while loop would leave in the variable
            end = self.n.call(self.helper("max"), [
                self.n.name(node.variable.python, span), self.raw(bounds[1])], span)
            otherwise.append(self.n.assign(target, end, span))
        self.out.append(self.n.each(target, values, body, otherwise, span))

    def _for_places(self, node: ForRange, array: Expr) -> None:
        """A loop over the places of an array, whose length may change meanwhile."""
        span = node.span
        start = node.start
        pairs = self.n.call(self.helper("enumerate"), [self.raw(array)], span)
        if start.op != "const" or start.a != 0:
            pairs = self.n.call(self.helper("_from"), [pairs, self.value(start)], span)
        unused_value = self.new_temp().python
        target = self.n.place(ast.Tuple(
            [self.n.target(node.variable.python, span), self.n.target(unused_value, span)],
            ast.Store()), span)
        self.out.append(self.n.each(target, pairs, self.turn(node.body, span), [], span))

    def try_(self, node: Try) -> None:
        body = self.block(node.body)
        caught = node.exception.python
        handler = self.block(node.handler)
        if not (node.handler and isinstance(node.handler[0], Simple)
                and any(e.op == "caught" for e in node.handler[0].stmt.args)):
            # A finally part: it must not run for what no program may catch.
            settle = self.n.call(self.helper("_settle"), [self.n.name(caught, node.span)],
                                 node.span)
            handler.insert(0, self.n.assign(self.n.target(caught, node.span), settle, node.span))
        self.used.add("Exception")
        self.out.append(self.n.guarded(
            body, ["Exception"], caught, handler, node.span))

    def leave(self, node: Leave) -> None:
        e = node.value
        span = node.span
        if node.op == RETURN:
            select(e)
            e = self.without_mixed(e)
            made = self._returned(self.raw(e), span)
            if e.guards:
                self.guarded([made], e.guards,
                             lambda: [self._returned(self.general(e), span)], span)
            else:
                self.out.append(made)
        elif node.op == RETHROW:
            self.out.append(self.n.raises(self.value(e), span))
        else:
            value = self.value(e)
            # What is surely no error travels in a `Thrown`.
            word = "_thrown" if e.type & OTHER or not e.type else "_Thrown"
            self.out.append(self.n.raises(
                self.n.call(self.helper(word), [value], span), span))

    def _returned(self, value: ast.expr, span: Span) -> ast.stmt:
        if self.loop_results is not None:
            value = self.n.pair([self.n.constant(1, span), value], span)
        return self.n.returns(value, span)

    def break_(self, node: Break) -> None:
        self.out.append(self.n.breaks(node.span))

    def continue_(self, node: Continue) -> None:
        if self.metered:
            self.out += metering.tick(self, node.span)
        self.out.append(self.n.continues(node.span))

    # --- functions ------------------------------------------------------------------------------
    def _named_closure(self, statement: Stmt) -> None:
        """``fn name(…) { … }``: a ``def`` where that binds the right name."""
        variable = statement.variable
        e = statement.args[0]
        function: FunctionIR = e.a
        assert variable is not None
        if variable.kind == GLOBAL and variable.python in self.hoisted:
            return
        if (not function.declined and not self._needs_cells(function) and not variable.explicit
                and function.name != "fn" and variable.python == to_python(function.name)):
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
            number = n.constant(self.owner_index(function), span)
            return n.call("_interpreted", [number, *self._cells(function, span)], span)
        if self._needs_cells(function):
            template = self.owner.template(function)
            if all(v.owner is not None and v.owner.frozen for v in function.upvalues):
                # What is captured never changes: a call of the factory captures the values.
                return n.call(template, [n.name(v.python, span) for v in function.upvalues], span)
            code = function.bytecode
            defaults = n.constant(code.parameters - code.required, span)
            return n.call(self.helper("_close"),
                          [n.name(template, span), defaults, *self._cells(function, span)], span)
        emitter = FunctionEmitter(self.owner, function)
        body = self.owner.trees[id(function)]
        code = function.bytecode
        if (len(body) == 1 and isinstance(body[0], Leave) and body[0].op == RETURN
                and function.name == "fn" and not code.has_rest and not self.metered
                and code.required == code.parameters):
            select(body[0].value)
            if not body[0].value.guards:
                emitter.out = []
                made = emitter.raw(body[0].value)
                if not emitter.out:
                    return n.inline_function([v.python for v in function.parameters], None, made,
                                             span)
        name = emitter.own_name()
        self.out.append(emitter.definition(name))
        return self._renamed(name, span)

    def _renamed(self, name: str, span: Span) -> ast.expr:
        """A name of its own for a function just defined: the next ``def fn`` may come at once."""
        variable = self.new_temp()
        self.out.append(self.n.assign(self.n.target(variable.python, span),
                                      self.n.name(name, span), span))
        return self.n.name(variable.python, span)

    def owner_index(self, function: FunctionIR) -> int:
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


def inner_name(function: FunctionIR) -> str:
    """The name of a function inside its factory: none that its own code means otherwise."""
    taken = {v.python for v in function.upvalues}
    pending = [function]
    while pending:
        inner = pending.pop()
        taken.update(map(to_python, inner.free_names))
        pending.extend(inner.children)
    name = function.name
    return unused("fn" if name == "fn" else BODY if name == "<module>" else to_python(name), taken)


def temporaries(block: Any) -> list[Variable]:
    found: list[Variable] = []
    for statement in block.body:
        if statement.variable is not None and statement.variable.kind == TEMP:
            found.append(statement.variable)
    if block.exception is not None:
        found.append(block.exception)
    if block.end is not None:
        found.extend(block.end.results)
    return found


_EMIT: dict[type, Any] = {
    Simple: FunctionEmitter.simple, If: FunctionEmitter.if_, While: FunctionEmitter.while_,
    ForEach: FunctionEmitter.for_each, ForRange: FunctionEmitter.for_range,
    Try: FunctionEmitter.try_, Leave: FunctionEmitter.leave, Break: FunctionEmitter.break_,
    Continue: FunctionEmitter.continue_,
}

