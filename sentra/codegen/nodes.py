"""Makers of Python AST nodes: the one place that gives nodes their positions.

Every node carries the span of the Sentra code that it comes from, so that CPython's own
tracebacks, debuggers and profilers show the user's source. Nothing here is ever text.
"""

from __future__ import annotations

import ast

from sentra.codegen.marks import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from sentra.bytecode.code import Span

    Placed = TypeVar(
        "Placed", bound=ast.expr | ast.stmt | ast.arg | ast.keyword | ast.excepthandler)

    class Place(Protocol):
        """Gives a node its position, and gives the node."""

        def __call__(self, node: Placed, span: Span) -> Placed: ...

LOAD = ast.Load()
STORE = ast.Store()

BINARY = {"add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult(), "div": ast.Div(),
          "mod": ast.Mod(), "floor_div": ast.FloorDiv(), "pow": ast.Pow()}
_BITS: dict[str, ast.operator] = {
    "&": ast.BitAnd(), "|": ast.BitOr(), "^": ast.BitXor(), "<<": ast.LShift(), ">>": ast.RShift()}
COMPARE: dict[str, ast.cmpop] = {
    "equal": ast.Eq(), "not_equal": ast.NotEq(), "less": ast.Lt(), "less_equal": ast.LtE(),
    "greater": ast.Gt(), "greater_equal": ast.GtE(), "contains": ast.In(), "not_in": ast.NotIn(),
    "is": ast.Is(), "is_not": ast.IsNot()}


def place(node: Placed, span: Span) -> Placed:
    """Give a node its position in an ASCII source."""
    node.lineno = span[0]
    node.end_lineno = span[2]
    node.col_offset = span[1] - 1
    node.end_col_offset = span[3] - 1
    return node


class Nodes:
    """Makes nodes of one source file.

    `place` counts columns as CPython does: in UTF-8 bytes, where the source is not ASCII.
    """

    def __init__(self, source: str, used: set[str]) -> None:
        self.used = used  # names of the namespace that the code calls
        self._lines = [] if source.isascii() else source.split("\n")
        self.place: Place = place if source.isascii() else self._place

    def _place(self, node: Placed, span: Span) -> Placed:
        node.lineno = line = span[0]
        node.end_lineno = end_line = span[2]
        node.col_offset = self._column(line, span[1])
        node.end_col_offset = self._column(end_line % MARK, span[3])  # see `marks`
        return node

    def _column(self, line: int, column: int) -> int:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        if text.isascii():
            return column - 1
        return len(text[:column - 1].encode("utf-8", "surrogatepass"))

    # --- expressions ----------------------------------------------------------------------------
    def name(self, name: str, span: Span) -> ast.expr:
        return self.place(ast.Name(name, LOAD), span)

    def target(self, name: str, span: Span) -> ast.expr:
        return self.place(ast.Name(name, STORE), span)

    def constant(self, value: float | str | None, span: Span) -> ast.expr:
        """A literal; infinities and NaN by name."""
        if type(value) is float and (value != value or value in (float("inf"), -float("inf"))):
            name = "_nan" if value != value else "_inf" if value > 0 else "_negative_inf"
            self.used.add(name)
            return self.name(name, span)
        return self.place(ast.Constant(value), span)

    def binary(self, word: str, left: ast.expr, right: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.BinOp(left, BINARY[word], right), span)

    def bits(self, word: str, left: ast.expr, right: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.BinOp(left, _BITS[word], right), span)

    def compare(self, word: str, left: ast.expr, right: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.Compare(left, [COMPARE[word]], [right]), span)

    def between(
        self, a: ast.expr, first: str, b: ast.expr, second: str, c: ast.expr, span: Span,
    ) -> ast.Compare:
        """``a first b second c``, as in ``0 <= x < n``."""
        return self.place(ast.Compare(a, [COMPARE[first], COMPARE[second]], [b, c]), span)

    def bind(self, name: str, value: ast.expr, span: Span) -> ast.expr:
        """``(name := value)``."""
        target = self.place(ast.Name(name, STORE), span)
        return self.place(ast.NamedExpr(target, value), span)

    def logical(self, word: str, values: list[ast.expr], span: Span) -> ast.expr:
        operator = ast.And() if word == "and" else ast.Or()
        return self.place(ast.BoolOp(operator, values), span)

    def negate(self, value: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.UnaryOp(ast.USub(), value), span)

    def invert(self, value: ast.expr, span: Span) -> ast.expr:
        """``not value``; a comparison is turned round where that means the same."""
        if isinstance(value, ast.Compare):
            other = _INVERSE.get(type(value.ops[0]))
            if other is not None:
                value.ops = [other]
                return value
            # From 3.13 on CPython has the comparison stand where its truth is asked for.
            return ast.copy_location(ast.UnaryOp(ast.Not(), value), value)
        return self.place(ast.UnaryOp(ast.Not(), value), span)

    def conditional(self, test: ast.expr, a: ast.expr, b: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.IfExp(test, a, b), span)

    def call(self, name: str, args: list[ast.expr], span: Span) -> ast.expr:
        """A call of a name of the namespace."""
        self.used.add(name)
        return self.place(ast.Call(self.name(name, span), args, []), span)

    def call_value(self, callee: ast.expr, args: list[ast.expr], span: Span) -> ast.expr:
        return self.place(ast.Call(callee, args, []), span)

    def method(self, value: ast.expr, name: str, args: list[ast.expr], span: Span) -> ast.expr:
        attribute = self.place(ast.Attribute(value, name, LOAD), span)
        return self.place(ast.Call(attribute, args, []), span)

    def inverted(self, test: ast.expr, span: Span) -> ast.expr:
        """The opposite of ``a or b``: ``not a and not b``."""
        if not isinstance(test, ast.BoolOp):
            return self.invert(test, span)
        return self.logical("and" if isinstance(test.op, ast.Or) else "or", [
            self.invert(value, span) for value in test.values], span)

    def attribute(self, value: ast.expr, name: str, span: Span) -> ast.expr:
        return self.place(ast.Attribute(value, name, LOAD), span)

    def item(self, value: ast.expr, index: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.Subscript(value, index, LOAD), span)

    def targets(self, targets: list[ast.expr], span: Span) -> ast.expr:
        """Several targets of one assignment or loop."""
        return self.place(ast.Tuple(targets, STORE), span)

    def item_target(self, value: ast.expr, index: ast.expr, span: Span) -> ast.expr:
        return self.place(ast.Subscript(value, index, STORE), span)

    def slice(self, low: ast.expr | None, high: ast.expr | None, span: Span) -> ast.expr:
        return self.place(ast.Slice(low, high, None), span)

    def sequence(self, values: list[ast.expr], span: Span) -> ast.expr:
        return self.place(ast.List(values, LOAD), span)

    def pair(self, values: list[ast.expr], span: Span) -> ast.expr:
        return self.place(ast.Tuple(values, LOAD), span)

    def mapping(self, keys: list[ast.expr | None], values: list[ast.expr], span: Span) -> ast.expr:
        return self.place(ast.Dict(keys, values), span)

    def template(self, parts: list[str | ast.expr], span: Span) -> ast.expr:
        """An f-string of texts and values."""
        values: list[ast.expr] = [
            self.place(ast.Constant(part), span) if isinstance(part, str)
            else self.place(ast.FormattedValue(part, -1, None), span) for part in parts]
        return self.place(ast.JoinedStr(values), span)

    def listed(
        self, value: ast.expr, names: list[str], items: ast.expr, test: ast.expr | None,
        span: Span,
    ) -> ast.expr:
        """``[value for names in items if test]``"""
        return self.place(ast.ListComp(value, [self._loop(names, items, test, span)]), span)

    def generated(
        self, value: ast.expr, names: list[str], items: ast.expr, test: ast.expr | None,
        span: Span,
    ) -> ast.expr:
        """``(value for names in items if test)``"""
        return self.place(ast.GeneratorExp(value, [self._loop(names, items, test, span)]), span)

    def _loop(
        self, names: list[str], items: ast.expr, test: ast.expr | None, span: Span,
    ) -> ast.comprehension:
        targets = [self.target(name, span) for name in names]
        target = targets[0] if len(targets) == 1 else self.place(
            ast.Tuple(targets, STORE), span)
        return ast.comprehension(target, items, [test] if test else [], 0)

    # --- statements -----------------------------------------------------------------------------
    def assign(self, target: ast.expr, value: ast.expr, span: Span) -> ast.stmt:
        return self.place(ast.Assign([target], value), span)

    def unset(self, name: str, span: Span) -> ast.stmt:
        """``del name``: reading it raises then."""
        return self.place(ast.Delete([self.place(ast.Name(name, ast.Del()), span)]), span)

    def expression(self, value: ast.expr, span: Span) -> ast.stmt:
        return self.place(ast.Expr(value), span)

    def returns(self, value: ast.expr | None, span: Span) -> ast.stmt:
        return self.place(ast.Return(value), span)

    def raises(self, value: ast.expr, span: Span) -> ast.stmt:
        return self.place(ast.Raise(value, None), span)

    def raises_again(self, span: Span) -> ast.stmt:
        """``raise`` what the handler caught."""
        return self.place(ast.Raise(None, None), span)

    def conditionally(
        self, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt], span: Span,
    ) -> ast.stmt:
        return self.place(ast.If(test, then or [self.nothing(span)], otherwise), span)

    def loop(self, test: ast.expr, body: list[ast.stmt], span: Span) -> ast.stmt:
        return self.place(ast.While(test, body or [self.nothing(span)], []), span)

    def each(
        self, target: ast.expr, values: ast.expr, body: list[ast.stmt],
        otherwise: list[ast.stmt], span: Span,
    ) -> ast.stmt:
        return self.place(ast.For(target, values, body or [self.nothing(span)], otherwise), span)

    def nothing(self, span: Span) -> ast.stmt:
        return self.place(ast.Pass(), span)

    def breaks(self, span: Span) -> ast.stmt:
        return self.place(ast.Break(), span)

    def continues(self, span: Span) -> ast.stmt:
        return self.place(ast.Continue(), span)

    def guarded(
        self, body: list[ast.stmt], exceptions: list[str], name: str | None,
        handler: list[ast.stmt], span: Span,
    ) -> ast.stmt:
        """``try: body except (exceptions) [as name]: handler``."""
        names = [self.name(exception, span) for exception in exceptions]
        caught = names[0] if len(names) == 1 else self.pair(names, span)
        clause = self.place(ast.ExceptHandler(caught, name, handler or [self.nothing(span)]), span)
        return self.place(ast.Try(body or [self.nothing(span)], [clause], [], []), span)

    def function(
        self, name: str, parameters: list[str], rest: str | None, defaults: int,
        body: list[ast.stmt], span: Span,
    ) -> ast.FunctionDef:
        """A function; the last `defaults` parameters default to ``_missing``."""
        return self.place(ast.FunctionDef(
            name, self._parameters(parameters, rest, defaults, span),
            body or [self.nothing(span)], [], None, None, *_TYPE_PARAMETERS), span)

    def inline_function(
        self, parameters: list[str], rest: str | None, body: ast.expr, span: Span,
    ) -> ast.expr:
        """A ``lambda``."""
        return self.place(ast.Lambda(self._parameters(parameters, rest, 0, span), body), span)

    def _parameters(
        self, parameters: list[str], rest: str | None, defaults: int, span: Span,
    ) -> ast.arguments:
        args = [self.place(ast.arg(name, None, None), span) for name in parameters]
        last = self.place(ast.arg(rest, None, None), span) if rest is not None else None
        missing = [self.name("_missing", span) for _ in range(defaults)]
        return ast.arguments([], args, last, [], [], None, missing)

    def declare(
        self, kind: type[ast.Global | ast.Nonlocal], names: list[str], span: Span,
    ) -> ast.stmt:
        """``global`` or ``nonlocal``."""
        return self.place(kind(names), span)


# A field that `FunctionDef` has since 3.12.
_TYPE_PARAMETERS: tuple[list[ast.AST], ...] = (
    ([],) if "type_params" in ast.FunctionDef._fields else ())

# ``not a < b`` is not ``a >= b`` for NaN, so only these.
_INVERSE: dict[type, ast.cmpop] = {
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(), ast.NotIn: ast.In()}


def has_binding(node: ast.expr) -> bool:
    """Whether there is a ``:=`` in an expression."""
    return any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))
