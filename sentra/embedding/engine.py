"""The engine: what an application fixes once for all the programs that it runs."""

from __future__ import annotations

import os
from typing import overload
from weakref import WeakSet

from sentra.embedding.finders import finders_of
from sentra.embedding.hosts import HostClass
from sentra.embedding.limits import Limits
from sentra.embedding.program import Program
from sentra.embedding.services import (
    check_count,
    check_services,
    clock_of,
    flusher,
    limited,
    of_class,
    printer,
    reader,
    service,
)
from sentra.embedding.signatures import Shape
from sentra.runtime.context import Context
from sentra.runtime.permissions import Permissions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from sentra.codegen.link import Store
    from sentra.debugging.debugger import Debugger
    from sentra.embedding.finders import Modules
    from sentra.embedding.run import Run
    from sentra.pipeline import Executor

    F = TypeVar("F", bound=Callable[..., Any])

MODES = ("auto", "interp", "closure", "tree")
SOURCE_NAME = "<program>"


class Engine:
    """Compiles and runs programs with these limits, permissions, modules and services.

    - `limits`: `Limits.default()` unless given; `permissions`: none unless given.
    - `modules`: where imports come from: a folder, a dict of texts, a function, or a list of them.
    - `stdout`, `stdin`: a stream, or a function that takes a text or gives a line; printing goes
      to `sys.stdout` unless given, and there is no input. What they raise ends the run, uncaught by
      the program, and reaches the host as it is; so it is with `clock`, `on_half` and `modules`.
    - `clock`: seconds since 1970; `random`: a `random.Random`. With both a run can be repeated.
    - `on_half`: called with the run when half of its steps are used.
    - `mode`: "auto", "interp", "closure" or "tree"; they give the same results.
    - `isolation`: "process" runs everything in a worker process, for code that may be hostile: with
      an empty environment, limits of the operating system, and a hard kill at the deadline. Only
      plain data passes to and from it. Close the engine, or use it as a context manager. `workers`
      is how many processes there are at most, for what runs at the same time.
    - `debug`: make debug builds, which `debugger` can stop and look at. They are interpreted, or
      with `mode="closure"` generated code; there are none for "tree".

    >>> engine = Engine(limits=Limits(steps=1000))
    >>> @engine.function
    ... def greet(name, mark="!"):
    ...     return f"Hello {name}{mark}"
    >>> program = engine.compile("fn hello(who) { return greet(who) }")
    >>> program.call("hello", "Ada")
    'Hello Ada!'
    """

    def __init__(
        self, *, limits: Limits | None = None, permissions: Permissions | None = None,
        modules: Modules = None, clock: Callable[[], float] | None = None, random: Any = None,
        stdout: Any = None, stdin: Any = None, mode: str = "auto",
        on_half: Callable[[Run], object] | None = None, arguments: tuple[str, ...] = (),
        isolation: str = "none", workers: int = 4, debug: bool = False,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode {mode!r} is none of {', '.join(MODES)}")
        if debug and mode == "tree":
            raise ValueError("there are no debug builds for mode 'tree'")
        self.limits = Limits.default() if limits is None else of_class("limits", limits, Limits)
        self.permissions = Permissions() if permissions is None else of_class(
            "permissions", permissions, Permissions)
        check_services(clock=clock, random=random, stdout=stdout, stdin=stdin)
        self.finders = finders_of(modules)
        self.clock = clock
        self.random = random
        self.stdout = stdout
        self.stdin = stdin
        self.mode = mode
        self.on_half = on_half
        self.arguments = tuple(arguments)
        self.debug = debug
        self._debugger = _new_debugger() if debug else None
        self.functions: dict[str, Shape] = {}
        self._classes: dict[type, HostClass] = {}
        self.entries: WeakSet[Any] = WeakSet()  # functions that do not ask the run at each call
        self.closed = False
        if isolation not in ("none", "process"):
            raise ValueError(f'isolation is "none" or "process", not {isolation!r}')
        check_count("workers", workers)
        self.isolation = isolation
        if isolation == "process":
            self._isolate(workers)

    def _isolate(self, workers: int) -> None:
        from sentra.embedding.pool import Pool

        for name, given in (
                ("permissions", self.permissions != Permissions()), ("clock", self.clock),
                ("random", self.random), ("on_half", self.on_half),
                ("arguments", self.arguments), ("debug", self._debugger is not None)):
            if given:
                raise ValueError(f'{name} cannot be given with isolation="process"')
        self.workers = Pool(self.limits.memory, workers)
        self.write_output = printer(self.stdout)
        self.read_input = reader(self.stdin)

    # --- programs -------------------------------------------------------------------------------
    def compile(self, source: str | bytes, filename: str = SOURCE_NAME) -> Program:
        """The program in a text, or in the content of a bytecode file.

        Raises SentraSyntaxError, which lists up to ten problems.
        """
        if self.isolation == "process":
            if not isinstance(source, str):
                raise TypeError('a program is a str with isolation="process"')
            from sentra.embedding.isolated import IsolatedProgram

            self.check_open()
            isolated: Any = IsolatedProgram(self, source, filename)
            program: Program = isolated  # it is used like one
            return program
        if not isinstance(source, (str, bytes)):
            raise TypeError(f"the text of a program is str or bytes, not {source!r}: `load` takes "
                            "a file")
        from sentra.pipeline import load_data

        return Program(load_data(source, filename), self)

    def load(self, path: str | os.PathLike[str]) -> Program:
        """The program in a file."""
        path = os.fspath(path)
        with open(path, "rb") as file:
            data = file.read()
        if self.isolation == "process":
            return self.compile(data.decode("utf-8"), os.path.basename(path))
        from sentra.pipeline import load_data

        module = load_data(data, os.path.basename(path))
        module.path = os.path.abspath(path)  # as debuggers write it
        return Program(module, self, os.path.realpath(path))

    def run(
        self, source: str | bytes, /, *, filename: str = SOURCE_NAME, **variables: Any,
    ) -> Run:
        """Compile a text and run it with these global variables."""
        return self.compile(source, filename).run(**variables)

    # --- the host's functions and classes -------------------------------------------------------
    @overload
    def function(self, function: F, *, name: str | None = None) -> F: ...

    @overload
    def function(self, function: None = None, *, name: str | None = None) -> Callable[[F], F]: ...

    def function(self, function: Any = None, *, name: str | None = None) -> Any:
        """Give a function to all programs of this engine; a decorator, with or without a name."""
        if function is None:
            return lambda function: self.function(function, name=name)
        from sentra.runtime.builtins import names

        shape = Shape(function, name)
        if not _is_name(shape.name):
            raise ValueError(f"no program can call {shape.name!r}: the function needs another name")
        if shape.name in names():
            raise ValueError(f"{shape.name} is a builtin: the function needs another name")
        self.functions[shape.name] = shape
        return function

    def host_class(
        self, cls: type, *, attributes: tuple[str, ...] | list[str] = (),
        methods: tuple[str, ...] | list[str] = (), name: str | None = None,
    ) -> None:
        """Let programs hold objects of exactly this class, and touch these members of them.

        Methods must be on the class, unless it has ``__getattr__``; ValueError otherwise.
        """
        if self.isolation == "process":
            raise ValueError('objects of the host cannot be given with isolation="process"')
        self._classes[cls] = HostClass(cls, attributes, methods, name)

    def class_of(self, cls: type) -> HostClass | None:
        """What a program may touch of objects of exactly this class."""
        return self._classes.get(cls)

    @property
    def debugger(self) -> Debugger:
        """Breakpoints and hooks of an engine with `debug=True`; ValueError for any other."""
        if self._debugger is None:
            raise ValueError("this engine makes no debug builds: Engine(debug=True) does")
        return self._debugger

    def limits_of(self, given: Limits | None) -> Limits:
        """The limits for a run: those given, or else the engine's."""
        return self.limits if given is None else of_class("limits", given, Limits)

    # --- for runs -------------------------------------------------------------------------------
    def new_context(self, run: Run) -> Context:
        """The services of a new run."""
        limits = run.limits
        write = service(run, printer(self.stdout))
        clock = None if self.clock is None else service(run, clock_of(self.clock))
        context = Context(
            write=write if limits.output is None else limited(write, limits.output),
            flush=service(run, flusher(self.stdout)), clock=clock, random=self.random,
            read_line=service(run, reader(self.stdin), beside=True), arguments=self.arguments)
        context.permissions = self.permissions
        context.sized = limits.sized
        if limits.depth is not None:
            context.max_depth = limits.depth
        if self._debugger is not None:
            context.debugger = self._debugger.session(
                context, as_host=run.as_host, as_guest=run.as_guest, shown=run.to_python,
                accepted=run.to_sentra)
        return context

    def new_executor(self, limits: Limits, store: Store | None = None) -> Executor:
        """What runs a program under limits. Host functions may call any function of it."""
        if self._debugger is not None:
            from sentra.debugging.executor import DebugExecutor

            return DebugExecutor(compiled=self.mode == "closure", metered=limits.metered)
        from sentra.interp.executor import InterpreterExecutor

        if self.mode == "interp":
            return InterpreterExecutor()
        if self.mode == "auto" and not limits.metered:
            from sentra.tiers import AutoExecutor

            return AutoExecutor(open_functions=True)
        from sentra.codegen.sources import keeps_places

        if self.mode == "tree" or not keeps_places():
            from sentra.codegen.tree.link import TreeExecutor

            return TreeExecutor(
                InterpreterExecutor(), metered=limits.metered, open_functions=True)
        from sentra.codegen.link import AstExecutor

        return AstExecutor(InterpreterExecutor(), metered=limits.metered, open_functions=True,
                           store=store)

    # --- end ------------------------------------------------------------------------------------
    def check_open(self) -> None:
        """Raise RuntimeError after `close`."""
        if self.closed:
            raise RuntimeError("the engine is closed")

    def close(self) -> None:
        """Let no program of this engine run any more; the timer's thread ends if no call goes on.
        """
        self.closed = True
        from sentra.embedding.deadline import rest
        from sentra.embedding.functions import without_entry

        for function in list(self.entries):
            without_entry(function)
        if self.isolation == "process":
            self.workers.close()
        rest()

    def __reduce__(self) -> Any:
        raise TypeError("an engine cannot go to another process: make one there")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _is_name(text: str) -> bool:
    from sentra.syntax.tokens import KEYWORDS

    return text.isascii() and text.isidentifier() and text not in KEYWORDS and text != "_"


def _new_debugger() -> Debugger:
    from sentra.debugging.debugger import Debugger

    return Debugger()


_default: Engine | None = None


def default_engine() -> Engine:
    """The engine behind `sentra.run` and `sentra.compile`: default limits, no permissions."""
    global _default
    if _default is None:
        _default = Engine()
    return _default


def run(source: str | bytes, /, *, filename: str = SOURCE_NAME, **variables: Any) -> Run:
    """Run a program with default limits and no permissions.

    >>> run("let total = price * 3", price=14)["total"]
    42
    """
    return default_engine().run(source, filename=filename, **variables)


def compile(source: str | bytes, filename: str = SOURCE_NAME) -> Program:
    """Compile a program for the default engine.

    >>> rules = compile("fn score(event) { return event.amount > 100 ? 2 : 1 }")
    >>> rules["score"]({"amount": 120})
    2
    """
    return default_engine().compile(source, filename)


def load(path: str | os.PathLike[str]) -> Program:
    """Compile the program in a file for the default engine."""
    return default_engine().load(path)
