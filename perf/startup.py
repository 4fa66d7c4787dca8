"""How long ``sentra examples/hello.sn`` takes to start, beside ``python -c pass``.

    python perf/startup.py [--runs N] [--imports]

Both are started in turns, N times each, by this one process; the medians and their ratio count.
``--imports`` lists the modules that take longest to import.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Compiled modules are kept, as they are for users.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name != "PYTHONDONTWRITEBYTECODE"}
HELLO = str(ROOT / "examples" / "hello.sn")
SCRIPT = Path(sys.executable).with_name("sentra")
COMMAND = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "sentra"]
PROGRAMS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "sentra hello.sn": [*COMMAND, HELLO],
    "sentra --version": [*COMMAND, "--version"],
}


def milliseconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=ENVIRONMENT)
    return (time.perf_counter() - start) * 1000


def import_times() -> list[tuple[int, str]]:
    """(microseconds without what it imports itself, module) for hello.sn, slowest first."""
    text = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sentra", HELLO], check=True, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    rows = []
    for line in text.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdigit():
            rows.append((int(parts[0]), parts[2].strip()))
    return sorted(rows, reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="start-up time of the command")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--imports", action="store_true")
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for command in PROGRAMS.values():  # writes the .pyc files
        milliseconds(command)
    for _ in range(options.runs):
        for name, command in PROGRAMS.items():
            times[name].append(milliseconds(command))
    print(f"{' '.join(COMMAND)}, {options.runs} runs")
    base = statistics.median(times["python -c pass"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:20} {median:7.1f} ms   x{median / base:.2f}")
    if options.imports:
        rows = import_times()
        ours = sum(time for time, name in rows if name.startswith("sentra"))
        print(f"\nimports: {sum(time for time, _ in rows) / 1000:.1f} ms,"
              f" of these sentra {ours / 1000:.1f} ms in"
              f" {sum(name.startswith('sentra') for _, name in rows)} modules")
        for microseconds, name in rows[:25]:
            print(f"{microseconds / 1000:8.2f} ms  {name}")


if __name__ == "__main__":
    main()
