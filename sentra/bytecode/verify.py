"""The verifier: bytecode that passes can be run by every executor without further checks.

Invariants of verified code, beside operands in range:
- The stack has one depth at each instruction, which stays within `max_stack` and never goes below
  what a handler around the instruction keeps. The end of the code is never reached.
- A slot has one kind in a whole function: it holds values, a cell, or an iterator of one sort. Only
  a parameter can change, once, from a value to a cell (BOX_LOCAL); no loop goes back over that.
- GET_LOCAL, cell and iterator instructions use a slot only after it was set on every path;
  GET_CHECKED may come too early.
- A caught exception is never taken for a value: it lies on the stack only where a handler starts,
  and in slots that tell what they hold (see `pending`).
- Jumps go forward, LOOP backward. Handlers are entered by exceptions alone, well nested, innermost
  first, and lie behind the range that they guard. Where a range starts, and where control runs out
  of its end, the stack holds just what the handler keeps.

The time is linear in the size of the module, and nested functions use no recursion.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.fields import check_fields, check_module, check_spans, is_name, shown
from sentra.bytecode.flow import Flow, Refused, refuse, slot_sets
from sentra.bytecode.pending import Pending
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Function, Handler, Instruction, Module

# What the pass does for an instruction beside its effect on the stack.
_PLAIN, _READ, _WRITE, _NAME, _CALL, _INVOKE, _BRANCH, _PASSED, _LOOP, _LEAVE, _COUNTED, _CHECKED, \
    _CELL, _NEW_CELL, _BOX, _ITER_START, _ITER_NEXT, _CLOSURE, _EXCEPTION, _TEXT = range(20)

_SHAPES = {
    "GET_LOCAL": _READ, "SET_LOCAL": _WRITE, "GET_CHECKED": _CHECKED, "NEW_CELL": _NEW_CELL,
    "BOX_LOCAL": _BOX, "GET_CELL": _CELL, "SET_CELL": _CELL, "COPY_CELL": _CELL,
    "GET_GLOBAL": _NAME, "SET_GLOBAL": _NAME, "GET_BUILTIN": _NAME, "GET_PROPERTY": _NAME,
    "SET_PROPERTY": _NAME, "IMPORT_NAME": _NAME, "IMPORT": _TEXT, "STATEMENT": _TEXT,
    "CALL": _CALL, "GO": _CALL,
    "INVOKE": _INVOKE, "GO_INVOKE": _INVOKE, "JUMP_IF_PASSED": _PASSED, "LOOP": _LOOP,
    "ITER_START": _ITER_START, "ITER_START2": _ITER_START, "ITER_NEXT": _ITER_NEXT,
    "ITER_NEXT2": _ITER_NEXT, "CLOSURE": _CLOSURE, "CAUGHT": _EXCEPTION, "RETHROW": _EXCEPTION,
    "RETURN": _LEAVE, "THROW": _LEAVE,
}

# Kinds of slot; 0 is not known yet.
_VALUE, _CELLS, _ITEMS, _PAIRS, _CAUGHT, _BOXED, _WHY = range(1, 8)
_KIND_NAMES = ("nothing", "a value", "a cell", "an iterator", "an iterator of pairs",
               "an exception", "a parameter in a cell", "the reason of what is pending")

_LIMIT = {"": 0, "k": 1, "s": 2, "u": 3, "f": 4, "j": 5, "n": 6}
_LARGEST_COUNT = 1 << 31
_OPERAND_NAMES = {"k": "constant", "s": "local slot", "u": "upvalue", "f": "function",
                  "j": "instruction", "n": "count"}


def _decode(row: ops.Op) -> tuple[int, int, bool, int, int, int]:
    """Shape, limit of the first operand, whether there are more, pops, pushes, the difference
    in the depth when it jumps.
    """
    shape = _SHAPES.get(row.name)
    operands = row.operands
    if shape is None:
        if "j" in operands:
            shape = _BRANCH
        elif isinstance(row.pops, str):
            shape = _COUNTED
        elif ("s" in operands or "k" in operands) and not row.expands and row.name != "CONSTANT":
            raise ValueError(f"the verifier has no rule for {row.name}")
        else:
            shape = _PLAIN
    first = _LIMIT[operands[:1]]
    if isinstance(row.pops, str) or isinstance(row.falls, str) or isinstance(row.jumps, str):
        return shape, first, len(operands) > 1, 0, 0, 0
    return shape, first, len(operands) > 1, row.pops, row.falls, row.jumps - row.falls


_DECODED = {number: _decode(row) for number, row in ops.BY_NUMBER.items()}
_FUSED = frozenset(number for number, row in ops.BY_NUMBER.items() if row.expands)
_FOREHAND = _FUSED | {ops.LOOP, ops.BOX_LOCAL}
_LAST = frozenset((ops.RETURN, ops.THROW, ops.RETHROW, ops.LOOP))
_FIRST_OF_HANDLER = frozenset((ops.CAUGHT, ops.SET_LOCAL, ops.POP, ops.RETHROW))


def verify(module: Module) -> None:
    """Refuse malformed bytecode with a `BytecodeError`."""
    check_module(module)
    functions = [module.body]
    while functions:
        function = functions.pop()
        try:
            _check_function(function, module.body)
        except Refused as refused:
            code = function.code
            row = ops.BY_NUMBER.get(code[refused.pc][0]) if refused.pc < len(code) else None
            raise BytecodeError(
                f"malformed bytecode in {shown(function.name)}, instruction {refused.pc}"
                f"{f' ({row.name})' if row else ''}: {refused.problem}") from None
        except BytecodeError as error:
            raise BytecodeError(
                f"malformed bytecode in {shown(function.name)}: {error.message}") from None
        functions.extend(function.functions)


def _check_function(function: Function, body: Function) -> None:
    check_fields(function, function is body)
    check_spans(function)
    special = [i for i in function.code if i[0] in _FOREHAND]
    for instruction in special:
        if instruction[0] in _FUSED:
            _check_fused(function)
            return
    _Pass(function, special).run()


def _check_fused(function: Function) -> None:
    """A fused instruction is right when what it stands for is."""
    from sentra.bytecode.expand import expand_with_origins

    _check_operands(function)
    expanded, origins = expand_with_origins(function)
    try:
        _Pass(expanded, [i for i in expanded.code if i[0] in _FOREHAND]).run()
    except Refused as refused:
        refuse(origins[refused.pc], refused.problem)


def _limits(function: Function) -> list[int]:
    return [1, len(function.constants), len(function.local_names), len(function.upvalues),
            len(function.functions), len(function.code), _LARGEST_COUNT]


def _check_operands(function: Function) -> None:
    """The part of the checks that `expand` relies on."""
    limits = _limits(function)
    for pc, instruction in enumerate(function.code):
        if instruction[0] not in _DECODED:
            refuse(pc, f"unknown opcode {instruction[0]}")
        _check_instruction(pc, instruction, limits)


def _check_instruction(pc: int, instruction: Instruction, limits: list[int]) -> None:
    operands = ops.BY_NUMBER[instruction[0]].operands
    for i, value in enumerate(instruction[1:]):
        kind = operands[i:i + 1]
        if not 0 <= value < limits[_LIMIT[kind]]:
            if not kind:
                refuse(pc, f"operand {value} where there is none")
            refuse(pc, f"there is no {_OPERAND_NAMES[kind]} {value}")


class _Pass:
    """The pass over the instructions of one function that has no fused ones."""

    __slots__ = ("bits", "boxed", "flow", "function", "kinds", "names", "pending", "prologue",
                 "ready")

    def __init__(self, function: Function, special: list[Instruction]) -> None:
        if not function.code or function.code[-1][0] not in _LAST:
            raise BytecodeError("the code can run off its end")
        self.function = function
        slots = len(function.local_names)
        self.flow = Flow(function, [i[1] for i in special if i[0] == ops.LOOP])
        self.kinds = [0] * slots
        self.names: set[int] = set()  # constants that were found to be names
        self.boxed: set[int] = set()  # parameters whose BOX_LOCAL the pass has seen
        self.prologue = -1  # the last instruction so far that no loop may go back over
        # A slot's own place tells that it is set; for a boxed parameter a second place, behind
        # all slots, tells that it holds its cell.
        boxes = [i[1] for i in special if i[0] == ops.BOX_LOCAL]
        self.bits, self.ready = slot_sets(2 * slots if boxes else slots)
        named = function.parameters + function.has_rest
        for slot in range(named):
            self.kinds[slot] = _VALUE
            if slot < function.required or slot == function.parameters:
                self.ready |= self.bits[slot]
        for slot in boxes:
            if not 0 <= slot < named:
                raise BytecodeError("BOX_LOCAL of what is no parameter")
            self.kinds[slot] = _BOXED
        self.pending = Pending(function, self.flow.marks)
        for handler in function.handlers:
            self._start(handler)

    def _start(self, handler: Handler) -> None:
        """Look at what a handler does with the exception."""
        op = self.function.code[handler.target][0]
        if op not in _FIRST_OF_HANDLER:
            refuse(handler.target, "a handler starts with what does not take an exception")
        if op == ops.SET_LOCAL:
            slots = self.pending.add(handler)
            for slot, kind in ((slots.value, _CAUGHT), (slots.why, _WHY)):
                if slot < len(self.kinds):
                    if self.kinds[slot] not in (0, kind):
                        refuse(handler.target, f"local {slot} is a parameter")
                    self.kinds[slot] = kind

    def run(self) -> None:  # the hot loop: one function, local names, the frequent shapes first
        function, flow, kinds, names, bits = (
            self.function, self.flow, self.kinds, self.names, self.bits)
        marks, limits, decoded, max_stack = (
            flow.marks, _limits(function), _DECODED, function.max_stack)
        live, depth, floor, ready = True, 0, 0, self.ready
        pc = 0
        try:
            for pc, instruction in enumerate(function.code):
                op, a, b, c = instruction
                if marks[pc]:
                    live, depth, ready, floor = flow.arrive(pc, live, depth, ready)
                shape, limit, more, pops, pushes, jumps = decoded[op]
                if not 0 <= a < limits[limit] or more or b or c:
                    _check_instruction(pc, instruction, limits)
                if not live:
                    continue
                depth -= pops
                if depth < floor:
                    self._underflow(pc, floor)
                depth += pushes
                if depth > max_stack:
                    refuse(pc, f"the stack grows to {depth}, past its {max_stack}")
                if shape == _PLAIN:
                    continue
                if shape == _READ:
                    if kinds[a] != _VALUE:
                        self._read(pc, a)
                    if not ready & bits[a] and kinds[a] != _CAUGHT:
                        refuse(pc, f"local {a} may be unset")
                elif shape == _WRITE:
                    if kinds[a] != _VALUE:
                        self._write(pc, a)
                    ready |= bits[a]
                elif shape == _NAME:
                    if a not in names:
                        self._name(pc, a)
                elif shape == _CALL or shape == _INVOKE:  # noqa: SIM109
                    if shape == _CALL:
                        depth -= a
                    else:
                        depth -= b
                        if a not in names:
                            self._name(pc, a)
                    if depth <= floor:
                        self._underflow(pc, floor)
                elif shape == _BRANCH:
                    flow.jump(pc, a, depth + jumps, ready)
                    live = op != ops.JUMP
                elif shape == _LEAVE:
                    live = False
                elif shape == _LOOP:
                    if a <= self.prologue:
                        refuse(pc, "the loop goes back over the start of the function")
                    flow.loop(pc, a, depth, ready)
                    live = False
                else:
                    live, depth, ready = self._rare(
                        shape, pc, instruction, depth, floor, ready)
        except KeyError:
            if function.code[pc][0] not in decoded:
                refuse(pc, f"unknown opcode {function.code[pc][0]}")
            raise
        if function.handlers:
            self.pending.finish()

    def _rare(
        self, shape: int, pc: int, instruction: Instruction, depth: int, floor: int, ready: Any,
    ) -> tuple[bool, int, Any]:
        """The instructions that are not frequent; whether the next one can be reached."""
        op, a, b, _ = instruction
        bits = self.bits
        if shape == _COUNTED:
            return True, self._count(pc, op, a, b, depth, floor), ready
        if shape == _CHECKED:
            self._use(pc, a, _VALUE)
        elif shape == _CELL:
            self._need_cell(pc, a, ready)
        elif shape == _NEW_CELL:
            self._use(pc, a, _CELLS)
            if self.kinds[a] == _BOXED:
                refuse(pc, "NEW_CELL of a parameter")
            ready |= bits[a]
        elif shape == _BOX:
            ready = self._box(pc, a, ready)
        elif shape == _PASSED:
            self._passed(pc, a)
            self.flow.jump(pc, b, depth, ready | bits[a])
        elif shape == _ITER_START:
            self._use(pc, a, _ITEMS if op == ops.ITER_START else _PAIRS)
            ready |= bits[a]
        elif shape == _ITER_NEXT:
            self._use(pc, a, _ITEMS if op == ops.ITER_NEXT else _PAIRS)
            if not ready & bits[a]:
                refuse(pc, f"the iterator in local {a} may be unset")
            pushed = 1 if op == ops.ITER_NEXT else 2
            self.flow.jump(pc, b, depth - pushed, ready)
        elif shape == _CLOSURE:
            for upvalue in self.function.functions[a].upvalues:
                if upvalue.is_local:
                    self._need_cell(pc, upvalue.index, ready)
        elif shape == _EXCEPTION:
            self._exception(pc)
            return op != ops.RETHROW, depth, ready
        elif type(self.function.constants[a]) is not str:  # _TEXT
            refuse(pc, f"constant {a} is no string")
        return True, depth, ready

    def _underflow(self, pc: int, floor: int) -> None:
        refuse(pc, "the stack holds too few values" if floor == 0 else
               f"the stack holds too few values: a handler keeps {floor}")

    def _count(self, pc: int, op: int, a: int, b: int, depth: int, floor: int) -> int:
        """The depth after an instruction that takes a number of values."""
        row = ops.BY_NUMBER[op]
        if op == ops.SELECT and b > 1:
            refuse(pc, "the second operand is 0 or 1")
        pops, pushes = ops.stack_effect(row, a, b)
        if depth - pops < floor:
            self._underflow(pc, floor)
        if depth - pops + pushes > self.function.max_stack:
            refuse(pc, f"the stack grows past its {self.function.max_stack}")
        return depth - pops + pushes

    def _name(self, pc: int, constant: int) -> None:
        if not is_name(self.function.constants[constant]):
            refuse(pc, f"constant {constant} is no name")
        self.names.add(constant)

    def _use(self, pc: int, slot: int, kind: int) -> None:
        """Refuse a slot that is used in two ways."""
        known = self.kinds[slot]
        if known == 0:
            self.kinds[slot] = kind
        elif known != kind and not (known == _BOXED and kind in (_VALUE, _CELLS)):
            refuse(pc, f"local {slot} is used as {_KIND_NAMES[kind]} and as {_KIND_NAMES[known]}")
        if known == _BOXED and kind == _VALUE and slot in self.boxed:
            refuse(pc, f"local {slot} is used as a value after its BOX_LOCAL")

    def _read(self, pc: int, slot: int) -> None:
        kind = self.kinds[slot]
        if kind == _CAUGHT:
            self.pending.read_value(pc)
        elif kind != _WHY:
            self._use(pc, slot, _VALUE)

    def _write(self, pc: int, slot: int) -> None:
        kind = self.kinds[slot]
        if kind == _CAUGHT:
            self.pending.store_value(pc)
        elif kind == _WHY:
            self.pending.store_why(pc)
        else:
            self._use(pc, slot, _VALUE)

    def _need_cell(self, pc: int, slot: int, ready: Any) -> None:
        self._use(pc, slot, _CELLS)
        place = len(self.kinds) + slot if self.kinds[slot] == _BOXED else slot
        if not ready & self.bits[place]:
            refuse(pc, f"the cell in local {slot} may be unset")

    def _box(self, pc: int, slot: int, ready: Any) -> Any:
        self._use(pc, slot, _VALUE)
        if not ready & self.bits[slot]:
            refuse(pc, f"local {slot} may be unset")
        self.boxed.add(slot)
        self.prologue = pc
        ready = (ready ^ self.bits[slot]) | self.bits[len(self.kinds) + slot]
        self.flow.lose(ready)
        return ready

    def _passed(self, pc: int, slot: int) -> None:
        if not self.function.required <= slot < self.function.parameters:
            refuse(pc, f"local {slot} is no parameter with a default")
        self._use(pc, slot, _VALUE)
        self.prologue = pc

    def _exception(self, pc: int) -> None:
        """CAUGHT and RETHROW take an exception."""
        if pc in self.flow.entries:
            return
        if self.function.code[pc][0] == ops.CAUGHT:
            refuse(pc, "there is no exception on the stack")
        self.pending.rethrow(pc)
