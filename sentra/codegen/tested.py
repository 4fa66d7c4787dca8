"""Builtins that are one Python operation where the values pass a test: a table.

``has(m, k)`` of what may be no map is ``k in m if type(m) is dict else has(m, k)``: the builtin
decides about the rest. What the inference knows is not tested. `inline` has the operations of known
types, and those that need no test for any value.
"""

from __future__ import annotations

from functools import reduce

from sentra.codegen.inline import TYPE_GUARD, maker
from sentra.ir.comparing import only_reads
from sentra.ir.model import (
    ARRAY,
    FUNCTION,
    INT,
    LOCAL,
    MAP,
    NAT,
    NIL,
    NUMBER,
    OTHER,
    STRING,
    TEMP,
    Expr,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from sentra.bytecode.code import Span
    from sentra.codegen.expressions import Expressions
    from sentra.codegen.inline import Make
    from sentra.codegen.nodes import Nodes

# What an argument is tested for: a class; that it is not negative; that it is no function, which
# Python would take for a key; that it is an array with elements; that it is no array.
_LIST, _MAP, _TEXT, _INTEGER = "list", "dict", "str", "int"
_NATURAL, _KEY, _FILLED, _NOTHING = "natural", "key", "filled", ""
_UNLISTED = "unlisted"
_ANY = 1023
_TYPES = {_LIST: ARRAY, _FILLED: ARRAY, _MAP: MAP, _TEXT: STRING, _INTEGER: INT, _NATURAL: INT,
          _KEY: NIL | NUMBER | STRING, _UNLISTED: _ANY & ~ARRAY}


class Tested:
    """One row: what each argument is tested for, and the operation."""

    __slots__ = ("make", "place", "statement", "tests", "untested")

    def __init__(
        self, *tests: str, untested: int = _ANY, make: Make | None = None, place: str = "",
        statement: bool = False,
    ) -> None:
        self.tests = tests
        self.untested = untested  # types of untested arguments for which it cannot raise
        self.make = make  # None: that of `inline`
        self.place = place  # the second argument is a place in the first: how it compares with len
        self.statement = statement  # only where the value is not used


def _method(name: str) -> Make:
    return lambda n, v, s: n.method(v[0], name, v[1:], s)


def _is_digit(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.logical("and", [n.method(v[0], "isascii", [], s), n.method(v[1], "isdigit", [], s)], s)


_HAS = (Tested(_MAP, _KEY),)
_DELETE = (Tested(_MAP, _KEY, statement=True),)
_SUBSTRING = (Tested(_TEXT, _NATURAL), Tested(_TEXT, _NATURAL, _NATURAL))
_INDEX_OF = (Tested(_TEXT, _NOTHING, untested=STRING),)
_BITS = (Tested(_INTEGER, _INTEGER),)
# Python refuses to compare an array with what is none.
_EXTREMES = (Tested(_UNLISTED, _NOTHING, untested=0),
             Tested(_UNLISTED, _NOTHING, _NOTHING, untested=0))

_TABLE: dict[str, tuple[Tested, ...]] = {
    "has": _HAS, "has_key": _HAS, "delete": _DELETE, "remove": _DELETE,
    "get": (Tested(_MAP, _KEY), Tested(_MAP, _KEY, _NOTHING)),
    "keys": (Tested(_MAP),), "values": (Tested(_MAP),),
    "substring": _SUBSTRING, "substr": _SUBSTRING, "index_of": _INDEX_OF, "indexOf": _INDEX_OF,
    "slice": (Tested(_LIST, _INTEGER),  # it may not be nil; where it ends may
              Tested(_LIST, _INTEGER, _NOTHING, untested=INT | NIL)),
    "first": (Tested(_FILLED),), "last": (Tested(_FILLED),), "shift": (Tested(_FILLED),),
    "remove_at": (Tested(_LIST, _INTEGER, make=_method("pop"), place="less"),),
    "insert": (Tested(_LIST, _INTEGER, _NOTHING, make=_method("insert"), place="less_equal",
                      statement=True),),
    "div": (Tested(_INTEGER, _INTEGER),), "band": _BITS, "bor": _BITS, "bxor": _BITS,
    "is_digit": (Tested(_TEXT, make=_is_digit),), "max": _EXTREMES, "min": _EXTREMES,
}

def find_tested(expr: Expr, *, used: bool = True) -> Tested | None:
    """The row for a call of a builtin, if its arguments may pass the tests.

    `used`: the value of the call is used.
    """
    if expr.op != "call" or expr.args[0].op != "builtin":
        return None
    args = expr.args[1:]
    for row in _TABLE.get(expr.args[0].a, ()):
        if len(row.tests) == len(args) and not (row.statement and used):
            fits = all(map(_can_pass, args, row.tests)) and _is_in_order(args, row)
            return row if fits else None
    return None


def guard_of(expr: Expr, row: Tested) -> int:
    """The exceptions after which the builtin decides: of an argument that no test refuses."""
    for arg, test in zip(expr.args[1:], row.tests, strict=True):
        known = row.untested if test == _NOTHING else _TYPES[test]
        if test in (_NOTHING, _KEY, _NATURAL) and (not arg.type or arg.type & ~known):
            return TYPE_GUARD
    return 0


def _can_pass(arg: Expr, test: str) -> bool:
    return not test or not arg.type or bool(arg.type & _TYPES[test])


def _is_in_order(args: tuple[Expr, ...], row: Tested) -> bool:
    """Whether the tests may come first: what they do not name can be evaluated later, or twice."""
    last = max(position for position, test in enumerate(row.tests) if test)
    effects = any(arg.impure for arg in args)
    for position, arg in enumerate(args):
        if _is_plain(arg) or (position <= last and _names(row, arg, position)):
            continue
        empty = position > last and arg.op in ("array", "map") and not arg.args
        if not empty and (effects or not only_reads(arg)):
            return False
    return True


def _is_plain(arg: Expr) -> bool:
    return arg.op == "const" or (
        arg.op == "get" and arg.a.kind in (LOCAL, TEMP) and not arg.a.checked)


def _names(row: Tested, arg: Expr, position: int) -> bool:
    """Whether a test names the argument: what the inference does not know, or a place."""
    test = row.tests[position]
    if row.place and position < 2:
        return not _is_plain(arg) or _is_unknown(arg, test)
    return _is_unknown(arg, test)


def _is_unknown(arg: Expr, test: str) -> bool:
    if test == _NOTHING:
        return False
    if test == _FILLED:
        return True
    if test == _KEY:
        return not arg.type or bool(arg.type & (FUNCTION | OTHER))
    known = NAT if test == _NATURAL else _TYPES[test]
    return not arg.type or bool(arg.type & ~known)


def make_tested(x: Expressions, e: Expr, row: Tested) -> ast.expr:
    """``operation if tests else builtin(…)``"""
    n, span = x.n, e.span
    name, args = e.args[0].a, e.args[1:]
    tests: list[ast.expr] = []
    reads: list[Callable[[], ast.expr]] = []
    for position, (arg, test) in enumerate(zip(args, row.tests, strict=True)):
        if not _names(row, arg, position):
            reads.append(lambda arg=arg: x.raw(arg))  # type: ignore[misc]
            continue
        first, again = x.twice(arg)
        reads.append(again)
        made = _test(x, test, first, again, span)
        if tests and not _is_plain(arg):  # its test gives it a name, so nothing may skip that
            tests = [reduce(lambda a, b: n.bits("&", a, b, span), [*tests, made])]
        else:
            tests.append(made)
    if row.place:
        length = n.call(x.helper("len"), [reads[0]()], span)
        tests.append(n.between(
            n.constant(0, span), "less_equal", reads[1](), row.place, length, span))
    values = [read() for read in reads]
    if row.make is _is_digit:
        values.append(reads[0]())
    operation = (row.make or maker(name, len(args)))(n, values, span)
    if not tests:
        return operation
    test_ = tests[0] if len(tests) == 1 else n.logical("and", tests, span)
    slow = n.call(x.builtin_function(name), [read() for read in reads], span)
    return n.conditional(test_, operation, slow, span)


def _test(
    x: Expressions, test: str, first: ast.expr, again: Callable[[], ast.expr], span: Span,
) -> ast.expr:
    n = x.n
    if test == _NATURAL:
        return n.compare("greater_equal", first, n.constant(0, span), span)
    kind = n.call(x.helper("type"), [first], span)
    if test == _KEY:
        return n.compare("is_not", kind, n.name(x.helper("_function"), span), span)
    if test == _UNLISTED:
        return n.compare("is_not", kind, n.name(x.helper("list"), span), span)
    name = "list" if test == _FILLED else test
    found = n.compare("is", kind, n.name(x.helper(name), span), span)
    return n.logical("and", [found, again()], span) if test == _FILLED else found
