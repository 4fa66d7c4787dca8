"""Structured control flow: the tree of statements that the backends walk.

`structure` makes it from basic blocks, `counting` finds counting loops in it. Lists of nodes are
blocks of statements; a `Break` or `Continue` means the innermost loop around it.
"""

from __future__ import annotations

from sentra.ir.model import BOOL, LOCAL, Expr, Stmt, Terminator, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span


class Simple:
    """One statement of the IR."""

    __slots__ = ("stmt",)

    def __init__(self, stmt: Stmt) -> None:
        self.stmt = stmt


class If:
    """A conditional; without `condition` it asks whether the parameter `passed` was passed."""

    __slots__ = ("condition", "otherwise", "passed", "span", "then")

    def __init__(
        self, condition: Expr | None, then: list[Tree], otherwise: list[Tree], span: Span,
        passed: Variable | None = None,
    ) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span
        self.passed = passed


class While:
    """A loop; `condition` None is for ever. `once`: it only exists to be left with break."""

    __slots__ = ("body", "condition", "once", "span")

    def __init__(
        self, condition: Expr | None, body: list[Tree], span: Span, *, once: bool = False,
    ) -> None:
        self.condition = condition
        self.body = body
        self.span = span
        self.once = once


class ForEach:
    """A loop over an iterator; `targets` are set at each turn."""

    __slots__ = ("body", "iterator", "span", "targets")

    def __init__(
        self, iterator: Variable, targets: list[Variable], body: list[Tree], span: Span,
    ) -> None:
        self.iterator = iterator
        self.targets = targets
        self.body = body
        self.span = span


class ForRange:
    """``for variable in range(start, stop, step)``; made from counting loops by `counting`."""

    __slots__ = ("array", "body", "by", "inclusive", "live", "span", "start", "step", "stop",
                 "stop_is_int", "variable")

    def __init__(
        self, variable: Variable, start: Expr, stop: Expr, step: int, body: list[Tree], span: Span,
    ) -> None:
        self.variable = variable
        self.start = start
        self.stop = stop
        self.step = step
        self.body = body
        self.span = span
        self.inclusive = False
        self.live = False  # the variable is read after the loop
        self.stop_is_int = False
        self.by: Expr | None = None  # a step that is no constant; `step` is its sign then
        self.array: Expr | None = None  # the bound is its length, which may change meanwhile


class Try:
    """`exception` holds what was raised while `handler` runs."""

    __slots__ = ("body", "exception", "handler", "span")

    def __init__(
        self, body: list[Tree], exception: Variable, handler: list[Tree], span: Span,
    ) -> None:
        self.body = body
        self.exception = exception
        self.handler = handler
        self.span = span


class Leave:
    """return, throw or rethrow of a value."""

    __slots__ = ("op", "span", "value")

    def __init__(self, op: str, value: Expr, span: Span) -> None:
        self.op = op
        self.value = value
        self.span = span


class Break:
    """Leave the innermost loop."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span


class Continue:
    """Start the innermost loop's next iteration.

    The `copied` statements before it are the loop's update, which a continue runs first.
    """

    __slots__ = ("copied", "span")

    def __init__(self, span: Span, copied: int = 0) -> None:
        self.span = span
        self.copied = copied


Tree = Simple | If | While | ForEach | ForRange | Try | Leave | Break | Continue
LOOPS = (While, ForEach, ForRange)
_LEAVING = (Leave, Break, Continue)


def iteration(terminator: Terminator, body: list[Tree]) -> ForEach:
    """A loop over an iterator; ``s0 = next; x = s0`` is ``x = next``."""
    assert terminator.variable is not None
    targets = list(terminator.results)
    for index, result in enumerate(targets):
        if result.reads > 1:
            continue
        for place, node in enumerate(body[:len(targets) * 2]):
            if not isinstance(node, Simple) or node.stmt.op != "set":
                break
            value, variable = node.stmt.args[0], node.stmt.variable
            if value.op != "get" or value.a not in terminator.results:
                break  # what comes after it could see the variable change too early
            if value.a is result and variable is not None and variable.kind == LOCAL:
                targets[index] = variable
                del body[place]
                break
    return ForEach(terminator.variable, targets, body, terminator.span)


def conditional(
    condition: Expr | None, passed: Variable | None, positive: bool, then: list[Tree],
    otherwise: list[Tree], span: Span,
) -> If:
    """A conditional; `positive` says whether `then` is for a condition that holds."""
    if not positive:
        then, otherwise = otherwise, then
    if condition is not None and not then and otherwise:
        return If(negated(condition), otherwise, [], span)
    return If(condition, then, otherwise, span, passed)


def negated(condition: Expr) -> Expr:
    """What holds where the condition does not; only its truth counts."""
    if condition.op == "not_":
        return condition.args[0]
    other = Expr("not_", (condition,), None, condition.span)
    other.type = BOOL
    return other


def always_leaves(body: list[Tree]) -> bool:
    """Whether control surely does not reach the end of the statements."""
    return bool(body) and isinstance(body[-1], _LEAVING)


def has_one_turn(body: list[Tree]) -> bool:
    """Whether a loop with this body surely ends in its first turn, if it has one."""
    return always_leaves(body) and not any(map(_may_go_on, body))


def _may_go_on(node: Tree) -> bool:
    """Whether the node may start the next turn of the loop around it."""
    if isinstance(node, If):
        return any(map(_may_go_on, (*node.then, *node.otherwise)))
    if isinstance(node, Try):
        return any(map(_may_go_on, (*node.body, *node.handler)))
    if isinstance(node, While) and node.once:
        return any(map(_may_go_on, node.body))
    return isinstance(node, Continue)
