"""Calls of values, builtins and methods. `known` has calls of functions that are known."""

from __future__ import annotations

from sentra.codegen.tree.sites import GUARDS, activation, decide, overflow, refused

_activation = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


# --- any value -----------------------------------------------------------------------------------
def value_0(f: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        function = f(r)
        try:
            return function()
        except TypeError as error:
            raise refused(site, error, function, 0) from None
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def value_1(f: Run, a: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        function = f(r)
        x = a(r)
        try:
            return function(x)
        except TypeError as error:
            raise refused(site, error, function, 1) from None
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def value_l(f: Run, a: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        function = f(r)
        try:
            return function(r[a])
        except TypeError as error:
            raise refused(site, error, function, 1) from None
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def value_2(f: Run, a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        function = f(r)
        x = a(r)
        y = b(r)
        try:
            return function(x, y)
        except TypeError as error:
            raise refused(site, error, function, 2) from None
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def value_many(f: Run, several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        function = f(r)
        values = [a(r) for a in several]
        try:
            return function(*values)
        except TypeError as error:
            raise refused(site, error, function, len(values)) from None
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


# --- builtins and operations of the runtime: the number of arguments is right --------------------
def builtin_0(function: Callable[..., Any], site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function()
    return run


def builtin_1(function: Callable[..., Any], a: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(a(r))
    return run


def builtin_l(function: Callable[..., Any], a: int, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(r[a])
    return run


def builtin_2(function: Callable[..., Any], a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(a(r), b(r))
    return run


def builtin_lc(function: Callable[..., Any], a: int, b: Any, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(r[a], b)
    return run


def builtin_ec(function: Callable[..., Any], a: Run, b: Any, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(a(r), b)
    return run


def builtin_3(function: Callable[..., Any], a: Run, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(a(r), b(r), c(r))
    return run


def builtin_many(function: Callable[..., Any], several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        return function(*[a(r) for a in several])
    return run


# --- builtins that are a function of Python for these types --------------------------------------
def python_l(function: Callable[..., Any], a: int, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return function(r[a])
        except GUARDS:
            return decide(site, r, r[a])
    return run


def python_1(function: Callable[..., Any], a: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        try:
            return function(x)
        except GUARDS:
            return decide(site, r, x)
    return run


def python_2(function: Callable[..., Any], a: Run, b: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        try:
            return function(x, y)
        except GUARDS:
            return decide(site, r, x, y)
    return run


def python_3(function: Callable[..., Any], a: Run, b: Run, c: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        x = a(r)
        y = b(r)
        z = c(r)
        try:
            return function(x, y, z)
        except GUARDS:
            return decide(site, r, x, y, z)
    return run
