"""One run of a program: its module's variables, and calls of its functions under limits."""

from __future__ import annotations

from sys import _getframe, getrecursionlimit
from types import FunctionType

from sentra.embedding.calling import Calls
from sentra.embedding.convert import is_guest_function, is_host_callable, refuse, to_sentra
from sentra.embedding.errors import LimitExceeded
from sentra.embedding.functions import function_value, is_for_host
from sentra.embedding.hosts import HostFunction, HostObject, object_of
from sentra.embedding.services import HostFinder
from sentra.embedding.signatures import Shape
from sentra.errors import CALL, Exit, SentraError
from sentra.runtime import calls
from sentra.runtime.files import FileFinder
from sentra.runtime.limits import use
from sentra.runtime.loader import Loader
from sentra.runtime.modules import ModuleValue
from sentra.runtime.namespace import new_namespace
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

    from sentra.embedding.engine import Engine
    from sentra.embedding.functions import Function
    from sentra.embedding.limits import Limits
    from sentra.embedding.program import Program
    from sentra.runtime.context import Context
    from sentra.runtime.loader import Finder



class Run(Calls):
    """A program that has run, and whose functions can be called.

    Calls from several threads come one after the other. `steps` is what the last call used.
    """

    def __init__(self, program: Program, engine: Engine, limits: Limits) -> None:
        self.program = program
        self.limits = limits
        super().__init__(engine, limits, engine.new_context(self))
        self.namespace: dict[str, Any] = {}
        self.exit_status: int | None = None  # what it gave to ``exit``
        # In a mode that compiles what is used often: what is told of functions that the host calls.
        self.hot: Callable[[FunctionType, Context], None] | None = None
        self._builtins: dict[int, Any] = {}
        self._functions: dict[int, tuple[Any, HostFunction]] = {}
        self.prepared: dict[FunctionType, FunctionType] = {}  # entries, with their constants
        self.fixed: dict[str, Function] = {}  # functions that were asked for, and never change

    def make_entry(self, name: str, namespace: dict[str, Any]) -> None:
        """Let the compiler put the entry of a function of this namespace there, if it can."""
        def make() -> None:
            before = use(self._sizes)
            try:
                namespace["_late"].put(name, namespace, self.context)
            finally:
                use(before)

        if self.context.guard is None:
            make()
        else:  # the program hands the function on; the compiler is not interrupted
            self.with_time_held(make)

    # --- running --------------------------------------------------------------------------------
    def start(self, variables: dict[str, Any]) -> None:
        """Run the body of the program's module with these global variables."""
        context = self.context
        for name, shape in self.engine.functions.items():
            context.globals[name] = HostFunction(shape, self)
        for name, value in variables.items():
            context.globals[name] = self._global(name, value)
        body = self._compiled()
        self.enter(self._run_body, (body,))

    def _global(self, name: str, value: Any) -> Any:
        from sentra.runtime.builtins import names

        if name in names():
            raise ValueError(f"{name} is a builtin: a global variable needs another name")
        if is_host_callable(value) and not (
                type(value) is FunctionType and is_guest_function(value)):
            return HostFunction(Shape(value, name), self)
        return to_sentra(value, self.wrap)

    def _compiled(self) -> Callable[[], None]:
        """The module's body, ready to run."""
        from sentra.pipeline import in_fresh_thread

        module = self.program.module
        context = self.context
        self.namespace = new_namespace(module, context)
        executor = self.program.executor(self.limits)
        self.hot = getattr(executor, "called_from_outside", None)
        context.make_loader = lambda: self._loader(executor)

        def make() -> Callable[[], None]:
            before = use(self._sizes)
            try:
                return executor.body(module, self.namespace, context)
            finally:
                use(before)

        return make() if _has_room() else in_fresh_thread(make)

    def _run_body(self, body: Callable[[], None]) -> None:
        try:
            body()
        except Exit as stop:
            self.exit_status = stop.status
        self.context.flush()

    def _loader(self, executor: Any) -> Loader:
        from sentra.pipeline import load_data

        program = self.program
        finders: list[Finder] = [
            each if type(each) is FileFinder else HostFinder(each, self)
            for each in program.finders(self.engine)]
        loader = Loader(self.context, executor, load_data, finders)
        loader.add_main(program.module, self.namespace, program.path or "<main>", program.name,
                        program.folder)
        return loader

    def enter_function(self, target: Any, *args: Any) -> Any:
        """What an entry leaves to its function: a call with values of the host."""
        return function_value(target, self).called.call(args)

    def kept(self, target: Any, make: Callable[[], Any]) -> Any:
        """What the host got for a builtin as a value: the next time it gets the same."""
        known = self._builtins.get(id(target))
        if known is None:
            known = self._builtins[id(target)] = make()
        return known

    # --- values ---------------------------------------------------------------------------------
    def wrap(self, value: Any) -> Any:
        """The program's value for a function or object of the host."""
        kind = type(value)
        if is_for_host(value):
            return value.direct
        host_class = self.engine.class_of(kind)
        if host_class is not None:
            return HostObject(value, host_class, self)
        if is_host_callable(value):
            known = self._functions.get(id(value))
            if known is None:
                made = HostFunction(Shape(value), self)
                if len(self._functions) < 1000:  # the same function is the same value
                    self._functions[id(value)] = (value, made)
                return made
            return known[1]
        raise refuse(value)

    def to_sentra(self, value: Any) -> Any:
        """The program's value for one of the host, by the rules for arguments."""
        return to_sentra(value, self.wrap)

    def to_python(self, value: Any) -> Any:
        """What the host gets: functions can be called, objects of the host are themselves."""
        kind = type(value)
        if kind is HostObject:
            return object_of(value)
        if kind is HostFunction and value.run is self:
            return value.shape.function
        if kind is not HostFunction and calls.is_function(value):
            return function_value(value, self)
        if kind is ModuleValue:
            return {name: self.to_python(value.read(name)) for name in value.names()}
        return value

    def __getitem__(self, name: str) -> Any:
        """The value of a variable at the top of the program; a function can be called."""
        try:
            return self.fixed[name]
        except KeyError:
            pass
        value = self._value(name)
        if value is MISSING:
            raise KeyError(name)
        found = self.to_python(value)
        if name in self.program.single and is_for_host(found):
            self.fixed[name] = found
        return found

    def _value(self, name: str) -> Any:
        python = self.program.python_names.get(name)
        return MISSING if python is None else self.namespace.get(python, MISSING)

    def __contains__(self, name: str) -> bool:
        return self._value(name) is not MISSING

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.program.variables if name in self)

    def keys(self) -> list[str]:
        """The names that have a value."""
        return list(self)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a variable, or `default`."""
        try:
            return self[name]
        except KeyError:
            return default

    def call(self, name: str, *args: Any) -> Any:
        """Call the function of this name."""
        try:
            function = self.fixed[name]
        except KeyError:
            function = self.function(name)
        return function(*args)

    def function(self, name: str) -> Function:
        """The function of this name; raises SentraError if there is none."""
        found = self.get(name)
        if not is_for_host(found):
            raise SentraError(f'the program has no function "{name}"', CALL)
        function: Function = found
        return function

    def __reduce__(self) -> Any:
        raise TypeError("a run cannot go to another process: its program can")

    def __repr__(self) -> str:
        return f"<run of {self.program.filename}>"


def _has_room() -> bool:
    """Whether most of Python's stack is free: a compiler with little of it declines functions."""
    frame: FrameType | None = _getframe()
    for _ in range(getrecursionlimit() // 3):
        if frame is None:
            return True
        frame = frame.f_back
    return False


__all__ = ["LimitExceeded", "Run"]
