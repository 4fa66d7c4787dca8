"""``sentra debug``: a program under a debugger in the terminal."""

from __future__ import annotations

import sys

from sentra.cli.bounds import BOUNDS, PERMISSIONS, Bounds, permissions
from sentra.cli.status import OK
from sentra.cli.usage import UsageError, parse, suggestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.bytecode.code import Module
    from sentra.debugging.terminal import Terminal
    from sentra.runtime.context import Context

MODES = ("interp", "closure")
VALUES = {"--mode": "MODE", "-c": "CODE", **BOUNDS}


def run(arguments: list[str]) -> int:
    """Debug the program that the arguments name."""
    options, rest = parse(arguments, values=VALUES, flags=("--allow-all", "-A"),
                          several=PERMISSIONS, program=True)
    return debug(options, rest)


def debug(options: dict[str, str], rest: list[str]) -> int:
    """Debug a program by the options of the command, and what follows them."""
    from sentra.cli.program import COMMAND_LINE, compile_text, load
    from sentra.cli.report import reporting

    mode = options.get("--mode", "interp")
    if mode not in MODES:
        raise UsageError(f'there are no debug builds for the mode "{mode}"',
                         suggestion(mode, MODES) or f"there are: {', '.join(MODES)}")
    for name in ("--backend", "--interp-options", "--explain"):
        if name in options:
            raise UsageError(f"option {name} does not go with debugging")
    bounds = Bounds(options) if options.keys() & BOUNDS.keys() else None
    if "-c" in options:
        code, path = options["-c"], ""
    elif not rest:
        raise UsageError("nothing to debug", "sentra debug FILE [arguments]")
    elif rest[0] == "-":
        raise UsageError("standard input has the debugger's commands", "name a file")
    else:
        code, path, rest = "", rest[0], rest[1:]
    return reporting(lambda: _debug(
        load(path) if path else compile_text(code, COMMAND_LINE), path, mode, rest, options,
        bounds))


def _debug(
    program: Module, path: str, mode: str, arguments: list[str], options: dict[str, str],
    bounds: Bounds | None,
) -> int:
    from sentra.cli.process import on_pause
    from sentra.cli.run import run_program
    from sentra.debugging.executor import DebugExecutor, marked
    from sentra.debugging.terminal import Terminal

    if marked(program) is program and len(program.body.code) > 2:  # an empty file has no source
        raise UsageError(f"cannot debug {path}: it does not have the source that it was built from",
                         "build it again, or debug its source")
    machine = DebugExecutor(
        compiled=mode == "closure", metered=bounds is not None and bounds.counts)
    terminal = Terminal(read=_reader(), write=_write)

    def prepare(context: Context) -> None:
        terminal.attach(context)
        on_pause(lambda: _pause(terminal))

    try:
        run_program(program, path, machine, arguments, permissions(options), bounds, prepare)
    except BaseException as error:
        if terminal.quitting:
            return OK
        terminal.ended(error)
        raise
    terminal.ended(None)
    return OK


def _pause(terminal: Terminal) -> bool:
    """Ctrl-C: whether the program goes on."""
    return terminal.interrupt()


def _write(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _reader() -> Callable[[str], str | None]:
    """What gives a line of commands, or None at the end; with history on a terminal."""
    from sentra.cli.run import read_line

    if sys.stdin is None or not sys.stdin.isatty():
        def read(prompt: str) -> str | None:
            _write(prompt)
            return read_line()

        return read
    try:
        import readline  # noqa: F401  # gives `input` history and keys
    except ImportError:
        pass

    def ask(prompt: str) -> str | None:
        try:
            return input(prompt)
        except EOFError:
            return None

    return ask
