"""The machine's rules: one per shape of instruction, derived from the instruction table.

An instruction of a `Function` is decoded once into ``(rule, a, b, c, does)``: a constant or a name
stands in the place of its index, and the runtime operation in that of its name. Positions stay. A
rule's comment says what its operands are.
The weights say how often a rule runs in ordinary programs, in per mille; the generated loop tests
for the frequent ones first.
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
GET_LOCAL     = rule("GET_LOCAL", 220)      # a: slot
CONSTANT      = rule("CONSTANT", 110)       # a: the value
SET_LOCAL     = rule("SET_LOCAL", 60)       # a: slot
JUMP_IF_FALSE = rule("JUMP_IF_FALSE", 50)   # a: target; likewise for all jumps
CALL          = rule("CALL", 40)            # a: number of arguments
RETURN        = rule("RETURN", 35)
GET_GLOBAL    = rule("GET_GLOBAL", 35)      # a: Python name, b: name
BINARY        = rule("BINARY", 40)          # does: operation of two values
LOOP          = rule("LOOP", 25)
COMPARE_JUMP_UNLESS = rule("COMPARE_JUMP_UNLESS", 30)          # a: target, does: comparison
LOCAL_CONSTANT = rule("LOCAL_CONSTANT", 25)  # a: slot, b: value, does
LOCALS        = rule("LOCALS", 25)           # a, b: slots, does
INCREMENT     = rule("INCREMENT", 20)        # a: slot, b: value, does
COMPARE_LOCALS_JUMP_UNLESS = rule("COMPARE_LOCALS_JUMP_UNLESS", 15)  # a, b: slots, c: target
PROPERTY      = rule("PROPERTY", 15)         # a: name, does
INVOKE        = rule("INVOKE", 15)           # a: name, b: number of arguments
GET_BUILTIN   = rule("GET_BUILTIN", 10)      # a: name
ITER_NEXT     = rule("ITER_NEXT", 15)        # a: slot, b: target
POP           = rule("POP", 15)
JUMP          = rule("JUMP", 10)
GET_UPVALUE   = rule("GET_UPVALUE", 10)      # a: index
SET_GLOBAL    = rule("SET_GLOBAL", 8)        # a: Python name
STORE_INDEX   = rule("STORE_INDEX", 10)      # does
STORE_PROPERTY = rule("STORE_PROPERTY", 5)   # a: name, does
GET_CELL      = rule("GET_CELL", 5)          # a: slot
SET_CELL      = rule("SET_CELL", 5)
NEW_CELL      = rule("NEW_CELL", 5)
UNARY         = rule("UNARY", 8)             # does
TERNARY       = rule("TERNARY", 3)           # does
COMPARE_JUMP_IF = rule("COMPARE_JUMP_IF", 3)  # a: target, does
JUMP_IF_TRUE  = rule("JUMP_IF_TRUE", 5)
AND_JUMP      = rule("AND_JUMP", 8)
OR_JUMP       = rule("OR_JUMP", 5)
ITER_START    = rule("ITER_START", 3)        # a: slot, does
ITER_NEXT2    = rule("ITER_NEXT2", 3)
ARRAY         = rule("ARRAY", 5)             # a: number of elements
MAKE          = rule("MAKE", 4)              # a: number of values, does: operation of their list
CLOSURE       = rule("CLOSURE", 3)           # a: index
SET_UPVALUE   = rule("SET_UPVALUE", 3)
BOX_LOCAL     = rule("BOX_LOCAL", 2)
COPY_CELL     = rule("COPY_CELL", 2)
GET_CHECKED   = rule("GET_CHECKED", 2)
DUP           = rule("DUP", 2)
DUP2          = rule("DUP2", 2)
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

# What the specialised rows are right for, and what they do. On anything else the machine does the
# general operation, which gives the same where both apply.
INTS = "type(left) is int and type(right) is int"
FLOATS = "type(left) is float and type(right) is float"
SPECIALISED: dict[str, tuple[int, str, str]] = {
    "ADD_INT": (30, INTS, "left + right"),
    "ADD_FLOAT": (10, FLOATS, "left + right"),
    "ADD_STRING": (10, "type(left) is str and type(right) is str", "left + right"),
    "SUB_INT": (25, INTS, "left - right"),
    "SUB_FLOAT": (5, FLOATS, "left - right"),
    "MUL_INT": (10, INTS, "left * right"),
    "MUL_FLOAT": (8, FLOATS, "left * right"),
    "DIV_INT": (2, INTS + " and right and -SAFE < left < SAFE", "left / right"),
    "DIV_FLOAT": (4, FLOATS + " and right", "left / right"),
    "MOD_INT": (10, INTS + " and left >= 0 and right > 0", "left % right"),
    "MOD_FLOAT": (1, FLOATS + " and left > 0.0 and right > 0.0", "left % right"),
    "LESS_INT": (25, INTS, "left < right"),
    "LESS_FLOAT": (4, FLOATS, "left < right"),
    "INDEX_ARRAY": (25, "type(left) is list and type(right) is int and "
                        "-len(left) <= right < len(left)", "left[right]"),
    "INDEX_MAP": (10, "type(left) is dict and type(right) is str", "left.get(right)"),
}
"""Specialised row → weight, condition and result, in terms of its operands `left` and `right`."""

EACH_SPECIALISED = -1  # in loop_source: the arm for all these rows

SAFE = 1 << 1000  # no integer below it is too large for a float

for _name, (_weight, _, _) in SPECIALISED.items():
    rule(_name, _weight)

QUICKENED: dict[tuple[int, type, type], int] = {}
"""General opcode and types of its operands → rule that is made for them."""

for _name in SPECIALISED:
    _base = OPS[OPS[_name].base].number
    if _name == "INDEX_ARRAY":
        _types: tuple[type, type] = (list, int)
    elif _name == "INDEX_MAP":
        _types = (dict, str)
    else:
        _type = {"INT": int, "FLOAT": float, "STRING": str}[_name.rpartition("_")[2]]
        _types = (_type, _type)
    QUICKENED[_base, *_types] = RULES[_name]

ADAPTIVE_OPS = frozenset([key[0] for key in QUICKENED])

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


RULE_OF: dict[int, int] = {row.number: rule_of(row) for row in OPS.values()}
"""Opcode → rule; checked here for every row, so that none is left out."""
