"""The debugger as a host uses it: breakpoints, steps, variables, hooks; on both debug builds."""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref
from typing import Any

import pytest
from executors import EXECUTORS

import sentra
from sentra.bytecode import ops
from sentra.bytecode.file import dump, load
from sentra.bytecode.text import same
from sentra.codegen.generate import generate
from sentra.debugging.executor import DebugExecutor, marked
from sentra.debugging.show import shown
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode

MODES = ("auto", "closure")

PROGRAM = """\
fn area(w, h) {
  let doubled = w * 2

  return doubled / h
}
fn total(sizes) {
  let whole = 0
  for s in sizes {
    whole = whole + area(s, 4)
  }
  return whole
}
let result = total([1, 2, 3])
"""


def stops(text: str, script: Any, mode: str = "auto", *, setup: Any = None, **settings: Any):
    """Run a program; `script` gives the command for each stop, or is called with the pause.

    What comes back is "reason line" for each stop, and the run or what it raised.
    """
    engine = sentra.Engine(debug=True, mode=mode, **settings)
    seen: list[str] = []
    commands = iter(script) if isinstance(script, list) else None

    def on_stop(pause):
        seen.append(f"{pause.reason} {pause.frame.line}")
        if commands is not None:
            return next(commands, "continue")
        return script(pause)

    engine.debugger.on_stop = on_stop
    if setup is not None:
        setup(engine.debugger)
    try:
        return seen, engine.run(text, filename="t.sn")
    except sentra.SentraError as error:
        return seen, error


def at_start(debugger):
    debugger.at_start = True


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


# --- variables ------------------------------------------------------------------------------------
SCOPES = """\
let top = 1
let shared = 2
fn outer(p, q = 5, ...rest) {
  let x = p
  {
    let x = "inner"
    log(x)
  }
  let add = fn(y) {
    x = x + y
    return x + shared
  }
  for i in [7] {
    add(i)
  }
  return x
}
let got = outer(1, 2, 3, 4)
"""


def variables_at(line: int, mode: str, text: str = SCOPES) -> dict[str, Any]:
    found: list[Any] = []
    stops(text, lambda pause: found.append(pause.frame.variables()), mode,
          stdout=lambda text: None, setup=lambda d: d.break_at("t.sn", line, once=True))
    return {name: value for name, value in found[0].items()
            if not callable(value)}


@pytest.mark.parametrize("mode", MODES)
def test_variables_are_those_that_the_place_sees(mode):
    assert variables_at(4, mode) == {"p": 1, "q": 2, "rest": [3, 4]}
    assert variables_at(7, mode) == {"p": 1, "q": 2, "rest": [3, 4], "x": "inner"}
    assert variables_at(9, mode) == {"p": 1, "q": 2, "rest": [3, 4], "x": 1}
    assert variables_at(14, mode) == {"p": 1, "q": 2, "rest": [3, 4], "x": 1, "i": 7}
    assert variables_at(16, mode) == {"p": 1, "q": 2, "rest": [3, 4], "x": 8}
    assert variables_at(11, mode) == {"x": 8, "y": 7}
    assert variables_at(18, mode) == {"top": 1, "shared": 2}


@pytest.mark.parametrize("mode", MODES)
def test_names_of_python_are_names_like_others(mode):
    text = "fn f(class, None, _x, len) {\n  let self = 1\n  return self\n}\nf(1, 2, 3, 4)\n"
    assert variables_at(3, mode, text) == {"class": 1, "None": 2, "_x": 3, "len": 4, "self": 1}


@pytest.mark.parametrize("mode", MODES)
def test_evaluation(mode):
    values: dict[str, Any] = {}
    wanted = {
        "x + y": 8, "shared": 2, "top": 1, "len([x, y])": 2,
        "[x, y].map(fn(x) => x * 10)": [10, 70],
        "outer(5)": 12, "x == 1 ? `x is ${x}` : nil": "x is 1", "q": "undefined variable \"q\"",
        "nothing": 'undefined variable "nothing"', "x +": "syntax error",
        "let z = 1": "no expression",
        "x.y": "cannot index number", "throw": "syntax error", "exit(3)": "called exit",
        "{y: x}.y": 1, "fn() => x": None, "x // the end": 1, "(x)": 1, "fail()": "uncaught: 5"}

    def script(pause):
        for text in wanted:
            try:
                values[text] = pause.frame.evaluate(text)
            except sentra.SentraError as error:
                values[text] = error
        return "continue"

    text = SCOPES.replace("let got", "fn fail() { throw 5 }\nlet got").replace(
        "fn outer(p, q = 5", "fn outer(p = 5, q = 5")
    _, done = stops(text, script, mode, stdout=lambda text: None,
                    setup=lambda d: d.break_at("t.sn", 10, once=True))
    for expression, value in wanted.items():
        got = values[expression]
        if isinstance(value, str) and isinstance(got, Exception):
            assert value in str(got), expression
        elif value is not None:
            assert got == value, expression
    assert values["fn() => x"]() == 1  # of the value, not of the variable
    assert done["got"] == 8


@pytest.mark.parametrize("mode", MODES)
def test_assignment(mode):
    def script(pause):
        frame = pause.frame
        if pause.frame.line == 10:
            frame.assign("y", 100)  # a parameter
            frame.assign("x", 1000)  # captured
            frame.assign("shared", "s")  # of the module
            with pytest.raises(sentra.SentraError, match='no variable "zzz" here'):
                frame.assign("zzz", 1)
            with pytest.raises(TypeError, match="cannot pass"):
                frame.assign("x", object())
            pause.frames[1].assign("i", [0])
            pause.frames[2].assign("top", 77)
        return "continue"

    _, done = stops(SCOPES.replace("add(i)\n", "add(i)\n    log(i)\n"), script, mode,
                    stdout=(printed := []).append,
                    setup=lambda d: d.break_at("t.sn", 10, once=True))
    assert printed == ["inner\n", "[0]\n"]
    assert (done["got"], done["shared"], done["top"]) == (1100, "s", 77)


@pytest.mark.parametrize("mode", MODES)
def test_a_value_of_another_type_means_what_it_means(mode):
    """Generated code assumes nothing about variables that a debugger may set."""
    text = "fn f(n) {\n  let m = 7\n  return m % n\n}\nlet r = f(2)\n"

    def script(pause):
        pause.frame.assign("m", "%d and 7")

    _, error = stops(text, script, mode, setup=lambda d: d.break_at("t.sn", 3))
    assert str(error) == "cannot modulo string and number"


def test_a_function_of_generated_code_cannot_be_replaced():
    def script(pause):
        with pytest.raises(sentra.SentraError, match="calls directly"):
            pause.frame.assign("area", 5)

    assert stops(PROGRAM, script, "closure", setup=at_start)[0] == ["entry 13"]

    def replace(pause):
        pause.frame.assign("area", pause.frame.evaluate("fn(w, h) => 100"))

    assert stops(PROGRAM, replace, setup=at_start)[1]["result"] == 300


# --- watches --------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_watch(mode):
    messages: list[str] = []

    def script(pause):
        if pause.reason == "breakpoint":
            pause.watch("whole")
        else:
            messages.append(f"{pause.frame.line}: {pause.message}")

    stops(PROGRAM, script, mode, setup=lambda d: d.break_at("t.sn", 8, once=True))
    assert messages == ["8: watch 1: whole: 0 -> 0.5", "8: watch 1: whole: 0.5 -> 1.5",
                        "8: watch 1: whole: 1.5 -> 3"]


@pytest.mark.parametrize("mode", MODES)
def test_a_watch_ends_with_its_call(mode):
    messages: list[str] = []

    def script(pause):
        messages.append(f"{pause.frame.line}: {pause.message}")
        if pause.reason == "breakpoint":
            pause.watch("doubled")
        assert len(pause.watches) == (pause.reason == "breakpoint")

    stops(PROGRAM, script, mode, setup=lambda d: d.break_at("t.sn", 4, once=True))
    assert messages == ["4: ", "8: watch 1: doubled is gone with its call"]


@pytest.mark.parametrize("mode", MODES)
def test_a_watch_sees_what_changes_inside(mode):
    text = "let items = []\nfn add(x) {\n  push(items, x)\n}\nadd(1)\nadd(2)\nlet done = 1\n"
    messages: list[str] = []

    def script(pause):
        if pause.reason == "breakpoint":
            watch = pause.watch("len(items) > 1 ? items : nil")
            assert watch.value is None
        else:
            messages.append(f"{pause.frame.line}: {pause.message}")

    stops(text, script, mode, setup=lambda d: d.break_at("t.sn", 5))
    assert messages == ["7: watch 1: len(items) > 1 ? items : nil: nil -> [1, 2]"]


def test_unwatch_and_wrong_watches():
    def script(pause):
        with pytest.raises(sentra.SentraError, match="undefined variable"):
            pause.watch("nothing")
        pause.unwatch(pause.watch("sizes"))
        assert pause.watches == []

    assert stops(PROGRAM, script, setup=lambda d: d.break_at("t.sn", 8, once=True))[0] == [
        "breakpoint 8"]


# --- errors ---------------------------------------------------------------------------------------
ERRORS = """\
fn fails() {
  return nil + 1
}
try {
  fails()
} catch e {
  log(e)
}
try {
  fails()
} finally {
  log("finally")
}
"""


def errors(which):
    def setup(debugger):
        debugger.errors = which
    return setup


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("which, lines", [
    ("none", []), ("uncaught", ["error 2"]), ("all", ["error 2", "error 2"])])
def test_errors(which, lines, mode):
    found: list[Any] = []

    def script(pause):
        found.append((str(pause.error), [frame.line for frame in pause.frames]))

    seen, error = stops(ERRORS, script, mode, setup=errors(which), stdout=lambda text: None)
    assert seen == lines
    assert str(error) == "cannot add nil and number"
    assert found == [("cannot add nil and number", [2, line])
                     for line in ([5, 10] if which == "all" else [10])][:len(lines)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", [
    'try(fn() { throw "x" })', 'fn f() { throw 1 }\ntry { map([1], fn(x) => f()) } catch e { }',
    'assert_throws(fn() { throw "x" })', 'try { try { throw 1 } finally { let a = 1 } } catch { }'])
def test_what_is_caught_is_no_uncaught_error(text, mode):
    assert stops(text, [], mode, setup=errors("uncaught"))[0] == []


@pytest.mark.parametrize("mode", MODES)
def test_a_thrown_value_and_an_error_of_a_builtin(mode):
    seen, error = stops('let a = 1\nthrow {code: a}\n', [], mode, setup=errors("uncaught"))
    assert seen == ["error 2"]
    assert error.value == {"code": 1}
    assert stops("let a = 1\nint([])\n", [], mode, setup=errors("uncaught"))[0] == ["error 2"]


@pytest.mark.parametrize("mode", MODES)
def test_rethrown_in_finally_is_one_error_on_one_line_too(mode):
    text = "try { try { throw 1 } finally { log(2) } } catch { }\n"
    seen, _ = stops(text, [], mode, setup=errors("all"), stdout=lambda text: None)
    assert seen == ["error 1"]


@pytest.mark.parametrize("mode", MODES)
def test_rethrown_in_finally_is_one_error(mode):
    text = "try {\n  try {\n    throw 1\n  } finally {\n    log(2)\n  }\n} catch { }\n"
    seen, _ = stops(text, [], mode, setup=errors("all"), stdout=lambda text: None)
    assert seen == ["error 3"]


# --- trace ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_trace(mode):
    engine = sentra.Engine(debug=True, mode=mode)
    events: list[Any] = []

    def trace(event, frame):
        more = {"return": frame.result, "error": str(frame.error)}.get(event)
        events.append((event, frame.function, frame.line, more))

    engine.debugger.trace = trace
    engine.run("fn f(x) {\n  return x / 2\n}\nlet a = f(4)\ntry { f(nil) } catch { }\n")
    assert events == [
        ("line", "<module>", 4, None), ("call", "f", 1, None), ("line", "f", 2, None),
        ("return", "f", 2, 2.0), ("line", "<module>", 5, None), ("line", "<module>", 5, None),
        ("call", "f", 1, None), ("line", "f", 2, None),
        ("error", "f", 2, "cannot divide nil and number"), ("return", "<module>", 5, None)]


def test_trace_can_be_taken_away():
    engine = sentra.Engine(debug=True)
    events: list[str] = []

    def trace(event, frame):
        events.append(event)
        if len(events) == 2:
            engine.debugger.trace = None

    engine.debugger.trace = trace
    engine.run(PROGRAM)
    assert len(events) == 2


# --- hosts ----------------------------------------------------------------------------------------
class Mistake(Exception):
    pass


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hook", ["on_stop", "trace"])
def test_an_exception_of_a_hook_reaches_the_host_and_no_program(hook, mode):
    engine = sentra.Engine(debug=True, mode=mode, stdout=(printed := []).append)

    def fail(*arguments):
        raise Mistake("of the host")

    setattr(engine.debugger, hook, fail)
    engine.debugger.break_at("t.sn", 2)
    with pytest.raises(Mistake, match="of the host"):
        engine.run('try {\n  log(1)\n} catch e { log("caught") } finally { log("finally") }\n',
                   filename="t.sn")
    assert printed == []


def test_a_wrong_command_reaches_the_host():
    engine = sentra.Engine(debug=True)
    engine.debugger.at_start = True
    engine.debugger.on_stop = lambda pause: "go"
    with pytest.raises(ValueError, match="on_stop returned 'go'"):
        engine.run("let a = 1")


@pytest.mark.parametrize("mode", MODES)
def test_quit(mode):
    engine = sentra.Engine(debug=True, mode=mode, stdout=(printed := []).append)
    engine.debugger.on_stop = lambda pause: "quit"
    engine.debugger.break_at("t.sn", 2)
    with pytest.raises(sentra.LimitExceeded) as stopped:
        engine.run('log(0)\ntry { log(1) } catch { log(2) } finally { log(3) }\n', filename="t.sn")
    assert stopped.value.limit == "cancelled"
    assert printed == ["0\n"]


def test_functions_called_from_the_host_stop_too():
    engine = sentra.Engine(debug=True)
    program = engine.compile(PROGRAM, "t.sn")
    done = program.run()
    seen: list[int] = []
    engine.debugger.on_stop = lambda pause: seen.append(pause.frame.line)
    engine.debugger.break_at("t.sn", 4)
    assert done.call("area", 4, 2) == 4.0
    assert program.call("area", 4, 2) == 4.0
    assert seen == [4] * (1 + 3 + 1)


def test_a_step_does_not_last_into_the_next_call_of_the_host():
    engine = sentra.Engine(debug=True)
    done = engine.compile(PROGRAM, "t.sn").run()
    seen: list[int] = []

    def on_stop(pause):
        seen.append(pause.frame.line)
        return "step"

    engine.debugger.on_stop = on_stop
    made = engine.debugger.break_at("t.sn", 4)
    done.call("area", 1, 1)
    engine.debugger.delete(made)
    done.call("area", 1, 1)
    assert seen == [4]


def test_functions_of_the_program_can_be_called_while_it_is_stopped():
    got: list[Any] = []

    def script(pause):
        got.append(pause.frame.module_variables()["area"](10, 2))

    seen, _ = stops(PROGRAM, script, setup=lambda d: d.break_at("t.sn", 4, once=True))
    assert got == [10.0]
    assert seen == ["breakpoint 4"]


@pytest.mark.parametrize("mode", MODES)
def test_the_program_sees_nothing_of_the_debugger(mode):
    text = "\n".join(f"seen = try(fn() => {name}).error != nil && seen" for name in (
        "_at", "_returns", "_raised", "_unwinds", "_debug_calls", "debugger", "hooks"))
    engine = sentra.Engine(debug=True, mode=mode)
    engine.debugger.trace = lambda event, frame: frame.variables()
    assert engine.run("let seen = true\n" + text)["seen"] is True


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [
    sentra.Limits(steps=2000), sentra.Limits(time=0.1), sentra.Limits(output=3)],
    ids=["steps", "time", "output"])
def test_limits_hold_and_are_not_caught(mode, limits):
    engine = sentra.Engine(debug=True, mode=mode, limits=limits, stdout=(printed := []).append)
    with pytest.raises(ValueError, match="'uncaught' or 'all', not 'every'"):
        engine.debugger.errors = "every"
    engine.debugger.errors = "all"
    engine.debugger.trace = lambda event, frame: None
    engine.debugger.on_stop = lambda pause: None
    with pytest.raises(sentra.LimitExceeded):
        engine.run('try { while true { log("") } } catch { log("catch") } finally { log("f") }')
    assert "catch" not in "".join(printed)


def test_only_debug_engines_have_a_debugger():
    with pytest.raises(ValueError, match=r"Engine\(debug=True\) does"):
        _ = sentra.Engine().debugger
    with pytest.raises(ValueError, match="no debug builds"):
        sentra.Engine(debug=True, mode="tree")
    with pytest.raises(ValueError, match="debug cannot be given"):
        sentra.Engine(debug=True, isolation="process")


def test_time_stands_still_while_the_program_is_stopped():
    def script(pause):
        time.sleep(0.4)

    _, done = stops("let a = 1\nlet b = 2\n", script, limits=sentra.Limits(time=0.3),
                    setup=lambda d: d.break_at("t.sn", 2))
    assert done["b"] == 2


def test_the_time_limit_holds_after_a_stop():
    engine = sentra.Engine(debug=True, limits=sentra.Limits(time=0.3))
    engine.debugger.on_stop = lambda pause: time.sleep(0.1)
    engine.debugger.at_start = True
    with pytest.raises(sentra.LimitExceeded, match="time limit reached"):
        engine.run("let n = 0\nwhile true { n = n + 1 }")


@pytest.mark.parametrize("mode", MODES)
def test_steps_are_those_of_the_program_alone(mode):
    limits = sentra.Limits(steps=100_000)
    plain = sentra.Engine(limits=limits).run(PROGRAM).steps

    def script(pause):
        for _ in range(50):
            pause.frame.evaluate("map(range(100), fn(x) => x)")
        return "step"

    _, done = stops(PROGRAM, script, mode, setup=at_start, limits=limits)
    assert done.steps == plain


def test_an_expression_that_never_ends_is_stopped():
    def script(pause):
        with pytest.raises(sentra.SentraError, match="takes too long"):
            pause.frame.evaluate("spin()")

    stops("fn spin() { while true { } }\nlet a = 1\n", script, setup=at_start)


def test_pause_from_another_thread():
    engine = sentra.Engine(debug=True)
    seen: list[str] = []

    def on_stop(pause):
        seen.append(pause.reason)
        pause.frame.assign("going", False)

    engine.debugger.on_stop = on_stop
    timer = threading.Timer(0.1, engine.debugger.pause)
    timer.start()
    engine.run("let going = true\nlet n = 0\nwhile going { n = n + 1 }\n")
    timer.join()
    assert seen == ["pause"]


@pytest.mark.parametrize("mode", MODES)
def test_tasks(mode):
    text = """\
fn work(name) {
  let step = 1
  sleep(1)
  return name
}
let one = go work("a")
let two = go work("b")
log(await_task(one), await_task(two))
"""
    found: list[Any] = []

    def script(pause):
        found.append((pause.task, pause.frame.variables(), len(pause.frames), pause.tasks()))

    seen, _ = stops(text, script, mode, stdout=lambda text: None,
                    setup=lambda d: d.break_at("t.sn", 4))
    assert seen == ["breakpoint 4"] * 2
    assert [(task, values["name"], depth) for task, values, depth, _ in found] == [
        (1, "a", 1), (2, "b", 1)]
    assert found[0][3] == [(0, "<module> (t.sn:8)"), (1, "work (t.sn:4)"), (2, "work (t.sn:3)")]


@pytest.mark.parametrize("mode", MODES)
def test_next_stays_in_its_task(mode):
    text = """\
fn work(n) {
  let a = n
  sleep(1)
  let b = n
  sleep(1)
  return b
}
let tasks = [go work(1), go work(2)]
log(await_task(tasks[0]))
"""
    seen: list[Any] = []

    def script(pause):
        seen.append((pause.task, pause.frame.line))
        return "next"

    stops(text, script, mode, stdout=lambda text: None,
          setup=lambda d: d.break_at("t.sn", 2, once=True))
    assert seen == [(1, line) for line in (2, 3, 4, 5, 6)]


def test_two_runs_in_two_threads():
    engine = sentra.Engine(debug=True)
    program = engine.compile(PROGRAM, "t.sn")
    seen: list[tuple[str, int]] = []
    engine.debugger.on_stop = lambda pause: seen.append(
        (threading.current_thread().name, pause.frame.line))
    engine.debugger.break_at("t.sn", 4)
    threads = [threading.Thread(target=program.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert {sum(name == each for name, _ in seen) for each, _ in seen} == {3}


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_left_behind(mode):
    engine = sentra.Engine(debug=True, mode=mode)
    engine.debugger.on_stop = lambda pause: [frame.variables() for frame in pause.frames] and "step"
    engine.debugger.errors = "all"
    engine.debugger.at_start = True
    program = engine.compile(PROGRAM + "try { throw [1] } catch e { log(e) }\n", "t.sn")
    done = program.run()
    sessions = weakref.ref(done.context.debugger)
    del done, program
    gc.collect()
    assert sessions() is None


# --- builds ---------------------------------------------------------------------------------------
def compiled(text: str) -> Any:
    return compile_source(decode(text, "t.sn"))


def test_marks_change_nothing_else():
    module = compiled(PROGRAM)
    debug = marked(module)
    assert debug is not module
    plain = [i for i in debug.body.functions[0].code if i[0] != ops.STATEMENT]
    assert [op for op, _, _, _ in plain] == [op for op, _, _, _ in module.body.functions[0].code]
    assert (debug.variables, debug.exports, debug.single) == (
        module.variables, module.exports, module.single)
    assert same(load(dump(debug)), debug)


def test_a_bytecode_file_is_debugged_by_its_source():
    module = load(dump(compiled(PROGRAM)))
    assert marked(module) is not module


def test_bytecode_of_another_source_is_not_marked():
    module, other = compiled(PROGRAM), compiled(PROGRAM.replace("2", "3"))
    fields = {name: getattr(module, name) for name in type(module).__slots__}
    for source in (other.source, "", "let = 1"):
        wrong = type(module)(**{**fields, "source": source})
        assert marked(wrong) is wrong


def test_other_executors_run_marked_bytecode_as_if_it_were_not():
    debug = marked(compiled(PROGRAM + "log(result)\n"))
    for name, make in EXECUTORS.items():
        if "debug" not in name:
            printed: list[str] = []
            run(debug, context=Context(write=printed.append), executor=make())
            assert printed == ["3\n"], name


def test_other_code_contains_nothing_of_it():
    import ast

    text = PROGRAM + "try { log(1) } catch e { log(e) }\nlet f = fn(x) => x\n"
    plain = ast.unparse(generate(prepare(compiled(text))).tree)
    debug = ast.unparse(generate(prepare(marked(compiled(text)), debug=True)).tree)
    for word in ("_at(", "_returns(", "_raised(", "_unwinds("):
        assert word not in plain
        assert word in debug


def test_a_debug_executor_without_a_debugger_just_runs():
    for setting in (False, True):
        printed: list[str] = []
        run(compiled("fn f() { throw 1 }\ntry { f() } catch e { log(e) }"),
            context=Context(write=printed.append), executor=DebugExecutor(compiled=setting))
        assert printed == ["1\n"]


def test_twenty_nested_blocks():
    """CPython's limit of nested blocks is met before it is hit."""
    text = "let n = 0\n" + "".join(
        f"for a{i} in [1] {{\n" for i in range(19)) + "n = n + 1\n" + "}" * 19
    for mode in MODES:
        seen, done = stops(text, [], mode, setup=lambda d: d.break_at("t.sn", 21))
        assert seen == ["breakpoint 21"]
        assert done["n"] == 1


@pytest.mark.parametrize("executor", ["interp-debug", "ast-debug"])
def test_the_fixture_hears_of_everything(executor):
    watched = EXECUTORS[executor]()
    run(compiled(PROGRAM), context=Context(), executor=watched)
    assert watched.events == 25  # 12 of area, 11 of total, 2 of the module


# --- values ---------------------------------------------------------------------------------------
def test_values_are_shown_on_one_short_line():
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    cyclic: Any = {}
    cyclic["self"] = cyclic
    assert shown("a\nb\x1b[0m") == '"a\\x0ab\\x1b[0m"'
    assert len(shown("x" * 10_000_000)) <= 400
    assert len(shown(list(range(10_000_000)))) <= 500
    assert shown(deep) == "[[[[[[[…]]]]]]]"
    assert "…" in shown(cyclic)
    assert shown(10 ** 100_000) == "an integer of 332193 bits"
    assert shown({"a": [1, None, True, 2.0]}) == "{a: [1, nil, true, 2]}"
