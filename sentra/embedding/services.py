"""What an application gives its engine: output, input, a clock, modules, hooks.

That is code of the host: a limit of time does not stop it in its midst, and what it raises is no
matter of the program.
"""

from __future__ import annotations

from types import BuiltinFunctionType

from sentra.errors import HostStop, LimitStop, Located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from sentra.embedding.calling import Calls
    from sentra.runtime.loader import Finder, Found

    T = TypeVar("T")


def service(run: Calls, work: Callable[..., T], *, beside: bool = False) -> Callable[..., T]:
    """`work` as code of the host in the midst of a run, which ends where that raises.

    With `beside` other tasks of the program may run meanwhile.
    """
    short = beside or type(work) is BuiltinFunctionType  # nothing can interrupt that

    def call(*args: Any) -> T:
        try:
            return work(*args) if short else run.as_host(lambda: work(*args), hold=False)
        except (Located, RecursionError, MemoryError):  # the program may have left no room for it
            raise
        except Exception as exception:
            raise HostStop(exception) from exception

    return call


class HostFinder:
    """A finder of modules that is code of the host."""

    def __init__(self, finder: Finder, run: Calls) -> None:
        self._find = service(run, finder.find)

    def find(self, path: str, folder: str) -> Found | None:
        """The module that `path` means in a module of this folder."""
        return self._find(path, folder)


def of_class(name: str, value: T, cls: type) -> T:
    """The value; TypeError if it is of another class."""
    if not isinstance(value, cls):
        raise TypeError(f"{name} must be a sentra.{cls.__name__}, not {value!r}")
    return value


def check_count(name: str, value: Any) -> None:
    """TypeError for what is no whole number, ValueError for one below 1."""
    if type(value) is not int:
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be 1 or more, not {value}")


def check_services(*, clock: Any, random: Any, stdout: Any, stdin: Any) -> None:
    """TypeError for what cannot serve as that."""
    for name, value, method in (("clock", clock, None), ("stdout", stdout, "write"),
                                ("stdin", stdin, "readline")):
        if not (value is None or callable(value) or (method and hasattr(value, method))):
            other = f" or a stream (with {method})" if method else ""
            raise TypeError(f"{name} must be a function{other}, not {value!r}")
    if not (random is None or hasattr(random, "random")):
        raise TypeError(f"random must be a random.Random, not {random!r}")


def printer(stdout: Any) -> Callable[[str], object]:
    """What prints a text."""
    if stdout is None:
        return _print
    write: Callable[[str], object] = stdout.write if hasattr(stdout, "write") else stdout
    return write


def _print(text: str) -> object:
    import sys

    return sys.stdout.write(text)


def limited(write: Callable[[str], object], most: int) -> Callable[[str], None]:
    """`write` for so many bytes of UTF-8; what does not fit is cut, and ends the program."""
    left = most

    def write_some(text: str) -> None:
        nonlocal left
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        if size > left:
            if left:
                write(text.encode("utf-8", "surrogatepass")[:left].decode("utf-8", "ignore"))
                left = 0
            raise LimitStop("output", f"limit of {most} bytes of output reached")
        left -= size
        write(text)

    return write_some


def flusher(stdout: Any) -> Callable[[], object]:
    """What lets everything printed reach its reader."""
    if stdout is None:
        def flush() -> object:
            import sys

            return sys.stdout.flush()

        return flush
    found: Callable[[], object] = getattr(stdout, "flush", _nothing)
    return found


def _nothing() -> None:
    pass


def reader(stdin: Any) -> Callable[[], str | None]:
    """What gives a line, or None at the end."""
    if stdin is None:
        return _nothing
    read = stdin.readline if hasattr(stdin, "readline") else stdin

    def line() -> str | None:
        found = read()
        if found is not None and not isinstance(found, str):
            raise TypeError(f"stdin must give str or None, not {found!r}")
        return found or None

    return line


def clock_of(clock: Callable[[], float]) -> Callable[[], float]:
    """A clock that gives plain numbers."""
    def now() -> float:
        return float(clock())

    return now
