"""Finding modules in files, never outside the folders that the host allows."""

from __future__ import annotations

import os
from stat import S_ISREG

from sentra.errors import IMPORT, SentraError
from sentra.runtime.loader import Found

LARGEST = 1 << 26  # bytes of a module
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class FileFinder:
    """Modules in files.

    A path is looked up in the importing file's folder, then in the search path. What it really
    names must lie in one of these folders. Names in messages are relative to `main_folder`.
    """

    def __init__(self, search_path: list[str], main_folder: str = "") -> None:
        self.search_path = [os.path.realpath(folder) for folder in search_path]
        self.main_folder = main_folder  # "" where the program is in no file

    def find(self, path: str, folder: str) -> Found | None:
        """The module that `path` means in a file of `folder`."""
        if not path or "\0" in path or path[0] in "/~" or os.path.isabs(path):
            return None
        own = [folder] if folder else []
        relative = path.startswith(("./", "../")) and own
        name = path if path.endswith((".sn", ".snb")) else path + ".sn"
        roots = [*own, *self.search_path]
        for base in own if relative else roots:
            try:
                found = self._at(os.path.join(base, name), roots)
            except PermissionError:
                raise SentraError(f'cannot read module "{path}": permission denied',
                                  IMPORT) from None
            except (OSError, ValueError):  # not there; a name that no file can have
                continue
            if found is not None:
                return found
        return None

    def _at(self, path: str, roots: list[str]) -> Found | None:
        real = os.path.realpath(path)
        for root in roots:
            if real.startswith(os.path.join(root, "")):
                break
        else:
            return None
        data = read_beneath(root, real)
        if data is None:
            return None
        name = os.path.splitext(os.path.basename(path))[0]
        return Found(real, name, self._shown(real, root), os.path.dirname(real), data)

    def _shown(self, real: str, root: str) -> str:
        """The file's name in messages: no more of its place than the program may know."""
        if self.main_folder and real.startswith(os.path.join(self.main_folder, "")):
            root = self.main_folder
        return os.path.relpath(real, root).replace(os.sep, "/")


def read_beneath(root: str, real: str) -> bytes | None:
    """The content of the file `real` in the folder `root`; None where it is no ordinary file.

    Neither may have links in it. It is opened from folder to folder without following links, so
    that a link that appears after the name was checked leads nowhere.
    """
    handle = os.open(root, _FOLDER | _SAFE)
    try:
        *folders, last = os.path.relpath(real, root).split(os.sep)
        for folder in folders:
            inner = os.open(folder, _FOLDER | _SAFE, dir_fd=handle)
            os.close(handle)
            handle = inner
        file = os.open(last, _FILE | _SAFE, dir_fd=handle)
    finally:
        os.close(handle)
    with open(file, "rb") as stream:
        if not S_ISREG(os.fstat(file).st_mode):
            return None
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise SentraError("module too large", IMPORT)
    return data
