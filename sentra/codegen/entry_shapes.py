"""What is read of arguments of entries (see `entries`) that are maps and arrays, and what they will
probably hold, by what is done with it: ``e.amount * e.rate`` reads two numbers.

Bodies are made for what has such a shape; what is read is tested for it (`entry_reading`).
"""

from __future__ import annotations

from sentra.codegen.entry_effects import change_of
from sentra.codegen.entry_types import SCALAR, expected_at, without_handlers
from sentra.codegen.entry_uses import Passing
from sentra.ir.contents import KEY, UNKNOWN, Content
from sentra.ir.edit import items
from sentra.ir.model import ANY, ARRAY, BRANCH, FLOAT, INT, LOCAL, MAP, NEXT, NUMBER, RETURN, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.ir.model import Expr, FunctionIR, Stmt, Terminator, Variable

NUMERIC = INT | FLOAT
_TELLING = frozenset("add sub mul div mod negate less less_equal greater greater_equal".split())
_TRUTH = frozenset(["and", "or", "not_"])


class Shape:
    """A place in an argument: what is read there, and of what is there."""

    __slots__ = ("elements", "fields", "likely", "no_text", "open", "uses")

    def __init__(self) -> None:
        self.fields: dict[str, Shape] = {}
        self.elements: Shape | None = None
        self.uses = 0  # the types that are expected of the value itself; ANY where that is open
        self.likely = ""  # the class to test for first, if any
        self.no_text = False  # whether it is to be an array
        self.open = False  # whether any scalar is taken, whatever is expected

    @property
    def type(self) -> int:
        """MAP or ARRAY of what is only read from; NUMERIC, STRING, or SCALAR; ANY of what is a
        container and is used in other ways too.
        """
        if not self.uses:
            if self.fields and self.elements is None:
                return MAP
            if self.elements is not None and not self.fields:
                return ARRAY
        if self.fields or self.elements is not None:
            return ANY
        return SCALAR if self.open else {NUMBER: NUMERIC, STRING: STRING}.get(self.uses, SCALAR)

    @property
    def types(self) -> int:
        """Its type; an array of texts may be a text as well."""
        texts = not self.no_text and self.elements is not None and self.elements.type & STRING
        return ARRAY | STRING if texts and self.type == ARRAY else self.type

    def loosen(self) -> None:
        """Take any scalars."""
        self.open = True
        for inner in (*self.fields.values(), *([self.elements] if self.elements else [])):
            inner.loosen()

    def field(self, key: str) -> Shape:
        """What is under a constant key of a map."""
        return self.fields.setdefault(key, Shape())

    def element(self) -> Shape:
        """What an array holds."""
        if self.elements is None:
            self.elements = Shape()
        return self.elements

    def tells(self) -> bool:
        """Whether more is known than that there are containers."""
        kind = self.type
        if kind == MAP:
            return any(field.tells() for field in self.fields.values())
        if kind == ARRAY:
            return self.elements is not None and self.elements.tells()
        return kind in (NUMERIC, STRING)

    def content(self) -> Content:
        """The class of a container of this shape."""
        made = Content()
        if self.type == MAP:
            made.keys = KEY
            made.fields = {key: [field.type, field.content()]
                           for key, field in self.fields.items()}
            made.always = frozenset(
                [key for key, field in self.fields.items() if field.type != SCALAR])
        elif self.type == ARRAY and self.elements is not None:
            made.collapsed = True
            made.elem, made.inner = self.elements.type, self.elements.content()
        elif self.type == ANY:
            return UNKNOWN
        return made


def shapes_of(
    function: FunctionIR, parameters: list[Variable],
) -> tuple[dict[Variable, Shape], Passing]:
    """The shapes of those of the parameters which are containers that are only read from, and what
    hands on such containers.
    """
    finder = _Finder(function)
    for block in without_handlers(function):
        for statement in block.body:
            if statement.op in ("iterate", "iterate_pairs") and statement.variable is not None:
                over = finder.shape_of(statement.args[0])
                if over is not None:
                    finder.iterators[statement.variable] = over
                    over.no_text |= bool(statement.a)
                    finder.inside(statement.args[0])
                    continue
            elif statement.op == "set" and finder.names(statement.variable, statement.args[0]):
                finder.inside(statement.args[0])
                continue
            elif finder.hands_on(statement) or finder.changes(statement):
                continue
            for e in statement.args:
                finder.use(e, None, 0)
        if block.end is not None:
            if block.end.op == NEXT and block.end.variable in finder.iterators:
                finder.gives(block.end.results[-1], finder.iterators[block.end.variable])
            for e in block.end.args:
                if block.end.op != RETURN or e.op != "get" or finder.shape_of(e) is None:
                    finder.use(e, None, 0, truth=block.end.op == BRANCH)
    passing = finder.settle(parameters)
    return {v: finder.shapes[v] for v in parameters
            if finder.shapes[v].type in (MAP, ARRAY)}, passing


class _Finder:
    """Follows what is read of parameters."""

    def __init__(self, function: FunctionIR) -> None:
        self.shapes: dict[Variable, Shape] = {v: Shape() for v in function.parameters}
        self.iterators: dict[Variable, Shape] = {}
        self.parameters = function.parameters
        self.sets: dict[Variable, int] = {}
        for block in function.blocks:
            for statement in block.body:
                if statement.variable is not None:
                    self.sets[statement.variable] = self.sets.get(statement.variable, 0) + 1
            for result in block.end.results if block.end is not None else ():
                self.sets[result] = self.sets.get(result, 0) + 1
        for variable in function.parameters:  # one that is set is no longer what was passed
            if variable in self.sets:
                self.shapes[variable].uses = ANY
        self.lists = _collecting(function)
        self.carriers = _carrying(function)
        self.carried: dict[Variable, Shape] = {}
        self.early: set[Variable] = set()  # lists that are read before something is put there

    def shape_of(self, e: Expr) -> Shape | None:
        """The place that an expression reads; None if it is none of a parameter."""
        if e.op == "get":
            found = self.shapes.get(e.a)
            if found is None and e.a in self.lists:
                self.early.add(e.a)
            return found
        if e.op != "property" and e.op != "index":
            return None
        around = self.shape_of(e.args[0])
        if around is None:
            return None
        key = e.a if e.op == "property" else e.args[1].a if e.args[1].op == "const" else None
        return around.field(key) if type(key) is str else around.element()

    def names(self, variable: Variable | None, e: Expr) -> bool:
        """``let x = e.amount``: whether the variable is a name of the place from now on."""
        found = self.shape_of(e)
        if found is None or variable is None or self.sets.get(variable) != 1:
            return False
        self.shapes[variable] = found
        return True

    def gives(self, variable: Variable, array: Shape) -> None:
        """A loop over an array sets a variable."""
        if self.sets.get(variable) == 1:
            self.shapes[variable] = array.element()
        else:
            array.element().uses = ANY

    def changes(self, s: Stmt) -> bool:
        """``e.n = value``, ``push(a, value)``: whether an argument is changed."""
        change = change_of(s, self.parameters)
        shape = self.shapes.get(change[0]) if change is not None else None
        if change is None or shape is None:
            return False
        if s.op == "eval":
            shape.element()
            shape.no_text = True
        else:
            shape.field(change[1][0].a)
        for e in change[1]:
            self.use(e, None, 0)
        return True

    def hands_on(self, s: Stmt) -> bool:
        """``push(out, e)`` and ``found = e``: whether that does nothing with what e is."""
        value = s.args[-1].args[-1] if _is_push(s) else s.args[0] if s.op == "set" else None
        if value is None or value.op != "get":
            return False
        found = self.shape_of(value)
        if found is None:
            return False
        if s.op == "set":
            return s.variable in self.carriers and (
                self.carried.setdefault(s.variable, found) is found)
        variable = s.args[0].args[1].a
        if variable not in self.lists or variable in self.early:
            return False
        if variable not in self.shapes:
            self.shapes[variable] = whole = Shape()
            whole.elements = found
        return self.shapes[variable].elements is found

    def settle(self, parameters: list[Variable]) -> Passing:
        """What hands on containers of these parameters; of others, any use is possible from now."""
        given: set[int] = set()
        pending = [self.shapes[v] for v in parameters]
        while pending:
            shape = pending.pop()
            given.add(id(shape))
            pending += shape.fields.values()
            pending += [shape.elements] if shape.elements is not None else []
        lists: dict[str, Shape] = {}
        for variable in self.lists:
            whole = self.shapes.get(variable)
            if whole is None or whole.elements is None or id(whole.elements) not in given or (
                    whole.elements.type not in (MAP, ARRAY)):
                continue
            if whole.type == ARRAY:
                lists[variable.python] = whole
            else:
                whole.elements.uses = ANY
        return Passing(lists, {v.python for v in self.carried}, returned=True)

    def inside(self, e: Expr) -> None:
        """What else is evaluated to read a place."""
        while e.op != "get":
            for arg in e.args[1:]:
                self.use(arg, e, 1)
            e = e.args[0]

    def use(self, e: Expr, parent: Expr | None, place: int, *, truth: bool = False) -> None:
        """An expression and all inside it: what is expected of the places that are read there."""
        found = self.shape_of(e)
        if found is not None:
            self.inside(e)
            if parent is not None and parent.op == "call" and place == 1 and (
                    parent.args[0].op == "builtin" and parent.args[0].a == "len"
                    and (found.fields or found.elements is not None or e.op == "get")):
                return
            kind = expected_at(parent, place) if parent is not None else 0
            found.uses |= kind if kind and parent is not None and parent.op in _TELLING else ANY
            if kind == STRING:
                found.likely = "str"
            elif kind == NUMBER:
                found.likely = "int"
            elif truth or (parent is not None and parent.op in _TRUTH):
                found.likely = "bool"
            return
        for number, arg in enumerate(e.args):
            self.use(arg, e, number)


def _is_push(s: Stmt | Terminator) -> bool:
    """``push(array, value)`` of a variable."""
    e = s.args[0] if s.op == "eval" else None
    return e is not None and e.op == "call" and len(e.args) == 3 and (
        e.args[0].op == "builtin" and e.args[0].a == "push" and e.args[1].op == "get")


def _collecting(function: FunctionIR) -> set[Variable]:
    """Arrays of the function's own, in which nothing is put but by pushing variables."""
    found: set[Variable] = set()
    others: set[Variable] = set(function.parameters)
    for item in items(function):
        if _is_push(item):
            _, array, value = item.args[0].args
            (found if value.op == "get" else others).add(array.a)
        elif item.op == "set_index" and item.args[0].op == "get":
            others.add(item.args[0].a)
        elif item.variable is not None:
            made = item.args[0] if item.op == "set" else None
            if made is None or made.op != "array" or made.args:  # not ``[]``
                others.add(item.variable)
    return found - others


def _carrying(function: FunctionIR) -> set[Variable]:
    """Variables that are only returned."""
    returned: dict[Variable, int] = {}
    for block in function.blocks:
        end = block.end
        if end is not None and end.op == RETURN and end.args[0].op == "get":
            returned[end.args[0].a] = returned.get(end.args[0].a, 0) + 1
    return {v for v, count in returned.items()
            if v.kind == LOCAL and v.reads == count and v not in function.parameters}
