"""The sections of the report: each is text made of one result file, and of nothing else."""

from __future__ import annotations

from typing import Any

from perf import ablation, ratios, scale, verdict
from perf.execute import TWIN
from perf.ratios import headline_table, measured_programs
from perf.tables import table


def headline(data: dict[str, Any]) -> list[str]:
    """The ratios of compiled programs to their twins."""
    modes = data["options"]["modes"]
    rows = []
    for name, measured in measured_programs(data).items():
        rows.append([name, f"{min(measured[TWIN]['seconds']) * 1000:.0f}",
                     *(f"{ratios.ratio(measured, mode):.2f}" for mode in modes),
                     f"{min(measured[modes[0]]['compile']) * 1000:.1f}"])
    failed = [f"{name}: {measured[ratios.FAILED]}" for name, measured in data["programs"].items()
              if ratios.FAILED in measured]
    return [
        "## Against hand-written Python", "",
        f"Time over the time of the twin, from the best of {data['options']['repeat']} runs each;"
        " below 1.00 Sentra is faster. `ast` is a program compiled before it runs"
        " (`--mode=closure`), `auto` is what the command does by itself: it begins in the"
        " interpreter, and compiling is part of its time. A group's number is the geometric mean.",
        "", *headline_table(data), "", "![ratios by program](performance/ratios.png)", "",
        *table(["program", "twin ms", *(f"`{mode}`" for mode in modes), "compile ms"], rows),
        *([] if not failed else ["", f"Failed: {'; '.join(failed)}."]), ""]


def modes(data: dict[str, Any]) -> list[str]:
    """All modes beside each other."""
    names = data["options"]["modes"]
    rows = [[name, *(f"{ratios.ratio(measured, mode):.2f}" for mode in names)]
            for name, measured in measured_programs(data).items()]
    rows.append(["**geometric mean**", *(f"{data['means']['all'][mode]:.2f}" for mode in names)])
    return [
        "## Modes", "",
        "Ratios to the twin, at smaller sizes: generated Python (`ast`), the closure"
        " tree (`tree`), the choice at run time (`auto`), the reference interpreter (`interp`).",
        "", "![modes](performance/modes.png)", "",
        *table(["program", *(f"`{name}`" for name in names)], rows), ""]


def classes(data: dict[str, Any]) -> list[str]:
    """What twins gain by objects in place of dicts."""
    pairs = (("classes", TWIN), ("ast", TWIN), ("ast", "classes"))
    rows = [[name, *(f"{ratios.ratio(measured, mode, base):.2f}" for mode, base in pairs)]
            for name, measured in measured_programs(data).items()]
    return [
        "## Dicts and objects", "",
        "The twins keep records in dicts, because that is what the maps of Sentra are. Who writes"
        " Python would often use objects of a class, which CPython reads faster than dicts and"
        " makes more slowly. For the programs with many records there is such a twin too.", "",
        *table(["program", "objects / dicts", "`ast` / dicts", "`ast` / objects"], rows), ""]


def improvements(data: dict[str, Any]) -> list[str]:
    """What each improvement is worth, beside what was expected of it."""
    return [
        "## What each improvement is worth", "",
        "Gains of speed. *Alone*: on top of a plain interpreter. *The last one*: on top of"
        " everything else. *Expected*: what the analysis that this project grew from expected of a"
        " stack machine in a compiled language. Here the interpreter is written in Python and the"
        " compiler's target is Python, which moves these numbers far: debug checks cost several"
        " times the work that they check; types that the interpreter finds save little, because"
        " CPython looks at them again; leaving the interpreter is what counts. The command's"
        " interpreter runs with all of them but the register form.", "",
        "![improvements](performance/ablation.png)", "",
        *table(["improvement", "alone", "the last one", "expected"],
               [list(row) for row in ablation.rows(data)]), ""]


def growth(data: dict[str, Any]) -> list[str]:
    """How cost grows with the work."""
    programs = data["programs"]
    rows = []
    for kind, unit in scale.UNITS.items():
        good = {int(size): one for size, one in programs.get(kind, {}).items()
                if "error" not in one}
        if good:
            size = max(good)
            seconds = sum(good[size]["seconds"].values())
            rows.append([unit, f"{size:,}", f"{seconds:.3f}", f"{seconds / size * 1e6:.2f}",
                         f"{scale.exponent(programs[kind]):.2f}",
                         f"{good[size]['megabytes']:.1f}",
                         f"{good[size]['megabytes'] / size * 1024:.2f}"])
    lines = [
        "## How cost grows", "",
        "At the largest size. The exponent is that of the growth of time between the two largest"
        " sizes: 1.0 is linear. Memory is what the work added to the peak of its process.", "",
        "![time](performance/scale.png)", "", "![memory](performance/memory.png)", "",
        *table(["work", "size", "seconds", "µs per one", "exponent", "MB", "KB per one"], rows),
        ""]
    if "lines" in programs:
        lines += ["Compile latency, at the largest source:", "",
                  *_compile_stages(programs["lines"]), ""]
    if "startup" in programs:
        base = next(iter(programs["startup"].values()))
        lines += ["Start-up, processor time of whole processes:", "", *table(
            ["command", "ms", "ratio"], [[f"`{name}`", f"{value:.1f}", f"{value / base:.2f}"]
                                         for name, value in programs["startup"].items()]), ""]
    if "first" in programs:
        lines += ["Time to the first output: processor milliseconds from the start of the command"
                  " until a program of that many lines has printed its first line:", "", *table(
                      ["lines", *(f"`{mode}`" for mode in scale.MODES)],
                      [[f"{int(size):,}", *(f"{by_mode[mode]:.0f}" if mode in by_mode else "–"
                                            for mode in scale.MODES)]
                       for size, by_mode in programs["first"].items()]), ""]
    return lines


def _compile_stages(measured: dict[str, Any]) -> list[str]:
    size = max(map(int, measured))
    stages = measured[str(size)]["seconds"]
    rows = [[stage, f"{seconds / size * 1e6:.1f}", f"{scale.exponent(measured, stage):.2f}"]
            for stage, seconds in stages.items()]
    rows.append(["together", f"{sum(stages.values()) / size * 1e6:.1f}",
                 f"{scale.exponent(measured):.2f}"])
    return table(["stage", "µs per line", "exponent"], rows)


def peers(data: dict[str, Any]) -> list[str]:
    """Other languages."""
    names = data["options"]["peers"]
    versions = ", ".join(
        f"{name.split()[0]} {version}" for name, version in data["versions"].items())
    missing = data.get("missing") or []
    absent = f" Not installed: {', '.join(missing)}." if missing else ""
    rows = [[name, *(f"{times[peer] / times[names[0]]:.2f}" for peer in names)]
            for name, times in data["programs"].items()]
    rows.append(["**geometric mean**", *(f"{data['means'][peer]:.2f}" for peer in names)])
    rows.append(["start-up, ms", *(f"{data['startup'][peer] * 1000:.0f}" for peer in names)])
    return [
        "## Other languages", "",
        "Processor time of whole processes with the same program, start-up taken off (it is the"
        " last row), as ratios to CPython running the twin. Compiling is part of the time."
        f" Versions: {versions}.{absent}", "",
        "![other languages](performance/peers.png)", "", *table(["program", *names], rows), ""]


def demonstration(data: dict[str, Any]) -> list[str]:
    """What was shown of the gate."""
    from perf.gate_demo import summary

    rows = []
    for title, one in data["programs"].items():
        name, widest = max(one["changes"].items(), key=lambda row: abs(row[1][0]))
        processes = sum(one["processes"].values())
        rows.append([title, f"{name} {verdict.Change(*widest)}", str(processes),
                     ", ".join(one["failed"]) or "none"])
    names = data["options"]["programs"]
    return [
        "## Is the gate worth its trust?", "",
        f"`python3 -m perf gate --demonstrate`, with {len(names)} programs ({', '.join(names)})."
        f" {summary(data)} A slowdown of more than {data['options']['tolerance']:g} % fails, where"
        f" its {verdict.CONFIDENCE:.0%} interval says so twice.", "",
        *table(["run", "largest change", "processes", "called slower"], rows), ""]


SECTIONS = {
    "ratios.json": headline, "modes.json": modes, "classes.json": classes,
    "ablation.json": improvements,
    "scale.json": growth, "peers.json": peers, "gate-demo.json": demonstration,
}
"""Result file → what makes a section of it."""
