"""The bodies of entries (see `entries`), made from the definitions of functions."""

from __future__ import annotations

import ast
from functools import partial

from sentra.codegen.entry_reading import Reading
from sentra.codegen.entry_state import is_free, tried
from sentra.codegen.entry_tests import fixed, type_of
from sentra.codegen.entry_types import calls_of, steps_of
from sentra.codegen.entry_uses import Passing
from sentra.codegen.turns import TURNS
from sentra.ir.model import FUNCTION, OTHER
from sentra.runtime.names import inner_name
from sentra.runtime.soon import SURELY_SHORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_shapes import Shape
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import FunctionIR

# What an entry calls itself. It is bounded; builtins of the language look at the run's limits.
_ALLOWED = frozenset(
    """_math_floor _math_ceil _math_sqrt abs bool chr float int len list max min ord round str
    type round_ floor ceil trunc has has_key is_digit is_alpha is_space sum_ max_ min_ _greatest
    _least range enumerate _may_keep""".split())

_SOON = {"_contains": "_soon_contains", "_has_element": "_soon_has_element", "_text": "_soon_text",
         "_joined": "_soon_join"}


def retried(emitter: FunctionEmitter, body: list[ast.stmt], span: Span) -> list[ast.stmt]:
    """``try: body except Exception as _error: _left_by(_error)``"""
    body = [*(_is_left_if_long(emitter, name, span) for name in emitter.measured), *body]
    if emitter.effects is not None:
        return emitter.effects.tried(emitter, body, span)
    if emitter.looks:  # no other call goes on, and none begins before it has looked
        body = [emitter.n.conditionally(is_free(emitter, span), body, [], span)]
    return tried(emitter, body, span)


def _is_left_if_long(x: FunctionEmitter, name: str, span: Span) -> ast.stmt:
    """``if name.__sizeof__() > 1024 and not _is_short(name): raise Exception``"""
    n = x.n
    size = n.method(n.name(name, span), "__sizeof__", [], span)
    large = n.compare("greater", size, n.constant(SURELY_SHORT, span), span)
    long = n.inverted(n.call(x.helper("_is_short"), [n.name(name, span)], span), span)
    return n.conditionally(n.logical("and", [large, long], span), [
        n.raises(n.name(x.helper("Exception"), span), span)], [], span)


class Inner:
    """What an entry calls for a function of the module: a body for arguments of these kinds."""

    __slots__ = ("counted", "function", "kinds", "name")

    def __init__(
        self, python: str, function: FunctionIR, kinds: str, emitter: FunctionEmitter,
        *, counted: bool,
    ) -> None:
        bounds = (f"{emitter.most_calls}r" if emitter.most_calls else
                  str(emitter.most_turns or "b") if emitter.bounded else "")
        if emitter.keeps:
            bounds += "k"
        self.name = inner_name(python, kinds, counted=counted, bounds=bounds)
        self.function = function
        self.kinds = kinds
        self.counted = counted


class Body:
    """What a function does if it works out; where not, it is left at the end or raises.

    `inner`: not for an entry, but for what entries call, and it is `counted` there.
    """

    def __init__(
        self, definition: ast.FunctionDef, function: FunctionIR, emitter: FunctionEmitter,
        *, inner: bool = False, counted: bool = False,
    ) -> None:
        n, span = emitter.n, function.bytecode.span
        self.emitter, self.span = emitter, span
        # Only handlers, which are left out, set variables that are declared here.
        body = [each for each in definition.body if not isinstance(each, ast.Global | ast.Nonlocal)]
        if emitter.metered:  # without the tick
            del body[:2]
        if function.tries:
            body = _flat([_WithoutTries().visit(statement) for statement in body])
        # The entry has the values of what is not passed as its own defaults.
        body = [statement for statement in body if not _is_default(statement)]
        # Whether something may be left to the function itself.
        self.calls = {name: Inner(name, called, kinds, emitter, counted=counted)
                      for name, (called, kinds) in calls_of(function).items()}
        names = {name: inner.name for name, inner in self.calls.items()}
        self.retries = sum([_retry(statement, emitter, names) for statement in body]) > 0
        if not body or not isinstance(body[-1], ast.Return | ast.Raise):
            body.append(n.returns(n.constant(None, span), span))
        if function.result & (FUNCTION | OTHER) and not inner:
            body = _with_returns(body, partial(_scalar_returned, emitter, span))
        if function.loops:
            body = self._with_turns(body, adds=inner or bool(self.calls))
        if emitter.state and not inner:
            body = _with_returns(body, partial(emitter.state.stored, emitter, body[-1]))
        if not inner:
            emitter.measured = [v.python for v in function.parameters if v.type & emitter.short]
        one = n.constant(1, span)
        if counted and inner:
            body = [_more_steps(emitter, one, span), *self._bound_on_calls(), *body]
        elif not inner and emitter.metered:
            body.insert(0, _first_steps(emitter, n.constant(steps_of(function) or 1, span), span))
        elif not inner and emitter.most_calls:
            body.insert(0, _first_steps(emitter, one, span))
        self.statements = body

    def _bound_on_calls(self) -> list[ast.stmt]:
        """``if _entrance.steps > 200: raise Exception``, where functions call themselves."""
        x, n, span = self.emitter, self.emitter.n, self.span
        if not x.most_calls:
            return []
        steps = n.attribute(fixed(x, "_entrance", span), "steps", span)
        test = n.compare("greater", steps, n.constant(x.most_calls, span), span)
        return [n.conditionally(test, [n.raises(n.name(x.helper("Exception"), span), span)], [],
                                span)]

    def _with_turns(self, body: list[ast.stmt], *, adds: bool) -> list[ast.stmt]:
        """``_turns = 1; … _entrance.steps = _turns; return …``; `adds`: others count there too."""
        x, n, span = self.emitter, self.emitter.n, self.span
        if x.metered:
            count = _more_steps if adds else _first_steps
            body = _with_returns(body, lambda node: [count(x, n.name(TURNS, span), span), node])
        start = n.constant(0 if adds or not x.metered else 1, span)
        return [n.assign(n.target(TURNS, span), start, span), *body]

    def reading(
        self, containers: dict[str, str], shapes: dict[str, Shape], passing: Passing | None = None,
    ) -> bool:
        """Look only at what is read of these containers, by name and class; false, with statements
        that are of no use any more, if they are not only read.
        """
        reading = Reading(self.emitter, containers, shapes, {
            inner.name: inner.kinds for inner in self.calls.values()}, self.statements, self.span,
            passing or Passing())
        self.statements = _flat([reading.visit(statement) for statement in self.statements])
        return not reading.elsewhere

    def gives_up(self) -> bool:
        """Whether all is left to the function itself, whatever the arguments are."""
        for statement in self.statements:
            if _retries(statement.test if isinstance(statement, ast.If) else statement):
                return True
            if isinstance(statement, ast.If) and not isinstance(statement.body[0], ast.Raise):
                return False
        return False


def _first_steps(emitter: FunctionEmitter, steps: ast.expr, span: Span) -> ast.stmt:
    """``_entrance.steps = 1``"""
    n = emitter.n
    place = n.place(ast.Attribute(fixed(emitter, "_entrance", span), "steps", ast.Store()), span)
    return n.assign(place, steps, span)


def _more_steps(emitter: FunctionEmitter, steps: ast.expr, span: Span) -> ast.stmt:
    """``_entrance.steps = _entrance.steps + 1``"""
    n = emitter.n
    place = n.place(ast.Attribute(fixed(emitter, "_entrance", span), "steps", ast.Store()), span)
    more = n.binary("add", n.attribute(fixed(emitter, "_entrance", span), "steps", span), steps,
                    span)
    return n.assign(place, more, span)


def _with_returns(
    body: list[ast.stmt], change: Callable[[ast.Return], list[ast.stmt]],
) -> list[ast.stmt]:
    """The statements, with others in the place of each that returns."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.Return):
            found += change(statement)
            continue
        if isinstance(statement, ast.If | ast.For | ast.While | ast.Try):
            statement.body = _with_returns(statement.body, change)
            statement.orelse = _with_returns(statement.orelse, change)
        if isinstance(statement, ast.Try):
            statement.finalbody = _with_returns(statement.finalbody, change)
            for handler in statement.handlers:
                handler.body = _with_returns(handler.body, change)
        found.append(statement)
    return found


class _WithoutTries(ast.NodeTransformer):
    """Whatever a program's ``try`` would catch is left to the function itself."""

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        if node.finalbody:
            return node
        return [*node.body, *node.orelse]


def _retries(node: ast.AST) -> bool:
    """Whether evaluating this ends in ``_retry()`` in any case."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (
            node.func.id == "_retry"):
        return True
    if isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp):
        return False
    if isinstance(node, ast.IfExp):
        return _retries(node.test)
    if isinstance(node, ast.BoolOp):
        return _retries(node.values[0])
    return any(_retries(child) for child in ast.iter_child_nodes(node))


def is_same(a: Any, b: Any) -> bool:
    """Whether two trees are equal but for their places."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, ast.AST):
        return all(is_same(getattr(a, field, None), getattr(b, field, None))
                   for field in a._fields)
    return bool(a == b)


def _is_default(statement: ast.stmt) -> bool:
    """``if name is _missing: name = value``"""
    return (isinstance(statement, ast.If) and isinstance(statement.test, ast.Compare)
            and isinstance(statement.test.comparators[0], ast.Name)
            and statement.test.comparators[0].id == "_missing")


def _flat(statements: list[ast.stmt | list[ast.stmt]]) -> list[ast.stmt]:
    return [each for made in statements for each in (made if isinstance(made, list) else [made])]


def _retry(node: ast.AST, emitter: FunctionEmitter, calls: dict[str, str]) -> int:
    """Leave the operations of the runtime to the function itself, which looks at its limits; how
    many there are. `calls` has the names of the program's functions, and what is called instead.
    """
    count = 0
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for item in value:
                count += _retry(item, emitter, calls)
        elif isinstance(value, ast.AST) and value._fields:
            count += _retry(value, emitter, calls)
    if type(node) is ast.Raise:
        node.exc = ast.copy_location(ast.Name(emitter.helper("Exception"), ast.Load()), node)
        count += 1
    elif type(node) is ast.Call and type(node.func) is ast.Name:
        name = node.func.id
        if name == "_retry":
            count += 1
        elif name in calls:
            node.func.id = calls[name]
        elif name in _SOON:
            node.func.id = emitter.helper(_SOON[name])
        elif name not in _ALLOWED and not name.startswith("_soon_"):
            node.func.id, node.args = emitter.helper("_retry"), []
            count += 1
    return count


def _scalar_returned(x: FunctionEmitter, span: Span, node: ast.Return) -> list[ast.stmt]:
    """``result = value; if type(result) not in _scalars: raise Exception; return result``

    It has to be no function and no object of the host.
    """
    n = x.n
    if node.value is None or isinstance(node.value, ast.Constant):
        return [node]
    result = x.new_temp().python
    test = n.compare("not_in", type_of(x, result, span), fixed(x, "_scalars", span), span)
    return [n.assign(n.target(result, span), node.value, span),
            n.conditionally(test, [n.raises(n.name(x.helper("Exception"), span), span)], [], span),
            n.returns(n.name(result, span), span)]
