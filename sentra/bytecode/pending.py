"""How the verifier knows that a stored exception is one when it is thrown again.

A finally block stores the exception that brought control to it in a slot `value`, and the reason
in a slot `why`; a pending return stores its value in the same way, with another reason:

    H: SET_LOCAL value · CONSTANT 1 · SET_LOCAL why            the handler's start
    … SET_LOCAL value · POP … · CONSTANT 2 · SET_LOCAL why     a return through the block
    … CONSTANT 3 · SET_LOCAL why                               break, or normal completion
    … GET_LOCAL why · CONSTANT 1 · EQUAL · JUMP_IF_FALSE L · GET_LOCAL value · RETHROW
    … GET_LOCAL why · CONSTANT 2 · EQUAL · JUMP_IF_FALSE L · GET_LOCAL value …

Invariant: these are the only ways in which such slots are used, with no jump into the middle of
one. Between the stores nothing throws, so `why` always tells what `value` holds: the exception
after a handler's reason, a value after a reason that is only ever stored together with one.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.flow import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Function, Handler


class Slots:
    """A pair of such slots."""

    __slots__ = ("bare", "plain", "reason", "value", "why")

    def __init__(self, value: int, why: int, reason: int) -> None:
        self.value = value
        self.why = why
        self.reason = reason  # of an exception
        self.plain: dict[int, int] = {}  # reason before a read of a value → where
        self.bare: set[int] = set()  # reasons that are stored without a value


class Pending:
    """The pairs of one function."""

    __slots__ = ("by_value", "by_why", "code", "constants", "marks", "starts")

    def __init__(self, function: Function, marks: bytearray) -> None:
        self.code = function.code
        self.constants = function.constants
        self.marks = marks
        self.by_value: dict[int, Slots] = {}
        self.by_why: dict[int, Slots] = {}
        self.starts: set[int] = set()

    def add(self, handler: Handler) -> Slots:
        """Note a handler that stores its exception."""
        target = handler.target
        self.starts.add(target)
        value = self.code[target][1]
        reason = self._stored_reason(target + 1)
        if reason is None:
            refuse(target, "a handler stores its exception without a reason beside it")
        why = self.code[target + 2][1]
        slots = self.by_value.setdefault(value, Slots(value, why, reason))
        if (slots.why, slots.reason) != (why, reason) or self.by_why.setdefault(
                why, slots) is not slots or value in self.by_why or why in self.by_value:
            refuse(target, f"locals {value} and {why} do not belong together alone")
        return slots

    def _integer(self, pc: int) -> int | None:
        """The integer that the instruction pushes, if it does that."""
        op, a, _, _ = self.code[pc]
        if op != ops.CONSTANT or a >= len(self.constants):
            return None
        value = self.constants[a]
        return value if type(value) is int else None

    def _stored_reason(self, pc: int) -> int | None:
        """The reason that two instructions from `pc` on store after a value, if they do."""
        if (pc + 1 >= len(self.code) or self.code[pc + 1][0] != ops.SET_LOCAL
                or self.marks[pc] or self.marks[pc + 1]):
            return None
        return self._integer(pc)

    def store_value(self, pc: int) -> None:
        """Check a SET_LOCAL of a `value`."""
        if pc in self.starts:
            return
        slots = self.by_value[self.code[pc][1]]
        pc += 1
        while pc < len(self.code) and self.code[pc][0] == ops.POP and not self.marks[pc]:
            pc += 1
        reason = self._stored_reason(pc)
        if reason is None or self.code[pc + 1][1] != slots.why:
            refuse(pc, f"local {slots.value} is set without a reason in local {slots.why}")
        if reason == slots.reason:
            refuse(pc, f"{reason} is the reason of an exception, not of a value")

    def store_why(self, pc: int) -> None:
        """Check a SET_LOCAL of a `why`."""
        slots = self.by_why[self.code[pc][1]]
        reason = self._integer(pc - 1) if pc else None
        if reason is None or self.marks[pc]:
            refuse(pc, f"local {slots.why} is set to what is no constant reason")
        if reason == slots.reason:
            # `add` could not know yet that something jumps past the handler's first instruction.
            if (pc - 2 not in self.starts or self.code[pc - 2][1] != slots.value
                    or self.marks[pc - 1]):
                refuse(pc, f"{reason} is the reason of an exception")
            return
        before = pc - 2
        while before >= 0 and self.code[before][0] == ops.POP and not self.marks[before + 1]:
            before -= 1
        if (before < 0 or self.marks[before + 1] or before in self.starts
                or self.code[before][:2] != (ops.SET_LOCAL, slots.value)):
            slots.bare.add(reason)

    def read_value(self, pc: int) -> None:
        """Check a GET_LOCAL of a `value`."""
        slots = self.by_value[self.code[pc][1]]
        reason = self._integer(pc - 3) if pc > 3 else None
        if (reason is None or self.code[pc - 4][:2] != (ops.GET_LOCAL, slots.why)
                or self.code[pc - 2][0] != ops.EQUAL
                or self.code[pc - 1][0] != ops.JUMP_IF_FALSE or any(self.marks[pc - 3:pc + 1])):
            refuse(pc, f"local {slots.value} is read without a test of local {slots.why}")
        throws = self.code[pc + 1][0] == ops.RETHROW and not self.marks[pc + 1]
        if throws != (reason == slots.reason):
            refuse(pc, f"local {slots.value} is read for the reason {reason}")
        if not throws:
            slots.plain.setdefault(reason, pc)

    def rethrow(self, pc: int) -> None:
        """Check a RETHROW that starts no handler."""
        op, slot, _, _ = self.code[pc - 1]
        if pc == 0 or self.marks[pc] or op != ops.GET_LOCAL or slot not in self.by_value:
            refuse(pc, "there is no exception on the stack")

    def finish(self) -> None:
        """Check what only the whole function shows."""
        for slots in self.by_value.values():
            for reason, pc in slots.plain.items():
                if reason in slots.bare:
                    refuse(pc, f"local {slots.value} may be unset for the reason {reason}")
