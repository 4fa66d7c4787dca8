"""The bodies of entries (see `entries`), made from the definitions of functions."""

from __future__ import annotations

import ast

from sentra.codegen.entry_tests import Reading, fixed, type_of
from sentra.codegen.entry_types import calls_of, steps_of
from sentra.ir.model import FUNCTION, OTHER
from sentra.runtime.names import inner_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import FunctionIR

# What an entry calls itself. It is bounded; builtins of the language look at the run's limits.
_ALLOWED = frozenset(
    """_text _math_floor _math_ceil _math_sqrt abs bool chr float int len list max min ord round str
    type round_ floor ceil trunc has has_key is_digit is_alpha is_space sum_ max_ min_ _greatest
    _least""".split())

_SOON = {"_contains": "_soon_contains", "_has_element": "_soon_has_element"}


def where_read(
    emitter: FunctionEmitter, names: list[str], body: Body, span: Span,
) -> list[ast.stmt] | None:
    """A body, changed, where parameters are maps of which it reads only scalars under fixed keys.

        if type(e) is dict:
            … (_t1 if type(_t1 := e["amount"]) is int or type(_t1) in _scalars else _retry()) …

    The first test is for what is likely there, and quicker. What it does not read is not looked at.
    None if it does something else with one of them.
    """
    n = emitter.n
    changed = body.reading(names)
    if changed is None:
        return None
    tests = [n.compare("is", type_of(emitter, name, span), fixed(emitter, "dict", span), span)
             for name in names]
    test = n.logical("and", tests, span) if len(tests) > 1 else tests[0]
    return [n.conditionally(test, changed, [], span)]


def retried(emitter: FunctionEmitter, body: list[ast.stmt], span: Span) -> list[ast.stmt]:
    """``try: body except Exception: pass``"""
    return [emitter.n.guarded(body, [emitter.helper("Exception")], None, [], span)]


class Inner:
    """What an entry calls for a function of the module: a body for arguments of these kinds."""

    __slots__ = ("counted", "function", "kinds", "name")

    def __init__(self, python: str, function: FunctionIR, kinds: str, counted: bool) -> None:
        self.name = inner_name(python, kinds, counted=counted)
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
        body = definition.body[2:] if emitter.metered else definition.body  # without the tick
        if function.tries:
            body = _flat([_WithoutTries().visit(statement) for statement in body])
        # The entry has the values of what is not passed as its own defaults.
        body = [statement for statement in body if not _is_default(statement)]
        # Whether something may be left to the function itself.
        self.calls = {name: Inner(name, called, kinds, counted)
                      for name, (called, kinds) in calls_of(function).items()}
        names = {name: inner.name for name, inner in self.calls.items()}
        self.retries = sum([_retry(statement, emitter, names) for statement in body]) > 0
        if not body or not isinstance(body[-1], ast.Return | ast.Raise):
            body.append(n.returns(n.constant(None, span), span))
        if function.result & (FUNCTION | OTHER) and not inner:
            returns = _Returns(emitter, span)
            body = _flat([returns.visit(statement) for statement in body])
        if emitter.metered:
            if counted and inner:
                body.insert(0, _one_more_step(emitter, span))
            elif not inner:
                body.insert(0, _first_step(emitter, steps_of(function) or 1, span))
        self.statements = body
        self.emitter, self.span = emitter, span

    def reading(self, names: list[str]) -> list[ast.stmt] | None:
        """The statements, changed, where these are maps; None if they are not only read."""
        reading = Reading(self.emitter, names, {
            inner.name: inner.kinds for inner in self.calls.values()}, self.span)
        changed = [reading.visit(statement) for statement in self.statements]
        return None if reading.elsewhere else changed

    def gives_up(self) -> bool:
        """Whether all is left to the function itself, whatever the arguments are."""
        for statement in self.statements:
            if isinstance(statement, ast.If):
                return _retries(statement.test)
            if _retries(statement):
                return True
        return False


def _first_step(emitter: FunctionEmitter, steps: int, span: Span) -> ast.stmt:
    """``_entrance.steps = 1``"""
    n = emitter.n
    place = n.place(ast.Attribute(fixed(emitter, "_entrance", span), "steps", ast.Store()), span)
    return n.assign(place, n.constant(steps, span), span)


def _one_more_step(emitter: FunctionEmitter, span: Span) -> ast.stmt:
    """``_entrance.steps = _entrance.steps + 1``"""
    n = emitter.n
    entrance = emitter.helper("_entrance")
    place = n.place(ast.Attribute(n.name(entrance, span), "steps", ast.Store()), span)
    more = n.binary("add", n.attribute(n.name(entrance, span), "steps", span),
                    n.constant(1, span), span)
    return n.assign(place, more, span)


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
        elif name not in _ALLOWED:
            node.func.id, node.args = emitter.helper("_retry"), []
            count += 1
    return count


class _Returns(ast.NodeTransformer):
    """What is returned has to be no function and no object of the host."""

    def __init__(self, emitter: FunctionEmitter, span: Span) -> None:
        self.emitter = emitter
        self.span = span

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.AST]:
        """``result = value; if type(result) not in _scalars: raise Exception; return result``"""
        x, span = self.emitter, self.span
        n = x.n
        if node.value is None or isinstance(node.value, ast.Constant):
            return node
        result = x.new_temp().python
        test = n.compare("not_in", type_of(x, result, span), fixed(x, "_scalars", span), span)
        return [n.assign(n.target(result, span), node.value, span),
                n.conditionally(test, [n.raises(n.name(x.helper("Exception"), span), span)], [],
                                span),
                n.returns(n.name(result, span), span)]
