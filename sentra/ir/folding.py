"""Finds the jumps that only choose between values: ``&&``, ``||``, ``c ? a : b``.

``<a> AND_JUMP L <b> L:`` is ``and(a, b)`` when ``<b>`` is an expression: no stores, no other jumps.
The instructions are visited from the last to the first, so that inner ones are decided first; each
is visited once.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Function
from sentra.bytecode.depths import depths
from sentra.bytecode.ops import BY_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLAIN = frozenset(
    row.number for row in BY_NUMBER.values()
    if row.number < 100 and row.name not in ("POP", "DUP", "DUP2", "CAUGHT", "SELECT")
    and row.kind in (ops.VALUE, ops.COPY, ops.BUILD, ops.CALLS))


_FOLDABLE = frozenset([ops.AND_JUMP, ops.OR_JUMP, ops.JUMP_IF_FALSE])


class Folding:
    """`jumps`: the folded jumps and the instruction where each one's expression ends."""

    __slots__ = ("jumps", "spans")

    def __init__(self) -> None:
        self.jumps: dict[int, int] = {}
        self.spans: list[tuple[int, int]] = []  # (first, end) of outermost folded expressions

    def inside(self, starts: Iterable[int]) -> Iterator[int]:
        """Block starts that lie within a folded expression (only in bytecode made by hand)."""
        spans = sorted(self.spans)
        index = 0
        for start in sorted(starts):
            while index < len(spans) and spans[index][1] <= start:
                index += 1
            if index < len(spans) and spans[index][0] < start < spans[index][1]:
                yield start


def find_folding(function: Function) -> Folding:
    """The foldable jumps of a function."""
    code = function.code
    folding = Folding()
    if _FOLDABLE.isdisjoint([op for op, _, _, _ in code]):
        return folding
    depth: list[int] = []  # computed where there is something to fold
    size = len(code)
    stop = [size] * (size + 1)  # stop[pc]: the first instruction from pc on that is no expression
    outer: list[tuple[int, int]] = []
    for pc in range(size - 1, -1, -1):
        op, target, _, _ = code[pc]
        if op in _PLAIN:
            stop[pc] = stop[pc + 1]
            continue
        stop[pc] = pc
        if op == ops.AND_JUMP or op == ops.OR_JUMP:
            if stop[pc + 1] < target:
                continue
            depth = depth or depths(function)
            if depth[target] == depth[pc] >= 0:
                folding.jumps[pc] = target
                stop[pc] = stop[target]
                outer.append((pc, target))
        elif op == ops.JUMP_IF_FALSE and target < size:
            middle = target - 1
            if code[middle][0] != ops.JUMP or stop[pc + 1] != middle or middle == pc:
                continue
            end = code[middle][1]
            if end <= target or stop[target] < end:
                continue
            depth = depth or depths(function)
            if depth[middle] == depth[end] == depth[pc] >= 0:
                folding.jumps[pc] = middle
                folding.jumps[middle] = end
                stop[pc] = stop[end]
                outer.append((pc, end))
    last = -1
    for first, end in reversed(outer):
        if first >= last:
            folding.spans.append((first, end))
            last = end
    return folding
