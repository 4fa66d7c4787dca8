"""How large one value may grow. Checked before something big is made, never on a hot path.

A run replaces the sizes for its own thread; whoever starts another thread for the same run calls
`use` there.
"""

from __future__ import annotations

from _thread import _local, get_ident

from sentra.errors import OVERFLOW, SentraError


class Sizes:
    """The largest values that a program may make."""

    __slots__ = ("array", "bits", "string")

    def __init__(
        self, *, string: int = 1 << 28, array: int = 1 << 26, bits: int = 8_000_000,
    ) -> None:
        self.string = string  # characters
        self.array = array  # elements of an array, or keys of a map
        self.bits = bits  # of an integer


DEFAULT = Sizes()

# Printing and copying go down so far and no further.
DEPTH = 100_000


class Thread:
    """What runs keep for each thread, in one object: what is local to a thread is slow to read."""

    __slots__ = ("ident", "runs", "sizes")

    def __init__(self) -> None:
        self.ident = get_ident()
        self.runs = 0  # on its stack
        self.sizes = DEFAULT  # in force


class _Here(_local):
    def __init__(self) -> None:
        self.thread = Thread()


here = _Here()
"""`here.thread` is this thread's."""


def sizes() -> Sizes:
    """The sizes in force in this thread."""
    return here.thread.sizes


def use(new: Sizes) -> Sizes:
    """Put `new` in force in this thread; gives what was in force before."""
    thread = here.thread
    before, thread.sizes = thread.sizes, new
    return before


def string_size(length: int) -> None:
    """Throw unless a string may have this length."""
    if length > sizes().string:
        raise SentraError("string too large", OVERFLOW)


def array_size(length: int) -> None:
    """Throw unless an array may have this length."""
    if length > sizes().array:
        raise SentraError("array too large", OVERFLOW)


def integer_size(bits: int) -> None:
    """Throw unless an integer may have so many bits."""
    if bits > sizes().bits:
        raise SentraError("integer too large", OVERFLOW)


def check_string(text: str) -> str:
    """`text`, which is not too large."""
    if len(text) > sizes().string:
        raise SentraError("string too large", OVERFLOW)
    return text


def too_deep() -> SentraError:
    """What nesting past any bound throws."""
    return SentraError("structure too deep", OVERFLOW)
