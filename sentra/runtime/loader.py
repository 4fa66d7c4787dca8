"""Imports: which module a path means, and running its body once.

Invariant: a module is known by the key that its finder gives it, and its body runs at the first
import of that key; all imports share the value or the error that came of it.
"""

from __future__ import annotations

from sentra.errors import IMPORT, SentraError, SentraSyntaxError
from sentra.runtime.builtins import SECTION_NAMES, section_members
from sentra.runtime.modules import ModuleValue
from sentra.runtime.names import to_python
from sentra.runtime.namespace import new_namespace
from sentra.runtime.throwing import rethrown, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from sentra.bytecode.code import Module
    from sentra.errors import Located
    from sentra.runtime.context import Context
    from sentra.runtime.tasks import Task

    class Executor(Protocol):
        """Runs modules."""

        def body(
            self, module: Module, namespace: dict[str, Any], context: Context,
        ) -> Callable[[], None]: ...

    class Finder(Protocol):
        """Knows where modules are."""

        def find(self, path: str, folder: str) -> Found | None:
            """The module that `path` means in a module of this folder; None if there is none."""


class Found:
    """A module that a finder found.

    `key` tells modules apart; `name` is what it calls itself; `filename` stands in messages;
    `folder` is passed to the finders for what the module itself imports; `data` is its text, or
    the content of a bytecode file.
    """

    __slots__ = ("data", "filename", "folder", "key", "name")

    def __init__(
        self, key: str, name: str, filename: str, folder: str, data: bytes | str,
    ) -> None:
        self.key = key
        self.name = name
        self.filename = filename
        self.folder = folder
        self.data = data


class Loaded:
    """A module that was imported, or is being imported by `task`."""

    __slots__ = ("error", "folder", "task", "value", "waiting")

    def __init__(self, value: ModuleValue | None, folder: str, task: Task | None) -> None:
        self.value = value
        self.folder = folder
        self.task = task
        self.error: Located | None = None  # what its body threw
        self.waiting: list[Task] = []  # tasks that wait until its body has run


class Loader:
    """The modules of one run."""

    def __init__(
        self, context: Context, executor: Executor,
        compile_data: Callable[[bytes | str, str], Module], finders: list[Finder],
    ) -> None:
        self.context = context
        self.executor = executor
        self.compile_data = compile_data
        self.finders = finders
        self._loaded: dict[str, Loaded] = {}  # by key
        self._folders: dict[str, str] = {}  # by the file name in messages
        self._builtin: dict[str, ModuleValue] = {}

    def add_main(
        self, module: Module, namespace: dict[str, Any], key: str, name: str, folder: str,
    ) -> None:
        """Make the main program importable."""
        value = ModuleValue(name, module.filename, namespace, _exports(module))
        self._loaded[key] = Loaded(value, folder, None)
        self._folders[module.filename] = folder

    def builtin(self, name: str) -> ModuleValue:
        """A builtin module."""
        found = self._builtin.get(name)
        if found is None:
            if name not in SECTION_NAMES:
                raise not_found(name)
            members = section_members(name, self.context)
            found = ModuleValue(name, "", members, {member: member for member in members})
            self._builtin[name] = found
        return found

    def load(self, path: str, importer: str) -> ModuleValue:
        """The module that `path` means in the file named `importer`."""
        if path in SECTION_NAMES:
            return self.builtin(path)
        folder = self._folders.get(importer, "")
        for finder in self.finders:
            found = finder.find(path, folder)
            if found is not None:
                break
        else:
            raise not_found(path)
        loaded = self._loaded.get(found.key)
        if loaded is None:
            loaded = self._first(found)
        elif loaded.task is not None:
            self._wait(loaded)
        if loaded.error is not None:
            raise rethrown(loaded.error)
        assert loaded.value is not None
        return loaded.value

    def _first(self, found: Found) -> Loaded:
        """Compile the module and run its body."""
        loaded = self._loaded[found.key] = Loaded(None, found.folder, self.context.task)
        try:
            try:
                self._run(found, loaded)
            except SentraSyntaxError as error:
                raise SentraError(str(error), IMPORT) from None
        except Exception as exception:  # noqa: BLE001  # settle raises what is a bug of ours
            loaded.error = settle(exception)
            loaded.error.__traceback__ = loaded.error.__context__ = None
        except BaseException:
            del self._loaded[found.key]
            raise
        finally:
            loaded.task = None
            for task in loaded.waiting:
                self.context.scheduler.wake(task)
            loaded.waiting.clear()
        return loaded

    def _run(self, found: Found, loaded: Loaded) -> None:
        module = self.compile_data(found.data, self._unused(found.filename))
        if module.filename in self._folders:
            module = _renamed(module, self._unused(module.filename))
        self._folders[module.filename] = found.folder
        namespace = new_namespace(module, self.context)
        loaded.value = ModuleValue(found.name, module.filename, namespace, _exports(module))
        self.executor.body(module, namespace, self.context)()

    def _unused(self, filename: str) -> str:
        """A name for messages that no other module has."""
        number, name = 1, filename
        while name in self._folders:
            number += 1
            name = f"{filename} ({number})"
        return name

    def _wait(self, loaded: Loaded) -> None:
        """Wait until another task has run the body; in a cycle of imports go on without."""
        task = self.context.task
        owner = loaded.task
        while owner is not None:
            if owner is task:
                return
            owner = owner.importing.task if owner.importing is not None else None
        loaded.waiting.append(task)
        task.importing = loaded
        try:
            self.context.scheduler.wait()
        finally:
            task.importing = None
            if task in loaded.waiting:
                loaded.waiting.remove(task)


def not_found(path: str) -> SentraError:
    """What importing a module that is not there throws."""
    return SentraError(f'module not found: "{path}"', IMPORT)


def _exports(module: Module) -> dict[str, str]:
    return {name: to_python(variable) for name, variable in module.exports}


def _renamed(module: Module, filename: str) -> Module:
    fields = {field: getattr(module, field) for field in type(module).__slots__}
    fields["filename"] = filename
    return type(module)(**fields)
