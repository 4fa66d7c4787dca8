"""What counting loops and ``for x in range(…)`` go over, where that is known only at run time."""

from __future__ import annotations

from itertools import islice

from sentra.runtime import compare
from sentra.runtime.builtins import declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def any_range(start: Any, end: Any = None, step: Any = None) -> range:
    """What ``for x in range(…)`` goes over, without the array."""
    if type(start) is int:
        if type(end) is int:
            if step is None:
                return range(start, end)
            if type(step) is int and step:
                return range(start, end, step)
        elif end is None and step is None:
            return range(start)
    row = declaration("range")
    assert row is not None
    made: range = row.function(start, end, step)
    return made


def count_to(start: int, stop: Any, step: int, rising: bool, inclusive: bool) -> Any:
    """The values of a counting loop whose bound or step is known only now."""
    holds = (compare.less_equal if inclusive else compare.less) if rising else (
        compare.greater_equal if inclusive else compare.greater)
    if type(stop) is int and type(step) is int and (step > 0) == rising and step:
        return range(start, stop + (1 if rising else -1) if inclusive else stop, step)
    return _counted(start, stop, step, holds)


def _counted(
    start: int, stop: Any, step: int, holds: Callable[[Any, Any], bool],
) -> Iterator[int]:
    while holds(start, stop):
        yield start
        start += step


def pairs_from(pairs: Iterator[Any], start: int) -> Iterator[Any]:
    """The pairs of an enumeration from place `start` on."""
    return islice(pairs, start, None)
