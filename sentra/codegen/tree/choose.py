"""Which closure an operation becomes, by the types of its operands: decided when a tree is built.

The types prove a kind of operation (``int``, ``float``, ``string``, …) or nothing (``any``). Every
kind has code objects of its own, also where the text is the same: CPython specialises code for the
types that it sees, and code that sees one kind stays specialised.
"""

from __future__ import annotations

from types import CodeType, FunctionType, ModuleType

from sentra.codegen.tree.shapes import arithmetic, comparisons, quotients, raw
from sentra.ir.model import ARRAY, BOOL, FLOAT, INT, NAT, NIL, NUMBER, STRING, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.codegen.tree.sites import Run

COMPARISONS = frozenset(
    ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
BINARY = COMPARISONS | {"add", "sub", "mul", "div", "index"}
_EQUALITY = frozenset(["equal", "not_equal"])
_SCALAR = NIL | NUMBER | STRING
_TABLES = {"div": quotients, "rest": quotients, "index": quotients,
           **dict.fromkeys(COMPARISONS, comparisons)}

# The kinds for which Python's operator cannot raise and means the same.
_PROVED = {
    "add": frozenset(["int", "float", "string", "array"]),
    "sub": frozenset(["int", "float"]), "mul": frozenset(["int", "float"]),
    **dict.fromkeys(COMPARISONS, frozenset(["int", "float", "number", "string"])),
}


def kind_of(a: int, b: int) -> str:
    """What the types of two operands prove."""
    both = a | b
    if not a or not b:
        return "any"
    if not both & ~(INT | BOOL):
        return "int"
    if both == FLOAT:
        return "float"
    if not both & ~NUMBER:
        return "number"
    if both == STRING:
        return "string"
    return "array" if both == ARRAY else "any"


def proof(op: str, left: Expr, right: Expr) -> str:
    """The kind for which Python's operation needs no handler; "" where nothing proves that."""
    kind = kind_of(left.type, right.type)
    if kind in _PROVED.get(op, ()):
        return kind
    if op in _EQUALITY and left.type and right.type and not (
            left.type & ~_SCALAR and right.type & ~_SCALAR):
        return "scalar"  # no comparison of containers, which may be too deep
    if op == "rest" and kind == "int" and right.op == "const" and right.a:
        return kind
    return ""


def proved(op: str, kind: str, pair: str) -> Callable[..., Run]:
    """The maker of the closure for a proved operation."""
    return made(raw, op, kind, pair)


def guarded(op: str, left: Expr, right: Expr, pair: str) -> Callable[..., Run]:
    """The maker of the closure for an operation that Python may refuse; it takes a place."""
    kind = kind_of(left.type, right.type)
    if op == "index":
        kind = "array" if left.type == ARRAY else "string" if left.type == STRING else "any"
    return made(_TABLES.get(op, arithmetic), op, kind, pair)


def is_natural(e: Expr) -> bool:
    """A remainder that Python computes as we do: neither operand is negative."""
    types = e.args[0].type | e.args[1].type
    return bool(types) and not types & ~(NAT | BOOL)


def is_repetition(e: Expr) -> bool:
    """A product with a string or an array: how large it gets is checked before it is made."""
    return any(arg.type and not arg.type & NUMBER for arg in e.args)


_copies: dict[tuple[str, str, str, str], Callable[..., Run]] = {}


def made(table: ModuleType, op: str, kind: str, pair: str) -> Callable[..., Run]:
    """The maker in a table of closures, with code of its own for `kind`."""
    key = (table.__name__, op, kind, pair)
    found = _copies.get(key)
    if found is None:
        found = _copies[key] = own_copy(getattr(table, f"{op}_{pair}"), f"{op}_{kind}_{pair}")
    return found


def own_copy(maker: Callable[..., Run], name: str) -> Callable[..., Run]:
    """The same maker of closures, which get code of their own, called `name`."""
    assert isinstance(maker, FunctionType)
    code = maker.__code__
    constants = tuple([
        constant.replace(co_name=name, co_qualname=name) if type(constant) is CodeType else constant
        for constant in code.co_consts])
    made: Callable[..., Run] = FunctionType(
        code.replace(co_consts=constants), maker.__globals__, name)
    return made
