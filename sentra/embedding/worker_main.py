"""What runs in a worker process: jobs as lines of JSON, answers as lines of JSON."""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main(memory: int | None) -> None:
    """Bound the process, then answer jobs until the input ends."""
    from sentra.embedding.engine import Engine
    from sentra.embedding.errors import format_error
    from sentra.embedding.limits import Limits

    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # nothing but the answers gets out
        os.dup2(nowhere, handle)
    Engine(mode="closure").run("let a = 1")  # what is needed is loaded before files are bounded
    _bound(memory)
    for line in jobs:
        answer = _answer(json.loads(line), Engine, Limits, format_error)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _bound(memory: int | None) -> None:
    """Limits of the operating system, for what gets past those of the language."""
    try:
        import resource
    except ImportError:
        return
    bounds = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    if memory is not None:
        bounds.append((resource.RLIMIT_AS, memory + _address_space()))
    for which, most in bounds:
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(which, (most, most))


def _address_space() -> int:
    """Bytes of address space that the process has already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30


def _answer(
    job: dict[str, Any], engine_type: Any, limits_type: Any, format_error: Any,
) -> dict[str, Any]:
    from sentra.embedding.errors import LimitExceeded, ProgramExit, Uncaught
    from sentra.errors import SentraError

    printed: list[str] = []
    answer: dict[str, Any] = {}
    try:
        engine = engine_type(limits=limits_type(**job["limits"]), stdout=printed.append)
        run = engine.run(job["source"], filename=job["filename"], **job["variables"])
        if job["name"] is not None:
            answer["value"] = _plain(run.call(job["name"], *job["args"]))
        answer["steps"] = run.steps
    except LimitExceeded as error:
        answer.update(error="limit", limit=error.limit, message=error.message)
    except Uncaught as error:
        answer.update(error="thrown", message=error.message, report=format_error(error))
    except SentraError as error:
        answer.update(error=error.kind, message=error.message, report=format_error(error))
    except ProgramExit as error:
        answer.update(error="exit", message=str(error))
    except MemoryError:
        answer.update(error="limit", limit="memory", message="out of memory")
    except TypeError as error:
        answer.update(error="type", message=str(error))
    answer["output"] = "".join(printed)
    return answer


def _plain(value: Any) -> Any:
    """A result as JSON can say it; anything else is refused."""
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        raise TypeError("only plain data can leave a worker process") from None
    return value


if __name__ == "__main__":
    sys.exit("started by sentra.embedding.worker")
