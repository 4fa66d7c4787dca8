"""``python3 -m perf peers``: the same programs in other languages.

Equivalents of some programs of the suite, in Lua, JavaScript and Ruby (``perf/peers``); PyPy runs
the twins. Whole processes are measured, by the processor time that they and their threads took; the
time of a process that only says hello is measured apart and taken off. What is not installed is
named and left out.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sentra
from perf import stats, suite
from perf.processes import python, seconds
from perf.progress import Progress
from perf.results import ROOT, Results

FOLDER = ROOT / "perf" / "peers"
PROGRAMS = tuple(
    "fib sieve quicksort matmul nbody mandelbrot spectral_norm fannkuch nqueens binary_trees"
    " levenshtein collatz".split())
BASE = "CPython"


@dataclass(frozen=True)
class Peer:
    """A language implementation: the names of its command, its files, how it says hello."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    suffix: str
    hello: str

    def command(self) -> tuple[str, ...] | None:
        """The first of its commands that is installed."""
        for command in self.commands:
            if shutil.which(command[0]):
                return command
        return None

    def file(self, name: str) -> Path:
        """The program in this language."""
        if self.suffix in (".py", ".sn"):
            program = suite.Program(name)
            return program.twin_path if self.suffix == ".py" else program.path
        return FOLDER / f"{name}{self.suffix}"


PEERS = (
    Peer(BASE, (tuple(python()),), ".py", 'print("hello")'),
    Peer("Sentra", (tuple(python("-m", "sentra", "--mode=closure")),), ".sn", 'log("hello")'),
    Peer("Lua 5.4", (("lua5.4",), ("lua54",)), ".lua", 'print("hello")'),
    Peer("LuaJIT", (("luajit",),), ".lua", 'print("hello")'),
    Peer("Node", (("node",), ("nodejs",)), ".js", 'console.log("hello")'),
    Peer("Ruby", (("ruby",),), ".rb", 'puts "hello"'),
    Peer("PyPy", (("pypy3",), ("pypy",)), ".py", 'print("hello")'),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", default=",".join(PROGRAMS), metavar="LIST",
                        help="of %(default)s")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")


def run(options: argparse.Namespace) -> int:
    names = suite.select(options.programs)
    unknown = [name for name in names if name not in PROGRAMS]
    if unknown:
        raise SystemExit(f"perf: {unknown[0]} has no equivalents; there are: "
                         f"{', '.join(PROGRAMS)}")
    found = {peer.name: command for peer in PEERS if (command := peer.command())}
    missing = [peer.name for peer in PEERS if peer.name not in found]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    peers = [peer for peer in PEERS if peer.name in found]
    settings = {"repeat": options.repeat, "peers": [peer.name for peer in peers]}
    results = Results("peers", settings, options.output, resume=options.resume)
    results.data["missing"] = missing
    results.data["versions"] = {
        peer.name: version(peer, found[peer.name]) for peer in peers}
    progress = Progress(len(names) + 1)
    progress.step("start-up")
    results.data["startup"] = startup = _startup(peers, found, options.repeat)
    progress.clear()
    print(f"{'':18}{f'{BASE} ms':>12}"
          + "".join(f"{peer.name:>9}" for peer in peers if peer.name != BASE))
    print(_row("start-up", startup))
    for name in names:
        if name in results.programs:
            progress.skip()
        else:
            progress.step(name)
            results.add(name, _measure(name, peers, found, options.repeat, startup))
        progress.clear()
        print(_row(name, results.programs[name]), flush=True)
    means = {peer.name: stats.geometric_mean(
        [results.programs[name][peer.name] / results.programs[name][BASE] for name in names])
        for peer in peers}
    print(f"{'geometric mean':18}{'':12}"
          + "".join(f"{means[peer.name]:8.2f}x" for peer in peers if peer.name != BASE))
    results.finish(means=means)
    return 0


def _row(title: str, times: dict[str, float]) -> str:
    cells = "".join(f"{times[name] / times[BASE]:8.2f}x" for name in times if name != BASE)
    return f"{title:18}{times[BASE] * 1000:12.1f}{cells}"


def _startup(
    peers: list[Peer], found: dict[str, tuple[str, ...]], repeat: int,
) -> dict[str, float]:
    """Seconds of a process that says hello."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for peer in peers:
            files[peer.name] = Path(folder) / f"hello{peer.suffix}"
            files[peer.name].write_text(peer.hello + "\n", encoding="utf-8")
        times: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for _ in range(repeat * 3 + 1):
            for peer in peers:
                times[peer.name].append(seconds(
                    [*found[peer.name], str(files[peer.name])], "hello\n"))
    return {name: round(min(values), 6) for name, values in times.items()}


def _measure(
    name: str, peers: list[Peer], found: dict[str, tuple[str, ...]], repeat: int,
    startup: dict[str, float],
) -> dict[str, float]:
    """Seconds beyond start-up of a program in every language, in turns."""
    expected = suite.Program(name).expected()
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(repeat):
        for peer in peers:
            command = [*found[peer.name], str(peer.file(name))]
            times[peer.name].append(seconds(command, expected) - startup[peer.name])
    return {each: round(max(min(values), 0.001), 6) for each, values in times.items()}


def version(peer: Peer, command: tuple[str, ...]) -> str:
    """The number of its version."""
    if peer.name == "Sentra":
        return sentra.__version__
    for option in ("--version", "-v"):
        done = subprocess.run([command[0], option], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL)
        text = done.stdout + done.stderr
        number = r"(\d+\.\d[\w.~-]*)"
        # PyPy first says which Python it is.
        found = re.search(f"{peer.name} {number}", text) or re.search(number, text)
        if done.returncode == 0 and found:
            return found[1]
    return "unknown"
