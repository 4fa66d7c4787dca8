"""Statements and blocks."""

from __future__ import annotations

from sentra.syntax.functions import FunctionParser
from sentra.syntax.nodes import (
    Assignment,
    Block,
    Break,
    Continue,
    Declaration,
    ExpressionStatement,
    For,
    ForIn,
    If,
    Index,
    Literal,
    Member,
    Name,
    Return,
    Send,
    Throw,
    Try,
    While,
)
from sentra.syntax.reader import MAX_NESTING, Failure
from sentra.syntax.tokens import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar

    from sentra.syntax.nodes import Expression, Statement

_ASSIGN = {"=": "", "+=": "+", "-=": "-", "*=": "*", "/=": "/", "%=": "%", "++": "+", "--": "-"}
_LOOP_VARIABLES = NAMES | {"_"}
_NO_TARGET = "cannot assign to this: only variables, indexes and members can be assigned"


class StatementParser(FunctionParser):
    """The methods for statements. `i` is where one starts, and is the next token."""

    __slots__ = ()

    # Kinds of tokens that start a statement, and the methods that read it.
    statements: ClassVar[dict[str, Callable[[Any, int], Statement]]]
    operand_starts: ClassVar[frozenset[str]]

    def block(self, closing: str = "}") -> Block:
        """`{ … }`; a whole file for closing "eof", the statements of a `select` case for "case"."""
        kinds = self.kinds
        first = self.i
        if closing == "}":
            self.expect("{", "to start a block")
        depth = self.depth + 1
        if depth > MAX_NESTING:
            self.nested_too_deeply()
        self.depth = depth
        in_loop, send_depth, select_depth = self.in_loop, self.send_depth, self.select_depth
        starts = self.statements
        statements: list[Statement] = []
        while True:
            i = self.i
            kind = kinds[i]
            try:
                start = starts.get(kind)
                if start is not None:
                    if kind == "case" and closing == "case" and self.is_case(i):
                        break
                    statements.append(start(self, i))
                elif kind == ";":
                    self.i = i + 1
                elif kind == closing or (kind == "}" and closing == "case"):
                    break
                elif kind == "eof":
                    line = self.lines[first]
                    self.missing(f"}} to close the block that starts on line {line}")
                elif kind == "}":  # of a whole file
                    self.i = i + 1
                    self.problem(i, "} closes nothing")
                else:
                    self.no_statement(kind)
            except Failure as failure:
                self.depth = depth
                self.in_loop, self.send_depth = in_loop, send_depth
                self.select_depth = select_depth
                self.recover(failure, i)
                if kinds[self.i] == "eof" and closing != "eof":
                    raise
                if closing == "eof" and kinds[self.i] == "}":
                    self.i += 1
        self.depth = depth - 1
        if closing == "}":
            self.i += 1
        return Block(self.span_from(first) if self.i > first else self.span_of(first), statements)

    def no_statement(self, kind: str) -> None:
        if kind == "else" or kind == "catch" or kind == "finally":
            before = "if" if kind == "else" else "try"
            self.fail(f"{kind} does not follow the block of {before}")
        self.explain(kind)
        self.missing("a statement")

    def bare_block(self, i: int) -> Block:
        return self.block()

    # Expressions, assignments, declarations

    def simple(self, i: int) -> Statement:
        """An expression, an assignment, a send, or a function's declaration."""
        kinds = self.kinds
        kind = kinds[i]
        if kind == "fn" and kinds[i + 1] != "(":
            return self.function_declaration(i)
        if kind == "name" and kinds[i + 1] == "=":
            self.i = i + 2
            span = self.span_of(i)
            target = Name(span, self.values[i])
            value = self.expression()
            span = (span[0], span[1], value.span[2], value.span[3], span[0], span[1])
            return Assignment(span, target, "", value)
        send_depth = self.send_depth
        self.send_depth = self.depth
        left = self.expression()
        self.send_depth = send_depth
        at = self.i
        kind = kinds[at]
        if kind in _ASSIGN:
            return self.assignment(left, i, kind)
        if kind == "<-" and not self.starts_line(at):
            self.i = at + 1
            value = self.expression()
            span = left.span
            return Send((*span[:2], *value.span[2:4], *span[:2]), left, value)
        return ExpressionStatement(left.span, left)

    def assignment(self, target: Expression, i: int, kind: str) -> Statement:
        """The rest of an assignment whose target starts at `i`."""
        at = self.i
        if not isinstance(target, Name | Index | Member):
            self.problem(i, _NO_TARGET)
            target = Name(target.span, "_")
        self.i = at + 1
        line, column = target.span[:2]
        value: Expression
        if kind == "++" or kind == "--":
            if self.starts_line(at):
                raise Failure(at, f"{kind} must stand on the line of its variable")
            if (
                self.kinds[at + 1] in self.operand_starts and not self.starts_line(at + 1)
                and self.columns[at + 1] == self.end_columns[at]
            ):  # a--b
                raise Failure(at, f"{kind} is no binary operator")
            value = Literal(self.span_of(at), 1)
        else:
            value = self.expression()
        _, _, end_line, end_column, _, _ = value.span
        if kind == "=":
            span = (line, column, end_line, end_column, line, column)
        else:
            span = (line, column, end_line, end_column, self.lines[at], self.columns[at])
        return Assignment(span, target, _ASSIGN[kind], value)

    def declaration(self, i: int) -> Declaration:
        """`let`, `var`, `const`."""
        keyword = self.kinds[i]
        self.i = i + 1
        name = self.name_or_underscore(f"after {keyword}")
        if self.kinds[self.i] == ":":
            self.i += 1
            self.annotation()
        value = None
        if self.kinds[self.i] == "=":
            self.i += 1
            value = self.expression()
        elif keyword == "const":
            self.missing(f"= and a value for the constant {name}")
        return Declaration(self.span_from(i), keyword, name, value)

    # Branches and loops

    def if_(self, i: int) -> If:
        """`if`, with its chain of else-ifs, as statement or expression."""
        kinds = self.kinds
        branches: list[tuple[int, Expression, Block]] = []
        otherwise: Block | If | None = None
        while True:
            self.i += 1
            self.enter()
            condition = self.expression()
            self.depth -= 1
            branches.append((i, condition, self.block()))
            if kinds[self.i] != "else":
                break
            self.i = i = self.i + 1
            if kinds[i] != "if":
                otherwise = self.block()
                break
        last = self.i - 1
        end_line, end_column = self.end_lines[last], self.end_columns[last]
        for at, condition, block in reversed(branches):
            line, column = self.lines[at], self.columns[at]
            span = (line, column, end_line, end_column, line, column)
            otherwise = If(span, condition, block, otherwise)
        assert isinstance(otherwise, If)
        return otherwise

    def while_(self, i: int) -> While:
        self.i = i + 1
        condition = self.expression()
        body = self.loop_body()
        return While(self.span_from(i), condition, body)

    def loop_body(self) -> Block:
        in_loop = self.in_loop
        self.in_loop = True
        body = self.block()
        self.in_loop = in_loop
        return body

    def for_(self, i: int) -> Statement:
        kinds = self.kinds
        at = i + 1
        parenthesized = kinds[at] == "("
        if parenthesized:
            at += 1
        if kinds[at] == "let" or kinds[at] == "var":
            at += 1
        if kinds[at] in _LOOP_VARIABLES:
            first = self.values[at]
            if kinds[at + 1] == "in":
                self.i = at + 2
                return self.for_in(i, first, None, parenthesized)
            if kinds[at + 1] == "," and kinds[at + 2] in _LOOP_VARIABLES and (
                kinds[at + 3] == "in"
            ):
                self.i = at + 4
                return self.for_in(i, first, self.values[at + 2], parenthesized)
        if not parenthesized:
            self.i = at
            if kinds[at] in _LOOP_VARIABLES:
                self.i = at + 1
                self.missing("in after the loop variable (for (…; …; …) needs its parentheses)")
            self.missing("a loop variable or ( after for")
        return self.for_steps(i)

    def for_in(self, i: int, first: str, second: str | None, parenthesized: bool) -> ForIn:
        """`for k, v in e { }` from its e on."""
        iterable = self.expression()
        if parenthesized:
            self.expect(")", "to close the head of the loop")
        body = self.loop_body()
        return ForIn(self.span_from(i), first, second, iterable, body)

    def for_steps(self, i: int) -> For:
        """`for (a; b; c) { }`"""
        kinds = self.kinds
        self.i = at = i + 2
        self.enter()
        initial: Statement | None = None
        if kinds[at] == "let" or kinds[at] == "var":
            initial = self.declaration(at)
        elif kinds[at] != ";":
            initial = self.simple(at)
        self.expect(";", "after the start of the loop")
        condition = None if kinds[self.i] == ";" else self.expression()
        self.expect(";", "after the condition of the loop")
        update = None if kinds[self.i] == ")" else self.simple(self.i)
        self.expect(")", "to close the head of the loop")
        self.depth -= 1
        body = self.loop_body()
        return For(self.span_from(i), initial, condition, update, body)

    def jump(self, i: int) -> Statement:
        """`break` or `continue`."""
        self.i = i + 1
        kind = self.kinds[i]
        if not self.in_loop:
            self.problem(i, f"{kind} outside a loop")
        return Break(self.span_of(i)) if kind == "break" else Continue(self.span_of(i))

    # Leaving and errors

    def return_(self, i: int) -> Return:
        self.i = i + 1
        value = self.expression() if self.has_value(i + 1) else None
        return Return(self.span_from(i), value)

    def has_value(self, i: int) -> bool:
        """Does the token at `i`, behind `return`, start a value?"""
        kind = self.kinds[i]
        if self.starts_line(i) or kind not in self.operand_starts:
            return False
        if kind == "try":
            return self.kinds[i + 1] == "(" and not self.starts_line(i + 1)
        return not (kind == "case" and self.depth == self.select_depth and self.is_case(i))

    def throw(self, i: int) -> Throw:
        self.i = i + 1
        if self.starts_line(i + 1):
            self.i = i
            self.fail("throw needs a value on its line")
        value = self.expression()
        return Throw(self.span_from(i), value)

    def try_(self, i: int) -> Statement:
        """`try`, or the builtin of that name."""
        kinds = self.kinds
        if kinds[i + 1] == "(" and not self.starts_line(i + 1):
            return self.simple(i)
        self.i = i + 1
        body = self.block()
        name: str | None = None
        handler = finish = None
        if kinds[self.i] == "catch":
            self.i += 1
            if kinds[self.i] == "(":
                self.i += 1
                name = self.name_or_underscore("for the error")
                self.expect(")", "behind the name of the error")
            elif kinds[self.i] != "{":
                name = self.name_or_underscore("for the error, or {, after catch")
            if name == "_":
                name = None
            handler = self.block()
        if kinds[self.i] == "finally":
            self.i += 1
            finish = self.block()
        elif handler is None:
            self.missing("catch or finally after the block of try")
        return Try(self.span_from(i), body, name, handler, finish)

    if TYPE_CHECKING:  # in the class built on this one
        def is_case(self, i: int) -> bool: ...


STATEMENTS: dict[str, Callable[[Any, int], Statement]] = {
    "let": StatementParser.declaration,
    "var": StatementParser.declaration,
    "const": StatementParser.declaration,
    "fn": StatementParser.simple,
    "if": StatementParser.if_,
    "while": StatementParser.while_,
    "for": StatementParser.for_,
    "break": StatementParser.jump,
    "continue": StatementParser.jump,
    "return": StatementParser.return_,
    "throw": StatementParser.throw,
    "try": StatementParser.try_,
    "{": StatementParser.bare_block,
}


