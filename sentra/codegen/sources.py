"""The text of loaded programs in `linecache`, where Python's own tools look for source lines.

Tracebacks, debuggers and profilers find what they show there, under the name that the generated
code has: that of the program as it was given, or the path of its file. Invariant: the entry lives
as long as the namespace of the module does; then it is gone, and what was there before is there
again.
"""

from __future__ import annotations

import linecache
import sys
import weakref
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Module

_loaded: dict[str, list[Any]] = {}  # file name → what was there before, and the entries of ours
_shown: dict[_Reference, None] = {}  # in the order of loading
_checkcache = linecache.checkcache.__code__
_sweep_at = 64  # so many, and it is time to look for those whose callback could not run


class Shown:
    """Keeps a text in linecache while it lives."""

    __slots__ = ("__weakref__",)


class _Reference(weakref.ref[Shown]):
    """To what keeps an entry."""

    __slots__ = ("entry", "name")

    def __init__(self, shown: Shown, name: str, entry: Any) -> None:
        self.name = name
        self.entry = entry

    def __new__(cls, shown: Shown, name: str, entry: Any) -> _Reference:
        return super().__new__(cls, shown, _drop)


def show(module: Module) -> Shown | None:
    """Enter a module's text; to be kept with the module's namespace. None if it has no text."""
    global _sweep_at
    if not module.source:
        return None
    if len(_shown) >= _sweep_at:
        # The collector may call `_drop` where a program has used up the stack: then it fails.
        for reference in [each for each in _shown if each() is None]:
            _drop(reference)
        _sweep_at = 2 * len(_shown) + 64
    name = module.code_name
    lines = [line + "\n" for line in module.source.split("\n")]
    entry = (len(module.source), None, lines, name)  # no time: checkcache leaves it alone
    entries = _loaded.get(name)
    if entries is None:
        entries = _loaded[name] = [linecache.cache.get(name)]
    entries.append(entry)
    linecache.cache[name] = entry
    shown = Shown()
    _shown[_Reference(shown, name, entry)] = None
    return shown


@cache
def keeps_places() -> bool:
    """Whether code has columns, without which nobody can tell what failed where in generated code.

    With ``-X no_debug_ranges`` or ``PYTHONNODEBUGRANGES`` CPython leaves them out.
    """
    code = compile("a", "", "eval", dont_inherit=True)
    return any(column is not None for _, _, column, _ in code.co_positions())


def column_in_bytes(lines: list[str], line: int, column: int) -> int:
    """A column of the source as CPython counts it: from 0, in bytes of UTF-8."""
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text[:column - 1].encode("utf-8", "surrogatepass"))


def _drop(reference: Any) -> None:
    """Remove an entry; once more where that was interrupted.

    Not while this thread is in `linecache.checkcache`, which goes over names that must stay: those
    wait until the next look at `_shown`. (No call of another function: there may be no room.)
    """
    frame = sys._getframe().f_back  # None where the interpreter ends
    for _ in range(12):  # it calls few others
        if frame is None:
            break
        if frame.f_code is _checkcache:
            return
        frame = frame.f_back
    name, entry = reference.name, reference.entry
    entries = _loaded.get(name, [None])
    entries[1:] = [known for known in entries[1:] if known is not entry]
    if linecache.cache.get(name) is entry:
        if entries[-1] is None:
            del linecache.cache[name]
        else:
            linecache.cache[name] = entries[-1]
    if len(entries) == 1:
        _loaded.pop(name, None)
    _shown.pop(reference, None)
