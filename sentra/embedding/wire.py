"""What passes between a host and a worker process: lines of JSON, in which values keep their types.

JSON has no integers as keys and no maps with other keys than strings, so a map is a list of pairs.
What comes from a worker is not trusted: `unpack` makes plain data of it and nothing else.
"""

from __future__ import annotations

import json
import os
import select
from time import monotonic

from sentra.embedding.errors import LimitExceeded, ProgramExit, Uncaught
from sentra.errors import Frame, InternalError, SentraError, SentraSyntaxError, SyntaxProblem
from sentra.runtime.keys import KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.errors import Traced

LARGEST = 1 << 26  # bytes of a message
LONGEST = 2e6  # seconds that `poll` can wait
KEPT = 64  # programs that a worker keeps
_DIGITS = 10**4000  # larger integers are written in hexadecimal: Python bounds the decimal form


class Broken(Exception):
    """The other side is gone, or says what it should not."""


def pack(value: Any) -> Any:
    """A value as JSON can say it. Raises TypeError for what is no plain data."""
    try:
        return _pack(value)
    except RecursionError:
        raise TypeError("data that is nested so deeply cannot pass between processes") from None


def _pack(value: Any) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is float:
        return value
    if kind is int:
        return value if -_DIGITS < value < _DIGITS else {"int": hex(value)}
    if kind is list or kind is tuple:
        return [_pack(each) for each in value]
    if kind is dict:
        if not KEYS.issuperset(map(type, value)):
            raise TypeError("only plain data can pass between processes, not every key")
        return {"map": [[_pack(key), _pack(each)] for key, each in value.items()]}
    raise TypeError(f"only plain data can pass between processes, not a {kind.__name__}")


def unpack(value: Any) -> Any:
    """The value of what `pack` made; raises Broken for anything else."""
    try:
        return _unpack(value)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Broken("no value") from None


def _unpack(value: Any) -> Any:
    if type(value) is list:
        return [_unpack(each) for each in value]
    if type(value) is not dict:
        return value
    if "int" in value:
        return int(value["int"], 16)
    made = {}
    for key, each in value["map"]:
        key = _unpack(key)
        if type(key) not in KEYS:
            raise ValueError
        made[key] = _unpack(each)
    return made


def pack_error(error: BaseException) -> dict[str, Any]:
    """An error that a call in the worker ended with."""
    if isinstance(error, LimitExceeded):
        return {"type": "limit", "limit": error.limit, "message": error.message,
                "frames": _pack_frames(error)}
    if isinstance(error, ProgramExit):
        return {"type": "exit", "status": error.status}
    if isinstance(error, SentraSyntaxError):
        return {"type": "syntax", "problems": [
            [each.filename, each.span, each.message, each.source_line[:10_000]]
            for each in error.problems]}
    if isinstance(error, SentraError):
        packed: dict[str, Any] = {
            "type": "error", "message": error.message, "kind": error.kind,
            "frames": _pack_frames(error)}
        if isinstance(error, Uncaught):
            packed["type"] = "thrown"
            try:
                packed["value"] = pack(error.value)
            except TypeError:
                packed["value"] = None
        return packed
    kind = type(error).__name__ if isinstance(error, (
        TypeError, ValueError, KeyError, RuntimeError)) else "InternalError"
    return {"type": "host", "class": kind, "message": str(error)}


def _pack_frames(error: Traced) -> list[Any]:
    return [[frame.function, frame.filename, frame.span, frame.source_line[:10_000]]
            for frame in error.frames]


_HOST_ERRORS = {"TypeError": TypeError, "ValueError": ValueError, "KeyError": KeyError,
                "RuntimeError": RuntimeError}


def unpack_error(packed: Any) -> Exception:
    """The exception for the host."""
    try:
        return _unpack_error(packed)
    except (ValueError, TypeError, KeyError, IndexError):
        raise Broken("no error") from None


def _unpack_error(packed: dict[str, Any]) -> Exception:
    kind = packed["type"]
    if kind == "limit":
        reached = LimitExceeded(_text(packed["limit"]), _text(packed["message"]))
        reached.frames = _frames(packed)
        return reached
    if kind == "exit":
        return ProgramExit(int(packed["status"]))
    if kind == "syntax":
        return SentraSyntaxError([
            SyntaxProblem(_text(filename), _span(span), _text(message), _text(line))
            for filename, span, message, line in packed["problems"]])
    if kind == "host":
        return _HOST_ERRORS.get(_text(packed["class"]), InternalError)(_text(packed["message"]))
    error = SentraError(_text(packed["message"]), _text(packed["kind"]))
    if kind == "thrown":
        error = Uncaught(error.message, value=unpack(packed["value"]))
    error.frames = _frames(packed)
    return error


def _frames(packed: dict[str, Any]) -> tuple[Frame, ...]:
    return tuple([Frame(_text(function), _text(filename), _span(span), _text(line))
                  for function, filename, span, line in packed["frames"]])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _span(value: Any) -> Any:
    span = tuple([int(part) for part in value])
    if len(span) != 6 or min(span) < 0:
        raise ValueError
    return span


class Channel:
    """Messages over two file descriptors. A message that is too large, or no JSON, is Broken."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading = reading
        self.writing = writing
        self._rest = b""
        os.set_blocking(writing, False)

    def send(self, message: dict[str, Any], deadline: float | None = None) -> None:
        """Write a message; raises LimitExceeded at the deadline (by `monotonic`)."""
        data = memoryview(json.dumps(message).encode() + b"\n")
        if len(data) > LARGEST:
            raise TypeError("too much data to pass between processes")
        while data:
            try:
                data = data[os.write(self.writing, data):]
            except BlockingIOError:
                _await(self.writing, select.POLLOUT, deadline)
            except OSError:
                raise Broken("nobody reads") from None

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message."""
        parts = [self._rest]
        size = len(self._rest)
        while b"\n" not in parts[-1]:
            _await(self.reading, select.POLLIN, deadline)
            try:
                part = os.read(self.reading, 1 << 16)
            except OSError:
                part = b""
            size += len(part)
            if not part:
                raise Broken("the other side is gone")
            if size > LARGEST + (1 << 16):
                raise LimitExceeded("output", "the answer of the worker process is too large")
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise Broken("no message") from None
        if type(message) is not dict:
            raise Broken("no message")
        return message


def _await(descriptor: int, event: int, deadline: float | None) -> None:
    left = None if deadline is None else 1000 * min(max(0.0, deadline - monotonic()), LONGEST)
    poll = select.poll()  # `select` takes no descriptor above 1023
    poll.register(descriptor, event)
    if not poll.poll(left):
        raise LimitExceeded("time", "time limit reached: the worker process was killed")
