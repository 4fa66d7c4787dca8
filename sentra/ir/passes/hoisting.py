"""Reading what stays the same in a loop once, before it.

>>> show(hoist, '''
... fn row_sum(m, i, n) {
...   let s = 0
...   let k = 0
...   while k < n { s = s + m[i][k]; k = k + 1 }
...   return s
... }
... log(row_sum([[1, 2], [3, 4]], 0, 2))
... ''', "row_sum")
block 0
  s.3 = 0
  k.4 = 0
  jump 1
block 1
  branch(less(k.4, n.2):boolean) 2 3
block 2
  s.3 = add(s.3, index(index(m.0, i.1):nil|array of array, k.4):nat|nil of nat):nat
  k.4 = add(k.4, 1):nat
  jump 1
block 3
  return(s.3)
becomes
block 0
  %m.0 = index(m.0, i.1):nil|array of array
  s.3 = 0
  k.4 = 0
  jump 1
block 1
  branch(less(k.4, n.2):boolean) 2 3
block 2
  s.3 = add(s.3, index(%m.0, k.4):nat|nil of nat):nat
  k.4 = add(k.4, 1):nat
  jump 1
block 3
  return(s.3)

Only elements, fields and lengths are read early, where that cannot throw (`edit.is_quiet`) and
nothing in the loop can change them (`memory`). The length that a loop counts up to stays where it
is: the backend makes a `range` of such a loop.
"""

from __future__ import annotations

from sentra.ir.edit import forget, is_narrowed, is_quiet, new_temp
from sentra.ir.memory import Changes, class_of
from sentra.ir.model import (
    BRANCH,
    JUMP,
    NONE,
    Block,
    Expr,
    FunctionIR,
    LoopRegion,
    Stmt,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 6  # of one loop


def hoist(function: FunctionIR) -> FunctionIR:
    """Move invariant reads in front of loops, outer loops first; the function, changed."""
    if not function.loops:
        return function
    entering = _entering(function)
    bounds = _bounds(function, entering)
    for loop in sorted(function.loops, key=lambda loop: loop.header - loop.last):
        _hoist_from(function, loop, entering[loop.header], bounds)
    return function


def _entering(function: FunctionIR) -> dict[int, list[Block]]:
    """The blocks that lead to the header of each loop, from outside."""
    found: dict[int, list[Block]] = {loop.header: [] for loop in function.loops}
    last = {loop.header: loop.last for loop in function.loops}
    for block in function.blocks:
        for target in block.end.targets if block.end is not None else ():
            if target in found and block.number != last[target]:
                found[target].append(block)
    return found


def _bounds(function: FunctionIR, entering: dict[int, list[Block]]) -> set[Expr]:
    """The lengths that loops go up to: ``i < len(x)`` and ``range(len(x))``."""
    found = set()
    for loop in function.loops:
        bound = _counted_bound(function.blocks[loop.header:loop.last + 1])
        if bound is not None:
            found.add(bound)
        entry = _entry(entering[loop.header], loop)
        if entry is not None and entry.body and entry.body[-1].op == "iterate":
            found.update(filter(is_length, entry.body[-1].args[0].args))
    return found


def _hoist_from(
    function: FunctionIR, loop: LoopRegion, entering: list[Block], bounds: set[Expr],
) -> None:
    blocks = function.blocks[loop.header:loop.last + 1]
    entry = _entry(entering, loop)
    if entry is None:
        return
    statements = [item for block in blocks for item in (*block.body, block.end) if item is not None]
    found: list[Expr] = []
    for item in statements:
        for arg in item.args:
            if arg.args:
                _reads(arg, found)
    if not found:
        return
    changes = Changes()
    for item in statements:
        changes.add(item)
    groups: dict[Any, list[Expr]] = {}
    for expr in found:
        if expr in bounds:
            continue
        for part in _invariant(expr, changes):
            if is_narrowed(part, loop.known):
                continue  # it may throw before the test
            groups.setdefault(key_of(part), []).append(part)
    if groups and entry.body and entry.body[-1].op == "iterate":
        _join_source(entry.body[-1].args[0], groups)
    for group in list(groups.values())[:MOST]:
        _move(function, entry, group)


def _join_source(expr: Expr, groups: dict[Any, list[Expr]]) -> None:
    """What the loop goes over may be the same read, or of it."""
    group = groups.get(key_of(expr)) if expr.op in ("index", "property") else None
    if group is not None:
        group.append(expr)
        return
    for arg in expr.args:
        if arg.args:
            _join_source(arg, groups)


def _entry(found: list[Block], loop: LoopRegion) -> Block | None:
    """The block that alone leads to the loop; None where nothing can be put before it."""
    if len(found) != 1 or found[0].end is None or found[0].end.op != JUMP or (
            found[0].number > loop.header):
        return None
    body = found[0].body
    if body and body[-1].op in ("iterate", "iterate_pairs"):
        # The backend evaluates this where the loop begins.
        source = body[-1].args[0]
        return found[0] if _changes_nothing(source) else None
    return found[0]


def _changes_nothing(expr: Expr) -> bool:
    """Whether what is read early is the same after this was evaluated; it may throw."""
    changes = Changes()
    changes.evaluate(expr)
    return not (changes.everything or changes.classes or changes.variables)


def _reads(expr: Expr, found: list[Expr]) -> None:
    """Elements, fields and lengths that a tree reads, the outermost ones."""
    if expr.op == "index" or expr.op == "property" or is_length(expr):
        found.append(expr)
        return
    for arg in expr.args:
        if arg.args:
            _reads(arg, found)


def _invariant(expr: Expr, changes: Changes) -> list[Expr]:
    """The largest parts of a read that are the same in every turn."""
    is_read = expr.args[0].op != "const" if expr.op in ("index", "property") else (
        is_length(expr) and expr.args[1].op != "const")
    if is_read and is_quiet(expr) and not changes.may_change(expr):
        return [expr]
    return [part for arg in expr.args if arg.args for part in _invariant(arg, changes)]


def is_length(expr: Expr) -> bool:
    """``len(x)`` of the builtin."""
    return expr.op == "call" and len(expr.args) == 2 and (
        expr.args[0].op == "builtin" and expr.args[0].a == "len")


def _counted_bound(blocks: list[Block]) -> Expr | None:
    """The ``len(x)`` of a loop ``i < len(x)`` whose last statement is the only one to step i."""
    end, last = blocks[0].end, blocks[-1].body
    if end is None or end.op != BRANCH or not last or last[-1].op != "set":
        return None
    test, step = end.args[0], last[-1].args[0]
    variable = last[-1].variable
    if test.op not in ("less", "less_equal") or not is_length(test.args[1]) or (
            step.op != "add" or not all(_reads_of(e, variable) for e in (test, step))):
        return None
    by = step.args[1]
    changing: list[Variable | None] = [item.variable for block in blocks for item in block.body
                if item.variable is not None]
    if changing.count(variable) != 1 or (by.op != "const" and (
            by.op != "get" or by.a in changing)):
        return None
    return test.args[1]


def _reads_of(expr: Expr, variable: Variable | None) -> bool:
    return expr.args[0].op == "get" and expr.args[0].a is variable


def key_of(expr: Expr) -> Any:
    """Equal for expressions that are the same."""
    if expr.op == "const":
        return ("const", type(expr.a), repr(expr.a))
    if expr.op == "get":
        return expr.a
    return (expr.op, expr.a, *[key_of(arg) for arg in expr.args])


def _move(function: FunctionIR, entry: Block, group: list[Expr]) -> None:
    first = group[0]
    place = len(entry.body)
    while place and _may_follow(entry.body[place - 1], first):
        place -= 1
    replace_all(function, entry, place, group)


def replace_all(
    function: FunctionIR, block: Block, place: int, group: list[Expr],
) -> Variable:
    """Evaluate equal expressions once, before a statement of a block; the variable it is in."""
    first = group[0]
    temp = new_temp(function, "$" + _name(first), first.type)
    value = Expr(first.op, first.args, first.a, first.span)
    value.type, value.known, value.present = first.type, first.known, first.present
    temp.content = class_of(first)
    temp.sets = 1
    temp.reads = len(group)
    block.body.insert(place, Stmt("set", temp, (value,), None, first.span))
    for number, expr in enumerate(group):
        if number:
            for arg in expr.args:
                forget(arg)
        expr.op, expr.args, expr.a, expr.depth = "get", (), temp, 1
        expr.known, expr.present = 0, NONE
    return temp


def _may_follow(statement: Stmt, expr: Expr) -> bool:
    """Whether a statement can as well stand after the evaluation: counters keep their loop."""
    if statement.op in ("iterate", "iterate_pairs"):
        return True
    return (statement.op == "set" and statement.args[0].op == "const"
            and statement.variable is not None and not _mentions(expr, statement.variable))


def _mentions(expr: Expr, variable: object) -> bool:
    return (expr.op == "get" and expr.a is variable) or any(
        _mentions(arg, variable) for arg in expr.args)


def _name(expr: Expr) -> str:
    """A name for people: that of the variable at the root."""
    if expr.op == "call":
        return _name(expr.args[1]) + "_length"
    while expr.args:
        expr = expr.args[0]
    if expr.op != "get":
        return "part"
    name: str = expr.a.name.lstrip("$")
    return name.rstrip("0123456789") or "part"
