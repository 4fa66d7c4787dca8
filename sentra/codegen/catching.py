"""What a catch block does with its error.

Most look at it: they read its message, compare its kind, throw it again. Then nobody needs to
know where it was thrown, and Python's own ``except … as e`` holds it: it is gone, with the frames
that it passed, when the block is left. What a program may keep has its trace collected and its
frames cut off, which costs ten times as much.
"""

from __future__ import annotations

from sentra.codegen.control import ForRange, If, Leave, Simple, Tree, Try, While
from sentra.ir.known import known_callee
from sentra.ir.model import BRANCH, LOCAL, RETHROW, THROW, Expr, FunctionIR, Variable

MAX_SIZE = 200  # instructions of a function that a catch block passes its error to
_PLACES = frozenset(["file", "line", "column", "stack"])

# Operations whose result is never one of these operands.
_LOOKING = frozenset(
    """add sub mul div mod negate not_ equal not_equal less less_equal greater greater_equal
    contains slice_ text""".split())

# Builtins that only look at their arguments.
_LOOKING_BUILTINS = frozenset(
    """str len type typeof log print println error contains includes starts_with startsWith
    startswith ends_with endsWith endswith index_of indexOf upper lower trim split replace
    substring substr int float bool format assert""".split())


def looked_at(node: Try, *, again: bool = True) -> Variable | None:
    """The variable of a catch block that only looks at its error, or throws it again.

    None where there is no variable, where the error may be kept, or its place is asked for; and
    without `again` where it is thrown again.
    """
    first = node.handler[0] if node.handler else None
    if not isinstance(first, Simple) or first.stmt.op != "set" or (
            first.stmt.args[0].op != "caught"):
        return None
    variable = first.stmt.variable
    if variable is None or variable.kind != LOCAL or not variable.reads:
        return None
    looks = all(_only_looks(each, variable, again) for each in node.handler[1:])
    return variable if looks else None


def _only_looks(node: Tree, variable: Variable, innermost: bool) -> bool:
    """`innermost`: a plain ``raise`` would throw this error."""
    if isinstance(node, Simple):
        if node.stmt.variable is variable:
            return False
        return all(_reads(e, variable) for e in node.stmt.args)
    if isinstance(node, If):
        return (node.condition is None or _tests(node.condition, variable)) and all(
            _only_looks(each, variable, innermost) for each in (*node.then, *node.otherwise))
    if isinstance(node, Leave):
        if node.op == THROW and _is(node.value, variable):
            return innermost
        return _reads(node.value, variable)
    if isinstance(node, Try):
        return all(_only_looks(each, variable, innermost) for each in node.body) and all(
            _only_looks(each, variable, False) for each in node.handler)
    if isinstance(node, While) and node.condition is not None and (
            not _tests(node.condition, variable)):
        return False
    if isinstance(node, ForRange) and not all(
            e is None or _reads(e, variable)
            for e in (node.start, node.stop, node.by, node.array)):
        return False
    return all(_only_looks(each, variable, innermost) for each in getattr(node, "body", ()))


def _is(e: Expr, variable: Variable) -> bool:
    return e.op == "get" and e.a is variable


def _tests(e: Expr, variable: Variable, *, calls: bool = True) -> bool:
    """The same for an expression of which only the truth matters."""
    if _is(e, variable):
        return True
    if e.op in ("and", "or", "not_"):
        return all(_tests(arg, variable, calls=calls) for arg in e.args)
    return _reads(e, variable, calls=calls)


def _reads(e: Expr, variable: Variable, *, calls: bool = True) -> bool:
    """Whether an expression does not give the error to anybody who may keep it.

    `calls`: it may be passed to functions that only look at it.
    """
    if _is(e, variable):
        return False
    op = e.op
    looks = op in _LOOKING or (op == "property" and e.a not in _PLACES) or (
        op == "call" and e.args[0].op == "builtin" and e.args[0].a in _LOOKING_BUILTINS)
    callee = known_callee(e) if op == "call" and calls and not looks else None
    for place, arg in enumerate(e.args):
        if not _is(arg, variable):
            if not _reads(arg, variable, calls=calls):
                return False
        elif not looks and (
                callee is None or place == 0 or not _parameter_looks(callee, place - 1)):
            return False
    return True


def _parameter_looks(function: FunctionIR, place: int) -> bool:
    """Whether a function only looks at an argument."""
    if place >= function.bytecode.parameters or (
            len(function.bytecode.code) > MAX_SIZE):
        return False
    parameter = function.parameters[place]
    if parameter.kind != LOCAL or parameter.sets:
        return False
    for block in function.blocks:
        end = block.end
        assert end is not None
        reads = _tests if end.op == BRANCH else _reads
        if not all(_reads(e, parameter, calls=False) for statement in block.body
                   for e in statement.args) or not all(
                       reads(e, parameter, calls=False) for e in end.args):
            return False
    return True


def goes_on(node: Try) -> bool:
    """Whether a handler ends with throwing what it caught, as it is."""
    last = node.handler[-1] if node.handler else None
    return isinstance(last, Leave) and last.op == RETHROW and last.value.a is node.exception


def made_here(e: Expr) -> bool:
    """``error(…)``: what is thrown is new."""
    return e.op == "call" and e.args[0].op == "builtin" and e.args[0].a == "error"
