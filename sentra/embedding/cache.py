"""Compiled programs on disk: keyed by content, options and versions, private, replaced in one step.

What is stored may hold code objects of Python, so the folder has to be one that only this user can
write to, and so has each file. Files are reached through the folder that was looked at, whatever
its path means later. A file that is somebody else's, or damaged, is as good as none: the program is
compiled again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from secrets import token_hex
from stat import S_ISREG

import sentra
from sentra import __version__
from sentra.bytecode.file import VERSION
from sentra.embedding import stored
from sentra.embedding.engine import SOURCE_NAME, default_engine
from sentra.embedding.program import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Module
    from sentra.codegen.link import Compiled
    from sentra.embedding.engine import Engine

SUFFIX = ".cache"
_OTHERS = 0o022  # the modes with which others may write


class Cache:
    """A folder of compiled programs for one user. Any number of threads and processes may use it.

    The code that is generated at a program's first run is kept too. `hits` and `misses` count what
    was found and what was not. Raises PermissionError where others may write to the folder, or it
    is somebody else's.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, engine: Engine | None = None,
    ) -> None:
        self.folder = os.fspath(folder) if folder is not None else default_folder()
        self.engine = engine
        self.hits = 0
        self.misses = 0
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self._handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        status = os.fstat(self._handle)
        if status.st_uid != os.getuid() or status.st_mode & _OTHERS:
            self.close()
            raise PermissionError(f"the cache folder {self.folder} must be yours alone")

    def compile(self, source: str | bytes, filename: str = SOURCE_NAME) -> Program:
        """The program of a text, from the folder if it is there."""
        engine = self.engine or default_engine()
        name = _key(source, filename) + SUFFIX
        data = self._read(name)
        found = None if data is None else stored.load(data)
        if found is not None:
            module, codes = found
            self.hits += 1
        else:
            self.misses += 1
            module, codes = engine.compile(source, filename).module, {}
            self._write(name, stored.dump(module, codes))
        return Program(module, engine, store=_Store(self, name, module, codes))

    def _read(self, name: str) -> bytes | None:
        try:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK,
                             dir_fd=self._handle)
        except OSError:
            return None
        status = os.fstat(handle)
        if not S_ISREG(status.st_mode) or status.st_uid != os.getuid() or (
                status.st_mode & _OTHERS):
            os.close(handle)
            return None
        with open(handle, "rb", buffering=0) as file:
            return file.read()

    def _write(self, name: str, data: bytes) -> None:
        """A full disk or a folder that went away costs the next compilation, nothing else."""
        temporary = f"{token_hex(8)}.tmp"
        with suppress(OSError):
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600,
                             dir_fd=self._handle)
            try:
                with open(handle, "wb", buffering=0) as file:
                    if file.write(data) == len(data):
                        os.replace(temporary, name, src_dir_fd=self._handle,
                                   dst_dir_fd=self._handle)
                        return
            except OSError:
                pass
            os.unlink(temporary, dir_fd=self._handle)

    def clear(self) -> None:
        """Remove every program."""
        for name in os.listdir(self._handle):
            if name.endswith((SUFFIX, ".tmp")):
                with suppress(OSError):
                    os.unlink(name, dir_fd=self._handle)

    def close(self) -> None:
        """Let go of the folder; programs that came from it go on."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Store:
    """Keeps the generated code of one program in its file; see `codegen.link.AstExecutor`."""

    __slots__ = ("cache", "codes", "module", "name")

    def __init__(
        self, cache: Cache, name: str, module: Module, codes: stored.Codes,
    ) -> None:
        self.cache = cache
        self.name = name
        self.module = module
        self.codes = codes

    def holds(self, module: Module) -> bool:
        return module is self.module

    def get(self, module: Module, *, metered: bool) -> Compiled | None:
        code = self.codes.get(metered)
        return None if code is None else stored.compiled_of(module, code, metered=metered)

    def put(self, compiled: Compiled) -> None:
        code = stored.code_of(compiled)
        if code is not None:
            self.codes[compiled.metered] = code
            self.cache._write(self.name, stored.dump(self.module, self.codes))


def default_folder() -> str:
    """The user's own folder for cached files."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "sentra")


@lru_cache(maxsize=1)
def _compiler() -> bytes:
    """Changes with each change of the package's own files, within one version too."""
    package = os.path.dirname(sentra.__file__)
    facts = []
    for folder, _, names in os.walk(package):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with suppress(OSError):
                    status = os.stat(path)
                    facts.append((path, status.st_size, status.st_mtime_ns))
    return sha256(repr(sorted(facts)).encode("utf-8", "surrogatepass")).digest()


def _key(source: str | bytes, filename: str) -> str:
    """Names the content, the file's name in messages, and all that shapes the result."""
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    digest = sha256()
    for part in (__version__.encode(), str(VERSION).encode(), MAGIC_NUMBER, _compiler(),
                 filename.encode("utf-8", "surrogatepass"), type(source).__name__.encode()):
        digest.update(len(part).to_bytes(8, "big") + part)
    digest.update(data)
    return digest.hexdigest()
