"""What a comparison may have to compare, by the types of its operands.

Python compares containers in one operation, which may take for ever (see `runtime.compare`), so
that compiled code leaves them to the runtime.
"""

from __future__ import annotations

from sentra.ir.model import ARRAY, INT, MAP, NIL, STRING, Expr
from sentra.runtime.compare import takes_long

CONTAINER = ARRAY | MAP
_PLAIN = frozenset(["get", "const", "index", "property", "add", "sub"])
_SHORT = 12  # operations
_LITERALS = frozenset(["array", "map"])


def containers_of(e: Expr) -> int:
    """The containers that both operands may be: ARRAY, MAP, both of them, or none."""
    kinds = CONTAINER if e.op in ("equal", "not_equal") else ARRAY
    for arg in e.args:
        if arg.op in _LITERALS and not any(map(may_be_container, arg.args)):
            return 0  # scalars: the other's elements are compared with these
        kinds &= arg.type or kinds
    return kinds


def may_be_container(e: Expr) -> bool:
    """Whether the value may be an array or a map."""
    return not e.type or bool(e.type & CONTAINER)


def is_container(e: Expr) -> bool:
    """Whether it surely is one, or nil."""
    return bool(e.type & CONTAINER) and not e.type & ~(CONTAINER | NIL)


def is_quick(e: Expr) -> bool:
    """Whether the value is surely compared at once: no container, and nothing that may be large."""
    if e.op == "const":
        return not takes_long(e.a)
    return bool(e.type) and not e.type & (CONTAINER | STRING | INT)


def is_quick_literal(e: Expr) -> bool:
    """An array of such values, as it is written: a search in it is quick."""
    return e.op == "array" and all(map(is_quick, e.args))


def is_short(e: Expr) -> bool:
    """A few reads and sums, which change nothing and take no room: they may be written twice."""
    todo = [e]
    for _ in range(_SHORT):
        if not todo:
            return True
        each = todo.pop()
        if each.op not in _PLAIN:
            return False
        todo += each.args
    return False


def only_reads(e: Expr) -> bool:
    """Variables, elements and fields: can be read in another order, and written twice."""
    return e.op in ("get", "const", "index", "property") and all(map(only_reads, e.args))
