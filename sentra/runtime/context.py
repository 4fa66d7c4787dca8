"""What a run of a program may reach outside itself: output, input, clock, random numbers, grants.

One `Context` serves one run of one program with all its modules and tasks.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.runtime.registry import Builtin


class Context:
    """Services of one run. Anything left out gets the process's own, made when first used."""

    def __init__(
        self, *, write: Callable[[str], object] | None = None,
        read_line: Callable[[], str | None] | None = None, arguments: tuple[str, ...] = (),
        clock: Callable[[], float] | None = None, random: Any = None,
    ) -> None:
        self.arguments = arguments
        self._write = write
        self._read_line = read_line
        self._clock = clock
        self._random = random
        self._builtins: dict[str, Builtin] = {}
