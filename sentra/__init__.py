"""The Sentra language for Python.

>>> import sentra
>>> sentra.run("let answer = 6 * 7")["answer"]
42
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.debugging.stops import Pause as Pause
    from sentra.embedding.cache import Cache as Cache
    from sentra.embedding.engine import Engine as Engine
    from sentra.embedding.engine import compile as compile  # noqa: A004
    from sentra.embedding.engine import load as load
    from sentra.embedding.engine import run as run
    from sentra.embedding.errors import InternalError as InternalError
    from sentra.embedding.errors import LimitExceeded as LimitExceeded
    from sentra.embedding.errors import ProgramExit as ProgramExit
    from sentra.embedding.errors import SentraError as SentraError
    from sentra.embedding.errors import SentraSyntaxError as SentraSyntaxError
    from sentra.embedding.errors import Uncaught as Uncaught
    from sentra.embedding.errors import format_error as format_error
    from sentra.embedding.finders import package_resources as package_resources
    from sentra.embedding.functions import Function as Function
    from sentra.embedding.limits import Limits as Limits
    from sentra.embedding.mapping import Outcome as Outcome
    from sentra.embedding.mapping import map_program
    from sentra.embedding.program import Program as Program
    from sentra.embedding.program import from_bytes as from_bytes
    from sentra.embedding.run import Run as Run
    from sentra.embedding.tracebacks import format_traceback as format_traceback
    from sentra.runtime.permissions import Permissions as Permissions

    map = map_program

__version__ = "0.1.0"

_PLACES = {
    "Engine": "engine", "compile": "engine", "load": "engine", "run": "engine",
    "InternalError": "errors", "LimitExceeded": "errors", "ProgramExit": "errors",
    "SentraError": "errors", "SentraSyntaxError": "errors", "Uncaught": "errors",
    "format_error": "errors", "format_traceback": "tracebacks", "package_resources": "finders",
    "Limits": "limits", "Program": "program", "from_bytes": "program", "Function": "functions",
    "Run": "run", "Permissions": ".runtime.permissions", "Cache": "cache", "Outcome": "mapping",
    "map": "mapping", "Pause": ".debugging.stops",
}
"""Public name → the module of `sentra.embedding` that has it, imported when it is first used."""

__all__ = list(_PLACES)


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'sentra' has no attribute {name!r}")
    from importlib import import_module

    module = import_module("." + _PLACES[name], "sentra.embedding")
    found = globals()[name] = getattr(module, "map_program" if name == "map" else name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
