"""``while a op b`` in one closure.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide
from sentra.codegen.tree.tokens import BREAK

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


def less_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] < r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def less_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] < b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def less_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x < r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def less_equal_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] <= r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def less_equal_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] <= b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def less_equal_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x <= r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] > r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] > b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x > r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_equal_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] >= r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_equal_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] >= b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def greater_equal_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x >= r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def equal_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] == r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def equal_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] == b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def equal_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x == r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def not_equal_ll(a: int, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] != r[b]
            except GUARDS:
                holds = decide(site, r, r[a], r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def not_equal_lc(a: int, b: Any, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            try:
                holds = r[a] != b
            except GUARDS:
                holds = decide(site, r, r[a], b)
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run


def not_equal_el(a: Run, b: int, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            x = a(r)
            try:
                holds = x != r[b]
            except GUARDS:
                holds = decide(site, r, x, r[b])
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run
