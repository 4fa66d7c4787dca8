"""Calls as Python calls, or as what a builtin does with arguments of these types."""

from __future__ import annotations

from sentra.codegen import metering
from sentra.codegen.comparisons import Comparisons
from sentra.codegen.expressions import owner_function
from sentra.codegen.lambdas import NAMES as LAMBDAS
from sentra.codegen.select import (
    BY_NUMBERS,
    is_callable_node,
    is_chr,
    is_digits,
    is_known_call,
    is_small_repetition,
    is_small_shift,
    is_stable,
    is_type_name,
    raw_type,
)
from sentra.codegen.tested import find_tested, make_tested
from sentra.ir.model import ARRAY, MAP, NEG, STRING, Expr
from sentra.ir.passes.division import EXACT, UPWARD
from sentra.runtime.builtins import ARRAY_METHODS, MAP_METHODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from sentra.bytecode.code import Span

# Builtins, and their number of arguments, that are done on small texts in entries (`runtime.soon`).
SOON = frozenset([("split", 2), ("replace", 3), ("join", 2)])


class Calls(Comparisons):
    """Makes the nodes of calls."""

    def comprehension(self, e: Expr) -> ast.expr | None:
        """A call of map, filter and the like as a comprehension; None where it is none."""
        return None

    def call(self, e: Expr) -> ast.expr:
        """A call, raw."""
        if e.known in (EXACT, UPWARD) and e.args[1].op == "div":
            # (It may have been folded, or evaluated before.)
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
                return self.as_text(e.args[1], self.raw(e.args[1]), e.span)
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
        if self.in_entry and callee.op == "builtin" and (callee.a, len(args)) in SOON:
            return self.n.call(self.helper(f"_soon_{callee.a}"), args, e.span)
        if e.known == BY_NUMBERS:
            return self.n.call(self.helper(f"_{callee.a}_by_numbers"), args, e.span)
        if callee.op == "builtin":
            return self.builtin_call(callee, args, e)
        if not is_callable_node(callee) or (
                callee.op == "get" and owner_function(callee) is not None
                and not is_known_call(e)):
            return self.n.call(self.helper("_call"), [self.raw(callee), *args], e.span)
        return self.n.call_value(self.raw(callee), args, e.span)

    def _quotient(self, e: Expr) -> ast.expr:
        """``a // b``, or ``floor(a / b)`` for ``int(a / b)`` where that is not negative.

        ``n // 10 if n < 1000000000 else floor(n / 10)`` where CPython has a fast comparison.
        """
        n, span = self.n, e.span
        quotient = e.args[1]
        a, b = quotient.args
        if e.known == EXACT:
            return n.binary("floor_div", self.raw(a), self.raw(b), quotient.span)
        rounded = n.call(self.helper("_math_floor"), [self.raw(quotient)], span)
        if not is_stable(a) or a.op == "const" or not is_stable(b):
            return rounded
        test = n.compare("less", self.raw(a), n.constant(1_000_000_000, span), span)
        whole = n.binary("floor_div", self.raw(a), self.raw(b), quotient.span)
        return n.conditional(test, whole, rounded, span)

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
        if self.in_entry and inline is None and not e.args[0].type & ~(ARRAY | STRING) and (
                (e.a, len(e.args)) in SOON):
            return self.n.call(self.helper(f"_soon_{e.a}"), list(map(self.raw, e.args)), e.span)
        if inline is None and not self.debug and all(map(is_stable, e.args[1:])):
            return self.method_of(e)
        args = [self.raw(arg) for arg in e.args]
        if inline is not None:
            return inline.make(self.n, args, e.span)
        return self.n.call(self.helper("_invoke"),
                           [args[0], self.n.constant(e.a, e.span), *args[1:]], e.span)

    def method_of(self, e: Expr, *, used: bool = True) -> ast.expr:
        """``m["count"](x) if type(m) is dict and "count" in m else _invoke(m, "count", x)``

        Of an array, or of a map without that key, it is the builtin. `used`: the value is used.
        """
        n, span = self.n, e.span
        receiver, args = e.args[0], e.args[1:]
        shape = self.arity(e.a)
        fits = shape is not None and shape[0] <= len(e.args) and (
            shape[1] is None or len(e.args) <= shape[1])
        of_array = fits and e.a in ARRAY_METHODS and e.a not in MAP_METHODS and (
            bool(receiver.type & ARRAY))
        of_map = fits and e.a in MAP_METHODS
        if not of_array and not receiver.type & MAP:
            return n.call(self.helper("_invoke"), [
                self.raw(receiver), n.constant(e.a, span), *map(self.raw, args)], span)
        first, again = self.twice(receiver)
        found = n.call(self.helper("_invoke"), [
            again(), n.constant(e.a, span), *map(self.raw, args)], span)
        if receiver.type & MAP:
            test = self.has_class(again() if of_array else first, "dict", span)
            there = n.compare("contains", n.constant(e.a, span), again(), span)
            own = n.call_value(n.item(again(), n.constant(e.a, span), span),
                               list(map(self.raw, args)), span)
            if of_map:
                own = n.conditional(there, own, self._builtin_method(e, again), span)
            else:
                test = n.logical("and", [test, there], span)
            found = n.conditional(test, own, found, span)
        if of_array:
            made = self._builtin_method(e, again)
            if not used and e.a == "push" and len(args) == 1 and not self.metered:
                made = n.method(again(), "append", [self.raw(args[0])], span)
            found = n.conditional(self.has_class(first, "list", span), made, found, span)
        return found

    def _builtin_method(self, e: Expr, receiver: Callable[[], ast.expr]) -> ast.expr:
        n, span = self.n, e.span
        if e.a == "pop":
            return n.conditional(receiver(), n.method(receiver(), "pop", [], span),
                                 n.constant(None, span), span)
        return n.call(self.builtin_function(e.a), [receiver(), *map(self.raw, e.args[1:])], span)

    def has_class(self, value: ast.expr, name: str, span: Span) -> ast.expr:
        """``type(value) is name``"""
        kind = self.n.call(self.helper("type"), [value], span)
        return self.n.compare("is", kind, self.n.name(self.helper(name), span), span)
