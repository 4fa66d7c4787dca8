"""How much a program may use: one budget for each call from the host."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sentra.runtime.limits import DEFAULT, Sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one call from the host; None is no bound of that kind.

    A bound on steps or on the size of values makes the engine build *metered* code, which counts
    and checks; all other bounds cost nothing while the program computes.

    How far past its bound a program can get:

    - `time`: until the next moment between two operations of Python, so one long operation of a
      builtin goes on to its end (their sizes are bounded), and so does code of the host.
    - `steps`: none. A step is a call of a function of the program or one more turn of a loop.
    - `depth`: none in the interpreter; generated code also stops where Python's own stack ends.
    - `bits`, `string`, `array`: sums of integers grow by a bit per operation unchecked, and in a
      small function that the host calls, products with constants by 32; a sum of strings or arrays
      may be made once before it is found to be too large; `upper` and `lower`, which may make
      three characters of one, are not checked.
    - `memory`: what the process can allocate in a few hundredths of a second.
    - `output`, `host_calls`: none.

    >>> Limits(time=0.5, steps=1000).metered, Limits(time=0.5).metered
    (True, False)
    """

    time: float | None = None  # seconds
    steps: int | None = None
    depth: int | None = None  # nested calls; where it is None, 12,000
    bits: int | None = None  # of an integer
    string: int | None = None  # characters of one string
    array: int | None = None  # elements of one array
    memory: int | None = None  # bytes by which the process may grow meanwhile
    output: int | None = None  # bytes of printed text
    host_calls: int | None = None  # calls of the host's functions

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            kinds = (int, float) if field.name == "time" else (int,)
            if type(value) not in kinds or not value >= 0:
                wanted = "a number" if field.name == "time" else "a whole number"
                raise ValueError(f"limit {field.name} must be {wanted}, 0 or more, not {value!r}")

    @classmethod
    def default(cls, **changes: Any) -> Limits:
        """What an engine uses unless it is told otherwise: enough for ordinary work."""
        settings: dict[str, Any] = {
            "time": 10.0, "steps": 100_000_000, "depth": 10_000, "bits": 1_000_000,
            "string": 1 << 24, "array": 1 << 22, "memory": 1 << 28, "output": 1 << 24,
            "host_calls": 1_000_000}
        return cls(**{**settings, **changes})

    @classmethod
    def none(cls) -> Limits:
        """No bound at all but the language's own: only for programs that you trust."""
        return cls()

    @property
    def metered(self) -> bool:
        """Whether the code has to count and to check sizes."""
        return self.steps is not None or self.sized

    @property
    def sized(self) -> bool:
        """Whether the sizes of values are bounded more tightly than the language bounds them."""
        return not (self.bits is None and self.string is None and self.array is None)

    def sizes(self) -> Sizes:
        """The sizes of values, for the runtime."""
        return Sizes(
            string=DEFAULT.string if self.string is None else self.string,
            array=DEFAULT.array if self.array is None else self.array,
            bits=DEFAULT.bits if self.bits is None else self.bits)
