"""The contents side of type inference: which expressions give which class of containers.

Kept by `types`, which calls `Holding.visit` for every expression that it types.
"""

from __future__ import annotations

from sentra.ir.contents import KEY, UNKNOWN, Content, Contents
from sentra.ir.known import function_of, known_callee
from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    MAP,
    NAT,
    NIL,
    NONE,
    OTHER,
    STRING,
    Expr,
    FunctionIR,
    Variable,
)
from sentra.ir.signatures import CALLBACKS, PAIRS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HELD = ARRAY | MAP | OTHER  # what has a class

# Builtins that neither keep nor change the containers they are given, nor hand on what is in them.
HARMLESS = frozenset(
    """len log print str has has_key keys join contains includes index_of indexOf last_index_of
    count type typeof bool json_encode json_stringify toJSON to_json assert assert_equal assert_eq
    range sum is_nan int float format error split lines chars upper lower trim starts_with ends_with
    substring char_at abs floor ceil round sqrt ord chr replace repeat pad_left pad_right
    sha256 md5 to_hex hash""".split())
# Builtins whose result is of the class of their first argument.
_SAME = frozenset(
    """sort sorted reverse filter slice take drop unique shuffle fill values clone deep_clone
    deepClone sort_by concat""".split())
_REMOVERS = frozenset(["delete", "remove", "clear"])
_ADDERS = {"push": 1, "unshift": 1, "insert": 2, "fill": 1, "concat": 1}
_TAKERS = frozenset("pop shift first last find min max remove_at random_choice get".split())
# Builtins that call a function with an element and its place, and do not keep it.
_FRESH = {"split": STRING, "lines": STRING, "chars": STRING, "keys": NONE}


class Holding:
    """Classes of the expressions of one module."""

    def __init__(self) -> None:
        self.contents = Contents()
        self._made: dict[int, Content] = {}  # by the identity of the expression that makes it
        self.grow: Callable[[Variable, int], None] = _no_growth
        self.site: object = None  # the statement that is being typed

    # --- classes --------------------------------------------------------------------------------
    def of_variable(self, variable: Variable) -> Content:
        real = variable.owner or variable
        if real.content is None:
            real.content = Content()
        found: Content = self.contents.find(real.content)
        return found

    def of_result(self, function: FunctionIR) -> Content:
        if function.content is None:
            function.content = Content()
        found: Content = self.contents.find(function.content)
        return found

    def made(self, e: Expr, elem: int = NONE) -> Content:
        content = self._made.get(id(e))
        if content is None:
            content = self._made[id(e)] = Content(elem)
        return self.contents.find(content)

    def with_keys(self, e: Expr, keys: frozenset[str]) -> None:
        """Note the keys that a map literal gives its map."""
        content = self.made(e)
        left = keys if content.always is None else content.always & keys
        if left != content.always:
            content.always = left
            self.contents.notify(content)

    def presence(self, container: Expr, key: str) -> int:
        """1 if a key is surely in a map, 2 if it may be missing, 0 if that is not known."""
        held = self.of(container)
        if held is None:
            return 0
        held = self.contents.find(held)
        if held.unknown or held.always is None:
            return 0
        return 1 if key in held.always else 2

    def of(self, e: Expr) -> Content | None:
        """The class of an expression that may be a container."""
        if not e.type & HELD:
            return None
        rule = _CONTENT.get(e.op)
        return rule(self, e) if rule is not None else UNKNOWN

    def read(self, content: Content) -> Content:
        """Note that the statement at hand depends on a class."""
        content = self.contents.find(content)
        if not content.unknown and self.site not in content.readers[-3:]:
            content.readers.append(self.site)
        return content

    def unless_other(self, container: Expr, found: Content) -> Content:
        """What is read from a container: `found`, unless that may also be of a class not seen."""
        if container.type & OTHER:
            self.contents.poison(found)
            return UNKNOWN
        return found

    # --- what operations do ---------------------------------------------------------------------
    def keep(self, container: Content, e: Expr) -> None:
        """A value is stored in a container."""
        self.contents.grow(container, e.type)
        held = self.of(e)
        if held is not None:
            self.contents.unify(self.contents.inner(container), held)

    def keep_field(self, container: Content, key: str, e: Expr) -> None:
        """A value is stored under a constant key."""
        self.contents.store_field(container, key, e.type, self.of(e))

    def leak(self, e: Expr) -> None:
        """A value goes where nothing is known of it."""
        held = self.of(e)
        if held is not None:
            self.contents.poison(held)

    def flow(self, e: Expr, target: Content) -> None:
        """A value becomes the value of a variable, parameter or result."""
        held = self.of(e)
        if held is not None:
            self.contents.unify(target, held)

    def element(self, container: Expr) -> int:
        """The type of what indexing by an unknown key gives, without the string's characters."""
        held = self.of(container)
        if held is None:
            return NONE
        return self.read(self.contents.collapse(held)).elem

    def elements(self, container: Expr) -> int:
        """What an array holds, when all is known; 0 where nothing is."""
        held = self.of(container)
        if held is None:
            return NONE
        held = self.contents.find(held)
        found = held.elem
        for kind, _ in held.fields.values():
            found |= kind
        return found

    def field(self, container: Expr, key: str) -> int:
        """The type under a constant key."""
        held = self.of(container)
        if held is None:
            return NONE
        found, _ = self.contents.field(self.read(held), key)
        return found


def _of_select(h: Holding, e: Expr) -> Content:
    args = e.args[1:] if e.op == "select" else e.args
    found: Content | None = None
    for arg in args:
        held = h.of(arg)
        if held is not None:
            found = held if found is None else h.contents.unify(found, held)
    return found if found is not None else UNKNOWN


def _of_index(h: Holding, e: Expr) -> Content:
    held = h.of(e.args[0])
    if held is None:
        return UNKNOWN
    key = e.args[1]
    found = (h.contents.field(held, key.a)[1] if key.op == "const" and type(key.a) is str
             else h.contents.inner(h.contents.collapse(held)))
    return h.unless_other(e.args[0], found)


def _of_property(h: Holding, e: Expr) -> Content:
    held = h.of(e.args[0])
    if held is None:
        return UNKNOWN
    return h.unless_other(e.args[0], h.contents.field(held, e.a)[1])


def _of_call(h: Holding, e: Expr) -> Content:
    if e.args[0].op == "builtin":
        return of_builtin(h, e.args[0].a, e.args[1:], e)
    known = known_callee(e)
    if known is None or known.escapes or known.declined:
        return UNKNOWN
    return h.of_result(known)


def of_builtin(h: Holding, name: str, args: tuple[Expr, ...], e: Expr) -> Content:
    """The class of what a builtin gives."""
    if name in _FRESH:
        made = h.made(e, _FRESH[name])
        if name == "keys":
            held = None if not args or args[0].type & ~MAP else h.of(args[0])
            h.contents.grow(made, KEY if held is None else h.read(held).keys)
        return made
    if name == "range":
        return h.made(e, INT)
    first = h.of(args[0]) if args else None
    function = function_of(args[1]) if len(args) > 1 else None
    if name == "map" and len(args) == 2 and function is not None:
        made = h.made(e)
        h.contents.grow(made, function.result)
        h.contents.unify(h.contents.inner(made), h.of_result(function))
        return made
    if name == "flat_map" and len(args) == 2 and function is not None:
        return _of_flat_map(h, function, e)
    if first is None:
        return UNKNOWN
    if name in _SAME:
        return h.unless_other(args[0], h.contents.collapse(first))
    if name in _TAKERS and not _of_several(name, args):
        found = h.contents.inner(h.contents.collapse(first))
        if name == "get" and len(args) > 2:
            h.flow(args[2], found)
        return h.unless_other(args[0], h.contents.find(found))
    if name == "reduce" and function is not None:
        return h.of_result(function)
    if name in ("group_by", "partition"):
        made = h.made(e, ARRAY)
        if name == "group_by":
            h.contents.grow_keys(made, KEY if function is None else function.result)
            h.with_keys(e, frozenset())
        h.contents.unify(h.contents.inner(made), h.contents.collapse(first))
        return h.unless_other(args[0], h.contents.find(made))
    if name in CALLBACKS:
        # What the function is given, or gives, may be in the result.
        h.contents.poison(h.contents.inner(h.contents.collapse(first)))
        if function is not None:
            h.contents.poison(h.of_result(function))
    return UNKNOWN


def _of_flat_map(h: Holding, function: FunctionIR, e: Expr) -> Content:
    """What the arrays hold that the function gives, and what else it gives."""
    made, given = h.made(e), h.contents.collapse(h.of_result(function))
    h.contents.grow(made, function.result & ~ARRAY | h.read(given).elem)
    h.contents.unify(h.contents.inner(made), h.contents.inner(given))
    if function.result & MAP:
        h.contents.unify(h.contents.inner(made), h.contents.find(given))
    return h.contents.find(made)


def _of_several(name: str, args: tuple[Expr, ...]) -> bool:
    """Whether the result is one of the arguments, not an element of the first."""
    return name in ("min", "max") and len(args) != 1


def _of_invoke(h: Holding, e: Expr) -> Content:
    receiver = e.args[0].type
    if receiver & ~(ARRAY | STRING | NIL):
        return UNKNOWN
    return of_builtin(h, e.a, e.args, e)


_CONTENT: dict[str, Callable[[Holding, Expr], Content]] = {
    "get": lambda h, e: h.of_variable(e.a),
    "array": lambda h, e: h.made(e), "map": lambda h, e: h.made(e),
    "select": _of_select, "and": _of_select, "or": _of_select, "add": _of_select,
    "mul": _of_select, "slice_": lambda h, e: h.of(e.args[0]) or UNKNOWN,
    "index": _of_index, "property": _of_property, "call": _of_call, "invoke": _of_invoke,
}


def builtin_effects(h: Holding, name: str, args: tuple[Expr, ...]) -> None:
    """What a builtin does with the containers that it is given."""
    if name in _ADDERS:
        held = h.of(args[0]) if args else None
        for arg in args[_ADDERS[name]:]:
            if name == "concat" and arg.type & ARRAY:
                other = h.of(arg)
                if held is not None and other is not None:
                    held = h.contents.unify(h.contents.collapse(held), h.contents.collapse(other))
                if not arg.type & ~ARRAY:
                    continue
            if held is not None:
                h.keep(h.contents.collapse(held), arg)
            else:
                h.leak(arg)
        return
    if name in _REMOVERS and args:
        held = h.of(args[0])
        if held is not None:
            h.contents.take(held)
        return
    if name in CALLBACKS and len(args) >= 2:
        if function_of(args[1]) is None:
            for arg in args:
                h.leak(arg)
        return
    if _of_several(name, args) or (
            name not in HARMLESS and name not in _SAME and name not in _TAKERS):
        for arg in args:
            h.leak(arg)


def builtin_element(h: Holding, name: str, args: tuple[Expr, ...]) -> int | None:
    """The type of an element that a builtin gives; None if it gives no element."""
    if name == "sum" and args and not args[0].type & ~ARRAY:
        found = h.element(args[0])
        return (NAT if not found & ~(NAT | BOOL) else INT if not found & ~(INT | BOOL)
                else INT | FLOAT)
    if name not in _TAKERS or not args:
        return None
    if name == "get":
        if args[0].type & ~MAP:
            return None
        default = args[2].type if len(args) > 2 else NIL
        return h.element(args[0]) | default | NIL
    if _of_several(name, args):
        return None
    if args[0].type & ~ARRAY:
        return None
    return h.element(args[0]) | NIL


def callback_types(h: Holding, name: str, args: tuple[Expr, ...]) -> list[tuple[int, Content]]:
    """What a builtin passes to its function: (type, class) per parameter."""
    held = h.of(args[0])
    if held is None or args[0].type & ~ARRAY:
        return [(ANY, UNKNOWN)] * 3
    held = h.read(h.contents.collapse(held))
    element = (held.elem, h.contents.inner(held))
    if name in PAIRS:
        return [element, element]
    if name == "reduce":
        function = function_of(args[1])
        assert function is not None
        start = h.of_result(function)
        first = function.result
        if len(args) > 2:
            h.flow(args[2], start)
            first |= args[2].type
        if len(args) == 2 or args[2].type & NIL:  # the first element is it
            h.contents.unify(start, element[1])
            first |= element[0]
        return [(first, h.of_result(function)), element, (NAT, UNKNOWN)]
    return [element, (NAT, UNKNOWN)]


def _no_growth(variable: Variable, found: int) -> None:
    return None
