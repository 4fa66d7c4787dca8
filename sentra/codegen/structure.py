"""Basic blocks to structured statements: ``if``, loops, ``try``, as a person would write them.

The blocks of a function lie in the order of the source, loops and try statements are ranges of
them, and every jump that is no back edge goes forward. So one walk over the blocks finds the
structure: a branch opens an ``if`` that ends where its jump goes; a jump at the end of the first
branch ends the second. A jump that is neither a fall-through, a ``break`` nor a ``continue`` (it
leaves a ``try`` towards its ``finally`` part) becomes a ``break`` out of a loop that runs once.
Flow that does not fit is `Declined`.
"""

from __future__ import annotations

from sentra.codegen.control import (
    Break,
    Continue,
    ForEach,
    If,
    Leave,
    Simple,
    Tree,
    Try,
    While,
    always_leaves,
    conditional,
    iteration,
)
from sentra.ir.model import (
    BOOL,
    BRANCH,
    JUMP,
    NAT,
    NEXT,
    PASSED,
    RETHROW,
    RETURN,
    TEMP,
    THROW,
    Block,
    Declined,
    Expr,
    FunctionIR,
    LoopRegion,
    Stmt,
    Terminator,
    TryRegion,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span

    # What is emitted as one: a run-once loop is (first block, block that it is left to).
    Region = LoopRegion | TryRegion | tuple[int, int]


class _Target:
    """A loop (or run-once loop) that can be left: which jumps mean its break and its continue."""

    __slots__ = ("exit", "flag", "header", "leaves", "tail")

    def __init__(self, header: int, leave: int, tail: tuple[int, int] | None) -> None:
        self.header = header  # a jump here is continue; -1 for a run-once loop
        self.exit = leave  # a jump here is break
        self.tail = tail  # blocks that a continue runs first (the update of a C-style for)
        self.leaves: list[int] = []  # blocks further out that a jump from inside goes to
        self.flag: Variable | None = None  # says which of them, when the loop was left


def structure(function: FunctionIR) -> list[Tree]:
    """The statements of a function's body."""
    try:
        return _Structurer(function).run()
    except Declined:
        if _is_irreducible(function):
            raise Declined("a jump into the middle of a loop") from None
        raise


def _is_irreducible(function: FunctionIR) -> bool:
    """Whether a loop is entered elsewhere than at its header."""
    return any(
        loop.header < target <= loop.last and not loop.header <= block.number <= loop.last
        for loop in function.loops for block in function.blocks if block.end is not None
        for target in block.end.targets)


class _Structurer:
    def __init__(self, function: FunctionIR) -> None:
        self.function = function
        self.blocks = function.blocks
        self.loops = {loop.header: loop for loop in function.loops}
        self.tries: dict[int, list[TryRegion]] = {}
        for region in function.tries:  # innermost first
            self.tries.setdefault(region.start, []).append(region)
        self.targets: list[_Target] = []
        self.once: set[tuple[int, int]] = set()  # (first block, left to) of needed run-once loops

    def run(self) -> list[Tree]:
        end = len(self.blocks)
        for _ in range(20):
            try:
                self.targets = []
                return self._range(0, end, end, ())
            except _NeedsOnce:
                continue
        raise Declined("control flow too tangled for structured code")

    # --- a range of blocks ----------------------------------------------------------------------
    def _range(
        self, first: int, end: int, after: int, inside: tuple[Region, ...],
    ) -> list[Tree]:
        """Statements of blocks ``first <= b < end``; control then goes to block `after`.

        `inside` holds the regions that start at `first` and are being emitted already.
        """
        out: list[Tree] = []
        position = first
        while position < end:
            region = self._region_at(position, inside if position == first else ())
            if region is not None:
                position = self._region(region, position, end, after, inside
                                        if position == first else (), out)
                continue
            block = self.blocks[position]
            out.extend(map(Simple, block.body))
            position = self._terminator(block, position, end, after, out)
        return out

    def _region_at(self, position: int, inside: tuple[Region, ...]) -> Region | None:
        """The outermost region that starts here and is not being emitted."""
        found: list[tuple[int, Region]] = []
        loop = self.loops.get(position)
        if loop is not None and loop not in inside:
            found.append((loop.last + 1, loop))
        found += [(region.end, region) for region in self.tries.get(position, ())
                  if region not in inside]
        found += [(once[1], once) for once in self.once
                  if once[0] == position and once not in inside]
        if not found:
            return None
        # Of equal extent, a try around a loop: the loop's header belongs to the loop.
        return max(found, key=lambda pair: (pair[0], isinstance(pair[1], TryRegion)))[1]

    def _region(
        self, region: Region, position: int, end: int, after: int, inside: tuple[Region, ...],
        out: list[Tree],
    ) -> int:
        inside = (*inside, region)
        if isinstance(region, LoopRegion):
            return self._loop(region, end, after, inside, out)
        if isinstance(region, TryRegion):
            return self._try(region, end, after, inside, out)
        leave = region[1]
        last = min(leave, end)
        if last != leave and leave != after:
            raise Declined("a jump out of a branch to where it does not join")
        target = _Target(-1, leave, None)
        self.targets.append(target)
        body = self._range(position, last, leave, inside)
        self.targets.pop()
        span = self._span(position)
        if not always_leaves(body):
            body.append(Break(span))
        self._add_loop(While(None, body, span, once=True), target, after if leave >= end else leave,
                       out)
        return last

    def _add_loop(
        self, loop: While | ForEach, target: _Target, fall: int, out: list[Tree],
    ) -> None:
        """Emit a loop, and after it where jumps out of several loops go on."""
        flag = target.flag
        if flag is None:
            out.append(loop)
            return
        span = loop.span
        out.append(Simple(Stmt("set", flag, (_number(0, span),), None, span)))
        out.append(loop)
        for number, block in enumerate(target.leaves, 1):
            read = Expr("get", (), flag, span)
            read.type = NAT
            test = Expr("equal", (read, _number(number, span)), None, span)
            test.type = BOOL
            out.append(If(test, [] if block == fall else self._goto(block, span), [], span))

    def _terminator(
        self, block: Block, position: int, end: int, after: int, out: list[Tree],
    ) -> int:
        """Emit how block `position` ends; the block to go on with."""
        terminator = block.end
        assert terminator is not None
        follows = position + 1
        fall = after if follows >= end else follows
        op = terminator.op
        if op == JUMP:
            target = terminator.targets[0]
            if target != fall:
                out.extend(self._goto(target, terminator.span))
            return follows
        if op in (RETURN, THROW, RETHROW):
            out.append(Leave(op, terminator.args[0], terminator.span))
            return follows
        if op in (BRANCH, PASSED):
            return self._branch(terminator, position, end, after, out)
        assert op == NEXT
        return self._for_first(terminator, position, end, after, out)

    def _branch(
        self, terminator: Terminator, position: int, end: int, after: int, out: list[Tree],
    ) -> int:
        then, otherwise = terminator.targets
        condition = terminator.args[0] if terminator.args else None
        passed = terminator.variable
        follows = position + 1
        span = terminator.span
        if then == follows:
            target, negated = otherwise, False
        elif otherwise == follows:
            target, negated = then, True
        else:
            raise Declined("a branch without a fall-through")
        fall = after if follows >= end else follows
        if target <= position or target > end or (target == end and target != after):
            # The jump leaves this range: break, continue or a way out.
            leaving = [] if target == fall else self._goto(target, span)
            out.append(conditional(condition, passed, not negated, [], leaving, span))
            return follows
        if target == end:
            inner = self._range(follows, end, after, ())
            out.append(conditional(condition, passed, not negated, inner, [], span))
            return end
        if target == follows + 1 and self._is_continue(follows, target):
            jump = self.blocks[follows].end
            assert jump is not None
            leaving = self._goto(jump.targets[0], jump.span)
            out.append(conditional(condition, passed, not negated, leaving, [], span))
            return target
        joins = self._second_branch_end(follows, target, end, after)
        if joins is None:
            inner = self._range(follows, target, target, ())
            out.append(conditional(condition, passed, not negated, inner, [], span))
            return target
        first = self._range(follows, target, after if joins >= end else joins, ())
        second = self._range(target, min(joins, end), after if joins >= end else joins, ())
        out.append(conditional(condition, passed, not negated, first, second, span))
        return min(joins, end)

    def _is_continue(self, number: int, follows: int) -> bool:
        """Whether a block only goes on with the next turn of the innermost loop.

        Where the block `follows` is what all turns end with, going on there is no continue.
        """
        block = self.blocks[number]
        assert block.end is not None
        if block.body or block.end.op != JUMP or not self.targets:
            return False
        loop, target = self.targets[-1], block.end.targets[0]
        return target != follows and (
            target == loop.header or (loop.tail is not None and target == loop.tail[0]))

    def _second_branch_end(self, first: int, target: int, end: int, after: int) -> int | None:
        """Where an else part that begins at `target` ends; None if there is none."""
        last = self.blocks[target - 1].end
        assert last is not None
        if last.op != JUMP:
            return None
        joins = last.targets[0]
        if joins == after and joins >= end:
            joins = end if end > target else joins
        if joins <= target or joins > end:
            return None
        for number in range(first, target):
            ending = self.blocks[number].end
            assert ending is not None
            if target in ending.targets:
                return None  # the first branch also falls into what follows
        return joins

    # --- jumps that leave -----------------------------------------------------------------------
    def _goto(self, target: int, span: Span) -> list[Tree]:
        """Statements that take control to block `target`."""
        for depth, goal in enumerate(reversed(self.targets)):
            if target == goal.exit:
                return self._far(target, span) if depth else [Break(span)]
            if target == goal.header or (goal.tail is not None and target == goal.tail[0]):
                if depth:
                    return self._far(target, span)
                if goal.tail is not None and target == goal.tail[0]:
                    copied = self._copy_tail(goal.tail)
                    return [*copied, Continue(span, len(copied))]
                return [Continue(span)]
        self._need_once(target)
        raise AssertionError

    def _far(self, target: int, span: Span) -> list[Tree]:
        """Leave the innermost loop, on the way to a block further out."""
        inner = self.targets[-1]
        if inner.flag is None:
            inner.flag = Variable("$leave", TEMP)
            inner.flag.type = NAT
        if target not in inner.leaves:
            inner.leaves.append(target)
        number = inner.leaves.index(target) + 1
        return [Simple(Stmt("set", inner.flag, (_number(number, span),), None, span)), Break(span)]

    def _copy_tail(self, tail: tuple[int, int]) -> list[Tree]:
        return [Simple(statement) for number in range(*tail)
                for statement in self.blocks[number].body]

    def _need_once(self, target: int) -> None:
        """Plan a run-once loop that is left towards `target`, and start again."""
        sources = [block.number for block in self.blocks
                   if block.end is not None and target in block.end.targets]
        first = min(sources)
        # It must begin where a try or a loop that these jumps leave begins, else at the first jump.
        for region in self.function.tries:
            if any(region.start <= source < self._try_end(region) <= target for source in sources):
                first = min(first, region.start)
        for loop in self.function.loops:
            if any(loop.header <= source <= loop.last < target for source in sources):
                first = min(first, loop.header)
        if (first, target) in self.once or target <= first:
            raise Declined("a jump that is no break")
        self.once.add((first, target))
        raise _NeedsOnce

    def _try_end(self, region: TryRegion) -> int:
        """The block after a try with its handler; where the body never ends, all is the handler's.
        """
        ends = [target for block in self.blocks[region.start:region.handler]
                if block.end is not None for target in block.end.targets
                if target > region.handler]
        return min(ends, default=len(self.blocks))

    # --- loops ----------------------------------------------------------------------------------
    def _loop(
        self, loop: LoopRegion, end: int, after: int, inside: tuple[Region, ...], out: list[Tree],
    ) -> int:
        header = self.blocks[loop.header]
        follows = loop.last + 1
        if follows > end:
            raise Declined("a loop across the end of another part")
        leave = after if follows >= end else follows
        terminator = header.end
        assert terminator is not None
        tail = self._tail(loop)
        target = _Target(loop.header, leave, tail)
        if terminator.op == NEXT:
            self._for_each(loop, header, terminator, target, leave, out)
            return follows
        self.targets.append(target)
        condition = None
        first = loop.header
        if (terminator.op == BRANCH and not header.body and loop.header != loop.last
                and terminator.targets[0] == loop.header + 1 and terminator.targets[1] == leave):
            condition = terminator.args[0]
            first = loop.header + 1
            inside = ()
        body = self._range(first, follows, loop.header, inside)
        self.targets.pop()
        self._add_loop(While(condition, body, terminator.span), target, leave, out)
        return follows

    def _tail(self, loop: LoopRegion) -> tuple[int, int] | None:
        """The last blocks, where a continue goes: it may have an update to run first."""
        last = self.blocks[loop.last]
        if last.number != loop.header:
            return (loop.last, loop.last + 1)
        return None

    def _for_each(
        self, loop: LoopRegion, header: Block, terminator: Terminator, target: _Target, leave: int,
        out: list[Tree],
    ) -> None:
        body_block, done = terminator.targets
        if header.body or body_block != loop.header + 1 or done != leave:
            raise Declined("an iteration of unknown shape")
        self.targets.append(target)
        body = self._range(body_block, loop.last + 1, loop.header, ())
        self.targets.pop()
        self._add_loop(iteration(terminator, body), target, leave, out)

    def _for_first(
        self, terminator: Terminator, position: int, end: int, after: int, out: list[Tree],
    ) -> int:
        """A loop whose body always leaves: there is no jump back, so it is no region."""
        body_block, done = terminator.targets
        if body_block != position + 1 or done > end:
            raise Declined("an iteration step outside its loop")
        leave = after if done >= end else done
        target = _Target(-1, leave, None)
        self.targets.append(target)
        body = self._range(body_block, done, leave, ())
        self.targets.pop()
        if not always_leaves(body):
            body.append(Break(terminator.span))
        self._add_loop(iteration(terminator, body), target, leave, out)
        return done

    # --- try ------------------------------------------------------------------------------------
    def _try(
        self, region: TryRegion, end: int, after: int, inside: tuple[Region, ...],
        out: list[Tree],
    ) -> int:
        handler = region.handler
        if not region.end <= handler <= end:
            raise Declined("a handler that does not follow its try")
        last = self.blocks[handler - 1].end if handler else None
        joins = handler
        if last is not None and last.op == JUMP and handler < last.targets[0]:
            joins = last.targets[0]
        joins_in_range = joins if joins <= end else end
        if joins > end and joins != after:
            # The body's end leaves the whole range: all that follows is the handler's.
            joins_in_range = end
        leave = after if joins_in_range >= end else joins_in_range
        exception = self.blocks[handler].exception
        assert exception is not None
        span = self._span(region.start)
        body = self._range(region.start, handler, leave, inside)
        if joins == handler:
            joins_in_range, leave = end, after
        caught = self._range(handler, joins_in_range, leave, ())
        out.append(Try(body, exception, caught, span))
        return joins_in_range

    def _span(self, number: int) -> Span:
        block = self.blocks[number]
        if block.body:
            return block.body[0].span
        assert block.end is not None
        return block.end.span


def _number(value: int, span: Span) -> Expr:
    e = Expr("const", (), value, span)
    e.type = NAT
    return e


class _NeedsOnce(Exception):
    """Start again: a run-once loop was planned."""
