"""The text of loaded programs in `linecache`, where Python's own tools look for source lines.

Tracebacks, debuggers and profilers find what they show there, under the name that the generated
code has: the path of the program as it was given. Invariant: the entry lives as long as the
namespace of the module does; then it is gone, and what was there before is there again.
"""

from __future__ import annotations

import linecache
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Module

_loaded: dict[str, list[Any]] = {}  # file name → what was there before, and the entries of ours


class Shown:
    """Keeps a text in linecache while it lives."""

    __slots__ = ("__weakref__",)


def show(module: Module) -> Shown | None:
    """Enter a module's text; to be kept with the module's namespace. None if it has no text."""
    if not module.source:
        return None
    name = module.filename
    lines = [line + "\n" for line in module.source.split("\n")]
    entry = (len(module.source), None, lines, name)  # no time: checkcache leaves it alone
    entries = _loaded.get(name)
    if entries is None:
        entries = _loaded[name] = [linecache.cache.get(name)]
    entries.append(entry)
    linecache.cache[name] = entry
    shown = Shown()
    weakref.finalize(shown, _drop, name, entry).atexit = False
    return shown


def _drop(name: str, entry: Any) -> None:
    entries = _loaded[name]
    for place, known in enumerate(entries):
        if known is entry:
            del entries[place]
            break
    if linecache.cache.get(name) is entry:
        if entries[-1] is None:
            del linecache.cache[name]
        else:
            linecache.cache[name] = entries[-1]
    if len(entries) == 1:
        del _loaded[name]
