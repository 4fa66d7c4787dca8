"""Builtins for tasks, channels, mutexes and wait groups."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime import channels, tasks
from sentra.runtime.arguments import array_argument, integer_argument, wrong_argument
from sentra.runtime.calls import callback
from sentra.runtime.channels import Channel
from sentra.runtime.locks import Mutex, WaitGroup
from sentra.runtime.registry import builtin
from sentra.runtime.tasks import Native
from sentra.runtime.throwing import rethrown, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context

WORKERS = 16  # tasks of parallel_map where the program does not say


@builtin("concurrency", "await_task", context=True)
def await_task(context: Context, task: Any) -> Any:
    """The result of a task, once it has ended, or its error again."""
    return tasks.await_task(context, task)


@builtin("concurrency", "make_channel", "channel", context=True)
def make_channel(context: Context, size: Any = None) -> Channel:
    """A channel that holds up to `size` values that nobody has received yet."""
    capacity = 0 if size is None else integer_argument("make_channel", 1, size)
    if capacity < 0:
        raise SentraError("make_channel: the size cannot be negative", VALUE)
    return Channel(context, capacity)


@builtin("concurrency", "send", context=True)
def send(context: Context, channel: Any, value: Any) -> None:
    """Send a value; waits for room or a receiver."""
    channels.send(context, channel, value)


@builtin("concurrency", "receive", context=True)
def receive(context: Context, channel: Any) -> Any:
    """The next value; nil once the channel is closed and empty."""
    return channels.receive(context, channel)


@builtin("concurrency", "try_receive")
def try_receive(channel: Any) -> dict[str, Any]:
    """{ok, value}: the next value if there is one now."""
    found = _channel("try_receive", channel).poll()
    ok, value = found or (False, None)
    return {"ok": ok, "value": value}


@builtin("concurrency", "close")
def close(channel: Any) -> None:
    """No more values will be sent."""
    _channel("close", channel).close()


def _channel(name: str, value: Any) -> Channel:
    if type(value) is not Channel:
        raise wrong_argument(name, 1, "channel", value)
    return value


@builtin("concurrency", "mutex_create", context=True)
def mutex_create(context: Context) -> Mutex:
    """A mutex that nobody holds."""
    return Mutex(context)


@builtin("concurrency", "mutex_lock")
def mutex_lock(mutex: Any) -> None:
    """Wait for the mutex and hold it."""
    _mutex("mutex_lock", mutex).lock()


@builtin("concurrency", "mutex_unlock")
def mutex_unlock(mutex: Any) -> None:
    """Hand the mutex on."""
    _mutex("mutex_unlock", mutex).unlock()


def _mutex(name: str, value: Any) -> Mutex:
    if type(value) is not Mutex:
        raise wrong_argument(name, 1, "mutex", value)
    return value


@builtin("concurrency", "wait_group_create", context=True)
def wait_group_create(context: Context) -> WaitGroup:
    """A wait group with the counter 0."""
    return WaitGroup(context)


@builtin("concurrency", "wait_group_add")
def wait_group_add(group: Any, count: Any) -> None:
    """Add to the counter."""
    _group("wait_group_add", group).add(integer_argument("wait_group_add", 2, count))


@builtin("concurrency", "wait_group_done")
def wait_group_done(group: Any) -> None:
    """Take 1 from the counter."""
    _group("wait_group_done", group).add(-1)


@builtin("concurrency", "wait_group_wait")
def wait_group_wait(group: Any) -> None:
    """Wait until the counter is 0."""
    _group("wait_group_wait", group).wait()


def _group(name: str, value: Any) -> WaitGroup:
    if type(value) is not WaitGroup:
        raise wrong_argument(name, 1, "wait_group", value)
    return value


@builtin("concurrency", "parallel_map", context=True)
def parallel_map(context: Context, array: Any, function: Any, workers: Any = None) -> list[Any]:
    """The results of the function for all elements, computed by so many tasks at a time.

    The error of the first element that has one is thrown; elements that no task has begun by then
    are left out.
    """
    items = list(array_argument("parallel_map", 1, array))
    call, with_index = callback("parallel_map", 2, function, 1, 1)
    count = WORKERS if workers is None else integer_argument("parallel_map", 3, workers)
    if count < 1:
        raise SentraError("parallel_map: there must be at least 1 worker", VALUE)
    results: list[Any] = [None] * len(items)
    errors: dict[int, Exception] = {}
    pending = enumerate(items)

    def work() -> None:
        for index, item in pending:
            try:
                results[index] = call(item, index) if with_index else call(item)
            except Exception as exception:  # noqa: BLE001  # settle raises what is a bug of ours
                errors[index] = rethrown(settle(exception))
            if errors:
                break

    running = [context.scheduler.spawn(Native(work), ()) for _ in range(min(count, len(items)))]
    for task in running:
        tasks.await_task(context, task)
    if errors:
        raise errors[min(errors)]
    return results


@builtin("concurrency", "num_cpus", permission="S")
def num_cpus() -> int:
    """The number of processors."""
    import os

    return os.cpu_count() or 1
