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
    from collections.abc import Iterator

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


def find_known_functions(module: ModuleIR) -> dict[FunctionIR, list[Site]]:
    """Set `function` of variables and `escapes` of functions; the places that call each function.

    It also notes who reads each variable (`readers`).
    """
    _note_definitions(module)
    _drop_reassigned(module)
    call_sites: dict[FunctionIR, list[Site]] = {}
    for function in module.functions:
        for item in _items(function):
            if item.op == NEXT and item.variable is not None:
                item.variable.readers.append((function, item))
            for expr in item.args:
                _note_uses(call_sites, (function, item), expr, is_stored=item.op == "set")
        if function.declined:
            for child in function.children:
                child.escapes = True
    if any(function.declined for function in module.functions):
        _open_all(module)
    return call_sites


def _items(function: FunctionIR) -> Iterator[Item]:
    for block in function.blocks:
        yield from block.body
        if block.end is not None:
            yield block.end


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
        for variable in function.locals:
            if variable.sets > 1 or variable in function.parameters:
                _forget(variable)


def _forget(variable: Variable) -> None:
    if variable.function is not None:
        variable.function.escapes = True
        variable.function = None


def _note_uses(
    call_sites: dict[FunctionIR, list[Site]], site: Site, expr: Expr, *, is_stored: bool = False,
    callee: bool = False, callback: bool = False,
) -> None:
    """Who reads, calls and hands on functions in an expression.

    `callee`: it is what a call calls; `callback`: a builtin calls it, with types that are known.
    """
    known = function_of(expr)
    if expr.op == "get":
        owner(expr.a).readers.append(site)
    if known is not None and not (callee if expr.op == "get" else is_stored):
        if callback:
            call_sites.setdefault(known, []).append(site)
        else:
            known.escapes = True
    elif expr.op == "call":
        called = known_callee(expr)
        if called is not None:
            call_sites.setdefault(called, []).append(site)
    is_call = expr.op == "call"
    place = 2 if is_call else 1
    calls_back = (expr.op == "invoke" and expr.a in CALLBACKS) or (
        is_call and expr.args[0].op == "builtin" and expr.args[0].a in CALLBACKS)
    for index, arg in enumerate(expr.args):
        _note_uses(call_sites, site, arg, callee=index == 0 and is_call,
                   callback=calls_back and index == place)


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
