"""The tests of arguments in entries (see `entries`): their types, and what is read of them."""

from __future__ import annotations

import ast

from sentra.codegen.entry_types import MAP_READ
from sentra.ir.model import ARRAY, FLOAT, INT, NUMBER, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.codegen.entry_types import Types
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import Variable

_CLASSES = {INT: "int", FLOAT: "float", STRING: "str"}


def fixed(emitter: FunctionEmitter, name: str, span: Span) -> ast.expr:
    """A name of the namespace whose value never changes, as the constant ``b"name"``.

    The value takes its place when the host gets the function (`embedding.functions`): a constant
    is half as dear as a name. CPython warns of a call of a constant, and of ``is`` with one, unless
    it stands in a conditional expression, of which nothing is left in the code.
    """
    n = emitter.n
    if emitter.in_inner:
        return n.name(emitter.helper(name), span)
    return n.conditional(n.constant(True, span),
                         n.place(ast.Constant(emitter.helper(name).encode()), span),
                         n.constant(None, span), span)


def type_of(emitter: FunctionEmitter, name: str, span: Span) -> ast.expr:
    """``type(name)``"""
    n = emitter.n
    return n.call_value(fixed(emitter, "type", span), [n.name(name, span)], span)


def are_plain(
    parameters: list[Variable], types: Types, emitter: FunctionEmitter, span: Span,
) -> ast.expr:
    """Whether all have these types; the others are to be scalars, or lists and dicts of scalars."""
    tests = [_has_type(v.python, types.get(v), emitter, span) for v in parameters]
    return emitter.n.logical("and", tests, span) if len(tests) > 1 else tests[0]


def _has_type(name: str, wanted: int | None, emitter: FunctionEmitter, span: Span) -> ast.expr:
    n = emitter.n

    def is_a(kind: str) -> ast.expr:
        return n.compare("is", type_of(emitter, name, span), fixed(emitter, kind, span), span)

    if wanted == NUMBER:
        return n.logical("or", [is_a("int"), is_a("float")], span)
    if wanted in _CLASSES:
        return is_a(_CLASSES[wanted])
    if wanted == ARRAY:  # _are_scalars(map(type, name))
        types = n.call_value(fixed(emitter, "_map", span), [
            fixed(emitter, "type", span), n.name(name, span)], span)
        return n.logical("and", [is_a("list"), n.call_value(
            fixed(emitter, "_are_scalars", span), [types], span)], span)
    return n.logical("or", [
        n.compare("contains", type_of(emitter, name, span), fixed(emitter, "_scalars", span),
                  span),
        n.call(emitter.helper("_is_flat"), [n.name(name, span)], span)], span)


def is_flat_map(
    emitter: FunctionEmitter, name: str, body: list[ast.stmt], span: Span,
) -> list[ast.stmt]:
    """The body where a parameter is a map of scalars: else nothing is done.

        if type(e) is dict:
            for _key in e:
                if type(_key) is not str or type(e[_key]) not in _scalars:
                    break
            else:
                body
    """
    n = emitter.n
    key = emitter.new_temp().python
    value = n.call_value(fixed(emitter, "type", span), [
        n.item(n.name(name, span), n.name(key, span), span)], span)
    wrong = n.logical("or", [
        n.compare("is_not", type_of(emitter, key, span), fixed(emitter, "str", span), span),
        n.compare("not_in", value, fixed(emitter, "_scalars", span), span)], span)
    loop = n.each(n.target(key, span), n.name(name, span), [
        n.conditionally(wrong, [n.breaks(span)], [], span)], body, span)
    test = n.compare("is", type_of(emitter, name, span), fixed(emitter, "dict", span), span)
    return [n.conditionally(test, [loop], [], span)]


class Reading(ast.NodeTransformer):
    """Checks what is read of maps; notes whether they are used in other ways. `calls` has the kinds
    of arguments of what may be called with them.
    """

    def __init__(
        self, emitter: FunctionEmitter, names: list[str], calls: dict[str, str], span: Span,
    ) -> None:
        self.calls = calls
        self.emitter = emitter
        self.names = names
        self.span = span
        self.likely = "int"  # the type of what is read
        self.elsewhere = False

    def visit_Name(self, node: ast.Name) -> ast.AST:
        self.elsewhere |= node.id in self.names
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if _is_text(node.slice) and self._is_inside(node.value):
            return self._checked(self._from_map(node), "_scalars")
        return self.generic_visit(node)

    def _is_inside(self, node: ast.expr) -> bool:
        """Whether it is one of the maps, or is read there."""
        while isinstance(node, ast.Subscript) and _is_text(node.slice):
            node = node.value
        return self._is_map(node)

    def _from_map(self, node: ast.Subscript) -> ast.Subscript:
        """The same, if that is a map from which it is read."""
        if isinstance(node.value, ast.Subscript):
            node.value = self._checked(self._from_map(node.value), "dict")
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "get" and (
                self._is_map(function.value) and len(node.args) <= 2 and _is_text(node.args[0])):
            node.args = [self.visit(arg) for arg in node.args]
            return self._checked(node, "_scalars")
        if isinstance(function, ast.Name) and function.id in self.calls:
            node.args = [arg if kind == MAP_READ and self._is_map(arg) else self.visit(arg)
                         for arg, kind in zip(node.args, self.calls[function.id], strict=True)]
            return node
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """``… if type(e) is dict else …``: it is."""
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is) and (
                isinstance(test.left, ast.Call) and test.left.args
                and self._is_map(test.left.args[0])
                and isinstance(test.comparators[0], ast.Name)
                and test.comparators[0].id == "dict"):
            changed: ast.AST = self.visit(node.body)
            return changed
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1 and (
                self._is_map(node.comparators[0]) and _is_text(node.left)):
            return node
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1 and (
                isinstance(node.comparators[0], ast.Subscript)
                and self._is_inside(node.comparators[0]) and _is_text(node.left)):
            node.comparators = [self._searched(self._from_map(node.comparators[0]))]
            return node
        before = self.likely
        if any(_is_text(each) for each in (node.left, *node.comparators)):
            self.likely = "str"
        changed = self.generic_visit(node)
        self.likely = before
        return changed

    def _is_map(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.names

    def _searched(self, node: ast.expr) -> ast.expr:
        """A list of scalars, or a text."""
        x, span = self.emitter, self.span
        n = x.n
        name = x.new_temp().python
        kind = n.call_value(fixed(x, "type", span), [n.bind(name, node, span)], span)
        types = n.call_value(fixed(x, "_map", span), [
            fixed(x, "type", span), n.name(name, span)], span)
        test = n.logical("or", [
            n.logical("and", [
                n.compare("is", kind, fixed(x, "list", span), span),
                n.call_value(fixed(x, "_are_scalars", span), [types], span)], span),
            n.compare("is", type_of(x, name, span), fixed(x, "str", span), span)], span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)

    def _checked(self, node: ast.expr, wanted: str) -> ast.expr:
        x, span = self.emitter, self.span
        n = x.n
        name = x.new_temp().python
        kind = n.call_value(fixed(x, "type", span), [n.bind(name, node, span)], span)
        test = n.compare("is", kind, fixed(x, "dict" if wanted == "dict" else self.likely, span),
                         span)
        if wanted != "dict":
            again = n.compare("contains", type_of(x, name, span), fixed(x, wanted, span), span)
            test = n.logical("or", [test, again], span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is str
