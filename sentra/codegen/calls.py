"""Calls as Python calls, or as what a builtin does with arguments of these types."""

from __future__ import annotations

from sentra.codegen import metering
from sentra.codegen.comparisons import Comparisons
from sentra.codegen.expressions import owner_function
from sentra.codegen.lambdas import NAMES as LAMBDAS
from sentra.codegen.select import (
    is_callable_node,
    is_chr,
    is_digits,
    is_known_call,
    is_small_repetition,
    is_small_shift,
    is_type_name,
    raw_type,
)
from sentra.codegen.tested import find_tested, make_tested
from sentra.ir.model import NEG, STRING, Expr
from sentra.ir.passes.division import EXACT

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast


class Calls(Comparisons):
    """Makes the nodes of calls."""

    def comprehension(self, e: Expr) -> ast.expr | None:
        """A call of map, filter and the like as a comprehension; None where it is none."""
        return None

    def call(self, e: Expr) -> ast.expr:
        """A call, raw."""
        if e.known:
            return self._quotient(e)
        inline = metering.inline_of(self, e)
        callee = e.args[0]
        if callee.op == "builtin" and callee.a in LAMBDAS:
            made = self.comprehension(e)
            if made is not None:
                return made
        if is_chr(e):
            first, again = self.twice(e.args[1])
            test = self.n.compare("less", first, self.n.constant(0xD800, e.span), e.span)
            return self.n.conditional(
                test, self.n.call(self.helper("chr"), [again()], e.span),
                self.n.call(self.builtin_function("chr"), [again()], e.span), e.span)
        if callee.op == "builtin" and len(e.args) == 2 and inline is None:
            if callee.a == "str":
                return self.as_text(e.args[1], self.raw(e.args[1]))
            if is_type_name(e):
                return self._type_name(e)
        if is_small_shift(e) and not self.metered:
            return self._small_shift(e)
        if is_small_repetition(e) and not self.metered:
            return self._small_repetition(e)
        if is_digits(e):
            return self._int_of_digits(e)
        tested = find_tested(e) if inline is None else None
        if tested is not None:
            return make_tested(self, e, tested)
        args = [self.raw(arg) for arg in e.args[1:]]
        if inline is not None:
            return inline.make(self.n, args, e.span)
        if callee.op == "builtin":
            return self.builtin_call(callee, args, e)
        if not is_callable_node(callee) or (
                callee.op == "get" and owner_function(callee) is not None
                and not is_known_call(e)):
            return self.n.call(self.helper("_call"), [self.raw(callee), *args], e.span)
        return self.n.call_value(self.raw(callee), args, e.span)

    def _quotient(self, e: Expr) -> ast.expr:
        """``a // b``, or ``floor(a / b)`` for ``int(a / b)`` where that is not negative."""
        quotient = e.args[1]
        if e.known == EXACT:
            a, b = quotient.args
            return self.n.binary("floor_div", self.raw(a), self.raw(b), quotient.span)
        return self.n.call(self.helper("_math_floor"), [self.raw(quotient)], e.span)

    def _type_name(self, e: Expr) -> ast.expr:
        """``type(v)``: the name of a class of Python."""
        kind = self.n.call(self.helper("type"), [self.raw(e.args[1])], e.span)
        return self.n.item(self.n.name(self.helper("_type_names"), e.span), kind, e.span)

    def _small_shift(self, e: Expr) -> ast.expr:
        """``x << n if 0 <= n < 64 else shl(x, n)``: the builtin looks at the size first."""
        n, span = self.n, e.span
        number, count = e.args[1:]
        limit, zero = n.constant(64, span), n.constant(0, span)
        first, again = self.twice(count)
        test = (n.compare("less", first, limit, span) if not count.type & NEG
                else n.between(zero, "less_equal", first, "less", limit, span))
        return n.conditional(
            test, n.bits("<<", self.raw(number), again(), span),
            n.call(self.builtin_function("shl"), [self.raw(number), again()], span), span)

    def _small_repetition(self, e: Expr) -> ast.expr:
        """``"x" * n if n < 1000 else repeat("x", n)``"""
        n, span = self.n, e.span
        first, again = self.twice(e.args[2])
        test = n.compare("less", first, n.constant(1000, span), span)
        return n.conditional(
            test, n.binary("mul", self.raw(e.args[1]), again(), span),
            n.call(self.builtin_function("repeat"), [self.raw(e.args[1]), again()], span), span)

    def _int_of_digits(self, e: Expr) -> ast.expr:
        """``int(s) if s.isascii() and s.isdigit() else int_(s)``: Python's takes more."""
        n, span = self.n, e.span
        first, again = self.twice(e.args[1])
        tests = [n.method(again(), "isdigit", [], span)]
        if raw_type(e.args[1]) == STRING:
            tests.insert(0, n.method(first, "isascii", [], span))
        else:
            tests.insert(0, n.method(again(), "isascii", [], span))
            tests.insert(0, n.compare("is", n.call(self.helper("type"), [first], span),
                                      n.name(self.helper("str"), span), span))
        test = n.logical("and", tests, span)
        return n.conditional(test, n.call(self.helper("int"), [again()], span),
                             n.call(self.builtin_function("int"), [again()], span), span)

    def invoke(self, e: Expr) -> ast.expr:
        """A call of a method, raw."""
        if e.a in LAMBDAS:
            made = self.comprehension(e)
            if made is not None:
                return made
        inline = metering.inline_of(self, e)
        args = [self.raw(arg) for arg in e.args]
        if inline is not None:
            return inline.make(self.n, args, e.span)
        return self.n.call(self.helper("_invoke"),
                           [args[0], self.n.constant(e.a, e.span), *args[1:]], e.span)
