"""The statistics of the gate: has a program become slower than its baseline?

A sample has one number per process: the time of compiled code over the time of the twin, from runs
that stood side by side. Processes differ by a few percent (where things lie in memory, what else
the machine does), so the unit of the statistics is the process and not the run; logarithms of the
ratios are compared, by Welch's interval for the difference of two means.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.99


@dataclass(frozen=True)
class Change:
    """How much slower a program is, with its confidence interval: 0.1 is 10 % slower."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:+.1%} [{self.low:+.1%}, {self.high:+.1%}]"


def paired(times: Sequence[float], base: Sequence[float]) -> float:
    """The ratio of a process: the mean of the middle half of the ratios of neighbouring runs.

    >>> round(paired([2, 2.2, 9, 2], [1, 1, 1, 1.1]), 3)
    2.098
    """
    logs = sorted(math.log(a / b) for a, b in zip(times, base, strict=True))
    cut = len(logs) // 4
    return math.exp(statistics.fmean(logs[cut:len(logs) - cut]))


def change(now: Sequence[float], base: Sequence[float]) -> Change:
    """From one sample of ratios to another; each has at least two.

    >>> print(change([1.1, 1.12, 1.08, 1.1], [1.0, 1.01, 0.99, 1.0]))
    +10.0% [+6.2%, +13.9%]
    """
    after, before = [math.log(x) for x in now], [math.log(x) for x in base]
    parts = [statistics.variance(each) / len(each) for each in (after, before)]
    middle = statistics.fmean(after) - statistics.fmean(before)
    width = 0.0
    if error := sum(parts):
        # Welch's degrees of freedom.
        freedom = error ** 2 / sum(part ** 2 / (len(each) - 1)
                                   for part, each in zip(parts, (after, before)))
        width = student((1 + CONFIDENCE) / 2, freedom) * math.sqrt(error)
    return Change(*(math.exp(x) - 1 for x in (middle, middle - width, middle + width)))


def student(probability: float, freedom: float) -> float:
    """A quantile of Student's t, by the expansion around the normal one; from 3 degrees of freedom
    on it is right within 3 %.

    >>> [round(student(0.995, n), 2) for n in (4, 10, 30)]  # tables: 4.60, 3.17, 2.75
    [4.55, 3.17, 2.75]
    """
    z = statistics.NormalDist().inv_cdf(probability)
    first = (z ** 3 + z) / 4
    second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
    third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
    return z + first / freedom + second / freedom ** 2 + third / freedom ** 3
