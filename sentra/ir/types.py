"""Type inference: what every variable and expression can hold, for a whole module at once.

Variables are typed without regard to the place in the program (a variable's type is the join of
all that is stored in it), which is sparse and linear; the bytecode gives every ``let`` a slot of
its own, so little is lost. Parameters of functions that are only called from places that the
compiler sees get the join of what those calls pass. A work list of statements runs until nothing
grows (Kildall 1973, over def-use chains as in Wegman & Zadeck 1991 without its constants).
"""

from __future__ import annotations

from sentra.ir.contents import KEY, UNKNOWN
from sentra.ir.holding import HELD, Holding, builtin_effects, builtin_element, callback_types
from sentra.ir.known import find_known_functions, function_of, known_callee, owner, sites_of
from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    BRANCH,
    FUNCTION,
    INT,
    MAP,
    NAT,
    NEXT,
    NIL,
    NONE,
    OTHER,
    RETURN,
    STRING,
    THROW,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Terminator,
    Variable,
)
from sentra.ir.rules import RULES, type_of_get
from sentra.ir.signatures import CALLBACKS, MAP_CHANGES, RESULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.ir.known import Site


def infer(module: ModuleIR) -> None:
    """Set the type of every variable, expression and function result of a module."""
    module.inference = _Inference(module)
    module.inference.run()


def infer_rest(function: FunctionIR) -> None:
    """Type a function that does nothing that a typed function of its module does not do.

    Nothing that is known changes by it; only its temporaries have no types yet.
    """
    assert function.module is not None
    function.module.inference.add([function])


def infer_clone(functions: list[FunctionIR], types: list[int], contents: list[Any]) -> None:
    """Type one more body of a function of a typed module, whose parameters have these types.

    `functions` are the body and those inside it, which may be called with anything.
    """
    clone = functions[0]
    assert clone.module is not None
    for function in functions:
        function.escapes = function is not clone
        clone.module.inference._start(function)
    for parameter, found, content in zip(clone.parameters, types, contents, strict=False):
        parameter.type, parameter.content = found, content
    clone.module.inference.add(functions)


class _Inference:
    def __init__(self, module: ModuleIR) -> None:
        self.module = module
        self.work: list[Site] = []
        self.call_sites: dict[FunctionIR, list[Site]] = {}
        self.elements: dict[Variable, int] = {}  # iterator → what it gives, where that is known
        self.holding = Holding()
        self.grew = False  # a type, since somebody last asked
        self.added: list[FunctionIR] = []  # kept: the identity of their expressions means something

    def run(self) -> None:
        sites = sites_of(self.module.functions)
        self.call_sites = find_known_functions(self.module, sites)
        for function in self.module.functions:
            self._start(function)
        self._start_globals()
        for _, item in sites:
            item.queued = True
        for site in sites:
            self._visit(site)
        while self.work:
            self._visit(self.work.pop())
        self._finish_all(sites)

    def add(self, functions: list[FunctionIR]) -> None:
        """Type more functions, whose variables have types already or start without one."""
        sites = sites_of(functions)
        for function in functions:
            for block in function.blocks:
                if block.exception is not None:
                    block.exception.type = OTHER
        self.added += functions
        self.grew = True
        while self.grew:
            self.grew = False
            for site in sites:
                self._visit(site)
        for _, item in self.work:
            item.queued = False
        self.work.clear()
        self._finish_all(sites)

    def _finish_all(self, sites: list[Site]) -> None:
        for _, item in sites:
            for expr in item.args:
                if expr.args:
                    self._finish(expr)
            if item.op == BRANCH:
                _note_nilable(item.args[0])

    def _finish(self, expr: Expr) -> None:
        """Note what only the whole answer tells: which keys are there, who is compared with nil."""
        op = expr.op
        if op == "property":
            expr.known = self.holding.presence(expr.args[0], expr.a)
        elif op == "call" or op == "invoke":
            self._note_elements(expr)
        elif op == "equal" or op == "not_equal":
            if expr.args[1].op == "const" and expr.args[1].a is None:
                _note_nilable(expr.args[0])
        elif op in _TESTS:
            _note_nilable(expr.args[0])
        for arg in expr.args:
            if arg.args:
                self._finish(arg)

    def _note_elements(self, expr: Expr) -> None:
        """What the array holds that is joined, added up or sorted."""
        name, args = expr.a, expr.args
        if expr.op == "call":
            name, args = args[0].a if args[0].op == "builtin" else "", args[1:]
        if name in _ELEMENTS and args and args[0].type == ARRAY:
            expr.present = self.holding.elements(args[0])

    def _start(self, function: FunctionIR) -> None:
        """Types that hold before anything was evaluated."""
        bytecode = function.bytecode
        for index, parameter in enumerate(function.parameters):
            if index >= bytecode.parameters:
                parameter.type |= ARRAY
                parameter.content = UNKNOWN
            elif function.escapes:
                parameter.type = ANY
                parameter.content = UNKNOWN
        for block in function.blocks:
            if block.exception is not None:
                block.exception.type = OTHER
        if function.declined or self.module.debug:
            function.result = ANY
            function.content = UNKNOWN
            for variable in (*function.locals, *map(owner, function.upvalues)):
                variable.type = ANY
                variable.content = UNKNOWN

    def _start_globals(self) -> None:
        exported = {variable for _, variable in self.module.bytecode.exports}
        implicit = set(self.module.bytecode.implicit)
        for variable in self.module.globals.values():
            if variable.name in implicit or self.module.debug:
                variable.type = ANY
            if variable.type == ANY or variable.name in exported:
                variable.content = UNKNOWN

    # --- the fixed point ------------------------------------------------------------------------
    def _visit(self, site: Site) -> None:
        function, item = site
        item.queued = False
        holding = self.holding
        holding.site = site
        for expr in item.args:
            self.type_of(expr)
        self._store(function, item)
        changed = holding.contents.changed
        self.grew |= bool(changed)
        while changed:
            self._queue(changed.pop())

    def _store(self, function: FunctionIR, item: Stmt | Terminator) -> None:
        """What a statement does with the values of its expressions."""
        holding = self.holding
        op = item.op
        if op == "set":
            assert item.variable is not None
            found = item.args[0].type
            if found & HELD:
                holding.flow(item.args[0], holding.of_variable(item.variable))
            self._grow(item.variable, found)
        elif op == "set_index" or op == "set_property":
            self._store_item(item)
        elif op == "send" or op == THROW:
            for expr in item.args:
                holding.leak(expr)
        elif op == RETURN:
            found = item.args[0].type
            if function.escapes:
                holding.leak(item.args[0])
            elif found & HELD:
                holding.flow(item.args[0], holding.of_result(function))
            if found | function.result != function.result:
                function.result |= found
                for site in self.call_sites.get(function, ()):
                    self._queue(site)
        elif op == "iterate" or op == "iterate_pairs":
            assert item.variable is not None
            self._range_elements(item.variable, item.args[0])
            holding.flow(item.args[0], holding.of_variable(item.variable))
            self._grow(item.variable, item.args[0].type)
        elif isinstance(item, Terminator) and op == NEXT:
            self._next(item)

    def _range_elements(self, iterator: Variable | None, source: Expr) -> None:
        """The elements of ``range(…)`` are ints, whatever else is known."""
        if iterator is None or source.op != "call" or source.args[0].op != "builtin" or (
                source.args[0].a != "range"):
            return
        types = [arg.type for arg in source.args[1:]]
        if not types:
            return
        rising = len(types) < 3 or not types[2] & ~NAT
        from_zero = len(types) == 1 or not types[0] & ~(NAT | BOOL)
        self.elements[iterator] = NAT if rising and from_zero else INT

    def _next(self, end: Terminator) -> None:
        assert end.variable is not None
        source = end.variable.type
        if not source:
            return
        holding = self.holding
        last = end.results[-1]
        if end.variable in self.elements:
            found, inner = self.elements[end.variable], None
        elif source & OTHER:
            found, inner = ANY, UNKNOWN
            holding.contents.poison(holding.of_variable(end.variable))
        elif source & MAP and len(end.results) == 1 and not source & (ARRAY | STRING):
            found, inner = self._keys(end.variable), None
        else:
            held = holding.contents.collapse(holding.of_variable(end.variable))
            held = holding.read(held)
            found, inner = held.elem, holding.contents.inner(held)
            if source & STRING:
                found |= STRING
            if source & MAP:
                found |= NIL  # the value of a key that was deleted meanwhile
                found |= self._keys(end.variable) if len(end.results) == 1 else NONE
        if inner is not None:
            holding.contents.unify(holding.of_variable(last), inner)
        self._grow(last, found)
        if len(end.results) == 2:
            keys = (KEY if source & OTHER else NONE if not source & MAP
                    else self._keys(end.variable))
            self._grow(end.results[0], keys | (NAT if source & (ARRAY | STRING) else NONE))

    def _keys(self, variable: Variable) -> int:
        """The types of the keys of the map in a variable."""
        return self.holding.read(self.holding.of_variable(variable)).keys

    def _store_item(self, item: Stmt | Terminator) -> None:
        """``c[k] = v`` and ``c.k = v``."""
        holding = self.holding
        value = item.args[-1]
        held = holding.of(item.args[0])
        if held is None:
            return
        if isinstance(item, Stmt) and item.op == "set_property":
            holding.keep_field(held, item.a, value)
            return
        key = item.args[1]
        if key.op == "const" and type(key.a) is str:
            holding.keep_field(held, key.a, value)
            return
        held = holding.contents.collapse(held)
        holding.contents.grow_keys(held, key.type)
        holding.keep(held, value)
        if item.args[0].type & ARRAY:
            holding.contents.grow(held, NIL)  # what lies between the old end and the new one

    def _grow(self, variable: Variable | None, found: int) -> None:
        assert variable is not None
        real = variable.owner or variable
        if found | real.type == real.type:
            return
        real.type |= found
        self.grew = True
        for site in real.readers:
            self._queue(site)

    def _queue(self, site: Site) -> None:
        item = site[1]
        if not item.queued:
            item.queued = True
            self.work.append(site)

    def type_of(self, expr: Expr) -> None:
        """Set the types of an expression and its parts."""
        for arg in expr.args:
            if arg.op == "get":
                arg.type = type_of_get(arg)
            elif arg.op != "const" or not arg.type:
                self.type_of(arg)
        rule = RULES.get(expr.op)
        if rule is not None:
            expr.type = rule(expr)
        else:
            method = _METHODS.get(expr.op)
            expr.type = method(self, expr) if method is not None else self._unknown(expr)

    def _unknown(self, expr: Expr) -> int:
        for arg in expr.args:
            self.holding.leak(arg)
        return ANY

    def _literal(self, expr: Expr) -> int:
        holding = self.holding
        content = holding.made(expr)
        if expr.op == "array":
            for arg in expr.args:
                holding.keep(content, arg)
            return ARRAY
        holding.with_keys(expr, frozenset(
            [key.a for key in expr.args[::2] if key.op == "const" and type(key.a) is str]))
        for key, value in zip(expr.args[::2], expr.args[1::2], strict=True):
            if key.op == "const" and type(key.a) is str:
                holding.keep_field(content, key.a, value)
            else:
                holding.contents.grow_keys(content, key.type)
                holding.keep(holding.contents.collapse(content), value)
        return MAP

    def _index(self, expr: Expr) -> int:
        container, key = expr.args
        source = container.type
        if not source:
            return NONE
        if source & OTHER:
            return ANY
        found = source & STRING
        if source & (ARRAY | MAP):
            found |= (self.holding.field(container, key.a)
                      if key.op == "const" and type(key.a) is str
                      else self.holding.element(container))
        expr.present = found
        return found | NIL

    def _property(self, expr: Expr) -> int:
        container = expr.args[0]
        source = container.type
        if not source:
            return NONE
        if source & OTHER:
            return ANY
        found = NAT if expr.a == "length" and source & (STRING | ARRAY) else NONE
        if source & MAP:
            found |= self.holding.field(container, expr.a)
            expr.present = found
            if self.holding.presence(container, expr.a) != 1:
                found |= NIL
        return found or NIL

    def _invoke(self, expr: Expr) -> int:
        receiver = expr.args[0].type
        if not receiver:
            return NONE
        if receiver & (MAP | OTHER | FUNCTION) or not receiver & (ARRAY | STRING):
            for arg in expr.args[1:]:
                self.holding.leak(arg)
                known = function_of(arg)
                if known is not None:
                    self.escape(known)
            if receiver & ARRAY or (receiver & MAP and expr.a in MAP_CHANGES):
                self.holding.leak(expr.args[0])
            return ANY
        return self._builtin(expr.a, expr.args)

    def _builtin(self, name: str, args: tuple[Expr, ...]) -> int:
        """A call of a builtin: what it does with containers, calls back, and gives."""
        builtin_effects(self.holding, name, args)
        if name in CALLBACKS and len(args) > 1:
            known = function_of(args[1])
            if known is not None:
                self._call_back(known, name, args)
                if name == "reduce" and not known.escapes and not known.declined:
                    first = args[2].type if len(args) > 2 else NONE
                    if len(args) == 2 or first & NIL:  # then it is the first element
                        first |= self.holding.element(args[0])
                    return known.result | first
        element = builtin_element(self.holding, name, args)
        return element if element is not None else _result(name, args)

    def _call_back(self, known: FunctionIR, name: str, args: tuple[Expr, ...]) -> None:
        if not args[0].type:
            return
        if args[0].type & ~(ARRAY | NIL):
            self.escape(known)
        if known.escapes:
            self.holding.leak(args[0])
            return
        passed = callback_types(self.holding, name, args)
        for parameter, (found, content) in zip(
                known.parameters[:known.bytecode.parameters], passed, strict=False):
            self.holding.contents.unify(self.holding.of_variable(parameter), content)
            self._grow(parameter, found)

    def escape(self, function: FunctionIR) -> None:
        """The function may be called with anything from now on."""
        if function.escapes:
            return
        function.escapes = True
        self.holding.contents.poison(self.holding.of_result(function))
        for parameter in function.parameters[:function.bytecode.parameters]:
            self.holding.contents.poison(self.holding.of_variable(parameter))
            self._grow(parameter, ANY)

    def _call(self, expr: Expr) -> int:
        callee = expr.args[0]
        if callee.op == "builtin":
            return self._builtin(callee.a, expr.args[1:])
        known = known_callee(expr)
        if known is None or known.escapes or known.declined:
            for arg in expr.args[1:]:
                self.holding.leak(arg)
            return ANY if known is None else known.result
        count = known.bytecode.parameters
        for parameter, arg in zip(known.parameters[:count], expr.args[1:], strict=False):
            if arg.type & HELD:
                self.holding.flow(arg, self.holding.of_variable(parameter))
            self._grow(parameter, arg.type)
        for arg in expr.args[1 + count:]:
            self.holding.leak(arg)
        return known.result


def _note_nilable(expr: Expr) -> None:
    """Somebody asks whether a variable holds something."""
    if expr.op == "get" and expr.a.type & NIL:
        expr.a.nilable = True


def _result(name: str, args: tuple[Expr, ...]) -> int:
    """The type that a builtin gives for arguments of known types."""
    result = RESULTS.get(name, ANY)
    if name in _WHOLE and len(args) == 1 and args[0].op == "div" and not any(
            arg.type & ~(NAT | BOOL) for arg in args[0].args):
        return NAT
    return result if isinstance(result, int) else result([arg.type for arg in args])


_ELEMENTS = frozenset(["join", "sum", "sort", "sorted"])

_WHOLE = frozenset(["floor", "ceil", "round", "trunc", "int"])
_TESTS = frozenset(["not_", "and", "or", "select"])


# Operations that look at what containers hold; the others leak what they are given.
_METHODS: dict[str, Callable[[_Inference, Expr], int]] = {
    "array": _Inference._literal, "map": _Inference._literal, "index": _Inference._index,
    "property": _Inference._property, "call": _Inference._call, "invoke": _Inference._invoke,
}
