"""The examples of the documents do what they say, and the lists of functions are complete."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest
from command import ROOT, sentra

FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example:
    """A program of a document with the block that says what it prints."""

    def __init__(self, line: int, program: str, kind: str, expected: str,
                 files: dict[str, str]) -> None:
        self.line = line
        self.program = program
        self.kind = kind
        self.expected = expected
        self.files = files


def examples(document: Path) -> list[Example]:
    text = document.read_text(encoding="utf-8")
    found: list[Example] = []
    files: dict[str, str] = {}
    program: str | None = None
    for match in FENCE.finditer(text):
        kind, rest, body = match.groups()
        name = re.search(r"file=(\S+)", rest)
        if kind == "sentra" and name:
            files[name[1]] = body
        elif kind == "sentra":
            assert program is None, f"a program without output before {match.start()}"
            program = body
        elif kind in ("output", "error"):
            assert program is not None
            line = text.count("\n", 0, match.start()) + 1
            found.append(Example(line, program, kind, body, dict(files)))
            program = None
    assert program is None, "the last program has no output"
    return found


LANGUAGE = examples(ROOT / "docs" / "language.md")


def test_language_has_examples() -> None:
    assert len(LANGUAGE) > 20


@pytest.mark.parametrize("example", LANGUAGE, ids=lambda e: f"line-{e.line}")
def test_language_example(example: Example, tmp_path: Path) -> None:
    for name, text in example.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "example.sn").write_text(example.program, encoding="utf-8")
    result = sentra(tmp_path, "example.sn")
    if example.kind == "output":
        assert result.all() == (example.expected, "", 0)
    else:
        for line in example.expected.splitlines():
            assert line in result.err
        assert result.status == 1


def test_readme_program_runs(tmp_path: Path) -> None:
    program = FENCE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert program is not None
    (tmp_path / "top.sn").write_text(program[3], encoding="utf-8")
    assert sentra(tmp_path, "top.sn").all() == ("the 3\nquick 1\n", "", 0)


def listed_functions() -> dict[str, set[str]]:
    """Section → every name in the first column of its table in stdlib.md."""
    sections: dict[str, set[str]] = {}
    names: set[str] = set()
    for line in (ROOT / "docs" / "stdlib.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            names = sections.setdefault(line[3:].strip(), set())
        elif line.startswith("| `"):
            first = line.split("|")[1]
            names |= set(re.findall(r"`(\w+)[(`]", first))
    return {section: names for section, names in sections.items() if names}


def test_stdlib_lists_exactly_the_builtins() -> None:
    from sentra.runtime import builtins, registry

    declared: dict[str, set[str]] = {}
    for name in builtins.names():
        row = builtins.declaration(name)
        section = row.section if row is not None else "math"  # constants
        assert row is not None or name in registry.CONSTANTS
        declared.setdefault(section, set()).add(name)
    assert listed_functions() == declared


def modules() -> list[str]:
    paths = sorted((ROOT / "sentra").rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    # The examples of the compiler's passes have a runner of their own, in test_passes.
    return [name.removesuffix(".__init__") for name in names
            if not name.endswith("__main__") and not name.startswith("sentra.ir.passes")]


@pytest.mark.parametrize("name", modules())
def test_docstring_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
