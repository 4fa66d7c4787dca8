"""Small statements that are emitted as a whole: swapped elements, and branches of a few steps."""

from __future__ import annotations

import ast

from sentra.codegen.control import Break, Continue, If, Leave, Simple, Tree
from sentra.codegen.select import (
    LOOKUP_ERROR,
    TYPE_ERROR,
    may_raise,
    prefer_get,
    select,
)
from sentra.codegen.statements import Statements
from sentra.ir.model import (
    ARRAY,
    FUNCTION,
    LOCAL,
    MAP,
    OTHER,
    RETURN,
    STRING,
    TEMP,
    Expr,
    Stmt,
    Variable,
)
from sentra.ir.passes.hoisting import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STEPS = 3  # of a branch that stands in a handler too


class Choices(Statements):
    """Emits them. `block` comes from the control flow around."""

    def block(self, body: list[Tree]) -> list[ast.stmt]:
        """The Python statements of a block."""
        raise NotImplementedError

    def swap(self, first: Stmt, second: Stmt, third: Stmt) -> None:
        """``a[i], a[j] = a[j], a[i]``: nothing is stored before all was read."""
        n, span = self.n, second.span
        reads = [first.args[0], second.args[2]]
        for read in reads:
            select(read)
        places = [n.item_target(self.raw(read.args[0]), self.raw(read.args[1]), span)
                  for read in reads]
        values = n.pair([self.raw(read) for read in reversed(reads)], span)
        made = n.assign(n.place(ast.Tuple(places, ast.Store()), span), values, span)
        variable = first.variable
        assert variable is not None

        def general() -> list[ast.stmt]:
            return [self.store(variable, self.general(reads[0]), first.span), *(
                n.expression(n.call(self.helper("_set_index"), [
                    self.general(arg) for arg in s.args], s.span), s.span)
                for s in (second, third))]

        self.guarded([made], TYPE_ERROR | LOOKUP_ERROR, general, span)

    def guarded_choice(self, node: If) -> bool:
        """``if a[i] < x: x = a[i]`` needs no temporary: the handler can do the same.

        In each branch only the first step may raise, so that nothing is done twice.
        """
        test = node.condition
        assert test is not None
        prefer_get(test, truth=True)
        select(test)
        if not test.guards or test.impure:
            return False
        guards = test.guards
        for branch in (node.then, node.otherwise):
            if len(branch) > MOST_STEPS:
                return False
            for place, step in enumerate(branch):
                needed = self._step_guards(step)
                if needed is None or (place and (needed or _step_may_raise(step))):
                    return False
                guards |= needed
        span = node.span
        self.guarded([self.n.conditionally(
            self.raw(test), self._steps(node.then, self.raw),
            self._steps(node.otherwise, self.raw), span)], guards, lambda: [
                self.n.conditionally(
                    self.general(test), self._steps(node.then, self.general),
                    self._steps(node.otherwise, self.general), span)], span)
        return True

    def _step_guards(self, node: Tree) -> int | None:
        """The guards of a statement that can stand in such a branch; None for any other."""
        if isinstance(node, Break | Continue):
            return 0
        if isinstance(node, Leave) and node.op == RETURN:
            args: tuple[Expr, ...] = (node.value,)
        elif isinstance(node, Simple) and node.stmt.op == "set":
            variable, args = node.stmt.variable, node.stmt.args
            if variable is None or variable.kind not in (LOCAL, TEMP) or variable.explicit or (
                    variable.type == STRING or args[0].op == "caught"):
                return None
            if variable.nilable:
                prefer_get(args[0])
        elif isinstance(node, Simple) and node.stmt.op == "set_index":
            container, key, value = args = node.stmt.args
            if (key.type & (FUNCTION | OTHER) and container.type & MAP) or (
                    may_raise(value) and (may_raise(container) or may_raise(key))):
                return None
        else:
            return None
        guards = TYPE_ERROR | LOOKUP_ERROR if len(args) == 3 else 0
        for e in args:
            select(e)
            guards |= e.guards
        return None if any(e.impure for e in args) else guards

    def _steps(
        self, branch: list[Tree], value: Callable[[Expr], ast.expr],
    ) -> list[ast.stmt]:
        """The statements of such a branch, raw or general."""
        made: list[ast.stmt] = []
        for node in branch:
            if isinstance(node, Leave):
                made.append(self.n.returns(value(node.value), node.span))
            elif isinstance(node, Simple):
                made.append(self._stored(node.stmt, value))
            else:
                made += self.block([node])
        return made

    def _stored(self, s: Stmt, value: Callable[[Expr], ast.expr]) -> ast.stmt:
        if s.op == "set":
            assert s.variable is not None
            return self.store(s.variable, value(s.args[0]), s.span)
        args = [value(e) for e in s.args]
        if value == self.raw:
            return self.n.assign(self.n.item_target(args[0], args[1], s.span), args[2], s.span)
        return self.n.expression(self.n.call(self.helper("_set_index"), args, s.span), s.span)


def _step_may_raise(node: Tree) -> bool:
    """Whether a step of a branch can raise at all."""
    if isinstance(node, Leave):
        return may_raise(node.value)
    return isinstance(node, Simple) and (
        node.stmt.op != "set" or may_raise(node.stmt.args[0]))


def swap_at(body: list[Tree], place: int) -> tuple[Stmt, Stmt, Stmt] | None:
    """``let t = a[i]  a[i] = a[j]  a[j] = t``, where t is read no more."""
    node = body[place]
    if not isinstance(node, Simple) or node.stmt.op != "set" or (
            node.stmt.args[0].op != "index"):
        return None  # as nearly always
    nodes = body[place:place + 3]
    if len(nodes) < 3 or not all(isinstance(node, Simple) for node in nodes):
        return None
    first, second, third = (node.stmt for node in nodes if isinstance(node, Simple))
    if first.op != "set" or second.op != "set_index" or third.op != "set_index":
        return None
    held, read, moved = first.variable, first.args[0], second.args[2]
    if held is None or held.kind not in (LOCAL, TEMP) or held.reads != 1 or (
            third.args[2].op != "get" or third.args[2].a is not held):
        return None
    if read.op != "index" or moved.op != "index" or not read.args[0].type & ARRAY or (
            read.args[0].op != "get"):
        return None
    for one, other in zip((*read.args, *moved.args), (*second.args[:2], *third.args[:2]),
                          strict=True):
        if not _is_place(one, held) or key_of(one) != key_of(other):
            return None
    if key_of(read.args[0]) != key_of(moved.args[0]):
        return None
    return first, second, third


def _is_place(e: Expr, held: Variable) -> bool:
    """An array's name or an index that the stores leave alone."""
    if e.op == "get":
        return e.a is not held and not e.a.explicit
    return e.op == "const" or (e.op in ("add", "sub") and all(_is_place(a, held) for a in e.args))
