"""The tests of arguments in entries (see `entries`)."""

from __future__ import annotations

import ast

from sentra.codegen.entry_types import SCALAR
from sentra.ir.model import ARRAY, FLOAT, INT, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_types import Types
    from sentra.codegen.expressions import Expressions
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import Variable

_CLASSES = {INT: "int", FLOAT: "float", STRING: "str"}


def fixed(emitter: Expressions, name: str, span: Span) -> ast.expr:
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


def type_of(emitter: Expressions, name: str, span: Span) -> ast.expr:
    """``type(name)``"""
    n = emitter.n
    return n.call_value(fixed(emitter, "type", span), [n.name(name, span)], span)


def is_a(emitter: FunctionEmitter, name: str, word: str, span: Span) -> ast.expr:
    """``type(name) is list``"""
    return emitter.n.compare("is", type_of(emitter, name, span), fixed(emitter, word, span), span)


def holds_scalars(emitter: FunctionEmitter, name: str, word: str, span: Span) -> ast.expr:
    """Whether a list or dict holds nothing but scalars: what holds other things may be copied where
    the function itself is called, and a change has to be of the same object.
    """
    n = emitter.n

    def types(values: ast.expr) -> ast.expr:
        return n.call_value(fixed(emitter, "_map", span), [fixed(emitter, "type", span), values],
                            span)

    if word == "list":
        return n.call_value(fixed(emitter, "_are_scalars", span), [types(n.name(name, span))], span)
    values = n.method(n.name(name, span), "values", [], span)
    return n.logical("and", [
        n.call_value(fixed(emitter, "_are_keys", span), [types(n.name(name, span))], span),
        n.call_value(fixed(emitter, "_are_scalars", span), [types(values)], span)], span)


def are_plain(
    parameters: list[Variable], types: Types, emitter: FunctionEmitter, span: Span,
    read: Container[str] = (),
) -> ast.expr | None:
    """Whether all have these types; the others are to be scalars, or lists and dicts of scalars.
    None where that is known.

    Of those that are only `read`, by name, what they hold is looked at where that is done.
    """
    state = emitter.state
    tests = [_is_scalar(emitter, v.python, span) if state and v in state.names and v not in types
             else _has_type(v.python, types.get(v), emitter, span, only=v.python in read)
             for v in parameters if not (state and v in state.known)]
    return all_of(emitter, tests, span) if tests else None


def all_of(emitter: FunctionEmitter, tests: list[ast.expr], span: Span) -> ast.expr:
    """The tests with ``and`` between them."""
    return emitter.n.logical("and", tests, span) if len(tests) > 1 else tests[0]


def _is_scalar(emitter: FunctionEmitter, name: str, span: Span) -> ast.expr:
    return emitter.n.compare(
        "contains", type_of(emitter, name, span), fixed(emitter, "_scalars", span), span)


def _has_type(
    name: str, wanted: int | None, emitter: FunctionEmitter, span: Span, *, only: bool,
) -> ast.expr:
    n = emitter.n
    if wanted == SCALAR:
        return _is_scalar(emitter, name, span)
    if wanted is not None and wanted & FLOAT and wanted & INT:
        return n.logical("or", [is_a(emitter, name, "int", span),
                                is_a(emitter, name, "float", span)], span)
    if wanted in _CLASSES:
        return is_a(emitter, name, _CLASSES[wanted], span)
    if only:
        return is_a(emitter, name, "list", span)
    if wanted == ARRAY:  # _are_scalars(map(type, name))
        types = n.call_value(fixed(emitter, "_map", span), [
            fixed(emitter, "type", span), n.name(name, span)], span)
        return n.logical("and", [is_a(emitter, name, "list", span), n.call_value(
            fixed(emitter, "_are_scalars", span), [types], span)], span)
    return n.logical("or", [
        _is_scalar(emitter, name, span),
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
    return [n.conditionally(is_a(emitter, name, "dict", span), [loop], [], span)]
