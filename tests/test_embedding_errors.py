"""What the host is told of errors: places, texts, tracebacks."""

from __future__ import annotations

import pickle

import pytest
from embedded import engine

import sentra

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
