"""Structured control flow as Python statements: if, loops, try and the ways out of them."""

from __future__ import annotations

import ast

from sentra.codegen import debugging, metering, raising, turns
from sentra.codegen.catching import looked_at
from sentra.codegen.choices import swap_at
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
    negated,
)
from sentra.codegen.expressions import COMPARISONS
from sentra.codegen.leaves import is_quiet_loop
from sentra.codegen.loops import Loops
from sentra.codegen.select import may_raise, select
from sentra.ir.model import (
    LOCAL,
    RETHROW,
    RETURN,
    Stmt,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.nodes import Nodes


def _with_early_turns(body: list[Tree]) -> list[Tree]:
    """``if c { … }`` at the end of a loop's body as ``if !c { continue } …``.

    Only for conditions that need a handler: it can continue too, and no temporary is needed.
    """
    last = body[-1] if body else None
    if not isinstance(last, If) or last.otherwise or last.condition is None:
        return body
    select(last.condition)
    if not last.condition.guards or last.condition.impure or not (
            last.condition.op in ("and", "or") or last.condition.op in COMPARISONS):
        return body
    early = If(negated(last.condition), [Continue(last.span)], [], last.span)
    return [*body[:-1], early, *_with_early_turns(last.then)]


class ControlFlow(Loops):
    """Emits the nodes of `control`; where functions are made as well, see `functions`."""

    def __init__(self, nodes: Nodes, names: set[str]) -> None:
        super().__init__(nodes, names)
        self.held: set[Variable] = set()  # what the catch blocks around this place look at
        self.counts = False  # inside a loop whose steps are counted in a variable
        self.ticks = False  # each turn of the loop around this place is counted as it ends

    def named_closure(self, statement: Stmt) -> None:
        """``f = fn …`` as a statement."""
        raise NotImplementedError

    def block(self, body: list[Tree]) -> list[ast.stmt]:
        """The Python statements of a block."""
        saved, self.out = self.out, []
        place = 0
        while place < len(body):
            node = body[place]
            swap = swap_at(body, place)
            if swap is not None:
                self.swap(*swap)
                place += 3
                continue
            if self.metered and not self.counts and not self.in_entry and isinstance(
                    node, While | ForEach | ForRange) and self._is_quiet(node):
                self._counted(node)
            else:
                _EMIT[type(node)](self, node)
            place += 1
        made, self.out = self.out, saved
        return made

    def _is_quiet(self, node: While | ForEach | ForRange) -> bool:
        if isinstance(node, ForEach) and node.iterator not in self._iterators and (
                node.iterator not in self._maps):
            return False
        return is_quiet_loop(node) and not (
            isinstance(node, ForEach) and node.iterator in self.waiting)

    def _counted(self, node: While | ForEach | ForRange) -> None:
        """A loop whose steps are counted in a variable."""
        self.counts = True
        loop = self.block([node])
        self.counts = False
        self.out += metering.counted(self, loop, node.span)

    def turn(self, body: list[Tree], span: Span, *, ticks: bool = True) -> list[ast.stmt]:
        """The body of a loop; unless it `ticks`, its turns have been counted."""
        ticks = ticks and (self.metered or self.in_entry)
        around, self.ticks = self.ticks, ticks
        made = self.block(body if ticks else _with_early_turns(body))
        self.ticks = around
        if ticks and not (body and isinstance(body[-1], Leave | Break | Continue)):
            made += self._tick(span)
        return made

    def _tick(self, span: Span) -> list[ast.stmt]:
        return turns.one_more(self, span) if self.in_entry else metering.tick(self, span)

    def simple(self, node: Simple) -> None:
        statement = node.stmt
        if statement.op in ("iterate", "iterate_pairs"):
            self.iterate(statement)
        elif statement.op == "set" and statement.args[0].op == "closure":
            self.named_closure(statement)
        elif statement.op == "turn":
            self.out += self._tick(statement.span)
        else:
            self.statement(statement)

    def if_(self, node: If) -> None:
        if node.condition is None:
            assert node.passed is not None
            test = self.n.compare("is", self.n.name(node.passed.python, node.span),
                                  self.n.name(self.helper("_missing"), node.span), node.span)
            then, otherwise = self.block(node.otherwise), self.block(node.then)
            if then:
                self.out.append(self.n.conditionally(test, then, otherwise, node.span))
            return
        if self.guarded_choice(node):
            return
        test = self.test(node.condition)
        then, otherwise = self.block(node.then), self.block(node.otherwise)
        self.out.append(self.n.conditionally(test, then, otherwise, node.span))

    # --- loops ----------------------------------------------------------------------------------
    def while_(self, node: While) -> None:
        span = node.span
        true = self.n.constant(True, span)
        if node.condition is None:
            body = (self.block(node.body) if node.once else self.turn(node.body, span))
            self.out.append(self.n.loop(true, body, span))
            return
        select(node.condition)
        if not node.condition.guards:
            test = self.raw(node.condition)
            self.out.append(self.n.loop(test, self.turn(node.body, span), span))
            return
        if self._guarded_scan(node):
            return
        saved, self.out = self.out, []
        self.if_(If(negated(node.condition), [Break(span)], [], span))
        body = self.out + self.turn(node.body, span)
        self.out = saved
        self.out.append(self.n.loop(true, body, span))

    def _guarded_scan(self, node: While) -> bool:
        """``while a[i] < x { i = i + 1 }``: one handler around the loop, which goes on in it.

        Only where nothing in the body can raise, so that the handler starts at a condition.
        """
        test = node.condition
        assert test is not None
        if test.impure or not node.body:
            return False
        for inner in node.body:
            if not isinstance(inner, Simple) or inner.stmt.op != "set" or (
                    inner.stmt.variable is None or inner.stmt.variable.kind != LOCAL
                    or may_raise(inner.stmt.args[0])):
                return False
        span = node.span
        self.guarded([self.n.loop(self.raw(test), self.turn(node.body, span), span)], test.guards,
                     lambda: [self.n.loop(
                         self.general(test), self.turn(node.body, span), span)], span)
        return True

    # --- ways out -------------------------------------------------------------------------------
    def try_(self, node: Try) -> None:
        body = self.block(node.body)
        caught, exceptions = node.exception.python, [self.helper("Exception")]
        variable = None if self.debug else looked_at(node)
        if variable is not None:
            handler = raising.looking(self, node, variable)
            self.out.append(self.n.guarded(
                body, exceptions, variable.python, handler, node.span))
            return
        handler = raising.handler(self, node)
        if self.debug:
            handler.insert(0, debugging.raised(self, caught, node.span))
        self.out.append(self.n.guarded(body, exceptions, caught, handler, node.span))

    def leave(self, node: Leave) -> None:
        e = node.value
        span = node.span
        if node.op == RETURN:
            e = self.expanded(e)
            select(e)
            e = self.without_mixed(e)
            made = self._returned(self.raw(e), span)
            if e.guards:
                self.guarded([made], e.guards,
                             lambda: [self._returned(self.general(e), span)], span)
            else:
                self.out.append(made)
        elif node.op == RETHROW:
            self.out.append(self.n.raises(
                self.n.call(self.helper("_rethrown"), [self.value(e)], span), span))
        else:
            raising.throw(self, e, span)

    def _returned(self, value: ast.expr, span: Span) -> ast.stmt:
        if self.debug:
            value = self.n.call("_returns", [value], span)
        return self.n.returns(value, span)

    def break_(self, node: Break) -> None:
        self.out.append(self.n.breaks(node.span))

    def continue_(self, node: Continue) -> None:
        if self.ticks:
            self.out += self._tick(node.span)
        self.out.append(self.n.continues(node.span))


_EMIT: dict[type, Callable[[Any, Any], None]] = {
    Simple: ControlFlow.simple, If: ControlFlow.if_, While: ControlFlow.while_,
    ForEach: ControlFlow.for_each, ForRange: ControlFlow.for_range,
    Try: ControlFlow.try_, Leave: ControlFlow.leave, Break: ControlFlow.break_,
    Continue: ControlFlow.continue_,
}
