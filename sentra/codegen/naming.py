"""Names of variables in generated code: the user's, unless two would meet.

Python knows function scope and looks names up through all enclosing functions; Sentra has blocks.
So a local must not have the name of a module variable that a function inside uses, nor that of
another variable of its function. Such a one gets a number: ``x__2_``.
"""

from __future__ import annotations

from sentra.ir.model import FunctionIR, ModuleIR, Variable
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Function

BODY = "_module"  # the function that is the module's body


def assign_names(module: ModuleIR) -> None:
    """Give every variable of a module its name in generated code."""
    for variable in module.globals.values():
        variable.python = to_python(variable.name)
    seen_below: dict[int, set[str]] = {}
    for function in reversed(module.functions):  # inner functions come after outer ones
        names = seen_below.setdefault(id(function), set())
        names.update(map(to_python, function.free_names))
        if function.parent is not None:
            seen_below.setdefault(id(function.parent), set()).update(names)
    for function in module.functions:
        _name_locals(function, seen_below[id(function)])


def _name_locals(function: FunctionIR, taken: set[str]) -> None:
    for variable in function.upvalues:
        owner = variable.owner
        assert owner is not None
        variable.python = owner.python
    used = set(taken)
    used.update(variable.python for variable in function.upvalues)
    numbers: dict[str, int] = {}
    for variable in function.locals:
        variable.python = unused(_base(variable), used, numbers)
        used.add(variable.python)


def _base(variable: Variable) -> str:
    if variable.name.startswith("$"):
        return "_" + variable.name[1:].replace("$", "")
    if variable.name == "_" or not variable.name:
        return "_unused"
    return to_python(variable.name)


def own_name(function: FunctionIR | Function) -> str:
    """What a function calls itself in generated code."""
    return BODY if function.name == "<module>" else to_python(function.name)


def unused(base: str, used: set[str], numbers: dict[str, int] | None = None) -> str:
    """`base`, numbered if it is taken. `numbers` remembers up to where the numbers are."""
    if base not in used:
        return base
    number = 2 if numbers is None else numbers.get(base, 2)
    hidden = base.startswith("_") and not base.endswith("_")
    while True:
        name = f"{base}{number}" if hidden else f"{base}__{number}_"
        number += 1
        if name not in used:
            if numbers is not None:
                numbers[base] = number
            return name


