"""Reading and setting variables."""

from __future__ import annotations

from types import CellType

from sentra.codegen.tree.sites import activation, undefined
from sentra.runtime.values import MISSING

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


# --- reading -------------------------------------------------------------------------------------
def constant(value: Any) -> Run:
    return lambda r: value


def local(a: int) -> Run:
    return lambda r: r[a]


def checked(a: int, name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        value = r[a]
        if value is MISSING:
            raise undefined(site, r, name)
        return value
    return run


def cell(a: int, name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return r[a].cell_contents
        except ValueError:
            raise undefined(site, r, name) from None
    return run


def module_variable(namespace: dict[str, Any], key: str, name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return namespace[key]
        except KeyError:
            raise undefined(site, r, name) from None
    return run


def nothing_of_that_name(name: str, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        raise undefined(site, r, name)
    return run


# --- setting -------------------------------------------------------------------------------------
def set_local(t: int, a: Run) -> Run:
    def run(r: Registers) -> None:
        r[t] = a(r)
    return run


def set_local_constant(t: int, a: Any) -> Run:
    def run(r: Registers) -> None:
        r[t] = a
    return run


def set_local_local(t: int, a: int) -> Run:
    def run(r: Registers) -> None:
        r[t] = r[a]
    return run


def set_cell(t: int, a: Run) -> Run:
    def run(r: Registers) -> None:
        r[t].cell_contents = a(r)
    return run


def set_item(namespace: dict[str, Any], key: str, a: Run) -> Run:
    def run(r: Registers) -> None:
        namespace[key] = a(r)
    return run


def evaluate(a: Run) -> Run:
    def run(r: Registers) -> None:
        a(r)
    return run


# --- cells ---------------------------------------------------------------------------------------
def new_cell(t: int) -> Run:
    def run(r: Registers) -> None:
        r[t] = CellType()
    return run


def box(t: int) -> Run:
    def run(r: Registers) -> None:
        r[t] = CellType(r[t])
    return run


def copy_cell(t: int) -> Run:
    def run(r: Registers) -> None:
        r[t] = CellType(r[t].cell_contents)
    return run


def passed(a: int) -> Run:
    return lambda r: r[a] is not MISSING


def passed_in_cell(a: int) -> Run:
    return lambda r: r[a].cell_contents is not MISSING
