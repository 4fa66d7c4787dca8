"""Functions as structured statements, with the loops that Python has for what they do."""

from __future__ import annotations

from sentra.codegen.counting import count_loops
from sentra.codegen.elements import loop_over_elements
from sentra.codegen.finish import finish
from sentra.codegen.structure import structure
from sentra.ir.model import Declined, FunctionIR, ModuleIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.codegen.control import Tree

TOO_DEEP = "nested too deeply for the stack of this thread"


def structured_functions(module: ModuleIR) -> dict[int, list[Tree]]:
    """The structured statements of every function, by the function's identity.

    A function without structure is declined: no backend takes it.
    """
    trees: dict[int, list[Tree]] = {}
    for function in module.functions:
        if function.declined:
            continue
        try:
            trees[id(function)] = structured_function(function)
        except Declined as reason:
            function.declined = str(reason)
    return trees


def structured_function(function: FunctionIR) -> list[Tree]:
    """The structured statements of a function; raises Declined."""
    assert function.module is not None
    try:
        body = loop_over_elements(count_loops(structure(function)))
        return body if function.module.debug or not function.tries else finish(body)
    except RecursionError:
        raise Declined(TOO_DEEP) from None
