"""Quotients, remainders and indexing that Python may refuse.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def div_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] / r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def div_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] / b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def div_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] / y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def div_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x / r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def div_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x / b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def div_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x / y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def div_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a / r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def div_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a / y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def rest_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] % r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def rest_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] % b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def rest_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] % y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def rest_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x % r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def rest_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x % b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def rest_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x % y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def rest_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a % r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def rest_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a % y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def index_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a][r[b]]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def index_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a][b]
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def index_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a][y]
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def index_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x[r[b]]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def index_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x[b]
        except GUARDS:
            return decide(site, r, x, b)
    return run


def index_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x[y]
        except GUARDS:
            return decide(site, r, x, y)
    return run


def index_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a[r[b]]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def index_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a[y]
        except GUARDS:
            return decide(site, r, a, y)
    return run
