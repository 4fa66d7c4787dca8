"""Builtins that are one Python operation when the types are right: a table.

A row says for which argument types it holds, which exceptions leave it to the general builtin, and
how to make its node. ``n`` is a maker (`nodes.Nodes`), ``v`` the arguments' nodes, ``s`` the span.
Only builtins that the program does not redefine get here: those are other operations.
"""

from __future__ import annotations

from sentra.codegen.nodes import has_binding
from sentra.ir.comparing import is_quick
from sentra.ir.model import (
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    LOCAL,
    MAP,
    NAT,
    NIL,
    NUMBER,
    STRING,
    TEMP,
    Expr,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from sentra.bytecode.code import Span
    from sentra.codegen.nodes import Nodes

    Make = Callable[[Nodes, list[ast.expr], Span], ast.expr]

_TYPE, _LOOKUP, _VALUE, _ATTRIBUTE, _OVERFLOW = 1, 2, 4, 8, 16
TYPE_GUARD = _TYPE
_KEY = NIL | NUMBER | STRING
_ANY = 1023
_CHARACTER = -1  # a constant string of one character
_QUICK = -2  # what is compared at once (see `ir.comparing`)
_UNLISTED = -3  # no array: Python compares it with one of its kind, or refuses to
_CONSTANT = 0  # a constant from 0 to 64: a shift by it stays small


class Inline:
    """One row: argument types (None: any type, seen only at run time), guard, maker."""

    __slots__ = ("elements", "guard", "make", "statement", "types")

    def __init__(
        self, types: tuple[int, ...], make: Make, guard: int = 0, *, statement: bool = False,
        elements: int = _ANY,
    ) -> None:
        self.types = types  # each argument's type must be within
        self.make = make
        self.guard = guard
        self.statement = statement  # only where the value is not used
        self.elements = elements  # and what the first argument holds (see `Expr.present`)


def _call(name: str) -> Make:
    return lambda n, v, s: n.call(name, v, s)


def _method(name: str) -> Make:
    return lambda n, v, s: n.method(v[0], name, v[1:], s)


def _same(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return v[0]


def _keys(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.call("list", v, s)


def _values(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.call("list", [n.method(v[0], "values", [], s)], s)


def _in(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.compare("contains", v[1], v[0], s)


def _slice(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.item(v[0], n.slice(v[1], v[2] if len(v) > 2 else None, s), s)


def _floor_div(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.binary("floor_div", v[0], v[1], s)


def _is_digit(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.logical("and", [n.method(v[0], "isascii", [], s), n.method(v[0], "isdigit", [], s)], s)


def _join_numbers(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    if has_binding(v[0]):  # Python allows none in what a comprehension goes over
        texts = n.call("_texts", [v[0]], s)
    else:
        texts = n.listed(n.call("str", [n.name("_x", s)], s), ["_x"], v[0], None, s)
    return n.call("_joined", [texts, v[1]], s)


def _sum(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    whole = v[0]
    for part in v[1:]:
        whole = n.binary("add", whole, part, s)
    return whole


def _joined_maps(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.bits("|", v[0], v[1], s)


def _take_key(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.method(v[0], "pop", [v[1], n.constant(None, s)], s)


def _at(place: int) -> Make:
    return lambda n, v, s: n.item(v[0], n.constant(place, s), s)


def _in_digits(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.compare("contains", v[0], n.constant("0123456789", s), s)


def _item(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.item(v[0], v[1], s)


def _bits(word: str) -> tuple[Inline, ...]:
    """Rows for an operation on bits; of two booleans Python's gives a boolean."""
    def make(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
        return n.bits(word, v[0], v[1], s)

    return (Inline((INT, INT), make), Inline((INT, _ANY), make, _TYPE),
            Inline((_ANY, INT), make, _TYPE))


def _sorted(n: Nodes, v: list[ast.expr], s: Span) -> ast.expr:
    return n.call("_sorted_alike", v, s)


# Builtins whose result is a new array.
_NEW_ARRAYS = frozenset("chars split keys values clone slice map filter range sorted".split())


def _is_new(arg: Expr) -> bool:
    """Whether nothing else has the array."""
    return arg.op == "array" or (arg.op == "call" and arg.args[0].op == "builtin"
                                 and arg.args[0].a in _NEW_ARRAYS)


def _real(word: str) -> tuple[Inline, ...]:
    """Rows for a function of one real number."""
    make = _call("_math_" + word)
    return (Inline((INT | FLOAT,), make, _VALUE | _OVERFLOW),
            Inline((_ANY,), make, _VALUE | _OVERFLOW | _TYPE))


def _extreme(word: str, of_array: str) -> tuple[Inline, ...]:
    """Rows for the largest or the smallest. One of two that is no array has no array beside it."""
    make = _call(word)
    return (Inline((NUMBER, NUMBER), make), Inline((_UNLISTED, _ANY), make, _TYPE),
            Inline((_ANY, _UNLISTED), make, _TYPE), Inline((_UNLISTED, _ANY, _ANY), make, _TYPE),
            Inline((_ANY, _UNLISTED, _ANY), make, _TYPE),
            Inline((ARRAY,), _call(of_array), _TYPE | _VALUE))


_INLINE: dict[str, tuple[Inline, ...]] = {
    "len": (Inline((_ANY,), _call("len")),),  # what has no length raises, and `translate` says so
    "push": (Inline((ARRAY, _ANY), _method("append"), statement=True),
             Inline((_ANY, _ANY), _method("append"), _ATTRIBUTE, statement=True)),
    "pop": (Inline((ARRAY,), _method("pop"), _LOOKUP),
            Inline((_ANY,), _method("pop"), _LOOKUP | _TYPE | _ATTRIBUTE)),
    "shift": (Inline((ARRAY,), lambda n, v, s: n.method(v[0], "pop", [n.constant(0, s)], s),
                     _LOOKUP),),
    "first": (Inline((ARRAY,), _at(0), _LOOKUP),),
    "last": (Inline((ARRAY,), _at(-1), _LOOKUP),),
    "slice": (Inline((ARRAY | STRING, INT), _slice), Inline((ARRAY | STRING, INT, INT), _slice)),
    "concat": (Inline((ARRAY, ARRAY), _sum), Inline((ARRAY, ARRAY, ARRAY), _sum)),
    "clone": (Inline((ARRAY | MAP,), _method("copy")),),
    "merge": (Inline((MAP, _ANY), _joined_maps, _TYPE), Inline((_ANY, MAP), _joined_maps, _TYPE)),
    "join": (Inline((ARRAY, STRING), _call("_joined"), elements=STRING),
             Inline((ARRAY, STRING), _call("_joined"), _TYPE, elements=STRING | NIL),
             Inline((ARRAY, STRING), _join_numbers, _VALUE, elements=INT)),
    "sum": (Inline((ARRAY,), _call("_total"), elements=INT | BOOL),),
    "sorted": (Inline((ARRAY,), _sorted, elements=STRING),
               Inline((ARRAY,), _sorted, elements=NUMBER)),
    "sort": (Inline((ARRAY,), _method("sort"), elements=FLOAT, statement=True),
             Inline((ARRAY,), _call("_sort_alike"), elements=STRING, statement=True),
             Inline((ARRAY,), _call("_sort_alike"), elements=NUMBER, statement=True),
             Inline((ARRAY,), _sorted, elements=STRING),  # of an array that nothing else has
             Inline((ARRAY,), _sorted, elements=NUMBER)),
    "delete": (Inline((MAP, _KEY), _take_key, statement=True),),
    "remove": (Inline((MAP, _KEY), _take_key, statement=True),),
    "keys": (Inline((MAP,), _keys),),
    "values": (Inline((MAP,), _values),),
    "has": (Inline((MAP, _KEY), _in),),
    "has_key": (Inline((MAP, _KEY), _in),),
    "get": (Inline((MAP, _KEY), _method("get")), Inline((MAP, _KEY, _ANY), _method("get"))),
    "error": (Inline((STRING,), _call("_Error")), Inline((STRING, STRING), _call("_Error"))),
    "str": (Inline((STRING,), _same), Inline((INT,), _call("str"), _VALUE)),
    "int": (Inline((INT,), _same), Inline((INT | FLOAT | BOOL,), _call("int"),
                                          _VALUE | _OVERFLOW)),
    "float": (Inline((FLOAT,), _same),),
    "floor": (Inline((INT,), _same), Inline((FLOAT | INT,), _call("_math_floor"),
                                            _VALUE | _OVERFLOW)),
    "ceil": (Inline((INT,), _same), Inline((FLOAT | INT,), _call("_math_ceil"),
                                           _VALUE | _OVERFLOW)),
    "trunc": (Inline((INT,), _same), Inline((FLOAT | INT,), _call("int"), _VALUE | _OVERFLOW)),
    "abs": (Inline((INT | FLOAT,), _call("abs")), Inline((_ANY,), _call("abs"), _TYPE)),
    "sqrt": _real("sqrt"), "sin": _real("sin"), "cos": _real("cos"), "tan": _real("tan"),
    "exp": _real("exp"), "ln": _real("log"),
    "div": (Inline((NAT, NAT), _floor_div), Inline((INT, INT), _floor_div)),
    "trim": (Inline((STRING,), _method("strip")),),
    "split": (Inline((STRING, STRING), _method("split"), _VALUE),),
    "index_of": (Inline((STRING, STRING), _method("find")),),
    "indexOf": (Inline((STRING, STRING), _method("find")),),
    # Of longer ones CPython's takes quadratic time.
    "last_index_of": (Inline((STRING, _CHARACTER), _method("rfind")),),
    "chars": (Inline((STRING,), _call("list")),),
    "pad_left": (Inline((STRING, _CONSTANT), _method("rjust")),
                 Inline((STRING, _CONSTANT, _CHARACTER), _method("rjust"))),
    "pad_right": (Inline((STRING, _CONSTANT), _method("ljust")),
                  Inline((STRING, _CONSTANT, _CHARACTER), _method("ljust"))),
    "repeat": (Inline((STRING, INT), _call("_repeated")),),
    "is_digit": (Inline((STRING,), _is_digit),),
    "is_alpha": (Inline((STRING,), _method("isalpha")),),
    "is_space": (Inline((STRING,), _method("isspace")),),
    "count": (Inline((STRING, STRING), _method("count")),),
    "replace": (Inline((STRING, STRING, STRING), _method("replace")),),
    "upper": (Inline((STRING,), _method("upper")),),
    "lower": (Inline((STRING,), _method("lower")),),
    "ord": (Inline((_ANY,), _call("ord"), _TYPE),),
    "starts_with": (Inline((STRING, STRING), _method("startswith")),),
    "startsWith": (Inline((STRING, STRING), _method("startswith")),),
    "startswith": (Inline((STRING, STRING), _method("startswith")),),
    "ends_with": (Inline((STRING, STRING), _method("endswith")),),
    "endsWith": (Inline((STRING, STRING), _method("endswith")),),
    "endswith": (Inline((STRING, STRING), _method("endswith")),),
    "contains": (Inline((STRING, STRING), _in), Inline((ARRAY, _QUICK), _in),
                 Inline((ARRAY, _ANY), _call("_has_element")),
                 Inline((MAP, _KEY), _in)),
    "includes": (Inline((STRING, STRING), _in), Inline((ARRAY, _QUICK), _in),
                 Inline((ARRAY, _ANY), _call("_has_element"))),
    "substring": (Inline((STRING, NAT), _slice), Inline((STRING, NAT, NAT), _slice)),
    "substr": (Inline((STRING, NAT), _slice), Inline((STRING, NAT, NAT), _slice)),
    "char_at": (Inline((STRING, NAT), _item, _LOOKUP),),
    "pow": (Inline((INT | FLOAT, _CONSTANT), lambda n, v, s: n.binary("pow", v[0], v[1], s),
                   _OVERFLOW),),
    "max": _extreme("max", "_greatest"), "min": _extreme("min", "_least"),
    "shr": (Inline((INT, _CONSTANT), lambda n, v, s: n.bits(">>", v[0], v[1], s)),
            Inline((INT, NAT), lambda n, v, s: n.bits(">>", v[0], v[1], s)),
            Inline((INT, INT), lambda n, v, s: n.bits(">>", v[0], v[1], s), _VALUE),
            Inline((_ANY, _ANY), lambda n, v, s: n.bits(">>", v[0], v[1], s), _TYPE | _VALUE)),
    "shl": (Inline((INT, _CONSTANT), lambda n, v, s: n.bits("<<", v[0], v[1], s)),
            Inline((_ANY, _CONSTANT), lambda n, v, s: n.bits("<<", v[0], v[1], s), _TYPE)),
    "band": _bits("&"), "bor": _bits("|"), "bxor": _bits("^"),
}

# Methods of a receiver whose type is known are the builtins of the same name.
_METHOD_RECEIVERS = {
    ARRAY: frozenset("push pop len contains includes shift first last slice join".split()),
    STRING: frozenset("""len upper lower ord starts_with startsWith startswith ends_with endsWith
        endswith contains includes substring substr char_at slice replace count""".split()),
}


# Python's own take None, and mean something else by it.
_TAKE_NONE = frozenset(["split", "str", "slice", "error"])


def _fits(arg: Expr, wanted: int) -> bool:
    if wanted == _CHARACTER:
        return arg.op == "const" and type(arg.a) is str and len(arg.a) == 1
    if wanted == _QUICK:
        return is_quick(arg)
    if wanted == _UNLISTED:
        return bool(arg.type) and not arg.type & ARRAY
    if wanted & ~NIL == _CONSTANT:
        return arg.op == "const" and type(arg.a) is int and 0 <= arg.a <= 64
    return bool(arg.type) and not arg.type & ~wanted


def _is_plain(arg: Expr) -> bool:
    """Whether it does not matter if this is evaluated before the other argument or after it."""
    return arg.op == "const" or (
        arg.op == "get" and arg.a.kind in (LOCAL, TEMP) and not arg.a.checked)


# Methods that only strings have, in Sentra and in Python: what is no string raises AttributeError.
_STRING_ONLY = {
    ("upper", 1): Inline((_ANY,), _method("upper"), _ATTRIBUTE),
    ("lower", 1): Inline((_ANY,), _method("lower"), _ATTRIBUTE),
    ("trim", 1): Inline((_ANY,), _method("strip"), _ATTRIBUTE),
    ("trim_left", 1): Inline((_ANY,), _method("lstrip"), _ATTRIBUTE),
    ("trim_right", 1): Inline((_ANY,), _method("rstrip"), _ATTRIBUTE),
    ("starts_with", 2): Inline((_ANY, _ANY), _method("startswith"), _ATTRIBUTE | _TYPE),
    ("startsWith", 2): Inline((_ANY, _ANY), _method("startswith"), _ATTRIBUTE | _TYPE),
    ("startswith", 2): Inline((_ANY, _ANY), _method("startswith"), _ATTRIBUTE | _TYPE),
    ("ends_with", 2): Inline((_ANY, _ANY), _method("endswith"), _ATTRIBUTE | _TYPE),
    ("endsWith", 2): Inline((_ANY, _ANY), _method("endswith"), _ATTRIBUTE | _TYPE),
    ("endswith", 2): Inline((_ANY, _ANY), _method("endswith"), _ATTRIBUTE | _TYPE),
    ("is_alpha", 1): Inline((_ANY,), _method("isalpha"), _ATTRIBUTE),
    ("is_space", 1): Inline((_ANY,), _method("isspace"), _ATTRIBUTE),
    ("replace", 3): Inline((_ANY, STRING, STRING), _method("replace"), _ATTRIBUTE),
    ("split", 2): Inline((_ANY, STRING), _method("split"), _ATTRIBUTE | _VALUE),
}


def _string_only(name: str, args: tuple[Expr, ...]) -> Inline | None:
    """The row for what may be a string, or is none and has no such attribute."""
    row = _STRING_ONLY.get((name, len(args)))
    if row is None or not args[0].type & STRING or (name == "replace" and not _shrinks(args)):
        return None
    last = args[-1].type
    return row if last and not last & ~row.types[-1] else None


def maker(name: str, count: int) -> Make:
    """What makes the operation that a builtin is when it is called with so many arguments."""
    return next(row.make for row in _INLINE[name] if len(row.types) == count)


_DIGIT = Inline((STRING,), _in_digits, _TYPE)


def _is_character(arg: Expr) -> bool:
    """``s[i]`` and ``char_at(s, i)``: one character, where there is one."""
    if arg.op == "call" and arg.args[0].op == "builtin" and arg.args[0].a == "char_at":
        return len(arg.args) == 3 and arg.args[1].type == STRING and not arg.args[2].type & ~NAT
    return arg.op == "index" and not arg.args[0].type & ~(STRING | NIL) and not (
        arg.args[1].type & ~INT)


def _shrinks(args: tuple[Expr, ...]) -> bool:
    """Whether what is put in is no longer than what is replaced."""
    return all(arg.op == "const" and type(arg.a) is str for arg in args[1:]) and (
        len(args) == 3 and 0 < len(args[1].a) >= len(args[2].a))


def find_inline(expr: Expr, *, used: bool = True) -> Inline | None:
    """The row for a call or method call, if there is one for its types.

    `used`: the value of the call is used.
    """
    if expr.op == "call":
        callee = expr.args[0]
        if callee.op != "builtin":
            return None
        name, args = callee.a, expr.args[1:]
        if args and args[0].type != STRING:
            only = _string_only(name, args)
            if only is not None:
                return only
    elif expr.op == "invoke":
        name, args = expr.a, expr.args
        receiver = args[0].type
        only = _string_only(name, args)
        if only is not None:
            return only
        if name == "push" and receiver & ARRAY and len(args) == 2 and not used and not (
                receiver & MAP and args[0].op == "get"):
            pass  # the guard finds out at run time; objects with a `push` are held by variables
        elif name not in _METHOD_RECEIVERS.get(receiver & ~NIL, ()):
            return None
    else:
        return None
    if name not in _INLINE:
        return None
    rows = [row for row in _INLINE[name]
            if len(row.types) == len(args) and not (row.statement and used)
            and not (row.make is _in and not any(map(_is_plain, args)))
            and (row.elements == _ANY or (expr.present and not expr.present & ~row.elements))]
    if name == "replace" and not _shrinks(args):
        return None
    if name == "sort" and used and rows and not _is_new(args[0]):
        return None
    if name == "is_digit" and len(args) == 1:
        if _is_character(args[0]):
            return _DIGIT
        if not _is_plain(args[0]):
            return None  # it is named twice
    for row in rows:
        if all(_fits(arg, wanted) for arg, wanted in zip(args, row.types, strict=True)):
            if expr.op == "invoke" and args[0].type & NIL and not row.guard & _TYPE:
                # nil has no method; the general call says so.
                return Inline(row.types, row.make, row.guard | _TYPE, statement=row.statement)
            return row
    for row in rows:
        if row.make is not _same and name not in _TAKE_NONE and all(
                _fits(arg, wanted | NIL if wanted > 0 and arg.op != "const" else wanted)
                for arg, wanted in zip(args, row.types, strict=True)):
            # Python refuses None here, and the general builtin decides. (It would warn of a
            # constant while it compiles.)
            return Inline(row.types, row.make, row.guard | _TYPE | _ATTRIBUTE,
                          statement=row.statement)
    return None
