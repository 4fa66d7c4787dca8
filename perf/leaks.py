"""Whether programs that are loaded, run and dropped leave anything behind, on every executor.

``python3 -m perf leaks [--count=10000]``: memory after a tenth of the programs and at the end, the
objects that Python's collector knows, and what is left in `linecache`. Fails where they grow.
"""

from __future__ import annotations

import argparse
import gc
import linecache
import threading

import sentra
from sentra import Engine, Limits
from sentra.embedding.deadline import resident

SOURCE = """
let total = {n}
fn scale(x) {{ return x * {n} + total }}
fn work(items) {{
  let out = []
  for item in items {{ push(out, scale(item)) }}
  try {{ throw {{code: {n}}} }} catch e {{ push(out, e.code) }}
  return out
}}
let add = fn(a, b) => a + b
log(`program ${{total}}`, work([1, 2, 3]))
"""
GROWTH = 4 << 20  # bytes: the allocator's own rounding
OBJECTS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--modes", default="interp,tree,closure,metered,auto")


def run(options: argparse.Namespace) -> int:
    failed = 0
    print(f"{'':<10}{'programs':>10}{'bytes more':>14}{'objects more':>14}{'linecache':>11}")
    for mode in options.modes.split(","):
        grown, objects, lines = measure(mode, options.count)
        bad = grown > GROWTH or objects > OBJECTS or lines > 0
        failed += bad
        print(f"{mode:<10}{options.count:>10}{grown:>14}{objects:>14}{lines:>11}"
              f"{'  LEAK' if bad else ''}", flush=True)
    return 1 if failed else 0


def measure(mode: str, count: int) -> tuple[int, int, int]:
    """The growth of memory and objects over most of the programs, and lines that are left."""
    limits = Limits.default(time=60) if mode == "metered" else Limits(time=60)
    engine = Engine(mode="closure" if mode == "metered" else mode, limits=limits, stdout=len)
    shown = len(linecache.cache)
    before = objects = 0
    for number in range(count):
        one(engine, number)
        if number == count // 10:
            before, objects = settled()
    after, more = settled()
    return after - before, more - objects, len(linecache.cache) - shown


def one(engine: Engine, number: int) -> None:
    """Load a program, use it in several ways, and drop it."""
    program = engine.compile(SOURCE.format(n=number), f"program{number}.sn")
    run = program.run()
    assert run["scale"](2) == 3 * number
    assert run.call("add", number, 1) == number + 1
    try:
        run.call("work", number)
    except sentra.SentraError as error:
        sentra.format_error(error)
    if number % 10 == 0:
        thread = threading.Thread(target=program.run)
        thread.start()
        thread.join()


def settled() -> tuple[int, int]:
    """Bytes and objects of the process without garbage."""
    for _ in range(3):
        gc.collect()
    return resident(), len(gc.get_objects())
