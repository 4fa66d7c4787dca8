"""Counting loops: ``while i < n: …; i = i + 1`` as ``for i in range(i, n)``.

That is the same when nothing else sets ``i``, nothing can change what ``n`` means while the loop
runs, and every ``continue`` has done the step. Where ``i`` is read after the loop, or by the same
loop in the next turn of a loop around it, the value that the ``while`` would leave there is stored
at the loop's normal end. A bound ``len(a)`` need not
stay: ``enumerate(a)`` looks at the array's length before every turn, as the ``while`` does.
"""

from __future__ import annotations

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
    always_leaves,
    negated,
)
from sentra.ir.memory import Changes
from sentra.ir.model import (
    ARRAY,
    GLOBAL,
    INT,
    LOCAL,
    NEG,
    NIL,
    STRING,
    TEMP,
    Expr,
    Stmt,
    Variable,
)

_STEP_SIGN = {"less": 1, "less_equal": 1, "greater": -1, "greater_equal": -1}


class _Turn:
    """The variables that a turn of the loop around a list of statements has certainly set."""

    __slots__ = ("around", "sets")

    def __init__(self, around: _Turn | None = None) -> None:
        self.around = around  # of the list around this one, in the same turn
        self.sets: set[Variable] = set()

    def has_set(self, variable: Variable) -> bool:
        turn: _Turn | None = self
        while turn is not None:
            if variable in turn.sets:
                return True
            turn = turn.around
        return False


def count_loops(body: list[Tree], turn: _Turn | None = None) -> list[Tree]:
    """The same statements with counting loops made `ForRange`, in place.

    `turn` is None outside loops.
    """
    _flatten(body)
    index = 0
    while index < len(body):
        node = body[index]
        if isinstance(node, Simple):
            if turn is not None and node.stmt.op == "set" and node.stmt.variable is not None:
                turn.sets.add(node.stmt.variable)
        elif isinstance(node, If):
            count_loops(node.then, turn and _Turn(turn))
            count_loops(node.otherwise, turn and _Turn(turn))
        elif isinstance(node, ForEach):
            count_loops(node.body, _Turn())
        elif isinstance(node, Try):
            count_loops(node.body, turn and _Turn(turn))
            count_loops(node.handler, turn and _Turn(turn))
        elif isinstance(node, While):
            _flatten(node.body)
            counted = _counted(node, turn)
            if counted is not None:
                body[index] = counted
                if _take_start(body, index, counted):
                    index -= 1
            inner = (turn and _Turn(turn)) if node.once else _Turn()
            count_loops((counted or node).body, inner)
        index += 1
    return body


def _flatten(body: list[Tree]) -> None:
    """``if c { break } else { rest }`` as ``if c { break } rest``."""
    index = 0
    while index < len(body):
        node = body[index]
        if isinstance(node, If) and node.condition is not None and always_leaves(node.then):
            body[index + 1:index + 1] = node.otherwise
            node.otherwise = []
        index += 1


def _counted(loop: While, turn: _Turn | None) -> ForRange | None:
    condition, further = loop.condition, []
    while condition is not None and condition.op == "and":
        further.append(condition.args[1])
        condition = condition.args[0]
    if condition is None or condition.op not in _STEP_SIGN or not loop.body:
        return None
    left, bound = condition.args
    if left.op != "get" or left.a.kind != LOCAL or left.a.checked:
        return None
    variable: Variable = left.a
    step, by = _step(loop.body[-1], variable)
    if variable.type & ~INT or step == 0 or (step > 0) != (_STEP_SIGN[condition.op] > 0):
        return None
    facts = Facts()
    facts.walk(loop.body)
    if by is not None and not (_is_steady(by, facts) and by.type and not by.type & ~INT):
        return None
    if facts.sets.get(variable, 0) != 1 + facts.stepped or facts.unstepped:
        return None
    for extra in further:
        facts.read(extra)
    facts.read(condition)
    # A copied step reads the variable too, and shares its expression with the last one.
    live = facts.reads.get(variable, 0) - facts.stepped < variable.reads or (
        turn is not None and not turn.has_set(variable))
    steady = _is_steady(bound, facts)
    array = None if steady else _length_of(bound, facts)
    if array is None and not steady:
        return None
    by_one = step == 1 and by is None
    if live and (not by_one or array is not None or not bound.type or bound.type & ~INT):
        return None
    if array is not None and (not by_one or condition.op != "less" or variable.type & NEG):
        return None
    body = _without_steps(loop.body[:-1])
    for extra in further:
        stop = If(negated(extra), [Break(extra.span)], [], extra.span)
        body.insert(0, stop)
    start = Expr("get", (), variable, condition.span)
    start.type = variable.type
    made = ForRange(variable, start, bound, step, body, loop.span)
    made.inclusive = condition.op.endswith("equal")
    made.live = live
    made.by = by
    made.stop_is_int = bool(bound.type) and not bound.type & ~INT and by is None
    made.array = array
    return made


def _step(last: Tree, variable: Variable) -> tuple[int, Expr | None]:
    """What the last statement adds to the variable: a number, or the sign and an expression.

    (0, None) if it is no step.
    """
    if not isinstance(last, Simple) or last.stmt.op != "set" or last.stmt.variable is not variable:
        return 0, None
    value = last.stmt.args[0]
    if value.op not in ("add", "sub"):
        return 0, None
    left, right = value.args
    if left.op != "get" or left.a is not variable:
        return 0, None
    if right.op in ("get", "add", "sub", "mul"):
        return (1 if value.op == "add" else -1), right
    if right.op != "const" or type(right.a) is not int or right.a <= 0:
        return 0, None
    return (right.a if value.op == "add" else -right.a), None


def _length_of(bound: Expr, facts: Facts) -> Expr | None:
    """The array of a bound ``len(array)`` that may change its length in the loop."""
    if bound.op == "call" and bound.args[0].op == "builtin" and bound.args[0].a == "len" and (
            len(bound.args) == 2):
        array = bound.args[1]
        if array.op == "get" and _is_steady(array, facts) and array.type == ARRAY:
            return array
    return None


def _is_steady(e: Expr, facts: Facts) -> bool:
    """Whether evaluating `e` before every turn gives what it gave before the first."""
    if e.op == "const":
        return True
    if e.op == "get":
        variable: Variable = e.a.owner or e.a
        if variable.kind in (LOCAL, TEMP):
            return not variable.checked and variable not in facts.sets
        return (variable.kind == GLOBAL and variable.single and variable.sets < 2) or (
            not facts.changes.may_change(e) and variable not in facts.sets)
    if e.op in ("add", "sub", "mul"):
        return all(_is_steady(arg, facts) for arg in e.args)
    if e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "len" and len(e.args) == 2:
        sized = e.args[1]
        if not _is_steady(sized, facts):
            return False
        return not facts.changes.changes(sized) or (
            bool(sized.type) and not sized.type & ~(STRING | NIL))
    if e.op in ("div", "mod", "negate") or (
            e.op == "call" and e.args[0].op == "builtin" and e.args[0].a in _PURE):
        # If it raises, it does so before the first turn.
        return all(_is_steady(arg, facts) for arg in e.args if arg.op != "builtin")
    return e.op in ("index", "property") and not facts.changes.changes(e.args[0]) and all(
        _is_steady(arg, facts) for arg in e.args)


_PURE = frozenset("floor ceil round trunc abs sqrt min max div pow".split())


class Facts:
    """What the statements of a loop do: who is set and read how often, what may change."""

    def __init__(self) -> None:
        self.sets: dict[Variable, int] = {}
        self.reads: dict[Variable, int] = {}
        self.changes = Changes()
        self.stepped = 0  # copies of the loop's step before a continue
        self.unstepped = False  # a continue without it

    def walk(self, body: list[Tree], depth: int = 0) -> None:
        for node in body:
            if isinstance(node, Simple):
                self.statement(node.stmt)
            elif isinstance(node, If):
                if node.condition is not None:
                    self.read(node.condition)
                self.walk(node.then, depth)
                self.walk(node.otherwise, depth)
            elif isinstance(node, While):
                if node.condition is not None:
                    self.read(node.condition)
                self.walk(node.body, depth + 1)
            elif isinstance(node, ForEach):
                self.changes.step(node.iterator, node.targets)
                for target in node.targets:
                    self.sets[target] = self.sets.get(target, 0) + 1
                self.walk(node.body, depth + 1)
            elif isinstance(node, ForRange):
                for bound in (node.start, node.stop, node.by, node.array):
                    if bound is not None:
                        self.read(bound)
                self.changes.variables.add(node.variable)
                self.walk(node.body, depth + 1)
            elif isinstance(node, Try):
                self.walk(node.body, depth)
                self.walk(node.handler, depth)
            elif isinstance(node, Leave):
                self.read(node.value)
            elif isinstance(node, Continue) and depth == 0:
                if node.copied:
                    self.stepped += 1
                else:
                    self.unstepped = True

    def statement(self, s: Stmt) -> None:
        if s.variable is not None and s.op in ("set", "copy_cell", "new_cell"):
            real = s.variable.owner or s.variable
            self.sets[real] = self.sets.get(real, 0) + 1
        self.changes.add(s)
        for e in s.args:
            self._count(e)

    def read(self, e: Expr) -> None:
        self.changes.evaluate(e)
        self._count(e)

    def _count(self, e: Expr) -> None:
        if e.op == "get":
            real = e.a.owner or e.a
            self.reads[real] = self.reads.get(real, 0) + 1
        for arg in e.args:
            self._count(arg)


def _without_steps(body: list[Tree]) -> list[Tree]:
    """The statements without the copies of the step before each continue of this loop.

    The step is the last of the statements that were copied.
    """
    out: list[Tree] = []
    for node in body:
        if isinstance(node, If):
            node.then = _without_steps(node.then)
            node.otherwise = _without_steps(node.otherwise)
        elif isinstance(node, Try):
            node.body = _without_steps(node.body)
            node.handler = _without_steps(node.handler)
        elif isinstance(node, While) and node.once:
            node.body = _without_steps(node.body)
        elif isinstance(node, Continue) and node.copied:
            del out[-1]
            node.copied = 0
        out.append(node)
    return out


def _take_start(body: list[Tree], index: int, loop: ForRange) -> bool:
    """``i = 0`` shortly before the loop is its start.

    The statement goes where nothing else reads it; the result is whether it went.
    """
    variable = loop.variable
    for place in range(index - 1, max(-1, index - 5), -1):
        node = body[place]
        if not isinstance(node, Simple):
            return False
        if node.stmt.op == "set" and node.stmt.variable is variable:
            value = node.stmt.args[0]
            if value.op == "const" or (place == index - 1 and not _mentions(value, variable)):
                if not loop.live:
                    loop.start = value
                    del body[place]
                    return True
                if value.op == "const":
                    loop.start = value
            return False
        if any(_mentions(e, variable) for e in node.stmt.args):
            return False
    return False


def _mentions(e: Expr, variable: Variable) -> bool:
    return (e.op == "get" and e.a is variable) or any(_mentions(arg, variable) for arg in e.args)
