"""The user's errors; apart from them, ours.

``SentraError`` is both what a host catches and the value of type "error" that a program's
``catch`` binds. What a program throws that is no error travels as `Thrown`. What no program may
catch derives from BaseException: `Stop` and its children.
"""

from __future__ import annotations

from sentra.bytecode.code import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Trace = Sequence[tuple[Any, ...]]

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


ERROR_FIELDS = frozenset(("message", "kind", "file", "line", "column", "stack"))


class Frame:
    """One level of a Sentra call stack: where in which function."""

    __slots__ = ("filename", "function", "outer", "source", "source_line", "span")

    def __init__(
        self, function: str, filename: str, span: Span, source_line: str,
        outer: Frame | None = None, source: str = "",
    ) -> None:
        self.outer = outer  # the caller's frame, where generated code holds both in one
        self.source = source  # the module's text; other processes do not get it
        self.function = function
        self.filename = filename
        self.span = span
        self.source_line = source_line

    def __reduce__(self) -> tuple[Any, ...]:
        return Frame, (self.function, self.filename, self.span, self.source_line, self.outer)

    def __str__(self) -> str:
        if not self.filename:  # stands for frames that were left out
            return self.function
        return f"{self.function} ({self.filename}:{self.span[4]})"


class Traced:
    """What knows where in the program it happened.

    `trace` lists places ``(locate, …)``, innermost first, ``locate(…)`` giving a `Frame`, or None
    for what is no call; `frames` decodes it when it is first read. Both are empty until it is
    thrown.
    """

    trace: Trace = ()
    _frames: tuple[Frame, ...] | None = None

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The call stack where it was first thrown, innermost first."""
        if self._frames is None:
            if not self.trace:
                return ()
            frames: list[Frame] = []
            for locate, *position in self.trace:
                frame: Frame | None = locate(*position)
                while frame is not None:
                    frames.append(frame)
                    frame = frame.outer
            self._frames = tuple(frames)
        return self._frames

    @frames.setter
    def frames(self, frames: tuple[Frame, ...]) -> None:
        self._frames = frames

    @property
    def innermost(self) -> Frame | None:
        """The first of `frames`, without decoding the others."""
        if self._frames is None:
            for locate, *position in self.trace:
                frame: Frame | None = locate(*position)
                if frame is not None:
                    return frame
        return self._frames[0] if self._frames else None

    @property
    def file(self) -> str:
        frame = self.innermost
        return frame.filename if frame else ""

    @property
    def line(self) -> int:
        frame = self.innermost
        return frame.span[4] if frame else 0

    @property
    def column(self) -> int:
        frame = self.innermost
        return frame.span[5] if frame else 0

    @property
    def excerpt(self) -> str:
        """The source line with a mark below it; "" where that is not known."""
        frame = self.innermost
        if frame is None or not frame.source_line.strip() or len(frame.source_line) > 500:
            return ""
        return f"{frame.source_line}\n{' ' * (frame.span[5] - 1)}^"

    @property
    def stack(self) -> list[str]:
        return [str(frame) for frame in self.frames]


class Located(Exception, Traced):
    """What a program can catch: an exception that knows where it was first thrown."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map

    def __eq__(self, other: object) -> bool:
        return self is other


class SentraError(Located):
    """An error of a Sentra program: what a host catches, and a value of type "error".

    ``SentraError(message, kind)``; the kind is "value" where it is left out.
    """

    # No __init__ of its own: programs throw in loops, and the one of Exception is in C.
    @property
    def message(self) -> str:
        message: str = self.args[0]
        return message

    @property
    def kind(self) -> str:
        args = self.args
        return args[1] if len(args) > 1 else VALUE

    def __str__(self) -> str:
        return self.message

    # Generated code reads ``e.message`` as ``e["message"]``; the rest is not for it.
    # Without the two below, Python would take it for a sequence.
    def __getitem__(self, name: Any) -> Any:
        if name == "message":
            return self.args[0]
        if type(name) is str and name in ERROR_FIELDS:
            return getattr(self, name)
        raise TypeError("no field of an error")

    __iter__ = None
    __contains__ = None

    def __len__(self) -> int:  # as a string it is its message
        return len(self.message)

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_error, (type(self), self.message, self.kind, self.frames)


def _rebuild_error(
    cls: type[SentraError], message: str, kind: str, frames: tuple[Frame, ...],
) -> SentraError:
    error = cls.__new__(cls)
    error.args = message, kind
    error.frames = frames
    return error


class Thrown(Located):
    """Carries a thrown value: ``Thrown(value)``.

    That is no error, or an error that the program had before: raised itself, it would keep the
    frames that it passes. Those that are made to be thrown are raised themselves.
    """

    @property
    def value(self) -> object:
        return self.args[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_thrown, (self.value, self.frames)


def _rebuild_thrown(value: object, frames: tuple[Frame, ...]) -> Thrown:
    thrown = Thrown(value)
    thrown.frames = frames
    return thrown


class SyntaxProblem:
    """One syntax error: where, and what to do."""

    __slots__ = ("filename", "message", "source_line", "span")

    def __init__(self, filename: str, span: Span, message: str, source_line: str) -> None:
        self.filename = filename
        self.span = span
        self.message = message
        self.source_line = source_line

    @property
    def line(self) -> int:
        return self.span[4]

    @property
    def column(self) -> int:
        return self.span[5]

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}:{self.column}: syntax error: {self.message}"


class SentraSyntaxError(SentraError):
    """A source file that is no Sentra program; lists up to 10 problems."""

    def __init__(self, problems: list[SyntaxProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), SYNTAX)
        self.problems = problems
        self.incomplete = False  # all that is wrong is that the text ends too early

    @property
    def innermost(self) -> Frame | None:
        """Where the first problem is."""
        if not self.problems:
            return super().innermost
        first = self.problems[0]
        return Frame("", first.filename, first.span, first.source_line)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class BytecodeError(SentraError):
    """Bytecode that is not well-formed: a damaged, outdated or hostile file, never a bug."""

    def __init__(self, message: str, kind: str = IMPORT) -> None:
        super().__init__(message, kind)


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

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.message)


class HostStop(Stop):
    """The host's own code went wrong in the midst of a program; the boundary raises what it was."""

    def __init__(self, exception: BaseException) -> None:
        super().__init__(repr(exception))
        self.exception = exception


class Bug(Stop):
    """An exception that no Sentra program can cause: ours. The boundary makes it InternalError."""

    def __init__(self, exception: BaseException) -> None:
        super().__init__(repr(exception))
        self.exception = exception


class InternalError(Exception):
    """A bug in Sentra, with what to report."""
