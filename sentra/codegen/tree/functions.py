"""A module and its functions as trees: registers, entering, and what links trees to a run."""

from __future__ import annotations

from sentra.codegen.control import ForEach, ForRange, If, Simple, Tree, Try, While
from sentra.codegen.depth import watch_depth
from sentra.codegen.tree.shapes.metering import tick_call
from sentra.codegen.tree.sites import overflow
from sentra.errors import CALL, SentraError
from sentra.ir.known import owner
from sentra.ir.model import CELL, GLOBAL, LOCAL, TEMP, UPVALUE, Expr, FunctionIR, ModuleIR, Variable
from sentra.runtime.functions import Closure, Linked, make_function
from sentra.runtime.registry import wrong_count
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Function
    from sentra.codegen.tree.sites import Registers, Run
    from sentra.runtime.context import Context


class FunctionTree:
    """One function of a run. Its tree is built when it is first called.

    The registers of a call: the locals in the order of their slots (so that the arguments come
    first), the compiler's own variables, the captured cells. `code` holds the closure of the body,
    and until the first call one that builds it; callers keep the list.
    """

    __slots__ = ("blank", "code", "ir", "linked", "module", "must_be_blank", "registers")

    def __init__(self, module: ModuleTree, ir: FunctionIR, body: list[Tree]) -> None:
        self.module = module
        self.ir = ir
        self.registers: dict[Variable, int] = {}
        for variable in ir.locals:
            self.registers[variable] = len(self.registers)
        _number_temporaries(body, self.registers)
        self.blank = (MISSING,) * len(self.registers)
        for variable in ir.upvalues:
            self.registers[variable] = len(self.registers)
        # A variable that may be read before it is set must say so.
        self.must_be_blank = any(variable.checked for variable in ir.locals)
        self.code: list[Run] = [self._first]
        bytecode = module.bytecode
        self.linked = Linked(
            ir.bytecode, module.namespace, bytecode.code_name, self._enter(), bytecode)

    def register(self, variable: Variable) -> int:
        """Where a variable is."""
        return self.registers[variable]

    def blank_for(self, count: int) -> tuple[Any, ...]:
        """The registers after `count` arguments; for a function that captures nothing."""
        return self.blank[count:]

    def bind(self, args: list[Any]) -> Registers:
        """The registers of a call, without the cells; throws for a wrong number of arguments."""
        function = self.ir.bytecode
        count, named = len(args), function.parameters
        if count < function.required or (count > named and not function.has_rest):
            most = None if function.has_rest else named
            raise SentraError(wrong_count(function.name, function.required, most, count), CALL)
        registers = [*args[:named], *self.blank[min(count, named):]]
        if function.has_rest:
            registers[named] = args[named:]
        return registers

    def _enter(self) -> Callable[[Closure, tuple[Any, ...]], Any]:
        """What a call through a function value runs."""
        function, code, bind = self.ir.bytecode, self.code, self.bind
        exact = -1 if function.has_rest else function.parameters
        blank = self.blank[function.parameters:]
        if not function.upvalues:
            def enter_plain(closure: Closure, args: tuple[Any, ...]) -> Any:
                registers = [*args, *blank] if len(args) == exact else bind(list(args))
                try:
                    return code[0](registers)
                except RecursionError as error:
                    raise overflow(error) from None

            return enter_plain

        def enter(closure: Closure, args: tuple[Any, ...]) -> Any:
            if len(args) == exact:
                registers = [*args, *blank, *closure.cells]
            else:
                registers = [*bind(list(args)), *closure.cells]
            try:
                return code[0](registers)
            except RecursionError as error:
                raise overflow(error) from None

        return enter

    def _first(self, r: Registers) -> Any:
        from sentra.codegen.tree.statements import build

        body = build(self)
        if self.module.metered and self.ir.parent is not None:
            body = tick_call(body, self.module.context)
        self.code[0] = body
        return body(r)


def _number_temporaries(body: list[Tree], registers: dict[Variable, int]) -> None:
    """Give every variable that the compiler made a register."""
    pending: list[Tree] = list(body)
    found: list[Variable | None] = []
    while pending:
        node = pending.pop()
        if isinstance(node, Simple):
            found.append(node.stmt.variable)
        elif isinstance(node, If):
            pending += [*node.then, *node.otherwise]
        elif isinstance(node, Try):
            found.append(node.exception)
            pending += [*node.body, *node.handler]
        elif isinstance(node, While | ForEach | ForRange):
            pending += node.body
            if isinstance(node, ForEach):
                found += node.targets
            elif isinstance(node, ForRange) and node.array is not None:
                registers[SPARE] = registers.get(SPARE, len(registers))
    for variable in found:
        if variable is not None and variable.kind == TEMP and variable not in registers:
            registers[variable] = len(registers)


SPARE = Variable("$spare", TEMP)
"""What a loop over the places of an array does with its elements."""


class ModuleTree:
    """A module in a run: its trees, and what their closures reach outside.

    `only`: of a module that another executor runs, the functions that were asked for.
    """

    def __init__(
        self, ir: ModuleIR, bodies: dict[int, list[Tree]], namespace: dict[str, Any],
        context: Context, fallback: Any, *, whole: bool, metered: bool = False,
    ) -> None:
        self.ir = ir
        self.bytecode = ir.bytecode
        self.bodies = bodies
        self.namespace = namespace
        self.context = context
        self.fallback = fallback
        self.metered = metered
        self.whole = whole
        self.trees: dict[int, FunctionTree] = {}
        if metered:
            watch_depth(context)
        self.by_code = {id(each.bytecode): each for each in reversed(ir.functions)}
        self.hoisted = _hoisted(ir) if whole else set()

    def tree(self, ir: FunctionIR) -> FunctionTree:
        """The tree of a function that is not declined."""
        found = self.trees.get(id(ir))
        if found is None:
            found = self.trees[id(ir)] = FunctionTree(self, ir, self.bodies[id(ir)])
        return found

    def direct(self, callee: Expr, count: int) -> FunctionTree | None:
        """The tree that a call with `count` arguments surely enters, without a look at the callee.

        Only of functions that capture nothing, and where the callee is surely set by then.
        """
        if callee.op == "get":
            variable = owner(callee.a)
            known = variable.function
            if variable.kind == GLOBAL:
                if known not in self.hoisted and (known is None or known.original is None):
                    return None
            elif variable.kind != LOCAL or variable.checked:
                return None
        else:
            known = callee.a if callee.op == "closure" else None
        if known is None or known.declined or known.upvalues:
            return None
        return self.tree(known) if _takes(known.bytecode, count) else None

    def captured(self, callee: Expr, count: int) -> FunctionTree | None:
        """The tree of the function that a captured variable holds all its life, if it is set."""
        if not self.whole or callee.op != "get" or callee.a.kind not in (CELL, UPVALUE):
            return None
        known = owner(callee.a).function
        if known is None or known.declined or not _takes(known.bytecode, count):
            return None
        return None if known.bytecode.has_rest else self.tree(known)

    def maker(self, tree: FunctionTree, function: FunctionIR) -> Run:
        """The closure that makes a function value of a nested function."""
        source = tree.ir
        places = [
            tree.registers[(source.locals if each.is_local else source.upvalues)[each.index]]
            for each in function.bytecode.upvalues]
        if function.declined:
            return lambda r: self.fallback.function(
                function.bytecode, tuple([r[place] for place in places]), self.bytecode,
                self.namespace, self.context)
        linked = self.tree(function).linked
        if not places:
            return lambda r: make_function(linked, ())
        return lambda r: make_function(linked, tuple([r[place] for place in places]))

    def service(self, op: str, payload: Any) -> Callable[..., Any]:
        """An operation that needs the run: of tasks, channels and imports."""
        return _SERVICES[op](self, payload)


def _takes(function: Function, count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    return function.required <= count and (function.has_rest or count <= function.parameters)


def _hoisted(ir: ModuleIR) -> set[FunctionIR]:
    """Functions of module variables that are set before anything of the program runs."""
    found: set[FunctionIR] = set()
    assert ir.body is not None
    for block in ir.body.blocks[:1]:
        for statement in block.body:
            if any(e.op != "closure" for e in statement.args):
                break
            variable = statement.variable
            if variable is not None and variable.kind == GLOBAL and variable.function is not None:
                found.add(variable.function)
    return found


# --- operations of the run -----------------------------------------------------------------------
def _go(module: ModuleTree, payload: Any) -> Callable[..., Any]:
    from sentra.runtime.tasks import go

    return lambda function, *args: go(module.context, function, args)


def _go_invoke(module: ModuleTree, name: str) -> Callable[..., Any]:
    from sentra.runtime.tasks import go_invoke

    return lambda receiver, *args: go_invoke(module.context, receiver, name, args)


def _send(module: ModuleTree, payload: Any) -> Callable[..., Any]:
    from sentra.runtime.channels import send

    return lambda channel, value: send(module.context, channel, value)


def _receive(module: ModuleTree, payload: Any) -> Callable[..., Any]:
    from sentra.runtime.channels import receive

    return lambda channel: receive(module.context, channel)


def _select(module: ModuleTree, has_default: bool) -> Callable[..., Any]:
    from sentra.runtime.channels import select

    return lambda *cases: select(module.context, cases, has_default)


def _import_module(module: ModuleTree, path: str) -> Callable[..., Any]:
    from sentra.runtime.modules import import_module

    return lambda: import_module(module.context, module.bytecode, path)


def _import_builtin(module: ModuleTree, name: str) -> Callable[..., Any]:
    from sentra.runtime.modules import import_builtin

    return lambda: import_builtin(module.context, name)


_SERVICES: dict[str, Callable[[ModuleTree, Any], Callable[..., Any]]] = {
    "go": _go, "go_invoke": _go_invoke, "send": _send, "receive": _receive,
    "select_channel": _select, "import_module": _import_module,
    "import_builtin": _import_builtin,
}
