"""A short fixed slice of what tests/fuzz.py runs for hours."""

from __future__ import annotations

from typing import Any

import pytest
from configurations import ALWAYS, ROTATED, WAYS, on, ways_of
from generator import program
from mutate import mutated
from outcomes import compiled, endless, problem_of, quiet_context, same_code
from shrink import shrink, without_lines

from sentra.codegen.generate import generate
from sentra.errors import Located
from sentra.interp.executor import InterpreterExecutor
from sentra.ir.prepare import prepare
from sentra.pipeline import run

SLICE = 40
PROGRAMS = range(1000, 1000 + 8 * SLICE, SLICE)
TEXTS = range(2000, 2000 + 4 * 40, 40)


@pytest.mark.parametrize("first", PROGRAMS)
def test_executors_agree(first: int) -> None:
    for seed in range(first, first + SLICE):
        assert problem_of(program(seed), ways_of(seed), forms=seed % 10 == 0) == "", f"seed {seed}"


@pytest.mark.parametrize("first", [1, 5000])
def test_all_ways_agree(first: int) -> None:
    for seed in range(first, first + 20):
        assert problem_of(program(seed), WAYS) == "", f"seed {seed}"


@pytest.mark.parametrize("first", TEXTS)
def test_damaged_texts(first: int) -> None:
    ways = {name: WAYS[name] for name in ("interp-plain", "interp")}
    for seed in range(first, first + 40):
        assert problem_of(mutated(seed), ways) == "", f"seed {seed}"


def test_all_ways_get_their_share() -> None:
    chosen = [name for seed in range(2 * len(ROTATED)) for name in ways_of(seed)]
    for name in ROTATED:
        assert chosen.count(name) == 3
    for name in ALWAYS:
        assert chosen.count(name) == 2 * len(ROTATED)


@pytest.mark.parametrize("options", [{"size": 3}, {"size": 30}, {"wild": 0.1}, {"tasks": False}])
def test_generated_programs_are_valid_and_mostly_end(options: dict[str, Any]) -> None:
    stopped = 0
    for seed in range(30):
        module = compiled(program(seed, **options))
        assert module is not None
        stopped += endless(WAYS["interp"](module))
    assert stopped <= 3  # a loop whose bound grows with it, or turns out to be infinite


def test_all_functions_are_compiled() -> None:
    for seed in range(100):
        ir = prepare(compiled(program(seed)))
        generate(ir)
        assert [function.declined for function in ir.functions if function.declined] == []


def test_generator_is_deterministic() -> None:
    assert [program(seed) for seed in range(5)] == [program(seed) for seed in range(5)]
    assert len({program(seed) for seed in range(50)}) == 50


def test_generated_programs_use_the_language() -> None:
    text = "".join([program(seed) for seed in range(300)])
    for piece in ("finally", "match", "while", "for (let", "fn(", "...rest", "catch", "throw",
                  "break", "continue", "return", "const", "var ", "go fn", "<-", "select", "`",
                  "? ", "else if", "+=", "++", " in ", "not in", ".map(", "[1:" , "global0"):
        assert piece in text, piece


def test_difference_is_found() -> None:
    """A broken executor is noticed, and the program that shows it is made small."""
    class Broken:
        name = "broken"

        def body(self, module: Any, namespace: Any, context: Any) -> Any:
            write = context._write
            context._write = lambda text: write(text.replace("-7", "7"))
            return InterpreterExecutor().body(module, namespace, context)

    executors = {"interp": on(InterpreterExecutor), "broken": on(Broken)}
    text = "let a = [1, 2]\nfor x in a {\n  if x == 2 { log(x, -7, a) }\n}\nlog(3)\n"
    problem = problem_of(text, executors)
    assert problem == ("broken differs from interp\nprinted, line 1:\n"
                       "  expected 2 -7 [1, 2]\n  got      2 7 [1, 2]")
    assert shrink(text, lambda shorter: problem_of(shorter, executors).startswith(
        "broken")) == "log(-7)\n"


def test_shrink() -> None:
    def fails(text: str) -> bool:
        module = compiled(text)
        if module is None:
            return False
        try:
            run(module, context=quiet_context([]), executor=InterpreterExecutor())
        except Located as error:
            return "cannot add nil and number" in str(error)
        return False

    text = program(8) + "fn broken(x) { if x { return x + 1 } return nil + len([x, 2]) }\n" \
                        "for i in range(3) { try { log(i) } finally { broken(0) } }\n"
    small = shrink(text, fails)
    assert fails(small)
    assert len(small) < 60
    with pytest.raises(ValueError, match="does not fail"):
        shrink("log(1)", fails)


def test_shrink_by_lines() -> None:
    assert without_lines("a\nb\nc\nd\ne", lambda text: "b" in text and "d" in text) == "b\nd"


def test_same_code() -> None:
    one, other = compiled("let a = 1.0\nlog(a)"), compiled("let  a = 1.0 log(a)")
    assert same_code(one, other)
    assert not same_code(one, compiled("let a = 1\nlog(a)"))
    assert not same_code(compiled("log(0.0)"), compiled("log(-0.0)"))


def test_endless_programs_are_stopped() -> None:
    for text in ("while true { }", "while true { log(1) }", "fn f() { f() } while true { "
                 "try { f() } catch e { } }"):
        assert endless(WAYS["interp"](compiled(text)))
