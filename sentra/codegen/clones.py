"""Clones of functions (see `ir.specialise`) in generated code: which are called, by which names."""

from __future__ import annotations

from types import CodeType

from sentra.ir.edit import items
from sentra.ir.model import GLOBAL, Expr, FunctionIR, ModuleIR, Variable


def clones_called(function: FunctionIR) -> list[Variable]:
    """The variables of the clones that a function, or one inside it, calls."""
    return [variable for variable in _read(function)
            if variable.function is not None and variable.function.original is not None]


def _read(function: FunctionIR) -> dict[Variable, None]:
    """The module variables that a function, or one inside it, reads."""
    found: dict[Variable, None] = {}

    def walk(expr: Expr) -> None:
        if expr.op == "get" and expr.a.kind == GLOBAL:
            found[expr.a] = None
        elif expr.op == "closure":
            found.update(_read(expr.a))
        for arg in expr.args:
            walk(arg)

    for item in items(function):
        if item.op == "set" and item.args[0].op == "closure" and item.variable is not None and (
                item.variable.kind == GLOBAL and item.variable.function is item.args[0].a):
            continue  # a function at the top: what reads it matters
        for arg in item.args:
            walk(arg)
    return found


def uncalled(module: ModuleIR) -> set[Variable]:
    """Clones, and originals that have some, that no code calls (any more: calls are inlined).

    An original stays where a host, another module or another executor may call it.
    """
    assert module.body is not None
    family = {variable for variable in module.globals.values()
              if variable.function is not None and variable.function.original is not None}
    for variable in module.globals.values():
        known = variable.function
        if known is not None and known.clones and not known.escapes and not any(
                function.declined for function in module.functions):
            family.add(variable)
    pending = [module.body]
    if family:
        pending += [variable.function for variable in module.globals.values()
                    if variable.function is not None and variable not in family]
    while pending and family:
        for variable in _read(pending.pop()):
            if variable in family:
                family.discard(variable)
                assert variable.function is not None
                pending.append(variable.function)
    return family


def named_as_originals(names: dict[str, str], code: CodeType) -> CodeType:
    """The code of a module, whose clones have the names of their originals in Python's tools.

    `names`: a clone's own name → that of its original.
    """
    return code.replace(co_consts=tuple([
        each.replace(co_name=names[each.co_name], co_qualname=names[each.co_name])
        if type(each) is CodeType and each.co_name in names else each
        for each in code.co_consts]))
