"""The switch interval near deadlines: shorter then, and the host's own again afterwards."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from sentra import Engine, LimitExceeded, Limits
from sentra.embedding.pace import SHORT, Pace

HOSTS = 0.004  # seconds


@pytest.fixture
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(HOSTS)
    yield
    sys.setswitchinterval(before)


def set_to(seconds: float) -> bool:
    return abs(sys.getswitchinterval() - seconds) < 1e-6


def becomes(seconds: float) -> bool:
    """Whether it is set to that within 5 s."""
    until = time.monotonic() + 5
    while not set_to(seconds) and time.monotonic() < until:
        time.sleep(0.005)
    return set_to(seconds)


def test_it_is_short_until_the_last_deadline_has_passed(interval: None) -> None:
    pace = Pace()
    pace.quicken(10.0)
    pace.quicken(8.0)
    assert set_to(SHORT)
    assert pace.next() == 10.0
    pace.relax(9.0)
    assert set_to(SHORT)
    pace.relax(10.0)
    assert set_to(HOSTS)
    assert pace.next() is None


def test_what_the_host_sets_meanwhile_stays(interval: None) -> None:
    pace = Pace()
    pace.quicken(10.0)
    sys.setswitchinterval(0.002)
    pace.relax(10.0)
    assert set_to(0.002)


def test_a_shorter_one_of_the_host_stays(interval: None) -> None:
    sys.setswitchinterval(SHORT / 2)
    pace = Pace()
    pace.quicken(10.0)
    assert set_to(SHORT / 2)
    pace.relax(10.0)
    assert set_to(SHORT / 2)


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_a_program_near_its_limit_runs_with_it(interval: None, mode: str) -> None:
    seen: list[float] = []
    engine = Engine(mode=mode, limits=Limits(time=0.05))
    engine.function(lambda: seen.append(sys.getswitchinterval()), name="look")
    program = engine.compile("look()\nwhile true { }")
    with pytest.raises(LimitExceeded, match="time limit"):
        program.run()
    assert seen == [pytest.approx(SHORT)]
    assert becomes(HOSTS)


def test_a_distant_limit_leaves_it_alone(interval: None) -> None:
    seen: list[float] = []
    engine = Engine(limits=Limits(time=60))
    engine.function(lambda: seen.append(sys.getswitchinterval()), name="look")
    engine.compile("look()").run()
    assert seen == [pytest.approx(HOSTS)]


def test_a_limit_comes_near_while_the_program_runs(interval: None) -> None:
    seen: list[float] = []
    engine = Engine(limits=Limits(time=0.4))
    engine.function(lambda: seen.append(sys.getswitchinterval()), name="look")
    program = engine.compile("while true { look() }")
    with pytest.raises(LimitExceeded, match="time limit"):
        program.run()
    assert seen[0] == pytest.approx(HOSTS)
    assert seen[-1] == pytest.approx(SHORT)
    assert becomes(HOSTS)


def test_a_call_that_ends_early_leaves_nothing(interval: None) -> None:
    program = Engine(limits=Limits(time=0.05)).compile("1 + 1")
    threads = [threading.Thread(target=program.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert becomes(HOSTS)
