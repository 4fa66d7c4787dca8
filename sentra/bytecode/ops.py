"""The instruction set: one table, a row per opcode. Every other list is derived from it.

An instruction is a tuple ``(op, a, b, c)``; unused operands are 0. Operand kinds:

=======  ==============================================================
``k``    index into the function's constants
``s``    local slot
``u``    index into the function's upvalues
``f``    index into the function's nested functions
``n``    a count or a flag, 0 or more
``j``    the index of an instruction in the same function
=======  ==============================================================

Stack effects are written ``before → after``, the top of the stack to the right. ``pops`` and
``pushes`` are numbers, or the word ``"a"``-expression of an operand where the count depends on it
(``"a"``, ``"b"``, ``"2a"``, ``"a+1"``, ``"3a"``), read by `stack_effect`.
"""

from __future__ import annotations

# Shapes of instruction. Interpreter, verifier, IR builder and backends have a rule per shape.
VALUE = "value"  # pops operands, pushes the result of one runtime operation
COPY = "copy"  # moves a value between the stack and a variable or constant
STORE = "store"  # writes into a variable, array or map; pushes nothing
BRANCH = "branch"  # may continue at another instruction of this function
CALLS = "call"  # runs a function of the program or a builtin
BUILD = "build"  # makes a new array, map, string or function
ITER = "iter"  # loops over a value
EXIT = "exit"  # leaves the function, or raises
TASK = "task"  # may let other tasks run
MARK = "mark"  # does nothing; says what begins here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

Effect = int | str


class Op:
    """One row of the table."""

    __slots__ = ("base", "does", "expands", "falls", "jumps", "kind", "meaning", "name", "number",
                 "operands", "pops", "pushes", "throws")

    def __init__(
        self, name: str, number: int, operands: str, pops: Effect, pushes: Effect, kind: str,
        does: str, throws: bool, meaning: str, base: str = "", expands: tuple[str, ...] = (),
        falls: Effect | None = None, jumps: Effect | None = None,
    ) -> None:
        self.name = name
        self.number = number
        self.operands = operands
        self.pops = pops
        self.pushes = pushes
        self.kind = kind
        self.does = does  # the runtime operation that it means, "" if none
        self.throws = throws
        self.meaning = meaning
        self.base = base  # of a specialised row: the general opcode that it never contradicts
        self.expands = expands  # of a fused row: the general instructions that it stands for
        # Of a branch: what it pushes when it goes on, and when it jumps, where these differ.
        self.falls = pushes if falls is None else falls
        self.jumps = pushes if jumps is None else jumps

    def __repr__(self) -> str:
        return f"<op {self.name}>"


OPS: dict[str, Op] = {}
BY_NUMBER: dict[int, Op] = {}


def op(
    name: str, number: int, operands: str, pops: Effect, pushes: Effect, kind: str, does: str,
    throws: bool, meaning: str, base: str = "", expands: tuple[str, ...] = (),
    falls: Effect | None = None, jumps: Effect | None = None,
) -> int:
    """Declare a row and give its number."""
    if name in OPS or number in BY_NUMBER:
        raise ValueError(f"opcode {name} or number {number} is declared twice")
    row = Op(name, number, operands, pops, pushes, kind, does, throws, meaning, base, expands,
             falls, jumps)
    OPS[name] = row
    BY_NUMBER[number] = row
    return number


# fmt: off
# --- constants and stack -----------------------------------------------------------------------
CONSTANT      = op("CONSTANT", 1, "k", 0, 1, COPY, "", False, "→ k")
NIL           = op("NIL", 2, "", 0, 1, COPY, "", False, "→ nil")
TRUE          = op("TRUE", 3, "", 0, 1, COPY, "", False, "→ true")
FALSE         = op("FALSE", 4, "", 0, 1, COPY, "", False, "→ false")
POP           = op("POP", 5, "", 1, 0, COPY, "", False, "v →")
DUP           = op("DUP", 6, "", 1, 2, COPY, "", False, "v → v v")
DUP2          = op("DUP2", 7, "", 2, 4, COPY, "", False, "a b → a b a b")

# --- variables ---------------------------------------------------------------------------------
GET_LOCAL     = op("GET_LOCAL", 10, "s", 0, 1, COPY, "", False, "→ local s")
SET_LOCAL     = op("SET_LOCAL", 11, "s", 1, 0, STORE, "", False, "v → ; local s := v")
GET_CHECKED   = op("GET_CHECKED", 12, "s", 0, 1, COPY, "", True, "→ local s; throws undefined variable while it is unset (a var whose line has not run)")
NEW_CELL      = op("NEW_CELL", 13, "s", 0, 0, STORE, "", False, "local s := a fresh empty cell (captured variable; once per block entry)")
BOX_LOCAL     = op("BOX_LOCAL", 14, "s", 0, 0, STORE, "", False, "local s := a fresh cell that holds the value of local s (captured parameter)")
GET_CELL      = op("GET_CELL", 15, "s", 0, 1, COPY, "", True, "→ value of the cell in local s; throws undefined variable if empty")
SET_CELL      = op("SET_CELL", 16, "s", 1, 0, STORE, "", False, "v → ; the cell in local s := v")
GET_UPVALUE   = op("GET_UPVALUE", 17, "u", 0, 1, COPY, "", True, "→ value of captured cell u; throws undefined variable if empty")
SET_UPVALUE   = op("SET_UPVALUE", 18, "u", 1, 0, STORE, "", False, "v → ; captured cell u := v")
GET_GLOBAL    = op("GET_GLOBAL", 19, "k", 0, 1, COPY, "", True, "→ module variable named k; throws undefined variable if unset")
SET_GLOBAL    = op("SET_GLOBAL", 20, "k", 1, 0, STORE, "", False, "v → ; module variable named k := v")
GET_BUILTIN   = op("GET_BUILTIN", 21, "k", 0, 1, COPY, "", True, "→ the builtin or host global named k; throws undefined variable if there is none")
COPY_CELL     = op("COPY_CELL", 22, "s", 0, 0, STORE, "", False, "local s := a fresh cell with the value of the cell in local s (next iteration of a C-style for)")

# --- arithmetic and comparison -----------------------------------------------------------------
ADD           = op("ADD", 30, "", 2, 1, VALUE, "add", True, "a b → a + b")
SUB           = op("SUB", 31, "", 2, 1, VALUE, "sub", True, "a b → a - b")
MUL           = op("MUL", 32, "", 2, 1, VALUE, "mul", True, "a b → a * b")
DIV           = op("DIV", 33, "", 2, 1, VALUE, "div", True, "a b → a / b")
MOD           = op("MOD", 34, "", 2, 1, VALUE, "mod", True, "a b → a % b")
NEGATE        = op("NEGATE", 35, "", 1, 1, VALUE, "negate", True, "a → -a")
NOT           = op("NOT", 36, "", 1, 1, VALUE, "not_", False, "a → !a")
EQUAL         = op("EQUAL", 37, "", 2, 1, VALUE, "equal", True, "a b → a == b (never throws)")
NOT_EQUAL     = op("NOT_EQUAL", 38, "", 2, 1, VALUE, "not_equal", True, "a b → a != b")
LESS          = op("LESS", 39, "", 2, 1, VALUE, "less", True, "a b → a < b")
LESS_EQUAL    = op("LESS_EQUAL", 40, "", 2, 1, VALUE, "less_equal", True, "a b → a <= b")
GREATER       = op("GREATER", 41, "", 2, 1, VALUE, "greater", True, "a b → a > b")
GREATER_EQUAL = op("GREATER_EQUAL", 42, "", 2, 1, VALUE, "greater_equal", True, "a b → a >= b")
IN            = op("IN", 43, "", 2, 1, VALUE, "contains", True, "x c → x in c")

# --- arrays, maps, strings, functions ----------------------------------------------------------
INDEX         = op("INDEX", 50, "", 2, 1, VALUE, "index", True, "c i → c[i]")
SLICE         = op("SLICE", 51, "", 3, 1, VALUE, "slice_", True, "c i j → c[i:j]; nil is an absent bound")
GET_PROPERTY  = op("GET_PROPERTY", 52, "k", 1, 1, VALUE, "get_property", True, "c → c.k")
SET_INDEX     = op("SET_INDEX", 53, "", 3, 0, STORE, "set_index", True, "c i v → ; c[i] := v")
SET_PROPERTY  = op("SET_PROPERTY", 54, "k", 2, 0, STORE, "set_property", True, "c v → ; c.k := v")
ARRAY         = op("ARRAY", 55, "n", "a", 1, BUILD, "", False, "v1…vn → [v1…vn]")
MAP           = op("MAP", 56, "n", "2a", 1, BUILD, "make_map", True, "k1 v1…kn vn → {k1: v1…}; throws on a key of a wrong type")
BUILD_STRING  = op("BUILD_STRING", 57, "n", "a", 1, BUILD, "join_text", True, "v1…vn → str(v1) + … + str(vn) (template string)")
CLOSURE       = op("CLOSURE", 58, "f", 0, 1, BUILD, "", False, "→ nested function f over the cells that its upvalue list names")

# --- calls -------------------------------------------------------------------------------------
CALL          = op("CALL", 60, "n", "a+1", 1, CALLS, "call", True, "f v1…vn → f(v1…vn)")
INVOKE        = op("INVOKE", 61, "kn", "b+1", 1, CALLS, "invoke", True, "r v1…vn → r.k(v1…vn); b is n")
JUMP_IF_PASSED = op("JUMP_IF_PASSED", 62, "sj", 0, 0, BRANCH, "", False, "to j if the argument for parameter s was passed (else its default follows)")
RETURN        = op("RETURN", 63, "", 1, 0, EXIT, "", False, "v → ; leave the function with v")
THROW         = op("THROW", 64, "", 1, 0, EXIT, "thrown", True, "v → ; throw v")
CAUGHT        = op("CAUGHT", 65, "", 1, 1, VALUE, "caught", False, "exception → the value that catch binds (first instruction of a catch handler)")
RETHROW       = op("RETHROW", 66, "", 1, 0, EXIT, "", True, "exception → ; raise it again, as it was (end of finally)")

# --- branches ----------------------------------------------------------------------------------
JUMP          = op("JUMP", 70, "j", 0, 0, BRANCH, "", False, "to j, forward")
LOOP          = op("LOOP", 71, "j", 0, 0, BRANCH, "", False, "to j, backward: the back edge of a loop, one tick")
JUMP_IF_FALSE = op("JUMP_IF_FALSE", 72, "j", 1, 0, BRANCH, "", False, "v → ; to j if v is falsy")
JUMP_IF_TRUE  = op("JUMP_IF_TRUE", 73, "j", 1, 0, BRANCH, "", False, "v → ; to j if v is truthy")
AND_JUMP      = op("AND_JUMP", 74, "j", 1, 1, BRANCH, "", False, "v → v and to j if v is falsy; else v → and on (a && b)", falls=0)
OR_JUMP       = op("OR_JUMP", 75, "j", 1, 1, BRANCH, "", False, "v → v and to j if v is truthy; else v → and on (a || b)", falls=0)

# --- loops over values -------------------------------------------------------------------------
ITER_START    = op("ITER_START", 80, "s", 1, 0, ITER, "iterate", True, "c → ; local s := iterator over the elements or keys of c")
ITER_START2   = op("ITER_START2", 81, "s", 1, 0, ITER, "iterate_pairs", True, "c → ; local s := iterator over (index, element) or (key, value) of c")
ITER_NEXT     = op("ITER_NEXT", 82, "sj", 0, 1, ITER, "", True, "→ next of iterator s; or to j with nothing pushed when it is done", jumps=0)
ITER_NEXT2    = op("ITER_NEXT2", 83, "sj", 0, 2, ITER, "", True, "→ key value of iterator s; or to j with nothing pushed when it is done", jumps=0)

# --- modules and tasks -------------------------------------------------------------------------
IMPORT        = op("IMPORT", 90, "k", 0, 1, CALLS, "import_module", True, "→ the module at path k (its body runs at the first import)")
IMPORT_NAME   = op("IMPORT_NAME", 91, "k", 0, 1, CALLS, "import_builtin", True, "→ the builtin module named k")
GO            = op("GO", 92, "n", "a+1", 1, CALLS, "go", True, "f v1…vn → task that calls f(v1…vn)")
GO_INVOKE     = op("GO_INVOKE", 93, "kn", "b+1", 1, CALLS, "go_invoke", True, "r v1…vn → task that calls r.k(v1…vn); b is n")
SEND          = op("SEND", 94, "", 2, 0, TASK, "send", True, "ch v → ; send v on ch")
RECEIVE       = op("RECEIVE", 95, "", 1, 1, TASK, "receive", True, "ch → the value received from ch")
SELECT        = op("SELECT", 96, "nn", "3a", 2, TASK, "select", True, "ch1 v1 is_send1 … → received-value index; a cases, b = 1 with a default, whose index is a")

# --- debug builds only --------------------------------------------------------------------------
STATEMENT     = op("STATEMENT", 99, "knn", 0, 0, MARK, "", False, "a statement begins, the b-th of its function; c: 0 plain, 1 the function's entry, 2 the next turn of a loop; k says which slots can be seen from which statements")

# --- specialised: produced by quickening and optimise; on other types the general meaning ------
ADD_INT       = op("ADD_INT", 100, "", 2, 1, VALUE, "add", True, "a b → a + b, both int", base="ADD")
ADD_FLOAT     = op("ADD_FLOAT", 101, "", 2, 1, VALUE, "add", True, "a b → a + b, both float", base="ADD")
ADD_STRING    = op("ADD_STRING", 102, "", 2, 1, VALUE, "add", True, "a b → a + b, both string", base="ADD")
SUB_INT       = op("SUB_INT", 103, "", 2, 1, VALUE, "sub", True, "a b → a - b, both int", base="SUB")
SUB_FLOAT     = op("SUB_FLOAT", 104, "", 2, 1, VALUE, "sub", True, "a b → a - b, both float", base="SUB")
MUL_INT       = op("MUL_INT", 105, "", 2, 1, VALUE, "mul", True, "a b → a * b, both int", base="MUL")
MUL_FLOAT     = op("MUL_FLOAT", 106, "", 2, 1, VALUE, "mul", True, "a b → a * b, both float", base="MUL")
DIV_INT       = op("DIV_INT", 107, "", 2, 1, VALUE, "div", True, "a b → a / b, both int", base="DIV")
DIV_FLOAT     = op("DIV_FLOAT", 108, "", 2, 1, VALUE, "div", True, "a b → a / b, both float", base="DIV")
MOD_INT       = op("MOD_INT", 109, "", 2, 1, VALUE, "mod", True, "a b → a % b, both int", base="MOD")
MOD_FLOAT     = op("MOD_FLOAT", 110, "", 2, 1, VALUE, "mod", True, "a b → a % b, both float", base="MOD")
LESS_INT      = op("LESS_INT", 111, "", 2, 1, VALUE, "less", True, "a b → a < b, both int", base="LESS")
LESS_FLOAT    = op("LESS_FLOAT", 112, "", 2, 1, VALUE, "less", True, "a b → a < b, both float", base="LESS")
INDEX_ARRAY   = op("INDEX_ARRAY", 113, "", 2, 1, VALUE, "index", True, "c i → c[i], array and int", base="INDEX")
INDEX_MAP     = op("INDEX_MAP", 114, "", 2, 1, VALUE, "index", True, "c k → c[k], map", base="INDEX")

# --- fused: produced by optimise; expands to the general instructions ---------------------------
# In `expands`, A B C stand for the row's own operands.
ADD_LOCAL_CONST = op("ADD_LOCAL_CONST", 130, "sk", 0, 1, VALUE, "add", True, "→ local a + k", expands=("GET_LOCAL A", "CONSTANT B", "ADD"))
SUB_LOCAL_CONST = op("SUB_LOCAL_CONST", 131, "sk", 0, 1, VALUE, "sub", True, "→ local a - k", expands=("GET_LOCAL A", "CONSTANT B", "SUB"))
ADD_LOCALS    = op("ADD_LOCALS", 132, "ss", 0, 1, VALUE, "add", True, "→ local a + local b", expands=("GET_LOCAL A", "GET_LOCAL B", "ADD"))
INCREMENT     = op("INCREMENT", 133, "sk", 0, 0, STORE, "add", True, "local a := local a + k", expands=("GET_LOCAL A", "CONSTANT B", "ADD", "SET_LOCAL A"))
INDEX_LOCALS  = op("INDEX_LOCALS", 134, "ss", 0, 1, VALUE, "index", True, "→ (local a)[local b]", expands=("GET_LOCAL A", "GET_LOCAL B", "INDEX"))
JUMP_IF_NOT_LESS = op("JUMP_IF_NOT_LESS", 135, "j", 2, 0, BRANCH, "less", True, "a b → ; to j unless a < b", expands=("LESS", "JUMP_IF_FALSE A"))
JUMP_IF_NOT_LESS_EQUAL = op("JUMP_IF_NOT_LESS_EQUAL", 136, "j", 2, 0, BRANCH, "less_equal", True, "a b → ; to j unless a <= b", expands=("LESS_EQUAL", "JUMP_IF_FALSE A"))
JUMP_IF_NOT_GREATER = op("JUMP_IF_NOT_GREATER", 137, "j", 2, 0, BRANCH, "greater", True, "a b → ; to j unless a > b", expands=("GREATER", "JUMP_IF_FALSE A"))
JUMP_IF_NOT_EQUAL = op("JUMP_IF_NOT_EQUAL", 138, "j", 2, 0, BRANCH, "equal", True, "a b → ; to j unless a == b", expands=("EQUAL", "JUMP_IF_FALSE A"))
JUMP_IF_EQUAL = op("JUMP_IF_EQUAL", 139, "j", 2, 0, BRANCH, "equal", True, "a b → ; to j if a == b", expands=("EQUAL", "JUMP_IF_TRUE A"))
JUMP_IF_LOCALS_NOT_LESS = op("JUMP_IF_LOCALS_NOT_LESS", 140, "ssj", 0, 0, BRANCH, "less", True, "to c unless local a < local b", expands=("GET_LOCAL A", "GET_LOCAL B", "LESS", "JUMP_IF_FALSE C"))
JUMP_IF_NOT_GREATER_EQUAL = op("JUMP_IF_NOT_GREATER_EQUAL", 141, "j", 2, 0, BRANCH, "greater_equal", True, "a b → ; to j unless a >= b", expands=("GREATER_EQUAL", "JUMP_IF_FALSE A"))
JUMP_IF_LESS  = op("JUMP_IF_LESS", 142, "j", 2, 0, BRANCH, "less", True, "a b → ; to j if a < b", expands=("LESS", "JUMP_IF_TRUE A"))
JUMP_IF_LESS_EQUAL = op("JUMP_IF_LESS_EQUAL", 143, "j", 2, 0, BRANCH, "less_equal", True, "a b → ; to j if a <= b", expands=("LESS_EQUAL", "JUMP_IF_TRUE A"))
JUMP_IF_GREATER = op("JUMP_IF_GREATER", 144, "j", 2, 0, BRANCH, "greater", True, "a b → ; to j if a > b", expands=("GREATER", "JUMP_IF_TRUE A"))
JUMP_IF_GREATER_EQUAL = op("JUMP_IF_GREATER_EQUAL", 145, "j", 2, 0, BRANCH, "greater_equal", True, "a b → ; to j if a >= b", expands=("GREATER_EQUAL", "JUMP_IF_TRUE A"))
# fmt: on


def stack_effect(row: Op, a: int, b: int) -> tuple[int, int]:
    """How many values an instruction pops and pushes, given its first two operands."""
    pops, pushes = row.pops, row.pushes
    return (pops if isinstance(pops, int) else _COUNTS[pops](a, b),
            pushes if isinstance(pushes, int) else _COUNTS[pushes](a, b))


_COUNTS: dict[str, Callable[[int, int], int]] = {
    "a": lambda a, b: a, "b": lambda a, b: b, "2a": lambda a, b: 2 * a, "3a": lambda a, b: 3 * a,
    "a+1": lambda a, b: a + 1, "b+1": lambda a, b: b + 1}
