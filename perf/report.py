"""``python3 -m perf report``: writes docs/performance.md from result files, and from nothing else.

The files that the report in the repository was made from are kept beside its pictures, in
``docs/performance``. ``--measure`` makes new ones there; what is interrupted goes on with the same
command. The headline table is also put into the README, between two marks.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from perf import charts, ratios, sections
from perf.results import ROOT, read
from perf.tables import table

DOCUMENT = ROOT / "docs" / "performance.md"
KEPT = ROOT / "docs" / "performance"
README = ROOT / "README.md"
MARKS = ("<!-- headline: made by perf report -->\n", "<!-- end of headline -->\n")

# Result file → the command that makes it.
PARTS = {
    "ratios.json": ["ratios"],
    "modes.json": ["ratios", "--quick", "--repeat=3", "--modes=ast,tree,auto,interp",
                   "--programs=numeric,richards,json,rule_engine,text_report"],
    "classes.json": ["ratios", "--modes=classes,ast",
                     "--programs=richards,nbody,collisions,raytracer"],
    "ablation.json": ["ablation"],
    "scale.json": ["scale"],
    "peers.json": ["peers"],
    "gate-demo.json": ["gate", "--demonstrate"],
}

HEAD = """\
# Performance

Made by `python3 -m perf report` from the results in [performance/](performance); do not edit. Times
say nothing by themselves on machines that do other work too, so every number is a ratio of
processor times that were measured in turns, in one run, after the outputs were compared. The *twin*
of a program is the same program written by hand in Python (`twin.py` beside the program in
`perf/programs/`): the same algorithm on the same data, step by step, with locals,
`for … in range`, dicts and f-strings. Among the whole programs some are of the kinds that are
often used to compare languages: `richards`, `constraints` (as DeltaBlue: one-way constraints with
strengths), `loop_finder` (as Havlak: loops of a flow graph), `collisions` (as CD: aircraft that
come too close), `json`, `bytecode_vm`, `tokenizer_parser`.

`python3 -m perf ratios` reproduces the headline table, in about {minutes} minutes;
`python3 -m perf report --measure` all of it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--measure", action="store_true", help="make the result files first")
    parser.add_argument("--results", type=Path, default=KEPT, metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=DOCUMENT, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    if options.measure:
        measure(options.results)
    data = results_in(options.results)
    for name in PARTS:
        if name not in data:
            print(f"no {name}: its section is left out")
    charts.draw(data, options.output.parent / "performance")
    options.output.write_text(text(data), encoding="utf-8")
    print(f"written to {options.output}")
    if options.output == DOCUMENT:
        README.write_text(with_headline(README.read_text(encoding="utf-8"), data["ratios.json"]),
                          encoding="utf-8")
    return 0


def results_in(folder: Path) -> dict[str, dict[str, Any]]:
    """The result files of a folder that are complete."""
    data = {name: read(folder / name) for name in PARTS if (folder / name).exists()}
    data = {name: results for name, results in data.items() if results["finished"]}
    if "ratios.json" not in data:
        raise SystemExit(f"perf: {folder} has no complete ratios.json; --measure makes all results")
    return data


def text(data: dict[str, dict[str, Any]]) -> str:
    """The report."""
    lines = []
    for name, write in sections.SECTIONS.items():
        if name in data:
            lines += write(data[name])
    return "\n".join([HEAD.format(minutes=_minutes(data["ratios.json"])), *lines, *measured(data)])


def with_headline(readme: str, data: dict[str, Any]) -> str:
    """The README with the headline table of these results between its marks."""
    before, begin, rest = readme.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (begin and end):
        raise SystemExit("perf: the README has no marks for the headline table")
    return "".join([before, begin, "\n", "\n".join(ratios.headline_table(data)), "\n\n", end,
                    after])


def measure(folder: Path) -> None:
    """Run all measurements that are not finished yet."""
    for name, command in PARTS.items():
        path = folder / name
        if path.exists() and read(path)["finished"]:
            print(f"{path} is there; remove it to measure again")
            continue
        print(f"python3 -m perf {' '.join(command)}", flush=True)
        module = importlib.import_module(f"perf.{command[0]}")
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        module.run(parser.parse_args([*command[1:], "--resume", f"--output={path}"]))


def _minutes(data: dict[str, Any]) -> int:
    """How long the headline takes: its runs, and about a quarter for starting processes."""
    repeat = data["options"]["repeat"]
    runs = sum(sum(measured[mode]["seconds"]) for measured in data["programs"].values()
               if ratios.FAILED not in measured for mode in measured)
    minutes: float = runs * (1 + 1 / repeat) * 1.25 / 60
    return max(1, round(minutes + 0.5))


def measured(data: dict[str, dict[str, Any]]) -> list[str]:
    """What was measured where."""
    rows = []
    for name, results in data.items():
        known = results["machine"]
        rows.append([name.removesuffix(".json"), known["date"], known["commit"], known["python"],
                     f"{known['processor']}, {known['cores']} cores, {known['system']}"])
    return ["## Measured where", "",
            *table(["results", "date", "commit", "Python", "machine"], rows), ""]
