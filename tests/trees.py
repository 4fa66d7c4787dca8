"""Trees as text and as plain data, without spans: what parser and printer tests compare."""

from __future__ import annotations

import pytest

from sentra.errors import SentraSyntaxError
from sentra.source import decode
from sentra.syntax.nodes import Literal, Name, Node, Program
from sentra.syntax.parser import parse


def parsed(text: str | bytes) -> Program:
    return parse(decode(text, "test.sn"))


def fields(node: Node) -> list[object]:
    names = [name for base in type(node).__mro__ for name in getattr(base, "__slots__", ())]
    return [getattr(node, name) for name in names if name not in ("span", "name_span")]


def shape(value: object) -> object:
    """A tree as nested tuples and lists; constants with their types, so that 1 is not true."""
    if isinstance(value, Node):
        return (type(value).__name__, *[shape(field) for field in fields(value)])
    if isinstance(value, list | tuple):
        if len(value) == 6 and all(isinstance(item, int) for item in value):
            return "span"
        return [shape(item) for item in value]
    if isinstance(value, int):
        return (type(value).__name__, hex(value))
    return (type(value).__name__, repr(value))


def show(value: object) -> str:
    """A tree as one line: `a + 1` is ``(Binary + a 1)``."""
    if isinstance(value, Name):
        return value.name
    if isinstance(value, Literal):
        return repr(value.value)
    if isinstance(value, Node):
        return f"({' '.join([type(value).__name__, *map(show, fields(value))])})"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(show, value))}]"
    if value is None:
        return "-"
    return str(value) or "''"


def shown(text: str) -> str:
    """The statements of a program, without the wrapping of expression statements."""
    return " ".join([show(node) for node in parsed(text).statements]).replace(
        "ExpressionStatement", "Do")


def messages(source: str) -> list[str]:
    """What is wrong with a program, as "line:column: message"."""
    with pytest.raises(SentraSyntaxError) as caught:
        parsed(source)
    for problem in caught.value.problems:
        assert problem.source_line == source.split("\n")[problem.span[4] - 1]
    return [str(problem).removeprefix("test.sn:").replace("syntax error: ", "")
            for problem in caught.value.problems]
