"""The meaning of ``for x in c`` and ``for k, v in c``: Python iterators over a value.

An array's iterator goes by index and sees elements pushed meanwhile. A map's keys are taken when
the loop starts, a value when its turn comes.
"""

from __future__ import annotations

from sentra.errors import TYPE, SentraError
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

ITERATORS: dict[type, Callable[[Any], Iterator[Any]]] = {range: iter}  # see `any_range`
"""Further types to loop over → function that gives the iterator."""

PAIRS: dict[type, Callable[[Any], Iterator[tuple[Any, Any]]]] = {}
"""The same for two variables; a type that is only in ITERATORS pairs its elements with 0, 1, …"""


def iterate(container: Any) -> Iterator[Any]:
    """An iterator over elements, keys or characters."""
    kind = type(container)
    if kind is list or kind is str:
        return iter(container)
    if kind is dict:
        return iter(list(container))
    make = ITERATORS.get(kind)
    if make is None:
        raise SentraError(f"cannot iterate over {type_name(container)}", TYPE)
    return make(container)


def iterate_pairs(container: Any) -> Iterator[tuple[Any, Any]]:
    """An iterator over (index, element) or (key, value)."""
    kind = type(container)
    if kind is list or kind is str:
        return enumerate(container)
    if kind is dict:
        keys = list(container)
        return zip(keys, map(container.get, keys), strict=True)
    make = PAIRS.get(kind)
    return make(container) if make is not None else enumerate(iterate(container))


def any_range(start: Any, end: Any = None, step: Any = None) -> Any:
    """What ``for x in range(…)`` goes over: for ints without the array, however long it is."""
    if type(start) is int:
        if type(end) is int:
            if step is None:
                return range(start, end)
            if type(step) is int and step:
                return range(start, end, step)
        elif end is None and step is None:
            return range(start)
    from sentra.runtime.builtins import declaration

    row = declaration("range")
    assert row is not None
    return row.function(start, end, step)
