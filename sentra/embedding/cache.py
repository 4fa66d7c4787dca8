"""Compiled programs on disk: keyed by content, options and versions, private, replaced in one step.

What is stored is bytecode, not code objects of Python, and it is verified each time it is loaded;
what does not verify, or lies in somebody else's file, is compiled again.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import sha256
from stat import S_IMODE
from tempfile import NamedTemporaryFile

from sentra import __version__
from sentra.bytecode.file import VERSION, dump, load
from sentra.embedding.engine import SOURCE_NAME, default_engine
from sentra.embedding.program import Program
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.embedding.engine import Engine


class Cache:
    """A folder of compiled programs for one user. Any number of threads and processes may use it.

    Raises PermissionError where others may write to the folder, or it is somebody else's.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, engine: Engine | None = None,
    ) -> None:
        self.folder = os.fspath(folder) if folder is not None else default_folder()
        self.engine = engine
        self.hits = 0
        self.misses = 0
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        status = os.stat(self.folder)
        if hasattr(os, "getuid") and (
                status.st_uid != os.getuid() or S_IMODE(status.st_mode) & 0o022):
            raise PermissionError(f"the cache folder {self.folder} must be yours alone")

    def compile(self, source: str | bytes, filename: str = SOURCE_NAME) -> Program:
        """The program of a text, from the folder if it is there."""
        engine = self.engine or default_engine()
        path = os.path.join(self.folder, _key(source, filename) + ".snb")
        data = self._read(path)
        if data is not None:
            with suppress(BytecodeError):
                program = Program(load(data), engine)
                self.hits += 1
                return program
        self.misses += 1
        program = engine.compile(source, filename)
        self._write(path, dump(program.module))
        return program

    def _read(self, path: str) -> bytes | None:
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            return None
        with open(handle, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(handle).st_uid != os.getuid():
                return None
            return file.read()

    def _write(self, path: str, data: bytes) -> None:
        """A full disk or a folder that went away costs the next compilation, nothing else."""
        with suppress(OSError):
            with NamedTemporaryFile(dir=self.folder, suffix=".tmp", delete=False) as file:
                file.write(data)  # created for the user alone
            try:
                os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)

    def clear(self) -> None:
        """Remove every program."""
        for name in os.listdir(self.folder):
            if name.endswith((".snb", ".tmp")):
                with suppress(OSError):
                    os.unlink(os.path.join(self.folder, name))


def default_folder() -> str:
    """The user's own folder for cached files."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "sentra")


def _key(source: str | bytes, filename: str) -> str:
    """Names the content, the file's name in messages, and all versions that shape the result."""
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    parts = (__version__, str(VERSION), sys.implementation.cache_tag or "", filename)
    digest = sha256()
    for part in parts:
        text = part.encode("utf-8", "surrogatepass")
        digest.update(len(text).to_bytes(8, "big") + text)
    digest.update(data)
    return digest.hexdigest()
