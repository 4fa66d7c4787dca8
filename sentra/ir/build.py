"""Bytecode to IR: the operand stack is executed symbolically.

``GET_LOCAL a; GET_LOCAL b; ADD; SET_LOCAL c`` becomes ``c = add(a, b)``. Jumps that only choose
between values (``&&``, ``||``, ``? :``) become lazy expressions; `folding` finds them. What stays
on the stack at the end of a block is stored in temporaries ``$s0``, ``$s1``, … by its depth.
"""

from __future__ import annotations

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Handler, Instruction, Module
from sentra.bytecode.ops import BY_NUMBER, OPS
from sentra.bytecode.rest import rest_of
from sentra.ir.folding import Folding, find_folding
from sentra.ir.model import (
    BRANCH,
    CELL,
    GLOBAL,
    JUMP,
    LOCAL,
    NEXT,
    PASSED,
    RETHROW,
    RETURN,
    THROW,
    UPVALUE,
    Block,
    Declined,
    Expr,
    FunctionIR,
    LoopRegion,
    ModuleIR,
    Terminator,
    TryRegion,
    Variable,
)
from sentra.ir.operands import RULES, Operands

TYPE_CHECKING = False
if TYPE_CHECKING:

    pass

MAX_DEPTH = 40
"""Expression trees deeper than this are cut into statements, for the recursion of later stages
and of CPython's compiler."""

_CELLS = frozenset([ops.NEW_CELL, ops.BOX_LOCAL, ops.COPY_CELL])
# Instructions that end a block: where the operand is that they jump to, 2 if they do not.
_ENDS = {row.number: row.operands.find("j") if "j" in row.operands else 2 for row in OPS.values()
         if row.kind == ops.EXIT or "j" in row.operands}
_EXITS = {ops.RETURN: RETURN, ops.THROW: THROW, ops.RETHROW: RETHROW}

# Value operations with plain operands, by opcode: (runtime operation, number of operands).
_VALUES = {row.number: (row.does, row.pops) for row in OPS.values()
           if row.kind == ops.VALUE and isinstance(row.pops, int) and not row.operands
           and row.number < 100 and row.name not in ("CAUGHT", "RECEIVE")}


def build_module(module: Module, *, debug: bool = False) -> ModuleIR:
    """The IR of a verified module of general opcodes; functions that decline say why."""
    result = ModuleIR(module, debug=debug)
    for name in module.variables:
        result.globals[name] = Variable(name, GLOBAL)
    for name in module.single:
        result.globals[name].single = True
    pending: list[tuple[Function, FunctionIR | None]] = [(module.body, None)]
    position = 0
    while position < len(pending):
        bytecode, parent = pending[position]
        position += 1
        function = FunctionIR(bytecode.name, bytecode, parent)
        function.module = result
        result.functions.append(function)
        if parent is None:
            result.body = function
        else:
            parent.children.append(function)
        _declare_variables(function)
        pending += [(child, function) for child in bytecode.functions]
    for function in result.functions:
        try:
            _Builder(function, result).build()
        except Declined as reason:
            function.declined = str(reason)
            function.blocks = []
    return result


def build_clone(built: FunctionIR, parent: FunctionIR | None) -> list[FunctionIR]:
    """A second IR of a function and of all functions inside it, outermost first."""
    assert built.module is not None
    function = FunctionIR(built.name, built.bytecode, parent)
    function.module = built.module
    _declare_variables(function)
    found = [function]
    for child in built.children:
        inner = build_clone(child, function)
        function.children.append(inner[0])
        found += inner
    _Builder(function, built.module).build()
    return found


def build_rest(whole: FunctionIR, position: int) -> FunctionIR:
    """The IR of what runs after the LOOP at `position` of a typed function has jumped back.

    It has variables of its own; inner functions are shared. Its parameters are the slots of the
    frame that it goes on with. Cells that Python itself can keep are upvalues of it, after those of
    the function: their `index` is the slot.
    """
    assert whole.module is not None
    if whole.declined:
        raise Declined(whole.declined)
    function = FunctionIR(whole.name, rest_of(whole.bytecode, position), whole.parent)
    function.module = whole.module
    function.children = whole.children
    function.escapes, function.result, function.content = (
        whole.escapes, whole.result, whole.content)
    _declare_variables(function)
    for variable, known in zip((*function.locals, *function.upvalues),
                               (*whole.locals, *whole.upvalues), strict=True):
        variable.take_facts(known)
    function.parameters = []
    for variable, known in zip(function.locals, whole.locals, strict=True):
        if variable.kind == CELL and not known.explicit and not known.frozen:
            variable.kind = UPVALUE
            variable.owner = known
            function.upvalues.append(variable)
        else:
            function.parameters.append(variable)
    _Builder(function, whole.module).build()
    for block in function.blocks:
        block.body = [statement for statement in block.body if statement.op not in (
            "new_cell", "box") or statement.variable not in function.upvalues]
    return function


def _declare_variables(function: FunctionIR) -> None:
    bytecode = function.bytecode
    function.locals = [
        Variable(name, LOCAL, slot) for slot, name in enumerate(bytecode.local_names)]
    count = bytecode.parameters + bytecode.has_rest
    function.parameters = function.locals[:count]
    for op, slot, _, _ in bytecode.code:
        if op in _CELLS:
            function.locals[slot].kind = CELL
    for index, upvalue in enumerate(bytecode.upvalues):
        variable = Variable(upvalue.name, UPVALUE, index)
        parent = function.parent
        assert parent is not None
        source = (parent.locals if upvalue.is_local else parent.upvalues)[upvalue.index]
        variable.owner = source.owner or source
        function.upvalues.append(variable)


class _Builder(Operands):
    """Builds the blocks of one function."""

    def __init__(self, function: FunctionIR, module: ModuleIR) -> None:
        super().__init__(function, module)
        self.code: tuple[Instruction, ...] = self.bytecode.code
        self.given: dict[int, tuple[Variable, ...]] = {}  # block start → what a loop gives there
        self.lazy: list[tuple[int, str, tuple[Expr, ...]]] = []  # open && || ?: (end, word, parts)

    # --- blocks ---------------------------------------------------------------------------------
    def build(self) -> None:
        """Fill in the blocks, regions and counts; Declined where the bytecode has no such form."""
        code = self.code
        if max([op for op, _, _, _ in code], default=0) >= 100:
            raise Declined("specialised bytecode")
        folding = find_folding(self.bytecode)
        starts = self._leaders(folding)
        function = self.function
        entry: dict[int, int] = {0: 0}  # block start → stack depth; absent: not reached (yet)
        handlers = {handler.target: handler for handler in self.bytecode.handlers}
        opening: dict[int, list[Handler]] = {}
        for handler in self.bytecode.handlers:
            opening.setdefault(handler.start, []).append(handler)
        covering: list[Handler] = []  # whose range the block is in
        kept: list[Block] = []
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else len(code)
            if opening:
                covering = [handler for handler in (*covering, *opening.get(start, ()))
                            if start < handler.end]
            if start not in entry:
                continue
            for handler in covering:
                entry[handler.target] = handler.depth
            block = Block(number, start)
            self.body = block.body
            given = self.given.get(start, ())
            left = entry[start] - len(given)
            self.stack = [self.spilled(depth) for depth in range(left)] if left else []
            if given:
                self.stack += map(self.read, given)
            if start in handlers:
                block.exception = self.temporary("$exception")
                self.stack.append(self.read(block.exception))
            block.end, depths = self._run(start, end, folding)
            for target, depth in zip(block.end.targets, depths, strict=True):
                if entry.setdefault(target, depth) != depth:
                    raise Declined("uneven stack at a join")
            kept.append(block)
        self._number(kept)
        function.blocks = kept

    def _leaders(self, folding: Folding) -> list[int]:
        code = self.code
        starts = {0}
        for pc, instruction in enumerate(code):
            place = _ENDS.get(instruction[0])
            if place is None or pc in folding.jumps:
                continue
            starts.add(pc + 1)
            if place < 2:
                starts.add(instruction[place + 1])
        for handler in self.bytecode.handlers:
            starts.update((handler.start, handler.end, handler.target))
        starts.discard(len(code))
        for inside in folding.inside(starts):
            raise Declined(f"jump into an expression at {inside}")
        return sorted(starts)

    def _number(self, kept: list[Block]) -> None:
        """Give blocks their final numbers, resolve targets, find regions."""
        place: dict[int, int] = {}
        for index, block in enumerate(kept):
            place[block.start] = index
            block.number = index
        for block in kept:
            end = block.end
            assert end is not None
            end.targets = tuple(place[target] for target in end.targets)
            for target in end.targets:
                kept[target].predecessors += 1
        function = self.function
        if self.bytecode.handlers:
            self._find_tries(kept, place)
        for block in kept:
            end = block.end
            assert end is not None
            for target in end.targets:
                if target <= block.number:
                    function.loops.append(LoopRegion(target, block.number))
        headers = [loop.header for loop in function.loops]
        if len(headers) != len(set(headers)):
            raise Declined("a loop with several back edges")

    def _find_tries(self, kept: list[Block], place: dict[int, int]) -> None:
        from bisect import bisect_left

        starts = [block.start for block in kept]
        for handler in self.bytecode.handlers:
            first, past = bisect_left(starts, handler.start), bisect_left(starts, handler.end)
            if first < past:
                self.function.tries.append(TryRegion(first, past, place[handler.target]))
                kept[place[handler.target]].predecessors += 1

    # --- instructions ---------------------------------------------------------------------------
    def _run(
        self, start: int, end: int, folding: Folding,
    ) -> tuple[Terminator, tuple[int, ...]]:
        """Execute a block's instructions on the symbolic stack; its terminator."""
        code = self.code
        spans = self.bytecode.spans
        stack = self.stack
        push = stack.append
        pop = stack.pop
        values = _VALUES
        slots = self.function.locals
        lazy = self.lazy
        for pc in range(start, end):
            while lazy and lazy[-1][0] == pc:
                self._close_lazy()
            op, a, b, c = code[pc]
            self.span = span = spans[pc]
            shape = values.get(op)
            if shape is not None:
                word, count = shape
                if count == 2:
                    right = pop()
                    node = Expr(word, (pop(), right), None, span)
                elif count == 1:
                    node = Expr(word, (pop(),), None, span)
                else:
                    args = tuple(stack[-count:])
                    del stack[-count:]
                    node = Expr(word, args, None, span)
                push(node)
                if node.depth > MAX_DEPTH and not lazy:
                    self.spill()
            elif op == ops.GET_LOCAL or op == ops.GET_CELL:
                variable = slots[a]
                variable.reads += 1
                push(Expr("get", (), variable, span))
            elif op == ops.CONSTANT:
                push(Expr("const", (), self.bytecode.constants[a], span))
            elif op in RULES:
                RULES[op](self, a, b, c)
                if stack and stack[-1].depth > MAX_DEPTH and not lazy:
                    self.spill()
            elif pc in folding.jumps:
                self._open_lazy(pc, op, folding)
            elif op in _ENDS:
                return self._terminator(op, a, b, pc)
            else:
                raise Declined(f"opcode {BY_NUMBER[op].name}")
        while lazy and lazy[-1][0] == end:
            self._close_lazy()
        self.spill_all()
        return Terminator(JUMP, (end,), (), self.span), (len(stack),)

    def _open_lazy(self, pc: int, op: int, folding: Folding) -> None:
        end = folding.jumps[pc]
        value = self.stack.pop()
        if op == ops.AND_JUMP:
            self.lazy.append((end, "and", (value,)))
        elif op == ops.OR_JUMP:
            self.lazy.append((end, "or", (value,)))
        elif op == ops.JUMP_IF_FALSE:
            self.lazy.append((-1, "then", (value,)))  # until the JUMP before the other branch
        else:  # the JUMP at the end of the first branch of a conditional
            _, _, parts = self.lazy.pop()
            self.lazy.append((end, "select", (*parts, value)))

    def _close_lazy(self) -> None:
        _, word, parts = self.lazy.pop()
        node = Expr(word, (*parts, self.stack.pop()), None, parts[0].span)
        self.stack.append(node)
        if node.depth > MAX_DEPTH and not self.lazy:
            self.spill()

    def _terminator(self, op: int, a: int, b: int, pc: int) -> tuple[Terminator, tuple[int, ...]]:
        """The terminator of an instruction, and the depth of the stack at each of its targets."""
        stack = self.stack
        span = self.span
        word = _EXITS.get(op)
        if word is not None:
            return Terminator(word, (), (self._alone(),), span), ()
        if op == ops.JUMP or op == ops.LOOP:
            self.spill_all()
            return Terminator(JUMP, (a,), (), span), (len(stack),)
        if op == ops.JUMP_IF_FALSE or op == ops.JUMP_IF_TRUE:
            condition = stack.pop()
            if stack:
                self.spill_all()
            targets = (pc + 1, a) if op == ops.JUMP_IF_FALSE else (a, pc + 1)
            return Terminator(BRANCH, targets, (condition,), span), (len(stack),) * 2
        if op == ops.AND_JUMP or op == ops.OR_JUMP:
            self.spill_all()
            depth = len(stack)
            condition = self.spilled(depth - 1)
            if op == ops.AND_JUMP:
                return Terminator(BRANCH, (pc + 1, a), (condition,), span), (depth - 1, depth)
            return Terminator(BRANCH, (a, pc + 1), (condition,), span), (depth, depth - 1)
        self.spill_all()
        depth = len(stack)
        if op == ops.JUMP_IF_PASSED:
            variable = self.function.locals[a]
            return Terminator(PASSED, (b, pc + 1), (), span, variable), (depth, depth)
        count = 1 if op == ops.ITER_NEXT else 2
        results = tuple(self.temporary("$next") for i in range(count))
        if self.given.setdefault(pc + 1, results) is not results:
            raise Declined("a loop's body that is entered from elsewhere")
        for result in results:
            result.sets += 1
        iterator = self.function.locals[a]
        iterator.reads += 1
        return (Terminator(NEXT, (pc + 1, b), (), span, iterator, results),
                (depth + count, depth))

    def _alone(self) -> Expr:
        """The top of the stack, when the function is left with it; what lies below is dropped."""
        value = self.stack.pop()
        if self.stack:
            self.stack.append(value)
            self.spill()
            value = self.stack.pop()
            self.stack.clear()
        return value
