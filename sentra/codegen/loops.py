"""Loops over elements, entries and numbers as Python's `for`."""

from __future__ import annotations

import ast

from sentra.codegen import turns
from sentra.codegen.choices import Choices
from sentra.codegen.control import ForEach, ForRange, Tree, has_one_turn
from sentra.codegen.counting import Facts
from sentra.codegen.select import is_stable, select
from sentra.ir.edit import within
from sentra.ir.memory import HARMLESS
from sentra.ir.model import ARRAY, INT, MAP, OTHER, STRING, Expr, Stmt, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.codegen.nodes import Nodes


def _calls_functions(e: Expr) -> bool:
    """Whether evaluating it may call functions of the program, which take steps of their own."""
    if e.op == "call":
        callee = e.args[0]
        return callee.op != "builtin" or callee.a not in HARMLESS or any(
            map(_calls_functions, e.args[1:]))
    return e.op == "invoke" or any(map(_calls_functions, e.args))


class Loops(Choices):
    """Emits loops; the bodies come from `flow`."""

    def __init__(self, nodes: Nodes, names: set[str]) -> None:
        super().__init__(nodes, names)
        self.waiting: set[Variable] = set()  # iterators of what may be a channel
        self._iterators: dict[Variable, ast.expr] = {}  # what the loops to come go over
        self._maps: dict[Variable, Expr] = {}  # maps whose keys and values they go over
        self._keys: dict[Variable, ast.expr] = {}  # maps whose keys they go over

    def turn(self, body: list[Tree], span: Span, *, ticks: bool = True) -> list[ast.stmt]:
        """The body of a loop; unless it `ticks`, its turns have been counted."""
        raise NotImplementedError

    def for_each(self, node: ForEach) -> None:
        span = node.span
        map_ = self._maps.pop(node.iterator, None)
        if map_ is not None:
            self._for_entries(node, map_)
            return
        values = self._iterators.pop(node.iterator, None)
        if self.in_entry and values is not None:
            self._for_some(self._targets(node.targets, span), values, node.body, span)
            return
        body = self.turn(node.body, span)
        keys = self._keys.pop(node.iterator, None)
        if keys is not None and has_one_turn(node.body):
            values = keys  # no change of the map can matter
        if values is None:
            values = self.n.name(node.iterator.python, span)
        self.out.append(self.n.each(self._targets(node.targets, span), values, body, [], span))

    def _for_some(
        self, target: ast.expr, values: ast.expr, body: list[Tree], span: Span,
    ) -> None:
        """A loop in an entry. Where each turn ends, and over what cannot change, all are counted
        before the first.
        """
        pairs = values.args if isinstance(values, ast.Call) and (
            isinstance(values.func, ast.Name) and values.func.id == "enumerate") else None
        at_once = turns.ends_all_turns(body) and (
            turns.is_range(values) or not turns.changes_arrays(
                body, self._others(pairs[0] if pairs else values)))
        if at_once:
            before, counted = turns.all_at_once(self, pairs[0] if pairs else values, span)
            self.out += before
            values = self.n.call("enumerate", [counted], span) if pairs else counted
        self.out.append(self.n.each(
            target, values, self.turn(body, span, ticks=not at_once), [], span))

    def _others(self, array: ast.expr) -> set[str]:
        """The arrays that only this call knows, if what a loop goes over surely is none of them."""
        own = {variable.python for variable in self.own}
        name = array.id if isinstance(array, ast.Name) else ""
        if name in own:
            return own - {name}
        return own if any(
            v.python == name and not v.sets for v in self.function.parameters) else set()

    def _over(self, e: Expr, only_arrays: bool, span: Span) -> ast.expr:
        """What a loop in an entry goes over, if it is an array or, perhaps, a text."""
        select(e)
        value = self.raw(e)
        wanted = ARRAY if only_arrays else ARRAY | STRING
        if within(e.type, wanted):
            return value
        if e.type and not e.type & wanted:
            return self.n.call(self.helper("_retry"), [], span)
        likely = [word for word, kind in (("list", ARRAY), ("str", STRING))
                  if e.type & wanted & kind]
        if not is_stable(e):
            name = self.new_temp().python
            self.out.append(self.n.assign(self.n.target(name, span), value, span))
            value = self.n.name(name, span)
        tests = [self.n.invert(self.has_class(value, word, span), span)
                 for word in likely or ["list"]]
        test = tests[0] if len(tests) == 1 else self.n.logical("and", tests, span)
        self.out.append(self.n.conditionally(test, [self.n.raises(
            self.n.name(self.helper("Exception"), span), span)], [], span))
        return value

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
        changed = facts.changes.changes(map_) and not has_one_turn(node.body)
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

    def iterate(self, statement: Stmt) -> None:
        """Prepare what the loop that follows goes over."""
        e = statement.args[0]
        span = statement.span
        pairs = statement.op == "iterate_pairs"
        assert statement.variable is not None
        if e.type & OTHER or _calls_functions(e):
            self.waiting.add(statement.variable)
        if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "range" and not pairs \
                and 2 <= len(e.args) <= 4:
            values = self._any_range(self.several(e.args[1:]), span)
        elif pairs and e.type == MAP:
            select(e)
            self._maps[statement.variable] = e
            return
        elif self.in_entry and (e.type & (ARRAY | STRING) or not e.type or statement.a):
            values = self._over(e, bool(statement.a), span)
            if pairs:
                values = self.n.call(self.helper("enumerate"), [values], span)
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
            keys = self._keys[statement.variable] = self.value(e)
            values = self.n.call(self.helper("list"), [keys], span)
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
        """``range(n)``; where n may be no int, ``range(n) if type(n) is int else _range(n)``.

        A step that may be 0 is tested too.
        """
        unknown = [arg for arg in args if not arg.type or arg.type & ~INT]
        step = args[2] if len(args) == 3 else None
        fixed = step is None or step.op == "const"
        plain = fixed and (step is None or step.a != 0)
        if not all(arg.type & INT for arg in unknown) or (fixed and not (plain and unknown)):
            word = "range" if plain and not unknown else "_range"
            return self.n.call(self.helper(word), [self.raw(arg) for arg in args], span)
        stable = [self.to_temp(arg) for arg in args]
        tests = [self.has_class(self.raw(now), "int", span)
                 for arg, now in zip(args, stable, strict=True) if arg in unknown]
        if not fixed:
            tests.append(self.raw(stable[2]))
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
        if not node.stop_is_int and not node.live and node.stop.type & INT and (
                node.by is None or node.by.type & INT):
            target, values = self.n.target(node.variable.python, span), self._tested_range(
                node, bounds)
            if self.in_entry:
                self._for_some(target, values, node.body, span)
                return
            self.out.append(self.n.each(target, values, self.turn(node.body, span), [], span))
            return
        start, stop, after = (self.raw(bound) for bound in (*bounds, bounds[1]))
        word = "range" if node.stop_is_int else "_count_to"
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
        """``range(a, n) if type(n) is int else _count_to(a, n, …)``; a step must be positive."""
        n, span = self.n, node.span
        start, stop = map(self.to_temp, bounds)
        by = None if node.by is None else self.to_temp(node.by)
        end = self.raw(stop)
        if node.inclusive:
            end = n.binary("add" if node.step > 0 else "sub", end, n.constant(1, span), span)
        args = [self.raw(start), end]
        if by is not None or node.step != 1:
            args.append(self._step_of(node, by))
        elif start.op == "const" and start.a == 0:
            args = [end]
        tests = [self.has_class(self.raw(value), "int", span) for value in (stop, by)
                 if value is not None and (not value.type or value.type & ~INT)]
        if by is not None:
            tests.append(n.compare("greater", self.raw(by), n.constant(0, span), span))
        slow = n.call(self.helper("_count_to"), [
            self.raw(start), self.raw(stop), self._step_of(node, by),
            n.constant(node.step > 0, span), n.constant(node.inclusive, span)], span)
        counted = n.call(self.helper("range"), args, span)
        if not tests:
            return counted
        test = tests[0] if len(tests) == 1 else n.logical("and", tests, span)
        return n.conditional(test, counted, slow, span)

    def _step_of(self, node: ForRange, by: Expr | None) -> ast.expr:
        if by is None:
            return self.n.constant(node.step, node.span)
        value = self.raw(by)
        return self.n.negate(value, node.span) if node.step < 0 else value

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
