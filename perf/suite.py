"""The programs that are measured: each in Sentra and, its twin, in Python.

A program is a folder of ``perf/programs``: ``main.sn``, ``twin.py`` and ``expected.txt``. The first
line of ``main.sn`` gives its size, ``let size = 32 // quick 29, small 10``, and so does the line
``SIZE = 32`` of the twin; both are replaced to run them smaller.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "programs"
SIZES = ("full", "quick", "small")

MICRO = tuple(
    "int_arith float_arith string_arith string_build calls closures loops arrays maps try_catch"
    " match globals objects bits".split())
KERNELS = tuple(
    "fib tak sieve quicksort matmul nbody mandelbrot spectral_norm fannkuch nqueens binary_trees"
    " levenshtein collatz word_count graph_search life knapsack".split())
WHOLE = tuple(
    "richards constraints json loop_finder collisions tokenizer_parser rule_engine log_analyser"
    " bytecode_vm text_report huffman raytracer sudoku bank".split())
ALL = MICRO + KERNELS + WHOLE

# The numeric and call-heavy programs, for which the compiler promises the speed of the twin.
NUMERIC = tuple(
    "fib loops sieve quicksort matmul nbody mandelbrot spectral_norm nqueens collatz".split())

_HEAD = re.compile(r"let size = (\d+) // quick (\d+), small (\d+)\n")


class Program:
    """One program of the suite."""

    def __init__(self, name: str, folder: Path = FOLDER) -> None:
        self.name = name
        self.folder = folder / name
        self.path = self.folder / "main.sn"
        self.text = self.path.read_text(encoding="utf-8")
        self.twin_path = self.folder / "twin.py"
        self.twin_text = self.twin_path.read_text(encoding="utf-8")
        head = _HEAD.match(self.text)
        if head is None:
            raise ValueError(f"{self.path}: the first line does not give the size")
        self.sizes = {name: int(head[i + 1]) for i, name in enumerate(SIZES)}
        if self.twin_text.count(f"SIZE = {head[1]}\n") != 1:
            raise ValueError(f"{self.twin_path}: no line SIZE = {head[1]}")

    def source(self, size: str = "full") -> str:
        """The Sentra program at a size: the name of one, or a number."""
        wanted = f"let size = {self._size(size)}"
        return self.text.replace(f"let size = {self.sizes['full']}", wanted, 1)

    def twin(self, size: str = "full") -> str:
        """The Python twin at that size."""
        wanted = f"\nSIZE = {self._size(size)}\n"
        return ("\n" + self.twin_text).replace(f"\nSIZE = {self.sizes['full']}\n", wanted, 1)[1:]

    def _size(self, size: str) -> int:
        return int(size) if size.isdigit() else self.sizes[size]

    def expected(self) -> str:
        """What both print at full size."""
        return (self.folder / "expected.txt").read_text(encoding="utf-8")


def select(patterns: str | None) -> list[str]:
    """The names that a list like ``fib,n*,whole`` means; all of them without a list.

    >>> select("numeric")[:3], select("n*")
    (['fib', 'loops', 'sieve'], ['nbody', 'nqueens'])
    """
    if not patterns:
        return list(ALL)
    groups = {"micro": MICRO, "kernels": KERNELS, "whole": WHOLE, "numeric": NUMERIC, "all": ALL}
    found: list[str] = []
    for pattern in patterns.split(","):
        names = groups.get(pattern) or fnmatch.filter(ALL, pattern)
        if not names:
            raise SystemExit(f"perf: no program is called {pattern!r};"
                             f" there are: {', '.join(ALL)}, and {', '.join(groups)}")
        found += [name for name in names if name not in found]
    return found
