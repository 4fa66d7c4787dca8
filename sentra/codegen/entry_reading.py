"""Arguments of entries (see `entries`) that are maps or arrays: only what is read is looked at.

    if type(e) is dict:
        … (_t1 if type(_t1 := e["amount"]) is int or type(_t1) in _scalars else _retry()) …
        for item in e["items"]:
            if type(item) is not dict: raise Exception

The first test is for what is likely there, and quicker. What holds a container that was read, and
is only read itself, is known as one; everything else has to be a scalar.
"""

from __future__ import annotations

import ast

from sentra.codegen.entry_checks import Checks
from sentra.codegen.entry_effects import BEFORE
from sentra.codegen.entry_tests import fixed, type_of
from sentra.codegen.entry_types import MAP_READ
from sentra.codegen.entry_uses import Finder, is_get, is_text
from sentra.ir.model import ANY, ARRAY, MAP, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_shapes import Shape
    from sentra.codegen.entry_uses import Passing
    from sentra.codegen.functions import FunctionEmitter

# Builtins over the elements of an array, and what Python has for integers.
_OF_INTS = {"sum_": "_sum", "_greatest": "max", "max_": "max", "_least": "min", "min_": "min"}
_OF_FLAT = frozenset("sum_ max_ min_ _greatest _least _soon_contains _soon_has_element".split())


class Reading(Checks, ast.NodeTransformer):
    """Checks what is read of containers; notes whether they are used in other ways.

    `known` are the names of containers and their classes, `shapes` what they have to hold where the
    code was made for that, `calls` has the kinds of arguments of what may be called with maps.
    """

    def __init__(
        self, emitter: FunctionEmitter, known: dict[str, str], shapes: dict[str, Shape],
        calls: dict[str, str], statements: Iterable[ast.stmt], span: Span, passing: Passing,
    ) -> None:
        self.calls = calls
        self.passing = passing
        self.emitter = emitter
        self.given = known.keys()  # whose class was tested before all else
        self.known = known | dict.fromkeys(passing.lists, "list")
        self.shapes = shapes | passing.lists
        self.shaped = bool(shapes)
        self.span = span
        self.likely = "int"  # the type of what is read
        self.elsewhere = False
        finder = Finder(calls, passing)
        for statement in statements:
            finder.visit(statement)
        self.uses = finder.found

    # --- statements -----------------------------------------------------------------------------
    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id.startswith(BEFORE):
            return node  # what is there is only put back
        if isinstance(target, ast.Subscript) and self._is_known(target.value):
            node.value = self.visit(node.value)
            return node
        if self.passing.is_carried(node) and self._is_known(node.value):
            return node
        if self.passing.is_list(target):
            node.value = self.visit(node.value)
            return node
        if not isinstance(target, ast.Name) or not self._is_inside(node.value):
            return self.generic_visit(node)
        kind = self.uses[target.id].container
        shape = self._shape(node.value)
        if not kind:
            node.value = self._leaf(node.value)
            return node
        node.value = self._from(node.value)
        return [node, *self._become(target.id, kind, shape)]

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.passing.returned and node.value is not None and self._is_known(node.value):
            return node
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        array, target = node.iter, node.target
        if isinstance(array, ast.Call) and isinstance(array.func, ast.Name) and (
                array.func.id == "enumerate" and isinstance(target, ast.Tuple)):
            array, target = array.args[0], target.elts[1]
        before: list[ast.stmt] = []
        if isinstance(array, ast.Name) and array.id in self.known:
            if isinstance(target, ast.Name):
                shape = self._shape(array)
                before = self._element(target.id, shape and shape.elements)
            else:
                self.elsewhere = True
        else:
            node.iter = self.visit(node.iter)
        node.body = [*before, *self._visited(node.body)]
        node.orelse = self._visited(node.orelse)
        return node

    def _visited(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            made = self.visit(statement)
            found += made if isinstance(made, list) else [made]
        return found

    def _element(self, name: str, shape: Shape | None) -> list[ast.stmt]:
        """At the start of a loop over an array: its variable is of a known kind from here on."""
        uses = self.uses[name]
        if uses.container:
            return self._become(name, uses.container, shape)
        n, span = self.emitter.n, self.span
        if not uses.reads:
            return [n.conditionally(self.has_no_length(name), [self._raise()], [], span)] if (
                uses.measured) else []
        test = self.is_scalar(n.name(name, span), name, shape, self._type(shape))
        return [n.conditionally(n.inverted(test, span), [self._raise()], [], span)]

    def _become(self, name: str, kind: str, shape: Shape | None) -> list[ast.stmt]:
        """From here on the name is known to hold containers of a kind; texts are read as arrays."""
        self.known[name] = kind
        if self.shaped:
            if shape is None or shape.type != (MAP if kind == "dict" else ARRAY):
                self.elsewhere = True
            else:
                self.shapes[name] = shape
        elif self.uses[name].tested:
            return []
        x, n, span = self.emitter, self.emitter.n, self.span
        tests: list[ast.expr] = [
            n.compare("is_not", type_of(x, name, span), fixed(x, word, span), span)
            for word in ((kind,) if kind == "dict" or self.shaped else (kind, "str"))]
        test = tests[0] if len(tests) == 1 else n.logical("and", tests, span)
        return [n.conditionally(test, [self._raise()], [], span)]

    def _raise(self) -> ast.stmt:
        x = self.emitter
        return x.n.raises(x.n.name(x.helper("Exception"), self.span), self.span)

    # --- expressions ----------------------------------------------------------------------------
    def visit_Name(self, node: ast.Name) -> ast.AST:
        self.elsewhere |= node.id in self.known
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if self._is_inside(node):
            return self._leaf(node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function, args = node.func, node.args
        if self.passing.is_collected(node) and self._is_known(args[0]):
            return node
        if is_get(node) and self._is_inside(node):
            return self._leaf(node)
        if isinstance(function, ast.Attribute) and function.attr in ("append", "pop") and (
                self._is_known(function.value) and not self.passing.is_list(function.value)):
            node.args = [self.visit(arg) for arg in args]
            return node
        if not isinstance(function, ast.Name):
            return self.generic_visit(node)
        if function.id in ("type", "len") and self._is_known(args[0]):
            return node
        if function.id == "len" and self._is_inside(args[0]):
            node.args = [self.one_of(self._from(args[0]), ("list", "str"))]
            return node
        if function.id == "_soon_text" and self._is_inside(args[0]):
            return self._text(args[0], node)
        if function.id in _OF_INTS and len(args) == 1 and self._is_known(args[0]) and (
                self.known[args[0].id] == "list"):  # type: ignore[attr-defined]
            name: str = args[0].id  # type: ignore[attr-defined]
            args[0] = self.searched(args[0])
            return self.of_ints(_OF_INTS[function.id], name, node,
                                maybe_text=self._may_be_text(name))
        if function.id in _OF_FLAT:
            node.args = [
                self.searched(arg if self._is_known(arg) else self._from(arg))
                if (self._is_known(arg) or self._is_inside(arg)) and (
                    place or not function.id.startswith("_soon"))
                else self.visit(arg) for place, arg in enumerate(args)]
            return node
        if function.id in self.calls:
            node.args = [arg if kind == MAP_READ and self._is_known(arg) else self.visit(arg)
                         for arg, kind in zip(args, self.calls[function.id], strict=True)]
            return node
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """``… if type(e) is dict else …``: it is."""
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is) and (
                isinstance(test.left, ast.Call) and test.left.args
                and self._is_known(test.left.args[0])
                and isinstance(test.comparators[0], ast.Name)
                and test.comparators[0].id == "dict"):
            kind = self.known[test.left.args[0].id]  # type: ignore[attr-defined]
            changed: ast.AST = self.visit(node.body if kind == "dict" else node.orelse)
            return changed
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1:
            where = node.comparators[0]
            if self._is_known(where):
                if self.known[where.id] == "dict":  # type: ignore[attr-defined]
                    if is_text(node.left):
                        return node
                else:
                    node.left = self.visit(node.left)
                    node.comparators = [self.searched(where)]
                    return node
            elif self._is_inside(where):
                node.left = self.visit(node.left)
                node.comparators = [self.searched(self._from(where))]
                return node
        before = self.likely
        if any(is_text(each) for each in (node.left, *node.comparators)):
            self.likely = "str"
        changed = self.generic_visit(node)
        self.likely = before
        return changed

    def _may_be_text(self, name: str) -> bool:
        """Whether what is known as a list has perhaps only been tested to be one, or a text."""
        shape = self.shapes.get(name)
        return name not in self.given if shape is None else bool(shape.types & STRING)

    def _is_known(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.known

    def _is_inside(self, node: ast.expr) -> bool:
        """Whether it is read from one of the containers, or from what is read there."""
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return self._is_known(node.value) or self._is_inside(node.value)
        return is_get(node) and isinstance(node, ast.Call) and (
            isinstance(node.func, ast.Attribute) and self._is_known(node.func.value))

    def _shape(self, node: ast.expr) -> Shape | None:
        """The shape of what is read from a container."""
        if isinstance(node, ast.Name):
            return self.shapes.get(node.id)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Attribute)
            around, key = self._shape(node.func.value), node.args[0]
        elif isinstance(node, ast.Subscript):
            around, key = self._shape(node.value), node.slice
        else:
            return None
        if around is None:
            return None
        return around.fields.get(str(key.value)) if isinstance(key, ast.Constant) and (
            is_text(key)) else around.elements

    def _type(self, shape: Shape | None) -> int:
        """The type that a value that is no container has to have."""
        if not self.shaped:
            return ANY
        if shape is None or shape.type in (MAP, ARRAY):
            self.elsewhere = True
            return ANY
        return shape.type

    def _leaf(self, node: ast.expr) -> ast.expr:
        """What is read from a container and is none itself."""
        shape = self._shape(node)
        found = self._type(shape)
        return self.checked(self._from(node), shape, found)

    def _from(self, node: ast.expr) -> ast.expr:
        """The same, where all that it is read from is tested to be a container."""
        if isinstance(node, ast.Call):
            node.args = [self.visit(arg) for arg in node.args]
        elif isinstance(node, ast.Subscript):
            if not self._is_known(node.value):
                kind = "dict" if is_text(node.slice) else "list"
                node.value = self.one_of(self._from(node.value), (kind,))
            node.slice = self.visit(node.slice)
        return node

    def _text(self, node: ast.expr, call: ast.Call) -> ast.expr:
        """The text of a scalar: a text itself, or of what is one the text that the call gives."""
        x, n, span = self.emitter, self.emitter.n, self.span
        self._type(self._shape(node))
        name = x.new_temp().python
        kind = n.call_value(fixed(x, "type", span), [n.bind(name, self._from(node), span)], span)
        call.args = [n.name(name, span)]
        other = n.conditional(
            n.compare("contains", type_of(x, name, span), fixed(x, "_scalars", span), span), call,
            n.call(x.helper("_retry"), [], span), span)
        return n.conditional(n.compare("is", kind, fixed(x, "str", span), span),
                             n.name(name, span), other, span)
