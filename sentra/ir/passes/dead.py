"""Stores that nothing reads, of values that nothing can notice.

>>> show(drop_dead, '''
... fn area(w, h) {
...   let sides = [w, h]
...   let count = 2
...   let checked = w < h
...   return w * h
... }
... area(2, 3)
... ''', "area")
block 0
  sides.2 = array(w.0, h.1):array
  count.3 = 2
  checked.4 = less(w.0, h.1):boolean
  return(mul(w.0, h.1):nat)
becomes
block 0
  return(mul(w.0, h.1):nat)

A value that may throw or that has effects stays.
"""

from __future__ import annotations

from sentra.ir.edit import forget, is_plain, is_quiet
from sentra.ir.model import TEMP, FunctionIR


def drop_dead(function: FunctionIR) -> FunctionIR:
    """Remove dead stores, from the last to the first; the function, changed."""
    if not any(not v.reads and v.sets for v in function.locals) and not _has_temps(function):
        return function
    for block in reversed(function.blocks):
        body = block.body
        for place in range(len(body) - 1, -1, -1):
            statement = body[place]
            variable = statement.variable
            if (statement.op == "set" and variable is not None and not variable.reads
                    and is_plain(variable) and is_quiet(statement.args[0])):
                forget(statement.args[0])
                variable.sets -= 1
                del body[place]
    return function


def _has_temps(function: FunctionIR) -> bool:
    for block in function.blocks:
        for statement in block.body:
            variable = statement.variable
            if variable is not None and variable.kind == TEMP and not variable.reads:
                return True
    return False
