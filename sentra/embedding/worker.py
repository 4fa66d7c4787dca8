"""Programs in processes of their own: limits of the operating system, and a hard kill.

For code that may be hostile. The process starts with an empty environment in an empty folder; its
memory is bounded by the system, and it can write no files. It gets one job at a time and
answers in JSON, of which the host reads no more than a bounded number of bytes. At the deadline it
is killed; a killed or broken process is replaced at the next call. What crosses is data as JSON has
it: no functions, no objects of the host.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from threading import Lock
from time import monotonic

from sentra.embedding.engine import SOURCE_NAME
from sentra.embedding.errors import LimitExceeded, Uncaught
from sentra.embedding.limits import Limits
from sentra.errors import SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GRACE = 0.5  # seconds that the process gets beyond the program's own limit
ANSWER = 1 << 26  # bytes of an answer
_BASE = 1 << 28  # bytes of address space for Python itself


class WorkerEngine:
    """Runs programs in a worker process. Use it as a context manager, or `close` it.

    >>> with WorkerEngine(limits=Limits.default(time=2)) as engine:
    ...     engine.call("fn f(x) { return x + 1 }", "f", 41)
    42
    """

    def __init__(self, *, limits: Limits | None = None) -> None:
        self.limits = Limits.default() if limits is None else limits
        self.output = ""  # what the last call printed
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = Lock()
        self._warm = False  # it has answered before

    def call(
        self, source: str, name: str | None = None, *args: Any, filename: str = SOURCE_NAME,
        variables: dict[str, Any] | None = None,
    ) -> Any:
        """Run a program, and give the result of its function `name`, or nothing without one."""
        limits = {field: value for field, value in vars(self.limits).items() if value is not None}
        job = json.dumps({"source": source, "filename": filename, "name": name, "args": args,
                          "variables": variables or {}, "limits": limits})
        with self._lock:
            answer = self._exchange(job.encode() + b"\n")
        self.output = answer.get("output", "")
        return _result(answer)

    def _exchange(self, job: bytes) -> dict[str, Any]:
        process = self._started()
        deadline = None
        if self.limits.time is not None:
            # The start of Python is not the program's time.
            deadline = monotonic() + self.limits.time + GRACE + (0 if self._warm else 10.0)
        try:
            assert process.stdin is not None
            process.stdin.write(job)
            process.stdin.flush()
            data = self._read(process, deadline)
        except BrokenPipeError:
            data = b""
        except LimitExceeded:
            self._kill()
            raise
        if not data.endswith(b"\n"):
            status = self._kill()
            raise LimitExceeded("memory" if status in (1, -9, -6, -11) else "process",
                                f"the worker process ended ({status})")
        self._warm = True
        answer: dict[str, Any] = json.loads(data)
        return answer

    def _read(self, process: subprocess.Popen[bytes], deadline: float | None) -> bytes:
        """One line, of bounded length, before the deadline."""
        assert process.stdout is not None
        handle = process.stdout.fileno()
        data = bytearray()
        while not data.endswith(b"\n"):
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                raise LimitExceeded("time", "time limit reached: the worker process was killed")
            if not select.select([handle], [], [], left)[0]:
                continue
            part = os.read(handle, 1 << 16)
            if not part:
                break
            data += part
            if len(data) > ANSWER:
                raise LimitExceeded("output", "the answer of the worker process is too large")
        return bytes(data)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        self._warm = False
        self._folder = tempfile.TemporaryDirectory(prefix="sentra-worker-")
        memory = self.limits.memory
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        start = (f"import sys; sys.path.insert(0, {root!r}); "
                 "from sentra.embedding.worker_main import main; "
                 f"main({_BASE + 2 * memory if memory is not None else None})")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={}, cwd=self._folder.name, close_fds=True,
            start_new_session=True)
        return self._process

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        status = None
        if process is not None:
            process.kill()
            status = process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        return status

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._kill()

    def __enter__(self) -> WorkerEngine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _result(answer: dict[str, Any]) -> Any:
    """The result in an answer, or its error raised."""
    kind = answer.get("error")
    if kind is None:
        return answer.get("value")
    message = str(answer.get("message", ""))
    if kind == "limit":
        raise LimitExceeded(str(answer.get("limit")), message)
    if kind == "thrown":
        raise Uncaught(message, value=answer.get("value"))
    error = SentraError(message, str(kind))
    error.report = str(answer.get("report", ""))  # type: ignore[attr-defined]
    raise error
