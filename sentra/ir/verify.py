"""Checks what `model` states about the IR. What fails here is a bug of the stage before."""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.ops import OPS
from sentra.ir.model import (
    BRANCH,
    CELL,
    GLOBAL,
    JUMP,
    LOCAL,
    NEXT,
    PASSED,
    RETHROW,
    RETURN,
    TEMP,
    THROW,
    UPVALUE,
    Block,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Terminator,
    Variable,
)

# Number of arguments of an expression; -1: one or more, -2: any number, -3: pairs, -4: triples.
ARITY: dict[str, int] = {
    "const": 0, "get": 0, "builtin": 0, "closure": 0, "import_module": 0, "import_builtin": 0,
    "property": 1, "received": 1, "receive": 1, "caught": 1, "and": 2, "or": 2, "select": 3,
    "call": -1, "invoke": -1, "go": -1, "go_invoke": -1, "array": -2, "text": -2, "map": -3,
    "select_channel": -4,
    **{row.does: row.pops for row in OPS.values()
       if row.kind == ops.VALUE and row.number < 100 and not row.operands
       and isinstance(row.pops, int)},
}
STATEMENTS = {"set": 1, "eval": 1, "set_index": 3, "set_property": 2, "send": 2, "new_cell": 0,
              "box": 0, "copy_cell": 0, "iterate": 1, "iterate_pairs": 1, "publish": 1,
              "mark": 0}
TERMINATORS = {JUMP: (1, 0), BRANCH: (2, 1), NEXT: (2, 0), PASSED: (2, 0), RETURN: (0, 1),
               THROW: (0, 1), RETHROW: (0, 1)}  # targets, arguments


class BadIR(AssertionError):
    """The IR breaks one of its rules; says where."""


def verify_module(module: ModuleIR, stage: str = "") -> None:
    """Check a module; `stage` is what has just run. Raises BadIR."""
    temps: dict[Variable, FunctionIR] = {}
    seen: dict[int, Expr] = {}
    for function in module.functions:
        if not function.declined:
            try:
                _Verifier(function, module, temps, seen).run()
            except BadIR as error:
                raise BadIR(f"after {stage}: in {function.name}: {error}") from None


def verify_rest(function: FunctionIR) -> None:
    """Check the rest of a function (see `build.build_rest`). Raises BadIR."""
    assert function.module is not None
    try:
        _Verifier(function, function.module, {}, {}).run()
    except BadIR as error:
        raise BadIR(f"in the rest of {function.name}: {error}") from None


class _Verifier:
    def __init__(
        self, function: FunctionIR, module: ModuleIR, temps: dict[Variable, FunctionIR],
        seen: dict[int, Expr],
    ) -> None:
        self.function = function
        self.module = module
        self.temps = temps
        self.seen = seen
        self.locals = set(function.locals)
        self.upvalues = set(function.upvalues)
        self.reads: dict[Variable, int] = {}
        self.sets: dict[Variable, int] = {}
        self.where = ""

    def run(self) -> None:
        function = self.function
        predecessors = [0] * len(function.blocks)
        back_edges = {(loop.last, loop.header) for loop in function.loops}
        for number, block in enumerate(function.blocks):
            self.where = f"block {number}"
            self.require(block.number == number, f"is numbered {block.number}")
            if block.exception is not None:
                self.sets[self.variable(block.exception)] = 0
            for statement in block.body:
                self.statement(statement)
            self.terminator(block, predecessors, back_edges)
        self.regions(predecessors)
        self.where = "counts"
        for block in function.blocks:
            self.require(block.predecessors == predecessors[block.number],
                         f"block {block.number} has {predecessors[block.number]} predecessors,"
                         f" not {block.predecessors}")
        for variable, reads in self.reads.items():
            self.require(variable.kind == GLOBAL or variable.reads >= reads,
                         f"{variable} is read {reads} times, not {variable.reads}")
            self.require(variable.kind != TEMP or variable in self.sets, f"{variable} is never set")
        for variable, sets in self.sets.items():
            self.require(variable.kind == GLOBAL or variable.sets == sets,
                         f"{variable} is set {sets} times, not {variable.sets}")

    def require(self, condition: bool, message: str, *about: object) -> None:
        """Raise BadIR unless it holds; what the message is about is only then made text."""
        if not condition:
            raise BadIR(f"{self.where}: {message.format(*about) if about else message}")

    def variable(self, variable: Variable | None) -> Variable:
        """Check that a variable is one of this function."""
        if variable is None:
            raise BadIR(f"{self.where}: no variable")
        kind = variable.kind
        if kind in (LOCAL, CELL):
            self.require(variable in self.locals, "{} is not of this function", variable)
        elif kind == UPVALUE:
            self.require(variable in self.upvalues, "{} is not of this function", variable)
            self.require(variable.owner is not None and variable.owner.kind == CELL,
                         "{} captures no cell", variable)
        elif kind == GLOBAL:
            self.require(self.module.globals.get(variable.name) is variable,
                         "{} is not of this module", variable)
        else:
            self.require(kind == TEMP, "{} is of no kind", variable)
            self.require(self.temps.setdefault(variable, self.function) is self.function,
                         "{} belongs to another function", variable)
        return variable

    def count_set(self, variable: Variable | None) -> None:
        known = self.variable(variable)
        self.sets[known] = self.sets.get(known, 0) + 1

    def statement(self, statement: Stmt) -> None:
        op = statement.op
        self.require(STATEMENTS.get(op) == len(statement.args), "{} has a wrong shape", statement)
        for expr in statement.args:
            self.expression(expr)
        if op in ("set", "iterate", "iterate_pairs"):
            self.count_set(statement.variable)
        elif op in ("new_cell", "box", "copy_cell"):
            self.require(self.variable(statement.variable).kind == CELL, "{}: no cell", statement)
        elif op == "publish":
            self.require(
                self.variable(statement.variable).kind == GLOBAL, "{}: no global", statement)
        else:
            self.require(statement.variable is None, "{} has a variable", statement)

    def expression(self, expr: Expr) -> None:
        op = expr.op
        self.require(id(expr) not in self.seen, "{} has two parents", expr)
        self.seen[id(expr)] = expr  # kept, so that no other gets its id
        arity = ARITY.get(op)
        count = len(expr.args)
        self.require(
            arity is not None and (count == arity or (arity == -1 and count > 0) or arity == -2
                                   or (arity == -3 and count % 2 == 0)
                                   or (arity == -4 and count % 3 == 0)),
            "{} has a wrong shape", expr)
        depth = 0
        for arg in expr.args:
            self.expression(arg)
            depth = max(depth, arg.depth)
        self.require(expr.depth > depth, "{} has depth {}, not {}", expr, depth + 1, expr.depth)
        if op == "get":
            variable = self.variable(expr.a)
            self.reads[variable] = self.reads.get(variable, 0) + 1
        elif op == "closure":
            self.require(expr.a in self.function.children, "{} is not of this function", expr)
        elif op in ("builtin", "property", "invoke", "go_invoke", "import_module",
                    "import_builtin"):
            self.require(isinstance(expr.a, str), "{} has no name", expr)

    def terminator(
        self, block: Block, predecessors: list[int], back_edges: set[tuple[int, int]],
    ) -> None:
        end = block.end
        if end is None:
            raise BadIR(f"{self.where}: has no end")
        self.require(TERMINATORS.get(end.op) == (len(end.targets), len(end.args)),
                     f"{end.op} has a wrong shape")
        for target in end.targets:
            self.require(0 <= target < len(predecessors), f"there is no block {target}")
            self.require(target > block.number or (block.number, target) in back_edges,
                         f"a jump back to {target} outside a loop region")
            predecessors[target] += 1
        for expr in end.args:
            self.expression(expr)
        self.results(end)

    def results(self, end: Terminator) -> None:
        if end.op == NEXT:
            iterator = self.variable(end.variable)
            self.reads[iterator] = self.reads.get(iterator, 0) + 1
            self.require(len(end.results) in (1, 2), "an iteration step gives one or two values")
        elif end.op == PASSED:
            self.require(end.variable in self.function.parameters, "no parameter")
        for result in end.results:
            self.count_set(result)

    def regions(self, predecessors: list[int]) -> None:
        function = self.function
        count = len(function.blocks)
        self.where = "regions"
        spans: list[tuple[int, int]] = []
        for region in function.tries:
            self.require(0 <= region.start < region.end <= region.handler < count,
                         f"try {region.start} to {region.end} with handler {region.handler}")
            self.require(function.blocks[region.handler].exception is not None,
                         f"handler {region.handler} takes no exception")
            predecessors[region.handler] += 1
            spans.append((region.start, region.end))
        for loop in function.loops:
            end = function.blocks[loop.last].end
            self.require(0 <= loop.header <= loop.last < count and end is not None
                         and loop.header in end.targets, f"loop {loop.header} to {loop.last}")
            spans.append((loop.header, loop.last + 1))
        spans.sort(key=lambda span: (span[0], -span[1]))
        open_ends: list[int] = []
        for start, stop in spans:
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()
            self.require(not open_ends or stop <= open_ends[-1],
                         f"{start} to {stop} is not nested in what is around it")
            open_ends.append(stop)
