"""The programs that are measured: each in Sentra and, its twin, in Python.

A program is a folder of ``perf/programs``: ``main.sn``, ``twin.py`` and ``expected.txt``. The first
line of ``main.sn`` gives its size, ``let size = 32 // quick 29, small 10``, and so does the line
``SIZE = 32`` of the twin; both are replaced to run them smaller. Where many records are used, there
is a second twin, ``classes.py``: the first has dicts for them, like the Sentra program, the second
has objects, as one would write in Python.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "programs"
SIZES = ("full", "quick", "small")

MICRO = tuple(
    "int_arith float_arith string_arith string_build calls closures loops arrays maps try_catch"
    " match globals objects bits polymorphic".split())
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
        self.classes_path = self.folder / "classes.py"
        head = _HEAD.match(self.text)
        if head is None:
            raise ValueError(f"{self.path}: the first line does not give the size")
        self.sizes = {name: int(head[i + 1]) for i, name in enumerate(SIZES)}
        self.twin("full")

    def source(self, size: str = "full") -> str:
        """The Sentra program at a size: the name of one, or a number."""
        wanted = f"let size = {self._size(size)}"
        return self.text.replace(f"let size = {self.sizes['full']}", wanted, 1)

    def twin(self, size: str = "full", *, classes: bool = False) -> str:
        """The Python twin at that size, or the one with classes."""
        path = self.classes_path if classes else self.twin_path
        text = "\n" + path.read_text(encoding="utf-8")
        line = f"\nSIZE = {self.sizes['full']}\n"
        if text.count(line) != 1:
            raise ValueError(f"{path}: no line {line.strip()}")
        return text.replace(line, f"\nSIZE = {self._size(size)}\n")[1:]

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
