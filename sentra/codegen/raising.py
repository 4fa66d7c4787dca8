"""throw, assert and what handlers do, as Python's ``raise`` and ``except``.

An error that is made where it is thrown is raised itself, any other value in a `Thrown`. What
comes to a handler may also be what Python raised in a raw operation: the runtime says what that
stands for, and what is a bug of ours. `catching` says what a catch block does with its error.
"""

from __future__ import annotations

from sentra.codegen.catching import goes_on, made_here
from sentra.codegen.control import Simple
from sentra.codegen.select import is_stable
from sentra.errors import ASSERTION
from sentra.ir.model import BOOL, OTHER, STRING, Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

    from sentra.bytecode.code import Span
    from sentra.codegen.control import Try
    from sentra.codegen.expressions import Expressions
    from sentra.codegen.flow import ControlFlow
    from sentra.codegen.statements import Statements
    from sentra.ir.model import Variable


def throw(x: ControlFlow, e: Expr, span: Span) -> None:
    """``throw e``"""
    n = x.n
    if made_here(e):
        x.out.append(n.raises(x.value(e), span))
        return
    if e.op == "get" and e.a in x.held:  # as it was thrown first
        x.out.append(n.conditionally(x.is_error(e, span), [n.raises_again(span)], [], span))
    # What is surely no error needs no look.
    word = "_thrown" if e.type & OTHER or not e.type else "_Thrown"
    x.out.append(n.raises(n.call(x.helper(word), [x.value(e)], span), span))


def assertion(x: Statements, e: Expr) -> bool:
    """``if not condition: raise …`` for a call of assert whose message needs no work.

    Whether it is emitted.
    """
    if not 2 <= len(e.args) <= 3 or x.debug:
        return False
    n, span = x.n, e.span
    message: ast.expr = n.constant("assertion failed", span)
    if len(e.args) == 3:
        given = e.args[2]
        if not is_stable(given) or given.type != STRING:
            return False
        message = x.raw(given)
    failed = Expr("not_", (e.args[1],), None, span)
    failed.type = BOOL
    error = n.call(x.helper("_Error"), [message, n.constant(ASSERTION, span)], span)
    x.out.append(n.conditionally(x.test(failed), [n.raises(error, span)], [], span))
    return True


def drop(x: Statements, exception: Expr, span: Span) -> None:
    """Nobody looks at the error, so nothing need be found out about it.

    An error, or what Python raised in this very function, is none of our bugs.
    """
    n, name = x.n, exception.a.python
    traceback = n.attribute(n.name(name, span), "__traceback__", span)
    deeper = n.compare("is_not", n.attribute(traceback, "tb_next", span),
                       n.constant(None, span), span)
    x.out.append(n.conditionally(
        n.logical("and", [_is_a(x, name, "_Error", span, word="is_not"), deeper], span),
        [n.expression(n.call(x.helper("_drop"), [n.name(name, span)], span), span)], [], span))


def handler(x: ControlFlow, node: Try) -> list[ast.stmt]:
    """What a handler does; a finally part must not run for what no program may catch."""
    first = node.handler[0] if node.handler else None
    if isinstance(first, Simple) and any(e.op == "caught" for e in first.stmt.args):
        return x.block(node.handler)
    n, span, caught = x.n, node.span, node.exception.python
    if goes_on(node):
        # It goes on as it is, and is what it stands for now.
        passing = n.expression(n.call(x.helper("_passing"), [n.name(caught, span)], span), span)
        other = _is_a(x, caught, "_Error", span, word="is_not")
        return [n.conditionally(other, [passing], [], span), *x.block(node.handler[:-1]),
                n.raises_again(span)]
    settled = n.call(x.helper("_settle"), [n.name(caught, span)], span)
    return [n.assign(n.target(caught, span), settled, span), *x.block(node.handler)]


def looking(x: ControlFlow, node: Try, variable: Variable) -> list[ast.stmt]:
    """The handler of a catch block that only looks at its error: Python's ``as`` holds it.

    ``if type(e) is not _Error: e = e.args[0] if type(e) is _Thrown else _caught_here(e)``
    """
    binding = node.handler[0]
    assert isinstance(binding, Simple)
    n, span, name = x.n, binding.stmt.span, variable.python
    value = n.conditional(
        _is_a(x, name, "_Thrown", span),
        n.item(n.attribute(n.name(name, span), "args", span), n.constant(0, span), span),
        n.call(x.helper("_caught_here"), [n.name(name, span)], span), span)
    first = n.conditionally(_is_a(x, name, "_Error", span, word="is_not"), [
        n.assign(n.target(name, span), value, span)], [], span)
    variable.caught = True
    x.held.add(variable)
    made = [first, *x.block(node.handler[1:])]
    variable.caught = False
    x.held.remove(variable)
    return made


def _is_a(x: Expressions, name: str, kind: str, span: Span, *, word: str = "is") -> ast.expr:
    """``type(name) is kind``"""
    n = x.n
    return n.compare(word, n.call(x.helper("type"), [n.name(name, span)], span),
                     n.name(x.helper(kind), span), span)
