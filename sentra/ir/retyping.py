"""Type inference once more: of a module that was changed after it was typed, or of a function."""

from __future__ import annotations

from contextlib import contextmanager

from sentra.ir.contents import UNKNOWN
from sentra.ir.edit import items
from sentra.ir.model import NONE, Expr, FunctionIR, ModuleIR, Terminator, Variable
from sentra.ir.types import infer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentra.ir.contents import Content


def infer_again(module: ModuleIR) -> None:
    """Type a module that was typed before, after functions were added and calls were redirected."""
    for variable in module.globals.values():
        _reset(variable)
    for function in module.functions:
        function.result, function.content, function.escapes = NONE, None, False
        for variable in (*function.locals, *function.upvalues):
            _reset(variable)
        for block in function.blocks:
            if block.exception is not None:
                _reset(block.exception)
            for item in (*block.body, block.end):
                assert item is not None
                if item.variable is not None:
                    _reset(item.variable)
                if isinstance(item, Terminator):
                    for variable in item.results:
                        _reset(variable)
                for expr in item.args:
                    _forget_keys(expr)
    infer(module)


def _reset(variable: Variable) -> None:
    variable.type, variable.content, variable.function = NONE, None, None
    variable.readers, variable.nilable = [], False


def _forget_keys(expr: Expr) -> None:
    if expr.op != "get":  # what tests say of a variable still holds
        expr.known, expr.present = 0, NONE
    for arg in expr.args:
        _forget_keys(arg)


@contextmanager
def typed_as(
    function: FunctionIR, types: list[int], contents: list[Content | None] | None = None,
) -> Iterator[None]:
    """Meanwhile a function of a typed module is typed for parameters of these types; `contents`
    are the classes of what they hold, where that is known.

    For functions that store in no container but their own: nothing else learns of it.
    """
    assert function.module is not None
    exprs: dict[int, Expr] = {}
    variables = {*function.locals, *function.parameters}
    pending: list[Expr] = []
    for item in items(function):
        if item.variable is not None:
            variables.add(item.variable)
        if isinstance(item, Terminator):
            variables.update(item.results)
        pending += item.args
    while pending:
        expr = pending.pop()
        exprs[id(expr)] = expr
        if expr.op == "bind":
            variables.add(expr.a)
        pending += expr.args
    of_exprs = [(expr, expr.type, expr.known, expr.present) for expr in exprs.values()]
    of_variables = [(v, v.type, v.content, v.nilable) for v in variables]
    result, escapes = function.result, function.escapes
    for variable in variables:
        variable.type = NONE
        if contents is not None:
            variable.content = None
    for place, (parameter, found) in enumerate(zip(function.parameters, types, strict=True)):
        parameter.type = found
        if contents is not None:
            parameter.content = contents[place] or UNKNOWN
    function.result, function.escapes = NONE, False
    try:
        function.module.inference.add([function])
        yield
    finally:
        function.result, function.escapes = result, escapes
        for variable, *facts in of_variables:
            variable.type, variable.content, variable.nilable = facts
        for expr, *facts in of_exprs:
            expr.type, expr.known, expr.present = facts
