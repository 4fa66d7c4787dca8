"""Tokens to tree: the whole grammar, and the way in.

The grammar is spread over a chain of classes, each of which adds methods to the one before:
`reader` (places, problems) → `expressions` → `functions` → `statements` → `clauses`. The tables
here say which method reads what starts with which token.
"""

from __future__ import annotations

from sentra.errors import SentraSyntaxError
from sentra.syntax.clauses import ClauseParser
from sentra.syntax.expressions import PREFIX, PRIMARIES
from sentra.syntax.lexer import tokenize
from sentra.syntax.nodes import Program
from sentra.syntax.reader import MAX_PROBLEMS, Fatal
from sentra.syntax.statements import STATEMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.source import Source


ENOUGH_NESTING = 200  # levels that the language promises


class Parser(ClauseParser):
    """A parser for one file."""

    __slots__ = ()

    primaries = {
        **PRIMARIES,
        "fn": ClauseParser.function,
        "if": ClauseParser.if_,
        "match": ClauseParser.match,
    }
    operand_starts = frozenset([*primaries, *PREFIX, "name", "literal", "_"])
    statements = {
        **dict.fromkeys([*PRIMARIES, *PREFIX, "name", "literal"], ClauseParser.simple),
        **STATEMENTS,
        "match": ClauseParser.match,
        "select": ClauseParser.select,
        "import": ClauseParser.import_,
        "export": ClauseParser.export,
    }

    def program(self) -> Program:
        block = self.block("eof")
        return Program(block.span, block.statements)


def parse(source: Source) -> Program:
    """The tree of a file; raises SentraSyntaxError with everything that is wrong with it.

    A level of nesting costs at most four Python frames. RecursionError leaves only if the caller
    has left less room than `ENOUGH_NESTING` levels need.
    """
    parser = Parser(source, tokenize(source))
    program = None
    try:
        program = parser.program()
    except Fatal:
        pass
    except RecursionError:
        if parser.depth <= ENOUGH_NESTING:
            raise
        parser.note_nesting()
    problems = parser.problems
    if program is None or problems:
        problems.sort(key=lambda problem: problem.span[4:])
        error = SentraSyntaxError(problems[:MAX_PROBLEMS])
        error.incomplete = parser.tokens.incomplete and len(problems) == 1
        raise error
    return program
