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

Both are set once, the copy's store comes before all its reads, and the original's before it.
`drop_dead` then removes the store.
"""

from __future__ import annotations

from sentra.ir.dominators import dominates, dominators
from sentra.ir.edit import is_plain, items
from sentra.ir.model import LOCAL, Expr, FunctionIR, Variable


def propagate_copies(function: FunctionIR) -> FunctionIR:
    """Read originals in the place of copies; the function, changed."""
    copies = _candidates(function)
    if copies:
        _drop_early(function, copies)
    for copy, original in copies.items():
        while original in copies:
            original = copies[original]
        copies[copy] = original
    if copies:
        for item in items(function):
            for arg in item.args:
                _replace(arg, copies)
    return function


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
            if (is_plain(copy) and copy.sets == 1 and copy not in parameters and copy.reads
                    and is_plain(original) and original.kind == LOCAL
                    and original.sets == (0 if original in parameters else 1)):
                found[copy] = original
    return found


def _drop_early(function: FunctionIR, copies: dict[Variable, Variable]) -> None:
    """Leave out copies that may be read before they are set, and originals set after them."""
    above = dominators(function)
    parameters = frozenset(function.parameters)
    places: dict[Variable, tuple[int, int]] = {}
    for block in function.blocks:
        if block.end is not None:
            places.update(dict.fromkeys(block.end.results, (block.number, len(block.body))))
        for place, statement in enumerate(block.body):
            if statement.op == "set" and statement.variable is not None:
                places[statement.variable] = (block.number, place)

    def comes_before(variable: Variable, block: int, place: int) -> bool:
        if variable in parameters and variable not in places:
            return True
        if variable not in places:
            return False
        number, position = places[variable]
        return position < place if number == block else dominates(above, number, block)

    def check(expr: Expr, block: int, place: int) -> None:
        if expr.op == "get" and expr.a in copies and not comes_before(expr.a, block, place):
            del copies[expr.a]
        for arg in expr.args:
            check(arg, block, place)

    for block in function.blocks:
        for place, item in enumerate((*block.body, block.end)):
            assert item is not None
            for arg in item.args:
                check(arg, block.number, place)
    for copy, original in list(copies.items()):
        number, place = places[copy]
        if not comes_before(original, number, place):
            del copies[copy]


def _replace(expr: Expr, copies: dict[Variable, Variable]) -> None:
    if expr.op == "get" and expr.a in copies:
        copy, original = expr.a, copies[expr.a]
        copy.reads -= 1
        original.reads += 1
        original.nilable |= copy.nilable
        expr.a = original
        return
    for arg in expr.args:
        if arg.args or arg.op == "get":
            _replace(arg, copies)
