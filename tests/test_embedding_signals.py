"""What a host's handlers of signals raise in the midst of calls: it reaches the host, and leaves
runs as they were.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from typing import Any

import pytest

from sentra import Engine, LimitExceeded, Limits
from sentra.runtime.names import is_entry

BUILDS = [Limits.none(), Limits.default()]
SOURCE = """
fn tag(e, x) { e.n = e.n + 1
    e.s = str(x)
    return e.n }
fn loop_(n) { let t = 0
    for i in range(n) { t = t + i * i }
    return t }
fn plus(a, b) { return str(a) + str(b) }
fn sorted_(a) { return sort(a) }
fn spin() { while true { } }
"""


class Timeout(Exception):
    """What a host raises when it has waited long enough."""


@pytest.fixture
def alarm():
    def handler(number: int, frame: Any) -> None:
        raise Timeout("host")

    before = signal.signal(signal.SIGALRM, handler)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def call_for(seconds: float, function: Any, args: tuple[Any, ...]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        function(*args)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
@pytest.mark.parametrize("limits", BUILDS)
@pytest.mark.parametrize("mode", ["interp", "closure"])
@pytest.mark.parametrize(("name", "args"), [("tag", ({"n": 0}, 3)), ("loop_", (900,)),
                                            ("plus", (1, 2)), ("sorted_", ([2, 1],))])
def test_what_a_handler_raises_reaches_the_host(alarm, limits, mode, name, args):
    run = Engine(mode=mode, limits=limits).compile(SOURCE).run()
    function = run[name]
    assert is_entry(function.__code__) is (mode == "closure" and name != "sorted_")
    for _ in range(6):
        signal.setitimer(signal.ITIMER_REAL, 0.004)
        with pytest.raises(Timeout, match="host"):
            call_for(5, function, args)
        assert run._turn.owner is None
        assert not run._guard.watch.busy()


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_ctrl_c_at_any_call_leaves_nothing_behind(mode):
    """A run whose turn nobody leaves is locked, and has no limits for who holds it; a call that the
    timer sees for ever keeps it awake.
    """
    run = Engine(mode=mode, limits=Limits(time=0.2)).compile(SOURCE).run()
    function = run["sorted_"]
    place, reached = 0, True
    while reached:
        place, reached, seen = place + 1, False, 0

        def profile(frame: Any, event: str, argument: Any, place: int = place) -> None:
            nonlocal seen, reached
            if event == "call":
                seen += 1
                if seen == place:
                    sys.setprofile(None)
                    reached = True
                    raise KeyboardInterrupt

        try:
            sys.setprofile(profile)
            function([2, 1])
        except KeyboardInterrupt:
            pass
        finally:
            sys.setprofile(None)
        assert run._turn.owner is None, place
        assert not run._guard.watch.busy(), place
    assert place > 10
    with pytest.raises(LimitExceeded):
        run["spin"]()


def test_threads_that_make_a_function_hot_compile_it_once():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(25):
            function = Engine(limits=Limits(time=10)).compile(
                "fn f(x) { if x > 2 { return x + 1 }\n return (x - 1) * (x + 1) }").run()["f"]
            start, results = threading.Barrier(3), []

            def work(function=function, start=start, results=results):
                start.wait()
                results.extend([function(3) for _ in range(60)])

            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert results == [4] * 180
            assert is_entry(function.__code__)
    finally:
        sys.setswitchinterval(interval)
