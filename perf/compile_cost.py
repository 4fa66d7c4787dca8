"""What compiling costs per source line, stage by stage.

    python -m perf.compile_cost [--once] [lines...]

Prints microseconds per line for 1,000, 5,000 and 20,000 lines of an ordinary program, the best of
several runs, with the garbage collector off as it is while Sentra compiles. The bar is 60 for all
that comes on top of CPython's own ``compile()``; that sum is the last column.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from perf.scale_frontend import program
from sentra.codegen.generate import ModuleEmitter, arrange
from sentra.codegen.nodes import Nodes
from sentra.ir.build import build_module
from sentra.ir.kinds import calls_vary
from sentra.ir.model import FunctionIR
from sentra.ir.passes import PASSES
from sentra.ir.specialise import specialise
from sentra.ir.types import infer
from sentra.lower.module import lower
from sentra.source import decode
from sentra.syntax.parser import parse

T = TypeVar("T")

BAR = 60.0  # microseconds per line on top of compile()


class Clock:
    """Adds up the time of named stages."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        result = work()
        self.stages[stage] = self.stages.get(stage, 0.0) + time.process_time() - start
        return result


def stages(text: str) -> dict[str, float]:
    """Processor seconds per stage for one compilation."""
    source = decode(text, "cost.sn")
    clock = Clock()
    tree = clock("parse", lambda: parse(source))
    module = clock("lower", lambda: lower(tree, source))
    ir = clock("build", lambda: build_module(module))

    def untyped(function: FunctionIR) -> None:
        for each in PASSES:
            if not each.typed:
                each.run(function)

    def passes(typed: bool) -> None:
        for each in PASSES:
            if each.typed == typed:
                for function in ir.functions:
                    each.run(function)

    def clones() -> None:
        if calls_vary(ir):
            specialise(ir, untyped)

    clock("passes", lambda: passes(False))
    clock("infer", lambda: infer(ir))
    clock("clones", clones)
    clock("passes", lambda: passes(True))
    names: set[str] = set()
    trees = clock("structure", lambda: arrange(ir))
    emitter = ModuleEmitter(Nodes(module.source, names), names, trees)
    generated = clock("emit", lambda: emitter.module(ir).tree)
    clock("compile()", lambda: compile(generated, "cost.sn", "exec", dont_inherit=True))
    return clock.stages


def measure(lines: int, repeat: int) -> dict[str, float]:
    """Microseconds per line and stage: the best of some runs."""
    text = program(lines)
    count = text.count("\n")
    best: dict[str, float] = {}
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        try:
            found = stages(text)
        finally:
            gc.enable()
        for stage, seconds in found.items():
            best[stage] = min(best.get(stage, seconds), seconds)
    best["total"] = sum(value for stage, value in best.items()
                        if stage not in ("total", "compile()"))
    return {stage: seconds / count * 1e6 for stage, seconds in best.items()}


def main(arguments: list[str]) -> int:
    """Print the table; 1 if the largest program is above the bar."""
    parser = argparse.ArgumentParser(description="compile cost per source line")
    parser.add_argument("lines", nargs="*", type=int, default=[])
    parser.add_argument("--once", action="store_true", help="one run of each size")
    options = parser.parse_args(arguments)
    total = 0.0
    for number, lines in enumerate(options.lines or [1000, 5000, 20000]):
        found = measure(lines, 1 if options.once else 5 if lines < 20000 else 3)
        if not number:
            print("   lines  " + " ".join(f"{stage:>9}" for stage in found))
        print(f"{lines:8}  " + " ".join(f"{value:9.1f}" for value in found.values()), flush=True)
        total = found["total"]
    return int(total > BAR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
