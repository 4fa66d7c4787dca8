"""Tasks: calls that run beside their creator, one at a time, and what a program does with them.

A program without tasks never loads the scheduler: `Context.task` is then its only task, and
`blocking` and `sleep` simply do what they say.
"""

from __future__ import annotations

from sentra.errors import Located, Stop
from sentra.runtime.arguments import wrong_argument
from sentra.runtime.limits import here
from sentra.runtime.throwing import rethrown
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from sentra.runtime.context import Context
    from sentra.runtime.scheduler import Worker

    T = TypeVar("T")


class TaskStop(Stop):
    """Unwinds a task because the program ends; what ended it is `Scheduler.fatal`."""


class Task:
    """A call in the background, and the value that ``go`` gives. Number 0 runs the main program.

    `depth` and `extra` are for executors: nested calls, and what else they keep for each task.
    """

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("args", "awaited", "awaiting", "deadlocked", "depth", "done", "error", "extra",
                 "function", "importing", "number", "result", "worker")

    def __init__(self, number: int, function: Any = None, args: Sequence[Any] = ()) -> None:
        self.number = number
        self.function = function
        self.args = args
        self.depth = 0
        self.extra: Any = None
        self.done = False
        self.result: Any = None
        self.error: Located | None = None
        self.awaited = False
        self.awaiting: list[Task] = []  # tasks that wait for this one's end
        self.deadlocked = False  # its wait is about to throw
        self.importing: Any = None  # the module whose body it waits for
        self.worker: Worker | None = None  # the thread that runs it

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<task {self.number}>"


TYPE_NAMES[Task] = "task"


def go(context: Context, function: Any, args: Sequence[Any]) -> Task:
    """go function(args…): the task; it first runs when its creator next waits."""
    return context.scheduler.spawn(function, args)


def go_invoke(context: Context, receiver: Any, name: str, args: Sequence[Any]) -> Task:
    """go receiver.name(args…); what a map or module holds under the name is read at once."""
    from sentra.runtime.calls import callee_of, invoke
    from sentra.runtime.collections import PROPERTIES

    kind = type(receiver)
    if kind in PROPERTIES or (kind is dict and name in receiver):
        return go(context, callee_of(receiver, name, context)[0], args)
    return go(context, Native(lambda *args: invoke(receiver, name, args, context)), args)


class Native:
    """A Python function for a task to call as it is."""

    __slots__ = ("run",)

    def __init__(self, run: Callable[..., Any]) -> None:
        self.run = run


def start_call(function: Any, args: Sequence[Any]) -> Any:
    """What a task does: the call that ``go`` was given."""
    if type(function) is Native:
        return function.run(*args)
    from sentra.runtime.calls import call

    return call(function, *args)


def await_task(context: Context, task: Any) -> Any:
    """The result of a task, once it has ended; its error is thrown again."""
    if type(task) is not Task:
        raise wrong_argument("await_task", 1, "task", task)
    task.awaited = True
    if not task.done:
        waiter = context.task
        task.awaiting.append(waiter)
        try:
            context.scheduler.wait()
        except BaseException:
            if waiter in task.awaiting:
                task.awaiting.remove(waiter)
            raise
    if task.error is not None:
        context.scheduler.failed.pop(task.number, None)
        raise rethrown(task.error)
    return task.result


def run_program(context: Context, body: Callable[..., T], *args: Any) -> T:
    """Run the main task; its end, of whatever kind, ends all other tasks."""
    thread = here.thread
    runs = thread.runs
    try:
        thread.runs = runs + 1
        return body(*args)
    except TaskStop as stop:
        fatal = fatal_of(context, stop)
        if fatal is stop:
            raise
        raise fatal from None
    finally:
        thread.runs = runs
        scheduler = context.scheduler_if_any
        if scheduler is not None:
            scheduler.close()


def fatal_of(context: Context, stop: TaskStop) -> BaseException:
    """What ended the program, of which the main task got to know by `stop`."""
    scheduler = context.scheduler_if_any
    fatal = None if scheduler is None else scheduler.fatal
    return stop if fatal is None else fatal


def is_only_run() -> bool:
    """Whether there is one run on the stack of this thread."""
    return here.thread.runs == 1


# No frame of a program stands outside the only run of a thread: a trace ends there.
_outermost = run_program.__code__
_is_only_run = is_only_run
