"""Expressions that a debugger evaluates: a function of the variables that they name.

They run on an interpreter of their own, which no debugger watches, with the program's services.
"""

from __future__ import annotations

from sentra.errors import NAME, SYNTAX, VALUE, Exit, LimitStop, SentraError, SentraSyntaxError
from sentra.interp.executor import InterpreterExecutor
from sentra.lower.module import lower
from sentra.runtime.values import MISSING
from sentra.source import decode
from sentra.syntax.nodes import ExpressionStatement, Name, Node
from sentra.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.debugging.frames import Frame, Place
    from sentra.runtime.context import Context

WHERE = "<expression>"
MOST_STEPS = 10_000_000  # ticks of one evaluation
KEPT = 200  # expressions that stay compiled


class Expression:
    """A compiled expression: `names` are what it may take from a frame."""

    __slots__ = ("function", "names", "text")

    def __init__(self, text: str, names: tuple[str, ...], function: Callable[..., Any]) -> None:
        self.text = text
        self.names = names
        self.function = function


class Evaluator:
    """Evaluates expressions for one run."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.executor = InterpreterExecutor()
        self._compiled: dict[tuple[str, tuple[str, ...]], Expression] = {}

    def bind(self, frame: Frame, text: str) -> Callable[[], Any]:
        """What evaluates an expression over the variables that it names now in a frame."""
        places: dict[str, Place] = {}
        for name in names_in(text):
            place = frame.place(name)
            if place is not None:
                places[name] = place
        names = tuple(places)
        expression = self._compiled.get((text, names))
        if expression is None:
            if len(self._compiled) >= KEPT:
                self._compiled.clear()
            expression = self._compiled[text, names] = self._compile(text, names)
        function = expression.function
        if text in places:  # a variable alone
            only, shown = places[text][0], text
            return lambda: _present(only(), shown)

        def evaluate() -> Any:
            values = [_present(place[0](), name) for name, place in places.items()]
            return self._spared(lambda: function(*values))

        return evaluate

    def _compile(self, text: str, names: tuple[str, ...]) -> Expression:
        program = f"fn evaluated({', '.join(names)}) {{ return (\n{text}\n) }}"
        source = decode(program, WHERE)
        module = lower(parse(source), source)
        namespace: dict[str, Any] = {}
        self.executor.body(module, namespace, self.context)()
        return Expression(text, names, namespace["evaluated"])

    def _spared(self, work: Callable[[], Any]) -> Any:
        """The result of `work`, whose steps are not the program's."""
        try:
            return self.context.uncounted(work, MOST_STEPS)
        except LimitStop as stop:
            if stop.limit != "steps":
                raise
            raise SentraError("the expression takes too long", VALUE) from None
        except Exit:
            raise SentraError("the expression called exit", VALUE) from None


def _present(value: Any, name: str) -> Any:
    if value is MISSING:
        raise SentraError(f'variable "{name}" has no value yet', NAME)
    return value


def names_in(text: str) -> list[str]:
    """The names in an expression. Raises SentraError where it is none."""
    try:
        # In parentheses, as it is compiled: a "{" begins a map there.
        statements = parse(decode(f"(\n{text}\n)", WHERE)).statements
    except SentraSyntaxError:
        raise _no_expression(text) from None
    if len(statements) != 1 or not isinstance(statements[0], ExpressionStatement):
        raise _no_expression(text)
    found: dict[str, None] = {}
    pending: list[object] = [statements[0].expression]
    while pending:
        item = pending.pop()
        if type(item) is Name:
            found[item.name] = None
        elif isinstance(item, list | tuple):
            pending += item
        elif isinstance(item, Node):
            pending += [getattr(item, field) for field in type(item).__slots__]
    return list(found)


def _no_expression(text: str) -> SentraError:
    try:
        parse(decode(text, WHERE))
    except SentraSyntaxError as error:
        return SentraError(f"syntax error: {error.problems[0].message}", SYNTAX)
    return SentraError("this is no expression", SYNTAX)
