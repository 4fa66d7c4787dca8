"""A finished unit into a `Function`: where variables live, cells, handlers, depth of the stack."""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Handler, Instruction, Span
from sentra.lower.emit import TARGET_IN_B
from sentra.lower.unit import Label, Unit

GET_LOCAL, SET_LOCAL, GET_CHECKED = ops.GET_LOCAL, ops.SET_LOCAL, ops.GET_CHECKED
GET_CELL, SET_CELL = ops.GET_CELL, ops.SET_CELL
GET_GLOBAL, GET_BUILTIN = ops.GET_GLOBAL, ops.GET_BUILTIN

_LOCAL_OPS = frozenset((GET_LOCAL, SET_LOCAL, GET_CHECKED))
_ENDS = frozenset((ops.JUMP, ops.LOOP, ops.RETURN, ops.THROW, ops.RETHROW))

# What an instruction adds to the depth of the stack on its way to the next one (None where that
# depends on an operand), and what a forward jump adds on its way to its target.
_FALLS: list[int | None] = [0] * 100
_JUMPS: dict[int, int] = {}
for _row in ops.OPS.values():
    if _row.number < 100:
        _FALLS[_row.number] = (_row.falls - _row.pops
                               if isinstance(_row.falls, int) and isinstance(_row.pops, int)
                               else None)
        if "j" in _row.operands and _row.number != ops.LOOP:
            assert isinstance(_row.jumps, int)
            assert isinstance(_row.pops, int)
            _JUMPS[_row.number] = _row.jumps - _row.pops


def assemble(unit: Unit, functions: tuple[Function, ...], implicit: dict[str, Span]) -> Function:
    """The bytecode of a unit, once every unit of the module has been lowered.

    `implicit` are the names that only assignments define, anywhere in the module.
    """
    if (unit.cells or unit.promoted or unit.late
            or (implicit and not implicit.keys().isdisjoint(unit.free))):
        _rewrite(unit, implicit)
    handlers = unit.handlers
    if unit.cells:
        handlers = _insert_cells(unit)
    final = tuple([Handler(start[0], end[0], target[0], depth)
                   for start, end, target, depth in handlers])
    return Function(
        name=unit.name, parameters=unit.parameters, required=unit.required,
        has_rest=unit.has_rest, local_names=tuple(unit.local_names),
        upvalues=tuple(unit.upvalues), constants=tuple(unit.constants), functions=functions,
        code=tuple(unit.code), spans=tuple(unit.spans), handlers=final,
        max_stack=_deepest(unit.code, final), span=unit.span)


def _rewrite(unit: Unit, implicit: dict[str, Span]) -> None:
    """Give each use of a variable the instruction for where the variable turned out to live."""
    late, cells, promoted, keep = unit.late, unit.cells, unit.promoted, unit.keep
    constants = unit.constants
    code = unit.code
    for at, instruction in enumerate(code):
        if instruction in late:
            instead, start, limit = late[instruction]
            if start <= at < limit:
                code[at] = instruction = instead
        op, slot = instruction[0], instruction[1]
        if op in _LOCAL_OPS:
            if slot in cells:
                if at not in keep:
                    code[at] = (SET_CELL if op == SET_LOCAL else GET_CELL, slot, 0, 0)
            elif slot in promoted:
                variable = promoted[slot]
                code[at] = variable.set if op == SET_LOCAL else variable.get
        elif op == GET_BUILTIN and constants[slot] in implicit:
            code[at] = (GET_GLOBAL, slot, 0, 0)


def _insert_cells(unit: Unit) -> list[tuple[Label, Label, Label, int]]:
    """Put the instructions that make cells at the entries of their scopes, and move all places.

    Gives the handlers, moved.
    """
    code: list[Instruction] = []
    spans: list[Span] = []
    moved = [0]  # how many instructions the first n entries insert
    done = 0
    inserted: list[tuple[int, list[Instruction]]] = []
    for place, op, scope in unit.entries:
        cells = [(op, variable.slot, 0, 0) for variable in scope.names.values()
                 if variable.captured]
        if cells:
            inserted.append((place, cells))
            done += len(cells)
        moved.append(done)
    for at, order in unit.jumps:
        op, a, b, _ = unit.code[at]
        unit.code[at] = ((op, a, b + moved[order], 0) if op in TARGET_IN_B
                         else (op, a + moved[order], b, 0))
    done = 0
    for place, cells in inserted:
        code += unit.code[done:place]
        spans += unit.spans[done:place]
        code += cells
        spans += [unit.spans[place] if place < len(unit.spans) else unit.span] * len(cells)
        done = place
    unit.code = code + unit.code[done:]
    unit.spans = spans + unit.spans[done:]

    def shifted(label: Label) -> Label:
        return label[0] + moved[label[1]], label[1]

    return [(shifted(start), shifted(end), shifted(target), depth)
            for start, end, target, depth in unit.handlers]


def _deepest(code: list[Instruction], handlers: tuple[Handler, ...]) -> int:
    """The most values that are ever on the stack; code that nothing reaches does not count."""
    known = {handler.target: handler.depth + 1 for handler in handlers}
    falls = _FALLS
    depth = most = 0
    live = True
    for at, (op, a, b, _) in enumerate(code):
        if at in known:
            depth = known[at]
            live = True
        elif not live:
            continue
        if depth > most:
            most = depth
        if op in _JUMPS:
            known[b if op in TARGET_IN_B else a] = depth + _JUMPS[op]
        live = op not in _ENDS
        change = falls[op]
        if change is None:
            pops, pushes = ops.stack_effect(ops.BY_NUMBER[op], a, b)
            change = pushes - pops
        depth += change
    return most
