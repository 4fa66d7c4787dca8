"""What the host is told of errors: places, texts, tracebacks."""

from __future__ import annotations

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
