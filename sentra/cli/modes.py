"""Execution modes: the one place that maps a mode's name to the executor behind it."""

from __future__ import annotations

import sys

from sentra.cli.usage import UsageError, suggestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.interp.options import InterpOptions
    from sentra.pipeline import Executor

MODES: dict[str, str] = {
    "auto": "sentra.tiers:AutoExecutor",
    "closure": "sentra.codegen.link:AstExecutor",
    "interp": "sentra.interp.executor:InterpreterExecutor",
}
"""Mode → ``module:class`` of its executor."""

BACKENDS: dict[str, str | None] = {
    "ast": MODES["closure"],
    "tree": "sentra.codegen.tree.link:TreeExecutor",
}
"""Backends of ``--mode=closure``, best first: what one declines the ones after it run, and the
interpreter in the end. ``module:class``; a class takes the executor that it leaves functions to.
"""

DEFAULT = "auto"


def mode_of(options: dict[str, str]) -> str:
    """The mode that the command's options ask for: a switch of one mode asks for that mode."""
    if "--interp-options" in options:
        return options.get("--mode", "interp")
    if "--backend" in options:
        return options.get("--mode", "closure")
    return options.get("--mode", DEFAULT)


def executor(
    mode: str, interp_options: str | None = None, backend: str | None = None,
) -> Executor:
    """The executor for a mode; `interp_options` are the interpreter's switches as text.

    `backend` picks one of `BACKENDS` for the mode "closure".
    """
    if mode not in MODES:
        raise UsageError(f'unknown mode "{mode}"',
                         suggestion(mode, MODES) or f"there are: {', '.join(MODES)}")
    place = MODES[mode]
    if mode != "interp" and interp_options is not None:
        raise UsageError(f"--interp-options does not go with --mode={mode}")
    if mode != "closure" and backend is not None:
        raise UsageError(f"--backend does not go with --mode={mode}")
    if mode == "closure":
        return _closure(backend or "ast")
    found: Executor = _load(place)() if interp_options is None else (
        _load(place)(_switches(interp_options)))
    return found


def _load(place: str) -> Callable[..., Executor]:
    module, _, name = place.partition(":")
    __import__(module)
    made: Callable[..., Executor] = getattr(sys.modules[module], name)
    return made


def _closure(backend: str) -> Executor:
    """The compiler: `backend`, the backends after it, and the interpreter."""
    known = [name for name, place in BACKENDS.items() if place is not None]
    if backend not in known:
        raise UsageError(f'unknown backend "{backend}"',
                         suggestion(backend, known) or f"available: {', '.join(known)}")
    found = _load(MODES["interp"])()
    for name in reversed(known[known.index(backend):]):
        place = BACKENDS[name]
        assert place is not None
        found = _load(place)(found)
    return found


def _switches(text: str) -> InterpOptions:
    from sentra.interp.options import InterpOptions

    try:
        return InterpOptions.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
