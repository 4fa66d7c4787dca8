"""Comparisons: with nil, of the types of values, of anything; and whether a value is in another."""

from __future__ import annotations

from sentra.codegen.expressions import HELPERS, Expressions, is_fixed
from sentra.codegen.select import CLASSES, GET, IN_RANGE, is_stable, is_type_test
from sentra.ir.comparing import containers_of, is_container, is_quick, is_quick_literal, is_short
from sentra.ir.model import ARRAY, MAP, NIL, NUMBER, STRING, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

_KEY = NIL | NUMBER | STRING


def _is_numeric(e: Expr) -> bool:
    """A number, or nil, which Python refuses as an operand."""
    return bool(e.type & NUMBER) and not e.type & ~(NUMBER | NIL)


class Comparisons(Expressions):
    """Makes their nodes."""

    def comparison(self, e: Expr) -> ast.expr:
        """A comparison, raw."""
        left, right = e.args
        op = e.op
        if op in ("equal", "not_equal"):
            kind = self._type_test(e)
            if kind is not None:
                return kind
            # Where CPython can find out the value it would warn of ``is``.
            if right.op == "const" and right.a is None and not is_fixed(left):
                if left.known == GET and all(map(is_stable, left.args)):
                    return self._is_there(e, left)
                if left.known == IN_RANGE:  # there is no nil inside
                    return self.in_range(left, "less" if op == "not_equal" else "greater_equal")[0]
                return self.n.compare("is" if op == "equal" else "is_not", self.raw(left),
                                      self.n.constant(None, right.span), e.span)
            if right.op == "const" and right.a == 0 and type(right.a) is int and (
                    left.op == "mod" and _is_numeric(left.args[0]) and _is_numeric(left.args[1])
                    and not left.args[1].impure):
                # Whose sign a remainder has does not matter when it is compared with 0.
                rest = self.n.binary("mod", self.raw(left.args[0]), self.divisor(left.args[1]),
                                     left.span)
                return self.n.compare(op, rest, self.n.constant(0, right.span), e.span)
        containers = containers_of(e)
        if containers:
            return self._compared(e, containers)
        return self.n.compare(op, self.raw(left), self.raw(right), e.span)

    def _compared(self, e: Expr, containers: int) -> ast.expr:
        """``_less(a, b) if type(a) is list else a < b``: containers are compared by the runtime."""
        n, span = self.n, e.span
        left, right = e.args
        if is_container(left) or is_container(right) or not is_short(right):
            return n.call(self.helper(HELPERS[e.op]), [self.raw(left), self.raw(right)], span)
        a: Callable[[], ast.expr]
        if is_stable(right) and not is_stable(left) and is_short(left):
            first, a = self.raw(right), lambda: self.raw(left)
        else:
            first, a = self.twice(left)
        kind = n.call(self.helper("type"), [first], span)
        if containers == ARRAY:
            test = n.compare("is", kind, n.name(self.helper("list"), span), span)
        elif containers == MAP:
            test = n.compare("is", kind, n.name(self.helper("dict"), span), span)
        else:
            test = n.compare("contains", kind, n.name(self.helper("_containers"), span), span)
        return n.conditional(
            test, n.call(self.helper(HELPERS[e.op]), [a(), self.raw(right)], span),
            n.compare(e.op, a(), self.raw(right), span), span)

    def _is_there(self, e: Expr, read: Expr) -> ast.expr:
        """``"k" in m and m["k"] is not None``: cheaper than ``m.get("k")`` where it is missing."""
        n, span = self.n, read.span
        key = (n.constant(read.a, span) if read.op == "property" else self.raw(read.args[1]))
        there = e.op == "not_equal"
        found = n.compare("contains" if there else "not_in", key, self.raw(read.args[0]), span)
        value = n.compare("is_not" if there else "is", n.item(self.raw(read.args[0]), key, span),
                          n.constant(None, span), e.span)
        return n.logical("and" if there else "or", [found, value], e.span)

    def _type_test(self, e: Expr) -> ast.expr | None:
        """``type(v) == "string"`` is ``type(v) is str``."""
        if not is_type_test(e):
            return None
        left, right = e.args
        value = self.raw(left.args[1])
        if right.a == "number":
            return self._number_test(e, left.args[1])
        if right.a == "nil":
            return self.n.compare("is" if e.op == "equal" else "is_not", value,
                                  self.n.constant(None, right.span), e.span)
        kind = self.n.call(self.helper("type"), [value], left.span)
        same = "is" if e.op == "equal" else "is_not"
        return self.n.compare(same, kind, self.n.name(
            self.helper(CLASSES[right.a]), right.span), e.span)

    def _number_test(self, e: Expr, value: Expr) -> ast.expr:
        """``type(v) is int or type(v) is float``"""
        n, span = self.n, e.args[0].span
        same = e.op == "equal"
        return n.logical("or" if same else "and", [
            n.compare("is" if same else "is_not", n.call(self.helper("type"), [
                self.raw(value)], span), n.name(self.helper(word), span), e.span)
            for word in ("int", "float")], e.span)

    def contains(self, e: Expr) -> ast.expr:
        """``x in c``, raw."""
        x, c = e.args
        n, span = self.n, e.span
        found = n.compare("contains", self.raw(x), self.raw(c), span)
        is_key = bool(x.type) and not x.type & ~_KEY
        may_be_array = not c.type or bool(c.type & ARRAY)
        if c.type == STRING or (c.type == ARRAY and (is_quick(x) or is_quick_literal(c))) or (
                is_key and (is_quick(x) or not may_be_array)):
            return found
        check = n.call(self.helper("_contains"), [self.raw(x), self.raw(c)], span)
        if c.type == ARRAY or not is_stable(x) or not is_stable(c):
            return check
        tests = []
        if may_be_array:  # whose elements are compared with what may be large
            tests.append(n.compare("is_not", n.call(self.helper("type"), [self.raw(c)], span),
                                   n.name(self.helper("list"), span), span))
        if not is_key:  # a function is in no map, and may not be looked for
            tests.append(n.compare("contains", n.call(self.helper("type"), [self.raw(x)], span),
                                   n.name(self.helper("_keys"), span), span))
        return n.conditional(
            tests[0] if len(tests) == 1 else n.logical("and", tests, span), found, check, span)
