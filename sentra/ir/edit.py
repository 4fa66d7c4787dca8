"""What the passes share: questions about expressions, and changes that keep the counts right."""

from __future__ import annotations

from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    LOCAL,
    MAP,
    NIL,
    NUMBER,
    STRING,
    TEMP,
    Block,
    Expr,
    FunctionIR,
    LoopRegion,
    Stmt,
    Terminator,
    TryRegion,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = NIL | NUMBER | STRING  # what may be the key of a map
_WHOLE = INT | BOOL
_SCALAR = NIL | NUMBER | STRING
_ORDERED = frozenset(["less", "less_equal", "greater", "greater_equal"])


def items(function: FunctionIR) -> Iterator[Stmt | Terminator]:
    """Every statement and terminator, in order."""
    for block in function.blocks:
        yield from block.body
        if block.end is not None:
            yield block.end


def within(found: int, wanted: int) -> bool:
    """Whether a type is known, and within another."""
    return bool(found) and not found & ~wanted


def is_narrowed(expr: Expr, known: dict[Variable, int]) -> bool:
    """Whether the types of an expression hold only after tests; all but those of `known`."""
    if expr.op == "get":
        real: Variable = expr.a.owner or expr.a
        return bool(expr.present and real.type & known.get(expr.a, ANY) & ~expr.present)
    return any(is_narrowed(arg, known) for arg in expr.args)


def is_int(expr: Expr) -> bool:
    """An int or boolean, for sure."""
    return within(expr.type, _WHOLE)


def is_plain(variable: Variable) -> bool:
    """Reading it gives what this function stored last, and never throws."""
    return variable.kind in (LOCAL, TEMP) and not variable.checked


def is_quiet(expr: Expr) -> bool:
    """Evaluating it does nothing that a program can notice: no effect, no exception.

    Its value may still depend on what an array or map holds at that moment.
    """
    op, args = expr.op, expr.args
    if op == "const" or op == "closure":
        return True
    if op == "get":
        return is_plain(expr.a)
    rule = _QUIET.get(op)
    if rule is None or not rule(expr):
        return False
    # The callee of a call was found by its rule; any other name may be undefined.
    return all(map(is_quiet, args[1:] if op == "call" else args))


def _arithmetic(expr: Expr) -> bool:
    both = expr.args[0].type | expr.args[1].type  # int with float can overflow
    return within(both, _WHOLE) or both == FLOAT


def _index(expr: Expr) -> bool:
    container, key = expr.args[0].type, expr.args[1].type
    return (within(container, ARRAY | STRING) and within(key, _WHOLE)) or (
        container == MAP and within(key, KEY))


def _property(expr: Expr) -> bool:
    container = expr.args[0].type
    return container == MAP or (expr.a == "length" and within(container, ARRAY | STRING))


def _length(expr: Expr) -> bool:
    callee = expr.args[0]
    return (callee.op == "builtin" and callee.a == "len" and len(expr.args) == 2
            and within(expr.args[1].type, ARRAY | STRING | MAP))


def _scalars(expr: Expr) -> bool:
    return within(expr.args[0].type | expr.args[1].type, _SCALAR)


def _numbers(expr: Expr) -> bool:
    return all(within(arg.type, NUMBER) for arg in expr.args)


def _always(expr: Expr) -> bool:
    return True


_QUIET = {
    "add": _arithmetic, "sub": _arithmetic, "mul": _arithmetic, "negate": _numbers,
    "index": _index, "property": _property, "call": _length, "equal": _scalars,
    "not_equal": _scalars, "not_": _always, "and": _always, "or": _always, "select": _always,
    "array": _always, **dict.fromkeys(_ORDERED, _numbers),
}


# --- changes --------------------------------------------------------------------------------------
def forget(expr: Expr) -> None:
    """An expression is dropped: what it read is read once less."""
    if expr.op == "get":
        expr.a.reads -= 1
    for arg in expr.args:
        forget(arg)


def become(expr: Expr, other: Expr) -> None:
    """Put `other` in the place of `expr`."""
    expr.op, expr.args, expr.a = other.op, other.args, other.a
    expr.type, expr.span, expr.depth = other.type, other.span, other.depth
    expr.known, expr.present = other.known, other.present


def new_temp(function: FunctionIR, name: str, found: int) -> Variable:
    """A temporary of a function, with a number that no other has."""
    if function.temps < 0:
        from sentra.ir.text import temporaries

        known = temporaries(function)
        function.temps = known[-1].index + 1 if known else 0
    variable = Variable(name, TEMP, function.temps)
    function.temps += 1
    variable.type = found
    return variable


def drop_unreachable(function: FunctionIR) -> None:
    """Remove blocks that nothing leads to; number the others again."""
    blocks = function.blocks
    reached = _reached(function)
    if len(reached) == len(blocks):
        _count_predecessors(function)
        return
    place: dict[int, int] = {}
    kept: list[Block] = []
    for block in blocks:
        if block.number in reached:
            place[block.number] = len(kept)
            kept.append(block)
        else:
            _drop(block.body)
            if block.end is not None:
                _drop([block.end])
                for result in block.end.results:
                    result.sets -= 1
                if block.end.variable is not None and block.end.results:
                    block.end.variable.reads -= 1
    for block in kept:
        block.number = place[block.number]
        assert block.end is not None
        block.end.targets = tuple([place[target] for target in block.end.targets])
    function.blocks = kept
    tries = []
    for region in function.tries:
        inside = [place[n] for n in range(region.start, region.end) if n in place]
        if inside:
            tries.append(TryRegion(inside[0], inside[-1] + 1, place[region.handler]))
    function.tries = tries
    function.loops = [
        LoopRegion(place[loop.header], place[loop.last], loop.known) for loop in function.loops
        if loop.last in place and place[loop.header] in _targets(kept[place[loop.last]])]
    _count_predecessors(function)


def _targets(block: Block) -> tuple[int, ...]:
    assert block.end is not None
    return block.end.targets


def _drop(items: list[Stmt] | list[Terminator]) -> None:
    for item in items:
        for arg in item.args:
            forget(arg)
        if item.variable is not None and item.op in ("set", "iterate", "iterate_pairs"):
            item.variable.sets -= 1


def _reached(function: FunctionIR) -> set[int]:
    """The blocks that control can come to."""
    pending, reached = [0], {0}
    while pending:
        number = pending.pop()
        end = function.blocks[number].end
        assert end is not None
        following = list(end.targets)
        following += [r.handler for r in function.tries if r.start <= number < r.end]
        for target in following:
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached


def _count_predecessors(function: FunctionIR) -> None:
    for block in function.blocks:
        block.predecessors = 0
    for block in function.blocks:
        for target in _targets(block):
            function.blocks[target].predecessors += 1
    for region in function.tries:
        function.blocks[region.handler].predecessors += 1
