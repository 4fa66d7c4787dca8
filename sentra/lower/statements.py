"""Statements, and `if` and `match` as expressions.

The stack is as deep after a statement as before it. Where `wanted` is true, a block leaves the
value of its last statement on the stack instead.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Instruction, Span
from sentra.lower.emit import NIL, POP
from sentra.lower.exits import ExitLowering, Loop
from sentra.lower.expressions import FALSE, INDEX, OPERATORS, TRUE, ExpressionLowering
from sentra.lower.unit import Scope
from sentra.syntax import nodes
from sentra.syntax.nodes import FunctionDeclaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DUP: Instruction = (ops.DUP, 0, 0, 0)
DUP2: Instruction = (ops.DUP2, 0, 0, 0)
SET_INDEX: Instruction = (ops.SET_INDEX, 0, 0, 0)


class StatementLowering(ExitLowering):
    """Lowers every statement but import and export."""

    EXECUTE: dict[type, Callable[[Any, Any], None]]
    execute: dict[type, Callable[[Any, Any], None]]

    # --- blocks ------------------------------------------------------------------------------

    def block(self, node: nodes.Block) -> None:
        statements = node.statements
        if statements:
            scope = self.enter()
            functions = [s for s in statements if type(s) is FunctionDeclaration]
            if functions:
                self.hoist(functions)
            execute = self.execute
            for statement in statements:
                execute[type(statement)](self, statement)
            self.close(scope)

    def statements(self, statements: list[nodes.Statement]) -> None:
        """Lower the statements of a block whose scope is open."""
        self.hoist([s for s in statements if type(s) is FunctionDeclaration])
        execute = self.execute
        for statement in statements:
            execute[type(statement)](self, statement)

    def hoist(self, declarations: list[FunctionDeclaration]) -> None:
        """Make the functions that a block declares, at its beginning."""
        at_top = self.scope.parent is None
        for declaration in declarations:
            function = declaration.function
            span = function.span
            variable = (self.declare_global(function.name) if at_top
                        else self.declare(function.name, span))
            variable.function = function
            self.function(function)
            self.store(variable, span)

    def declared_function(self, node: FunctionDeclaration) -> None:
        """Nothing: it was made at the beginning of its block."""

    def value_block(self, node: nodes.Block) -> None:
        """A block as a branch of an expression."""
        scope = self.enter()
        statements = node.statements
        last = statements[-1] if statements else None
        kind = type(last)
        if kind is nodes.ExpressionStatement or kind is nodes.If or kind is nodes.Match:
            self.statements(statements[:-1])
            self.begins(statements[-1].span)
            if kind is nodes.ExpressionStatement:
                last = last.expression  # type: ignore[union-attr]
            self.evaluate[type(last)](self, last)
        else:
            self.statements(statements)
            self.code.append(NIL)
            self.spans.append(node.span)
        self.close(scope)


    # --- simple statements -------------------------------------------------------------------

    def expression_statement(self, node: nodes.ExpressionStatement) -> None:
        expression = node.expression
        self.evaluate[type(expression)](self, expression)
        self.code.append(POP)
        self.spans.append(node.span)

    def declaration(self, node: nodes.Declaration) -> None:
        start = len(self.code)
        value, span, name = node.value, node.span, node.name
        if value is None:
            self.code.append(NIL)
            self.spans.append(span)
        else:
            self.evaluate[type(value)](self, value)
        self.bind(name, span, node.keyword, start)

    def bind(self, name: str, span: Span, keyword: str = "let", start: int = 0) -> None:
        """Pop the value on the stack into the variable that a declaration makes."""
        if name == "_":
            self.code.append(POP)
            self.spans.append(span)
        elif keyword == "var":
            self.store(self.declare_var(name, span, start), span)
        else:
            self.store(self.declare(name, span, keyword == "const"), span)

    def assignment(self, node: nodes.Assignment) -> None:
        target = node.target
        if node.operator:
            self.compound(node, target)
            return
        value = node.value
        evaluate = self.evaluate
        if type(target) is nodes.Name:
            evaluate[type(value)](self, value)
            if target.name == "_":
                self.emit(ops.POP, 0, 0, target.span)
            else:
                self.assign(target.name, target.span, target.span)
            return
        if type(target) is nodes.Index:
            self.sequence([target.target, target.index, value])
            self.code.append(SET_INDEX)
        else:
            assert type(target) is nodes.Member
            self.sequence([target.target, value])
            self.code.append((ops.SET_PROPERTY, self.unit.string(target.name), 0, 0))
        self.spans.append(target.span)

    def compound(self, node: nodes.Assignment, target: nodes.Target) -> None:
        """`target += value`: object and index once, the old value before the right side."""
        span = node.span
        code, spans = self.code, self.spans
        depth = self.depth
        if type(target) is nodes.Name:
            self.name(target)
            spans[-1] = span
        elif type(target) is nodes.Index:
            self.sequence([target.target, target.index])
            code += (DUP2, INDEX)
            spans += (span, span)
            self.depth += 2
        else:
            assert type(target) is nodes.Member
            self.expression(target.target)
            code += (DUP, (ops.GET_PROPERTY, self.unit.string(target.name), 0, 0))
            spans += (span, span)
            self.depth += 1
        self.depth += 1
        self.expression(node.value)
        self.depth = depth
        code.append(OPERATORS[node.operator])
        spans.append(span)
        if type(target) is nodes.Name:
            self.assign(target.name, span, target.span)
        else:
            code.append((ops.SET_PROPERTY, self.unit.string(target.name), 0, 0)
                        if type(target) is nodes.Member else SET_INDEX)
            spans.append(span)

    def send(self, node: nodes.Send) -> None:
        self.sequence([node.channel, node.value])
        self.emit(ops.SEND, 0, 0, node.span)

    # --- if and match ------------------------------------------------------------------------

    def if_value(self, node: nodes.If) -> None:
        self.if_(node, True)

    def if_(self, node: nodes.If, wanted: bool = False) -> None:
        """A chain of `if … else if … else`."""
        ends: list[int] = []
        span = node.span
        branch = self.value_block if wanted else self.block
        while True:
            condition = node.condition
            self.evaluate[type(condition)](self, condition)
            past = self.jump(ops.JUMP_IF_FALSE, condition.span)
            branch(node.then)
            otherwise = node.otherwise
            if otherwise is None and not wanted:
                self.patch(past)
                break
            ends.append(self.jump(ops.JUMP, span))
            self.patch(past)
            if otherwise is None:
                self.code.append(NIL)
                self.spans.append(span)
                break
            if isinstance(otherwise, nodes.Block):
                branch(otherwise)
                break
            node = otherwise
            self.begins(node.span)
        self.patch_all(ends)

    def match_value(self, node: nodes.Match) -> None:
        self.match(node, True)

    def match(self, node: nodes.Match, wanted: bool = False) -> None:
        """The arms of a match, in order."""
        self.expression(node.subject)
        subject = self.hidden("$subject")
        self.emit(ops.SET_LOCAL, subject, 0, node.subject.span)
        ends: list[int] = []
        branch = self.value_block if wanted else self.block
        for arm in node.arms:
            scope: Scope | None = None
            fails = []
            if arm.patterns:
                fails.append(self.alternatives(arm, subject))
            elif arm.binding is not None and arm.binding != "_":
                scope = self.enter()
                self.emit(ops.GET_LOCAL, subject, 0, arm.span)
                self.bind(arm.binding, arm.span)
            if arm.guard is not None:
                self.expression(arm.guard)
                fails.append(self.jump(ops.JUMP_IF_FALSE, arm.guard.span))
            body = arm.body
            branch(body if type(body) is nodes.Block else nodes.Block(body.span, [body]))
            if scope is not None:
                self.close(scope)
            ends.append(self.jump(ops.JUMP, arm.span))
            self.patch_all(fails)
        if wanted:
            self.code.append(NIL)
            self.spans.append(node.span)
        self.patch_all(ends)

    def alternatives(self, arm: nodes.Arm, subject: int) -> int:
        """The test of literal patterns; gives its jump to the next arm."""
        found: list[int] = []
        for pattern in arm.patterns:
            if pattern is not arm.patterns[0]:
                found.append(self.jump(ops.OR_JUMP, pattern.span))
            self.emit(ops.GET_LOCAL, subject, 0, pattern.span)
            self.expression(pattern)
            self.emit(ops.EQUAL, 0, 0, pattern.span)
        self.patch_all(found)
        return self.jump(ops.JUMP_IF_FALSE, arm.span)

    # --- loops -------------------------------------------------------------------------------

    def while_(self, node: nodes.While) -> None:
        condition = node.condition
        header = self.here()
        self.evaluate[type(condition)](self, condition)
        past = self.jump(ops.JUMP_IF_FALSE, condition.span)
        loop = self.loop_body(node.body)
        self.patch_all(loop.continues)
        self.loop(header, node.span)
        self.patch(past)
        self.patch_all(loop.breaks)

    def loop_body(self, body: nodes.Block) -> Loop:
        """The body of a loop; break and continue in it wait for their targets."""
        loop = Loop(self.depth)
        self.exits.append(loop)
        self.block(body)
        self.exits.pop()
        return loop

    def for_(self, node: nodes.For) -> None:
        initial, condition, update = node.initial, node.condition, node.update
        scope = None
        if type(initial) is nodes.Declaration and initial.keyword != "var":
            scope = self.enter()
        if initial is not None:
            self.execute[type(initial)](self, initial)
        header = self.here()
        past = None
        if condition is not None:
            self.evaluate[type(condition)](self, condition)
            past = self.jump(ops.JUMP_IF_FALSE, condition.span)
        loop = self.loop_body(node.body)
        self.patch_all(loop.continues)
        if scope is not None:
            self.entries.append((len(self.code), ops.COPY_CELL, scope))
        if update is not None:
            self.execute[type(update)](self, update)
        self.loop(header, node.span)
        if past is not None:
            self.patch(past)
        self.patch_all(loop.breaks)
        if scope is not None:
            self.close(scope)

    def for_in(self, node: nodes.ForIn) -> None:
        span = node.iterable.span
        self.expression(node.iterable)
        iterator = self.hidden("$iterator")
        pairs = node.second is not None
        self.emit(ops.ITER_START2 if pairs else ops.ITER_START, iterator, 0, span)
        header = self.here()
        past = self.jump(ops.ITER_NEXT2 if pairs else ops.ITER_NEXT, span, iterator)
        scope = self.enter()
        if node.second is not None:
            self.bind(node.second, span)
        self.bind(node.first, span)
        loop = self.loop_body(node.body)
        self.close(scope)
        self.patch_all(loop.continues)
        self.loop(header, node.span)
        self.patch(past)
        self.patch_all(loop.breaks)

    # --- select ------------------------------------------------------------------------------

    def select(self, node: nodes.Select) -> None:
        span = node.span
        depth = self.depth
        waiting = [case for case in node.cases if case.kind != "default"]
        others = [case for case in node.cases if case.kind == "default"]
        for case in waiting:
            assert case.channel is not None
            self.expression(case.channel)
            self.depth += 1
            self.optional(case.value, case.span)
            self.depth += 1
            self.code.append(TRUE if case.kind == "send" else FALSE)
            self.spans.append(case.span)
            self.depth += 1
        self.depth = depth
        self.emit(ops.SELECT, len(waiting), len(others), span)
        chosen, received = self.hidden("$chosen"), self.hidden("$received")
        self.emit(ops.SET_LOCAL, chosen, 0, span)
        self.emit(ops.SET_LOCAL, received, 0, span)
        ends: list[int] = []
        for number, case in enumerate(waiting + others):
            self.emit(ops.GET_LOCAL, chosen, 0, case.span)
            self.constant(number, case.span)
            self.emit(ops.EQUAL, 0, 0, case.span)
            past = self.jump(ops.JUMP_IF_FALSE, case.span)
            scope = self.enter()
            if case.name is not None and case.name != "_":
                self.emit(ops.GET_LOCAL, received, 0, case.span)
                self.bind(case.name, case.span)
            self.block(case.body)
            self.close(scope)
            ends.append(self.jump(ops.JUMP, case.span))
            self.patch(past)
        self.patch_all(ends)


StatementLowering.EVALUATE = ExpressionLowering.EVALUATE | {
    nodes.If: StatementLowering.if_value,
    nodes.Match: StatementLowering.match_value,
}
StatementLowering.EXECUTE = {
    nodes.Block: StatementLowering.block,
    nodes.ExpressionStatement: StatementLowering.expression_statement,
    nodes.Declaration: StatementLowering.declaration,
    nodes.FunctionDeclaration: StatementLowering.declared_function,
    nodes.Assignment: StatementLowering.assignment,
    nodes.If: StatementLowering.if_,
    nodes.While: StatementLowering.while_,
    nodes.For: StatementLowering.for_,
    nodes.ForIn: StatementLowering.for_in,
    nodes.Match: StatementLowering.match,
    nodes.Return: StatementLowering.return_,
    nodes.Break: StatementLowering.break_,
    nodes.Continue: StatementLowering.continue_,
    nodes.Throw: StatementLowering.throw,
    nodes.Try: StatementLowering.try_,
    nodes.Send: StatementLowering.send,
    nodes.Select: StatementLowering.select,
}
