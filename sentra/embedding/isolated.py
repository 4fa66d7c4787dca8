"""Programs and runs that live in a worker process: ``Engine(isolation="process")``.

They are used like `Program` and `Run`. What crosses is plain data; functions of the host are called
here when the program calls them there, and modules are looked up here. What cannot cross is refused
with a TypeError that says so.
"""

from __future__ import annotations

from hashlib import sha256
from threading import Lock

from sentra.embedding.convert import discard, is_host_callable, to_sentra
from sentra.embedding.errors import LimitExceeded, for_guest
from sentra.embedding.signatures import Shape
from sentra.embedding.wire import Broken, pack, unpack
from sentra.errors import CALL, SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sentra.embedding.engine import Engine
    from sentra.embedding.limits import Limits
    from sentra.embedding.worker import Worker


class IsolatedProgram:
    """A program that was compiled in a worker process, and runs there."""

    def __init__(self, engine: Engine, source: str, filename: str) -> None:
        self.engine = engine
        self.filename = filename
        self.source = source
        digest = sha256(filename.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(source.encode("utf-8", "surrogatepass"))
        self.digest = digest.hexdigest()
        self.cancelled = False
        self._run: IsolatedRun | None = None
        self._lock = Lock()
        with engine.workers.worker() as worker:
            said = worker.request(lambda: self.request("compile", worker, known=False),
                                  engine.limits.time, _nothing_to_ask, self)
        self.variables: tuple[str, ...] = tuple(map(str, said["variables"]))

    def request(self, do: str, worker: Worker, *, known: bool = True) -> dict[str, Any]:
        """A message about this program, with its text unless the worker has it."""
        message = {"do": do, "key": self.digest, "filename": self.filename,
                   "mode": self.engine.mode}
        if not known or not worker.knows(self.digest):
            message["source"] = self.source
            worker.learns(self.digest)
        return message

    def run(self, /, *, limits: Limits | None = None, **variables: Any) -> IsolatedRun:
        """Run it with these global variables, apart from all other runs."""
        run = IsolatedRun(self, self.engine.limits_of(limits))
        run.start(variables)
        return run

    async def arun(self, /, *, limits: Limits | None = None, **variables: Any) -> IsolatedRun:
        """The same in a thread; cancelling the task ends the worker process."""
        from sentra.embedding.awaited import in_thread

        run = IsolatedRun(self, self.engine.limits_of(limits))
        await in_thread(lambda: run.start(variables), run.cancel)
        return run

    def __getitem__(self, name: str) -> Any:
        """A variable or function of the program's own run, which the first use starts."""
        return self._own_run()[name]

    def __contains__(self, name: object) -> bool:
        """Whether it has a variable or function of this name at its top; that runs nothing."""
        return name in self.variables

    def __iter__(self) -> Iterator[str]:
        """The names of `variables`. One that no statement has set yet is missing from a run."""
        return iter(self.variables)

    def call(self, name: str, *args: Any) -> Any:
        """Call a function of the program's own run."""
        return self._own_run().call(name, *args)

    def _own_run(self) -> IsolatedRun:
        run = self._run
        if run is None or not run.is_there():  # its process was killed
            with self._lock:
                run = self._run
                if run is None or not run.is_there():
                    run = self._run = self.run()
        return run

    def __repr__(self) -> str:
        return f"<isolated program {self.filename}>"


class IsolatedRun:
    """A program that has run in a worker process, and whose functions can be called there."""

    def __init__(self, program: IsolatedProgram, limits: Limits) -> None:
        self.program = program
        self.engine = program.engine
        self.limits = limits
        self.steps = 0  # that the last call took
        self.cancelled = False
        self.exit_status: int | None = None  # what it gave to ``exit``
        self.names: tuple[str, ...] = ()
        self._worker: Worker | None = None
        self._process = 0  # of the worker
        self._number = -1  # in the process
        self._callables: dict[str, Shape] = {}
        # What last went wrong in a function of the host, and as which message.
        self._failed: tuple[str, Exception] | None = None

    def start(self, variables: dict[str, Any]) -> None:
        """Run the body of the program's module with these global variables."""
        plain = {}
        for name, value in variables.items():
            if is_host_callable(value):
                self._callables[name] = Shape(value, name)
            else:
                plain[name] = _packed(value)
        said = self._request(lambda: self._first(plain))
        self._number = int(said["run"])
        self.exit_status = said["status"]
        self.names = tuple(map(str, said["names"]))

    def _first(self, plain: dict[str, Any]) -> dict[str, Any]:
        worker = self._worker
        assert worker is not None
        self._process = worker.number
        ended = [number for process, number in worker.ended if process == worker.number]
        worker.ended.clear()
        return {
            **self.program.request("run", worker), "variables": plain, "ended": ended,
            "limits": {name: value for name, value in vars(self.limits).items()
                       if value is not None},
            "functions": [shape.outline for shape in self.engine.functions.values()],
            "callables": [shape.outline for shape in self._callables.values()]}

    def is_there(self) -> bool:
        """Whether its process has not been replaced."""
        return self._worker is not None and self._process == self._worker.number

    def _request(self, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.engine.check_open()
        try:
            with self.engine.workers.worker(self._worker) as self._worker:
                said = self._worker.request(make, self.limits.time, self._answer, self)
        except Exception as error:
            said = error.__dict__.pop("_answer", {})
            self._note(said)
            failed, self._failed = self._failed, None
            if failed is not None and isinstance(error, SentraError) and (
                    error.message == failed[0]):
                raise error from failed[1]
            raise
        self._note(said)
        return said

    def _note(self, said: dict[str, Any]) -> None:
        self.steps = said.get("steps", self.steps)
        output = said.get("output")
        if output:
            self.engine.write_output(str(output))

    def _about(self, do: str, **more: Any) -> dict[str, Any]:
        if not self.is_there():
            raise LimitExceeded("process", "the worker process of this run has ended")
        return {"do": do, "run": self._number, **more}

    # --- what the worker asks -------------------------------------------------------------------
    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        what = question.get("ask")
        if what == "function":
            return self._call_host(str(question.get("name")), question.get("args"))
        if what == "module":
            return self._find(str(question.get("path")), str(question.get("folder")))
        if what == "line":
            return {"value": self.engine.read_input()}
        raise Broken("an unknown question")

    def _call_host(self, name: str, packed: Any) -> dict[str, Any]:
        shape = self._callables.get(name) or self.engine.functions.get(name)
        args = unpack(packed)
        if shape is None or type(args) is not list:
            raise Broken("no such function")
        try:
            values, options = shape.check(args)
        except SentraError as wrong:
            return {"error": wrong.message, "kind": wrong.kind}
        result = None
        try:
            result = shape.function(*values, **options)
            return {"value": _packed(result)}
        except Exception as exception:  # noqa: BLE001  # the program gets message and kind
            discard(result)
            error = for_guest(exception, shape.name)
            if isinstance(error, SentraError):
                self._failed = error.message, exception
                return {"error": error.message, "kind": error.kind}
            return {"error": str(exception), "kind": "value"}

    def _find(self, path: str, folder: str) -> dict[str, Any]:
        for finder in self.engine.finders:
            found = finder.find(path, folder)
            if found is not None:
                data = found.data
                text = data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
                return {"value": [found.key, found.name, found.filename, found.folder, text]}
        return {"value": None}

    # --- values ---------------------------------------------------------------------------------
    def call(self, name: str, *args: Any) -> Any:
        """Call the function of this name."""
        packed = _packed(args)
        if name not in self.names:
            raise SentraError(f'the program has no function "{name}"', CALL)
        return unpack(self._request(lambda: self._about("call", name=name, args=packed))["value"])

    def __getitem__(self, name: str) -> Any:
        """The value of a variable at the top of the program; a function can be called."""
        if name not in self.names:
            raise KeyError(name)
        said = self._request(lambda: self._about("get", name=name))
        if "function" not in said:
            return unpack(said["value"])

        def function(*args: Any) -> Any:
            return self.call(name, *args)

        function.__name__ = function.__qualname__ = name
        return function

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> list[str]:
        """The names that have a value."""
        return list(self.names)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a variable, or `default`."""
        return self[name] if name in self.names else default

    def cancel(self) -> None:
        """Stop what runs now, from any thread: the call raises LimitExceeded("cancelled"), and the
        worker process ends.
        """
        self.cancelled = True
        worker = self._worker
        if worker is not None:
            worker.stop(self)

    def __del__(self) -> None:
        if self._worker is not None and self._number >= 0:
            self._worker.ended.append((self._process, self._number))

    def __repr__(self) -> str:
        return f"<isolated run of {self.program.filename}>"


def _packed(value: Any) -> Any:
    """A value of the host for the wire, by the rules for arguments."""
    return pack(to_sentra(value, lambda other: other))  # `pack` refuses the others


def _nothing_to_ask(question: dict[str, Any]) -> dict[str, Any]:
    raise Broken("there is nothing to ask")
