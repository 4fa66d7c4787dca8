"""Modules as values of a program, and the operations that import them."""

from __future__ import annotations

from sentra.errors import NAME, SentraError
from sentra.runtime.collections import PROPERTIES
from sentra.runtime.compare import SEARCHES
from sentra.runtime.iteration import ITERATORS, PAIRS
from sentra.runtime.text import FORMS
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.runtime.context import Context


class ModuleValue:
    """A module: what it exports, read from its namespace each time.

    `exports` maps the exported names, in the order of the text, to keys of the namespace. A key
    without a value belongs to a variable whose declaration has not run.
    """

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("exports", "filename", "name", "namespace")

    def __init__(
        self, name: str, filename: str, namespace: dict[str, Any], exports: dict[str, str],
    ) -> None:
        self.name = name
        self.filename = filename
        self.namespace = namespace
        self.exports = exports

    def read(self, name: str) -> Any:
        """The value of an exported variable now."""
        key = self.exports.get(name)
        if key is None:
            raise SentraError(f'module "{self.name}" does not export "{name}"', NAME)
        try:
            return self.namespace[key]
        except KeyError:
            raise SentraError(f'undefined variable "{name}"', NAME) from None

    def __getitem__(self, name: Any) -> Any:
        if type(name) is not str:
            raise TypeError("the name of a member is a string")
        return self.read(name)

    def __contains__(self, name: Any) -> bool:
        return type(name) is str and name in self.exports

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def names(self) -> list[str]:
        """The exported names, in the order of the text."""
        return list(self.exports)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<module {self.name}>"


def _pairs(module: ModuleValue) -> Iterator[tuple[str, Any]]:
    for name in module.names():
        yield name, module.read(name)


TYPE_NAMES[ModuleValue] = "module"
FORMS[ModuleValue] = repr
PROPERTIES[ModuleValue] = ModuleValue.read
SEARCHES[ModuleValue] = lambda name, module: name in module
ITERATORS[ModuleValue] = iter
PAIRS[ModuleValue] = _pairs


def import_module(context: Context, importer: Module, path: str) -> ModuleValue:
    """import "path", written in module `importer`."""
    return context.loader.load(path, importer.filename)


def import_builtin(context: Context, name: str) -> ModuleValue:
    """import name: a builtin module."""
    return context.loader.builtin(name)
