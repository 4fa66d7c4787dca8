"""What the arguments of an entry (see `entries`) will probably be, by what is done with them.

A wrong guess costs a test of a type; a right one saves all others.
"""

from __future__ import annotations

from sentra.ir.edit import items
from sentra.ir.model import ARRAY, FLOAT, INT, NUMBER, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentra.ir.model import Expr, FunctionIR, Variable

    Types = dict[Variable, int]

_TYPES = {int: INT, float: FLOAT, str: STRING}
_ARITHMETIC = frozenset(["sub", "mul", "div", "mod", "negate"])
_COMPARISONS = frozenset(["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"])
_OF_TEXT = frozenset(
    """upper lower trim trim_left trim_right starts_with startsWith startswith ends_with endsWith
    endswith substring substr char_at ord""".split())
_PROBABLY_OF_TEXT = frozenset(
    "is_digit is_alpha is_space split replace count index_of indexOf last_index_of".split())
_OF_NUMBERS = frozenset("abs min max floor ceil round trunc sqrt chr band bor bxor".split())


def expected(
    function: FunctionIR, defaults: dict[Variable, object],
) -> tuple[list[Types], bool]:
    """The types to make bodies for, NUMBER, STRING or ARRAY for some parameters; the likeliest
    come first. And whether for others the function can only throw. What need not be passed will
    probably be of the type of its default.
    """
    sure: Types = {}
    likely: Types = {}
    for e in _all(function):
        for place, arg in enumerate(e.args):
            if arg.op == "get" and arg.a in function.parameters:
                found, certain = _expected(e, place)
                if found:
                    (sure if certain else likely).setdefault(arg.a, found)
    first = {**likely, **sure}
    if not first:
        return [], False
    second = {v: STRING if v not in sure and found == NUMBER else found
              for v, found in first.items()}
    usual = {**first, **{v: _TYPES[type(value)] for v, value in defaults.items()
                         if type(value) in _TYPES}}
    types: list[Types] = []
    for each in (usual, first, second):
        if each not in types:
            types.append(each)
    return types, len(sure) == len(function.parameters)


def _expected(e: Expr, place: int) -> tuple[int, bool]:
    """The type of an operand, and whether the operation throws for all others."""
    op = e.op
    if op in _ARITHMETIC:
        return NUMBER, op != "mul"
    if op in _COMPARISONS or op == "add":
        other = e.args[1 - place]
        kind = type(other.a) if other.op == "const" else None
        if kind is str or other.type == STRING:
            return STRING, False
        return (0 if kind is None and op.endswith("equal") else NUMBER), (
            (kind is int or kind is float) and op not in ("add", "equal", "not_equal"))
    if op == "text":
        return STRING, False
    if op == "index" and place == 0:
        return ARRAY, False
    name = e.a if op == "invoke" else (
        e.args[0].a if op == "call" and e.args[0].op == "builtin" else None)
    if name in _PROBABLY_OF_TEXT and place == (op == "call"):
        return STRING, False
    if name in _OF_NUMBERS and op == "call":
        return NUMBER, False
    return (STRING, True) if name in _OF_TEXT and place == (op == "call") else (0, False)


def read_as_maps(function: FunctionIR) -> list[Variable]:
    """The parameters of which properties are read."""
    found = {e.args[0].a for e in _all(function) if e.args and e.args[0].op == "get" and (
        e.op == "property" or (e.op == "index" and type(e.args[1].a) is str))}
    return [v for v in function.parameters if v in found]


def _all(function: FunctionIR) -> Iterator[Expr]:
    pending = [e for item in items(function) for e in item.args]
    while pending:
        expr = pending.pop()
        yield expr
        pending += expr.args
