"""Opcodes that neither jump nor leave, executed on a symbolic operand stack.

What an instruction takes are the expressions on top of the stack. A statement must come after what
is still below: that is stored in temporaries first, so that the order of evaluation stays.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Function
from sentra.ir.model import (
    CELL,
    GLOBAL,
    LOCAL,
    TEMP,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Span


class Operands:
    """The operand stack of a function, executed symbolically: `stack` holds expressions.

    Statements go to `body`, the block that is being built; `span` is the instruction's.
    """

    def __init__(self, function: FunctionIR, module: ModuleIR) -> None:
        self.function = function
        self.module = module
        self.bytecode: Function = function.bytecode
        self.stack: list[Expr] = []
        self.body: list[Stmt] = []
        self.spills: dict[int, Variable] = {}
        self.temps = 0
        self.span: Span = self.bytecode.span

    # --- variables ------------------------------------------------------------------------------
    def temporary(self, name: str) -> Variable:
        """A new variable of the compiler's own."""
        variable = Variable(name, TEMP, self.temps)
        self.temps += 1
        return variable

    def read(self, variable: Variable) -> Expr:
        """The value of a variable."""
        variable.reads += 1
        return Expr("get", (), variable, self.span)

    def spill_variable(self, depth: int) -> Variable:
        variable = self.spills.get(depth)
        if variable is None:
            variable = self.spills[depth] = self.temporary(f"$s{depth}")
        return variable

    def spilled(self, depth: int) -> Expr:
        """What an earlier block left at a depth of the stack."""
        return self.read(self.spill_variable(depth))

    def put(self, variable: Variable, value: Expr) -> None:
        """``variable = value``, now."""
        variable.sets += 1
        self.body.append(Stmt("set", variable, (value,), None, self.span))

    def spill(self, count: int | None = None) -> None:
        """Store what is on the stack (its lowest `count` values) in temporaries."""
        stack = self.stack
        for depth in range(len(stack) if count is None else count):
            value = stack[depth]
            if value.op == "const":
                continue
            variable = self.spill_variable(depth)
            if value.op == "get" and value.a is variable:
                continue
            self.put(variable, value)
            stack[depth] = self.read(variable)

    def spill_all(self) -> None:
        """Before a block ends: constants too, since the next block reads every depth."""
        stack = self.stack
        for depth, value in enumerate(stack):
            variable = self.spill_variable(depth)
            if not (value.op == "get" and value.a is variable):
                self.put(variable, value)

    def global_variable(self, index: int) -> Variable:
        name = self.bytecode.constants[index]
        assert isinstance(name, str)
        variable = self.module.globals.get(name)
        if variable is None:
            variable = self.module.globals[name] = Variable(name, GLOBAL)
        return variable

    # --- rules of single opcodes ----------------------------------------------------------------
    def statement(self, statement: Stmt) -> None:
        """Add a statement after what is still on the stack."""
        if self.stack:
            self.spill()
        self.body.append(statement)

    def set_local(self, a: int, b: int, c: int) -> None:
        self.assign(self.function.locals[a])

    def assign(self, variable: Variable) -> None:
        """Store what is on top of the stack."""
        value = self.stack.pop()
        if (variable.kind == GLOBAL and self.function.parent is None and value.op == "get"
                and value.a.kind in (LOCAL, CELL) and value.a.name == variable.name):
            # The end of the body shows the host what no function of the module needs.
            self.statement(Stmt("publish", variable, (value,), None, self.span))
            return
        if variable.kind == GLOBAL:
            self.function.free_names.add(variable.name)
        if self.stack:
            self.spill()
        self.put(variable, value)

    def arguments(self, count: int) -> tuple[Expr, ...]:
        """Take `count` values off the stack."""
        if not count:
            return ()
        args = tuple(self.stack[-count:])
        del self.stack[-count:]
        return args

    def node(self, word: str, count: int, payload: object = None) -> None:
        """An operation over the uppermost `count` values, in their place."""
        self.stack.append(Expr(word, self.arguments(count), payload, self.span))

    def duplicate(self, count: int) -> None:
        """DUP and DUP2: what is duplicated must be cheap and unchanging."""
        stack = self.stack
        if any(value.op not in ("const", "get") or (value.op == "get" and value.a.kind not in (
                TEMP, LOCAL)) for value in stack[-count:]):
            first = len(stack) - count
            for i in range(first, len(stack)):
                value = stack[i]
                if value.op != "const" and not (value.op == "get" and value.a.kind == TEMP):
                    if i == first:
                        self.spill(first)
                    variable = self.temporary(f"$t{self.temps}")
                    self.put(variable, value)
                    stack[i] = self.read(variable)
        for value in stack[-count:]:
            if value.op == "const":
                stack.append(Expr("const", (), value.a, value.span))
            else:
                self.span = value.span
                stack.append(self.read(value.a))

    def read_global(self, index: int) -> None:
        variable = self.global_variable(index)
        self.function.free_names.add(variable.name)
        self.stack.append(self.read(variable))

    def read_builtin(self, index: int) -> None:
        name = self.name(index)
        self.function.free_names.add(name)
        self.node("builtin", 0, name)

    def invoke(self, index: int, count: int) -> None:
        name = self.name(index)
        self.function.free_names.add(name)  # of the builtin that it may mean
        self.node("invoke", count + 1, name)

    def name(self, index: int) -> str:
        name = self.bytecode.constants[index]
        assert isinstance(name, str)
        return name


def _checked(b: Operands, slot: int) -> None:
    variable = b.function.locals[slot]
    variable.checked = True
    b.stack.append(b.read(variable))


def _cell(b: Operands, word: str, slot: int) -> None:
    b.statement(Stmt(word, b.function.locals[slot], (), None, b.span))


def _pop(b: Operands) -> None:
    value = b.stack.pop()
    if value.op == "const" or (value.op == "get" and value.a.kind in (TEMP, LOCAL)
                               and not value.a.checked):
        return
    b.statement(Stmt("eval", None, (value,), None, value.span))


def _mark(b: Operands, number: int) -> None:
    if b.module.debug:
        b.statement(Stmt("mark", None, (), str(number), b.span))


def _store(b: Operands, word: str, count: int, payload: object = None) -> None:
    args = b.arguments(count)
    b.statement(Stmt(word, None, args, payload, b.span))


def _select(b: Operands, count: int, default: int) -> None:
    node = Expr("select_channel", b.arguments(3 * count), bool(default), b.span)
    if b.stack:
        b.spill()
    variable = b.temporary("$selected")
    b.put(variable, node)
    for index in (0, 1):
        b.stack.append(Expr("received", (b.read(variable),), index, b.span))


def _iterate(b: Operands, word: str, slot: int) -> None:
    value = b.stack.pop()
    variable = b.function.locals[slot]
    variable.sets += 1
    b.statement(Stmt(word, variable, (value,), None, b.span))


RULES: dict[int, Callable[[Operands, int, int, int], None]] = {
    ops.NIL: lambda b, x, y, z: b.node("const", 0),
    ops.TRUE: lambda b, x, y, z: b.node("const", 0, True),
    ops.FALSE: lambda b, x, y, z: b.node("const", 0, False),
    ops.POP: lambda b, x, y, z: _pop(b),
    ops.DUP: lambda b, x, y, z: b.duplicate(1),
    ops.DUP2: lambda b, x, y, z: b.duplicate(2),
    ops.SET_LOCAL: Operands.set_local,
    ops.SET_CELL: Operands.set_local,
    ops.GET_CHECKED: lambda b, x, y, z: _checked(b, x),
    ops.NEW_CELL: lambda b, x, y, z: _cell(b, "new_cell", x),
    ops.BOX_LOCAL: lambda b, x, y, z: _cell(b, "box", x),
    ops.COPY_CELL: lambda b, x, y, z: _cell(b, "copy_cell", x),
    ops.GET_UPVALUE: lambda b, x, y, z: b.stack.append(b.read(b.function.upvalues[x])),
    ops.SET_UPVALUE: lambda b, x, y, z: b.assign(b.function.upvalues[x]),
    ops.GET_GLOBAL: lambda b, x, y, z: b.read_global(x),
    ops.SET_GLOBAL: lambda b, x, y, z: b.assign(b.global_variable(x)),
    ops.GET_BUILTIN: lambda b, x, y, z: b.read_builtin(x),
    ops.GET_PROPERTY: lambda b, x, y, z: b.node("property", 1, b.name(x)),
    ops.SET_INDEX: lambda b, x, y, z: _store(b, "set_index", 3),
    ops.SET_PROPERTY: lambda b, x, y, z: _store(b, "set_property", 2, b.name(x)),
    ops.ARRAY: lambda b, x, y, z: b.node("array", x),
    ops.MAP: lambda b, x, y, z: b.node("map", 2 * x),
    ops.BUILD_STRING: lambda b, x, y, z: b.node("text", x),
    ops.CLOSURE: lambda b, x, y, z: b.node("closure", 0, b.function.children[x]),
    ops.CALL: lambda b, x, y, z: b.node("call", x + 1),
    ops.INVOKE: lambda b, x, y, z: b.invoke(x, y),
    ops.GO: lambda b, x, y, z: b.node("go", x + 1),
    ops.GO_INVOKE: lambda b, x, y, z: b.node("go_invoke", y + 1, b.name(x)),
    ops.IMPORT: lambda b, x, y, z: b.node("import_module", 0, b.name(x)),
    ops.IMPORT_NAME: lambda b, x, y, z: b.node("import_builtin", 0, b.name(x)),
    ops.CAUGHT: lambda b, x, y, z: b.node("caught", 1),
    ops.STATEMENT: lambda b, x, y, z: _mark(b, y),
    ops.SEND: lambda b, x, y, z: _store(b, "send", 2),
    ops.RECEIVE: lambda b, x, y, z: b.node("receive", 1),
    ops.SELECT: lambda b, x, y, z: _select(b, x, y),
    ops.ITER_START: lambda b, x, y, z: _iterate(b, "iterate", x),
    ops.ITER_START2: lambda b, x, y, z: _iterate(b, "iterate_pairs", x),
}
