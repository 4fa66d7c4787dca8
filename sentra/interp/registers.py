"""The register form of a function: instructions that name the slots of their operands.

The depth of the operand stack is known at each instruction, so each place of the stack is a slot of
its own, its *home*; and what only copies a variable or a constant to the stack need not be done at
all: ``GET_LOCAL a; GET_LOCAL b; ADD; SET_LOCAL c`` is ``c = add a, b``. (The idea of Lua 5's
machine; Ierusalimschy, de Figueiredo, Celes, "The implementation of Lua 5.0", 2005.)

An instruction is ``(rule, a, b, c, does, sp)``. Rules that begin with ``R_`` name slots; before
all others their operands are copied to their homes, and they do what they do on the stack, whose
top is then at `sp`. Constants are slots behind the stack. Invariant: where ways meet, and where the
range of a handler begins or ends, every value on the stack is at home.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Handler
from sentra.bytecode.edit import JUMP_OPERAND
from sentra.bytecode.expand import expand_with_origins
from sentra.bytecode.ops import BY_NUMBER, stack_effect
from sentra.interp import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Function

    Registered = tuple[int, Any, Any, Any, Any, int]

_DECIDED = {ops.JUMP_IF_FALSE: rules.R_JUMP_IF_FALSE, ops.JUMP_IF_TRUE: rules.R_JUMP_IF_TRUE}
_SPARE = 3  # what the parts of a fused instruction push, and it does not
_ENDS = frozenset([ops.JUMP, ops.LOOP, ops.RETURN, ops.THROW, ops.RETHROW])
_LOADS = {
    ops.GET_GLOBAL: rules.R_GET_GLOBAL, ops.GET_UPVALUE: rules.R_GET_UPVALUE,
    ops.GET_CELL: rules.R_GET_CELL,
}
# What puts its result into slot a, whichever that is.
_RESULT_IN_A = frozenset([
    *_LOADS.values(), rules.R_MOVE, rules.R_CONSTANT, rules.R_UNARY, rules.R_BINARY,
    rules.R_ADAPTIVE, rules.R_PROPERTY, rules.R_ITER_NEXT])
_KEPT_LOCAL = frozenset([ops.BOX_LOCAL, ops.NEW_CELL, ops.COPY_CELL, ops.ITER_START,
                         ops.ITER_START2])


class RegisterForm:
    """Makes the register form of a function."""

    def __init__(
        self, function: Function, decode: Callable[[Function], list[Any]], *, quick: bool,
        fuse: bool,
    ) -> None:
        """`decode` gives the stack form's instructions; `quick`: with rules that are made for
        types; `fuse`: a comparison and the branch on it are one instruction.
        """
        self.function, self._origins = expand_with_origins(function)
        self._decoded = decode(self.function)
        self._quick = quick
        self._fuse = fuse
        self._base = len(function.local_names)
        self.room = self.function.max_stack + _SPARE  # slots of the stack
        self.code: list[Registered] = []
        self.places: list[int] = []
        """For each instruction, the one of the function that it comes from."""
        self.constants: list[Any] = []
        """What the slots behind the stack hold."""
        self.handlers: list[Handler] = []
        self._stack: list[int] = []  # the slots where the values on the stack are
        self._slots_of: dict[tuple[type, str], int] = {}  # of constants
        self._new: list[int] = []  # old place → new place
        self._depths: dict[int, int] = {}  # at targets of jumps and handlers
        self._leaders = self._find_leaders()
        self._result: int | None = None  # the last instruction, if its result may go elsewhere
        self._convert()

    def _find_leaders(self) -> set[int]:
        found: set[int] = set()
        for instruction in self.function.code:
            operand = JUMP_OPERAND.get(instruction[0])
            if operand is not None:
                found.add(instruction[operand])
        for handler in self.function.handlers:
            found.update((handler.start, handler.end, handler.target))
            self._depths[handler.target] = handler.depth + 1
        return found

    def _convert(self) -> None:
        live = True
        for place, instruction in enumerate(self.function.code):
            if place in self._leaders:
                if live:
                    self._settle()
                    self._depths.setdefault(place, len(self._stack))
                self._result = None
                depth = self._depths.get(place)
                if depth is not None:
                    live = True
                    self._stack = list(range(self._base, self._base + depth))
            self._new.append(len(self.code))
            if live:
                self._instruction(place, instruction)
                live = instruction[0] not in _ENDS
        self._new.append(len(self.code))
        self._link()

    # --- the parts of an instruction --------------------------------------------------------------
    def _emit(self, place: int, rule: int, a: Any = 0, b: Any = 0, c: Any = 0, does: Any = None,
              extra: int | None = None) -> None:
        sp = self._base + len(self._stack) if extra is None else extra
        self._result = len(self.code) if rule in _RESULT_IN_A else None
        self.code.append((rule, a, b, c, does, sp))
        self.places.append(self._origins[place])

    def _home(self) -> int:
        """Where the next value on the stack is at home."""
        return self._base + len(self._stack)

    def _settle(self, first: int = 0, place: int | None = None) -> None:
        """Copy the values on the stack to their homes, those at `first` and above."""
        at = len(self._new) - 1 if place is None else place
        for depth in range(first, len(self._stack)):
            home = self._base + depth
            if self._stack[depth] != home:
                self._emit(max(at, 0), rules.R_MOVE, home, self._stack[depth])
                self._stack[depth] = home

    def _keep_local(self, slot: int, place: int) -> None:
        """The slot is about to change: values on the stack that are still there go home."""
        if slot in self._stack:
            for depth, held in enumerate(self._stack):
                if held == slot:
                    self._emit(place, rules.R_MOVE, self._base + depth, slot)
                    self._stack[depth] = self._base + depth

    def _constant(self, value: Any) -> int:
        key = type(value), repr(value)
        slot = self._slots_of.get(key)
        if slot is None:
            slot = self._base + self.room + len(self.constants)
            self._slots_of[key] = slot
            self.constants.append(value)
        return slot

    # --- instructions -----------------------------------------------------------------------------
    def _instruction(self, place: int, instruction: tuple[int, int, int, int]) -> None:
        op = instruction[0]
        rule, a, b, _, does = self._decoded[place]
        stack = self._stack
        if op == ops.GET_LOCAL:
            stack.append(a)
        elif op == ops.STATEMENT:
            pass  # nobody stops there
        elif rule == rules.CONSTANT:
            stack.append(self._constant(a))
        elif op == ops.POP:
            stack.pop()
            self._result = None
        elif op == ops.DUP:
            stack.append(stack[-1])
            self._result = None
        elif op == ops.DUP2:
            stack += stack[-2:]
            self._result = None
        elif op == ops.SET_LOCAL:
            self._set_local(place, a)
        elif rule == rules.BINARY or rule == rules.ADAPTIVE:
            self._binary(place, op, does)
        elif rule == rules.UNARY or rule == rules.PROPERTY:
            operand = stack.pop()
            new = rules.R_UNARY if rule == rules.UNARY else rules.R_PROPERTY
            self._emit(place, new, self._home(), operand, a, does)
            stack.append(self._home())
        elif op in _LOADS:
            self._emit(place, _LOADS[op], self._home(), a, b)
            stack.append(self._home())
        elif rule == rules.STORE_INDEX:
            container, key, value = stack[-3:]
            self._emit(place, rules.R_STORE_INDEX, container, key, value, does)
            del stack[-3:]
        elif rule == rules.STORE_PROPERTY:
            self._emit(place, rules.R_STORE_PROPERTY, stack[-2], a, stack[-1], does)
            del stack[-2:]
        elif op in _DECIDED:
            self._branch(place, _DECIDED[op], a)
        elif op == ops.ITER_NEXT:
            self._settle(place=place)
            self._depths[b] = len(stack)
            self._emit(place, rules.R_ITER_NEXT, self._home(), a, b)
            stack.append(self._home())
        elif op == ops.RETURN:
            self._emit(place, rules.R_RETURN, stack[-1])
        else:
            self._on_the_stack(place, instruction)

    def _set_local(self, place: int, slot: int) -> None:
        value = self._stack.pop()
        result = self._result
        if result is not None and self.code[result][1] == value == self._home() and (
                value not in self._stack and slot not in self._stack):
            rule, _, b, c, does, sp = self.code[result]
            self.code[result] = (rule, slot, b, c, does, sp)
            self._result = None
            return
        self._keep_local(slot, place)
        if value != slot:
            self._emit(place, rules.R_MOVE, slot, value)
        self._result = None

    def _binary(self, place: int, op: int, does: Any) -> None:
        right = self._stack.pop()
        left = self._stack.pop()
        adaptive = self._decoded[place][0] == rules.ADAPTIVE
        rule = rules.R_ADAPTIVE if adaptive else rules.R_BINARY
        self._emit(place, rule, self._home(), left, right, does, op)
        self._stack.append(self._home())

    def _branch(self, place: int, rule: int, target: int) -> None:
        value = self._stack.pop()
        comparison = self._comparison(value, rule) if self._fuse else None
        if comparison is not None:
            origin = self.places.pop()
            self.code.pop()
        self._settle(place=place)
        self._depths[target] = len(self._stack)
        if comparison is None:
            self._emit(place, rule, target, value)
        else:
            self._emit(place, comparison[0], target, *comparison[2:5])
            self.places[-1] = origin

    def _comparison(self, value: int, branch: int) -> Registered | None:
        """The last instruction, with the rule that also branches on it, if it only compares."""
        if self._result is None or value != self._home() or value in self._stack:
            return None
        rule, a, b, c, does, op = self.code[self._result]
        if a != value or rule not in (rules.R_BINARY, rules.R_ADAPTIVE):
            return None
        general, quick = rules.R_COMPARE_JUMPS.get((op, branch), (None, None))
        fused = quick if self._quick and quick is not None else general
        return None if fused is None else (fused, a, b, c, does, op)

    def _on_the_stack(self, place: int, instruction: tuple[int, int, int, int]) -> None:
        """What has no form of its own: operands at home, and the stack's rule."""
        op, x, y, _ = instruction
        row = BY_NUMBER[op]
        rule, a, b, c, does = self._decoded[place]
        jump = JUMP_OPERAND.get(op)
        pops, pushes = stack_effect(row, x, y)
        if op in _KEPT_LOCAL:
            self._keep_local(x, place)
        self._settle(0 if jump else len(self._stack) - pops, place)
        self._emit(place, rule, a, b, c, does)
        del self._stack[len(self._stack) - pops:]
        if jump:
            target = instruction[jump]
            falls, jumps = row.falls, row.jumps
            if target > place:
                self._depths[target] = len(self._stack) + int(jumps)
            pushes = int(falls)
        for _ in range(pushes):
            self._stack.append(self._home())

    def _link(self) -> None:
        """Targets become new places, and so do the ranges of handlers."""
        new = self._new
        for at, (rule, a, b, c, does, sp) in enumerate(self.code):
            operand = _TARGETS.get(rule)
            if operand is not None:
                operands = [a, b, c]
                operands[operand] = new[operands[operand]]
                self.code[at] = (rule, *operands, does, sp)
        self.handlers = [
            Handler(new[each.start], new[each.end], new[each.target], each.depth)
            for each in self.function.handlers]


# Rule → which of its operands is a target.
_TARGETS = {
    rules.JUMP: 0, rules.LOOP: 0, rules.AND_JUMP: 0, rules.OR_JUMP: 0, rules.JUMP_IF_PASSED: 1,
    rules.ITER_NEXT2: 1, rules.R_ITER_NEXT: 2, rules.R_JUMP_IF_FALSE: 0, rules.R_JUMP_IF_TRUE: 0,
    **{rule: 0 for pair in rules.R_COMPARE_JUMPS.values() for rule in pair if rule is not None},
}
