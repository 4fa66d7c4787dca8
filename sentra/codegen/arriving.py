"""Bodies for the argument types that a function was seen to get, beside its general one.

A function that escapes, or that a host calls, may be given anything, so its general body is made
for that. The tiers see what it is really called with before it is compiled (`tiers`):

    def label(prefix, n):
        if type(prefix) is str and type(n) is int:
            return prefix + str(n)
        try:
            return prefix + n
        except TypeError:
            return _add(prefix, n)

The test at the entrance is the only one; in a function that calls itself, the calls in such a body
go to a copy of it without the test. It is made only where it pays. Guards cost nothing, so most
functions gain nothing: one test of a type at each call makes a small recursive function 1.35 times
as slow. What can be gained are calls of the runtime, tests, and exceptions; `saved` estimates them
by comparing the code of both bodies.
"""

from __future__ import annotations

import ast

from sentra.ir.edit import items
from sentra.ir.model import (
    ARRAY,
    FLOAT,
    GLOBAL,
    INT,
    LOCAL,
    MAP,
    STRING,
    Expr,
    FunctionIR,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentra.codegen.nodes import Nodes

Arrived = tuple[type, ...]

MAX_BODIES = 2  # of one function, beside the general one
MAX_SIZE = 400  # instructions of a function that gets more bodies

CLASSES = {int: ("int", INT), float: ("float", FLOAT), str: ("str", STRING),
           list: ("list", ARRAY), dict: ("dict", MAP)}

# Nanoseconds on CPython 3.11, roughly: what the test of one argument costs, and what things cost in
# a body that the other one does without.
TEST = 20
CALL = 60  # of a function of the runtime, or of the program
BUILTIN = 30  # of a builtin or a method of Python
INVOKE = 200  # of `_invoke`, which looks for a method first
SETUP = 250  # of what goes over something else than a list or a range
CHOICE = 15  # a conditional expression
STORE = 5  # of a temporary
EXCEPTION = 700  # that the general operation is asked after
LOOP = 10  # turns of a loop

_PYTHON = frozenset(
    "len str int float ord chr abs min max range enumerate dict list bool type".split()) | {""}
_COSTLY = {"_invoke": INVOKE, "_each": SETUP, "_pairs": SETUP, "_count_to": SETUP, "_range": SETUP}


def chosen(arrived: Sequence[Arrived], parameters: int, decisive: int) -> list[dict[int, type]]:
    """The bodies to try: of each the parameters (by their places) that choose it, and their types.

    `decisive`: the parameters (as bits) whose types matter.
    """
    found: list[dict[int, type]] = []
    for types in arrived:
        kinds = {place: kind for place, kind in enumerate(types)
                 if decisive >> place & 1 and kind in CLASSES}
        if kinds and len(types) == parameters and kinds not in found:
            found.append(kinds)
    return found[:MAX_BODIES]


def variable_for(function: FunctionIR, kinds: dict[int, type]) -> Variable:
    """The variable of the copy that a body calls instead of the function itself."""
    words = "_".join([CLASSES[kind][0] for kind in kinds.values()])
    variable = Variable(f"{function.name}$seen_{words}", GLOBAL)
    variable.single = True
    return variable


def calls_itself(function: FunctionIR, variable: Variable) -> bool:
    """Whether a body calls its copy."""
    def walk(expr: Expr) -> bool:
        return (expr.op == "get" and expr.a is variable) or any(walk(arg) for arg in expr.args)

    return any(walk(expr) for item in items(function) for expr in item.args)


def is_promising(function: FunctionIR, general: ast.FunctionDef, kinds: dict[int, type]) -> bool:
    """Whether it is worth while to make a body: the general one has something to be saved."""
    return (_cost(general.body, 1) > 2 * TEST * len(kinds)
            or (str in kinds.values() and any(
                _adds(expr) for item in items(function) for expr in item.args)))


def _adds(expr: Expr) -> bool:
    """Whether there is a sum that may be one of strings, which the body does not know."""
    return any(_adds(arg) for arg in expr.args) or (
        expr.op == "add" and all(arg.type != STRING for arg in expr.args)
        and any(arg.type & STRING for arg in expr.args))


def saved(
    original: FunctionIR, general: ast.FunctionDef, function: FunctionIR, body: ast.FunctionDef,
) -> int:
    """Nanoseconds that a call of the body of `function` saves, compared with the general one."""
    return _cost(general.body, 1) - _cost(body.body, 1) + _exceptions(original, function)


def _cost(nodes: list[ast.stmt], turns: int) -> int:
    return sum([_cost_of(node, turns) for node in nodes])


def _cost_of(node: ast.AST, turns: int) -> int:
    """The cost of what is in a node beyond Python's own operations; handlers do not run."""
    own = 0
    if isinstance(node, ast.While | ast.For):
        inner = turns * LOOP
        before = _cost_of(node.iter, turns) if isinstance(node, ast.For) else (
            _cost_of(node.test, inner))
        return before + _cost(node.body, inner) + _cost(node.orelse, turns)
    if isinstance(node, ast.Try):
        return _cost(node.body, turns) + _cost(node.orelse, turns) + _cost(node.finalbody, turns)
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return 0
    if isinstance(node, ast.IfExp):
        # One of the two happens: the cheaper one, as the other is the runtime's operation.
        return (CHOICE * turns + _cost_of(node.test, turns)
                + min(_cost_of(node.body, turns), _cost_of(node.orelse, turns)))
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        own = (_COSTLY.get(name, CALL) if name not in _PYTHON else BUILTIN) * turns
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (
            node.targets[0].id.startswith("_")):
        own = STORE * turns
    return own + sum([_cost_of(child, turns) for child in ast.iter_child_nodes(node)])


def _exceptions(original: FunctionIR, function: FunctionIR) -> int:
    """What it costs a general body to add strings to what is none: an exception each time."""
    depth = {block.number: 0 for block in function.blocks}
    for loop in function.loops:
        for number in range(loop.header, loop.last + 1):
            depth[number] += 1
    total = 0
    for block in function.blocks:
        for item in (*block.body, block.end):
            for expr in item.args if item is not None else ():
                found = _unlike_strings(original, expr)
                total += found * EXCEPTION * LOOP ** min(depth[block.number], 3)
    return total


def _unlike_strings(original: FunctionIR, expr: Expr) -> int:
    """How many sums have a string, which the general body does not know, and something else."""
    found = sum([_unlike_strings(original, arg) for arg in expr.args])
    if expr.op == "add":
        types = [arg.type for arg in expr.args]
        text = next((arg for arg in expr.args if arg.type == STRING), None)
        if text is not None and not (types[0] & types[1]) and all(types):
            while text.op == "add":
                text = text.args[0]
            found += text.op == "get" and text.a.kind == LOCAL and (
                original.locals[text.a.index].type != STRING)
    return found


def with_body(
    n: Nodes, general: ast.FunctionDef, body: ast.FunctionDef, function: FunctionIR,
    kinds: dict[int, type],
) -> ast.FunctionDef:
    """The general definition with one more body, behind a test of the arguments."""
    span = function.bytecode.span
    tests = []
    for place, kind in kinds.items():
        name, wanted = function.parameters[place].python, CLASSES[kind][0]
        n.used.add(wanted)
        tests.append(n.compare("is", n.call("type", [n.name(name, span)], span),
                               n.name(wanted, span), span))
    test = n.logical("and", tests, span) if len(tests) > 1 else tests[0]
    declared, otherwise = _declarations(general.body)
    more, then = _declarations(body.body)
    for kind_of_declaration in (ast.Global, ast.Nonlocal):
        names = list(dict.fromkeys([name for node in (*declared, *more)
                                    if isinstance(node, kind_of_declaration)
                                    for name in node.names]))
        declared = [node for node in declared if not isinstance(node, kind_of_declaration)]
        if names:
            declared.append(n.declare(kind_of_declaration, names, span))
    chosen = n.conditionally(test, then, [], span)
    if then and isinstance(then[-1], ast.Return | ast.Raise):
        general.body = [*declared, chosen, *otherwise]
    else:
        general.body = [*declared, n.conditionally(test, then, otherwise, span)]
    return general


def _declarations(body: list[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The ``global`` and ``nonlocal`` statements that a body begins with, and the rest."""
    count = 0
    while count < len(body) and isinstance(body[count], ast.Global | ast.Nonlocal):
        count += 1
    return body[:count], body[count:]
