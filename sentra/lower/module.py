"""The whole of lowering: a syntax tree to the bytecode of its module.

Module variables: a top-level `fn`, and every other top-level name that a nested function uses or
that is exported, live in the module's namespace. Top-level names that only the module's own
statements touch are locals of the body; where the body ends normally its epilogue publishes them,
so that a host can read them:

    n: publish the n-th variable
    …
    1: publish the first
    0: return nil

A module-level `return` jumps to the place that publishes what has been declared above it.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import MODULE, Function, Module, Span
from sentra.errors import SentraSyntaxError
from sentra.lower.assemble import assemble
from sentra.lower.statements import StatementLowering
from sentra.lower.unit import Unit, Variable
from sentra.syntax import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.source import Source

MOST_PROBLEMS = 10


class ModuleLowering(StatementLowering):
    """Lowers one module."""

    def __init__(self, program: nodes.Program, source: Source) -> None:
        self.evaluate = type(self).EVALUATE
        self.execute = type(self).EXECUTE
        self.module_returns = []
        self.exports: dict[str, tuple[str, Span]] = {}  # exported name → variable
        self.program = program
        super().__init__(source, Unit(MODULE, program.span, None, None, None))

    def run(self) -> Module:
        """The module's bytecode; raises what is wrong with its names."""
        implicit = self.lower_all()
        if self.problems:
            problems = sorted(self.problems, key=lambda problem: problem.span[4:])
            raise SentraSyntaxError(problems[:MOST_PROBLEMS])
        self.epilogue()
        made: dict[Unit, Function] = {}
        for unit in reversed(self.queue):
            made[unit] = assemble(unit, tuple([made.pop(inner) for inner in unit.units]), implicit)
        variables = self.body.block.names
        return Module(
            filename=self.source.filename, source=self.source.text, body=made[self.body],
            variables=tuple(variables | implicit), implicit=tuple(implicit),
            single=tuple([name for name, variable in variables.items()
                          if variable.stores == 1 and name not in implicit]),
            exports=tuple([(name, variable) for name, (variable, _) in self.exports.items()]))

    def lower_all(self) -> dict[str, Span]:
        """Lower the body, then every function; give the names that only assignments define."""
        self.module_body(self.program.statements)
        for unit in self.queue:  # it grows
            if unit is not self.body:
                self.begin(unit)
                self.function_body(unit)
        implicit = self.implicit()
        self.check_exports(implicit)
        return implicit

    def implicit(self) -> dict[str, Span]:
        """The names that are assigned and that nothing declares, in the order of the text."""
        found: dict[str, Span] = {}
        for unit in self.queue:
            for name, span in unit.implicit.items():
                if name not in found or span[4:] < found[name][4:]:
                    found[name] = span
        return dict(sorted(found.items(), key=lambda item: item[1][4:]))

    # --- functions ---------------------------------------------------------------------------

    def function_body(self, unit: Unit) -> None:
        """Lower a nested function."""
        node = unit.node
        assert node is not None
        self.parameters(unit, node.parameters)
        self.enter_block(unit)
        statements = node.body.statements
        self.statements(statements)
        if not statements or type(statements[-1]) is not nodes.Return:
            span = node.span
            end = (span[2], max(span[3] - 1, 1), span[2], span[3], span[2], max(span[3] - 1, 1))
            self.emit(ops.NIL, 0, 0, end)
            self.emit(ops.RETURN, 0, 0, end)

    def enter_block(self, unit: Unit) -> None:
        """Open the scope that the `var`s from here on belong to."""
        unit.start = len(self.code)
        unit.block = self.enter()

    def parameters(self, unit: Unit, parameters: list[nodes.Parameter]) -> None:
        """Declare the parameters and lower their defaults, which see the parameters before them."""
        self.enter(ops.BOX_LOCAL)
        unit.local_names += ["$_" if each.name == "_" else each.name for each in parameters]
        for slot, parameter in enumerate(parameters):
            default = parameter.default
            if default is not None:
                span = parameter.span
                self.enter_block(unit)  # before the jump: the body sees these variables too
                passed = self.jump(ops.JUMP_IF_PASSED, span, slot)
                self.expression(default)
                unit.keep.add(len(self.code))
                self.emit(ops.SET_LOCAL, slot, 0, span)
                self.patch(passed)
                self.enter(ops.BOX_LOCAL)
            elif not parameter.rest:
                unit.required += 1
            if parameter.rest:
                unit.has_rest = True
            else:
                unit.parameters += 1
            if parameter.name != "_":
                variable = Variable(parameter.name, self.scope, slot, False)
                self.scope.names[parameter.name] = self.visible[parameter.name] = variable

    # --- the module's own statements ---------------------------------------------------------

    def module_body(self, statements: list[nodes.Statement]) -> None:
        """Lower the top level; exported functions are hoisted with the others."""
        self.hoist([declaration for declaration in map(hoistable, statements)
                    if type(declaration) is nodes.FunctionDeclaration])
        execute = self.execute
        for statement in statements:
            execute[type(statement)](self, statement)

    def epilogue(self) -> None:
        """Publish the top-level variables that are locals, and return."""
        self.begin(self.body)
        span = self.program.span
        end = (span[2], span[3], span[2], span[3], span[2], span[3])
        returns: dict[int, list[int]] = {}
        for at, count in self.module_returns:
            returns.setdefault(count, []).append(at)
        published = self.published
        for count in range(len(published), 0, -1):
            self.patch_all(returns.get(count, []))
            variable = published[count - 1]
            if not variable.is_global:
                self.emit(ops.GET_LOCAL, variable.slot, 0, end)
                self.emit(ops.SET_GLOBAL, self.body.string(variable.name), 0, end)
        self.patch_all(returns.get(0, []))
        self.emit(ops.NIL, 0, 0, end)
        self.emit(ops.RETURN, 0, 0, end)

    def import_(self, node: nodes.Import) -> None:
        span = node.span
        self.emit(ops.IMPORT_NAME if node.bare else ops.IMPORT, self.unit.string(node.path), 0,
                  span)
        if node.names is None:
            self.bind(node.alias, span)
            return
        for exported, local in node.names:
            self.emit(ops.DUP, 0, 0, span)
            self.emit(ops.GET_PROPERTY, self.unit.string(exported), 0, span)
            self.bind(local, span)
        self.emit(ops.POP, 0, 0, span)

    def export(self, node: nodes.Export) -> None:
        if self.scope.parent is not None or self.unit is not self.body:
            self.problem(node.span, "export must stand at the top level of its module")
            return
        declaration = node.declaration
        if type(declaration) is nodes.FunctionDeclaration:
            function = declaration.function
            self.exports[function.name] = (function.name, function.span)
        elif type(declaration) is nodes.Declaration:
            self.declaration(declaration)
            if declaration.name != "_":
                self.exports[declaration.name] = (declaration.name, declaration.span)
        for variable, exported, span in node.names:
            self.exports[exported] = (variable, span)

    def check_exports(self, implicit: dict[str, Span]) -> None:
        """Make the exported variables module variables."""
        names = self.body.block.names
        for variable, span in self.exports.values():
            if variable in names:
                self.promote(names[variable])
            elif variable not in implicit:
                self.problem(span, f"cannot export {variable}: no such variable in this module")


def hoistable(statement: nodes.Statement) -> nodes.Statement | None:
    """The declaration of an `export`, else the statement itself."""
    return statement.declaration if type(statement) is nodes.Export else statement


ModuleLowering.EXECUTE = StatementLowering.EXECUTE | {
    nodes.Import: ModuleLowering.import_,
    nodes.Export: ModuleLowering.export,
}


def lower(program: nodes.Program, source: Source) -> Module:
    """The bytecode of a program; raises `SentraSyntaxError` for names that are used wrongly."""
    return ModuleLowering(program, source).run()
