"""Calls of builtins that call a lambda for every element, as loops, for entries (see `entries`).

``return filter(a, fn(x) => x > k)`` is, in a copy of the function that captures nothing::

    out = []
    for x in a:
        if x > k: push(out, x)
    return out

A call of a lambda counts one step, as a turn of a loop does. What is evaluated before the call is
kept where the lambda changes it; variables that are unset again at each call or turn make it none.
"""

from __future__ import annotations

from sentra.codegen.control import negated
from sentra.codegen.functions import names_meant
from sentra.codegen.naming import unused
from sentra.codegen.unfoldable import (
    SEARCHES,
    WHOLE,
    Call,
    Refused,
    check,
    check_cells,
    first_call,
    makes_function,
)
from sentra.ir.edit import become, drop_unreachable, items
from sentra.ir.model import (
    BRANCH,
    CELL,
    JUMP,
    LOCAL,
    NEXT,
    RETURN,
    TEMP,
    Block,
    Expr,
    FunctionIR,
    LoopRegion,
    Stmt,
    Terminator,
    TryRegion,
    Variable,
)
from sentra.ir.rules import constant_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Span

_OF_CELLS = frozenset(["new_cell", "box", "copy_cell"])
MAX_CALLS = 6


def unfolded(function: FunctionIR) -> FunctionIR | None:
    """A copy of a function of a typed module, with loops for all lambdas in it; typed as well.

    None where there is a lambda, or another function, that is used in any other way.
    """
    assert function.module is not None
    try:
        made = _Unfolder(function).run()
    except Refused:
        return None
    _count(made)
    drop_unreachable(made)
    function.module.inference.add([made])
    return made


class _Unfolder:
    def __init__(self, function: FunctionIR) -> None:
        self.function = function
        self.made = FunctionIR(function.name, function.bytecode, function.parent)
        self.names = {v.python for v in (*function.locals, *function.upvalues)}
        self.names |= names_meant(function)
        self.copies: dict[Variable, Variable] = {
            v.owner or v: v for v in function.upvalues}  # what stands for a variable in the copy

    def run(self) -> FunctionIR:
        made, function = self.made, self.function
        for loop in function.loops:
            for block in function.blocks[loop.header:loop.last + 1]:
                check_cells(block)
        made.module, made.upvalues = function.module, list(function.upvalues)
        made.free_names = function.free_names | {"push"}
        made.temps = 0
        for variable in (*function.locals, *function.parameters):
            self._stand(variable, variable.python)
        made.parameters = [self.copies[v] for v in function.parameters]
        made.blocks = [self._block(block, 0) for block in function.blocks]
        made.tries = [TryRegion(t.start, t.end, t.handler) for t in function.tries]
        made.loops = [LoopRegion(loop.header, loop.last, {
            self.copies.get(v, v): kind for v, kind in loop.known.items()})
            for loop in function.loops]
        for _ in range(MAX_CALLS + 1):
            found = self._next()
            if found is None:
                return made
            if found[2].lazy_parent is not None:
                self._choose(*found)
            else:
                self._unfold(*found)
        raise Refused

    # --- copies ---------------------------------------------------------------------------------
    def _stand(self, variable: Variable, name: str) -> Variable:
        """What stands for a variable of the function, or of a lambda."""
        made = self.copies.get(variable.owner or variable)
        if made is not None:
            return made
        if variable.kind not in (LOCAL, CELL, TEMP):
            return variable
        made = self._new(variable.name, name) if variable.kind != TEMP else self._temp(variable)
        made.type, made.content, made.function = variable.type, variable.content, variable.function
        made.checked, made.caught, made.nilable = (
            variable.checked, variable.caught, variable.nilable)
        self.copies[variable] = made
        return made

    def _new(self, name: str, python: str = "") -> Variable:
        """A variable of the copy."""
        made = Variable(name, LOCAL, len(self.made.locals))
        made.python = python or unused(name, self.names)
        self.names.add(made.python)
        self.made.locals.append(made)
        return made

    def _temp(self, variable: Variable) -> Variable:
        made = Variable(variable.name, TEMP, self.made.temps)
        self.made.temps += 1
        return made

    def _of(self, variable: Variable) -> Variable:
        return self._stand(variable, unused(variable.python, self.names))

    def _block(self, block: Block, shift: int) -> Block:
        made = Block(block.number + shift, block.start)
        made.exception = block.exception and self._of(block.exception)
        made.body = [Stmt(s.op, s.variable and self._of(s.variable),
                          tuple(map(self._copy, s.args)), s.a, s.span)
                     for s in block.body if s.op not in _OF_CELLS]
        end = block.end
        assert end is not None
        made.end = Terminator(
            end.op, tuple([target + shift for target in end.targets]),
            tuple(map(self._copy, end.args)), end.span,
            end.variable and self._of(end.variable), tuple(map(self._of, end.results)))
        return made

    def _copy(self, e: Expr) -> Expr:
        about = self._of(e.a) if isinstance(e.a, Variable) else e.a
        made = Expr(e.op, tuple(map(self._copy, e.args)), about, e.span)
        made.type, made.known, made.present = e.type, e.known, e.present
        return made

    # --- where the calls are ----------------------------------------------------------------------
    def _next(self) -> tuple[Block, int, Call] | None:
        """A call whose array holds no other: its block, the place there, and the call."""
        for block in self.made.blocks:
            assert block.end is not None
            parts: list[Stmt | Terminator] = [*block.body, block.end]
            for place, item in enumerate(parts):
                found = first_call(item.args)
                if found is not None:
                    return block, place, found
                if any(map(makes_function, item.args)):
                    raise Refused
        return None

    def _hoist(self, call: Call) -> list[Stmt]:
        """Evaluate before the loop what stands before the call."""
        made: list[Stmt] = []
        changed = {self.copies.get(v, v) for v in _changed(call.function)}
        for e in call.operands_before:
            if e.op == "closure":
                raise Refused
            if e.op in ("const", "builtin") or (e.op == "get" and e.a not in changed):
                continue
            kept = self._new("before")
            value = Expr(e.op, e.args, e.a, e.span)
            become(value, e)
            made.append(Stmt("set", kept, (value,), None, e.span))
            become(e, _read(kept, e.span))
        return made

    # --- choices ----------------------------------------------------------------------------------
    def _choose(self, block: Block, place: int, call: Call) -> None:
        """``x && f(y)`` is ``v = x; if v { v = f(y) }``, and so on, before the statement."""
        whole, first = call.lazy_parent, block.number
        assert whole is not None
        count = 2 if whole.op == "select" else 1
        done = first + count + 1
        self._renumber(first, count + 1)
        rest = Block(done, 0)
        rest.body, rest.end = block.body[place:], block.end
        chosen = self._new("chosen")
        block.body = block.body[:place] + self._hoist(call)
        test = whole.args[0]
        if whole.op != "select":
            block.body.append(Stmt("set", chosen, (test,), None, whole.span))
            test = _read(chosen, whole.span)
            test = negated(test) if whole.op == "or" else test
        block.end = Terminator(BRANCH, (first + 1, first + 2), (test,), whole.span)
        self.made.blocks.insert(first + 1, rest)
        for number in range(count, 0, -1):
            choice = Block(first + number, 0)
            choice.body.append(Stmt("set", chosen, (whole.args[number],), None, whole.span))
            choice.end = Terminator(JUMP, (done,), (), whole.span)
            self.made.blocks.insert(first + 1, choice)
        become(whole, _read(chosen, whole.span))

    # --- loops ------------------------------------------------------------------------------------
    def _unfold(self, block: Block, place: int, call: Call) -> None:
        """The block up to the call, the loop, and the rest, as blocks of their own."""
        inner, span = call.function, call.expr.span
        check(call)
        first, header = block.number, block.number + 1
        tail = header + 1 + len(inner.blocks)
        done = tail + (1 if call.name in WHOLE else 3)
        self._renumber(first, done - first)
        rest = Block(done, block.start)
        rest.body, rest.end = block.body[place:], block.end
        block.body = block.body[:place] + self._hoist(call)
        named = self._named(call, rest)
        if call.name == "reduce":
            result = self._of(inner.parameters[0])
        else:
            result = named or self._new("out" if call.name in ("map", "filter") else "found")
        index, targets = self._targets(call)
        iterator = self._new("$iterator", "_iterator")
        word = "iterate_pairs" if len(targets) == 2 else "iterate"
        block.body += [Stmt("set", result, (_initial(call),), None, span),
                       Stmt(word, iterator, (call.array,), True, span)]
        block.end = Terminator(JUMP, (header,), (), span)
        start = Block(header, 0)
        start.end = Terminator(NEXT, (header + 1, done), (), span, iterator, tuple(targets))
        blocks = [self._block(each, header + 1) for each in inner.blocks]
        value = self._value(blocks, tail, span)
        found = {"find": targets[-1], "find_index": index}.get(call.name)
        blocks += _tail(call, result, value, targets[-1], found, (header, tail, done))
        if named is result:
            rest.body.pop(0)
        else:
            become(call.expr, _read(result, span))
        self.made.blocks[first + 1:first + 1] = [start, *blocks, rest]
        self.made.loops.append(LoopRegion(header, done - 1))
        self.made.free_names = self.made.free_names | inner.free_names

    def _targets(self, call: Call) -> tuple[Variable | None, list[Variable]]:
        """The index, where there is one, and what a turn begins with setting."""
        taken = call.function.parameters[call.name == "reduce":]
        targets = [self._of(parameter) for parameter in reversed(taken)]
        if call.name == "find_index" and len(targets) == 1:
            targets.insert(0, self._new("index"))
        return (targets[0] if len(targets) == 2 else None), targets

    def _renumber(self, first: int, more: int) -> None:
        """Make room for blocks after one, whose end becomes that of the last of them."""
        for block in self.made.blocks:
            assert block.end is not None
            if block.number > first:
                block.number += more
            block.end.targets = tuple([
                target + more if target > first else target for target in block.end.targets])
        for region in self.made.tries:
            region.start += more if region.start > first else 0
            region.end += more if region.end > first else 0
            region.handler += more if region.handler > first else 0
        for loop in self.made.loops:
            loop.header += more if loop.header > first else 0
            loop.last += more if loop.last >= first else 0

    def _named(self, call: Call, rest: Block) -> Variable | None:
        """The variable that the result is stored in, if that is all that happens to it."""
        first = rest.body[0] if rest.body else None
        if first is None or first.op != "set" or first.args[0] is not call.expr:
            return None
        variable = first.variable
        if variable is None or variable.kind != LOCAL or variable in self.made.parameters:
            return None
        for item in items(self.made):
            if item is not first and item.variable is variable:
                return None
        lambda_reads = any(self.copies.get(v.owner or v) is variable
                           for v in call.function.upvalues)
        return None if lambda_reads else variable

    def _value(self, blocks: list[Block], tail: int, span: Span) -> Expr:
        """What the lambda returns; each of its ends leads to the tail instead."""
        ends: list[tuple[Block, Terminator]] = [
            (block, block.end) for block in blocks
            if block.end is not None and block.end.op == RETURN]
        values = [end.args[0] for _, end in ends]
        if len(ends) != 1:
            kept = self._new("value")
            for (block, end), value in zip(ends, values, strict=True):
                block.body.append(Stmt("set", kept, (value,), None, end.span))
            values = [_read(kept, span)]
        for block, end in ends:
            block.end = Terminator(JUMP, (tail,), (), end.span)
        return values[0]


def _initial(call: Call) -> Expr:
    """What the result is before the first turn."""
    if call.initial is not None:
        return call.initial
    if call.name in ("map", "filter"):
        return Expr("array", (), None, call.expr.span)
    return _constant(SEARCHES.get(call.name), call.expr.span)


def _tail(
    call: Call, result: Variable, value: Expr, element: Variable, found: Variable | None,
    places: tuple[int, int, int],
) -> list[Block]:
    """The end of a turn: what is done with the value that the lambda gave. `found` is what a
    search is for, if not whether there is one.
    """
    span = call.expr.span
    header, tail, done = places
    first = Block(tail, 0)
    if call.name in WHOLE:
        first.body = [_pushed(result, value, span) if call.name == "map" else
                      Stmt("set", result, (value,), None, span) if call.name == "reduce" else
                      Stmt("eval", None, (value,), None, span)]
        first.end = Terminator(JUMP, (header,), (), span)
        return [first]
    if call.name in ("every", "all"):
        value = negated(value)
    first.end = Terminator(BRANCH, (tail + 1, tail + 2), (value,), span)
    then, last = Block(tail + 1, 0), Block(tail + 2, 0)
    if call.name == "filter":
        then.body = [_pushed(result, _read(element, span), span)]
        then.end = Terminator(JUMP, (tail + 2,), (), span)
    else:
        answer = (_read(found, span) if found is not None
                  else _constant(call.name in ("some", "any"), span))
        then.body = [Stmt("set", result, (answer,), None, span),
                     Stmt("turn", None, (), None, span)]
        then.end = Terminator(JUMP, (done,), (), span)
    last.end = Terminator(JUMP, (header,), (), span)
    return [first, then, last]


def _changed(function: FunctionIR) -> set[Variable]:
    """The variables that a lambda, or one inside it, sets."""
    found = {item.variable.owner or item.variable for item in items(function)
             if item.variable is not None}
    return found.union(*map(_changed, function.children))


def _pushed(array: Variable, value: Expr, span: Span) -> Stmt:
    push = Expr("call", (Expr("builtin", (), "push", span), _read(array, span), value), None, span)
    return Stmt("eval", None, (push,), None, span)


def _read(variable: Variable, span: Span) -> Expr:
    return Expr("get", (), variable, span)


def _constant(value: Any, span: Span) -> Expr:
    made = Expr("const", (), value, span)
    made.type = constant_type(value)
    return made


def _count(function: FunctionIR) -> None:
    """Count how often the variables are read and set."""
    for item in items(function):
        if item.op in ("set", "iterate", "iterate_pairs") and item.variable is not None:
            item.variable.sets += item.variable.kind in (LOCAL, TEMP)
        if isinstance(item, Terminator):
            for variable in item.results:
                variable.sets += 1
            if item.variable is not None and item.results:
                item.variable.reads += 1
        pending = list(item.args)
        while pending:
            e = pending.pop()
            if e.op in ("get", "bind") and e.a.kind in (LOCAL, TEMP):
                if e.op == "get":
                    e.a.reads += 1
                else:
                    e.a.sets += 1
            pending += e.args
