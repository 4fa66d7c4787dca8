"""What the verifier knows about a function at each place that control can come to.

Invariant: jumps other than LOOP go forward, and a LOOP brings at least what was known at its
header. One pass in the order of the text therefore sees every way into an instruction before the
instruction itself.

What is known is the depth of the operand stack and a set of *ready* slots: those that hold what
their kind says (a value, a cell, an iterator) on every path. The set is an integer of bits; for
functions with very many slots it is a `WideSet`, which answers to the same operators.
"""

from __future__ import annotations

from sentra.bytecode.code import Handler
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from sentra.bytecode.code import Function

    State = tuple[int, Any]  # depth, ready slots

_NARROW = 512  # bits up to which plain integers are the faster sets
_CHUNK = 1024
_BITS = [1 << i for i in range(64)]


class Refused(Exception):
    """Carries what is wrong at which instruction to `verify`, which adds the names."""

    def __init__(self, pc: int, problem: str) -> None:
        super().__init__(problem)
        self.pc = pc
        self.problem = problem


def refuse(pc: int, problem: str) -> NoReturn:
    """Give up on a function because of one of its instructions."""
    raise Refused(pc, problem)


class WideSet:
    """A set of slots in chunks, so that adding one to 100,000 copies little.

    >>> slots = WideSet.empty(3000) | 5 | 2999
    >>> bool(slots & 5), bool(slots & 6), bool((slots ^ 5) & 5), slots & slots == slots
    (True, False, False, True)
    """

    __slots__ = ("chunks",)

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, chunks: tuple[int, ...]) -> None:
        self.chunks = chunks

    @classmethod
    def empty(cls, count: int) -> WideSet:
        return cls((0,) * (count // _CHUNK + 1))

    def __or__(self, slot: int) -> WideSet:
        return self if self & slot else self ^ slot

    def __xor__(self, slot: int) -> WideSet:
        index, bit = divmod(slot, _CHUNK)
        chunks = self.chunks
        return WideSet((*chunks[:index], chunks[index] ^ 1 << bit, *chunks[index + 1:]))

    def __and__(self, other: int | WideSet) -> Any:
        if isinstance(other, WideSet):
            return WideSet(tuple([a & b for a, b in zip(self.chunks, other.chunks, strict=True)]))
        return self.chunks[other // _CHUNK] >> other % _CHUNK & 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WideSet) and self.chunks == other.chunks


def slot_sets(count: int) -> tuple[Sequence[int], Any]:
    """What stands for each of `count` slots beside the operators ``| & ^``, and the empty set."""
    if count > _NARROW:
        return range(count), WideSet.empty(count)
    while len(_BITS) < count:
        _BITS.append(1 << len(_BITS))
    return _BITS, 0


class Range:
    """A handler while the pass is inside it, with what is ready in all of its range."""

    __slots__ = ("floor", "handler", "ready")

    def __init__(self, handler: Handler, floor: int) -> None:
        self.handler = handler
        self.floor = floor  # the depth below which its range may not go
        self.ready: Any = None  # None: nothing of it can be reached so far


class Flow:
    """The joins of one function: jump targets, loop headers, handler ranges."""

    __slots__ = ("entries", "headers", "inside", "marks", "pending", "starts")

    def __init__(self, function: Function, headers: list[int]) -> None:
        size = len(function.code)
        self.marks = bytearray(size + 1)  # where `arrive` must be asked
        self.pending: dict[int, State] = {}  # what forward jumps bring to their targets
        self.headers: dict[int, State | None] = dict.fromkeys(headers)
        self.entries: dict[int, State | None] = {}  # what handlers start with
        self.starts: dict[int, list[Handler]] = {}
        self.inside: list[Range] = []  # the ranges around the current instruction
        for header in headers:
            if not 0 <= header < size:
                raise BytecodeError("a LOOP goes outside its function")
            self.marks[header] = 1
        if function.handlers:
            self._read_handlers(function)

    def _read_handlers(self, function: Function) -> None:
        for handler in function.handlers:
            for pc in (handler.start, handler.end, handler.target):
                self.marks[pc] = 1
            self.entries[handler.target] = None
        # Outermost first; of two equal ranges the one that is listed first is inside.
        order = sorted(range(len(function.handlers)), key=lambda i: (
            function.handlers[i].start, -function.handlers[i].end, -i))
        around: list[int] = []
        for i in order:
            handler = function.handlers[i]
            while around and function.handlers[around[-1]].end <= handler.start:
                around.pop()
            if around:
                outer = function.handlers[around[-1]]
                if outer.end < handler.end:
                    raise BytecodeError(f"handlers {outer.key()} and {handler.key()} overlap")
                if around[-1] < i:
                    raise BytecodeError(f"handler {handler.key()} is listed after one around it")
            around.append(i)
            self.starts.setdefault(handler.start, []).append(handler)

    def arrive(self, pc: int, live: bool, depth: int, ready: Any) -> tuple[bool, int, Any, int]:
        """Join what comes from the instruction before (if `live`) with all other ways to `pc`.

        The result adds the depth below which the stack may not go from here.
        """
        while self.inside and self.inside[-1].handler.end <= pc:
            handler = self.inside[-1].handler
            if live and depth != handler.depth:
                refuse(pc, f"a handler's range ends with {depth} values on the stack, "
                           f"not {handler.depth}")
            self._leave(self.inside.pop())
        arriving = self.pending.pop(pc, None)
        if pc in self.entries:
            if live or arriving is not None:
                refuse(pc, "a handler can be reached without an exception")
            arriving = self.entries[pc]
        if arriving is not None:
            if live:
                if depth != arriving[0]:
                    refuse(pc, f"the stack holds {depth} or {arriving[0]} values here")
                ready = ready & arriving[1]
            else:
                depth, ready = arriving
                live = True
        for handler in self.starts.get(pc, ()):
            if live and depth != handler.depth:
                refuse(pc, f"a handler's range starts with {depth} values on the stack, "
                           f"not {handler.depth}")
            around = self.inside[-1].floor if self.inside else 0
            self.inside.append(Range(handler, max(handler.depth, around)))
        floor = 0
        if self.inside:
            floor = self.inside[-1].floor
            if live:
                if depth < floor:
                    refuse(pc, f"the stack holds {depth} values where a handler keeps {floor}")
                self.lose(ready)
        if live and pc in self.headers:
            self.headers[pc] = (depth, ready)
        return live, depth, ready, floor

    def lose(self, ready: Any) -> None:
        """Inside a range only `ready` is sure from here on, and so at its handler."""
        if self.inside:
            inner = self.inside[-1]
            inner.ready = ready if inner.ready is None else inner.ready & ready

    def _leave(self, inner: Range) -> None:
        if inner.ready is None:
            return
        self.lose(inner.ready)
        target, depth, ready = inner.handler.target, inner.handler.depth + 1, inner.ready
        known = self.entries[target]
        if known is not None:
            if known[0] != depth:
                refuse(target, f"the stack holds {depth} or {known[0]} values here")
            ready = ready & known[1]
        self.entries[target] = (depth, ready)

    def jump(self, pc: int, target: int, depth: int, ready: Any) -> None:
        """Note a forward jump."""
        if target <= pc:
            refuse(pc, "the jump does not go forward")
        known = self.pending.get(target)
        if known is None:
            self.marks[target] = 1
            self.pending[target] = (depth, ready)
            return
        if known[0] != depth:
            refuse(pc, f"the stack holds {depth} values here, but {known[0]} on another way "
                       f"to instruction {target}")
        if known[1] is not ready:
            self.pending[target] = (depth, known[1] & ready)

    def loop(self, pc: int, target: int, depth: int, ready: Any) -> None:
        """Check a jump backward."""
        if target > pc:
            refuse(pc, "the loop does not go backward")
        known = self.headers[target]
        if known is None:
            refuse(pc, "the loop goes back to where nothing leads")
        if known[0] != depth:
            refuse(pc, f"the loop goes back with {depth} values on the stack, not {known[0]}")
        if known[1] & ready != known[1]:
            refuse(pc, "the loop goes back with fewer slots ready")
