"""Which functions may have an entry (see `entries`): with what they call they do little.

An entry has no guard, so what it does has to be bounded: operations, turns of its loops (`turns`),
and those that take a time of their own where a value is large. Where it may do many of these, its
arguments may not be large (`Expressions.short`).
"""

from __future__ import annotations

from sentra.codegen.entry_effects import MAX_EFFECTS, change_of
from sentra.codegen.entry_state import State, is_state
from sentra.codegen.entry_types import called, read_as_maps, without_handlers
from sentra.codegen.turns import CHANGING
from sentra.codegen.unfolding import unfolded
from sentra.ir.edit import within
from sentra.ir.model import (
    ARRAY,
    BRANCH,
    GLOBAL,
    JUMP,
    LOCAL,
    MAP,
    NEXT,
    NUMBER,
    PASSED,
    RETURN,
    STRING,
    TEMP,
    THROW,
    UPVALUE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.entry_effects import Change
    from sentra.ir.model import Block, Expr, FunctionIR, Stmt, Variable

MAX_PARAMETERS = 6
MAX_EXPRESSIONS = 120
MAX_LONG = 12  # operations that take longer on larger values
MAX_LONG_OF_ANY = 3  # of these, where the values may be of any size
MAX_GROWING = 4  # operations that may double the size of a value, of any size
MOST_TURNS = 1000
MOST_CALLS = 200  # where a function calls itself: so many fit into a bound on depth, too
MOST_LONG_TURNS = 200  # of loops that do one operation which takes longer on larger values

_PURE = frozenset(
    """const get bind add sub mul div mod negate not_ equal not_equal less less_equal greater
    greater_equal and or select text array map index property contains""".split())
_SHORT_BUILTINS = frozenset(
    """len abs char_at ord chr floor ceil sqrt int float bool type band bor bxor round trunc first
    last has has_key get range""".split())
_LONG_BUILTINS = frozenset(
    """min max upper lower trim trim_left trim_right starts_with startsWith startswith ends_with
    endsWith endswith contains includes substring substr str is_digit is_alpha is_space split
    replace count index_of indexOf last_index_of slice keys values join sum""".split())
_ENDS = (JUMP, BRANCH, RETURN, PASSED, THROW, NEXT)


class Work:
    """What a function does in one call, with what it calls."""

    __slots__ = ("calls", "changes", "divisions_in_loops", "expressions", "growing", "long",
                 "long_in_loops", "looks", "loops", "reads_inside", "recursive", "variables",
                 "written")

    def __init__(self) -> None:
        self.changes: dict[int, Change] = {}  # of arrays and maps of the module: `Effects`
        self.calls = 0  # at which another thread may go on
        self.divisions_in_loops = 0  # of integers, which take longer on larger ones
        self.expressions = 0
        self.growing = 0
        self.long = 0
        self.long_in_loops = 0
        self.looks = 0  # reads of arrays and maps of the module
        self.loops = False
        self.reads_inside = False  # arrays and maps, and nobody has measured what they hold
        self.recursive = False  # a function calls itself
        self.variables: dict[Variable, None] = {}  # of the module, those that may change
        self.written: set[Variable] = set()

    @property
    def state(self) -> State | None:
        """The variables of the module that it reads and writes and that may change."""
        if not self.variables:
            return None
        return State(list(self.variables), self.written, has_turn=self.has_turn)

    @property
    def has_turn(self) -> bool:
        """Whether the entry keeps other calls out: it changes arrays or maps of the module, or
        looks into them and may be interrupted on the way.
        """
        if not self.looks:
            return bool(self.changes)
        return bool(self.changes or self.written or self.loops or self.calls > 1
                    or (self.calls and self.looks > 1))

    @property
    def most_turns(self) -> int:
        """How many turns its loops may take in an entry; 0 without loops."""
        if not self.loops:
            return 0
        long = self.long_in_loops + (self.divisions_in_loops if self.reads_inside else 0)
        return MOST_LONG_TURNS // long if long else MOST_TURNS

    @property
    def most_calls(self) -> int:
        """How many steps an entry may take whose function calls itself; 0 for others."""
        return MOST_CALLS // max(self.long, 1) if self.recursive else 0


def may_have_entry(function: FunctionIR) -> bool:
    """Whether a function, perhaps with lambdas, is small enough."""
    plain = unfolded(function) if function.children else function
    return plain is not None and work_of(plain) is not None


def work_of(function: FunctionIR) -> Work | None:
    """What a function does that may have an entry; None if it may not."""
    work = Work()
    if not _is_small(function, work, (), in_loop=False):
        return None
    if work.changes and (work.loops or work.recursive or any(
            variable in work.written for variable, _ in work.changes.values())):
        return None
    if work.recursive and (work.loops or work.variables or read_as_maps(function)):
        return None  # of maps in maps it would not know that they hold nothing of the host's
    return work


def _is_small(
    function: FunctionIR, work: Work, callers: tuple[FunctionIR, ...], *, in_loop: bool,
) -> bool:
    code = function.bytecode
    if (function.declined or function.children or function in callers
            or (function.upvalues and callers) or code.has_rest or code.parameters > MAX_PARAMETERS
            or (function.loops and in_loop)
            or len(defaults(function)) != code.parameters - code.required):
        return False
    looped = {number for loop in function.loops for number in range(loop.header, loop.last + 1)}
    work.loops |= bool(looped)
    own = own_containers(function)
    callers = (*callers, function)
    for block in without_handlers(function):
        repeated = in_loop or block.number in looped
        if not _is_small_block(block, own, work, callers, repeated):
            return False
    return True


def _is_small_block(
    block: Block, own: set[Variable], work: Work, callers: tuple[FunctionIR, ...], in_loop: bool,
) -> bool:
    pending: list[Expr] = []
    called_here = len(callers) > 1
    for statement in block.body:
        change = None if called_here else change_of(
            statement, callers[-1].parameters)
        if change is not None and len(work.changes) < MAX_EFFECTS:
            work.changes[id(statement)] = change
            if is_state(change[0]):
                work.variables[change[0]] = None
            pending += change[1]
            continue
        if not (_is_small_statement(statement, own) or (
                not called_here and _stores_state(statement, work))):
            return False
        pending += statement.args
        work.reads_inside |= statement.op.startswith("iterate")
    end = block.end
    assert end is not None
    if end.op not in _ENDS:
        return False
    if end.op != THROW:  # that is left to the function itself
        pending += end.args
    while pending:
        expr = pending.pop()
        callee = called(expr)
        work.looks += _looks(expr)
        if callee is not None:
            work.calls += 2
            if callee is callers[-1]:
                work.recursive = True
            elif not _is_small(callee, work, callers, in_loop=in_loop):
                return False
            pending += expr.args[1:]
        elif _is_pure(expr) or _changes_own(expr, own) or (
                not called_here and _reads_state(expr, work)):
            pending += [arg for arg in expr.args if arg.op != "builtin"]
        else:
            return False
        if not _takes_on(work, expr, in_loop):
            return False
    return True


def _takes_on(work: Work, e: Expr, in_loop: bool) -> bool:
    """Count an operation; False if there are too many."""
    work.expressions += 1
    if e.op == "invoke" or (e.op == "call" and e.args[0].op == "builtin"):
        work.calls += 1 if any(map(_looks, e.args)) else 2
    if _is_long(e):
        work.long += 1
        work.long_in_loops += in_loop
    work.growing += _grows(e)
    work.divisions_in_loops += 2 * (in_loop and (
        e.op == "mod" or (_builtin(e) is not None and e.args[-1].op == "div")))
    work.reads_inside |= e.op in ("index", "property")
    return work.expressions <= MAX_EXPRESSIONS and work.long <= MAX_LONG


def _is_small_statement(statement: Stmt, own: set[Variable]) -> bool:
    variable = statement.variable
    if statement.op == "set_index":
        container = statement.args[0]
        return container.op == "get" and container.a in own
    return statement.op in ("set", "eval", "iterate", "iterate_pairs", "turn") and (
        variable is None or variable.kind in (LOCAL, TEMP))


def _stores_state(statement: Stmt, work: Work) -> bool:
    """Note a module variable that is written. What is called has no part in the copies that its
    caller has of these (`entry_state`); so there that is not to be.
    """
    variable = statement.variable
    if statement.op != "set" or variable is None or not is_state(variable) or (
            statement.args[0].op in ("array", "map")):
        return False
    work.variables[variable] = None
    work.written.add(variable)
    return True


def _reads_state(e: Expr, work: Work) -> bool:
    if e.op != "get" or not is_state(e.a):
        return False
    work.variables[e.a] = None
    return True


def _looks(e: Expr) -> bool:
    """Whether it reads a variable of the module, or a captured one, to look into what it holds."""
    if e.op != "get" or e.a.kind not in (GLOBAL, UPVALUE):
        return False
    kind = (e.a.owner or e.a).type
    return bool(kind & (ARRAY | MAP)) and (not is_state(e.a) or within(kind, ARRAY | MAP))


def own_containers(function: FunctionIR) -> set[Variable]:
    """Variables that hold nothing but arrays and maps which are made here, from a literal."""
    found: set[Variable] = set()
    others = set(function.parameters)
    for block in function.blocks:
        for statement in block.body:
            variable = statement.variable
            if variable is not None:
                makes = statement.op == "set" and statement.args[0].op in ("array", "map")
                (found if makes and variable.kind == LOCAL else others).add(variable)
        if block.end is not None:
            others.update(block.end.results)
    return found - others


def _changes_own(e: Expr, own: set[Variable]) -> bool:
    """``push(out, x)`` of an array that only this call knows."""
    if e.op == "invoke":
        name, array = e.a, e.args[0]
    elif e.op == "call" and e.args[0].op == "builtin" and len(e.args) > 1:
        name, array = e.args[0].a, e.args[1]
    else:
        return False
    return name in CHANGING and array.op == "get" and array.a in own


def _is_pure(expr: Expr) -> bool:
    if expr.op == "get" or expr.op == "bind":
        return expr.a.kind in (LOCAL, TEMP) or (expr.a.kind == GLOBAL and expr.a.single)
    if expr.op in _PURE:
        return True
    name = _builtin(expr)
    return name in _SHORT_BUILTINS or name in _LONG_BUILTINS


def _builtin(e: Expr) -> Any:
    """The name of a builtin that is called, perhaps as a method."""
    return e.a if e.op == "invoke" else (
        e.args[0].a if e.op == "call" and e.args[0].op == "builtin" else None)


def _is_long(e: Expr) -> bool:
    """Whether an operation takes longer on larger values, but for sums and products of numbers."""
    name = _builtin(e)
    if name in ("min", "max"):
        return len(e.args) == (2 if e.op == "call" else 1)
    if name in _LONG_BUILTINS or e.op == "contains":
        return True
    if e.op == "text":
        return not all(arg.type and not arg.type & ~NUMBER for arg in e.args)
    return e.op == "add" and _joins(e)


def _joins(e: Expr) -> bool:
    """Whether a sum is probably one of texts."""
    return any(arg.type and not arg.type & ~STRING for arg in e.args)


def _grows(e: Expr) -> bool:
    """Whether the result may be as large as both operands together."""
    if any(arg.op == "const" for arg in e.args):
        return False
    if e.op == "text":
        return len(e.args) > 1
    return e.op in ("add", "mul")


def defaults(function: FunctionIR) -> dict[Variable, Any]:
    """The values of parameters that need not be passed, where they are constants."""
    found: dict[Variable, Any] = {}
    for block in function.blocks:
        end = block.end
        if end is not None and end.op == PASSED and end.variable is not None:
            instead = function.blocks[end.targets[1]]
            value = instead.body[0].args[0] if len(instead.body) == 1 else None
            if value is not None and value.op == "const" and (
                    instead.body[0].op == "set" and instead.body[0].variable is end.variable):
                found[end.variable] = value.a
            elif not instead.body and not end.variable.reads:
                found[end.variable] = None
    return found
