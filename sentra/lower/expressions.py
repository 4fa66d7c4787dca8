"""Expressions: each method leaves the value of its node on the stack.

Evaluation is from left to right. `depth` counts the values that wait on the stack while a part of
an expression is lowered: a `break` in an `if` expression has to drop them. Chains that lean to the
left (`a + b + …`, `a.b(c)[d]…`) are walked with a loop, whatever their length.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Instruction, Span
from sentra.lower.emit import NIL, Emitter
from sentra.lower.unit import Unit
from sentra.syntax import nodes
from sentra.syntax.nodes import Binary, Call, Index, Logical, Member, Slice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CONSTANT, GET_PROPERTY = ops.CONSTANT, ops.GET_PROPERTY

TRUE: Instruction = (ops.TRUE, 0, 0, 0)
FALSE: Instruction = (ops.FALSE, 0, 0, 0)
INDEX: Instruction = (ops.INDEX, 0, 0, 0)
SLICE: Instruction = (ops.SLICE, 0, 0, 0)
NOT: Instruction = (ops.NOT, 0, 0, 0)

OPERATORS: dict[str, Instruction] = {
    operator: (number, 0, 0, 0) for operator, number in (
        ("+", ops.ADD), ("-", ops.SUB), ("*", ops.MUL), ("/", ops.DIV), ("%", ops.MOD),
        ("==", ops.EQUAL), ("!=", ops.NOT_EQUAL), ("<", ops.LESS), ("<=", ops.LESS_EQUAL),
        (">", ops.GREATER), (">=", ops.GREATER_EQUAL), ("in", ops.IN), ("not in", ops.IN))}


class ExpressionLowering(Emitter):
    """Lowers every node that is an `Expression`, but for `if` and `match`."""

    EVALUATE: dict[type, Callable[[Any, Any], None]]
    evaluate: dict[type, Callable[[Any, Any], None]]

    def expression(self, node: nodes.Expression) -> None:
        """Lower any expression."""
        self.evaluate[type(node)](self, node)

    # --- leaves ------------------------------------------------------------------------------

    def literal(self, node: nodes.Literal) -> None:
        value = node.value
        kind = type(value)
        if kind is str:
            self.code.append((CONSTANT, self.unit.string(value), 0, 0))  # type: ignore[arg-type]
        elif kind is int or kind is float:
            self.code.append((CONSTANT, self.unit.number(value), 0, 0))  # type: ignore[arg-type]
        else:
            self.code.append(NIL if value is None else TRUE if value else FALSE)
        self.spans.append(node.span)

    def name(self, node: nodes.Name) -> None:
        name = node.name
        variable = self.visible.get(name)
        if variable is not None:
            self.code.append(variable.get)
        else:
            if name == "_":
                self.problem(node.span, "_ binds nothing and cannot be read")
            self.code.append(self.free.get(name) or self.resolve(name))
        self.spans.append(node.span)

    def function(self, node: nodes.FunctionLiteral) -> None:
        """Make a closure; the body is lowered later, when all names around it are known."""
        unit = Unit(node.name, node.span, node, self.unit, self.scope)
        units = self.unit.units
        self.code.append((ops.CLOSURE, len(units), 0, 0))
        self.spans.append(node.span)
        units.append(unit)
        self.queue.append(unit)

    # --- operators ---------------------------------------------------------------------------

    def unary(self, node: nodes.Unary) -> None:
        operand = node.operand
        self.evaluate[type(operand)](self, operand)
        self.emit(ops.NEGATE if node.operator == "-" else ops.NOT, 0, 0, node.span)

    def binary(self, node: Binary) -> None:
        spine = [node]
        left = node.left
        while type(left) is Binary:
            spine.append(left)
            left = left.left
        evaluate, code, spans = self.evaluate, self.code, self.spans
        evaluate[type(left)](self, left)
        self.depth += 1
        while spine:
            node = spine.pop()
            right = node.right
            evaluate[type(right)](self, right)
            code.append(OPERATORS[node.operator])
            spans.append(node.span)
            if node.operator == "not in":
                code.append(NOT)
                spans.append(node.span)
        self.depth -= 1

    def logical(self, node: Logical) -> None:
        spine = [node]
        left = node.left
        while type(left) is Logical:
            spine.append(left)
            left = left.left
        evaluate = self.evaluate
        evaluate[type(left)](self, left)
        while spine:
            node = spine.pop()
            over = self.jump(ops.AND_JUMP if node.operator == "&&" else ops.OR_JUMP, node.span)
            right = node.right
            evaluate[type(right)](self, right)
            self.patch(over)

    def conditional(self, node: nodes.Conditional) -> None:
        evaluate = self.evaluate
        ends: list[int] = []
        last: nodes.Expression = node
        while type(last) is nodes.Conditional:
            condition, then = last.condition, last.then
            evaluate[type(condition)](self, condition)
            otherwise = self.jump(ops.JUMP_IF_FALSE, condition.span)
            evaluate[type(then)](self, then)
            ends.append(self.jump(ops.JUMP, last.span))
            self.patch(otherwise)
            last = last.otherwise
        evaluate[type(last)](self, last)
        self.patch_all(ends)

    # --- calls and parts of values -----------------------------------------------------------

    def postfix(self, node: nodes.Expression) -> None:
        """A chain of calls, members, indexes and slices."""
        spine = []
        kind = type(node)
        while True:
            if kind is Call:
                spine.append(node)
                callee = node.callee  # type: ignore[attr-defined]
                node = callee.target if type(callee) is Member else callee
            elif kind is Member or kind is Index or kind is Slice:
                spine.append(node)
                node = node.target  # type: ignore[attr-defined]
            else:
                break
            kind = type(node)
        self.evaluate[kind](self, node)
        while spine:
            node = spine.pop()
            if type(node) is Call:
                self.call(node, ops.CALL, ops.INVOKE)
            else:
                self.part(node)

    def call(self, node: Call, call: int, invoke: int) -> None:
        """The call itself: its callee, or a method's receiver, is on the stack."""
        arguments = node.arguments
        self.values(arguments)
        callee = node.callee
        if type(callee) is Member:
            self.code.append((invoke, self.unit.string(callee.name), len(arguments), 0))
        else:
            self.code.append((call, len(arguments), 0, 0))
        self.spans.append(node.span)

    def values(self, items: list[nodes.Expression]) -> None:
        """Lower expressions one after the other, above one value that is on the stack already."""
        evaluate = self.evaluate
        depth = self.depth
        for item in items:
            self.depth += 1
            evaluate[type(item)](self, item)
        self.depth = depth

    def part(self, node: nodes.Expression) -> None:
        """`.name`, `[i]` or `[i:j]` of the value on the stack."""
        if type(node) is Member:
            self.code.append((GET_PROPERTY, self.unit.string(node.name), 0, 0))
        elif type(node) is Index:
            self.depth += 1
            self.evaluate[type(node.index)](self, node.index)
            self.depth -= 1
            self.code.append(INDEX)
        else:
            assert type(node) is Slice
            self.depth += 1
            self.optional(node.start, node.span)
            self.depth += 1
            self.optional(node.stop, node.span)
            self.depth -= 2
            self.code.append(SLICE)
        self.spans.append(node.span)

    def optional(self, node: nodes.Expression | None, span: Span) -> None:
        """An expression that may be left out; then nil."""
        if node is None:
            self.code.append(NIL)
            self.spans.append(span)
        else:
            self.evaluate[type(node)](self, node)

    # --- values that are built ---------------------------------------------------------------

    def sequence(self, items: list[nodes.Expression]) -> None:
        """Lower expressions one after the other."""
        depth = self.depth
        evaluate = self.evaluate
        for item in items:
            evaluate[type(item)](self, item)
            self.depth += 1
        self.depth = depth

    def template(self, node: nodes.Template) -> None:
        self.sequence(node.parts)
        self.emit(ops.BUILD_STRING, len(node.parts), 0, node.span)

    def array(self, node: nodes.ArrayLiteral) -> None:
        self.sequence(node.items)
        self.emit(ops.ARRAY, len(node.items), 0, node.span)

    def map(self, node: nodes.MapLiteral) -> None:
        depth = self.depth
        evaluate = self.evaluate
        for key, value in node.entries:
            evaluate[type(key)](self, key)
            self.depth += 1
            evaluate[type(value)](self, value)
            self.depth += 1
        self.depth = depth
        self.emit(ops.MAP, len(node.entries), 0, node.span)

    # --- tasks -------------------------------------------------------------------------------

    def receive(self, node: nodes.Receive) -> None:
        self.evaluate[type(node.channel)](self, node.channel)
        self.emit(ops.RECEIVE, 0, 0, node.span)

    def go(self, node: nodes.Go) -> None:
        callee = node.call.callee
        self.expression(callee.target if type(callee) is Member else callee)
        self.call(node.call, ops.GO, ops.GO_INVOKE)


ExpressionLowering.EVALUATE = {
    nodes.Literal: ExpressionLowering.literal,
    nodes.Name: ExpressionLowering.name,
    nodes.Template: ExpressionLowering.template,
    nodes.ArrayLiteral: ExpressionLowering.array,
    nodes.MapLiteral: ExpressionLowering.map,
    nodes.Unary: ExpressionLowering.unary,
    nodes.Binary: ExpressionLowering.binary,
    nodes.Logical: ExpressionLowering.logical,
    nodes.Conditional: ExpressionLowering.conditional,
    nodes.Call: ExpressionLowering.postfix,
    nodes.Index: ExpressionLowering.postfix,
    nodes.Slice: ExpressionLowering.postfix,
    nodes.Member: ExpressionLowering.postfix,
    nodes.FunctionLiteral: ExpressionLowering.function,
    nodes.Receive: ExpressionLowering.receive,
    nodes.Go: ExpressionLowering.go,
}
