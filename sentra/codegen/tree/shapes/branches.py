"""``if a op b`` in one closure.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def less_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] < r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] < b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x < r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x < b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_equal_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] <= r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_equal_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] <= b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_equal_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x <= r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def less_equal_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x <= b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] > r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] > b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x > r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x > b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_equal_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] >= r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_equal_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] >= b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_equal_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x >= r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def greater_equal_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x >= b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def equal_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] == r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def equal_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] == b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def equal_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x == r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def equal_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x == b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def not_equal_ll(
    a: int, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] != r[b]
        except GUARDS:
            holds = decide(site, r, r[a], r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def not_equal_lc(
    a: int, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            holds = r[a] != b
        except GUARDS:
            holds = decide(site, r, r[a], b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def not_equal_el(
    a: Run, b: int, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x != r[b]
        except GUARDS:
            holds = decide(site, r, x, r[b])
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run


def not_equal_ec(
    a: Run, b: Any, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            holds = x != b
        except GUARDS:
            holds = decide(site, r, x, b)
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run
