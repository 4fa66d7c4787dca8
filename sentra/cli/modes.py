"""Execution modes: the one place that maps a mode's name to the executor behind it."""

from __future__ import annotations

import sys

from sentra.cli.usage import UsageError, suggestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.interp.options import InterpOptions
    from sentra.pipeline import Executor

MODES: dict[str, str | None] = {
    "interp": "sentra.interp.executor:InterpreterExecutor",
    "closure": None,  # None: not in this version
    "auto": None,
}
"""Mode → ``module:class`` of its executor."""

DEFAULT = "interp"


def available() -> list[str]:
    """The modes that this version has."""
    return [name for name, place in MODES.items() if place is not None]


def executor(mode: str, interp_options: str | None = None) -> Executor:
    """The executor for a mode; `interp_options` are the interpreter's switches as text."""
    if mode not in MODES:
        raise UsageError(f'unknown mode "{mode}"',
                         suggestion(mode, MODES) or f"there are: {', '.join(available())}")
    place = MODES[mode]
    if place is None:
        raise UsageError(f'mode "{mode}" is not available in this version',
                         f"available: {', '.join(available())}")
    if mode != "interp" and interp_options is not None:
        raise UsageError(f"--interp-options does not go with --mode={mode}")
    module, _, name = place.partition(":")
    __import__(module)
    make = getattr(sys.modules[module], name)
    found: Executor = make() if interp_options is None else make(_switches(interp_options))
    return found


def _switches(text: str) -> InterpOptions:
    from sentra.interp.options import InterpOptions

    try:
        return InterpOptions.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
