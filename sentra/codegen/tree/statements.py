"""Structured statements as closures.

A block in the middle of a function gives None or a token (see `tokens`). Where a function ends, in
its *tail*, blocks give the function's value itself, so that ``if n < 2 { return n }`` makes no
tuple and tests no token.
"""

from __future__ import annotations

from sentra.codegen import ranges
from sentra.codegen.catching import goes_on, looked_at
from sentra.codegen.control import (
    Break,
    Continue,
    ForEach,
    ForRange,
    If,
    Leave,
    Simple,
    Tree,
    Try,
    While,
)
from sentra.codegen.tree import choose
from sentra.codegen.tree.expressions import OPERATIONS, without_sign
from sentra.codegen.tree.flow import MOST_NESTED, joined, loop_body, may_leave
from sentra.codegen.tree.functions import SPARE, FunctionTree
from sentra.codegen.tree.shapes import (
    access,
    branches,
    calls,
    control,
    iteration,
    loops,
    metering,
    variables,
)
from sentra.codegen.tree.simple import SimpleStatements
from sentra.ir.comparing import containers_of
from sentra.ir.model import CELL, RETURN, THROW, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.codegen.tree.sites import Run, Site

_BRANCHES = frozenset(["ll", "lc", "el", "ec"])
_LOOPS = frozenset(["ll", "lc", "el"])


def build(tree: FunctionTree) -> Run:
    """The closure of a function's body."""
    body = Statements(tree.module, tree).block(tree.module.bodies[id(tree.ir)], tail=True)
    # Captured parameters are cells from the start, for their defaults too.
    boxes = [variables.box(tree.register(parameter)) for parameter in tree.ir.parameters
             if parameter.kind == CELL]
    return control.sequence([*boxes, body or variables.constant(None)])


class Statements(SimpleStatements):
    """Makes the closures of one function's statements."""

    # --- blocks ---------------------------------------------------------------------------------
    def block(self, body: list[Tree], *, tail: bool = False, nested: int = 0) -> Run | None:
        """The closure of a list of statements; None if it does nothing."""
        made: list[Run] = []  # the sequences so far: all but the last may leave
        plain: list[Run] = []  # the sequence that is being made
        for index, node in enumerate(body):
            last = index == len(body) - 1
            if isinstance(node, If) and not last and nested < MOST_NESTED and may_leave(node):
                whole = joined(node, body[index + 1:])
                if whole is not None:
                    run = self.if_(whole, tail=tail, nested=nested + 1)
                    if run is not None:
                        plain.append(run)
                    break
            ends = tail and last
            run = self.statement(node, tail=ends)
            if run is None:
                continue
            plain.append(run)
            if not last and may_leave(node):
                made.append(control.sequence(plain))
                plain = []
        if tail and made and not plain:
            plain = [variables.constant(None)]
        if plain:
            made.append(control.sequence(plain))
        if not made:
            return None
        return control.value_parts(made) if tail else control.parts(made)

    def statement(self, node: Tree, *, tail: bool = False) -> Run | None:
        """The closure of one statement."""
        if isinstance(node, Simple):
            return self.simple(node.stmt)
        if isinstance(node, If):
            return self.if_(node, tail=tail)
        if isinstance(node, Try):
            return self.try_(node, tail=tail)
        if isinstance(node, Leave):
            return self.leave(node, tail=tail)
        if isinstance(node, Break):
            return control.break_()
        if isinstance(node, Continue):
            return control.continue_()
        run = self.loop(node)
        return control.value_of(run) if tail and may_leave(node) else run

    def leave(self, node: Leave, *, tail: bool) -> Run:
        value = self.value(node.value)
        if node.op == RETURN:
            return value if tail else control.return_(value)
        site = self.site(node.span)
        return control.throw(value, site) if node.op == THROW else control.rethrow(value, site)

    def try_(self, node: Try, *, tail: bool) -> Run | None:
        if goes_on(node):
            body = self.block(node.body)
            handler = self.block(node.handler[:-1]) or variables.constant(None)
            run = None if body is None else control.passing(body, handler)
            return control.value_of(run) if run and tail and may_leave(node) else run
        if looked_at(node, again=False):
            self.seen.add(node.exception)
        body = self.block(node.body, tail=tail)
        handler = self.block(node.handler, tail=tail) or variables.constant(None)
        if body is None:
            return None
        # What is no error of the program must not get as far as a finally part.
        catches = isinstance(node.handler[0], Simple) and any(
            e.op == "caught" for e in node.handler[0].stmt.args) if node.handler else False
        return (control.catch if catches else control.try_)(
            body, self.register(node.exception), handler)

    # --- conditions -----------------------------------------------------------------------------
    def if_(self, node: If, *, tail: bool = False, nested: int = 0) -> Run | None:
        then = self.block(node.then, tail=tail, nested=nested)
        otherwise = self.block(node.otherwise, tail=tail, nested=nested)
        if node.condition is None:
            assert node.passed is not None
            passed = (
                variables.passed_in_cell if node.passed.kind == CELL else variables.passed)
            test = passed(self.register(node.passed))
        else:
            condition, then, otherwise = _positive(node.condition, then, otherwise)
            if then is not None:
                fused = self._branch(condition, then, otherwise)
                if fused is not None:
                    return fused
            test = self.value(condition)
        if then is None:
            if otherwise is None:
                return variables.evaluate(test)
            return control.if_not(test, otherwise)
        return control.if_(test, then) if otherwise is None else control.if_else(
            test, then, otherwise)

    def _branch(self, e: Expr, then: Run, otherwise: Run | None) -> Run | None:
        """Compare and branch in one closure."""
        found = self._comparison(e, _BRANCHES)
        if found is None:
            return None
        e, pair, a, b = found
        maker = choose.made(branches, e.op, choose.kind_of(*(x.type for x in e.args)), pair)
        made: Run = maker(a, b, then, otherwise, self.site(e.span, OPERATIONS[e.op]))
        return made

    def _comparison(
        self, e: Expr, pairs: frozenset[str],
    ) -> tuple[Expr, str, object, object] | None:
        """A comparison of operands of these kinds."""
        if e.op not in choose.COMPARISONS or containers_of(e):
            return None
        e = without_sign(e)
        if e.args[1].op == "const" and e.args[1].a is None:
            return None  # a test for nil has a closure of its own
        kinds = "".join([self.kind(arg) for arg in e.args])
        if kinds not in pairs:
            return None
        pair, a, b = self.operands(e)
        return e, pair, a, b

    # --- loops ----------------------------------------------------------------------------------
    def turn(self, body: list[Tree]) -> Run:
        """One turn of a loop."""
        made = self.block(loop_body(body)) or variables.constant(None)
        return metering.tick_turn(made, self.module.context) if self.metered else made

    def loop(self, node: Tree) -> Run:
        if isinstance(node, While):
            return self.while_(node)
        if isinstance(node, ForEach):
            return self.for_each(node)
        assert isinstance(node, ForRange)
        return self.for_range(node)

    def while_(self, node: While) -> Run:
        if node.once:
            return iteration.once(self.block(node.body) or variables.constant(None))
        body = self.turn(node.body)
        if node.condition is None:
            return iteration.forever(body)
        found = self._comparison(node.condition, _LOOPS)
        if found is not None:
            e, pair, a, b = found
            maker = choose.made(loops, e.op, choose.kind_of(*(x.type for x in e.args)), pair)
            made: Run = maker(a, b, body, self.site(e.span, OPERATIONS[e.op]))
            return made
        return iteration.while_(self.value(node.condition), body)

    def for_each(self, node: ForEach) -> Run:
        source = variables.local(self.register(node.iterator))
        targets = [self.register(variable) for variable in node.targets]
        site = self.site(node.span)
        if len(targets) == 2:
            body = self.turn(node.body)
            return iteration.for_pairs(targets[0], targets[1], source, body, site)
        return self._for(targets[0], source, node.body, site)

    def _for(self, target: int, source: Run, body: list[Tree], site: Site) -> Run:
        """A loop over values; the statements of a short body run in the loop's own closure."""
        body = loop_body(body)
        if not self.metered and not any(may_leave(node) for node in body):
            several = [run for run in map(self.statement, body) if run is not None]
            makers: tuple[Callable[..., Run], ...] = (
                iteration.for_one, iteration.for_two, iteration.for_three)
            if not several:
                several = [variables.constant(None)]
            if len(several) > 3:
                several = [control.sequence(several)]
            return makers[len(several) - 1](target, source, *several, site)
        return iteration.for_leaving(target, source, self.turn(body), site)

    def for_range(self, node: ForRange) -> Run:
        site = self.site(node.span)
        target = self.register(node.variable)
        if node.array is not None:
            body = self.turn(node.body)
            pairs = calls.builtin_1(enumerate, self.value(node.array), site)
            if node.start.op != "const" or node.start.a != 0:
                pairs = calls.builtin_2(ranges.pairs_from, pairs, self.value(node.start), site)
            return iteration.for_pairs(target, self.register(SPARE), pairs, body, site)
        source = self._range(node, site)
        if node.live:  # what the while loop would leave in the variable
            body = self.turn(node.body)
            after = self.value(node.stop)
            if node.inclusive:
                after = iteration.next_after(after)
            return iteration.for_live(target, source, after, body, site)
        return self._for(target, source, node.body, site)

    def _range(self, node: ForRange, site: Site) -> Run:
        """What a counting loop goes over."""
        start, stop = self.value(node.start), self.value(node.stop)
        if not node.stop_is_int:
            by = variables.constant(node.step)
            if node.by is not None:
                by = self.value(node.by)
                if node.step < 0:
                    by = access.negate(by, self.site(node.span, OPERATIONS["negate"]))
            return calls.builtin_many(ranges.count_to, (
                start, stop, by, variables.constant(node.step > 0),
                variables.constant(node.inclusive)), site)
        if node.inclusive:
            return iteration.range_inclusive(start, stop, node.step)
        if node.step == 1 and node.start.op == "const" and node.start.a == 0:
            return iteration.range_to(stop)
        return iteration.range_of(start, stop, node.step)


def _positive(
    e: Expr, then: Run | None, otherwise: Run | None,
) -> tuple[Expr, Run | None, Run | None]:
    """A condition without ``!`` in front of it."""
    while e.op == "not_":
        e, then, otherwise = e.args[0], otherwise, then
    return e, then, otherwise
