"""Tree to text: source that parses to the same tree, apart from spans.

One form per node: a block body for every function, symbols for `and`, `or` and `not`, `x += 1` for
`x++`, no type annotations.
"""

from __future__ import annotations

from sentra.bytecode.code import LAMBDA
from sentra.syntax.expressions import BINARY
from sentra.syntax.nodes import (
    ArrayLiteral,
    Assignment,
    Binary,
    Block,
    Break,
    Call,
    Conditional,
    Continue,
    Declaration,
    Export,
    ExpressionStatement,
    For,
    ForIn,
    FunctionDeclaration,
    FunctionLiteral,
    Go,
    If,
    Import,
    Index,
    Literal,
    Logical,
    MapLiteral,
    Match,
    Member,
    Name,
    Receive,
    Return,
    Select,
    Send,
    Slice,
    Template,
    Throw,
    Try,
    Unary,
    While,
)
from sentra.syntax.tokens import CONTEXTUAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.syntax.nodes import Arm, Expression, Program, SelectCase, Statement

# How tightly a form binds; operators have the precedences of the parser.
_ANY, _OPERATOR, _PREFIX, _POSTFIX = 0, 2, 8, 9

_PRECEDENCES = {**BINARY, "not in": BINARY["in"]}

_INDENT = "  "
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\\": "\\\\"}


def print_tree(program: Program) -> str:
    """The source of a whole program."""
    return "".join(f"{line}\n" for line in statement_lines(program.statements))


def statement_lines(statements: list[Statement]) -> list[str]:
    """The lines of a list of statements."""
    lines: list[str] = []
    for node in statements:
        text = statement(node)
        if lines and text.startswith("-"):
            lines[-1] += ";"  # else the line would continue the expression before it
        lines.extend(text.split("\n"))
    return lines


# Expressions

def expression(node: Expression, level: int = _ANY) -> str:
    """The text of an expression, in parentheses if it binds less tightly than `level`."""
    spine: list[tuple[Expression, bool]] = []  # chains grow to the left, and may be very long
    while True:
        own = _level(node)
        spine.append((node, own < level))
        match node:
            case Binary() | Logical():
                node, level = node.left, own
            case Call():
                node, level = node.callee, _POSTFIX
            case Member() | Index() | Slice():
                node, level = node.target, _POSTFIX
            case _:
                break
    node, is_wrapped = spine.pop()
    parts = [_EXPRESSIONS[type(node)](node)]
    wrapped = int(is_wrapped)
    if is_wrapped:
        parts.append(")")
    for operation, in_parentheses in reversed(spine):
        parts.append(_tail(operation))
        if in_parentheses:
            wrapped += 1
            parts.append(")")
    return "(" * wrapped + "".join(parts)


def _level(node: Expression) -> int:
    match node:
        case Binary() | Logical():
            return _PRECEDENCES[node.operator]
        case Call() | Index() | Slice() | Member():
            return _POSTFIX
        case Unary() | Receive() | Go():
            return _PREFIX
        case Conditional() | If() | Match():
            return _OPERATOR - 1
        case _:
            return _POSTFIX + 1


def _tail(node: Any) -> str:
    """The text of an operation behind its left operand."""
    match node:
        case Binary() | Logical():
            right = expression(node.right, _PRECEDENCES[node.operator] + 1)
            return f" {node.operator} {right}"
        case Call():
            return f"({', '.join(map(expression, node.arguments))})"
        case Member():
            return f".{node.name}"
        case Index():
            return f"[{expression(node.index)}]"
        case _:
            start = expression(node.start, _OPERATOR) if node.start else ""
            return f"[{start}:{expression(node.stop) if node.stop else ''}]"


def _literal(node: Literal) -> str:
    value = node.value
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_escaped(value, chr(34))}"'
    if isinstance(value, float):
        return repr(value).replace("inf", "1e999")
    return str(value) if abs(value) < 10 ** 4000 else hex(value)  # Python's limit for str(int)


def _escaped(text: str, quote: str) -> str:
    parts: list[str] = []
    for character in text:
        if character in _ESCAPES:
            parts.append(_ESCAPES[character])
        elif character == quote or (character == "$" and quote == "`"):
            parts.append("\\" + character)
        elif character.isprintable():
            parts.append(character)
        else:
            parts.append(f"\\u{{{ord(character):x}}}")
    return "".join(parts)


def _template(node: Template) -> str:
    parts: list[str] = []
    after_text = all(_is_text(part) for part in node.parts)  # then something must stand in ${}
    for part in node.parts:
        if _is_text(part) and not after_text:
            assert isinstance(part, Literal)
            parts.append(_escaped(str(part.value), "`"))
            after_text = True
        else:
            parts.append(f"${{{expression(part)}}}")
            after_text = False
    return f"`{''.join(parts)}`"


def _is_text(part: Expression) -> bool:
    return isinstance(part, Literal) and isinstance(part.value, str) and part.value != ""


def _map(node: MapLiteral) -> str:
    entries = [f"{_key(key)}: {expression(value)}" for key, value in node.entries]
    return f"{{{', '.join(entries)}}}"


def _key(key: Expression) -> str:
    if isinstance(key, Literal) and isinstance(key.value, str | int | float) and (
        not isinstance(key.value, bool)
    ):
        value = key.value
        if isinstance(value, str) and value.isascii() and value.isidentifier():
            return value
        return _literal(key)
    return f"({expression(key)})"


def _prefix(operator: str, operand: Expression) -> str:
    text = expression(operand, _PREFIX)
    space = " " if operator == "-" and text.startswith("-") else ""
    return f"{operator}{space}{text}"


def _conditional(node: Conditional) -> str:
    condition = expression(node.condition, _OPERATOR)
    return f"{condition} ? {expression(node.then)} : {expression(node.otherwise)}"


def _function(node: FunctionLiteral) -> str:
    parameters: list[str] = []
    for parameter in node.parameters:
        text = f"...{parameter.name}" if parameter.rest else parameter.name
        if parameter.default is not None:
            text += f" = {expression(parameter.default)}"
        parameters.append(text)
    name = "" if node.name == LAMBDA else f" {node.name}"
    return f"fn{name}({', '.join(parameters)}) {block(node.body)}"


# Statements

def statement(node: Statement) -> str:
    """The text of a statement: lines, the first without indentation."""
    return _STATEMENTS[type(node)](node)


def block(node: Block) -> str:
    """The text of a block."""
    return _braces(statement_lines(node.statements))


def _braces(lines: list[str]) -> str:
    if not lines:
        return "{ }"
    return "\n".join(["{", *_indented(lines), "}"])


def _indented(lines: list[str]) -> list[str]:
    """Lines one level deeper. All text in quotes stands on one line, so this changes none."""
    return [_INDENT + line for line in lines]


def _at_start(node: Expression) -> str:
    """An expression where a statement starts: some words and brackets mean something else there."""
    text = expression(node)
    if text.startswith("{") or isinstance(node, If | Match):
        return f"({text})"
    for word, kind in CONTEXTUAL.items():
        after = text[len(word):len(word) + 1]
        if kind != "go" and text.startswith(word) and not (after == "_" or after.isalnum()):
            return f"({text})"
    return text


def _if(node: If) -> str:
    text = ""
    otherwise: Block | If | None = node
    while isinstance(otherwise, If):
        text += f"if {expression(otherwise.condition, _OPERATOR)} {block(otherwise.then)}"
        otherwise = otherwise.otherwise
        if otherwise is not None:
            text += " else "
    return text + block(otherwise) if otherwise is not None else text


def _match(node: Match) -> str:
    lines: list[str] = []
    for arm in node.arms:
        lines.extend(f"{_arm(arm)},".split("\n"))
    return f"match {expression(node.subject)} {_braces(lines)}"


def _arm(arm: Arm) -> str:
    text = arm.binding or ", ".join(map(_pattern, arm.patterns)) or "_"
    if arm.guard is not None:
        text += f" if {expression(arm.guard)}"
    return f"{text} => {statement(arm.body)}"


def _pattern(node: Expression) -> str:
    assert isinstance(node, Literal)
    return _literal(node)


def _declaration(node: Declaration) -> str:
    text = f"{node.keyword} {node.name}"
    return text if node.value is None else f"{text} = {expression(node.value)}"


def _assignment(node: Assignment) -> str:
    return f"{_at_start(node.target)} {node.operator}= {expression(node.value)}"


def _send(node: Send) -> str:
    channel = _at_start(node.channel)
    if isinstance(node.channel, Conditional):
        channel = f"({channel})"
    return f"{channel} <- {expression(node.value)}"


def _for(node: For) -> str:
    initial = node.initial
    if isinstance(initial, ExpressionStatement):  # `x in y` would make another loop of it
        start = f"({expression(initial.expression)})"
    else:
        start = statement(initial) if initial is not None else ""
    condition = expression(node.condition) if node.condition is not None else ""
    update = statement(node.update) if node.update is not None else ""
    return f"for ({start}; {condition}; {update}) {block(node.body)}"


def _for_in(node: ForIn) -> str:
    names = node.first if node.second is None else f"{node.first}, {node.second}"
    return f"for {names} in {expression(node.iterable)} {block(node.body)}"


def _return(node: Return) -> str:
    return "return" if node.value is None else f"return {_at_start(node.value)}"


def _try(node: Try) -> str:
    text = f"try {block(node.body)}"
    if node.handler is not None:
        text += f" catch {node.name + ' ' if node.name else ''}{block(node.handler)}"
    if node.finish is not None:
        text += f" finally {block(node.finish)}"
    return text


def _import(node: Import) -> str:
    path = node.path if node.bare else f'"{_escaped(node.path, chr(34))}"'
    if node.names is None:
        return f"import {path} as {node.alias}"
    names = ", ".join(f"{exported} as {local}" for exported, local in node.names)
    return f"import {{ {names} }} from {path}"


def _export(node: Export) -> str:
    if node.declaration is not None:
        return f"export {statement(node.declaration)}"
    names = ", ".join(f"{variable} as {exported}" for variable, exported, _ in node.names)
    return f"export {{ {names} }}"


def _select(node: Select) -> str:
    lines: list[str] = []
    for case in node.cases:
        lines.append(f"{_case(case)}:")
        lines.extend(_indented(statement_lines(case.body.statements)))
    return f"select {_braces(lines)}"


def _case(case: SelectCase) -> str:
    if case.channel is None:
        return "default"
    if case.value is not None:
        return f"case {expression(case.channel, _OPERATOR)} <- {expression(case.value)}"
    channel = expression(case.channel, _PREFIX)
    return f"case {case.name} = <-{channel}" if case.name else f"case <-{channel}"


_EXPRESSIONS: dict[type, Callable[[Any], str]] = {
    Literal: _literal,
    Name: lambda node: str(node.name),
    Template: _template,
    ArrayLiteral: lambda node: f"[{', '.join(map(expression, node.items))}]",
    MapLiteral: _map,
    FunctionLiteral: _function,
    Unary: lambda node: _prefix(node.operator, node.operand),
    Receive: lambda node: _prefix("<-", node.channel),
    Go: lambda node: f"go {expression(node.call, _POSTFIX)}",
    Conditional: _conditional,
    If: _if,
    Match: _match,
}


_STATEMENTS: dict[type, Callable[[Any], str]] = {
    ExpressionStatement: lambda node: _at_start(node.expression),
    Declaration: _declaration,
    FunctionDeclaration: lambda node: _function(node.function),
    Assignment: _assignment,
    Send: _send,
    Block: block,
    If: _if,
    Match: _match,
    While: lambda node: f"while {expression(node.condition)} {block(node.body)}",
    For: _for,
    ForIn: _for_in,
    Break: lambda _: "break",
    Continue: lambda _: "continue",
    Return: _return,
    Throw: lambda node: f"throw {expression(node.value)}",
    Try: _try,
    Select: _select,
    Import: _import,
    Export: _export,
}
