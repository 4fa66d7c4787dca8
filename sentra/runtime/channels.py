"""Channels: values handed from task to task.

Invariant: values wait in the buffer or with senders only while no receiver waits. A select waits in
several queues with one `_Waiter`; whoever ends its wait marks it, and it leaves the other queues
itself when it runs again.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import wrong_argument
from sentra.runtime.iteration import ITERATORS
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sentra.runtime.context import Context
    from sentra.runtime.tasks import Task


class _Waiter:
    """A task that waits for one of its cases; how its wait ended."""

    __slots__ = ("closed", "done", "index", "task", "value")

    def __init__(self, task: Task) -> None:
        self.task = task
        self.done = False
        self.closed = False  # by the end of the channel, not by a value
        self.index = 0  # of its case
        self.value: Any = None  # what it received


class _Entry:
    """A waiter in the queue of a channel, for one of its cases."""

    __slots__ = ("index", "value", "waiter")

    def __init__(self, waiter: _Waiter, index: int, value: Any) -> None:
        self.waiter = waiter
        self.index = index
        self.value = value  # what it sends


if TYPE_CHECKING:
    Queue = OrderedDict[_Entry, None]  # the longest waiting first; entries leave at any place


class Channel:
    """A channel; `capacity` 0 hands each value directly from sender to receiver."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("buffer", "capacity", "closed", "context", "receivers", "senders")

    def __init__(self, context: Context, capacity: int) -> None:
        self.context = context
        self.capacity = capacity
        self.closed = False
        self.buffer: deque[Any] = deque()
        self.receivers: Queue = OrderedDict()
        self.senders: Queue = OrderedDict()

    def __eq__(self, other: object) -> bool:
        return self is other

    def offer(self, value: Any) -> bool:
        """Send without waiting; False if that is not possible now."""
        if self.closed:
            raise _closed()
        entry = _first(self.receivers)
        if entry is not None:
            self._wake(entry, value, False)
        elif len(self.buffer) < self.capacity:
            self.buffer.append(value)
        else:
            return False
        return True

    def poll(self) -> tuple[bool, Any] | None:
        """Receive without waiting: (False, nil) from a closed channel, None where it is empty."""
        if self.buffer:
            value = self.buffer.popleft()
            entry = _first(self.senders)
            if entry is not None:
                self.buffer.append(entry.value)
                self._wake(entry, None, False)
            return True, value
        entry = _first(self.senders)
        if entry is not None:
            self._wake(entry, None, False)
            return True, entry.value
        return (False, None) if self.closed else None

    def close(self) -> None:
        """Let waiting receivers go on with nil, and waiting senders throw."""
        if self.closed:
            raise SentraError("cannot close a closed channel", VALUE)
        self.closed = True
        for queue in (self.receivers, self.senders):
            while (entry := _first(queue)) is not None:
                self._wake(entry, None, True)

    def _wake(self, entry: _Entry, value: Any, closed: bool) -> None:
        waiter = entry.waiter
        waiter.done = True
        waiter.closed = closed
        waiter.index = entry.index
        waiter.value = value
        self.context.scheduler.wake(waiter.task)


TYPE_NAMES[Channel] = "channel"


def _first(queue: Queue) -> _Entry | None:
    """Take the first entry that still waits."""
    while queue:
        entry = queue.popitem(last=False)[0]
        if not entry.waiter.done and not entry.waiter.task.deadlocked:
            return entry
    return None


def _closed() -> SentraError:
    return SentraError("cannot send on a closed channel", VALUE)


def _wait(context: Context, places: list[tuple[Queue, _Entry]]) -> None:
    """Wait in all the queues."""
    for queue, entry in places:
        queue[entry] = None
    try:
        context.scheduler.wait()
    finally:
        for queue, entry in places:
            queue.pop(entry, None)


def send(context: Context, channel: Any, value: Any) -> None:
    """channel <- value"""
    if type(channel) is not Channel:
        raise wrong_argument("send", 1, "channel", channel)
    if not channel.offer(value):
        waiter = _Waiter(context.task)
        _wait(context, [(channel.senders, _Entry(waiter, 0, value))])
        if waiter.closed:
            raise _closed()


def receive(context: Context, channel: Any) -> Any:
    """<-channel"""
    if type(channel) is not Channel:
        raise wrong_argument("receive", 1, "channel", channel)
    return _take(context, channel)[1]


def _take(context: Context, channel: Channel) -> tuple[bool, Any]:
    """Receive: whether there was a value, and which."""
    found = channel.poll()
    if found is None:
        waiter = _Waiter(context.task)
        _wait(context, [(channel.receivers, _Entry(waiter, 0, None))])
        found = not waiter.closed, waiter.value
    return found


def select(context: Context, cases: Sequence[Any], has_default: bool) -> tuple[Any, int]:
    """What the first case that is ready received, and its index.

    `cases` has channel, value and whether it sends for each in turn; the index of the default is
    the number of cases.
    """
    count = len(cases) // 3
    for index in range(count):
        channel, value, sends = cases[3 * index:3 * index + 3]
        if type(channel) is not Channel:
            raise wrong_argument("select", index + 1, "channel", channel)
    for index in range(count):
        channel, value, sends = cases[3 * index:3 * index + 3]
        if sends:
            if channel.offer(value):
                return None, index
        else:
            found = channel.poll()
            if found is not None:
                return found[1], index
    if has_default:
        return None, count
    waiter = _Waiter(context.task)
    places: list[tuple[Queue, _Entry]] = []
    for index in range(count):
        channel, value, sends = cases[3 * index:3 * index + 3]
        places.append((channel.senders if sends else channel.receivers,
                       _Entry(waiter, index, value)))
    _wait(context, places)
    if waiter.closed and cases[3 * waiter.index + 2]:
        raise _closed()
    return waiter.value, waiter.index


def _values(channel: Channel) -> Iterator[Any]:
    context = channel.context
    while True:
        there, value = _take(context, channel)
        if not there:
            return
        yield value


ITERATORS[Channel] = _values
