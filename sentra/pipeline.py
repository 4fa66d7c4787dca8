"""The compiler from top to bottom, and how a program is run with its parts put together."""

from __future__ import annotations

from os import environ

from sentra.errors import Bug
from sentra.lower.module import lower
from sentra.runtime.collector import Paused
from sentra.runtime.namespace import new_namespace
from sentra.runtime.tasks import run_program
from sentra.runtime.throwing import internal_error, settle
from sentra.source import Source, decode
from sentra.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol, TypeVar

    from sentra.bytecode.code import Module
    from sentra.runtime.context import Context
    from sentra.runtime.loader import Loader

    T = TypeVar("T")

    class Executor(Protocol):
        """Runs modules; see `interp.executor` for one."""

        name: str

        def body(
            self, module: Module, namespace: dict[str, Any], context: Context,
        ) -> Callable[[], None]: ...


def compile_source(source: Source) -> Module:
    """Source text to bytecode; raises SentraSyntaxError.

    Bytecode from a file is verified when it is loaded. Our own is where SENTRA_VERIFY is set, as it
    is in all tests.
    """
    try:
        return _stages(source)
    except RecursionError:
        return in_fresh_thread(lambda: _stages(source))


def _stages(source: Source) -> Module:
    with Paused():
        program = parse(source)
        module = lower(program, source)
        if environ.get("SENTRA_VERIFY"):
            from sentra.bytecode.verify import verify

            verify(module)
        return module


def read_source(data: bytes | str, filename: str) -> Source:
    """The text of a program."""
    return decode(data, filename)


def load_file(path: str, filename: str | None = None) -> Module:
    """The module in a file: source text, or bytecode. `filename` is its name in messages."""
    with open(path, "rb") as file:
        data = file.read()
    return load_data(data, path if filename is None else filename)


def load_data(data: bytes | str, filename: str) -> Module:
    """The module in source text or in the content of a bytecode file, verified."""
    if isinstance(data, bytes) and data[:1] == b"\x89":  # can begin no UTF-8 text
        from sentra.bytecode.file import load

        return load(data)
    return compile_source(decode(data, filename))


def run(
    program: Module, *, context: Context, executor: Executor, search_path: Sequence[str] = (),
    path: str = "", around: Callable[[Callable[[], None]], None] | None = None,
) -> dict[str, Any]:
    """Run a program to its end and give its module's namespace.

    `path` is the file that it came from, if any: its imports are relative to that. `search_path`
    lists further folders with modules. There is nothing else that it can import. `around` is given
    what runs the program, and calls it.
    Raises SentraError or Thrown for what the program did not catch, a Stop where it was stopped,
    and InternalError for a bug of ours.
    """
    namespace = new_namespace(program, context)
    context.make_loader = lambda: _loader(
        program, namespace, context, executor, search_path, path)
    body = executor.body(program, namespace, context)
    try:
        run_program(context, body if around is None else lambda: around(body))
    except Bug as bug:
        raise internal_error(bug) from bug.exception
    except Exception as exception:  # noqa: BLE001  # settle raises what is no program's error
        raise _settled(exception) from None
    return namespace


def _loader(
    program: Module, namespace: dict[str, Any], context: Context, executor: Executor,
    search_path: Sequence[str], path: str,
) -> Loader:
    import os

    from sentra.runtime.files import FileFinder
    from sentra.runtime.loader import Loader

    real = os.path.realpath(path) if path else ""
    folder = os.path.dirname(real)
    loader = Loader(context, executor, load_data, [FileFinder(list(search_path), folder)])
    name = os.path.splitext(os.path.basename(path))[0]
    loader.add_main(program, namespace, real, name, folder)
    return loader


def _settled(exception: Exception) -> BaseException:
    try:
        return settle(exception)
    except Bug as bug:
        return internal_error(bug)


def in_fresh_thread(work: Callable[[], T]) -> T:
    """The result of `work` with a Python stack of its own: the caller's may be nearly used up."""
    import _thread

    outcome: list[Any] = [None, None]
    done = _thread.allocate_lock()
    done.acquire()

    def body() -> None:
        try:
            outcome[0] = work()
        except BaseException as exception:  # noqa: BLE001  # handed on to the caller
            outcome[1] = exception
        finally:
            done.release()

    _thread.start_new_thread(body, ())
    done.acquire()
    if outcome[1] is not None:
        raise outcome[1]
    result: T = outcome[0]
    return result
