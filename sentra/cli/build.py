"""``sentra build``: bytecode in a file."""

from __future__ import annotations

import os

from sentra.cli.status import OK
from sentra.cli.usage import UsageError, parse


def run(arguments: list[str]) -> int:
    """Compile one file and write its bytecode."""
    from sentra.bytecode.file import dump
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    options, files = parse(arguments, values={"-o": "FILE.snb", "--output": "FILE.snb"})
    if len(files) != 1:
        raise UsageError("build takes one file", "sentra build FILE -o FILE.snb")
    path = files[0]
    target = options.get("-o") or options.get("--output") or _target(path)

    def build() -> int:
        module = load(path)
        if os.path.exists(target) and os.path.exists(path) and os.path.samefile(path, target):
            raise UsageError(f"{target} would replace its own source", "choose another -o")
        _write(target, dump(module))
        return OK

    return reporting(build)


def _target(path: str) -> str:
    if path == "-":
        raise UsageError("build needs -o for standard input", "sentra build - -o FILE.snb")
    return os.path.splitext(path)[0] + ".snb"


def _write(path: str, data: bytes) -> None:
    """Write a file completely or not at all."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        try:
            with open(temporary, "xb") as file:
                file.write(data)
            os.replace(temporary, path)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
