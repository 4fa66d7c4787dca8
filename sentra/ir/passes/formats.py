"""``format`` with a constant template is a template string.

>>> show(spell_out, '''
... fn line(name, count) { return format("{}: {:>5} of {}", name, count, name) }
... line("a", 1)
... ''', "line")
block 0
  return(call(builtin format, "{}: {:>5} of {}", name.0, count.1, name.0))
becomes
block 0
  return(text(name.0, ": ", call(builtin format, "{:>5}", count.1), " of ", name.0))

Each argument has one place, in the order of the text. A place with a specification may refuse its
value, so what comes behind it must be nothing that can be noticed.
"""

from __future__ import annotations

from sentra.ir.edit import items
from sentra.ir.model import LOCAL, TEMP, Expr, FunctionIR

MOST_PLACES = 20


def spell_out(function: FunctionIR) -> FunctionIR:
    """Make template strings of calls of format; the function, changed."""
    if "format" not in function.bytecode.constants:  # where names are, too
        return function
    for item in items(function):
        for expr in item.args:
            _visit(expr)
    return function


def _visit(expr: Expr) -> None:
    for arg in expr.args:
        _visit(arg)
    if expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a == "format":
        parts = _parts(expr, expr.args[1:])
    elif expr.op == "invoke" and expr.a == "format":
        parts = _parts(expr, expr.args)
    else:
        return
    if parts is not None:
        expr.op, expr.args, expr.a = "text", tuple(parts), None
        expr.depth = 1 + max([part.depth for part in parts], default=0)


def _parts(expr: Expr, args: tuple[Expr, ...]) -> list[Expr] | None:
    """The parts of the text; None where the call has to stay."""
    if not args or args[0].op != "const" or type(args[0].a) is not str or (
            len(args) > MOST_PLACES):
        return None
    from sentra.runtime.builtins.formatting import Template

    template, values = Template(args[0].a), args[1:]
    places = template.places
    if template.problem is not None or len(places) != len(values) or not values:
        return None
    if len(places) == 1 and places[0].spec is not None and not (
            places[0].before or template.after):
        return None  # that is one itself
    parts: list[Expr] = []
    for number, (place, value) in enumerate(zip(places, values, strict=True)):
        if place.number != number or place.problem is not None:
            return None
        if place.before:
            parts.append(Expr("const", (), place.before, expr.span))
        if place.spec is not None:
            if not all(map(_is_still, values[number + 1:])):
                return None
            builtin = Expr("builtin", (), "format", expr.span)
            one = Expr("const", (), f"{{:{place.spec.text}}}", expr.span)
            value = Expr("call", (builtin, one, value), None, expr.span)
        parts.append(value)
    if template.after:
        parts.append(Expr("const", (), template.after, expr.span))
    return parts


def _is_still(expr: Expr) -> bool:
    return expr.op == "const" or (
        expr.op == "get" and expr.a.kind in (LOCAL, TEMP) and not expr.a.checked)
