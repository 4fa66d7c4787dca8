"""Random expressions, for `generator`.

An expression has a type: what its variables and operators are chosen for. A few do not have the
type that their place wants, on purpose; they throw when they are evaluated.
"""

from __future__ import annotations

import random
from collections.abc import Callable

NAMES = [
    "a", "b", "c", "d", "e", "n", "x", "y", "total", "item", "text", "class", "None", "self", "def",
    "lambda", "print", "list", "dict", "_x", "x_", "__init__", "is", "del", "super", "_locate",
    "count", "object", "from", "case",
]
KEYS = ["k", "name", "in", "class", "length", "z", "two words"]
WORDS = ["", "a", "b", "abc", "Hello", "x,y,z", "  pad ", "ünï", "🙂", "10", "-3.5", "it's",
         "line\\n"]
NUMBERS = ["0", "1", "2", "3", "5", "7", "10", "-1", "-2", "100", "255", "1000", "true"]
BIG = ["9007199254740993", "12345678901234567890", "-18446744073709551616", "0xFF", "1_000_000"]
FLOATS = ["0.5", "1.5", "-2.25", "0.1", "3.0", "1e3", "1e-3", "-0.0", "1e16", "2.5e10"]
TYPES = ["int", "float", "str", "bool", "arr", "map"]
MOST = 4000  # estimated statements of a program
MOST_IN_FUNCTION = 60


class Variable:
    def __init__(self, kind: str, constant: bool = False, arity: int = 0, cost: int = 1) -> None:
        self.kind = kind  # a type of TYPES, "fn", or "any"
        self.constant = constant  # never assigned by generated statements
        self.arity = arity
        self.cost = cost  # of a call


class Scope:
    def __init__(self, parent: Scope | None = None, function: bool = False) -> None:
        self.parent = parent
        self.function = function
        self.variables: dict[str, Variable] = {}
        self.constants: set[str] = set()

    def visible(self) -> dict[str, Variable]:
        found = dict(self.parent.visible()) if self.parent else {}
        found.update(self.variables)
        return found


class ExpressionGenerator:
    """Writes the expressions of one program, and keeps its scopes and its budget."""

    def __init__(self, seed: int, size: int = 5, wild: float = 0.006, tasks: bool = True) -> None:
        self.random = random.Random(seed)
        self.size = size
        self.wild = wild
        self.tasks = tasks
        self.scope = Scope(function=True)
        self.lines: list[str] = []
        self.indent = 0
        self.times = 1  # how often the current statement may run
        self.cost = 0  # of the current function, or of the module's own statements
        self.limit = MOST
        self.loops = 0  # around this statement in this function
        self.functions = 0  # around this statement
        self.tries = 0
        self.returns = "int"  # what the current function gives
        self.fresh = 0

    # --- choices -------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, choices: list[str]) -> str:
        return self.random.choice(choices)

    def below(self, count: int) -> int:
        return self.random.randrange(count)

    def choose(self, table: list[tuple[int, Callable[..., str]]], *args: int) -> str:
        weights = [weight for weight, _ in table]
        return self.random.choices(table, weights)[0][1](self, *args)

    # --- names ---------------------------------------------------------------------------------

    def variables(self, kind: str, assignable: bool = False) -> list[str]:
        return [name for name, variable in self.scope.visible().items()
                if variable.kind == kind and not (assignable and variable.constant)]

    def new_name(self) -> str:
        while True:
            name = self.pick(NAMES)
            if name not in self.scope.constants and not self.is_reserved(name):
                return name

    def is_reserved(self, name: str) -> bool:
        """Functions keep their names in their own block, so that calls cost what was estimated."""
        own = self.scope.variables.get(name)
        return own is not None and (own.kind == "fn" or own.constant)

    def hidden_name(self, stem: str) -> str:
        """A name that nothing else assigns."""
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def declare(self, name: str, variable: Variable) -> None:
        self.scope.variables[name] = variable
        if variable.constant:
            self.scope.constants.add(name)

    # --- text ----------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("  " * self.indent + text)
        self.cost += self.times

    def block(self, body: Callable[[], None], function: bool = False) -> None:
        """The statements that `body` writes, in a scope of their own."""
        outer = self.scope
        self.scope = Scope(outer, function)
        self.indent += 1
        body()
        self.indent -= 1
        self.scope = outer

    def capture(self, body: Callable[[], None]) -> list[str]:
        """The lines that `body` writes."""
        outer, self.lines = self.lines, []
        body()
        written, self.lines = self.lines, outer
        return written

    # --- expressions ---------------------------------------------------------------------------

    def expression(self, kind: str, depth: int = 3) -> str:
        if self.chance(self.wild):
            kind = self.pick([*TYPES, "nil", "fn"])
        names = self.variables(kind)
        if depth <= 0 or self.chance(0.35):
            if names and self.chance(0.75):
                return self.pick(names)
            if depth <= 0 or self.chance(0.5):
                return self.literal(kind)
        return self.choose(getattr(self, "of_" + kind), depth - 1)

    def literal(self, kind: str) -> str:
        if kind == "int":
            return self.pick(BIG if self.chance(0.06) else NUMBERS)
        if kind == "float":
            return self.pick(FLOATS)
        if kind == "str":
            return f'"{self.pick(WORDS)}"'
        if kind == "bool":
            return self.pick(["true", "false"])
        if kind == "arr":
            return f"[{', '.join([self.pick(NUMBERS) for _ in range(self.below(4))])}]"
        if kind == "map":
            entries = [f"{self.key()}: {self.pick(NUMBERS)}" for _ in range(self.below(3))]
            return f"({{{', '.join(entries)}}})"
        if kind == "fn":
            return self.pick(["fn(x) => x", "fn(x, i = 1) => i", "str", "fn(...r) => len(r)"])
        return "nil"

    def key(self) -> str:
        key = self.pick(KEYS)
        return f'"{key}"' if " " in key or self.chance(0.3) else key

    def pair(self, kind: str, depth: int, operators: list[str]) -> str:
        return (f"({self.expression(kind, depth)} {self.pick(operators)} "
                f"{self.expression(kind, depth)})")

    def number(self, depth: int) -> str:
        return self.expression(self.pick(["int", "int", "float"]), depth)

    def call(self, depth: int) -> str:
        """A call of a function of the program, or else something small."""
        found = [(name, variable) for name, variable in self.scope.visible().items()
                 if variable.kind == "fn" and variable.cost * self.times + self.cost < self.limit]
        if not found:
            return self.literal("int")
        name, variable = self.random.choice(found)
        self.cost += variable.cost * self.times
        count = variable.arity
        if self.chance(0.03):
            count = max(0, count + self.pick(["1", "-1"]).count("-") * -2 + 1)
        arguments = [self.expression("int", depth) for _ in range(count)]
        return f"{name}({', '.join(arguments)})"

    def function(self, kind: str, parameters: list[tuple[str, str]], depth: int) -> str:
        """A lambda; it runs once for each element of something small."""
        outer, self.scope = self.scope, Scope(self.scope, True)
        times, self.times = self.times, self.times * 6
        for name, parameter in parameters:
            self.declare(name, Variable(parameter))
        named = ", ".join([name for name, _ in parameters])
        body = self.expression(kind, depth)
        if self.chance(0.2):
            test = self.expression("bool", depth)
            text = f"fn({named}) {{ if {test} {{ return {body} }} return {self.literal(kind)} }}"
        else:
            text = f"fn({named}) => {body}"
        self.times, self.scope = times, outer
        return text

    def element_function(self, kind: str, depth: int) -> str:
        first, second = self.random.sample(["x", "y", "it", "v"], 2)
        parameters = [(first, "int"), (second, "int")][:1 + self.chance(0.2)]
        return self.function(kind, parameters, depth)

    def conditional(self, kind: str, depth: int) -> str:
        test = self.expression("bool", depth)
        then, other = self.expression(kind, depth), self.expression(kind, depth)
        form = self.below(4)
        if form == 0:
            return f"if {test} {{ {then} }} else {{ {other} }}"
        if form == 1:
            subject = self.expression("int", depth)
            return (f"match {subject} {{ {self.pick(NUMBERS[:7])}, 4 => {then}, "
                    f"q if q {self.pick(['<', '>=', '=='])} 2 => {{ {other} }} "
                    f"_ => {self.literal(kind)} }}")
        return f"({test} ? {then} : {other})"

    def parenthesised(self, text: str) -> str:
        return f"({text})" if text.startswith(("if ", "match ", "fn(", "-")) else text

    def receiver(self, kind: str, depth: int) -> str:
        text = self.parenthesised(self.expression(kind, depth))
        return text if text[-1:] in ")]\"" or text.isidentifier() else f"({text})"

    # Each production takes the depth that is left for what is inside it.

    of_int: list[tuple[int, Callable[..., str]]] = [
        (30, lambda g, d: g.pair("int", d, ["+", "-", "+"])),
        (8, lambda g, d: f"(({g.expression('int', d)} * {g.expression('int', d)}) % 9973)"),
        (8, lambda g, d: f"({g.expression('int', d)} % {g.pick(['2', '3', '-3', '7', '10'])})"),
        (1, lambda g, d: g.pair("int", d, ["%"])),
        (3, lambda g, d: f"-{g.receiver('int', d)}"),
        (6, lambda g, d: f"len({g.expression(g.pick(['arr', 'str', 'map']), d)})"),
        (8, lambda g, d: f"({g.receiver('arr', d)}[{g.expression('int', d)}] || "
                         f"{g.pick(NUMBERS)})"),
        (1, lambda g, d: f"{g.receiver('arr', d)}[{g.expression('int', d)}]"),
        (4, lambda g, d: f"int({g.receiver('map', d)}.{g.pick(KEYS[:6])} || 0)"),
        (1, lambda g, d: f"{g.receiver('map', d)}.{g.pick(KEYS[:6])}"),
        (14, lambda g, d: g.call(d)),
        (8, lambda g, d: g.parenthesised(g.conditional("int", d))),
        (3, lambda g, d: f"sum({g.expression('arr', d)})"),
        (4, lambda g, d: f"{g.pick(['max', 'min'])}({g.number(d)}, {g.number(d)})"),
        (3, lambda g, d: f"{g.pick(['floor', 'ceil', 'int', 'abs', 'round'])}({g.number(d)})"),
        (2, lambda g, d: f"div({g.expression('int', d)}, {g.pick(['2', '3', '-4'])})"),
        (2, lambda g, d: f"{g.pick(['floor', 'floor', 'int', 'trunc', 'ceil'])}("
                         f"{g.expression('int', d)} / "
                         f"{g.pick(['2', '3', '10', '-4', g.receiver('int', d)])})"),
        (1, lambda g, d: f"floor((len({g.expression('arr', d)}) {g.pick(['+', '-'])} "
                         f"{g.expression('int', d)}) / {g.pick(['2', '7', '-2'])})"),
        (3, lambda g, d: f"{g.receiver('arr', d)}.reduce("
                         f"{g.function('int', [('x', 'int'), ('y', 'int')], 1)}, 0)"),
        (1, lambda g, d: f"{g.receiver('arr', d)}.index_of({g.expression('int', d)})"),
        (1, lambda g, d: f"{g.receiver('str', d)}.index_of({g.expression('str', d)})"),
        (2, lambda g, d: f"({g.expression('bool', d)} {g.pick(['&&', 'or', '||', 'and'])} "
                         f"{g.expression('int', d)})"),
        (2, lambda g, d: f"{g.pick(['band', 'bor', 'bxor'])}({g.expression('int', d)}, "
                         f"{g.expression('int', d)})"),
        (1, lambda g, d: f"{g.receiver('arr', d)}.length"),
    ]
    of_float: list[tuple[int, Callable[..., str]]] = [
        (8, lambda g, d: f"({g.number(d)} / {g.pick(['2', '4', '0.5', '3'])})"),
        (1, lambda g, d: f"({g.number(d)} / {g.number(d)})"),
        (8, lambda g, d: f"({g.number(d)} {g.pick(['+', '-', '*'])} {g.expression('float', d)})"),
        (2, lambda g, d: f"({g.expression('float', d)} % {g.pick(['2', '1.5', '-3'])})"),
        (2, lambda g, d: f"sqrt(abs({g.number(d)}))"),
        (2, lambda g, d: f"round({g.number(d)}, 2)"),
        (2, lambda g, d: f"float({g.number(d)})"),
        (2, lambda g, d: g.parenthesised(g.conditional("float", d))),
    ]
    of_str: list[tuple[int, Callable[..., str]]] = [
        (10, lambda g, d: f"({g.expression('str', d)} + {g.expression(g.pick(TYPES), d)})"),
        (3, lambda g, d: f"({g.number(d)} + {g.expression('str', d)})"),
        (8, lambda g, d: f"`{g.pick(WORDS)}${{{g.expression(g.pick(TYPES), d)}}}-"
                         f"${{{g.expression('str', d)}}}`"),
        (4, lambda g, d: f"str({g.expression(g.pick(TYPES), d)})"),
        (3, lambda g, d: f"{g.receiver('str', d)}[{g.expression('int', d)}]"),
        (3, lambda g, d: f"{g.receiver('str', d)}[{g.slice_bounds(d)}]"),
        (3, lambda g, d: f"{g.receiver('str', d)}."
                         f"{g.pick(['upper', 'lower', 'trim', 'reverse'])}()"),
        (2, lambda g, d: f"replace({g.expression('str', d)}, \"a\", {g.expression('str', d)})"),
        (2, lambda g, d: f"join({g.expression('arr', d)}, \"{g.pick([',', '', '-'])}\")"),
        (1, lambda g, d: f"({g.expression('str', d)} * {g.pick(['0', '1', '2', '3'])})"),
        (2, lambda g, d: f"type({g.expression(g.pick([*TYPES, 'nil', 'fn']), d)})"),
        (3, lambda g, d: g.parenthesised(g.conditional("str", d))),
    ]
    of_bool: list[tuple[int, Callable[..., str]]] = [
        (14, lambda g, d: g.pair("int", d, ["<", "<=", ">", ">=", "==", "!="])),
        (4, lambda g, d: f"({g.number(d)} {g.pick(['<', '==', '>='])} {g.number(d)})"),
        (3, lambda g, d: g.pair("str", d, ["<", ">=", "==", "!="])),
        (2, lambda g, d: g.pair("arr", d, ["==", "!=", "<"])),
        (2, lambda g, d: g.pair("map", d, ["==", "!="])),
        (5, lambda g, d: g.pair("bool", d, ["&&", "||", "and", "or"])),
        (4, lambda g, d: f"!{g.receiver('bool', d)}"),
        (3, lambda g, d: f"({g.expression('int', d)} {g.pick(['in', 'not in'])} "
                         f"{g.expression('arr', d)})"),
        (2, lambda g, d: f"(\"{g.pick(KEYS)}\" in {g.expression('map', d)})"),
        (2, lambda g, d: f"({g.expression('str', d)} in {g.expression('str', d)})"),
        (2, lambda g, d: f"({g.expression(g.pick(TYPES), d)} == {g.expression(g.pick(TYPES), d)})"),
        (2, lambda g, d: f"{g.pick(['some', 'every'])}({g.expression('arr', d)}, "
                         f"{g.element_function('bool', 1)})"),
    ]
    of_arr: list[tuple[int, Callable[..., str]]] = [
        (10, lambda g, d: f"[{', '.join([g.expression('int', d) for _ in range(g.below(4))])}]"),
        (1, lambda g, d: f"[{g.expression(g.pick(TYPES), d)}, {g.expression(g.pick(TYPES), d)}]"),
        (5, lambda g, d: f"{g.receiver('arr', d)}.map({g.element_function('int', 1)})"),
        (4, lambda g, d: f"filter({g.expression('arr', d)}, {g.element_function('bool', 1)})"),
        (4, lambda g, d: f"{g.receiver('arr', d)}[{g.slice_bounds(d)}]"),
        (3, lambda g, d: f"range({g.pick(['0', '2', '3', '4'])})"),
        (2, lambda g, d: f"({g.expression('arr', d)} + {g.expression('arr', d)})[:8]"),
        (2, lambda g, d: f"sorted({g.expression('arr', d)})"),
        (2, lambda g, d: f"unique({g.expression('arr', d)})"),
        (1, lambda g, d: f"keys({g.expression('map', d)}).map(fn(k) => len(str(k)))"),
        (1, lambda g, d: f"chars({g.expression('str', d)})[:5].map(ord)"),
        (2, lambda g, d: g.parenthesised(g.conditional("arr", d))),
    ]
    of_map: list[tuple[int, Callable[..., str]]] = [
        (10, lambda g, d: "({" + ", ".join([
            f"{g.key()}: {g.expression(g.pick(['int', 'int', *TYPES]), d)}"
            for _ in range(g.below(4))]) + "})"),
        (2, lambda g, d: f"({{{g.pick(['0', '1', '2.5', '1.0', '(-1)', '(true)'])}: "
                         f"{g.expression('int', d)}, ({g.expression('str', d)}): "
                         f"{g.expression('int', d)}}})"),
        (2, lambda g, d: f"merge({g.expression('map', d)}, {g.expression('map', d)})"),
        (1, lambda g, d: f"clone({g.expression('map', d)})"),
    ]
    of_fn: list[tuple[int, Callable[..., str]]] = [
        (1, lambda g, d: g.parenthesised(g.element_function("int", 1)))]
    of_nil: list[tuple[int, Callable[..., str]]] = [(1, lambda g, d: "nil")]

    def slice_bounds(self, depth: int) -> str:
        start = self.expression("int", depth) if self.chance(0.6) else ""
        end = self.expression("int", depth) if self.chance(0.6) else ""
        return f"{start}:{end}"

    def small(self, kind: str, text: str) -> str:
        """The text of a value for a variable, kept small where it could grow in a loop."""
        if kind == "int" and "*" in text:
            return f"{self.parenthesised(text)} % 100003"
        if kind == "str" and ("+" in text or "`" in text or "*" in text or "(" in text):
            return f"{self.parenthesised(text) if text[-1] in ')`' else f'({text})'}[:24]"
        return text

    def value(self, kind: str) -> str:
        return self.small(kind, self.expression(kind, 2 + self.chance(0.3)))
