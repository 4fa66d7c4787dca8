"""Entries against the interpreter: random small functions, called with values of every kind."""

from __future__ import annotations

import random

import pytest

import sentra
from sentra import Engine, Limits, SentraError

ENGINES = {
    "production": lambda: Engine(mode="closure", limits=Limits.none()),
    "metered": lambda: Engine(mode="closure"),
}
VALUES = [0, 1, -3, 7, 2.5, -0.0, 1e300, True, None, "", "ab", "7", [], [1, "x"], {}, {"k": 2},
          {"k": "y", "m": {"k": 3}}, 1 << 70, (1, 2), {"k": [1]}]
DEFAULTS = ["0", "2", "0.5", '"k"', "nil", "true", "len(a)", "-1"]
OPERATORS = ["+", "-", "*", "/", "%", "<", "<=", "==", "!=", "&&", "||", "??"]
CALLS = ["len({0})", "abs({0})", "max({0}, {1})", "min({0}, 3)", "str({0})", "{0}.upper()",
         "{0}.starts_with({1})", "floor({0})", "int({0})", "type({0})", "contains({0}, {1})",
         "(-({0}))", "!{0}", "`{0}:${{{1}}}`", "`${{{0}}}`", "{0}.k", "{0}.m.k", "{0}[{1}]",
         "split({0}, {1})", "replace({0}, {1}, \"x\")", "index_of({0}, {1})", "is_digit({0})",
         "has({0}, {1})", "get({0}, {1}, 2)", "first({0})", "join({0}, \",\")", "round({0})",
         '"k" in {0}', "({0} ? {1} : {0})", "[{0}, {1}]", "({{a: {0}}})", "bool({0})"]


class Maker:
    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.made: list[tuple[str, int]] = []  # functions, and how many arguments they take

    def expression(self, names: list[str], depth: int) -> str:
        kind = self.pick.random()
        if depth == 0 or kind < 0.2:
            return self.pick.choice([*names, *names, "2", "1000", "0.5", '"k"', "nil", "true"])
        first = self.expression(names, depth - 1)
        second = self.expression(names, depth - 1)
        if kind < 0.65:
            operator = self.pick.choice(OPERATORS[:11])
            return f"({first} {operator} {second})"
        if self.made and kind < 0.75:
            name, count = self.pick.choice(self.made)
            return f"{name}({', '.join([first, second, '3'][:count])})"
        call = self.pick.choice(CALLS)
        if "`" in call and "`" in first + second:  # templates do not nest
            call = "str({0})"
        return call.format(first, second)

    def function(self, number: int) -> tuple[str, int]:
        count = self.pick.choice([1, 1, 2, 2, 3])
        optional = self.pick.choice([0, 0, 0, 1, count])
        depth = 1 if number < 12 else 3  # the first are small enough for what calls them
        names = ["a", "b", "c"][:count]
        body = []
        for _ in range(self.pick.randrange(depth)):
            name = f"v{len(body)}"
            body.append(f"let {name} = {self.expression(names, min(depth, 2))}")
            names = [*names, name]
        if self.pick.random() < 0.2:
            caught = self.pick.choice(["return 7", "return e.message", "let lost = 1"])
            body.append(f"try {{ let t = {self.expression(names, 2)}\n"
                        f"if t {{ return t }} }} catch e {{ {caught} }}")
        if depth > 1 and self.pick.random() < 0.5:
            leave = self.pick.choice(["return", "return", "throw"])
            body.append(f"if {self.expression(names, 2)} {{ {leave} {self.expression(names, 1)} }}")
        body.append(f"return {self.expression(names, depth)}")
        text = "\n  ".join(body)
        if not optional:
            self.made.append((f"f{number}", count))
        parameters = [
            name if place < count - optional else f"{name} = {self.pick.choice(DEFAULTS)}"
            for place, name in enumerate(["a", "b", "c"][:count])]
        return f"fn f{number}({', '.join(parameters)}) {{\n  {text}\n}}", count


def outcome(function: sentra.Function, args: tuple[object, ...]) -> object:
    try:
        value = function(*args)
    except (SentraError, TypeError) as error:
        return type(error), str(error), getattr(error, "stack", None)
    return type(value), repr(value)


@pytest.mark.parametrize("seed", range(12))
def test_the_same_as_on_the_interpreter(seed: int) -> None:
    maker = Maker(seed)
    functions = [maker.function(number) for number in range(25)]
    source = "\n".join([text for text, _ in functions])
    judge = Engine(mode="interp").compile(source, "random.sn").run()
    runs = {name: make().compile(source, "random.sn").run() for name, make in ENGINES.items()}
    assert any(f"_entry_f{number}0" in runs["metered"].namespace for number in range(25))
    for number, (text, count) in enumerate(functions):
        for _ in range(25):
            args = tuple([maker.pick.choice(VALUES) for _ in range(
                maker.pick.choice([count, count, count, *range(count)]))])
            right = outcome(judge[f"f{number}"], args)
            steps = judge.steps
            for name, run in runs.items():
                assert outcome(run[f"f{number}"], args) == right, (name, text, args)
                assert name == "production" or run.steps == steps, (text, args)
