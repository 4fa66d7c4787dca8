"""Loops, jumps and the order of evaluation, for `generator`: cases like those of `generated_cases`.

A loop whose bound changes, or what it goes over; side effects between operands; a jump out of
`finally`.
"""

from __future__ import annotations

from generated_values import ValueGenerator

CAUGHT = ["log(e)", "log(e, e.kind, e.line, e.column)", "log(e.message, e.stack)",
          'log(str(e) + "!")', "log(type(e), e)"]

# What a catch block in a loop does: look at its error, keep it, throw it again.
LOOKS = ["log(e)", "log(str(e), type(e), e == made)", "throw e", "kept = e", "push(seen, e)",
         "if e == made { throw e }", "log(e.message, e.kind)", "if i == 1 { throw e }",
         "log(e.line, e.stack)", "let again = fn() => e; log(again())"]


class FlowGenerator(ValueGenerator):
    """Writes such statements."""

    def attempted(self, text: str) -> None:
        """A statement whose error is printed."""
        self.line(f"try {{ {text} }} catch e {{ {self.pick(CAUGHT)} }}")

    # --- loops --------------------------------------------------------------------------------

    def counting_loop(self) -> None:
        """One that counts, or nearly so."""
        if self.times > 8:
            self.log()
            return
        variable, bound = self.pick(["i", "j", "n"]), self.hidden_name("b")
        items = self.hidden_name("items")
        self.line(f"let {items} = {self.pick(['[]', '[1, 2, 3]', '[4]'])}")
        up = self.chance(0.8)
        self.line(f"let {bound} = {self.bound(items, up)}")
        limit = self.pick([bound, bound, f"len({items})" if up else "0", f"{bound} + 1",
                           self.bound(items, up)])
        step = self.pick(["1", "1", "1", "2", "0.5"])
        change = self.pick([f"{variable} = {variable} + {step}", f"{variable} += {step}"] if up
                           else [f"{variable} = {variable} - {step}", f"{variable} -= {step}"])
        if step == "1":
            change = self.pick([change, f"{variable}{'++' if up else '--'}"])
        start = self.pick(["0", "0", "1", "-2", "0.0", "true"] if up else ["3", "5", "2.5"])
        operator = self.pick(["<", "<", "<=", "!="] if up else [">", ">=", ">", "!="])
        test = f"{variable} {operator} {limit}"
        if self.chance(0.15):
            test = f"{limit} {operator.translate({60: 62, 62: 60})} {variable}"
        while_form = self.chance(0.5)
        body = [self.loop_step(variable, bound, items, change if while_form else "")
                for _ in range(1 + self.below(3))]
        if self.chance(0.9):
            body.insert(self.below(len(body) + 1), f"if len({items}) > 12 {{ break }}")
        self.line("try {")
        self.indent += 1
        if while_form:
            self.line(f"let {variable} = {start}")
            turn = f"{'; '.join(body)}; push({items}, {variable}); {change}"
            loop = f"while {test} {{ {turn} }}"
            if self.chance(0.25):  # goes on from where it was left
                loop = f"for again in [1, 2] {{ {loop} {bound} += 1 }}"
            self.line(loop)
            self.line(f"log({variable})")
        else:
            self.line(f"for (let {variable} = {start}; {test}; {change}) {{ {'; '.join(body)}; "
                      f"push({items}, {variable}) }}")
        self.indent -= 1
        self.line(f"}} catch e {{ {self.pick(CAUGHT)} }}")
        self.line(f"log({bound}, {items}.map(fn(f) => type(f) == \"function\" ? f() : f))")

    def bound(self, items: str, up: bool) -> str:
        return self.pick(["3", "4", "2.5", f"len({items})", "true", "1e400", "6", self.sample(),
                          f"{items}[0]"] if up else ["0", "-1", "0.5", "-1e400", self.sample()])

    def loop_step(self, variable: str, bound: str, items: str, change: str) -> str:
        value = self.any_value(1)
        return self.pick([
            f"{bound} = {bound} {self.pick(['-', '+'])} {self.pick(['1', '0.5'])}",
            f"{variable} = {variable} + 1" if self.chance(0.5) else f"log({variable})",
            f"push({items}, fn() => {variable})", f"log({variable}, {items}[{variable}])",
            f"if {variable} == 1 {{ {change + '; ' if change else ''}continue }}",
            f"if {variable} == 2 {{ break }}", f"{items}[{variable}] = {value}",
            f"log({variable} % 3, {variable} * 2, {variable} / 2)", f"log({variable} + {value})",
            f"let k = {variable}; push({items}, fn() {{ k = k + 1; return k }})",
            f"for (let z = {variable}; z < 3; z++) {{ log(z) }}",
            f"for z in range({variable}) {{ if z == 1 {{ continue }} log(z) }}",
            f"try {{ if {variable} == 1 {{ continue }} }} finally {{ log(\"f\") }}"
            if not change else f"pop({items})"])

    def changing_loop(self) -> None:
        """A loop over something that changes under it."""
        if self.times > 8:
            self.log()
            return
        name = self.hidden_name("t")
        over = self.chance(0.5)
        if over:
            self.line(f"let {name} = {self.pick(['[1, 2, 3]', '[1]', '[]', self.sample('arr')])}")
            steps = [f"if len({name}) < 7 {{ push({name}, {self.sample()}) }}", f"pop({name})",
                     f"{name}.shift()", f"{name}[0] = {self.sample()}", f"{name} = [9]",
                     f"clear({name})", f"insert({name}, 0, 0); if len({name}) > 9 {{ break }}",
                     f"{name}[-1] = v", f"sort({name}, fn(x, y) => true)"]
        else:
            self.line(f"let {name} = {self.pick(['{k: 1, z: 2, 1: 3}', '{k: 1}', '{}'])}")
            steps = [f'delete({name}, "z")', f"{name}.q = v", f"{name}[v] = 1", f"clear({name})",
                     f"{name} = {{}}", f"{name}.z = {self.sample()}", f"delete({name}, v)"]
        names = self.pick(["v", "v", "k, v", "v, w", "_, v"])
        step = "; ".join([self.pick(steps) for _ in range(1 + self.below(2))])
        show = "log(v, k)" if names == "k, v" else "log(v)"
        if self.chance(0.3):
            step = f"if v == {self.sample('int')} {{ {self.pick(['break', 'continue'])} }} {step}"
        if self.chance(0.2):
            show += "; v = 7; log(v)"
        self.attempted(f"for {names} in {name} {{ {show}; {step} }}")
        self.line(f"log({name})")

    def text_loop(self) -> None:
        """A string, array or number that grows in a loop."""
        name = self.hidden_name("g")
        start = self.pick(['""', '"x"', "[]", "0", "1", "0.5", self.sample()])
        self.line(f"let {name} = {start}")
        part = self.pick(["i", '"y"', "str(i)", '"n: " + i', "[i]", "i * 0.5", self.any_value(1)])
        step = self.pick([f"{name} = {name} + {part}", f"{name} += {part}",
                          f"{name} = {part} + {name}", f"{name} = `${{{name}}}${{{part}}}`",
                          f"{name} = {name} + {part} + {self.atom()}", f"{name} -= {part}",
                          f"{name} = {name} * 2 % 1009"])
        self.attempted(f"for i in range({self.below(6)}) {{ {step} }}")
        self.attempted(f"log({name}, len({name}))" if self.chance(0.6) else f"log({name})")

    # --- order and jumps -------------------------------------------------------------------------

    def order(self) -> None:
        """Side effects between operands; operands that throw."""
        note, variable = self.hidden_name("note"), self.hidden_name("o")
        self.line(f"let {variable} = {self.mostly('int')}")
        self.line(f"fn {note}(x) {{ log(\"note\", x); "
                  f"{self.pick([f'{variable} = {variable} + 1; ', f'{variable} = x; ', ''])}"
                  f"return x }}")
        a, b, c = [f"{note}({self.mostly('int', 0.6)})" for _ in "abc"]
        operator = self.pick(["+", "-", "*", "/", "%", "<", "==", "in", "&&", "||"])
        holder = self.hidden_name("o")
        self.line(f"let {holder} = {self.pick(['[1, 2, 3]', '{k: 1, x: 2}', self.sample()])}")
        statement = self.pick([
            f"log({a} {operator} {b} {operator if operator != 'in' else '=='} {c})",
            f"log({variable} {operator} {a})", f"log({a} {operator} {variable})",
            f"log([{variable}, {a}, {variable}])", f"log({{k: {a}, x: {variable}, ({b}): {c}}})",
            f"{holder}[{a}] = {b}", f"{holder}[{a}] += {b}", f"{holder}.k = {a} + {holder}.k",
            f"{holder}.x -= {a}", f"{holder}[{a}]++", f"{holder}[{variable}] = {a}",
            f"log({note}({a} {operator} {variable}), {variable})", f"log({variable}({a}))",
            f"log({holder}[{a}:{b}])", f"log({a} ? {b} : {c})", f"log({holder}.push({a}, {b}))",
            f"log({a} < {b} && {c} < {variable})", f"{variable} += {a}",
            f"{variable} = {a} - {variable}",
            f"log(`${{{variable}}}${{{a}}}${{{variable}}}`)", f"log(max({a}, {b}), {variable})",
            f"log({a}.foo({b}))", f"log({holder}[{a}][{b}])",
            f"log({variable} * 2 + {a} * {variable})",
            f"log(-{a} {operator} {variable})", f"log(len({holder}) + {a} + len({holder}))",
            f"match {a} {{ {self.sample('bool')} => log(1), q if {b} == q => log({variable}), "
            f"_ => log(q_) }}"])
        self.attempted(statement)
        self.line(f"log({variable}, {holder})")

    def jumps(self) -> None:
        """try, catch and finally in loops, left in every way."""
        if self.times > 4 or self.functions > 1:
            self.log()
            return
        name = self.hidden_name("j")
        self.line('let made = error("made", "own"); let kept = nil; let seen = []')
        self.line(f"fn {name}(a) {{")
        self.indent += 1
        self.line(self.pick(["for i in range(3) {", "for (let i = 0; i < 3; i++) {",
                             "let i = -1; while i < 2 { i++", "for i in [0, 1, 2] {"]))
        self.indent += 1
        self.jump_block(1 + self.below(3))
        self.indent -= 1
        self.line("}")
        self.line('return "end"')
        self.indent -= 1
        self.line("}")
        for value in ["0", "1", "2", self.sample()]:
            self.attempted(f"log({name}({value}))")
        self.line("log(made.line, made.stack, type(kept), len(seen))")
        self.line("for e in concat([kept], seen) {"
                  ' if type(e) == "error" { log(e, e.line, e.stack) } }')

    def jump_block(self, depth: int) -> None:
        if depth == 0 or self.chance(0.2):
            self.line(self.jump())
            return
        shape = self.below(7)
        if shape == 6:
            self.line(self.pick(["for z in [1, 2] {", "while true {"]))
            self.indent += 1
            self.jump_block(depth - 1)
            self.line(self.pick(["break", "if a { break } else { return i }", "return a"]))
            self.indent -= 1
            self.line("}")
            return
        if shape == 5:
            self.line(f"if {self.pick(['a == i', 'i', 'a', 'a < i', 'true'])} {{")
            self.nested(depth)
            if self.chance(0.5):
                self.line("} else {")
                self.nested(depth)
            self.line("}")
            return
        self.line("try {")
        self.nested(depth)
        if shape != 0:
            caught = self.pick(["} catch e {", "} catch {", "} catch (e) {"])
            self.line(caught)
            if "e)" in caught or " e " in caught:
                self.line(self.pick(LOOKS) + ";")
            self.nested(depth)
        if shape in (0, 1, 2):
            self.line("} finally {")
            self.nested(depth)
        self.line("}")

    def nested(self, depth: int) -> None:
        self.indent += 1
        if self.chance(0.6):
            self.line(f'log("{self.pick("uvwxyz")}", i)')
        for _ in range(1 + (depth > 1 and self.chance(0.4))):
            self.jump_block(depth - 1)
        self.indent -= 1

    def jump(self) -> str:
        text = self.pick(["break", "continue", "return i", f"return {self.any_value(1)}",
                          "throw i", 'throw error("t")', "throw made", f"log({self.any_value(1)})",
                          "log(a + i)", "i % a", "a[i] = i", "log(i)", "return"])
        test = self.pick(["a == i", "i == 1", "i > a", "a", ""])
        return f"if {test} {{ {text} }}" if test else f"{text};"
