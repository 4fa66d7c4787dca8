"""Calls of functions that are known, by the kinds of their arguments.

`code` holds the function's closure. Its registers are the arguments and `blank`;
``padded_…`` is for those that need no more than 4, with any content.

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import activation, overflow

_activation = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site

    Blank = tuple[Any, ...]
    Code = list[Run]

PADDING = 4


def known_0(
    code: Code, blank: Blank, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([*blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_0(
    code: Code, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_l(
    code: Code, blank: Blank, a: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_l(
    code: Code, a: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_e(
    code: Code, blank: Blank, a: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_e(
    code: Code, a: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_ll(
    code: Code, blank: Blank, a: int, b: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], r[b], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_ll(
    code: Code, a: int, b: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], r[b], None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_le(
    code: Code, blank: Blank, a: int, b: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], b(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_le(
    code: Code, a: int, b: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], b(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_el(
    code: Code, blank: Blank, a: Run, b: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), r[b], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_el(
    code: Code, a: Run, b: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), r[b], None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_ee(
    code: Code, blank: Blank, a: Run, b: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_ee(
    code: Code, a: Run, b: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_lll(
    code: Code, blank: Blank, a: int, b: int, c: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], r[b], r[c], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_lll(
    code: Code, a: int, b: int, c: int, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([r[a], r[b], r[c], None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_eee(
    code: Code, blank: Blank, a: Run, b: Run, c: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_eee(
    code: Code, a: Run, b: Run, c: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_eeee(
    code: Code, blank: Blank, a: Run, b: Run, c: Run, d: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), d(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_eeee(
    code: Code, a: Run, b: Run, c: Run, d: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), d(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def known_eeeee(
    code: Code, blank: Blank, a: Run, b: Run, c: Run, d: Run, e: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), d(r), e(r), *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def padded_eeeee(
    code: Code, a: Run, b: Run, c: Run, d: Run, e: Run, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([a(r), b(r), c(r), d(r), e(r), None, None, None, None])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def many(code: Code, blank: Blank, several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([*[a(r) for a in several], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def rest(
    code: Code, bind: Callable[[list[Any]], Registers], several: tuple[Run, ...], site: Site,
) -> Run:
    """A function that collects its further arguments in an array."""
    def run(r: Registers, /) -> Any:
        try:
            return code[0](bind([a(r) for a in several]))
        except RecursionError as error:
            raise overflow(error, site) from None
    return run
