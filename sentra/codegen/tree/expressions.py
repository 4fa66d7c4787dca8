"""Expressions of the IR as closures."""

from __future__ import annotations

from sentra.codegen.tree import choose
from sentra.codegen.tree.python_builtins import is_builtin_method, python_function, same
from sentra.codegen.tree.shapes import access, calls, control, known, variables
from sentra.codegen.tree.sites import Site
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
from sentra.runtime.calls import callee_of, invoke
from sentra.runtime.names import to_python
from sentra.runtime.registry import Builtin

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

    def __init__(self, module: ModuleTree, tree: FunctionTree) -> None:
        self.module = module
        self.metered = module.metered
        self.tree = tree
        self.register = tree.register

    def site(self, span: Span, operation: Operation = _NO_OPERATION) -> Site:
        """A place in this function, with the operation that decides there."""
        return Site(self.module.bytecode, self.tree.ir.name, span, operation)

    # --- operands -------------------------------------------------------------------------------
    def operand(self, e: Expr) -> tuple[str, Any]:
        """How an operand is reached, and its register, value or closure."""
        if e.op == "const":
            return "c", e.a
        if e.op == "get":
            variable: Variable = e.a
            if variable.kind in (LOCAL, TEMP) and not variable.checked:
                return "l", self.register(variable)
        return "e", self.value(e)

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
        return _RULES[e.op](self, e)

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
                is_nil = access.is_nil if op == "equal" else access.is_not_nil
                return is_nil(self.value(left))
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
        if container.type == ARRAY or container.type == x.type == STRING or (
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
        kind, a = self.operand(container)
        return access.member_l(a, e.a, site) if kind == "l" else access.member_e(
            self.value(container), e.a, site)

    def lazy(self, e: Expr) -> Run:
        first = e.args[0]
        if first.op == e.op:
            a, b = self.values(first.args)
            c = self.value(e.args[1])
            return access.and_3(a, b, c) if e.op == "and" else access.or_3(a, b, c)
        a, b = self.values(e.args)
        return access.and_(a, b) if e.op == "and" else access.or_(a, b)

    # --- literals -------------------------------------------------------------------------------
    def array(self, e: Expr) -> Run:
        several = self.values(e.args)
        makers: tuple[Callable[..., Run], ...] = (
            access.array_0, access.array_1, access.array_2, access.array_3)
        return makers[len(several)](*several) if len(several) < 4 else access.array_many(several)

    def map_(self, e: Expr) -> Run:
        keys = e.args[::2]
        if all(key.op == "const" for key in keys):
            return access.map_of(tuple([key.a for key in keys]), self.values(e.args[1::2]))
        return access.map_any(self.values(e.args), self.site(e.span, collections.make_map))

    def closure(self, e: Expr) -> Run:
        return self.module.maker(self.tree, e.a)

    # --- calls ----------------------------------------------------------------------------------
    def call(self, e: Expr) -> Run:
        callee, args = e.args[0], e.args[1:]
        if callee.op == "builtin":
            return self._builtin_call(e)
        target = self.module.direct(callee, len(args))
        if target is not None:
            return self._known_call(target, args, self.site(e.span))
        function, several, site = self.value(callee), self.values(args), self.site(e.span)
        if len(several) < 3:
            makers: tuple[Callable[..., Run], ...] = (calls.value_0, calls.value_1, calls.value_2)
            return makers[len(several)](function, *several, site)
        return calls.value_many(function, several, site)

    def _known_call(self, target: FunctionTree, args: tuple[Expr, ...], site: Site) -> Run:
        if target.ir.bytecode.has_rest:
            return known.rest(target.code, target.bind, self.values(args), site)
        found = [self.operand(arg) for arg in args]
        kinds = "".join(["l" if kind == "l" else "e" for kind, _ in found])
        if len(kinds) > 2 and kinds != "lll":
            kinds = "e" * len(kinds)
        blank = target.blank_for(len(args))
        padded = len(blank) <= known.PADDING and not target.must_be_blank and (
            len(args) == target.ir.bytecode.parameters)
        maker = getattr(known, ("padded_" if padded else "known_") + (kinds or "0"), None)
        if maker is None:
            return known.many(target.code, blank, self.values(args), site)
        several = [a if kind == "l" else self.value(arg)
                   for kind, arg, (_, a) in zip(kinds, args, found)]
        made: Run = maker(target.code, *(() if padded else (blank,)), *several, site)
        return made

    def _builtin_call(self, e: Expr) -> Run:
        callee, args = e.args[0], e.args[1:]
        name, count = callee.a, len(args)
        found = self.module.context.builtin(name)
        if type(found) is not Builtin or count < found.least or (
                found.most is not None and count > found.most):
            several = self.values(args)
            return calls.value_many(self.builtin(callee), several, self.site(e.span))
        return self._direct_builtin(name, found, args, e.span)

    def _direct_builtin(
        self, name: str, found: Builtin, args: tuple[Expr, ...], span: Span,
    ) -> Run:
        python = python_function(name, args)
        if python is same:
            return self.value(args[0])
        if python is not None:
            site = self.site(span, found.function)
            kind, a = self.operand(args[0])
            if kind == "l" and len(args) == 1:
                return calls.python_l(python, a, site)
            wrapped: tuple[Callable[..., Run], ...] = (
                calls.python_1, calls.python_2, calls.python_3)
            return wrapped[len(args) - 1](python, *self.values(args), site)
        several, site = self.values(args), self.site(span)
        makers: tuple[Callable[..., Run], ...] = (
            calls.builtin_0, calls.builtin_1, calls.builtin_2, calls.builtin_3)
        if len(several) < 4:
            return makers[len(several)](found.function, *several, site)
        return calls.builtin_many(found.function, several, site)

    def invoke(self, e: Expr) -> Run:
        name, args = e.a, e.args
        if is_builtin_method(args[0].type, name):
            found = self.module.context.builtin(name)
            if type(found) is Builtin and found.least <= len(args) and (
                    found.most is None or len(args) <= found.most):
                return self._direct_builtin(name, found, args, e.span)
        context = self.module.context
        methods: dict[type, Operation] = {}

        def find(receiver: Any, *values: Any) -> Any:
            """What the method means for this receiver, kept for those of its type."""
            if type(receiver) is not dict:
                callee, takes_receiver = callee_of(receiver, name, context)
                count = len(values) + 1
                if takes_receiver and type(callee) is Builtin and callee.least <= count and (
                        callee.most is None or count <= callee.most):
                    methods[type(receiver)] = callee.function
            return invoke(receiver, name, values, context)

        site = self.site(e.span, find)
        if len(args) == 2:
            a, b = self.values(args)
            return calls.invoke_1(methods, a, b, site)
        return calls.invoke(methods, self.values(args), site)

    # --- the rest -------------------------------------------------------------------------------
    def text(self, e: Expr) -> Run:
        join = text.join_sized if self.metered else text.join_text
        return access.text(join, self.values(e.args), self.site(e.span))

    def service(self, e: Expr) -> Run:
        """An operation that the module's run does: tasks, channels, imports."""
        operation = self.module.service(e.op, e.a)
        return calls.builtin_many(operation, self.values(e.args), self.site(e.span))

    def caught(self, e: Expr) -> Run:
        return control.caught(throwing.caught, self.register(e.args[0].a))


def _is_concatenation(left: Expr, right: Expr) -> bool:
    """A string and something else; not where the right side could change what the left one is."""
    if left.type == STRING:
        return right.type != STRING
    return right.type == STRING and (
        not left.type & ~(NIL | NUMBER) or right.op in ("const", "get"))


def without_sign(e: Expr) -> Expr:
    """``a % b == 0``: whose sign the remainder has does not matter."""
    left, right = e.args
    if left.op == "mod" and right.op == "const" and right.a == 0 and type(right.a) is int:
        types = left.args[0].type | left.args[1].type
        if left.args[0].type and left.args[1].type and not types & ~NUMBER:
            rest = Expr("rest", left.args, None, left.span)
            rest.type = left.type
            made = Expr(e.op, (rest, right), None, e.span)
            made.type = e.type
            return made
    return e


_RULES: dict[str, Callable[[Expressions, Expr], Run]] = {
    "const": lambda x, e: variables.constant(e.a),
    "get": Expressions.get, "builtin": Expressions.builtin, "closure": Expressions.closure,
    "mod": Expressions.mod, "rest": Expressions.rest, "negate": Expressions.negate,
    "not_": lambda x, e: access.not_(x.value(e.args[0])),
    "contains": Expressions.contains, "slice_": Expressions.slice_,
    "property": Expressions.property,
    "and": Expressions.lazy, "or": Expressions.lazy,
    "select": lambda x, e: access.select(*x.values(e.args)),
    "array": Expressions.array, "map": Expressions.map_, "text": Expressions.text,
    "call": Expressions.call, "invoke": Expressions.invoke, "caught": Expressions.caught,
    "received": lambda x, e: access.item(x.value(e.args[0]), e.a),
    "go": Expressions.service, "go_invoke": Expressions.service,
    "receive": Expressions.service, "select_channel": Expressions.service,
    "import_module": Expressions.service, "import_builtin": Expressions.service,
}
