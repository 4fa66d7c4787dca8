"""What the host is told of errors: places, texts, tracebacks."""

from __future__ import annotations

import gc
import io
import pickle

import pytest
from embedded import engine

import sentra
from sentra import SentraError

__all__ = ["engine"]


def copied(value):
    return pickle.loads(pickle.dumps(value))


def test_a_syntax_error_is_where_its_first_problem_is(engine):
    with pytest.raises(sentra.SentraSyntaxError) as caught:
        engine.compile("let a = 1\nlet = \nlet b = ", "s.sn")
    for error in (caught.value, copied(caught.value)):
        assert (error.file, error.line, error.column) == ("s.sn", 2, 5)
        assert error.excerpt == "let = \n    ^"
        assert error.stack == []


def test_a_thrown_value_is_shown_as_the_command_shows_it(engine):
    with pytest.raises(sentra.Uncaught) as caught:
        engine.run('throw "s"', filename="a.sn")
    for error in (caught.value, copied(caught.value)):
        assert sentra.format_error(error).splitlines() == [
            "a.sn:1:1: uncaught: s", '  1 | throw "s"', "    | ^~~~~~~~~", "  in <module> (a.sn:1)"]


NAMES = "let a = 1\nexport fn f() { log(1) }\nif a > 1 { let inner = 2 }"


def test_names_of_a_program(engine):
    program = engine.compile(NAMES + "\nthrow 1")  # which is not run for them
    assert "a" in program
    assert "f" in program
    assert "inner" not in program
    assert 0 not in program
    assert sorted(program) == ["a", "f"]


def test_names_of_an_isolated_program():
    with sentra.Engine(isolation="process", workers=1) as engine:
        program = engine.compile(NAMES + "\nthrow 1")
        assert "f" in program
        assert 0 not in program
        assert sorted(program) == ["a", "f"]


# --- tracebacks ------------------------------------------------------------------------------

def shape(text):
    """The functions of each part of a formatted traceback, and the line that ends the part."""
    parts = text.split("\n\n")
    return [([line.split(", in ")[1] for line in part.splitlines() if ", in " in line],
             part.splitlines()[-1]) for part in parts[::2]], parts[1::2]


def test_a_traceback_shows_causes(engine):
    program = engine.compile("fn f(g) {\n  return g(1)\n}", "t.sn")

    def broken(key):
        try:
            return {}[key]
        except KeyError as error:
            raise ValueError("no") from error

    def wrapped():
        try:
            program.call("f", broken)
        except SentraError as error:
            raise RuntimeError("wrapped") from error

    with pytest.raises(RuntimeError) as caught:
        wrapped()
    parts, links = shape(sentra.format_traceback(caught.value))
    assert parts == [
        (["broken"], "KeyError: 1"),
        (["broken"], "ValueError: no"),
        (["wrapped", "f", "broken"], "SentraError [value]: broken: no"),
        (["test_a_traceback_shows_causes", "wrapped"], "RuntimeError: wrapped"),
    ]
    assert links == ["The above exception was the direct cause of the following exception:"] * 3


def test_a_traceback_shows_what_is_inside_of_the_host_that_caught_it(engine):
    program = engine.compile("fn f(g) { return g() }\nfn inner() { return nil - 1 }")

    def back():
        try:
            program["inner"]()
        except SentraError as error:
            seen.append(shape(sentra.format_traceback(error))[0])
            raise TypeError("t")  # noqa: B904  # a context, not a cause

    seen = []
    with pytest.raises(SentraError) as caught:
        program.call("f", back)
    here = "test_a_traceback_shows_what_is_inside_of_the_host_that_caught_it"
    inner = ["back", "inner"], "SentraError [type]: cannot subtract nil and number"
    assert seen == [[inner]]
    parts, links = shape(sentra.format_traceback(caught.value))
    assert parts == [inner, (["back"], "TypeError: t"),
                     ([here, "f", "back"], "SentraError [type]: back: t")]
    assert links[0] == "During handling of the above exception, another exception occurred:"


def test_an_error_that_passed_the_host_has_its_outer_frames_again(engine):
    program = engine.compile("fn f(g) { return g(inner) }\nfn inner() { return nil - 1 }")
    with pytest.raises(SentraError) as caught:
        program.call("f", lambda function: function())
    parts, _ = shape(sentra.format_traceback(caught.value))
    assert parts[-1][0][1:] == ["f", "<lambda>", "inner"]


def test_a_run_inside_another():
    inner = sentra.compile("fn g() { return nil - 1 }")
    seen = []

    def back():
        try:
            inner.call("g")
        except SentraError as error:
            seen.append(shape(sentra.format_traceback(error))[0][0][0])
            raise

    with pytest.raises(SentraError):
        sentra.compile("fn f(h) { return h() }").call("f", back)
    assert seen == [["back", "g"]]


def test_causes_that_form_a_ring_and_contexts_that_are_suppressed():
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert [end for _, end in shape(sentra.format_traceback(one))[0]] == [
        "RuntimeError: two", "RuntimeError: one"]
    one.__cause__, one.__context__, one.__suppress_context__ = None, two, True
    assert sentra.format_traceback(one) == "RuntimeError: one"


@pytest.mark.parametrize("mode", ["interp", "tree"])
def test_an_exception_without_a_stack_shows_the_frames_that_it_passed(mode):
    program = sentra.Engine(mode=mode).compile("fn f(g) { return h(g) }\nfn h(g) { return g() }")
    function = program["f"].direct

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        function(stop)
    here = "test_an_exception_without_a_stack_shows_the_frames_that_it_passed"
    assert shape(sentra.format_traceback(caught.value))[0] == [
        ([here, "f", "h", "stop"], "KeyboardInterrupt")]


# --- limits ----------------------------------------------------------------------------------

STOPPED = """fn spin(n) {
  let k = 0
  while true {
    k = k + 1
  }
}
fn talk() { while true { log("hello") } }
fn calls() { while true { ping() } }
fn grow() { let a = []
  while true { push(a, "x" * 1000 + str(len(a))) } }
fn start(f) {
  return f(3)
}
fn twice() { try { return start(spin) } catch e { } finally { log("no") } }
fn waits() { let t = spawn spin(1)
  return await_task(t) }
"""


def stopped(mode, call, **limits):
    """The error of a call that reaches a limit, and what it is in another process."""
    made = sentra.Engine(mode=mode, limits=sentra.Limits(**limits), stdout=io.StringIO())
    made.function(lambda: None, name="ping")
    with pytest.raises(sentra.LimitExceeded) as caught:
        made.compile(STOPPED, "l.sn").call(call)
    return caught.value, copied(caught.value)


@pytest.mark.parametrize("mode", ["interp", "closure", "auto"])
@pytest.mark.parametrize("limits", [{"time": 0.05}, {"steps": 5000}], ids=str)
def test_a_limit_says_where(mode, limits):
    for error in stopped(mode, "twice", **limits):
        assert error.file == "l.sn"
        assert error.line in (3, 4)
        assert error.column > 0
        assert [place.split(" ")[0] for place in error.stack] == ["spin", "start", "twice"]
        assert error.stack[1:] == ["start (l.sn:12)", "twice (l.sn:14)"]
        lines = sentra.format_error(error).splitlines()
        assert lines[0] == f"l.sn:{error.line}:{error.column}: limit: {error.message}"
        assert lines[1] == f"  {error.line} | {STOPPED.splitlines()[error.line - 1]}"
        assert error.excerpt.splitlines()[0] == STOPPED.splitlines()[error.line - 1]
        (names, end), = shape(sentra.format_traceback(error))[0]
        assert names[-3:] == ["twice", "start", "spin"]
        assert end == f"LimitExceeded: {error.message}"
        assert error.__context__ is None


@pytest.mark.parametrize("mode", ["interp", "closure", "tree", "auto"])
def test_a_limit_that_a_call_reaches_says_where(mode):
    for name, limits, place in (
            ("talk", {"output": 100}, "talk (l.sn:7)"),
            ("calls", {"host_calls": 5}, "calls (l.sn:8)"),
            ("grow", {"memory": 1 << 24}, "grow (l.sn:10)")):
        for error in stopped(mode, name, **limits):
            assert error.limit in limits
            if mode == "tree" and name == "grow" and not error.stack:
                continue  # it met the loop between two calls
            assert error.stack == [place]
            assert place.endswith(f":{error.line})")


@pytest.mark.parametrize("limits", [{"time": 0.05}, {"steps": 5000}], ids=str)
def test_a_limit_in_the_closure_tree_says_which_calls_led_there(limits):
    """Its loops have no places."""
    for error in stopped("tree", "twice", **limits):
        assert error.stack[-2:] == ["start (l.sn:12)", "twice (l.sn:14)"]
        assert error.stack[:-2] in ([], ["spin (l.sn:3)"], ["spin (l.sn:4)"])


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_a_stop_in_an_empty_loop_is_in_its_line(mode):
    program = sentra.Engine(mode=mode, limits=sentra.Limits(time=0.02)).compile(
        "fn f() {\n  let k = 0\n  while true {}\n}\nfn g() {\n  let k = 0\n  f()\n}", "e.sn")
    seen = set()
    for _ in range(20):
        with pytest.raises(sentra.LimitExceeded) as caught:
            program.call("g")
        if len(caught.value.stack) == 2:  # on a busy machine it may stop before the loop
            seen.add(tuple(caught.value.stack))
    assert seen == {("f (e.sn:3)", "g (e.sn:7)")}


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_a_limit_in_a_task_says_where(mode):
    for error in stopped(mode, "waits", steps=5000):
        assert error.stack[0] in ("spin (l.sn:3)", "spin (l.sn:4)")


@pytest.mark.parametrize("mode", ["interp", "closure", "tree", "auto"])
def test_a_limit_in_a_deep_stack_says_where(mode):
    """The stop finds no room there: its place is found further out."""
    gc.collect()  # what would go there would find no room either
    text = "fn down(n) { return n > 0 ? down(n - 1) + 1 : spin() }\nfn spin() { while true { } }"
    limits = sentra.Limits(time=0.05, depth=1_000_000)
    program = sentra.Engine(mode=mode, limits=limits).compile(
        text + "\nfn full() { while true { try { down(1e9) } catch e { } } }", "d.sn")
    with pytest.raises(sentra.LimitExceeded) as caught:
        program.call("down", 100)
    assert caught.value.stack[-1] == "down (d.sn:1)"
    assert len(caught.value.stack) in (101, 102)
    with pytest.raises(sentra.LimitExceeded) as caught:
        program.call("full")
    assert len(caught.value.stack) < 300
    assert copied(caught.value).stack == caught.value.stack


def test_a_limit_without_a_place():
    error = copied(sentra.LimitExceeded("steps", "step limit of 5 reached"))
    assert (error.file, error.line, error.stack) == ("", 0, [])
    assert sentra.format_error(error) == "limit: step limit of 5 reached"
    assert sentra.format_traceback(error) == "LimitExceeded: step limit of 5 reached"


def test_a_limit_in_a_worker_process_says_where():
    with sentra.Engine(isolation="process", limits=sentra.Limits(steps=5000), workers=1) as engine:
        with pytest.raises(sentra.LimitExceeded) as caught:
            engine.compile(STOPPED, "l.sn").call("twice")
        assert caught.value.stack[-1] == "twice (l.sn:14)"
        assert caught.value.line in (3, 4)
