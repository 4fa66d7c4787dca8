"""``sentra compare``: one program in every mode, its outputs checked, its times side by side."""

from __future__ import annotations

import sys

from sentra.cli.bounds import PERMISSIONS, permissions
from sentra.cli.process import RECURSION_LIMIT, TREE_RECURSION_LIMIT, running
from sentra.cli.status import FAILED, INTERNAL, OK
from sentra.cli.usage import UsageError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Module
    from sentra.pipeline import Executor
    from sentra.runtime.context import Context
    from sentra.runtime.permissions import Permissions

TWIN = "twin"
REPEAT = 3
LONG = 2.0  # seconds; what takes longer is run once

WAYS = {
    "interp": ("interp", None), "tree": ("closure", "tree"), "ast": ("closure", "ast"),
    "auto": ("auto", None),
}
"""Name → mode and backend."""


class Outcome:
    """What a run of the program did: what it printed, the error that ended it, its status."""

    def __init__(self, output: str, error: str = "", status: int = OK) -> None:
        self.output = output
        self.error = error
        self.status = status

    def difference(self, other: Outcome, *, words: bool = True) -> str:
        """What `other` did not do as this one did; empty where they agree.

        Without `words`, as for another language, errors need not say the same.
        """
        if other.status == INTERNAL != self.status:
            return f"meets a bug of Sentra: {other.error.splitlines()[0]}"
        if other.output != self.output:
            return f"prints something else: {_difference(self.output, other.output)}"
        if bool(other.error) != bool(self.error):
            return ("ends with an error: " + other.error.splitlines()[0] if other.error
                    else "ends without the error: " + self.error.splitlines()[0])
        if words and (difference := _difference(_told(self.error), _told(other.error))):
            return f"ends with another error: {difference}"
        if other.status != self.status:
            return f"ends with exit status {other.status}, not {self.status}"
        return ""


class Way:
    """One way to run the program: a mode, or its twin in Python."""

    def __init__(self, name: str, prepare: Callable[[], Callable[[], Outcome]]) -> None:
        self.name = name
        self.prepare = prepare
        self.compiling: list[float] = []
        self.running: list[float] = []
        self.outcome = Outcome("")

    def measure(self) -> None:
        """Compile and run once more, in processor time."""
        import gc
        from time import process_time

        sys.setrecursionlimit(TREE_RECURSION_LIMIT if self.name == "tree" else RECURSION_LIMIT)
        start = process_time()
        run = self.prepare()
        self.compiling.append(process_time() - start)
        gc.collect()
        start = process_time()
        self.outcome = run()
        self.running.append(process_time() - start)

    @property
    def best(self) -> float:
        """The least time of a run, in milliseconds."""
        return min(self.running) * 1000


def run(arguments: list[str]) -> int:
    """Compare the modes on the file that the arguments name.

    The status is 1 where they disagree, and otherwise that of the program.
    """
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    options, rest = parse(
        arguments, values={"--twin": "FILE", "--repeat": "N", "--modes": "LIST"},
        flags=("--allow-all", "-A"), several=PERMISSIONS, mixed=True)
    if not rest:
        raise UsageError("compare takes a file", "sentra compare FILE")
    repeat = _repeat(options.get("--repeat", str(REPEAT)))
    names = options.get("--modes", ",".join(WAYS)).split(",")
    unknown = [name for name in names if name not in WAYS]
    if unknown:
        raise UsageError(f'unknown mode "{unknown[0]}"', f"there are: {', '.join(WAYS)}")
    granted = permissions(options)
    path, *given = rest
    typed = Input(path == "-")
    twin = _twin(options["--twin"], given, typed) if "--twin" in options else None

    def work() -> int:
        program = load(path)
        running()
        ways = [Way(name, _prepare(program, name, "" if path == "-" else path, given, granted,
                                   typed)) for name in names]
        if twin is not None:
            ways.append(Way(TWIN, twin))
        return _compare(ways, repeat)
    return reporting(work)


def _repeat(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise UsageError(f"--repeat is a number of runs, not {text}")
    return int(text)


class Input:
    """Standard input, read when a run first asks for it, and given to every run from its start.

    What is typed at a terminal is not read: it would be there for the first run only.
    """

    def __init__(self, used: bool) -> None:
        self._text = "" if used or sys.stdin is None or sys.stdin.isatty() else None

    def reader(self) -> Callable[[int], str]:
        """What gives one line after the other with its end, or all the rest for a negative size."""
        stream = None

        def read(size: int) -> str:
            nonlocal stream
            if stream is None:
                from io import StringIO

                if self._text is None:
                    self._text = sys.stdin.buffer.read().decode("utf-8", "backslashreplace")
                stream = StringIO(self._text)
            return stream.readline() if size >= 0 else stream.read()
        return read


def _prepare(
    program: Module, name: str, path: str, given: list[str], granted: Permissions | None,
    typed: Input,
) -> Callable[[], Callable[[], Outcome]]:
    """What compiles the program in a mode, and gives what runs it once."""
    from sentra import pipeline
    from sentra.cli.modes import executor
    from sentra.cli.run import TASK_STACK, search_path
    from sentra.runtime.context import Context
    from sentra.runtime.namespace import new_namespace

    def context_for(output: list[str]) -> Context:
        read = typed.reader()
        context = Context(write=output.append, read_line=lambda: read(1) or None,
                          arguments=tuple(given))
        context.stack_size = 2 * TASK_STACK if name == "tree" else TASK_STACK
        context.permissions = granted
        return context

    def prepare() -> Callable[[], Outcome]:
        machine: Executor = executor(WAYS[name][0], backend=WAYS[name][1])
        scratch = context_for([])
        machine.body(program, new_namespace(program, scratch), scratch)  # keeps what it compiles

        def run_once() -> Outcome:
            output: list[str] = []
            context = context_for(output)

            def work() -> None:
                pipeline.run(program, context=context, executor=machine,
                             search_path=search_path(path or "-"), path=path)
            return _outcome(work, context, output)
        return run_once
    return prepare


def _outcome(work: Callable[[], None], context: Context, output: list[str]) -> Outcome:
    """How a run ends, as the command would show it."""
    from sentra.cli.report import error_text
    from sentra.errors import Exit, InternalError, Located

    error, status = "", OK
    try:
        work()
    except Located as problem:
        error, status = error_text(problem, False), FAILED
    except Exit as stop:
        status = stop.status & 0xFF
    except InternalError as bug:
        error, status = f"{bug}\n", INTERNAL
    error = "".join([error_text(each, False) for each in context.task_errors]) + error
    return Outcome("".join(output), error, status)


def _twin(
    path: str, given: list[str], typed: Input,
) -> Callable[[], Callable[[], Outcome]]:
    """The same for a Python program, run as a script."""
    from io import StringIO, TextIOBase

    from sentra.cli.program import read

    class Typed(TextIOBase):
        """The twin's standard input."""

        def __init__(self) -> None:
            self._read = typed.reader()

        def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
            return self._read(1)

        def read(self, size: int | None = -1, /) -> str:
            return self._read(-1)

    text = read(path)

    def prepare() -> Callable[[], Outcome]:
        try:
            code = compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise UsageError(f"{path}: {error.msg} (line {error.lineno})") from None

        def run_once() -> Outcome:
            before = sys.stdout, sys.argv, sys.stdin
            sys.stdout = output = StringIO()
            sys.argv = [path, *given]
            sys.stdin = Typed()
            try:
                exec(code, {"__name__": "__main__", "__file__": path})  # noqa: S102  # asked for
            except SystemExit as end:
                return Outcome(output.getvalue(), "", _status(end.code))
            except Exception as error:  # noqa: BLE001  # whatever the twin does wrong
                return Outcome(output.getvalue(), f"{type(error).__name__}: {error}\n", FAILED)
            finally:
                sys.stdout, sys.argv, sys.stdin = before
            return Outcome(output.getvalue())
        return run_once
    return prepare


def _status(code: object) -> int:
    """What Python makes of the value of SystemExit."""
    if code is None:
        return OK
    return code & 0xFF if isinstance(code, int) else FAILED


def _compare(ways: list[Way], repeat: int) -> int:
    from sentra.cli.report import write_error

    for _ in range(repeat):
        for way in ways:
            if not way.running or way.running[0] < LONG:
                way.measure()
    base = ways[-1] if ways[-1].name == TWIN else ways[0]
    sys.stdout.write(f"{'':8}{'compile ms':>12}{'run ms':>12}{'to ' + base.name:>12}\n")
    for way in ways:
        compiling = f"{min(way.compiling) * 1000:12.1f}" if way.name != TWIN else " " * 12
        ratio = way.best / base.best if base.best else float("nan")
        sys.stdout.write(f"{way.name:8}{compiling}{way.best:12.1f}{ratio:11.2f}x\n")
    first = next((way for way in ways if way.outcome.status != INTERNAL), ways[0])
    told = [(way.name, difference) for way in ways if way is not first
            and (difference := first.outcome.difference(way.outcome, words=way.name != TWIN))]
    for name, difference in told:
        sys.stdout.write(f"unlike {first.name}, {name} {difference}\n")
    if told:
        return FAILED
    lines = first.outcome.output.count("\n")
    sys.stdout.write(f"the outputs agree ({lines} line{'s' * (lines != 1)})\n")
    if first.outcome.error:
        sys.stdout.write("and so do the errors:\n")
        write_error(first.outcome.error)
    return first.outcome.status


def _told(error: str) -> str:
    """What an error says, apart from how many calls fitted on the stack."""
    return "\n".join(line for line in error.splitlines() if not line.startswith("  … "))


def _difference(expected: str, output: str) -> str:
    """The first line that differs; empty where none does.

    >>> _difference("a\\nb\\n", "a\\nc\\n")
    "line 2 is 'c', not 'b'"
    """
    if output == expected:
        return ""
    wanted, got = expected.splitlines(), output.splitlines()
    for number, (left, right) in enumerate(zip(wanted, got), 1):
        if left != right:
            return f"line {number} is {_short(right)}, not {_short(left)}"
    if len(wanted) == len(got):
        return "the ends of lines differ"
    return f"{len(got)} line{'s' * (len(got) != 1)}, not {len(wanted)}"


def _short(line: str) -> str:
    """A line as text in quotes, not longer than people read."""
    return repr(line if len(line) <= 100 else line[:99] + "…")
