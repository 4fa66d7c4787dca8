"""`reduce` and `for_each` with a lambda as loops.

``let total = reduce(a, fn(sum, x) => sum + x.n, 0)`` is::

    sum = 0
    for x in a:
        sum = sum + x["n"]
    total = sum

The nodes of the lambda are marked as a copy (`marks`), so that an error in it shows both functions.
A loop takes statements of its own, so it is made where a statement begins, if what is evaluated
before it can as well be evaluated after it.
"""

from __future__ import annotations

from _operator import is_

from sentra.codegen.calls import Calls
from sentra.codegen.expressions import owner_function
from sentra.codegen.inlining import copied
from sentra.codegen.lambdas import loop_of
from sentra.codegen.marks import MAX_SITES, Site, marked
from sentra.codegen.select import is_stable
from sentra.ir.model import UPVALUE, Expr, FunctionIR, Stmt, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from sentra.bytecode.code import Span
    from sentra.codegen.lambdas import Loop

_LAZY = frozenset(["and", "or", "select"])


class Callbacks(Calls):
    """Emits the loops."""

    out: list[ast.stmt]
    function: FunctionIR
    has_callbacks: bool  # it may have such calls; in code that neither counts nor tells a debugger

    # From the statements around.
    def assign(self, variable: Variable, e: Expr, span: Span) -> None:
        raise NotImplementedError

    def statement(self, s: Stmt) -> None:
        raise NotImplementedError

    def evaluate(self, e: Expr) -> None:
        raise NotImplementedError

    def several(self, args: tuple[Expr, ...]) -> list[Expr]:
        raise NotImplementedError

    def to_temp(self, e: Expr) -> Expr:
        raise NotImplementedError

    def collect(self, emit: Callable[[], None]) -> list[ast.stmt]:
        raise NotImplementedError

    def new_variable(self, like: Variable) -> Variable:
        """A variable of the compiler's own, named like one of a lambda."""
        raise NotImplementedError

    # --- where they stand -----------------------------------------------------------------------
    def expanded(self, e: Expr) -> Expr:
        """`e`; if a `reduce` comes first in it, after its loop."""
        if not self.has_callbacks:
            return e
        if e.op == "call" or e.op == "invoke":
            loop = self._loop(e)
            if loop is not None and loop.name == "reduce":
                return self._reduce(e, loop)
        args = list(e.args)
        for place, arg in enumerate(args[:1] if e.op in _LAZY else args):
            if is_stable(arg) or arg.op == "builtin" or (
                    arg.op == "get" and owner_function(arg) is not None):
                continue
            args[place] = self.expanded(arg) if arg.args else arg
            if not is_stable(args[place]):
                break
        if all(map(is_, args, e.args)):
            return e
        made = Expr(e.op, tuple(args), e.a, e.span)
        made.type, made.known, made.present = e.type, e.known, e.present
        return made

    def for_each_call(self, e: Expr) -> bool:
        """Emit a call of `for_each` whose value is not used; whether it was one."""
        loop = self._loop(e) if self.has_callbacks else None
        if loop is None or loop.name == "reduce":
            return False
        array, = self.several((loop.array,))
        values = self._copies(loop.function)
        *index, element = [values[p].a for p in reversed(loop.function.parameters)]
        site = self._site(loop, e)
        loop_body = self.collect(lambda: self._statements_of(loop, values, site))
        self._each([*index, element], array, loop, loop_body, e.span)
        return True

    def _loop(self, e: Expr) -> Loop | None:
        loop = loop_of(e)
        if loop is None:
            return None
        inlining = self.function.module.inlining if self.function.module is not None else None
        if inlining is None or len(inlining.sites) == MAX_SITES:
            return None
        assigned = [s.variable for s in loop.function.blocks[0].body if s.op == "set"]
        return loop if all(v is None or self._own(v) is not None for v in assigned) else None

    def _own(self, variable: Variable) -> Variable | None:
        """The variable of this function that a captured variable of a lambda is; None if unknown.

        What does not capture is itself.
        """
        if variable.kind != UPVALUE:
            return variable
        return next((each for each in (*self.function.locals, *self.function.upvalues)
                     if (each.owner or each) is variable.owner), None)

    def _site(self, loop: Loop, e: Expr) -> int:
        """The number of one more call that was replaced."""
        assert self.function.module is not None
        sites: list[Site] = self.function.module.inlining.sites
        sites.append(Site(loop.function.name, e.span))
        return len(sites)

    # --- their parts ----------------------------------------------------------------------------
    def _reduce(self, e: Expr, loop: Loop) -> Expr:
        span, n = e.span, self.n
        values = self._copies(loop.function)
        whole, element = (values[p].a for p in loop.function.parameters)
        whole.type |= e.type
        if loop.initial is not None:
            array, initial = self.several((loop.array, loop.initial))
            if not is_stable(array) and not is_stable(initial):
                array = self.to_temp(array)
            self.assign(whole, initial, initial.span)
        else:
            array = self.to_temp(self.several((loop.array,))[0])
            first = n.call(self.helper("_first_to_reduce"), [self.raw(array)], span)
            self.out.append(n.assign(n.target(whole.python, span), first, span))
        body = copied(loop.value, values, self._site(loop, e))
        loop_body = self.collect(lambda: self.assign(whole, body, body.span))
        self._each([element], array, loop, loop_body, span)
        result = Expr("get", (), whole, span)
        result.type = e.type
        return result

    def _each(
        self, variables: list[Variable], array: Expr, loop: Loop, body: list[ast.stmt], span: Span,
    ) -> None:
        """The loop, over the elements that are there when it starts."""
        n, items = self.n, self.raw(array)
        if loop.name == "reduce" and loop.initial is None:
            items = n.item(items, n.slice(n.constant(1, span), None, span), span)
        elif loop.changes_array():
            items = n.item(items, n.slice(None, None, span), span)
        targets = [n.target(variable.python, span) for variable in variables]
        if len(targets) == 2:
            items = n.call(self.helper("enumerate"), [items], span)
        target = targets[0] if len(targets) == 1 else n.targets(targets, span)
        self.out.append(n.each(target, items, body, [], span))

    def _copies(self, function: FunctionIR) -> dict[Variable, Expr]:
        """Reads of what stands for the variables of a lambda in this function."""
        values: dict[Variable, Expr] = {}
        for variable in function.locals:
            if variable.reads or variable.sets or variable in function.parameters:
                values[variable] = read = Expr(
                    "get", (), self.new_variable(variable), function.bytecode.span)
                read.type = variable.type
        return values

    def _statements_of(self, loop: Loop, values: dict[Variable, Expr], site: int) -> None:
        """The statements of a lambda."""
        for s in loop.function.blocks[0].body:
            args = tuple([copied(arg, values, site) for arg in s.args])
            variable = s.variable
            if variable is not None:
                variable = values[variable].a if variable in values else self._own(variable)
            self.statement(Stmt(s.op, variable, args, s.a, marked(s.span, site)))
        if loop.value.op != "const":
            self.evaluate(copied(loop.value, values, site))
