"""Imports go one way, inside functions and TYPE_CHECKING blocks too.

A room may import itself, what its row names, and nothing else of sentra. Some modules of the
standard library are banned from the path that starts a program.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "sentra"

# A room is a folder of sentra/ or a file in it. What a room may import, beside itself:
CONTRACT = {"bytecode", "errors", "source"}
ALLOWED: dict[str, set[str]] = {
    # the public names, when they are asked for
    "__init__": {"debugging", "embedding", "errors", "runtime"},
    "__main__": {"cli"},
    "errors": {"bytecode"},
    "source": {"errors"},
    "bytecode": {"errors", "source"},
    "syntax": CONTRACT,
    "lower": CONTRACT | {"syntax"},
    "runtime": CONTRACT,
    "interp": CONTRACT | {"runtime"},
    "ir": CONTRACT | {"runtime"},
    "codegen": CONTRACT | {"ir", "runtime"},
    "debugging": CONTRACT | {"codegen", "diagnostics", "interp", "lower", "runtime", "syntax"},
    "diagnostics": CONTRACT | {"runtime", "suggestions"},
    "suggestions": {"runtime"},
    "tiers": CONTRACT | {"ir", "codegen", "interp", "runtime"},
}
# Only these see the whole house.
ABOVE = {"pipeline", "embedding", "importer", "cli"}

HEAVY = {
    "argparse", "ast", "asyncio", "collections.abc", "contextlib", "ctypes", "dataclasses",
    "difflib", "enum", "functools", "importlib", "inspect", "json", "logging", "pathlib",
    "subprocess", "tempfile", "textwrap", "threading", "traceback", "typing", "unittest",
}
# Imported before a program starts. `re` is the lexer's.
START = ("errors.py", "source.py", "pipeline.py", "diagnostics.py", "bytecode", "syntax", "lower",
         "runtime", "interp", "cli")
# Not on that path: what makes the interpreter's loops for other switches than the default ones, and
# what interrupts a thread.
AT_REQUEST = {"interp/generate.py", "runtime/interrupts.py"}


def files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> list[str]:
    """Every module that is imported anywhere in a file, however deep."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            assert node.module is not None
            names.append(node.module)
            if node.module == "sentra":
                names += [f"sentra.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__":
            names += [arg.value for arg in node.args[:1]
                      if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return names


def rooms_imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = [name.split(".") for name in imported(tree)]
    return {part[1] for part in parts if part[0] == "sentra" and len(part) > 1
            and part[1] != "__version__"}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_direction(path: Path) -> None:
    room = room_of(path)
    if room in ABOVE:
        if room == "pipeline":
            assert not rooms_imported(path) & {"embedding", "cli"}
        return
    allowed = ALLOWED[room] | {room}
    if path.parent.name == "optimise":
        allowed |= {"runtime"}  # it folds constants with the operations' own meaning
    assert rooms_imported(path) <= allowed


def at_module_level(tree: ast.Module) -> list[str]:
    """Modules that are imported when the file is: outside functions and TYPE_CHECKING blocks."""
    names: list[str] = []
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            pending += node.orelse
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            pending += [child for child in ast.iter_child_nodes(node)
                        if isinstance(child, ast.stmt)]
        elif isinstance(node, ast.ClassDef):
            pending += node.body
    return names


def start_files() -> list[Path]:
    return [path for path in files() if path.relative_to(ROOT).parts[0] in START
            and str(path.relative_to(ROOT)) not in AT_REQUEST]


@pytest.mark.parametrize("path", start_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_light_at_start(path: Path) -> None:
    loaded = set(at_module_level(ast.parse(path.read_text(encoding="utf-8"))))
    if path.parent.name == "builtins":
        # A section of builtins is itself imported lazily, but core is part of every start.
        return
    assert not loaded & HEAVY
    if "re" in loaded:
        assert path.parent.name == "syntax"


def test_checker_sees_inside_functions_and_type_checking() -> None:
    tree = ast.parse(
        "TYPE_CHECKING = False\n"
        "if TYPE_CHECKING:\n    import sentra.interp.machine\n"
        "def f():\n    from sentra.syntax import lexer\n    import json\n")
    assert set(imported(tree)) == {"sentra.interp.machine", "sentra.syntax", "json"}
    assert at_module_level(tree) == []
