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

from sentra.codegen.entry_shapes import NUMERIC
from sentra.codegen.entry_tests import fixed, type_of
from sentra.codegen.entry_types import MAP_READ
from sentra.ir.model import ANY, ARRAY, MAP, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentra.bytecode.code import Span
    from sentra.codegen.entry_shapes import Shape
    from sentra.codegen.functions import FunctionEmitter

_OF_FLAT = frozenset("sum_ max_ min_ _greatest _least _soon_contains _soon_has_element".split())


class Uses:
    """How a name is used in a body: how often it is set, and read as what."""

    __slots__ = ("lists", "maps", "other", "stores", "tested")

    def __init__(self) -> None:
        self.stores = 0
        self.maps = 0
        self.lists = 0
        self.other = 0
        self.tested = False  # a statement tests its class

    @property
    def container(self) -> str:
        """The class of the containers that it surely holds, if it is only read from: else ""."""
        if self.stores != 1 or self.other or (self.maps > 0) == (self.lists > 0):
            return ""
        return "dict" if self.maps else "list"

    @property
    def reads(self) -> int:
        return self.maps + self.lists + self.other


class _Finder(ast.NodeVisitor):
    """Finds the uses of all names."""

    def __init__(self, calls: dict[str, str]) -> None:
        self.calls = calls
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
        if isinstance(function, ast.Name):
            name = args[0].id if args and isinstance(args[0], ast.Name) else ""
            if name and function.id in ("type", "len"):
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


class Reading(ast.NodeTransformer):
    """Checks what is read of containers; notes whether they are used in other ways.

    `known` are the names of containers and their classes, `shapes` what they have to hold where the
    code was made for that, `calls` has the kinds of arguments of what may be called with maps.
    """

    def __init__(
        self, emitter: FunctionEmitter, known: dict[str, str], shapes: dict[str, Shape],
        calls: dict[str, str], statements: Iterable[ast.stmt], span: Span,
    ) -> None:
        self.calls = calls
        self.emitter = emitter
        self.known = dict(known)
        self.shapes = dict(shapes)
        self.shaped = bool(shapes)
        self.span = span
        self.likely = "int"  # the type of what is read
        self.elsewhere = False
        finder = _Finder(calls)
        for statement in statements:
            finder.visit(statement)
        self.uses = finder.found

    # --- statements -----------------------------------------------------------------------------
    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        target = node.targets[0]
        if not isinstance(target, ast.Name) or not self._is_inside(node.value):
            return self.generic_visit(node)
        kind = self.uses[target.id].container
        shape = self._shape(node.value)
        if not kind:
            node.value = self._leaf(node.value)
            return node
        node.value = self._from(node.value)
        return [node, *self._become(target.id, kind, shape)]

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
        if not uses.reads:
            return []
        n, span = self.emitter.n, self.span
        test = self._is_scalar(n.name(name, span), name, shape, self._type(shape))
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
        if is_get(node) and self._is_inside(node):
            return self._leaf(node)
        if not isinstance(function, ast.Name):
            return self.generic_visit(node)
        if function.id in ("type", "len") and self._is_known(args[0]):
            return node
        if function.id == "len" and self._is_inside(args[0]):
            node.args = [self._one_of(self._from(args[0]), ("list", "str"))]
            return node
        if function.id == "_soon_text" and self._is_inside(args[0]):
            return self._text(args[0], node)
        if function.id in _OF_FLAT:
            node.args = [
                self._searched(arg if self._is_known(arg) else self._from(arg))
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
                    node.comparators = [self._searched(where)]
                    return node
            elif self._is_inside(where):
                node.left = self.visit(node.left)
                node.comparators = [self._searched(self._from(where))]
                return node
        before = self.likely
        if any(is_text(each) for each in (node.left, *node.comparators)):
            self.likely = "str"
        changed = self.generic_visit(node)
        self.likely = before
        return changed

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
        return self._checked(self._from(node), shape, found)

    def _from(self, node: ast.expr) -> ast.expr:
        """The same, where all that it is read from is tested to be a container."""
        if isinstance(node, ast.Call):
            node.args = [self.visit(arg) for arg in node.args]
        elif isinstance(node, ast.Subscript):
            if not self._is_known(node.value):
                kind = "dict" if is_text(node.slice) else "list"
                node.value = self._one_of(self._from(node.value), (kind,))
            node.slice = self.visit(node.slice)
        return node

    # --- tests ----------------------------------------------------------------------------------
    def _searched(self, node: ast.expr) -> ast.expr:
        """A list of scalars, or a text."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = node.id if isinstance(node, ast.Name) else x.new_temp().python
        first = node if isinstance(node, ast.Name) else n.bind(name, node, span)
        kind = n.call_value(fixed(x, "type", span), [first], span)
        types = n.call_value(fixed(x, "_map", span), [
            fixed(x, "type", span), n.name(name, span)], span)
        test = n.logical("or", [
            n.logical("and", [
                n.compare("is", kind, fixed(x, "list", span), span),
                n.call_value(fixed(x, "_are_scalars", span), [types], span)], span),
            n.compare("is", type_of(x, name, span), fixed(x, "str", span), span)], span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)

    def _checked(self, node: ast.expr, shape: Shape | None, wanted: int) -> ast.expr:
        """A scalar."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = x.new_temp().python
        test = self._is_scalar(n.bind(name, node, span), name, shape, wanted)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)

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

    def _is_scalar(
        self, first: ast.expr, name: str, shape: Shape | None, wanted: int,
    ) -> ast.expr:
        """Whether it has a type; of any, whether it is a scalar. `first` is read first."""
        x, n, span = self.emitter, self.emitter.n, self.span
        kind = n.call_value(fixed(x, "type", span), [first], span)
        if wanted == STRING:
            return n.compare("is", kind, fixed(x, "str", span), span)
        likely = ("int" if wanted == NUMERIC else self.likely if shape is None
                  else shape.likely)
        if not likely:
            return n.compare("contains", kind, fixed(x, "_scalars", span), span)
        if wanted == NUMERIC:
            other = n.compare("is", type_of(x, name, span), fixed(x, "float", span), span)
        else:
            other = n.compare("contains", type_of(x, name, span), fixed(x, "_scalars", span), span)
        return n.logical("or", [n.compare("is", kind, fixed(x, likely, span), span), other], span)

    def _one_of(self, node: ast.expr, words: tuple[str, ...]) -> ast.expr:
        """What has one of these classes."""
        x, n, span = self.emitter, self.emitter.n, self.span
        name = x.new_temp().python
        kind = n.call_value(fixed(x, "type", span), [n.bind(name, node, span)], span)
        tests: list[ast.expr] = [n.compare("is", kind, fixed(x, words[0], span), span)]
        tests += [n.compare("is", type_of(x, name, span), fixed(x, word, span), span)
                  for word in words[1:]]
        test = tests[0] if len(tests) == 1 else n.logical("or", tests, span)
        return n.conditional(test, n.name(name, span), n.call(x.helper("_retry"), [], span), span)


def is_text(node: ast.expr) -> bool:
    """Whether it is a constant text."""
    return isinstance(node, ast.Constant) and type(node.value) is str


def is_get(node: ast.expr) -> bool:
    """Whether it is ``….get("key")``, perhaps with a default."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
        node.func.attr == "get" and 1 <= len(node.args) <= 2 and is_text(node.args[0]))
