"""Makes the machine's loops: ``python3 -m sentra.interp.generate``.

They are made from `loop_source`, and from the arms in `register_source`.

That command writes `loops`, the loop for the default switches, which is what runs programs. A
loop for other switches is made when it is first asked for.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from os import path

from sentra.bytecode.ops import OPS
from sentra.interp import rules
from sentra.interp.options import InterpOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_HERE = path.dirname(__file__)
SOURCE = path.join(_HERE, "loop_source.py")
REGISTER_SOURCE = path.join(_HERE, "register_source.py")
PRODUCTION = path.join(_HERE, "loops.py")

_HEADER = '''\
# mypy: ignore-errors
"""The machine's loop for the default switches, made from loop_source.py.

Do not edit; run ``python3 -m sentra.interp.generate``.
"""
'''

# Names of the switches in the source, in the order of LOOP_SWITCHES, and that of debug builds.
_NAMES = ("DEBUG", "BATCHED", "QUICKEN", "CLEAR", "REGISTERS", "HOOKS")

_loops: dict[tuple[bool, ...], Callable[..., Any]] = {}


def loop_for(switches: tuple[bool, ...], *, hooks: bool = False) -> Callable[..., Any]:
    """The loop for a setting of LOOP_SWITCHES; with `hooks` it tells a debugger where it is."""
    switches = (*switches, hooks)
    if switches not in _loops:
        namespace: dict[str, Any] = {"__name__": "sentra.interp.loops"}
        # Our own source, specialised; nothing of a program is in it.
        exec(compile(specialised(switches), SOURCE, "exec"), namespace)  # noqa: S102
        if hooks:
            from sentra.interp.calls import machine_calls

            namespace["_debug_calls"] = machine_calls
        _loops[switches] = namespace["run"]
    return _loops[switches]


def specialised(switches: tuple[bool, ...]) -> ast.Module:
    """The syntax tree of the sources for a setting of LOOP_SWITCHES and HOOKS."""
    named = dict(zip(_NAMES, switches))
    module = sources(registers=named["REGISTERS"])
    module.body = [
        statement for statement in module.body[1:]
        if not isinstance(statement, ast.If) and ast.unparse(statement) != "TYPE_CHECKING = False"]
    _Specialise(named).visit(module)
    _drop_unused_imports(module)
    return ast.fix_missing_locations(module)


def sources(*, registers: bool) -> ast.Module:
    """The tree of `loop_source`; with the arms of `register_source`, and what these import."""
    module = _parsed(SOURCE)
    if registers:
        more = _parsed(REGISTER_SOURCE)
        _match(module).cases += _match(more).cases
        module.body[2:2] = [each for each in more.body if isinstance(each, ast.ImportFrom)
                            and each.module != "__future__"]
    return module


def _parsed(source: str) -> ast.Module:
    with open(source, encoding="utf-8") as file:
        return ast.parse(file.read(), source)


def _match(module: ast.Module) -> ast.Match:
    return next(node for node in ast.walk(module) if isinstance(node, ast.Match))


def _drop_unused_imports(module: ast.Module) -> None:
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    for statement in module.body:
        if isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            statement.names = [alias for alias in statement.names if alias.name in used]
    module.body = [
        statement for statement in module.body
        if not isinstance(statement, ast.ImportFrom) or statement.names]


def production_text() -> str:
    """What `loops` has to be."""
    switches = (*InterpOptions().loop_switches(), False)
    return f"{_HEADER}{ast.unparse(specialised(switches))}\n"


class _Specialise(ast.NodeTransformer):
    """Decides the switches, names the rules by number, and makes ``match rule`` a tree."""

    def __init__(self, switches: dict[str, bool]) -> None:
        self.switches = switches

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.switches:
            return ast.copy_location(ast.Constant(self.switches[node.id]), node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant):
            return ast.copy_location(ast.Constant(not node.operand.value), node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if ast.unparse(node.value) == "rules" and node.attr in rules.RULES:
            return ast.copy_location(ast.Constant(rules.RULES[node.attr]), node)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Match(self, node: ast.Match) -> list[ast.stmt]:
        arms: dict[int, list[ast.stmt]] = {}
        for case in node.cases:
            if case.guard is not None and not self._holds(case.guard):
                continue
            assert isinstance(case.pattern, ast.MatchValue)
            assert isinstance(case.pattern.value, ast.Attribute)
            name = case.pattern.value.attr
            if name in rules.EACH:
                prefix = rules.R_QUICK if name.startswith("EACH_R_") else rules.QUICK
                for row in rules.EACH[name]:
                    fill = _Fill(row)
                    body = [fill.visit(statement) for statement in deepcopy(case.body)]
                    arms[rules.RULES[prefix + row]] = self._block(body)
            else:
                arms[rules.RULES[name]] = self._block(case.body)
        return _tree(ast.unparse(node.subject), arms)

    def _holds(self, guard: ast.expr) -> bool:
        decided = self.visit(ast.Expression(deepcopy(guard))).body
        return all(part.value for part in ast.walk(decided) if isinstance(part, ast.Constant))

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        block = self.visit(ast.Module(statements, []))
        body: list[ast.stmt] = block.body
        return body


class _Fill(ast.NodeTransformer):
    """Puts what is special about a row into the arm for it and others."""

    def __init__(self, row: str) -> None:
        condition, result = rules.CHECKED.get(row, ("", ""))
        self.holes = {"CONDITION": condition, "RESULT": result}
        self.raw = rules.RAW.get(OPS[row].does, "")

    def visit_Name(self, node: ast.Name) -> ast.expr:
        hole = self.holes.get(node.id)
        return node if hole is None else _expression(hole, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if ast.unparse(node.func) != "RAW":
            self.generic_visit(node)
            return node
        operands = dict(zip(("left", "right"), node.args))
        return _Operands(operands).visit(_expression(self.raw, node))  # type: ignore[no-any-return]


class _Operands(ast.NodeTransformer):
    """Puts operands for `left` and `right`."""

    def __init__(self, operands: dict[str, ast.expr]) -> None:
        self.operands = operands

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.operands.get(node.id, node)


def _expression(text: str, place: ast.AST) -> ast.expr:
    """The tree of an expression, as if it stood at `place`."""
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        ast.copy_location(node, place)
    return tree


def _tree(subject: str, arms: dict[int, list[ast.stmt]]) -> list[ast.stmt]:
    """Comparisons of `subject` that lead to its arm: as few as can be, on average."""
    numbers = sorted(arms)
    quick = rules.ADAPTIVE in arms or rules.R_ADAPTIVE in arms
    weights = [1 if quick and number in rules.QUICK_INSTEAD else rules.WEIGHTS[number]
               for number in numbers]
    splits = _best_splits(weights)

    def build(first: int, end: int) -> list[ast.stmt]:
        if end - first == 1:
            return arms[numbers[first]]
        split = splits[first, end]
        place = arms[numbers[split]][0]
        choice = ast.If(_expression(f"{subject} < {numbers[split]}", place),
                        build(first, split), build(split, end))
        return [ast.copy_location(choice, place)]

    return build(0, len(numbers))


def _best_splits(weights: list[int]) -> dict[tuple[int, int], int]:
    """Where an optimal search tree splits each range of leaves with these weights."""
    count = len(weights)
    sums = [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    cost = {(at, at + 1): 0 for at in range(count)}
    splits: dict[tuple[int, int], int] = {}
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            end = first + length
            best, split = min((cost[first, at] + cost[at, end], at)
                              for at in range(first + 1, end))
            splits[first, end] = split
            cost[first, end] = best + sums[end] - sums[first]
    return splits


def main() -> None:
    """Write `loops`."""
    with open(PRODUCTION, "w", encoding="utf-8") as file:
        file.write(production_text())


if __name__ == "__main__":
    main()
