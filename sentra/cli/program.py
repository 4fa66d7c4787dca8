"""Programs from files, arguments and standard input, as modules of bytecode."""

from __future__ import annotations

import os
import sys

from sentra.cli.usage import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Module

COMMAND_LINE = "<command>"
STANDARD_INPUT = "<stdin>"


def load(path: str) -> Module:
    """The module in a file: source text, or bytecode that `sentra build` wrote; "-" is stdin.

    Raises UsageError where there is no such file, SentraSyntaxError and BytecodeError for what is
    in it.
    """
    if path == "-":
        return compile_text(standard_input(), STANDARD_INPUT)
    return compile_text(read(path), path)


def compile_text(text: bytes | str, filename: str) -> Module:
    """The module in a program's text, or in the content of a .snb file."""
    from sentra.errors import BytecodeError
    from sentra.pipeline import load_data

    try:
        return load_data(text, filename)
    except BytecodeError as error:
        raise BytecodeError(f"{filename}: {error.message}") from None


def read(path: str) -> bytes:
    """The bytes of a file that the user named."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        shown = path or '""'
        raise UsageError(f"no such file: {shown}", _similar(path)) from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder", "name a .sn file") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise UsageError(f"no such file: {path}") from None


def standard_input() -> bytes:
    """All of standard input."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read()


def _similar(path: str) -> str:
    """What the user may have meant by a file that is not there."""
    from difflib import get_close_matches

    from sentra.cli.main import COMMANDS

    if os.path.exists(path + ".sn"):
        return f"did you mean {path}.sn?"
    folder, name = os.path.split(path)
    if not folder and "." not in name:
        commands = get_close_matches(name, COMMANDS, 1)
        if commands:
            return f'did you mean "sentra {commands[0]}"?'
    try:
        files = [file for file in os.listdir(folder or ".") if file.endswith((".sn", ".snb"))]
    except OSError:
        return '"sentra help" explains the usage'
    close = get_close_matches(name, files, 1)
    if close:
        return f"did you mean {os.path.join(folder, close[0])}?"
    return '"sentra help" explains the usage'
