"""Tokens: their kinds, and the parallel lists that hold them.

The kind of an operator, bracket or keyword is its text. The other kinds are

- ``name``, and ``go`` (also for spawn), ``select``, ``case`` (also for default) for names that
  some statement takes as a keyword and everybody else as a name;
- ``_`` for a lone underscore;
- ``literal`` for a number, a string, or a template string without ``${``; its value is the
  token's value. ``true``, ``false`` and ``nil`` (also for null) are keywords;
- ``template`` for a template string up to its first ``${``, ``template middle`` from ``}`` to the
  next ``${``, ``template end`` from the last ``}`` on; the value is the text, escapes replaced;
- ``unknown`` for what a problem was noted for, so that the parser makes no sense of the line;
- ``eof``, twice, behind the last token.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.errors import SyntaxProblem

OPERATORS = (
    "( ) [ ] { } , . ... : ; ? = += -= *= /= %= == != < <= > >= + - * / % ++ -- ! && || | "
    "=> -> <-"
).split()

KEYWORDS = (
    "fn let var const if else while for in match return break continue try catch finally throw "
    "import export true false null nil and or not"
).split()

# Names that are keywords in one place only, with their kinds.
CONTEXTUAL = {"go": "go", "spawn": "go", "select": "select", "case": "case", "default": "case"}

# The kinds of tokens that can name a variable, and those that can follow "." or be a bare key.
NAMES = frozenset(["name", *CONTEXTUAL.values()])
WORDS = frozenset([*NAMES, *KEYWORDS, "_"])


class Tokens:
    """The tokens of a file as lists of equal length: no object per token.

    Lines and columns are 1-based, ends exclusive. ``eof`` stands where the last real token ends.
    """

    __slots__ = ("columns", "end_columns", "end_lines", "incomplete", "kinds", "lines", "problems",
                 "values")

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.values: list[Any] = []
        self.lines: list[int] = []
        self.columns: list[int] = []
        self.end_lines: list[int] = []
        self.end_columns: list[int] = []
        self.problems: list[SyntaxProblem] = []
        self.incomplete = False  # the text ends inside a string, template or comment
