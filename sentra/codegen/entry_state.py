"""Module variables that change, in entries (see `entries`): what a call reads and leaves there.

An entry takes no lock. It reads the variables, computes with copies of its own, and at the end
stores what has changed, if no other call goes on and no other thread has stored something since:
in one step of the global interpreter lock, which CPython 3.11 to 3.13 gives up at calls and where a
loop begins again, but not between the test and the stores. (All is on one line: no tracer of lines
is called between them either; one of instructions may lose what another thread stored.) So a call
happens as a whole at that moment, or the function itself is called.

    def _entry_add0(x=_missing):
        global total
        try:
            if _turn.owner is None:
                _now_total = _was_total = total
                if type(x) is int and type(_now_total) is int:
                    …
                        _now_total = _now_total + x
                        _result = _now_total
                        if _turn.owner is None and total is _was_total:
                            total = _now_total
                            return _result
                        raise Exception
        except Exception as _error:
            _left_by(_error)
        return _enter(add, x)

What is only read is read in one step with the first test. What is kept are numbers, texts that are
not long, true, false and nil. An entry that has taken the turn only looks whether it has read the
variables too early.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager

from sentra.codegen.entry_tests import all_of, fixed, type_of
from sentra.ir.edit import within
from sentra.ir.model import ARRAY, FLOAT, GLOBAL, INT, LOCAL, MAP, NIL, NUMBER, STRING, UPVALUE

_NOW, _WAS = "_now_", "_was_"
ERROR = "_error"  # what was raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_types import Types
    from sentra.codegen.expressions import Expressions
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import FunctionIR, Variable



class State:
    """The module variables that may change of a function: those it reads, and of these those it
    writes.
    """

    def __init__(
        self, variables: list[Variable], written: set[Variable], *, has_turn: bool,
    ) -> None:
        self.has_turn = has_turn  # the entry keeps others out (`entry_effects`)
        self.names = {v: v.python for v in variables}  # in the module
        self.captured = [v.python for v in variables if v.kind == UPVALUE]
        self.written = [v for v in variables if v in written]
        types = {v: (v.owner or v).type for v in variables}
        self.known: Types = {v: found for v, found in types.items() if any(
            within(found, kind) for kind in (INT, FLOAT, STRING, ARRAY, MAP))}

    @property
    def before(self) -> dict[str, str]:
        """The names of the copies that change, and of what was in the module."""
        return {_NOW + self.names[v]: _WAS + self.names[v] for v in self.written}

    @contextmanager
    def as_parameters(self, function: FunctionIR) -> Iterator[None]:
        """Meanwhile the function has them as parameters, with names of their own."""
        before = [(v, v.kind, v.python, v.checked, v.readers, v.type, v.owner, v.explicit)
                  for v in self.names]
        parameters = function.parameters
        function.parameters = [*parameters, *self.names]
        try:
            for v in self.names:
                v.kind, v.python, v.checked, v.readers = LOCAL, _NOW + v.python, False, []
                v.owner, v.explicit = None, False
            yield
        finally:
            function.parameters = parameters
            for v, kind, python, checked, readers, known, owner, explicit in before:
                v.kind, v.python, v.checked, v.readers = kind, python, checked, readers
                v.type, v.owner, v.explicit = known, owner, explicit

    def opened(
        self, emitter: FunctionEmitter, body: list[ast.stmt], span: Span,
    ) -> list[ast.stmt]:
        """The body after the variables were read."""
        n = emitter.n
        if len(body) == 1:  # nothing comes after what fails
            body = _untried(body)
        names = self.names.values()
        reads = [n.assign(n.target(_NOW + name, span), n.name(name, span), span) for name in names]
        if self.written or self.has_turn:  # all are looked at again in the end
            reads += [n.assign(n.target(_WAS + name, span), n.name(_NOW + name, span), span)
                      for name in names]
            return [*self._declared(emitter, span), *tried(emitter, [*reads, *body], span)]
        return tried(emitter, [n.conditionally(is_free(emitter, span), [*reads, *body], [],
                                                span)], span)

    def _declared(self, emitter: FunctionEmitter, span: Span) -> list[ast.stmt]:
        names = {kind: [name for v, name in self.names.items()
                        if v in self.written and (name in self.captured) is inside]
                 for kind, inside in ((ast.Global, False), (ast.Nonlocal, True))}
        return [emitter.n.declare(kind, found, span) for kind, found in names.items() if found]

    def stored(
        self, emitter: FunctionEmitter, last: ast.stmt, node: ast.Return,
    ) -> list[ast.stmt]:
        """A ``return``, perhaps the `last` statement, after what it leaves was stored."""
        n, span = emitter.n, emitter.function.bytecode.span
        if not self.written and not self.has_turn:
            return [node]
        made: list[ast.stmt] = []
        result = node.value
        if result is not None and not isinstance(result, ast.Constant | ast.Name):
            name = emitter.new_temp().python
            made.append(n.assign(n.target(name, span), result, span))
            result = n.name(name, span)
        made += [n.conditionally(is_not_kept(emitter, v.python, v.type, span),
                                 [left(emitter, span)], [], span)
                 for v in self.written if not within(v.type, NUMBER | NIL)]
        same = [n.compare("is", n.name(name, span), n.name(_WAS + name, span), span)
                for name in self.names.values()]
        stores = [n.assign(n.target(self.names[v], span), n.name(v.python, span), span)
                  for v in self.written]
        made.append(n.conditionally(
            all_of(emitter, same if self.has_turn else [is_free(emitter, span), *same], span),
            [*stores, n.returns(result, span)], [], span))
        return made if node is last and not self.has_turn else [*made, left(emitter, span)]


def is_not_kept(x: Expressions, name: str, kind: int, span: Span) -> ast.expr:
    """``type(name) not in _small and not _may_keep(name)``, for a value of this type."""
    n = x.n
    test = n.inverted(n.call(x.helper("_may_keep"), [n.name(name, span)], span), span)
    if within(kind, STRING):
        return test
    long = n.compare("not_in", type_of(x, name, span), fixed(x, "_small", span), span)
    return n.logical("and", [long, test], span)


def is_free(x: Expressions, span: Span) -> ast.expr:
    """``_turn.owner is None``: no call goes on."""
    n = x.n
    return n.compare("is", n.attribute(fixed(x, "_turn", span), "owner", span),
                     n.constant(None, span), span)


def _untried(body: list[ast.stmt]) -> list[ast.stmt]:
    """What stands in the ``try`` of the body, or in those of its branches."""
    first = body[0] if len(body) == 1 else None
    if isinstance(first, ast.Try):
        return first.body
    if isinstance(first, ast.If):
        first.body, first.orelse = _untried(first.body), _untried(first.orelse)
    return body


def is_state(variable: Variable) -> bool:
    """Whether it is a variable of the module that may change, or a captured one."""
    return variable.kind == UPVALUE or (variable.kind == GLOBAL and not variable.single)


def left(x: Expressions, span: Span) -> ast.stmt:
    """``raise Exception``: all is left to the function itself."""
    return x.n.raises(x.n.name(x.helper("Exception"), span), span)


def tried(emitter: FunctionEmitter, body: list[ast.stmt], span: Span) -> list[ast.stmt]:
    """The body, with what it raises left to the function itself."""
    return [emitter.n.guarded(body, [emitter.helper("Exception")], ERROR,
                              [leave_error(emitter, span)], span)]


def leave_error(x: Expressions, span: Span) -> ast.stmt:
    """``_left_by(_error)``"""
    n = x.n
    return n.expression(n.call(x.helper("_left_by"), [n.name(ERROR, span)], span), span)
