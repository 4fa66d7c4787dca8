"""Comparisons that Python may refuse.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def less_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] < r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def less_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] < b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def less_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] < y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def less_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x < r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def less_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x < b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def less_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x < y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def less_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a < r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def less_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a < y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def less_equal_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] <= r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def less_equal_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] <= b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def less_equal_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] <= y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def less_equal_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x <= r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def less_equal_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x <= b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def less_equal_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x <= y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def less_equal_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a <= r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def less_equal_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a <= y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def greater_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] > r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def greater_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] > b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def greater_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] > y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def greater_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x > r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def greater_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x > b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def greater_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x > y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def greater_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a > r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def greater_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a > y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def greater_equal_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] >= r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def greater_equal_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] >= b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def greater_equal_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] >= y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def greater_equal_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x >= r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def greater_equal_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x >= b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def greater_equal_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x >= y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def greater_equal_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a >= r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def greater_equal_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a >= y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def equal_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] == r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def equal_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] == b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def equal_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] == y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def equal_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x == r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def equal_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x == b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def equal_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x == y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def equal_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a == r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def equal_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a == y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def not_equal_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] != r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def not_equal_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] != b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def not_equal_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] != y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def not_equal_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x != r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def not_equal_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x != b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def not_equal_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x != y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def not_equal_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a != r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def not_equal_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a != y
        except GUARDS:
            return decide(site, r, a, y)
    return run
