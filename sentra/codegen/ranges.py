"""What counting loops go over, where that is known only at run time."""

from __future__ import annotations

from itertools import islice

from sentra.runtime import compare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


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
