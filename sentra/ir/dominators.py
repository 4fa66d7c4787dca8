"""Which blocks every way to a block passes (Cooper, Harvey & Kennedy 2001).

Blocks lie in an order in which only back edges go backwards, so one pass finds them.
"""

from __future__ import annotations

from sentra.ir.model import FunctionIR


def dominators(function: FunctionIR) -> list[int]:
    """The immediate dominator of each block; the first block's is itself."""
    blocks = function.blocks
    before: list[list[int]] = [[] for _ in blocks]
    for block in blocks:
        assert block.end is not None
        for target in block.end.targets:
            if target > block.number:
                before[target].append(block.number)
    for region in function.tries:
        before[region.handler] += range(region.start, region.end)
    above = [0] * len(blocks)
    for number in range(1, len(blocks)):
        found = -1
        for other in before[number]:
            found = other if found < 0 else _common(above, found, other)
        above[number] = max(found, 0)
    return above


def _common(above: list[int], a: int, b: int) -> int:
    while a != b:
        if a > b:
            a = above[a]
        else:
            b = above[b]
    return a


def dominates(above: list[int], a: int, b: int) -> bool:
    """Whether every way to block `b` passes block `a`."""
    while b > a:
        b = above[b]
    return a == b
