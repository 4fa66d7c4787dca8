"""One run of a program: its module's variables, and calls of its functions under limits."""

from __future__ import annotations

from _thread import get_ident
from functools import partial
from itertools import takewhile
from operator import is_not
from sys import _getframe, getrecursionlimit
from threading import RLock
from types import FunctionType
from weakref import WeakKeyDictionary

from sentra.embedding.convert import is_guest_function, is_host_callable, refuse, to_sentra
from sentra.embedding.deadline import Guard, Watch, guarded
from sentra.embedding.errors import LimitExceeded, cause_of, for_host, shorten
from sentra.embedding.functions import function_value, give_entry, is_for_host
from sentra.embedding.hosts import HostFunction, HostObject, object_of
from sentra.embedding.services import HostFinder, service
from sentra.embedding.signatures import Shape
from sentra.embedding.waiting import wait_for
from sentra.errors import CALL, Bug, Exit, LimitStop, SentraError
from sentra.runtime import calls
from sentra.runtime.files import FileFinder
from sentra.runtime.limits import use
from sentra.runtime.loader import Loader
from sentra.runtime.modules import ModuleValue
from sentra.runtime.namespace import new_namespace
from sentra.runtime.tasks import run_program
from sentra.runtime.throwing import internal_error
from sentra.runtime.values import MISSING, SCALARS

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

    # Name of a function → its variable in the namespace, its value there, what the host gets.
    Handles = dict[str, tuple[str, FunctionType, Function]]

_OPEN = 0b1100  # flags of code that takes any number of arguments: CO_VARARGS, CO_VARKEYWORDS
_passed = partial(is_not, MISSING)
CALLS = 50  # of a function by the host, before it gets an entry in a mode that compiles late


class Run:
    """A program that has run, and whose functions can be called.

    Calls from several threads come one after the other. `steps` is what the last call used.
    """

    def __init__(self, program: Program, engine: Engine, limits: Limits) -> None:
        self.program = program
        self.engine = engine
        self.limits = limits
        self.context: Context = engine.new_context(self)
        self.namespace: dict[str, Any] = {}
        self.exit_status: int | None = None  # what it gave to ``exit``
        self.outside = False  # it waits for code of the host
        self._sizes = limits.sizes()
        self._lock = RLock()
        self._owner = 0
        self._host_calls = 0
        self._steps = 0
        self._watch = Watch()
        self._builtins: dict[int, Any] = {}
        self._hot: Callable[[FunctionType, Context], None] | None = None
        self._called: WeakKeyDictionary[FunctionType, int] = WeakKeyDictionary()
        self._functions: dict[int, tuple[Any, HostFunction]] = {}
        self.handles: Handles = {}

    # --- running --------------------------------------------------------------------------------
    def start(self, variables: dict[str, Any]) -> None:
        """Run the body of the program's module with these global variables."""
        context = self.context
        for name, shape in self.engine.functions.items():
            context.globals[name] = HostFunction(shape, self)
        for name, value in variables.items():
            context.globals[name] = self._global(name, value)
        body = self._compiled()
        self.enter(self._run_body, body)

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
        self._hot = getattr(executor, "called_from_outside", None)
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
        """The result of a function of the program, with values of the host."""
        for arg in args:
            if type(arg) not in SCALARS:
                # An entry that was called with too few passes MISSING, and defaults after that.
                args = tuple([to_sentra(each, self.wrap) for each in takewhile(_passed, args)])
                break
        if _takes(target, len(args)):
            result = self.enter(target, *args)
        else:
            result = self.enter(calls.call, target, *args)
        if self._hot is not None and type(target) is FunctionType:
            self._count(target)
        return result if type(result) in SCALARS else self.to_python(result)

    def _count(self, target: FunctionType) -> None:
        """In a mode that compiles what is used often: a function was called."""
        count = self._called[target] = self._called.get(target, 0) + 1
        if count == CALLS and self._hot is not None and "_for_host" in target.__dict__:
            self._hot(target, self.context)
            give_entry(target)

    def enter(self, work: Callable[..., Any], *args: Any) -> Any:
        """The result of code of the program, under the limits; errors as the host gets them."""
        ident = get_ident()
        if self._owner == ident:
            return self._nested(work, args)
        if not self._lock.acquire(False):
            wait_for(self._lock, self, self.limits.time)
        try:
            if self.engine.closed:
                self.engine.check_open()
            self._owner = ident
            self.outside = False
            return self._limited(work, args)
        finally:
            self._owner = 0
            self._lock.release()

    def moment(self) -> object:
        """What differs from one call to the next, and from one of the host's functions."""
        return self.context.guard, self._host_calls

    def _limited(self, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        context, limits, hook = self.context, self.limits, self.engine.on_half
        context.start_count(limits.steps, hook and service(self, lambda: hook(self)))
        self._host_calls = 0
        guard = context.guard = Guard(context, limits.time, limits.memory, self._watch)
        before = use(self._sizes)
        debugger = context.debugger
        error: BaseException | None = None
        try:
            if debugger is not None:
                debugger.begin()
            return run_program(context, guarded, guard, work, args)
        except Bug as bug:
            raise internal_error(bug) from bug.exception
        except BaseException as exception:  # translated, or raised again
            error = _translated(exception)
            error.__cause__ = cause_of(error)
            shorten(error)
            if error is exception:
                raise
            raise error from error.__cause__
        finally:
            if error is not None:  # nothing of ours comes with it
                error.__context__ = None
                error = None
            if debugger is not None:
                debugger.end()
            context.guard = None
            context.cancelled = False
            self._steps = context.ticks
            context.end_count()
            use(before)

    def _nested(self, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """A function of the host calls back: the same budget; a limit passes through it."""
        guard = self.context.guard
        if not self.outside or guard is None:
            return work(*args)
        error: BaseException | None = None
        result = None
        try:
            guard.resume()
            self.outside = False
            result = work(*args)
        except Exception as exception:  # noqa: BLE001  # translated
            error = exception
        finally:
            guard.armed = False  # no call: there may be no stack left for one
            self.outside = True
        guard.suspend()
        if error is not None:
            error = _translated(error)
            raise error from cause_of(error)
        return result

    def as_host(self, work: Callable[[], Any], *, hold: bool) -> Any:
        """The result of code of the host in the midst of the program; with `hold`, time stands
        still meanwhile.
        """
        guard, was_outside = self.context.guard, self.outside
        if guard is not None:
            guard.suspend()
            if hold:
                guard.hold()
        try:
            self.outside = True
            return work()
        finally:
            self.outside = was_outside
            if guard is not None:
                guard.release()
                guard.resume()

    def as_guest(self, work: Callable[[], Any]) -> Any:
        """The result of code of the program, from where the host looks at it."""
        return self._nested(work, ()) if self.outside else work()

    def cancel(self) -> None:
        """Stop what runs now, from any thread; the call raises LimitExceeded("cancelled")."""
        self.context.cancelled = True
        guard = self.context.guard
        if isinstance(guard, Guard):
            guard.fire("cancelled", "cancelled by the host")

    def count_host_call(self) -> None:
        """A function of the host is called."""
        self._host_calls += 1
        most = self.limits.host_calls
        if most is not None and self._host_calls > most:
            raise LimitStop("host_calls", f"limit of {most} calls of the host reached")

    @property
    def steps(self) -> int:
        """Steps that the last call took: exact in metered code and in the interpreter."""
        if self._owner:
            return self.context.ticks
        return self.context.entrance.steps or self._steps

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
            variable, value, handle = self.handles[name]
            if self.namespace[variable] is value:
                return handle
        except KeyError:
            pass
        value = self._value(name)
        if value is MISSING:
            raise KeyError(name)
        found = self.to_python(value)
        if type(value) is FunctionType and is_for_host(found):
            self.handles[name] = self.program.python_names[name], value, found
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
        return self.function(name)(*args)

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


def _takes(function: Any, count: int) -> bool:
    """Whether it is sure that Python counts the arguments of a function as Sentra does."""
    if type(function) is not FunctionType:
        return False
    code = function.__code__
    return code.co_argcount == count and not code.co_flags & _OPEN


def _translated(exception: BaseException) -> BaseException:
    try:
        return for_host(exception)
    except Bug as bug:
        return internal_error(bug)


__all__ = ["LimitExceeded", "Run"]
