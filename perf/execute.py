"""Makes programs and twins ready to run, so that only the run itself is timed."""

from __future__ import annotations

import gc
import io
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from perf.stages import AblatedExecutor
from perf.suite import Program
from sentra.bytecode.code import Module
from sentra.cli.modes import executor
from sentra.pipeline import compile_source, read_source
from sentra.runtime.context import Context
from sentra.runtime.tasks import run_program

if TYPE_CHECKING:
    from sentra.pipeline import Executor

T = TypeVar("T")

TWIN = "twin"
CLASSES = "classes"
MODES = ("ast", "tree", "interp", "auto")
"""Backends of the compiler, the interpreter, and the command's choice between them."""


def make_executor(mode: str, options: str | None = None) -> Executor:
    """A new executor for a mode. `options` are the interpreter's switches, or for the compiler the
    parts that it leaves out: ``without=hoisting+common``.
    """
    if mode == "ast" and options:
        return AblatedExecutor(options.removeprefix("without=").split("+"))
    if mode in ("ast", "tree"):
        return executor("closure", backend=mode)
    return executor(mode, interp_options=options)


def available() -> list[str]:
    """The modes of `MODES` that this version has."""
    found = []
    for mode in MODES:
        try:
            make_executor(mode)
        except Exception:  # noqa: BLE001  # whatever is wrong with it, it cannot be measured
            continue
        found.append(mode)
    return found


class Job:
    """A program in one mode. `prepare` gives what runs it once; `compile_seconds` its last cost."""

    def __init__(self, program: Program, mode: str, size: str, options: str | None = None) -> None:
        self.mode = mode
        self.compile_seconds = 0.0
        self._options = options
        paths = {TWIN: program.twin_path, CLASSES: program.classes_path}
        self._python = mode in paths
        self._name = str(paths.get(mode, program.path))
        self._text = program.source(size)
        if self._python:
            self._text = program.twin(size, classes=mode == CLASSES)
        self._module: Module | None = None

    def prepare(self) -> Callable[[], str]:
        """Compile it; the result runs it and returns what it printed."""
        start = time.process_time()
        run = self._twin() if self._python else self._sentra()
        self.compile_seconds = time.process_time() - start
        return run

    def _twin(self) -> Callable[[], str]:
        code = compile(self._text, self._name, "exec")
        variables: dict[str, Any] = {"__name__": "twin"}
        exec(code, variables)
        main = variables["main"]

        def run() -> str:
            stdout, sys.stdout = sys.stdout, io.StringIO()
            try:
                main()
                return sys.stdout.getvalue()
            finally:
                sys.stdout = stdout
        return run

    def _sentra(self) -> Callable[[], str]:
        if self._module is None:
            self._module = compile_source(read_source(self._text, self._name))
        output: list[str] = []
        context = Context(write=output.append)
        body = make_executor(self.mode, self._options).body(self._module, {}, context)

        def run() -> str:
            run_program(context, body)
            return "".join(output)
        return run


def timed(run: Callable[[], str]) -> tuple[float, str]:
    """Processor seconds of one run, and its output."""
    gc.collect()
    gc.freeze()
    start = time.process_time()
    output = run()
    seconds = time.process_time() - start
    gc.unfreeze()
    return seconds, output


def with_large_stack(work: Callable[[], T]) -> T:
    """The result of `work` with the stack and recursion limit that the command gives programs."""
    outcome: list[Any] = []

    def body() -> None:
        try:
            outcome.append((True, work()))
        except BaseException as error:  # noqa: BLE001  # raised again below
            outcome.append((False, error))

    limit, size = sys.getrecursionlimit(), threading.stack_size(1 << 29)
    sys.setrecursionlimit(200_000)
    try:
        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    done, value = outcome[0]
    if not done:
        raise value
    result: T = value
    return result
