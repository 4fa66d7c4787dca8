"""Single statements of the IR as closures."""

from __future__ import annotations

from sentra.codegen.tree import choose
from sentra.codegen.tree.calling import Calls
from sentra.codegen.tree.expressions import OPERATIONS, SIZED
from sentra.codegen.tree.python_builtins import is_builtin_method
from sentra.codegen.tree.shapes import (
    access,
    appending,
    calls,
    control,
    metering,
    stores,
    variables,
)
from sentra.ir.comparing import containers_of
from sentra.ir.model import (
    ARRAY,
    FUNCTION,
    GLOBAL,
    INT,
    LOCAL,
    MAP,
    OTHER,
    STRING,
    TEMP,
    Expr,
    Stmt,
    Variable,
)
from sentra.runtime import collections, throwing
from sentra.runtime import iteration as values
from sentra.runtime.limits import sizes
from sentra.runtime.names import to_python
from sentra.runtime.registry import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.codegen.tree.sites import Run

_STORED = frozenset(["add", "sub", "mul", "index"])


class SimpleStatements(Calls):
    """Makes the closures of single statements."""

    def simple(self, s: Stmt) -> Run | None:
        """The closure of one statement of the IR."""
        op = s.op
        if op in ("set", "eval") and s.args[0].op == "caught" and (
                s.variable is None or (s.variable.kind == LOCAL and not s.variable.reads)):
            # Nobody looks at the error, so nothing need be found out about it.
            return variables.evaluate(
                control.caught(throwing.drop, self.register(s.args[0].args[0].a)))
        if op == "set":
            assert s.variable is not None
            return self.assign(s.variable, s.args[0])
        if op == "eval":
            return self.evaluate(s.args[0])
        if op == "set_index":
            return self.set_item(s)
        if op == "set_property":
            key = Expr("const", (), s.a, s.span)
            key.type = STRING
            args = (s.args[0], key, s.args[1])
            return self.set_item(Stmt(op, None, args, None, s.span))
        if op == "iterate" or op == "iterate_pairs":
            assert s.variable is not None
            return variables.set_local(self.register(s.variable), self.iterator(s))
        if op == "send":
            return variables.evaluate(calls.builtin_many(
                self.module.service("send", None), self.values(s.args), self.site(s.span)))
        assert s.variable is not None
        if op == "box":
            return None  # see `statements.build`
        if op == "publish":
            return variables.set_item(
                self.module.namespace, to_python(s.variable.name), self.value(s.args[0]))
        register = self.register(s.variable)
        return (variables.new_cell if op == "new_cell" else variables.copy_cell)(register)

    def assign(self, variable: Variable, e: Expr) -> Run:
        """``variable = e``"""
        if e.op == "add" and e.args[0].op == "get" and e.args[0].a is variable and (
                e.args[0].type & STRING) and not variable.checked and (
                    not self.is_sized(e) or variable.kind in (LOCAL, TEMP)):
            return self.append(variable, e)
        if variable.kind == GLOBAL:
            return variables.set_item(
                self.module.namespace, to_python(variable.name), self.value(e))
        register = self.register(variable)
        if variable.kind not in (LOCAL, TEMP):
            return variables.set_cell(register, self.value(e))
        if self.is_storable(e):
            pair, a, b = self.operands(e)
            if pair[0] != "c":
                kind = choose.kind_of(*(arg.type for arg in e.args)) if e.op != "index" else "any"
                maker = choose.made(stores, e.op, kind, pair)
                made: Run = maker(register, a, b, self.site(e.span, OPERATIONS[e.op]))
                return made
        how, content = self.operand(e)
        if how == "c":
            return variables.set_local_constant(register, content)
        if how == "l":
            return variables.set_local_local(register, content)
        return variables.set_local(register, content)

    def is_storable(self, e: Expr) -> bool:
        """Whether the operation and the store can be one closure."""
        if e.op not in _STORED or self.is_sized(e) or any(arg.type == STRING for arg in e.args):
            return False
        if e.op in choose.COMPARISONS and containers_of(e):
            return False
        return e.op != "mul" or not choose.is_repetition(e)

    def append(self, variable: Variable, e: Expr) -> Run:
        """``variable = variable + more``, of what may be strings."""
        maker: Callable[..., Run]
        left, right = e.args
        if self.is_sized(e) and variable.kind in (LOCAL, TEMP):
            more = self.value(right) if right.type == STRING or left.type != STRING else (
                self.text_of(right, e.span))
            maker = choose.own_copy(metering.append_sized, "append_sized")
            return maker(self.register(variable), more, sizes().string,
                         self.site(e.span, SIZED["add"]))
        site = self.site(e.span, OPERATIONS["add"])
        more = self.value(right)
        if left.type == STRING and right.type != STRING:
            more = self.text_of(right, e.span)
        if variable.kind == GLOBAL:
            maker = choose.own_copy(appending.append_item, "append_item")
            return maker(self.module.namespace, to_python(variable.name), self.value(left), more,
                         site)
        register = self.register(variable)
        if variable.kind in (LOCAL, TEMP):
            return choose.own_copy(appending.append_local, "append_local")(register, more, site)
        maker = choose.own_copy(appending.append_cell, "append_cell")
        return maker(register, self.value(left), more, site)

    def evaluate(self, e: Expr) -> Run:
        """An expression whose value is not used."""
        args = e.args[1:] if e.op == "call" else e.args
        if len(args) == 2 and not self.metered and (
                (e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "push")
                or (e.op == "invoke" and e.a == "push"
                    and (is_builtin_method(args[0].type, "push")))):
            found = self.module.context.builtin("push")
            if type(found) is Builtin:
                site = self.site(e.span, found.function)
                value = self.value(args[1])
                if self.kind(args[0]) == "l":
                    return access.push_l(self.register(args[0].a), value, site)
                return access.push(self.value(args[0]), value, site)
        return variables.evaluate(self.value(e))

    def set_item(self, s: Stmt) -> Run:
        """``container[key] = value``, and the same for a member."""
        site = self.site(s.span, getattr(collections, s.op))
        container, key, value = s.args
        if key.type & (FUNCTION | OTHER) and container.type & MAP and container.type != ARRAY:
            a, b, c = self.values(s.args)
            return access.set_any_index(a, b, c, site)
        pair = self.kind(container) + self.kind(key)
        last = self.kind(value)
        if pair[0] != "l":
            a, b, c = self.values(s.args)
            return access.set_index_eee(a, b, c, site)
        if last == "l" and pair == "lc":
            last = "e"
        contents = [self.operand(e)[1] if kind != "e" else self.value(e)
                    for kind, e in zip(pair + last, s.args)]
        return _SET_INDEX[pair + last](*contents, site)

    def iterator(self, s: Stmt) -> Run:
        """What a loop goes over."""
        e, site = s.args[0], self.site(s.span)
        pairs = s.op == "iterate_pairs"
        sequence = bool(e.type) and not e.type & ~(ARRAY | STRING)
        if pairs:
            return calls.builtin_1(
                enumerate if sequence else values.iterate_pairs, self.value(e), site)
        if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "range" and (
                2 <= len(e.args) <= 4):
            bounds = e.args[1:]
            plain = all(arg.type and not arg.type & ~INT for arg in bounds) and (
                len(bounds) < 3 or bool(bounds[2].op == "const" and bounds[2].a))
            return calls.builtin_many(
                range if plain else values.any_range, self.values(bounds), site)
        if sequence:
            return self.value(e)
        return calls.builtin_1(values.iterate, self.value(e), site)


_SET_INDEX: dict[str, Callable[..., Run]] = {
    "lle": access.set_index_lle, "llc": access.set_index_llc, "lll": access.set_index_lll,
    "lce": access.set_index_lce, "lcc": access.set_index_lcc, "lee": access.set_index_lee,
    "lec": access.set_index_lec, "lel": access.set_index_lel,
}
