"""What tests of a variable say about its type, where they have been passed.

>>> show(narrow, '''
... fn size(v) {
...   let kind = type(v)
...   if kind != "array" && kind != "map" { return 0 }
...   return kind == "array" && len(v) > 0 ? v[0] : v
... }
... size(nil)
... ''', "size")
block 0
  kind.1 = call(builtin type, v.0)
  branch(and(not_equal(kind.1, "array"), not_equal(kind.1, "map"))) 1 2
block 1
  return(0)
block 2
  return(select(and(equal(kind.1, "array"), greater(call(builtin len, v.0), 0)), \
index(v.0, 0), v.0))
becomes
block 0
  kind.1 = call(builtin type, v.0)
  branch(and(not_equal(kind.1, "array"), not_equal(kind.1, "map"))) 1 2
block 1
  return(0)
block 2
  return(select(and(equal(kind.1, "array"), greater(call(builtin len, v.0 of array), 0)), \
index(v.0 of array, 0), v.0 of array|map))

`Expr.present` of a read is what is left of the variable's type there. Only variables that no other
function can assign. The facts at a block's start are those that all paths to it agree on; a loop
begins without those about what it assigns, a handler without any.
"""

from __future__ import annotations

from sentra.ir.edit import is_plain
from sentra.ir.model import (
    ANY,
    ARRAY,
    BOOL,
    BRANCH,
    FLOAT,
    INT,
    MAP,
    NIL,
    STRING,
    Expr,
    FunctionIR,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # What is known: of a variable the types that are left; or whose type's name it holds.
    Facts = dict[Variable, int | Variable]

MOST = 12  # facts that are kept; the passes are linear because there are few

# The types of all values of which `type` gives this name.
TYPES = {"nil": NIL, "boolean": BOOL, "number": INT | FLOAT, "string": STRING, "array": ARRAY,
         "map": MAP}


def narrow(function: FunctionIR) -> FunctionIR:
    """Note at reads what tests have left of the variables' types; the function, changed."""
    _Narrowing(function).run()
    return function


class _Narrowing:
    def __init__(self, function: FunctionIR) -> None:
        self.function = function
        self.facts: Facts = {}

    def run(self) -> None:
        function = self.function
        loops = {loop.header: loop for loop in function.loops}
        arriving: dict[int, Facts] = {region.handler: {} for region in function.tries}
        for block in function.blocks:
            self.facts = arriving.pop(block.number, {})
            if self.facts and block.number in loops:
                loop = loops[block.number]
                self._enter_loop(block.number, loop.last)
                loop.known = {variable: types for variable, types in self.facts.items()
                              if isinstance(types, int)}
            for item in block.body:
                for arg in item.args:
                    if self.facts or arg.depth > 1:
                        self.visit(arg)
                variable = item.variable
                if variable is not None:
                    if self.facts:
                        self.forget(variable)
                    if item.op == "set" and item.args[0].op == "call":
                        self._note_name(variable, item.args[0])
            end = block.end
            assert end is not None
            for arg in end.args:
                if self.facts or arg.depth > 1:
                    self.visit(arg)
            for variable in end.results:
                self.forget(variable)
            for place, target in enumerate(end.targets):
                facts = self.facts
                if end.op == BRANCH:
                    facts = self.after(end.args[0], truth=place == 0)
                if target > block.number:
                    known = arriving.get(target)
                    arriving[target] = dict(facts) if known is None else (
                        known and _common(known, facts))

    def _enter_loop(self, header: int, last: int) -> None:
        for block in self.function.blocks[header:last + 1]:
            for item in (*block.body, block.end):
                if item is None:
                    continue
                if item.variable is not None:
                    self.forget(item.variable)
                for variable in getattr(item, "results", ()):
                    self.forget(variable)

    def forget(self, variable: Variable) -> None:
        """A variable is set."""
        facts = self.facts
        facts.pop(variable, None)
        for name in [name for name, held in facts.items() if held is variable]:
            del facts[name]

    def _note_name(self, variable: Variable, value: Expr) -> None:
        """``let t = type(v)``"""
        tested = _typed(value)
        if tested is not None and is_plain(variable) and len(self.facts) < MOST:
            self.facts[variable] = tested

    # --- expressions ----------------------------------------------------------------------------
    def visit(self, expr: Expr) -> None:
        """Note at the reads of a tree what is known there."""
        op = expr.op
        if op == "get":
            left = self.facts.get(expr.a)
            if type(left) is int:
                expr.present = left
            return
        if op == "and" or op == "or" or op == "select":
            first, *others = expr.args
            self.visit(first)
            before = self.facts
            for place, other in enumerate(others):
                self.facts = self.after(first, truth=op == "and" or (op == "select" and not place))
                self.visit(other)
                self.facts = before
            return
        least = 0 if self.facts else 1  # alone, `and` and the like can make facts
        for arg in expr.args:
            if arg.depth > least:
                self.visit(arg)

    def after(self, test: Expr, *, truth: bool) -> Facts:
        """What is known where a test was true, or was not."""
        found = self._learn(test, truth)
        if not found:
            return self.facts
        facts = dict(self.facts)
        for variable, types in found.items():
            known = facts.get(variable, ANY)
            if type(known) is int and (variable in facts or len(facts) < MOST):
                facts[variable] = known & types
        return facts

    def _learn(self, test: Expr, truth: bool) -> dict[Variable, int]:
        """The types that are left of variables by a test's outcome."""
        op = test.op
        if op == "get":
            return {test.a: ANY & ~NIL} if truth and is_plain(test.a) else {}
        if op == "not_":
            return self._learn(test.args[0], not truth)
        if op == "equal" or op == "not_equal":
            return self._learn_equal(test.args[0], test.args[1], truth == (op == "equal"))
        if op == "call":
            return _learn_key(test)
        if op != "and" and op != "or":
            return {}
        left, right = (self._learn(arg, truth) for arg in test.args)
        if truth == (op == "and"):  # both operands are
            return {**left, **{variable: types & left.get(variable, ANY)
                               for variable, types in right.items()}}
        return {variable: types | right[variable]
                for variable, types in left.items() if variable in right}

    def _learn_equal(self, left: Expr, right: Expr, same: bool) -> dict[Variable, int]:
        if right.op != "const":
            return {}
        if left.op == "get":
            if right.a is None:
                return {left.a: NIL if same else ANY & ~NIL} if is_plain(left.a) else {}
            tested = self.facts.get(left.a)
        else:
            tested = _typed(left)
        if not isinstance(tested, Variable) or type(right.a) is not str or right.a not in TYPES:
            return {}
        types = TYPES[right.a]
        return {tested: types if same else ANY & ~types}


def _learn_key(test: Expr) -> dict[Variable, int]:
    """What ``has(m, k)`` was asked for can be a key, whether it is there or not."""
    callee, args = test.args[0], test.args[1:]
    if callee.op == "builtin" and callee.a in ("has", "has_key") and len(args) == 2 and (
            args[1].op == "get" and is_plain(args[1].a)):
        return {args[1].a: NIL | BOOL | INT | FLOAT | STRING}
    return {}


def _typed(expr: Expr) -> Variable | None:
    """The variable v of ``type(v)``."""
    if (expr.op == "call" and expr.args[0].op == "builtin" and len(expr.args) == 2
            and expr.args[0].a in ("type", "typeof") and expr.args[1].op == "get"
            and is_plain(expr.args[1].a)):
        variable: Variable = expr.args[1].a
        return variable
    return None


def _common(known: Facts, other: Facts) -> Facts:
    """What two paths agree on."""
    found: Facts = {}
    for variable, held in known.items():
        there = other.get(variable)
        if type(held) is int and type(there) is int:
            if held | there != ANY:
                found[variable] = held | there
        elif held is there and there is not None:
            found[variable] = held
    return found
