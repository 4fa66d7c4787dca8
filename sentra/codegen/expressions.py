"""Expressions of the IR as Python expressions, raw or general.

`raw` uses Python's own operations where `select` allows them; `general` is what a guard's handler
evaluates: the same tree with the runtime's operations.
"""

from __future__ import annotations

from sentra.codegen import metering
from sentra.codegen.select import (
    GET,
    GET_IF_MAP,
    GET_IF_STRING,
    IN_RANGE,
    has_positive_type,
    is_callable_node,
    is_caught,
    is_raw,
    is_small_array,
    is_stable,
    is_text,
    raw_type,
)
from sentra.ir.model import (
    ARRAY,
    INT,
    MAP,
    NEG,
    NIL,
    NONE,
    NUMBER,
    STRING,
    Expr,
    Variable,
)
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Container
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_effects import Effects
    from sentra.codegen.entry_state import State
    from sentra.codegen.nodes import Nodes

# Operations of the runtime by the name they have in generated code.
HELPERS = {
    "add": "_add", "sub": "_sub", "mul": "_mul", "div": "_div", "mod": "_mod",
    "negate": "_negate", "less": "_less", "less_equal": "_less_equal", "greater": "_greater",
    "greater_equal": "_greater_equal", "equal": "_equal", "not_equal": "_not_equal",
    "contains": "_contains", "index": "_index", "slice_": "_slice", "receive": "_receive",
}

COMPARISONS = frozenset(
    ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
_KEY = NIL | NUMBER | STRING
MOST_DIVISOR = 1 << 30  # in an entry: of one digit of CPython's


class Expressions:
    """Makes expression nodes. `closure` comes from the function that is being emitted."""

    def __init__(self, nodes: Nodes, names: set[str]) -> None:
        self.n = nodes
        self.defined: Container[str] = ()  # the module's own variables
        self.used = names  # names of the namespace that the code needs
        self.metered = False  # see `metering`
        self.debug = False  # see `debugging`
        self.in_entry = False  # see `entries`
        self.own: set[Variable] = set()  # variables with arrays and maps that only this call knows
        self.in_inner = False  # in what entries call
        self.bounded = False  # values stay small in this entry, and
        self.most_turns = 0  # its loops have no more turns (see `turns`)
        self.most_calls = 0  # nor does it take more steps, if its function calls itself
        self.short = NONE  # types whose values may not be large as arguments of this entry, and
        self.measured: list[str] = []  # the arguments that might be
        self.keeps = False  # results of this entry may stay in the module, and come again
        self.state: State | None = None  # variables of the module that the entry reads and writes
        self.looks = False  # it looks into containers of the module
        self.effects: Effects | None = None  # what it changes in containers of the module
        self.covered: set[int] = set()  # identities of sums, see `metering.cover`
        self.closure: Callable[[Expr], ast.expr] = _no_closure

    def helper(self, name: str) -> str:
        self.used.add(name)
        return name

    def builtin_function(self, name: str) -> str:
        """The name of a builtin's plain function; its argument count must be right."""
        name = "_std_" + name if name in self.defined else to_python(name)
        self.used.add(name)
        return name

    # --- variables ------------------------------------------------------------------------------
    def read(self, variable: Variable, span: Any) -> ast.expr:
        if variable.explicit:
            return self.n.attribute(self.n.name(variable.python, span), "cell_contents", span)
        return self.n.name(variable.python, span)

    # --- raw ------------------------------------------------------------------------------------
    def raw(self, e: Expr) -> ast.expr:
        op = e.op
        span = e.span
        n = self.n
        if op == "const":
            return n.constant(e.a, span)
        if op == "get":
            return self.read(e.a, span)
        rule = _RAW.get(op)
        if rule is None:
            return self.general(e, self.raw)
        return rule(self, e)

    def general_text(self, e: Expr, node: ast.expr, span: Span) -> ast.expr:
        """``_text(x)``; without the call for an error that was caught, and its message.

        What it throws is at `span`.
        """
        call = self.n.call(self.helper("_text"), [node], span)
        if is_caught(e) or (e.op == "property" and e.a == "message" and is_caught(e.args[0])):
            return self._message(e, call)
        return call

    def _binary(self, e: Expr) -> ast.expr:
        return self.n.binary(e.op, self.raw(e.args[0]), self.raw(e.args[1]), e.span)

    def _add(self, e: Expr) -> ast.expr:
        left, right = e.args
        a, b = raw_type(left), raw_type(right)
        checks = self.metered or self.bounded
        if checks:
            metering.cover(self, e)
        x, y = self.raw(left), self.raw(right)
        if is_text(a) and not is_text(b):
            y = self.text(right, y, e.span)
        elif is_text(b) and not is_text(a):
            x = self.text(left, x, e.span)
        if checks:
            checked = metering.add(self, e, x, y)
            if checked is not None:
                return checked
        return self.n.binary("add", x, y, e.span)

    def text(self, e: Expr, node: ast.expr, span: Span) -> ast.expr:
        """The str form of a value, for an operation at `span`."""
        kind = raw_type(e)
        if kind == STRING:
            return node
        if kind and not kind & ~INT:
            if e.op == "const" and abs(e.a) < 1 << 64:
                return self.n.constant(str(e.a), e.span)
            return self.n.call(self.helper("str"), [node], e.span)
        return self.as_text(e, node, span)

    def as_text(self, e: Expr, node: ast.expr, span: Span) -> ast.expr:
        """``_text(x)``; where x may be a string and can be named twice, without the call then."""
        call = self.general_text(e, node, span)
        if not e.type & STRING or not is_stable(e) or is_caught(e):
            return call
        kind = self.n.call(self.helper("type"), [self.raw(e)], e.span)
        test = self.n.compare("is", kind, self.n.name(self.helper("str"), e.span), e.span)
        return self.n.conditional(test, self.raw(e), call, e.span)

    def _mul(self, e: Expr) -> ast.expr:
        x, y = self.raw(e.args[0]), self.raw(e.args[1])
        if self.metered or self.bounded:
            checked = metering.mul(self, e, x, y)
            if checked is not None:
                return checked
        if is_raw(e):
            return self.n.binary("mul", x, y, e.span)
        if is_small_array(e) and not self.metered:
            return self._small_array(e)
        return self.n.call(self.helper("_mul"), [x, y], e.span)

    def _small_array(self, e: Expr) -> ast.expr:
        """``[0] * n if n < 1000 else _mul([0], n)``: the operation looks at the size first."""
        n, span = self.n, e.span
        array, count = e.args
        if count.op == "const":
            if count.a < 1000:
                return n.binary("mul", self.raw(array), self.raw(count), span)
            return n.call(self.helper("_mul"), [self.raw(array), self.raw(count)], span)
        first, again = self.twice(count)
        test = n.compare("less", first, n.constant(1000, span), span)
        return n.conditional(
            test, n.binary("mul", self.raw(array), again(), span),
            n.call(self.helper("_mul"), [self.raw(array), again()], span), span)

    def _mod(self, e: Expr) -> ast.expr:
        """``x % n if x >= 0 < n else _mod(x, n)``: Python's remainder where no sign matters.

        The test also raises for what is no number: ``%`` of a string would format it.
        """
        left, right = e.args
        span = e.span
        if is_raw(e):
            return self.n.binary("mod", self.raw(left), self.divisor(right), span)
        if right.impure:
            return self.n.call(self.helper("_mod"), [self.raw(left), self.raw(right)], span)
        first, x = self.twice(left)
        zero = self.n.constant(0, span)
        if has_positive_type(right):
            test = self.n.compare("greater_equal", first, zero, span)
            divisor, again = self.divisor(right), self.raw(right)
        else:
            second, read = self.twice(right)
            test = self.n.between(first, "greater_equal", zero, "less", second, span)
            if self.in_entry:
                test.ops.append(test.ops[1])
                test.comparators.append(self.n.constant(MOST_DIVISOR, span))
            divisor, again = read(), self.raw(right)
        rest = self.n.binary("mod", x(), divisor, span)
        slow = self.n.call(self.helper("_mod"), [x(), again], span)
        return self.n.conditional(test, rest, slow, span)

    def divisor(self, e: Expr) -> ast.expr:
        """What is divided by; in an entry it has to be small, so that dividing takes no time."""
        if not self.in_entry or (e.op == "const" and (
                type(e.a) is not int or abs(e.a) < MOST_DIVISOR)):
            return self.raw(e)
        first, again = self.twice(e)
        n, span = self.n, e.span
        most = n.constant(MOST_DIVISOR, span)
        test: ast.expr = n.compare("less", first, most, span)
        if e.type & NEG:
            test = n.between(n.constant(-MOST_DIVISOR, span), "less", first, "less", most, span)
        return n.conditional(test, again(), n.call(self.helper("_retry"), [], span), span)

    def twice(self, e: Expr) -> tuple[ast.expr, Callable[[], ast.expr]]:
        """A node for a value, and what makes nodes that read it again."""
        if is_stable(e):
            return self.raw(e), lambda: self.raw(e)
        name = self.new_temp().python
        return self.n.bind(name, self.raw(e), e.span), lambda: self.n.name(name, e.span)

    def bind(self, e: Expr, value: Callable[[Expr], ast.expr]) -> ast.expr:
        """``(name := value)``"""
        if not e.a.python:
            e.a.python = self.new_temp().python
        return self.n.bind(e.a.python, value(e.args[0]), e.span)

    def new_temp(self) -> Variable:
        """A variable of the compiler's own."""
        raise AssertionError("a temporary outside a function")

    def _index(self, e: Expr) -> ast.expr:
        if not is_raw(e):
            return self.general(e, self.raw)
        if e.known == GET_IF_MAP:
            return self._get_if_map(e, e.args[1])
        if e.known == IN_RANGE:
            test, container, key = self.in_range(e, "less")
            return self.n.conditional(test, self.n.item(container(), key(), e.span),
                                      self.n.constant(None, e.span), e.span)
        if e.known in (GET, GET_IF_STRING):
            if e.known == GET:
                return self.n.method(self.raw(e.args[0]), "get", [self.raw(e.args[1])], e.span)
            first, again = self.twice(e.args[1])
            kind = self.n.call(self.helper("type"), [first], e.span)
            test = self.n.compare("is", kind, self.n.name(self.helper("str"), e.span), e.span)
            return self.n.conditional(
                test, self.n.method(self.raw(e.args[0]), "get", [again()], e.span),
                self.n.item(self.raw(e.args[0]), again(), e.span), e.span)
        return self.n.item(self.raw(e.args[0]), self.raw(e.args[1]), e.span)

    def in_range(
        self, e: Expr, word: str,
    ) -> tuple[ast.expr, Callable[[], ast.expr], Callable[[], ast.expr]]:
        """``i < len(a)`` ("less") or ``i >= len(a)`` of a[i]; makers of nodes for a and i again.

        What is evaluated here is evaluated in the order of the program.
        """
        n, span = self.n, e.span
        first, container = self.twice(e.args[0])
        second, key = self.twice(e.args[1])
        if e.args[1].type & NEG:
            low = n.negate(n.call(self.helper("len"), [first], span), span)
            high = n.call(self.helper("len"), [container()], span)
            test = n.between(low, "less_equal", second, "less", high, span)
            return (test if word == "less" else n.invert(test, span)), container, key
        size = n.call(self.helper("len"), [first], span)
        if is_stable(e.args[0]) or is_stable(e.args[1]):
            return n.compare(word, second, size, span), container, key
        word = "greater" if word == "less" else "less_equal"
        return n.compare(word, size, second, span), container, key

    def _get_if_map(self, e: Expr, key: Expr) -> ast.expr:
        """``m.get(k) if type(m) is dict else …``, where nil is expected of what may be no map."""
        n, span = self.n, e.span
        container = e.args[0]
        test = n.compare("is", n.call(self.helper("type"), [self.raw(container)], span),
                         n.name(self.helper("dict"), span), span)
        if key.op == "const":
            found = n.method(self.raw(container), "get", [self.raw(key)], span)
            return n.conditional(test, found, self.general(e, self.raw), span)
        first, again = self.twice(key)
        kind = n.compare("is", n.call(self.helper("type"), [first], span),
                         n.name(self.helper("str"), span), span)
        found = n.method(self.raw(container), "get", [again()], span)
        slow = n.call(self.helper("_index"), [self.raw(container), again()], span)
        return n.conditional(n.logical("and", [kind, test], span), found, slow, span)

    def _property(self, e: Expr) -> ast.expr:
        if is_caught(e.args[0]) and e.a != "length":
            return self._of_caught(e)
        value = self.raw(e.args[0])
        if e.a == "length" and e.args[0].type and not e.args[0].type & ~(ARRAY | STRING):
            return self.n.call(self.helper("len"), [value], e.span)
        if is_raw(e):
            if e.known == GET and not e.args[0].type & ~(MAP | NIL):
                return self.n.method(value, "get", [self.n.constant(e.a, e.span)], e.span)
            return self.n.item(value, self.n.constant(e.a, e.span), e.span)
        return self.n.call(self.helper("_get"), [value, self.n.constant(e.a, e.span)], e.span)

    def _of_caught(self, e: Expr) -> ast.expr:
        """``e.message`` of an error, ``e.code`` of a map: both without an exception."""
        n, span = self.n, e.span
        value, name = self.raw(e.args[0]), n.constant(e.a, span)
        general = n.call(self.helper("_get"), [value, name], span)
        if e.a == "message":
            return self._message(e, general)
        if e.a == "kind":
            return general
        test = n.compare("is", n.call(self.helper("type"), [self.raw(e.args[0])], span),
                         n.name(self.helper("dict"), span), span)
        found = n.method(self.raw(e.args[0]), "get", [n.constant(e.a, span)], span)
        return n.conditional(test, found, general, span)

    def _message(self, e: Expr, other: ast.expr) -> ast.expr:
        """``e.args[0] if type(e) is _Error else …``"""
        n, span = self.n, e.span
        caught = e.args[0] if e.op == "property" else e
        message = n.item(n.attribute(self.raw(caught), "args", span), n.constant(0, span), span)
        return n.conditional(self.is_error(caught, span), message, other, span)

    def is_error(self, e: Expr, span: Any) -> ast.expr:
        """``type(e) is _Error``"""
        return self.n.compare("is", self.n.call(self.helper("type"), [self.raw(e)], span),
                              self.n.name(self.helper("_Error"), span), span)

    def _slice(self, e: Expr) -> ast.expr:
        if not is_raw(e):
            return self.general(e, self.raw)
        low, high = (None if bound.op == "const" and bound.a is None else self.raw(bound)
                     for bound in e.args[1:])
        return self.n.item(self.raw(e.args[0]), self.n.slice(low, high, e.span), e.span)

    def _lazy(self, e: Expr) -> ast.expr:
        operands: list[Expr] = []
        node = e
        while node.op == e.op:  # a && b && c
            operands.append(node.args[1])
            node = node.args[0]
        operands.append(node)
        operands.reverse()  # what the first one binds, the others may read
        return self.n.logical(e.op, [self.raw(operand) for operand in operands], e.span)

    def _map(self, e: Expr) -> ast.expr:
        keys, values = e.args[::2], e.args[1::2]
        if all(key.type and not key.type & ~_KEY for key in keys):
            return self.n.mapping([self.raw(key) for key in keys],
                                  [self.raw(value) for value in values], e.span)
        items = self.n.sequence([self.raw(arg) for arg in e.args], e.span)
        return self.n.call(self.helper("_make_map"), [items], e.span)

    def _text_parts(self, e: Expr) -> ast.expr:
        if len(e.args) == 1 and raw_type(e.args[0]) == STRING:
            return self.raw(e.args[0])
        # All parts are evaluated before the first is made a text.
        made = self.general(e, self.raw) if is_changed_meanwhile(e.args) else self._template(e)
        return metering.checked_text(self, e, made) if (
            self.metered or self.bounded) else made

    def _template(self, e: Expr) -> ast.expr:
        if not all(part.op == "const" or fits_template(part) for part in e.args):
            parts = self.n.pair(
                [self.text(part, self.raw(part), e.span) for part in e.args], e.span)
            return self.n.method(self.n.constant("", e.span), "join", [parts], e.span)
        return self.n.template([
            part.a if part.op == "const" and type(part.a) is str
            else self.raw(part) if raw_type(part) and not raw_type(part) & ~(INT | STRING)
            else self._part(part, e.span)
            for part in e.args], e.span)

    def _part(self, e: Expr, whole: Span) -> ast.expr:
        """``x if type(x) is str or type(x) is int else _text(x)``: Python writes these as well."""
        n, span = self.n, e.span
        if not is_stable(e):
            return self.as_text(e, self.raw(e), whole)
        tests = [n.compare("is", n.call(self.helper("type"), [self.raw(e)], span),
                           n.name(self.helper(name), span), span)
                 for kind, name in ((STRING, "str"), (INT, "int")) if raw_type(e) & kind]
        call = n.call(self.helper("_text"), [self.raw(e)], whole)
        if not tests:
            return call
        test = n.logical("or", tests, span) if len(tests) > 1 else tests[0]
        return n.conditional(test, self.raw(e), call, span)

    def _caught(self, e: Expr) -> ast.expr:
        return self.n.call(self.helper("_caught"), [self.raw(e.args[0])], e.span)

    # --- comparisons, calls ---------------------------------------------------------------------
    def comparison(self, e: Expr) -> ast.expr:
        """A comparison, raw."""
        raise NotImplementedError

    def contains(self, e: Expr) -> ast.expr:
        """``x in c``, raw."""
        raise NotImplementedError

    def call(self, e: Expr) -> ast.expr:
        """A call, raw."""
        raise NotImplementedError

    def invoke(self, e: Expr) -> ast.expr:
        """A call of a method, raw."""
        raise NotImplementedError

    def builtin_call(self, callee: Expr, args: list[ast.expr], e: Expr) -> ast.expr:
        shape = self.arity(callee.a)
        if shape is not None and shape[0] <= len(args) and (
                shape[1] is None or len(args) <= shape[1]):
            return self.n.call(self.builtin_function(callee.a), args, e.span)
        return self.n.call_value(self.raw(callee), args, e.span)

    def arity(self, name: str) -> tuple[int, int | None] | None:
        """The least and most arguments of a builtin; None when it is none."""
        from sentra.runtime.builtins import arity
        return arity(name)

    # --- general --------------------------------------------------------------------------------
    def general(self, e: Expr, inner: Callable[[Expr], ast.expr] | None = None) -> ast.expr:
        """The tree with the runtime's operations."""
        value = inner or self.general
        n, span, op = self.n, e.span, e.op
        if op == "bind":
            return self.bind(e, value)
        if op in ("const", "get", "builtin", "closure"):
            return self.raw(e)
        if self.in_entry:
            return n.call(self.helper("_retry"), [], span)
        args = [value(arg) for arg in e.args]
        if op in HELPERS:
            return n.call(self.helper(HELPERS[op]), args, span)
        if op in ("and", "or"):
            return n.logical(op, args, span)
        if op == "select":
            return n.conditional(args[0], args[1], args[2], span)
        if op == "not_":
            return n.invert(args[0], span)
        if op == "method":
            return n.call(self.helper("_method"), [args[0], n.constant(e.a, span)], span)
        if op == "property":
            return n.call(self.helper("_get"), [args[0], n.constant(e.a, span)], span)
        if op == "text":
            return n.call(self.helper("_join"), [n.sequence(args, span)], span)
        if op == "call" and e.args[0].op == "builtin":
            return self.builtin_call(e.args[0], args[1:], e)
        if op == "call":
            if not is_callable_node(e.args[0]):
                return n.call(self.helper("_call"), args, span)
            return n.call_value(args[0], args[1:], span)
        if op == "array":
            return n.sequence(args, span)
        if op == "map":
            return n.call(self.helper("_make_map"), [n.sequence(args, span)], span)
        if op == "invoke":
            return n.call(self.helper("_invoke"), [args[0], n.constant(e.a, span), *args[1:]],
                          span)
        if op == "received":
            return n.item(args[0], n.constant(e.a, span), span)
        return n.call(self.helper("_" + op), [*args, *self._payload(e)], span)

    def _payload(self, e: Expr) -> list[ast.expr]:
        return [] if e.a is None else [self.n.constant(e.a, e.span)]


def is_fixed(e: Expr) -> bool:
    """Whether all that an expression depends on are constants."""
    return e.op in ("const", "builtin") or (bool(e.args) and all(map(is_fixed, e.args)))


def is_changed_meanwhile(parts: tuple[Expr, ...]) -> bool:
    """Whether a part may be an array or map that the evaluation of a later part changes."""
    containers = False
    for part in parts:
        if containers and part.impure:
            return True
        containers |= not part.type or bool(part.type & ~(NIL | NUMBER | STRING))
    return False


def fits_template(e: Expr) -> bool:
    """Whether an f-string that inserts this can be written for every version of Python.

    Before 3.12 what it inserts may have no backslash, and no quotes like its own.
    """
    if e.op == "text" or e.op == "closure":
        return False
    if e.op == "const" and type(e.a) is str and repr(e.a) != f"'{e.a}'":
        return False
    return all(fits_template(arg) for arg in e.args)


def owner_function(e: Expr) -> object | None:
    """The function that the variable of a ``get`` always holds."""
    variable: Variable = e.a
    return (variable.owner or variable).function


def _no_closure(e: Expr) -> ast.expr:
    raise AssertionError("a closure outside a function")


def _builtin_value(x: Expressions, e: Expr) -> ast.expr:
    """A builtin as a value; what is none throws when this is executed."""
    return x.n.name(x.helper("_builtin_" + e.a), e.span)


def _array(x: Expressions, e: Expr) -> ast.expr:
    return x.n.sequence([x.raw(arg) for arg in e.args], e.span)


_RAW: dict[str, Callable[[Expressions, Expr], ast.expr]] = {
    "bind": lambda x, e: x.bind(e, x.raw),
    "add": Expressions._add, "sub": Expressions._binary, "div": Expressions._binary,
    "call": lambda x, e: x.call(e), "invoke": lambda x, e: x.invoke(e),
    **dict.fromkeys(COMPARISONS, lambda x, e: x.comparison(e)),
    "mul": Expressions._mul, "mod": Expressions._mod, "contains": lambda x, e: x.contains(e),
    "index": Expressions._index, "property": Expressions._property,
    "slice_": Expressions._slice, "and": Expressions._lazy, "or": Expressions._lazy,
    "map": Expressions._map, "text": Expressions._text_parts,
    "array": _array, "builtin": _builtin_value,
    "method": lambda x, e: x.n.item(x.raw(e.args[0]), x.n.constant(e.a, e.span), e.span),
    "negate": lambda x, e: x.n.negate(x.raw(e.args[0]), e.span),
    "not_": lambda x, e: x.n.invert(x.raw(e.args[0]), e.span),
    "select": lambda x, e: x.n.conditional(
        x.raw(e.args[0]), x.raw(e.args[1]), x.raw(e.args[2]), e.span),
    "closure": lambda x, e: x.closure(e), "caught": Expressions._caught,
}
