"""What `sentra check` finds: mistakes that a program may have although it can be compiled.

The program is lowered as always, by a `ModuleLowering` that looks at some nodes on its way. What a
name means is therefore what it means when the program runs.
"""

from __future__ import annotations

from itertools import pairwise

from sentra.bytecode import ops
from sentra.bytecode.code import Instruction, Span
from sentra.lower.module import ModuleLowering, hoistable
from sentra.lower.unit import Unit, Variable
from sentra.syntax import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentra.source import Source

ERROR = "error"
WARNING = "warning"

Arity = tuple[int, int | None]  # the least and the most arguments; None: any number

_ENDS: dict[type, str] = {nodes.Return: "return", nodes.Throw: "throw", nodes.Break: "break",
                          nodes.Continue: "continue"}


class Finding:
    """One finding: where, how bad ("error" or "warning"), and what to do."""

    __slots__ = ("message", "severity", "span")

    def __init__(self, span: Span, severity: str, message: str) -> None:
        self.span = span
        self.severity = severity
        self.message = message

    def __repr__(self) -> str:
        return f"{self.span[4]}:{self.span[5]}: {self.severity}: {self.message}"


def check(
    program: nodes.Program, source: Source, builtins: Mapping[str, Arity | None],
) -> list[Finding]:
    """The findings in a program, in the order of the text.

    `builtins` has every name that the host and the library define, with the numbers of arguments
    of those that are functions.
    """
    checker = Checker(program, source)
    implicit = checker.lower_all()
    checker.report_problems()
    checker.report_names(implicit, builtins)
    checker.report_calls(implicit, builtins)
    return sorted(checker.findings.values(), key=lambda finding: finding.span[4:])


class Checker(ModuleLowering):
    """Lowers a module and notes what looks wrong."""

    def __init__(self, program: nodes.Program, source: Source) -> None:
        self.findings: dict[tuple[Span, str], Finding] = {}
        # Calls of plain names: in which unit, what the name means there, the call.
        self.calls: list[tuple[Unit, Variable | None, nodes.Call]] = []
        self.lone: list[tuple[Span, str]] = []  # statements that may be meant as calls
        super().__init__(program, source)

    def found(self, span: Span, severity: str, message: str) -> None:
        self.findings.setdefault((span, message), Finding(span, severity, message))

    # --- while lowering ----------------------------------------------------------------------

    def block(self, node: nodes.Block) -> None:
        self.look_at(node.statements)
        super().block(node)

    def statements(self, statements: list[nodes.Statement]) -> None:
        self.look_at(statements)
        super().statements(statements)

    def value_block(self, node: nodes.Block) -> None:
        self.look_at(node.statements)
        super().value_block(node)

    def module_body(self, statements: list[nodes.Statement]) -> None:
        self.look_at(statements)
        super().module_body(statements)

    def look_at(self, statements: list[nodes.Statement]) -> None:
        """Look at what stands behind each statement of a block."""
        self.look_for_unreachable(statements)
        self.look_for_lone_names(statements)

    def look_for_unreachable(self, statements: list[nodes.Statement]) -> None:
        """Find the first statement behind one that always leaves the block."""
        left = ""
        for statement in statements:
            if left and type(hoistable(statement)) is not nodes.FunctionDeclaration:
                self.found(statement.span, WARNING, f"unreachable code after {left}")
                return
            left = left or _ENDS.get(type(statement), "")

    def look_for_lone_names(self, statements: list[nodes.Statement]) -> None:
        """Find ``log "text"``: a name as a statement, and another statement right behind it."""
        for statement, following in pairwise(statements):
            if type(statement) is not nodes.ExpressionStatement or (
                    type(statement.expression) is not nodes.Name):
                continue
            line, _, _, end, _, _ = statement.span
            between = self.source.line(line)[end - 1:following.span[1] - 1]
            if following.span[0] == line and not between.strip():
                self.lone.append((statement.span, statement.expression.name))

    def call(self, node: nodes.Call, call: int, invoke: int) -> None:
        callee = node.callee
        if type(callee) is nodes.Name:
            variable = self.visible.get(callee.name) or self.find_outside(callee.name)
            self.calls.append((self.unit, variable, node))
        super().call(node, call, invoke)

    def binary(self, node: nodes.Binary) -> None:
        at: nodes.Expression = node
        while type(at) is nodes.Binary:
            self.look_for_leading_minus(at)
            at = at.left
        super().binary(node)

    def look_for_leading_minus(self, node: nodes.Binary) -> None:
        line, column = node.span[4:]
        if node.operator == "-" and not self.source.line(line)[:column - 1].strip():
            self.found((line, column, line, column + 1, line, column), WARNING,
                       "this line continues the expression above it: "
                       "move the - there, or end that line with ;")

    # --- afterwards --------------------------------------------------------------------------

    def report_problems(self) -> None:
        """What `lower` would refuse."""
        for problem in self.problems:
            self.found(problem.span, ERROR, problem.message)

    def report_names(
        self, implicit: dict[str, Span], builtins: Mapping[str, Arity | None],
    ) -> None:
        """Names that nothing defines, and assignments that define one."""
        for name, span in implicit.items():
            self.found(span, WARNING, f'assignment to undeclared name "{name}": '
                                      f"it becomes a variable of the module")
        undefined = set()
        for unit in self.queue:
            for at, instruction in enumerate(unit.code):
                if instruction[0] != ops.GET_BUILTIN or _is_late(unit, instruction, at):
                    continue
                unknown = str(unit.constants[instruction[1]])
                if unknown not in implicit and unknown not in builtins and unknown != "_":
                    undefined.add(unit.spans[at])
                    self.found(unit.spans[at], ERROR, f'undefined variable "{unknown}"')
        for span, name in self.lone:
            if span not in undefined:
                self.found(span, WARNING,
                           f"{name} alone does nothing; a call needs parentheses: {name}(…)")

    def report_calls(
        self, implicit: dict[str, Span], builtins: Mapping[str, Arity | None],
    ) -> None:
        """Calls of known functions with a wrong number of arguments."""
        for unit, variable, node in self.calls:
            assert type(node.callee) is nodes.Name
            name = node.callee.name
            arity: Arity | None = None
            if variable is not None:
                if variable.function is not None and variable.stores == 1:
                    arity = _arity(variable.function)
            elif name not in implicit and unit.free.get(name) not in unit.late:
                arity = builtins.get(name)
            count = len(node.arguments)
            if arity is not None and (count < arity[0]
                                      or (arity[1] is not None and count > arity[1])):
                self.found(node.span, ERROR, wrong_count(name, *arity, count))


Checker.EVALUATE = ModuleLowering.EVALUATE | {nodes.Binary: Checker.binary}
Checker.EXECUTE = ModuleLowering.EXECUTE | {nodes.Block: Checker.block}


def _is_late(unit: Unit, instruction: Instruction, at: int) -> bool:
    """Whether a `var` further down gives the name its meaning."""
    late = unit.late.get(instruction)
    return late is not None and late[1] <= at < late[2]


def _arity(function: nodes.FunctionLiteral) -> Arity:
    parameters = function.parameters
    least = sum(1 for each in parameters if each.default is None and not each.rest)
    if parameters and parameters[-1].rest:
        return least, None
    return least, len(parameters)


def wrong_count(name: str, least: int, most: int | None, got: int) -> str:
    """The text that the call would throw.

    >>> wrong_count("f", 1, 2, 0)
    'f expects 1 to 2 arguments, got 0'
    """
    if most is None:
        wanted, last = f"at least {least}", least
    elif least == most:
        wanted, last = str(least), least
    else:
        wanted, last = f"{least} to {most}", most
    return f"{name} expects {wanted} argument{'' if last == 1 else 's'}, got {got}"
