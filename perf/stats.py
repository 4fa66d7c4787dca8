"""The few statistics that ratios need."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Sequence


def geometric_mean(values: Sequence[float]) -> float:
    """NaN where there is nothing to take the mean of.

    >>> geometric_mean([1, 4])
    2.0
    """
    if not values:
        return math.nan
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def ratio_of_minima(times: Sequence[float], base: Sequence[float]) -> float:
    """The best against the best: what noise, which only ever adds, disturbs least."""
    return min(times) / min(base)


def median_ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios of runs that stood side by side."""
    return statistics.median([a / b for a, b in zip(times, base, strict=True)])


def bootstrap(
    values: Sequence[float], statistic: Callable[[Sequence[float]], float] = statistics.median,
    *, confidence: float = 0.95, resamples: int = 2000, seed: int = 1,
) -> tuple[float, float]:
    """A confidence interval for a statistic of a sample (percentile bootstrap)."""
    generator = random.Random(seed)
    values = list(values)
    found = sorted(statistic(generator.choices(values, k=len(values))) for _ in range(resamples))
    tail = (1 - confidence) / 2
    last = len(found) - 1
    return found[round(tail * last)], found[round((1 - tail) * last)]
