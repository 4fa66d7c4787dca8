"""Worker processes: limits of the operating system, and a hard kill.

A worker starts with an empty environment in an empty folder; its memory is bounded by the system,
and it can write no files. It does one thing at a time, and asks back for what the host has
(functions, modules, input). At the deadline it is killed; one that was killed or broke is replaced
at once. `pool` has as many as are busy at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from threading import RLock, get_ident
from time import monotonic

from sentra.embedding.errors import LimitExceeded
from sentra.embedding.waiting import wait_for
from sentra.embedding.wire import KEPT, Broken, Channel, unpack_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Caller(Protocol):
        """Who makes a request, and may be cancelled."""

        cancelled: bool

GRACE = 0.5  # seconds that the process gets beyond the program's own limit
START = 60.0  # seconds that it may take to start
_CLOSED = "the engine was closed"
_BASE = 1 << 28  # bytes of address space for Python itself


class Worker:
    """One worker process, and those that take its place."""

    def __init__(self, memory: int | None) -> None:
        self.memory = memory  # bytes for the program
        self.number = 0  # of the process: how often there was a new one
        self.busy = 0  # requests that it has or that wait for it, as the pool counts
        self.owner = 0  # the thread whose request it has
        self.outside = False  # it waits for a function of the host
        self.ended: list[tuple[int, int]] = []  # process and number of runs that nobody needs
        self._known: dict[str, None] = {}  # programs that the process has
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ready = False  # it has said that it can begin
        self._closed = False
        self._lock = RLock()
        self._asked = 0  # how often it wanted something of the host
        self._callers: list[Caller] = []  # whose requests wait for each other
        self._deadline: float | None = None

    @property
    def process_id(self) -> int | None:
        """The id of the process that runs now, if one does."""
        process = self._process
        return None if process is None else process.pid

    def request(
        self, make: Callable[[], dict[str, Any]], seconds: float | None,
        answer: Callable[[dict[str, Any]], dict[str, Any]], caller: Caller,
    ) -> dict[str, Any]:
        """What the worker says to the message that `make` gives.

        `answer` is asked what the worker asks meanwhile. Raises what went wrong there, and
        LimitExceeded where the process has been killed.
        """
        wait_for(self._lock, self, seconds, lambda: self._check(caller))
        outer = self.owner, self.outside
        self.owner, self.outside = get_ident(), False
        self._callers.append(caller)
        begun = False
        try:
            self._check(caller)
            self.start()
            if len(self._callers) == 1:
                self._deadline = None if seconds is None else monotonic() + seconds + GRACE
            message = make()  # which may depend on the process
            begun = True
            return self._converse(message, answer)
        except Broken:
            status = self._replace()
            self._check(caller)
            raise LimitExceeded(
                "memory" if status in (1, -9, -6, -11) else "process",
                f"the worker process ended ({status})") from None
        except BaseException as error:
            if begun and "_answer" not in error.__dict__:  # it was not the worker that said so
                self._replace()
            raise
        finally:
            self._callers.pop()
            self.owner, self.outside = outer
            if self._closed:
                self._kill()
            if not self._callers:
                caller.cancelled = False
            self._lock.release()

    def moment(self) -> object:
        """What differs from one function of the host to the next."""
        return self._asked

    def _check(self, caller: Caller) -> None:
        if self._closed:
            raise LimitExceeded("cancelled", _CLOSED)
        if caller.cancelled:
            raise LimitExceeded("cancelled", "cancelled by the host")

    def _converse(
        self, message: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        channel = self._channel
        assert channel is not None
        channel.send(message, self._deadline)
        while "ask" in (said := channel.receive(self._deadline)):
            self._asked += 1
            self.outside = True
            reply = answer(said)
            self.outside = False
            channel.send(reply, self._deadline)
        if "error" in said:
            error = unpack_error(said["error"])
            error.__dict__["_answer"] = said
            raise error
        return said

    def knows(self, program: str) -> bool:
        """Whether the process has the program of this digest."""
        return program in self._known

    def learns(self, program: str) -> None:
        """A message has the text of this program. It forgets what the process forgets."""
        self._known.pop(program, None)
        self._known[program] = None
        if len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def start(self) -> None:
        """Have a process that is ready."""
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        if self._ready:
            return
        channel = self._channel
        if channel is None:  # nothing is started once it is closed
            raise LimitExceeded("cancelled", _CLOSED)
        try:
            channel.receive(monotonic() + START)
            self._ready = True
        except (Broken, LimitExceeded):
            status = self._kill()
            for caller in self._callers:  # who may have killed it
                self._check(caller)
            raise RuntimeError(f"the worker process does not start ({status})") from None

    def _spawn(self) -> None:
        self._kill()
        if self._closed:
            return
        self.number += 1
        self._folder = tempfile.TemporaryDirectory(prefix="sentra-worker-")
        memory = self.memory
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        start = (f"import sys; sys.path.insert(0, {root!r}); "
                 "from sentra.embedding.worker_main import main; "
                 f"main({_BASE + 2 * memory if memory is not None else None}, own_folder=True)")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={}, cwd=self._folder.name, close_fds=True,
            start_new_session=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())

    def _replace(self) -> int | None:
        """Kill the process; its exit status. The next one starts meanwhile."""
        status = self._kill()
        self._spawn()
        return status

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        self._channel = None
        self._ready = False
        self._known.clear()
        status = None
        if process is not None:
            process.kill()
            status = process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                try:
                    stream.close()
                except OSError:
                    pass
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        return status

    def stop(self, caller: Caller) -> None:
        """Kill the process, from any thread, if it works for this caller, who has been cancelled.
        """
        process = self._process
        if process is not None and caller in self._callers:
            process.kill()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        if self._lock.acquire(timeout=0.1):  # else it ends with the request
            self._kill()
            self._lock.release()

    def forget(self) -> None:
        """Leave the process, which is that of a parent of this process, alone."""
        process, self._process = self._process, None
        if process is not None:
            process.returncode = 0  # it is not ours to wait for
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()
        if self._folder is not None:
            self._folder._finalizer.detach()  # type: ignore[attr-defined]
