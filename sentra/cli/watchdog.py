"""The hard end of ``--timeout``: a process that watches the one that runs the program.

A time limit arrives between two operations of Python; one long operation (a product of huge
integers) can go on past it, and nothing inside the process can stop that. So the command forks: the
child carries the command out, and the parent ends it when it is still there some time after its
limit. It reports then what the child would have reported.
"""

from __future__ import annotations

import os
import signal
import sys
from time import monotonic

from sentra.cli.status import TIMED_OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = 0.3  # seconds in which the program may end by itself
_ORPHANED = 5.0  # seconds past the limit that it gets when this process was killed
_FORWARDED = (signal.SIGTERM, signal.SIGHUP)


def watched(seconds: float, work: Callable[[], int]) -> int:
    """The status of `work`, which another process does, for at most so many seconds."""
    if not hasattr(signal, "sigtimedwait"):
        return work()
    signals = (signal.SIGCHLD, *_FORWARDED)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.setitimer(signal.ITIMER_REAL, seconds + _ORPHANED)
        _finish(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the child too
    status = _wait(child, monotonic() + seconds + GRACE, signals)
    if status is None:
        sys.stderr.write("sentra: time limit reached\n")
        return TIMED_OUT
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _finish(work: Callable[[], int]) -> None:
    """Do the work and end the process: what it leaves in memory is not worth any time."""
    from sentra.cli import report

    report.watched = True
    try:
        status = work()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BaseException:  # noqa: BLE001  # a stream that is gone
        status = 1
    os._exit(status)


def _wait(child: int, deadline: float, signals: tuple[signal.Signals, ...]) -> int | None:
    """The wait status of the child; None if it had to be killed."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        left = deadline - monotonic()
        if left <= 0:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        arrived = signal.sigtimedwait(signals, min(left, 1e6))
        if arrived is not None and arrived.si_signo in _FORWARDED:
            os.kill(child, arrived.si_signo)
