"""The machine's loop: what every rule does. This text is the definition; it is never run as it is.

`generate` makes runnable loops of it, one per setting of the switches:

- a test of a switch (DEBUG, BATCHED, QUICKEN, CLEAR, REGISTERS, HOOKS) is decided, and what cannot
  be reached is left out;
- the arms of `register_source` are added to those here;
- the arms of ``match rule`` become a tree of comparisons, frequent rules near the root;
- an arm `EACH_…` is repeated for every row that `rules.EACH` lists for it, with Python's operator
  for the call of RAW, or with the row's CONDITION and RESULT.

A call of a Sentra function has a list of slots: locals, then the operand stack with its top at
``slots[sp - 1]``. Calls that wait for another are on the explicit stack `callers`.
"""

from __future__ import annotations

from types import CellType, FunctionType

from sentra.errors import OVERFLOW, SentraError, Thrown
from sentra.interp import rules
from sentra.interp.checks import check_step
from sentra.interp.prepare import builtin_named, trace_of, undefined
from sentra.interp.quicken import miss, miss_fused, observe
from sentra.runtime.calls import call, callee_of
from sentra.runtime.compare import CONTAINERS  # noqa: F401 (in rules.RAW)
from sentra.runtime.functions import install
from sentra.runtime.iteration import any_range
from sentra.runtime.throwing import rethrown, settle
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.interp.machine import Machine
    from sentra.interp.prepare import Prepared, Suspended
    from sentra.runtime.trace import Place

    DEBUG: bool
    BATCHED: bool
    QUICKEN: bool
    CLEAR: bool
    REGISTERS: bool
    HOOKS: bool
    CONDITION: bool
    RESULT: Any

    def RAW(left: Any, right: Any) -> Any:  # noqa: N802
        """Python's own operation."""

DONE: Any = object()
# What Python's operators raise where they do not decide.
GUARDS = (TypeError, ArithmeticError, LookupError, RecursionError)


def _machine_trace(variables: dict[str, Any], *, innermost: bool = False) -> list[Place]:
    """What a running loop contributes to a trace (see runtime.trace)."""
    if "sp" not in variables:  # Python's stack ended here, before the loop began
        return []
    prepared, position = variables["prepared"], variables["pc"] - 1
    if innermost:  # a stop may come behind a jump or a call, before the next instruction is read
        last = variables.get("rule"), variables.get("a")
        if position < 0 or prepared.code[position][:2] != last:
            position += 1
    return trace_of(prepared, position, variables["callers"])


def run(
    machine: Machine, prepared: Prepared, cells: tuple[CellType, ...], slots: list[Any],
    callers: list[Suspended], room: int,
) -> Any:
    """Run a call to its end and give its result. `room` is how deep `callers` may get."""
    context = machine.context
    if HOOKS:
        hooks: Any = machine.hooks
    enter = machine.enter
    code = prepared.code
    pc = 0
    sp = prepared.base
    while True:
        try:
            while True:
                if not BATCHED:
                    if context.cancelled or context.fuel < 0:
                        context.refill()
                if DEBUG:
                    check_step(prepared, pc, sp, slots, CLEAR)
                if REGISTERS:
                    rule, a, b, c, does, sp = code[pc]
                else:
                    rule, a, b, c, does = code[pc]
                pc += 1
                match rule:
                    # --- constants and stack
                    case rules.CONSTANT if not REGISTERS:
                        slots[sp] = a
                        sp += 1
                        continue
                    case rules.POP if not REGISTERS:
                        sp -= 1
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.DUP if not REGISTERS:
                        slots[sp] = slots[sp - 1]
                        sp += 1
                        continue
                    case rules.DUP2 if not REGISTERS:
                        slots[sp] = slots[sp - 2]
                        slots[sp + 1] = slots[sp - 1]
                        sp += 2
                        continue

                    # --- variables
                    case rules.GET_LOCAL if not REGISTERS:
                        slots[sp] = slots[a]
                        sp += 1
                        continue
                    case rules.SET_LOCAL if not REGISTERS:
                        sp -= 1
                        slots[a] = slots[sp]
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.GET_CHECKED:
                        if slots[a] is MISSING:
                            raise undefined(prepared.function.local_names[a])
                        slots[sp] = slots[a]
                        sp += 1
                        continue
                    case rules.NEW_CELL:
                        slots[a] = CellType()
                        continue
                    case rules.BOX_LOCAL:
                        slots[a] = CellType(slots[a])
                        continue
                    case rules.COPY_CELL:
                        slots[a] = CellType(slots[a].cell_contents)
                        continue
                    case rules.GET_CELL if not REGISTERS:
                        try:
                            slots[sp] = slots[a].cell_contents
                        except ValueError:
                            raise undefined(prepared.function.local_names[a]) from None
                        sp += 1
                        continue
                    case rules.SET_CELL:
                        sp -= 1
                        slots[a].cell_contents = slots[sp]
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.GET_UPVALUE if not REGISTERS:
                        try:
                            slots[sp] = cells[a].cell_contents
                        except ValueError:
                            raise undefined(prepared.function.upvalues[a].name) from None
                        sp += 1
                        continue
                    case rules.SET_UPVALUE:
                        sp -= 1
                        cells[a].cell_contents = slots[sp]
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.GET_GLOBAL if not REGISTERS:
                        try:
                            slots[sp] = prepared.namespace[a]
                        except KeyError:
                            raise undefined(b) from None
                        sp += 1
                        continue
                    case rules.SET_GLOBAL:
                        sp -= 1
                        prepared.namespace[a] = slots[sp]
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.GET_BUILTIN:
                        slots[sp] = builtin_named(context, a)
                        if QUICKEN:
                            if REGISTERS:
                                code[pc - 1] = (rules.R_CONSTANT, sp, slots[sp], 0, None, sp)
                            else:
                                code[pc - 1] = (rules.CONSTANT, slots[sp], 0, 0, None)
                        sp += 1
                        continue

                    # --- runtime operations
                    case rules.UNARY if not REGISTERS:
                        slots[sp - 1] = does(slots[sp - 1])
                        continue
                    case rules.BINARY if not REGISTERS:
                        sp -= 1
                        slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.TERNARY:
                        sp -= 2
                        slots[sp - 1] = does(slots[sp - 1], slots[sp], slots[sp + 1])
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.PROPERTY if not REGISTERS:
                        slots[sp - 1] = does(slots[sp - 1], a)
                        continue
                    case rules.LOCAL_CONSTANT if not REGISTERS:
                        slots[sp] = does(slots[a], b)
                        sp += 1
                        continue
                    case rules.LOCALS if not REGISTERS:
                        slots[sp] = does(slots[a], slots[b])
                        sp += 1
                        continue
                    case rules.INCREMENT if not REGISTERS:
                        slots[a] = does(slots[a], b)
                        continue
                    case rules.STORE_INDEX if not REGISTERS:
                        sp -= 3
                        does(slots[sp], slots[sp + 1], slots[sp + 2])
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = slots[sp + 2] = None
                        continue
                    case rules.STORE_PROPERTY if not REGISTERS:
                        sp -= 2
                        does(slots[sp], a, slots[sp + 1])
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.ADAPTIVE if QUICKEN and not REGISTERS:
                        sp -= 1
                        observe(code, pc - 1, slots[sp - 1], slots[sp])
                        slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.EACH_RAW if QUICKEN and not REGISTERS:
                        sp -= 1
                        try:
                            slots[sp - 1] = RAW(slots[sp - 1], slots[sp])
                        except GUARDS:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        if CLEAR:
                            slots[sp] = None
                        continue
                    # ``s = s + "x"``: CPython adds to a string in its place while one local
                    # holds it. So for a moment that is where it is.
                    case rules.APPEND if QUICKEN and not REGISTERS:
                        value = slots[a]
                        if type(value) is str:
                            slots[a] = None
                            value = value + b
                            slots[a] = value
                        else:
                            miss_fused(prepared, pc - 1)
                            slots[a] = does(value, b)
                        continue
                    case rules.APPEND_LOCALS if QUICKEN and not REGISTERS:
                        value = slots[a]
                        right = slots[b]
                        try:
                            if type(value) is str and type(right) is str:
                                slots[a] = slots[sp] = None
                                value = value + right
                                slots[sp] = value
                            else:
                                slots[sp] = value + right
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[sp] = does(value, right)
                        sp += 1
                        continue
                    case rules.APPEND_TO if QUICKEN and not REGISTERS:
                        sp -= 1
                        value = slots[sp - 1]
                        right = slots[sp]
                        if type(value) is str and type(right) is str:
                            if type(c) is int:
                                if slots[c] is value:
                                    slots[c] = None
                            elif prepared.namespace.get(c) is value:
                                prepared.namespace[c] = None
                            slots[sp - 1] = None
                            value = value + right
                            slots[sp - 1] = value
                        else:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(value, right)
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.EACH_CHECKED if QUICKEN and not REGISTERS:
                        sp -= 1
                        left = slots[sp - 1]
                        right = slots[sp]
                        if CONDITION:
                            slots[sp - 1] = RESULT
                        else:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(left, right)
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.EACH_LOCAL_CONSTANT if QUICKEN and not REGISTERS:
                        try:
                            slots[sp] = RAW(slots[a], b)
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[sp] = does(slots[a], b)
                        sp += 1
                        continue
                    case rules.EACH_LOCALS if QUICKEN and not REGISTERS:
                        try:
                            slots[sp] = RAW(slots[a], slots[b])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[sp] = does(slots[a], slots[b])
                        sp += 1
                        continue
                    case rules.EACH_INCREMENT if QUICKEN and not REGISTERS:
                        try:
                            slots[a] = RAW(slots[a], b)
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[a] = does(slots[a], b)
                        continue
                    case rules.EACH_COMPARE_JUMP_UNLESS if QUICKEN and not REGISTERS:
                        sp -= 2
                        try:
                            holds = RAW(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if not holds:
                            pc = a
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.EACH_COMPARE_JUMP_IF if QUICKEN and not REGISTERS:
                        sp -= 2
                        try:
                            holds = RAW(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if holds:
                            pc = a
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.EACH_COMPARE_LOCALS_JUMP_UNLESS if QUICKEN and not REGISTERS:
                        try:
                            holds = RAW(slots[a], slots[b])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[a], slots[b])
                        if not holds:
                            pc = c
                        continue

                    # --- what builds values
                    case rules.ARRAY:
                        sp -= a
                        slots[sp] = slots[sp:sp + a]
                        if CLEAR:
                            slots[sp + 1:sp + a] = [None] * (a - 1)
                        sp += 1
                        continue
                    case rules.MAKE:
                        sp -= a
                        slots[sp] = does(slots[sp:sp + a])
                        if CLEAR:
                            slots[sp + 1:sp + a] = [None] * (a - 1)
                        sp += 1
                        continue
                    case rules.CLOSURE:
                        slots[sp] = prepared.closure(a, cells, slots)
                        sp += 1
                        continue

                    # --- branches
                    case rules.JUMP:
                        pc = a
                        continue
                    case rules.LOOP:
                        context.fuel -= 1
                        if BATCHED:
                            if context.fuel < 0:
                                context.refill()
                                if (machine.tiers is not None and sp == prepared.base
                                        and machine.tiers.long_loop(prepared, pc - 1)):
                                    pc -= 1  # there is a COMPILED_REST now
                                    continue
                        pc = a
                        continue
                    case rules.COMPILED_REST if not REGISTERS:
                        value = a.run(slots, cells)
                        if not callers:
                            return value
                        prepared, cells, slots, pc, sp = callers.pop()
                        code = prepared.code
                        slots[sp] = value
                        sp += 1
                        continue
                    case rules.JUMP_IF_FALSE if not REGISTERS:
                        sp -= 1
                        if not slots[sp]:
                            pc = a
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.JUMP_IF_TRUE if not REGISTERS:
                        sp -= 1
                        if slots[sp]:
                            pc = a
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.AND_JUMP:
                        if slots[sp - 1]:
                            sp -= 1
                            if CLEAR:
                                slots[sp] = None
                        else:
                            pc = a
                        continue
                    case rules.OR_JUMP:
                        if slots[sp - 1]:
                            pc = a
                        else:
                            sp -= 1
                            if CLEAR:
                                slots[sp] = None
                        continue
                    case rules.JUMP_IF_PASSED:
                        if slots[a] is not MISSING:
                            pc = b
                        continue
                    case rules.COMPARE_JUMP_UNLESS if not REGISTERS:
                        sp -= 2
                        if not does(slots[sp], slots[sp + 1]):
                            pc = a
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.COMPARE_JUMP_IF if not REGISTERS:
                        sp -= 2
                        if does(slots[sp], slots[sp + 1]):
                            pc = a
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.COMPARE_LOCALS_JUMP_UNLESS if not REGISTERS:
                        if not does(slots[a], slots[b]):
                            pc = c
                        continue

                    # --- loops over values
                    case rules.CALL_RANGE:
                        sp -= a
                        slots[sp - 1] = any_range(*slots[sp:sp + a])
                        if CLEAR:
                            slots[sp:sp + a] = [None] * a
                        continue
                    case rules.ITER_START:
                        sp -= 1
                        slots[a] = does(slots[sp])
                        if CLEAR:
                            slots[sp] = None
                        continue
                    case rules.ITER_NEXT if not REGISTERS:
                        value = next(slots[a], DONE)
                        if value is DONE:
                            pc = b
                        else:
                            slots[sp] = value
                            sp += 1
                        continue
                    case rules.ITER_NEXT2:
                        value = next(slots[a], DONE)
                        if value is DONE:
                            pc = b
                        else:
                            slots[sp], slots[sp + 1] = value
                            sp += 2
                        continue

                    # --- leaving
                    case rules.RETURN if not REGISTERS:
                        value = slots[sp - 1]
                        if HOOKS:
                            if hooks.watching:
                                hooks.returns(slots, value)
                        if not callers:
                            return value
                        prepared, cells, slots, pc, sp = callers.pop()
                        code = prepared.code
                        slots[sp] = value
                        sp += 1
                        continue
                    case rules.THROW:
                        raise does(slots[sp - 1])
                    case rules.RETHROW:
                        raise rethrown(slots[sp - 1])

                    # --- modules and tasks
                    case rules.WITH_CONTEXT:
                        slots[sp] = does(context, prepared.linked.module, a)
                        sp += 1
                        continue
                    case rules.GO:
                        sp -= a
                        slots[sp - 1] = does(context, slots[sp - 1], slots[sp:sp + a])
                        if CLEAR:
                            slots[sp:sp + a] = [None] * a
                        continue
                    case rules.GO_INVOKE:
                        sp -= b
                        slots[sp - 1] = does(context, slots[sp - 1], a, slots[sp:sp + b])
                        if CLEAR:
                            slots[sp:sp + b] = [None] * b
                        continue
                    case rules.SEND:
                        sp -= 2
                        does(context, slots[sp], slots[sp + 1])
                        if CLEAR:
                            slots[sp] = slots[sp + 1] = None
                        continue
                    case rules.RECEIVE:
                        slots[sp - 1] = does(context, slots[sp - 1])
                        continue
                    case rules.SELECT:
                        sp -= 3 * a
                        slots[sp], slots[sp + 1] = does(context, slots[sp:sp + 3 * a], b != 0)
                        sp += 2
                        if CLEAR:
                            slots[sp:sp + 3 * a - 2] = [None] * (3 * a - 2)
                        continue

                    # --- debug builds
                    case rules.STATEMENT if HOOKS:
                        if a.armed or hooks.watching:
                            hooks.statement(a, slots)
                        continue

                    # --- calls; these two go on below
                    case rules.CALL:
                        callee = slots[sp - a - 1]
                    case rules.INVOKE:
                        callee, takes_receiver = callee_of(slots[sp - b - 1], a, context)
                        if takes_receiver:
                            sp -= b
                            slots[sp - 1] = callee(*slots[sp - 1:sp + b])
                            if CLEAR:
                                slots[sp:sp + b] = [None] * b
                            continue
                        a = b

                # A call of `callee` with the `a` values on top of the stack.
                sp -= a + 1
                args = slots[sp + 1:sp + 1 + a]
                if CLEAR:
                    slots[sp:sp + 1 + a] = [None] * (a + 1)
                if type(callee) is FunctionType:
                    defaults = callee.__kwdefaults__
                    closure = defaults["_closure"] if defaults else None
                    if closure is not None and closure.enter is enter:
                        linked = closure.linked
                        target = linked.extra
                        if target is None:
                            if linked.compiled is not None:
                                install(callee, linked)
                                slots[sp] = call(callee, *args)
                                sp += 1
                                continue
                            target = machine.prepare(linked)
                        bound = args + target.rest if a == target.exact else target.bind(args)
                        if len(callers) >= room:
                            raise SentraError("stack overflow", OVERFLOW)
                        context.fuel -= 1
                        if BATCHED:
                            if context.fuel < 0:
                                context.refill()
                                if machine.tiers is not None and (
                                        machine.tiers.busy_function(linked, args)):
                                    install(callee, linked)
                                    slots[sp] = call(callee, *args)
                                    sp += 1
                                    continue
                        callers.append((prepared, cells, slots, pc, sp))
                        prepared = target
                        cells = closure.cells
                        slots = bound
                        code = target.code
                        pc = 0
                        sp = target.base
                        continue
                slots[sp] = call(callee, *args)
                sp += 1
        except Exception as exception:  # noqa: BLE001  # settle raises what is no guest's
            error = settle(exception, trace_of(prepared, pc - 1, callers))
            if HOOKS:
                hooks.raised(exception, error, slots)
            handler = prepared.handler_at(pc - 1)
            while handler is None:
                if HOOKS:
                    hooks.unwound(slots)
                if not callers:
                    raise (exception if type(exception) is Thrown else error) from None
                prepared, cells, slots, pc, sp = callers.pop()
                handler = prepared.handler_at(pc - 1)
            code = prepared.code
            pc = handler.target
            sp = prepared.base + handler.depth
            slots[sp] = error
            sp += 1
            error.__traceback__ = error.__context__ = None
            if CLEAR and not REGISTERS:
                slots[sp:] = [None] * (len(slots) - sp)
