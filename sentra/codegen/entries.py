"""Entries: what a host calls when it calls a small function from Python.

A call from a host is a run with limits, checks of what goes in, and errors that are translated.
For a function without loops, calls and effects most of that can be decided when it is compiled. Its
entry is a copy of it that computes with plain values only and leaves everything else to ``_enter``,
which calls the function itself: other arguments, other results, and whatever goes wrong. (Nothing
has happened by then that could be noticed, so it may begin again.)

    def _entry_half0(x=_missing):
        if type(x) is int or (type(x) in _scalars or _is_flat(x)):
            try:
                return x / 2
            except Exception:
                pass
        return _enter(half, x)
"""

from __future__ import annotations

import ast
from copy import deepcopy

from sentra.codegen.metering import inline_of
from sentra.ir.model import BRANCH, FUNCTION, GLOBAL, JUMP, LOCAL, OTHER, RETURN, TEMP
from sentra.runtime.names import entry_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import Expr, FunctionIR

_ALLOWED = frozenset(["_text"])  # operations that an entry does itself: they are bounded
MAX_PARAMETERS = 6
MAX_EXPRESSIONS = 120

_PURE = frozenset(
    """const get bind add sub mul div mod negate not_ equal not_equal less less_equal greater
    greater_equal and or select text array map index property contains""".split())
_PURE_BUILTINS = frozenset(
    """len abs min max upper lower trim trim_left trim_right starts_with startsWith startswith
    ends_with endsWith endswith contains includes substring substr char_at ord chr floor ceil sqrt
    int float str bool type band bor bxor""".split())


def is_small(function: FunctionIR, emitter: FunctionEmitter) -> bool:
    """Whether a function may have an entry."""
    code = function.bytecode
    if (function.declined or function.loops or function.tries or function.children
            or function.upvalues or code.has_rest or code.required != code.parameters
            or code.parameters > MAX_PARAMETERS):
        return False
    left = MAX_EXPRESSIONS
    pending: list[Expr] = []
    for block in function.blocks:
        for statement in block.body:
            variable = statement.variable
            if statement.op not in ("set", "eval") or (
                    variable is not None and variable.kind not in (LOCAL, TEMP)):
                return False
            pending += statement.args
        assert block.end is not None
        if block.end.op not in (JUMP, BRANCH, RETURN):
            return False
        pending += block.end.args
    while pending:
        expr = pending.pop()
        left -= 1
        if left < 0 or not _is_pure(expr, emitter):
            return False
        pending += [arg for arg in expr.args if arg.op != "builtin"]
    return True


def _is_pure(expr: Expr, emitter: FunctionEmitter) -> bool:
    if expr.op == "get" or expr.op == "bind":
        return expr.a.kind in (LOCAL, TEMP) or (expr.a.kind == GLOBAL and expr.a.single)
    if expr.op in _PURE:
        return True
    name = expr.a if expr.op == "invoke" else (
        expr.args[0].a if expr.op == "call" and expr.args[0].op == "builtin" else None)
    return name in _PURE_BUILTINS and inline_of(emitter, expr) is not None


def entry(
    definition: ast.FunctionDef, function: FunctionIR, emitter: FunctionEmitter,
) -> ast.FunctionDef:
    """The entry of a small function with this definition."""
    n, span = emitter.n, function.bytecode.span
    copy = deepcopy(definition)
    body = copy.body[2:] if emitter.metered else copy.body  # without the tick
    retrying = _Retrying(emitter)
    body = _flat([retrying.visit(statement) for statement in body])
    if not body or not isinstance(body[-1], ast.Return | ast.Raise):
        body.append(n.returns(n.constant(None, span), span))
    returns = _Returns(emitter, function, span)
    guarded = n.guarded(_flat([returns.visit(statement) for statement in body]),
                        [emitter.helper("Exception")], None, [], span)
    names = [v.python for v in function.parameters]
    tests = [_test(names, emitter, span)] if names else []
    if emitter.metered:  # inside a run the call counts there
        tests.append(n.attribute(n.name(emitter.helper("_meter"), span), "idle", span))
    if names:
        emitter.used.add("_missing")
    if tests:
        guarded = n.conditionally(
            n.logical("and", tests, span) if len(tests) > 1 else tests[0], [guarded], [], span)
    call = n.place(ast.Call(n.name("_enter", span), [
        n.name(each, span) for each in (definition.name, *names)], []), span)
    return n.function(entry_name(definition.name), names, None, len(names),
                      [guarded, n.returns(call, span)], span)


def _flat(statements: list[ast.stmt | list[ast.stmt]]) -> list[ast.stmt]:
    return [each for made in statements for each in (made if isinstance(made, list) else [made])]


def _test(names: list[str], emitter: FunctionEmitter, span: Span) -> ast.expr:
    """Whether all parameters are plain values: ints, which is quickest to find out, other scalars,
    or lists and dicts of scalars.
    """
    n = emitter.n

    def type_of(name: str) -> ast.expr:
        return n.place(ast.Call(n.name(emitter.helper("type"), span), [n.name(name, span)], []),
                       span)

    ints = n.logical("and", [n.compare(
        "is", type_of(name), n.name(emitter.helper("int"), span), span) for name in names], span)
    plain = n.logical("and", [n.logical("or", [
        n.compare("contains", type_of(name), n.name(emitter.helper("_scalars"), span), span),
        n.call("_is_flat", [n.name(name, span)], span)], span) for name in names], span)
    if len(names) == 1:
        ints, plain = ints.values[0], plain.values[0]  # type: ignore[attr-defined]
    return n.logical("or", [ints, plain], span)


class _Retrying(ast.NodeTransformer):
    """Operations of the runtime are left to the function itself: they look at its limits."""

    def __init__(self, emitter: FunctionEmitter) -> None:
        self.retry = emitter.helper("_retry")

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id.startswith("_") and (
                node.func.id not in _ALLOWED):
            node.func.id = self.retry
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        """What a general operation would decide raises as well without it."""
        self.generic_visit(node)
        if all(any(isinstance(inner, ast.Name) and inner.id == self.retry
                   for inner in ast.walk(handler)) for handler in node.handlers):
            return node.body
        return node


class _Returns(ast.NodeTransformer):
    """What is returned has to be no function and no object of the host; and it was a step."""

    def __init__(self, emitter: FunctionEmitter, function: FunctionIR, span: Span) -> None:
        self.emitter = emitter
        self.checked = function.result & (FUNCTION | OTHER) != 0
        self.span = span

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.AST]:
        x, span = self.emitter, self.span
        n = x.n
        value = node.value or n.constant(None, span)
        if isinstance(value, ast.Constant):
            return [*self._step(), node]
        if not self.checked and not x.metered:
            return node
        result = x.new_temp().python
        kept = n.returns(n.name(result, span), span)
        made: list[ast.AST] = [n.assign(n.target(result, span), value, span)]
        if self.checked:
            kind = n.place(ast.Call(n.name(x.helper("type"), span), [n.name(result, span)], []),
                           span)
            test = n.compare("contains", kind, n.name(x.helper("_scalars"), span), span)
            made.append(n.conditionally(n.invert(test, span), [n.raises(
                n.name(x.helper("Exception"), span), span)], [], span))
        return [*made, *self._step(), kept]

    def _step(self) -> list[ast.stmt]:
        """``_meter.entered = True``: one step was taken."""
        x, span = self.emitter, self.span
        if not x.metered:
            return []
        n = x.n
        field = n.place(ast.Attribute(
            n.name(x.helper("_meter"), span), "entered", ast.Store()), span)
        return [n.assign(field, n.constant(True, span), span)]
