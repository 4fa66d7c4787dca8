"""Bodies of their own for the tuples of argument types that calls really bring.

``total([1, 2], 0)`` … ``total(["a"], "")`` call two clones of `total`, one where all is known to be
int and one for strings (polyvariant inference by cloning; Cooper, Hall & Kennedy 1993). The choice
is made where the call stands, so that nothing is tested at run time; a clone's recursive calls go
to the clone of what they pass. A clone also pays where Python's operation is the same for both
types: CPython specialises its instructions in place, and one body that sees ints and strings in
turns is 5 to 20 % slower than two that see one kind each.

The original stays for whoever comes from elsewhere: executors that run the bytecode, hosts, the
calls that bring something else. What its variables hold is then what they hold in any clone, too.
Clones are module variables ``total$int``; a name that no program can write.
"""

from __future__ import annotations

from sentra.ir.build import build_clone
from sentra.ir.contents import UNKNOWN, Content, joined
from sentra.ir.edit import items
from sentra.ir.elements import Elements
from sentra.ir.kinds import KINDS, is_mixed, kind_of
from sentra.ir.known import known_callee
from sentra.ir.model import (
    ARRAY,
    BOOL,
    GLOBAL,
    MAP,
    OTHER,
    TEMP,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Variable,
)
from sentra.ir.retyping import infer_again
from sentra.ir.types import infer_clone
from sentra.ir.worth import decisive_parameters, gains, hands_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Key = tuple[str, ...]

MAX_CLONES = 4  # of one function
MAX_SIZE = 400  # instructions of a function that is cloned, with the functions inside it
MAX_GROWTH = 2000  # instructions of all clones of a module; or as many as the module has
ROUNDS = 4  # calls in a clone bring types that are known once the clone was typed


def specialise(module: ModuleIR, ready: Callable[[FunctionIR], None]) -> None:
    """Clone functions of a typed module, redirect calls to the clones, and type it again.

    `ready` does to a new function what was done to all before they were typed.
    """
    if any(function.declined for function in module.functions):
        return  # what runs elsewhere calls with what nobody sees
    candidates = _candidates(module)
    refused: set[tuple[FunctionIR, Key]] = set()
    changed = False
    for _ in range(ROUNDS if candidates else 0):
        if not _Round(module, candidates, ready, refused).run():
            break
        infer_again(module)
        changed = True
    if changed:
        _generalise([function for function in candidates.values() if function.clones])


def redirect(function: FunctionIR) -> None:
    """Call clones from a typed function that was built after them."""
    for call, known, key in _calls(function):
        clone = known.clones.get(key)
        if clone is not None:
            _call_clone(function, call, clone)


def _candidates(module: ModuleIR) -> dict[Variable, FunctionIR]:
    """Functions that a module variable always holds, and that may be cloned."""
    return {variable: variable.function for variable in module.globals.values()
            if variable.function is not None and variable.function.parameters
            and not variable.function.upvalues and variable.name[0] != "_"
            and _size(variable.function) <= MAX_SIZE}


def _size(function: FunctionIR) -> int:
    return len(function.bytecode.code) + sum([_size(child) for child in function.children])


class _Round:
    """One round: the calls whose types are known by now get their clones."""

    def __init__(
        self, module: ModuleIR, candidates: dict[Variable, FunctionIR],
        ready: Callable[[FunctionIR], None], refused: set[tuple[FunctionIR, Key]],
    ) -> None:
        self.module = module
        self.candidates = candidates
        self.ready = ready
        self.refused = refused
        # Clones that gain only if what they call has clones; the calls of each clone.
        self.doubtful: list[Variable] = []
        self.looped: set[Expr] | None = None  # calls in the loops of the module's body
        self.calls: dict[Variable, list[tuple[FunctionIR, Expr]]] = {}
        for function, better in decisive_parameters(candidates).items():
            function.decisive |= better
        self.room = max(MAX_GROWTH, sum([len(f.bytecode.code) for f in module.functions])) - sum(
            [len(f.bytecode.code) for f in module.functions if f.original is not None])

    def run(self) -> bool:
        """Redirect calls, in new clones too; whether there were any."""
        done = 0
        functions = self.module.functions
        while done < len(functions):
            new, done = functions[done:], len(functions)
            groups: dict[tuple[FunctionIR, Key], list[tuple[FunctionIR, Expr]]] = {}
            for function in new:
                for call, known, key in _calls(function):
                    groups.setdefault((known, key), []).append((function, call))
            for (known, key), calls in groups.items():
                clone = known.clones.get(key) or self._clone(known, key, calls)
                if clone is not None:
                    self.calls.setdefault(clone, []).extend(calls)
                    for caller, call in calls:
                        _call_clone(caller, call, clone)
        for variable in reversed(self.doubtful):
            if not self._calls_clones(variable):
                self._undo(variable)
        return bool(self.calls)

    def _calls_clones(self, variable: Variable) -> bool:
        """Whether a clone calls other clones."""
        assert variable.function is not None
        inside = _with_inner(variable.function)
        return any(caller in inside for other, calls in self.calls.items() if other is not variable
                   for caller, _ in calls)

    def _undo(self, variable: Variable) -> None:
        """Call the original instead of a clone again."""
        clone, body = variable.function, self.module.body
        assert clone is not None and clone.original is not None and body is not None  # noqa: PT018
        original = clone.original
        key = next(key for key, each in original.clones.items() if each is variable)
        del original.clones[key], self.module.globals[variable.name]
        self.refused.add((original, key))
        named = next(each for each, function in self.candidates.items() if function is original)
        for caller, call in self.calls.pop(variable, ()):
            _call_clone(caller, call, named)
            caller.free_names.discard(variable.name)
        inside = _with_inner(clone)
        self.module.functions = [f for f in self.module.functions if f not in inside]
        body.children.remove(clone)
        body.free_names.discard(variable.name)
        body.blocks[0].body = [s for s in body.blocks[0].body if s.variable is not variable]

    def _clone(
        self, original: FunctionIR, key: Key, calls: list[tuple[FunctionIR, Expr]],
    ) -> Variable | None:
        """The variable of a new clone; None where it would gain nothing or there is no room."""
        if len(original.clones) >= MAX_CLONES or _size(original) > self.room or (
                (original, key) in self.refused) or not self._may_be_hot(original, calls):
            return None
        named = calls[0][1].args[0].a
        variable = self._variable(named.name, key)
        made = self._try(original, key, [call for _, call in calls], variable)
        if made is None:
            self.refused.add((original, key))
            return None
        self.room -= _size(original)
        self.module.functions += made
        self.module.globals[variable.name] = variable
        self._define(variable, named, made[0])
        original.clones[key] = variable
        return variable

    def _may_be_hot(self, function: FunctionIR, calls: list[tuple[FunctionIR, Expr]]) -> bool:
        """Whether a function may take time: it has a loop, or is called by a function or in a loop.
        """
        if _has_loop(function) or any(caller.parent is not None for caller, _ in calls):
            return True
        if self.looped is None:
            assert self.module.body is not None
            self.looped = _looped(self.module.body)
        return any(call in self.looped for _, call in calls)

    def _variable(self, name: str, key: Key) -> Variable:
        """A new module variable for a clone."""
        base = name = f"{name}${'_'.join([word for word in key if word])}"
        number = 2
        while name in self.module.globals:  # a tuple with a gap elsewhere
            name, number = f"{base}_{number}", number + 1
        variable = Variable(name, GLOBAL)
        variable.single = True
        variable.sets = 1
        return variable

    def _try(
        self, original: FunctionIR, key: Key, calls: list[Expr], variable: Variable,
    ) -> list[FunctionIR] | None:
        """A clone with the functions inside it, if it gains something.

        Its recursive calls are taken to bring what it is made for, and go to itself; where that is
        not so, to the original for now.
        """
        for recursive in (True, False):
            made = build_clone(original, self.module.body)
            for function in made:
                self.ready(function)
            variable.function, variable.reads = made[0], 0
            made[0].original = original
            if recursive:
                for function in made:
                    call_itself(function, original, variable)
            infer_clone(made, _passed(original, calls), _contents(original, key))
            wrong = recursive and variable.reads and any(
                is_mixed(parameter.type) for parameter in made[0].parameters)
            if not wrong and gains(original, made[0]):
                return made
            if not variable.reads:
                break
        if hands_on(original, made[0]):
            self.doubtful.append(variable)
            return made
        return None

    def _define(self, variable: Variable, original: Variable, clone: FunctionIR) -> None:
        """Set the variable of a clone where that of the original is set."""
        body = self.module.body
        assert body is not None
        assert original.function is not None
        statements = body.blocks[0].body
        place = next(i for i, s in enumerate(statements) if s.variable is original)
        span = statements[place].span
        statements.insert(place + len(original.function.clones) + 1, Stmt(
            "set", variable, (Expr("closure", (), clone, span),), None, span))
        body.children.append(clone)
        body.free_names.add(variable.name)


def call_itself(function: FunctionIR, original: FunctionIR, clone: Variable) -> None:
    """Redirect the calls of the original in a clone to the clone."""
    def walk(expr: Expr) -> None:
        for arg in expr.args:
            walk(arg)
        if expr.op == "call" and known_callee(expr) is original and expr.args[0].op == "get" and (
                _takes(original, len(expr.args) - 1)):
            _call_clone(function, expr, clone)

    for item in items(function):
        for arg in item.args:
            walk(arg)


def _takes(function: FunctionIR, count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    code = function.bytecode
    return bool(code.required <= count and (count <= code.parameters or code.has_rest))


def _has_loop(function: FunctionIR) -> bool:
    """Whether a function has a loop, or calls itself."""
    return bool(function.loops) or any(child.loops for child in function.children) or any(
        _calls_in(expr, lambda call: known_callee(call) is function)
        for item in items(function) for expr in item.args)


def _looped(function: FunctionIR) -> set[Expr]:
    """The calls in the loops of a function."""
    numbers = {number for loop in function.loops for number in range(loop.header, loop.last + 1)}
    pending: list[Expr] = []
    for number in numbers:
        block = function.blocks[number]
        assert block.end is not None
        for statement in block.body:
            pending += statement.args
        pending += block.end.args
    found: set[Expr] = set()
    while pending:
        expr = pending.pop()
        pending += expr.args
        if expr.op == "call":
            found.add(expr)
    return found


def _calls_in(expr: Expr, wanted: Callable[[Expr], bool]) -> bool:
    """Whether there is such a call in an expression."""
    return (expr.op == "call" and wanted(expr)) or any(
        _calls_in(arg, wanted) for arg in expr.args)


def _calls(function: FunctionIR) -> list[tuple[Expr, FunctionIR, Key]]:
    """The calls in a function that may go to a clone: (call, original, kinds)."""
    found: list[tuple[Expr, FunctionIR, Key]] = []
    elements = Elements(function)

    def walk(expr: Expr) -> None:
        for arg in expr.args:
            walk(arg)
        if expr.op == "call" and expr.args[0].op == "get" and expr.args[0].a.kind == GLOBAL:
            known = expr.args[0].a.function
            if known is not None and known.decisive:
                key = _key(known, expr, elements)
                if key is not None:
                    found.append((expr, known, key))

    for item in items(function):
        for arg in item.args:
            walk(arg)
    return found


def _key(function: FunctionIR, call: Expr, elements: Elements) -> Key | None:
    """The kinds of the arguments that matter; None where none is known, or the count is wrong."""
    args = call.args[1:]
    if not _takes(function, len(args)):
        return None
    key = tuple([_word(arg, elements) if function.decisive >> place & 1 else ""
                 for place, arg in enumerate(args[:function.bytecode.parameters])])
    return key if any(key) else None


def _word(arg: Expr, elements: Elements) -> str:
    """The kind of an argument; of an array ``ints``, ``floats`` or ``strings`` if it seems so."""
    kind = kind_of(arg.type)
    held = kind_of(elements.of(arg)) if kind == "array" else ""
    return f"{held}s" if held in ("int", "float", "string") else kind


def _call_clone(caller: FunctionIR, call: Expr, clone: Variable) -> None:
    callee = call.args[0]
    callee.a.reads -= 1
    clone.reads += 1
    callee.a = clone
    caller.free_names.add(clone.name)


def _passed(function: FunctionIR, calls: list[Expr]) -> list[int]:
    """The types that some calls pass."""
    found = [0] * function.bytecode.parameters
    for call in calls:
        for place, arg in enumerate(call.args[1:1 + len(found)]):
            found[place] |= arg.type
    return found


def _contents(function: FunctionIR, key: Key) -> list[Any]:
    """The contents of the arguments of a tuple of kinds."""
    found = [parameter.content for parameter in function.parameters]
    for place, word in enumerate(key):
        kind = next((bits for bits, name in KINDS if word == f"{name}s"), 0)
        if kind:
            found[place] = Content(kind & ~BOOL)
            found[place].collapsed = True
    return found


# --- the originals --------------------------------------------------------------------------------
def _generalise(originals: list[FunctionIR]) -> None:
    """Let the originals take what any of their clones takes, too."""
    for original in originals:
        assert original.module is not None
        clones = [variable.function for variable in original.clones.values()]
        _join(original, [clone for clone in clones if clone is not None])
    for original in originals:
        assert original.module is not None
        original.module.inference.add(_with_inner(original))


def _join(original: FunctionIR, clones: list[FunctionIR]) -> None:
    """All come from the same bytecode: their variables correspond."""
    for clone in clones:
        original.result |= clone.result
    original.content = UNKNOWN
    for mine, *others in zip(original.locals, *[c.locals for c in clones], strict=True):
        _join_variable(mine, others)
    for item, *same in zip(items(original), *[items(c) for c in clones], strict=True):
        for mine, *others in zip(_set_by(item), *[_set_by(each) for each in same], strict=True):
            _join_variable(mine, others)
    for child, *counterparts in zip(original.children, *[c.children for c in clones], strict=True):
        _join(child, counterparts)


def _set_by(item: Any) -> list[Variable]:
    variables = [item.variable] if item.variable is not None else []
    return [v for v in (*variables, *getattr(item, "results", ())) if v.kind == TEMP]


def _join_variable(variable: Variable, others: list[Variable]) -> None:
    for other in others:
        variable.type |= other.type
        variable.nilable |= other.nilable
    if variable.type & (ARRAY | MAP | OTHER):
        variable.content = joined([each.content for each in (variable, *others)])


def _with_inner(function: FunctionIR) -> list[FunctionIR]:
    """A function and those inside it."""
    found = [function]
    for each in found:  # it grows
        found += each.children
    return found
