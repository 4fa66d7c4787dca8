"""What entries (see `entries`) change in arrays and maps of the module, and in their arguments.

Such an entry takes the turn that calls of the host have, and notes what was there before each
change. Where it is left to the function itself, it takes its changes back, from the last to the
first, so that the function may begin again.

    def _entry_hit0(key=_missing):
        if type(key) is str:
            _before1 = _undone
            _mine = False
            try:
                if _turn.owner is None:
                    _turn.owner = _entering; _mine = True
                    _t1 = seen.get(key, 0) + 1
                    _before1 = seen[key] if key in seen else _missing
                    seen[key] = _t1
                    return seen[key]
            except Exception as _error:
                if _before1 is not _undone:
                    _put_back(seen, key, _before1, _t1)
                _left_by(_error)
            finally:
                if _mine:
                    …
        return _enter(hit, key)

So does an entry that only looks into them and may be interrupted on the way, by a thread at a call,
say (`Work.has_turn`); one that may not only tests that no other call goes on.

No other thread runs between the test of the owner and the stores on the same line (`entry_state`).
"""

from __future__ import annotations

import ast

from sentra.codegen.entry_state import ERROR, is_free, is_not_kept, leave_error, left
from sentra.codegen.entry_tests import fixed, type_of
from sentra.ir.edit import KEY, items, within
from sentra.ir.model import ARRAY, GLOBAL, MAP, NIL, NUMBER, STRING, UPVALUE, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentra.bytecode.code import Span
    from sentra.codegen.functions import FunctionEmitter
    from sentra.codegen.statements import Statements
    from sentra.ir.model import Stmt, Variable

    Change = tuple[Variable, tuple[Expr, ...]]

MAX_EFFECTS = 4
BEFORE = "_before"  # names of what was there before a change begin with this
_MINE = "_mine"


class Effects:
    """The changes of one body of an entry. `changes` says of statements what they change, by their
    identity (see `change_of`).
    """

    def __init__(self, changes: dict[int, Change]) -> None:
        self.changes = changes
        self.variables = {variable for variable, _ in changes.values()}
        self.undo: list[ast.stmt] = []  # the last change first

    def emit(self, x: Statements, s: Stmt) -> bool:
        """Make the nodes of a statement, if it changes an array or map of the module."""
        change = self.changes.get(id(s))
        if change is None:
            return False
        variable, parts = change
        n, span = x.n, s.span
        if not within((variable.owner or variable).type, ARRAY if s.op == "eval" else MAP):
            x.out.append(n.expression(n.call(x.helper("_retry"), [], span), span))
            return True
        name = f"{BEFORE}{len(self.undo) + 1}"
        container = variable.python
        parts = tuple([x.to_temp(part) for part in x.several(parts)]) if parts else ()
        # They are read again to take this back.
        parts = tuple([x.kept(part) if _may_change(x, part) else part for part in parts])
        self._test(x, parts, keyed=s.op != "eval", span=span)
        if s.op != "eval":
            key, value = parts
            before = n.conditional(
                n.compare("contains", x.raw(key), n.name(container, span), span),
                n.item(n.name(container, span), x.raw(key), span),
                n.name(x.helper("_missing"), span), span)
            done = n.assign(n.item_target(n.name(container, span), x.raw(key), span),
                            x.raw(value), span)
            undo = n.call(x.helper("_put_back"), [
                n.name(container, span), x.raw(key), n.name(name, span),
                x.raw(value)], span)
        elif parts:  # push
            if x.metered:
                full = n.compare("greater_equal", n.call(x.helper("len"), [
                    n.name(container, span)], span), n.name(x.helper("_array_limit"), span), span)
                x.out.append(n.conditionally(full, [left(x, span)], [], span))
            before = n.constant(None, span)
            done = n.expression(n.method(n.name(container, span), "append", [x.raw(parts[0])],
                                         span), span)
            undo = n.call(x.helper("_take_back"), [
                n.name(container, span), x.raw(parts[0])], span)
        else:
            before = n.item(n.name(container, span), n.constant(-1, span), span)
            done = n.expression(n.method(n.name(container, span), "pop", [], span), span)
            undo = n.method(n.name(container, span), "append", [n.name(name, span)], span)
        x.out += [n.assign(n.target(name, span), before, span), done]
        test = n.compare("is_not", n.name(name, span), n.name(x.helper("_undone"), span), span)
        self.undo.insert(0, n.conditionally(test, [n.expression(undo, span)], [], span))
        return True

    def _test(self, x: Statements, parts: tuple[Expr, ...], *, keyed: bool, span: Span) -> None:
        """Leave the entry where a part is no scalar."""
        n = x.n
        for place, part in enumerate(parts):
            if part.op == "const" or within(part.type, NUMBER | NIL):
                continue
            if keyed and place == 0 and within(part.type, KEY):
                continue
            kept = n.name(x.new_temp().python, span)
            assert isinstance(kept, ast.Name)
            x.out.append(n.assign(n.target(kept.id, span), x.raw(part), span))
            if keyed and place == 0:
                test = n.compare("not_in", type_of(x, kept.id, span),
                                 fixed(x, "_scalars", span), span)
            else:
                test = is_not_kept(x, kept.id, part.type, span)
            x.out.append(n.conditionally(test, [left(x, span)], [], span))

    def tried(self, x: FunctionEmitter, body: list[ast.stmt], span: Span) -> list[ast.stmt]:
        """The body, in its turn."""
        n = x.n
        owner = n.place(ast.Attribute(fixed(x, "_turn", span), "owner", ast.Store()), span)
        taken = [n.assign(owner, fixed(x, "_entering", span), span),
                 n.assign(n.target(_MINE, span), n.constant(True, span), span)]
        free = n.conditionally(is_free(x, span), [*taken, *body], [], span)
        exception = n.name(x.helper("Exception"), span)
        handler = n.place(ast.ExceptHandler(
            exception, ERROR, [*self.undo, leave_error(x, span)]), span)
        waiting = n.attribute(fixed(x, "_turn", span), "waiting", span)
        given_up = n.conditionally(
            waiting, [n.expression(n.method(fixed(x, "_turn", span), "leave", [], span), span)],
            [n.assign(n.place(ast.Attribute(fixed(x, "_turn", span), "owner", ast.Store()), span),
                      n.constant(None, span), span)], span)
        final = n.conditionally(n.name(_MINE, span), [given_up], [], span)
        start = [n.assign(n.target(f"{BEFORE}{place + 1}", span),
                          n.name(x.helper("_undone"), span), span)
                 for place in range(len(self.undo))]
        start.append(n.assign(n.target(_MINE, span), n.constant(False, span), span))
        return [*start, n.place(ast.Try([free], [handler], [], [final]), span)]


def _may_change(x: Statements, e: Expr) -> bool:
    """Whether a variable may be set after it was read."""
    if e.op != "get":
        return False
    function, variable = x.function, e.a
    if variable in function.locals and variable not in function.parameters:
        return bool(variable.sets > 1)
    return any(item.variable is variable for item in items(function))


def change_of(s: Stmt, parameters: Sequence[Variable]) -> Change | None:
    """Which container of the module, or argument, a statement changes, and with what: a key and a
    value, what is pushed, or nothing where something is popped.
    """
    if s.op == "set_index":
        container, parts = s.args[0], s.args[1:]
    elif s.op == "set_property":
        key = Expr("const", (), s.a, s.span)
        key.type = STRING
        container, parts = s.args[0], (key, s.args[1])
    elif s.op == "eval":
        e = s.args[0]
        if e.op == "invoke":
            name, args = e.a, e.args
        elif e.op == "call" and e.args[0].op == "builtin":
            name, args = e.args[0].a, e.args[1:]
        else:
            return None
        if (name, len(args)) not in (("push", 2), ("pop", 1)):
            return None
        container, parts = args[0], args[1:]
    else:
        return None
    if container.op != "get":
        return None
    variable: Variable = container.a
    if variable in parameters and not variable.sets:  # that it is one shows when it is called
        return (variable, parts) if s.op == "eval" or _is_text(parts[0]) else None
    known = (variable.owner or variable).type
    return (variable, parts) if variable.kind in (GLOBAL, UPVALUE) and (
        known == (ARRAY if s.op == "eval" else MAP)) else None


def _is_text(e: Expr) -> bool:
    """Whether it is a constant text."""
    return e.op == "const" and type(e.a) is str
