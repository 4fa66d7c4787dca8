"""Calls of functions, builtins and methods as closures, by what is known of them."""

from __future__ import annotations

from sentra.codegen.tree.expressions import Expressions
from sentra.codegen.tree.python_builtins import is_builtin_method, python_function, same
from sentra.codegen.tree.shapes import calls, known, methods
from sentra.ir.model import Expr
from sentra.runtime.calls import callee_of, invoke
from sentra.runtime.registry import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.tree.functions import FunctionTree
    from sentra.codegen.tree.sites import Run, Site


class Calls(Expressions):
    """Makes the closures of calls."""

    def call(self, e: Expr) -> Run:
        callee, args = e.args[0], e.args[1:]
        if callee.op == "builtin":
            return self._builtin_call(e)
        target = self.module.direct(callee, len(args))
        if target is not None:
            return self._known_call(target, args, self.site(e.span))
        target = self.module.captured(callee, len(args))
        if target is not None:
            return self._captured_call(target, callee, args, self.site(e.span))
        function, site = self.value(callee), self.site(e.span)
        if len(args) == 1 and self.kind(args[0]) == "l":
            return calls.value_l(function, self.register(args[0].a), site)
        several = self.values(args)
        if len(several) < 3:
            makers: tuple[Callable[..., Run], ...] = (calls.value_0, calls.value_1, calls.value_2)
            return makers[len(several)](function, *several, site)
        return calls.value_many(function, several, site)

    def _known_call(self, target: FunctionTree, args: tuple[Expr, ...], site: Site) -> Run:
        if target.ir.bytecode.has_rest:
            return known.rest(target.code, target.bind, self.values(args), site)
        kinds = "".join(["l" if self.kind(arg) == "l" else "e" for arg in args])
        if len(kinds) > 2 and kinds != "lll":
            kinds = "e" * len(kinds)
        blank = target.blank_for(len(args))
        padded = len(blank) <= known.PADDING and not target.must_be_blank and (
            len(args) == target.ir.bytecode.parameters)
        maker = getattr(known, ("padded_" if padded else "known_") + (kinds or "0"), None)
        if maker is None:
            return known.many(target.code, blank, self.values(args), site)
        several = [self.register(arg.a) if kind == "l" else self.value(arg)
                   for kind, arg in zip(kinds, args)]
        made: Run = maker(target.code, *(() if padded else (blank,)), *several, site)
        return made

    def _captured_call(
        self, target: FunctionTree, callee: Expr, args: tuple[Expr, ...], site: Site,
    ) -> Run:
        function, several = self.value(callee), self.values(args)
        blank = target.blank_for(len(args))
        if not several:
            return methods.captured_0(function, target.code, blank, site)
        if len(several) == 1:
            return methods.captured_1(function, target.code, blank, several[0], site)
        return methods.captured_many(function, target.code, blank, several, site)

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
            if len(args) == 1 and self.kind(args[0]) == "l":
                return calls.python_l(python, self.register(args[0].a), site)
            wrapped: tuple[Callable[..., Run], ...] = (
                calls.python_1, calls.python_2, calls.python_3)
            return wrapped[len(args) - 1](python, *self.values(args), site)
        site = self.site(span)
        if len(args) == 1 and self.kind(args[0]) == "l":
            return calls.builtin_l(found.function, self.register(args[0].a), site)
        if len(args) == 2 and self.kind(args[1]) == "c":
            if self.kind(args[0]) == "l":
                register = self.register(args[0].a)
                return calls.builtin_lc(found.function, register, args[1].a, site)
            return calls.builtin_ec(found.function, self.value(args[0]), args[1].a, site)
        several = self.values(args)
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
        found_for: dict[type, Callable[..., Any]] = {}

        def find(receiver: Any, *values: Any) -> Any:
            """What the method means for this receiver, kept for those of its type."""
            if type(receiver) is not dict:
                callee, takes_receiver = callee_of(receiver, name, context)
                count = len(values) + 1
                if takes_receiver and type(callee) is Builtin and callee.least <= count and (
                        callee.most is None or count <= callee.most):
                    found_for[type(receiver)] = callee.function
            return invoke(receiver, name, values, context)

        site = self.site(e.span, find)
        receiver, values = self.value(args[0]), self.values(args[1:])
        if len(values) == 0:
            return methods.invoke_0(found_for, name, receiver, site)
        if len(values) == 1:
            return methods.invoke_1(found_for, name, receiver, values[0], site)
        return methods.invoke_many(found_for, name, receiver, values, site)


Calls.rules = {**Expressions.rules, "call": Calls.call, "invoke": Calls.invoke}
