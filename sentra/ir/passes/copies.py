"""Copies that never differ from their original: the original is read.

>>> show(propagate_copies, '''
... fn scale(value, by) {
...   let factor = by
...   return value * factor
... }
... scale(1, 2)
... ''', "scale")
block 0
  factor.2 = by.1
  return(mul(value.0, factor.2):nat)
becomes
block 0
  factor.2 = by.1
  return(mul(value.0, by.1):nat)

Both are set once, the copy's store comes before all its reads, and the original's before it. The
compiler's own variables may be set more often: within a block it is seen when one changes.
`drop_dead` then removes the store.
"""

from __future__ import annotations

from sentra.ir.dominators import Dominators
from sentra.ir.edit import is_plain
from sentra.ir.model import LOCAL, TEMP, Block, Expr, FunctionIR, Variable


def propagate_copies(function: FunctionIR) -> FunctionIR:
    """Read originals in the place of copies; the function, changed."""
    _propagate_in_blocks(function)
    copies = _candidates(function)
    if not copies:
        return function
    reads = _reads(function, copies)
    _drop_early(function, copies, reads)
    for copy, original in list(copies.items()):
        while original in copies:
            original = copies[original]
        for expr, _, _ in reads[copy]:
            expr.a = original
        copy.reads -= len(reads[copy])
        original.reads += len(reads[copy])
        original.nilable |= copy.nilable
    return function


def _propagate_in_blocks(function: FunctionIR) -> None:
    """Copies in the compiler's own variables; those that no other block reads are dropped."""
    exposed: set[Variable] | None = None
    for block in function.blocks:
        body = block.body
        place = 0
        while place < len(body):
            statement = body[place]
            copy = statement.variable
            if statement.op != "set" or copy is None or copy.kind != TEMP or (
                    statement.args[0].op != "get" or not is_plain(statement.args[0].a)):
                place += 1
                continue
            original: Variable = statement.args[0].a
            _replace_after(block, place, copy, original)
            if copy.reads:
                exposed = _read_first(function) if exposed is None else exposed
                if copy in exposed or _is_read(block, place, copy):
                    place += 1
                    continue
            del body[place]
            copy.sets -= 1
            original.reads -= 1


def _read_first(function: FunctionIR) -> set[Variable]:
    """The compiler's own variables that a block reads before it sets them."""
    exposed: set[Variable] = set()

    def walk(expr: Expr) -> None:
        if expr.op == "get" and expr.a.kind == TEMP and expr.a not in known:
            exposed.add(expr.a)
        for arg in expr.args:
            walk(arg)

    for block in function.blocks:
        known: set[Variable] = set()
        for item in (*block.body, block.end):
            assert item is not None
            for arg in item.args:
                walk(arg)
            if item.variable is not None and item.op == "set":
                known.add(item.variable)
    return exposed


def _replace_after(block: Block, place: int, copy: Variable, original: Variable) -> None:
    """Read the original after a copy, up to where one of them is set or the block ends."""
    for item in (*block.body[place + 1:], block.end):
        assert item is not None
        for arg in item.args:
            _replace(arg, copy, original)
        if item.variable is copy or item.variable is original or not copy.reads:
            return


def _is_read(block: Block, place: int, copy: Variable) -> bool:
    """Whether a copy is still read before it is set again (its original has changed)."""
    for item in (*block.body[place + 1:], block.end):
        assert item is not None
        if any(_reads_variable(arg, copy) for arg in item.args):
            return True
        if item.variable is copy:
            return False
    return False


def _reads_variable(expr: Expr, variable: Variable) -> bool:
    return (expr.op == "get" and expr.a is variable) or any(
        _reads_variable(arg, variable) for arg in expr.args)


def _replace(expr: Expr, copy: Variable, original: Variable) -> None:
    if expr.op == "get" and expr.a is copy:
        expr.a = original
        copy.reads -= 1
        original.reads += 1
    for arg in expr.args:
        _replace(arg, copy, original)


def _candidates(function: FunctionIR) -> dict[Variable, Variable]:
    """Copies, by what they are copies of, as far as the counts say."""
    parameters = frozenset(function.parameters)
    found: dict[Variable, Variable] = {}
    for block in function.blocks:
        for statement in block.body:
            if statement.op != "set" or statement.args[0].op != "get":
                continue
            copy, original = statement.variable, statement.args[0].a
            assert copy is not None
            if (original.kind == LOCAL and is_plain(original) and is_plain(copy)
                    and copy.sets == 1 and copy not in parameters and copy.reads
                    and original.sets == (0 if original in parameters else 1)):
                found[copy] = original
    return found


def _reads(
    function: FunctionIR, copies: dict[Variable, Variable],
) -> dict[Variable, list[tuple[Expr, int, int]]]:
    """Where each copy is read: the expression, its block, the place of its statement there."""
    found: dict[Variable, list[tuple[Expr, int, int]]] = {copy: [] for copy in copies}

    def walk(expr: Expr) -> None:
        for arg in expr.args:
            if arg.args:
                walk(arg)
            elif arg.op == "get" and arg.a in found:
                found[arg.a].append((arg, number, place))

    for block in function.blocks:
        number = block.number
        for place, item in enumerate((*block.body, block.end)):
            assert item is not None
            for arg in item.args:
                if arg.args:
                    walk(arg)
                elif arg.op == "get" and arg.a in found:
                    found[arg.a].append((arg, number, place))
    return found


def _drop_early(
    function: FunctionIR, copies: dict[Variable, Variable],
    reads: dict[Variable, list[tuple[Expr, int, int]]],
) -> None:
    """Leave out copies that may be read before they are set, and originals set after them."""
    tree: Dominators | None = None
    places: dict[Variable, tuple[int, int]] = {}
    for block in function.blocks:
        for place, statement in enumerate(block.body):
            if statement.op == "set" and statement.variable is not None:
                places[statement.variable] = (block.number, place)

    def comes_before(variable: Variable, block: int, place: int) -> bool:
        nonlocal tree
        number, position = places[variable]
        if number == block:
            return position < place
        tree = tree or Dominators(function)
        return tree.dominates(number, block)

    for copy, original in list(copies.items()):
        number, place = places[copy]
        if (original.sets and (original not in places or not comes_before(original, number, place))
                ) or not all(comes_before(copy, *where) for _, *where in reads[copy]):
            del copies[copy]
