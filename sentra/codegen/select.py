"""Instruction selection: which expressions are Python operations, and what guards them.

Three answers for one operation (DESIGN, section 5):

- raw: Python's operation is Sentra's. If it raises, that is an error of the program, and
  `translate` finds the words for it. No check, no handler.
- raw, guarded: the same, but after some exceptions the general operation decides (``s + 1`` is a
  concatenation, ``a[9]`` is nil). `Expr.own` says which. The handler costs nothing until it runs.
- general: a call of the runtime's operation.

Here only the guards are decided; `expressions` makes the nodes, and both ask `is_raw`.
"""

from __future__ import annotations

from sys import version_info

from sentra.codegen.inline import find_inline
from sentra.codegen.lambdas import COLLECTED, Lambda, lambda_of
from sentra.codegen.marks import is_marked
from sentra.codegen.tested import find_tested, guard_of
from sentra.errors import ERROR_FIELDS
from sentra.ir.comparing import only_reads
from sentra.ir.known import function_of, known_callee
from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    MAP,
    NAT,
    NIL,
    NUMBER,
    OTHER,
    STRING,
    Expr,
)
from sentra.ir.passes.division import EXACT
from sentra.runtime.builtins import ARRAY_METHODS, MAP_METHODS, STRING_METHODS, TYPE_METHODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TYPE_ERROR = 1
LOOKUP_ERROR = 2
VALUE_ERROR = 4
ATTRIBUTE_ERROR = 8
OVERFLOW_ERROR = 16
ANY_ERROR = 32
MEMORY_ERROR = 128

EXCEPTION_NAMES = ((TYPE_ERROR, "TypeError"), (LOOKUP_ERROR, "LookupError"),
                   (VALUE_ERROR, "ValueError"), (ATTRIBUTE_ERROR, "AttributeError"),
                   (OVERFLOW_ERROR, "OverflowError"),
                   (MEMORY_ERROR, "MemoryError"))

# What `Expr.known` says of a key: from the type inference,
SURE = 1
MAYBE = 2
# and how `prefer_get` has it read: with `get`; so if the key turns out to be a string; so if the
# container turns out to be a map; of an array or string, after a look at its length.
GET = 5
GET_IF_STRING = 3
GET_IF_MAP = 4
IN_RANGE = 6
# Of a call of `sort`: the function gives numbers.
BY_NUMBERS = 7


KEY = NIL | NUMBER | STRING  # what may be the key of a map

_IMPURE = frozenset(
    """call invoke go go_invoke import_module import_builtin receive select_channel closure
    caught""".split())

_HARMLESS = frozenset(["get", "const", "builtin"])  # these guard nothing and change nothing

_LITERALS = frozenset(["const", "array", "map", "text", "closure"])

_PURE_BUILTINS = frozenset(
    """len str int float abs floor ceil round trunc sqrt min max upper lower ord chr has has_key
    get char_at substring substr starts_with startsWith startswith ends_with endsWith endswith
    contains includes index_of indexOf is_digit is_alpha is_space div mod pow type typeof bool
    band bor bxor bnot shl shr sin cos tan exp ln hypot trim join split chars last_index_of keys
    values slice concat clone first last sum count replace repeat pad_left pad_right trim_left
    trim_right""".split())


def select(expr: Expr) -> None:
    """Decide the guards of a tree."""
    if expr.op == "invoke":
        resolve_method(expr)
    elif expr.op in _NIL_TESTS:
        _expect_nil(expr)
    if expr.op == "call":
        _resolve_join(expr)
        if is_numeric_order(expr):
            expr.known = BY_NUMBERS
    op = expr.op
    if op == "call" or op == "invoke":
        found = lambda_of(expr)
        if found is not None and _select_lambda(expr, found):
            return
    guards = 0
    impure = False  # of the arguments
    for arg in expr.args:
        if arg.op not in _HARMLESS:
            select(arg)
            guards |= arg.guards
            impure |= arg.impure
    if (op == "equal" or op == "not_equal") and is_type_test(expr):
        guards = expr.args[0].args[1].guards
    rule = _GUARDS.get(op)
    expr.own = rule(expr) if rule is not None else 0
    expr.guards = guards | expr.own
    expr.impure = impure or (op in _IMPURE and not _is_pure_call(expr))


def _is_pure_call(expr: Expr) -> bool:
    """Whether a call changes nothing but by its arguments."""
    if expr.op == "call":
        callee = expr.args[0]
        return callee.op == "builtin" and callee.a in _PURE_BUILTINS
    return expr.op == "invoke" and expr.own != 0 and expr.a != "push"  # only strings have it


def _select_lambda(expr: Expr, found: Lambda) -> bool:
    """Decide the guards of a comprehension; whether the call is one."""
    array, body = found.array, found.body
    select(array)
    select(body)
    if not is_comprehension(found):
        return False
    expr.own = body.guards | (TYPE_ERROR if raw_type(array) != ARRAY else 0)
    expr.guards = expr.own | array.guards
    expr.impure = array.impure or body.impure or found.name in ("sort_by", "sort")
    if found.name in ("sort", "sorted"):
        expr.own |= ANY_ERROR  # the key of a single element is not asked for
        expr.guards |= ANY_ERROR
    return True


def is_comprehension(found: Lambda) -> bool:
    """Whether the function can stand in a comprehension: what is guarded may be done twice.

    Both expressions have their guards already.
    """
    body = found.body
    if body.impure and (body.guards or raw_type(found.array) != ARRAY):
        return False
    if found.name in ("sort", "sorted") and body.impure:
        return False  # how often it is called shows
    if found.name in COLLECTED:
        # The results are all there before anything is done with the first of them.
        if found.changes_array() or (found.name == "flat_map" and body.impure):
            return False
        if found.name == "group_by" and (not body.type or body.type & ~KEY):
            return False
    return version_info < (3, 12) or not is_marked(found.body)


_NIL_TESTS = frozenset(["or", "and", "select", "not_", "equal", "not_equal"])


def _expect_nil(expr: Expr) -> None:
    """Where an operation asks whether a key is there, its operand is read with `get`."""
    first, last = expr.args[0], expr.args[-1]
    if expr.op == "or":
        prefer_get(first)
    elif expr.op in ("not_", "and", "select"):
        prefer_get(first, truth=True)
    elif last.op == "const" and last.a is None:
        prefer_get(first)
        if first.op == "index" and not first.known and _may_be_outside(first, STRING):
            first.known = IN_RANGE


def prefer_get(expr: Expr, *, truth: bool = False) -> None:
    """A missing key is expected here: ``m.get(k)`` is cheaper than an exception.

    `truth`: only the truth of the value is asked for. A field of a record is more likely there and
    nil or false, unless the inference saw maps without it.
    """
    if expr.op == "property" and expr.known != MAYBE:
        return
    if expr.op == "index" and not expr.known and not expr.args[0].type & ~(MAP | NIL):
        if not expr.args[1].type & ~KEY:
            expr.known = GET
        elif only_reads(expr.args[0]) and (
                expr.args[0].op == "get" or only_reads(expr.args[1])):
            expr.known = GET_IF_STRING
    elif expr.op == "property" and not expr.args[0].type & ~(MAP | NIL):
        expr.known = GET
    elif expr.op == "index" and not expr.known and _may_be_outside(expr, ARRAY):
        if not truth:
            expr.known = IN_RANGE
    elif (not truth and not expr.known and expr.op == "index" and expr.args[0].type & MAP
            and expr.args[1].type & STRING
            and is_stable(expr.args[0]) and not any(arg.impure for arg in expr.args)):
        expr.known = GET_IF_MAP


def _may_be_outside(expr: Expr, kind: int) -> bool:
    """An element of what holds no nil: nil is expected because the index may be out of range.

    That is so again and again of arrays; of a text only at its end, so that a look at its length
    pays only where nothing else is done.
    """
    container, key = expr.args
    return (container.type & ~NIL == kind and container.op not in _LITERALS
            and key.op != "const" and bool(key.type) and not key.type & ~(INT | NIL)
            and bool(expr.present) and not expr.present & NIL)


def raw_type(expr: Expr) -> int:
    """The type of what Python's operation gives where it does not raise: nothing was missing."""
    if expr.op in ("index", "property") and expr.present and expr.known <= MAYBE and is_raw(expr):
        return expr.present
    if expr.op == "select":
        return raw_type(expr.args[1]) | raw_type(expr.args[2])
    return expr.type


def is_text(kind: int) -> bool:
    """A string, or nil where one is missing: Python refuses to add that to a string."""
    return bool(kind & STRING) and not kind & ~(STRING | NIL)


def resolve_method(expr: Expr) -> None:
    """Turn a method call whose meaning is known into the call that it is.

    ``text.trim()`` of a string is ``trim(text)``; ``shape.area()`` is a call of ``shape["area"]``
    where no type has a builtin method of that name.
    """
    receiver = expr.args[0]
    name = expr.a
    if (receiver.type == ARRAY and name in ARRAY_METHODS) or (
            receiver.type == STRING and name in STRING_METHODS):
        expr.op = "call"
        expr.args = (Expr("builtin", (), name, expr.span), *expr.args)
        expr.args[0].type = FUNCTION
        expr.a = None
    elif name not in _METHODS and name not in ERROR_FIELDS and receiver.type & (MAP | OTHER):
        callee = Expr("method", (receiver,), name, expr.span)
        callee.type = ANY
        expr.op = "call"
        expr.args = (callee, *expr.args[1:])
        expr.a = None


def _resolve_join(expr: Expr) -> None:
    """``[a, b].join(", ")`` is a template string of the same parts."""
    callee = expr.args[0]
    if callee.op != "builtin" or callee.a != "join" or len(expr.args) != 3:
        return
    array, by = expr.args[1:]
    if array.op != "array" or not array.args or by.op != "const" or type(by.a) is not str:
        return
    parts = [array.args[0]]
    for part in array.args[1:]:
        parts += ([by, part] if by.a else [part])
    expr.op, expr.args, expr.a, expr.type = "text", tuple(parts), None, STRING


_METHODS = ARRAY_METHODS | STRING_METHODS | MAP_METHODS | frozenset().union(*TYPE_METHODS.values())


# --- the exceptions after which the general form of an operation decides --------------------------
def _guards_of_mul(expr: Expr) -> int:
    a, b = raw_type(expr.args[0]), raw_type(expr.args[1])
    # The others: a repetition that would be too long.
    return 0 if not (a | b) & ~NUMBER or not is_raw(expr) else (
        TYPE_ERROR | OVERFLOW_ERROR | MEMORY_ERROR)


def _guards_of_item(expr: Expr) -> int:
    # Of a map, what is surely there or is asked for with `get`; of nil, always an error.
    if expr.known == GET_IF_MAP:
        return 0
    if expr.known == IN_RANGE:
        return TYPE_ERROR if (expr.args[0].type | expr.args[1].type) & NIL else 0
    sure = expr.known in (SURE, GET) and not expr.args[0].type & ~(MAP | NIL)
    if expr.op == "index" and sure and expr.known == GET and expr.args[0].type & NIL and (
            may_raise(expr.args[1])):
        return ATTRIBUTE_ERROR  # Python looks for `get` before it evaluates the key
    return TYPE_ERROR | LOOKUP_ERROR if not sure and is_raw(expr) else 0


def _guards_of_slice(expr: Expr) -> int:
    known = not expr.args[0].type & ~(ARRAY | STRING) and all(
        not arg.type & ~(INT | NIL) for arg in expr.args[1:])
    return 0 if known else TYPE_ERROR | LOOKUP_ERROR


def _guards_of_mod(expr: Expr) -> int:
    a, b = raw_type(expr.args[0]), raw_type(expr.args[1])
    if not (a | b) & ~NUMBER:
        return 0
    return 0 if expr.args[1].impure and not is_raw(expr) else TYPE_ERROR


def _guards_of_contains(expr: Expr) -> int:
    c, x = expr.args[1].type, expr.args[0].type
    return 0 if c == ARRAY or (c == STRING and x == STRING) else TYPE_ERROR


def _guards_of_text(expr: Expr) -> int:
    return VALUE_ERROR if any(map(_is_digits_of, expr.args)) else 0


def _is_digits_of(part: Expr) -> bool:
    """Whether Python may write an integer in a template: it refuses very long ones."""
    kind = raw_type(part)
    if not kind & ~INT:
        return True
    return bool(kind & INT) and (is_stable(part) or not kind & ~(INT | STRING))


def _guards_of_call(expr: Expr) -> int:
    if expr.op == "call" and expr.args[0].op != "builtin":
        return 0
    if is_chr(expr):
        return VALUE_ERROR | OVERFLOW_ERROR | (TYPE_ERROR if expr.args[1].type & ~INT else 0)
    if is_digits(expr):
        return VALUE_ERROR
    if is_type_name(expr):
        return LOOKUP_ERROR
    if expr.known == EXACT:
        return 0
    inline = find_inline(expr)
    if inline is not None:
        return inline.guard
    tested = find_tested(expr)
    return guard_of(expr, tested) if tested is not None else 0


def _guards_of_add(expr: Expr) -> int:
    a, b = raw_type(expr.args[0]), raw_type(expr.args[1])
    if not (a | b) & ~NUMBER or a == b == ARRAY:
        return 0
    if is_text(a) or is_text(b):
        missing = TYPE_ERROR if (is_text(a) and a & NIL) or (is_text(b) and b & NIL) else 0
        other = b if is_text(a) else a
        if is_text(other):
            return missing
        return missing | (VALUE_ERROR if other and not other & ~INT else 0)
    return TYPE_ERROR


_GUARDS: dict[str, Callable[[Expr], int]] = {
    "add": _guards_of_add, "mul": _guards_of_mul, "mod": _guards_of_mod,
    "index": _guards_of_item, "property": _guards_of_item, "slice_": _guards_of_slice,
    "method": lambda expr: TYPE_ERROR | LOOKUP_ERROR, "contains": _guards_of_contains,
    "text": _guards_of_text,
    "call": _guards_of_call, "invoke": _guards_of_call,
}


def is_raw(expr: Expr) -> bool:
    """Whether Python's own operation is used, guarded or not."""
    op = expr.op
    if op == "mul":
        # Repetition of strings and arrays checks the size first.
        return all(arg.type & NUMBER or not arg.type for arg in expr.args)
    if op == "mod":
        return is_raw_mod(expr)
    if op == "index":
        kind, key = expr.args[0].type, expr.args[1].type
        if kind and not kind & ~(ARRAY | STRING | NIL) and key and not key & (INT | BOOL):
            return False  # always an error, or truncated; CPython would warn of what it can see
        if expr.args[0].op in _LITERALS:
            # CPython would warn of a literal that is indexed by what it should not.
            return kind in (ARRAY, STRING) and bool(key) and not key & ~INT
        return bool(kind & (ARRAY | STRING | MAP) or not kind)
    if op == "property":
        return expr.a != "length" and bool(expr.args[0].type & MAP) and not is_caught(expr.args[0])
    if op == "slice_":
        return bool(expr.args[0].type & (ARRAY | STRING)) and expr.args[0].op not in _LITERALS
    return True


def is_caught(expr: Expr) -> bool:
    """What a catch block looks at: most often an error."""
    return expr.op == "get" and expr.a.caught is True


def is_chr(expr: Expr) -> bool:
    """``chr(n)`` of an int: Python's, except for the surrogates, which are no characters.

    Of what may be no int too: the test, or Python's `chr`, refuses it.
    """
    return (expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a == "chr"
            and len(expr.args) == 2 and bool(expr.args[1].type & INT)
            and expr.args[1].op != "const" and not expr.args[1].impure)


def is_small_shift(expr: Expr) -> bool:
    """``shl(x, n)`` of ints, where n can be looked at first."""
    return (expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a == "shl"
            and len(expr.args) == 3 and not expr.args[1].impure and not expr.args[2].impure
            and expr.args[2].op != "const"
            and all(arg.type and not arg.type & ~INT for arg in expr.args[1:]))


def is_small_repetition(expr: Expr) -> bool:
    """``repeat("…", n)`` of a short constant by an int."""
    return (expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a == "repeat"
            and len(expr.args) == 3 and expr.args[1].op == "const"
            and type(expr.args[1].a) is str and len(expr.args[1].a) <= 100
            and expr.args[2].op != "const" and not expr.args[2].impure
            and bool(expr.args[2].type) and not expr.args[2].type & ~INT)


def is_numeric_order(expr: Expr) -> bool:
    """``sort(a, f)`` where f gives numbers for sure: Python asks for nothing else."""
    callee = expr.args[0]
    if callee.op != "builtin" or callee.a not in ("sort", "sorted") or len(expr.args) != 3:
        return False
    function = function_of(expr.args[2])
    return function is not None and bool(function.result) and not (
        function.result & ~(INT | FLOAT))


def is_small_array(expr: Expr) -> bool:
    """``[0] * n`` of a few values by an int."""
    array, count = expr.args
    return (array.op == "array" and 0 < len(array.args) <= 100 and all(map(is_stable, array.args))
            and not count.impure and bool(count.type) and not count.type & ~INT)


def is_digits(expr: Expr) -> bool:
    """``int(s)`` of a string, which can be looked at first."""
    return (expr.op == "call" and expr.args[0].op == "builtin" and expr.args[0].a == "int"
            and len(expr.args) == 2 and bool(raw_type(expr.args[1]) & STRING)
            and not expr.args[1].impure)


def is_type_name(expr: Expr) -> bool:
    """``type(v)``, which the classes of Python tell, but for a few of the host's."""
    return (expr.op == "call" and expr.args[0].op == "builtin" and len(expr.args) == 2
            and expr.args[0].a in ("type", "typeof"))


# What type(v) gives, where one class of Python is all of it.
CLASSES = {"string": "str", "array": "list", "map": "dict", "boolean": "bool", "nil": "None"}


def is_type_test(expr: Expr) -> bool:
    """``type(v) == "string"``, which is ``type(v) is str``; of "number", which are two classes, if
    v can be named twice."""
    if expr.op not in ("equal", "not_equal") or not is_type_name(expr.args[0]) or (
            expr.args[1].op != "const"):
        return False
    name = expr.args[1].a
    return name in CLASSES or (name == "number" and is_stable(expr.args[0].args[1]))


def is_raw_mod(expr: Expr) -> bool:
    """Python's ``%`` has the sign of the right operand: the same where neither is negative."""
    a, b = raw_type(expr.args[0]), raw_type(expr.args[1])
    return not (a | b) & ~(NAT | BOOL | NIL) and bool(a | b)


def is_callable_node(expr: Expr) -> bool:
    """Whether Python calls it without a warning: what is surely no function is not called."""
    return expr.op == "closure" or (expr.op not in _LITERALS and (
        not expr.type or bool(expr.type & (FUNCTION | OTHER))))


def has_positive_type(expr: Expr) -> bool:
    """A divisor that is no negative number: a positive constant, or a count."""
    if expr.op == "const":
        return type(expr.a) in (int, float) and expr.a > 0
    kind = raw_type(expr)
    return bool(kind) and not kind & ~(NAT | BOOL | NIL)


def is_stable(expr: Expr) -> bool:
    """Can be evaluated later or twice, with the same value and no exception."""
    if expr.op == "const":
        return True
    return expr.op == "get" and expr.a.kind in ("local", "temp") and not expr.a.checked


def may_raise(expr: Expr) -> bool:
    """Whether evaluating the tree can raise at all."""
    if expr.op == "const":
        return False
    if expr.op == "get":
        return expr.a.kind not in ("local", "temp") or expr.a.checked
    if expr.op in ("not_", "and", "or", "select", "array"):
        return any(may_raise(arg) for arg in expr.args)
    if expr.op == "map":
        return any(may_raise(arg) for arg in expr.args) or not all(
            key.type and not key.type & ~KEY for key in expr.args[::2])
    if expr.op in ("equal", "not_equal") and any(
            arg.type and not arg.type & ~(NIL | NUMBER | STRING) for arg in expr.args):
        return any(may_raise(arg) for arg in expr.args)
    if expr.op in ("add", "sub", "mul", "less", "less_equal", "greater", "greater_equal"):
        # int with float can overflow.
        types = expr.args[0].type | expr.args[1].type
        if types and (not types & ~INT or not types & ~FLOAT):
            return any(may_raise(arg) for arg in expr.args)
    return True


def is_known_call(expr: Expr) -> bool:
    """A call of a function of this module that takes this many arguments."""
    known = known_callee(expr)
    if known is None:
        return False
    code = known.bytecode
    count = len(expr.args) - 1
    return bool(code.required <= count and (code.has_rest or count <= code.parameters))


