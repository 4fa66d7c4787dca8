"""Evaluates an expression by calling the runtime's operations, with nothing in between.

It knows literals, operators, indexing, calls and methods of builtins: enough for the rows of
tests/ops, and for tests of builtins that need no functions of the program.
"""

from __future__ import annotations

from typing import Any

from sentra.errors import NAME, SentraError
from sentra.runtime import arithmetic, calls, collections, compare, text
from sentra.runtime.context import Context
from sentra.source import Source
from sentra.syntax import nodes
from sentra.syntax.parser import parse as parse_source

BINARY = {
    "+": arithmetic.add, "-": arithmetic.sub, "*": arithmetic.mul, "/": arithmetic.div,
    "%": arithmetic.mod, "==": compare.equal, "!=": compare.not_equal, "<": compare.less,
    "<=": compare.less_equal, ">": compare.greater, ">=": compare.greater_equal,
    "in": compare.contains, "not in": lambda x, c: not compare.contains(x, c),
}
UNARY = {"-": arithmetic.negate, "!": arithmetic.not_, "not": arithmetic.not_}


def parse(expression: str) -> nodes.Expression:
    (statement,) = parse_source(Source("row.sn", f"let row = {expression}")).statements
    return statement.value


def evaluate(expression: str, context: Context | None = None) -> Any:
    return value(parse(expression), context or Context())


def value(node: nodes.Node, context: Context) -> Any:
    return RULES[type(node)](node, context)


def name(node: nodes.Name, context: Context) -> Any:
    found = context.builtin(node.name)
    if found is None:
        raise SentraError(f'undefined variable "{node.name}"', NAME)
    return found


def call(node: nodes.Call, context: Context) -> Any:
    if type(node.callee) is nodes.Member:
        receiver = value(node.callee.target, context)
        args = [value(each, context) for each in node.arguments]
        return calls.invoke(receiver, node.callee.name, args, context)
    return calls.call(value(node.callee, context), *values(node.arguments, context))


def values(many: list[nodes.Expression], context: Context) -> list[Any]:
    return [value(each, context) for each in many]


def bound(node: nodes.Expression | None, context: Context) -> Any:
    return None if node is None else value(node, context)


RULES: dict[type, Any] = {
    nodes.Literal: lambda n, c: n.value,
    nodes.Name: name,
    nodes.Template: lambda n, c: text.join_text(values(n.parts, c)),
    nodes.ArrayLiteral: lambda n, c: values(n.items, c),
    nodes.MapLiteral: lambda n, c: collections.make_map(
        [value(part, c) for entry in n.entries for part in entry]),
    nodes.Unary: lambda n, c: UNARY[n.operator](value(n.operand, c)),
    nodes.Binary: lambda n, c: BINARY[n.operator](value(n.left, c), value(n.right, c)),
    nodes.Call: call,
    nodes.Index: lambda n, c: collections.index(value(n.target, c), value(n.index, c)),
    nodes.Slice: lambda n, c: collections.slice_(
        value(n.target, c), bound(n.start, c), bound(n.stop, c)),
    nodes.Member: lambda n, c: collections.get_property(value(n.target, c), n.name),
}
