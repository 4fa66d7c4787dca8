"""Metered code: a tick for each call and each turn of a loop, and checks before values grow.

Chosen when a module is compiled; production code contains nothing of it. The ticks are those of the
interpreter, taken from the same `Context.fuel`, so that a program uses as many in every mode. What
is not checked: sums of integers, which grow by a bit at a time, and products with small constants
in entries without loops. Entries check against narrower bounds, in production too where much could
grow, and leave everything else to the functions themselves (see `turns`).
"""

from __future__ import annotations

import ast
from functools import lru_cache

from sentra.codegen.depth import watch_depth
from sentra.codegen.inline import find_inline
from sentra.codegen.select import is_raw, is_stable, is_text, raw_type
from sentra.codegen.turns import MOST_INT, MOST_TEXT
from sentra.ir.model import ARRAY, FLOAT, INT, LOCAL, NEG, NIL, NUMBER, STRING
from sentra.runtime import arithmetic, limits, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.expressions import Expressions
    from sentra.codegen.flow import ControlFlow
    from sentra.codegen.inline import Inline
    from sentra.codegen.statements import Statements
    from sentra.ir.model import Expr, Variable
    from sentra.runtime.context import Context


def tick(x: ControlFlow, span: Span) -> list[ast.stmt]:
    """``_left = _meter.fuel = _meter.fuel - 1; if _left < 0: _refill()``

    In a quiet loop: ``_left = _left - 1; if _left < 0: _left = _refuel(_left)``.
    """
    n = x.n
    if x.counts:
        less = n.binary("sub", n.name("_left", span), n.constant(1, span), span)
        taken = n.assign(n.target("_left", span), less, span)
        refill = n.assign(n.target("_left", span), n.call(
            x.helper("_refuel"), [n.name("_left", span)], span), span)
    else:
        less = n.binary("sub", _fuel(x, span, ast.Load()), n.constant(1, span), span)
        taken = n.place(ast.Assign(
            [n.target("_left", span), _fuel(x, span, ast.Store())], less), span)
        refill = n.expression(n.call(x.helper("_refill"), [], span), span)
    test = n.compare("less", n.name("_left", span), n.constant(0, span), span)
    return [taken, n.conditionally(test, [refill], [], span)]


def counted(x: ControlFlow, loop: list[ast.stmt], span: Span) -> list[ast.stmt]:
    """``_left = _meter.fuel; try: loop; finally: _meter.fuel = _left``"""
    n = x.n
    before = n.assign(n.target("_left", span), _fuel(x, span, ast.Load()), span)
    after = n.assign(_fuel(x, span, ast.Store()), n.name("_left", span), span)
    return [before, n.place(ast.Try(loop, [], [], [after]), span)]


def _fuel(x: ControlFlow, span: Span, context: ast.expr_context) -> ast.expr:
    return x.n.place(
        ast.Attribute(x.n.name(x.helper("_meter"), span), "fuel", context), span)


def cover(x: Expressions, e: Expr) -> None:
    """A string with a constant added that is part of a longer sum is checked with that."""
    inner = e.args[0]
    if inner.op == "add" and any(is_text(raw_type(arg)) for arg in inner.args) and any(
            arg.op == "const" for arg in inner.args):
        x.covered.add(id(inner))


def add(x: Expressions, e: Expr, left: ast.expr, right: ast.expr) -> ast.expr | None:
    """A sum whose size may have to be checked; None where it cannot grow but by a bit."""
    if id(e) in x.covered:
        return None
    a, b = raw_type(e.args[0]), raw_type(e.args[1])
    big = STRING | ARRAY
    if (not a & big or not b & big) and not is_text(a) and not is_text(b):
        return None
    if is_small(e):
        return None
    if is_text(a) or is_text(b):  # both are strings by now, or nil, which Python refuses
        return _checked_string(x, x.n.binary("add", left, right, e.span), e.span)
    if not a & NUMBER:
        return x.n.call(x.helper("_add"), [left, right], e.span)
    first, again = _twice(x, e.args[0], left)
    n, span = x.n, e.span
    test = n.logical("or", [_has_type(x, first, "int", e), _has_type(x, again(), "float", e)], span)
    return n.conditional(test, n.binary("add", again(), right, span),
                         n.call(x.helper("_add"), [again(), right], span), span)


_DIGIT = (1 << 30) - 1  # the largest of CPython's integers
_SMALL_FACTOR = 1 << 32  # less lets an integer grow by a few bits


def mul(x: Expressions, e: Expr, left: ast.expr, right: ast.expr) -> ast.expr | None:
    """A product whose size may have to be checked; None where it is a float or raises."""
    a, b = e.args[0].type, e.args[1].type
    if x.in_entry and not (x.most_turns or x.most_calls or x.keeps) and (
            not (a | b) & ~NUMBER and any(map(_is_small_factor, e.args))):
        return None
    if not is_raw(e) or (a and not a & ~FLOAT) or (b and not b & ~FLOAT):
        return None
    if not (a | b) & ~NUMBER:
        return _checked_product(x, e, left, right, (a | b) & (NEG | FLOAT) != 0)
    n, span = x.n, e.span
    if is_stable(e.args[0]) and not a & ~INT:
        # a checked product if type(right) is int else left * right if … float else general
        second, again = _twice(x, e.args[1], right)
        general = n.call(x.helper("_mul"), [left, again()], span)
        return n.conditional(
            _has_type(x, second, "int", e), _checked_product(x, e, left, again(), True),
            n.conditional(_has_type(x, again(), "float", e), n.binary("mul", left, again(), span),
                          general, span), span)
    # left * right if type(left) is float else (a checked product of ints) else the general one
    first, again = _twice(x, e.args[0], left)
    if not b & ~INT or _is_square(e):
        product = _checked_product(x, e, again(), right, True)
        general = n.call(x.helper("_mul"), [again(), right], span)
    else:
        second, once_more = _twice(x, e.args[1], right)
        general = n.call(x.helper("_mul"), [again(), once_more()], span)
        product = n.conditional(
            _has_type(x, second, "int", e), n.conditional(
                _has_type(x, again(), "int", e),
                _checked_product(x, e, again(), once_more(), True), general, span), general, span)
        return n.conditional(_has_type(x, first, "float", e),
                             n.binary("mul", again(), right, span), product, span)
    ints = n.conditional(_has_type(x, again(), "int", e), product, general, span)
    return n.conditional(_has_type(x, first, "float", e), n.binary("mul", again(), right, span),
                         ints, span)


def _is_small_factor(e: Expr) -> bool:
    return e.op == "const" and type(e.a) is int and abs(e.a) < _SMALL_FACTOR


def _is_square(e: Expr) -> bool:
    """Whether both operands are the same variable."""
    a, b = e.args
    return a.op == b.op == "get" and a.a is b.a and is_stable(a)


def _checked_product(
    x: Expressions, e: Expr, left: ast.expr, right: ast.expr, signed: bool,
) -> ast.expr:
    """``product if least < (product := left * right) < limit else check(product)``"""
    n, span = x.n, e.span
    name = x.new_temp().python
    made = n.bind(name, n.binary("mul", left, right, span), span)
    signed = signed and not _is_square(e)
    if x.in_entry:
        small = n.logical("or", [
            _is_within(x, made, name, _DIGIT, signed, span),
            _is_within(x, n.name(name, span), name, MOST_INT, signed, span)], span)
        return n.conditional(small, n.name(name, span), n.call(x.helper("_retry"), [], span), span)
    bound = n.name(x.helper("_int_limit"), span)
    small = n.compare("less", made, bound, span)
    if signed:
        low = n.name(x.helper("_int_least"), span)
        small = n.between(low, "less", made, "less", bound, span)
    return n.conditional(small, n.name(name, span), n.call(
        x.helper("_check_int"), [n.name(name, span)], span), span)


def _is_within(
    x: Expressions, made: ast.expr, name: str, most: int, signed: bool, span: Span,
) -> ast.expr:
    """``made < most and made > -most``: CPython compares integers of one digit four times as fast,
    but where three stand together.
    """
    n = x.n
    less = n.compare("less", made, n.constant(most, span), span)
    if not signed:
        return less
    return n.logical("and", [less, n.compare(
        "greater", n.name(name, span), n.constant(-most, span), span)], span)


def _twice(
    x: Expressions, e: Expr, node: ast.expr,
) -> tuple[ast.expr, Callable[[], ast.expr]]:
    """A node for a value, and what makes nodes that read it again."""
    if is_stable(e):
        return node, lambda: node
    name = x.new_temp().python
    return x.n.bind(name, node, e.span), lambda: x.n.name(name, e.span)


def _has_type(x: Expressions, node: ast.expr, name: str, e: Expr) -> ast.expr:
    n, span = x.n, e.span
    return n.compare("is", n.call(x.helper("type"), [node], span),
                     n.name(x.helper(name), span), span)


def is_small(e: Expr) -> bool:
    """Whether the str form of a value is bounded by the text of the program and by numbers."""
    if e.op == "const":
        return True
    if e.op in ("text", "add"):
        return all(is_small(arg) for arg in e.args)
    return bool(e.type) and not e.type & ~(NUMBER | NIL)


GROWING = frozenset("join split chars shl concat repeat".split())
"""Builtins that Python has as one operation, but with no check of the result's size."""


SEARCHING = frozenset("contains includes".split())
"""Builtins that compare: not Python's in debug code, which does not know what may be cyclic."""


def inline_of(x: Expressions, e: Expr) -> Inline | None:
    """The Python operation that a call of a builtin is, if it is one in code of this kind."""
    name = e.a if e.op == "invoke" else e.args[0].a
    if (x.metered and name in GROWING) or (x.debug and name in SEARCHING):
        return None
    return find_inline(e)


def checked_text(x: Expressions, e: Expr, node: ast.expr) -> ast.expr:
    """A template string."""
    return node if is_small(e) else _checked_string(x, node, e.span)


def _checked_string(x: Expressions, node: ast.expr, span: Span) -> ast.expr:
    """``text if len(text := …) <= limit else check(text)``: at most twice the limit by then."""
    n = x.n
    name = x.new_temp().python
    length = n.call(x.helper("len"), [n.bind(name, node, span)], span)
    test = n.compare("less_equal", length, _string_limit(x, span), span)
    check = "_retry" if x.bounded else "_check_string"
    return n.conditional(test, n.name(name, span), n.call(
        x.helper(check), [n.name(name, span)], span), span)


def _string_limit(x: Expressions, span: Span) -> ast.expr:
    if x.bounded:
        return x.n.constant(MOST_TEXT, span)
    return x.n.name(x.helper("_string_limit"), span)


def before_append(x: Statements, old: ast.expr, added: ast.expr, span: Span) -> None:
    """The check before ``old + added``: both are strings in variables, or constants."""
    n = x.n
    length = n.binary("add", n.call(x.helper("len"), [old], span),
                      n.call(x.helper("len"), [added], span), span)
    test = n.compare("greater", length, _string_limit(x, span), span)
    check = "_retry" if x.bounded else "_string_size"
    x.out.append(n.conditionally(test, [n.expression(
        n.call(x.helper(check), [length], span), span)], [], span))


def is_appending(variable: Variable, e: Expr) -> bool:
    """Whether it is ``text = text + …`` of a local: CPython does that in place."""
    return (e.op == "add" and e.args[0].op == "get" and e.args[0].a is variable
            and variable.kind == LOCAL and not variable.explicit and not variable.checked
            and e.args[0].type == STRING)


def append(x: Statements, variable: Variable, e: Expr, span: Span) -> None:
    """``text = text + …``, checked before it is done so that it stays in place."""
    right = x.without_guards(e.args[1])
    added = x.to_temp_text(right)
    old = x.n.name(variable.python, span)
    before_append(x, old, added, span)
    x.out.append(x.store(variable, x.n.binary("add", old, added, span), span))


def full_array(x: Statements, array: ast.expr, span: Span) -> ast.stmt:
    """The check of an array after an element was pushed."""
    n = x.n
    test = n.compare("greater", n.call(x.helper("len"), [array], span),
                     n.name(x.helper("_array_limit"), span), span)
    return n.conditionally(test, [n.expression(
        n.call(x.helper("_full_array"), [array], span), span)], [], span)


def load_meter(names: set[str], namespace: dict[str, Any], context: Context) -> None:
    """Put what metered code uses into its namespace."""
    watch_depth(context)
    sizes = limits.sizes()
    limit, least = _bounds(sizes.bits)
    values = {
        "_meter": context, "_entrance": context.entrance, "_refill": context.refill,
        "_refuel": context.refuel, "_add": arithmetic.add_sized,
        "_mul": arithmetic.mul_sized, "_join": text.join_sized, "_int_limit": limit,
        "_int_least": least, "_check_int": check_int,
        "_check_string": limits.check_string, "_string_limit": sizes.string,
        "_string_size": limits.string_size, "_array_limit": sizes.array,
        "_full_array": full, "float": float, "int": int, "type": type, "len": len,
    }
    for name in names:
        if name in values:
            namespace[name] = values[name]


@lru_cache(maxsize=8)
def _bounds(bits: int) -> tuple[int, int]:
    """What integers of so many bits lie between: numbers of a megabyte each, by default."""
    return 1 << bits, -(1 << bits)


def check_int(value: Any) -> Any:
    """A product; throws if it is an integer that is too large."""
    if type(value) is int:
        limits.integer_size(value.bit_length())
    return value


def full(array: list[Any]) -> None:
    """An element was pushed to an array that is full: take it out again, and throw."""
    array.pop()
    limits.array_size(len(array) + 1)
