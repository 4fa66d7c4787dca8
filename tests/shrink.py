"""Shrinking: the smallest program found that still fails.

Works on the syntax tree, so that every candidate is a program: statements are left out, compound
statements are replaced by one of their blocks, expressions by one of their operands or a literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sentra.bytecode.code import NO_SPAN
from sentra.source import decode
from sentra.syntax import nodes
from sentra.syntax.parser import parse
from sentra.syntax.printer import print_tree

SIMPLE = (nodes.Name, nodes.Literal)
Place = tuple[Callable[[], Any], Callable[[Any], None]]  # reads and replaces a part of the tree


def shrink(text: str, fails: Callable[[str], bool], attempts: int = 3000) -> str:
    """A small text for which `fails` is true, as it must be for `text`."""
    if not fails(text):
        raise ValueError("the program to shrink does not fail")
    tree = parse(decode(text, "shrink.sn"))
    if not fails(print_tree(tree)):
        return without_lines(text, fails)
    search = Search(tree, fails, attempts)
    while search.attempts > 0 and (search.lists() | search.statements() | search.expressions()):
        pass
    return print_tree(tree)


def without_lines(text: str, fails: Callable[[str], bool]) -> str:
    """Lines left out as long as it fails: for what printing changes."""
    lines = text.split("\n")
    size = len(lines) // 2
    while size:
        at = 0
        while at < len(lines):
            shorter = lines[:at] + lines[at + size:]
            if fails("\n".join(shorter)):
                lines = shorter
            else:
                at += size
        size //= 2
    return "\n".join(lines)


class Search:
    """One search; every step that is kept makes the tree smaller."""

    def __init__(
        self, tree: nodes.Program, fails: Callable[[str], bool], attempts: int,
    ) -> None:
        self.tree = tree
        self.fails = fails
        self.attempts = attempts

    def still_fails(self) -> bool:
        self.attempts -= 1
        try:
            return self.attempts >= 0 and self.fails(print_tree(self.tree))
        except (TypeError, AttributeError, KeyError):  # no tree that can be printed
            return False

    def lists(self) -> bool:
        """Leave out elements of lists: of statements first."""
        changed = False
        for statements in (True, False):
            for items, least in list(lists_of(self.tree, statements)):
                changed |= self.without_some(items, least)
        return changed

    def without_some(self, items: list[Any], least: int) -> bool:
        changed = False
        size = max(len(items) // 2, 1)
        while size and len(items) > least:
            at = 0
            while at < len(items):
                removed = items[at:at + size]
                if len(items) - len(removed) < least:
                    break
                del items[at:at + size]
                if self.still_fails():
                    changed = True
                else:
                    items[at:at] = removed
                    at += size
            size //= 2
        return changed

    def statements(self) -> bool:
        """Replace a compound statement by the statements of one of its blocks."""
        changed = False
        for items, _ in list(lists_of(self.tree, True)):
            at = 0
            while at < len(items):
                original = items[at]
                for block in blocks_of(original):
                    items[at:at + 1] = block.statements
                    if self.still_fails():
                        changed = True
                        break
                    items[at:at + len(block.statements)] = [original]
                else:
                    at += 1
        for read, write in list(optional_parts(self.tree)):
            changed |= self.try_value(read, write, None)
        return changed

    def expressions(self) -> bool:
        """Replace an expression by one of those in it, or by a literal."""
        changed = False
        for read, write in list(places_of(self.tree)):
            original = read()
            if not isinstance(original, nodes.Expression) or isinstance(original, SIMPLE):
                continue
            inner = [get() for get, _ in places_of(original)]
            candidates = [each for each in inner if isinstance(each, nodes.Expression)]
            candidates += [nodes.Literal(NO_SPAN, value) for value in (None, 0, "")]
            for candidate in candidates:
                if self.try_value(read, write, candidate):
                    changed = True
                    break
        return changed

    def try_value(self, read: Callable[[], Any], write: Callable[[Any], None], value: Any) -> bool:
        original = read()
        if original is value:
            return False
        write(value)
        if self.still_fails():
            return True
        write(original)
        return False


def fields_of(node: Any) -> Iterator[tuple[str, Any]]:
    for cls in type(node).__mro__:
        for name in getattr(cls, "__slots__", ()):
            if name != "span":
                yield name, getattr(node, name)


def children_of(value: Any) -> Iterator[nodes.Node]:
    if isinstance(value, nodes.Node):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from children_of(each)


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for _, value in fields_of(node):
        for child in children_of(value):
            yield from walk(child)


LISTS = {"statements": 0, "items": 0, "entries": 0, "arguments": 0, "arms": 1, "cases": 1,
         "parameters": 0, "parts": 1, "patterns": 1, "names": 1}


def lists_of(tree: nodes.Node, statements: bool) -> Iterator[tuple[list[Any], int]]:
    """The lists in a tree, and how many elements each must keep."""
    for node in walk(tree):
        for name, value in fields_of(node):
            if isinstance(value, list) and (name == "statements") is statements:
                yield value, LISTS.get(name, len(value))


def blocks_of(statement: nodes.Node) -> list[nodes.Block]:
    found = [child for _, value in fields_of(statement) for child in children_of(value)]
    blocks = [child for child in found if isinstance(child, nodes.Block)]
    for child in found:
        if isinstance(child, nodes.FunctionLiteral | nodes.Arm | nodes.SelectCase):
            blocks += [part for _, part in fields_of(child) if isinstance(part, nodes.Block)]
    return [statement, *blocks][1:] if isinstance(statement, nodes.Statement) else []


OPTIONAL = {(nodes.If, "otherwise"), (nodes.Try, "handler"), (nodes.Try, "finish"),
            (nodes.Arm, "guard"), (nodes.Parameter, "default"), (nodes.Return, "value"),
            (nodes.Declaration, "value")}


def optional_parts(tree: nodes.Node) -> Iterator[Place]:
    for node in walk(tree):
        for name, value in fields_of(node):
            if (type(node), name) in OPTIONAL and value is not None:
                yield place(node, name)


def place(node: Any, name: str) -> Place:
    return lambda: getattr(node, name), lambda value: setattr(node, name, value)


def item(items: list[Any], at: int) -> Place:
    def write(value: Any) -> None:
        items[at] = value

    return lambda: items[at], write


def places_of(tree: nodes.Node) -> Iterator[Place]:
    """Every place of a node in a tree, outer ones first."""
    for node in walk(tree):
        for name, value in fields_of(node):
            if isinstance(value, nodes.Node):
                yield place(node, name)
            elif isinstance(value, list):
                for at, each in enumerate(value):
                    if isinstance(each, nodes.Node):
                        yield item(value, at)
