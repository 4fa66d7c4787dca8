"""``sentra compare``: one program in every mode, its outputs checked, its times side by side."""

from __future__ import annotations

import sys

from sentra.cli.bounds import PERMISSIONS, permissions
from sentra.cli.status import FAILED, OK
from sentra.cli.usage import UsageError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Module
    from sentra.pipeline import Executor
    from sentra.runtime.permissions import Permissions

TWIN = "twin"
REPEAT = 3
LONG = 2.0  # seconds; what takes longer is run once

WAYS = {
    "interp": ("interp", None), "tree": ("closure", "tree"), "ast": ("closure", "ast"),
    "auto": ("auto", None),
}
"""Name → mode and backend."""


class Way:
    """One way to run the program: a mode, or its twin in Python."""

    def __init__(self, name: str, prepare: Callable[[], Callable[[], str]]) -> None:
        self.name = name
        self.prepare = prepare
        self.compiling: list[float] = []
        self.running: list[float] = []
        self.output: str | None = None

    def measure(self) -> None:
        """Compile and run once more, in processor time."""
        import gc
        from time import process_time

        start = process_time()
        run = self.prepare()
        self.compiling.append(process_time() - start)
        gc.collect()
        start = process_time()
        self.output = run()
        self.running.append(process_time() - start)

    @property
    def best(self) -> float:
        """The least time of a run, in milliseconds."""
        return min(self.running) * 1000


def run(arguments: list[str]) -> int:
    """Compare the modes on the file that the arguments name; 1 where they disagree."""
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    options, rest = parse(
        arguments, values={"--twin": "FILE", "--repeat": "N", "--modes": "LIST"},
        flags=("--allow-all", "-A"), several=PERMISSIONS, program=True)
    if not rest:
        raise UsageError("compare takes a file", "sentra compare FILE")
    repeat = _repeat(options.get("--repeat", str(REPEAT)))
    names = options.get("--modes", ",".join(WAYS)).split(",")
    unknown = [name for name in names if name not in WAYS]
    if unknown:
        raise UsageError(f'unknown mode "{unknown[0]}"', f"there are: {', '.join(WAYS)}")
    granted = permissions(options)
    twin = _twin(options["--twin"], rest) if "--twin" in options else None

    def work() -> int:
        program = load(rest[0])
        ways = [Way(name, _prepare(program, name, rest, granted)) for name in names]
        if twin is not None:
            ways.append(Way(TWIN, twin))
        return _compare(ways, repeat)
    return reporting(work)


def _repeat(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise UsageError(f"--repeat is a number of runs, not {text}")
    return int(text)


def _prepare(
    program: Module, name: str, rest: list[str], granted: Permissions | None,
) -> Callable[[], Callable[[], str]]:
    """What compiles the program in a mode, and gives what runs it and returns what it printed."""
    from sentra import pipeline
    from sentra.cli.modes import executor
    from sentra.cli.run import TASK_STACK, search_path
    from sentra.runtime.context import Context
    from sentra.runtime.namespace import new_namespace

    path = "" if rest[0] == "-" else rest[0]

    def context_for(output: list[str]) -> Context:
        # There is no input: it could be read only once.
        context = Context(write=output.append, read_line=lambda: None, arguments=tuple(rest[1:]))
        context.stack_size = TASK_STACK
        context.permissions = granted
        return context

    def prepare() -> Callable[[], str]:
        machine: Executor = executor(WAYS[name][0], backend=WAYS[name][1])
        scratch = context_for([])
        machine.body(program, new_namespace(program, scratch), scratch)  # keeps what it compiles

        def run_once() -> str:
            output: list[str] = []
            pipeline.run(program, context=context_for(output), executor=machine,
                         search_path=search_path(path or "-"), path=path)
            return "".join(output)
        return run_once
    return prepare


def _twin(path: str, rest: list[str]) -> Callable[[], Callable[[], str]]:
    """The same for a Python program, run as a script."""
    from io import StringIO

    from sentra.cli.program import read

    text = read(path)

    def prepare() -> Callable[[], str]:
        try:
            code = compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise UsageError(f"{path}: {error.msg} (line {error.lineno})") from None

        def run_once() -> str:
            stdout, argv = sys.stdout, sys.argv
            sys.stdout = output = StringIO()
            sys.argv = [path, *rest[1:]]
            try:
                exec(code, {"__name__": "__main__", "__file__": path})  # noqa: S102  # asked for
            except SystemExit:
                pass  # an ordinary end
            except Exception as error:  # whatever the twin does wrong
                raise UsageError(f"{path}: {type(error).__name__}: {error}") from error
            finally:
                sys.stdout, sys.argv = stdout, argv
            return output.getvalue()
        return run_once
    return prepare


def _compare(ways: list[Way], repeat: int) -> int:
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
    differing = [way for way in ways[1:] if way.output != ways[0].output]
    for way in differing:
        sys.stdout.write(f"{way.name} prints something else than {ways[0].name}: "
                         f"{_difference(ways[0].output or '', way.output or '')}\n")
    if not differing:
        lines = (ways[0].output or "").count("\n")
        sys.stdout.write(f"the outputs agree ({lines} line{'s' * (lines != 1)})\n")
    return FAILED if differing else OK


def _difference(expected: str, output: str) -> str:
    """The first line that differs.

    >>> _difference("a\\nb\\n", "a\\nc\\n")
    "line 2 is 'c', not 'b'"
    """
    wanted, got = expected.splitlines(), output.splitlines()
    for number, (left, right) in enumerate(zip(wanted, got), 1):
        if left != right:
            return f"line {number} is {right!r}, not {left!r}"
    if len(wanted) == len(got):
        return "the ends of lines differ"
    return f"{len(got)} lines, not {len(wanted)}"
