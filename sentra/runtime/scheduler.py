"""Whose turn it is: tasks as threads of which exactly one runs.

Invariant: one thread holds the baton; only it runs code of the program and touches the state here.
It hands the baton on where its task waits or ends, to the task that has been ready longest, by
releasing the lock of that task's thread. With nobody ready the holder keeps the baton until time
passes or a blocking operation ends; when neither can happen, that is a deadlock. Other threads
touch only `_finished`, `fatal` and the bell.
"""

from __future__ import annotations

from _thread import LockType, allocate_lock, get_ident, stack_size, start_new_thread
from collections import deque
from heapq import heappop, heappush

from sentra.errors import CALL, OVERFLOW, SentraError
from sentra.runtime.limits import sizes, use
from sentra.runtime.tasks import Task, TaskStop, start_call
from sentra.runtime.throwing import settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from sentra.runtime.context import Context

    T = TypeVar("T")

KEPT = 32  # threads without a task that wait for the next one
GRACE = 0.05  # seconds that an interrupted thread gets before it is interrupted again
LONGEST = 3600.0  # seconds of one look at the clock


class Worker:
    """A thread that runs tasks, one after another. Its lock is held unless the baton comes."""

    __slots__ = ("ident", "lock", "stops", "task")

    def __init__(self, task: Task | None) -> None:
        self.lock = allocate_lock()
        self.lock.acquire()
        self.task = task
        self.ident = 0
        self.stops = False  # it was interrupted, and hands the baton on


class Scheduler:
    """The tasks of one run. Made by the thread of the main task."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.main = context.task
        self.main.worker = Worker(self.main)
        self.main.worker.ident = get_ident()
        self.ready: deque[Task] = deque()
        self.waiting: dict[int, Task] = {}  # by number, in the order in which they began to wait
        self.sleepers: list[tuple[float, int, Task]] = []  # a heap: deadline, order of sleeping
        self.failed: dict[int, Task] = {}  # by number: ended by an error that nobody awaited yet
        self.fatal: BaseException | None = None  # ends the program; the main task raises it
        self.closing = False
        self._started: dict[int, Task] = {}  # begun and not yet ended, without the main task
        self._alive = 0  # not yet ended, without the main task
        self._count = 0
        self._slept = 0
        self._blocked = 0  # tasks in a blocking operation
        self._finished: deque[Task] = deque()  # those whose operation has ended
        self._bell = allocate_lock()  # open while there is news for a holder that idles
        self._bell.acquire()
        self._idle_workers: list[Worker] = []
        self._gone = allocate_lock()  # opened by a thread whose task was stopped
        self._gone.acquire()
        self._sizes = sizes()
        self._interrupts = False  # a thread was interrupted

    # What tasks ask for

    def spawn(self, function: Any, args: Sequence[Any]) -> Task:
        """A new task, ready to call the function."""
        if self._alive >= self.context.max_tasks:
            raise SentraError("too many tasks", OVERFLOW)
        self._count += 1
        self._alive += 1
        task = Task(self._count, function, args)
        self._make_ready(task)
        return task

    def wait(self) -> None:
        """Wait until another task passes this one to `wake`; throws in a deadlock."""
        task = self.context.task
        self.waiting[task.number] = task
        self._pause(task)
        if task.deadlocked:
            task.deadlocked = False
            raise SentraError("deadlock: all tasks are waiting", CALL)

    def wake(self, task: Task) -> bool:
        """End the wait of a task; it runs when its turn comes.

        False if its wait has ended in a deadlock, which it will see when it runs.
        """
        if task.deadlocked:
            return False
        del self.waiting[task.number]
        self._make_ready(task)
        return True

    def sleep(self, seconds: float) -> None:
        """Let the other tasks run for some time, or until they all wait."""
        task = self.context.task
        self._slept += 1
        heappush(self.sleepers, (self.context.timer() + seconds, self._slept, task))
        self._pause(task)

    def blocking(self, function: Callable[[], T]) -> T:
        """The result of a function that waits for the world outside, while other tasks run."""
        if not self._alive:
            return function()
        task = self.context.task
        outcome: list[tuple[T, None] | tuple[None, BaseException]] = []

        def work() -> None:
            use(self._sizes)
            try:
                outcome.append((function(), None))
            except BaseException as exception:  # noqa: BLE001  # raised again by the task
                outcome.append((None, exception))
            self._finished.append(task)
            _open(self._bell)

        if not self._start_thread(work):
            return function()
        self._blocked += 1
        self._pause(task)
        result, exception = outcome[0]
        if exception is not None:
            raise exception
        return result  # type: ignore[return-value]

    def begun(self) -> list[Task]:
        """The tasks that have begun and not ended."""
        return [self.main, *self._started.values()]

    # Turns

    def _make_ready(self, task: Task) -> None:
        if self.sleepers or self._finished:
            self._collect()
        self.ready.append(task)

    def _collect(self) -> None:
        """Make ready whom the world outside or the clock has made ready by now."""
        while self._finished:
            self._blocked -= 1
            self.ready.append(self._finished.popleft())
        if self.sleepers:
            now = self.context.timer()
            while self.sleepers and self.sleepers[0][0] <= now:
                self.ready.append(heappop(self.sleepers)[2])

    def _next(self) -> Task:
        """Whose turn it is; waits where nobody is ready."""
        while True:
            if self.fatal is not None:
                return self.main
            if self.sleepers or self._finished:
                self._collect()
            if self.ready:
                return self.ready.popleft()
            if self._blocked or self.sleepers:
                self._idle()
            else:
                for task in self.waiting.values():
                    task.deadlocked = True
                self.ready.extend(self.waiting.values())
                self.waiting.clear()

    def _idle(self) -> None:
        """Wait for the bell or the earliest deadline."""
        if not self.sleepers:
            self._bell.acquire()
            return
        seconds = self.sleepers[0][0] - self.context.timer()
        if seconds <= 0:
            return
        if self.context.wait is not None and not self._blocked:
            self.context.wait(seconds)
        else:
            self._bell.acquire(timeout=min(seconds, LONGEST))

    def _pause(self, task: Task) -> None:
        """Hand the baton on, and return when it is this task's turn again."""
        while True:
            following = self._next()
            if following is task:
                break
            if self._resume(following):
                self._park(task)
                break
        if self.closing or self.fatal is not None:
            raise TaskStop

    def _park(self, task: Task) -> None:
        assert task.worker is not None
        try:
            task.worker.lock.acquire()
        except BaseException as stop:  # Ctrl-C in Python's main thread
            self._interrupted(stop)
            raise

    def _resume(self, task: Task) -> bool:
        """Give the baton to a task's thread; False if the system has no thread for it."""
        worker = task.worker
        if worker is None:
            if not self._idle_workers:
                return self._start(task)
            worker = self._idle_workers.pop()
            self._enter(worker, task)
        else:
            self.context.task = task
        worker.lock.release()
        return True

    def _enter(self, worker: Worker, task: Task) -> None:
        task.worker = worker
        worker.task = task
        self._started[task.number] = task
        self.context.task = task

    def _start(self, task: Task) -> bool:
        """Begin a task in a new thread."""
        worker = Worker(None)
        before = self.context.task
        self._enter(worker, task)
        if self._start_thread(lambda: self._work(worker)):
            return True
        self.context.task = before
        task.error = SentraError("too many tasks", OVERFLOW)
        self._end(task)
        return False

    def _start_thread(self, body: Callable[[], None]) -> bool:
        before = stack_size(self.context.stack_size)
        try:
            start_new_thread(body, ())
        except RuntimeError:
            return False
        finally:
            stack_size(before)
        return True

    # The threads of tasks

    def _work(self, worker: Worker) -> None:
        """What a thread does."""
        try:
            worker.ident = get_ident()
            use(self._sizes)
            while self._run(worker):
                pass
        except BaseException as stop:  # noqa: BLE001  # it ends the program: the main task raises it
            worker.stops = True  # from here on no interrupt is sent
            try:
                self._settle()
            except BaseException:  # noqa: BLE001  # one that was on its way: the last
                pass
            if self.closing:
                _open(self._gone)
            else:
                if self.fatal is None:
                    self.fatal = stop
                if self.context.task is worker.task:
                    self._end_by_stop(worker)

    def _end_by_stop(self, worker: Worker) -> None:
        assert worker.task is not None
        self._started.pop(worker.task.number, None)
        self._resume(self.main)

    def _run(self, worker: Worker) -> bool:
        """Run the worker's task to its end and hand the baton on; False ends the thread."""
        task = worker.task
        assert task is not None
        if self.fatal is not None:
            raise TaskStop
        try:
            task.result = start_call(task.function, task.args)
        except Exception as exception:  # noqa: BLE001  # settle raises what is a bug of ours
            task.error = settle(exception)
            task.error.__traceback__ = task.error.__context__ = None
        self._end(task)
        while True:
            following = self._next()
            if following.worker is None:
                self._enter(worker, following)
                return True
            stays = len(self._idle_workers) < KEPT
            worker.task = None
            if stays:
                self._idle_workers.append(worker)
            self._resume(following)
            if not stays:
                return False
            worker.lock.acquire()
            return worker.task is not None

    def _end(self, task: Task) -> None:
        task.done = True
        task.function = task.args = None  # type: ignore[assignment]  # nobody needs them again
        task.worker = None
        self._alive -= 1
        self._started.pop(task.number, None)
        if task.error is not None and not task.awaited:
            self.failed[task.number] = task
        for waiter in task.awaiting:
            self.wake(waiter)
        task.awaiting.clear()

    # The end of the program

    def cancel(self, stop: BaseException) -> None:
        """End the program with `stop`, from any thread.

        Whoever waits is woken, whoever runs is interrupted, except for the main task: to interrupt
        that one while it runs is up to the caller.
        """
        self.fatal = stop
        _open(self._bell)
        self._interrupt_running()

    def _interrupt_running(self) -> None:
        import ctypes

        from sentra.runtime.interrupts import send

        stop = ctypes.py_object(TaskStop)
        self._interrupts = True
        worker = self.context.task.worker
        if worker is not None and worker is not self.main.worker and worker.ident:
            # No Python code runs between this test and the call (see `deadline.Guard.fire`).
            _ = worker.stops or send(worker.ident, stop)

    def _settle(self) -> None:
        """No interrupt arrives in this thread after this."""
        if self._interrupts:
            from sentra.runtime.interrupts import settle

            settle()

    def _interrupted(self, stop: BaseException) -> None:
        """Ctrl-C, or what was sent to the task that ran before, reached a task that waits: get the
        baton back. What has ended the program already stays what did.
        """
        if self.fatal is None or not isinstance(stop, TaskStop):
            self.fatal = stop
        _open(self._bell)
        assert self.main.worker is not None
        for _ in range(20):
            self._interrupt_running()
            if self.main.worker.lock.acquire(timeout=GRACE):
                break

    def close(self) -> None:
        """Stop all other tasks; called by the main task at its end."""
        self.closing = True
        self.ready.clear()
        self.waiting.clear()
        self.sleepers.clear()
        for task in list(self._started.values()):
            if task.worker is not None and task.worker.task is task:
                task.worker.lock.release()
                self._gone.acquire(timeout=1.0)
        for worker in self._idle_workers:
            worker.lock.release()
        self._started.clear()
        self._idle_workers.clear()
        self.main.worker = None
        self.context.task = self.main
        self._settle()
        self.context.end_tasks([task.error for task in self.failed.values()
                                if task.error is not None])


def _open(lock: LockType) -> None:
    try:
        lock.release()
    except RuntimeError:  # it is open already
        pass
