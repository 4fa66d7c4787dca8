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
COMPILED_LOOP = rule("COMPILED_LOOP", 1)    # a: what runs it (see tiers)
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
ADAPTIVE      = rule("ADAPTIVE", 5)          # a: general opcode, b: misses, does
# fmt: on

# --- quickening --------------------------------------------------------------------------------
# Where Python's own operator raises nothing, these operations mean the same. Its exceptions are the
# guards of the specialised rules: they are caught, and the general operation decides.
RAW = {
    "add": "left + right", "sub": "left - right", "div": "left / right", "index": "left[right]",
    "less": "left < right", "less_equal": "left <= right", "greater": "left > right",
    "equal": "left == right",
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
    COMPARE_LOCALS_JUMP_UNLESS))
"""General rules that a loop with quick ones seldom comes to."""

EACH: dict[str, list[str]] = {}
"""Marker of an arm in loop_source that is repeated → the rows for which it is."""


def _quick_rule(name: str, weight: int) -> int:
    return rule("QUICK_" + name, weight)


def _declare_specialised() -> None:
    kinds = {"INT": int, "FLOAT": float, "STRING": str}
    for name, weight in _SPECIALISED.items():
        number = _quick_rule(name, weight)
        base, _, kind = name.partition("_")
        left, right = {"ARRAY": (list, int), "MAP": (dict, str)}.get(
            kind) or (kinds[kind], kinds[kind])
        QUICKENED[OPS[base].number, left, right] = number
        EACH.setdefault("EACH_CHECKED" if name in CHECKED else "EACH_RAW", []).append(name)


# Markers of arms in loop_source; no rule has their number.
EACH_RAW = EACH_CHECKED = EACH_LOCAL_CONSTANT = EACH_LOCALS = EACH_INCREMENT = -1
EACH_COMPARE_JUMP_UNLESS = EACH_COMPARE_JUMP_IF = EACH_COMPARE_LOCALS_JUMP_UNLESS = -1

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
        EACH.setdefault("EACH_" + names[rule_of(OPS[name])], []).append(name)
        _quick_rule(name, weight)


_declare_specialised()
_declare_fused()

ADAPTIVE_OPS = frozenset([key[0] for key in QUICKENED])

RULE_OF: dict[int, int] = {row.number: rule_of(row) for row in OPS.values()}
"""Opcode → rule; checked here for every row, so that none is left out."""
