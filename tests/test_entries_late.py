"""Entries are made when a host asks for a function; what is stored has them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, SentraError
from sentra.codegen import late
from sentra.codegen.late import KEPT, LateEntries
from sentra.runtime.names import is_entry

SOURCE = """
let n = 0
fn area(w, h) { return double(w) * h }
fn double(x) { return x * 2 }
fn count(k = 1) { n = n + k
    return n }
fn adder(k) { return fn(x) => x + k }
fn hand(f) { return f(fn(x) => x * 3) }
"""
LIMITS = [Limits.none(), Limits.default()]


def entries_of(run: Any) -> set[str]:
    return {name for name in run.namespace if name.startswith("_entry_")}


@pytest.mark.parametrize("limits", LIMITS)
def test_they_are_made_for_what_is_asked_for(limits):
    run = Engine(mode="closure", limits=limits).compile(SOURCE).run()
    assert entries_of(run) == set()
    assert run["double"](2) == 4
    assert entries_of(run) == {"_entry_double0"}
    assert [run["area"](2, 3), run["count"](), run["adder"](2)(3)] == [12, 1, 5]
    assert all(is_entry(run[name].__code__) for name in ("double", "area", "count"))
    assert is_entry(run["adder"](5).__code__)


@pytest.mark.parametrize("limits", LIMITS)
def test_they_are_the_same_when_the_module_has_to_be_typed_again(limits):
    programs = [Engine(mode="closure", limits=limits).compile(SOURCE) for _ in range(2)]
    codes = []
    for program, others in zip(programs, (0, KEPT + 1), strict=True):
        run = program.run()
        for _ in range(others):
            Engine(mode="closure", limits=limits).run(SOURCE)
        kept = any(run.namespace["_late"] is each for each in late._recent)
        assert kept is (others == 0)
        codes.append([run[name].__code__.co_code for name in ("area", "double", "count")])
        codes[-1].append(run["adder"](1).__code__.co_code)
        assert [run["area"](2, 3), run["count"](5), run["adder"](2)(3)] == [12, 5, 5]
    assert codes[0] == codes[1]
    assert len(late._recent) <= KEPT


def test_runs_of_one_program_share_them():
    program = Engine(mode="closure").compile(SOURCE)
    one, two = program.run(), program.run()
    assert [one["count"](), one["count"](), two["count"]()] == [1, 2, 1]
    assert one.namespace["_late"] is two.namespace["_late"]
    assert (one.namespace["_entry_count0"].__code__ is two.namespace["_entry_count0"].__code__)


def test_a_stored_program_has_its_entries(tmp_path):
    for _ in range(2):
        cache = sentra.Cache(tmp_path)
        run = cache.compile(SOURCE).run()
        assert "_entry_area0" in entries_of(run)
        assert run["area"](2, 3) == 12
        assert is_entry(run["adder"](2).__code__)


@pytest.mark.parametrize("limits", [Limits.none(), Limits.default(time=5.0)])
def test_a_function_that_the_program_hands_on_has_one(limits):
    kept = []
    run = Engine(mode="closure", limits=limits).compile(SOURCE).run()

    def take(function: Any) -> Any:
        kept.append(function)
        return function(2)

    assert run["hand"](take) == 6
    assert is_entry(kept[0].__code__)
    assert kept[0](5) == 15


def test_the_compiler_is_not_interrupted_by_a_limit(monkeypatch):
    """Time stands still meanwhile; the module would be left half changed."""
    put = LateEntries.put

    def slow(self: Any, *args: Any) -> None:
        put(self, *args)
        threading.Event().wait(0.3)

    monkeypatch.setattr(LateEntries, "put", slow)
    run = Engine(mode="closure", limits=Limits(time=0.15)).compile(
        SOURCE + "fn spin(f) { f(fn(x) => x)\n while true { } }").run()
    assert run.call("hand", lambda f: f(4)) == 12
    with pytest.raises(LimitExceeded, match="time limit"):
        run.call("spin", lambda f: None)


def test_what_interrupts_it_leaves_nothing_half_done(monkeypatch):
    run = Engine(mode="closure").compile(SOURCE).run()
    entry = late.entry

    def interrupted(*args: Any) -> Any:
        entry(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(late, "entry", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run["area"]
    monkeypatch.undo()
    assert run.namespace["_late"]._arranged is None
    assert run["area"](2, 3) == 12
    assert is_entry(run["area"].__code__)


def test_without_room_on_the_stack_there_is_none():
    run = Engine(mode="closure", limits=Limits.none()).compile(SOURCE).run()

    def deep(k: int) -> Any:
        try:
            return deep(k + 1)
        except RecursionError:
            return None

    def near_the_end(left: int) -> Any:
        return near_the_end(left - 1) if left else run["area"]

    deep(0)
    for left in range(900, 990, 5):
        try:
            found = near_the_end(left)
        except (RecursionError, SentraError):
            continue
        try:
            assert found(2, 3) == 12
        except (RecursionError, SentraError):
            pass
    assert run["area"](2, 3) == 12


def test_threads_may_ask_at_once():
    source = "\n".join([f"fn f{k}(x) {{ return x + {k} }}" for k in range(30)])
    run = Engine(mode="closure").compile(source).run()
    wrong = []

    def ask(start: int) -> None:
        for k in range(30):
            name = f"f{(k + start) % 30}"
            if run[name](1) != 1 + (k + start) % 30 or not is_entry(run[name].__code__):
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(start,)) for start in (0, 7, 15, 29)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
