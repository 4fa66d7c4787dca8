"""Statements of the IR as Python statements: where guards get their handlers.

A statement whose expressions are pure may be evaluated again, so its handler evaluates it by the
runtime's operations. Where calls stand between, the expression is cut into statements around them,
in the order of evaluation. Invariant: what a program can notice happens once, and in order.
"""

from __future__ import annotations

from sentra.codegen import metering, raising
from sentra.codegen.callbacks import Callbacks
from sentra.codegen.expressions import COMPARISONS, owner_function
from sentra.codegen.inline import find_inline
from sentra.codegen.lambdas import lambda_of
from sentra.codegen.select import (
    ANY_ERROR,
    EXCEPTION_NAMES,
    LOOKUP_ERROR,
    TYPE_ERROR,
    is_stable,
    may_raise,
    prefer_get,
    select,
)
from sentra.codegen.tested import find_tested, guard_of, make_tested
from sentra.ir.model import (
    ARRAY,
    BOOL,
    FUNCTION,
    MAP,
    NIL,
    NUMBER,
    OTHER,
    STRING,
    TEMP,
    Expr,
    Stmt,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from sentra.bytecode.code import Span
    from sentra.codegen.inline import Inline
    from sentra.codegen.tested import Tested

_LIST_METHODS = frozenset(["push", "pop"])


class Statements(Callbacks):
    """Emits statements into `out`, the list of the block that is being made."""

    out: list[ast.stmt]

    # --- storing --------------------------------------------------------------------------------
    def store(self, variable: Variable, value: ast.expr, span: Span) -> ast.stmt:
        """The statement ``variable = value``."""
        if variable.explicit:
            import ast
            name = self.n.name(variable.python, span)
            target = self.n.place(ast.Attribute(name, "cell_contents", ast.Store()), span)
            return self.n.assign(target, value, span)
        return self.n.assign(self.n.target(variable.python, span), value, span)

    def assign(self, variable: Variable, e: Expr, span: Span) -> None:
        """``variable = e``, with its handler if it needs one."""
        e = self.expanded(e)
        if variable.nilable:
            prefer_get(e)
        if variable.type == STRING and e.op == "add":
            e = appended(variable, e)
            if variable.kind not in ("local", TEMP) and e.args[0].op == "get" and (
                    e.args[0].a is variable) and not variable.explicit:
                self.append_shared(variable, e.args[1], span)
                return
        select(e)
        if (self.metered or self.bounded) and metering.is_appending(variable, e):
            metering.append(self, variable, e, span)
            return
        e = self.without_mixed(e)
        if e.guards:
            self.guarded([self.store(variable, self.raw(e), span)], e.guards,
                         lambda: [self.store(variable, self.general(e), span)], span)
        else:
            self.out.append(self.store(variable, self.raw(e), span))

    def append_shared(self, variable: Variable, e: Expr, span: Span) -> None:
        """``s = s + e`` of a variable that functions share.

        CPython adds to a string in its place only while one local holds it: so for a moment that is
        where it is. Nothing can raise between these steps. What is added may be a call that assigns
        the variable: its value before that counts.
        """
        whole = self.new_temp()
        n = self.n
        self.out.append(self.store(whole, self.read(variable, span), span))
        select(e)
        e = self.without_guards(e)
        added = self.to_temp_text(e)
        if self.metered:
            metering.before_append(self, n.name(whole.python, span), added, span)
        self.out.append(self.store(variable, n.constant("", span), span))
        self.out.append(self.store(whole, n.binary(
            "add", n.name(whole.python, span), added, span), span))
        self.out.append(self.store(variable, n.name(whole.python, span), span))

    def to_temp_text(self, e: Expr) -> ast.expr:
        """The str form of a value, in a temporary."""
        if e.op == "const" and type(e.a) is str:
            return self.raw(e)
        variable = self.new_temp()
        text = Expr("text", (e,), None, e.span)
        text.type = STRING
        self.assign(variable, text, e.span)
        return self.n.name(variable.python, e.span)

    def guarded(
        self, body: list[ast.stmt], guards: int, general: Callable[[], list[ast.stmt]],
        span: Span,
    ) -> None:
        """``try: body`` with the general form as its handler."""
        if self.in_entry:  # which is left when something is raised
            self.out += body
            return
        names = ["Exception"] if guards & ANY_ERROR else [
            name for bit, name in EXCEPTION_NAMES if guards & bit]
        for name in names:
            self.used.add(name)
        saved, self.out = self.out, []
        handler = general()
        handler, self.out = [*self.out, *handler], saved
        self.out.append(self.n.guarded(body, names, None, handler, span))

    def value(self, e: Expr) -> ast.expr:
        """An expression to stand in a larger statement: what needs a handler comes before it."""
        e = self.expanded(e)
        select(e)
        e = self.without_guards(e)
        return self.raw(e)

    # --- cutting --------------------------------------------------------------------------------
    def without_mixed(self, e: Expr) -> Expr:
        """`e`, cut so that it has guards or effects, not both."""
        if not e.guards or not e.impure:
            return e
        if e.op in ("and", "or", "select"):
            return self.lazily(e)
        return self.cut(e)

    def without_guards(self, e: Expr) -> Expr:
        """`e`, cut so that no guard is left in it."""
        if not e.guards:
            return e
        e = self.without_mixed(e)
        return self.to_temp(e) if e.guards else e

    def to_temp(self, e: Expr) -> Expr:
        """Evaluate now, into a temporary."""
        return e if is_stable(e) else self.kept(e)

    def assign_selected(self, variable: Variable, e: Expr) -> None:
        span = e.span
        if e.guards:
            self.guarded([self.store(variable, self.raw(e), span)], e.guards,
                         lambda: [self.store(variable, self.general(e), span)], span)
        else:
            self.out.append(self.store(variable, self.raw(e), span))

    def kept(self, e: Expr) -> Expr:
        """Evaluate now, into a temporary, also what a variable holds that is assigned later."""
        variable = self.new_temp()
        variable.type = e.type
        self.assign_selected(variable, e)
        read = Expr("get", (), variable, e.span)
        read.type = e.type
        return read

    def cut(self, e: Expr) -> Expr:
        """Evaluate the arguments of an eager operation that need it; the operation over them."""
        args = list(e.args)
        if e.op == "call" and args[0].op == "method" and any(arg.impure for arg in args[1:]):
            # The method is looked up after the arguments were evaluated.
            receiver = self.settled(args[0].args[0])
            for index in range(1, len(args)):
                args[index] = self.settled(args[index])
            callee = Expr("method", (receiver,), args[0].a, args[0].span)
            callee.type = args[0].type
            select(callee)
            args[0] = callee
        last = max((i for i, arg in enumerate(args) if arg.guards), default=-1)
        if e.own:
            last = max([last, *(i for i, arg in enumerate(args) if arg.impure)])
        for index in range(last + 1):
            arg = args[index]
            if index == 0 and e.op == "call" and self.is_sure_callee(arg):
                continue
            if arg.op == "closure" and lambda_of(e) is not None:
                continue
            if arg.guards:
                arg = self.without_guards(arg)
            if arg.impure or (index < last and not is_stable(arg)
                              and (may_raise(arg) or may_change(arg))) or (
                                  index == last and arg.impure):
                arg = self.to_temp(arg)
            args[index] = arg
        result = Expr(e.op, tuple(args), e.a, e.span)
        result.type, result.known, result.present = e.type, e.known, e.present
        select(result)
        if result.own and not e.own and result.impure:
            return self.cut(result)  # a part that may have been missing has its handler now
        return result

    def is_sure_callee(self, e: Expr) -> bool:
        """A callee that can as well be read after the arguments."""
        if e.op == "builtin":
            return self.arity(e.a) is not None
        return is_stable(e) or (e.op == "get" and owner_function(e) is not None)

    def test(self, e: Expr) -> ast.expr:
        """A condition; what needs a handler comes before it.

        CPython's fast comparisons are those that a jump follows, so that the operand of a
        comparison goes into a temporary, or what follows from the comparison.
        """
        if e.op == "not_":
            return self.n.invert(self.test(e.args[0]), e.span)
        prefer_get(e, truth=True)
        select(e)
        if not e.guards:
            return self.raw(e)
        if e.op in COMPARISONS and not e.own and (
                e.impure or not all(arg.guards for arg in e.args)):
            return self.raw(self.cut(e))
        if (e.op in ("and", "or") or e.op in COMPARISONS) and not e.impure:
            variable = self.new_temp()
            variable.type = BOOL
            span = e.span
            n = self.n
            self.guarded([self.store(variable, n.conditional(
                self.raw(e), n.constant(True, span), n.constant(False, span), span), span)],
                e.guards, lambda: [self.store(variable, self.general(e), span)], span)
            return n.name(variable.python, span)
        return self.raw(self.without_guards(e))

    def lazily(self, e: Expr) -> Expr:
        """``a && b`` with statements in it: an ``if``."""
        variable = self.new_temp()
        variable.type = e.type
        result = Expr("get", (), variable, e.span)
        result.type = e.type
        span = e.span
        if e.op == "select":
            test = self.raw(self.without_guards(e.args[0]))
            then = self.collect(lambda: self.assign_cut(variable, e.args[1]))
            otherwise = self.collect(lambda: self.assign_cut(variable, e.args[2]))
            self.out.append(self.n.conditionally(test, then, otherwise, span))
            return result
        self.assign_cut(variable, e.args[0])
        test = self.n.name(variable.python, span)
        if e.op == "or":
            test = self.n.invert(test, span)
        then = self.collect(lambda: self.assign_cut(variable, e.args[1]))
        self.out.append(self.n.conditionally(test, then, [], span))
        return result

    def assign_cut(self, variable: Variable, e: Expr) -> None:
        self.assign_selected(variable, self.without_mixed(e))

    def collect(self, emit: Callable[[], None]) -> list[ast.stmt]:
        """The statements that `emit` makes."""
        saved, self.out = self.out, []
        emit()
        made, self.out = self.out, saved
        return made

    # --- single statements ----------------------------------------------------------------------
    def statement(self, s: Stmt) -> None:
        """Emit one statement of a block."""
        if self.effects is not None and self.effects.emit(self, s):
            return
        op = s.op
        if op == "set" or op == "eval":
            caught = s.args[0]
            if caught.op == "caught" and not self.debug and (op == "eval" or (
                    s.variable is not None and s.variable.kind == "local"
                    and not s.variable.reads)):
                raising.drop(self, caught.args[0], s.span)
                return
        if op == "set":
            assert s.variable is not None
            self.assign(s.variable, s.args[0], s.span)
        elif op == "eval":
            self.evaluate(s.args[0])
        elif op == "set_index":
            self.set_item(s)
        elif op == "set_property":
            self.set_property(s)
        elif op == "send":
            values = self.several(s.args)
            self.out.append(self.n.expression(
                self.n.call(self.helper("_send"), [self.raw(v) for v in values], s.span), s.span))
        elif op == "publish":
            assert s.variable is not None
            names = self.n.name(self.helper("_variables"), s.span)
            place = self.n.item_target(names, self.n.constant(s.variable.python, s.span), s.span)
            self.out.append(self.n.assign(place, self.raw(s.args[0]), s.span))
        elif op == "new_cell" or op == "copy_cell" or op == "box":
            self.cell(s)
        elif op == "mark":
            self.mark(s)
        else:
            raise AssertionError(f"statement {op}")

    def mark(self, statement: Stmt) -> None:
        """A statement of the source begins, in debug code."""
        raise NotImplementedError

    def evaluate(self, e: Expr) -> None:
        """An expression whose value is not used."""
        if self.for_each_call(e):
            return
        if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "assert" and (
                raising.assertion(self, e)):
            return
        e = self.expanded(e)
        select(e)
        metered = self.metered and not self.in_entry  # arrays are small there
        inline = find_inline(e, used=False)
        if inline is not None and inline.statement:
            if not metered and not any(arg.impure for arg in e.args):
                self.change(e, inline)
                return
            args = self.several(e.args[1:] if e.op == "call" else e.args)
            nodes = [self.raw(arg) for arg in args]
            made = self.n.expression(inline.make(self.n, nodes, e.span), e.span)
            guard = inline.guard
            if e.op == "invoke" and args[0].type != ARRAY:
                guard |= TYPE_ERROR
            if not guard and not metered:
                self.out.append(made)
                return
            stable = [self.to_temp(arg) for arg in args]
            nodes = [self.raw(arg) for arg in stable]
            made = self.n.expression(inline.make(self.n, nodes, e.span), e.span)
            parts = stable if e.op == "invoke" else [e.args[0], *stable]
            again = Expr(e.op, tuple(parts), e.a, e.span)
            body = [made]
            if metered:
                body.append(metering.full_array(self, self.raw(stable[0]), e.span))
            if not guard:
                self.out += body
                return
            self.guarded(body, guard, lambda: [
                self.n.expression(self.general(again), e.span)], e.span)
            return
        if inline is None and not metered:
            tested = find_tested(e, used=False)
            if tested is not None and tested.statement:
                self.change_tested(e, tested)
                return
        if inline is None and e.op == "invoke" and e.a == "push" and not self.debug and (
                all(map(is_stable, e.args[1:])) and not e.guards):
            self.out.append(self.n.expression(self.method_of(e, used=False), e.span))
            return
        e = self.without_mixed(e)
        made = self.n.expression(self.raw(e), e.span)
        if e.guards:
            self.guarded([made], e.guards, lambda: [
                self.n.expression(self.general(e), e.span)], e.span)
        else:
            self.out.append(made)

    def change(self, e: Expr, inline: Inline) -> None:
        """A builtin that changes its first argument when all the others are there."""
        args = e.args[1:] if e.op == "call" else e.args
        made = self.n.expression(
            inline.make(self.n, [self.raw(arg) for arg in args], e.span), e.span)
        guards = inline.guard
        for arg in args:
            guards |= arg.guards
        if e.op == "invoke" and args[0].type != ARRAY:
            guards |= TYPE_ERROR
        if guards:
            self.guarded([made], guards, lambda: [
                self.n.expression(self.general(e), e.span)], e.span)
        else:
            self.out.append(made)

    def change_tested(self, e: Expr, tested: Tested) -> None:
        """A builtin that changes its first argument if that passes a test."""
        args = self.several(e.args[1:])
        stable = Expr("call", (e.args[0], *map(self.to_temp, args)), None, e.span)
        row = find_tested(stable, used=False)
        assert row is tested
        made = self.n.expression(make_tested(self, stable, tested), e.span)
        guard = guard_of(stable, tested)
        if not guard:
            self.out.append(made)
            return
        self.guarded([made], guard, lambda: [
            self.n.expression(self.general(stable), e.span)], e.span)

    def several(self, args: tuple[Expr, ...]) -> list[Expr]:
        """Arguments of one operation, cut so that none has guards."""
        whole = Expr("array", args, None, args[0].span)
        select(whole)
        if not whole.guards:
            return list(args)
        return list(self.cut(whole).args)

    def set_item(self, s: Stmt) -> None:
        container, key, value = s.args
        if is_stable(container) and is_stable(key):
            value = self.expanded(value)
        for e in (container, key, value):
            select(e)
        if container.guards or key.guards or value.guards or value.impure:
            if value.impure or any(e.guards and e.impure for e in (container, key)):
                container, key = (self.settled(e) for e in (container, key))
                value = self.without_guards(value)
                if value.impure:
                    value = self.to_temp(value)
        elif key.impure or container.impure:
            container, key = self.settled(container), self.settled(key)
        container, key, value = (
            self.to_temp(e) if e.impure else e for e in (container, key, value))
        span = s.span
        index = self.raw(key)
        if key.type & (FUNCTION | OTHER) and container.type & MAP:
            if not is_stable(key):
                if may_raise(container):
                    container = self.to_temp(container)
                key = self.to_temp(key)
            # A function can be a key of a dict; not of a map.
            is_function = self.n.compare(
                "is", self.n.call(self.helper("type"), [self.raw(key)], span),
                self.n.name(self.helper("_function"), span), span)
            index = self.n.conditional(
                is_function, self.n.call(self.helper("_key"), [self.raw(key)], span),
                self.raw(key), span)
        target = self.n.item_target(self.raw(container), index, span)
        store = self.n.assign(target, self.raw(value), span)
        guards = container.guards | key.guards | value.guards
        if not (container.type == MAP and key.type and not key.type & ~(NIL | NUMBER | STRING)):
            guards |= TYPE_ERROR | LOOKUP_ERROR
        if may_raise(value) and (may_raise(container) or may_raise(key)):
            # Python evaluates the value first: which error it is, the general form decides.
            guards |= ANY_ERROR
        if not guards:
            self.out.append(store)
            return
        self.guarded([store], guards, lambda: [self.n.expression(self.n.call(
            self.helper("_" + s.op),
            [self.general(container), self.general(key), self.general(value)], span), span)], span)

    def settled(self, e: Expr) -> Expr:
        """Evaluate now what a later effect could change."""
        e = self.without_guards(e)
        return e if is_stable(e) else self.to_temp(e)

    def set_property(self, s: Stmt) -> None:
        container, value = s.args
        key = Expr("const", (), s.a, s.span)
        key.type = STRING
        self.set_item(Stmt("set_property", None, (container, key, value), None, s.span))

    def cell(self, s: Stmt) -> None:
        """A fresh cell, where the compiler keeps cells in locals."""
        variable = s.variable
        assert variable is not None
        if not variable.explicit or s.op == "box":
            return
        args = [] if s.op == "new_cell" else [self.read(variable, s.span)]
        self.out.append(self.n.assign(
            self.n.target(variable.python, s.span),
            self.n.call(self.helper("_cell"), args, s.span), s.span))


def appended(variable: Variable, e: Expr) -> Expr:
    """``s + a + b`` to be stored in the string ``s``, as ``s + (a + b)``: a copy of s less."""
    parts: list[Expr] = []
    node = e
    while node.op == "add":
        parts.append(node.args[1])
        node = node.args[0]
    if len(parts) < 2 or node.op != "get" or node.a is not variable:
        return e
    text = Expr("text", tuple(reversed(parts)), None, e.span)
    text.type = STRING
    made = Expr("add", (node, text), None, e.span)
    made.type = STRING
    return made


def may_change(e: Expr) -> bool:
    """Whether a call can change the value before it is used."""
    if e.op == "const" or e.op == "builtin" or e.op == "closure":
        return False
    if e.op == "get":
        variable = e.a.owner or e.a
        return variable.kind not in ("local", TEMP) and variable.function is None
    if e.op in ("index", "property", "slice_", "contains", "method"):
        return True
    return any(may_change(arg) for arg in e.args)


