"""What embedding costs: limits, calls from Python, programs from the cache. Ratios in one run.

- "time limit": a production build with a limit on wall time, to one without any limit.
- "metered": a build that counts steps and checks sizes, to the production build.
- calls of small functions of a program, to the same functions in Python.
- a program of 1,000 lines compiled, to the same from the cache.

All in processor time, the least of several rounds that alternate between what is compared.
"""

from __future__ import annotations

import argparse
import gc
import io
import tempfile
import time
from collections.abc import Callable
from math import exp, log
from typing import Any

import sentra
from perf.suite import Program, select
from sentra import Engine, Limits

LIMITS = {
    "production": Limits.none(),
    "time limit": Limits(time=1000),
    "metered": Limits(time=1000, steps=10**12),
    "default": Limits.default(time=1000, steps=10**12, memory=1 << 33),
}
"""What is compared with the first."""

SMALL = """
fn one(x) { return x * 2 + 1 }
fn two(a, b) { return a * 2 + b }
fn grade(points, bonus) {
  let total = points + bonus * 2
  if total > 90 { return "A" }
  if total > 50 && bonus > 3 { return "B" }
  return `C${total}`
}
fn greet(name) { return "hello " + name + "!" }
fn clamp(x, low, high) {
  if x < low { return low }
  return x > high ? high : x
}
fn event(e) { return e.amount > 100 ? 2 : 1 }
fn square(x) { return x * x }
fn distance(a, b) { return square(a) + square(b) }
fn total(values) {
  let sum = 0
  for value in values { sum = sum + value }
  return sum
}
fn price(order) {
  let sum = 0
  for item in order.items {
    if item.count > 0 { sum = sum + item.price * item.count }
  }
  return sum
}
fn doubled(values) { return map(values, fn(x) => x * 2) }
fn large(items) { return filter(items, fn(item) => item.count > 3) }
fn tag(item) {
  item.total = item.price * item.count
  return item
}
let seen = 0
fn count(x) {
  seen = seen + x
  return x
}
let counts = {}
fn hit(key) {
  counts[key] = get(counts, key, 0) + 1
  return counts[key] > 0
}
fn factorial(n) { return n < 2 ? 1 : n * factorial(n - 1) }
fn adder(k) { return fn(x) => x + k }
let plus = adder(3)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", help="names or patterns, with commas; all unless given")
    parser.add_argument("--size", default="quick")
    parser.add_argument("--rounds", type=int, default=5)


def run(options: argparse.Namespace) -> int:
    builds([Program(name) for name in select(options.programs)], options.size, options.rounds)
    if not options.programs:
        calls(options.rounds)
        loads(options.rounds)
    return 0


def least(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The processor seconds of each in its best round."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    return best


def builds(programs: list[Program], size: str, rounds: int) -> None:
    """Each program under each kind of limit."""
    names = [name for name in LIMITS if name != "production"]
    print(f"{'to production:':<20}" + "".join(f"{name:>12}" for name in names))
    logs: dict[str, list[float]] = {name: [] for name in names}
    for program in programs:
        works: dict[str, Callable[[], object]] = {}
        outputs = {}
        for name, limits in LIMITS.items():
            out = io.StringIO()
            compiled = Engine(mode="closure", limits=limits, stdout=out).compile(
                program.source(size), program.name)
            compiled.run()
            outputs[name] = out.getvalue()
            works[name] = compiled.run
        assert len(set(outputs.values())) == 1, program.name
        best = least(works, rounds)
        ratios = {name: best[name] / best["production"] for name in names}
        for name, ratio in ratios.items():
            logs[name].append(log(ratio))
        print(f"{program.name:<20}" + "".join(f"{ratios[name]:12.3f}" for name in names),
              flush=True)
    print(f"{'geometric mean':<20}" + "".join(
        f"{exp(sum(logs[name]) / len(logs[name])):12.3f}" for name in names))


def calls(rounds: int) -> None:
    """Calls of small functions."""
    def one(x: Any) -> Any:
        return x * 2 + 1

    def two(a: Any, b: Any) -> Any:
        return a * 2 + b

    def grade(points: Any, bonus: Any) -> Any:
        total = points + bonus * 2
        if total > 90:
            return "A"
        if total > 50 and bonus > 3:
            return "B"
        return f"C{total}"

    def greet(name: Any) -> Any:
        return "hello " + name + "!"

    def clamp(x: Any, low: Any, high: Any) -> Any:
        if x < low:
            return low
        return high if x > high else x

    def event(e: Any) -> Any:
        return 2 if e["amount"] > 100 else 1

    def square(x: Any) -> Any:
        return x * x

    def distance(a: Any, b: Any) -> Any:
        return square(a) + square(b)

    def total(values: Any) -> Any:
        sum_ = 0
        for value in values:
            sum_ = sum_ + value
        return sum_

    def price(order: Any) -> Any:
        sum_ = 0
        for item in order["items"]:
            if item["count"] > 0:
                sum_ = sum_ + item["price"] * item["count"]
        return sum_

    def doubled(values: Any) -> Any:
        return [x * 2 for x in values]

    def large(items: Any) -> Any:
        return [item for item in items if item["count"] > 3]

    def tag(item: Any) -> Any:
        item["total"] = item["price"] * item["count"]
        return item

    seen = 0

    def count(x: Any) -> Any:
        nonlocal seen
        seen = seen + x
        return x

    counts: dict[Any, int] = {}

    def hit(key: Any) -> Any:
        counts[key] = counts.get(key, 0) + 1
        return counts[key] > 0

    def factorial(n: Any) -> Any:
        return 1 if n < 2 else n * factorial(n - 1)

    def adder(k: Any) -> Callable[[Any], Any]:
        def plus(x: Any) -> Any:
            return x + k
        return plus

    order = {"items": [{"price": 3, "count": 2}, {"price": 2.5, "count": 4}, {"count": 0}]}
    rows: list[tuple[Any, tuple[Any, ...]]] = [
        (one, (3,)), (two, (3, 4)), (grade, (40, 2)), (greet, ("you",)),
        (clamp, (5, 1, 10)), (event, ({"amount": 120},)),
        (distance, (3, 4)), (total, ([3, 1, 4, 1, 5, 9, 2, 6],)), (price, (order,)),
        (doubled, ([3, 1, 4, 1, 5, 9, 2, 6],)), (large, (order["items"],)),
        (tag, (order["items"][0],)), (count, (2,)), (hit, ("a",)), (factorial, (5,)),
        (adder(3), (4,))]
    columns = ("production", "direct", "[name]", "call(name)", "default")
    print(f"\n{'to a Python call:':<20}" + "".join(f"{column:>12}" for column in columns))
    for python, args in rows:
        works = {"python": _looped(python, args)}
        for name, limits in (("production", Limits.none()), ("default", Limits.default())):
            program = Engine(limits=limits).compile(SMALL)
            function = program[python.__name__]
            for _ in range(100):
                assert function(*args) == python(*args)
            works[name] = _looped(function, args)
            if name == "production":
                works["direct"] = _looped(function.direct, args)
                works["[name]"] = _by_name(program, python.__name__, args)
                works["call(name)"] = _by_call(program, python.__name__, args)
        best = least(works, 2 * rounds)
        print(f"{python.__name__:<20}" + "".join(
            f"{best[name] / best['python']:12.2f}" for name in columns))


def _looped(function: Any, args: tuple[Any, ...]) -> Callable[[], object]:
    """10,000 calls as a user writes them."""
    if len(args) == 1:
        first = args[0]
        return lambda: [function(first) for _ in range(10_000)]
    if len(args) == 2:
        first, second = args
        return lambda: [function(first, second) for _ in range(10_000)]
    first, second, third = args
    return lambda: [function(first, second, third) for _ in range(10_000)]


def _by_name(program: sentra.Program, name: str, args: tuple[Any, ...]) -> Callable[[], object]:
    return lambda: [program[name](*args) for _ in range(10_000)]


def _by_call(program: sentra.Program, name: str, args: tuple[Any, ...]) -> Callable[[], object]:
    return lambda: [program.call(name, *args) for _ in range(10_000)]


def loads(rounds: int) -> None:
    """A program of 1,000 lines: compiled, and from the cache; as such, and with its first run."""
    text = "\n".join([
        f"// part {k}\nfn clean{k}(row, limit = {k}) {{\n  let out = []\n  for name, value in row"
        " {\n    if type(value) == \"string\" {\n      push(out, `${name}=${trim(value)}`)\n"
        f"    }} else if value > limit {{\n      push(out, name + \": \" + value * {k}.5)\n"
        "    } else {\n      push(out, \"small \" + name)\n    }\n  }\n"
        "  return join(out, \", \")\n}\n"
        f"fn sum{k}(items) {{\n  let total = 0\n  for (let i = 0; i < len(items); i = i + 1) {{\n"
        "    total = total + items[i] * (i % 7)\n  }\n  return total\n}\n"
        f"let table{k} = {{a: {k}, b: \"text {k}\", c: [1, 2, {k}]}}" for k in range(46)])
    assert 1000 <= text.count("\n") + 1 < 1020
    with tempfile.TemporaryDirectory() as folder:
        cache = sentra.Cache(folder)
        cache.compile(text).run()
        best = least({
            "compiled": lambda: sentra.compile(text), "cached": lambda: cache.compile(text),
            "compiled and run": lambda: sentra.compile(text).run(),
            "cached and run": lambda: cache.compile(text).run()}, 2 * rounds)
        assert cache.misses == 1
    print("\ncompiling 1,000 lines takes as long as loading them from the cache "
          f"{best['compiled'] / best['cached']:.1f} times, "
          f"with the first run {best['compiled and run'] / best['cached and run']:.1f} times")
