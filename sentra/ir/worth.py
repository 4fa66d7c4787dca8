"""Whether a function gains by a body of its own for some types: what `specialise` asks.

A guard costs nothing in generated code, so an operation gains where several types mean a call of
the runtime, a test, or an exception; and where CPython specialises its instruction for one type.
What is raw for all types, and nothing that CPython specialises, does not: `/`, unary minus, slices,
members of maps.
"""

from __future__ import annotations

from sentra.ir.edit import items
from sentra.ir.elements import inferred_elements
from sentra.ir.kinds import is_mixed, kind_of
from sentra.ir.known import owner
from sentra.ir.model import (
    ARRAY,
    GLOBAL,
    STRING,
    Expr,
    FunctionIR,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# Operations that are cheaper for one type than for several, and how many of their operands matter.
_BETTER = {**dict.fromkeys(
    "add sub mul mod less less_equal greater greater_equal contains".split(), 2),
    "text": 1000, "index": 1, "invoke": 1}
_BETTER_BUILTINS = frozenset(
    """str int float floor ceil trunc round abs sqrt sin cos div trim split index_of indexOf
    last_index_of chars keys values has has_key get pad_left pad_right is_digit upper lower ord chr
    starts_with startsWith startswith ends_with endsWith endswith contains includes substring substr
    char_at shr shl band bor bxor sum min max join reverse""".split())


def decisive_parameters(candidates: dict[Variable, FunctionIR]) -> dict[FunctionIR, int]:
    """Of each function, the parameters (as bits) that would make an operation better.

    Such a parameter has values of several kinds, or arrays of such, and what is computed from it is
    the operand of an operation for which that matters, or an argument for such a parameter of
    another function.
    """
    found = dict.fromkeys(candidates.values(), 0)
    flows = [_Flow(f) for f in found if any(is_mixed(p.type) or p.type & ARRAY
                                            for p in f.parameters)]
    changed = bool(flows)
    while changed:
        changed = False
        for flow in flows:
            better = flow.better(candidates, found)
            changed |= better != found[flow.function]
            found[flow.function] = better
    return found


class _Flow:
    """Which variables of a function are computed from which of its parameters (as bits)."""

    def __init__(self, function: FunctionIR) -> None:
        self.function = function
        self.from_: dict[Variable, int] = {}
        for place, parameter in enumerate(function.parameters):
            if is_mixed(parameter.type) or (
                    parameter.type & ARRAY and is_mixed(inferred_elements(parameter))):
                self.from_[parameter] = 1 << place
        while self._grows():
            pass

    def _grows(self) -> bool:
        grown = False
        for item in _all_items(self.function):
            bits = 0
            for expr in item.args:
                bits |= self.bits(expr)
            results = list(item.results) if item.op == "next" else []
            if item.op == "next":
                bits |= self.from_.get(owner(item.variable), 0)
            for variable in (*results, *([item.variable] if item.variable is not None else [])):
                known = self.from_.get(owner(variable), 0)
                if bits | known != known:
                    self.from_[owner(variable)] = bits | known
                    grown = True
        return grown

    def bits(self, expr: Expr) -> int:
        """The parameters that a value is computed from."""
        if expr.op == "get":
            return self.from_.get(owner(expr.a), 0)
        bits = 0
        for arg in expr.args:
            bits |= self.bits(arg)
        return bits

    def better(
        self, candidates: dict[Variable, FunctionIR], known: dict[FunctionIR, int],
    ) -> int:
        """The parameters that would make an operation better."""
        found = 0
        for item in _all_items(self.function):
            if item.op in ("iterate", "iterate_pairs") and is_mixed(item.args[0].type):
                found |= self.bits(item.args[0])
            for expr in item.args:
                found |= self._better(expr, candidates, known)
        return found

    def _better(
        self, expr: Expr, candidates: dict[Variable, FunctionIR], known: dict[FunctionIR, int],
    ) -> int:
        found = 0
        for arg in expr.args:
            found |= self._better(arg, candidates, known)
        matter = _operands(expr)
        if expr.op == "call" and expr.args[0].op == "get":
            callee = candidates.get(expr.args[0].a)
            bits = known[callee] if callee is not None else 0
            matter = tuple([arg for place, arg in enumerate(expr.args[1:]) if bits >> place & 1])
        for arg in matter:
            if is_mixed(arg.type):
                found |= self.bits(arg)
        return found


def _operands(expr: Expr) -> tuple[Expr, ...]:
    """The operands of an operation whose types matter for its cost."""
    count = _BETTER.get(expr.op)
    if count is not None:
        return expr.args[:count]
    if expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a in _BETTER_BUILTINS:
        return expr.args[1:]
    return ()


def gains(original: FunctionIR, clone: FunctionIR) -> bool:
    """Whether an operation of the clone is better, or callers learn of what kind its result is."""
    return (is_mixed(original.result) and bool(kind_of(clone.result))) or any(
        _is_better(before, after) for before, after in zip(
            _profile(original, _operands), _profile(clone, _operands), strict=True))


def hands_on(original: FunctionIR, clone: FunctionIR) -> bool:
    """Whether the clone calls other functions with what they may have clones for."""
    return any(
        is_mixed(before) and bool(kind_of(after)) for one, two in zip(
            _profile(original, _handed_on), _profile(clone, _handed_on), strict=True)
        for before, after in zip(one, two, strict=True))


def _is_better(before: list[int], after: list[int]) -> bool:
    """Of the operands of one operation; of a sum one that is surely a string is enough."""
    if not any(is_mixed(found) for found in before):
        return False
    return not any(is_mixed(found) for found in after) or (STRING in after and STRING not in before)


def _handed_on(expr: Expr) -> tuple[Expr, ...]:
    """The arguments of a call that choose a clone."""
    if expr.op != "call" or expr.args[0].op != "get" or expr.args[0].a.kind != GLOBAL:
        return ()
    known = expr.args[0].a.function
    bits = (known.original or known).decisive if known is not None else 0
    return tuple([arg for place, arg in enumerate(expr.args[1:]) if bits >> place & 1])


def _profile(
    function: FunctionIR, operands: Callable[[Expr], tuple[Expr, ...]],
) -> list[list[int]]:
    """The types of the operands that matter, per operation in the order of the code."""
    found: list[list[int]] = []

    def walk(expr: Expr) -> None:
        for arg in expr.args:
            walk(arg)
        found.append([arg.type for arg in operands(expr)])

    for item in _all_items(function):
        if item.op in ("iterate", "iterate_pairs"):
            found.append([item.args[0].type])
        for arg in item.args:
            walk(arg)
    return found


def _all_items(function: FunctionIR) -> Iterator[Any]:
    """The statements and terminators of a function and of those inside it."""
    yield from items(function)
    for child in function.children:
        yield from _all_items(child)


