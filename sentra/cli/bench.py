"""``sentra bench``: measures one function of a program with pyperf.

pyperf starts worker processes, which run this file as a module.
"""

from __future__ import annotations

import sys

from sentra.cli.status import FAILED, OK
from sentra.cli.usage import UsageError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Module

VALUES = {"--function": "NAME", "--mode": "MODE", "--backend": "BACKEND", "-o": "FILE"}
FLAGS = ("--fast", "--rigorous")


def run(arguments: list[str]) -> int:
    """Measure a function; its arguments, written as JSON, follow the file."""
    import subprocess

    options, rest = parse(arguments, values=VALUES, flags=FLAGS, mixed=True)
    if not rest or "--function" not in options:
        raise UsageError("bench takes a function and a file",
                         "sentra bench FILE --function=NAME [arguments as JSON]")
    _check(options, rest)
    command = [sys.executable, "-m", "sentra.cli.bench", *_own(options, rest)]
    command += [flag for flag in FLAGS if flag in options]
    if "-o" in options:
        command += ["-o", options["-o"]]
    if sys.stdout is not None:
        sys.stdout.flush()
    return OK if subprocess.run(command, check=False).returncode == 0 else FAILED


def _own(options: dict[str, str], rest: list[str]) -> list[str]:
    """What a worker has to know."""
    return [options.get("--mode", "closure"), options.get("--backend", ""),
            options["--function"], *rest]


def _check(options: dict[str, str], rest: list[str]) -> None:
    """What is wrong is said here, once, and not by every worker."""
    from importlib.util import find_spec

    from sentra.cli.modes import executor
    from sentra.cli.program import read

    if find_spec("pyperf") is None:
        raise UsageError("bench needs the package pyperf", "pip install sentra-lang[perf]")
    executor(options.get("--mode", "closure"), backend=options.get("--backend"))
    read(rest[0])
    _values(rest[1:])


def _values(texts: list[str]) -> list[Any]:
    """The arguments of the function.

    >>> _values(["3", '[1, "x"]'])
    [3, [1, 'x']]
    """
    from json import loads

    values = []
    for text in texts:
        try:
            values.append(loads(text))
        except ValueError:
            raise UsageError(f"{text} is no JSON", 'a text is written as \'"text"\'') from None
    return values


def function_of(
    module: Module, path: str, mode: str, backend: str, name: str,
) -> Any:
    """A function of a program that has run to its end; nothing of its output is shown."""
    from sentra import pipeline
    from sentra.cli.modes import executor
    from sentra.cli.run import search_path
    from sentra.errors import Exit
    from sentra.runtime.context import Context
    from sentra.runtime.names import to_python

    machine: Any = executor(mode, backend=backend or None)
    each = machine
    while each is not None:  # it, and what it leaves functions to
        if hasattr(each, "open_functions"):
            each.open_functions = True  # they are called from here, with any values
        each = getattr(each, "fallback", None)
    try:
        namespace = pipeline.run(
            module, context=Context(write=len, read_line=lambda: None), executor=machine,
            search_path=search_path(path), path=path)
    except Exit as stop:
        raise UsageError(f"{path} ends with exit({stop.status}) before its function can be"
                         " called") from None
    found = namespace.get(to_python(name))
    if not callable(found):
        raise UsageError(f'{path} has no function "{name}"')
    return found


def try_out(function: Any, values: list[Any]) -> None:
    """One call, whose errors are those of the program."""
    from sentra.runtime.calls import call
    from sentra.runtime.throwing import settle

    try:
        call(function, *values)
    except Exception as error:  # noqa: BLE001  # settle raises what is no program's error
        raise settle(error) from None


def main() -> None:
    """A process of pyperf: the one that starts the others, or one of these."""
    from importlib import import_module

    from sentra.cli.process import RECURSION_LIMIT
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    def forward(command: list[str], options: Any) -> None:
        command += options.own

    pyperf: Any = import_module("pyperf")
    runner = pyperf.Runner(
        program_args=("-m", "sentra.cli.bench"), add_cmdline_args=forward)
    runner.argparser.add_argument("own", nargs="+")
    own = runner.parse_args().own
    mode, backend, name, path, *texts = own
    sys.setrecursionlimit(RECURSION_LIMIT)

    def work() -> int:
        function = function_of(load(path), path, mode, backend, name)
        values = _values(texts)
        try_out(function, values)
        runner.bench_func(f"{name} ({backend or mode})", function, *values)
        return OK
    try:
        sys.exit(reporting(work))
    except UsageError as error:
        sys.exit(error.line())


if __name__ == "__main__":
    main()
