"""Time limits again and again: how late they stop a program, and that none arrives elsewhere.

``python3 -m perf timeouts [--count=1000]``: ``while true { }`` under 0.1 s in two threads at once;
between the calls each thread computes, where no exception may arrive. Late is more than 0.2 s
after the start. On a busy machine threads wait for their turn, so the processor time that a call
got is shown too.
"""

from __future__ import annotations

import argparse
import threading
import time

from sentra import Engine, LimitExceeded, Limits

LIMIT, LATE = 0.1, 0.2  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--modes", default="interp,tree,closure,auto")


def run(options: argparse.Namespace) -> int:
    failed = 0
    for mode in options.modes.split(","):
        took: list[float] = []
        used: list[float] = []
        strays: list[BaseException] = []
        count = options.count // 2
        threads = [threading.Thread(target=spin, args=(mode, count, took, used, strays))
                   for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took.sort()
        late = sum(seconds > LATE for seconds in took)
        print(f"{mode:<8} {len(took)} stopped; median {took[len(took) // 2]:.3f} s, "
              f"worst {took[-1]:.3f} s, {late} later than {LATE} s; {len(strays)} outside; "
              f"at most {max(used):.3f} s of processor time", flush=True)
        failed += bool(strays) or len(took) != 2 * count
    return 1 if failed else 0


def spin(
    mode: str, count: int, took: list[float], used: list[float], strays: list[BaseException],
) -> None:
    """Run into the limit so often, and compute in between."""
    program = Engine(mode=mode, limits=Limits(time=LIMIT)).compile("while true { }")
    for _ in range(count):
        try:
            start, before = time.monotonic(), time.thread_time()
            try:
                program.run()
            except LimitExceeded:
                took.append(time.monotonic() - start)
                used.append(time.thread_time() - before)
            total = 0
            for number in range(2000):  # nothing may arrive here
                total += number
        except BaseException as stray:  # noqa: BLE001  # what must never happen
            strays.append(stray)
