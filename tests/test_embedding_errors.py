"""What the host is told of errors: places, texts, tracebacks."""

from __future__ import annotations

import gc
import io
import os
import pdb
import pickle
import sys
import traceback

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


# --- the traceback of Python itself ----------------------------------------------------------

def entries(error, *files):
    """Where the entries of an error's traceback are that belong to these files."""
    return [(each.name, each.lineno) for each in traceback.extract_tb(error.__traceback__)
            if os.path.basename(each.filename) in files]


CALLS = """let a = 1
fn call() { return inner() }
const K = 3

fn inner() {
  let x = nil
  return x - 1
}
fn back(f) {
  return f(inner)
}
fn down(n) {
  return n > 0 ? down(n - 1) + 1 : inner()
}
"""


@pytest.mark.parametrize("mode", ["interp", "tree"])
def test_pythons_traceback_shows_interpreted_calls(mode):
    program = sentra.Engine(mode=mode).compile(CALLS, "i.sn")
    with pytest.raises(SentraError) as caught:
        program.call("call")
    assert entries(caught.value, "i.sn") == [("call", 2), ("inner", 7)]
    with pytest.raises(SentraError) as caught:
        program.call("call")  # nothing is left of the first
    assert entries(caught.value, "i.sn") == [("call", 2), ("inner", 7)]
    with pytest.raises(SentraError) as caught:
        program.call("down", 300)
    assert set(entries(caught.value, "i.sn")) >= {("down", 13)}
    with pytest.raises(SentraError) as caught:
        program.call("down", 20)
    assert entries(caught.value, "i.sn") == [("down", 13)] * 21 + [("inner", 7)]


@pytest.mark.parametrize("mode", ["interp", "tree"])
def test_pythons_traceback_has_calls_of_host_and_program_in_order(mode):
    program = sentra.Engine(mode=mode).compile(CALLS, "i.sn")
    seen = []

    def host(function):
        try:
            return function()
        except SentraError as error:
            seen.append(entries(error, "i.sn", "test_embedding_errors.py"))
            raise

    line = host.__code__.co_firstlineno + 2
    with pytest.raises(SentraError) as caught:
        program.call("back", host)
    assert seen == [[("host", line), ("inner", 7)]]
    places = entries(caught.value, "i.sn", "test_embedding_errors.py")
    assert places[1:] == [("back", 10), ("host", line), ("inner", 7)]


def test_pythons_traceback_shows_the_body_of_a_module():
    with pytest.raises(SentraError) as caught:
        sentra.Engine(mode="interp").run(CALLS + "call()", filename="b.sn")
    assert entries(caught.value, "b.sn") == [("<module>", 15), ("call", 2), ("inner", 7)]


@pytest.mark.parametrize("calls", [0, 300])
@pytest.mark.parametrize("mode", ["interp", "tree", "auto"])
def test_pythons_traceback_of_compiled_and_interpreted_calls(mode, calls):
    """In the mode "auto", calls that are frequent are compiled."""
    program = sentra.Engine(mode=mode, limits=sentra.Limits.none()).compile("""
        fn f(n) {
          return n < 0 ? n + nil : n
        }
        fn g(n) { for i in range(3) { f(n) }
          return map([n], fn(each) {
            return f(each - 1)
          })
        }
        fn h(x, n) { return x(n) }
        fn top(n) { return h(g, n) }
    """, "m.sn")
    for n in range(1, calls):
        program.call("top", n)
    with pytest.raises(SentraError) as caught:
        program.call("top", 0)
    places = [place for place in entries(caught.value, "m.sn") if place[0] != "<listcomp>"]
    if mode == "auto" and calls:  # compiled, a lambda may have no frame; the host enters at "top"
        assert [place for place in places if place[0] in ("h", "f")] == [("h", 10), ("f", 3)]
        assert places.count(("top", 11)) in (1, 2)
        assert len(places) < 7
    else:
        assert [line for _, line in places] == [11, 10, 6, 7, 3]
        assert [name for name, _ in places if name != "fn"] == ["top", "h", "g", "f"]
    assert caught.value.stack[0] == "f (m.sn:3)"


def test_pythons_traceback_has_the_path_of_a_loaded_program(tmp_path):
    file = tmp_path / "calls.sn"
    file.write_text(CALLS)
    with pytest.raises(SentraError) as caught:
        sentra.Engine(mode="interp").load(file).call("call")
    text = "".join(traceback.format_exception(caught.value))
    assert f'  File "{file}", line 2, in call\n    fn call() {{ return inner() }}\n' in text
    assert f'  File "{file}", line 7, in inner\n    return x - 1\n' in text
    assert "^" not in text.split(str(file))[2].split("  File")[0]


# --- Python's own tools ----------------------------------------------------------------------

def test_pdb_stops_in_the_file_of_a_loaded_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "sizes.sn"
    file.write_text("fn area(w, h) {\n  let doubled = w * 2\n  return doubled / h\n}\n")
    program = sentra.Engine(mode="closure").load("real/sizes.sn")
    shown = io.StringIO()
    where = "" if sys.version_info >= (3, 13) else f"break {file}:3\n"
    commands = io.StringIO(where + "continue\np doubled\ncontinue\n")
    debugger = pdb.Pdb(stdin=commands, stdout=shown, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    if not where:  # this pdb takes no other files than those of Python
        assert debugger.set_break("real/sizes.sn", 3) is None
    previous = sys.gettrace()
    try:
        assert debugger.runcall(program.call, "area", 3, 4) == 1.5
    finally:
        sys.settrace(previous)
    assert f"> {file}(3)area()\n-> return doubled / h\n(Pdb) 6\n" in shown.getvalue()


@pytest.mark.parametrize("mode", ["interp", "closure", "tree", "auto"])
def test_errors_of_a_loaded_program_do_not_show_its_path(tmp_path, mode):
    file = tmp_path / "sizes.sn"
    file.write_text("fn area(w, h) { return w / h }\nfn spin() { while true {} }")
    program = sentra.Engine(mode=mode, limits=sentra.Limits(steps=1000)).load(file)
    for call in (("area", 1, 0), ("area", 1), ("spin",)):
        with pytest.raises((SentraError, sentra.LimitExceeded)) as caught:
            program.call(*call)
        error = caught.value
        for text in (str(error), error.file, *error.stack, sentra.format_error(error),
                     sentra.format_traceback(error)):
            assert str(tmp_path) not in text
        assert error.file in ("sizes.sn", "")
    assert copied(program).filename == "sizes.sn"
    assert str(tmp_path).encode() not in program.to_bytes()


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
