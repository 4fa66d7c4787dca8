"""What every part of the parser uses: the place in the tokens, nesting, problems, recovery.

Invariant: a problem is either fatal (`Fatal` leaves the parser), ends its statement (`Failure` is
caught by the innermost block, which goes on at the next statement), or is only noted.
"""

from __future__ import annotations

from sentra.errors import SyntaxProblem
from sentra.syntax.tokens import KEYWORDS, NAMES, WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from sentra.bytecode.code import Span
    from sentra.source import Source
    from sentra.syntax.tokens import Tokens

MAX_PROBLEMS = 10
MAX_NESTING = 250

# A token of these kinds never stands inside an expression (but in a function's or branch's body).
_ONLY_STATEMENTS = frozenset(
    "let var const while for return break continue throw import export".split())
# What can start a statement where a line starts.
_STARTERS = _ONLY_STATEMENTS | NAMES | frozenset(["fn", "if", "match", "try"])


class Failure(Exception):
    """The statement at hand is no statement; the problem is at the token `index`."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


class Fatal(Exception):
    """There is no point in going on."""


class TokenReader:
    """The place in the tokens of a file, and the problems found so far."""

    __slots__ = ("columns", "depth", "end_columns", "end_lines", "i", "in_loop", "kinds", "lines",
                 "pairs", "problems", "select_depth", "send_depth", "source", "tokens", "values")

    def __init__(self, source: Source, tokens: Tokens) -> None:
        self.source = source
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.lines = tokens.lines
        self.columns = tokens.columns
        self.end_lines = tokens.end_lines
        self.end_columns = tokens.end_columns
        self.problems = tokens.problems
        self.i = 0  # the next token
        self.depth = 0  # brackets, branches and prefix operators open around it
        self.in_loop = False
        self.pairs: dict[int, int] | None = None  # parentheses, once they were asked for
        self.send_depth = -1  # at this depth, "<-" after an expression sends
        self.select_depth = -1  # at this depth, "case" ends a statement

    # Spans

    def span_from(self, start: int) -> Span:
        """From the token `start` to the one before the next; marked at its start."""
        line = self.lines[start]
        column = self.columns[start]
        last = self.i - 1
        return (line, column, self.end_lines[last], self.end_columns[last], line, column)

    def span_of(self, i: int) -> Span:
        """The span of one token."""
        line = self.lines[i]
        column = self.columns[i]
        return (line, column, self.end_lines[i], self.end_columns[i], line, column)

    def starts_line(self, i: int) -> bool:
        """Is the token `i` the first one on its line?"""
        return i == 0 or self.lines[i] != self.end_lines[i - 1]

    # Tokens

    def expect(self, kind: str, purpose: str) -> int:
        """Take a token of this kind; `purpose` says what for."""
        i = self.i
        if self.kinds[i] != kind:
            self.missing(f"{kind} {purpose}")
        self.i = i + 1
        return i

    def name(self, purpose: str) -> str:
        """Take a name that can be a variable's."""
        i = self.i
        if self.kinds[i] not in NAMES:
            self.missing(f"a name {purpose}")
        self.i = i + 1
        return str(self.values[i])

    def name_or_underscore(self, purpose: str) -> str:
        if self.kinds[self.i] == "_":
            self.i += 1
            return "_"
        return self.name(purpose)

    def word(self, purpose: str) -> str:
        """Take a name or keyword, as the name of a member."""
        i = self.i
        if self.kinds[i] not in WORDS:
            self.missing(f"a name {purpose}")
        self.i = i + 1
        return str(self.values[i])

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            self.nested_too_deeply()

    # Problems

    def nested_too_deeply(self) -> NoReturn:
        self.note_nesting()
        raise Fatal

    def note_nesting(self) -> None:
        # After it, nothing is known about the brackets around; other problems would be guesses.
        self.problems.clear()
        self.problem(self.i, "nested too deeply")

    def missing(self, what: str) -> NoReturn:
        """Fail at the next token, which is not what the grammar wants."""
        from sentra.syntax.hints import hint

        i = self.i
        advice = hint(what, self.kinds, self.values, i)
        raise Failure(i, f"expected {what}, found {self.found(i)}{advice and f' ({advice})'}")

    def fail(self, message: str) -> NoReturn:
        """Fail at the next token."""
        raise Failure(self.i, message)

    def found(self, i: int) -> str:
        """The token `i` in words."""
        kind = self.kinds[i]
        value = self.values[i]
        if kind == "literal":
            return "a string" if isinstance(value, str) else "a number"
        if kind == "eof":
            return "the end of the file"
        if kind in KEYWORDS:
            return f"the keyword {value}"
        if kind in NAMES:
            return f"the name {value if len(value) < 60 else value[:60] + '…'}"
        if kind == "template":
            return "a template string"
        return "}" if kind in ("template middle", "template end") else kind

    def problem(self, i: int, message: str) -> None:
        """Note a problem at the token `i`: one per line, and none that a lexical one explains."""
        line = self.lines[i]
        problems = self.problems
        at_end = self.kinds[i] == "eof"
        if at_end and self.tokens.incomplete:
            return
        for known in problems:
            if known.span[0] == line:
                return
        span = self.span_of(i)
        if span[2] != line:
            span = (*span[:2], line, span[1] + 1, *span[4:])
        self.tokens.incomplete |= at_end
        filename = self.source.filename
        problems.append(SyntaxProblem(filename, span, message, self.source.line(line)))
        if len(problems) >= MAX_PROBLEMS:
            raise Fatal

    # Recovery

    def recover(self, failure: Failure, start: int) -> None:
        """Note what is wrong with the statement that starts at `start`, and go to the next one.

        That is behind a ";", at a "}" that the statement did not open, or at the start of a line,
        where a keyword or the indentation says that a statement starts.
        """
        self.problem(failure.index, failure.message)
        kinds, lines, columns = self.kinds, self.lines, self.columns
        i = max(self.i, start)
        seen = kinds[start:i]
        braces = seen.count("{") - seen.count("}")
        column = columns[start]
        if i == start and kinds[i] != "eof":
            if kinds[i] == "{":
                braces += 1
            i += 1
        while True:
            kind = kinds[i]
            if kind == "eof":
                break
            if kind == "{":
                braces += 1
            elif kind == "}":
                if braces <= 0:
                    break
                braces -= 1
            elif kind == ";":
                if braces <= 0:
                    break
            elif kind in _STARTERS and lines[i] != lines[i - 1] and (
                columns[i] <= column or (braces <= 0 and kind in _ONLY_STATEMENTS)
            ):
                break
            i += 1
        self.i = i
