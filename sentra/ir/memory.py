"""Which parts of a program may change what an array or map holds.

The classes of `contents` say which containers may be the same: a store into one class leaves what
is read from another alone.
"""

from __future__ import annotations

from sentra.ir.model import ARRAY, MAP, NEXT, STRING, Expr, Stmt, Terminator, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Builtins that change no array or map and call no function of the program.
HARMLESS = frozenset(
    """len str int float abs floor ceil round trunc sqrt pow div mod min max exp ln log2 log10 sin
    cos tan asin acos atan atan2 hypot upper lower ord chr has has_key char_at substring substr
    starts_with startsWith startswith ends_with endsWith endswith contains includes index_of
    indexOf type typeof bool band bor bxor bnot shl shr is_digit is_alpha is_space trim range
    random random_int""".split())
_PUSHES = frozenset(["push", "pop"])
_EFFECTS = frozenset(
    """invoke go go_invoke receive select_channel import_module import_builtin caught""".split())


class Changes:
    """What a stretch of a program may change: variables, classes of containers, or anything."""

    __slots__ = ("classes", "everything", "variables")

    def __init__(self) -> None:
        self.variables: set[Variable] = set()
        self.classes: list[Any] = []
        self.everything = False

    def add(self, item: Stmt | Terminator) -> None:
        """Add what a statement or terminator does."""
        op = item.op
        variable = item.variable
        if op == "set_index" or op == "set_property":
            self.store(item.args[0])
        elif op == "send" or op == "publish":
            self.everything = True
        elif isinstance(item, Terminator) and op == NEXT:
            assert variable is not None
            if not variable.type or variable.type & ~(ARRAY | STRING | MAP):
                self.everything = True  # of a channel: other tasks run
            self.variables.update(item.results)
        elif variable is not None and op != "box":
            self.variables.add(variable)
        for arg in item.args:
            self.evaluate(arg)

    def store(self, container: Expr) -> None:
        held = class_of(container)
        if held is None:
            self.everything = True
        else:
            self.classes.append(held)

    def evaluate(self, expr: Expr) -> None:
        op = expr.op
        if op == "call":
            callee = expr.args[0]
            if callee.op == "builtin" and callee.a in _PUSHES and len(expr.args) > 1 and (
                    expr.args[1].type == ARRAY):
                self.store(expr.args[1])
            elif callee.op != "builtin" or callee.a not in HARMLESS:
                self.everything = True
        elif op == "invoke" and expr.a in _PUSHES and expr.args[0].type == ARRAY:
            self.store(expr.args[0])
        elif op == "invoke" and expr.a in HARMLESS and expr.args[0].type in (ARRAY, STRING):
            pass
        elif op in _EFFECTS:
            self.everything = True
        for arg in expr.args:
            if arg.args:
                self.evaluate(arg)

    def may_change(self, expr: Expr) -> bool:
        """Whether a quiet expression may have another value afterwards."""
        if expr.op == "get":
            return expr.a in self.variables
        if expr.op in ("index", "property", "call") and self.changes_inside(expr):
            return True
        return any(self.may_change(arg) for arg in expr.args)

    def changes_inside(self, expr: Expr) -> bool:
        """Whether the container that an expression reads from may change."""
        if self.everything:
            return True
        if not self.classes:
            return False
        read = class_of(expr.args[1] if expr.op == "call" else expr.args[0])
        return read is None or any(find(held) is read for held in self.classes)


def find(content: Any) -> Any:
    """The representative of a class of containers."""
    while content.parent is not None:
        content = content.parent
    return content


def class_of(expr: Expr) -> Any:
    """The class of the container that an expression gives; None if that is not known."""
    op = expr.op
    if op == "get":
        variable: Variable = expr.a.owner or expr.a
        return _known(variable.content)
    if op in ("index", "property"):
        held = class_of(expr.args[0])
        if held is None or expr.args[0].type & ~(ARRAY | MAP):
            return None
        key = expr.a if op == "property" else (
            expr.args[1].a if expr.args[1].op == "const" else None)
        if not held.collapsed and type(key) is str:
            field = held.fields.get(key)
            return None if field is None or held.elem else _known(field[1])
        return _known(held.inner)
    return None


def _known(content: Any) -> Any:
    if content is None:
        return None
    content = find(content)
    return None if content.unknown else content
