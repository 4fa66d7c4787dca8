"""Worker processes: limits of the operating system, and a hard kill.

A worker starts with an empty environment in an empty folder; its memory is bounded by the system,
and it can write no files. It does one thing at a time, and asks back for what the host has
(functions, modules, input). At the deadline it is killed; one that was killed or broke is replaced
at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from threading import RLock
from time import monotonic

from sentra.embedding.errors import LimitExceeded
from sentra.embedding.wire import Broken, Channel, unpack_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

GRACE = 0.5  # seconds that the process gets beyond the program's own limit
START = 60.0  # seconds that it may take to start
_BASE = 1 << 28  # bytes of address space for Python itself


class Worker:
    """One worker process, and those that take its place."""

    def __init__(self, memory: int | None) -> None:
        self.memory = memory  # bytes for the program
        self.number = 0  # of the process: how often there was a new one
        self.known: set[str] = set()  # programs that the process has
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ready = False  # it has said that it can begin
        self._stopped = False  # by the host
        self._lock = RLock()
        self._depth = 0  # requests that wait for each other
        self._deadline: float | None = None

    @property
    def process_id(self) -> int:
        """The id of the process that runs now."""
        with self._lock:
            self.start()
            assert self._process is not None
            return self._process.pid

    def request(
        self, make: Callable[[], dict[str, Any]], seconds: float | None,
        answer: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        """What the worker says to the message that `make` gives.

        `answer` is asked what the worker asks meanwhile. Raises what went wrong there, and
        LimitExceeded where the process has been killed.
        """
        with self._lock:
            self.start()
            channel = self._channel
            assert channel is not None
            message = make()  # which may depend on the process
            if self._depth == 0:
                self._deadline = None if seconds is None else monotonic() + seconds + GRACE
            self._depth += 1
            try:
                channel.send(message, self._deadline)
                while True:
                    said = channel.receive(self._deadline)
                    if "ask" not in said:
                        break
                    channel.send(answer(said), self._deadline)
                if "error" in said:
                    error = unpack_error(said["error"])
                    error.__dict__["_answer"] = said
                    raise error
                return said
            except Broken:
                status = self._replace()
                if self._stopped:
                    self._stopped = False
                    raise LimitExceeded("cancelled", "cancelled by the host") from None
                raise LimitExceeded(
                    "memory" if status in (1, -9, -6, -11) else "process",
                    f"the worker process ended ({status})") from None
            except BaseException as error:
                if "_answer" not in error.__dict__:  # it was not the worker that said so
                    self._replace()
                raise
            finally:
                self._depth -= 1

    def start(self) -> None:
        """Have a process that is ready."""
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        if self._ready:
            return
        assert self._channel is not None
        try:
            self._channel.receive(monotonic() + START)
            self._ready = True
        except (Broken, LimitExceeded):
            status = self._kill()
            raise RuntimeError(f"the worker process does not start ({status})") from None

    def _spawn(self) -> None:
        self._kill()
        self.number += 1
        self._folder = tempfile.TemporaryDirectory(prefix="sentra-worker-")
        memory = self.memory
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        start = (f"import sys; sys.path.insert(0, {root!r}); "
                 "from sentra.embedding.worker_main import main; "
                 f"main({_BASE + 2 * memory if memory is not None else None})")
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
        self.known.clear()
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

    def stop(self) -> None:
        """Kill the process, from any thread; who waits for it gets LimitExceeded("cancelled")."""
        process = self._process
        if process is not None and self._depth:
            self._stopped = True
            process.kill()

    def close(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._kill()
