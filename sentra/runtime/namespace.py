"""The namespace that a module's variables live in, as it is before the module's body runs."""

from __future__ import annotations

from sentra.runtime.names import to_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.runtime.context import Context


def new_namespace(module: Module, context: Context) -> dict[str, Any]:
    """An empty namespace, but for builtins that the module assigns without declaring the name."""
    namespace: dict[str, Any] = {}
    for name in module.implicit:
        value = context.builtin(name)
        if value is not None:
            namespace[to_python(name)] = value
    return namespace
