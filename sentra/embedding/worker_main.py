"""What runs in a worker process: requests as lines of JSON, answers as lines of JSON.

The other side is `worker.Worker` with `isolated`; what they say to each other is this. A request
has "do": "compile", "run", "call", "get" or "names". Its answer has "error" or what was asked for.
Before it answers, the worker may ask for what the host has ("ask": "function", "module" or "line"),
and gets "value" or "error"; instead of that the host may make another request first, from within
its function.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.embedding.program import Program
    from sentra.embedding.run import Run
    from sentra.embedding.wire import Channel
    from sentra.runtime.loader import Found


def main(memory: int | None, *, own_folder: bool = False) -> None:
    """Bound the process, then answer requests until there are no more.

    `own_folder`: it was started in an empty folder, which it removes: the host may have been ended
    without a chance to do that.
    """
    folder = os.getcwd() if own_folder else ""
    from sentra.embedding.engine import Engine
    from sentra.embedding.wire import Broken, Channel

    channel = Channel(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):  # nothing but the answers gets out
        os.dup2(nowhere, handle)
    Engine(mode="closure").run("let a = 1")  # what is needed is loaded before files are bounded
    _bound(memory)
    session = Session(channel)
    try:
        channel.send({"ready": True})
        while True:
            session.answer(channel.receive())
    except Broken:
        return
    finally:
        if folder:
            with suppress(OSError):
                os.rmdir(folder)


def _bound(memory: int | None) -> None:
    """Limits of the operating system, for what gets past those of the language."""
    try:
        import resource
    except ImportError:
        return
    bounds = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    if memory is not None:
        bounds.append((resource.RLIMIT_AS, memory + _address_space()))
    for which, most in bounds:
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(which, (most, most))


def _address_space() -> int:
    """Bytes of address space that the process has already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30


class Session:
    """The programs and runs of one worker."""

    def __init__(self, channel: Channel) -> None:
        from sentra.embedding.engine import Engine

        self.channel = channel
        self.printed: list[str] = []
        self.engine = Engine(stdout=self.printed.append, stdin=self._line)
        self.engine.finders = [self]
        self.programs: OrderedDict[str, Program] = OrderedDict()
        self.runs: dict[int, Run] = {}
        self.count = 0
        self.current: Run | None = None  # the one that runs now

    # --- requests -------------------------------------------------------------------------------
    def answer(self, request: dict[str, Any]) -> None:
        """Do what is asked, and say how it went."""
        from sentra.embedding.wire import pack_error

        outer, self.current = self.current, None
        answer: dict[str, Any] = {}
        try:
            getattr(self, f"do_{request['do']}")(request, answer)
        except MemoryError:
            answer["error"] = {"type": "limit", "limit": "memory", "message": "out of memory"}
        except Exception as error:  # noqa: BLE001  # the host raises it
            answer["error"] = pack_error(error)
        run: Run | None = self.__dict__["current"]  # which the request has set
        if run is not None:
            answer["steps"] = run.steps
        self.current = outer
        answer["output"] = "".join(self.printed)
        self.printed.clear()
        try:
            self.channel.send(answer)
        except TypeError as error:
            self.channel.send({"error": pack_error(error), "output": ""})

    def do_compile(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        from sentra.embedding.wire import KEPT

        self.engine.mode = request["mode"]
        program = self.engine.compile(request["source"], request["filename"])
        self.programs[request["key"]] = program
        self.programs.move_to_end(request["key"])
        if len(self.programs) > KEPT:
            self.programs.popitem(last=False)
        answer["variables"] = list(program.variables)

    def do_run(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        from sentra.embedding.limits import Limits
        from sentra.embedding.run import Run
        from sentra.embedding.wire import unpack

        for number in request["ended"]:
            self.runs.pop(number, None)
        self.engine.functions = {
            outline[0]: self._function(*outline) for outline in request["functions"]}
        if "source" in request:
            self.do_compile(request, answer)
        program = self.programs[request["key"]]
        variables = {name: unpack(value) for name, value in request["variables"].items()}
        for outline in request["callables"]:
            variables[outline[0]] = self._function(*outline).function
        run = self.current = Run(program, self.engine, Limits(**request["limits"]))
        run.start(variables)
        self.count += 1
        self.runs[self.count] = run
        answer.update(run=self.count, status=run.exit_status, names=list(run))

    def do_call(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        from sentra.embedding.wire import pack, unpack

        run = self.current = self.runs[request["run"]]
        answer["value"] = pack(run.call(request["name"], *unpack(request["args"])))

    def do_get(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        from sentra.embedding.functions import is_for_host
        from sentra.embedding.wire import pack

        value = self.runs[request["run"]][request["name"]]
        if is_for_host(value):
            answer["function"] = True
        else:
            answer["value"] = pack(value)

    # --- what the host has ----------------------------------------------------------------------
    def ask(self, question: dict[str, Any]) -> Any:
        """The host's answer. The time limit does not interrupt this: the host ends the process."""
        from sentra.embedding.wire import unpack
        from sentra.errors import SentraError

        run = self.current
        guard = None if run is None else run.context.guard
        suspends = guard is not None and guard.armed
        if guard is not None and suspends:
            guard.suspend()
        try:
            self.channel.send(question)
            while "do" in (reply := self.channel.receive()):
                self.answer(reply)
                self.current = run
        finally:
            if guard is not None and suspends:
                guard.armed = True
        if guard is not None and suspends:
            guard.resume()
        if "error" in reply:
            raise SentraError(reply["error"], reply["kind"])
        return unpack(reply["value"])

    def _function(
        self, name: str, least: int, most: int | None, options: list[tuple[str, bool]],
    ) -> Any:
        from sentra.embedding.signatures import Shape, signature_of
        from sentra.embedding.wire import pack

        def call(*args: Any, **options: Any) -> Any:
            given = [*args, options] if options else list(args)
            return self.ask({"ask": "function", "name": name, "args": pack(given)})

        call.__signature__ = signature_of(  # type: ignore[attr-defined]
            least, most, options)
        return Shape(call, name)

    def _line(self) -> str | None:
        line: str | None = self.ask({"ask": "line"})
        return line

    def find(self, path: str, folder: str) -> Found | None:
        """A module of the host."""
        from sentra.runtime.loader import Found

        found = self.ask({"ask": "module", "path": path, "folder": folder})
        if found is None:
            return None
        key, name, filename, place, data = found
        return Found(key, name, filename, place, data)
