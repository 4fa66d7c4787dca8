"""Expressions of the IR as closures."""

from __future__ import annotations

from sentra.codegen.select import MAYBE
from sentra.codegen.tree import choose
from sentra.codegen.tree.python_builtins import same
from sentra.codegen.tree.shapes import access, calls, control, variables
from sentra.codegen.tree.sites import Site
from sentra.ir.comparing import containers_of, is_quick
from sentra.ir.model import (
    ARRAY,
    CELL,
    GLOBAL,
    INT,
    LOCAL,
    MAP,
    NIL,
    NUMBER,
    STRING,
    TEMP,
    UPVALUE,
    Expr,
    Variable,
)
from sentra.runtime import arithmetic, collections, compare, text, throwing
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.tree.functions import FunctionTree, ModuleTree
    from sentra.codegen.tree.sites import Run

    Operation = Callable[..., Any]

OPERATIONS: dict[str, Operation] = {
    "add": arithmetic.add, "sub": arithmetic.sub, "mul": arithmetic.mul, "div": arithmetic.div,
    "mod": arithmetic.mod, "negate": arithmetic.negate,
    "less": compare.less, "less_equal": compare.less_equal, "greater": compare.greater,
    "greater_equal": compare.greater_equal, "equal": compare.equal,
    "not_equal": compare.not_equal, "contains": compare.contains,
    "index": collections.index, "slice_": collections.slice_,
    "property": collections.get_property,
}
"""What decides where Python's operator does not."""

SIZED: dict[str, Operation] = {"add": arithmetic.add_sized, "mul": arithmetic.mul_sized}
"""The operations that check sizes in metered trees."""

_KEY = NIL | NUMBER | STRING
_NO_OPERATION: Operation = same


class Expressions:
    """Makes the closures of one function's expressions."""

    rules: dict[str, Callable[[Any, Expr], Run]]  # by operation

    def __init__(self, module: ModuleTree, tree: FunctionTree) -> None:
        self.module = module
        self.seen: set[Variable] = set()  # exceptions of handlers that only look at them
        self.metered = module.metered
        self.tree = tree
        self.register = tree.register

    def site(self, span: Span, operation: Operation = _NO_OPERATION) -> Site:
        """A place in this function, with the operation that decides there."""
        return Site(self.module.bytecode, self.tree.ir.name, span, operation)

    # --- operands -------------------------------------------------------------------------------
    def kind(self, e: Expr) -> str:
        """How an operand is reached: as a local, a constant, or by its closure."""
        if e.op == "const":
            return "c"
        plain = e.op == "get" and e.a.kind in (LOCAL, TEMP) and not e.a.checked
        return "l" if plain else "e"

    def operand(self, e: Expr) -> tuple[str, Any]:
        """How an operand is reached, and its register, value or closure."""
        kind = self.kind(e)
        return kind, e.a if kind == "c" else self.register(e.a) if kind == "l" else self.value(e)

    def operands(self, e: Expr) -> tuple[str, Any, Any]:
        """The kinds and contents of both operands."""
        left, a = self.operand(e.args[0])
        right, b = self.operand(e.args[1])
        if left == right == "c":
            left, a = "e", variables.constant(a)
        return left + right, a, b

    def values(self, args: tuple[Expr, ...]) -> tuple[Run, ...]:
        return tuple([self.value(arg) for arg in args])

    def value(self, e: Expr) -> Run:
        """The closure of an expression."""
        if e.op in choose.BINARY:
            return self._binary(e)
        return self.rules[e.op](self, e)

    # --- variables ------------------------------------------------------------------------------
    def get(self, e: Expr) -> Run:
        variable: Variable = e.a
        kind = variable.kind
        if kind == GLOBAL:
            return variables.module_variable(
                self.module.namespace, to_python(variable.name), variable.name, self.site(e.span))
        register = self.register(variable)
        if kind in (CELL, UPVALUE):
            return variables.cell(register, variable.name, self.site(e.span))
        if variable.checked:
            return variables.checked(register, variable.name, self.site(e.span))
        return variables.local(register)

    def builtin(self, e: Expr) -> Run:
        found = self.module.context.builtin(e.a)
        if found is None and e.a not in self.module.context.globals:
            return variables.nothing_of_that_name(e.a, self.site(e.span))
        return variables.constant(found)

    # --- operations -----------------------------------------------------------------------------
    def _binary(self, e: Expr) -> Run:
        op = e.op
        left, right = e.args
        if self.is_sized(e):
            x, y = self.values(e.args)
            return calls.builtin_2(SIZED[op], x, y, self.site(e.span))
        if op in ("equal", "not_equal"):
            if right.op == "const" and right.a is None:
                if self.kind(left) == "l":
                    is_nil_l = access.is_nil_l if op == "equal" else access.is_not_nil_l
                    return is_nil_l(self.register(left.a))
                return (access.is_nil if op == "equal" else access.is_not_nil)(self.asked(left))
            e = without_sign(e)
            left, right = e.args
        elif op == "add" and _is_concatenation(left, right):
            return self._concatenate(e)
        elif op == "mul" and choose.is_repetition(e):
            x, y = self.values(e.args)
            return calls.builtin_2(OPERATIONS[op], x, y, self.site(e.span))
        return self._operation(e, op, OPERATIONS[op])

    def _operation(self, e: Expr, op: str, operation: Operation) -> Run:
        """Python's operator; `operation` decides what it refuses."""
        left, right = e.args
        if op in choose.COMPARISONS and containers_of(e):
            x, y = self.values(e.args)
            return calls.builtin_2(operation, x, y, self.site(e.span))
        pair, a, b = self.operands(e)
        kind = choose.proof(op, left, right)
        if kind:
            return choose.proved(op, kind, pair)(a, b)
        if op in choose.COMPARISONS and pair[0] == "c":
            pair, a = "e" + pair[1], variables.constant(a)
        return choose.guarded(op, left, right, pair)(a, b, self.site(e.span, operation))

    def is_sized(self, e: Expr) -> bool:
        """Whether the size of the result is checked first. Sums of numbers grow by a bit only."""
        if not self.metered or e.op not in SIZED:
            return False
        kind = choose.kind_of(e.args[0].type, e.args[1].type)
        return kind != "float" and not (e.op == "add" and kind in ("int", "number"))

    def _concatenate(self, e: Expr) -> Run:
        """A string and something else: its form is made first."""
        a, b = [self.value(arg) if arg.type == STRING else self.text_of(arg, e.span)
                for arg in e.args]
        return choose.proved("add", "string", "ee")(a, b)

    def text_of(self, e: Expr, span: Span) -> Run:
        """The str form of a value, made for a sum."""
        if e.type and not e.type & ~INT:
            return calls.python_1(str, self.value(e), self.site(span, text.to_text))
        return access.text_of(self.value(e), self.site(span))

    def mod(self, e: Expr) -> Run:
        left, right = e.args
        site = self.site(e.span, OPERATIONS["mod"])
        if choose.is_natural(e):
            return self.rest(e)
        pair, a, b = self.operands(e)
        if pair == "lc" and type(b) in (int, float) and b > 0:
            return access.remainder_lc(a, b, site)
        return access.remainder(self.value(left), self.value(right), site)

    def rest(self, e: Expr) -> Run:
        """Python's remainder as it is."""
        return self._operation(e, "rest", OPERATIONS["mod"])

    def negate(self, e: Expr) -> Run:
        return access.negate(self.value(e.args[0]), self.site(e.span, OPERATIONS["negate"]))

    def contains(self, e: Expr) -> Run:
        x, container = e.args
        site = self.site(e.span, OPERATIONS["contains"])
        a, b = self.value(x), self.value(container)
        if (container.type == ARRAY and is_quick(x)) or container.type == x.type == STRING or (
                container.type == MAP and x.type and not x.type & ~_KEY):
            return access.contains(a, b, site)
        return calls.builtin_2(OPERATIONS["contains"], a, b, site)

    def slice_(self, e: Expr) -> Run:
        a, b, c = self.values(e.args)
        return access.slice_(a, b, c, self.site(e.span, OPERATIONS["slice_"]))

    def property(self, e: Expr) -> Run:
        container = e.args[0]
        site = self.site(e.span, OPERATIONS["property"])
        if e.a == "length":
            if container.type and not container.type & ~(ARRAY | STRING):
                return calls.python_1(len, self.value(container), site)
            return calls.builtin_2(
                OPERATIONS["property"], self.value(container), variables.constant(e.a), site)
        if e.known == MAYBE:
            return access.ask_member(self.value(container), e.a, site)
        if container.op == "get" and container.a.kind in (CELL, UPVALUE):
            return access.member_u(self.register(container.a), e.a, container.a.name,
                                   self.site(container.span), site)
        if self.kind(container) == "l":
            return access.member_l(self.register(container.a), e.a, site)
        return access.member_e(self.value(container), e.a, site)

    def asked(self, e: Expr) -> Run:
        """An expression where nil is expected: a missing key is read without an exception."""
        if e.op == "index" and e.args[0].type & MAP:
            a, b = self.values(e.args)
            return access.ask(a, b, self.site(e.span, OPERATIONS["index"]))
        return self.value(e)

    def lazy(self, e: Expr) -> Run:
        first = e.args[0]
        if first.op == e.op:
            a, b = self.first(first), self.value(first.args[1])
            c = self.value(e.args[1])
            return access.and_3(a, b, c) if e.op == "and" else access.or_3(a, b, c)
        a, b = self.first(e), self.value(e.args[1])
        return access.and_(a, b) if e.op == "and" else access.or_(a, b)

    def first(self, e: Expr) -> Run:
        """The first operand of a lazy operation."""
        return self.asked(e.args[0]) if e.op == "or" else self.value(e.args[0])

    # --- literals -------------------------------------------------------------------------------
    def array(self, e: Expr) -> Run:
        several = self.values(e.args)
        makers: tuple[Callable[..., Run], ...] = (
            access.array_0, access.array_1, access.array_2, access.array_3)
        return makers[len(several)](*several) if len(several) < 4 else access.array_many(several)

    def map_(self, e: Expr) -> Run:
        keys = e.args[::2]
        if all(key.op == "const" for key in keys):
            entries = [part for key, value in zip(keys, self.values(e.args[1::2]))
                       for part in (key.a, value)]
            if len(keys) == 2:
                return access.map_2(*entries)
            if len(keys) == 3:
                return access.map_3(*entries)
            return access.map_of(tuple([key.a for key in keys]), tuple(entries[1::2]))
        return access.map_any(self.values(e.args), self.site(e.span, collections.make_map))

    def closure(self, e: Expr) -> Run:
        return self.module.maker(self.tree, e.a)

    # --- the rest -------------------------------------------------------------------------------
    def text(self, e: Expr) -> Run:
        join = text.join_sized if self.metered else text.join_text
        return access.text(join, self.values(e.args), self.site(e.span))

    def service(self, e: Expr) -> Run:
        """An operation that the module's run does: tasks, channels, imports."""
        operation = self.module.service(e.op, e.a)
        return calls.builtin_many(operation, self.values(e.args), self.site(e.span))

    def caught(self, e: Expr) -> Run:
        exception = e.args[0].a
        meaning = throwing.seen if exception in self.seen else throwing.caught
        return control.caught(meaning, self.register(exception))


def _is_concatenation(left: Expr, right: Expr) -> bool:
    """A string and something else; not where the right side could change what the left one is."""
    if left.type == STRING:
        return right.type != STRING
    return right.type == STRING and (
        not left.type & ~(NIL | NUMBER) or right.op in ("const", "get"))


def without_sign(e: Expr) -> Expr:
    """``a % b == 0``: whose sign the remainder has does not matter."""
    left, right = e.args
    if e.op in ("equal", "not_equal") and left.op == "mod" and right.op == "const" and (
            right.a == 0 and type(right.a) is int):
        types = left.args[0].type | left.args[1].type
        if left.args[0].type and left.args[1].type and not types & ~NUMBER:
            rest = Expr("rest", left.args, None, left.span)
            rest.type = left.type
            made = Expr(e.op, (rest, right), None, e.span)
            made.type = e.type
            return made
    return e


Expressions.rules = {
    "const": lambda x, e: variables.constant(e.a),
    "get": Expressions.get, "builtin": Expressions.builtin, "closure": Expressions.closure,
    "mod": Expressions.mod, "rest": Expressions.rest, "negate": Expressions.negate,
    "not_": lambda x, e: access.not_(x.asked(e.args[0])),
    "contains": Expressions.contains, "slice_": Expressions.slice_,
    "property": Expressions.property,
    "and": Expressions.lazy, "or": Expressions.lazy,
    "select": lambda x, e: access.select(*x.values(e.args)),
    "array": Expressions.array, "map": Expressions.map_, "text": Expressions.text,
    "caught": Expressions.caught,
    "received": lambda x, e: access.item(x.value(e.args[0]), e.a),
    "go": Expressions.service, "go_invoke": Expressions.service,
    "receive": Expressions.service, "select_channel": Expressions.service,
    "import_module": Expressions.service, "import_builtin": Expressions.service,
}
