"""The syntax tree. Plain classes with slots: they are made by the ten thousand, and at start-up.

Invariant: the parser makes nodes and nothing changes them afterwards. Every node has the `span` of
its text; parentheses around an expression belong to no span.
"""

from __future__ import annotations

from sentra.bytecode.code import Constant, Span


class Node:
    """What every node has."""

    __slots__ = ("span",)

    span: Span


class Expression(Node):
    """A node with a value."""

    __slots__ = ()


class Statement(Node):
    """A node without a value."""

    __slots__ = ()


class Literal(Expression):
    """nil, a boolean, a number or a string."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: Constant) -> None:
        self.span = span
        self.value = value


class Name(Expression):
    """A variable or builtin."""

    __slots__ = ("name",)

    def __init__(self, span: Span, name: str) -> None:
        self.span = span
        self.name = name


class Template(Expression):
    """A template string: literal texts and expressions, in order."""

    __slots__ = ("parts",)

    def __init__(self, span: Span, parts: list[Expression]) -> None:
        self.span = span
        self.parts = parts


class ArrayLiteral(Expression):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, span: Span, items: list[Expression]) -> None:
        self.span = span
        self.items = items


class MapLiteral(Expression):
    """`{k: v}`; a bare key is a `Literal` string."""

    __slots__ = ("entries",)

    def __init__(self, span: Span, entries: list[tuple[Expression, Expression]]) -> None:
        self.span = span
        self.entries = entries


class Unary(Expression):
    """`-a` or `!a` (`not a` is the operator `!` too)."""

    __slots__ = ("operator", "operand")

    def __init__(self, span: Span, operator: str, operand: Expression) -> None:
        self.span = span
        self.operator = operator
        self.operand = operand


class Binary(Expression):
    """Arithmetic, comparison, `in`, `not in`. The span's mark is the operator."""

    __slots__ = ("operator", "left", "right")

    def __init__(self, span: Span, operator: str, left: Expression, right: Expression) -> None:
        self.span = span
        self.operator = operator
        self.left = left
        self.right = right


class Logical(Expression):
    """`a && b` or `a || b` (also from `and`, `or`)."""

    __slots__ = ("operator", "left", "right")

    def __init__(self, span: Span, operator: str, left: Expression, right: Expression) -> None:
        self.span = span
        self.operator = operator
        self.left = left
        self.right = right


class Conditional(Expression):
    """`c ? a : b`."""

    __slots__ = ("condition", "then", "otherwise")

    def __init__(
        self, span: Span, condition: Expression, then: Expression, otherwise: Expression,
    ) -> None:
        self.span = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class Call(Expression):
    """`f(a)`; a method call when the callee is a `Member`."""

    __slots__ = ("callee", "arguments")

    def __init__(self, span: Span, callee: Expression, arguments: list[Expression]) -> None:
        self.span = span
        self.callee = callee
        self.arguments = arguments


class Index(Expression):
    """`a[i]`."""

    __slots__ = ("target", "index")

    def __init__(self, span: Span, target: Expression, index: Expression) -> None:
        self.span = span
        self.target = target
        self.index = index


class Slice(Expression):
    """`a[i:j]`."""

    __slots__ = ("target", "start", "stop")

    def __init__(
        self, span: Span, target: Expression, start: Expression | None, stop: Expression | None,
    ) -> None:
        self.span = span
        self.target = target
        self.start = start
        self.stop = stop


class Member(Expression):
    """`a.name`."""

    __slots__ = ("target", "name")

    def __init__(self, span: Span, target: Expression, name: str) -> None:
        self.span = span
        self.target = target
        self.name = name


class FunctionLiteral(Expression):
    """A function with its body; `fn(a) => e` has the body `{ return e }`. A lambda's name is
    "fn".
    """

    __slots__ = ("name", "parameters", "body")

    def __init__(self, span: Span, name: str, parameters: list[Parameter], body: Block) -> None:
        self.span = span
        self.name = name
        self.parameters = parameters
        self.body = body


class Receive(Expression):
    """`<-ch`."""

    __slots__ = ("channel",)

    def __init__(self, span: Span, channel: Expression) -> None:
        self.span = span
        self.channel = channel


class Go(Expression):
    """`go f(x)`."""

    __slots__ = ("call",)

    def __init__(self, span: Span, call: Call) -> None:
        self.span = span
        self.call = call


class Block(Statement):
    """`{ … }`; a block of its own in scope."""

    __slots__ = ("statements",)

    def __init__(self, span: Span, statements: list[Statement]) -> None:
        self.span = span
        self.statements = statements


class ExpressionStatement(Statement):
    """An expression whose value is dropped."""

    __slots__ = ("expression",)

    def __init__(self, span: Span, expression: Expression) -> None:
        self.span = span
        self.expression = expression


class Declaration(Statement):
    """`let`, `var` or `const`; name "_" binds nothing."""

    __slots__ = ("keyword", "name", "value")

    def __init__(self, span: Span, keyword: str, name: str, value: Expression | None) -> None:
        self.span = span
        self.keyword = keyword
        self.name = name
        self.value = value


class FunctionDeclaration(Statement):
    """`fn name(…) { … }`, visible in its whole block."""

    __slots__ = ("function",)

    def __init__(self, span: Span, function: FunctionLiteral) -> None:
        self.span = span
        self.function = function


class Assignment(Statement):
    """`a = e` (operator ""), `a += e` (operator "+"); `x++` is `x += 1`."""

    __slots__ = ("target", "operator", "value")

    def __init__(self, span: Span, target: Target, operator: str, value: Expression) -> None:
        self.span = span
        self.target = target
        self.operator = operator
        self.value = value


class If(Expression, Statement):
    """A statement, and an expression: then a block's value is that of its last expression
    statement.
    """

    __slots__ = ("condition", "then", "otherwise")

    def __init__(
        self, span: Span, condition: Expression, then: Block, otherwise: Block | If | None,
    ) -> None:
        self.span = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class While(Statement):
    """`while c { … }`."""

    __slots__ = ("condition", "body")

    def __init__(self, span: Span, condition: Expression, body: Block) -> None:
        self.span = span
        self.condition = condition
        self.body = body


class For(Statement):
    """`for (let i = 0; c; u) { … }`."""

    __slots__ = ("initial", "condition", "update", "body")

    def __init__(
        self, span: Span, initial: Statement | None, condition: Expression | None,
        update: Statement | None, body: Block,
    ) -> None:
        self.span = span
        self.initial = initial
        self.condition = condition
        self.update = update
        self.body = body


class ForIn(Statement):
    """`for x in e` (second None) or `for k, v in e`; "_" binds nothing."""

    __slots__ = ("first", "second", "iterable", "body")

    def __init__(
        self, span: Span, first: str, second: str | None, iterable: Expression, body: Block,
    ) -> None:
        self.span = span
        self.first = first
        self.second = second
        self.iterable = iterable
        self.body = body


class Match(Expression, Statement):
    """A statement and an expression, like `If`."""

    __slots__ = ("subject", "arms")

    def __init__(self, span: Span, subject: Expression, arms: list[Arm]) -> None:
        self.span = span
        self.subject = subject
        self.arms = arms


class Return(Statement):
    """`return e`."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: Expression | None) -> None:
        self.span = span
        self.value = value


class Break(Statement):
    """`break`."""

    __slots__ = ()

    def __init__(self, span: Span) -> None:
        self.span = span


class Continue(Statement):
    """`continue`."""

    __slots__ = ()

    def __init__(self, span: Span) -> None:
        self.span = span


class Throw(Statement):
    """`throw e`."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: Expression) -> None:
        self.span = span
        self.value = value


class Try(Statement):
    """`try { } catch name { } finally { }`; handler or finish may be None, not both."""

    __slots__ = ("body", "name", "handler", "finish")

    def __init__(
        self, span: Span, body: Block, name: str | None, handler: Block | None,
        finish: Block | None,
    ) -> None:
        self.span = span
        self.body = body
        self.name = name
        self.handler = handler
        self.finish = finish


class Import(Statement):
    """`import`: `bare` for a name without quotes; binds `alias`, or the (exported name, local
    name) pairs of `names`.
    """

    __slots__ = ("path", "bare", "alias", "names", "name_span")

    def __init__(
        self, span: Span, path: str, bare: bool, alias: str, names: list[tuple[str, str]] | None,
        name_span: Span,
    ) -> None:
        self.span = span
        self.path = path
        self.bare = bare
        self.alias = alias
        self.names = names
        self.name_span = name_span


class Export(Statement):
    """`export fn …`, or `export { variable as exported }` as (variable, exported, span)."""

    __slots__ = ("declaration", "names")

    def __init__(
        self, span: Span, declaration: FunctionDeclaration | Declaration | None,
        names: list[tuple[str, str, Span]],
    ) -> None:
        self.span = span
        self.declaration = declaration
        self.names = names


class Send(Statement):
    """`ch <- v`."""

    __slots__ = ("channel", "value")

    def __init__(self, span: Span, channel: Expression, value: Expression) -> None:
        self.span = span
        self.channel = channel
        self.value = value


class Select(Statement):
    """`select { … }`."""

    __slots__ = ("cases",)

    def __init__(self, span: Span, cases: list[SelectCase]) -> None:
        self.span = span
        self.cases = cases


class Parameter(Node):
    """One parameter; "_" binds nothing."""

    __slots__ = ("name", "default", "rest")

    def __init__(self, span: Span, name: str, default: Expression | None, rest: bool) -> None:
        self.span = span
        self.name = name
        self.default = default
        self.rest = rest


class Arm(Node):
    """One arm of `match`: literal patterns, or a binding (patterns empty); both empty for `_`.
    As an expression the body's value counts if it is an `ExpressionStatement`, a `Block`,
    an `If` or a `Match`.
    """

    __slots__ = ("patterns", "binding", "guard", "body")

    def __init__(
        self, span: Span, patterns: list[Expression], binding: str | None,
        guard: Expression | None, body: Statement,
    ) -> None:
        self.span = span
        self.patterns = patterns
        self.binding = binding
        self.guard = guard
        self.body = body


class SelectCase(Node):
    """kind "receive" (name may be None), "send" or "default"."""

    __slots__ = ("kind", "name", "channel", "value", "body")

    def __init__(
        self, span: Span, kind: str, name: str | None, channel: Expression | None,
        value: Expression | None, body: Block,
    ) -> None:
        self.span = span
        self.kind = kind
        self.name = name
        self.channel = channel
        self.value = value
        self.body = body


class Program(Node):
    """A whole source file."""

    __slots__ = ("statements",)

    def __init__(self, span: Span, statements: list[Statement]) -> None:
        self.span = span
        self.statements = statements


Target = Name | Index | Member
