"""What the command does to its own process: a large stack, Ctrl-C, output that is complete.

A command runs in a thread of its own with a large stack and a raised recursion limit, so that
programs can nest calls deeply; the main thread waits, because only it receives signals. Nothing of
this happens in a host that embeds the language.
"""

from __future__ import annotations

import _thread
import os
import sys

from sentra.cli.status import BROKEN_PIPE, FAILED, INTERNAL, INTERRUPTED, USAGE
from sentra.cli.usage import UsageError
from sentra.errors import InternalError, Stop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

class OutputLost(Stop):
    """Standard output takes no more: a full disk, or a reader that went away."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


# Generated code relies on it, so at 4 kB of C stack each the frames of a task must fit its stack.
RECURSION_LIMIT = 80_000
# A call in a closure tree takes several frames, and at most every fourth takes C stack, not every
# second as in generated code; the stack of a task is twice as large there.
TREE_RECURSION_LIMIT = 4 * RECURSION_LIMIT
_STACK_SIZES = (1 << 30, 1 << 28, 1 << 26)  # address space only; the first that can be had
_GRACE = 0.3  # seconds that an interrupted program has to stop where it is


def run_guarded(module: str, arguments: list[str]) -> int:
    """Run ``module.run(arguments)`` with the process set up; every outcome becomes a status."""
    import gc

    # Compiling makes many objects and no garbage. `running` turns collection on again.
    gc.disable()
    _prepare_streams()
    recursion_limit = sys.getrecursionlimit()
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        return _call_with_large_stack(lambda: _outcome(module, arguments))
    finally:
        sys.setrecursionlimit(recursion_limit)
        gc.enable()


def use_more_frames() -> None:
    """The program runs as a closure tree; `run_guarded` puts the limit back."""
    sys.setrecursionlimit(TREE_RECURSION_LIMIT)


def running() -> None:
    """The program begins: what has been made so far is no garbage, what comes may be."""
    import gc

    gc.freeze()
    gc.enable()


def _prepare_streams() -> None:
    """UTF-8 whatever the locale; what cannot be encoded is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        # None when it was closed by whoever started us; replaced by something else in tests.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _outcome(module: str, arguments: list[str]) -> int:
    """Run the command in this thread and translate what it raises."""
    try:
        __import__(module)
        status: int = sys.modules[module].run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except UsageError as error:
        return _fail(error.line(), USAGE)
    except KeyboardInterrupt:
        return _fail("", INTERRUPTED)
    except MemoryError:
        return _fail("sentra: out of memory", FAILED)
    except OutputLost as lost:
        return _output_lost(lost.error)
    except OSError as error:
        # Files are opened under handlers of their own; this is a flush.
        return _output_lost(error) if error.filename is None else _internal_error(error)
    except InternalError as error:
        return _internal_error(error.__cause__ or error)
    except BaseException as error:  # noqa: BLE001  # the last resort: everything else is a bug
        return _internal_error(error)
    return status


def _fail(line: str, status: int) -> int:
    """Complete the output, then print `line` as the error."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        if line and sys.stderr is not None:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
    except OSError:
        _discard_output()
    return status


def _output_lost(error: OSError) -> int:
    _discard_output()
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    return _fail(f"sentra: cannot write the output: {error.strerror}", FAILED)


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter's own exit stays quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            try:
                os.dup2(nowhere, stream.fileno())
            except (OSError, ValueError, AttributeError):
                pass
    os.close(nowhere)


def _internal_error(error: BaseException) -> int:
    """A bug of ours: short by default, the whole traceback on request."""
    import traceback

    if os.environ.get("SENTRA_TRACEBACK"):
        details = "".join(traceback.format_exception(error)).rstrip()
    else:
        last = traceback.extract_tb(error.__traceback__)[-3:]
        places = [f"  at {frame.filename}:{frame.lineno} in {frame.name}" for frame in last]
        details = "\n".join([*places, "  (SENTRA_TRACEBACK=1 shows the whole traceback)"])
    name = type(error).__name__
    return _fail(f"sentra: internal error: {name}: {error}\n"
                 f"This is a bug in Sentra; please report it with the program that shows it.\n"
                 f"{details}", INTERNAL)


def _call_with_large_stack(work: Callable[[], int]) -> int:
    """The result of `work` in a new thread; Ctrl-C stops it."""
    done = _thread.allocate_lock()
    done.acquire()
    result: list[int] = []

    def body() -> None:
        try:
            result.append(work())
        finally:
            done.release()

    worker = _start(body)
    try:
        _hear_interrupts()
        _wait_for(done)
    except KeyboardInterrupt:
        _interrupt(worker)
        try:
            stopped = done.acquire(timeout=_GRACE)
        except KeyboardInterrupt:
            stopped = False
        if not stopped:  # it sleeps, waits for input or for other tasks
            _leave(INTERRUPTED)
        return INTERRUPTED
    return result[0]


def _hear_interrupts() -> None:
    """Have Ctrl-C raise KeyboardInterrupt; the command starts without."""
    import _signal  # type: ignore[import-not-found]  # quick to load

    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_DFL:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _wait_for(done: _thread.LockType) -> None:
    """Wait until the worker has ended; KeyboardInterrupt unless a hook deals with it."""
    while True:
        try:
            done.acquire()
            return
        except KeyboardInterrupt:
            if not _pause_hooks or not _pause_hooks[-1]():
                raise


_pause_hooks: list[Callable[[], bool]] = []


def on_pause(hook: Callable[[], bool]) -> None:
    """Have `hook` called at Ctrl-C, in the main thread; True means that the worker goes on."""
    _pause_hooks.append(hook)


_interrupt_hooks: list[Callable[[], None]] = []


def on_interrupt(hook: Callable[[], None]) -> None:
    """Have `hook` called at Ctrl-C, in the main thread, before the worker is interrupted."""
    _interrupt_hooks.append(hook)


def _start(body: Callable[[], None]) -> int:
    previous = _thread.stack_size()
    try:
        for size in _STACK_SIZES:
            try:
                _thread.stack_size(size)
                return _thread.start_new_thread(body, ())
            except (RuntimeError, ValueError):  # not that much address space
                continue
    finally:
        _thread.stack_size(previous)
    return _thread.start_new_thread(body, ())


def _interrupt(worker: int) -> None:
    """Raise KeyboardInterrupt in the worker; no program can catch it."""
    import ctypes

    if _interrupt_hooks:
        _interrupt_hooks[-1]()
    sys.unraisablehook = lambda _: None  # it may arrive in a callback of Python's imports
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(worker), ctypes.py_object(KeyboardInterrupt))


def _leave(status: int) -> None:
    """End the process at once, after an attempt to complete the output.

    The attempt runs in another thread: the one that was interrupted may hold the stream's lock
    while it waits for a reader.
    """
    flushed = _thread.allocate_lock()
    flushed.acquire()

    def flush() -> None:
        try:
            sys.stdout.flush()
        except (OSError, ValueError, AttributeError):
            pass
        flushed.release()

    try:
        _thread.start_new_thread(flush, ())
        flushed.acquire(timeout=_GRACE)
    finally:
        os._exit(status)
