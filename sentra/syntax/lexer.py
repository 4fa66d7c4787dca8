"""Text to tokens, in one pass with one regular expression.

Invariant: every character of the text is white space, part of a comment, part of a token, or
named in a problem. Time is linear in the text.

What a token's text means is looked up in a dict that learns: a name, number or string is
classified when its text is first met. The dict answers kind None for what needs a closer look.
"""

from __future__ import annotations

import re

from sentra.errors import SyntaxProblem
from sentra.syntax.literals import Malformed, number, unescape
from sentra.syntax.tokens import CONTEXTUAL, KEYWORDS, OPERATORS, Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.source import Source

MAX_PROBLEMS = 10

# White space inside a line matches nothing, so that the search skips it. The last alternatives are
# openers without an end, and characters that start no token. `*+` never goes back: a string without
# an end costs one scan, and no memory.
_TOKEN = re.compile(
    r"""[A-Za-z_][A-Za-z0-9_]*"""
    r"""|\n[ \t\n\f\v]*"""
    r"""|[()\[\]{},:;?]"""
    r"""|0[xXbBoO][A-Za-z0-9_]*"""
    r"""|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?[A-Za-z0-9_]*"""
    r"""|"[^"\\]*+(?:\\.[^"\\]*+)*+\""""
    r"""|'[^'\\]*+(?:\\.[^'\\]*+)*+'"""
    r"""|//[^\n]*|\#[^\n]*|/\*.*?\*/|/\*"""
    r"""|\.\.\.|=[=>]?|![=]?|<[-=]?|>=?|\+[+=]?|-[-=>]?|[*/%]=?|&&|\|\|?|\."""
    r"""|[^\W\x00-\x7f]\w*"""
    r"""|[^ \t\f\v]""",
    re.DOTALL,
)

# Characters that start no token, whatever follows them.
_UNKNOWN = re.compile(r"""[^\s\w()\[\]{},:;?"'`/#.=!<>+*%&|-]*+""")

_template: re.Pattern[str] | None = None  # made when the first template string is met

_CLOSER_LOOK: tuple[None, None] = (None, None)
_END = -1  # as a position: stop here


class _Meanings(dict):  # type: ignore[type-arg]
    """Token texts and what they mean: (kind, value); (None, (lines, column)) for line ends."""

    def __missing__(self, text: str) -> tuple[str | None, Any]:
        first = text[0]
        meaning: tuple[str | None, Any]
        if first == "\n":
            meaning = (None, (text.count("\n"), len(text) - text.rfind("\n")))
        elif first.isdecimal() and first.isascii():
            try:
                meaning = ("literal", number(text))
            except Malformed:
                return _CLOSER_LOOK
        elif first == '"' or first == "'":
            if len(text) == 1 or "\n" in text:
                return _CLOSER_LOOK
            value = text[1:-1]
            if "\\" in value:
                try:
                    value = unescape(value)
                except Malformed:
                    return _CLOSER_LOOK
            meaning = ("literal", value)
        elif first == "_" or (first.isalpha() and first.isascii()):
            meaning = ("name", text)
        else:
            return _CLOSER_LOOK
        self[text] = meaning
        return meaning


_FIXED = {
    **{text: (text, text) for text in OPERATORS},
    **{text: (text, text) for text in KEYWORDS},
    **{text: (kind, text) for text, kind in CONTEXTUAL.items()},
    "null": ("nil", "null"),
    "_": ("_", "_"),
}


def tokenize(source: Source) -> Tokens:
    """The tokens of a file; what is wrong is in their `problems`."""
    return _Lexer(source).run()


class _Lexer:
    """The state of one run."""

    __slots__ = ("braces", "meanings", "openers", "plain", "source", "text", "tokens")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.tokens = Tokens()
        self.plain = _Meanings(_FIXED)
        self.meanings = self.plain
        # One entry per template string that is open: braces open inside its ${, and its start.
        self.braces: list[int] = []
        self.openers: list[tuple[int, int]] = []

    def run(self) -> Tokens:
        tokens = self.tokens
        add_kind = tokens.kinds.append
        add_value = tokens.values.append
        add_line = tokens.lines.append
        add_column = tokens.columns.append
        add_end_line = tokens.end_lines.append
        add_end_column = tokens.end_columns.append
        text = self.text
        meanings = self.meanings
        line = 1
        base = -1  # an offset minus this is its column
        position = 0
        while position != _END:
            restart = _END
            for match in _TOKEN.finditer(text, position):
                word = match[0]
                kind, value = meanings[word]
                if kind is None:
                    if value is not None:
                        line += value[0]
                        base = match.end() - value[1]
                        continue
                    end = match.end()
                    restart, line, base = self.closer_look(word, match.start(), line, base)
                    meanings = self.meanings
                    if restart != end:
                        break
                    restart = _END
                    continue
                add_kind(kind)
                add_value(value)
                add_line(line)
                add_end_line(line)
                column = match.start() - base
                add_column(column)
                add_end_column(column + len(word))
            position = restart
        self.add_eof()
        return tokens

    def add_eof(self) -> None:
        tokens = self.tokens
        line = tokens.end_lines[-1] if tokens.kinds else 1
        column = tokens.end_columns[-1] if tokens.kinds else 1
        for _ in range(2):  # a second one, so that looking ahead from the first needs no check
            self.add("eof", "", line, column, line, column)

    def add(
        self, kind: str, value: object, line: int, column: int, end_line: int, end_column: int,
    ) -> None:
        tokens = self.tokens
        tokens.kinds.append(kind)
        tokens.values.append(value)
        tokens.lines.append(line)
        tokens.columns.append(column)
        tokens.end_lines.append(end_line)
        tokens.end_columns.append(end_column)

    def problem(self, message: str, line: int, column: int, length: int = 1) -> None:
        problems = self.tokens.problems
        if len(problems) < MAX_PROBLEMS and not (problems and problems[-1].span[0] == line):
            span = (line, column, line, column + length, line, column)
            source = self.source
            problems.append(SyntaxProblem(source.filename, span, message, source.line(line)))

    def closer_look(self, word: str, start: int, line: int, base: int) -> tuple[int, int, int]:
        """Deal with what the dict does not know; where to go on, with which line and base."""
        first = word[0]
        end = start + len(word)
        if first in "\"'":
            if len(word) == 1:
                return self.unterminated("string", line, start - base)
            return self.string(word, start, line, base)
        if first == "#" or first == "/":
            if word == "/*":
                return self.unterminated("comment", line, start - base)
            newlines = word.count("\n")
            return end, line + newlines, start + word.rfind("\n") if newlines else base
        if first == "`":
            self.openers.append((line, start - base))
            return self.template("template", start, line, base)
        column = start - base
        if first == "{" or first == "}":
            if first == "}" and self.braces[-1] == 0:
                return self.template("template middle", start, line, base)
            self.braces[-1] += 1 if first == "{" else -1
            self.add(first, first, line, column, line, column + 1)
        elif first.isdecimal() and first.isascii():
            try:
                number(word)
            except Malformed as malformed:
                self.problem(malformed.message, line, column + malformed.offset)
            self.add("literal", 0, line, column, line, column + len(word))
        elif first.isalpha():
            self.problem(f"letter {_shown(first)} in a name: only ASCII letters, digits and _ can "
                         f"be used", line, column, len(word))
            self.add("unknown", word, line, column, line, column + len(word))
        else:
            from sentra.syntax.hints import LOOKALIKES

            plain = LOOKALIKES.get(first)
            advice = f" (type {plain} instead)" if plain else ""
            self.problem(f"unknown character {_shown(first)}{advice}", line, column)
            more = _UNKNOWN.match(self.text, end)  # the first says enough
            assert more is not None
            end = more.end()
            self.add("unknown", word, line, column, line, end - base)
        return end, line, base

    def unterminated(self, what: str, line: int, column: int) -> tuple[int, int, int]:
        self.problem(f"{what} is not closed", line, column)
        self.tokens.incomplete = True
        return _END, line, column

    def string(self, word: str, start: int, line: int, base: int) -> tuple[int, int, int]:
        """A string over several lines, or with a malformed escape."""
        return self.piece("literal", word[1:-1], start, 1, len(word), line, base)

    def template(self, kind: str, start: int, line: int, base: int) -> tuple[int, int, int]:
        """The text of a template string from the "`" or "}" at `start` to its next ${ or end."""
        global _template
        if _template is None:
            _template = re.compile(
                r"([^`\\$]*+(?:\\.[^`\\$]*+|\$(?!\{)[^`\\$]*+)*+)(`|\$\{)", re.DOTALL)
        match = _template.match(self.text, start + 1)
        if match is None:
            return self.unterminated("template string", *self.openers[-1])
        if match[2] == "`":
            self.openers.pop()
            if kind == "template":
                kind = "literal"
            else:
                kind = "template end"
                self.braces.pop()
                if not self.braces:
                    self.meanings = self.plain
        elif kind == "template":
            self.braces.append(0)
            if self.meanings is self.plain:
                self.meanings = _Meanings(
                    {**_FIXED, "{": _CLOSER_LOOK, "}": _CLOSER_LOOK})
        return self.piece(kind, match[1], start, 1, match.end() - start, line, base, True)

    def piece(
        self, kind: str, raw: str, start: int, skip: int, length: int, line: int, base: int,
        template: bool = False,
    ) -> tuple[int, int, int]:
        """Add a token whose text begins `skip` characters after `start`, over any lines."""
        column = start - base
        value = raw
        try:
            value = unescape(raw, template)
        except Malformed as malformed:
            before = raw[:malformed.offset]
            newlines = before.count("\n")
            place = malformed.offset - before.rfind("\n") if newlines else (
                column + skip + malformed.offset)
            self.problem(malformed.message, line + newlines, place)
        end = start + length
        end_line = line
        newlines = raw.count("\n")
        if newlines:
            end_line += newlines
            base = start + skip + raw.rfind("\n")
        self.add(kind, value, line, column, end_line, end - base)
        return end, end_line, base


def _shown(character: str) -> str:
    """A character for a message; by its code where it does not show, or shows as another."""
    code = f"U+{ord(character):04X}"
    if not character.isprintable():
        return code
    return f'"{character}"' if character.isascii() else f'"{character}" ({code})'
