"""The user's errors; apart from them, ours.

``SentraError`` is both what a host catches and the value of type "error" that a program's
``catch`` binds. What a program throws that is no error travels as `Thrown`. What no program may
catch derives from BaseException: `Stop` and its children.
"""

from __future__ import annotations

from sentra.bytecode.code import Span

TYPE = "type"
ARITHMETIC = "arithmetic"
INDEX = "index"
NAME = "name"
CALL = "call"
OVERFLOW = "overflow"
VALUE = "value"
IMPORT = "import"
IO = "io"
PERMISSION = "permission"
ASSERTION = "assertion"
SYNTAX = "syntax"


class Frame:
    """One level of a Sentra call stack: where in which function."""

    __slots__ = ("filename", "function", "source_line", "span")

    def __init__(self, function: str, filename: str, span: Span, source_line: str) -> None:
        self.function = function
        self.filename = filename
        self.span = span
        self.source_line = source_line

    def __str__(self) -> str:
        return f"{self.function} ({self.filename}:{self.span[4]})"


class SentraError(Exception):
    """An error of a Sentra program.

    `frames` is the call stack where it was first thrown, innermost first; empty until then.
    """

    __hash__ = None  # type: ignore[assignment]  # no key of a map

    def __init__(self, message: str, kind: str = VALUE) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.frames: tuple[Frame, ...] = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def file(self) -> str:
        return self.frames[0].filename if self.frames else ""

    @property
    def line(self) -> int:
        return self.frames[0].span[4] if self.frames else 0

    @property
    def column(self) -> int:
        return self.frames[0].span[5] if self.frames else 0

    @property
    def stack(self) -> list[str]:
        return [str(frame) for frame in self.frames]


class Thrown(Exception):
    """Carries a thrown value that is no error."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value
        self.frames: tuple[Frame, ...] = ()

    def __eq__(self, other: object) -> bool:
        return self is other


class SyntaxProblem:
    """One syntax error: where, and what to do."""

    __slots__ = ("filename", "message", "source_line", "span")

    def __init__(self, filename: str, span: Span, message: str, source_line: str) -> None:
        self.filename = filename
        self.span = span
        self.message = message
        self.source_line = source_line

    def __str__(self) -> str:
        return f"{self.filename}:{self.span[4]}:{self.span[5]}: syntax error: {self.message}"


class SentraSyntaxError(SentraError):
    """A source file that is no Sentra program; lists up to 10 problems."""

    def __init__(self, problems: list[SyntaxProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), SYNTAX)
        self.problems = problems


class Stop(BaseException):
    """Ends a program; nothing of the program sees it."""


class Exit(Stop):
    """The program called ``exit``."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LimitStop(Stop):
    """A limit was reached."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.message = message


class InternalError(Exception):
    """A bug in Sentra, with what to report."""
