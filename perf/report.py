"""``python3 -m perf report``: writes docs/performance.md from result files, and from nothing else.

``--measure`` makes the result files first; what is interrupted goes on with the same command.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from perf import ablation, charts, ratios, scale, suite
from perf.execute import TWIN
from perf.results import FOLDER, ROOT, read

DOCUMENT = ROOT / "docs" / "performance.md"
MODES_FILE = "modes.json"

# Result file → the command that makes it.
PARTS = {
    "ratios.json": ["ratios"],
    MODES_FILE: ["ratios", "--quick", "--repeat=3", "--modes=ast,tree,auto,interp",
                 "--programs=numeric,richards,json,rule_engine,text_report",
                 f"--output={FOLDER / MODES_FILE}"],
    "ablation.json": ["ablation"],
    "scale.json": ["scale"],
    "peers.json": ["peers"],
}

HEAD = """\
# Performance

Made by `python3 -m perf report` from measured results; do not edit. Times say nothing by
themselves on machines that do other work too, so every number is a ratio of processor times that
were measured in turns, in one run, after the outputs were compared. The *twin* of a program is
the same program written by hand in Python: the same algorithm on the same data, with locals,
`for … in range`, dicts and f-strings.

The headline table is reproduced by `python3 -m perf ratios`, in about {minutes} minutes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--measure", action="store_true", help="make the result files first")
    parser.add_argument("--results", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=DOCUMENT, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    if options.measure:
        measure()
    data = {name: read(options.results / name) for name in PARTS
            if (options.results / name).exists()}
    if "ratios.json" not in data:
        raise SystemExit(f"perf: {options.results} has no ratios.json;"
                         " --measure makes all results")
    pictures = options.output.parent / "performance"
    sections = [HEAD.format(minutes=_minutes(data["ratios.json"])), machine(data)]
    for name, write in SECTIONS.items():
        if name in data:
            sections.append(write(data[name], pictures))
        else:
            print(f"no {name}: its section is left out")
    options.output.write_text("\n".join(sections), encoding="utf-8")
    print(f"written to {options.output}")
    return 0


def measure() -> None:
    """Run all measurements that are not finished yet."""
    for name, command in PARTS.items():
        path = FOLDER / name
        if path.exists() and read(path)["finished"]:
            print(f"{path} is there; remove it to measure again")
            continue
        print(f"python3 -m perf {' '.join(command)}")
        module = importlib.import_module(f"perf.{command[0]}")
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        module.run(parser.parse_args([*command[1:], "--resume"]))


def _minutes(data: dict[str, Any]) -> int:
    """How long the headline takes: its runs, and about a quarter for starting processes."""
    repeat = data["options"]["repeat"]
    runs = sum(sum(measured[mode]["seconds"]) for measured in data["programs"].values()
               if ratios.FAILED not in measured for mode in measured)
    minutes: float = runs * (1 + 1 / repeat) * 1.25 / 60
    return max(1, round(minutes + 0.5))


def machine(data: dict[str, dict[str, Any]]) -> str:
    """What was measured where."""
    rows = ["| results | commit | Python | machine | measured |", "|---|---|---|---|---|"]
    for name, results in data.items():
        known = results["machine"]
        rows.append(f"| {name.removesuffix('.json')} | {known['commit']} | {known['python']} |"
                    f" {known['processor']}, {known['cores']} cores, {known['system']} |"
                    f" {known['date']} |")
    return "\n".join(["## Measured", "", *rows, ""])


def headline(data: dict[str, Any], pictures: Path) -> str:
    """The ratios of compiled programs to their twins."""
    good = {name: measured for name, measured in data["programs"].items()
            if ratios.FAILED not in measured}
    modes = data["options"]["modes"]
    charts.ratio_bars(data, modes[0], pictures / "ratios.svg")
    means = ratios.means(good, modes)
    lines = ["## Compiled programs against hand-written Python", "",
             f"{len(good)} programs, mode `{modes[0]}`, the best of"
             f" {data['options']['repeat']} runs each; below 1.00 Sentra is faster.", "",
             "| group | geometric mean |", "|---|---|"]
    lines += [f"| {group} | {by_mode[modes[0]]:.3f} |" for group, by_mode in means.items()]
    lines += ["", "![ratios](performance/ratios.svg)", "",
              "| program | twin ms | ratio | compile ms |", "|---|---|---|---|"]
    for name in suite.ALL:
        if name in good:
            measured = good[name]
            lines.append(
                f"| {name} | {min(measured[TWIN]['seconds']) * 1000:.0f} |"
                f" {ratios.ratio(measured, modes[0]):.2f} |"
                f" {min(measured[modes[0]]['compile']) * 1000:.1f} |")
    return "\n".join([*lines, ""])


def modes(data: dict[str, Any], pictures: Path) -> str:
    """All modes beside each other."""
    names = data["options"]["modes"]
    charts.mode_bars(data["means"], pictures / "modes.svg")
    lines = ["## Modes", "", "Ratios to the twin: generated Python (`ast`), the closure tree,"
             " the choice between them at run time (`auto`, which compiles while it runs), and the"
             " reference interpreter.", "", "![modes](performance/modes.svg)", "",
             f"| program | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name, measured in data["programs"].items():
        if ratios.FAILED not in measured:
            cells = " | ".join(f"{ratios.ratio(measured, mode):.2f}" for mode in names)
            lines.append(f"| {name} | {cells} |")
    means = " | ".join(f"{data['means']['all'][mode]:.2f}" for mode in names)
    lines.append(f"| **geometric mean** | {means} |")
    return "\n".join([*lines, ""])


def improvements(data: dict[str, Any], pictures: Path) -> str:
    """What each improvement is worth, beside what was expected of it."""
    table = data["means"]["interpreter"]
    charts.ablation_bars(
        [(title, (table[f"without {name}"] / table["default"] - 1) * 100)
         for name, title in ablation.TITLES.items() if name != "debug"],
        pictures / "ablation.svg")
    lines = ["## What each improvement is worth", "",
             "Gains of speed. *Alone*: on top of a plain interpreter. *The last one*: on top of"
             " everything else. *Expected*: of the analysis from which this project grew, which"
             " was about a machine in a compiled language; what CPython does beneath an"
             " interpreter written in Python moves these numbers far.", "",
             "![improvements of the interpreter](performance/ablation.svg)", "",
             "| improvement | alone | the last one | expected |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in ablation.rows(data)]
    return "\n".join([*lines, ""])


def growth(data: dict[str, Any], pictures: Path) -> str:
    """How cost grows with the work."""
    charts.growth(data, pictures / "scale.svg")
    lines = ["## How cost grows", "",
             "The exponent is that of the growth between the two largest sizes: 1.0 is linear.", "",
             "![growth](performance/scale.svg)", "",
             "| work | largest | seconds | per one | MB | exponent |", "|---|---|---|---|---|---|"]
    programs = data["programs"]
    for kind, unit in scale.UNITS.items():
        good = {int(size): one for size, one in programs.get(kind, {}).items()
                if "error" not in one}
        if good:
            size = max(good)
            seconds = sum(good[size]["seconds"].values())
            lines.append(f"| {unit} | {size:,} | {seconds:.3f} | {seconds / size * 1e6:.2f} µs |"
                         f" {good[size]['megabytes']:.1f} |"
                         f" {scale.exponent(programs[kind]):.2f} |")
    if "lines" in programs:
        lines += ["", *_compile_stages(programs["lines"])]
    if "startup" in programs:
        base = next(iter(programs["startup"].values()))
        lines += ["", "| start-up | ms | ratio |", "|---|---|---|"]
        lines += [f"| `{name}` | {value:.1f} | {value / base:.2f} |"
                  for name, value in programs["startup"].items()]
    if "first" in programs:
        lines += ["", f"| time to the first output | {' | '.join(scale.MODES)} |",
                  "|---" * (len(scale.MODES) + 1) + "|"]
        for size, by_mode in programs["first"].items():
            cells = [f"{by_mode[mode]:.0f} ms" if mode in by_mode else "" for mode in scale.MODES]
            lines.append(f"| {int(size):,} lines | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _compile_stages(measured: dict[str, Any]) -> list[str]:
    size = max(map(int, measured))
    stages = measured[str(size)]["seconds"]
    return ["| stage of compiling | µs per line | exponent |", "|---|---|---|", *(
        f"| {stage} | {seconds / size * 1e6:.1f} | {scale.exponent(measured, stage):.2f} |"
        for stage, seconds in stages.items())]


def peers(data: dict[str, Any], pictures: Path) -> str:
    """Other languages."""
    names = data["options"]["peers"]
    charts.peer_bars(data["means"], pictures / "peers.svg")
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    lines = ["## Other languages", "",
             "Processor time of whole processes, start-up taken off, as ratios to CPython running"
             f" the twin. Versions: {versions}.", "",
             "![other languages](performance/peers.svg)", "",
             f"| program | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name, times in data["programs"].items():
        cells = " | ".join(f"{times[peer] / times[names[0]]:.2f}" for peer in names)
        lines.append(f"| {name} | {cells} |")
    means = " | ".join(f"{data['means'][peer]:.2f}" for peer in names)
    lines.append(f"| **geometric mean** | {means} |")
    startup = " | ".join(f"{data['startup'][peer] * 1000:.0f} ms" for peer in names)
    lines.append(f"| start-up | {startup} |")
    return "\n".join([*lines, ""])


SECTIONS = {
    "ratios.json": headline, MODES_FILE: modes, "ablation.json": improvements,
    "scale.json": growth, "peers.json": peers,
}
