"""The machine's rules: one per shape of instruction, derived from the instruction table.

An instruction of a `Function` is decoded once into ``(rule, a, b, c, does)``: a constant or a name
stands in the place of its index, and the runtime operation in that of its name. Positions stay. A
rule's comment says what its operands are.
The weights say how often a rule runs in ordinary programs, about in per mille; the generated loop
takes fewer tests to the frequent ones.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.ops import OPS, Op

RULES: dict[str, int] = {}
WEIGHTS: list[int] = []


def rule(name: str, weight: int) -> int:
    """Declare a rule and give its number."""
    RULES[name] = len(RULES)
    WEIGHTS.append(weight)
    return RULES[name]


# fmt: off
GET_LOCAL     = rule("GET_LOCAL", 200)      # a: slot
CONSTANT      = rule("CONSTANT", 140)       # a: the value
SET_LOCAL     = rule("SET_LOCAL", 60)       # a: slot
JUMP_IF_FALSE = rule("JUMP_IF_FALSE", 25)   # a: target; likewise for all jumps
CALL          = rule("CALL", 55)            # a: number of arguments
RETURN        = rule("RETURN", 40)
GET_GLOBAL    = rule("GET_GLOBAL", 30)      # a: Python name, b: name
BINARY        = rule("BINARY", 70)          # does: operation of two values
LOOP          = rule("LOOP", 32)
COMPILED_REST = rule("COMPILED_REST", 1)    # a: what runs the rest of the function (see tiers)
COMPARE_JUMP_UNLESS = rule("COMPARE_JUMP_UNLESS", 25)          # a: target, does: comparison
LOCAL_CONSTANT = rule("LOCAL_CONSTANT", 15)  # a: slot, b: value, does
LOCALS        = rule("LOCALS", 25)           # a, b: slots, does
INCREMENT     = rule("INCREMENT", 15)        # a: slot, b: value, does
COMPARE_LOCALS_JUMP_UNLESS = rule("COMPARE_LOCALS_JUMP_UNLESS", 10)  # a, b: slots, c: target
PROPERTY      = rule("PROPERTY", 20)         # a: name, does
INVOKE        = rule("INVOKE", 15)           # a: name, b: number of arguments
GET_BUILTIN   = rule("GET_BUILTIN", 5)      # a: name
ITER_NEXT     = rule("ITER_NEXT", 20)        # a: slot, b: target
POP           = rule("POP", 20)
JUMP          = rule("JUMP", 8)
GET_UPVALUE   = rule("GET_UPVALUE", 20)      # a: index
SET_GLOBAL    = rule("SET_GLOBAL", 8)        # a: Python name
STORE_INDEX   = rule("STORE_INDEX", 15)      # does
STORE_PROPERTY = rule("STORE_PROPERTY", 3)   # a: name, does
GET_CELL      = rule("GET_CELL", 4)          # a: slot
SET_CELL      = rule("SET_CELL", 2)
NEW_CELL      = rule("NEW_CELL", 2)
UNARY         = rule("UNARY", 3)             # does
TERNARY       = rule("TERNARY", 1)           # does
COMPARE_JUMP_IF = rule("COMPARE_JUMP_IF", 2)  # a: target, does
JUMP_IF_TRUE  = rule("JUMP_IF_TRUE", 5)
AND_JUMP      = rule("AND_JUMP", 3)
OR_JUMP       = rule("OR_JUMP", 4)
CALL_RANGE    = rule("CALL_RANGE", 2)        # a: number of arguments; a loop goes over the result
ITER_START    = rule("ITER_START", 3)        # a: slot, does
ITER_NEXT2    = rule("ITER_NEXT2", 3)
ARRAY         = rule("ARRAY", 5)             # a: number of elements
MAKE          = rule("MAKE", 5)              # a: number of values, does: operation of their list
CLOSURE       = rule("CLOSURE", 4)           # a: index
SET_UPVALUE   = rule("SET_UPVALUE", 2)
BOX_LOCAL     = rule("BOX_LOCAL", 1)
COPY_CELL     = rule("COPY_CELL", 1)
GET_CHECKED   = rule("GET_CHECKED", 1)
DUP           = rule("DUP", 1)
DUP2          = rule("DUP2", 1)
JUMP_IF_PASSED = rule("JUMP_IF_PASSED", 1)   # a: slot, b: target
THROW         = rule("THROW", 1)             # does
RETHROW       = rule("RETHROW", 1)
WITH_CONTEXT  = rule("WITH_CONTEXT", 1)      # a: name, does: operation of module, name
GO            = rule("GO", 1)                # a: number of arguments, does
GO_INVOKE     = rule("GO_INVOKE", 1)         # a: name, b: number of arguments, does
SEND          = rule("SEND", 1)              # does
RECEIVE       = rule("RECEIVE", 1)           # does
SELECT        = rule("SELECT", 1)            # a: cases, b: has a default, does
STATEMENT     = rule("STATEMENT", 1)         # a: its Site (see runtime.hooks)
APPEND        = rule("APPEND", 3)            # a: slot, b: string, does
APPEND_LOCALS = rule("APPEND_LOCALS", 3)     # a, b: slots, does; what follows stores it in a
APPEND_TO     = rule("APPEND_TO", 3)         # a: opcode, b: misses, c: slot or name, does
ADAPTIVE      = rule("ADAPTIVE", 5)          # a: general opcode, b: misses, does

# In the register form; a is the slot of the result, b and c are those of operands, where a comment
# does not say otherwise. The sixth operand is the opcode where there is one of two values.
R_MOVE        = rule("R_MOVE", 120)          # from b
R_CONSTANT    = rule("R_CONSTANT", 8)        # b: the value
R_BINARY      = rule("R_BINARY", 150)        # does
R_UNARY       = rule("R_UNARY", 3)           # does
R_PROPERTY    = rule("R_PROPERTY", 20)       # c: name, does
R_GET_GLOBAL  = rule("R_GET_GLOBAL", 30)     # b: Python name, c: name
R_GET_UPVALUE = rule("R_GET_UPVALUE", 20)    # b: index
R_GET_CELL    = rule("R_GET_CELL", 4)        # b: slot of the cell
R_STORE_INDEX = rule("R_STORE_INDEX", 15)    # a[b] = c, does
R_STORE_PROPERTY = rule("R_STORE_PROPERTY", 3)  # a.b = c; b: name, does
R_JUMP_IF_FALSE = rule("R_JUMP_IF_FALSE", 25)   # a: target, b: slot; likewise for the others
R_JUMP_IF_TRUE = rule("R_JUMP_IF_TRUE", 5)
R_COMPARE_JUMP_UNLESS = rule("R_COMPARE_JUMP_UNLESS", 40)  # b with c, does
R_COMPARE_JUMP_IF = rule("R_COMPARE_JUMP_IF", 3)
R_ITER_NEXT   = rule("R_ITER_NEXT", 20)      # b: slot of the iterator, c: target
R_RETURN      = rule("R_RETURN", 40)         # a: slot
R_ADAPTIVE    = rule("R_ADAPTIVE", 5)        # does
# fmt: on

# --- quickening --------------------------------------------------------------------------------
# Where Python's own operator raises nothing, these operations mean the same. Its exceptions are the
# guards of the specialised rules: they are caught, and the general operation decides. It compares
# containers, too, for which Python may take for ever.
RAW = {
    "add": "left + right", "sub": "left - right", "div": "left / right", "index": "left[right]",
    "less": "left < right if type(right) is not list else does(left, right)",
    "less_equal": "left <= right if type(right) is not list else does(left, right)",
    "greater": "left > right if type(right) is not list else does(left, right)",
    "equal": "left == right if type(right) not in CONTAINERS else does(left, right)",
}
"""Runtime operation → Python's, in terms of `left` and `right`."""

_INTS = "type(left) is int and type(right) is int"
_FLOATS = "type(left) is float and type(right) is float"
CHECKED = {
    "MUL_INT": (_INTS, "left * right"),
    "MUL_FLOAT": (_FLOATS, "left * right"),
    "MOD_INT": (_INTS + " and left >= 0 and right > 0", "left % right"),
    "MOD_FLOAT": (_FLOATS + " and left > 0.0 and right > 0.0", "left % right"),
}
"""Specialised row of another operation → what has to hold, and Python's operation then."""

# Rows with a rule of their own: a rule for one kind of operand also lets CPython specialise it.
_SPECIALISED = {
    "ADD_INT": 20, "ADD_FLOAT": 5, "ADD_STRING": 5, "SUB_INT": 5, "SUB_FLOAT": 3, "MUL_INT": 7,
    "MUL_FLOAT": 4, "DIV_INT": 2, "DIV_FLOAT": 2, "MOD_INT": 3, "MOD_FLOAT": 1, "LESS_INT": 4,
    "LESS_FLOAT": 1, "INDEX_ARRAY": 23, "INDEX_MAP": 8,
}
_FUSED = {
    "ADD_LOCAL_CONST": 5, "SUB_LOCAL_CONST": 5, "ADD_LOCALS": 7, "INDEX_LOCALS": 10,
    "INCREMENT": 12, "JUMP_IF_NOT_LESS": 10, "JUMP_IF_NOT_LESS_EQUAL": 8,
    "JUMP_IF_NOT_GREATER": 4, "JUMP_IF_NOT_EQUAL": 10, "JUMP_IF_EQUAL": 2,
    "JUMP_IF_LOCALS_NOT_LESS": 10,
}

QUICKENED: dict[tuple[int, type, type], int] = {}
"""General opcode and types of its operands → rule that is made for them."""

QUICK_INSTEAD = frozenset((
    BINARY, LOCAL_CONSTANT, LOCALS, INCREMENT, COMPARE_JUMP_UNLESS, COMPARE_JUMP_IF,
    COMPARE_LOCALS_JUMP_UNLESS, R_BINARY, R_COMPARE_JUMP_UNLESS, R_COMPARE_JUMP_IF))
"""General rules that a loop with quick ones seldom comes to."""

EACH: dict[str, list[str]] = {}
"""Marker of an arm in loop_source that is repeated → the rows for which it is."""


QUICK, R_QUICK = "QUICK_", "R_QUICK_"  # before a row's name in those of its rules
REGISTERED: dict[int, int] = {}
"""Rule that is made for types → the one that does the same in the register form."""

R_COMPARE_JUMPS: dict[tuple[int, int], tuple[int, int | None]] = {}
"""Opcode of a comparison and rule of a branch → the rule that is both, and the quick one."""


def _declare_specialised() -> None:
    kinds = {"INT": int, "FLOAT": float, "STRING": str}
    for name, weight in _SPECIALISED.items():
        number = rule(QUICK + name, weight)
        REGISTERED[number] = rule(R_QUICK + name, weight)
        base, _, kind = name.partition("_")
        left, right = {"ARRAY": (list, int), "MAP": (dict, str)}.get(
            kind) or (kinds[kind], kinds[kind])
        QUICKENED[OPS[base].number, left, right] = number
        arm = "CHECKED" if name in CHECKED else "RAW"
        for marker in ("EACH_" + arm, "EACH_R_" + arm):
            EACH.setdefault(marker, []).append(name)


# Markers of arms in loop_source; no rule has their number.
EACH_RAW = EACH_CHECKED = EACH_LOCAL_CONSTANT = EACH_LOCALS = EACH_INCREMENT = -1
EACH_COMPARE_JUMP_UNLESS = EACH_COMPARE_JUMP_IF = EACH_COMPARE_LOCALS_JUMP_UNLESS = -1
EACH_R_RAW = EACH_R_CHECKED = EACH_R_COMPARE_JUMP_UNLESS = EACH_R_COMPARE_JUMP_IF = -1

LITERALS = {ops.NIL: None, ops.TRUE: True, ops.FALSE: False}

_OTHERS = {
    "SET_INDEX": STORE_INDEX, "SET_PROPERTY": STORE_PROPERTY, "GET_PROPERTY": PROPERTY,
    "MAP": MAKE, "BUILD_STRING": MAKE, "ITER_START2": ITER_START, "IMPORT": WITH_CONTEXT,
    "IMPORT_NAME": WITH_CONTEXT, "NIL": CONSTANT, "TRUE": CONSTANT, "FALSE": CONSTANT,
}

_BY_SHAPE = {
    (ops.VALUE, ""): {1: UNARY, 2: BINARY, 3: TERNARY},
    (ops.VALUE, "sk"): {0: LOCAL_CONSTANT},
    (ops.VALUE, "ss"): {0: LOCALS},
    (ops.STORE, "sk"): {0: INCREMENT},
    (ops.BRANCH, "ssj"): {0: COMPARE_LOCALS_JUMP_UNLESS},
}


def rule_of(row: Op) -> int:
    """The rule for a row of the instruction table; KeyError for a shape that has none."""
    if row.base:  # without quickening it is the general operation
        return rule_of(OPS[row.base])
    if row.name in _OTHERS:
        return _OTHERS[row.name]
    if row.name in RULES:
        return RULES[row.name]
    if row.kind == ops.BRANCH and row.operands == "j" and row.expands:
        jumps_if_true = row.expands[-1].startswith("JUMP_IF_TRUE")
        return COMPARE_JUMP_IF if jumps_if_true else COMPARE_JUMP_UNLESS
    pops = row.pops
    assert isinstance(pops, int)
    return _BY_SHAPE[row.kind, row.operands][pops]


def _declare_fused() -> None:
    names = {number: name for name, number in RULES.items()}
    for name, weight in _FUSED.items():
        general = names[rule_of(OPS[name])]
        EACH.setdefault("EACH_" + general, []).append(name)
        rule(QUICK + name, weight)
        if "R_" + general in RULES:
            EACH.setdefault("EACH_R_" + general, []).append(name)
            rule(R_QUICK + name, weight)
    for row in OPS.values():
        if row.kind == ops.BRANCH and len(row.expands) == 2:
            comparison, (branch, _) = row.expands[0], row.expands[1].split()
            R_COMPARE_JUMPS[OPS[comparison].number, RULES["R_" + branch]] = (
                RULES["R_" + names[rule_of(row)]], RULES.get(R_QUICK + row.name))


_declare_specialised()
_declare_fused()

R_COMPARE_JUMP_GENERAL = {
    quick: general for general, quick in R_COMPARE_JUMPS.values() if quick is not None}
"""Rule of the register form that compares and branches → the one for any operands."""

ADAPTIVE_OPS = frozenset([key[0] for key in QUICKENED])

RULE_OF: dict[int, int] = {row.number: rule_of(row) for row in OPS.values()}
"""Opcode → rule; checked here for every row, so that none is left out."""
