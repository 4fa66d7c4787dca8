"""The options that say what a program may touch and how much it may use."""

from __future__ import annotations

from sentra.cli.usage import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.pipeline import Executor
    from sentra.runtime.context import Context
    from sentra.runtime.permissions import Permissions

_WORDS = {"read": "R", "write": "W", "net": "N", "env": "E", "run": "X", "sys": "S"}

PERMISSIONS = tuple([f"--{what}-{word}" for word in _WORDS for what in ("allow", "deny")])

BOUNDS = {"--timeout": "SECONDS", "--max-steps": "N", "--max-memory": "BYTES",
          "--max-depth": "N", "--max-output": "BYTES"}

_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def permissions(options: dict[str, str]) -> Permissions | None:
    """What the options grant; None for nothing.

    >>> permissions({"--allow-read": "/data"}).allows("R", "/data/x")
    True
    """
    everything = "--allow-all" in options or "-A" in options
    if not everything and not any(name in options for name in PERMISSIONS):
        return None
    from sentra.runtime.permissions import Permissions

    rules: dict[str, Any] = {}
    for word, letter in _WORDS.items():
        for name, option in ((word, f"--allow-{word}"), (f"deny_{word}", f"--deny-{word}")):
            if option in options:
                rules[name] = _rule(option, letter, options[option])
        if everything:
            rules[word] = True
    return Permissions(**rules)


def _rule(option: str, letter: str, value: str) -> bool | list[str]:
    if not value:
        return True
    if letter == "S":
        raise UsageError(f"option {option} takes no value")
    from sentra.runtime.subjects import rule_of

    subjects = value.split("\0")
    try:
        rule_of(option, letter, subjects, denial=False)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return subjects


class Bounds:
    """The limits of a run of the command."""

    def __init__(self, options: dict[str, str]) -> None:
        self.seconds: float | None = _number(options, "--timeout", float)
        self.steps = _number(options, "--max-steps", int)
        self.memory = size(options, "--max-memory")
        self.depth = _number(options, "--max-depth", int)
        self.output = size(options, "--max-output")

    @property
    def counts(self) -> bool:
        """Whether the code has to count."""
        return self.steps is not None or self.depth is not None

    def metered(self, machine: Executor) -> Executor:
        """The executor that counts what is bounded."""
        if not self.counts or getattr(machine, "metered", False):
            return machine
        from sentra.interp.executor import InterpreterExecutor

        if machine.name == "ast":
            from sentra.codegen.link import AstExecutor

            return AstExecutor(InterpreterExecutor(), metered=True)
        if machine.name == "tree":
            from sentra.codegen.tree.link import TreeExecutor

            return TreeExecutor(InterpreterExecutor(), metered=True)
        return machine

    def apply(self, context: Context) -> Callable[[Callable[[], None]], None] | None:
        """Set the limits of a run; gives what the program is to be run by."""
        if self.steps is not None:
            context.start_count(self.steps)
        if self.depth is not None:
            context.max_depth = self.depth
        if self.output is not None:
            from sentra.embedding.services import limited

            context.limit_output(lambda write: limited(write, self.output or 0))
        if self.seconds is None and self.memory is None:
            return None
        from sentra.embedding.deadline import Guard, guarded

        seconds, memory = self.seconds, self.memory

        def around(work: Callable[[], None]) -> None:
            guard = context.guard = Guard(context, seconds, memory)
            guarded(guard, work)

        return around


_WANTED: dict[type, str] = {float: "a number of seconds, 0 or more",
                            int: "a whole number, 0 or more"}


def _number(options: dict[str, str], name: str, kind: type) -> Any:
    if name not in options:
        return None
    try:
        number = kind(options[name])
        if not 0 <= number < float("inf"):
            raise ValueError
    except ValueError:
        raise UsageError(f'{name} must be {_WANTED[kind]}, not "{options[name]}"'
                         ) from None
    return number


def size(options: dict[str, str], name: str) -> int | None:
    """A number of bytes; k, m or g multiplies it.

    >>> size({"--max-memory": "64m"}, "--max-memory")
    67108864
    """
    if name not in options:
        return None
    text = options[name]
    unit = _UNITS.get(text[-1:].lower(), 1)
    try:
        number: int = _number({name: text[:-1] if unit > 1 else text}, name, int)
    except UsageError:
        raise UsageError(
            f'{name} must be a number of bytes, as 5000 or 64m, not "{text}"') from None
    return number * unit
