"""Time limits again and again: how late they stop a program, and that none arrives elsewhere.

``python3 -m perf timeouts [--count=1000]``: ``while true { }`` under 0.1 s in two threads at once;
between the calls each thread computes, where no exception may arrive. Late is more than 0.2 s
after the start, in time that the machine gave to this process: on a busy one, threads wait.
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
        strays: list[BaseException] = []
        threads = [threading.Thread(target=spin, args=(mode, options.count // 2, took, strays))
                   for _ in range(2)]
        start = time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        busy = time.process_time() - start
        took.sort()
        late = sum(seconds > LATE for seconds in took)
        print(f"{mode:<8} {len(took)} stopped; median {took[len(took) // 2]:.3f} s, "
              f"worst {took[-1]:.3f} s, {late} later than {LATE} s; {len(strays)} outside; "
              f"{busy:.0f} s of processor time", flush=True)
        failed += bool(strays) or len(took) != options.count // 2 * 2
    return 1 if failed else 0


def spin(mode: str, count: int, took: list[float], strays: list[BaseException]) -> None:
    """Run into the limit so often, and compute in between."""
    program = Engine(mode=mode, limits=Limits(time=LIMIT)).compile("while true { }")
    for _ in range(count):
        try:
            start = time.monotonic()
            try:
                program.run()
            except LimitExceeded:
                took.append(time.monotonic() - start)
            total = 0
            for number in range(2000):  # nothing may arrive here
                total += number
        except BaseException as stray:  # noqa: BLE001  # what must never happen
            strays.append(stray)
