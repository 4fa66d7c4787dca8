"""Values and expressions of any type, for `generator`: what the typed expressions are mixed with.

What the compiler concludes about a program it concludes from types: of arguments, of what is in
containers, of which function a variable means. So these pieces hand values of all types to the
same code, on routes that the compiler must either see through or give up at.
"""

from __future__ import annotations

from collections.abc import Callable

from generated_expressions import KEYS, TYPES, ExpressionGenerator

from sentra.runtime.builtins import ARRAY_METHODS, MAP_METHODS, STRING_METHODS, names

VALUES = {
    "int": ["0", "1", "2", "3", "-1", "-2", "7", "10", "100", "true", "false",
            "12345678901234567890", "-9007199254740993"],
    "float": ["0.5", "-2.5", "2.0", "-0.0", "1e16", "1e400", "-1e400", "1e308", "0.1", "3.0"],
    "str": ['""', '"a"', '"abc"', '"12"', '"-3"', '"ünï"', '"k"', '"%s"', '"a,b"'],
    "bool": ["true", "false"],
    "arr": ["[]", "[1, 2, 3]", "[1]", '["b", "a"]', "[[1], [2, 3]]", "[1.5, 2]", "[nil, 1]",
            '[1, "a"]', "[3, 1, 2, 5, 4]"],
    "map": ["({})", '({k: 1, z: "s"})', "({name: [1], k: 2.5})", "({k: nil})", '({1: "one"})',
            "({k: fn(x) => x})"],
    "fn": ["fn(x) => x", "fn(...r) => r", "fn(a, b) => a < b", "fn() => 7", "str", "len",
           "fn(a, b = 2) => [a, b]"],
    "nil": ["nil"],
    "error": ['error("bad")', 'error("12", "own")'],
}
"""Type → literals of it."""

LIKELY = ["int"] * 6 + ["float", "str"] * 3 + ["arr", "map"] * 2 + ["bool", "nil", "fn", "error"]

# Not the same in every run, without end, or slow on purpose.
LEFT_OUT = frozenset(
    """time time_now time_ms now_ms clock now date datetime monotonic_ms sleep random random_int
    randomInt randint random_choice shuffle random_seed uuid random_bytes_hex generate_password
    generate_api_key password_hash password_verify encrypt decrypt exit num_cpus input readline args
    hash hmac send receive mutex_lock wait_group_wait await_task log print""".split())
BUILTINS = sorted(names() - LEFT_OUT)
METHODS = sorted((STRING_METHODS | ARRAY_METHODS | MAP_METHODS) - LEFT_OUT)

# What the compiler knows something about: more often than the others.
KNOWN = """len str type int float bool range push pop upper lower trim replace repeat split chars
join substring char_at pad_left pad_right ord chr index_of last_index_of count contains includes
starts_with ends_with is_digit map filter sorted sort sort_by flat flat_map unique zip enumerate
chunk take drop concat partition group_by every some find find_index reduce keys values entries has
get merge from_entries map_values filter_map delete floor ceil round trunc abs min max div sqrt band
bor bxor shl shr gcd first last shift unshift insert remove_at fill slice reverse clone sum pow
for_each clear json_encode mod sign""".split()

SAME = [
    "{0}", "[{0}][0]", "({{k: {0}}}).k", '({{k: {0}}})["k"]', "(fn() => {0})()",
    "(fn(v) => v)({0})",
    "(fn(...r) => r[0])({0})", "(fn(v = {0}) => v)()", "(true ? {0} : nil)", "(nil || {0})",
    "(1 && {0})", "[{0}, {0}].filter(fn(v) => true)[1]", "values({{k: {0}}})[0]",
    "entries({{k: {0}}})[0][1]", "reduce([1], fn(x, y) => {0}, 0)",
    "sort_by([{0}], fn(v) => 1)[0]",
    "merge({{}}, {{k: {0}}}).k", "[1].map(fn(x) => {0})[0]",
    "(fn() {{ for v in [{0}] {{ return v }} }})()",
    "(fn() {{ for k, v in {{k: {0}}} {{ return v }} }})()",
    "(fn() {{ try {{ throw {0} }} catch v {{ return v }} }})()",
    "(match 1 {{ 1 => {0} }})", "(match [{0}] {{ v => v[0] }})", "(if true {{ {0} }} else {{ 0 }})",
    "first([{0}])", "last([{0}])", "pop([{0}])", "concat([], [{0}])[0]", "([{0}] + [1])[0]",
    "([{0}] * 2)[1]", "zip([{0}], [1])[0][0]", "enumerate([{0}])[0][1]", "flat([[{0}]])[0]",
    "chunk([{0}], 1)[0][0]", "partition([{0}], fn(v) => true)[0][0]", "clone([{0}])[0]",
    "get({{k: {0}}}, \"k\")", "get({{}}, \"k\", {0})", "[[{0}]][0][0]", "[{0}][:][0]",
    "find([{0}], fn(v) => true)", "try(fn() => {0}).value", "memoize(fn() => {0})()",
    "from_entries([[\"k\", {0}]]).k", "map_values({{k: {0}}}, fn(v) => v).k",
    "flat_map([1], fn(x) => [{0}])[0]", "group_by([{0}], fn(v) => 1)[1][0]",
    "reverse([1, {0}])[0]", "fill([1], {0})[0]", "max([{0}])", "({0}[:] || {0})",
    "slice([{0}], 0)[0]", "remove_at([{0}], 0)", "[{0}].reduce(fn(x, y) => x)",
]
"""Expressions with the value of {0}."""

CALLS = [
    "{0}({1})", "[{0}][0]({1})", "({{g: {0}}}).g({1})", "(fn(h) => h({1}))({0})",
    "[{1}].map({0})[0]", "(fn() {{ for h in [{0}] {{ return h({1}) }} }})()",
    "try(fn() => {0}({1})).value", "memoize({0})({1})", "await_task(go {0}({1}))",
    "reduce([{1}], {0}, 1)", "reduce([1, {1}], {0})", "(match {0} {{ h => h({1}) }})",
    "(fn() {{ try {{ throw {0} }} catch h {{ return h({1}) }} }})()", "[{1}].filter({0})",
    "sort([{1}, 1], {0})", "({0} || 1)({1})", "(fn() {{ let h = {0}; return h({1}) }})()",
    "find([{1}], {0})", "flat_map([{1}], {0})", "sort_by([{1}, 2], {0})", "some([{1}], {0})",
    "map_values({{k: {1}}}, {0})", "group_by([{1}], {0})", "partition([{1}], {0})",
]
"""Ways to call {0} with the argument {1}."""

OPERATORS = ["+", "+", "-", "*", "/", "%", "%", "<", "<=", ">", ">=", "==", "!=", "in", "not in",
             "&&", "||", "and", "or"]


class ValueGenerator(ExpressionGenerator):
    """Writes expressions without regard to types."""

    def sample(self, kind: str = "") -> str:
        """A literal, of a type or of any."""
        return self.pick(VALUES[kind or self.pick(LIKELY)])

    def mostly(self, kind: str, share: float = 0.7) -> str:
        """A literal, often of this type."""
        return self.sample(kind if self.chance(share) else "")

    def readable(self) -> list[str]:
        """The variables in sight."""
        return [name for name, variable in self.scope.visible().items() if variable.kind != "fn"]

    def atom(self) -> str:
        names = self.readable()
        if names and self.chance(0.7):
            return self.pick(names)
        return self.sample() if self.chance(0.8) else self.expression(self.pick(TYPES), 1)

    def same(self, text: str) -> str:
        """The value of an expression, on some route."""
        route = self.pick(SAME)
        return route.format(self.parenthesised(text))

    def any_value(self, depth: int = 2) -> str:
        """An expression of any type, of parts of any type."""
        if depth <= 0 or self.chance(0.2):
            return self.atom()
        return self.choose(self.of_any, depth - 1)

    def operand(self, depth: int) -> str:
        text = self.any_value(depth)
        whole = text[-1:] in ")]" and not text.startswith(("fn", "-", "!", "if", "match"))
        return text if whole or text.isidentifier() else f"({text})"

    def builtin_call(self, depth: int) -> str:
        name = self.pick(KNOWN if self.chance(0.7) else BUILTINS)
        count = self.random.choices([0, 1, 2, 3], [1, 10, 10, 4])[0]
        arguments = [self.argument(depth) for _ in range(count)]
        return f"{name}({', '.join(arguments)})"

    def argument(self, depth: int) -> str:
        if self.chance(0.15):
            return self.pick(["fn(x) => x", "fn(x, i) => i", "fn(a, b) => a < b", "fn(x) => [x, x]",
                              f"fn(x) => {self.any_value(1)}", "fn(k, v) => v"])
        return self.any_value(depth)

    def method_call(self, depth: int) -> str:
        arguments = [self.argument(depth) for _ in range(self.random.choices(
            [0, 1, 2], [3, 4, 2])[0])]
        return f"{self.operand(depth)}.{self.pick(METHODS)}({', '.join(arguments)})"

    def bounds(self, depth: int) -> str:
        return ":".join([self.any_value(depth) if self.chance(0.7) else "" for _ in "12"])

    of_any: list[tuple[int, Callable[..., str]]] = [
        (12, lambda g, d: f"({g.operand(d)} {g.pick(OPERATORS)} {g.operand(d)})"),
        (4, lambda g, d: f"{g.operand(d)}[{g.any_value(d)}]"),
        (2, lambda g, d: f"{g.operand(d)}.{g.pick([*KEYS[:6], 'message', 'kind'])}"),
        (2, lambda g, d: f"{g.operand(d)}[{g.bounds(d)}]"),
        (1, lambda g, d: f"(-{g.operand(d)})"),
        (1, lambda g, d: f"(!{g.operand(d)})"),
        (5, lambda g, d: g.builtin_call(d)),
        (3, lambda g, d: g.method_call(d)),
        (1, lambda g, d: f"{g.operand(d)}({g.any_value(d)})"),
        (2, lambda g, d: f"({g.operand(d)} ? {g.operand(d)} : {g.operand(d)})"),
        (1, lambda g, d: f"`${{{g.any_value(d)}}}-{{}}${{{g.any_value(d)}}}`"),
        (2, lambda g, d: f"[{', '.join([g.any_value(d) for _ in range(g.below(3))])}]"),
        (1, lambda g, d: f"({{{g.pick(KEYS[:6])}: {g.any_value(d)}, ({g.any_value(d)}): 1}})"),
        (3, lambda g, d: g.same(g.any_value(d))),
        (1, lambda g, d: f"(if {g.any_value(d)} {{ {g.operand(d)} }} else {{ {g.operand(d)} }})"),
        (1, lambda g, d: f"(match {g.operand(d)} {{ {g.sample('int').replace('-', '')} => "
                         f"{g.operand(d)}, q if q == {g.operand(d)} => {g.operand(d)}, "
                         f"_ => {g.operand(d)} }})"),
        (6, lambda g, d: g.expression(g.pick(TYPES), d)),
    ]
