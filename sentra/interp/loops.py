# mypy: ignore-errors
"""The machine's loop for the default switches, made from loop_source.py.

Do not edit; run ``python3 -m sentra.interp.generate``.
"""
from __future__ import annotations
from types import CellType, FunctionType
from sentra.errors import OVERFLOW, SentraError, Thrown
from sentra.interp.prepare import builtin_named, trace_of, undefined
from sentra.interp.quicken import miss, miss_fused, observe
from sentra.runtime.calls import call, callee_of
from sentra.runtime.compare import CONTAINERS
from sentra.runtime.functions import install
from sentra.runtime.iteration import any_range
from sentra.runtime.throwing import rethrown, settle
from sentra.runtime.values import MISSING
DONE: Any = object()
GUARDS = (TypeError, ArithmeticError, LookupError, RecursionError)

def _machine_trace(variables: dict[str, Any], *, innermost: bool=False) -> list[Place]:
    """What a running loop contributes to a trace (see runtime.trace)."""
    if 'sp' not in variables:
        return []
    prepared, position = (variables['prepared'], variables['pc'] - 1)
    if innermost:
        last = (variables.get('rule'), variables.get('a'))
        if position < 0 or prepared.code[position][:2] != last:
            position += 1
    return trace_of(prepared, position, variables['callers'])

def run(machine: Machine, prepared: Prepared, cells: tuple[CellType, ...], slots: list[Any], callers: list[Suspended], room: int) -> Any:
    """Run a call to its end and give its result. `room` is how deep `callers` may get."""
    context = machine.context
    enter = machine.enter
    code = prepared.code
    pc = 0
    sp = prepared.base
    while True:
        try:
            while True:
                rule, a, b, c, does = code[pc]
                pc += 1
                if rule < 5:
                    if rule < 1:
                        slots[sp] = slots[a]
                        sp += 1
                        continue
                    elif rule < 2:
                        slots[sp] = a
                        sp += 1
                        continue
                    elif rule < 3:
                        sp -= 1
                        slots[a] = slots[sp]
                        continue
                    elif rule < 4:
                        sp -= 1
                        if not slots[sp]:
                            pc = a
                        continue
                    else:
                        callee = slots[sp - a - 1]
                elif rule < 31:
                    if rule < 16:
                        if rule < 8:
                            if rule < 6:
                                value = slots[sp - 1]
                                if not callers:
                                    return value
                                prepared, cells, slots, pc, sp = callers.pop()
                                code = prepared.code
                                slots[sp] = value
                                sp += 1
                                continue
                            elif rule < 7:
                                try:
                                    slots[sp] = prepared.namespace[a]
                                except KeyError:
                                    raise undefined(b) from None
                                sp += 1
                                continue
                            else:
                                sp -= 1
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                                continue
                        elif rule < 9:
                            context.fuel -= 1
                            if context.fuel < 0:
                                context.refill()
                                if machine.tiers is not None and sp == prepared.base and machine.tiers.long_loop(prepared, pc - 1):
                                    pc -= 1
                                    continue
                            pc = a
                            continue
                        elif rule < 15:
                            if rule < 11:
                                if rule < 10:
                                    value = a.run(slots, cells)
                                    if not callers:
                                        return value
                                    prepared, cells, slots, pc, sp = callers.pop()
                                    code = prepared.code
                                    slots[sp] = value
                                    sp += 1
                                    continue
                                else:
                                    sp -= 2
                                    if not does(slots[sp], slots[sp + 1]):
                                        pc = a
                                    continue
                            elif rule < 13:
                                if rule < 12:
                                    slots[sp] = does(slots[a], b)
                                    sp += 1
                                    continue
                                else:
                                    slots[sp] = does(slots[a], slots[b])
                                    sp += 1
                                    continue
                            elif rule < 14:
                                slots[a] = does(slots[a], b)
                                continue
                            else:
                                if not does(slots[a], slots[b]):
                                    pc = c
                                continue
                        else:
                            slots[sp - 1] = does(slots[sp - 1], a)
                            continue
                    elif rule < 21:
                        if rule < 19:
                            if rule < 18:
                                if rule < 17:
                                    callee, takes_receiver = callee_of(slots[sp - b - 1], a, context)
                                    if takes_receiver:
                                        sp -= b
                                        slots[sp - 1] = callee(*slots[sp - 1:sp + b])
                                        continue
                                    a = b
                                else:
                                    slots[sp] = builtin_named(context, a)
                                    code[pc - 1] = (1, slots[sp], 0, 0, None)
                                    sp += 1
                                    continue
                            else:
                                value = next(slots[a], DONE)
                                if value is DONE:
                                    pc = b
                                else:
                                    slots[sp] = value
                                    sp += 1
                                continue
                        elif rule < 20:
                            sp -= 1
                            continue
                        else:
                            pc = a
                            continue
                    elif rule < 23:
                        if rule < 22:
                            try:
                                slots[sp] = cells[a].cell_contents
                            except ValueError:
                                raise undefined(prepared.function.upvalues[a].name) from None
                            sp += 1
                            continue
                        else:
                            sp -= 1
                            prepared.namespace[a] = slots[sp]
                            continue
                    elif rule < 24:
                        sp -= 3
                        does(slots[sp], slots[sp + 1], slots[sp + 2])
                        continue
                    elif rule < 26:
                        if rule < 25:
                            sp -= 2
                            does(slots[sp], a, slots[sp + 1])
                            continue
                        else:
                            try:
                                slots[sp] = slots[a].cell_contents
                            except ValueError:
                                raise undefined(prepared.function.local_names[a]) from None
                            sp += 1
                            continue
                    elif rule < 28:
                        if rule < 27:
                            sp -= 1
                            slots[a].cell_contents = slots[sp]
                            continue
                        else:
                            slots[a] = CellType()
                            continue
                    elif rule < 29:
                        slots[sp - 1] = does(slots[sp - 1])
                        continue
                    elif rule < 30:
                        sp -= 2
                        slots[sp - 1] = does(slots[sp - 1], slots[sp], slots[sp + 1])
                        continue
                    else:
                        sp -= 2
                        if does(slots[sp], slots[sp + 1]):
                            pc = a
                        continue
                elif rule < 103:
                    if rule < 77:
                        if rule < 40:
                            if rule < 36:
                                if rule < 33:
                                    if rule < 32:
                                        sp -= 1
                                        if slots[sp]:
                                            pc = a
                                        continue
                                    else:
                                        if slots[sp - 1]:
                                            sp -= 1
                                        else:
                                            pc = a
                                        continue
                                elif rule < 34:
                                    if slots[sp - 1]:
                                        pc = a
                                    else:
                                        sp -= 1
                                    continue
                                elif rule < 35:
                                    sp -= a
                                    slots[sp - 1] = any_range(*slots[sp:sp + a])
                                    continue
                                else:
                                    sp -= 1
                                    slots[a] = does(slots[sp])
                                    continue
                            elif rule < 38:
                                if rule < 37:
                                    value = next(slots[a], DONE)
                                    if value is DONE:
                                        pc = b
                                    else:
                                        slots[sp], slots[sp + 1] = value
                                        sp += 2
                                    continue
                                else:
                                    sp -= a
                                    slots[sp] = slots[sp:sp + a]
                                    sp += 1
                                    continue
                            elif rule < 39:
                                sp -= a
                                slots[sp] = does(slots[sp:sp + a])
                                sp += 1
                                continue
                            else:
                                slots[sp] = prepared.closure(a, cells, slots)
                                sp += 1
                                continue
                        elif rule < 56:
                            if rule < 47:
                                if rule < 43:
                                    if rule < 41:
                                        sp -= 1
                                        cells[a].cell_contents = slots[sp]
                                        continue
                                    elif rule < 42:
                                        slots[a] = CellType(slots[a])
                                        continue
                                    else:
                                        slots[a] = CellType(slots[a].cell_contents)
                                        continue
                                elif rule < 45:
                                    if rule < 44:
                                        if slots[a] is MISSING:
                                            raise undefined(prepared.function.local_names[a])
                                        slots[sp] = slots[a]
                                        sp += 1
                                        continue
                                    else:
                                        slots[sp] = slots[sp - 1]
                                        sp += 1
                                        continue
                                elif rule < 46:
                                    slots[sp] = slots[sp - 2]
                                    slots[sp + 1] = slots[sp - 1]
                                    sp += 2
                                    continue
                                else:
                                    if slots[a] is not MISSING:
                                        pc = b
                                    continue
                            elif rule < 51:
                                if rule < 49:
                                    if rule < 48:
                                        raise does(slots[sp - 1])
                                    else:
                                        raise rethrown(slots[sp - 1])
                                elif rule < 50:
                                    slots[sp] = does(context, prepared.linked.module, a)
                                    sp += 1
                                    continue
                                else:
                                    sp -= a
                                    slots[sp - 1] = does(context, slots[sp - 1], slots[sp:sp + a])
                                    continue
                            elif rule < 53:
                                if rule < 52:
                                    sp -= b
                                    slots[sp - 1] = does(context, slots[sp - 1], a, slots[sp:sp + b])
                                    continue
                                else:
                                    sp -= 2
                                    does(context, slots[sp], slots[sp + 1])
                                    continue
                            elif rule < 54:
                                slots[sp - 1] = does(context, slots[sp - 1])
                                continue
                            else:
                                sp -= 3 * a
                                slots[sp], slots[sp + 1] = does(context, slots[sp:sp + 3 * a], b != 0)
                                sp += 2
                                continue
                        elif rule < 58:
                            if rule < 57:
                                value = slots[a]
                                if type(value) is str:
                                    slots[a] = None
                                    value = value + b
                                    slots[a] = value
                                else:
                                    miss_fused(prepared, pc - 1)
                                    slots[a] = does(value, b)
                                continue
                            else:
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
                        elif rule < 59:
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
                            continue
                        else:
                            sp -= 1
                            observe(code, pc - 1, slots[sp - 1], slots[sp])
                            slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                    elif rule < 83:
                        if rule < 79:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1] + slots[sp]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                        elif rule < 81:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1] + slots[sp]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                        else:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1] + slots[sp]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                    elif rule < 89:
                        if rule < 87:
                            if rule < 85:
                                sp -= 1
                                try:
                                    slots[sp - 1] = slots[sp - 1] - slots[sp]
                                except GUARDS:
                                    miss(code, pc - 1)
                                    slots[sp - 1] = does(slots[sp - 1], slots[sp])
                                continue
                            else:
                                sp -= 1
                                try:
                                    slots[sp - 1] = slots[sp - 1] - slots[sp]
                                except GUARDS:
                                    miss(code, pc - 1)
                                    slots[sp - 1] = does(slots[sp - 1], slots[sp])
                                continue
                        else:
                            sp -= 1
                            left = slots[sp - 1]
                            right = slots[sp]
                            if type(left) is int and type(right) is int:
                                slots[sp - 1] = left * right
                            else:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(left, right)
                            continue
                    elif rule < 95:
                        if rule < 91:
                            sp -= 1
                            left = slots[sp - 1]
                            right = slots[sp]
                            if type(left) is float and type(right) is float:
                                slots[sp - 1] = left * right
                            else:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(left, right)
                            continue
                        elif rule < 93:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1] / slots[sp]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                        else:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1] / slots[sp]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                    elif rule < 99:
                        if rule < 97:
                            sp -= 1
                            left = slots[sp - 1]
                            right = slots[sp]
                            if type(left) is int and type(right) is int and (left >= 0) and (right > 0):
                                slots[sp - 1] = left % right
                            else:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(left, right)
                            continue
                        else:
                            sp -= 1
                            left = slots[sp - 1]
                            right = slots[sp]
                            if type(left) is float and type(right) is float and (left > 0.0) and (right > 0.0):
                                slots[sp - 1] = left % right
                            else:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(left, right)
                            continue
                    elif rule < 101:
                        sp -= 1
                        try:
                            slots[sp - 1] = slots[sp - 1] < slots[sp] if type(slots[sp]) is not list else does(slots[sp - 1], slots[sp])
                        except GUARDS:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        continue
                    else:
                        sp -= 1
                        try:
                            slots[sp - 1] = slots[sp - 1] < slots[sp] if type(slots[sp]) is not list else does(slots[sp - 1], slots[sp])
                        except GUARDS:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        continue
                elif rule < 111:
                    if rule < 105:
                        sp -= 1
                        try:
                            slots[sp - 1] = slots[sp - 1][slots[sp]]
                        except GUARDS:
                            miss(code, pc - 1)
                            slots[sp - 1] = does(slots[sp - 1], slots[sp])
                        continue
                    elif rule < 109:
                        if rule < 107:
                            sp -= 1
                            try:
                                slots[sp - 1] = slots[sp - 1][slots[sp]]
                            except GUARDS:
                                miss(code, pc - 1)
                                slots[sp - 1] = does(slots[sp - 1], slots[sp])
                            continue
                        elif rule < 108:
                            try:
                                slots[sp] = slots[a] + b
                            except GUARDS:
                                miss_fused(prepared, pc - 1)
                                slots[sp] = does(slots[a], b)
                            sp += 1
                            continue
                        else:
                            try:
                                slots[sp] = slots[a] - b
                            except GUARDS:
                                miss_fused(prepared, pc - 1)
                                slots[sp] = does(slots[a], b)
                            sp += 1
                            continue
                    elif rule < 110:
                        try:
                            slots[sp] = slots[a] + slots[b]
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[sp] = does(slots[a], slots[b])
                        sp += 1
                        continue
                    else:
                        try:
                            slots[sp] = slots[a][slots[b]]
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[sp] = does(slots[a], slots[b])
                        sp += 1
                        continue
                elif rule < 116:
                    if rule < 112:
                        try:
                            slots[a] = slots[a] + b
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            slots[a] = does(slots[a], b)
                        continue
                    elif rule < 114:
                        sp -= 2
                        try:
                            holds = slots[sp] < slots[sp + 1] if type(slots[sp + 1]) is not list else does(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if not holds:
                            pc = a
                        continue
                    else:
                        sp -= 2
                        try:
                            holds = slots[sp] <= slots[sp + 1] if type(slots[sp + 1]) is not list else does(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if not holds:
                            pc = a
                        continue
                elif rule < 120:
                    if rule < 118:
                        sp -= 2
                        try:
                            holds = slots[sp] > slots[sp + 1] if type(slots[sp + 1]) is not list else does(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if not holds:
                            pc = a
                        continue
                    else:
                        sp -= 2
                        try:
                            holds = slots[sp] == slots[sp + 1] if type(slots[sp + 1]) not in CONTAINERS else does(slots[sp], slots[sp + 1])
                        except GUARDS:
                            miss_fused(prepared, pc - 1)
                            holds = does(slots[sp], slots[sp + 1])
                        if not holds:
                            pc = a
                        continue
                elif rule < 122:
                    sp -= 2
                    try:
                        holds = slots[sp] == slots[sp + 1] if type(slots[sp + 1]) not in CONTAINERS else does(slots[sp], slots[sp + 1])
                    except GUARDS:
                        miss_fused(prepared, pc - 1)
                        holds = does(slots[sp], slots[sp + 1])
                    if holds:
                        pc = a
                    continue
                else:
                    try:
                        holds = slots[a] < slots[b] if type(slots[b]) is not list else does(slots[a], slots[b])
                    except GUARDS:
                        miss_fused(prepared, pc - 1)
                        holds = does(slots[a], slots[b])
                    if not holds:
                        pc = c
                    continue
                sp -= a + 1
                args = slots[sp + 1:sp + 1 + a]
                if type(callee) is FunctionType:
                    defaults = callee.__kwdefaults__
                    closure = defaults['_closure'] if defaults else None
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
                            raise SentraError('stack overflow', OVERFLOW)
                        context.fuel -= 1
                        if context.fuel < 0:
                            context.refill()
                            if machine.tiers is not None and machine.tiers.busy_function(linked, args):
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
        except Exception as exception:
            error = settle(exception, trace_of(prepared, pc - 1, callers))
            handler = prepared.handler_at(pc - 1)
            while handler is None:
                if not callers:
                    raise exception if type(exception) is Thrown else error from None
                prepared, cells, slots, pc, sp = callers.pop()
                handler = prepared.handler_at(pc - 1)
            code = prepared.code
            pc = handler.target
            sp = prepared.base + handler.depth
            slots[sp] = error
            sp += 1
            error.__traceback__ = error.__context__ = None
            if False and True:
                slots[sp:] = [None] * (len(slots) - sp)
