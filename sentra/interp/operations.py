"""The runtime operations that the `does` column of the instruction table names."""

from __future__ import annotations

import sys

from sentra.bytecode.ops import OPS
from sentra.runtime import arithmetic, calls, collections, compare, iteration, text, throwing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.runtime.context import Context

    Operation = Callable[..., Any]

_MODULES = (arithmetic, compare, collections, iteration, text, throwing, calls)

# Most programs need none of these, so that their modules are imported at the first use.
_LATE = {
    "import_module": "modules", "go": "tasks", "go_invoke": "tasks", "send": "channels",
    "receive": "channels", "select": "channels",
}


def _import_builtin(context: Context, importer: Module, name: str) -> Any:
    from sentra.runtime.modules import import_builtin

    return import_builtin(context, name)


def _find(name: str) -> Operation:
    if name == "import_builtin":  # the only one that does not care who imports
        return _import_builtin
    if name in _LATE:
        return _late(name)
    for module in _MODULES:
        found = getattr(module, name, None)
        if found is not None:
            operation: Operation = found
            return operation
    raise LookupError(f"no runtime operation {name!r}")


def _late(name: str) -> Operation:
    def operation(*args: Any) -> Any:
        module = f"sentra.runtime.{_LATE[name]}"
        __import__(module)
        return getattr(sys.modules[module], name)(*args)

    return operation


OPERATIONS: dict[str, Operation] = {row.does: _find(row.does) for row in OPS.values() if row.does}
"""Name in the `does` column → the operation."""

SIZED: dict[str, Operation] = {
    "add": arithmetic.add_sized, "mul": arithmetic.mul_sized, "join_text": text.join_sized}
"""The operations that differ where the sizes of values are limited."""
