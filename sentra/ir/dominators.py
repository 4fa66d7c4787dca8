"""Which blocks every way to a block passes (Cooper, Harvey & Kennedy 2001).

Blocks lie in an order in which only back edges go backwards, so one pass finds them.
"""

from __future__ import annotations

from sentra.ir.model import FunctionIR


class Dominators:
    """The tree of the immediate dominators of a function's blocks.

    Each block also knows one further up, as in a skew-binary list (Myers 1983), so that a way up
    the tree takes a logarithm of its length in steps.
    """

    def __init__(self, function: FunctionIR) -> None:
        count = len(function.blocks)
        self._above = [0] * count  # the first block's is itself
        self._far = [0] * count
        self._depth = [0] * count
        before = _forward_edges(function)
        for number in range(1, count):
            found = -1
            for other in before[number]:
                found = other if found < 0 else self._common(found, other)
            self._add(number, max(found, 0))

    def dominates(self, a: int, b: int) -> bool:
        """Whether every way to block `b` passes block `a`."""
        return b >= a and self._up(b, self._depth[a]) == a

    def _add(self, number: int, above: int) -> None:
        depth, far = self._depth, self._far
        self._above[number] = above
        depth[number] = depth[above] + 1
        middle = far[above]
        even = depth[above] - depth[middle] == depth[middle] - depth[far[middle]]
        far[number] = far[middle] if even else above

    def _up(self, number: int, depth: int) -> int:
        """What is above a block at a depth."""
        depths, far = self._depth, self._far
        while depths[number] > depth:
            number = far[number] if depths[far[number]] >= depth else self._above[number]
        return number

    def _common(self, a: int, b: int) -> int:
        """The nearest block above both (or one of them)."""
        above, far = self._above, self._far
        a, b = self._up(a, self._depth[b]), self._up(b, self._depth[a])
        while a != b:
            if far[a] != far[b]:
                a, b = far[a], far[b]
            else:
                a, b = above[a], above[b]
        return a


def _forward_edges(function: FunctionIR) -> list[list[int]]:
    """The blocks that lead to each block, without back edges."""
    before: list[list[int]] = [[] for _ in function.blocks]
    for block in function.blocks:
        assert block.end is not None
        for target in block.end.targets:
            if target > block.number:
                before[target].append(block.number)
    for region in function.tries:
        before[region.handler] += range(region.start, region.end)
    return before
