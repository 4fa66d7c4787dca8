"""Entries against the interpreter: random small functions, called with values of every kind."""

from __future__ import annotations

import random

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, SentraError
from sentra.runtime.names import is_entry

ENGINES = {
    "production": lambda: Engine(mode="closure", limits=Limits.none()),
    "metered": lambda: Engine(mode="closure", limits=LIMITS),
}
LIMITS = Limits.default(steps=200_000)
VALUES = [0, 1, -3, 7, 2.5, -0.0, 1e300, True, None, "", "ab", "7", [], [1, "x"], {}, {"k": 2},
          {"k": "y", "m": {"k": 3}}, 1 << 70, (1, 2), {"k": [1]}, [3, 1.5, 2], ["b", "a", "b"],
          [[1, 2], [3]], [{"k": 2}, {"k": 1.5}], [{"k": 1}, {"n": 2}], {"k": [{"k": 4}], "n": "ab"},
          list(range(1200)), [object()], {"k": object()}, [[1], object()], 12]
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

    def loop(self, names: list[str], depth: int) -> list[str]:
        """Statements with a loop that changes the variables t, out and m."""
        over = self.pick.choice([*names, *names, f"{names[0]}.k", "range(3)", f"range({names[-1]})",
                                 "[1, 2]", f"range(1, {names[0]}, 2)", "keys(m)"])
        head, known = f"for x in {over} {{", [*names, "x", "t"]
        if self.pick.random() < 0.2:
            head, known = f"for i, x in {over} {{", [*known, "i"]
        elif self.pick.random() < 0.25:
            head = f"let x = 0\nwhile x {self.pick.choice(['<', '<='])} {over} {{"
            known = [*known, "out"]
        body = ["x = x + 1"] if head.startswith("let") else []
        for _ in range(self.pick.randrange(1, 4)):
            value = self.expression(known, 1)
            body.append(self.pick.choice([
                f"t = t {self.pick.choice('+*-%')} {value}", f"t = {value}", f"push(out, {value})",
                f"m[{value}] = {self.pick.choice(known)}", f"m.k = {value}",
                f"if {value} {{ {self.pick.choice(['break', 'continue', 'return t', 't = x'])} }}",
                f"out.push({value})", "pop(out)", f"t = x.k + {value}", "t = t + x",
                f"let y = {value}\nt = t + y", "t = x[0]", f"out[0] = {value}"]))
        if depth and self.pick.random() < 0.3:
            body += self.loop([*names, "x"], depth - 1)
        return [head, *[f"  {line}" for line in body], "}"]

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
        if depth > 1 and self.pick.random() < 0.5:
            start = self.pick.choice(["0", "0", '""', "1.5", "nil", names[0]])
            body += [f"let t = {start}", "let out = []", "let m = {}", *self.loop(names, 1)]
            names = [*names, "t", "out", "m"]
            if self.pick.random() < 0.5:
                body += [f"return {self.pick.choice(['t', 'out', 'm', '[t, out, m]'])}"]
        body.append(f"return {self.expression(names, depth)}")
        text = "\n  ".join(body)
        if not optional:
            self.made.append((f"f{number}", count))
        parameters = [
            name if place < count - optional else f"{name} = {self.pick.choice(DEFAULTS)}"
            for place, name in enumerate(["a", "b", "c"][:count])]
        return f"fn f{number}({', '.join(parameters)}) {{\n  {text}\n}}", count


def is_refused(found: object) -> bool:
    return isinstance(found, tuple) and found[1].startswith("cannot pass object")


def is_limited(found: object) -> bool:
    """Whether production code would go on for long."""
    return isinstance(found, tuple) and ("limit" in found[1] or "too large" in found[1])


def outcome(function: sentra.Function, args: tuple[object, ...]) -> object:
    try:
        value = function(*args)
    except (SentraError, LimitExceeded, TypeError) as error:
        return type(error), str(error), getattr(error, "stack", None)
    return type(value), repr(value)


def check_call(
    judge: sentra.Run, runs: dict[str, sentra.Run], name: str, args: tuple[object, ...], text: str,
) -> object:
    """The outcome of a call on the interpreter; the others have the same, in as many steps."""
    right = outcome(judge[name], args)
    steps = judge.steps
    if is_refused(right):  # entries do not look at what they do not read
        return right
    for build, run in runs.items():
        if build == "production" and is_limited(right):
            continue
        assert outcome(run[name], args) == right, (build, text, args)
        assert build == "production" or run.steps == steps, (text, args)
    return right


@pytest.mark.parametrize("seed", range(12))
def test_the_same_as_on_the_interpreter(seed: int) -> None:
    maker = Maker(seed)
    functions = [maker.function(number) for number in range(25)]
    source = "\n".join([text for text, _ in functions])
    judge = Engine(mode="interp", limits=LIMITS).compile(source, "random.sn").run()
    runs = {name: make().compile(source, "random.sn").run() for name, make in ENGINES.items()}
    assert any(is_entry(runs["metered"][f"f{number}"].__code__) for number in range(25))
    for number, (text, count) in enumerate(functions):
        for _ in range(25):
            args = tuple([maker.pick.choice(VALUES) for _ in range(
                maker.pick.choice([count, count, count, *range(count)]))])
            check_call(judge, runs, f"f{number}", args, text)
