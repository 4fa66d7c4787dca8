"""Where to stop, and what to tell whom: what a host sets, for all runs of its engine."""

from __future__ import annotations

import weakref
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.debugging.frames import Frame
    from sentra.debugging.session import Session
    from sentra.debugging.stops import Pause
    from sentra.runtime.context import Context
    from sentra.runtime.hooks import Site

NONE, UNCAUGHT, ALL = "none", "uncaught", "all"  # which errors stop the program


class Breakpoint:
    """A line or a function to stop at; with `condition`, only where that holds.

    `line` is the line that was asked for; `places` are the lines that it came to, by file, as soon
    as those modules are loaded. `once`: it is deleted when it was hit. `hits` counts stops.
    """

    __slots__ = ("condition", "enabled", "filename", "function", "hits", "line", "number", "once",
                 "places")

    def __init__(
        self, number: int, filename: str, line: int, function: str, condition: str, once: bool,
    ) -> None:
        self.number = number
        self.filename = filename  # "" for a function of any file
        self.line = line
        self.function = function
        self.condition = condition
        self.once = once
        self.enabled = True
        self.hits = 0
        self.places: dict[str, int] = {}

    @property
    def message(self) -> str:
        """Where it is, in words."""
        what = f"function {self.function}" if self.function else f"{self.filename}:{self.line}"
        if not self.places:
            return f"{what}: not loaded yet, or no statement there"
        found = ", ".join([f"{name}:{line}" for name, line in self.places.items()])
        if self.function:
            return f"{what} ({found})"
        if self.line in self.places.values():
            return found
        return f"{found} (the next statement after line {self.line})"

    def matches(self, module: Module) -> bool:
        """Whether it means a module, by its whole name or the last parts of it."""
        wanted, name = self.filename, module.filename
        return not wanted or name == wanted or name.replace("\\", "/").endswith("/" + wanted)

    def __repr__(self) -> str:
        return f"<breakpoint {self.number} {self.message}>"


class Debugger:
    """Breakpoints and hooks for the runs of one engine.

    - `on_stop(pause)` is called where a program stops, in the thread that runs it. It returns how
      to go on: "continue" (or None), "step" into calls, "next" statement of this call, "finish"
      this call, or "quit", which ends the run.
    - `trace(event, frame)` is called for every "call", "line" (a statement begins), "return"
      (`frame.result`) and "error" (`frame.error`).
    - `errors` says which errors stop: "none", "uncaught" (no catch block around them) or "all".
    - `at_start`: stop at the first statement of every run.

    An exception of a hook ends the run; the host gets it as it is, and the program does not see it.
    """

    def __init__(self) -> None:
        self._on_stop: Callable[[Pause], str | None] | None = None
        self._trace: Callable[[str, Frame], object] | None = None
        self._errors = NONE
        self.at_start = False
        self.breakpoints: list[Breakpoint] = []
        self._count = 0
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self._lock = allocate_lock()  # of that set: runs begin in any thread

    # --- hooks ----------------------------------------------------------------------------------
    @property
    def on_stop(self) -> Callable[[Pause], str | None] | None:
        """What is called where a program stops."""
        return self._on_stop

    @on_stop.setter
    def on_stop(self, hook: Callable[[Pause], str | None] | None) -> None:
        self._on_stop = hook

    @property
    def errors(self) -> str:
        """Which errors stop a program."""
        return self._errors

    @errors.setter
    def errors(self, which: str) -> None:
        if which not in (NONE, UNCAUGHT, ALL):
            raise ValueError(f"errors is {NONE!r}, {UNCAUGHT!r} or {ALL!r}, not {which!r}")
        self._errors = which

    @property
    def trace(self) -> Callable[[str, Frame], object] | None:
        """What is called for every event."""
        return self._trace

    @trace.setter
    def trace(self, hook: Callable[[str, Frame], object] | None) -> None:
        self._trace = hook
        for session in self._running():
            session.look()

    # --- breakpoints ----------------------------------------------------------------------------
    def break_at(
        self, filename: str, line: int, condition: str = "", *, once: bool = False,
    ) -> Breakpoint:
        """Stop where a statement begins on this line, or on the next that has one."""
        return self._add(filename, line, "", condition, once)

    def break_in(
        self, function: str, condition: str = "", *, filename: str = "", once: bool = False,
    ) -> Breakpoint:
        """Stop where a function of this name begins."""
        return self._add(filename, 0, function, condition, once)

    def _add(
        self, filename: str, line: int, function: str, condition: str, once: bool,
    ) -> Breakpoint:
        if condition:
            from sentra.debugging.evaluate import names_in

            names_in(condition)
        self._count += 1
        made = Breakpoint(self._count, filename, line, function, condition, once)
        self.breakpoints.append(made)
        self._changed()
        return made

    def delete(self, breakpoint: Breakpoint) -> None:
        """Forget a breakpoint."""
        if breakpoint in self.breakpoints:
            self.breakpoints.remove(breakpoint)
            self._changed()

    def _changed(self) -> None:
        for session in self._running():
            session.arm()

    # --- runs -----------------------------------------------------------------------------------
    def pause(self) -> None:
        """Stop every running program at its next statement; from any thread."""
        for session in self._running():
            session.pause()

    def session(self, context: Context, **services: Any) -> Session:
        """What watches one run. `services` are those of `Session`."""
        from sentra.debugging.session import Session

        made = Session(self, context, **services)
        with self._lock:
            self._sessions.add(made)
        return made

    def _running(self) -> list[Session]:
        with self._lock:
            return list(self._sessions)


def resolve(breakpoint: Breakpoint, module: Module, sites: list[Site]) -> list[Site]:
    """The sites of a module that a breakpoint means."""
    from sentra.runtime.hooks import ENTRY

    if not breakpoint.matches(module):
        return []
    if breakpoint.function:
        found = [site for site in sites
                 if site.kind == ENTRY and site.function.name == breakpoint.function]
    else:
        line = min([site.line for site in sites if site.line >= breakpoint.line], default=0)
        found = [site for site in sites if site.line == line and site.first]
    if found:
        breakpoint.places[module.filename] = min(site.line for site in found)
    return found
