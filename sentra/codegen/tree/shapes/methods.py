"""Calls of methods, and of captured functions that are known.

The meaning of a method shows only at run time: a map's own function, else the builtin for the type,
which is kept in `known` once `decide` has found it.
"""

from __future__ import annotations

from sentra.codegen.tree.sites import activation, decide, overflow, refused

_activation = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site

    Known = dict[type, Callable[..., Any]]


def invoke_0(known: Known, name: str, a: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        kind = type(x)
        if kind in known:
            return known[kind](x)
        if kind is dict and name in x:
            function = x[name]
            try:
                return function()
            except TypeError as error:
                raise refused(site, error, function, 0) from None
            except RecursionError as error:
                raise overflow(error, site) from None
        return decide(site, r, x)
    return run


def invoke_1(known: Known, name: str, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        kind = type(x)
        if kind in known:
            return known[kind](x, y)
        if kind is dict and name in x:
            function = x[name]
            try:
                return function(y)
            except TypeError as error:
                raise refused(site, error, function, 1) from None
            except RecursionError as error:
                raise overflow(error, site) from None
        return decide(site, r, x, y)
    return run


def invoke_many(known: Known, name: str, a: Run, several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        values = [each(r) for each in several]
        kind = type(x)
        if kind in known:
            return known[kind](x, *values)
        if kind is dict and name in x:
            function = x[name]
            try:
                return function(*values)
            except TypeError as error:
                raise refused(site, error, function, len(values)) from None
            except RecursionError as error:
                raise overflow(error, site) from None
        return decide(site, r, x, *values)
    return run


# --- a captured variable that always holds one function of the module ----------------------------
def captured_0(f: Run, code: list[Run], blank: tuple[Any, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        closure = f(r).__kwdefaults__["_closure"]
        try:
            return code[0]([*blank, *closure.cells])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def captured_1(f: Run, code: list[Run], blank: tuple[Any, ...], a: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        closure = f(r).__kwdefaults__["_closure"]
        try:
            return code[0]([a(r), *blank, *closure.cells])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def captured_many(
    f: Run, code: list[Run], blank: tuple[Any, ...], several: tuple[Run, ...], site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        closure = f(r).__kwdefaults__["_closure"]
        try:
            return code[0]([*[a(r) for a in several], *blank, *closure.cells])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run
