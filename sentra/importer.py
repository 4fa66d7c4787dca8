"""Importing programs as Python modules: after ``import sentra.importer``, ``import rules`` finds
``rules.sn`` where Python looks for modules.

What the program exports are the module's attributes. It imports modules of its own folder, and what
`engine` has. `engine` runs it, without limits and permissions unless you replace it to bound what
is imported. `uninstall` takes the hook out again.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location

from sentra.embedding.engine import Engine
from sentra.embedding.limits import Limits
from sentra.embedding.program import Program
from sentra.runtime.files import FileFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from sentra.runtime.loader import Finder as FinderOfModules

engine = Engine(limits=Limits.none())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            file = os.path.join(folder or os.getcwd(), name + ".sn")
            if os.path.isfile(file):
                return spec_from_file_location(fullname, file, loader=_Loader(file))
        return None


class _Program(Program):
    """A program that imports from its own folder, as the command's do."""

    @classmethod
    def of(cls, program: Program) -> _Program:
        return cls(program.module, program.engine, program.path)

    def finders(self, engine: Engine) -> list[FinderOfModules]:
        return [FileFinder([self.folder]), *super().finders(engine)]


class _Loader(Loader):
    def __init__(self, file: str) -> None:
        self.file = file

    def exec_module(self, module: ModuleType) -> None:
        program = _Program.of(engine.load(self.file))
        run = program.run()
        for name, variable in program.module.exports:
            setattr(module, name, run[variable])


_finder = _Finder()


def install() -> None:
    """Let Python import programs; importing this module does it."""
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)


def uninstall() -> None:
    """Stop that. Modules that were imported stay."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


install()
