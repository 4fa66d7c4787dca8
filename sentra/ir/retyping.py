"""Type inference once more, for a module that was changed after it was typed."""

from __future__ import annotations

from sentra.ir.model import NONE, Expr, ModuleIR, Terminator, Variable
from sentra.ir.types import infer


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
