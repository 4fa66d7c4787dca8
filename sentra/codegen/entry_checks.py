"""Tests of what is read from the arguments of an entry; what fails is left to the function."""

from __future__ import annotations

import ast

from sentra.codegen.entry_shapes import NUMERIC
from sentra.codegen.entry_tests import fixed, type_of
from sentra.ir.model import STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.codegen.entry_shapes import Shape
    from sentra.codegen.functions import FunctionEmitter


class Checks:
    """Makes the tests."""

    emitter: FunctionEmitter
    span: Span
    likely: str  # the class to test for first of what nothing is known about

    def searched(self, node: ast.expr) -> ast.expr:
        """A list of scalars, or a text."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = node.id if isinstance(node, ast.Name) else x.new_temp().python
        first = node if isinstance(node, ast.Name) else n.bind(name, node, span)
        kind = n.call_value(fixed(x, "type", span), [first], span)
        types = n.call_value(fixed(x, "_map", span), [
            fixed(x, "type", span), n.name(name, span)], span)
        test = n.logical("or", [
            n.logical("and", [
                n.compare("is", kind, fixed(x, "list", span), span),
                n.call_value(fixed(x, "_are_scalars", span), [types], span)], span),
            n.compare("is", type_of(x, name, span), fixed(x, "str", span), span)], span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)

    def of_ints(
        self, word: str, name: str, otherwise: ast.expr, *, maybe_text: bool,
    ) -> ast.expr:
        """``sum(a) if _are_ints(map(type, a)) else …``, of a list or `maybe_text`."""
        x, n, span = self.emitter, self.emitter.n, self.span
        array = n.name(name, span)
        types = n.call_value(fixed(x, "_map", span), [fixed(x, "type", span), array], span)
        test = n.call_value(fixed(x, "_are_ints", span), [types], span)
        if maybe_text:
            kind = n.compare("is", type_of(x, name, span), fixed(x, "list", span), span)
            test = n.logical("and", [kind, test], span)
        return n.conditional(test, n.call_value(fixed(x, word, span), [array], span), otherwise,
                             span)

    def has_no_length(self, name: str) -> ast.expr:
        """``type(name) not in _measured``"""
        x = self.emitter
        return x.n.compare("not_in", type_of(x, name, self.span), fixed(x, "_measured", self.span),
                           self.span)

    def checked(self, node: ast.expr, shape: Shape | None, wanted: int) -> ast.expr:
        """A scalar."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = x.new_temp().python
        test = self.is_scalar(n.bind(name, node, span), name, shape, wanted)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)

    def is_scalar(
        self, first: ast.expr, name: str, shape: Shape | None, wanted: int,
    ) -> ast.expr:
        """Whether it has a type; of any, whether it is a scalar. `first` is read first."""
        x, n, span = self.emitter, self.emitter.n, self.span
        kind = n.call_value(fixed(x, "type", span), [first], span)
        if wanted == STRING:
            return n.compare("is", kind, fixed(x, "str", span), span)
        likely = ("int" if wanted == NUMERIC else self.likely if shape is None
                  else shape.likely)
        if not likely:
            return n.compare("contains", kind, fixed(x, "_scalars", span), span)
        if wanted == NUMERIC:
            other = n.compare("is", type_of(x, name, span), fixed(x, "float", span), span)
        else:
            other = n.compare("contains", type_of(x, name, span), fixed(x, "_scalars", span), span)
        return n.logical("or", [n.compare("is", kind, fixed(x, likely, span), span), other], span)

    def one_of(self, node: ast.expr, words: tuple[str, ...]) -> ast.expr:
        """What has one of these classes."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = x.new_temp().python
        kind = n.call_value(fixed(x, "type", span), [n.bind(name, node, span)], span)
        tests: list[ast.expr] = [n.compare("is", kind, fixed(x, words[0], span), span)]
        tests += [n.compare("is", type_of(x, name, span), fixed(x, word, span), span)
                  for word in words[1:]]
        test = tests[0] if len(tests) == 1 else n.logical("or", tests, span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)
