"""Comparisons: with nil, of the types of values, of anything; and whether a value is in another."""

from __future__ import annotations

from sentra.codegen.expressions import Expressions, is_fixed
from sentra.codegen.select import CLASSES, GET, IN_RANGE, is_stable, is_type_test
from sentra.ir.model import ARRAY, NIL, NUMBER, STRING, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

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
                rest = self.n.binary("mod", self.raw(left.args[0]), self.raw(left.args[1]),
                                     left.span)
                return self.n.compare(op, rest, self.n.constant(0, right.span), e.span)
        return self.n.compare(op, self.raw(left), self.raw(right), e.span)

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
        found = self.n.compare("contains", self.raw(x), self.raw(c), e.span)
        if c.type in (ARRAY, STRING) or (x.type and not x.type & ~_KEY):
            return found
        if is_stable(x) and is_stable(c):
            # A function is in no map, and may not be looked for.
            n, span = self.n, e.span
            other = n.compare("not_in", n.call(self.helper("type"), [self.raw(x)], span),
                              n.name(self.helper("_keys"), span), span)
            check = n.call(self.helper("_contains"), [self.raw(x), self.raw(c)], span)
            return n.logical("or", [found, n.logical("and", [other, check], span)], span)
        return self.n.call(self.helper("_contains"), [self.raw(x), self.raw(c)], e.span)
