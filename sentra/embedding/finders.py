"""Where a program's imports come from: what `Engine(modules=…)` takes."""

from __future__ import annotations

import errno
import os
import posixpath

from sentra.runtime.files import LARGEST, FileFinder
from sentra.runtime.loader import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from sentra.runtime.loader import Finder

    Modules = (None | str | os.PathLike[str] | Mapping[str, str | bytes]
               | Callable[[str], str | bytes | None] | Finder
               | Iterable[str | os.PathLike[str] | Mapping[str, str | bytes]
                          | Callable[[str], str | bytes | None] | Finder])


def finders_of(modules: Modules) -> list[Finder]:
    """The finders for a folder, a mapping, a function, a finder, or a list of such.

    Raises FileNotFoundError or NotADirectoryError for a folder that is none now.
    """
    if modules is None:
        return []
    if isinstance(modules, (str, os.PathLike)) or hasattr(modules, "find") or (
            hasattr(modules, "keys") or callable(modules)):
        return [_finder(modules)]
    if not hasattr(modules, "__iter__"):
        raise _no_modules(modules)
    return [_finder(each) for each in modules]


def _finder(source: Any) -> Finder:
    if isinstance(source, (str, os.PathLike)):
        folder = os.fspath(source)
        if not os.path.isdir(folder):
            code = errno.ENOTDIR if os.path.exists(folder) else errno.ENOENT
            raise OSError(code, f"{os.strerror(code)}, to take modules from", folder)
        return FileFinder([folder])
    if hasattr(source, "keys"):
        return TextFinder(dict(source).get)
    if hasattr(source, "find"):
        finder: Finder = source
        return finder
    if callable(source):
        return TextFinder(source)
    raise _no_modules(source)


def _no_modules(source: object) -> TypeError:
    return TypeError(f"modules come from a folder, a mapping or a function, not {source!r}")


class TextFinder:
    """Modules whose text a function gives: of ``"lib/a"`` for ``import "lib/a"``.

    A path that starts with ``./`` or ``../`` is relative to the importing module's path, and never
    leads out of the top.
    """

    def __init__(self, read: Callable[[str], str | bytes | None]) -> None:
        self.read = read

    def find(self, path: str, folder: str) -> Found | None:
        """The module that `path` means in a module of this folder."""
        if not path or "\0" in path or path[0] in "/~":
            return None
        if path.startswith(("./", "../")):
            path = posixpath.join(folder, path)
        path = posixpath.normpath(path)
        if path.startswith(".."):
            return None
        for name in dict.fromkeys((path, path.removesuffix(".sn"), _full(path))):
            data = self.read(name)
            if data is not None:
                break
        else:
            return None
        if not isinstance(data, (str, bytes)):
            raise TypeError(f"the text of module {path!r} must be str or bytes, not "
                            f"{type(data).__name__}")
        full = _full(path)
        stem = posixpath.splitext(posixpath.basename(full))[0]
        return Found(f"text:{id(self)}:{full}", stem, full, posixpath.dirname(full), data)


def _full(path: str) -> str:
    return path if path.endswith((".sn", ".snb")) else path + ".sn"


def package_resources(package: str) -> TextFinder:
    """Modules that are files in a Python package, installed in whatever way."""
    from importlib.resources import files

    root = files(package)

    def read(path: str) -> bytes | None:
        if not path.endswith((".sn", ".snb")):
            return None
        place = root
        for part in path.split("/"):
            place = place / part
        if not place.is_file():
            return None
        data = place.read_bytes()
        return data if len(data) <= LARGEST else None

    return TextFinder(read)
