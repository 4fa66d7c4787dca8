"""``local = a op b`` in one closure.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def add_ll(t: int, a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] + r[b]
        except GUARDS:
            r[t] = decide(site, r, r[a], r[b])
    return run


def add_lc(t: int, a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] + b
        except GUARDS:
            r[t] = decide(site, r, r[a], b)
    return run


def add_le(t: int, a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = r[a] + y
        except GUARDS:
            r[t] = decide(site, r, r[a], y)
    return run


def add_el(t: int, a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x + r[b]
        except GUARDS:
            r[t] = decide(site, r, x, r[b])
    return run


def add_ec(t: int, a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x + b
        except GUARDS:
            r[t] = decide(site, r, x, b)
    return run


def add_ee(t: int, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        try:
            r[t] = x + y
        except GUARDS:
            r[t] = decide(site, r, x, y)
    return run


def add_cl(t: int, a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = a + r[b]
        except GUARDS:
            r[t] = decide(site, r, a, r[b])
    return run


def add_ce(t: int, a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = a + y
        except GUARDS:
            r[t] = decide(site, r, a, y)
    return run


def sub_ll(t: int, a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] - r[b]
        except GUARDS:
            r[t] = decide(site, r, r[a], r[b])
    return run


def sub_lc(t: int, a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] - b
        except GUARDS:
            r[t] = decide(site, r, r[a], b)
    return run


def sub_le(t: int, a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = r[a] - y
        except GUARDS:
            r[t] = decide(site, r, r[a], y)
    return run


def sub_el(t: int, a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x - r[b]
        except GUARDS:
            r[t] = decide(site, r, x, r[b])
    return run


def sub_ec(t: int, a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x - b
        except GUARDS:
            r[t] = decide(site, r, x, b)
    return run


def sub_ee(t: int, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        try:
            r[t] = x - y
        except GUARDS:
            r[t] = decide(site, r, x, y)
    return run


def sub_cl(t: int, a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = a - r[b]
        except GUARDS:
            r[t] = decide(site, r, a, r[b])
    return run


def sub_ce(t: int, a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = a - y
        except GUARDS:
            r[t] = decide(site, r, a, y)
    return run


def mul_ll(t: int, a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] * r[b]
        except GUARDS:
            r[t] = decide(site, r, r[a], r[b])
    return run


def mul_lc(t: int, a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a] * b
        except GUARDS:
            r[t] = decide(site, r, r[a], b)
    return run


def mul_le(t: int, a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = r[a] * y
        except GUARDS:
            r[t] = decide(site, r, r[a], y)
    return run


def mul_el(t: int, a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x * r[b]
        except GUARDS:
            r[t] = decide(site, r, x, r[b])
    return run


def mul_ec(t: int, a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x * b
        except GUARDS:
            r[t] = decide(site, r, x, b)
    return run


def mul_ee(t: int, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        try:
            r[t] = x * y
        except GUARDS:
            r[t] = decide(site, r, x, y)
    return run


def mul_cl(t: int, a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = a * r[b]
        except GUARDS:
            r[t] = decide(site, r, a, r[b])
    return run


def mul_ce(t: int, a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = a * y
        except GUARDS:
            r[t] = decide(site, r, a, y)
    return run


def index_ll(t: int, a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a][r[b]]
        except GUARDS:
            r[t] = decide(site, r, r[a], r[b])
    return run


def index_lc(t: int, a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = r[a][b]
        except GUARDS:
            r[t] = decide(site, r, r[a], b)
    return run


def index_le(t: int, a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = r[a][y]
        except GUARDS:
            r[t] = decide(site, r, r[a], y)
    return run


def index_el(t: int, a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x[r[b]]
        except GUARDS:
            r[t] = decide(site, r, x, r[b])
    return run


def index_ec(t: int, a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        try:
            r[t] = x[b]
        except GUARDS:
            r[t] = decide(site, r, x, b)
    return run


def index_ee(t: int, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        x = a(r)
        y = b(r)
        try:
            r[t] = x[y]
        except GUARDS:
            r[t] = decide(site, r, x, y)
    return run


def index_cl(t: int, a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        try:
            r[t] = a[r[b]]
        except GUARDS:
            r[t] = decide(site, r, a, r[b])
    return run


def index_ce(t: int, a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        y = b(r)
        try:
            r[t] = a[y]
        except GUARDS:
            r[t] = decide(site, r, a, y)
    return run
