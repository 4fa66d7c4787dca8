"""What a debugger shows of a call: its place, and its variables under the names of the source."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from sentra.bytecode import ops
from sentra.bytecode.code import MODULE
from sentra.errors import NAME, SentraError
from sentra.runtime.hooks import Call, calls_here
from sentra.runtime.names import to_python
from sentra.runtime.trace import located
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sentra.bytecode.code import Span
    from sentra.debugging.session import Session

    # A variable of a call: what reads it (MISSING while it has no value), and what sets it.
    Place = tuple[Callable[[], Any], Callable[[Any], None]]


class Frame:
    """A call of the program that has not ended: where it is, and its variables.

    Valid while the program is stopped, or during one call of the trace hook. `result` is what it
    returns, for the event "return"; `error` what was thrown, for the event "error".
    """

    __slots__ = ("_at", "_stack", "call", "error", "result", "session")

    def __init__(
        self, session: Session, call: Call, stack: list[Call] | None = None, at: int = 0,
    ) -> None:
        self.session = session
        self.call = call
        self._stack = stack  # the calls of its task; None: those of this thread
        self._at = at  # its place among them
        self.result: Any = None
        self.error: Any = None

    # --- place ----------------------------------------------------------------------------------
    @property
    def function(self) -> str:
        """The function's name; "fn" for a lambda, "<module>" for the statements of a file."""
        return self.call.function.name

    @property
    def filename(self) -> str:
        return self.call.module.filename

    @property
    def span(self) -> Span:
        return self.call.span

    @property
    def line(self) -> int:
        return self.call.span[4]

    @property
    def source_line(self) -> str:
        """The text of the line; "" where the source is not known."""
        return located(self.call.module, "", self.call.span).source_line

    def __str__(self) -> str:
        return f"{self.function} ({self.filename}:{self.line})"

    def __repr__(self) -> str:
        return f"<frame {self}>"

    # --- variables ------------------------------------------------------------------------------
    def variables(self) -> dict[str, Any]:
        """The variables that can be seen here and have a value, but for those of the module:
        parameters, locals, captured ones. In the frame of a module: its own.
        """
        found: dict[str, Any] = {}
        for name, (read, _) in self._own():
            value = read()
            if value is not MISSING:
                found[name] = self.session.shown(value)
        if self.function == MODULE:
            return {**self.module_variables(), **found}
        return found

    def module_variables(self) -> dict[str, Any]:
        """The variables of the module that have a value."""
        found: dict[str, Any] = {}
        for name in self.call.module.variables:
            place = self._module_place(name)
            value = MISSING if place is None else place[0]()
            if value is not MISSING:
                found[name] = self.session.shown(value)
        return found

    def evaluate(self, expression: str) -> Any:
        """The value of an expression here. Raises SentraError for what is wrong with it."""
        return self.session.shown(self.session.evaluate(self, expression))

    def assign(self, name: str, value: Any) -> None:
        """Give a variable another value. Raises SentraError where that cannot be."""
        place = self.place(name)
        if place is None:
            raise SentraError(f'no variable "{name}" here', NAME)
        place[1](self.session.accepted(value))
        self.call.refresh()

    def place(self, name: str) -> Place | None:
        """What a name means here; None where that is no variable of the program."""
        found = None
        for known, place in self._own():
            if known == name:
                found = place
        return found or self._module_place(name)

    def _own(self) -> Iterator[tuple[str, Place]]:
        """The variables of the call, inner ones after those that they shadow."""
        call = self.call
        for index, upvalue in enumerate(call.function.upvalues):
            yield upvalue.name, captured(call, index)
        names = call.function.local_names
        for slot in visible_slots(call):
            name = names[slot]
            if not name.startswith("$") and name != "_":
                yield name, local(call, slot)

    def _module_place(self, name: str) -> Place | None:
        call = self.call
        if to_python(name) in call.namespace and name in call.module.variables:
            return (lambda: call.read_global(name)), (lambda value: call.write_global(name, value))
        if call.function.name != MODULE:
            # What only the module's own statements use is local to them.
            stack = calls_here() if self._stack is None else self._stack
            for outer in islice(stack, self._at, None):
                if outer.function is call.module.body:
                    return Frame(self.session, outer).place(name)
        return None


def local(call: Call, slot: int) -> Place:
    """A local variable."""
    return (lambda: call.read(slot)), (lambda value: call.write(slot, value))


def captured(call: Call, index: int) -> Place:
    """A captured variable."""
    return (lambda: call.read_captured(index)), (
        lambda value: call.write_captured(index, value))


def visible_slots(call: Call) -> list[int]:
    """The locals whose scope the call is in."""
    function = call.function
    number, constant = 0, -1
    for op, table, count, _ in function.code[call.position::-1]:
        if op == ops.STATEMENT:
            number, constant = count, table
            break
    if constant < 0:  # before the first statement
        constant = next((a for op, a, _, _ in function.code if op == ops.STATEMENT), -1)
    if constant < 0:
        return list(range(len(function.local_names)))
    slots = len(function.local_names)
    return [slot for slot, first, end in _scopes(str(function.constants[constant]))
            if first <= number < end and slot < slots]


@lru_cache(maxsize=256)
def _scopes(text: str) -> list[tuple[int, int, int]]:
    """The slots of a function with the statements that see them; see `lower.marks`."""
    found: list[tuple[int, int, int]] = []
    for word in text.split():
        slot, _, rest = word.partition(":")
        first, _, end = rest.partition("-")
        if not (slot.isdecimal() and first.isdecimal() and end.isdecimal()):
            continue  # bytecode made by hand
        found.append((int(slot), int(first), int(end)))
    return found
