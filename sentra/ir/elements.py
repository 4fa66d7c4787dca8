"""What an array seems to hold, judged by the function in which it stands: a guess.

The inference makes the contents of all arrays one that are passed to the same parameter, so it
cannot say which call brings ints and which strings. The guess only chooses a clone (`specialise`):
what that may rely on is inferred afterwards, and is right whatever was guessed.
"""

from __future__ import annotations

from sentra.ir.contents import Contents
from sentra.ir.edit import items
from sentra.ir.known import function_of, known_callee, owner
from sentra.ir.model import ANY, ARRAY, FLOAT, INT, NONE, STRING, Expr, FunctionIR, Variable

_GIVEN = {"range": INT, "split": STRING, "chars": STRING, "lines": STRING}
_SAME = frozenset(
    """sort sorted reverse filter slice take drop unique shuffle clone deep_clone sort_by
    concat""".split())
_ADDERS = {"push": 1, "unshift": 1}


def inferred_elements(source: Variable | FunctionIR) -> int:
    """The type of what the arrays in a variable, or from a function, hold; as it was inferred."""
    content = owner(source).content if isinstance(source, Variable) else source.content
    if content is None:
        return NONE
    content = Contents().find(content)
    found: int = content.elem
    return ANY if content.unknown else found


class Elements:
    """Guesses for the expressions of one function."""

    def __init__(self, function: FunctionIR) -> None:
        self._function = function
        self._stored: dict[Variable, list[tuple[Expr, bool]]] | None = None
        self._open: set[Variable] = set()

    def _stores(self) -> dict[Variable, list[tuple[Expr, bool]]]:
        """What is stored in each variable, or (True) in an array that it holds."""
        if self._stored is None:
            self._stored = {}
            for item in items(self._function):
                if item.op == "set" and item.variable is not None:
                    self._note(item.variable, item.args[0], element=False)
                elif item.op == "set_index":
                    self._note_element(item.args[0], item.args[2])
                for arg in item.args:
                    self._find_adders(arg)
        return self._stored

    def _note(self, variable: Variable, value: Expr, *, element: bool) -> None:
        assert self._stored is not None
        self._stored.setdefault(owner(variable), []).append((value, element))

    def _note_element(self, array: Expr, value: Expr) -> None:
        if array.op == "get":
            self._note(array.a, value, element=True)

    def _find_adders(self, expr: Expr) -> None:
        for arg in expr.args:
            self._find_adders(arg)
        name, args = _builtin(expr)
        for arg in args[_ADDERS[name]:] if name in _ADDERS else ():
            self._note_element(args[0], arg)

    def of(self, expr: Expr) -> int:
        """The type of the elements of an array; ANY where nothing can be said."""
        op, args = expr.op, expr.args
        if op == "array":
            return _join([arg.type for arg in args])
        if op == "get":
            return self._of_variable(owner(expr.a))
        if op == "select":
            args = args[1:]
        if op in ("select", "and", "or", "add"):
            return _join([self.of(arg) for arg in args if arg.type & ARRAY])
        if op == "slice_":
            return self.of(args[0])
        name, args = _builtin(expr)
        if name in _GIVEN:
            return _GIVEN[name]
        if name in _SAME and args:
            return self.of(args[0])
        if name == "map" and len(args) == 2:
            function = function_of(args[1])
            return function.result if function is not None else ANY
        known = known_callee(expr) if op == "call" else None
        return inferred_elements(known) if known is not None else ANY

    def _of_variable(self, variable: Variable) -> int:
        found = inferred_elements(variable)
        if found and (not found & ~INT or found in (FLOAT, STRING)):
            return found
        if variable in self._open:
            return NONE
        self._open.add(variable)
        stored = self._stores().get(variable)
        found = ANY if stored is None else _join(
            [value.type if element else self.of(value) for value, element in stored])
        self._open.discard(variable)
        return found


def _join(types: list[int]) -> int:
    found = NONE
    for each in types:
        found |= each
    return found


def _builtin(expr: Expr) -> tuple[str, tuple[Expr, ...]]:
    """The builtin that a call or a method call means, and its arguments; "" if it is none."""
    if expr.op == "call" and expr.args[0].op == "builtin":
        return expr.args[0].a, expr.args[1:]
    if expr.op == "invoke" and not expr.args[0].type & ~(ARRAY | STRING):
        return expr.a, expr.args
    return "", ()
