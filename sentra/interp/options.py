"""Switches of the reference interpreter; none of them changes what a program does."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SWITCHES: dict[str, tuple[bool, str]] = {
    "debug": (False, "check stack depth, operands and slots at every instruction"),
    "batch": (True, "look at step limit and cancellation once per batch of ticks, "
                    "not at every instruction"),
    "quicken": (True, "rewrite instructions for the operand types that they meet"),
    "optimise": (True, "fold constants, shorten jumps, leave out what is never reached"),
    "fuse": (True, "join frequent sequences of instructions"),
    "registers": (False, "run the register form, whose instructions name their operands"),
    "clear": (False, "clear stack slots when their values are popped"),
}
"""Name → default, and what it does when it is on."""

# Those that the loop itself is specialised for; the others change the code that it is given.
LOOP_SWITCHES = ("debug", "batch", "quicken", "clear", "registers")


class InterpOptions:
    """A setting of the switches."""

    __slots__ = ("batch", "clear", "debug", "fuse", "optimise", "quicken", "registers")

    debug: bool
    batch: bool
    quicken: bool
    optimise: bool
    fuse: bool
    clear: bool
    registers: bool

    def __init__(self, **settings: bool) -> None:
        for name, (default, _) in SWITCHES.items():
            setattr(self, name, settings.pop(name, default))
        if settings:
            raise ValueError(f"unknown interpreter option {min(settings)!r}; "
                             f"there are: {', '.join(SWITCHES)}")

    @classmethod
    def parse(cls, text: str) -> InterpOptions:
        """Read ``debug,batch=off``; a name alone means on.

        >>> str(InterpOptions.parse("debug, batch=off"))
        'debug=on,batch=off,quicken=on,optimise=on,fuse=on,registers=off,clear=off'
        """
        settings: dict[str, bool] = {}
        for part in filter(None, map(str.strip, text.split(","))):
            name, given, value = part.partition("=")
            if value not in ("on", "off") and given:
                raise ValueError(f"interpreter option {name!r} is on or off, not {value!r}")
            settings[name] = value != "off"
        return cls(**settings)

    def loop_switches(self) -> tuple[bool, ...]:
        """The settings that select a loop."""
        return tuple([getattr(self, name) for name in LOOP_SWITCHES])

    def __str__(self) -> str:
        return ",".join(f"{name}={'on' if getattr(self, name) else 'off'}" for name in SWITCHES)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, InterpOptions) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))
