"""One function of a program over many inputs, on whatever executes: threads, processes, a cluster.

A task carries the program as bytecode and a chunk of inputs. What has run in a process before is
found there by its digest, so that each process loads a program once.
"""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict, deque
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from itertools import islice
from secrets import token_bytes
from weakref import WeakValueDictionary

from sentra.embedding.engine import Engine, default_engine
from sentra.embedding.errors import LimitExceeded, ProgramExit, can_pickle
from sentra.embedding.program import Program, from_bytes
from sentra.embedding.services import check_count, of_class
from sentra.errors import SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from sentra.embedding.limits import Limits

KEPT = 32  # programs that a process keeps
_TOKEN = token_bytes(8)  # which a forked process has, too


@dataclass(frozen=True)
class Outcome:
    """The result for one input: a value, or the error instead; and the steps that it took."""

    index: int
    value: Any = None
    error: Exception | None = None
    steps: int = 0


def map_program(
    program: Program, name: str, inputs: Iterable[Any], *, executor: Executor | None = None,
    limits: Limits | None = None, on_error: str = "raise", chunk: int = 16, ahead: int = 8,
    ordered: bool = True, progress: Callable[[int], object] | None = None,
    variables: dict[str, Any] | None = None,
) -> Iterator[Any]:
    """The results of a function of a program for every input, as an iterator.

    - `executor`: any executor of `concurrent.futures`; without one it happens here.
    - `limits`: for each input; those of the program's engine unless given.
    - `on_error`: "raise" ends with the first error; "collect" gives an `Outcome` for every input.
    - `chunk` inputs are sent at once, and at most `ahead` chunks are on their way: `inputs` may be
      endless.
    - `ordered`: results in the order of the inputs; else as they come (then with "collect" only,
      which says what belongs to what).
    - `progress`: called with the number of results so far.

    Arguments that make no sense raise TypeError or ValueError here, before anything runs.

    Inputs must pickle where the executor uses processes; a result that does not is an error of its
    input (TypeError). In this process the program runs on its engine, in others on that of
    `use_engine`, or the default one. Every chunk has a run of its
    own, so a function's result may not depend on other inputs.

    >>> import sentra
    >>> list(sentra.map(sentra.compile("fn double(x) { return x * 2 }"), "double", [1, 2, 3]))
    [2, 4, 6]
    """
    if on_error not in ("raise", "collect"):
        raise ValueError(f'on_error is "raise" or "collect", not {on_error!r}')
    if not ordered and on_error == "raise":
        raise ValueError('results that come in any order need on_error="collect"')
    check_count("chunk", chunk)
    check_count("ahead", ahead)
    _check_program(program)
    _check_parts(name, executor, progress, variables)
    limits = program.engine.limits_of(limits)
    _mapped[id(program)] = program  # which lives as long as this goes on
    job = (program.digest, program.to_bytes(), name, limits, variables or {}, _here(), id(program))
    outcomes = _outcomes(job, program, _chunks(iter(inputs), chunk), executor, ahead, ordered)
    return _results(outcomes, on_error == "collect", progress)


def _check_program(program: Any) -> None:
    engine = getattr(program, "engine", None)
    if isinstance(engine, Engine) and engine.isolation != "none":
        raise TypeError("a program with isolation=\"process\" cannot be mapped: its runs are in "
                        "worker processes already; call them from threads")
    of_class("program", program, Program)


def _check_parts(name: Any, executor: Any, progress: Any, variables: Any) -> None:
    if not isinstance(name, str):
        raise TypeError(f"a function of the program is named by a string, not {name!r}")
    if not (executor is None or hasattr(executor, "submit")):
        raise TypeError(f"executor must be one of concurrent.futures, not {executor!r}")
    if not (progress is None or callable(progress)):
        raise TypeError(f"progress must be a function, not {progress!r}")
    if not (variables is None or (
            isinstance(variables, dict) and all(isinstance(each, str) for each in variables))):
        raise TypeError(f"variables must be a dict with names as its keys, not {variables!r}")


def _results(
    outcomes: Iterator[Outcome], collect: bool, progress: Callable[[int], object] | None,
) -> Iterator[Any]:
    for done, outcome in enumerate(outcomes, 1):
        if progress is not None:
            progress(done)
        if collect:
            yield outcome
        elif outcome.error is not None:
            raise outcome.error
        else:
            yield outcome.value


def _chunks(inputs: Iterator[Any], size: int) -> Iterator[tuple[int, list[Any]]]:
    start = 0
    while part := list(islice(inputs, size)):
        yield start, part
        start += len(part)


def _outcomes(
    job: tuple[Any, ...], program: Program, chunks: Iterator[tuple[int, list[Any]]],
    executor: Executor | None, ahead: int, ordered: bool,
) -> Iterator[Outcome]:
    if executor is None:
        for start, part in chunks:
            yield from _run_chunk(program, job, start, part)
        return
    pending: deque[Future[list[Outcome]]] = deque()
    try:
        for start, part in islice(chunks, ahead):
            pending.append(executor.submit(work, job, start, part))
        while pending:
            if ordered:
                future = pending.popleft()
            else:
                future = next(iter(wait(pending, return_when=FIRST_COMPLETED).done))
                pending.remove(future)
            outcomes = future.result()
            for start, part in islice(chunks, 1):
                pending.append(executor.submit(work, job, start, part))
            yield from outcomes
    finally:
        for future in pending:
            future.cancel()


_mapped: WeakValueDictionary[int, Program] = WeakValueDictionary()  # in this process, by identity
_programs: OrderedDict[str, Program] = OrderedDict()
_engine: Engine | None = None


def use_engine(engine: Engine) -> None:
    """In a worker process: run what comes on this engine (for an executor's `initializer`)."""
    global _engine
    _engine = engine
    _programs.clear()


def work(job: tuple[Any, ...], start: int, part: list[Any]) -> list[Outcome]:
    """What a worker does with a chunk."""
    if job[5] == _here():
        own = _mapped.get(job[6])
        return [] if own is None else _run_chunk(own, job, start, part)  # [] if nobody waits
    digest, data = job[0], job[1]
    program = _programs.get(digest)
    if program is None:
        program = from_bytes(data).with_engine(_engine or default_engine())
        _programs[digest] = program
        if len(_programs) > KEPT:
            _programs.popitem(last=False)
    return [_sendable(outcome) for outcome in _run_chunk(program, job, start, part)]


def _here() -> tuple[int, bytes]:
    """Tells this process from all others."""
    return os.getpid(), _TOKEN


def _sendable(outcome: Outcome) -> Outcome:
    if not can_pickle(outcome.value):
        try:
            pickle.dumps(outcome.value)
        except Exception:  # noqa: BLE001  # there is no saying what a pickler raises
            return replace(outcome, value=None, error=TypeError(
                "the result cannot go to another process: it is no plain data"))
    return outcome


def _run_chunk(
    program: Program, job: tuple[Any, ...], start: int, part: list[Any],
) -> list[Outcome]:
    _, _, name, limits, variables, *_ = job
    outcomes: list[Outcome] = []
    try:
        run = program.run(limits=limits, **variables)
    except (SentraError, LimitExceeded) as error:
        return [Outcome(start + place, error=error) for place in range(len(part))]
    for place, value in enumerate(part):
        try:
            result = run.call(name, value)
            outcomes.append(Outcome(start + place, result, None, run.steps))
        except (SentraError, LimitExceeded, ProgramExit, TypeError) as error:
            error.__traceback__ = None
            outcomes.append(Outcome(start + place, None, error, run.steps))
    return outcomes
