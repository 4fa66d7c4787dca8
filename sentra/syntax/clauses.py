"""Statements made of clauses: match, select, import and export."""

from __future__ import annotations

from sentra.syntax.nodes import (
    Arm,
    Export,
    Import,
    Literal,
    Match,
    Receive,
    Select,
    SelectCase,
)
from sentra.syntax.statements import StatementParser
from sentra.syntax.tokens import KEYWORDS, NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Span
    from sentra.syntax.nodes import (
        Declaration,
        Expression,
        FunctionDeclaration,
        Statement,
    )

_LITERALS = frozenset(["literal", "true", "false", "nil", "-"])


class ClauseParser(StatementParser):
    """The methods for match, select, import and export."""

    __slots__ = ()

    # match

    def match(self, i: int) -> Match:
        """`match`, as statement or expression."""
        kinds = self.kinds
        self.i = i + 1
        self.enter()
        subject = self.expression()
        self.expect("{", "before the arms of match")
        arms: list[Arm] = []
        while kinds[self.i] != "}":
            arms.append(self.arm())
        self.i += 1
        self.depth -= 1
        return Match(self.span_from(i), subject, arms)

    def arm(self) -> Arm:
        """One arm and the comma behind it."""
        kinds = self.kinds
        i = self.i
        kind = kinds[i]
        patterns: list[Expression] = []
        binding: str | None = None
        if kind == "_" or kind in NAMES:
            self.i = i + 1
            if kind != "_":
                binding = self.values[i]
            if kinds[i + 1] == "," or kinds[i + 1] == "|":
                self.fail("a name or _ matches everything, and cannot have alternatives")
        elif kind == "eof":
            self.missing("} to close match")
        else:
            patterns.append(self.pattern())
            while kinds[self.i] == "," or kinds[self.i] == "|":
                self.i += 1
                patterns.append(self.pattern())
        guard: Expression | None = None
        if kinds[self.i] == "if":
            self.i += 1
            guard = self.expression()
        self.expect("=>", "after the pattern of a match arm")
        at = self.i
        start = self.statements.get(kinds[at])
        if start is None:
            self.missing("a statement or an expression after =>")
        body = start(self, at)
        span = self.span_from(i)
        if kinds[self.i] == "," or kinds[self.i] == ";":
            self.i += 1
        return Arm(span, patterns, binding, guard, body)

    def pattern(self) -> Literal:
        """A literal in a pattern."""
        i = self.i
        kind = self.kinds[i]
        if kind == "-":
            self.i = i + 1
            value = self.values[i + 1]
            if self.kinds[i + 1] != "literal" or isinstance(value, str):
                self.missing("a number after - in a pattern")
            self.i = i + 2
            return Literal(self.span_from(i), -value)
        if kind == "literal":
            self.i = i + 1
            return Literal(self.span_of(i), self.values[i])
        if kind == "_" or kind in NAMES:
            self.fail("a name or _ cannot stand among alternatives")
        if kind == "=>":
            self.fail("=> without a pattern (one that starts with - needs a comma before it)")
        if kind not in _LITERALS:
            self.missing("a pattern (a literal, a name or _) or }")
        literal = self.constant(i)
        assert isinstance(literal, Literal)
        return literal

    # select

    def select(self, i: int) -> Statement:
        """`select { … }`, or a variable of that name."""
        kinds = self.kinds
        if kinds[i + 1] != "{":
            return self.simple(i)
        self.i = i + 2
        select_depth = self.select_depth
        cases: list[SelectCase] = []
        has_default = False
        while kinds[self.i] != "}":
            at = self.i
            case = self.case()
            if case.kind == "default":
                if has_default:
                    self.problem(at, "select has a default already")
                has_default = True
            cases.append(case)
        self.i += 1
        self.select_depth = select_depth
        return Select(self.span_from(i), cases)

    def is_case(self, i: int) -> bool:
        """Does the "case" or "default" at `i`, inside a `select`, start a case?"""
        return self.values[i] == "case" or self.kinds[i + 1] == ":"

    def case(self) -> SelectCase:
        """One case of a select."""
        kinds = self.kinds
        i = self.i
        if kinds[i] != "case":
            self.missing("case, default or } in select")
        self.i = i + 1
        kind = "receive"
        name: str | None = None
        channel: Expression | None = None
        value: Expression | None = None
        if self.values[i] == "default":
            kind = "default"
        else:
            at = i + 1
            if kinds[at + 1] == "=" and (kinds[at] in NAMES or kinds[at] == "_"):
                name = None if kinds[at] == "_" else self.values[at]
                self.i = at + 2
                if kinds[self.i] != "<-":
                    self.missing("<- and a channel after = in a case")
            send_depth = self.send_depth
            self.send_depth = self.depth
            channel = self.expression()
            self.send_depth = send_depth
            if kinds[self.i] == "<-" and self.i > at and kinds[at + 1] != "=":
                self.i += 1
                kind = "send"
                value = self.expression()
            elif isinstance(channel, Receive):
                channel = channel.channel
            else:
                self.i = at
                self.fail("a case must receive (<-channel) or send (channel <- value)")
        self.expect(":", "after the case")
        self.select_depth = self.depth + 1
        body = self.block("case")
        return SelectCase(self.span_from(i), kind, name, channel, value, body)

    # import and export

    def import_(self, i: int) -> Import:
        kinds = self.kinds
        self.i = at = i + 1
        names: list[tuple[str, str]] | None = None
        if kinds[at] == "{":
            names = [(exported, local) for exported, local, _ in self.name_list(importing=True)]
            if self.values[self.i] != "from" or kinds[self.i] != "name":
                self.missing("from and a path after the names to import")
            self.i = at = self.i + 1
        bare = kinds[at] in NAMES
        path = self.values[at]
        if not bare and not (kinds[at] == "literal" and isinstance(path, str)):
            self.missing("a module's name or a path in quotes after import")
        self.i = at + 1
        alias = ""
        if names is None:
            if self.values[at + 1] == "as" and kinds[at + 2] in NAMES:
                self.i = at + 2
                alias = self.name("after as")
            else:
                alias = path if bare else self.name_of(path, at)
        return Import(self.span_from(i), path, bare, alias, names, self.span_of(at))

    def name_of(self, path: str, at: int) -> str:
        """The name that an import of `path` binds."""
        name = path.rsplit("/", 1)[-1].removesuffix(".sn")
        if not (name.isascii() and name.isidentifier()) or name in KEYWORDS or name == "_":
            self.problem(at, "this module's name is no identifier; give it one with as")
            return "_"
        return name

    def name_list(self, importing: bool) -> list[tuple[str, str, Span]]:
        """`{ a, b as c }`; the module's side of a name may be a keyword."""
        kinds = self.kinds
        self.expect("{", "before the names")
        names: list[tuple[str, str, Span]] = []
        while kinds[self.i] != "}":
            at = self.i
            if kinds[at + 1] == "name" and self.values[at + 1] == "as":
                first = self.word("to import") if importing else self.name("to export")
                self.i += 1
                second = self.name("after as") if importing else self.word("after as")
            else:
                first = second = self.name("or }")
            names.append((first, second, self.span_of(at)))
            if kinds[self.i] == ",":
                self.i += 1
            elif kinds[self.i] != "}":
                self.missing("} to close the list of names, or a comma")
        self.i += 1
        return names

    def export(self, i: int) -> Export:
        self.i = at = i + 1
        if self.depth > 1:
            self.problem(i, "export stands inside a block; only a file's own variables can be "
                            "exported")
        kind = self.kinds[at]
        if kind == "{":
            names = self.name_list(importing=False)
            return Export(self.span_from(i), None, names)
        declaration: FunctionDeclaration | Declaration
        if kind == "fn":
            declaration = self.function_declaration(at)
        elif kind == "let" or kind == "const" or kind == "var":
            declaration = self.declaration(at)
            if declaration.name == "_":
                self.problem(at + 1, "_ cannot be exported")
        else:
            self.missing("fn, let, const or { after export")
        return Export(self.span_from(i), declaration, [])
