"""Functions made ready for the machine: decoded code, and what a call of them needs.

A `Prepared` belongs to one run of its module, so that quickening may rewrite its code.
"""

from __future__ import annotations

from sys import intern

from sentra.bytecode import ops
from sentra.bytecode.code import Function
from sentra.bytecode.depths import depths
from sentra.bytecode.ops import BY_NUMBER
from sentra.errors import CALL, NAME, SentraError
from sentra.interp import rules
from sentra.interp.operations import OPERATIONS
from sentra.runtime.functions import Linked, make_function
from sentra.runtime.names import to_python
from sentra.runtime.registry import wrong_count
from sentra.runtime.trace import KEPT, left_out_frames
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CellType, FunctionType
    from typing import Any

    from sentra.bytecode.code import Handler
    from sentra.interp.machine import Machine
    from sentra.runtime.context import Context
    from sentra.runtime.trace import Place

    # Rule, operands, operation; in the register form there is a sixth (see registers).
    Decoded = tuple[Any, ...]
    # The function, cells, slots, next position and stack pointer of a call that waits for another.
    Suspended = tuple["Prepared", tuple[CellType, ...], list[Any], int, int]


class Prepared:
    """A linked function, ready to run.

    A call has one list of slots: first the locals, then the operand stack, which begins at `base`.
    """

    __slots__ = ("base", "code", "exact", "function", "handlers", "linked", "machine", "misses",
                 "namespace", "nested", "places", "rest")

    def __init__(self, linked: Linked, machine: Machine) -> None:
        function = linked.function
        self.linked = linked
        self.machine = machine
        self.function = function
        self.namespace = linked.namespace
        self.misses: dict[int, int] = {}  # of fused instructions, see `quicken`
        self.base = len(function.local_names)
        self.handlers: Sequence[Handler] = function.handlers
        self.places: list[int] | None = None  # of the register form, in the function's code
        options = machine.options

        def stack_form(function: Function) -> list[Decoded]:
            return decode(function, machine.operations, options.quicken)

        stack: list[Any] = [None] * function.max_stack
        if options.registers:
            from sentra.interp.registers import RegisterForm

            form = RegisterForm(function, stack_form, quick=options.quicken, fuse=options.fuse)
            self.code: list[Decoded] = form.code
            self.handlers = form.handlers
            self.places = form.places
            stack = [None] * form.room + form.constants
        else:
            self.code = stack_form(function)
            if machine.hooks is not None:
                for position, site in machine.hooks.sites_of(function).items():
                    self.code[position] = (rules.STATEMENT, site, 0, 0, None)
        # With exactly so many arguments the slots are the arguments and `rest`.
        self.exact = -1 if function.has_rest else function.parameters
        self.rest: list[Any] = (
            [MISSING] * (self.base - function.parameters) + stack)
        self.nested: list[Linked | None] = [None] * len(function.functions)

    def bind(self, args: list[Any]) -> list[Any]:
        """The slots for a call with these arguments."""
        function = self.function
        count = len(args)
        named = function.parameters
        if count < function.required or (count > named and not function.has_rest):
            most = None if function.has_rest else named
            raise SentraError(wrong_count(function.name, function.required, most, count), CALL)
        if count < named:
            args = args + [MISSING] * (named - count)
        slots = args[:named] + self.rest
        if function.has_rest:
            slots[named] = args[named:]
        return slots

    def closure(
        self, index: int, cells: tuple[CellType, ...], slots: list[Any],
    ) -> FunctionType:
        """Nested function `index` over the cells of a call."""
        linked = self._nested_function(index)
        return make_function(linked, tuple([
            slots[upvalue.index] if upvalue.is_local else cells[upvalue.index]
            for upvalue in linked.function.upvalues]))

    def _nested_function(self, index: int) -> Linked:
        """What all closures of nested function `index` share."""
        linked = self.nested[index]
        if linked is None:
            outer = self.linked
            linked = self.nested[index] = Linked(
                self.function.functions[index], outer.namespace, outer.module.code_name,
                self.machine.enter, outer.module)
        return linked

    def place(self, position: int) -> int:
        """Where in the function's code a position in the form that runs comes from."""
        return position if self.places is None else self.places[position]

    def handler_at(self, position: int) -> Handler | None:
        """The handler for an exception at `position`."""
        if self.code[position][0] == rules.COMPILED_REST:
            return None  # the rest of the function has the handlers too
        for handler in self.handlers:
            if handler.start <= position < handler.end:
                return handler
        return None


def decode(
    function: Function, operations: dict[str, Callable[..., Any]], quicken: bool,
) -> list[Decoded]:
    """The code of `function` as instructions of the machine."""
    constants = function.constants
    decoded: list[Decoded] = []
    for op, a, b, c in function.code:
        row = BY_NUMBER[op]
        rule = rules.RULE_OF[op]
        operands: list[Any] = [a, b, c]
        at = row.operands.find("k")
        if at >= 0:
            constant = constants[operands[at]]
            # As in generated code, which may go on with maps that are made here: keys that are the
            # same object are found without comparing.
            operands[at] = intern(constant) if type(constant) is str else constant
        if rule == rules.GET_GLOBAL or rule == rules.SET_GLOBAL:
            operands = [to_python(operands[0]), operands[0], 0]
        elif rule == rules.STATEMENT:  # nobody stops there
            rule, operands = rules.JUMP, [len(decoded) + 1, 0, 0]
        elif row.pops == "2a":
            operands[0] = 2 * a
        elif op in rules.LITERALS:
            operands[0] = rules.LITERALS[op]
        elif quicken and row.does and operations[row.does] is OPERATIONS[row.does]:
            if op in rules.ADAPTIVE_OPS:
                rule = rules.ADAPTIVE
                operands[0] = op
            elif op == ops.INCREMENT and type(operands[1]) is str:
                rule = rules.APPEND
            elif op == ops.ADD_LOCALS and function.code[len(decoded) + 1][:2] == (ops.SET_LOCAL, a):
                rule = rules.APPEND_LOCALS
            else:
                rule = rules.RULES.get("QUICK_" + row.name, rule)
                if row.base:
                    operands[0] = op
        decoded.append((rule, operands[0], operands[1], operands[2], operations.get(row.does)))
    if "range" in constants:
        for place in _looped_ranges(function):
            decoded[place] = (rules.CALL_RANGE, *decoded[place][1:])
    return decoded


def _looped_ranges(function: Function) -> Iterator[int]:
    """The calls of ``range`` over whose result a loop goes, which need not make the array."""
    code = function.code
    depth: list[int] = []
    for place, (op, count, _, _) in enumerate(code):
        if op == ops.CALL and 1 <= count <= 3 and code[place + 1][0] == ops.ITER_START:
            depth = depth or depths(function)
            callee = depth[place] - count - 1  # what is on the stack before it is pushed
            before = place - 1
            while before >= 0 and depth[before] != callee:
                before -= 1
            if code[before][0] == ops.GET_BUILTIN and (
                    function.constants[code[before][1]] == "range"):
                yield place


def trace_of(prepared: Prepared, position: int, callers: list[Suspended]) -> list[Place]:
    """The trace of a machine that is at `position` (see runtime.trace)."""
    pairs: list[Place] = [(prepared.linked.locate, prepared.place(position))]
    if prepared.code[position][0] == rules.COMPILED_REST:
        pairs = []  # the frame of the rest stands for the function
    left_out = 1 + len(callers) - 2 * KEPT
    if left_out > 1:
        pairs += [_suspended(call) for call in callers[:-KEPT:-1]]
        pairs.append(left_out_frames(left_out))
        callers = callers[:KEPT]
    pairs += [_suspended(call) for call in callers[::-1]]
    return pairs


def _suspended(call: Suspended) -> Place:
    prepared = call[0]
    return prepared.linked.locate, prepared.place(call[3] - 1)


def builtin_named(context: Context, name: str) -> Any:
    """The builtin or host global of this name."""
    found = context.builtin(name)
    if found is None and name not in context.globals:
        raise undefined(name)
    return found


def undefined(name: str) -> SentraError:
    """The error for reading a name without a value."""
    return SentraError(f'undefined variable "{name}"', NAME)
