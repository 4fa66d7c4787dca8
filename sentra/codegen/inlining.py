"""Calls of small functions as the expression that the function returns.

``fn area(w, h) { return w * h }`` … ``area(2, x)`` becomes ``2 * x``; one level of a recursive
function is unrolled the same way (Scheifler 1977). Only functions that are never reassigned, whose
body chooses between returned expressions, with no effect but calls of the module's functions.
Arguments are constants and plain variables, or are bound where they are first evaluated.

The copy's nodes are marked with the number of the call (`marks`).
"""

from __future__ import annotations

from sentra.codegen.marks import MAX_SITES, Site, marked
from sentra.codegen.select import is_stable, may_raise, select
from sentra.ir.known import known_callee
from sentra.ir.model import BRANCH, LOCAL, RETURN, TEMP, Expr, FunctionIR, ModuleIR, Variable
from sentra.ir.passes.folding import fold_copy

MAX_NODES = 24
MAX_BRANCHES = 2

_ALLOWED = frozenset(
    """const get add sub mul div mod negate not_ equal not_equal less less_equal greater
    greater_equal and or select call""".split())


class Inlining:
    """What is inlined in a module: the bodies, and the calls that were replaced, by number."""

    def __init__(self, module: ModuleIR) -> None:
        self.sites: list[Site] = []
        self.bodies: dict[int, tuple[Expr, frozenset[str]]] = {}
        for function in module.functions:
            if not function.declined:
                body = _body_of(function)
                if body is not None:
                    names = frozenset(function.free_names)
                    self.bodies[id(function)] = copied(body, {}, 0), names

    def inline_into(self, function: FunctionIR) -> None:
        """Replace the calls in a function."""
        if not self.bodies:
            return
        for block in function.blocks:
            for item in (*block.body, block.end):
                assert item is not None
                for expr in item.args:
                    _replace(expr, function, self.bodies, self.sites)


def inline_calls(module: ModuleIR) -> None:
    """Replace the calls in all functions that generated code runs."""
    module.inlining = inlining = Inlining(module)
    for function in module.functions:
        if not function.declined:
            inlining.inline_into(function)


def _replace(
    expr: Expr, caller: FunctionIR, bodies: dict[int, tuple[Expr, frozenset[str]]],
    sites: list[Site],
) -> None:
    for arg in expr.args:
        _replace(arg, caller, bodies, sites)
    if expr.op != "call":
        return
    known = known_callee(expr)
    if known is None or id(known) not in bodies or expr.args[0].op != "get":
        return
    if len(sites) == MAX_SITES:
        return
    body, free_names = bodies[id(known)]
    values = _arguments(known, body, expr.args[1:])
    if values is None:
        return
    sites.append(Site(known.name, expr.span))
    caller.free_names |= free_names
    made = copied(body, values, len(sites))
    if any(value.op == "const" for value in values.values()):
        fold_copy(made)
    expr.op, expr.args, expr.a, expr.span = made.op, made.args, made.a, made.span
    expr.depth = made.depth


def _arguments(
    function: FunctionIR, body: Expr, args: tuple[Expr, ...],
) -> dict[Variable, Expr] | None:
    """What stands for each parameter; None if the call has to stay."""
    if len(args) != function.bytecode.parameters:
        return None
    values: dict[Variable, Expr] = {}
    for parameter, arg in zip(function.parameters, args, strict=True):
        if is_stable(arg):
            values[parameter] = arg
            continue
        select(arg)
        first = _first_read(body)
        if arg.impure or arg.guards or may_raise(arg) or first is not parameter:
            return None
        bound = Variable("$" + parameter.name, TEMP)
        bound.type = arg.type
        made = Expr("bind", (arg,), bound, arg.span)
        made.type = arg.type
        values[parameter] = made
    return values


def _first_read(body: Expr) -> Variable | None:
    """The variable that is evaluated first."""
    while body.args:
        body = body.args[0] if body.op != "call" else body.args[min(1, len(body.args) - 1)]
    return body.a if body.op == "get" else None


def _body_of(function: FunctionIR) -> Expr | None:
    """The expression that a function returns, if that is all it does."""
    code = function.bytecode
    if (function.parent is None or code.has_rest or code.required != code.parameters
            or function.upvalues or function.escapes or not function.blocks or function.tries):
        return None
    if any(parameter.kind != LOCAL or parameter.sets for parameter in function.parameters):
        return None
    body = _returned(function, 0, 0)
    if body is None or _size(body) > MAX_NODES:
        return None
    return body


def _returned(function: FunctionIR, number: int, depth: int) -> Expr | None:
    block = function.blocks[number]
    end = block.end
    assert end is not None
    if block.body or (number and block.predecessors != 1):
        return None
    if end.op == RETURN:
        return end.args[0] if _is_simple(end.args[0]) else None
    if end.op != BRANCH or depth >= MAX_BRANCHES or not _is_simple(end.args[0]):
        return None
    then = _returned(function, end.targets[0], depth + 1)
    otherwise = _returned(function, end.targets[1], depth + 1)
    if then is None or otherwise is None:
        return None
    made = Expr("select", (end.args[0], then, otherwise), None, end.span)
    made.type = then.type | otherwise.type
    return made


def _is_simple(expr: Expr) -> bool:
    """Operations that need no handler, on parameters, constants and module variables."""
    if expr.op not in _ALLOWED:
        return False
    if expr.op == "call":
        known = known_callee(expr)
        if known is None or len(expr.args) - 1 != known.bytecode.parameters:
            return False
        return all(_is_simple(arg) for arg in expr.args)
    if expr.op == "get" and (expr.a.kind not in (LOCAL, "global") or expr.a.checked):
        return False
    select(expr)
    return not expr.own and all(_is_simple(arg) for arg in expr.args)


def _size(expr: Expr) -> int:
    return 1 + sum(_size(arg) for arg in expr.args)


def copied(expr: Expr, values: dict[Variable, Expr], site: int) -> Expr:
    """A copy with arguments for parameters; a bound one is named after its first use."""
    if expr.op == "get" and expr.a in values:
        value = values[expr.a]
        if value.op == "bind":
            again = Expr("get", (), value.a, value.span)
            again.type = value.type
            values[expr.a] = again
        elif value.op in ("get", "const"):
            same = Expr(value.op, (), value.a, value.span)
            same.type = value.type & (expr.present or value.type) or value.type  # as tests left it
            return same
        return value
    args = tuple([copied(arg, values, site) for arg in expr.args])
    made = Expr(expr.op, args, expr.a, marked(expr.span, site))
    made.type, made.known, made.present = expr.type, expr.known, expr.present
    return made
