"""Expressions: an operator-precedence parser.

One call of `expression` reads a whole chain of operators, with the pending ones on a list, so that
a level of brackets costs two Python frames and a long chain costs none.
"""

from __future__ import annotations

from sentra.syntax.nodes import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Go,
    Index,
    Literal,
    Logical,
    MapLiteral,
    Member,
    Name,
    Receive,
    Slice,
    Template,
    Unary,
)
from sentra.syntax.reader import MAX_NESTING, TokenReader
from sentra.syntax.tokens import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, NoReturn

    from sentra.syntax.nodes import Expression

    # A pending operator: precedence, operator, left operand (None for a prefix), line, column.
    Pending = tuple[int, str, Expression | None, int, int]

_NOT, _COMPARISON, _PREFIX, _GO = 4, 5, 8, 9

BINARY = {
    "||": 2, "or": 2, "&&": 3, "and": 3, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
    "in": 5, "not": 5, "<-": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7,
}
PREFIX = {"not": _NOT, "-": _PREFIX, "!": _PREFIX, "<-": _PREFIX, "go": _GO}
_POSTFIX = frozenset([".", "(", "["])
_LOGICAL = {"||": "||", "or": "||", "&&": "&&", "and": "&&"}

# What stands after "go" if it is the keyword.
_AFTER_GO = frozenset(["name", "fn", "case", "select", "go", "literal", "template"])


class ExpressionParser(TokenReader):
    """The methods for expressions. `self.i` is the next token; `i` where one starts."""

    __slots__ = ()

    # Kinds of tokens that start an operand, and the methods that read it.
    primaries: ClassVar[dict[str, Callable[[Any, int], Expression]]]

    def expression(self) -> Expression:
        """Read an expression."""
        kinds = self.kinds
        pending: list[Pending] = []
        while True:
            i = self.i
            kind = kinds[i]
            left: Expression
            if kind == "name":
                self.i = i + 1
                line = self.lines[i]
                column = self.columns[i]
                left = Name(
                    (line, column, line, self.end_columns[i], line, column), self.values[i])
            elif kind == "literal":
                self.i = i + 1
                line = self.lines[i]
                column = self.columns[i]
                left = Literal(
                    (line, column, self.end_lines[i], self.end_columns[i], line, column),
                    self.values[i])
            elif kind in PREFIX and (kind != "go" or self.is_go(i)):
                self.prefix(kind, i, pending)
                continue
            else:
                primary = self.primaries.get(kind)
                if primary is None:
                    self.no_operand(kind)
                left = primary(self, i)
            i = self.i
            kind = kinds[i]
            if kind in _POSTFIX:
                left = self.postfix(left)
                i = self.i
                kind = kinds[i]
            precedence = BINARY.get(kind, 0)
            if precedence:
                if kind == "not":
                    if kinds[i + 1] == "in":
                        kind = "not in"
                        self.i = i + 1
                    else:
                        precedence = 0
                elif kind == "<-" and (self.depth == self.send_depth or self.starts_line(i)):
                    precedence = 0
            while pending and pending[-1][0] >= precedence:
                left = self.reduce(pending.pop(), left)
            if precedence:
                self.i += 1
                if kind == "<-":
                    line, column = self.lines[i], self.columns[i]
                    pending.append((_COMPARISON, "<", left, line, column))
                    pending.append((_PREFIX, "-", None, line, column + 1))
                else:
                    pending.append((precedence, kind, left, self.lines[i], self.columns[i]))
            elif kind == "?":
                return self.conditional(left)
            else:
                return left

    def prefix(self, kind: str, i: int, pending: list[Pending]) -> None:
        """Note a prefix operator."""
        if kind == "not" and pending and pending[-1][0] > _NOT:
            self.fail("not binds weaker than the operator before it; put it in parentheses")
        if len(pending) + self.depth > MAX_NESTING:
            self.nested_too_deeply()
        pending.append((PREFIX[kind], kind, None, self.lines[i], self.columns[i]))
        self.i = i + 1

    def reduce(self, pending: Pending, right: Expression) -> Expression:
        """Apply a pending operator."""
        _, operator, left, line, column = pending
        _, _, end_line, end_column, _, _ = right.span
        if left is not None:
            span = (left.span[0], left.span[1], end_line, end_column, line, column)
            if operator in _LOGICAL:
                return Logical(span, _LOGICAL[operator], left, right)
            return Binary(span, operator, left, right)
        span = (line, column, end_line, end_column, line, column)
        if operator == "<-":
            return Receive(span, right)
        if operator == "go":
            if not isinstance(right, Call):
                self.i -= 1
                self.missing("a call after go, such as go f(x)")
            return Go(span, right)
        return Unary(span, "-" if operator == "-" else "!", right)

    def conditional(self, condition: Expression) -> Expression:
        """`c ? a : b`, from the "?" on."""
        self.i += 1
        self.enter()
        then = self.expression()
        self.expect(":", "and the other value of the conditional")
        otherwise = self.expression()
        self.depth -= 1
        line, column = condition.span[:2]
        span = (line, column, otherwise.span[2], otherwise.span[3], line, column)
        return Conditional(span, condition, then, otherwise)

    def no_operand(self, kind: str) -> NoReturn:
        self.explain(kind)
        self.missing("an expression")

    def explain(self, kind: str) -> None:
        """Fail at the next token, if it is one that people put where an operand should be."""
        if kind == "_":
            self.fail("_ binds nothing: it cannot be read, or assigned without let")
        if kind == "." and self.kinds[self.i + 1] == "literal":
            self.fail("a number needs a digit before its point")
        if kind == "++" or kind == "--":
            from sentra.syntax.hints import follows_value

            if follows_value(self.kinds, self.i) and not self.starts_line(self.i):
                self.fail(f"{kind} makes a statement and has no value")
            self.fail(f"{kind} is no prefix operator; it stands behind its variable, on its line")

    def is_go(self, i: int) -> bool:
        """Is the "go" at `i` the keyword, and not a variable of that name?"""
        return self.kinds[i + 1] in _AFTER_GO and not self.starts_line(i + 1)

    # Postfix operators

    def postfix(self, left: Expression) -> Expression:
        """Calls, indexes and members of `left`."""
        kinds = self.kinds
        lines = self.lines
        line, column = left.span[:2]
        while True:
            i = self.i
            kind = kinds[i]
            if kind == ".":
                self.i = i = i + 1
                if kinds[i] not in WORDS:
                    if isinstance(left, Literal) and kinds[i - 2] == "literal":
                        self.fail("a number needs a digit after its point")
                    self.missing("a name after .")
                self.i = i + 1
                span = (line, column, lines[i], self.end_columns[i], line, column)
                left = Member(span, left, self.values[i])
            elif kind == "(" and lines[i] == self.end_lines[i - 1]:
                self.i = i + 1
                arguments = self.items(")", "argument list")
                i = self.i - 1
                span = (line, column, lines[i], self.end_columns[i], line, column)
                left = Call(span, left, arguments)
            elif kind == "[" and lines[i] == self.end_lines[i - 1]:
                left = self.index(left)
            else:
                return left

    def items(self, closing: str, what: str) -> list[Expression]:
        """Expressions up to the closing bracket."""
        kinds = self.kinds
        items: list[Expression] = []
        if kinds[self.i] == closing:
            self.i += 1
            return items
        self.enter()
        while True:
            items.append(self.expression())
            kind = kinds[self.i]
            if kind == ",":
                self.i += 1
                if kinds[self.i] == closing:
                    break
            elif kind == closing:
                break
            else:
                self.missing(f"{closing} to close the {what}, or a comma")
        self.i += 1
        self.depth -= 1
        return items

    def index(self, target: Expression) -> Expression:
        """`a[i]` or a slice, from the "[" on."""
        self.i += 1
        self.enter()
        kinds = self.kinds
        start: Expression | None = None
        stop: Expression | None = None
        is_slice = False
        if kinds[self.i] != ":":
            start = self.expression()
        if kinds[self.i] == ":":
            is_slice = True
            self.i += 1
            if kinds[self.i] != "]":
                stop = self.expression()
        end = self.expect("]", "to close the index")
        self.depth -= 1
        line, column = target.span[:2]
        span = (line, column, self.lines[end], self.end_columns[end], line, column)
        if is_slice or start is None:
            return Slice(span, target, start, stop)
        return Index(span, target, start)

    # Operands

    def contextual_name(self, i: int) -> Expression:
        self.i = i + 1
        return Name(self.span_of(i), self.values[i])

    def constant(self, i: int) -> Expression:
        self.i = i + 1
        return Literal(self.span_of(i), {"true": True, "false": False, "nil": None}[self.kinds[i]])

    def try_builtin(self, i: int) -> Expression:
        if self.kinds[i + 1] != "(" or self.starts_line(i + 1):
            self.missing("an expression")
        self.i = i + 1
        return Name(self.span_of(i), "try")

    def parenthesized(self, i: int) -> Expression:
        self.i = i + 1
        self.enter()
        inner = self.expression()
        self.expect(")", f"to close the ( of line {self.lines[i]}")
        self.depth -= 1
        return inner

    def array(self, i: int) -> Expression:
        self.i = i + 1
        items = self.items("]", "array")
        return ArrayLiteral(self.span_from(i), items)

    def map(self, i: int) -> Expression:
        self.i = i + 1
        self.enter()
        kinds = self.kinds
        entries: list[tuple[Expression, Expression]] = []
        while kinds[self.i] != "}":
            key = self.key()
            self.expect(":", "after the key")
            entries.append((key, self.expression()))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "}":
                self.missing("} to close the map, or a comma")
        self.i += 1
        self.depth -= 1
        return MapLiteral(self.span_from(i), entries)

    def key(self) -> Expression:
        i = self.i
        kind = self.kinds[i]
        if kind in WORDS or kind == "literal":
            self.i = i + 1
            return Literal(self.span_of(i), self.values[i])
        if kind == "(":
            return self.parenthesized(i)
        return self.missing("a key: a name, a string, a number, or an expression in parentheses")

    def template(self, i: int) -> Expression:
        """A template string with expressions in it."""
        kinds = self.kinds
        values = self.values
        self.enter()
        parts: list[Expression] = []
        self.i = i
        kind = kinds[i]
        while True:
            at = self.i
            if values[at]:
                parts.append(Literal(self.span_of(at), values[at]))
            self.i = at + 1
            if kind == "template end":
                break
            parts.append(self.expression())
            kind = kinds[self.i]
            if kind != "template middle" and kind != "template end":
                self.missing("} to close the ${")
        self.depth -= 1
        return Template(self.span_from(i), parts)


PRIMARIES: dict[str, Callable[[Any, int], Expression]] = {
    "(": ExpressionParser.parenthesized,
    "[": ExpressionParser.array,
    "{": ExpressionParser.map,
    "template": ExpressionParser.template,
    "true": ExpressionParser.constant,
    "false": ExpressionParser.constant,
    "nil": ExpressionParser.constant,
    "try": ExpressionParser.try_builtin,
    "go": ExpressionParser.contextual_name,
    "select": ExpressionParser.contextual_name,
    "case": ExpressionParser.contextual_name,
}
