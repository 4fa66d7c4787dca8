"""The hard end of ``--timeout`` and ``--max-memory``: a process that watches the program's.

A limit arrives between two operations of Python; one long operation (a product of huge integers, a
string repeated very often) can go on past it, and nothing inside the process can stop that. So the
command forks: the child carries the command out, and the parent ends it when it is well past a
limit. It reports then what the child would have reported.
"""

from __future__ import annotations

import os
import signal
import sys
from time import monotonic

from sentra.cli.status import FAILED, TIMED_OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = 0.3  # seconds in which the program may end by itself
POLL = 0.02  # seconds between two looks at its memory
_ITSELF = 1 << 26  # bytes that the process has without the program's
_ORPHANED = 5.0  # seconds past the limit that it gets when this process was killed
_HEARD = 0.1  # seconds in which a child that heard Ctrl-C itself mostly ends
_LONGEST = 1e6  # seconds that a call of the system is asked to wait
_FORWARDED = (signal.SIGTERM, signal.SIGHUP)  # as they come; SIGINT if the child goes on


def watched(seconds: float | None, memory: int | None, work: Callable[[], int]) -> int:
    """The status of `work`, which another process does, for at most so many seconds and bytes."""
    if not hasattr(signal, "sigtimedwait"):
        return work()
    signals = (signal.SIGCHLD, signal.SIGINT, *_FORWARDED)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if seconds is not None:
            signal.setitimer(signal.ITIMER_REAL, min(seconds, _LONGEST) + _ORPHANED)
        _finish(work)
    deadline = None if seconds is None else monotonic() + seconds + GRACE
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        left = _LONGEST if deadline is None else min(deadline - monotonic(), _LONGEST)
        if left <= 0:
            return _end(child, "time limit reached", TIMED_OUT)
        if memory is not None:
            if _resident(child) > memory + memory // 4 + _ITSELF:
                return _end(child, f"memory limit of {memory} bytes reached", FAILED)
            left = min(left, POLL)
        arrived = signal.sigtimedwait(signals, left)
        if arrived is None or arrived.si_signo == signal.SIGCHLD:
            continue
        if arrived.si_signo == signal.SIGINT and (
                signal.sigtimedwait((signal.SIGCHLD,), _HEARD) is not None):
            continue  # Ctrl-C reached the child too, unless that was about to start
        os.kill(child, arrived.si_signo)


def _end(child: int, message: str, status: int) -> int:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    sys.stderr.write(f"sentra: {message}\n")
    return status


def _resident(process: int) -> int:
    """Bytes of memory that a process has; 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


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
