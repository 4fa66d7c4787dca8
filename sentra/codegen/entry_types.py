"""What the arguments of an entry (see `entries`) will probably be, by what is done with them.

A wrong guess costs a test of a type; a right one saves all others.
"""

from __future__ import annotations

from sentra.ir.edit import items
from sentra.ir.known import known_callee
from sentra.ir.model import ANY, ARRAY, FLOAT, GLOBAL, INT, NIL, NUMBER, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentra.ir.model import Block, Expr, FunctionIR, Variable

    Types = dict[Variable, int]

SCALAR = NIL | NUMBER | STRING
ANYTHING, MAP_READ = "a", "m"
KINDS = {"i": INT, "f": FLOAT, "s": STRING, MAP_READ: ANY, ANYTHING: ANY}
_TYPES = {int: INT, float: FLOAT, str: STRING}
_ARITHMETIC = frozenset(["sub", "mul", "div", "mod", "negate"])
_COMPARISONS = frozenset(["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"])
_OF_TEXT = frozenset(
    """upper lower trim trim_left trim_right starts_with startsWith startswith ends_with endsWith
    endswith substring substr char_at ord""".split())
_PROBABLY_OF_TEXT = frozenset(
    """is_digit is_alpha is_space split replace count index_of indexOf last_index_of contains
    includes""".split())
_OF_ARRAYS = frozenset(["len", "sum", "first", "last", "join"])
_OF_MAPS = frozenset(["get", "has", "has_key"])
_OF_NUMBERS = frozenset("abs min max floor ceil round trunc sqrt chr band bor bxor".split())


def expected(
    function: FunctionIR, defaults: dict[Variable, object],
    callers: tuple[FunctionIR, ...] = (),
) -> tuple[list[Types], bool]:
    """The types to make bodies for, NUMBER, STRING or ARRAY for some parameters; the likeliest
    come first. And whether for others the function can only throw. What need not be passed will
    probably be of the type of its default.
    """
    sure: Types = {}
    likely: Types = {}
    for e in _all(function):
        for place, arg in enumerate(e.args):
            if arg.op == "get" and arg.a in function.parameters:
                found, certain = _expected(e, place, (*callers, function))
                if found:
                    (sure if certain else likely).setdefault(arg.a, found)
    for variable in _iterated(function):
        likely.setdefault(variable, ARRAY)
    first = {**likely, **sure}
    if not first:
        return [], False
    second = {v: STRING if v not in sure and found in (NUMBER, ARRAY) else found
              for v, found in first.items()}
    usual = {**first, **{v: _TYPES[type(value)] for v, value in defaults.items()
                         if type(value) in _TYPES}}
    types: list[Types] = []
    for each in (usual, first, second):
        if each not in types:
            types.append(each)
    return types, len(sure) == len(function.parameters)


def _iterated(function: FunctionIR) -> list[Variable]:
    """The parameters that loops go over."""
    return [statement.args[0].a for block in without_handlers(function)
            for statement in block.body if statement.op in ("iterate", "iterate_pairs")
            and statement.args[0].op == "get" and statement.args[0].a in function.parameters]


def _expected(
    e: Expr, place: int, callers: tuple[FunctionIR, ...] = (),
) -> tuple[int, bool]:
    """The type of an operand, and whether the operation throws for all others."""
    op = e.op
    if op in _ARITHMETIC:
        return NUMBER, op != "mul"
    if op in _COMPARISONS or op == "add":
        other = e.args[1 - place]
        kind = type(other.a) if other.op == "const" else None
        if kind is str or other.type == STRING:
            return STRING, False
        return (0 if kind is None and op.endswith("equal") else NUMBER), (
            (kind is int or kind is float) and op not in ("add", "equal", "not_equal"))
    if op == "text":
        return STRING, False
    callee = called(e)
    if callee is not None and place:
        types = [] if callee in callers else expected(callee, {}, callers)[0]
        return (types[0].get(callee.parameters[place - 1], 0) if types else 0), False
    if op == "index" and place == 0:
        return ARRAY, False
    name = e.a if op == "invoke" else (
        e.args[0].a if op == "call" and e.args[0].op == "builtin" else None)
    if name in _PROBABLY_OF_TEXT and place == (op == "call"):
        return STRING, False
    if op == "call" and (name in _OF_ARRAYS or (name in ("min", "max") and len(e.args) == 2)):
        return ARRAY, False
    if name in _OF_NUMBERS and op == "call":
        return NUMBER, False
    return (STRING, True) if name in _OF_TEXT and place == (op == "call") else (0, False)


def expected_at(e: Expr, place: int) -> int:
    """The type that an operand will probably have; NONE where that is open."""
    return _expected(e, place)[0]


def called(e: Expr) -> FunctionIR | None:
    """The function of the module that a call means, if it takes just what is passed."""
    if e.op != "call" or e.args[0].op != "get" or e.args[0].a.kind != GLOBAL:
        return None
    callee = known_callee(e)
    if callee is None or callee.declined:
        return None
    code = callee.bytecode
    exact = code.required == code.parameters == len(e.args) - 1 and not code.has_rest
    return callee if exact else None


def calls_of(function: FunctionIR) -> dict[str, tuple[FunctionIR, str]]:
    """The functions of the module that a small function calls, by their names in Python, with a
    letter for each argument: its kind, if it is of one in all calls. One is that of maps which are
    the caller's own arguments, and of which only fields are read.
    """
    found: dict[str, tuple[FunctionIR, str]] = {}
    maps = read_as_maps(function)
    for e in _all(function):
        callee = called(e)
        if callee is None:
            continue
        python = e.args[0].a.python
        read = read_as_maps(callee)
        kinds = "".join([
            MAP_READ if arg.op == "get" and arg.a in maps and parameter in read
            else _letter(arg.type)
            for arg, parameter in zip(e.args[1:], callee.parameters, strict=True)])
        if python in found:
            kinds = "".join([a if a == b else ANYTHING
                             for a, b in zip(kinds, found[python][1], strict=True)])
        found[python] = callee, kinds
    return found


def _letter(kind: int) -> str:
    if kind and not kind & ~INT:
        return "i"
    return {FLOAT: "f", STRING: "s"}.get(kind, ANYTHING)


def without_handlers(function: FunctionIR) -> list[Block]:
    """The blocks that run where nothing is thrown."""
    if not function.tries:
        return function.blocks
    reached = {0}
    pending = [0]
    while pending:
        end = function.blocks[pending.pop()].end
        assert end is not None
        for target in end.targets:
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return [block for block in function.blocks if block.number in reached]


def calls_itself(function: FunctionIR) -> bool:
    """Whether a function of the module is called by its own code."""
    return any(called(e) is function for e in _all(function))


def steps_of(function: FunctionIR) -> int | None:
    """How many steps a call of a small function takes, with its calls; None if that depends."""
    if function.loops or calls_itself(function):
        return None
    if not calls_of(function):
        return 1
    if len(function.blocks) > 1:
        return None
    total = 1
    pending = [(e, False) for item in items(function) for e in item.args]
    while pending:
        e, is_lazy = pending.pop()
        callee = called(e)
        if callee is not None:
            steps = None if is_lazy else steps_of(callee)
            if steps is None:
                return None
            total += steps
        chooses = e.op in ("and", "or", "select")
        pending += [(arg, is_lazy or (chooses and place > 0)) for place, arg in enumerate(e.args)]
    return total


def read_as_maps(
    function: FunctionIR, callers: tuple[FunctionIR, ...] = (),
) -> list[Variable]:
    """The parameters of which properties are read, here or by what is called."""
    found = set()
    for e in _all(function):
        callee = called(e)
        if callee is not None:
            read = [] if callee is function or callee in callers else read_as_maps(
                callee, (*callers, function))
            found.update([
                arg.a for arg, parameter in zip(e.args[1:], callee.parameters, strict=True)
                if arg.op == "get" and parameter in read])
        elif e.args and e.args[0].op == "get" and (
                e.op == "property" or (e.op == "index" and type(e.args[1].a) is str)):
            found.add(e.args[0].a)
        elif e.op == "call" and e.args[0].op == "builtin" and e.args[0].a in _OF_MAPS and (
                len(e.args) > 2 and e.args[1].op == "get" and type(e.args[2].a) is str):
            found.add(e.args[1].a)
    return [v for v in function.parameters if v in found]


def _all(function: FunctionIR) -> Iterator[Expr]:
    pending = [e for block in without_handlers(function) for item in (*block.body, block.end)
               for e in (item.args if item is not None else ())]
    while pending:
        expr = pending.pop()
        yield expr
        pending += expr.args
