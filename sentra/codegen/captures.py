"""How generated code keeps captured variables: in Python's own cells, or in cell objects.

A variable that a loop renews has a cell per turn, which Python's own cells are not. If it is set
once, before any function can capture it, it is `frozen`: a function captures its value. Else it is
`explicit`: a cell object in a local.
"""

from __future__ import annotations

from sentra.ir.model import CELL, Expr, ModuleIR, Stmt, Variable


def mark_explicit(module: ModuleIR) -> None:
    """Captured variables that a loop renews, or that another executor's function captures."""
    shared_sets = {v.owner for f in module.functions for v in f.upvalues if v.sets or f.declined}
    for function in module.functions:
        for loop in function.loops:
            for block in function.blocks[loop.header:loop.last + 1]:
                for place, statement in enumerate(block.body):
                    if statement.op in ("new_cell", "copy_cell"):
                        variable = statement.variable
                        assert variable is not None
                        if (variable.sets == 1 and variable not in shared_sets
                                and not module.debug  # a debugger may set it again
                                and _set_at_once(variable, block.body[place + 1:])):
                            variable.frozen = True
                        else:
                            variable.explicit = True
        for block in function.blocks:
            for statement in block.body:
                if statement.op == "copy_cell":
                    assert statement.variable is not None
                    statement.variable.explicit = True
        for variable in function.locals:
            if variable.kind == CELL and not variable.sets and not variable.frozen and (
                    variable not in function.parameters):
                variable.explicit = True  # Python would not know it for a variable of this function


def _set_at_once(variable: Variable, body: list[Stmt]) -> bool:
    """Whether the variable gets its value before any function can capture it."""
    for statement in body:
        if statement.variable is variable and statement.op != "set":
            return False
        if any(_captures(e, variable) for e in statement.args):
            return False
        if statement.variable is variable:
            return True
    return False


def _captures(e: Expr, variable: Variable) -> bool:
    """Whether an expression makes a function that captures a variable."""
    if e.op == "closure":
        return any(upvalue.owner is variable for upvalue in e.a.upvalues)
    return any(_captures(arg, variable) for arg in e.args)
