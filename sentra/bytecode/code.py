"""What the compiler passes around between lowering and everything below it: immutable code.

Invariant: a `Function` is never changed after it was made; passes make new ones with `replaced`.
"""

from __future__ import annotations

# line, column, end line, end column (one past the last character), and the place that an error
# message names (the operator of a binary operation). All 1-based; columns are in characters.
Span = tuple[int, int, int, int, int, int]

# op, a, b, c
Instruction = tuple[int, int, int, int]

Constant = None | bool | int | float | str

NO_SPAN: Span = (1, 1, 1, 1, 1, 1)

LAMBDA = "fn"  # the name of a function without a name; a keyword, so no other function has it
MODULE = "<module>"


class Upvalue:
    """A captured variable of a function: where its cell comes from when the closure is made."""

    __slots__ = ("index", "is_local", "name")

    def __init__(self, name: str, is_local: bool, index: int) -> None:
        self.name = name
        self.is_local = is_local  # a cell in a local slot of the enclosing function, or its upvalue
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Upvalue) and (
            (self.name, self.is_local, self.index) == (other.name, other.is_local, other.index))

    def __hash__(self) -> int:
        return hash((self.name, self.is_local, self.index))

    def __repr__(self) -> str:
        return f"Upvalue({self.name!r}, {self.is_local}, {self.index})"


class Handler:
    """Exceptions at ``start <= pc < end`` go to ``target`` with ``depth`` values left on the stack.

    The exception is pushed on top of those. Handlers of a function are listed innermost first.
    """

    __slots__ = ("depth", "end", "start", "target")

    def __init__(self, start: int, end: int, target: int, depth: int) -> None:
        self.start = start
        self.end = end
        self.target = target
        self.depth = depth

    def key(self) -> tuple[int, int, int, int]:
        return (self.start, self.end, self.target, self.depth)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handler) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Handler{self.key()}"


class Function:
    """The bytecode of one function.

    Parameters fill the first slots in order; the rest parameter, if any, is the slot after the
    last named one. A parameter that was not passed is unset until its default has run.
    """

    __slots__ = ("code", "constants", "functions", "handlers", "has_rest", "local_names",
                 "max_stack", "name", "parameters", "required", "spans", "span", "upvalues")

    def __init__(
        self, *, name: str, parameters: int, required: int, has_rest: bool,
        local_names: tuple[str, ...], upvalues: tuple[Upvalue, ...],
        constants: tuple[Constant, ...], functions: tuple[Function, ...],
        code: tuple[Instruction, ...], spans: tuple[Span, ...], handlers: tuple[Handler, ...],
        max_stack: int, span: Span,
    ) -> None:
        self.name = name
        self.parameters = parameters  # named parameters, without the rest parameter
        self.required = required
        self.has_rest = has_rest
        self.local_names = local_names  # one per slot; hidden ones start with "$"
        self.upvalues = upvalues
        self.constants = constants
        self.functions = functions
        self.code = code
        self.spans = spans  # one per instruction
        self.handlers = handlers
        self.max_stack = max_stack
        self.span = span  # of the whole function in the source

    def replaced(self, **changes: object) -> Function:
        """A copy with some fields changed."""
        fields = {name: getattr(self, name) for name in Function.__slots__}
        fields.update(changes)
        return Function(**fields)

    def __repr__(self) -> str:
        return f"<bytecode of {self.name}: {len(self.code)} instructions>"


class Module:
    """The bytecode of one source file.

    `variables`: every name that the module declares at its top level outside blocks, or assigns
    without a declaration anywhere. `implicit`: the latter ones; where one names a builtin, the
    variable starts out as that builtin. `exports` maps exported names, in the order of the text,
    to module variables. `single`: variables that are assigned exactly once, by their declaration;
    a function among them is a constant to the compiler.
    """

    __slots__ = ("body", "exports", "filename", "implicit", "path", "single", "source", "variables")

    def __init__(
        self, *, filename: str, source: str, body: Function, variables: tuple[str, ...],
        implicit: tuple[str, ...], single: tuple[str, ...], exports: tuple[tuple[str, str], ...],
        path: str = "",
    ) -> None:
        self.filename = filename  # as it was given; used in messages
        self.path = path  # of the file that the host loaded, if it did; never in messages
        self.source = source  # the text, for the source line of an error; "" when it is not known
        self.body = body
        self.variables = variables
        self.implicit = implicit
        self.single = single  # module variables with one assignment in the text: their declaration
        self.exports = exports

    @property
    def code_name(self) -> str:
        """The file that Python's own tools look for: debuggers, profilers, tracebacks."""
        return self.path or self.filename

    def __repr__(self) -> str:
        return f"<module {self.filename}>"
