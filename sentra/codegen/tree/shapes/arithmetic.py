"""Sums, differences and products that Python may refuse.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def add_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] + r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def add_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] + b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def add_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] + y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def add_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x + r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def add_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x + b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def add_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x + y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def add_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a + r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def add_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a + y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def sub_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] - r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def sub_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] - b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def sub_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] - y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def sub_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x - r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def sub_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x - b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def sub_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x - y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def sub_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a - r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def sub_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a - y
        except GUARDS:
            return decide(site, r, a, y)
    return run


def mul_ll(a: int, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] * r[b]
        except GUARDS:
            return decide(site, r, r[a], r[b])
    return run


def mul_lc(a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a] * b
        except GUARDS:
            return decide(site, r, r[a], b)
    return run


def mul_le(a: int, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return r[a] * y
        except GUARDS:
            return decide(site, r, r[a], y)
    return run


def mul_el(a: Run, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x * r[b]
        except GUARDS:
            return decide(site, r, x, r[b])
    return run


def mul_ec(a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return x * b
        except GUARDS:
            return decide(site, r, x, b)
    return run


def mul_ee(a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return x * y
        except GUARDS:
            return decide(site, r, x, y)
    return run


def mul_cl(a: Any, b: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return a * r[b]
        except GUARDS:
            return decide(site, r, a, r[b])
    return run


def mul_ce(a: Any, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        y = b(r)
        try:
            return a * y
        except GUARDS:
            return decide(site, r, a, y)
    return run
