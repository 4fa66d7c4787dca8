"""Calls one after the other: what one leaves behind must not meet the next, however it ended."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from sentra import Engine, InternalError, LimitExceeded, Limits, SentraError
from sentra.embedding.deadline import Guard, TimeStop, guarded
from sentra.embedding.waiting import Turn
from sentra.errors import LimitStop
from sentra.runtime.context import ClosedEntrance, Context, Entrance
from sentra.runtime.limits import here, sizes
from sentra.runtime.tasks import TaskStop
from tests.outcomes import ours

MODES = ["interp", "closure", "tree", "auto"]

SOURCE = """
let n = 0
fn count() { n = n + down(1)
    return n }
fn small(x) => x + 1
fn spin() { while true { } }
fn loop(k) { let i = 0
    while i < k { i = i + 1 }
    return i }
fn down(k) { return k == 0 ? 0 : 1 + down(k - 1) }
fn bad() { throw error("no") }
fn host(f) => f()
fn leave() { exit(3) }
fn big() => repeat("ab", 600)
fn later() { sleep(1)
    return 1 }
fn background() { go fn() { while true { sleep(1) } }()
    sleep(1)
    return 2 }
fn doomed() { let c = make_channel()
    go fn() { raises() }()
    c.receive() }
"""


def raises():
    raise KeyboardInterrupt


def check_usable(run):
    """It is as if there had been no call: nobody has the run, and the next call works."""
    thread = here.thread
    assert (thread.runs, sizes().string) == (0, 1 << 28)
    assert run._turn.owner is None
    assert not run._turn.waiting
    assert (run.context.guard, run._guard.watch.guard) == (None, None)
    assert type(run.context.entrance) is Entrance
    assert run.call("loop", 900) == 900
    assert run.steps == 901 or not run.limits.metered
    before = run["n"]
    assert run.call("count") == before + 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [
    Limits(steps=1000, time=5.0, string=1000, memory=1 << 30, host_calls=3), Limits(time=0.5)],
    ids=["metered", "time"])
def test_a_run_is_usable_after_every_end_of_a_call(mode, limits, monkeypatch):
    run = Engine(mode=mode, limits=limits).compile(SOURCE).run(raises=raises)
    run["small"](1)  # it has an entry, where there are any
    check_usable(run)
    ends = [("bad", (), SentraError), ("down", (10**6,), (LimitExceeded, SentraError)),
            ("leave", (), Exception), ("host", (raises,), KeyboardInterrupt),
            ("count", (1, 2), SentraError), ("later", (), None), ("background", (), None),
            ("doomed", (), KeyboardInterrupt), ("host", (sys.exit,), SystemExit),
            ("host", (lambda: run.call("bad"),), SentraError),
            ("host", (lambda: run.call("count"),), None)]
    if limits.metered:
        ends += [("spin", (), LimitExceeded), ("big", (), SentraError)]
    for name, args, error in ends:
        if error is None:
            run.call(name, *args)
        else:
            with pytest.raises(error) as caught:
                run.call(name, *args)
            assert caught.value.__context__ is None
        check_usable(run)
    monkeypatch.setattr("sentra.embedding.run.Run.to_python", lambda self, value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run["host"](lambda: [1])
    monkeypatch.undo()
    check_usable(run)


@pytest.mark.parametrize("mode", MODES)
def test_a_bug_of_ours_leaves_the_run_usable(mode, monkeypatch):
    from sentra.runtime.builtins import declaration

    with monkeypatch.context() as patched:
        patched.setattr(declaration("lower"), "function", ours("lambda value: {}['bug']"))
        run = Engine(mode=mode, limits=Limits(steps=1000)).compile(
            SOURCE + "fn wrong() { let g = lower\n return g(1) }").run()
        with pytest.raises(InternalError) as caught:
            run.call("wrong")
        assert caught.value.__context__ is None
        assert type(caught.value.__cause__) is KeyError
    check_usable(run)


@pytest.mark.parametrize("mode", MODES)
def test_where_the_hosts_stack_ends(mode):
    """The call may fail anywhere on its way in; what it had done by then is undone."""
    run = Engine(mode=mode, limits=Limits(steps=1000, time=5.0)).compile(SOURCE).run()
    count = run["count"]
    run["small"](1)
    ends = []

    def deep(left):
        if left:
            deep(left - 1)
        else:
            try:
                count()
                ends.append("done")
            except (RecursionError, SentraError) as error:
                ends.append(type(error).__name__)

    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    for room in range(60):
        try:
            deep(sys.getrecursionlimit() - depth - room)
        except RecursionError:  # there was none for the call itself
            pass
        check_usable(run)
    assert "done" in ends
    assert set(ends) - {"done"}


def test_a_guard_that_nobody_saw_serves_again():
    run = Engine(mode="closure", limits=Limits(time=50.0)).compile(SOURCE).run()
    run.call("count")
    guard = run._guard
    run.call("count")
    assert run._guard is guard
    assert not guard.shared
    with pytest.raises(LimitExceeded):
        run.call("host", run.cancel)
    run.call("count")
    assert run._guard is not guard


def test_what_the_timer_decided_about_a_call_is_not_for_the_next():
    """It is between two steps of its work while one call ends and another begins."""
    run = Engine(mode="closure", limits=Limits(time=50.0)).compile(SOURCE).run()
    run.call("count")
    stale = run._guard
    seen = []

    def late(limit="time"):
        """The timer goes on with what it began when `stale` guarded a call."""
        stale.fire(limit, "too late")
        seen.append(run._guard is stale)
        return 1

    def look():
        return run["host"](lambda: stale.check(time.monotonic()) and 1)

    assert look() == 1  # in a call of `stale`: from now on it is shared
    assert stale.shared
    assert run["host"](late) == 1
    assert seen == [False]
    stale.armed = True  # as a task's thread may do that outlives its call
    assert run["host"](late) == 1
    assert run.call("loop", 1000) == 1000
    assert stale.check(time.monotonic() + 100) is None


def test_a_look_between_two_calls_decides_nothing():
    context = Context()
    guard = Guard(context, 0.01)
    assert guarded(guard, lambda: 1) == 1
    assert guard.check(time.monotonic() + 1) is None  # its time was up, had it gone on
    assert guard.stop is None
    assert guard.shared
    assert guard.another().shared is False
    # A call that had found it unshared just before: what is seen now is of this call.
    found = guarded(guard, lambda: guard.check(time.monotonic()))
    assert found is not None


def test_a_stop_before_the_call_is_armed_stops_it():
    """The timer, or `cancel`, saw the call when it had begun and was not armed yet."""
    guard = Guard(Context(), 5.0)
    begin = Guard.begin

    class Early(Guard):
        __slots__ = ()

        def begin(self):
            begin(self)
            self.fire("time", "time limit reached")

    early = Early(Context(), 5.0)
    with pytest.raises(LimitStop, match="time limit"):
        guarded(early, lambda: pytest.fail("it ran"))
    assert early.watch.guard is None
    assert guarded(guard, lambda: 5) == 5


def test_a_stop_at_the_very_end_of_a_call():
    """The exception is sent, and arrives between `armed = False` and the end, or is taken back."""
    for steps in range(60):
        guard = Guard(Context(), 5.0)
        start, done = threading.Event(), threading.Event()

        def fire(guard=guard, start=start, done=done):
            start.wait()
            guard.fire("time", "time limit reached")
            done.set()

        thread = threading.Thread(target=fire)
        thread.start()

        def work(steps=steps, start=start):
            start.set()
            for _ in range(steps * 100):
                pass
            return steps

        try:
            assert guarded(guard, work) == steps
        except LimitStop:
            pass
        except TimeStop:
            pytest.fail("it came outside")
        done.wait()
        thread.join()
        for _ in range(50):  # nothing may arrive here
            pass


def cancel_soon(run):
    """Cancel the next call when it goes on."""
    while run.context.guard is None or not run.context.guard.armed:
        time.sleep(0.001)
    time.sleep(0.02)
    run.cancel()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [Limits.none(), Limits(steps=10**9), Limits(time=60.0)],
                         ids=["none", "steps", "time"])
def test_cancel_between_calls_does_nothing_and_in_a_call_stops_it(mode, limits):
    run = Engine(mode=mode, limits=limits).compile(SOURCE).run()
    for _ in range(3):
        run.cancel()
        assert run.call("loop", 5000) == 5000
        thread = threading.Thread(target=cancel_soon, args=(run,))
        thread.start()
        with pytest.raises(LimitExceeded) as caught:
            run.call("spin")
        thread.join()
        assert caught.value.limit == "cancelled"
        assert run.call("loop", 5000) == 5000
        with pytest.raises(LimitExceeded) as caught:  # in code of the host: when that returns
            run.call("host", run.cancel)
        assert caught.value.limit == "cancelled"
        assert run.call("loop", 5000) == 5000
        assert run.context.cancelled is False


@pytest.mark.parametrize("limits", [Limits(steps=10**6), Limits.none()], ids=["steps", "none"])
def test_cancel_from_another_thread_meets_one_call_at_most(limits):
    run = Engine(mode="closure", limits=limits).compile(SOURCE).run()
    sent, stopped = [], []
    running = True

    def cancel():
        while running:
            sent.append(1)
            run.cancel()
            time.sleep(0.0005)

    thread = threading.Thread(target=cancel)
    thread.start()
    end = time.monotonic() + 0.5
    try:
        while time.monotonic() < end:
            try:
                assert run.call("loop", 200) == 200
            except LimitExceeded as error:
                stopped.append(error.limit)
            sum(range(50))  # nothing may arrive here
    finally:
        running = False
        thread.join()
    assert len(stopped) <= len(sent)
    assert set(stopped) <= {"cancelled"}
    assert run.call("loop", 5000) == 5000


def test_the_entrance_is_closed_while_a_call_goes_on():
    """Also where the host got its first function with an entry in the midst of one."""
    run = Engine(mode="closure").compile(SOURCE).run()
    seen = []

    def back():
        small = run["small"]
        seen.append(type(run.context.entrance))
        assert small(1) == 2
        return run.steps

    assert run.call("host", back) == 2
    assert seen == [ClosedEntrance]
    assert type(run.context.entrance) is Entrance
    assert run["small"](1) == 2
    assert run.steps == 1
    assert run.call("loop", 3) == 3
    assert run.steps == 4


def test_a_small_budget_with_a_small_depth():
    """Neither bound on the first grant may lift the other."""
    context = Context()
    context.max_depth = 3
    assert context.first_grant(5) == 5
    assert context.first_grant(5, halved=True) == 2
    assert context.first_grant(None) == 16
    run = Engine(mode="closure", limits=Limits(steps=5, depth=3)).compile(SOURCE).run()
    with pytest.raises(LimitExceeded, match="step limit of 5"):
        run.call("loop", 5)
    assert run.call("loop", 4) == 4


def test_the_hook_at_half_may_change_between_calls():
    seen = []
    engine = Engine(mode="closure", limits=Limits(steps=100))
    run = engine.compile(SOURCE).run()
    run.call("loop", 80)
    engine.on_half = lambda run: seen.append(run.steps)
    run.call("loop", 10)
    run.call("loop", 80)
    engine.on_half = None
    run.call("loop", 80)
    assert seen == [50]


def test_whose_turn_it_is():
    """It goes to who has waited longest, and who gives up waiting is passed over."""
    turn = Turn()
    mine = here.thread
    assert turn.take(mine)
    assert turn.take(mine)
    got = []
    patient = {"first": 30.0, "second": 0.01, "third": 30.0}

    def wait(name):
        if turn.acquire(timeout=patient[name]):
            got.append(name)
            turn.leave()
        else:
            got.append(f"not {name}")

    threads = []
    for name in patient:
        threads.append(threading.Thread(target=wait, args=(name,)))
        threads[-1].start()
        while len(turn.waiting) < len(threads) and f"not {name}" not in got:
            time.sleep(0.001)
        if name == "second":
            threads[-1].join()
            threads.pop()
    assert got == ["not second"]
    turn.leave()
    for thread in threads:
        thread.join(30)
    assert got == ["not second", "first", "third"]
    assert turn.owner is None
    assert turn.acquire(blocking=False)
    turn.leave()
    assert turn.owner is None


def test_one_call_at_a_time():
    """Many threads, each in a hurry: no two calls overlap, and all get their turn."""
    run = Engine(mode="closure", limits=Limits(time=60.0)).compile("""
        let inside = 0
        let worst = 0
        let n = 0
        fn work() { inside = inside + 1
            if inside > worst { worst = inside }
            for i in range(20) { }
            n = n + 1
            inside = inside - 1 }""").run()
    work = run["work"]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=lambda: [work() for _ in range(500)])
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert (run["worst"], run["n"], run["inside"]) == (1, 2000, 0)
    assert run._turn.owner is None


def test_a_stop_of_tasks_is_that_of_the_limit():
    """Whoever raises it, in a call whose time is up: the host hears of the limit."""
    run = Engine(mode="closure", limits=Limits(time=5.0)).compile("fn f(g) { return g() }").run()

    def stopped():
        run._guard.shared, run._guard.stop = True, ("time", "time limit reached")
        raise TaskStop

    with pytest.raises(LimitExceeded, match="time limit"):
        run.enter(stopped)
    assert run.call("f", lambda: 1) == 1
