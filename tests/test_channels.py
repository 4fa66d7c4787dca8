"""Channels, select, mutexes and wait groups at the level of their Python interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sentra.errors import Located
from sentra.runtime.channels import Channel, receive, select, send
from sentra.runtime.context import Context
from sentra.runtime.iteration import iterate, iterate_pairs
from sentra.runtime.locks import Mutex, WaitGroup
from sentra.runtime.tasks import Native, Task, await_task, go, run_program
from sentra.runtime.text import to_text
from sentra.runtime.throwing import caught
from sentra.runtime.values import type_name

Log = Callable[[Any], None]


def virtual() -> Context:
    now = [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    return Context(monotonic=lambda: now[0], wait=wait)


def spawn(context: Context, function: Callable[..., Any], *args: Any) -> Task:
    return go(context, Native(function), args)


def run(body: Callable[[Context, Log], Any]) -> list[Any]:
    context = virtual()
    output: list[Any] = []
    run_program(context, lambda: body(context, output.append))
    return output


def message(function: Callable[..., Any], *args: Any) -> tuple[str, str]:
    with pytest.raises(Located) as info:
        function(*args)
    error = caught(info.value)
    return error.message, error.kind


def test_unbuffered_sender_waits_for_its_receiver() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 0)

        def producer() -> None:
            for number in range(3):
                log(f"send {number}")
                send(context, channel, number)
            log("sent")

        task = spawn(context, producer)
        for _ in range(3):
            log(f"got {receive(context, channel)}")
        await_task(context, task)

    # The first receive waits, so the producer runs on until its second value finds nobody.
    assert run(body) == ["send 0", "send 1", "got 0", "got 1", "send 2", "sent", "got 2"]


def test_buffered_sender_waits_only_when_it_is_full() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 2)

        def producer() -> None:
            for number in range(4):
                send(context, channel, number)
                log(f"sent {number}")

        spawn(context, producer)
        context.sleep(1)
        # The last of these waits, which lets the producer go on.
        log([receive(context, channel) for _ in range(4)])

    assert run(body) == ["sent 0", "sent 1", "sent 2", "sent 3", [0, 1, 2, 3]]


def test_buffer_keeps_the_order_of_waiting_senders() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 1)
        for number in range(5):
            spawn(context, send, context, channel, number)
        context.sleep(1)
        log([receive(context, channel) for _ in range(5)])

    assert run(body) == [[0, 1, 2, 3, 4]]


def test_receivers_are_served_in_the_order_of_waiting() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 0)
        started = [spawn(context, lambda n=n: log((n, receive(context, channel))))
                   for n in range(3)]
        context.sleep(1)
        for value in "abc":
            send(context, channel, value)
        for task in started:
            await_task(context, task)

    assert run(body) == [(0, "a"), (1, "b"), (2, "c")]


def test_close() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 2)
        send(context, channel, 1)
        channel.close()
        log([receive(context, channel), receive(context, channel), receive(context, channel)])
        log(message(send, context, channel, 2))
        log(message(channel.close))

    assert run(body) == [
        [1, None, None], ("cannot send on a closed channel", "value"),
        ("cannot close a closed channel", "value")]


def test_close_wakes_receivers_with_nil_and_makes_senders_throw() -> None:
    def body(context: Context, log: Log) -> None:
        empty, full = Channel(context, 0), Channel(context, 0)

        def sender() -> None:
            log(message(send, context, full, 1))

        started = [spawn(context, lambda: log(receive(context, empty))), spawn(context, sender)]
        context.sleep(1)
        empty.close()
        full.close()
        for task in started:
            await_task(context, task)
        log(receive(context, full))

    assert run(body) == [None, ("cannot send on a closed channel", "value"), None]


def test_select_takes_the_first_ready_case() -> None:
    def body(context: Context, log: Log) -> None:
        a, b, c = Channel(context, 1), Channel(context, 1), Channel(context, 1)
        log(select(context, [a, None, False, b, None, False], True))
        send(context, b, "b")
        send(context, a, "a")
        cases = [a, None, False, b, None, False, c, "x", True]
        log(select(context, cases, True))
        log(select(context, cases, True))
        log(select(context, cases, False))
        log(select(context, cases, True))
        log(receive(context, c))

    assert run(body) == [(None, 2), ("a", 0), ("b", 1), (None, 2), (None, 3), "x"]


def test_select_waits_for_whichever_comes_first_and_leaves_the_other_queues() -> None:
    def body(context: Context, log: Log) -> None:
        a, b, c = Channel(context, 0), Channel(context, 0), Channel(context, 0)

        def child() -> None:
            cases = [a, None, False, b, None, False, c, "sent", True, b, None, False]
            for _ in range(3):
                log(select(context, cases, False))
                log([len(a.receivers), len(b.receivers), len(c.senders)])

        task = spawn(context, child)
        context.sleep(1)
        send(context, b, 1)
        context.sleep(1)
        log(receive(context, c))
        context.sleep(1)
        a.close()
        await_task(context, task)

    assert run(body) == [
        (1, 1), [0, 0, 0], "sent", (None, 2), [0, 0, 0], (None, 0), [0, 0, 0]]


def test_one_value_ends_one_select_only() -> None:
    def body(context: Context, log: Log) -> None:
        a, b = Channel(context, 0), Channel(context, 0)
        for number in range(2):
            spawn(context, lambda n=number: log(
                (n, select(context, [a, None, False, b, None, False], False))))
        context.sleep(1)
        send(context, a, "first")
        send(context, b, "second")
        context.sleep(1)

    assert run(body) == [(0, ("first", 0)), (1, ("second", 1))]


def test_select_on_closed_channels() -> None:
    def body(context: Context, log: Log) -> None:
        closed = Channel(context, 0)
        closed.close()
        log(select(context, [closed, None, False], False))
        log(message(select, context, [closed, 1, True], True))
        waiting = Channel(context, 0)
        task = spawn(context, lambda: log(message(
            select, context, [waiting, 1, True], False)))
        context.sleep(1)
        waiting.close()
        await_task(context, task)

    text = ("cannot send on a closed channel", "value")
    assert run(body) == [(None, 0), text, text]


def test_select_of_nothing() -> None:
    def body(context: Context, log: Log) -> None:
        log(select(context, [], True))
        log(message(select, context, [], False))

    assert run(body) == [(None, 0), ("deadlock: all tasks are waiting", "call")]


def test_loop_over_a_channel_ends_with_it() -> None:
    def body(context: Context, log: Log) -> None:
        channel = Channel(context, 0)

        def producer() -> None:
            for value in ("a", None, "b"):
                send(context, channel, value)
            channel.close()

        spawn(context, producer)
        log(list(iterate(channel)))
        other = Channel(context, 3)
        send(context, other, "x")
        send(context, other, "y")
        other.close()
        log(list(iterate_pairs(other)))

    assert run(body) == [["a", None, "b"], [(0, "x"), (1, "y")]]


def test_wrong_types() -> None:
    context = virtual()
    assert message(send, context, 1, 2) == (
        "send: argument 1 must be channel, not number", "type")
    assert message(receive, context, "x") == (
        "receive: argument 1 must be channel, not string", "type")
    assert message(select, context, [None, None, False], True) == (
        "select: argument 1 must be channel, not nil", "type")


def call(context: Context, name: str, *args: Any) -> Any:
    return context.builtin(name)(*args)


def test_builtins() -> None:
    def body(context: Context, log: Log) -> None:
        channel = call(context, "make_channel", 2.9)
        log(channel.capacity)
        log([call(context, "channel").capacity, call(context, "channel", None).capacity])
        log([call(context, "send", channel, 5), call(context, "try_receive", channel)])
        log(call(context, "try_receive", channel))
        log(call(context, "close", channel))
        log(call(context, "try_receive", channel))
        log(call(context, "receive", channel))
        log([type_name(channel), to_text([channel])])
        log(message(call, context, "make_channel", -1))
        log(message(call, context, "make_channel", "x"))
        log(message(call, context, "close", 3))
        log(message(call, context, "await_task", 3))

    assert run(body) == [
        2, [0, 0], [None, {"ok": True, "value": 5}], {"ok": False, "value": None}, None,
        {"ok": False, "value": None}, None, ["channel", "[<channel>]"],
        ("make_channel: the size cannot be negative", "value"),
        ("make_channel: argument 1 must be number, not string", "type"),
        ("close: argument 1 must be channel, not number", "type"),
        ("await_task: argument 1 must be task, not number", "type")]


def test_mutex_is_handed_to_who_waits_longest() -> None:
    def body(context: Context, log: Log) -> None:
        mutex = call(context, "mutex_create")
        log([type_name(mutex), to_text(mutex)])

        def child(number: int) -> None:
            call(context, "mutex_lock", mutex)
            log(f"in {number}")
            context.sleep(1)
            log(f"out {number}")
            call(context, "mutex_unlock", mutex)

        started = [spawn(context, child, number) for number in range(3)]
        for task in started:
            await_task(context, task)
        log(message(call, context, "mutex_unlock", mutex))

    assert run(body) == [
        ["mutex", "<mutex>"], "in 0", "out 0", "in 1", "out 1", "in 2", "out 2",
        ("cannot unlock a mutex that is not locked", "value")]


def test_wait_group() -> None:
    def body(context: Context, log: Log) -> None:
        group = call(context, "wait_group_create")
        log([type_name(group), to_text(group)])
        call(context, "wait_group_wait", group)

        def child(number: int) -> None:
            context.sleep(number)
            log(number)
            call(context, "wait_group_done", group)

        call(context, "wait_group_add", group, 3)
        for number in (3, 1, 2):
            spawn(context, child, number)
        call(context, "wait_group_wait", group)
        log("all")
        log(message(call, context, "wait_group_done", group))
        log(message(call, context, "wait_group_add", group, "1"))

    assert run(body) == [
        ["wait_group", "<wait_group>"], 1, 2, 3, "all",
        ("the counter of a wait group cannot be negative", "value"),
        ("wait_group_add: argument 2 must be number, not string", "type")]


def test_parallel_map() -> None:
    def body(context: Context, log: Log) -> None:
        upper = context.builtin("upper")
        log(call(context, "parallel_map", ["a", "b", "c"], upper))
        log(call(context, "parallel_map", [], upper))
        log(call(context, "parallel_map", ["a", "b"], upper, 1))
        log(message(call, context, "parallel_map", ["1", "x", "y"], context.builtin("int"))[1])
        log(message(call, context, "parallel_map", [1], 2))
        log(message(call, context, "parallel_map", [1], upper, 0))

    assert run(body) == [
        ["A", "B", "C"], [], ["A", "B"], "value",
        ("parallel_map: argument 2 must be function, not number", "type"),
        ("parallel_map: there must be at least 1 worker", "value")]


def test_who_deadlocked_is_out_of_all_queues_at_once() -> None:
    """The first task to throw must not end the waits of the others: they throw too."""
    def body(context: Context, log: Log) -> None:
        a, b, mutex = Channel(context, 0), Channel(context, 0), Mutex(context)
        group = WaitGroup(context)
        mutex.lock()
        group.add(1)
        tasks: list[Task] = []

        def first() -> None:
            log(message(receive, context, a)[0])
            mutex.unlock()
            group.add(-1)
            log(select(context, [a, "x", True, b, None, False], True))

        def other(wait: Callable[[], Any]) -> None:
            log(message(wait)[0])

        tasks.append(spawn(context, first))
        waits = [lambda: receive(context, a), lambda: send(context, b, 1), mutex.lock,
                 group.wait, lambda: await_task(context, tasks[0])]
        tasks += [spawn(context, other, wait) for wait in waits]
        context.sleep(1)
        log(message(receive, context, a)[0])
        log([mutex.locked, len(a.receivers), len(b.senders)])

    assert run(body) == [
        "deadlock: all tasks are waiting", (None, 2), *["deadlock: all tasks are waiting"] * 6,
        [False, 0, 0]]
