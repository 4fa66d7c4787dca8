"""Which function a variable always holds, and who may call a function.

A variable that is set once, to one function, before anything can read it means that function for
all its life. A function *escapes* where something that the compiler does not see may call it: its
parameters can be anything then.
"""

from __future__ import annotations

from sentra.ir.model import (
    ANY,
    CELL,
    GLOBAL,
    LOCAL,
    NEXT,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Terminator,
    Variable,
)
from sentra.ir.signatures import CALLBACKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    Item = Stmt | Terminator
    Site = tuple[FunctionIR, Item]


def owner(variable: Variable) -> Variable:
    """The variable itself; of an upvalue the captured cell."""
    return variable.owner or variable


def function_of(e: Expr) -> FunctionIR | None:
    """The function that an expression surely is."""
    if e.op == "closure":
        found: FunctionIR | None = e.a
        return found
    return owner(e.a).function if e.op == "get" else None


def known_callee(expr: Expr) -> FunctionIR | None:
    """The function that a call surely means."""
    return function_of(expr.args[0])


def find_known_functions(module: ModuleIR, sites: list[Site]) -> dict[FunctionIR, list[Site]]:
    """Set `function` of variables and `escapes` of functions; the places that call each function.

    `sites` are all places. It also notes which of them read each variable (`readers`).
    """
    _note_definitions(module)
    _drop_reassigned(module)
    call_sites: dict[FunctionIR, list[Site]] = {}
    for site in sites:
        item = site[1]
        if item.op == NEXT and item.variable is not None:
            item.variable.readers.append(site)
        _note_uses(call_sites, site, item.args, is_stored=item.op == "set")
    declined = [function for function in module.functions if function.declined]
    for function in declined:
        for child in function.children:
            child.escapes = True
    if declined:
        _open_all(module)
    return call_sites


def sites_of(functions: list[FunctionIR]) -> list[Site]:
    """The statements and terminators of some functions, each with its function."""
    return [(function, item) for function in functions for block in function.blocks
            for item in (*block.body, block.end) if item is not None]


def _note_definitions(module: ModuleIR) -> None:
    """``f = fn …``, for every variable that it may be known of."""
    exported = {variable for _, variable in module.bytecode.exports}
    for function in module.functions:
        if function.parent is None:
            function.escapes = True
        for block in function.blocks:
            for statement in block.body:
                if statement.op != "set" or statement.args[0].op != "closure":
                    continue
                assert statement.variable is not None
                known: FunctionIR = statement.args[0].a
                variable = owner(statement.variable)
                if variable.kind == GLOBAL and variable.single:
                    variable.function = known
                    known.escapes |= variable.name in exported or (
                        module.open_functions and known.original is None)
                elif variable.kind in (LOCAL, CELL) and variable.function is None:
                    variable.function = known
                else:
                    known.escapes = True


def _drop_reassigned(module: ModuleIR) -> None:
    """A variable that is set more than once, or late, holds no known function."""
    body = module.body
    early: set[Variable] = set()
    for statement in body.blocks[0].body if body is not None and body.blocks else ():
        if statement.op != "set" or statement.args[0].op != "closure":
            break
        assert statement.variable is not None
        early.add(statement.variable)
    for variable in module.globals.values():
        if variable.sets > 1 or variable not in early:
            _forget(variable)
    for function in module.functions:
        for variable in function.upvalues:
            if variable.sets:
                _forget(owner(variable))
        parameters = frozenset(function.parameters)
        for variable in function.locals:
            if variable.sets > 1 or variable in parameters:
                _forget(variable)


def _forget(variable: Variable) -> None:
    if variable.function is not None:
        variable.function.escapes = True
        variable.function = None


def _note_uses(
    call_sites: dict[FunctionIR, list[Site]], site: Site, args: tuple[Expr, ...], *,
    is_stored: bool = False, is_call: bool = False, callback: int = -1,
) -> None:
    """Who reads, calls and hands on functions in the arguments of an operation.

    `is_call`: the first is what a call calls; `callback`: the place of a function that a builtin
    calls, with types that are known.
    """
    for place, arg in enumerate(args):
        op = arg.op
        if op == "get":
            variable = arg.a.owner or arg.a
            variable.readers.append(site)
            known = variable.function
            if known is None or (is_call and place == 0):
                continue
        elif op == "closure" and not is_stored:
            known = arg.a
        else:
            if arg.args:
                _note_operation(call_sites, site, arg)
            continue
        if place == callback:
            call_sites.setdefault(known, []).append(site)
        else:
            known.escapes = True


def _note_operation(
    call_sites: dict[FunctionIR, list[Site]], site: Site, expr: Expr,
) -> None:
    callback = -1
    is_call = expr.op == "call"
    if is_call:
        callee = expr.args[0]
        called = function_of(callee)
        if called is not None:
            call_sites.setdefault(called, []).append(site)
        elif callee.op == "builtin" and callee.a in CALLBACKS:
            callback = 2
    elif expr.op == "invoke" and expr.a in CALLBACKS:
        callback = 1
    _note_uses(call_sites, site, expr.args, is_call=is_call, callback=callback)


def _open_all(module: ModuleIR) -> None:
    """What runs elsewhere is not seen here: it may call and assign anything of the module."""
    for function in module.functions:
        function.escapes = True
    for variable in module.globals.values():
        variable.type = ANY
    for function in module.functions:
        if function.declined:
            for variable in function.upvalues:
                owner(variable).type = ANY
                owner(variable).function = None
