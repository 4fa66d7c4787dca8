"""``python3 -m perf ablation``: what each improvement is worth.

In the interpreter, each of its switches: alone, on top of the plain machine, as the last one, on
top of all the others, and all together. In the compiler, each pass over the IR and each of its
other parts (``perf/stages.py``) left out in turn, and all of them. And the forms themselves:
interpreter, closure tree, generated Python. The numbers stand beside those that the analysis
expected from which this project grew.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

from perf import stats, suite
from perf.execute import TWIN, available
from perf.progress import Progress
from perf.ratios import FAILED, measure
from perf.results import Results
from perf.stages import NAMES
from sentra.interp.options import SWITCHES, InterpOptions

# Program → its size for the interpreter, which takes about 0.2 s for it.
PROGRAMS = {
    "fib": 21, "loops": 150, "sieve": 40_000, "nbody": 500, "spectral_norm": 28,
    "string_build": 9_000, "maps": 8_000, "closures": 5_000, "richards": 2_000, "json": 40,
}

# Switches that are on in the plain machine, where nothing is clever. The debug checks are off in
# it: they take so much time that beside them nothing else is seen.
PLAIN_ON = {"clear"}
IMPROVED = {name: name not in ("debug", "clear") for name in SWITCHES}

# What the analysis expected, as gains of speed.
EXPECTED = {
    "debug": "30-40 %", "quicken": "20-30 %", "clear": "10-15 %", "registers": "50-100 %",
    "ast": "200-500 %",
}
TITLES = {
    "debug": "debug checks compiled out", "batch": "limits looked at in batches",
    "quicken": "type-specialised instructions", "optimise": "constants folded, jumps shortened",
    "fuse": "fused instructions", "registers": "register form", "clear": "popped slots not cleared",
}

FORMS = {"tree": "closure tree", "ast": "compilation (generated Python)"}


def interpreter_modes() -> dict[str, str]:
    """Name → mode, of all settings that are measured."""
    modes = {"plain": _mode({}), "checked": _mode({"debug": True}), "all": _mode(IMPROVED)}
    for name in SWITCHES:
        if name != "debug":
            modes[f"only {name}"] = _mode({name: IMPROVED[name]})
        modes[f"without {name}"] = _mode({**IMPROVED, name: not IMPROVED[name]})
    return modes


def _mode(settings: dict[str, bool]) -> str:
    values = {name: name in PLAIN_ON for name in SWITCHES} | settings
    return f"interp:{InterpOptions(**values)}"


def compiler_modes() -> dict[str, str]:
    """Name → mode, of the compiler with all its parts but one, and with none."""
    modes = {"whole": "ast"}
    modes |= {f"without {name}": f"ast:without={name}" for name in NAMES}
    modes["without any"] = f"ast:without={'+'.join(NAMES)}"
    return modes


def form_modes() -> dict[str, str]:
    """The forms in which a program can run."""
    return {mode: mode for mode in ("interp", "tree", "ast") if mode in available()}


PARTS = {"interpreter": interpreter_modes, "compiler": compiler_modes, "forms": form_modes}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", default=",".join(PROGRAMS), metavar="LIST",
                        help="of %(default)s")
    parser.add_argument("--parts", default=",".join(PARTS), metavar="LIST",
                        help="of %(default)s")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")


def run(options: argparse.Namespace) -> int:
    names = suite.select(options.programs)
    unknown = [name for name in names if name not in PROGRAMS]
    if unknown:
        raise SystemExit(f"perf: {unknown[0]} is not among: {', '.join(PROGRAMS)}")
    parts = {part: PARTS[part]() for part in options.parts.split(",")}
    settings = {"repeat": options.repeat, "programs": names, "parts": list(parts)}
    results = Results("ablation", settings, options.output, resume=options.resume)
    work = [(part, name) for part in parts for name in names]
    progress = Progress(len(work))
    for part, name in work:
        key = f"{part}/{name}"
        if key in results.programs:
            progress.skip()
            continue
        progress.step(f"{part} {name}")
        modes = parts[part]
        size = "quick" if part == "compiler" else str(PROGRAMS[name])
        found = measure(name, size, options.repeat, list(modes.values()))
        if FAILED in found:
            raise SystemExit(f"perf: {name}: {found[FAILED]}")
        results.add(key, {title: min(found[mode]["seconds"])
                          for title, mode in {TWIN: TWIN, **modes}.items()})
    progress.clear()
    table = {part: means(results.data, part) for part in parts}
    results.finish(means=table)
    print("\n".join(lines(results.data)))
    return 0


def means(data: dict[str, Any], part: str) -> dict[str, float]:
    """Setting → geometric mean of its times, as ratios to the first setting's."""
    rows = [times for key, times in data["programs"].items() if key.startswith(f"{part}/")]
    titles = [title for title in rows[0] if title != TWIN]
    base = titles[0]
    return {title: stats.geometric_mean([row[title] / row[base] for row in rows])
            for title in titles}


def gain(before: float, after: float) -> str:
    """How much faster, as people say it.

    >>> gain(1.5, 1.0), gain(6.0, 2.0)
    ('50 %', '200 %')
    """
    return f"{(before / after - 1) * 100:.0f} %"


class Row(NamedTuple):
    """An improvement: what it gains alone, and as the last one; what was expected."""

    title: str
    alone: str
    last: str
    expected: str


def rows(data: dict[str, Any]) -> list[Row]:
    """The table, of what a result file has."""
    parts = data["means"]
    found = []
    if "interpreter" in parts:
        found += _interpreter_rows(parts["interpreter"])
    if "forms" in parts:
        table = parts["forms"]
        found += [Row(title, gain(table["interp"], table[mode]), "", EXPECTED.get(mode, ""))
                  for mode, title in FORMS.items() if mode in table]
    if "compiler" in parts:
        table = parts["compiler"]
        found += [Row(f"compiler: {title.removeprefix('without ')}", "",
                      gain(value, table["whole"]), "")
                  for title, value in table.items() if title not in ("whole", "without any")]
        found.append(Row("compiler: all of these together",
                         gain(table["without any"], table["whole"]), "", ""))
    return found


def _interpreter_rows(table: dict[str, float]) -> list[Row]:
    found = []
    for name, title in TITLES.items():
        alone = gain(table["checked"], table["plain"]) if name == "debug" else (
            gain(table["plain"], table[f"only {name}"]))
        found.append(Row(title, alone, gain(table[f"without {name}"], table["all"]),
                         EXPECTED.get(name, "")))
    found.append(Row("interpreter: all of these together",
                     gain(table["checked"], table["all"]), "", ""))
    found.append(Row("interpreter: all but the debug checks",
                     gain(table["plain"], table["all"]), "", ""))
    return found


def lines(data: dict[str, Any]) -> list[str]:
    """The table as text."""
    return [f"{row.title:58}{row.alone:>8}{row.last:>14}{row.expected:>12}".rstrip() for row in (
        Row("improvement", "alone", "the last one", "expected"), *rows(data))]
