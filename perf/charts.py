"""The pictures of the report, drawn with matplotlib from result files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perf import ratios, scale, suite
from perf.extras import need

FAST, SLOW, LINE = "#2a7f62", "#b5532a", "#333333"
COLORS = ("#2a7f62", "#b5532a", "#3b6ea8", "#8a6d3b", "#7a4f9a", "#555555", "#c09a2c")


def _pyplot() -> Any:
    matplotlib = need("matplotlib")
    matplotlib.use("svg")
    # The same results give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "sentra", "font.size": 9, "axes.axisbelow": True})
    return need("matplotlib.pyplot")


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None}, bbox_inches="tight")
    _pyplot().close(figure)


def ratio_bars(data: dict[str, Any], mode: str, path: Path) -> None:
    """A bar per program: the time of a mode over that of the twin, with a line at 1.0."""
    rows = [(name, ratios.ratio(measured, mode)) for name in suite.ALL
            if (measured := data["programs"].get(name)) and mode in measured]
    rows.sort(key=lambda row: -row[1])
    figure, axes = _pyplot().subplots(figsize=(7, 0.19 * len(rows) + 0.8))
    axes.barh([name for name, _ in rows], [value for _, value in rows], height=0.7,
              color=[SLOW if value > ratios.SLOW else FAST for _, value in rows])
    axes.axvline(1.0, color=LINE, linewidth=1)
    axes.margins(y=0.01)
    axes.set_xlabel("time / time of the hand-written Python twin (shorter is better)")
    axes.grid(axis="x", alpha=0.3)
    _save(figure, path)


def mode_bars(means: dict[str, dict[str, float]], path: Path) -> None:
    """The mean ratio of each mode, on a logarithmic scale."""
    modes = list(means["all"])
    figure, axes = _pyplot().subplots(figsize=(6, 0.35 * len(modes) + 0.8))
    bars = axes.barh(modes, [means["all"][mode] for mode in modes], color=COLORS[:len(modes)])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set_xscale("log")
    axes.axvline(1.0, color=LINE, linewidth=1)
    axes.set_xlabel("time / time of the Python twin, geometric mean")
    axes.invert_yaxis()
    axes.margins(x=0.2)
    _save(figure, path)


def ablation_bars(rows: list[tuple[str, float]], path: Path) -> None:
    """What each improvement of the interpreter gains on top of all the others."""
    figure, axes = _pyplot().subplots(figsize=(6, 0.33 * len(rows) + 0.8))
    bars = axes.barh([title for title, _ in rows], [value for _, value in rows], color=COLORS[0])
    axes.bar_label(bars, fmt="%.0f %%", padding=3)
    axes.axvline(0, color=LINE, linewidth=1)
    axes.set_xlabel("gain of speed in percent")
    axes.invert_yaxis()
    axes.margins(x=0.15)
    _save(figure, path)


def growth(data: dict[str, Any], path: Path) -> None:
    """Time against size, both logarithmic, a panel per kind; dashed: linear growth."""
    kinds = [kind for kind in scale.SIZES if kind in data["programs"]]
    columns = 3
    count = -(-len(kinds) // columns)
    figure, panels = _pyplot().subplots(count, columns, figsize=(9, 2.6 * count), squeeze=False)
    for panel in panels.flat:
        panel.set_visible(False)
    for kind, panel in zip(kinds, panels.flat):
        measured = {int(size): one for size, one in data["programs"][kind].items()
                    if "error" not in one}
        panel.set_visible(True)
        sizes = sorted(measured)
        for part, color in zip(measured[sizes[0]]["seconds"], COLORS):
            panel.plot(sizes, [measured[size]["seconds"][part] for size in sizes], "o-",
                       color=color, markersize=3, linewidth=1, label=part)
        whole = [sum(measured[size]["seconds"].values()) for size in sizes]
        panel.plot([sizes[0], sizes[-1]], [whole[-1] * sizes[0] / sizes[-1], whole[-1]], "--",
                   color="#999999", linewidth=1)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_title(scale.UNITS[kind], fontsize=9)
        panel.set_ylabel("seconds")
        panel.legend(fontsize=6, frameon=False)
        panel.grid(alpha=0.3)
    figure.tight_layout()
    _save(figure, path)


def peer_bars(means: dict[str, float], path: Path) -> None:
    """The mean ratio of each language to CPython."""
    rows = sorted(means.items(), key=lambda row: row[1])
    figure, axes = _pyplot().subplots(figsize=(6, 0.33 * len(rows) + 0.8))
    bars = axes.barh([name for name, _ in rows], [value for _, value in rows],
                     color=[FAST if name == "Sentra" else "#8899aa" for name, _ in rows])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.axvline(1.0, color=LINE, linewidth=1)
    axes.set_xlabel("time / time of CPython, geometric mean, start-up taken off")
    axes.invert_yaxis()
    axes.margins(x=0.15)
    _save(figure, path)
