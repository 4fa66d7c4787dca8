"""Elements and fields that a stretch of a loop reads several times are read once.

>>> show(share_common, '''
... fn longest(words, n) {
...   let best = 0
...   for (let i = 0; i < n; i = i + 1) {
...     let size = len(words[i]) * len(words[i])
...     best = max(best, size)
...   }
...   return best
... }
... log(longest(["a", "bb"], 2))
... ''', "longest", block=2)
block 2
  size.4 = mul(call(builtin len, index(words.0, i.3):nil|string of string):nat, \
call(builtin len, index(words.0, i.3):nil|string of string):nat):nat
  best.2 = call(builtin max, best.2, size.4):nat
  i.3 = add(i.3, 1):nat
  jump 1
becomes
block 2
  %words.0 = index(words.0, i.3):nil|string of string
  size.4 = mul(call(builtin len, %words.0):nat, call(builtin len, %words.0):nat):nat
  best.2 = call(builtin max, best.2, size.4):nat
  i.3 = add(i.3, 1):nat
  jump 1

Within one block, as long as nothing can change them; what can throw only where the first read comes
before everything else that can.
"""

from __future__ import annotations

from sentra.ir.edit import is_narrowed, is_plain, is_quiet
from sentra.ir.memory import Changes
from sentra.ir.model import Block, Expr, FunctionIR
from sentra.ir.passes.hoisting import key_of, replace_all
from sentra.ir.signatures import RESULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


MOST = 32  # reads that are remembered; the pass is linear because there are few
_READS = frozenset(["index", "property"])


class _Group:
    """Equal reads, the first of them in the statement at `place`."""

    __slots__ = ("exprs", "nilable", "place")

    def __init__(self, place: int) -> None:
        self.place = place
        self.nilable = False  # one of them is compared with nil
        self.exprs: list[Expr] = []


def share_common(function: FunctionIR) -> FunctionIR:
    """Share equal reads within the blocks of loops; the function, changed."""
    inside = {number for loop in function.loops for number in range(loop.header, loop.last + 1)}
    for number in sorted(inside):
        block = function.blocks[number]
        found: set[Any] = set()
        if any(_is_repeated(arg, found) for item in (*block.body, block.end) if item is not None
               for arg in item.args):
            _share_in(function, block)
    return function


def _is_repeated(expr: Expr, found: set[Any]) -> bool:
    """Whether a tree reads what was found before, or something twice."""
    if expr.op in _READS:
        key = key_of(expr)
        if key in found:
            return True
        found.add(key)
    for arg in expr.args:
        if arg.args and _is_repeated(arg, found):
            return True
    return False


def _share_in(function: FunctionIR, block: Block) -> None:
    done: list[_Group] = []
    current: dict[Any, _Group] = {}
    for place, item in enumerate((*block.body, block.end)):
        assert item is not None
        inside = Changes()  # while the statement is evaluated
        for arg in item.args:
            inside.evaluate(arg)
        if not inside.everything and not inside.variables and not inside.classes:
            first = True
            for arg in item.args:
                if arg.args:
                    _collect(arg, place, current, done, first)
                first &= is_plain_read(arg)
        changes = Changes()
        changes.add(item)
        if changes.everything:
            current = {}
        elif changes.variables or changes.classes:
            current = {key: group for key, group in current.items()
                       if not changes.may_change(group.exprs[0])}
    shared = [group for group in done if len(group.exprs) > 1]
    for group in sorted(shared, key=lambda group: -group.place):
        temp = replace_all(function, block, group.place, group.exprs)
        temp.nilable = group.nilable


def _collect(
    expr: Expr, place: int, current: dict[Any, _Group], done: list[_Group], first: bool,
    nilable: bool = False, *, sure: bool = True,
) -> None:
    """Collect the reads of a tree. `first`: nothing that can throw is evaluated before it; `sure`:
    it is evaluated whenever the statement is."""
    if expr.op in ("index", "property") and expr.args[0].op != "const":
        key = key_of(expr)
        group = current.get(key)
        # What was read before does not throw now.
        if group is not None or (is_quiet(expr) and (sure or not is_narrowed(expr, {}))) or (
                first and all(map(_is_read, expr.args))):
            if group is None:
                if len(current) == MOST:
                    del current[next(iter(current))]
                group = current[key] = _Group(place)
                done.append(group)
                # The parts of what is read again are read once already.
                for arg in expr.args:
                    if arg.args:
                        _collect(arg, place, current, done, first, sure=sure)
                    first &= is_plain_read(arg)
            group.exprs.append(expr)
            group.nilable |= nilable
            return
    nilable = expr.op in ("equal", "not_equal") and (
        expr.args[1].op == "const" and expr.args[1].a is None)
    lazy = expr.op in ("and", "or", "select")
    for position, arg in enumerate(expr.args):
        if arg.args:
            _collect(arg, place, current, done, first, nilable,
                     sure=sure and not (lazy and position > 0))
        first &= is_plain_read(arg) and not (lazy and position == 0)


def is_plain_read(expr: Expr) -> bool:
    """A constant, a builtin, or a variable whose reading never throws."""
    return expr.op == "const" or (expr.op == "builtin" and expr.a in RESULTS) or (
        expr.op == "get" and is_plain(expr.a))


def _is_read(expr: Expr) -> bool:
    """Made of elements, fields, constants and plain variables."""
    return is_plain_read(expr) or (
        expr.op in ("index", "property") and all(map(_is_read, expr.args)))
