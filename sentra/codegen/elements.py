"""Loops over the places of an array or text that only read what is there: over the elements.

``for (let i = 0; i < len(a); i++) { let x = a[i] … }`` is ``for x in a``, where the body has no
other use for ``i``, and nothing changes what ``a`` holds meanwhile.
"""

from __future__ import annotations

from sentra.codegen.control import ForEach, ForRange, If, Leave, Simple, Tree, Try, While
from sentra.codegen.counting import Facts
from sentra.ir.edit import is_plain
from sentra.ir.model import ARRAY, LOCAL, STRING, TEMP, Expr, Stmt, Variable


def loop_over_elements(body: list[Tree]) -> list[Tree]:
    """The same statements with such loops made `ForEach`, in place."""
    place = 0
    while place < len(body):
        node = body[place]
        if isinstance(node, Simple):
            pass
        elif isinstance(node, If):
            loop_over_elements(node.then)
            loop_over_elements(node.otherwise)
        elif isinstance(node, While):
            loop_over_elements(node.body)
        elif isinstance(node, Try):
            loop_over_elements(node.body)
            loop_over_elements(node.handler)
        elif isinstance(node, ForRange):
            _over_range(body, place, node)
            loop_over_elements(node.body)
        elif isinstance(node, ForEach):
            if place and len(node.targets) == 1:
                _over_places(body[place - 1], node)
            loop_over_elements(node.body)
        place += 1
    return body


def _over_range(body: list[Tree], place: int, loop: ForRange) -> None:
    """Of a counting loop."""
    start = loop.start
    if (start.op != "const" or start.a != 0 or type(start.a) is not int or loop.step != 1
            or loop.by is not None or loop.inclusive or loop.live or loop.array is not None):
        return
    array = _measured(loop.stop)
    element = _element(loop.body, loop.variable, array)
    if array is None or element is None:
        return
    iterator = Variable("$iterator", TEMP)
    iterator.type = array.type
    body[place] = ForEach(iterator, [element], loop.body, loop.span)
    del loop.body[0]
    body.insert(place, Simple(Stmt("iterate", iterator, (array,), None, loop.span)))


def _over_places(before: Tree, loop: ForEach) -> None:
    """Of a loop over ``range(len(a))``."""
    if not isinstance(before, Simple) or before.stmt.op != "iterate" or (
            before.stmt.variable is not loop.iterator):
        return
    source = before.stmt.args[0]
    if source.op != "call" or source.args[0].op != "builtin" or source.args[0].a != "range" or (
            len(source.args) != 2):
        return
    array = _measured(source.args[1])
    index = loop.targets[0]
    element = _element(loop.body, index, array) if index.reads == 1 else None
    if array is None or element is None:
        return
    before.stmt.args = (array,)
    loop.iterator.type = array.type
    loop.targets = [element]
    del loop.body[0]


def _measured(bound: Expr) -> Expr | None:
    """The a of ``len(a)``, an array or a text."""
    if bound.op != "call" or bound.args[0].op != "builtin" or bound.args[0].a != "len" or (
            len(bound.args) != 2):
        return None
    array = bound.args[1]
    return array if array.type in (ARRAY, STRING) and array.op == "get" and (
        is_plain(array.a)) else None


def _element(body: list[Tree], index: Variable, array: Expr | None) -> Variable | None:
    """The variable that the body begins with storing the element in; None where it does not."""
    first = body[0] if body else None
    if array is None or not isinstance(first, Simple) or first.stmt.op != "set":
        return None
    element, read = first.stmt.variable, first.stmt.args[0]
    if (element is None or element.kind not in (LOCAL, TEMP) or element.explicit
            or element is array.a or index.kind not in (LOCAL, TEMP)
            or read.op != "index" or read.args[0].op != "get" or read.args[0].a is not array.a
            or read.args[1].op != "get" or read.args[1].a is not index):
        return None
    facts = Facts()
    facts.walk(body)
    if facts.reads.get(index) != 1 or index in facts.sets or array.a in facts.sets or (
            array.type == ARRAY and facts.changes.changes(array)):
        return None
    if element.sets == 1 and read.present:  # nothing is missing
        element.type = read.present
        _retype(body, element)
    return element


def _retype(body: list[Tree], variable: Variable) -> None:
    """Give the reads of a variable its type."""
    pending: list[Expr] = []
    for node in body:
        if isinstance(node, Simple):
            pending += node.stmt.args
        elif isinstance(node, Leave):
            pending.append(node.value)
        elif isinstance(node, If):
            pending += [] if node.condition is None else [node.condition]
            _retype(node.then, variable)
            _retype(node.otherwise, variable)
        elif isinstance(node, While):
            pending += [] if node.condition is None else [node.condition]
            _retype(node.body, variable)
        elif isinstance(node, ForRange):
            bounds = (node.start, node.stop, node.by, node.array)
            pending += [bound for bound in bounds if bound is not None]
            _retype(node.body, variable)
        elif isinstance(node, ForEach):
            _retype(node.body, variable)
        elif isinstance(node, Try):
            _retype(node.body, variable)
            _retype(node.handler, variable)
    while pending:
        expr = pending.pop()
        pending += expr.args
        if expr.op == "get" and expr.a is variable:
            expr.type &= variable.type
