"""Entries: what a host calls when it calls a small function from Python.

A call from a host is a run with limits, checks of what goes in, and errors that are translated.
For a small function without effects, which calls at most others of its kind, most of that can be
decided when it is compiled. Its entry is a copy of it that computes with plain values only and
leaves everything else to ``_enter``, which calls the function itself: other arguments, other
results, and whatever goes wrong. (Nothing has happened by then that could be noticed, so it may
begin again.)

    def _entry_total0(price=_missing, count=_missing):
        if type(price) is int and type(count) is int:
            try:
                _entrance.steps = 1
                return price * 2 + count
            except Exception as _error:
                _left_by(_error)
        elif (type(price) in _scalars or _is_flat(price)) and …:
            … the same for values of any type
        return _enter(total, price, count)

``_entrance`` is how metered code counts the steps; while the program runs it is closed, so that the
call goes to ``_enter`` then. The names above that are the same for all entries stand in the code as
constants (see `fixed`). The entry of a function inside another stands in a factory whose parameters
are that function and what it captures.
"""

from __future__ import annotations

import ast
from contextlib import nullcontext
from functools import partial
from itertools import product

from sentra.codegen.entry_bodies import Body, is_same, retried
from sentra.codegen.entry_choice import (
    MAX_GROWING,
    MAX_LONG_OF_ANY,
    defaults,
    own_containers,
    work_of,
)
from sentra.codegen.entry_effects import Effects
from sentra.codegen.entry_inners import Inners
from sentra.codegen.entry_shapes import NUMERIC, shapes_of
from sentra.codegen.entry_tests import all_of, are_plain, holds_scalars, is_a, is_flat_map
from sentra.codegen.entry_types import (
    SCALAR,
    expected,
    read_as_maps,
    steps_of,
)
from sentra.codegen.structured import structured_function
from sentra.codegen.unfolding import unfolded
from sentra.ir.model import ANY, ARRAY, FLOAT, INT, MAP, NONE, NUMBER, STRING, Declined
from sentra.ir.retyping import typed_as
from sentra.runtime.names import ITSELF, entry_name, is_host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from sentra.bytecode.code import Span
    from sentra.codegen.control import Tree
    from sentra.codegen.entry_choice import Work
    from sentra.codegen.entry_shapes import Shape
    from sentra.codegen.entry_state import State
    from sentra.codegen.entry_types import Types
    from sentra.codegen.entry_uses import Passing
    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import FunctionIR, Variable

_GIVEN = "_given_"  # an argument as it was, where the parameter is set


def entry(
    name: str, function: FunctionIR, make: Callable[[FunctionIR], FunctionEmitter],
    made: Container[str],
) -> list[ast.FunctionDef]:
    """The entry of a function with this name, if it is small and that would be of use, before it
    what it calls, but for what was `made` before. `make` gives emitters.
    """
    if function.children:
        copy = unfolded(function)
        if copy is None:
            return []
        try:
            tree = structured_function(copy)
        except Declined:
            return []
        function, make = copy, partial(_with_tree, make, copy, tree)
    work = work_of(function)
    if work is None:
        return []
    state = work.state
    inners = Inners(partial(_made_for, make, work), made)
    with state.as_parameters(function) if state else nullcontext():
        again = partial(_for_entry, inners.make, function, work, state)
        found = _entry(name, function, again, inners, work)
    if found is None:
        return []
    return [*inners.made.values(), found]


def _with_tree(
    make: Callable[[FunctionIR], FunctionEmitter], copy: FunctionIR, tree: list[Tree],
    function: FunctionIR,
) -> FunctionEmitter:
    """An emitter, which knows the structured statements of the copy too."""
    emitter = make(function)
    if function is copy:
        emitter.tree = tree
    return emitter


def _made_for(
    make: Callable[[FunctionIR], FunctionEmitter], work: Work, function: FunctionIR,
) -> FunctionEmitter:
    """An emitter for an entry that does so much, or for what it calls."""
    emitter = make(function)
    emitter.in_entry = True
    emitter.own = own_containers(function)
    emitter.most_turns = work.most_turns
    emitter.most_calls = work.most_calls
    emitter.keeps = bool(work.written or work.changes)
    does_much = work.loops or work.recursive or work.growing > MAX_GROWING
    emitter.bounded = does_much or (
        emitter.keeps and work.growing > 0 and not emitter.metered)  # which checks what grows
    if does_much or work.long > MAX_LONG_OF_ANY:
        emitter.short = INT | STRING | (ARRAY | MAP if work.long else NONE)
    return emitter


def _for_entry(
    make: Callable[[FunctionIR], FunctionEmitter], function: FunctionIR, work: Work,
    state: State | None,
) -> FunctionEmitter:
    emitter = make(function)
    emitter.state = state
    emitter.effects = Effects(work.changes) if work.has_turn else None
    emitter.looks = work.looks > 0
    return emitter


def _is_counted(function: FunctionIR, emitter: FunctionEmitter) -> bool:
    """Whether what the entry calls has to count its steps itself."""
    return emitter.most_calls > 0 or (emitter.metered and steps_of(function) is None)


def _entry(
    name: str, function: FunctionIR, again: Callable[[], FunctionEmitter], inners: Inners,
    work: Work,
) -> ast.FunctionDef | None:
    """The entry itself; `again` gives one more emitter for the function."""
    emitter = again()
    n, span = emitter.n, function.bytecode.span
    parameters = function.parameters[:function.bytecode.parameters]  # without its state
    names = [v.python for v in parameters]
    if names:
        emitter.used.add("_missing")
    maps = [v for v in read_as_maps(function) if v in parameters]
    shapes, passing = shapes_of(function, parameters)
    body = _for_shapes(name, function, shapes, passing, emitter, again, inners)
    if not body and maps:
        body = _for_maps(name, function, maps, emitter, again, inners)
    elif not maps:
        body += _by_types(name, function, shapes if body else {}, emitter, again, inners)
    if not body:
        return None
    given = {each: _GIVEN + each for each in names if _is_set(each, body)}
    body = _given_again(emitter, body, given | (emitter.state.before if emitter.state else {}),
                        span)
    if emitter.state:
        body = emitter.state.opened(emitter, body, span)
    body[:0] = [n.assign(n.target(kept, span), n.name(each, span), span)
                for each, kept in given.items()]
    inside = is_host_name(name)
    call = n.call("_enter", [n.name(given.get(each, each), span) for each in (
        ITSELF if inside else name, *names)], span)
    made = n.function(entry_name(name, loops=work.loops), names, None, len(names),
                      [*body, n.returns(call, span)], span)
    constants = defaults(function)
    made.args.defaults = [
        n.constant(constants[v], span) if v in constants else n.name("_missing", span)
        for v in parameters]
    if inside:
        captured = emitter.state.captured if emitter.state else []
        made = n.function(made.name, [ITSELF, *captured], None, 0,
                          [made, n.returns(n.name(made.name, span), span)], span)
    return made


def _is_set(name: str, body: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
               for statement in body for node in ast.walk(statement))


def _given_again(
    emitter: FunctionEmitter, body: list[ast.stmt], given: dict[str, str], span: Span,
) -> list[ast.stmt]:
    """Bodies that are tried one after the other, each with what was `given`: arguments, and the
    module's variables.
    """
    n = emitter.n
    found = body[:1]
    for statement in body[1:]:
        found += [n.assign(n.target(each, span), n.name(kept, span), span)
                  for each, kept in given.items()]
        found.append(statement)
    return found


def _for_shapes(
    name: str, function: FunctionIR, shapes: dict[Variable, Shape], passing: Passing,
    emitter: FunctionEmitter, again: Callable[[], FunctionEmitter], inners: Inners,
) -> list[ast.stmt]:
    """Bodies for containers: first for what they probably hold, then for all scalars. What fails in
    the first is tried again in the second.
    """
    found: list[ast.stmt] = []
    if any(shape.tells() for shape in shapes.values()):
        plain = expected(function, defaults(function))[0]
        found = _for_shape(name, function, shapes, passing, plain[0] if plain else {}, emitter,
                           again, inners)
    for shape in shapes.values():
        shape.loosen()
    return found + (_for_shape(name, function, shapes, passing, {}, emitter, again, inners)
                    if shapes else [])


def _for_shape(
    name: str, function: FunctionIR, shapes: dict[Variable, Shape], passing: Passing, types: Types,
    emitter: FunctionEmitter, again: Callable[[], FunctionEmitter], inners: Inners,
) -> list[ast.stmt]:
    """The body for containers of these shapes, and for values of these types."""
    n, span = emitter.n, function.bytecode.span
    others = {v: NUMERIC if kind == NUMBER else kind for v, kind in types.items()
              if v not in shapes}
    if emitter.state:
        others |= emitter.state.known
    known = [shapes[v].types if v in shapes else others.get(v, ANY) for v in function.parameters]
    contents = [shapes[v].content() if v in shapes else None for v in function.parameters]
    with typed_as(function, known, contents):
        x = again()
        body = Body(x.definition(name), function, x, counted=_is_counted(function, x))
    classes = {v.python: "dict" if shape.type == MAP else "list" for v, shape in shapes.items()}
    if body.gives_up() or not inners.serve(body) or not body.reading(
            classes, {v.python: shape for v, shape in shapes.items()}, passing):
        return []
    tests: list[ast.expr] = []
    changed = emitter.effects.variables if emitter.effects else ()
    for v, shape in shapes.items():
        tests.append(is_a(emitter, v.python, classes[v.python], span))
        if v in changed:
            tests.append(holds_scalars(emitter, v.python, classes[v.python], span))
        elif shape.types & STRING:
            tests[-1] = n.logical("or", [tests[-1], is_a(emitter, v.python, "str", span)], span)
    test = are_plain([v for v in function.parameters if v not in shapes], others, emitter, span)
    test = all_of(emitter, [*tests, test] if test else tests, span)
    return [n.conditionally(test, retried(body.emitter, body.statements, span), [], span)]


def _for_maps(
    name: str, function: FunctionIR, maps: list[Variable], emitter: FunctionEmitter,
    again: Callable[[], FunctionEmitter], inners: Inners,
) -> list[ast.stmt]:
    n, span = emitter.n, function.bytecode.span
    types = expected(function, defaults(function))[0]
    arrays = _arrays(types[0], emitter) if types else []
    body = _general(name, function, again)
    if body.gives_up() or not inners.serve(body):
        return []
    for read in ([*maps, *arrays], maps):
        classes = {v.python: "dict" if v in maps else "list" for v in read}
        if body.reading(classes, {}):
            tests: list[ast.expr] = [is_a(emitter, each, word, span)
                                     for each, word in classes.items()]
            test = are_plain([v for v in function.parameters if v not in read], {}, emitter, span)
            test = all_of(emitter, [*tests, test] if test else tests, span)
            return retried(body.emitter, [n.conditionally(test, body.statements, [], span)], span)
        body = _general(name, function, again)
    statements = body.statements
    for variable in maps:
        statements = is_flat_map(emitter, variable.python, statements, span)
    test = are_plain([v for v in function.parameters if v not in maps], {}, emitter, span)
    if test:
        statements = [n.conditionally(test, statements, [], span)]
    return retried(body.emitter, statements, span)


def _by_types(
    name: str, function: FunctionIR, shapes: dict[Variable, Shape], emitter: FunctionEmitter,
    again: Callable[[], FunctionEmitter], inners: Inners,
) -> list[ast.stmt]:
    """A body for each of the types that are expected, and one for all others. There are bodies for
    arguments of these shapes.
    """
    n, span = emitter.n, function.bytecode.span
    expectations, throws = expected(function, defaults(function))
    # CPython 3.13.0 crashes where a tracer looks at a name that one comprehension captures, as
    # `guess` here, and another one does not.
    expectations = [guess for guess in expectations
                    if not any(guess.get(v, ANY) & shape.types for v, shape in shapes.items())]
    if function.loops:  # the rest is left to the function
        throws |= bool(shapes or expectations)
        expectations = [{v: NUMERIC if kind == NUMBER else kind for v, kind in types.items()}
                        for types in expectations[:1]]
    known = emitter.state.known if emitter.state else {}
    scalars = dict.fromkeys(function.parameters, SCALAR)
    pending = [{**scalars, **types, **known} for types in expectations or [{}]]
    tests: list[ast.expr | None] = []
    bodies: list[Body] = []
    narrower: list[ast.expr | None] = []  # what the last of the tests lets pass as well
    while pending:
        each = pending.pop(0)
        body = _for_types(name, function, each, again)
        if NUMBER in each.values() and body.retries:  # where floats need no test
            pending = _with_numbers(each) + pending
        elif not body.gives_up() and inners.serve(body):
            read = {v.python: "list" for v in _arrays(each, emitter)}
            if read and not body.reading(read, {}):
                body, read = _for_types(name, function, each, again), {}
            tests.append(are_plain(function.parameters, each, emitter, span, read))
            bodies.append(body)
            if tests[-1] is None:
                break
            if all(kind == SCALAR or v in known for v, kind in each.items()):
                narrower.append(tests[-1])
    if not throws and not (tests and tests[-1] is None):
        general = _general(name, function, again)
        computes = any(NUMBER in each.values() for each in expectations)
        # Else it would rarely be of use.
        if not (computes and general.retries and bodies) and not general.gives_up() and (
                inners.serve(general)):
            tests.append(are_plain(function.parameters, {}, emitter, span))
            bodies.append(general)
    choices: list[ast.stmt] = []
    while bodies:
        body = bodies.pop()
        test = tests.pop()
        while bodies and test and is_same(bodies[-1].statements, body.statements):
            bodies.pop()
            other = tests.pop()
            assert other is not None  # it would serve all
            if other not in narrower and not is_same(other, test):
                test = n.logical("or", [other, test], span)
        statements = retried(body.emitter, body.statements, span)
        choices = [n.conditionally(test, statements, choices, span)] if test else statements
    return choices


def _arrays(types: Types, emitter: FunctionEmitter) -> list[Variable]:
    """The arguments that are to be arrays; those of the module hold what it put there."""
    state = emitter.state.names if emitter.state else {}
    return [v for v, kind in types.items() if kind == ARRAY and v not in state]


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
    return _for_types(name, function, {}, again)


def _for_types(
    name: str, function: FunctionIR, types: dict[Variable, int],
    again: Callable[[], FunctionEmitter],
) -> Body:
    """The body for arguments of these types."""
    emitter = again()
    if emitter.state:
        types = {**types, **emitter.state.known}
    with typed_as(function, [types.get(v, ANY) for v in function.parameters]):
        return Body(emitter.definition(name), function, emitter,
                    counted=_is_counted(function, emitter))
