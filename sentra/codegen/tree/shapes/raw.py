"""Operations on operands whose types prove that Python's operator is right: no handler.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Run


def add_ll(a: int, b: int) -> Run:
    return lambda r: r[a] + r[b]


def add_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] + b


def add_le(a: int, b: Run) -> Run:
    return lambda r: r[a] + b(r)


def add_el(a: Run, b: int) -> Run:
    return lambda r: a(r) + r[b]


def add_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) + b


def add_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) + b(r)


def add_cl(a: Any, b: int) -> Run:
    return lambda r: a + r[b]


def add_ce(a: Any, b: Run) -> Run:
    return lambda r: a + b(r)


def sub_ll(a: int, b: int) -> Run:
    return lambda r: r[a] - r[b]


def sub_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] - b


def sub_le(a: int, b: Run) -> Run:
    return lambda r: r[a] - b(r)


def sub_el(a: Run, b: int) -> Run:
    return lambda r: a(r) - r[b]


def sub_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) - b


def sub_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) - b(r)


def sub_cl(a: Any, b: int) -> Run:
    return lambda r: a - r[b]


def sub_ce(a: Any, b: Run) -> Run:
    return lambda r: a - b(r)


def mul_ll(a: int, b: int) -> Run:
    return lambda r: r[a] * r[b]


def mul_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] * b


def mul_le(a: int, b: Run) -> Run:
    return lambda r: r[a] * b(r)


def mul_el(a: Run, b: int) -> Run:
    return lambda r: a(r) * r[b]


def mul_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) * b


def mul_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) * b(r)


def mul_cl(a: Any, b: int) -> Run:
    return lambda r: a * r[b]


def mul_ce(a: Any, b: Run) -> Run:
    return lambda r: a * b(r)


def rest_ll(a: int, b: int) -> Run:
    return lambda r: r[a] % r[b]


def rest_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] % b


def rest_le(a: int, b: Run) -> Run:
    return lambda r: r[a] % b(r)


def rest_el(a: Run, b: int) -> Run:
    return lambda r: a(r) % r[b]


def rest_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) % b


def rest_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) % b(r)


def rest_cl(a: Any, b: int) -> Run:
    return lambda r: a % r[b]


def rest_ce(a: Any, b: Run) -> Run:
    return lambda r: a % b(r)


def less_ll(a: int, b: int) -> Run:
    return lambda r: r[a] < r[b]


def less_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] < b


def less_le(a: int, b: Run) -> Run:
    return lambda r: r[a] < b(r)


def less_el(a: Run, b: int) -> Run:
    return lambda r: a(r) < r[b]


def less_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) < b


def less_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) < b(r)


def less_cl(a: Any, b: int) -> Run:
    return lambda r: a < r[b]


def less_ce(a: Any, b: Run) -> Run:
    return lambda r: a < b(r)


def less_equal_ll(a: int, b: int) -> Run:
    return lambda r: r[a] <= r[b]


def less_equal_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] <= b


def less_equal_le(a: int, b: Run) -> Run:
    return lambda r: r[a] <= b(r)


def less_equal_el(a: Run, b: int) -> Run:
    return lambda r: a(r) <= r[b]


def less_equal_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) <= b


def less_equal_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) <= b(r)


def less_equal_cl(a: Any, b: int) -> Run:
    return lambda r: a <= r[b]


def less_equal_ce(a: Any, b: Run) -> Run:
    return lambda r: a <= b(r)


def greater_ll(a: int, b: int) -> Run:
    return lambda r: r[a] > r[b]


def greater_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] > b


def greater_le(a: int, b: Run) -> Run:
    return lambda r: r[a] > b(r)


def greater_el(a: Run, b: int) -> Run:
    return lambda r: a(r) > r[b]


def greater_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) > b


def greater_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) > b(r)


def greater_cl(a: Any, b: int) -> Run:
    return lambda r: a > r[b]


def greater_ce(a: Any, b: Run) -> Run:
    return lambda r: a > b(r)


def greater_equal_ll(a: int, b: int) -> Run:
    return lambda r: r[a] >= r[b]


def greater_equal_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] >= b


def greater_equal_le(a: int, b: Run) -> Run:
    return lambda r: r[a] >= b(r)


def greater_equal_el(a: Run, b: int) -> Run:
    return lambda r: a(r) >= r[b]


def greater_equal_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) >= b


def greater_equal_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) >= b(r)


def greater_equal_cl(a: Any, b: int) -> Run:
    return lambda r: a >= r[b]


def greater_equal_ce(a: Any, b: Run) -> Run:
    return lambda r: a >= b(r)


def equal_ll(a: int, b: int) -> Run:
    return lambda r: r[a] == r[b]


def equal_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] == b


def equal_le(a: int, b: Run) -> Run:
    return lambda r: r[a] == b(r)


def equal_el(a: Run, b: int) -> Run:
    return lambda r: a(r) == r[b]


def equal_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) == b


def equal_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) == b(r)


def equal_cl(a: Any, b: int) -> Run:
    return lambda r: a == r[b]


def equal_ce(a: Any, b: Run) -> Run:
    return lambda r: a == b(r)


def not_equal_ll(a: int, b: int) -> Run:
    return lambda r: r[a] != r[b]


def not_equal_lc(a: int, b: Any) -> Run:
    return lambda r: r[a] != b


def not_equal_le(a: int, b: Run) -> Run:
    return lambda r: r[a] != b(r)


def not_equal_el(a: Run, b: int) -> Run:
    return lambda r: a(r) != r[b]


def not_equal_ec(a: Run, b: Any) -> Run:
    return lambda r: a(r) != b


def not_equal_ee(a: Run, b: Run) -> Run:
    return lambda r: a(r) != b(r)


def not_equal_cl(a: Any, b: int) -> Run:
    return lambda r: a != r[b]


def not_equal_ce(a: Any, b: Run) -> Run:
    return lambda r: a != b(r)
