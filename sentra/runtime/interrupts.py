"""Exceptions that one thread raises in another.

CPython marks the whole interpreter when one is sent, and takes the mark away where one arrives. One
that was taken back, or whose thread has ended, leaves it: until the next one arrives, all threads
look for it at every call and jump, and on 3.11 a function entered under ``sys.settrace`` never gets
further. So whoever sends has to `settle` once nothing can arrive any more.
"""

from __future__ import annotations

import ctypes
from _thread import get_ident

send = ctypes.pythonapi.PyThreadState_SetAsyncExc
"""Raise a type, as a `ctypes.py_object`, in the thread with an ident as soon as that runs Python
code. No function of Python around it: a caller may test first, with nothing in between."""
send.argtypes = [ctypes.c_ulong, ctypes.py_object]
# A prototype of its own: as a py_object, None would be sent as an exception.
_clear = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi))


class _Settled(BaseException):
    """Sent by a thread to itself."""


_SETTLED = ctypes.py_object(_Settled)


def take_back() -> None:
    """What was sent to this thread and did not arrive never will."""
    _clear(get_ident(), None)
    settle()


def settle() -> None:
    """Take away the mark that exceptions leave which do not arrive.

    Those of other threads are safe: CPython marks the interpreter again when their turn comes.
    """
    try:
        send(get_ident(), _SETTLED)
        _await_settled()
    except _Settled:
        pass
    except BaseException:  # Ctrl-C came first
        try:
            _await_settled()
        except _Settled:
            pass
        raise


def _await_settled() -> None:
    while True:  # it arrives at the latest where the loop turns
        pass
