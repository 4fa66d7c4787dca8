"""Programs as values: compiled, checked, and ready to run as often as wanted."""

from __future__ import annotations

import os
from threading import Lock

from sentra.embedding.run import Run
from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.codegen.link import Store
    from sentra.embedding.engine import Engine
    from sentra.embedding.functions import Function
    from sentra.embedding.limits import Limits
    from sentra.pipeline import Executor
    from sentra.runtime.loader import Finder


class Program:
    """A compiled program. It never changes, and equals another of the same code and name.

    It pickles as bytecode, which is verified again when it is loaded; a program that was loaded
    that way runs on the default engine until `with_engine` gives it another.
    """

    def __init__(
        self, module: Module, engine: Engine, path: str = "", store: Store | None = None,
    ) -> None:
        self.module = module
        self.engine = engine
        self.path = path  # of the file that it came from, if any
        self.filename = module.filename
        self.folder = os.path.dirname(path)
        self.name = os.path.splitext(os.path.basename(self.filename))[0]
        self.variables = tuple(module.variables)
        self.python_names = {name: to_python(name) for name in module.variables}
        # What only its declaration sets; but a debugger may set anything.
        self.single = frozenset(() if engine.debug else module.single)
        self._store = store  # for the code that is generated
        self._executors: dict[tuple[str, bool], Executor] = {}
        self._run: Run | None = None
        self._fixed: dict[str, Function] = {}  # of its own run: see there
        self._lock = Lock()
        self._digest: bytes | None = None

    # --- running --------------------------------------------------------------------------------
    def run(self, /, *, limits: Limits | None = None, **variables: Any) -> Run:
        """Run it with these global variables, apart from all other runs."""
        run = Run(self, self.engine, self.engine.limits_of(limits))
        run.start(variables)
        return run

    async def arun(self, /, *, limits: Limits | None = None, **variables: Any) -> Run:
        """The same in a thread; cancelling the task cancels the program."""
        from sentra.embedding.awaited import in_thread

        run = Run(self, self.engine, self.engine.limits_of(limits))
        await in_thread(lambda: run.start(variables), run.cancel)
        return run

    def __getitem__(self, name: str) -> Any:
        """A variable or function of the program's own run, which the first use starts."""
        try:  # as the run does it; a call of that would cost as much again
            return self._fixed[name]
        except KeyError:
            pass
        return (self._run or self._own_run())[name]

    def __contains__(self, name: object) -> bool:
        """Whether it has a variable or function of this name at its top; that runs nothing."""
        return name in self.variables

    def __iter__(self) -> Iterator[str]:
        """The names of `variables`. One that no statement has set yet is missing from a run."""
        return iter(self.variables)

    def call(self, name: str, *args: Any) -> Any:
        """Call a function of the program's own run."""
        try:
            function = self._fixed[name]
        except KeyError:
            function = self._own_run().function(name)
        return function(*args)

    def _own_run(self) -> Run:
        run = self._run
        if run is None:
            with self._lock:
                run = self._run
                if run is None:
                    run = self.run()
                    self._run = run
                    self._fixed = run.fixed
        return run

    def executor(self, limits: Limits) -> Executor:
        """What runs it under these limits; it keeps what it compiled."""
        key = (self.engine.mode, limits.metered)
        found = self._executors.get(key)
        if found is None:
            found = self._executors.setdefault(key, self.engine.new_executor(limits, self._store))
        return found

    def finders(self, engine: Engine) -> list[Finder]:
        """Where its imports are looked up."""
        return engine.finders

    def with_engine(self, engine: Engine) -> Program:
        """The same program on another engine."""
        return Program(self.module, engine, self.path, self._store)

    # --- as a value -----------------------------------------------------------------------------
    def to_bytes(self) -> bytes:
        """The program as the content of a bytecode file."""
        from sentra.bytecode.file import dump

        return dump(self.module)

    @property
    def digest(self) -> str:
        """A hash of its content, for use as a key."""
        if self._digest is None:
            from hashlib import sha256

            self._digest = sha256(self.to_bytes()).digest()
        return self._digest.hex()

    def __setattr__(self, name: str, value: object) -> None:
        # Not by its `__dict__`: what has one is slower to read from.
        if name[0] != "_" and hasattr(self, name):
            raise AttributeError("a program cannot be changed")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<program {self.filename}>"


def from_bytes(data: bytes) -> Program:
    """The program of a bytecode file's content, verified, on the default engine."""
    from sentra.bytecode.file import load
    from sentra.embedding.engine import default_engine

    return Program(load(data), default_engine())
