"""The compiler's intermediate form: basic blocks of statements over typed variables (registers).

The operand stack of the bytecode is gone. What it held is an expression tree where it is used at
once, and a variable where it lives across a block's end. Python is an expression language, so trees
are the register form that needs no coalescing: every tree node is a register that is written
once and read once.

Invariants: an expression node has one parent; evaluation order is arguments from left to right,
then the node; ``and``, ``or`` and ``select`` evaluate lazily. Blocks of a function are in the order
of their instructions, and a jump goes forward unless it is the back edge of a loop region.
"""

from __future__ import annotations

from sentra.bytecode.code import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# --- types: sets over this lattice, joined with | -----------------------------------------------
NIL = 1
BOOL = 2
NAT = 4  # an int that is not negative
NEG = 8  # any other int
FLOAT = 16
STRING = 32
ARRAY = 64
MAP = 128
FUNCTION = 256
OTHER = 512
INT = NAT | NEG
NUMBER = BOOL | INT | FLOAT
ANY = 1023
NONE = 0  # no value reaches this place (yet)

TYPE_WORDS = ((NIL, "nil"), (BOOL, "boolean"), (FLOAT, "float"), (STRING, "string"),
              (ARRAY, "array"), (MAP, "map"), (FUNCTION, "function"), (OTHER, "other"))


def type_words(bits: int) -> str:
    """How a type prints: ``int|string``; ``nat`` is a non-negative int, ``neg`` a negative one.

    >>> type_words(NAT | NEG | STRING), type_words(ANY), type_words(NAT)
    ('int|string', 'any', 'nat')
    """
    if bits == ANY:
        return "any"
    words = [word for bit, word in TYPE_WORDS if bits & bit]
    if bits & NEG:
        words.insert(0, "int" if bits & NAT else "neg")
    elif bits & NAT:
        words.insert(0, "nat")
    return "|".join(words) or "none"


# --- variables ----------------------------------------------------------------------------------
LOCAL = "local"  # no other function touches it
CELL = "cell"  # a local that nested functions capture
UPVALUE = "upvalue"  # captured from an enclosing function
GLOBAL = "global"  # a module variable
TEMP = "temp"  # made by the compiler


class Variable:
    """A register: a local, captured or module variable, or one of the compiler's own."""

    __slots__ = ("caught", "checked", "content", "explicit", "frozen", "function", "index", "kind",
                 "name", "nilable", "owner", "python", "readers", "reads", "sets", "single", "type")

    def __init__(self, name: str, kind: str, index: int = -1) -> None:
        self.name = name
        self.kind = kind
        self.index = index  # slot, upvalue index or a number among the temporaries
        self.type = NONE
        self.reads = 0
        self.sets = 0
        self.checked = False  # may be read before it is set: reading throws then
        self.owner: Variable | None = None  # of an upvalue: the cell that it is
        self.readers: list[Any] = []  # statements to look at again when the type grows
        self.python = ""  # its name in generated code
        self.explicit = False  # generated code keeps a cell object in a local of this name
        self.content: Any = None  # the class of the containers it holds (see `contents`)
        self.nilable = False  # is compared with nil somewhere
        self.caught = False  # holds what a catch block looks at: an error, or what was thrown
        self.frozen = False  # a renewed cell that is set once, before it is captured
        self.single = False  # a module variable that only its declaration sets
        self.function: FunctionIR | None = None  # the function it always holds, if that is known

    def take_facts(self, known: Variable) -> None:
        """Know what is known of another variable that holds the same."""
        self.type, self.content, self.function = known.type, known.content, known.function
        self.nilable, self.explicit, self.frozen = known.nilable, known.explicit, known.frozen
        self.python = known.python

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


# --- expressions --------------------------------------------------------------------------------
class Expr:
    """One operation. `op` is the runtime operation or one of the words below; `a` belongs to it.

    const (a: value) · get (a: Variable) · builtin (a: name) · closure (a: FunctionIR) ·
    bind (a: Variable that is given the value, which is also the result) ·
    property, invoke, go_invoke (a: name) · and, or, select (lazy) · array, map, text · call, go ·
    import_module, import_builtin (a: path) · caught · received (a: index into a select's result)
    """

    __slots__ = ("a", "args", "depth", "guards", "impure", "known", "op", "own", "present", "span",
                 "type")

    depth: int  # of the tree, 1 for a leaf

    def __init__(self, op: str, args: tuple[Expr, ...], a: Any, span: Span) -> None:
        self.op = op
        self.args = args
        self.a = a
        self.span = span
        self.type = NONE
        # Of a property or index: 1 if the key is surely there, 2 if maybe not; of a call of floor:
        # see `passes.division`.
        self.known = 0
        # Of a property or index: its type where nothing is missing; of a call of join or sum: what
        # the array holds; of a get: the types that tests have left (see `passes.narrowing`). NONE
        # where that is not known.
        self.present = NONE
        self.own = 0  # set by a backend: exceptions after which the general operation decides,
        self.guards = 0  # those of the whole tree,
        self.impure = False  # and whether evaluating the tree again could be noticed
        depth = 0
        for arg in args:
            if arg.depth > depth:
                depth = arg.depth
        self.depth = depth + 1

    def __repr__(self) -> str:
        return f"<{self.op} {self.a if self.a is not None else ''}{list(self.args)}>"


# --- statements ---------------------------------------------------------------------------------
class Stmt:
    """One statement of a block.

    set (variable, value) · eval (value) · set_index (args: container, index, value) ·
    set_property (a: name; args: container, value) · new_cell, box, copy_cell (variable) ·
    iterate, iterate_pairs (variable: the hidden iterator; value; a: whether that has to be an
    array, in copies for entries) · turn (in these: a turn is counted) ·
    publish (variable: a module variable; value: the local of that name) ·
    mark (a: its number in the function, as text; in debug builds: a statement begins)
    """

    __slots__ = ("a", "args", "op", "queued", "span", "variable")

    def __init__(
        self, op: str, variable: Variable | None, args: tuple[Expr, ...], a: Any, span: Span,
    ) -> None:
        self.op = op
        self.queued = False  # its types are to be looked at (see `types`)
        self.variable = variable
        self.args = args
        self.a = a
        self.span = span

    def __repr__(self) -> str:
        return f"<{self.op} {self.variable} {list(self.args)}>"


# --- terminators --------------------------------------------------------------------------------
JUMP = "jump"  # targets: (block,)
BRANCH = "branch"  # args: (condition,); targets: (then, else)
NEXT = "next"  # variable: the iterator; results: the loop's variables; targets: (body, done)
PASSED = "passed"  # variable: a parameter; targets: (was passed, was not)
RETURN = "return"  # args: (value,)
THROW = "throw"  # args: (value,)
RETHROW = "rethrow"  # args: (exception,)


class Terminator:
    """How a block ends."""

    __slots__ = ("args", "op", "queued", "results", "span", "targets", "variable")

    def __init__(
        self, op: str, targets: tuple[int, ...], args: tuple[Expr, ...], span: Span,
        variable: Variable | None = None, results: tuple[Variable, ...] = (),
    ) -> None:
        self.op = op
        self.queued = False
        self.targets = targets
        self.args = args
        self.span = span
        self.variable = variable
        self.results = results


class Block:
    """A basic block; `number` is its place in its function."""

    __slots__ = ("body", "end", "exception", "number", "predecessors", "start")

    def __init__(self, number: int, start: int) -> None:
        self.number = number
        self.start = start  # the instruction it begins at
        self.body: list[Stmt] = []
        self.end: Terminator | None = None
        self.predecessors = 0
        self.exception: Variable | None = None  # of a handler: where the exception is


class TryRegion:
    """Blocks ``start <= b < end`` are covered; exceptions go to block `handler`."""

    __slots__ = ("end", "handler", "start")

    def __init__(self, start: int, end: int, handler: int) -> None:
        self.start = start
        self.end = end
        self.handler = handler


class LoopRegion:
    """Blocks ``header <= b <= last``; block `last` jumps back to `header`."""

    __slots__ = ("header", "known", "last")

    def __init__(self, header: int, last: int, known: Any = None) -> None:
        self.header = header
        self.last = last
        # What tests before the loop have left of variables' types (see `passes.narrowing`).
        self.known: dict[Variable, int] = known or {}


class FunctionIR:
    """One function in this form."""

    __slots__ = ("blocks", "bytecode", "children", "clones", "content", "decisive", "declined",
                 "effects", "escapes", "free_names", "locals", "loops", "module", "name",
                 "original", "parameters", "parent", "result", "temps", "tries", "upvalues")

    def __init__(self, name: str, bytecode: Any, parent: FunctionIR | None) -> None:
        self.name = name
        self.bytecode = bytecode
        self.parent = parent
        self.blocks: list[Block] = []
        self.tries: list[TryRegion] = []
        self.loops: list[LoopRegion] = []
        self.parameters: list[Variable] = []  # with the rest parameter last, if there is one
        self.locals: list[Variable] = []  # by slot
        self.upvalues: list[Variable] = []
        self.children: list[FunctionIR] = []
        self.result = NONE  # the type of what it returns
        self.content: Any = None  # the class of the containers that it returns
        self.escapes = False  # may be called from where the compiler does not see
        self.module: ModuleIR | None = None
        # Its clones for tuples of argument types, the parameters (as bits) whose types choose among
        # them, and of a clone the original: see `specialise`.
        self.clones: dict[tuple[str, ...], Variable] = {}
        self.decisive = 0
        self.original: FunctionIR | None = None
        self.declined = ""  # why a backend does not take it
        self.effects: Any = None  # what a call of it may change (see `memory`)
        self.free_names: set[str] = set()  # names of the namespace that its own code uses
        self.temps = -1  # the number of the next temporary; -1: see `edit.new_temp`

    def __repr__(self) -> str:
        return f"<ir of {self.name}>"


class ModuleIR:
    """A module: its functions, outermost first, and its variables."""

    __slots__ = ("body", "bytecode", "debug", "functions", "globals", "imported", "inference",
                 "inlining", "metered", "open_functions", "sizes")

    def __init__(self, bytecode: Any, *, debug: bool = False) -> None:
        self.bytecode = bytecode
        self.debug = debug  # statements are marked, and a debugger may change any variable
        self.body: FunctionIR | None = None
        self.functions: list[FunctionIR] = []
        self.globals: dict[str, Variable] = {}
        self.imported: dict[Variable, Any] | None = None  # see `passes.imports`
        self.inference: Any = None  # types more code of the module (see `types.infer_rest`)
        self.inlining: Any = None  # what a backend inlines (see `codegen.inlining`)
        self.metered = False  # the code counts steps, so that every call has to be one
        self.sizes: Any = None  # which ints are small (see `sizes`)
        self.open_functions = False  # somebody outside may call any function at the top


class Declined(Exception):
    """A function has a shape that the compiler leaves to the next executor; says why."""
