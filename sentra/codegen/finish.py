"""``finally`` parts of a few statements stand in the exception handler too, as CPython's do.

Bytecode has a finally part once and notes how it was reached:

    value = nil; why = 0                     why = 0
    try { body } catch x {                   try { body } catch x {
      value = x; why = 1                       F
    }                                          rethrow x
    F                                        }
    if why == 1 { rethrow value }            F
    if why == 2 { return value }             if why == 2 { return value }

So nothing is noted on the way of an exception, which goes on as it is; and nothing at all where
the body has no exit of its own, or none but the one at its end.
"""

from __future__ import annotations

from sentra.codegen.control import (
    LOOPS,
    Break,
    Continue,
    ForRange,
    If,
    Leave,
    Simple,
    Tree,
    Try,
    While,
    always_leaves,
)
from sentra.ir.model import RETHROW, Expr, Variable

THROWN = 1  # see `lower.exits`
MAX_SIZE = 12  # statements of a finally part that is written twice
MAX_DEPTH = 8  # nested loops and try statements around and in it: CPython bounds them


def finish(body: list[Tree], depth: int = 0) -> list[Tree]:
    """The same statements with such finally parts, in place."""
    for node in body:
        if not isinstance(node, Simple):
            inner = depth + isinstance(node, (*LOOPS, Try))
            for part in _parts(node):
                finish(part, inner)
    place = 2
    while place < len(body):
        node = body[place]
        inside = node.body if isinstance(node, While) and node.once else (node,)
        for each in inside:
            if isinstance(each, Try):
                place = _finish(body, place, each, depth)
                break
        place += 1
    return body


def _finish(body: list[Tree], place: int, node: Try, depth: int) -> int:
    """`body[place]` is `node`, or what it stands in to be left. Where that is then."""
    if len(node.handler) < 2:
        return place
    noted = _constant(node.handler[1])
    if noted is None or noted[1] != THROWN or _constant(body[place - 1]) != (noted[0], 0):
        return place
    why, value = noted[0], node.handler[0].stmt.variable  # type: ignore[union-attr]  # sets it
    assert value is not None
    end = next((at for at in range(place + 1, len(body)) if _tests(body[at], why) == THROWN), None)
    if end is None:
        return place
    part = body[place + 1:end]
    size, deep, leaves = _measure(part)
    if size > MAX_SIZE or depth + deep + 2 > MAX_DEPTH or (leaves and node is not body[place]):
        return place
    span = body[end].span  # type: ignore[union-attr]  # an If
    exception = Expr("get", (), node.exception, span)
    exception.type = node.exception.type
    node.handler = [*part, Leave(RETHROW, exception, span)]
    del body[end]
    ends = _ends(node.body, why, {0}) if node is body[place] else {0, THROWN}
    if len(ends) == 1 and _decide(body, end, why, ends.pop()):
        _drop_sets(node.body, why)
        del body[place - 1]
        place -= 1
    return _without_start(body, place, value)


def _decide(body: list[Tree], first: int, why: Variable, reached: int) -> bool:
    """Decide the tests of `why` at ``body[first:]``, after a body that ends normally in one way
    only; whether nothing reads `why` then. One test was dropped before."""
    rest: list[Tree] = []
    at, read = first, 1
    while at < len(body):
        each = body[at]
        tested, negated = _tests(each, why), _tests(each, why, negated=True)
        if not tested and not negated:
            break
        assert isinstance(each, If)
        holds = tested == reached if tested else negated != reached
        kept, dropped = (each.then, each.otherwise) if holds else (each.otherwise, each.then)
        rest += kept
        at += 1
        if always_leaves(rest):
            dropped = [*dropped, *body[at:]]
            at = len(body)
        read += 1 + sum(_reads(part, why) for part in dropped)
    if read < why.reads:
        return False
    body[first:at] = rest
    return True


def _reads(node: Tree, variable: Variable) -> int:
    """How often a statement reads a variable."""
    def within(e: Expr | None) -> int:
        return 0 if e is None else (
            (e.op == "get" and e.a is variable) + sum(map(within, e.args)))

    if isinstance(node, Simple):
        found = sum(map(within, node.stmt.args))
    elif isinstance(node, If | While):
        found = within(node.condition)
    elif isinstance(node, ForRange):
        found = sum(map(within, (node.start, node.stop, node.by, node.array)))
    else:
        found = within(node.value) if isinstance(node, Leave) else 0
    return found + sum(_reads(each, variable) for part in _parts(node) for each in part)


def _drop_sets(body: list[Tree], why: Variable) -> None:
    body[:] = [node for node in body if not _sets(node, why)]
    for node in body:
        for part in _parts(node):
            _drop_sets(part, why)


def _without_start(body: list[Tree], place: int, value: Variable) -> int:
    """Without ``value = nil`` before the statement."""
    for at in range(place - 1, max(place - 3, -1), -1):
        if _constant(body[at]) == (value, None):
            del body[at]
            return place - 1
    return place


def _ends(body: list[Tree], why: Variable, now: set[int]) -> set[int]:
    """What `why` may be where control reaches the end of some statements."""
    for node in body:
        if _sets(node, why):
            found = _constant(node)
            assert found is not None
            now = {found[1]}  # type: ignore[arg-type]  # an int
        elif isinstance(node, If):
            now = _ends(node.then, why, now) | _ends(node.otherwise, why, now)
        elif isinstance(node, Try):
            inside = now | _all(node.body, why)
            now = _ends(node.body, why, now) | _ends(node.handler, why, inside)
        elif isinstance(node, Leave | Break | Continue):
            return set()
        else:
            now = now | _all([node], why)
    return now


def _all(body: list[Tree], why: Variable) -> set[int]:
    """All that `why` is set to."""
    found: set[int] = set()
    for node in body:
        constant = _constant(node)
        if constant is not None and constant[0] is why:
            found.add(constant[1])  # type: ignore[arg-type]  # an int
        for part in _parts(node):
            found |= _all(part, why)
    return found


def _sets(node: Tree, why: Variable) -> bool:
    constant = _constant(node)
    return constant is not None and constant[0] is why


def _measure(body: list[Tree], deep: int = 0) -> tuple[int, int, bool]:
    """How many statements, how deep they are nested, and whether any leaves a loop around them.

    What defines functions is too large in any case.
    """
    size, deepest, leaves = 0, deep, False
    for node in body:
        size += 1
        inner = deep + isinstance(node, (*LOOPS, Try))
        leaves |= isinstance(node, Break | Continue)
        if isinstance(node, Simple) and any(map(_defines, node.stmt.args)):
            size += MAX_SIZE
        for part in _parts(node):
            more, nested, out = _measure(part, inner)
            size += more
            deepest = max(deepest, nested)
            leaves |= out
    return size, deepest, leaves


def _defines(e: Expr) -> bool:
    return e.op == "closure" or any(map(_defines, e.args))


def _parts(node: Tree) -> tuple[list[Tree], ...]:
    """The blocks of a statement."""
    if isinstance(node, If):
        return node.then, node.otherwise
    if isinstance(node, Try):
        return node.body, node.handler
    if isinstance(node, LOOPS):
        return (node.body,)
    return ()


def _constant(node: Tree) -> tuple[Variable, object] | None:
    """The variable that a statement sets to a constant, and that."""
    if isinstance(node, Simple) and node.stmt.op == "set" and node.stmt.args[0].op == "const":
        assert node.stmt.variable is not None
        return node.stmt.variable, node.stmt.args[0].a
    return None


def _tests(node: Tree, why: Variable, *, negated: bool = False) -> object:
    """n of ``if why == n``, or of ``if !(why == n)``; 0 for what is no such statement."""
    condition = node.condition if isinstance(node, If) else None
    if negated and condition is not None:
        condition = condition.args[0] if condition.op == "not_" else None
    if condition is not None and condition.op == "equal":
        left, right = condition.args
        if left.op == "get" and left.a is why and right.op == "const":
            return right.a
    return 0
