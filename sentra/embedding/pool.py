"""The worker processes of an engine with ``isolation="process"``: as many as are busy at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock, get_ident

from sentra.embedding.worker import Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Pool:
    """Workers, made when all others are busy, at most `most`.

    A process that was forked has none of its parent's: it makes its own.
    """

    def __init__(self, memory: int | None, most: int) -> None:
        self.memory = memory
        self.most = most
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = Lock()
        self._workers: list[Worker] = []

    @property
    def process_ids(self) -> list[int]:
        """The ids of the processes that run now."""
        found = [worker.process_id for worker in self._here()]
        return [each for each in found if each is not None]

    @contextmanager
    def worker(self, worker: Worker | None = None) -> Iterator[Worker]:
        """This worker, or whichever is free, counted as busy meanwhile."""
        workers = self._here()
        with self._lock:
            if worker is None:
                worker = self._choose(workers)
            worker.busy += 1
        try:
            yield worker
        finally:
            with self._lock:
                worker.busy -= 1

    def _here(self) -> list[Worker]:
        if self._process != os.getpid():
            for worker in self._workers:
                worker.forget()
            self._begin()
        return self._workers

    def _choose(self, workers: list[Worker]) -> Worker:
        for worker in workers:
            if worker.owner == get_ident():  # called by a function of the host
                return worker
        found = min(workers, key=_load, default=None)
        if found is None or (found.busy and len(workers) < self.most):
            found = Worker(self.memory)
            workers.append(found)
        return found

    def close(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._here():
            worker.close()


def _load(worker: Worker) -> tuple[bool, int]:
    return worker.outside, worker.busy
