"""What the compiler decided about each function of a module, as data for people.

Found by compiling the module as an executor would, without running it.
"""

from __future__ import annotations

from sentra.codegen.control import ForEach, ForRange, If, Tree, Try, While
from sentra.codegen.inline import find_inline
from sentra.codegen.structured import structured_functions
from sentra.ir.edit import items
from sentra.ir.model import ANY, Expr, FunctionIR, ModuleIR, type_words
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentra.bytecode.code import Function, Module
    from sentra.ir.passes import Pass


class FunctionReport:
    """One function: the executor that runs it, the types that its code is made for, what became
    of its loops and calls, and why executors before that one declined it.
    """

    __slots__ = ("executor", "facts", "line", "name", "reasons", "types")

    def __init__(self, name: str, line: int, executor: str, types: str = "") -> None:
        self.name = name
        self.line = line
        self.executor = executor
        self.types = types  # ``f(x: int) -> string``, "" where nothing is known
        self.facts: list[str] = []
        self.reasons: list[str] = []


def explain(module: Module, executor: Any) -> list[FunctionReport]:
    """A report for each function of a module under an executor, in the order of the source."""
    if executor.name == "ast":
        found = _compiled(module, executor.passes, executor.fallback, together=True)
    elif executor.name == "auto":
        from sentra.codegen.tree.link import TreeExecutor

        found = _compiled(module, PASSES, TreeExecutor(executor.interpreter), together=False)
    elif executor.name == "tree":
        found = [_report(f, "tree", executor.fallback.name)
                 for f in _written(_structured(prepare(module)))]
    else:
        found = [FunctionReport(f.name, f.span[0], executor.name) for f in _functions(module.body)]
    return sorted(found, key=lambda report: report.line)


def _compiled(
    module: Module, passes: Sequence[Pass], after: Any, *, together: bool,
) -> list[FunctionReport]:
    """What is compiled; `after` runs what is not. `together`: nothing is without the body."""
    from sentra.codegen.generate import generate

    ir = prepare(module, passes)
    loops = {id(function): _loops(body) for function, body in _bodies(ir)}
    generate(ir)  # decides what it declines, and which operations builtins are
    assert ir.body is not None
    if ir.body.declined and together:
        found = explain(module, after)
        for report in found:
            report.reasons.append(f"ast: the module's body: {ir.body.declined}")
        return found
    declined = {id(f.bytecode): f.declined for f in _structured(prepare(module)).functions}
    found = []
    for function in _written(ir):
        report = _report(function, "ast", after.name)
        if function.declined:
            if function is ir.body:  # and nobody calls it
                report.executor = after.fallback.name
            elif after.name == "tree" and declined[id(function.bytecode)]:
                report.executor = after.fallback.name
                report.reasons.append(f"tree: {declined[id(function.bytecode)]}")
        else:
            report.facts += loops[id(function)]
            inlined = sorted({name for item in items(function) for e in item.args
                              for name in _inlined(e, used=item.op != "eval")})
            if inlined:
                report.facts.append(f"operations of Python: {', '.join(inlined)}")
        found.append(report)
    return found


def _report(function: FunctionIR, executor: str, after: str) -> FunctionReport:
    report = FunctionReport(function.name, function.bytecode.span[0],
                            after if function.declined else executor)
    if function.declined:
        report.reasons.append(f"{executor}: {function.declined}")
        return report
    report.types = _types(function)
    for variable in function.clones.values():
        assert variable.function is not None
        name = to_python(variable.name)
        report.facts.append(f"specialised as {name}{_types(variable.function)}")
    if function.escapes and function.parent is not None and function.parameters:
        report.facts.append("takes any types: it may be called from where the compiler cannot see")
    return report


def _types(function: FunctionIR) -> str:
    """``(x: int) -> string``"""
    parameters = ", ".join([
        variable.name if variable.type == ANY else f"{variable.name}: {type_words(variable.type)}"
        for variable in function.parameters])
    return f"({parameters}) -> {type_words(function.result)}"


def _written(ir: ModuleIR) -> list[FunctionIR]:
    """The functions that stand in the source: clones, and what is inside them, are left out."""
    cloned: set[FunctionIR] = set()
    for function in ir.functions:
        if function.original is not None or function.parent in cloned:
            cloned.add(function)
    return [function for function in ir.functions if function not in cloned]


def _structured(ir: ModuleIR) -> ModuleIR:
    structured_functions(ir)
    return ir


def _bodies(ir: ModuleIR) -> list[tuple[FunctionIR, list[Tree]]]:
    trees = structured_functions(ir)
    return [(f, trees[id(f)]) for f in ir.functions if not f.declined]


def _functions(function: Function) -> list[Function]:
    found = [function]
    for inner in found:
        found.extend(inner.functions)
    return found


def _loops(body: list[Tree]) -> list[str]:
    """What became of the loops."""
    found: list[str] = []
    for node in body:
        if isinstance(node, ForRange):
            how = "enumerate(…)" if node.array is not None else "range(…)"
            found.append(f"loop in line {node.span[0]}: for … in {how}")
        elif isinstance(node, ForEach):
            found.append(f"loop in line {node.span[0]}: for … in")
        elif isinstance(node, While) and not node.once:
            found.append(f"loop in line {node.span[0]}: while")
        if isinstance(node, If):
            found += _loops(node.then) + _loops(node.otherwise)
        elif isinstance(node, Try):
            found += _loops(node.body) + _loops(node.handler)
        elif isinstance(node, ForRange | ForEach | While):
            found += _loops(node.body)
    return found


def _inlined(expr: Expr, *, used: bool = True) -> list[str]:
    """The builtins in a tree that are one operation of Python."""
    found = [name for arg in expr.args for name in _inlined(arg)]
    if expr.op in ("call", "invoke") and find_inline(expr, used=used) is not None:
        found.append(expr.args[0].a if expr.op == "call" else expr.a)
    return found
