"""Waiting for what does one thing at a time, and may itself wait for the host: for us."""

from __future__ import annotations

from _thread import allocate_lock
from collections import deque

from sentra.errors import CALL, SentraError
from sentra.runtime.limits import here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from sentra.runtime.limits import Thread

    class Lock(Protocol):
        """A lock that can be waited for."""

        def acquire(self, blocking: bool = ..., timeout: float = ...) -> bool: ...

    class Holder(Protocol):
        """What a lock is for."""

        outside: bool

        def moment(self) -> object: ...

TURN = 0.05  # seconds between looks at what is waited for
PATIENCE = 5.0  # seconds to wait for a function of the host where there is no limit of time


ENTERING: Any = object()  # the owner of a turn in entries that change something: some thread


class _Waiter:
    """A thread that waits; its lock opens when it is its turn."""

    __slots__ = ("lock", "thread")

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.lock = allocate_lock()
        self.lock.acquire()


class Turn:
    """A lock that is quick to take, knows its owner, and goes to who has waited longest.

    It is taken and given up in one step of the global interpreter lock: no Python code runs between
    the test and the store in one line, not even that of a tracer of lines. Where one of
    instructions runs there, two threads may have it at once, but none that has left it.
    """

    __slots__ = ("owner", "waiting")

    def __init__(self) -> None:
        self.owner: Thread | None = None
        self.waiting: deque[_Waiter] = deque()

    def take(self, thread: Thread) -> bool:
        """Take it for this thread, if nobody has it; whether the thread has it now."""
        if self.owner is None: self.owner = thread  # noqa: E701  # in one line
        return self.owner is thread

    def leave(self) -> None:
        """The owner gives it up."""
        first: _Waiter | None = None
        self.owner = (first := self.waiting[0]).thread if self.waiting else None
        if first is not None:
            first.lock.release()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As a lock does it; where this raises, the thread may be the owner all the same."""
        waiter = _Waiter(here.thread)
        self.waiting.append(waiter)
        try:
            # It may have been given up before the owner could see who waits.
            if not self.take(waiter.thread) and blocking:
                waiter.lock.acquire(timeout=timeout)
        finally:
            self.waiting.remove(waiter)
        return self.owner is waiter.thread


def wait_for(
    lock: Lock, holder: Holder, seconds: float | None,
    check: Callable[[], object] | None = None,
) -> None:
    """Take the lock of what does one thing at a time; `check` may raise meanwhile.

    Raises SentraError where it waits for one function of the host for longer than half of the
    `seconds` that a call may take: that function may wait for us. So may an entry, which gives its
    turn to who waits: that is then what was interrupted for this call, by a finalizer perhaps.
    """
    patience = PATIENCE if seconds is None else seconds / 2
    waited, last = 0.0, None
    while not lock.acquire(timeout=TURN):
        if check is not None:
            check()
        entering = getattr(lock, "owner", None) is ENTERING
        now = ENTERING if entering else holder.moment() if holder.outside else None
        waited = waited + TURN if now is not None and now == last else 0.0
        last = now
        if waited >= patience:
            raise SentraError("the program waits for a function of the host: another thread needs "
                              "a run of its own", CALL)
