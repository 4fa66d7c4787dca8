"""Mutexes and wait groups: what tasks wait for, beside channels and each other."""

from __future__ import annotations

from collections import deque

from sentra.errors import VALUE, SentraError
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.runtime.context import Context
    from sentra.runtime.tasks import Task


def _wait_in(queue: deque[Task], context: Context) -> None:
    task = context.task
    queue.append(task)
    try:
        context.scheduler.wait()
    except BaseException:
        if task in queue:
            queue.remove(task)
        raise


class Mutex:
    """A lock; handed over to the task that has waited longest."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("context", "locked", "queue")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.locked = False
        self.queue: deque[Task] = deque()

    def __eq__(self, other: object) -> bool:
        return self is other

    def lock(self) -> None:
        """Lock it, when it is free or handed over."""
        if self.locked:
            _wait_in(self.queue, self.context)
        self.locked = True

    def unlock(self) -> None:
        """Hand it to the next, or free it."""
        if not self.locked:
            raise SentraError("cannot unlock a mutex that is not locked", VALUE)
        while self.queue:
            if self.context.scheduler.wake(self.queue.popleft()):
                return
        self.locked = False


class WaitGroup:
    """A counter that tasks wait for to be 0."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("context", "count", "queue")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.count = 0
        self.queue: deque[Task] = deque()

    def __eq__(self, other: object) -> bool:
        return self is other

    def add(self, count: int) -> None:
        """Change the counter."""
        if self.count + count < 0:
            raise SentraError("the counter of a wait group cannot be negative", VALUE)
        self.count += count
        if not self.count:
            while self.queue:
                self.context.scheduler.wake(self.queue.popleft())

    def wait(self) -> None:
        """Wait until the counter is 0."""
        if self.count:
            _wait_in(self.queue, self.context)


TYPE_NAMES[Mutex] = "mutex"
TYPE_NAMES[WaitGroup] = "wait_group"
