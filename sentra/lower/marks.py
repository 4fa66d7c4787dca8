"""Lowering for debug builds: a STATEMENT instruction where each statement begins.

The instructions are those of `module` with these marks between them. A mark's constant, one for
each function, says which slots can be seen: ``0:0-9 3:2-5`` means slot 0 at the statements 0 to 8,
slot 3 at the statements 2 to 4.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.lower.module import ModuleLowering
from sentra.syntax import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Module, Span
    from sentra.lower.unit import Label, Scope, Unit, Variable
    from sentra.source import Source

PLAIN, ENTRY, AGAIN = 0, 1, 2  # kinds of mark


class _Marks:
    """The marks of one function: how many there are so far, and what can be seen from where."""

    __slots__ = ("constant", "count", "seen")

    def __init__(self, constant: int) -> None:
        self.constant = constant
        self.count = 0
        self.seen: dict[Variable, list[int]] = {}  # first mark, and the one after the last

    def text(self) -> str:
        """The constant."""
        return " ".join([
            f"{variable.slot}:{first}-{end if end >= 0 else self.count}"
            for variable, (first, end) in sorted(
                self.seen.items(), key=lambda item: item[0].slot)
            if variable.slot >= 0 and not variable.is_global])


class MarkedLowering(ModuleLowering):
    """Lowers a module for a debugger."""

    marks: dict[Unit, _Marks]
    turns: list[nodes.Statement | None]  # of the loops that are open: what begins a turn, if that
    # is a statement of its own, the update of a for

    def begin(self, unit: Unit) -> None:
        super().begin(unit)
        if unit is self.body and not hasattr(self, "marks"):
            self.marks = {}
            self.turns = []
        if unit not in self.marks:
            self.marks[unit] = _Marks(len(unit.constants))
            unit.constants.append("")

    def mark(self, span: Span, kind: int = PLAIN) -> None:
        """Append a mark for what begins at the start of `span`."""
        marks = self.marks[self.unit]
        line, column, end_line, end_column = span[:4]
        if end_line != line:  # only what begins there is shown
            end_line, end_column = line, len(self.source.line(line)) + 1
        self.code.append((ops.STATEMENT, marks.constant, marks.count, kind))
        self.spans.append((line, column, end_line, max(end_column, column), line, column))
        marks.count += 1

    def begins(self, span: Span) -> None:
        self.mark(span)

    def loop(self, header: Label, span: Span) -> None:
        if self.turns.pop() is None:
            self.mark(span, AGAIN)
        super().loop(header, span)

    def parameters(self, unit: Unit, parameters: list[nodes.Parameter]) -> None:
        super().parameters(unit, parameters)
        scope: Scope | None = self.scope
        while scope is not None and scope.unit is unit:
            for variable in scope.names.values():
                self.marks[unit].seen.setdefault(variable, [0, -1])
            scope = scope.parent
        self.mark(unit.span, ENTRY)

    def declare(self, name: str, span: Span, constant: bool = False) -> Variable:
        return self._visible(super().declare(name, span, constant))

    def declare_var(self, name: str, span: Span, start: int) -> Variable:
        return self._visible(super().declare_var(name, span, start))

    def _visible(self, variable: Variable) -> Variable:
        marks = self.marks[self.unit]
        marks.seen.setdefault(variable, [marks.count, -1])
        return variable

    def close(self, scope: Scope) -> None:
        super().close(scope)
        marks = self.marks[self.unit]
        for variable in scope.names.values():
            if variable in marks.seen:
                marks.seen[variable][1] = marks.count

    def epilogue(self) -> None:
        super().epilogue()
        for unit, marks in self.marks.items():
            unit.constants[marks.constant] = marks.text()


def _marked(
    lowered: Callable[[Any, Any], None],
) -> Callable[[Any, Any], None]:
    """The method for a statement, behind a mark."""
    def execute(self: MarkedLowering, node: nodes.Statement) -> None:
        turns = self.turns
        self.mark(node.span, AGAIN if turns and turns[-1] is node else PLAIN)
        if isinstance(node, nodes.For):
            turns.append(node.update)
        elif isinstance(node, nodes.While | nodes.ForIn):
            turns.append(None)
        lowered(self, node)

    return execute


def _export(self: MarkedLowering, node: nodes.Export) -> None:
    if type(node.declaration) is nodes.Declaration:
        self.mark(node.span)
    self.export(node)


MarkedLowering.EXECUTE = {
    kind: method if kind in (nodes.Block, nodes.FunctionDeclaration) else _marked(method)
    for kind, method in ModuleLowering.EXECUTE.items()
} | {nodes.Export: _export}


def lower_marked(program: nodes.Program, source: Source) -> Module:
    """The bytecode of a program with its statements marked."""
    return MarkedLowering(program, source).run()
