"""What lowering knows of a function, a scope and a variable before the bytecode is final."""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Constant, Instruction, Span, Upvalue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.syntax.nodes import FunctionLiteral

GET_LOCAL, SET_LOCAL = ops.GET_LOCAL, ops.SET_LOCAL

# A place in the code: the index of the instruction that comes next, and how many scope entries
# were made before. The instructions that make cells are inserted at those entries at the end.
Label = tuple[int, int]

_BIG = 1 << 60


class Variable:
    """A declared name. `get` and `set` are the instructions that its own function uses for it."""

    __slots__ = ("captured", "checked", "constant", "function", "get", "is_global", "name",
                 "outer", "scope", "set", "slot", "stores")

    def __init__(self, name: str, scope: Scope, slot: int, constant: bool) -> None:
        self.name = name
        self.scope = scope
        self.slot = slot
        self.constant = constant
        self.get: Instruction = (GET_LOCAL, slot, 0, 0)
        self.set: Instruction = (SET_LOCAL, slot, 0, 0)
        self.checked: Instruction | None = None  # of a `var`: how it is read where it may be unset
        self.outer: Variable | None = None  # what the name means after this one's scope
        self.captured = False
        self.is_global = False
        self.stores = 1  # assignments in the text, with its declaration
        self.function: FunctionLiteral | None = None  # of a hoisted `fn`


class Scope:
    """The names that one block declares. `parent` is None for the module's own block."""

    __slots__ = ("assigned", "names", "parent", "unit")

    def __init__(self, parent: Scope | None, unit: Unit) -> None:
        self.parent = parent
        self.unit = unit
        self.names: dict[str, Variable] = {}
        self.assigned: list[Variable] | None = None  # `var`s certainly set from here on, in it


class Unit:
    """A function while it is being lowered; the module's own statements are one too."""

    __slots__ = ("block", "captures", "cells", "code", "constants", "definition", "entries",
                 "free", "handlers", "has_rest", "implicit", "jumps", "keep", "late",
                 "local_names", "name", "node", "numbers", "parameters", "parent", "promoted",
                 "required", "span", "spans", "start", "strings", "units", "upvalues")

    def __init__(
        self, name: str, span: Span, node: FunctionLiteral | None, parent: Unit | None,
        definition: Scope | None,
    ) -> None:
        self.name = name
        self.span = span
        self.node = node
        self.parent = parent
        self.definition = definition  # the scope that the function stands in
        # The block that its `var`s belong to: the body, or the scope of a parameter's default.
        self.block = Scope(definition, self)
        self.parameters = self.required = 0
        self.has_rest = False
        self.local_names: list[str] = []
        self.code: list[Instruction] = []
        self.spans: list[Span] = []
        self.entries: list[tuple[int, int, Scope]] = []  # (place, opcode, scope)
        self.jumps: list[tuple[int, int]] = []  # (index of the jump, entries before its target)
        self.handlers: list[tuple[Label, Label, Label, int]] = []
        self.units: list[Unit] = []
        self.upvalues: list[Upvalue] = []
        self.captures: dict[Variable, int] = {}  # variables of outer functions → upvalue
        self.free: dict[str, Instruction] = {}
        self.implicit: dict[str, Span] = {}  # names assigned that nothing declares
        self.cells: set[int] = set()  # slots of captured variables
        self.promoted: dict[int, Variable] = {}  # slots of locals that became module variables
        # What was lowered before a `var` further down gave the name its meaning:
        # instruction → (instead, from where, up to where). From the parameters' defaults a `var`
        # of the body cannot be seen.
        self.start = 0  # where the code that belongs to `block` begins
        self.late: dict[Instruction, tuple[Instruction, int, int]] = {}
        self.keep: set[int] = set()  # places that set a parameter's default before it is boxed
        self.constants: list[Constant] = []
        self.strings: dict[str, int] = {}
        self.numbers: dict[int | str, int] = {}

    def string(self, value: str) -> int:
        """The index of a string constant."""
        index = self.strings.get(value)
        if index is None:
            index = self.strings[value] = len(self.constants)
            self.constants.append(value)
        return index

    def number(self, value: int | float) -> int:
        """The index of a number constant; `1`, `1.0`, `0.0` and `-0.0` are four constants."""
        key: int | str = value if type(value) is int and -_BIG < value < _BIG else (
            value.hex() if type(value) is float else hex(int(value)))
        index = self.numbers.get(key)
        if index is None:
            index = self.numbers[key] = len(self.constants)
            self.constants.append(value)
        return index
