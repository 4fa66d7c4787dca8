"""From bytecode to the IR that the backends take: built, typed, improved.

The one place that runs these stages. With ``SENTRA_VERIFY`` set in the environment the IR is
checked after each of them (the tests do that); otherwise checking costs nothing.
"""

from __future__ import annotations

from os import environ

from sentra.ir.build import build_module
from sentra.ir.kinds import calls_vary
from sentra.ir.passes import PASSES
from sentra.ir.types import infer, infer_clone, infer_rest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.ir.model import FunctionIR, ModuleIR
    from sentra.ir.passes import Pass


def prepare(
    module: Module, passes: Sequence[Pass] = PASSES, *, open_functions: bool = False,
    debug: bool = False,
) -> ModuleIR:
    """The typed IR of a verified module of general opcodes, after `passes`.

    With `open_functions` a host may call any function at the top of the module, with any values.
    For a debug build there are no passes: what runs is what stands in the source.
    """
    check = _checker()
    if debug:
        passes = ()
    ir = build_module(module, debug=debug)
    ir.open_functions = open_functions
    check(ir, "build")
    for each in passes:
        if not each.typed:
            _run(each, ir)
            check(ir, each.name)
    infer(ir)
    check(ir, "infer")
    if not debug and calls_vary(ir):
        from sentra.ir.specialise import specialise

        specialise(ir, lambda function: _run_untyped(passes, function))
        check(ir, "specialise")
    for each in passes:
        if each.typed:
            _run(each, ir)
            check(ir, each.name)
    return ir


def prepare_rest(function: FunctionIR, passes: Sequence[Pass] = PASSES) -> None:
    """The same for the rest of a function of a typed module (see `build_rest`)."""
    for each in passes:
        if not each.typed:
            each.run(function)
    infer_rest(function)
    for each in passes:
        if each.typed:
            each.run(function)
    if environ.get("SENTRA_VERIFY"):
        from sentra.ir.verify import verify_rest

        verify_rest(function)


def prepare_clone(
    function: FunctionIR, types: list[int], contents: list[Any], passes: Sequence[Pass] = PASSES,
) -> None:
    """The same for one more body of a function of a typed module (see `build_clone`)."""
    _run_untyped(passes, function)
    infer_clone([function], types, contents)
    for each in passes:
        if each.typed:
            each.run(function)
    if environ.get("SENTRA_VERIFY"):
        from sentra.ir.verify import verify_rest

        verify_rest(function)


def _run_untyped(passes: Sequence[Pass], function: FunctionIR) -> None:
    for each in passes:
        if not each.typed:
            each.run(function)


def _run(each: Pass, ir: ModuleIR) -> None:
    for function in ir.functions:
        if not function.declined:
            each.run(function)


def _checker() -> Callable[[ModuleIR, str], None]:
    if not environ.get("SENTRA_VERIFY"):
        return lambda ir, stage: None
    from sentra.ir.verify import verify_module

    return verify_module
