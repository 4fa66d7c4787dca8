"""``sentra FILE``: running a program."""

from __future__ import annotations

import os
import sys

from sentra.cli.bounds import BOUNDS, PERMISSIONS, Bounds, permissions
from sentra.cli.modes import executor, mode_of
from sentra.cli.process import OutputLost, on_interrupt, running, use_more_frames
from sentra.cli.program import COMMAND_LINE, compile_text, load
from sentra.cli.report import print_error, reporting, write_error
from sentra.cli.status import OK
from sentra.cli.usage import UsageError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Module
    from sentra.pipeline import Executor
    from sentra.runtime.context import Context
    from sentra.runtime.permissions import Permissions

# Enough for as many nested calls as one task may have, even through sort, at 4 kB each: the raised
# recursion limit no longer protects the stack. Address space only.
TASK_STACK = 1 << 27

TASK_ERRORS = 50  # of tasks that nobody awaited that are shown

VALUES = {
    "--mode": "MODE", "--backend": "BACKEND", "--interp-options": "LIST", "-c": "CODE", **BOUNDS}


FLAGS = ("--explain", "--debug", "--allow-all", "-A")


def _parse(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    return parse(arguments, values=VALUES, flags=FLAGS, several=PERMISSIONS, program=True)


def hard_limits(arguments: list[str]) -> tuple[float | None, int | None]:
    """The seconds and bytes that the options grant; None without them, or if the usage is wrong."""
    try:
        options = _parse(arguments)[0]
        if "--debug" in options:  # time passes while it is stopped
            return None, None
        bounds = Bounds(options)
    except UsageError:
        return None, None
    return bounds.seconds, bounds.memory


def run(arguments: list[str]) -> int:
    """Run the program that the arguments name; its exit status."""
    options, rest = _parse(arguments)
    if "--debug" in options:
        from sentra.cli.debug import debug

        return debug(options, rest)
    bounds = Bounds(options) if options.keys() & BOUNDS.keys() else None
    granted = permissions(options)
    machine = executor(
        mode_of(options), options.get("--interp-options"), options.get("--backend"))
    if "-c" in options:
        code = options["-c"]
        return reporting(lambda: run_program(
            compile_text(code, COMMAND_LINE), "", machine, rest, granted, bounds))
    if not rest:
        raise UsageError("nothing to run", "name a .sn file, or - for standard input")
    path = rest[0]
    if "--explain" in options:
        return reporting(lambda: _explain(load(path), machine))
    return reporting(lambda: run_program(load(path), path, machine, rest[1:], granted, bounds))


def _explain(program: Module, machine: Executor) -> int:
    from sentra.cli.explain import explain

    return explain(program, machine)


def run_program(
    program: Module, path: str, machine: Executor, arguments: list[str],
    granted: Permissions | None, bounds: Bounds | None,
    prepare: Callable[[Context], None] | None = None,
) -> int:
    """Run a program to its end. `prepare` is given the context before the program starts."""
    from sentra import pipeline
    from sentra.runtime.context import Context

    context = Context(write=_writer(), flush=_flush, read_line=read_line,
                      arguments=tuple(arguments))
    context.stack_size = TASK_STACK
    context.permissions = granted
    around = None
    if bounds is not None:
        machine = bounds.metered(machine)
        around = bounds.apply(context)
    if machine.name == "tree":
        use_more_frames()
        context.stack_size = 2 * TASK_STACK
    on_interrupt(lambda: _interrupt(context))
    if prepare is not None:
        prepare(context)
    running()
    try:
        pipeline.run(program, context=context, executor=machine, search_path=search_path(path),
                     path="" if path == "-" else path, around=around)
    finally:
        for error in context.task_errors[:TASK_ERRORS]:  # of tasks that nobody awaited
            print_error(error)
        more = len(context.task_errors) - TASK_ERRORS
        if more > 0:
            write_error(f"sentra: {more} more tasks ended with errors")
    return OK


def search_path(path: str) -> list[str]:
    """Where a program's imports are looked up: its folder, its lib, the current directory."""
    folder = os.path.dirname(path) if path != "-" else ""
    return [folder or ".", os.path.join(folder, "lib"), "."]


def _interrupt(context: Context) -> None:
    scheduler = context.scheduler_if_any
    if scheduler is not None:
        scheduler.cancel(KeyboardInterrupt())


def _writer() -> Callable[[str], object]:
    stdout = sys.stdout
    if stdout is None:
        return len  # closed by whoever started us: what is written goes nowhere
    write = stdout.write

    def guarded(text: str) -> None:
        try:
            write(text)
        except OSError as error:
            raise OutputLost(error) from None

    return guarded


def _flush() -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise OutputLost(error) from None


class _Input:
    """The lines of standard input.

    Read past Python's stream: a task that waits for a line while the program ends would hold the
    lock of that, and Python ends with a fatal error when it cannot get it.
    """

    def __init__(self) -> None:
        self.data = b""
        self.at = 0  # where the next line begins
        self.ended = sys.stdin is None

    def line(self) -> bytes:
        """The next line with its end; empty at the end of input."""
        searched = self.at
        while (end := self.data.find(b"\n", searched)) < 0 and not self.ended:
            searched = len(self.data) - self.at
            more = os.read(0, 1 << 16)
            self.data = self.data[self.at:] + more
            self.at = 0
            self.ended = not more
        end = len(self.data) if end < 0 else end + 1
        line = self.data[self.at:end]
        self.at = end
        return line


_input = _Input()


def read_line() -> str | None:
    """A line of standard input without its end; what is no UTF-8 is read as an escape."""
    _flush()
    line = _input.line()
    if not line:
        return None
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "backslashreplace")
