"""``python3 -m perf run``: pyperf benchmarks, written as a pyperf JSON file.

Each benchmark is a file of its own until all are done, so an interrupted run goes on with
``--resume``. ``python3 -m perf compare A B`` compares two results.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

from perf import suite
from perf.execute import TWIN, available
from perf.extras import need
from perf.processes import python
from perf.progress import Progress
from perf.results import FOLDER, ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST", help="names, patterns or groups")
    parser.add_argument("--modes", default="twin,ast", metavar="LIST",
                        help="of twin, ast, tree, interp, auto (default: twin,ast)")
    parser.add_argument("--size", choices=suite.SIZES, default="quick")
    parser.add_argument("--processes", type=int, default=6, help="processes per benchmark")
    parser.add_argument("--values", type=int, default=3, help="values per process")
    parser.add_argument("--output", type=Path, default=FOLDER / "run.json", metavar="FILE")
    parser.add_argument("--resume", action="store_true",
                        help="keep the benchmarks that an interrupted run has finished")


def run(options: argparse.Namespace) -> int:
    pyperf = need("pyperf")
    modes = options.modes.split(",")
    for mode in modes:
        if mode != TWIN and mode not in available():
            raise SystemExit(f"perf: there is no mode {mode!r}; available: "
                             f"{', '.join([TWIN, *available()])}")
    parts: Path = options.output.with_suffix(".parts")
    parts.mkdir(parents=True, exist_ok=True)

    def file_of(name: str, mode: str) -> Path:
        settings = f"{options.size}-{options.processes}x{options.values}"
        return parts / f"{name}-{mode}-{settings}.json"

    wanted = [(name, mode) for name in suite.select(options.programs) for mode in modes]
    progress = Progress(len(wanted))
    for name, mode in wanted:
        part = file_of(name, mode)
        if options.resume and part.exists():
            progress.skip()
        else:
            progress.step(f"{name} {mode}")
            part.unlink(missing_ok=True)
            _measure(name, mode, part, options)
        progress.clear()
        [benchmark] = pyperf.BenchmarkSuite.load(str(part)).get_benchmarks()
        print(f"{name:18} {mode:7} {benchmark.mean() * 1000:9.2f} ms"
              f" +- {benchmark.stdev() * 1000:.2f} ms", flush=True)
    suites = [pyperf.BenchmarkSuite.load(str(file_of(name, mode))) for name, mode in wanted]
    benchmarks = [benchmark for one in suites for benchmark in one.get_benchmarks()]
    pyperf.BenchmarkSuite(benchmarks).dump(str(options.output), replace=True)
    shutil.rmtree(parts)
    print(f"written to {options.output}")
    return 0


def _measure(name: str, mode: str, part: Path, options: argparse.Namespace) -> None:
    command = python(
        "-m", "perf.bench", name, mode, options.size, "--quiet", "--loops=1", "--warmups=1",
        f"--processes={options.processes}", f"--values={options.values}", f"--output={part}")
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"perf: {name} as {mode} failed:\n{done.stderr.strip()}")
