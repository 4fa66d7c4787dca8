"""Which parts of a program may change what an array or map holds.

The classes of `contents` say which containers may be the same: a store into one class leaves what
is read from another alone.
"""

from __future__ import annotations

from sentra.ir.known import function_of, known_callee, owner
from sentra.ir.model import (
    ARRAY,
    MAP,
    NEXT,
    STRING,
    Expr,
    FunctionIR,
    Stmt,
    Terminator,
    Variable,
)
from sentra.ir.signatures import CALLBACKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# Builtins that change no array or map and call no function of the program.
HARMLESS = frozenset(
    """len str int float abs floor ceil round trunc sqrt pow div mod min max exp ln log2 log10 sin
    cos tan asin acos atan atan2 hypot upper lower ord chr has has_key char_at substring substr
    starts_with startsWith startswith ends_with endsWith endswith contains includes index_of
    indexOf type typeof bool band bor bxor bnot shl shr is_digit is_alpha is_space trim range
    random random_int get keys values entries join split lines chars replace repeat pad_left
    pad_right slice concat clone sum first last take drop unique zip enumerate chunk count
    trim_left trim_right sign error log print""".split())
# Builtins that change their first argument.
_CHANGERS = frozenset(
    """push pop shift unshift insert remove_at sort sort_by reverse fill clear delete remove
    shuffle""".split())
_EFFECTS = frozenset(
    """invoke go go_invoke receive select_channel import_module import_builtin caught""".split())
MOST = 100  # functions that one call may lead to


class Changes:
    """What a stretch of a program may change: variables, classes of containers, or anything."""

    __slots__ = ("called", "classes", "everything", "variables")

    def __init__(self) -> None:
        self.variables: set[Variable] = set()
        self.classes: set[Any] = set()
        self.everything = False
        self.called: list[FunctionIR] | None = None  # known functions, where they are put off

    def add(self, item: Stmt | Terminator) -> None:
        """Add what a statement or terminator does."""
        op = item.op
        variable = item.variable
        if op == "set_index" or op == "set_property":
            self.store(item.args[0])
        elif op == "send" or op == "publish" or op == "mark":
            self.everything = True
        elif isinstance(item, Terminator) and op == NEXT:
            assert variable is not None
            self.step(variable, item.results)
        elif variable is not None and op != "box":
            self.variables.add(owner(variable))
        for arg in item.args:
            self.evaluate(arg)

    def step(self, iterator: Variable, results: Iterable[Variable]) -> None:
        """Add what a turn of a loop over an iterator does."""
        if not iterator.type or iterator.type & ~(ARRAY | STRING | MAP):
            self.everything = True  # of a channel: other tasks run
        self.variables.update(map(owner, results))

    def store(self, container: Expr) -> None:
        held = class_of(container)
        if held is None:
            self.everything = True
        else:
            self.classes.add(held)

    def evaluate(self, expr: Expr) -> None:
        op = expr.op
        if op == "call" or op == "invoke":
            self._call(expr)
        elif op in _EFFECTS:
            self.everything = True
        for arg in expr.args:
            if arg.args:
                self.evaluate(arg)

    def _call(self, expr: Expr) -> None:
        args: tuple[Expr, ...] = expr.args
        name = expr.a
        if expr.op == "call":
            callee, args = args[0], args[1:]
            if callee.op != "builtin":
                self._enter(known_callee(expr))
                return
            name = callee.a
        elif args[0].type not in (ARRAY, STRING):
            self.everything = True
            return
        if name in _CHANGERS and args:
            self.store(args[0])
        if name in CALLBACKS and len(args) > 1:
            self._enter(function_of(args[1]))
        elif name not in HARMLESS and name not in _CHANGERS and name not in CALLBACKS:
            self.everything = True

    def _enter(self, function: FunctionIR | None) -> None:
        """Add what a call of a function does."""
        if function is None or function.declined:
            self.everything = True
        elif self.called is not None:
            self.called.append(function)
        else:
            self._join(effects_of(function))

    def _join(self, other: Changes) -> None:
        self.everything |= other.everything
        self.variables |= other.variables
        self.classes |= other.classes

    def may_change(self, expr: Expr) -> bool:
        """Whether a quiet expression may have another value afterwards."""
        if expr.op == "get":
            return owner(expr.a) in self.variables
        if expr.op in ("index", "property", "call") and self.changes_inside(expr):
            return True
        return any(self.may_change(arg) for arg in expr.args)

    def changes_inside(self, expr: Expr) -> bool:
        """Whether the container that an expression reads from may change."""
        container = expr.args[1] if expr.op == "call" else expr.args[0]
        return container.type != STRING and self.changes(container)

    def changes(self, container: Expr) -> bool:
        """Whether what a container holds may change."""
        if self.everything:
            return True
        if not self.classes:
            return False
        read = class_of(container)
        return read is None or read in self.classes


def effects_of(function: FunctionIR) -> Changes:
    """What a call of a function may change, with all that it calls."""
    whole: Changes | None = function.effects
    if whole is not None:
        return whole
    whole = Changes()
    whole.called = [function]
    reached = {function}
    for each in whole.called:
        if whole.everything or len(reached) > MOST:
            whole.everything = True
            break
        own = Changes()
        own.called = []
        for block in each.blocks:
            for item in (*block.body, block.end):
                assert item is not None
                own.add(item)
        whole._join(own)
        for callee in own.called:
            if callee not in reached:
                reached.add(callee)
                whole.called.append(callee)
    whole.called = None
    function.effects = whole
    return whole


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
