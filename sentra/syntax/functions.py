"""Functions: parameters, bodies; and type annotations, which mean nothing."""

from __future__ import annotations

from sentra.bytecode.code import LAMBDA
from sentra.syntax.expressions import ExpressionParser
from sentra.syntax.nodes import (
    Block,
    FunctionDeclaration,
    FunctionLiteral,
    Parameter,
    Return,
)
from sentra.syntax.tokens import NAMES, WORDS

TYPE_CHECKING = False


class FunctionParser(ExpressionParser):
    """The methods for functions and types."""

    __slots__ = ()

    if TYPE_CHECKING:  # in the class built on this one
        def block(self, closing: str = "}") -> Block: ...

    def function_declaration(self, i: int) -> FunctionDeclaration:
        """`fn name(…) …` as a statement."""
        if self.kinds[i + 1] not in NAMES:
            self.i = i + 1
            self.missing("a name or ( after fn")
        function = self.function(i, self.values[i + 1])
        return FunctionDeclaration(function.span, function)

    def function(self, i: int, name: str = LAMBDA) -> FunctionLiteral:
        """A function from its "fn" at `i` on; one without a name is an expression."""
        if name == LAMBDA:
            self.i = i + 1
            if self.kinds[i + 1] in NAMES:
                self.fail("a function in an expression has no name: write fn(…)")
        else:
            self.i = i + 2
        in_loop = self.in_loop
        self.in_loop = False
        parameters = self.parameters()
        kinds = self.kinds
        kind = kinds[self.i]
        if kind == ":" or kind == "->":
            self.i += 1
            self.annotation()
            kind = kinds[self.i]
        if kind == "=>":
            self.i += 1
            if kinds[self.i] == "{" and not self.is_map(self.i):
                body = self.block()
            else:
                self.enter()
                value = self.expression()
                self.depth -= 1
                body = Block(value.span, [Return(value.span, value)])
        elif kind == "{":
            body = self.block()
        else:
            self.missing("{ or => to start the function's body")
        self.in_loop = in_loop
        return FunctionLiteral(self.span_from(i), name, parameters, body)

    def is_map(self, i: int) -> bool:
        """Does the "{" at `i`, after a function's =>, open a map?"""
        kinds = self.kinds
        kind = kinds[i + 1]
        if kind == "}":
            return True
        if kind in WORDS or kind == "literal":
            return kinds[i + 2] == ":"
        if kind != "(":
            return False
        closing = self.closing_parenthesis(i + 1)
        return closing > 0 and kinds[closing + 1] == ":"

    def closing_parenthesis(self, i: int) -> int:
        """The index of the ")" that belongs to the "(" at `i`, or -1."""
        if self.pairs is None:  # all at once: a scan for each would not be linear
            self.pairs = pairs = {}
            open_ones: list[int] = []
            for at, kind in enumerate(self.kinds):
                if kind == "(":
                    open_ones.append(at)
                elif kind == ")" and open_ones:
                    pairs[open_ones.pop()] = at
        return self.pairs.get(i, -1)

    def parameters(self) -> list[Parameter]:
        """A parameter list with its parentheses."""
        kinds = self.kinds
        self.expect("(", "before the parameters")
        parameters: list[Parameter] = []
        if kinds[self.i] == ")":
            self.i += 1
            return parameters
        self.enter()
        seen: set[str] = set()
        has_default = False
        while kinds[self.i] != ")":
            parameter = self.parameter(seen, has_default)
            parameters.append(parameter)
            has_default = has_default or parameter.default is not None
            kind = kinds[self.i]
            if kind == ",":
                self.i += 1
                if parameter.rest and kinds[self.i] != ")":
                    self.fail(f"...{parameter.name} must be the last parameter")
            elif kind != ")":
                self.missing(") to close the parameter list, or a comma")
        self.i += 1
        self.depth -= 1
        return parameters

    def parameter(self, seen: set[str], has_default: bool) -> Parameter:
        """One parameter; `seen`: the names before it."""
        kinds = self.kinds
        i = self.i
        rest = kinds[i] == "..."
        if rest:
            self.i = i + 1
        at = self.i
        name = self.name_or_underscore("for a parameter")
        if name != "_":
            if name in seen:
                self.problem(at, f"two parameters are named {name}")
            seen.add(name)
        if kinds[self.i] == ":":
            self.i += 1
            self.annotation()
        default = None
        if kinds[self.i] == "=":
            if rest:
                self.fail(f"...{name} cannot have a default value")
            self.i += 1
            default = self.expression()
        elif has_default and not rest:
            self.problem(at, f"{name} needs a default value, as the parameter before it has one")
        return Parameter(self.span_from(i), name, default, rest)

    def annotation(self) -> None:
        """Skip a type."""
        kinds = self.kinds
        self.enter()
        while True:
            kind = kinds[self.i]
            if kind in NAMES or kind == "nil" or kind == "fn":
                self.i += 1
                while kinds[self.i] == ".":
                    self.i += 1
                    self.word("of a type after .")
                if kinds[self.i] == "<":
                    self.type_arguments()
            elif kind == "(":
                self.i += 1
                self.annotation()
                self.expect(")", "to close the type")
            else:
                self.missing("a type")
            while True:
                if kinds[self.i] == "[" and kinds[self.i + 1] == "]" and (
                    not self.starts_line(self.i)
                ):
                    self.i += 2
                elif kinds[self.i] == "?":
                    self.i += 1
                else:
                    break
            if kinds[self.i] != "|":
                break
            self.i += 1
        self.depth -= 1

    def type_arguments(self) -> None:
        """Skip `<number, string>`."""
        kinds = self.kinds
        while True:
            self.i += 1
            self.annotation()
            if kinds[self.i] != ",":
                break
        if kinds[self.i] == ">=":  # the end, and the "=" of an initial value
            kinds[self.i] = "="
            self.columns[self.i] += 1
        else:
            self.expect(">", "to close the type")
