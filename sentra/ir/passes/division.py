"""``floor(a / b)`` of ints that a float holds exactly is the quotient of ints.

>>> show(find_quotients, '''
... fn middle(a, x) {
...   let low = 0
...   let high = len(a)
...   while low < high {
...     let mid = floor((low + high) / 2)
...     if a[mid] < x { low = mid + 1 } else { high = mid }
...   }
...   return low
... }
... middle([1, 2], 2)
... ''', "middle", block=2)
block 2
  mid.4 = call(builtin floor, div(add(low.2, high.3):nat, 2):float):nat
  branch(less(index(a.0, mid.4):nat|nil of nat, x.1):boolean) 3 4
becomes
block 2
  mid.4 = call!(builtin floor, div(add(low.2, high.3):nat, 2):float):nat
  branch(less(index(a.0, mid.4):nat|nil of nat, x.1):boolean) 3 4

The call is marked (`Expr.known`): `EXACT` where ``a // b`` is the same, `UPWARD` where the quotient
is not negative, so that `int` is `floor`. Why they are the same for ``abs(a) <= 2**53``: to the
next int a / b lacks at least 1 / b; a float rounds by at most a / b / 2**53, which is less, so it
does not reach that int. `sizes` says which ints are that small. A negative quotient must not vanish
either, so b has to be small as well then.

What a remainder is taken of has the type `nat` where `sizes` finds that it is not negative, as in
``(x - 1 + width) % width``: Python's remainder is the same then.
"""

from __future__ import annotations

from sentra.ir.edit import is_int, items
from sentra.ir.model import BOOL, NAT, NEG, Expr, FunctionIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.ir.sizes import Sizes

NAMES = frozenset(["floor", "int", "trunc"])
EXACT = 1
UPWARD = 2


def find_quotients(function: FunctionIR) -> FunctionIR:
    """Mark quotients of ints, and remainders of what is not negative; the function, changed."""
    for item in items(function):
        for expr in item.args:
            if expr.depth > 2:
                _visit(function, expr)
    return function


def _visit(function: FunctionIR, expr: Expr) -> None:
    for arg in expr.args:
        if arg.depth > 2:
            _visit(function, arg)
    if (expr.op == "call" and len(expr.args) == 2 and expr.args[1].op == "div"
            and expr.args[0].op == "builtin" and expr.args[0].a in NAMES):
        a, b = expr.args[1].args
        if is_int(a) and is_int(b):
            expr.known = _kind(function, expr.args[0].a, a, b)
    elif expr.op == "mod" and expr.args[0].op in ("add", "sub"):
        a, b = expr.args
        if is_int(a) and a.type & NEG and is_int(b) and not b.type & NEG and (
                b.op == "get" or (b.op == "const" and b.a > 0)):
            least = _sizes(function).least(function, a, b)
            if least is not None and least >= 0:
                a.type = expr.type = NAT


def _sizes(function: FunctionIR) -> Sizes:
    module = function.module
    assert module is not None
    from sentra.ir.sizes import Sizes  # few programs need it

    if module.sizes is None:
        module.sizes = Sizes(module)
    sizes: Sizes = module.sizes
    return sizes


def _kind(function: FunctionIR, name: str, a: Expr, b: Expr) -> int:
    upward = not (a.type | b.type) & ~(NAT | BOOL)
    if name != "floor" and not upward:
        return 0
    sizes = _sizes(function)
    exact = sizes.terms(function, a) and (upward or sizes.terms(function, b))
    return EXACT if exact else UPWARD if upward else 0
