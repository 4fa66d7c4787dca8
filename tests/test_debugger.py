"""The debugger as a host uses it: breakpoints and steps; on both debug builds."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from debugged import MODES, PROGRAM, at_start, stops

import sentra


# --- breakpoints ----------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_breakpoint_at_a_line(mode):
    seen, done = stops(PROGRAM, [], mode, setup=lambda d: d.break_at("t.sn", 4))
    assert seen == ["breakpoint 4"] * 3
    assert done["result"] == 3.0


@pytest.mark.parametrize("mode", MODES)
def test_breakpoint_moves_to_the_next_statement(mode):
    made: list[Any] = []
    seen, _ = stops(PROGRAM, [], mode, setup=lambda d: made.append(d.break_at("t.sn", 3)))
    assert seen == ["breakpoint 4"] * 3
    assert made[0].message == "t.sn:4 (the next statement after line 3)"
    assert made[0].hits == 3


def test_breakpoint_without_a_place_says_so():
    made: list[Any] = []
    seen, _ = stops(PROGRAM, [], setup=lambda d: made.extend(
        [d.break_at("t.sn", 90), d.break_at("other.sn", 1), d.break_in("nobody")]))
    assert seen == []
    assert [each.message for each in made] == [
        "t.sn:90: not loaded yet, or no statement there",
        "other.sn:1: not loaded yet, or no statement there",
        "function nobody: not loaded yet, or no statement there"]


@pytest.mark.parametrize("mode", MODES)
def test_conditional_breakpoint(mode):
    def condition(debugger):
        debugger.break_at("t.sn", 4, "doubled > 2 && h == 4")

    assert stops(PROGRAM, [], mode, setup=condition)[0] == ["breakpoint 4"] * 2


def test_a_condition_that_fails_stops_and_says_why():
    messages: list[str] = []

    def script(pause):
        messages.append(pause.message)

    stops(PROGRAM, script, setup=lambda d: d.break_at("t.sn", 4, "doubled.nothing > 2"))
    assert messages[0] == "breakpoint 1: doubled.nothing > 2: cannot index number"


def test_a_condition_that_is_none_is_refused():
    debugger = sentra.Engine(debug=True).debugger
    for text in ("1 +", "let x = 1", "x = 1", "", "a; b"):
        if text:
            with pytest.raises(sentra.SentraError):
                debugger.break_at("t.sn", 4, text)
    assert debugger.breakpoints == []


@pytest.mark.parametrize("mode", MODES)
def test_breakpoint_in_a_function_shows_its_arguments(mode):
    variables: list[Any] = []

    def script(pause):
        variables.append(pause.frame.variables())

    seen, _ = stops(PROGRAM, script, mode, setup=lambda d: d.break_in("area"))
    assert seen == ["breakpoint 1"] * 3
    assert variables == [{"w": w, "h": 4} for w in (1, 2, 3)]


def test_once_disabled_and_deleted():
    def setup(debugger):
        debugger.break_at("t.sn", 4, once=True)
        debugger.break_at("t.sn", 11).enabled = False
        debugger.delete(debugger.break_at("t.sn", 2))

    assert stops(PROGRAM, [], setup=setup)[0] == ["breakpoint 4"]


def test_breakpoints_can_be_set_while_the_program_is_stopped():
    def script(pause):
        if pause.reason == "entry":
            pause.session.debugger.break_at("t.sn", 11)

    assert stops(PROGRAM, script, setup=at_start)[0] == ["entry 13", "breakpoint 11"]


@pytest.mark.parametrize("mode", MODES)
def test_one_line_loop_stops_once_for_each_turn(mode):
    text = "let n = 0\nfor i in [1, 2, 3] { n = n + i }\n"
    seen, _ = stops(text, [], mode, setup=lambda d: d.break_at("t.sn", 2))
    assert seen == ["breakpoint 2"] * 4  # the loop itself, and after each turn


@pytest.mark.parametrize("mode", MODES)
def test_modules_can_be_stopped_in(mode):
    engine = sentra.Engine(debug=True, mode=mode, modules={
        "lib/tax": "export fn with_tax(x) {\n  let rate = 2\n  return x * rate\n}\n"})
    seen: list[Any] = []

    def on_stop(pause):
        seen.append((str(pause.frame), pause.frame.variables(),
                     [str(frame) for frame in pause.frames[1:]]))

    engine.debugger.on_stop = on_stop
    engine.debugger.break_at("tax.sn", 3)
    engine.debugger.break_at("lib/tax", 3)
    done = engine.run('import "lib/tax" as tax\nlet p = tax.with_tax(8)\n', filename="t.sn")
    assert done["p"] == 16
    (place, variables, outer), = seen
    assert variables == {"x": 8, "rate": 2}
    assert place.startswith("with_tax (")
    assert outer == ["<module> (t.sn:2)"]


# --- steps ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_step_goes_into_calls(mode):
    seen, _ = stops(PROGRAM, ["step"] * 8, mode, setup=at_start)
    assert seen == ["entry 13", "step 6", "step 7", "step 8", "step 9", "step 1", "step 2",
                    "step 4", "step 8"]


@pytest.mark.parametrize("mode", MODES)
def test_next_stays_in_the_call(mode):
    seen, _ = stops(PROGRAM, ["next"] * 20, mode, setup=lambda d: d.break_in("total"))
    assert seen == ["breakpoint 6", "step 7", *["step 8", "step 9"] * 3, "step 8", "step 11"]


@pytest.mark.parametrize("mode", MODES)
def test_next_at_the_end_of_a_call_goes_to_the_caller(mode):
    def setup(debugger):
        debugger.break_at("t.sn", 4, once=True)

    assert stops(PROGRAM, ["next"] * 2, mode, setup=setup)[0] == [
        "breakpoint 4", "step 8", "step 9"]


@pytest.mark.parametrize("mode", MODES)
def test_finish_says_what_was_returned(mode):
    messages: list[str] = []

    def script(pause):
        messages.append(pause.message)
        return "finish" if len(messages) < 3 else "continue"

    seen, _ = stops(PROGRAM, script, mode, setup=lambda d: d.break_at("t.sn", 2, once=True))
    assert seen == ["breakpoint 2", "step 8"]
    assert messages == ["", "area returned 0.5"]


@pytest.mark.parametrize("mode", MODES)
def test_what_a_finished_task_returned_is_not_said_elsewhere(mode):
    text = """\
fn work(n) {
  return n + 1
}
let one = go work(1)
log(await_task(one))
work(2)
"""
    messages: list[str] = []

    def script(pause):
        messages.append(pause.message)
        return "finish"

    seen, _ = stops(text, script, mode, setup=lambda d: d.break_at("t.sn", 2),
                    stdout=lambda text: None)
    assert seen == ["breakpoint 2"] * 2
    assert messages == ["", ""]


@pytest.mark.parametrize("mode", MODES)
def test_finish_of_an_outer_frame(mode):
    def script(pause):
        if pause.reason == "breakpoint":
            pause.select(1)
            return "finish"
        return "continue"

    text = PROGRAM + "let after = 1\n"
    seen, _ = stops(text, script, mode, setup=lambda d: d.break_at("t.sn", 4, once=True))
    assert seen == ["breakpoint 4", "step 14"]


@pytest.mark.parametrize("mode", MODES)
def test_next_over_a_call_that_throws(mode):
    text = """\
fn bad() {
  throw "x"
}
fn middle() {
  bad()
  return 1
}
let caught = nil
try {
  middle()
} catch e {
  caught = e
}
let after = 1
"""
    seen, done = stops(text, ["step", "step", *["next"] * 9], mode,
                       setup=lambda d: d.break_in("middle"))
    assert seen == ["breakpoint 4", "step 5", "step 1", "step 2", "step 12", "step 14"]
    assert done["caught"] == "x"


@pytest.mark.parametrize("mode", MODES)
def test_steps_through_every_kind_of_statement(mode):
    text = """\
let n = 0
while n < 2 {
  n = n + 1
}
for (let i = 0; i < 2; i = i + 1) {
  if i == 0 {
    continue
  } else if i == 1 {
    n = 9
  }
}
match n {
  9 => n = 10
  _ => n = 11
}
let v = if n == 10 { 1 } else { 2 }
try {
  n = n / 0
} catch e {
  n = 0
} finally {
  v = v + 1
}
"""
    seen, done = stops(text, ["step"] * 99, mode, setup=at_start)
    assert [each.split()[1] for each in seen] == [
        "1", "2", "3", "2", "3", "2",
        "5", "6", "7", "5", "6", "8", "9", "5",
        "12", "13", "16", "17", "18", "20", "22"]
    assert (done["n"], done["v"]) == (0, 2)


@pytest.mark.parametrize("mode", MODES)
def test_lambdas_in_builtins(mode):
    text = "let r = map([1, 2],\n  fn(x) {\n    return x * 2\n  })\nlet s = 1\n"
    seen, _ = stops(text, ["step"] * 20, mode, setup=at_start)
    assert seen == ["entry 1", "step 2", "step 3", "step 2", "step 3", "step 5"]


@pytest.mark.parametrize("mode", MODES)
def test_deep_recursion(mode):
    """A stop among thousands of calls is no trouble, nor are steps there."""
    text = "let top = 1\nfn f(n) {\n  if n == 0 {\n    return top\n  }\n  return f(n - 1)\n}\n" \
           "let r = f(9000)\n"
    depths: list[Any] = []

    def script(pause):
        depths.append((len(pause.frames), pause.frames[4000].variables()["n"],
                       pause.frames[5].evaluate("top + n")))
        return "step"

    limits = sentra.Limits(depth=20_000)
    results: list[Any] = []
    recursion, size = sys.getrecursionlimit(), threading.stack_size(1 << 28)
    sys.setrecursionlimit(100_000)
    try:
        thread = threading.Thread(target=lambda: results.extend(stops(
            text, script, mode, setup=lambda d: d.break_at("t.sn", 4), limits=limits)))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(recursion)
        threading.stack_size(size)
    seen, done = results
    assert seen == ["breakpoint 4"]
    assert depths == [(9002, 4000, 6)]
    assert done["r"] == 1
