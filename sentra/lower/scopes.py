"""Which variable a name means, by the language's rules, while a function is being lowered.

A function's own statements are lowered in order, and a declaration enters its scope when its end is
reached: so a name counts from the end of its declaration on. The bodies of nested functions are
lowered after the whole function around them: so they see every declaration of the blocks around
them. Nothing is looked at twice, and whether a variable is captured is known once all functions
have been lowered; `assemble` then turns the locals that nested functions use into cells.

Invariant: a slot belongs to one variable. A top-level variable that a nested function uses, or
that is exported, is promoted to a module variable; any other captured variable becomes a cell.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Instruction, Span, Upvalue
from sentra.errors import SyntaxProblem
from sentra.lower.unit import Scope, Unit, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.source import Source

GET_LOCAL, SET_LOCAL, GET_CHECKED = ops.GET_LOCAL, ops.SET_LOCAL, ops.GET_CHECKED
GET_GLOBAL, SET_GLOBAL, GET_BUILTIN = ops.GET_GLOBAL, ops.SET_GLOBAL, ops.GET_BUILTIN
GET_UPVALUE, SET_UPVALUE = ops.GET_UPVALUE, ops.SET_UPVALUE


class ScopeTracker:
    """The scopes of the module, and those that are open in the unit that is being lowered.

    `visible` maps each name that the unit's own open scopes declare to its variable; `free` has the
    reading instruction of every other name that the unit has used.
    """

    def __init__(self, source: Source, body: Unit) -> None:
        self.source = source
        self.problems: list[SyntaxProblem] = []
        self.body = body  # the unit of the module's own statements
        self.queue: list[Unit] = [body]  # every unit, outer ones before those inside them
        self.published: list[Variable] = []  # top-level variables that began as locals of the body
        self.begin(body)

    def begin(self, unit: Unit) -> None:
        """Make `unit` the one that is being lowered."""
        self.unit = unit
        self.code = unit.code
        self.spans = unit.spans
        self.entries = unit.entries
        self.free = unit.free
        self.visible: dict[str, Variable] = {}
        self.depth = 0  # values on the operand stack below the expression being lowered
        self.scope: Scope = unit.definition or unit.block

    def problem(self, span: Span, message: str) -> None:
        """Note a syntax error."""
        self.problems.append(
            SyntaxProblem(self.source.filename, span, message, self.source.line(span[4])))

    # --- scopes ------------------------------------------------------------------------------

    def enter(self, op: int = ops.NEW_CELL) -> Scope:
        """Open a scope; `op` is what makes a cell of a captured variable of it, here."""
        scope = Scope(self.scope, self.unit)
        self.scope = scope
        self.entries.append((len(self.code), op, scope))
        return scope

    def close(self, scope: Scope) -> None:
        """Close the innermost scope."""
        visible = self.visible
        for name, variable in scope.names.items():
            if variable.outer is None:
                del visible[name]
            else:
                visible[name] = variable.outer
        for variable in scope.assigned or ():
            variable.get = variable.checked or variable.get
        assert scope.parent is not None
        self.scope = scope.parent

    # --- declarations ------------------------------------------------------------------------

    def declare(self, name: str, span: Span, constant: bool = False) -> Variable:
        """The variable that a declaration in the innermost scope assigns."""
        scope = self.scope
        variable = scope.names.get(name)
        if variable is not None:
            variable.stores += 1
            if variable.constant or constant:
                self.problem(span, f"cannot declare constant {name} again")
            return variable
        variable = Variable(name, scope, len(self.unit.local_names), constant)
        variable.outer = self.visible.get(name)
        scope.names[name] = self.visible[name] = variable
        if scope.parent is None:
            self._new_top_level(variable, span)
        else:
            self.unit.local_names.append(name)
        return variable

    def _new_top_level(self, variable: Variable, span: Span) -> None:
        earlier = self.body.implicit.get(variable.name)
        if earlier is None:
            self.unit.local_names.append(variable.name)
            self.published.append(variable)
            return
        # A statement above has assigned the name: that has made the module variable.
        if variable.constant:
            self.problem(earlier, f"cannot assign to constant {variable.name}")
        self.make_global(variable)

    def declare_global(self, name: str) -> Variable:
        """The variable of a top-level `fn`: a module variable from the start."""
        scope = self.scope
        variable = scope.names.get(name)
        if variable is not None:
            variable.stores += 1
            return variable
        variable = Variable(name, scope, -1, False)
        scope.names[name] = self.visible[name] = variable
        self.make_global(variable)
        return variable

    def make_global(self, variable: Variable) -> None:
        """Make it a module variable for the instructions that follow."""
        name = self.body.string(variable.name)
        variable.is_global = True
        variable.get = (GET_GLOBAL, name, 0, 0)
        variable.set = (SET_GLOBAL, name, 0, 0)
        variable.checked = None

    def declare_var(self, name: str, span: Span, start: int) -> Variable:
        """The variable that a `var` assigns whose declaration begins at instruction `start`.

        It belongs to the function's outermost block, or is the parameter of that name, and means
        the same in all of the function; only its own first initialiser sees the outer meaning.
        """
        unit = self.unit
        scope: Scope | None = unit.block
        while scope is not None and scope.unit is unit:
            variable = scope.names.get(name)
            if variable is not None:
                variable.stores += 1
                if variable.constant:
                    self.problem(span, f"cannot declare constant {name} again")
                return variable
            scope = scope.parent
        if self.scope is unit.block and name not in self.free:
            return self.declare(name, span)  # nothing can see it before this line
        return self._hoisted_var(name, start)

    def _hoisted_var(self, name: str, start: int) -> Variable:
        unit = self.unit
        variable = Variable(name, unit.block, len(unit.local_names), False)
        unit.block.names[name] = variable
        if name in self.visible:  # inner blocks shadow it
            inner = self.visible[name]
            while inner.outer is not None:
                inner = inner.outer
            inner.outer = variable
        else:
            self.visible[name] = variable
        if unit is self.body:
            variable.stores += 1  # perhaps in a loop: not "assigned once"
            self.make_global(variable)
        else:
            unit.local_names.append(name)
            variable.get = variable.checked = (GET_CHECKED, variable.slot, 0, 0)
        unit.implicit.pop(name, None)
        earlier = self.free.get(name)
        if earlier is not None:
            unit.late[earlier] = (variable.get, unit.start, start)
            unit.late[_storing(earlier)] = (variable.set, unit.start, start)
        return variable

    def hidden(self, name: str) -> int:
        """A new slot for the lowering's own use."""
        names = self.unit.local_names
        names.append(name)
        return len(names) - 1

    # --- uses --------------------------------------------------------------------------------

    def store(self, variable: Variable, span: Span) -> None:
        """Pop the value on the stack into a variable of this unit."""
        self.code.append(variable.set)
        self.spans.append(span)
        if variable.checked is not None and variable.get is variable.checked:
            # From here to the end of this block it is certainly set.
            variable.get = (GET_LOCAL, variable.slot, 0, 0)
            if self.scope.assigned is None:
                self.scope.assigned = []
            self.scope.assigned.append(variable)

    def assign(self, name: str, span: Span, target: Span) -> None:
        """Pop the value on the stack into what `name` means; `target` is the name's place."""
        variable = self.visible.get(name)
        if variable is None:
            self._assign_free(name, span, target)
            return
        variable.stores += 1
        if variable.constant:
            self.problem(target, f"cannot assign to constant {name}")
        self.store(variable, span)

    def _assign_free(self, name: str, span: Span, target: Span) -> None:
        get = self.free.get(name) or self.resolve(name)
        variable = self.find_outside(name)
        if variable is not None:
            variable.stores += 1
            if variable.constant:
                self.problem(target, f"cannot assign to constant {name}")
        else:
            self.unit.implicit.setdefault(name, target)
        self.code.append(_storing(get))
        self.spans.append(span)

    def resolve(self, name: str) -> Instruction:
        """The instruction that reads a name which this unit does not declare."""
        variable = self.find_outside(name)
        if variable is None:
            get = (GET_BUILTIN, self.unit.string(name), 0, 0)
        elif variable.scope.parent is None:
            self.promote(variable)
            get = (GET_GLOBAL, self.unit.string(name), 0, 0)
        else:
            get = (GET_UPVALUE, _capture(self.unit, variable), 0, 0)
        self.free[name] = get
        return get

    def find_outside(self, name: str) -> Variable | None:
        """The variable of the functions around this unit that a name means."""
        scope = self.unit.definition
        while scope is not None:
            variable = scope.names.get(name)
            if variable is not None:
                return variable
            scope = scope.parent
        return None

    def promote(self, variable: Variable) -> None:
        """Make a top-level variable a module variable, also where it has been used as a local."""
        if not variable.is_global:
            self.make_global(variable)
            self.body.promoted[variable.slot] = variable


def _storing(get: Instruction) -> Instruction:
    """The instruction that assigns what `get` reads."""
    return (SET_UPVALUE if get[0] == GET_UPVALUE else SET_GLOBAL, get[1], 0, 0)


def _capture(unit: Unit, variable: Variable) -> int:
    """The index of a variable among the upvalues of `unit`, made on the way in if need be."""
    path: list[Unit] = []
    owner = variable.scope.unit
    at: Unit = unit
    while at is not owner and variable not in at.captures:
        path.append(at)
        assert at.parent is not None
        at = at.parent
    if not variable.captured:
        variable.captured = True
        owner.cells.add(variable.slot)
    for inner in reversed(path):
        outer = inner.parent
        assert outer is not None
        if outer is owner:
            upvalue = Upvalue(variable.name, True, variable.slot)
        else:
            upvalue = Upvalue(variable.name, False, outer.captures[variable])
        inner.captures[variable] = len(inner.upvalues)
        inner.upvalues.append(upvalue)
    return unit.captures[variable]
