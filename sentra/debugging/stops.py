"""A program that is stopped, and expressions that stop it when they change."""

from __future__ import annotations

from sentra.debugging.frames import Frame
from sentra.errors import SentraError
from sentra.runtime.hooks import Call, calls_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.debugging.debugger import Breakpoint
    from sentra.debugging.session import Session

# Why a program is stopped.
ENTRY, BREAKPOINT, STEP, PAUSE, WATCH, ERROR = (
    "entry", "breakpoint", "step", "pause", "watch", "error")


class Pause:
    """A program that is stopped.

    `reason`: "entry" (its first statement), "breakpoint", "step", "pause" (somebody asked for it),
    "watch" or "error". `frames` are the calls of the running task, innermost first, and `frame` is
    the one that "next" and "finish" are about: the innermost unless `select` chose another.
    """

    def __init__(
        self, session: Session, reason: str, message: str, calls: list[Call],
        breakpoint: Breakpoint | None = None, error: Any = None,
    ) -> None:
        self.session = session
        self.reason = reason
        self.message = message
        self.breakpoint = breakpoint
        self.error = error
        self.task: int = session.context.task.number  # 0 is the main program
        self.frames = [Frame(session, call, calls, at) for at, call in enumerate(calls)]
        self.frame = self.frames[0]
        self.frame.error = error

    def select(self, number: int) -> Frame:
        """Choose a frame, 0 being the innermost."""
        if not 0 <= number < len(self.frames):
            raise IndexError(f"there are frames 0 to {len(self.frames) - 1}")
        self.frame = self.frames[number]
        return self.frame

    def watch(self, expression: str) -> Watch:
        """Stop whenever the value of an expression changes; in `frame`, as long as that lasts."""
        return self.session.watch(self.frame, expression)

    def unwatch(self, watch: Watch) -> None:
        """Watch no more."""
        self.session.unwatch(watch)

    @property
    def watches(self) -> list[Watch]:
        """What is watched, in the order in which that was asked for."""
        return self.session.watches

    def tasks(self) -> list[tuple[int, str]]:
        """The number of each task that has begun and not ended, and where it is."""
        import sys

        context = self.session.context
        stacks = sys._current_frames()
        found = {self.task: str(self.frames[0])}
        scheduler = context.scheduler_if_any
        for task in (scheduler.begun() if scheduler is not None else ()):
            if task.number == self.task or task.worker is None:
                continue
            call = next(calls_from(stacks.get(task.worker.ident)), None)
            found[task.number] = "?" if call is None else str(Frame(self.session, call))
        return sorted(found.items())

    def __repr__(self) -> str:
        return f"<stopped at {self.frames[0]}: {self.reason}>"


class Watch:
    """An expression that is evaluated at every statement."""

    def __init__(self, number: int, frame: Frame, expression: str, read: Callable[[], Any]) -> None:
        self.number = number
        self.expression = expression
        self.call: Call | None = frame.call  # the watch ends with it
        self.read = read
        self.value: Any = None  # the last one
        self._seen = self._look()

    @property
    def text(self) -> str:
        """The last value, as it is shown."""
        return self._seen[1]

    def changed(self) -> str:
        """What has changed since it was asked last: "3 -> 4"; "" for nothing."""
        before = self._seen
        self._seen = self._look()
        if before == self._seen:
            return ""
        return f"{before[1]} -> {self._seen[1]}"

    def _look(self) -> tuple[object, str]:
        from sentra.debugging.show import shown

        if self.call is not None:
            self.call.refresh()
        try:
            self.value = self.read()
        except SentraError as error:
            self.value = None
            return None, f"({error.message})"
        text = shown(self.value)
        if type(self.value) in (list, dict):
            return type(self.value), text
        if isinstance(self.value, int | float | str):
            return (type(self.value), self.value), text
        return id(self.value), text
