"""Members of builtin modules, where an import at the start of the module body names them.

>>> show(resolve_imports, '''
... import math
... import { PI } from "math"
... fn area(r) { return PI * math.sqrt(r) }
... log(area(4), math.E)
... ''', "area")
block 0
  return(mul(@PI, invoke sqrt(@math, r.0)))
becomes
block 0
  return(mul(3.141592653589793, call(builtin sqrt, r.0)))

Then the builtin is called as if the program had named it, and can be one operation of Python. The
import itself stays: it may throw.
"""

from __future__ import annotations

from sentra.ir.edit import become, items
from sentra.ir.model import GLOBAL, Expr, FunctionIR, ModuleIR, Variable
from sentra.runtime.builtins import SECTION_NAMES, section_member
from sentra.runtime.registry import DECLARED, Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SCALARS = (int, float, str, bool, type(None))


def resolve_imports(function: FunctionIR) -> FunctionIR:
    """Name builtins instead of members of their modules; the function, changed."""
    module = function.module
    assert module is not None
    if module.imported is None:
        module.imported = _imported(module)
    if module.imported:
        for item in items(function):
            for arg in item.args:
                _resolve(arg, function, module.imported)
    return function


def _imported(module: ModuleIR) -> dict[Variable, Any]:
    """Variables that hold a builtin module (its name) or a member of one, for all of their life.

    Only what the body does before anything else: no function can run, and miss it, before.
    """
    body = module.body
    assert body is not None
    found: dict[Variable, Any] = {}
    if not body.blocks:
        return found
    for statement in body.blocks[0].body:
        variable = statement.variable
        if statement.op != "set" or variable is None:
            break
        value = statement.args[0]
        what: Any = None
        if value.op == "closure" or value.op == "const":
            continue
        if value.op == "import_builtin" or (
                value.op == "import_module" and value.a in SECTION_NAMES):
            what = value.a
        elif value.op == "get" and type(found.get(value.a)) is str:
            what = found[value.a]
        elif value.op == "property" and value.args[0].op == "get":
            what = _member(found.get(value.args[0].a), value.a)
        if what is None:
            break
        if variable.single if variable.kind == GLOBAL else (
                variable.sets == 1 and variable.kind != "cell"):
            found[variable] = what
    return found


def _member(section: object, name: str) -> Any:
    """What a member of a builtin module is: a `Declaration`, a constant in a list, or None."""
    if type(section) is not str:
        return None
    member = section_member(section, name)
    if isinstance(member, Declaration):
        return member if DECLARED.get(member.name) is member else None
    return [member] if type(member) in _SCALARS and member is not None else None


def _resolve(expr: Expr, function: FunctionIR, imported: dict[Variable, Any]) -> None:
    for arg in expr.args:
        _resolve(arg, function, imported)
    variable: Variable
    what: Any
    if expr.op == "get":
        variable, what = expr.a, imported.get(expr.a)
        if what is not None and type(what) is not str:
            _name(expr, variable, what, function)
    elif expr.op in ("property", "invoke") and expr.args[0].op == "get":
        variable = expr.args[0].a
        what = _member(imported.get(variable), expr.a)
        if what is None:
            return
        if expr.op == "property":
            _name(expr, variable, what, function)
        elif isinstance(what, Declaration):
            _name(expr.args[0], variable, what, function)
            expr.op, expr.a = "call", None


def _name(expr: Expr, variable: Variable, what: Any, function: FunctionIR) -> None:
    """Put a builtin or a constant where the variable was read."""
    variable.reads -= 1
    if isinstance(what, Declaration):
        become(expr, Expr("builtin", (), what.name, expr.span))
        function.free_names.add(what.name)
    else:
        become(expr, Expr("const", (), what[0], expr.span))
