"""The debugger: variables, watches, errors and the trace hook; on both debug builds."""

from __future__ import annotations

from typing import Any

import pytest
from debugged import MODES, PROGRAM, at_start, stops

import sentra

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
