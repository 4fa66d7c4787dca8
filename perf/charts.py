"""The pictures of the report, drawn with matplotlib from result files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perf import ablation, ratios, scale, suite
from perf.extras import need

FAST, SLOW, LINE, GREY = "#2a7f62", "#b5532a", "#333333", "#8899aa"
COLORS = ("#2a7f62", "#b5532a", "#3b6ea8", "#8a6d3b", "#7a4f9a", "#555555", "#c09a2c")


def _pyplot() -> Any:
    matplotlib = need("matplotlib")
    matplotlib.use("agg")
    matplotlib.rcParams.update({"font.size": 9, "axes.axisbelow": True})
    return need("matplotlib.pyplot")


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without the version of matplotlib, so that the same picture is the same file.
    figure.savefig(path, dpi=110, metadata={"Software": None}, bbox_inches="tight")
    _pyplot().close(figure)


def draw(data: dict[str, dict[str, Any]], folder: Path) -> None:
    """All pictures for which there are results; `data` maps result files to their content."""
    pictures = {"ratios.json": ratio_bars, "modes.json": mode_bars, "ablation.json": improvements,
                "scale.json": growth, "peers.json": peer_bars}
    for name, picture in pictures.items():
        if name in data:
            picture(data[name], folder)


def ratio_bars(data: dict[str, Any], folder: Path) -> None:
    """A bar per program: the time of the first mode over that of the twin, with a line at 1.0."""
    mode = data["options"]["modes"][0]
    rows = [(name, ratios.ratio(measured, mode)) for name in suite.ALL
            if (measured := data["programs"].get(name)) and mode in measured]
    rows.sort(key=lambda row: -row[1])
    figure, axes = _pyplot().subplots(figsize=(7.5, 0.2 * len(rows) + 0.8))
    bars = axes.barh([name for name, _ in rows], [value for _, value in rows], height=0.72,
                     color=[SLOW if value > ratios.SLOW else FAST for _, value in rows])
    axes.axvline(1.0, color=LINE, linewidth=1.2)
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=7, zorder=3,
                   bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})
    axes.margins(y=0.01, x=0.08)
    axes.set_xlabel("time / time of the Python twin: left of the line Sentra is faster")
    axes.set_title(f"compiled programs (mode {mode}) against hand-written Python", fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    _save(figure, folder / "ratios.png")


def mode_bars(data: dict[str, Any], folder: Path) -> None:
    """The mean ratio of each mode, on a logarithmic scale."""
    means = data["means"]["all"]
    figure, axes = _pyplot().subplots(figsize=(6.5, 0.4 * len(means) + 0.8))
    bars = axes.barh(list(means), list(means.values()), color=COLORS[:len(means)])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set_xscale("log")
    axes.axvline(1.0, color=LINE, linewidth=1.2)
    axes.set_xlabel("time / time of the Python twin, geometric mean, logarithmic scale")
    axes.invert_yaxis()
    axes.set_xlim(0.5, max(means.values()) * 2)
    _save(figure, folder / "modes.png")


def improvements(data: dict[str, Any], folder: Path) -> None:
    """Two panels: what the switches of the interpreter gain, and the parts of the compiler."""
    parts = data["means"]
    panels = [part for part in ("interpreter", "compiler") if part in parts]
    figure, found = _pyplot().subplots(1, len(panels), figsize=(5.4 * len(panels), 3.8),
                                       squeeze=False)
    for part, axes in zip(panels, found.flat):
        (_interpreter if part == "interpreter" else _compiler)(axes, parts[part])
        axes.axvline(0, color=LINE, linewidth=1.2)
        axes.set_xlabel("gain of speed in percent")
        axes.grid(axis="x", alpha=0.3)
        axes.invert_yaxis()
        axes.margins(x=0.15)
    figure.tight_layout()
    _save(figure, folder / "ablation.png")


def _interpreter(axes: Any, table: dict[str, float]) -> None:
    """Grouped bars without the debug checks, beside which nothing else could be seen."""
    names = [name for name in ablation.TITLES if name != "debug"]
    alone = [(table["plain"] / table[f"only {name}"] - 1) * 100 for name in names]
    last = [(table[f"without {name}"] / table["all"] - 1) * 100 for name in names]
    places = range(len(names))
    for shift, values, label, color in ((-0.2, alone, "alone", COLORS[2]),
                                        (0.2, last, "the last one", COLORS[0])):
        bars = axes.barh([place + shift for place in places], values, height=0.38, label=label,
                         color=color)
        axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=7)
    axes.set_yticks(list(places), [ablation.TITLES[name] for name in names])
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    axes.set_title("the interpreter's switches", fontsize=10)


def _compiler(axes: Any, table: dict[str, float]) -> None:
    rows = [(title.removeprefix("without "), (value / table["whole"] - 1) * 100)
            for title, value in table.items() if title not in ("whole", "without any")]
    bars = axes.barh([title for title, _ in rows], [value for _, value in rows], color=COLORS[0])
    axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=7)
    axes.set_title("the compiler's parts, each as the last one", fontsize=10)


def growth(data: dict[str, Any], folder: Path) -> None:
    """Time and memory against size, both logarithmic, a panel per kind."""
    kinds = {kind: {int(size): one for size, one in data["programs"][kind].items()
                    if "error" not in one} for kind in scale.SIZES if kind in data["programs"]}
    columns, count = 3, -(-len(kinds) // 3)
    for name, panel_of in (("scale.png", _time), ("memory.png", _memory)):
        figure, panels = _pyplot().subplots(
            count, columns, figsize=(10, (2.9 if panel_of is _time else 2.2) * count),
            squeeze=False)
        for panel in panels.flat:
            panel.set_visible(False)
        for (kind, measured), panel in zip(kinds.items(), panels.flat):
            panel.set_visible(True)
            panel_of(panel, measured)
            _logarithmic(panel)
            panel.set_title(scale.UNITS[kind], fontsize=10)
            panel.grid(alpha=0.3)
        figure.tight_layout()
        _save(figure, folder / name)


def _logarithmic(panel: Any) -> None:
    """Both axes, with plain numbers: 1, 10, 100, and between them where that leaves few."""
    ticker = need("matplotlib.ticker")
    panel.set_xscale("log")
    panel.set_yscale("log")
    for axis in (panel.xaxis, panel.yaxis):
        low, high = axis.get_view_interval()
        axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5) if high / low < 30 else (1,)))
        axis.set_major_formatter(ticker.FuncFormatter(
            lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
        axis.set_minor_formatter(ticker.NullFormatter())


def _time(panel: Any, measured: dict[int, Any]) -> None:
    sizes = sorted(measured)
    for part, color in zip(measured[sizes[0]]["seconds"], COLORS):
        panel.plot(sizes, [measured[size]["seconds"][part] for size in sizes], "o-",
                   color=color, markersize=3, linewidth=1.2, label=part)
    whole = sum(measured[sizes[-1]]["seconds"].values())
    _linear(panel, sizes, whole)
    panel.set_ylabel("seconds")
    many = len(measured[sizes[0]]["seconds"]) > 3
    panel.legend(fontsize=6 if many else 7, frameon=False, ncols=2 if many else 1,
                 loc="lower right" if many else "best")
    if many:
        panel.set_yscale("log")
        panel.set_ylim(bottom=panel.get_ylim()[0] / 8)


def _memory(panel: Any, measured: dict[int, Any]) -> None:
    sizes = [size for size in sorted(measured) if measured[size]["megabytes"] > 0.2]
    if not sizes:
        panel.text(0.5, 0.5, "below 0.2 MB", ha="center", transform=panel.transAxes)
        return
    values = [measured[size]["megabytes"] for size in sizes]
    panel.plot(sizes, values, "o-", color=COLORS[2], markersize=3, linewidth=1.2)
    _linear(panel, sizes, values[-1])
    panel.set_ylabel("megabytes")


def _linear(panel: Any, sizes: list[int], last: float) -> None:
    """A dashed line of linear growth that ends where the measured one does."""
    panel.plot([sizes[0], sizes[-1]], [last * sizes[0] / sizes[-1], last], "--", color="#999999",
               linewidth=1, label="linear")


def peer_bars(data: dict[str, Any], folder: Path) -> None:
    """The mean ratio of each language to CPython, on a logarithmic scale."""
    rows = sorted(data["means"].items(), key=lambda row: row[1])
    figure, axes = _pyplot().subplots(figsize=(6.5, 0.36 * len(rows) + 0.8))
    bars = axes.barh([name for name, _ in rows], [value for _, value in rows],
                     color=[FAST if name == "Sentra" else GREY for name, _ in rows])
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set_xscale("log")
    axes.axvline(1.0, color=LINE, linewidth=1.2)
    axes.set_xlabel("time / time of CPython, geometric mean, logarithmic scale")
    axes.invert_yaxis()
    axes.set_xlim(rows[0][1] / 2, max(2.0, rows[-1][1] * 2))
    _save(figure, folder / "peers.png")
