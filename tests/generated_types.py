"""Tests of the types of variables, and what is done after them, for `generator`.

What a test says of a variable holds until somebody sets it, on the paths that came through it.
"""

from __future__ import annotations

from generated_flow import FlowGenerator

NAMES = ["array", "array", "map", "string", "string", "number", "number", "boolean", "nil",
         "function", "error"]
USES = ["{0} + 1", '{0} + "x"', "1 + {0}", "len({0})", "{0}[0]", "{0}[-1]", "{0}[{1}]", "{0}.k",
        "{0} % 3", "{0} * 2", "{0} < 3", "{0} / 2", "-{0}", "upper({0})", "{0}.trim()", "keys({0})",
        "1 in {0}", "{0} + {1}", "{0} == {1}", "{0}[1:]", "{0} - {1}", "{1} % {0}", "`${{{0}}}`",
        "{0}.map(fn(x) => [x])", "floor({0} / {1})", "int({0} / 3)", "sum({0})", "{0}(1)",
        "max({0}, 2)", "{0}.length", '{0}.split(",")', "push({0}, 1)", "type({0})", "str({0})"]


class TypeGenerator(FlowGenerator):
    """Writes such functions."""

    def narrowing(self) -> None:
        """A function that tests its arguments, called with values of all types."""
        name = self.hidden_name("w")
        self.line(f"fn {name}(v, w) {{ let out = []; let n = 0; let t = type(v)")
        self.indent += 1
        for _ in range(2 + self.below(4)):
            self.tested(3, loop=False)
        self.indent -= 1
        self.line("return out }")
        for kind in self.random.sample(["int", "float", "str", "bool", "arr", "map", "nil", "fn",
                                        "error"], 6):
            self.attempted(f"log({name}({self.sample(kind)}, {self.sample()}))")

    def tested(self, depth: int, *, loop: bool) -> None:
        """A statement of such a function."""
        form = self.below(13 if depth else 4)
        if form < 2:
            self.line(self.pick(["push(out, {0})", "try {{ push(out, {0}) }} catch e "
                                 "{{ push(out, str(e)) }}", "let u = {0}; push(out, u)"]).format(
                                     self.use(1)))
        elif form == 2:
            self.line(self.pick([
                f"v = {self.sample()}", "v = w", f"w = {self.sample()}", "t = type(v)",
                "t = type(w)", "let g = fn() => v", "for x in v { push(out, x) }",
                "for k, x in v { push(out, [k, x]) }", f"v = {self.use(1)}"]))
        elif form == 3:
            jump = self.pick(["return out", "return [v, w]", "break" if loop else "return w",
                              "continue" if loop else "throw v"])
            self.line(f"if {self.test(2)} {{ {jump} }}")
        elif form < 8:
            self.line(f"if {self.test(2)} {{")
            self.several_tested(depth, loop=loop)
            self.line(self.pick(["} else {", f"}} else if {self.test(1)} {{"]))
            self.several_tested(depth, loop=loop)
            self.line("}")
        elif form == 8:
            self.line(f"while n < {1 + self.below(4)} && ({self.test(1)}) {{ n = n + 1")
            self.several_tested(depth, loop=True)
            self.line("}")
        elif form == 9:
            self.line(f"for {self.pick(['v', 'w', 'x'])} in [{self.sample()}, {self.sample()}] {{")
            self.several_tested(depth, loop=True)
            self.line("}")
        elif form == 10:
            self.line("try {")
            self.several_tested(depth, loop=loop)
            self.line("} catch e { push(out, str(e))")
            self.several_tested(depth, loop=loop)
            self.line("}")
        else:
            self.line(f"match {self.pick(['type(v)', 'type(w)', 't', 'v'])} {{")
            for word in self.random.sample(NAMES, 2):
                pattern = self.pick([f'"{word}"', f'"{word}"', f"q if {self.test(1)}"])
                self.line(f"{pattern} => {{")
                self.several_tested(depth, loop=loop)
                self.line("}")
            self.line(f"_ => {{ push(out, {self.use(1)}) }} }}")

    def several_tested(self, depth: int, *, loop: bool) -> None:
        self.indent += 1
        for _ in range(1 + self.below(2)):
            self.tested(depth - 1, loop=loop)
        self.indent -= 1

    def test(self, depth: int) -> str:
        """What tells a type, or two of them."""
        if depth and self.chance(0.35):
            one, other = self.test(depth - 1), self.test(depth - 1)
            return self.pick([f"({one} && {other})", f"({one} || {other})", f"!({one})",
                              f"({one} ? {other} : false)", f"({one} and ({self.use(0)}) == 1)"])
        name = self.pick(["v", "v", "w"])
        word = self.pick(NAMES)
        return self.pick([
            f'type({name}) == "{word}"', f'type({name}) == "{word}"', f'type({name}) != "{word}"',
            f'typeof({name}) == "{word}"', f"{name} == nil", f"{name} != nil", name, f"!{name}",
            f't == "{word}"', f't != "{word}"'])

    def use(self, depth: int) -> str:
        """An expression that wants a type."""
        names = self.pick(["vw", "vw", "wv", "vv"])
        made = self.pick(USES).format(*names)
        if depth and self.chance(0.3):
            other = self.use(depth - 1)
            return self.pick([f"({self.test(1)} ? {made} : {other})", f"({self.test(1)} && {made})",
                              f"({self.test(1)} || {made})", f"[{made}, {other}]",
                              f"(v || {made})"])
        return made

    # --- elements that may be missing -----------------------------------------------------------

    def outside(self) -> None:
        """Elements that are asked for at places where there may be none."""
        name, other = self.hidden_name("a"), self.hidden_name("b")
        self.line(f"let {name} = {self.pick(['[3, 0, 2]', '[1]', '[]', '[[1, 2], [0], []]'])}")
        made = self.pick([name, "[0, 5]", f"[{name}, {name}]", "{k: [1, 2]}"])
        self.line(f"let {other} = {made}")
        if self.chance(0.4):
            change = self.pick([
                f"push({name}, {self.sample()})", f"{name}[5] = {self.sample('int')}",
                f"{other}[0] = {self.sample()}", f"pop({name})", f"{other} = nil"])
            self.line(f"try {{ {change} }} catch e {{ log(e) }}")
        place = self.pick([
            "i", "i", "i", "i - 2", "-i", "i * 0.5", "0 - i", "i % 3", "i == 1", "-1",
            f"{name}[i]", f"len({name}) - i", "i + nothing", "pop([i])"])
        reads = [f"{name}[{place}]", f"{name}[{place}]", f"{other}[{place}]",
                 f"{other}[0][{place}]", f"{other}.k[{place}]", f"{name}[{place}][i]",
                 f'"ab"[{place}]', f"{other}[i][{place}]"]
        self.line(f"for i in range({3 + self.below(4)}) {{")
        self.indent += 1
        if "nothing" in place:
            self.line(f"let nothing = {self.pick(['nil', '1'])}")
        for _ in range(1 + self.below(3)):
            read = self.pick(reads)
            self.attempted(self.pick([
                f"let x = {read}; if x == nil {{ log(i) }} else {{ log(x) }}",
                f"if {read} != nil {{ log({read}) }}", f"log({read} == nil, {read} || 7)",
                f"log({read} != nil && {read} == 3)", f"let n = 0; while n < 3 && {read} == nil "
                "{ n = n + 1 } log(n)", f"let x = {read}; while x != nil {{ log(x); x = nil }}",
                f"log({read} ? 1 : 2)", f"log(({read} || 1) + i)"]))
        self.indent -= 1
        self.line("}")

    def places(self) -> None:
        """A loop over the places of something, which begins with what is there."""
        name = self.hidden_name("at")
        self.line(f"fn {name}(a, b) {{ let out = []; let last = nil")
        self.indent += 1
        element = self.pick(["let x = a[i]", "let x = a[i]", "last = a[i]; let x = last",
                             "let x = a[i] || 1", "let x = b[i]", "let x = a[i]; let y = a[i]"])
        head, change = self.pick([
            ("for i in range(len(a)) {", ""), ("for (let i = 0; i < len(a); i++) {", ""),
            ("let i = 0; while i < len(a) {", "; i = i + 1"),
            ("for i in range(len(b)) {", ""), ("for (var i = 0; i < len(a); i += 1) {", "")])
        steps = ["push(out, x)", f"if x == {self.sample()} {{ continue }}", "if x == 1 { break }",
                 "push(out, x + 1)", "x = 5",
                 "for y in range(len(x)) { let z = x[y]; push(out, z) }",
                 "for y in range(len(a[i])) { let z = a[i][y]; push(out, z) }",
                 "last = x", "push(out, [i, x])", f"a[0] = {self.sample()}", "pop(a)", "push(b, x)",
                 "a = b", "push(out, fn() => x)", "push(out, -x)",
                 "if len(out) > 9 { return out }",
                 "try { push(out, x % 2) } catch e { push(out, str(e)) }"]
        if change:
            steps = [step for step in steps if "continue" not in step]
        self.line(head)
        self.line("  " + "; ".join([element, "if len(out) > 20 { break }", *[
            self.pick(steps) for _ in range(1 + self.below(3))]]) + change + " }")
        self.line(f"{'push(out, i); ' if change or 'var' in head else ''}return [out, last]")
        self.indent -= 1
        self.line("}")
        for _ in range(3):
            one, other = (self.pick(['"abc"', "[1, 2, 3]", '["a", "b"]', "[[1], [2, 3]]", "[]",
                                     "[1, nil]", self.sample()]) for _ in range(2))
            self.attempted(f"log({name}({one}, {other}))")

    # --- functions for every element ------------------------------------------------------------

    def called_back(self) -> None:
        """A builtin that calls a lambda for every element, which may do anything."""
        array, total, seen = (self.hidden_name(stem) for stem in ("es", "total", "seen"))
        elements = self.pick(["[3, 1, 2]", "[1, 0, 4, 1]", '["b", "a"]', "[]", "[[1], [2, 3]]",
                              "[{k: 2}, {k: 1}, {k: 2}]", "[1.5, 2, -1]",
                              f"[{self.sample()}, {self.sample()}]"])
        self.line(f"let {array} = {elements}; let {total} = {self.sample('int')}; let {seen} = []")
        function = self.chance(0.5)
        if function:
            name = self.hidden_name("each")
            self.line(f"fn {name}({array}, d) {{")
            self.indent += 1
        for _ in range(1 + self.below(3)):
            self.one_called_back(array, total, seen)
        if function:
            self.line("return d")
            self.indent -= 1
            self.line("}")
            for _ in range(2):
                self.attempted(f"log({name}({self.pick([array, '[2, 5]', self.sample()])}, 1))")
        self.attempted(f"log({array}, {total}, {seen})")

    def one_called_back(self, array: str, total: str, seen: str) -> None:
        value = self.pick([
            "x", "x + 1", "x * 2", "-x", "x.k", "x[0]", "x % 2", "x / 0", "x > 1", "[x]", "[x, 1]",
            f"x + {total}", f"x < {self.sample()}", "x == 1 ? x : nil", f"len({seen})",
            f"push({array}, 1) % 3", "str(x)", "x + nothing", f"{array}[0]", f"pop({seen})"])
        names = self.pick(["x", "x", "x, i"])
        if "i" in names and self.chance(0.5):
            value = self.pick(["i", "-i", "x + i", f"i + {total}"])
        use = self.pick(["log({0})", "let r = {0}; log(r)", "log(1, {0}, 2)",
                         f"{total} = {{0}}", f"{seen}.push({{0}})", "log(len({0}) + 1)",
                         "log(({0})[0])", "if {0} {{ log(1) }}", "for y in {0} {{ log(y) }}",
                         f"log({total} + {{0}})", f"{array}[0] = {{0}}", "log([{0}, {0}])"])
        initial = self.pick(["", ", 0", ', ""', ", []", f", {total}", ", nil",
                             f", {self.sample()}", f", pop({array})"])
        combined = self.pick(["a + x", "a > x ? a : x", f"a + {value}", f"a * {value}", "x + a",
                              f"[a, {value}]", "x", "a", f"max(a, {value})", f"a + len({array})"])
        step = self.pick([
            f"{total} = {total} + {value}", f"push({seen}, {value})", f"log({value})",
            f"let y = {value}; {seen}.push(y)", f"{array}[0] = {value}", f"{total}++",
            f"{seen}[len({seen})] = {value}; {total} = x", f"return {value}", value])
        form = self.below(7)
        if form == 6:
            key = self.pick(["{0}", "{0}", "{0}.k", "len(str({0}))", "{0}[0]", "{0} % 2", "-{0}",
                             "str({0})", f"{{0}} * {total}", f"{array}[{{0}}]", "{0} / 2"])
            one, other = self.random.sample(["a", "x"], 2)
            order = (f"{key.format(one)} {self.pick(['-', '<', '>', '-', '<='])} "
                     f"{key.format(other)}")
            self.attempted(use.format(self.pick([
                f"sort({array}, fn(a, x) => {order})", f"{array}.sorted(fn(a, x) => {order})",
                f"sorted({array}, fn(a, x) => {order})"])))
        elif form < 2:
            self.attempted(use.format(self.pick([
                f"reduce({array}, fn(a, x) => {combined}{initial})",
                f"{array}.reduce(fn(a, x) => {combined}{initial})"])))
        elif form == 2:
            each = self.pick([f"for_each({array}, fn({names}) {{ {step} }})",
                              f"{array}.forEach(fn({names}) {{ {step} }})",
                              f"{array}.for_each(fn({names}) => {value})"])
            self.attempted(self.pick([each, each, use.format(each)]))
        else:
            builtin = self.pick(["sort_by", "group_by", "partition", "flat_map", "map", "filter"])
            self.attempted(use.format(self.pick([
                f"{builtin}({array}, fn({names}) => {value})",
                f"{array}.{builtin}(fn({names}) => {value})",
                f"{array}.map(fn(x) => {value}).{builtin}(fn({names}) => {value})"])))
