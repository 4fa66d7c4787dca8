"""`return`, `break` and `continue`, and the `finally` blocks on their way; try and throw.

A finally block is lowered once. Each try with a finally has two hidden locals: `$why` says how the
block was reached, `$value` holds what a throw or a return carries. Whoever leaves the try sets them
and jumps to the block; after it, what was pending goes on from there, outwards.

    value := nil; why := 0      normal completion
    body                        an exit in it: value := …; why := n; to F
    to F
    H: value := exception; why := 1
    F: finally body
    if why == 1: rethrow value
    if why == n: the exit again, outside this try
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Span
from sentra.lower.emit import NIL, POP
from sentra.lower.expressions import ExpressionLowering
from sentra.lower.unit import Unit
from sentra.syntax import nodes

THROWN, RETURN, BREAK, CONTINUE = 1, 2, 3, 4  # values of $why


class Loop:
    """A loop around the statement being lowered."""

    __slots__ = ("breaks", "continues", "depth")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.breaks: list[int] = []
        self.continues: list[int] = []


class Finally:
    """A try with a finally around the statement being lowered."""

    __slots__ = ("depth", "jumps", "reasons", "value", "why")

    def __init__(self, depth: int, why: int, value: int) -> None:
        self.depth = depth
        self.why = why
        self.value = value
        self.jumps: list[int] = []
        self.reasons: dict[int, Span] = {}  # in the order in which they were met


class Guard:
    """The body of a try with a catch, around the statement being lowered.

    Inside the range of a handler the stack keeps what waited on it when the try began. An exit that
    has to drop some of that first goes to a place behind the catch block.
    """

    __slots__ = ("depth", "reasons")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.reasons: dict[int, tuple[Span, list[int]]] = {}


class ExitLowering(ExpressionLowering):
    """Lowers what leaves blocks early. `exits` are the loops and tries that are open."""

    exits: list[Loop | Finally | Guard]
    module_returns: list[tuple[int, int]]  # (jump, how many variables are published there)

    def begin(self, unit: Unit) -> None:
        super().begin(unit)
        self.exits = []

    def block(self, node: nodes.Block) -> None:
        """Lower a block in a scope of its own."""
        raise NotImplementedError

    def return_(self, node: nodes.Return) -> None:
        self.optional(node.value, node.span)
        self.return_value(node.span)

    def return_value(self, span: Span) -> None:
        """Leave the function with the value on the stack."""
        for outer in reversed(self.exits):
            if type(outer) is Finally:
                self.emit(ops.SET_LOCAL, outer.value, 0, span)
                self.leave(RETURN, span)
                return
        if self.unit is self.body:
            self._drop(1, span)
            self.leave(RETURN, span)
        else:
            self.emit(ops.RETURN, 0, 0, span)

    def break_(self, node: nodes.Break) -> None:
        self.leave_loop(BREAK, "break", node.span)

    def continue_(self, node: nodes.Continue) -> None:
        self.leave_loop(CONTINUE, "continue", node.span)

    def leave_loop(self, reason: int, word: str, span: Span) -> None:
        """Lower break or continue."""
        if any(type(outer) is Loop for outer in self.exits):
            self.leave(reason, span)
        else:
            self.problem(span, f"{word} outside a loop")

    def leave(self, reason: int, span: Span, stored: bool = False) -> None:
        """Jump to the innermost finally block; if there is none on the way, to where it ends.

        `stored`: the finally block has been told already.
        """
        guard: Guard | None = None
        target: Loop | Finally | None = None
        for outer in reversed(self.exits):
            if type(outer) is Guard:
                guard = guard or outer
            elif type(outer) is Finally or reason != RETURN:
                target = outer  # type: ignore[assignment]
                break
        if type(target) is Finally and not stored:
            target.reasons.setdefault(reason, span)
            self.constant(reason, span)
            self.emit(ops.SET_LOCAL, target.why, 0, span)
        depth = target.depth if target is not None else 0
        if guard is not None and guard.depth > depth:
            self._drop(self.depth - guard.depth, span)
            guard.reasons.setdefault(reason, (span, []))[1].append(self.jump(ops.JUMP, span))
            return
        self._drop(self.depth - depth, span)
        at = self.jump(ops.JUMP, span)
        if type(target) is Finally:
            target.jumps.append(at)
        elif type(target) is Loop:
            (target.breaks if reason == BREAK else target.continues).append(at)
        else:
            # The module's variables are published on the way out; see `module.epilogue`.
            self.module_returns.append((at, len(self.published)))

    def _drop(self, count: int, span: Span) -> None:
        """Drop values that wait on the stack for the rest of an expression."""
        self.code += [POP] * count
        self.spans += [span] * count

    # --- throw, try --------------------------------------------------------------------------

    def throw(self, node: nodes.Throw) -> None:
        self.evaluate[type(node.value)](self, node.value)
        self.emit(ops.THROW, 0, 0, node.span)

    def try_(self, node: nodes.Try) -> None:
        if node.finish is None:
            self.guarded(node)
            return
        span = node.span
        outer = Finally(self.depth, self.hidden("$why"), self.hidden("$value"))
        self.emit(ops.NIL, 0, 0, span)
        self.emit(ops.SET_LOCAL, outer.value, 0, span)
        self.constant(0, span)
        self.emit(ops.SET_LOCAL, outer.why, 0, span)
        start = self.here()
        self.exits.append(outer)
        if node.handler is None:
            self.block(node.body)
            self.not_empty(start[0], span)
        else:
            self.guarded(node)
        self.exits.pop()
        end = self.here()
        over = self.jump(ops.JUMP, span)
        self.handler(start, end, self.here())
        self.emit(ops.SET_LOCAL, outer.value, 0, span)
        self.constant(THROWN, span)
        self.emit(ops.SET_LOCAL, outer.why, 0, span)
        self.patch(over)
        self.patch_all(outer.jumps)
        self.block(node.finish)
        self.go_on(outer, span)

    def guarded(self, node: nodes.Try) -> None:
        """The body and the catch block of a try."""
        assert node.handler is not None
        span = node.handler.span
        guard = Guard(self.depth)
        start = self.here()
        self.exits.append(guard)
        self.block(node.body)
        self.exits.pop()
        self.not_empty(start[0], span)
        end = self.here()
        over = self.jump(ops.JUMP, span)
        self.handler(start, end, self.here())
        self.emit(ops.CAUGHT, 0, 0, span)
        if node.name is None or node.name == "_":
            self.code.append(POP)
            self.spans.append(span)
            self.block(node.handler)
        else:
            scope = self.enter()
            self.store(self.declare(node.name, span), span)
            self.block(node.handler)
            self.close(scope)
        if guard.reasons:
            past = self.jump(ops.JUMP, span)
            for reason, (at, jumps) in guard.reasons.items():
                self.patch_all(jumps)
                self.leave(reason, at, stored=True)
            self.patch(past)
        self.patch(over)

    def not_empty(self, start: int, span: Span) -> None:
        """See that a try has instructions, so that its handler can be reached."""
        if len(self.code) == start:
            self.code += (NIL, POP)
            self.spans += (span, span)

    def go_on(self, outer: Finally, span: Span) -> None:
        """After a finally block: go on with what was pending."""
        past = self._unless(outer, THROWN, span)
        self.emit(ops.GET_LOCAL, outer.value, 0, span)
        self.emit(ops.RETHROW, 0, 0, span)
        self.patch(past)
        for reason, at in outer.reasons.items():
            past = self._unless(outer, reason, at)
            if reason == RETURN:
                self.emit(ops.GET_LOCAL, outer.value, 0, at)
                self.return_value(at)
            else:
                self.leave(reason, at)
            self.patch(past)

    def _unless(self, outer: Finally, reason: int, span: Span) -> int:
        self.emit(ops.GET_LOCAL, outer.why, 0, span)
        self.constant(reason, span)
        self.emit(ops.EQUAL, 0, 0, span)
        return self.jump(ops.JUMP_IF_FALSE, span)
