"""The scheduler at the level of its Python interface: turns, waits, deadlocks, ends."""

from __future__ import annotations

import _thread
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import start

from sentra.errors import Bug, Exit, SentraError, Thrown
from sentra.runtime import tasks
from sentra.runtime.channels import Channel, receive, send
from sentra.runtime.context import Context
from sentra.runtime.locks import Mutex, WaitGroup
from sentra.runtime.tasks import Native, Task, await_task, go, go_invoke, run_program
from sentra.runtime.throwing import caught

Body = Callable[[Context, Callable[[Any], None]], Any]


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = live_threads()
    yield
    deadline = time.monotonic() + 2
    while live_threads() > before and time.monotonic() < deadline:
        time.sleep(0.005)
    assert live_threads() <= before


def live_threads() -> int:
    return _thread._count()


def virtual() -> Context:
    """A context whose time passes only when every task sleeps."""
    now = [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    return Context(monotonic=lambda: now[0], wait=wait)


def spawn(context: Context, function: Callable[..., Any], *args: Any) -> Task:
    return go(context, Native(function), args)


def run(body: Body, context: Context | None = None) -> tuple[list[Any], Context]:
    """What a program logs."""
    context = context or virtual()
    output: list[Any] = []
    run_program(context, lambda: body(context, output.append))
    return output, context


def test_new_task_runs_when_its_creator_waits() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        task = spawn(context, lambda: log("task") or 7)
        log("before")
        log(await_task(context, task))

    assert run(body)[0] == ["before", "task", 7]


def test_task_that_nobody_waits_for_never_runs() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        spawn(context, lambda: log("never"))

    assert run(body)[0] == []


def test_ready_tasks_run_in_the_order_in_which_they_became_ready() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def child(name: str) -> None:
            log(name)
            if name == "a":
                spawn(context, child, "a1")
                context.sleep(0)
                log("a again")

        started = [spawn(context, child, name) for name in "abc"]
        for task in started:
            await_task(context, task)

    assert run(body)[0] == ["a", "b", "c", "a1", "a again"]


def test_sleepers_wake_in_order_of_deadline_then_of_sleeping() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def child(name: str, milliseconds: float) -> None:
            context.sleep(milliseconds)
            log(name)

        for name, delay in (("a", 30), ("b", 10), ("c", 20), ("d", 10), ("e", 0)):
            spawn(context, child, name, delay)
        context.sleep(100)
        log("main")

    assert run(body)[0] == ["e", "b", "d", "c", "a", "main"]


def test_sleeps_overlap_in_real_time() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        started = [spawn(context, context.sleep, 50) for _ in range(20)]
        for task in started:
            await_task(context, task)

    begin = time.monotonic()
    run(body, Context())
    assert 0.045 < time.monotonic() - begin < 0.5


def test_sleep_alone() -> None:
    context = Context()
    begin = time.monotonic()
    run_program(context, lambda: context.sleep(20))
    assert 0.015 < time.monotonic() - begin < 0.5


def test_blocking_operations_overlap_and_results_come_back() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def child(number: int) -> int:
            return context.blocking(lambda: time.sleep(0.05) or number)

        started = [spawn(context, child, number) for number in range(8)]
        busy = spawn(context, lambda: log("others run meanwhile"))
        await_task(context, busy)
        log([await_task(context, task) for task in started])

    begin = time.monotonic()
    output, _ = run(body, Context())
    assert output == ["others run meanwhile", list(range(8))]
    assert time.monotonic() - begin < 0.3


def test_blocking_operation_raises_in_its_task() -> None:
    def fail() -> None:
        raise SentraError("no such file", "io")

    def body(context: Context, log: Callable[[Any], None]) -> None:
        task = spawn(context, lambda: context.blocking(fail))
        other = spawn(context, context.sleep, 1)
        with pytest.raises(Thrown) as info:
            await_task(context, task)
        assert info.value.value.message == "no such file"
        await_task(context, other)

    run(body, Context())


def test_sleepers_wake_while_another_task_blocks() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def child() -> None:
            context.sleep(10)
            log("slept")

        spawn(context, child)
        context.blocking(lambda: time.sleep(0.06))
        log("done")

    assert run(body, Context())[0] == ["slept", "done"]


def test_blocking_is_no_deadlock() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        channel = Channel(context, 0)

        def child() -> None:
            context.blocking(lambda: time.sleep(0.02))
            send(context, channel, "late")

        spawn(context, child)
        log(receive(context, channel))

    assert run(body, Context())[0] == ["late"]


def test_error_is_rethrown_as_the_same_value() -> None:
    error = SentraError("boom")

    def fail() -> None:
        raise error

    def body(context: Context, log: Callable[[Any], None]) -> None:
        task = spawn(context, fail)
        for _ in range(2):
            try:
                await_task(context, task)
            except Thrown as exception:
                log(caught(exception) is error)

    output, context = run(body)
    assert output == [True, True]
    assert context.task_errors == []


def test_errors_that_nobody_awaited_are_reported_in_their_order() -> None:
    def fail(value: Any) -> None:
        raise value

    def body(context: Context, log: Callable[[Any], None]) -> None:
        spawn(context, fail, SentraError("one"))
        awaited = spawn(context, fail, SentraError("two"))
        spawn(context, fail, Thrown(3))
        context.sleep(1)
        with pytest.raises(Thrown):
            await_task(context, awaited)

    _, context = run(body)
    assert [getattr(error, "message", None) or error.value for error in context.task_errors] == [
        "one", 3]


def test_stack_overflow_of_a_task_is_its_error() -> None:
    def endless() -> None:
        endless()

    def body(context: Context, log: Callable[[Any], None]) -> None:
        try:
            await_task(context, spawn(context, endless))
        except Thrown as exception:
            error = caught(exception)
            log((error.message, error.kind))

    assert run(body)[0] == [("stack overflow", "overflow")]


@pytest.mark.parametrize("stop", [Exit(3), KeyboardInterrupt(), Bug(ValueError("ours"))])
def test_what_no_program_catches_ends_the_program_from_any_task(stop: BaseException) -> None:
    reached = []

    def fail() -> None:
        raise stop

    def body(context: Context, log: Callable[[Any], None]) -> None:
        channel = Channel(context, 0)
        spawn(context, lambda: receive(context, channel))
        spawn(context, fail)
        try:
            receive(context, channel)
        except Exception:
            reached.append("guest code saw it")

    with pytest.raises(type(stop)) as caught:
        run(body)
    assert caught.value is stop
    assert not reached


def test_bug_in_a_task_is_no_error_of_the_program() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        await_task(context, spawn(context, lambda: {}["missing"]))

    with pytest.raises(Bug):
        run(body)


def test_end_of_main_stops_everyone_and_runs_pythons_own_finally() -> None:
    unwound = []

    def body(context: Context, log: Callable[[Any], None]) -> None:
        channel = Channel(context, 0)
        mutex = Mutex(context)
        mutex.lock()

        def child(wait: Callable[[], Any]) -> None:
            try:
                wait()
            except Exception:
                log("never: it cannot be caught")
            finally:
                unwound.append(1)

        for wait in (lambda: receive(context, channel), mutex.lock, lambda: context.sleep(1e6),
                     lambda: context.blocking(lambda: time.sleep(0.2))):
            spawn(context, child, wait)
        context.sleep(1)
        log("end")

    begin = time.monotonic()
    assert run(body, Context())[0] == ["end"]
    assert len(unwound) == 4
    assert time.monotonic() - begin < 0.15


def test_error_of_main_stops_everyone() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        spawn(context, context.sleep, 1e6)
        context.sleep(0)
        raise SentraError("main failed")

    with pytest.raises(SentraError, match="main failed"):
        run(body)


def test_deadlock_throws_in_the_order_of_waiting() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        channel = Channel(context, 0)
        mutex = Mutex(context)
        group = WaitGroup(context)
        mutex.lock()
        group.add(1)

        def child(name: str, wait: Callable[[], Any]) -> None:
            try:
                wait()
            except SentraError as error:
                log((name, error.message, error.kind))

        started = [
            spawn(context, child, "receive", lambda: receive(context, channel)),
            spawn(context, child, "lock", mutex.lock),
            spawn(context, child, "group", group.wait),
            spawn(context, child, "send", lambda: send(context, Channel(context, 0), 1)),
        ]
        started.append(spawn(context, child, "await", lambda: await_task(context, started[-1])))
        context.sleep(1)
        try:
            receive(context, channel)
        except SentraError:
            log("main")
        log([len(channel.receivers), len(mutex.queue), len(group.queue)])

    text = "deadlock: all tasks are waiting"
    names = ["receive", "lock", "group", "send", "await"]
    assert run(body)[0] == [
        *[(name, text, "call") for name in names], "main", [0, 0, 0]]


def test_main_alone_can_deadlock_and_go_on() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        for _ in range(3):
            with pytest.raises(SentraError, match="deadlock"):
                receive(context, Channel(context, 0))
        log("alive")

    assert run(body)[0] == ["alive"]


def test_task_can_await_itself_only_in_vain() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        holder: list[Task] = []
        holder.append(spawn(context, lambda: await_task(context, holder[0])))
        with pytest.raises(SentraError, match="deadlock"):
            await_task(context, holder[0])

    run(body)


def test_current_task() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def child() -> None:
            log(context.task.number)
            context.sleep(1)
            log(context.task.number)

        log(context.task.number)
        first, second = spawn(context, child), spawn(context, child)
        await_task(context, first)
        log(context.task.number)
        await_task(context, second)

    assert run(body)[0] == [0, 1, 2, 1, 2, 0]


def test_ten_thousand_tasks_that_end_share_few_threads() -> None:
    idents = set()

    def body(context: Context, log: Callable[[Any], None]) -> None:
        started = [spawn(context, lambda: idents.add(threading.get_ident()))
                   for _ in range(10_000)]
        for task in started:
            await_task(context, task)

    run(body)
    assert len(idents) < 5


def test_ten_thousand_tasks_that_wait_together() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        gate = Channel(context, 0)
        results = Channel(context, 10_000)

        def child(number: int) -> None:
            receive(context, gate)
            send(context, results, number)

        started = [spawn(context, child, number) for number in range(10_000)]
        context.sleep(0)
        gate.close()
        for task in started:
            await_task(context, task)
        log(sum(results.buffer))

    assert run(body)[0] == [sum(range(10_000))]


def test_too_many_tasks() -> None:
    context = virtual()
    context.max_tasks = 3

    def body(context: Context, log: Callable[[Any], None]) -> None:
        for _ in range(3):
            spawn(context, lambda: None)
        with pytest.raises(SentraError, match="too many tasks"):
            spawn(context, lambda: None)
        context.sleep(1)
        spawn(context, lambda: None)

    run(body, context)


def test_task_for_which_there_is_no_thread_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from sentra.runtime import scheduler

    def refuse(*args: Any) -> int:
        raise RuntimeError("can't start new thread")

    def body(context: Context, log: Callable[[Any], None]) -> None:
        monkeypatch.setattr(scheduler, "start_new_thread", refuse)
        started = [spawn(context, lambda: None) for _ in range(2)]
        for task in started:
            try:
                await_task(context, task)
            except Thrown as exception:
                error = caught(exception)
                log((error.message, error.kind))
        log(context.blocking(lambda: "in place"))

    assert run(body)[0] == [("too many tasks", "overflow")] * 2 + ["in place"]


def test_cancel_wakes_who_sleeps_and_interrupts_who_runs() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        def endless() -> None:
            while True:
                pass

        spawn(context, endless)
        threading.Timer(0.05, lambda: context.scheduler.cancel(Exit(9))).start()
        context.sleep(1e6)

    with pytest.raises(Exit):
        run(body, Context())

    def sleeper(context: Context, log: Callable[[Any], None]) -> None:
        threading.Timer(0.05, lambda: context.scheduler.cancel(Exit(8))).start()
        context.sleep(1e6)

    with pytest.raises(Exit):
        run(sleeper, Context())


def test_keyboard_interrupt_while_another_task_runs() -> None:
    import signal

    main = threading.get_ident()

    def body(context: Context, log: Callable[[Any], None]) -> None:
        def endless() -> None:
            while True:
                pass

        spawn(context, endless)
        threading.Timer(0.05, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
        context.sleep(1e6)

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        run(body, Context())


def test_a_context_can_run_again_after_its_tasks_ended() -> None:
    context = virtual()
    for _ in range(3):
        output, _ = run(lambda context, log: log(
            await_task(context, spawn(context, lambda: 5))), context)
        assert output == [5]
        assert context.scheduler_if_any is None


def test_methods_are_resolved_at_once_where_the_receiver_holds_them() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        push = context.builtin("push")
        holder = {"f": push}
        target: list[Any] = []
        task = go_invoke(context, holder, "f", [target, 1])
        holder["f"] = None
        log(await_task(context, task))
        log(list(target))
        task = go_invoke(context, target, "push", [2])
        log(await_task(context, task))
        task = go_invoke(context, target, "nothing", [])
        try:
            await_task(context, task)
        except Thrown as exception:
            log(caught(exception).message)

    assert run(body)[0] == [1, [1], 2, 'array has no method "nothing"']


def test_calling_what_is_no_function_fails_in_the_task() -> None:
    def body(context: Context, log: Callable[[Any], None]) -> None:
        try:
            await_task(context, go(context, 5, []))
        except Thrown as exception:
            log(caught(exception).message)

    assert run(body)[0] == ["cannot call number"]


def test_tasks_are_compared_by_identity_and_are_no_keys() -> None:
    task = tasks.Task(1)
    assert task == task
    assert task != tasks.Task(1)
    with pytest.raises(TypeError):
        hash(task)


def test_command_ends_while_a_task_waits_for_input(tmp_path: Path) -> None:
    """Python's own stream of standard input would end the process with a fatal error."""
    process = start(tmp_path, "-c", 'go fn() { log("read", input()) }()\nsleep(20)\nlog("end")',
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.wait(20) == 0
    assert (process.stdout.read(), process.stderr.read()) == (b"end\n", b"")
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_command_runs_tasks_while_one_waits_for_input(tmp_path: Path) -> None:
    process = start(
        tmp_path, "-c", 'let t = go fn() { return input() }()\n'
        'go fn() { sleep(10) log("meanwhile") }()\nlog("got", await_task(t), input())',
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    time.sleep(2)
    out, _ = process.communicate(b"one\r\ntwo", timeout=20)
    assert out == b"meanwhile\ngot one two\n"


def test_a_second_interrupt_of_a_task_does_not_keep_it_from_handing_on(monkeypatch):
    """It may be on its way while the first unwinds: the end of the program waits for that task."""
    import ctypes
    from _thread import get_ident

    from sentra import Engine, Limits
    from sentra.runtime.interrupts import send
    from sentra.runtime.scheduler import Scheduler
    from sentra.runtime.tasks import TaskStop

    stop = ctypes.py_object(TaskStop)

    def interrupted(self, worker):
        self._interrupts = True
        # One operation of CPython: the first call sends, the second raises.
        list(map(send, [get_ident(), "no thread"], [stop, stop]))

    monkeypatch.setattr(Scheduler, "_run", interrupted)
    program = Engine(limits=Limits.none()).compile(
        "let c = make_channel()\ngo fn() { }()\nc.receive()")
    with pytest.raises(ctypes.ArgumentError):  # of this test, so it is no bug of ours
        program.run()
