"""Work that a coroutine waits for, in a thread, and that ends when the coroutine is cancelled."""

from __future__ import annotations

import asyncio
from threading import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = 0.05  # seconds until work that did not end is cancelled once more


async def in_thread(work: Callable[[], object], cancel: Callable[[], object]) -> None:
    """Wait for `work` in a thread of the event loop's executor.

    When the task is cancelled, work that has not begun never does; what has is ended by `cancel`,
    which may be called before the work can notice it, and so is called again until it has ended.
    """
    lock = Lock()
    begun = dropped = False

    def begin() -> None:
        nonlocal begun
        with lock:
            if dropped:
                return
            begun = True
        work()

    future = asyncio.get_running_loop().run_in_executor(None, begin)
    try:
        await asyncio.shield(future)
    except asyncio.CancelledError:
        future.add_done_callback(_look_at)
        with lock:
            dropped = not begun
        while begun and not future.done():
            cancel()
            await asyncio.wait([future], timeout=AGAIN)
        raise


def _look_at(future: asyncio.Future[None]) -> None:
    """The error of what was cancelled is nobody's; asyncio tells of one that nobody asked for."""
    if not future.cancelled():
        future.exception()
