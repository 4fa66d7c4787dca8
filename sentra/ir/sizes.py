"""Which ints are surely small: far below 2**53, up to which a float holds every int.

Small are constants, lengths, places, remainders, what is counted up or down by little, halves, and
variables that only such are stored in. A counter is small because it takes time to count: steps of
at most `LARGEST_STEP` from at most 2**40 stay below 2**50 for months of running.

And which are surely not negative, as ``x - 1 + width`` where it is divided by the width.
"""

from __future__ import annotations

from sentra.bytecode.code import NO_SPAN
from sentra.ir.edit import is_int, items
from sentra.ir.known import function_of, known_callee, owner
from sentra.ir.model import (
    ARRAY,
    BOOL,
    LOCAL,
    NAT,
    NEG,
    NEXT,
    STRING,
    TEMP,
    Expr,
    FunctionIR,
    ModuleIR,
    Terminator,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # What a variable is given, and in which function; None where that is not seen.
    Source = tuple[FunctionIR, Expr]
    Sources = list[Source] | None

LARGEST = 1 << 40
LARGEST_STEP = 8
MOST_TERMS = 4  # of a sum of small ints: it is still below 2**53
MOST_ROUNDS = 8
MOST_STEPS = 200  # expressions that are looked at to answer one question
MOST_ITEMS = 16  # of an array that a loop goes over

_PLACES = frozenset(
    """len ord index_of indexOf last_index_of find_index count push unshift insert""".split())
_QUOTIENTS = frozenset(["floor", "int", "trunc"])


class Sizes:
    """What is known about the variables of one typed module."""

    def __init__(self, module: ModuleIR) -> None:
        self.call_sites = module.inference.call_sites
        self.small: dict[Variable, bool] = {}
        # Where a function was declined, what it stores in shared variables is not seen.
        self._all = None if module.debug or any(
            function.declined for function in module.functions) else module.functions
        self._shared: dict[Variable, Sources] | None = None
        self._function: FunctionIR | None = None  # whose expression is looked at
        self._needed: list[tuple[FunctionIR, Variable]] = []  # what a question led to
        self._stored: dict[FunctionIR, dict[Variable, Sources]] = {}
        self._of_parameters: dict[Variable, Sources] = {}
        self._steps = 0  # left to answer a question

    def terms(self, function: FunctionIR, expr: Expr) -> int:
        """Of how many small ints an expression of a function is a sum; 0 if it may be larger."""
        self._function, self._steps = function, MOST_STEPS
        count = self._terms(expr)
        if not self._needed:
            return count
        self._decide()
        self._function, self._steps = function, MOST_STEPS
        return self._terms(expr)

    # --- expressions ----------------------------------------------------------------------------
    def _terms(self, expr: Expr) -> int:
        if expr.op in ("add", "sub") and is_int(expr):
            left, right = (self._terms(arg) for arg in expr.args)
            return left + right if left and right and left + right <= MOST_TERMS else 0
        return int(self._is_small(expr))

    def _is_small(self, expr: Expr) -> bool:
        op, args = expr.op, expr.args
        self._steps -= 1
        if self._steps < 0 or not is_int(expr):
            return False
        if op == "const":
            return bool(abs(expr.a) <= LARGEST)
        if op == "get":
            return self._is_small_variable(expr.a)
        if op == "add" or op == "sub":
            step = args[1]
            if step.op == "const" and abs(step.a) <= LARGEST_STEP:
                return self._is_small(args[0])
            return op == "sub" and not (args[0].type | args[1].type) & ~(NAT | BOOL) and (
                self._is_small(args[0]) and self._is_small(args[1]))
        if op == "mod":
            return is_int(args[0]) and is_int(args[1]) and (
                self._is_small(args[1]) or self._is_small(args[0]))
        if op in ("and", "or"):
            return self._is_small(args[0]) and self._is_small(args[1])
        if op == "select":
            return self._is_small(args[1]) and self._is_small(args[2])
        return op == "call" and args[0].op == "builtin" and self._is_small_call(
            args[0].a, args[1:])

    def _is_small_call(self, name: str, args: tuple[Expr, ...]) -> bool:
        if name in _PLACES:
            return True
        if name in ("min", "max", "abs"):
            return all(map(self._is_small, args)) and bool(args)
        if name == "band":
            return any(not arg.type & ~(NAT | BOOL) and self._is_small(arg) for arg in args)
        if name == "div" and len(args) == 2:
            return self._is_small_quotient(*args)
        return name in _QUOTIENTS and len(args) == 1 and args[0].op == "div" and (
            self._is_small_quotient(*args[0].args))

    def _is_small_quotient(self, a: Expr, b: Expr) -> bool:
        if not is_int(a) or not is_int(b):
            return False
        return self._is_small(a) or (b.op == "const" and 0 < self._terms(a) <= b.a)

    # --- the other end --------------------------------------------------------------------------
    def least(self, function: FunctionIR, expr: Expr, divisor: Expr) -> int | None:
        """What an int surely is at least, if what it is divided by now is not 0."""
        self._steps = MOST_STEPS
        return self._least(function, expr, divisor, 3)

    def _least(
        self, function: FunctionIR, expr: Expr, divisor: Expr | None, depth: int,
    ) -> int | None:
        self._steps -= 1
        if self._steps < 0 or not is_int(expr):
            return None
        op, args = expr.op, expr.args
        if op == "const":
            return int(expr.a)
        if op == "get" and divisor is not None and expr.a is divisor.a:
            return 1
        if not expr.type & NEG:
            return 0
        if op == "add" or (op == "sub" and args[1].op == "const"):
            first = self._least(function, args[0], divisor, depth)
            second = None if first is None else self._least(function, args[1], divisor, depth)
            if first is None or second is None:
                return None
            return first + second if op == "add" else first - int(args[1].a)
        if op != "get" or expr.a.kind not in (LOCAL, TEMP) or not depth:
            return None
        lowest = None
        for where, source in self._sources(function, expr.a) or ():
            if _counts_up(source, expr.a):
                continue
            bound = self._least(where, source, None, depth - 1)  # what it was when that was stored
            if bound is None:
                return None
            lowest = bound if lowest is None else min(bound, lowest)
        return lowest

    # --- variables ------------------------------------------------------------------------------
    def _is_small_variable(self, variable: Variable) -> bool:
        variable = owner(variable)
        known = self.small.get(variable)
        if known is None:
            self.small[variable] = known = True
            if self._function is not None:
                self._needed.append((self._function, variable))
        return known

    def _decide(self) -> None:
        """Take all that is needed to be small until something says otherwise."""
        group: list[tuple[Variable, list[Source]]] = []
        while self._needed:
            function, variable = self._needed.pop()
            sources = self._sources(function, variable)
            if sources is None:
                self.small[variable] = False
            else:
                group.append((variable, sources))
                self._are_small(sources)
        for _ in range(MOST_ROUNDS):
            wrong = [variable for variable, sources in group
                     if self.small[variable] and not self._are_small(sources)]
            if not wrong:
                return
            self.small.update(dict.fromkeys(wrong, False))
        self.small.update(dict.fromkeys([variable for variable, _ in group], False))

    def _are_small(self, sources: list[Source]) -> bool:
        found = True
        for self._function, expr in sources:
            self._steps = MOST_STEPS
            found &= self._is_small(expr)  # all: what they need is noted
        return found

    def _sources(self, function: FunctionIR, variable: Variable) -> Sources:
        """All that a variable of a function is given; None where that is not seen."""
        if variable.kind not in (LOCAL, TEMP):
            if self._all is None:
                return None
            if self._shared is None:
                self._shared = _stores_of_all(self._all)
            return self._shared.get(variable, [])
        stored = self._stored.get(function)
        if stored is None:
            stored = self._stored[function] = _stores(function)
        sources = stored.get(variable, [])
        if variable not in function.parameters or sources is None:
            return sources
        if variable not in self._of_parameters:
            passed = self._passed(function, function.parameters.index(variable))
            self._of_parameters[variable] = None if passed is None else sources + passed
        return self._of_parameters[variable]

    def _passed(self, function: FunctionIR, place: int) -> Sources:
        """What the calls of a function pass for a parameter."""
        if function.escapes or function.declined or place >= function.bytecode.parameters or (
                function not in self.call_sites):
            return None
        found: list[Source] = []
        for caller, item in self.call_sites[function]:
            pending = list(item.args)
            while pending:
                expr = pending.pop()
                pending += expr.args
                if expr.op == "call" and known_callee(expr) is function:
                    if place + 1 < len(expr.args):
                        found.append((caller, expr.args[place + 1]))
                elif any(function_of(arg) is function for arg in expr.args):
                    return None  # a builtin calls it
        return found


def _stores_of_all(functions: list[FunctionIR]) -> dict[Variable, Sources]:
    """What is stored in the variables that functions share."""
    stored: dict[Variable, Sources] = {}
    for function in functions:
        own = _stores(function)
        own.update(dict.fromkeys(function.parameters, None))
        for name, sources in own.items():
            variable = owner(name)
            if variable.kind in (LOCAL, TEMP):
                continue
            known = stored.get(variable, [])
            stored[variable] = None if known is None or sources is None else known + sources
    return stored


def _stores(function: FunctionIR) -> dict[Variable, Sources]:
    """What is stored in the variables of a function."""
    stored: dict[Variable, Sources] = {}

    def store(variable: Variable, value: Expr | None) -> None:
        known = stored.setdefault(variable, [])
        if value is None:
            stored[variable] = None
        elif known is not None:
            known.append((function, value))

    sources: dict[Variable, Expr] = {}
    for item in items(function):
        if item.op == "set" and item.variable is not None:
            store(item.variable, item.args[0])
        elif item.op in ("iterate", "iterate_pairs") and item.variable is not None:
            sources[item.variable] = item.args[0]
        elif item.op == NEXT and item.variable is not None:
            source = sources.get(item.variable)
            results = item.results if isinstance(item, Terminator) else ()
            places = len(results) == 2 and source is not None and bool(source.type) and (
                not source.type & ~(ARRAY | STRING))
            for result in results:
                if places and result is results[0]:
                    store(result, _ZERO)
                elif source is not None and source.op == "array" and len(source.args) <= MOST_ITEMS:
                    for element in source.args:
                        store(result, element)
                else:
                    for bound in _bounds(source):
                        store(result, bound)
    return stored


def _counts_up(value: Expr, variable: Variable) -> bool:
    """``v + 1``, to be stored in v."""
    return value.op == "add" and value.args[0].op == "get" and value.args[0].a is variable and (
        not value.args[1].type & ~NAT and bool(value.args[1].type))


_ZERO = Expr("const", (), 0, NO_SPAN)
_ZERO.type = NAT


def _bounds(source: Expr | None) -> list[Expr | None]:
    """What a loop over ``range(…)`` counts from, in small steps, and where it counts down, to."""
    if source is None or source.op != "call" or source.args[0].op != "builtin" or (
            source.args[0].a != "range"):
        return [None]
    args = source.args[1:]
    if len(args) == 1:
        return [_ZERO]
    if len(args) == 2:
        return [args[0]]
    if len(args) == 3 and args[2].op == "const" and type(args[2].a) is int and (
            abs(args[2].a) <= LARGEST_STEP):
        return [args[0]] if args[2].a > 0 else [args[0], args[1]]
    return [None]
