"""Random valid programs, the same for the same seed.

Every program ends soon: loops have constant bounds, recursion counts down, functions call only
functions declared before them, and the estimated number of statements executed is limited. Values
stay small. What a program prints depends on nothing but its text.
"""

from __future__ import annotations

from collections.abc import Callable

from generated_cases import CaseGenerator
from generated_expressions import (
    FLOATS,
    KEYS,
    MOST,
    MOST_IN_FUNCTION,
    NAMES,
    NUMBERS,
    TYPES,
    WORDS,
    Variable,
)


class Generator(CaseGenerator):
    """Makes one program."""

    # --- statements ----------------------------------------------------------------------------

    def statements(self, count: int) -> None:
        for _ in range(count):
            if self.cost + self.times * 4 > self.limit:
                break
            self.statement()

    def statement(self) -> None:
        table = self.SIMPLE if self.indent > 5 or self.chance(0.6) else self.COMPOUND
        weights = [weight for weight, _ in table]
        self.random.choices(table, weights)[0][1](self)

    def declaration(self) -> None:
        kind = self.pick(TYPES)
        value = self.value(kind)
        name = self.new_name()
        keyword = self.random.choices(["let", "var", "const"], [8, 1, 2])[0]
        if keyword == "var" and name in self.scope.variables:
            keyword = "let"
        if keyword == "const" and name in self.scope.variables:
            keyword = "let"
        if keyword == "var":  # its scope is the function: names of blocks around it would hide it
            name = self.hidden_name("v")
        self.line(f"{keyword} {name} = {value}")
        self.declare(name, Variable(kind, keyword == "const"))

    def assignment(self) -> None:
        kind = self.pick(TYPES)
        names = self.variables(kind, assignable=True)
        if not names:
            self.declaration()
            return
        name = self.pick(names)
        form = self.below(6)
        if kind == "int" and form < 3:
            self.line(self.pick([f"{name}++", f"{name}--", f"{name} += {self.expression('int', 2)}",
                                 f"{name} -= {self.expression('int', 1)}",
                                 f"{name} %= {self.pick(['7', '100', '-5'])}"]))
        elif kind == "float" and form < 3:
            self.line(f"{name} {self.pick(['+=', '-=', '/='])} {self.pick(FLOATS[:4])}")
        elif kind == "str" and form < 2:
            self.line(f"{name} += {self.literal(self.pick(['str', 'int', 'bool']))}")
        else:
            self.line(f"{name} = {self.value(kind)}")

    def store(self) -> None:
        kind = self.pick(["arr", "map"])
        names = self.variables(kind)
        if not names:
            self.declaration()
            return
        name = self.pick(names)
        value = self.value("int" if self.chance(0.9) else self.pick(TYPES))
        if kind == "arr":
            index = self.pick(["0", "1", "-1", "2", self.expression("int", 1) + " % 5"])
            self.line(self.pick([
                f"{name}[{index}] = {value}", f"push({name}, {value})", f"{name}.push({value})",
                f"pop({name})", f"{name}[{index}] += {self.pick(NUMBERS)}", f"{name}.reverse()",
                f"sort({name}, fn(x, y) => x < y)"]))
        else:
            key = self.pick(KEYS)
            self.line(self.pick([
                f'{name}["{key}"] = {value}', f"{name}.{self.pick(KEYS[:6])} = {value}",
                f"{name}.{self.pick(KEYS[:6])} = {value}",
                f"{name}[{self.expression('int', 1)}] = {value}",
                f"{name}.{self.pick(KEYS[:6])} += {self.pick(NUMBERS)}",
                f'delete({name}, "{key}")']))

    def log(self) -> None:
        values = [self.expression(self.pick(TYPES), 2) for _ in range(1 + self.below(3))]
        self.line(f"log({', '.join(values)})")

    def expression_statement(self) -> None:
        text = self.call(2)
        # A line that starts with "-" would go on with the statement before it.
        self.line(f"({text})" if text.startswith("-") else text)

    def throw(self) -> None:
        if not self.tries and not self.functions:
            self.log()
            return
        value = self.pick([
            f'"{self.pick(WORDS)}"', f'error("failed {self.below(9)}")',
            f'error({self.expression("str", 1)}, "custom")', self.expression("int", 1),
            self.expression("map", 1), f"1 / {self.pick(['0', '0.0'])}", "nil + 1",
            f"undefined_{self.below(3)}", f"{self.pick(NUMBERS)}()", "[1, 2] - 1", '"x" < 1'])
        text = f"throw {value}" if self.chance(0.7) else f"log({value})"
        if self.chance(0.6):
            self.line(f"if {self.expression('bool', 1)} {{ {text} }}")
        else:
            self.line(text)

    def leave(self) -> None:
        """return, break or continue, mostly under a condition."""
        forms = []
        if self.loops:
            forms += ["break", "continue"]
        if self.functions:
            forms += [f"return {self.value(self.returns)}"]
        if not forms:
            self.log()
            return
        text = self.pick(forms)
        if self.chance(0.85):
            self.line(f"if {self.expression('bool', 2)} {{ {text} }}")
        else:
            self.line(text + ";")

    def implicit(self) -> None:
        name = f"global{self.below(3)}"
        if self.chance(0.6) or not self.tries:
            self.line(f"{name} = {self.value('int')}")
        else:
            self.line(f"log({name})")

    def some(self, most: int = 4) -> Callable[[], None]:
        return lambda: self.statements(1 + self.below(most))

    def branch(self) -> None:
        parentheses = self.chance(0.2)
        test = self.expression("bool", 2)
        self.line(f"if ({test}) {{" if parentheses else f"if {test} {{")
        self.block(self.some(3))
        while self.chance(0.25):
            self.line(f"}} else if {self.expression('bool', 2)} {{")
            self.block(self.some(2))
        if self.chance(0.5):
            self.line("} else {")
            self.block(self.some(2))
        self.line("}")

    def repeat(self, count: int, body: Callable[[], None]) -> None:
        """Write what runs `count` times as the body of a loop."""
        self.times *= count
        self.loops += 1
        self.block(body)
        self.loops -= 1
        self.times //= count

    def while_loop(self) -> None:
        counter = self.hidden_name("w")
        count = 1 + self.below(5)

        def body() -> None:
            self.line(f"{counter} = {counter} + 1")
            self.statements(1 + self.below(4))

        self.line(f"let {counter} = 0")
        self.declare(counter, Variable("int", constant=True))
        self.line(f"while {counter} < {count} {{")
        self.repeat(count, body)
        self.line("}")

    def for_loop(self) -> None:
        name = self.pick(["i", "j", "n", "class"])
        count = 1 + self.below(5)
        step = self.pick([f"{name}++", f"{name} = {name} + 1", f"{name} += 1"])

        def body() -> None:
            self.scope.variables[name] = Variable("int", constant=True)
            self.scope.constants.add(name)
            self.statements(1 + self.below(4))

        self.line(f"for (let {name} = 0; {name} < {count}; {step}) {{")
        self.repeat(count, body)
        self.line("}")

    def for_in(self) -> None:
        kind = self.pick(["arr", "arr", "range", "str", "map"])
        first, second = self.random.sample(NAMES[:12], 2)
        if kind == "range":
            subject, element = f"range({self.below(5)})", "int"
        elif kind == "arr":
            subject, element = f"{self.receiver('arr', 2)}[:5]", "int"
        elif kind == "str":
            subject, element = f"{self.receiver('str', 1)}[:4]", "str"
        else:
            subject, element = self.receiver("map", 1), "str"
        pairs = self.chance(0.3)

        def body() -> None:
            self.declare(first, Variable("int" if pairs and kind != "map" else element))
            if pairs:
                self.declare(second, Variable("int" if kind == "map" else element))
            self.statements(1 + self.below(4))

        names = f"{first}, {second}" if pairs else first
        text = f"let {names}" if self.chance(0.15) else names
        self.line(f"for {text} in {subject} {{")
        self.repeat(5, body)
        self.line("}")

    def attempt(self) -> None:
        has_catch = self.chance(0.8)
        self.line("try {")
        self.tries += has_catch
        self.block(self.some(4))
        self.tries -= has_catch
        if has_catch:
            name = self.pick(["e", "err", "x", "None"])
            form = self.below(4)
            self.line([f"}} catch {name} {{", f"}} catch ({name}) {{", "} catch {",
                       f"}} catch {name} {{"][form])

            def handle() -> None:
                if form != 2:
                    self.declare(name, Variable("any", constant=True))
                    self.line(self.pick([
                        f"log({name})", f'log("caught " + {name})', f"log(type({name}))",
                        f'if type({name}) == "error" {{ log({name}.kind, {name}.line, '
                        f"{name}.column, {name}.stack) }}"]))
                self.statements(self.below(3))
                if self.chance(0.15) and self.tries:
                    self.line(f"throw {name}" if form != 2 else 'throw "again"')

            self.block(handle)
        if not has_catch or self.chance(0.4):
            self.line("} finally {")
            self.block(self.some(2))
        self.line("}")

    def match(self) -> None:
        kind = self.pick(["int", "str", "int", "bool"])
        self.line(f"match {self.expression(kind, 2)} {{")

        def arms() -> None:
            for _ in range(1 + self.below(3)):
                patterns = [self.literal(kind) for _ in range(1 + self.below(2))]
                text = self.pick([", ", " | "]).join(patterns)
                if self.chance(0.5):
                    self.line(f"{text} => log({self.expression(self.pick(TYPES), 1)}),")
                else:
                    self.line(f"{text} => {{")
                    self.block(self.some(2))
                    self.line("},")
            if self.chance(0.4):
                self.line(f"q if {self.expression('bool', 1)} => {{")

                def bound() -> None:
                    self.declare("q", Variable(kind, constant=True))
                    self.statements(1 + self.below(2))

                self.block(bound)
                self.line("},")
            if self.chance(0.6):
                self.line(f"_ => log({self.expression('int', 1)})")

        self.block(arms)
        self.line("}")

    def bare_block(self) -> None:
        self.line("{")
        self.block(self.some(3))
        self.line("}")

    def function_declaration(self) -> None:
        """A function, and perhaps a call of it."""
        if self.functions >= 2 or (self.functions and self.times > 8):
            self.declaration()
            return
        name = self.hidden_name(self.pick(["f", "g", "class_", "helper", "_f"]))
        arity = self.below(4)
        outer = self.cost, self.limit, self.times, self.loops, self.tries
        self.cost, self.limit, self.times, self.loops, self.tries = 0, MOST_IN_FUNCTION, 1, 0, 0
        parameters = self.random.sample(NAMES[:12], 3)[:arity]
        texts = list(parameters)
        extra = self.below(8)
        if extra == 0 and arity:
            texts[-1] += f" = {self.literal('int')}"
        elif extra == 1:
            texts.append("...rest")
        recursive = arity > 0 and extra > 4

        def body() -> None:
            for parameter in parameters:
                self.declare(parameter, Variable("int"))
            if extra == 1:
                self.declare("rest", Variable("arr"))
            if recursive:
                first = parameters[0]
                self.scope.variables[first].constant = True
                self.line(f'if type({first}) != "number" || {first} <= 0 || {first} > 6 '
                          f"{{ return {self.literal('int')} }}")
            self.statements(1 + self.below(5))
            if recursive:
                again = ", ".join([f"{parameters[0]} - 1", *[self.expression("int", 1)
                                                            for _ in parameters[1:]]])
                self.line(f"return {self.expression('int', 1)} + {name}({again})")
            elif self.chance(0.95):
                self.line(f"return {self.value('int')}")

        self.functions += 1
        written = self.capture(lambda: self.block(body, function=True))
        self.functions -= 1
        cost = max(1, self.cost) * (7 if recursive else 1)
        self.cost, self.limit, self.times, self.loops, self.tries = outer
        self.lines.append("  " * self.indent + f"fn {name}({', '.join(texts)}) {{")
        self.lines += written
        self.lines.append("  " * self.indent + "}")
        self.declare(name, Variable("fn", constant=True, arity=arity, cost=cost))
        if self.chance(0.5):
            self.expression_statement()

    def closures(self) -> None:
        """Functions made in a loop, each with its own variables, called after it."""
        made, name = self.hidden_name("made"), self.pick(["i", "x", "class"])
        count = 2 + self.below(2)

        def body() -> None:
            self.declare(name, Variable("int", constant=True))
            self.statements(self.below(2))
            inner = self.hidden_name("own")
            self.line(f"let {inner} = {self.expression('int', 1)}")
            self.declare(inner, Variable("int"))
            change = f"{inner} += 1; " if self.chance(0.5) else ""
            self.line(f"push({made}, fn() {{ {change}return {inner} + {name} * 10 }})")

        self.line(f"let {made} = []")
        self.line(self.pick([f"for {name} in range({count}) {{",
                             f"for (let {name} = 0; {name} < {count}; {name}++) {{"]))
        self.repeat(count, body)
        self.line("}")
        self.line(f"for each in {made} {{ log(each(), each()) }}")

    def tasks_and_channels(self) -> None:
        if not self.tasks or self.times > 1:
            self.log()
            return
        task, channel = self.hidden_name("task"), self.hidden_name("ch")
        count = 1 + self.below(3)
        self.line(f"let {channel} = make_channel({self.below(3)})")

        def producer() -> None:
            self.line(f"for i in range({count}) {{ {channel} <- i * {self.expression('int', 1)} }}")
            if self.chance(0.8):
                self.line(f"close({channel})")
            self.line(f"return {self.expression('int', 1)}")

        self.line(f"let {task} = go fn() {{")
        self.functions += 1
        loops, self.loops = self.loops, 0
        self.block(producer, function=True)
        self.loops = loops
        self.functions -= 1
        self.line("}()")
        self.line(self.pick([
            f"for v in {channel} {{ log(v) }}", f"log(<-{channel}, <-{channel})",
            f"select {{ case v = <-{channel}: log(v) default: log(\"none\") }}"]))
        self.line(f"log(await_task({task}))")

    SIMPLE: list[tuple[int, Callable[[Generator], None]]]
    COMPOUND: list[tuple[int, Callable[[Generator], None]]]

    # --- programs ------------------------------------------------------------------------------

    def part(self, number: int) -> None:
        """Statements in a function of their own, called and caught."""
        name = f"part{number}"
        outer = self.cost, self.limit
        self.cost, self.limit = 0, MOST // 4
        self.functions += 1
        self.line(f"fn {name}() {{")
        self.block(self.part_body, function=True)
        self.line("}")
        self.functions -= 1
        self.cost, self.limit = outer
        self.line(f"try {{ log({name}()) }} catch e {{ log(\"{name}\", e) }}")

    def part_body(self) -> None:
        self.statements(self.size)
        names = list(self.scope.variables)[-4:]
        if names:
            self.line(f"log({', '.join(names)})")

    def group(self, number: int) -> None:
        """A few cases: of variables of the module, of a function, or of a block."""
        form = self.below(4)
        count = 1 + self.below(3)
        if form < 2:
            for _ in range(count):
                self.case()
            return
        outer = self.cost, self.limit
        self.cost, self.limit = 0, MOST // 4
        self.functions += form == 2
        self.line(f"fn group{number}() {{" if form == 2 else "{")
        self.block(lambda: [self.case() for _ in range(count)], function=form == 2)
        self.line("}")
        self.functions -= form == 2
        self.cost, self.limit = outer
        if form == 2:
            self.line(f"group{number}()")

    def typed(self, number: int) -> None:
        """Functions and statements that mostly get the types that they are made for."""
        for _ in range(self.below(2)):
            self.function_declaration()
        if self.chance(0.6):
            self.part(number)
        if self.chance(0.4):
            self.line("try {")
            self.tries += 1
            self.block(lambda: self.statements(self.size // 2))
            self.tries -= 1
            self.line('} catch e { log("top", e) }')
        else:
            self.statements(self.below(3))

    def program(self) -> str:
        """The text of the program."""
        for number in range(1 + self.below(2)):
            if self.chance(0.3):
                self.typed(number)
            else:
                self.group(number)
        if self.chance(0.1):
            self.tries += 1
            self.throw()
            self.tries -= 1
        for name in ["global0", "global1", *self.scope.variables]:
            if self.chance(0.3):
                self.line(f"try {{ log({name}) }} catch e {{ log(e) }}")
        return "\n".join(self.lines) + "\n"


Generator.SIMPLE = [
    (20, Generator.declaration), (18, Generator.assignment), (10, Generator.store),
    (18, Generator.log), (6, Generator.expression_statement), (4, Generator.throw),
    (7, Generator.leave), (2, Generator.implicit), (3, Generator.any_statement),
]
Generator.COMPOUND = [
    (10, Generator.branch), (5, Generator.while_loop), (7, Generator.for_loop),
    (9, Generator.for_in), (9, Generator.attempt), (4, Generator.match), (2, Generator.bare_block),
    (6, Generator.function_declaration), (4, Generator.closures), (1, Generator.tasks_and_channels),
    (6, Generator.case),
]


def program(seed: int, **options: float) -> str:
    """The program of this seed."""
    return Generator(seed, **options).program()
