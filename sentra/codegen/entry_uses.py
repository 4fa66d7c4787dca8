"""How the names in the code of an entry are used: what is only read from, and as what."""

from __future__ import annotations

import ast

from sentra.codegen.entry_types import MAP_READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from sentra.codegen.entry_shapes import Shape


class Passing:
    """What hands on containers as they are, by names: arrays that collect them, with their shapes,
    and variables that carry them to a return. `returned`: it is the host that gets them.
    """

    __slots__ = ("carriers", "lists", "returned")

    def __init__(
        self, lists: dict[str, Shape] | None = None, carriers: Container[str] = (), *,
        returned: bool = False,
    ) -> None:
        self.lists = lists or {}
        self.carriers = carriers
        self.returned = returned

    def is_list(self, node: ast.expr) -> bool:
        """Whether it is an array that collects containers."""
        return isinstance(node, ast.Name) and node.id in self.lists

    def is_collected(self, node: ast.Call) -> bool:
        """``out.append(e)``"""
        function = node.func
        return isinstance(function, ast.Attribute) and function.attr == "append" and (
            self.is_list(function.value) and isinstance(node.args[0], ast.Name))

    def is_carried(self, node: ast.Assign) -> bool:
        """``found = e``"""
        target = node.targets[0]
        return isinstance(target, ast.Name) and target.id in self.carriers and (
            isinstance(node.value, ast.Name))


class Uses:
    """How a name is used in a body: how often it is set, and read as what."""

    __slots__ = ("lists", "maps", "measured", "other", "passed", "stores", "tested")

    def __init__(self) -> None:
        self.stores = 0
        self.maps = 0
        self.lists = 0
        self.measured = 0  # by `len`
        self.other = 0
        self.passed = 0  # handed on as it is: see `Passing`
        self.tested = False  # a statement tests its class

    @property
    def container(self) -> str:
        """The class of the containers that it surely holds, if it is only read from: else ""."""
        if self.stores != 1 or self.other or (self.maps > 0) == (self.lists > 0):
            return ""
        return "dict" if self.maps else "list"

    @property
    def reads(self) -> int:
        return self.maps + self.lists + self.other + self.passed


class Finder(ast.NodeVisitor):
    """Finds the uses of all names."""

    def __init__(self, calls: dict[str, str], passing: Passing) -> None:
        self.calls = calls
        self.passing = passing
        self.found: dict[str, Uses] = {}

    def of(self, name: str) -> Uses:
        return self.found.setdefault(name, Uses())

    def visit_Name(self, node: ast.Name) -> None:
        uses = self.of(node.id)
        if isinstance(node.ctx, ast.Store):
            uses.stores += 1
        else:
            uses.other += 1

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Name) and not isinstance(node.slice, ast.Slice) and (
                isinstance(node.ctx, ast.Load)):
            uses = self.of(node.value.id)
            if is_text(node.slice):
                uses.maps += 1
            else:
                uses.lists += 1
        else:
            self.visit(node.value)
        self.visit(node.slice)

    def visit_Call(self, node: ast.Call) -> None:
        function, args = node.func, list(node.args)
        if self.passing.is_collected(node):
            self.of(args[0].id).passed += 1  # type: ignore[attr-defined]
            return
        if isinstance(function, ast.Name):
            name = args[0].id if args and isinstance(args[0], ast.Name) else ""
            if name and function.id in ("type", "len"):
                self.of(name).measured += function.id == "len"
                return  # that says nothing of what it holds
            if name and function.id == "enumerate":
                self.of(name).lists += 1
                return
            kinds = self.calls.get(function.id, "")
            for arg, kind in zip(list(args), kinds, strict=False):
                if kind == MAP_READ and isinstance(arg, ast.Name):
                    self.of(arg.id).maps += 1
                    args.remove(arg)
        elif is_get(node) and isinstance(function, ast.Attribute) and (
                isinstance(function.value, ast.Name)):
            self.of(function.value.id).maps += 1
        else:
            self.visit(function)
        for arg in args:
            self.visit(arg)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self.passing.is_carried(node):
            self.of(node.value.id).passed += 1  # type: ignore[attr-defined]
        else:
            self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if isinstance(node.value, ast.Name):
            self.of(node.value.id).passed += 1
        else:
            self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.target)
        if isinstance(node.iter, ast.Name):
            self.of(node.iter.id).lists += 1
        else:
            self.visit(node.iter)
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    def visit_If(self, node: ast.If) -> None:
        for name in _tested(node.test):
            self.of(name).tested = True
        self.generic_visit(node)


def _tested(test: ast.expr) -> list[str]:
    """The names whose class is tested by ``type(name) is not list and …``."""
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    return [part.left.args[0].id for part in parts
            if isinstance(part, ast.Compare) and isinstance(part.left, ast.Call)
            and isinstance(part.left.func, ast.Name) and part.left.func.id == "type"
            and isinstance(part.left.args[0], ast.Name)]


def is_text(node: ast.expr) -> bool:
    """Whether it is a constant text."""
    return isinstance(node, ast.Constant) and type(node.value) is str


def is_get(node: ast.expr) -> bool:
    """Whether it is ``….get("key")``, perhaps with a default."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
        node.func.attr == "get" and 1 <= len(node.args) <= 2 and is_text(node.args[0]))
