"""Builtins that draw random numbers, from the generator of the run. Not for secrets: see crypto."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import array_argument, integer_argument, number_argument
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context


@builtin("random", "random", context=True, also=("math",))
def random(context: Context) -> float:
    return context.random.random()  # type: ignore[no-any-return]


@builtin("random", "random_int", "randomInt", "randint", context=True, also=("math",))
def random_int(context: Context, low: Any, high: Any) -> int:
    first = integer_argument("random_int", 1, low)
    last = integer_argument("random_int", 2, high)
    if first > last:
        raise SentraError("random_int: the lower bound is above the upper bound", VALUE)
    return context.random.randint(first, last)  # type: ignore[no-any-return]


@builtin("random", "random_choice", context=True, also=("math",))
def random_choice(context: Context, array: Any) -> Any:
    elements = array_argument("random_choice", 1, array)
    return elements[context.random.randrange(len(elements))] if elements else None


@builtin("random", "shuffle", context=True, also=("math",))
def shuffle(context: Context, array: Any) -> list[Any]:
    elements = array_argument("shuffle", 1, array)
    context.random.shuffle(elements)
    return elements


@builtin("random", "random_seed", context=True, also=("math",))
def random_seed(context: Context, seed: Any) -> None:
    number = number_argument("random_seed", 1, seed)
    if type(number) is float and number.is_integer():
        number = int(number)  # equal numbers seed equally
    context.random.seed(number)
