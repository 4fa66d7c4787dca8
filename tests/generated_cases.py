"""Statements that executors are likely to disagree on, for `generator`.

Each is a small situation that the compiler does something clever about: a function that is called
with other types than the ones it was compiled for, a container that is changed through another of
its names, a variable that is read before it is set.
"""

from __future__ import annotations

from generated_expressions import NAMES, TYPES, Variable
from generated_flow import FlowGenerator
from generated_idioms import IdiomGenerator
from generated_types import TypeGenerator
from generated_values import CALLS, KNOWN


class CaseGenerator(IdiomGenerator):
    """Writes such statements."""

    # --- functions and the types of what they are given --------------------------------------

    def mixed_function(self) -> None:
        """A function of arguments of certain types, called with those and with others."""
        if self.functions > 1 or self.times > 4:
            self.log()
            return
        name = self.hidden_name("m")
        kinds = [self.pick(["int", "int", *TYPES]) for _ in range(1 + self.below(3))]
        parameters = self.random.sample(NAMES[:12], len(kinds))
        texts = list(parameters)
        form = self.below(8)
        if form == 0:
            texts[-1] += f" = {self.sample(kinds[-1])}"
        elif form == 1:
            texts.append("...rest")
        self.lines.append("  " * self.indent + f"fn {name}({', '.join(texts)}) {{")
        outer = self.cost, self.limit, self.times, self.loops, self.tries, self.wild
        self.cost, self.limit, self.times, self.loops, self.tries = 0, 40, 1, 0, 0
        self.wild = 0.04

        def body() -> None:
            for parameter, kind in zip(parameters, kinds, strict=True):
                self.declare(parameter, Variable(kind))
            if form == 1:
                self.declare("rest", Variable("arr"))
            self.statements(self.below(4))
            result = self.any_value(3) if self.chance(0.5) else self.expression(
                self.pick(TYPES), 2)
            self.line(f"return {result}")

        self.functions += 1
        self.block(body, function=True)
        self.functions -= 1
        self.cost, self.limit, self.times, self.loops, self.tries, self.wild = outer
        self.lines.append("  " * self.indent + "}")
        self.calls_of(name, kinds)

    def calls_of(self, name: str, kinds: list[str]) -> None:
        for _ in range(1 + self.below(2)):
            arguments = ", ".join([self.mostly(kind, 0.9) for kind in kinds])
            self.attempted(f"log({name}({arguments}))")
        if self.chance(0.5):
            rows = [f"[{', '.join([self.mostly(kind, 0.5) for kind in kinds])}]"
                    for _ in range(2 + self.below(4))]
            self.line(f"for row in [{', '.join(rows)}] {{")
            given = ", ".join([f"row[{at}]" for at in range(len(kinds))])
            self.indent += 1
            self.attempted(f"log({name}({given}))")
            self.indent -= 1
            self.line("}")
        if self.chance(0.4):
            call = self.pick(CALLS).format(name, self.sample())
            self.attempted(f"log({call})")
        if self.chance(0.15):
            arguments = ", ".join([self.sample() for _ in range(self.below(5))])
            self.attempted(f"log({name}({arguments}))")

    def small_function(self) -> None:
        """One that is copied into its callers, and its errors there."""
        name, inner = self.hidden_name("s"), self.hidden_name("s")
        first, second = self.random.sample(NAMES[:12], 2)
        expression = self.pick([
            f"{first} {self.pick(['+', '-', '*', '/', '%', '<', '=='])} {second}",
            f"{first}[{second}]", f"{first} > {second} ? {first} : {second}",
            f"{first} + {first} * {second}", f"[{second}, {first}]", f"{first}.k || {second}",
            f"{first} && {second}", f"len({first}) + {second}", f"{first} in [{second}, {first}]",
            f"`${{{second}}}${{{first}}}`", f"-{first} + {second}", f"{first}({second})"])
        self.line(f"fn {name}({first}, {second}) {{ return {expression} }}")
        if self.chance(0.5):
            self.line(f"fn {inner}({first}) {{ return {name}({first}, {self.sample()}) }}")
            self.attempted(f"log({inner}({self.any_value(1)}), {inner}({self.any_value(1)}))")
        for _ in range(1 + self.below(2)):
            self.attempted(f"log({name}({self.any_value(2)}, {self.any_value(1)}), "
                           f"{self.any_value(1)})")

    def variable_of_a_function(self) -> None:
        """A function that is replaced, or handed on, between its calls."""
        name, variable = self.hidden_name("h"), self.hidden_name("q")
        self.line(f"let {variable} = {self.sample('int')}")
        parameter = self.pick(NAMES[:12])
        self.line(f"fn {name}({parameter}) {{ {variable} = {parameter}; return "
                  f"{variable} {self.pick(['+', '%', '*', '<'])} {self.sample('int')} }}")
        self.attempted(f"log({name}({self.sample('int')}))")
        for _ in range(1 + self.below(2)):
            self.attempted(f"log({self.pick(CALLS).format(name, self.sample())})")
        if self.chance(0.3):
            self.line(f"{name} = {self.pick(['fn(x) => [x]', 'fn() => 1', 'nil', 'str'])}")
            self.attempted(f"log({name}({self.sample()}))")
        self.attempted(f"log({variable}, {variable} % 3, {variable} + 1)")

    def mutual(self) -> None:
        """Functions that call one another."""
        one, other = self.hidden_name("r"), self.hidden_name("r")
        step, end = self.pick(["1", "2", "0.5"]), self.pick(["0", "1", '"end"', "nil", "[]"])
        self.line(f"fn {one}(n, acc) {{ if n <= 0 {{ return acc }} return {other}(n - {step}, "
                  f"{self.pick(['acc + n', 'n + acc', 'acc', '[acc]', 'acc * 2', 'acc % 7'])}) }}")
        self.line(f"fn {other}(n, acc) {{ return n < 1 ? {self.pick(['acc', end])} : "
                  f"{one}(n - {step}, acc) {self.pick(['', '+ 1', '|| 0', '== 3'])} }}")
        for _ in range(2):
            self.attempted(f"log({one}({self.pick(['5', '3.5', '6', 'true', '-1'])}, "
                           f"{self.mostly('int', 0.6)}))")

    # --- containers with several names -----------------------------------------------------------

    def aliases(self) -> None:
        """An array or map that is changed through another of its names."""
        name, other = self.hidden_name("c"), self.hidden_name("c")
        is_map = self.chance(0.5)
        if is_map:
            self.line(f"let {name} = {{x: {self.sample('int')}, y: {self.mostly('int')}}}")
            change = self.pick([
                f"{other}.x = {self.sample()}", f'{other}["y"] = {self.sample()}',
                f'delete({other}, "x")', f"clear({other})", f"{other}.z = {self.sample()}",
                f"{other}.x += {self.sample()}", f"{other}[{self.sample()}] = 1",
                f'for k in ["x", "y"] {{ {other}[k] = {self.sample()} }}'])
            uses = [f"{name}.x", f"{name}.y", f'{name}["x"]', f"{name}[\"y\"]"]
        else:
            self.line(f"let {name} = [{self.sample('int')}, {self.mostly('int')}, 3]")
            change = self.pick([
                f"{other}[0] = {self.sample()}", f"push({other}, {self.sample()})",
                f"{other}.push({self.sample()})", f"{other}[5] = {self.sample()}",
                f"insert({other}, 0, {self.sample()})", f"{other}.unshift({self.sample()})",
                f"clear({other})", f"fill({other}, {self.sample()})",
                f"{other}[-1] = {self.sample()}",
                f"{other}[1] += {self.sample()}", f"sort({other}, fn(x, y) => false)",
                f"for i in range(2) {{ {other}[i] = {self.sample()} }}"])
            uses = [f"{name}[0]", f"{name}[-1]", f"first({name})", f"{name}[1]"]
        if self.chance(0.6):
            self.line(f"let {other} = {self.same(name)}")
        elif self.chance(0.5):
            self.line(f"let {other} = [{name}, {name}]")
            change = change.replace(other, f"{other}[1]")
        else:
            self.line(f"fn {other}_(v) {{ let {other} = v; {change} }}")
            change = f"{other}_({name})"
        self.line(f"try {{ {change} }} catch e {{ log(e) }}")
        use = self.pick(uses)
        for _ in range(2):
            operator = self.pick(["+", "%", "*", "-", "<", "==", "/"])
            self.attempted(f"log({use} {operator} {self.mostly('int')})")
        self.attempted(f"let n = 0; for v in {name} {{ n = n + "
                       f"{f'{name}[v]' if is_map else 'v'} }} log(n)")
        self.attempted(f"log({name})")

    def records(self) -> None:
        """Maps of one kind made by a function, in an array, and one that is different."""
        make, many = self.hidden_name("make"), self.hidden_name("ps")
        self.line(f"fn {make}(x, y) {{ return {{x: x, y: y, tag: {self.sample('str')}}} }}")
        self.line(f"let {many} = [{make}({self.sample('int')}, {self.sample('float')})]")
        self.line(f"for i in range({1 + self.below(3)}) {{ push({many}, {make}(i, i * 0.5)) }}")
        if self.chance(0.8):
            odd = self.pick([
                f"push({self.same(many)}, {{x: {self.sample()}}})",
                f"{many}[0].x = {self.sample()}",
                f'delete({many}[-1], "y")', f"{many}[1] = {self.sample()}",
                f"{many}.push({make}({self.sample()}, {self.sample()}))",
                f"{many}[9 - 6] = {self.sample()}", f"for p in {many} {{ p.x += {self.sample()} }}",
                f"{many} = {many}.map(fn(p) => merge(p, {{y: {self.sample()}}}))",
                f"{many} = sort_by({many}, fn(p) => -p.y)", f"clear({many}[0])"])
            self.line(f"try {{ {odd} }} catch e {{ log(e) }}")
        text = self.pick([
            "s = s + p.x * 2 % 7", "s += p.y", "s = p.x % 5 + s", "if p.x > p.y { s = s + 1 }",
            "s = s + len(p.tag)", "p.x = p.y; s = s + p.x", "s = s + (p.z || 1)",
            "p.n = (p.n || 0) + 1; s = s + p.n", "s = p.tag + s"])
        self.attempted(f"let s = 0; for p in {many} {{ {text} }} log(s)")
        self.attempted(f"for p in {many} {{ log(p.x, p[\"y\"], \"x\" in p) }}")

    # --- other ----------------------------------------------------------------------------------

    def several_builtins(self) -> None:
        """Builtins with arguments of any type, and what they give."""
        variable = self.hidden_name("u")
        self.attempted(f"var {variable} = {self.builtin_call(1)}; log({variable}); "
                       f"log({variable} {self.pick(['+', '%', '<', '*', '=='])} {self.sample()})")
        self.attempted(f"log({self.method_call(1)})")
        name = self.pick(KNOWN)
        self.attempted(f"log({self.sample()}.{name}({self.mostly('int')}))" if self.chance(0.5) else
                       f"log([{self.sample()}, {self.sample()}].map({name}))")

    def any_statement(self) -> None:
        """Whatever, with its error caught."""
        names = [name for name in self.readable()
                 if not self.scope.visible()[name].constant]
        if names and self.chance(0.4):
            name = self.pick(names)
            self.attempted(self.pick([
                f"{name} = {self.any_value(2)}", f"{name} += {self.any_value(1)}",
                f"{name}[{self.any_value(1)}] = {self.any_value(1)}", f"{name}++",
                f"{name}.k = {self.any_value(1)}", f"{name} %= {self.any_value(1)}",
                f"{name}[{self.any_value(1)}] += {self.any_value(1)}",
                f"{name} = {self.same(name)}", f"{name}.k -= {self.any_value(1)}"]))
            self.attempted(f"log({name})")
        else:
            self.attempted(f"log({self.any_value(3)})")

    def hidden_builtin(self) -> None:
        """A name of a builtin that means something else here."""
        name = self.pick(["len", "push", "max", "str", "range", "floor", "keys", "map"])
        self.line("{")
        self.indent += 1
        self.line(self.pick([
            f"let {name} = fn(x) => [x]", f"fn {name}(...r) {{ return r }}", f"let {name} = 5",
            f"let {name} = {name}"]))
        self.attempted(f"log({name}([1, 2]))")
        self.attempted(f"log([3, 4].{name}(), {name}({self.sample()}, {self.sample()}))")
        self.indent -= 1
        self.line("}")

    def counters(self) -> None:
        """Closures that share variables."""
        name = self.hidden_name("counter")
        start = self.mostly("int")
        self.line(f"fn {name}(n) {{ let get = fn() => n; "
                  f"let add = fn(x) {{ n = n + x; return n }}; "
                  f"{self.pick(['n = n;', 'let m = n;', 'add(1);', 'n++;'])} "
                  f"return {{get: get, add: add}} }}")
        self.attempted(f"let c = {name}({start}); log(c.add({self.mostly('int')}), c.get()); "
                       f"c.add({self.sample()}); log(c.get(), c.get() % 3)")

    def early(self) -> None:
        """Variables that are read before they are declared, or only on one way."""
        name, reader = self.hidden_name("early"), self.hidden_name("read")
        self.line(f"fn {reader}() {{ return {name} }}")
        self.attempted(f"log({reader}())")
        form = self.pick([f"let {name} = {self.sample()}", f"var {name} = {self.sample()}",
                          f"if {self.any_value(1)} {{ {name} = 1 }}",
                          f"for i in range(2) {{ var {name} = i }}"])
        self.line(f"try {{ {form} }} catch e {{ log(e) }}" if "if " in form else form)
        self.attempted(f"log({reader}(), {name} + 1)")

    CASES = [
        (10, mixed_function), (5, small_function), (4, variable_of_a_function), (2, mutual),
        (7, aliases), (4, records), (6, FlowGenerator.counting_loop),
        (4, FlowGenerator.changing_loop), (4, FlowGenerator.text_loop), (6, FlowGenerator.order),
        (6, FlowGenerator.jumps), (5, several_builtins), (8, any_statement), (1, hidden_builtin),
        (2, counters), (1, early), (5, TypeGenerator.narrowing),
        (3, TypeGenerator.outside),
        (4, TypeGenerator.called_back), (3, TypeGenerator.places), (9, IdiomGenerator.idiom),
    ]

    def case(self) -> None:
        """One of these statements."""
        weights = [weight for weight, _ in self.CASES]
        self.random.choices(self.CASES, weights)[0][1](self)

