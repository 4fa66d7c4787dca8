"""Entries: what a host calls when it calls a small function from Python.

A call from a host is a run with limits, checks of what goes in, and errors that are translated.
For a function without loops and effects, which calls at most others of its kind, most of that can
be decided when it is compiled. Its entry is a copy of it that computes with plain values only and
leaves everything else to ``_enter``, which calls the function itself: other arguments, other
results, and whatever goes wrong. (Nothing has happened by then that could be noticed, so it may
begin again.)

    def _entry_total0(price=_missing, count=_missing):
        if type(price) is int and type(count) is int:
            try:
                _entrance.steps = 1
                return price * 2 + count
            except Exception:
                pass
        elif (type(price) in _scalars or _is_flat(price)) and …:
            … the same for values of any type
        return _enter(total, price, count)

``_entrance`` is how metered code counts the steps; while the program runs it is closed, so that the
call goes to ``_enter`` then. The names above that are the same for all entries stand in the code as
constants (see `fixed`).
"""

from __future__ import annotations

import ast
from functools import partial
from itertools import product

from sentra.codegen.entry_bodies import Body, is_same, retried, where_read
from sentra.codegen.entry_tests import are_plain, is_flat_map
from sentra.codegen.entry_types import (
    KINDS,
    MAP_READ,
    called,
    expected,
    read_as_maps,
    steps_of,
    without_handlers,
)
from sentra.ir.model import (
    ANY,
    BRANCH,
    FLOAT,
    GLOBAL,
    INT,
    JUMP,
    LOCAL,
    NUMBER,
    PASSED,
    RETURN,
    TEMP,
    THROW,
)
from sentra.ir.retyping import typed_as
from sentra.runtime.names import entry_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any

    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import Expr, FunctionIR, Variable

MAX_PARAMETERS = 6
MAX_EXPRESSIONS = 120

_PURE = frozenset(
    """const get bind add sub mul div mod negate not_ equal not_equal less less_equal greater
    greater_equal and or select text array map index property contains""".split())
_PURE_BUILTINS = frozenset(
    """len abs min max upper lower trim trim_left trim_right starts_with startsWith startswith
    ends_with endsWith endswith contains includes substring substr char_at ord chr floor ceil sqrt
    int float str bool type band bor bxor round trunc is_digit is_alpha is_space split replace count
    index_of indexOf last_index_of first last slice has has_key get keys values join sum""".split())


def is_small(function: FunctionIR) -> bool:
    """Whether a function may have an entry: with what it calls it does a few operations only."""
    return _is_small(function, [MAX_EXPRESSIONS], ())


def _is_small(function: FunctionIR, left: list[int], callers: tuple[FunctionIR, ...]) -> bool:
    """`left`: how many operations may still come."""
    code = function.bytecode
    if (function.declined or function.loops or function.children or function in callers
            or function.upvalues or code.has_rest or code.parameters > MAX_PARAMETERS
            or len(defaults(function)) != code.parameters - code.required):
        return False
    pending: list[Expr] = []
    for block in without_handlers(function):
        for statement in block.body:
            variable = statement.variable
            if statement.op not in ("set", "eval") or (
                    variable is not None and variable.kind not in (LOCAL, TEMP)):
                return False
            pending += statement.args
        assert block.end is not None
        if block.end.op not in (JUMP, BRANCH, RETURN, PASSED, THROW):
            return False
        if block.end.op != THROW:  # that is left to the function itself
            pending += block.end.args
    callers = (*callers, function)
    while pending:
        expr = pending.pop()
        left[0] -= 1
        if left[0] < 0:
            return False
        callee = called(expr)
        if callee is not None:
            if not _is_small(callee, left, callers):
                return False
            pending += expr.args[1:]
        elif _is_pure(expr):
            pending += [arg for arg in expr.args if arg.op != "builtin"]
        else:
            return False
    return True


def _is_pure(expr: Expr) -> bool:
    if expr.op == "get" or expr.op == "bind":
        return expr.a.kind in (LOCAL, TEMP) or (expr.a.kind == GLOBAL and expr.a.single)
    if expr.op in _PURE:
        return True
    name = expr.a if expr.op == "invoke" else (
        expr.args[0].a if expr.op == "call" and expr.args[0].op == "builtin" else None)
    return name in _PURE_BUILTINS


def defaults(function: FunctionIR) -> dict[Variable, Any]:
    """The values of parameters that need not be passed, where they are constants."""
    found: dict[Variable, Any] = {}
    for block in function.blocks:
        end = block.end
        if end is not None and end.op == PASSED and end.variable is not None:
            instead = function.blocks[end.targets[1]]
            value = instead.body[0].args[0] if len(instead.body) == 1 else None
            if value is not None and value.op == "const" and (
                    instead.body[0].op == "set" and instead.body[0].variable is end.variable):
                found[end.variable] = value.a
    return found


def entry(
    definition: ast.FunctionDef, function: FunctionIR, emitter: FunctionEmitter,
    make: Callable[[FunctionIR], FunctionEmitter], made: Container[str],
) -> list[ast.FunctionDef]:
    """The entry of a small function with this definition, if it would be of use, before it what it
    calls, but for what was `made` before. `make` gives emitters.
    """
    inners = _Inners(make, made)
    found = _entry(definition, function, emitter, partial(make, function), inners)
    if found is None:
        return []
    return [*inners.made.values(), found]


def _is_counted(function: FunctionIR, emitter: FunctionEmitter) -> bool:
    """Whether what the entry calls has to count its steps itself."""
    return emitter.metered and steps_of(function) is None


class _Inners:
    """What an entry calls, with what that calls: functions without tests and errors of their own.

    ``def _entry_area2ii(w, h): return w * h``
    """

    def __init__(
        self, make: Callable[[FunctionIR], FunctionEmitter], before: Container[str],
    ) -> None:
        self.make = make
        self.before = before  # names of those made for other entries
        self.made: dict[str, ast.FunctionDef] = {}

    def serve(self, body: Body) -> bool:
        """Make what a body calls; False if something there leaves all to the functions."""
        found: dict[str, ast.FunctionDef] = {}
        pending = list(body.calls.values())
        while pending:
            each = pending.pop()
            if each.name in found or each.name in self.made or each.name in self.before:
                continue
            function = each.function
            with typed_as(function, [KINDS[letter] for letter in each.kinds]):
                emitter = self.make(function)
                emitter.in_entry = emitter.in_inner = True
                inner = Body(emitter.definition(each.name), function, emitter, inner=True,
                             counted=each.counted)
            maps = [v.python for v, letter in zip(function.parameters, each.kinds, strict=True)
                    if letter == MAP_READ]
            statements = inner.reading(maps) if maps else inner.statements
            if statements is None or inner.gives_up():
                return False
            found[each.name] = emitter.n.function(
                each.name, [v.python for v in function.parameters], None, 0, statements,
                function.bytecode.span)
            pending += inner.calls.values()
        self.made.update(found)
        return True


def _entry(
    definition: ast.FunctionDef, function: FunctionIR, emitter: FunctionEmitter,
    again: Callable[[], FunctionEmitter], inners: _Inners,
) -> ast.FunctionDef | None:
    """The entry itself; `again` gives one more emitter for the function."""
    n, span = emitter.n, function.bytecode.span
    names = [v.python for v in function.parameters]
    if names:
        emitter.used.add("_missing")
    maps = read_as_maps(function)
    if maps:
        body = _for_maps(definition.name, function, maps, emitter, again, inners)
    else:
        body = _by_types(definition.name, function, emitter, again, inners)
    if not body:
        return None
    call = n.place(ast.Call(n.name("_enter", span), [
        n.name(each, span) for each in (definition.name, *names)], []), span)
    made = n.function(entry_name(definition.name), names, None, len(names),
                      [*body, n.returns(call, span)], span)
    constants = defaults(function)
    made.args.defaults = [
        n.constant(constants[v], span) if v in constants else n.name("_missing", span)
        for v in function.parameters]
    return made


def _for_maps(
    name: str, function: FunctionIR, maps: list[Variable], emitter: FunctionEmitter,
    again: Callable[[], FunctionEmitter], inners: _Inners,
) -> list[ast.stmt]:
    span = function.bytecode.span
    names = [v.python for v in maps]
    general = _general(name, function, again)
    if general.gives_up() or not inners.serve(general):
        return []
    read = where_read(emitter, names, general, span)
    if read is not None:
        body = read
    else:
        body = _general(name, function, again).statements
        for each in names:
            body = is_flat_map(emitter, each, body, span)
    body = retried(emitter, body, span)
    others = [v for v in function.parameters if v not in maps]
    if others:
        body = [emitter.n.conditionally(are_plain(others, {}, emitter, span), body, [], span)]
    return body


def _by_types(
    name: str, function: FunctionIR, emitter: FunctionEmitter,
    again: Callable[[], FunctionEmitter], inners: _Inners,
) -> list[ast.stmt]:
    """A body for each of the types that are expected, and one for all others."""
    n, span = emitter.n, function.bytecode.span
    expectations, throws = expected(function, defaults(function))
    pending = list(expectations)
    tests: list[ast.expr] = []
    bodies: list[Body] = []
    while pending:
        each = pending.pop(0)
        body = _for_types(name, function, each, again)
        if NUMBER in each.values() and body.retries:  # where floats need no test
            pending = _with_numbers(each) + pending
        elif not body.gives_up() and inners.serve(body):
            tests.append(are_plain(function.parameters, each, emitter, span))
            bodies.append(body)
    if not throws:
        general = _general(name, function, again)
        computes = any(NUMBER in each.values() for each in expectations)
        # Else it would rarely be of use.
        if not (computes and general.retries and bodies) and not general.gives_up() and (
                inners.serve(general)):
            if function.parameters:
                tests.append(are_plain(function.parameters, {}, emitter, span))
            bodies.append(general)
    choices: list[ast.stmt] = []
    while bodies:
        body = bodies.pop()
        test = tests.pop() if len(tests) > len(bodies) else None
        while bodies and test and is_same(bodies[-1].statements, body.statements):
            bodies.pop()
            test = n.logical("or", [tests.pop(), test], span)
        statements = retried(emitter, body.statements, span)
        choices = [n.conditionally(test, statements, choices, span)] if test else statements
    return choices


def _with_numbers(types: dict[Variable, int]) -> list[dict[Variable, int]]:
    """The same with INT or FLOAT for NUMBER; of many numbers all are the same."""
    numbers = [v for v, kind in types.items() if kind == NUMBER]
    if len(numbers) == 2:
        choices = list(product((INT, FLOAT), repeat=2))
    else:
        choices = [(number,) * len(numbers) for number in (INT, FLOAT)]
    return [{**types, **dict(zip(numbers, choice, strict=True))} for choice in choices]


def _general(
    name: str, function: FunctionIR, again: Callable[[], FunctionEmitter],
) -> Body:
    """The body for arguments of any type."""
    emitter = again()
    emitter.in_entry = True
    return Body(emitter.definition(name), function, emitter,
                counted=_is_counted(function, emitter))


def _for_types(
    name: str, function: FunctionIR, types: dict[Variable, int],
    again: Callable[[], FunctionEmitter],
) -> Body:
    """The body for arguments of these types."""
    with typed_as(function, [types.get(v, ANY) for v in function.parameters]):
        emitter = again()
        emitter.in_entry = True
        return Body(emitter.definition(name), function, emitter,
                    counted=_is_counted(function, emitter))
