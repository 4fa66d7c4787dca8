"""Structured control flow as Python statements: if, loops, try and the ways out of them."""

from __future__ import annotations

import ast

from sentra.codegen import debugging, metering
from sentra.codegen.catching import goes_on, looked_at, made_here
from sentra.codegen.choices import Choices, swap_at
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
from sentra.codegen.counting import Facts
from sentra.codegen.expressions import COMPARISONS
from sentra.codegen.leaves import is_quiet_loop
from sentra.codegen.select import may_raise, select
from sentra.ir.memory import HARMLESS
from sentra.ir.model import (
    ARRAY,
    BOOL,
    INT,
    LOCAL,
    MAP,
    OTHER,
    RETHROW,
    RETURN,
    STRING,
    Expr,
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
    done = Expr("not_", (last.condition,), None, last.condition.span)
    done.type = BOOL
    early = If(done, [Continue(last.span)], [], last.span)
    return [*body[:-1], early, *_with_early_turns(last.then)]


def _calls_functions(e: Expr) -> bool:
    """Whether evaluating it may call functions of the program, which take steps of their own."""
    if e.op == "call":
        callee = e.args[0]
        return callee.op != "builtin" or callee.a not in HARMLESS or any(
            map(_calls_functions, e.args[1:]))
    return e.op == "invoke" or any(map(_calls_functions, e.args))


class ControlFlow(Choices):
    """Emits the nodes of `control`; where functions are made as well, see `functions`."""

    def __init__(self, nodes: Nodes, names: set[str]) -> None:
        super().__init__(nodes, names)
        self._iterators: dict[Variable, ast.expr] = {}  # what the loops to come go over
        self._held: set[Variable] = set()  # what the catch blocks around this place look at
        self._waiting: set[Variable] = set()  # iterators of what may be a channel
        self.counts = False  # inside a loop whose steps are counted in a variable
        self._maps: dict[Variable, Expr] = {}  # maps whose keys and values they go over

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
            if self.metered and not self.counts and isinstance(
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
            isinstance(node, ForEach) and node.iterator in self._waiting)

    def _counted(self, node: While | ForEach | ForRange) -> None:
        """A loop whose steps are counted in a variable."""
        self.counts = True
        loop = self.block([node])
        self.counts = False
        self.out += metering.counted(self, loop, node.span)

    def turn(self, body: list[Tree], span: Span) -> list[ast.stmt]:
        """The body of a loop."""
        made = self.block(body if self.metered else _with_early_turns(body))
        if self.metered and not (body and isinstance(body[-1], Leave | Break | Continue)):
            made += metering.tick(self, span)
        return made

    def simple(self, node: Simple) -> None:
        statement = node.stmt
        if statement.op in ("iterate", "iterate_pairs"):
            self._iterate(statement)
        elif statement.op == "set" and statement.args[0].op == "closure":
            self.named_closure(statement)
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
        done = Expr("not_", (node.condition,), None, node.condition.span)
        done.type = BOOL
        self.if_(If(done, [Break(span)], [], span))
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

    def for_each(self, node: ForEach) -> None:
        span = node.span
        map_ = self._maps.pop(node.iterator, None)
        if map_ is not None:
            self._for_entries(node, map_)
            return
        body = self.turn(node.body, span)
        values = self._iterators.pop(node.iterator, None)
        if values is None:
            values = self.n.name(node.iterator.python, span)
        self.out.append(self.n.each(self._targets(node.targets, span), values, body, [], span))

    def _targets(self, variables: list[Variable], span: Span) -> ast.expr:
        targets = [self.n.target(variable.python, span) for variable in variables]
        return targets[0] if len(targets) == 1 else self.n.place(
            ast.Tuple(targets, ast.Store()), span)

    def _for_entries(self, node: ForEach, map_: Expr) -> None:
        """A loop over a map's keys and values. Without changes meanwhile Python has them."""
        span, n = node.span, self.n
        key, value = node.targets
        facts = Facts()
        facts.walk(node.body)
        changed = facts.changes.changes(map_)
        map_ = self.without_guards(map_)
        if changed:
            map_ = self.kept(map_) if map_.a in facts.sets else self.to_temp(map_)
            keys = n.call(self.helper("list"), [self.raw(map_)], span)
            body = self.turn(node.body, span)
            if value in facts.reads:
                read = n.method(self.raw(map_), "get", [n.name(key.python, span)], span)
                body.insert(0, self.store(value, read, span))
            self.out.append(n.each(n.target(key.python, span), keys, body, [], span))
            return
        word = "items" if key in facts.reads else "values"
        values = (n.method(self.raw(map_), word, [], span) if value in facts.reads
                  else self.raw(map_))
        targets = [v for v in node.targets if v in facts.reads] or [key]
        self.out.append(n.each(self._targets(targets, span), values,
                               self.turn(node.body, span), [], span))

    def _iterate(self, statement: Stmt) -> None:
        """Prepare what the loop that follows goes over."""
        e = statement.args[0]
        span = statement.span
        pairs = statement.op == "iterate_pairs"
        assert statement.variable is not None
        if e.type & OTHER or _calls_functions(e):
            self._waiting.add(statement.variable)
        if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "range" and not pairs \
                and 2 <= len(e.args) <= 4:
            values = self._any_range(self.several(e.args[1:]), span)
        elif pairs and e.type == MAP:
            select(e)
            self._maps[statement.variable] = e
            return
        elif pairs and e.type and not e.type & ~(ARRAY | STRING):
            values = self.n.call(self.helper("enumerate"), [self.value(e)], span)
        elif pairs and not e.type & ARRAY:
            values = self.n.call(self.helper("_pairs"), [self.value(e)], span)
        elif pairs:
            select(e)
            first, again = self.twice(self.without_guards(e))
            values = self.n.conditional(
                self.has_class(first, "list", span),
                self.n.call(self.helper("enumerate"), [again()], span),
                self.n.call(self.helper("_pairs"), [again()], span), span)
        elif e.type and not e.type & ~(ARRAY | STRING):
            values = self.value(e)
        elif e.type == MAP:
            values = self.n.call(self.helper("list"), [self.value(e)], span)
        else:
            select(e)
            likely = [word for word, kind in (("list", ARRAY), ("str", STRING)) if e.type & kind]
            first, again = self.twice(self.without_guards(e))
            tests = [self.has_class(value, word, span) for word, value in zip(
                likely or ["list"], (first, again()), strict=False)]
            test = tests[0] if len(tests) == 1 else self.n.logical("or", tests, span)
            values = self.n.conditional(
                test, again(), self.n.call(self.helper("_each"), [again()], span), span)
        self._iterators[statement.variable] = values

    def _any_range(self, args: list[Expr], span: Span) -> ast.expr:
        """``range(n)``; where n may be no int, ``range(n) if type(n) is int else _range(n)``."""
        unknown = [arg for arg in args if not arg.type or arg.type & ~INT]
        steps = len(args) < 3 or (args[2].op == "const" and args[2].a != 0)
        word = "range" if steps else "_range"
        if not unknown:
            return self.n.call(self.helper(word), [self.raw(arg) for arg in args], span)
        if not steps or not all(arg.type & INT for arg in unknown):
            return self.n.call(self.helper("_range"), [self.raw(arg) for arg in args], span)
        stable = [self.to_temp(arg) for arg in args]
        tests = [self.has_class(self.raw(now), "int", span)
                 for arg, now in zip(args, stable, strict=True) if arg in unknown]
        test = tests[0] if len(tests) == 1 else self.n.logical("and", tests, span)
        return self.n.conditional(
            test, self.n.call(self.helper("range"), [self.raw(arg) for arg in stable], span),
            self.n.call(self.helper("_range"), [self.raw(arg) for arg in stable], span), span)

    def for_range(self, node: ForRange) -> None:
        span = node.span
        if node.array is not None:
            self._for_places(node, node.array)
            return
        bounds = self.several((node.start, node.stop))
        start, stop, after = (self.raw(bound) for bound in (*bounds, bounds[1]))
        word = "range" if node.stop_is_int else "_count_to"
        if not node.stop_is_int and node.by is None and node.stop.type & INT and not node.live:
            self.out.append(self.n.each(
                self.n.target(node.variable.python, span), self._tested_range(node, bounds),
                self.turn(node.body, span), [], span))
            return
        if node.inclusive and node.stop_is_int:
            beyond = "add" if node.step > 0 else "sub"
            stop, after = (self.n.binary(
                beyond, end, self.n.constant(1, span), span) for end in (stop, after))
        args = [start, stop]
        if node.stop_is_int:
            if node.step != 1:
                args.append(self.n.constant(node.step, span))
            elif isinstance(start, ast.Constant) and start.value == 0:
                args = [stop]
        else:
            by = self.n.constant(node.step, span) if node.by is None else self.raw(node.by)
            if node.by is not None and node.step < 0:
                by = self.n.negate(by, span)
            args += [by, self.n.constant(node.step > 0, span),
                     self.n.constant(node.inclusive, span)]
        values = self.n.call(self.helper(word), args, span)
        body = self.turn(node.body, span)
        target = self.n.target(node.variable.python, span)
        otherwise = []
        if node.live:  # what the while loop would leave in the variable
            end = self.n.call(self.helper("max"), [
                self.n.name(node.variable.python, span), after], span)
            otherwise.append(self.n.assign(target, end, span))
        self.out.append(self.n.each(target, values, body, otherwise, span))

    def _tested_range(self, node: ForRange, bounds: list[Expr]) -> ast.expr:
        """``range(a, n) if type(n) is int else _count_to(a, n, …)``"""
        n, span = self.n, node.span
        stop = self.to_temp(bounds[1])
        end = self.raw(stop)
        if node.inclusive:
            end = n.binary("add" if node.step > 0 else "sub", end, n.constant(1, span), span)
        args = [self.raw(bounds[0]), end]
        if node.step != 1:
            args.append(n.constant(node.step, span))
        elif bounds[0].op == "const" and bounds[0].a == 0:
            args = [end]
        plain = n.call(self.helper("range"), args, span)
        slow = n.call(self.helper("_count_to"), [
            self.raw(bounds[0]), self.raw(stop), n.constant(node.step, span),
            n.constant(node.step > 0, span), n.constant(node.inclusive, span)], span)
        return n.conditional(self.has_class(self.raw(stop), "int", span), plain, slow, span)

    def _for_places(self, node: ForRange, array: Expr) -> None:
        """A loop over the places of an array, whose length may change meanwhile."""
        span = node.span
        start = node.start
        pairs = self.n.call(self.helper("enumerate"), [self.raw(array)], span)
        if start.op != "const" or start.a != 0:
            pairs = self.n.call(self.helper("_from"), [pairs, self.value(start)], span)
        unused_value = self.new_temp().python
        target = self.n.place(ast.Tuple(
            [self.n.target(node.variable.python, span), self.n.target(unused_value, span)],
            ast.Store()), span)
        self.out.append(self.n.each(target, pairs, self.turn(node.body, span), [], span))

    # --- ways out -------------------------------------------------------------------------------
    def try_(self, node: Try) -> None:
        body = self.block(node.body)
        caught = node.exception.python
        variable = None if self.debug else looked_at(node)
        if variable is not None:
            self.out.append(self.n.guarded(body, [self._any_exception()], variable.python,
                                           self._looking(node, variable), node.span))
            return
        handler = self._handler(node)
        if self.debug:
            handler.insert(0, debugging.raised(self, caught, node.span))
        self.out.append(self.n.guarded(
            body, [self._any_exception()], caught, handler, node.span))

    def _handler(self, node: Try) -> list[ast.stmt]:
        """What a handler does; a finally part must not run for what no program may catch."""
        first = node.handler[0] if node.handler else None
        if isinstance(first, Simple) and any(e.op == "caught" for e in first.stmt.args):
            return self.block(node.handler)
        n, span = self.n, node.span
        caught = node.exception.python
        if goes_on(node):
            # It goes on as it is, and is what it stands for now.
            other = n.compare("is_not", n.call(self.helper("type"), [n.name(caught, span)], span),
                              n.name(self.helper("_Error"), span), span)
            passing = n.expression(
                n.call(self.helper("_passing"), [n.name(caught, span)], span), span)
            return [n.conditionally(other, [passing], [], span), *self.block(node.handler[:-1]),
                    n.raises_again(span)]
        settled = n.call(self.helper("_settle"), [n.name(caught, span)], span)
        return [n.assign(n.target(caught, span), settled, span), *self.block(node.handler)]

    def _any_exception(self) -> str:
        return self.helper("Exception")

    def _looking(self, node: Try, variable: Variable) -> list[ast.stmt]:
        """The handler of a catch block that only looks at its error: Python's ``as`` holds it.

        ``if type(e) is not _Error: e = e.args[0] if type(e) is _Thrown else _caught_here(e)``
        """
        first_node = node.handler[0]
        assert isinstance(first_node, Simple)
        n, span, name = self.n, first_node.stmt.span, variable.python

        def is_a(word: str, kind: str) -> ast.expr:
            return n.compare(word, n.call(self.helper("type"), [n.name(name, span)], span),
                             n.name(self.helper(kind), span), span)

        value = n.conditional(
            is_a("is", "_Thrown"),
            n.item(n.attribute(n.name(name, span), "args", span), n.constant(0, span), span),
            n.call(self.helper("_caught_here"), [n.name(name, span)], span), span)
        first = n.conditionally(is_a("is_not", "_Error"), [
            n.assign(n.target(name, span), value, span)], [], span)
        variable.caught = True
        self._held.add(variable)
        handler = [first, *self.block(node.handler[1:])]
        variable.caught = False
        self._held.remove(variable)
        return handler

    def _throw(self, e: Expr, span: Span) -> None:
        """Raise what is made here as it is; what the program had before is carried."""
        if made_here(e):
            self.out.append(self.n.raises(self.value(e), span))
            return
        if e.op == "get" and e.a in self._held:  # as it was thrown first
            self.out.append(self.n.conditionally(
                self.is_error(e, span), [self.n.raises_again(span)], [], span))
        self.out.append(self.n.raises(
            self.n.call(self.helper("_Thrown"), [self.value(e)], span), span))

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
            self._throw(e, span)

    def _returned(self, value: ast.expr, span: Span) -> ast.stmt:
        if self.debug:
            value = self.n.call("_returns", [value], span)
        return self.n.returns(value, span)

    def break_(self, node: Break) -> None:
        self.out.append(self.n.breaks(node.span))

    def continue_(self, node: Continue) -> None:
        if self.metered:
            self.out += metering.tick(self, node.span)
        self.out.append(self.n.continues(node.span))


_EMIT: dict[type, Callable[[Any, Any], None]] = {
    Simple: ControlFlow.simple, If: ControlFlow.if_, While: ControlFlow.while_,
    ForEach: ControlFlow.for_each, ForRange: ControlFlow.for_range,
    Try: ControlFlow.try_, Leave: ControlFlow.leave, Break: ControlFlow.break_,
    Continue: ControlFlow.continue_,
}
