"""Waiting for what does one thing at a time, and may itself wait for the host: for us."""

from __future__ import annotations

from sentra.errors import CALL, SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Lock(Protocol):
        """A lock that can be waited for."""

        def acquire(self, blocking: bool = ..., timeout: float = ...) -> bool: ...

    class Holder(Protocol):
        """What a lock is for."""

        outside: bool

        def moment(self) -> object: ...

TURN = 0.05  # seconds between looks at what is waited for
PATIENCE = 5.0  # seconds to wait for a function of the host where there is no limit of time


def wait_for(
    lock: Lock, holder: Holder, seconds: float | None,
    check: Callable[[], object] | None = None,
) -> None:
    """Take the lock of what does one thing at a time; `check` may raise meanwhile.

    Raises SentraError where it waits for one function of the host for longer than half of the
    `seconds` that a call may take: that function may wait for us.
    """
    patience = PATIENCE if seconds is None else seconds / 2
    waited, last = 0.0, None
    while not lock.acquire(timeout=TURN):
        if check is not None:
            check()
        now = holder.moment() if holder.outside else None
        waited = waited + TURN if now is not None and now == last else 0.0
        last = now
        if waited >= patience:
            raise SentraError("the program waits for a function of the host: another thread needs "
                              "a run of its own", CALL)
