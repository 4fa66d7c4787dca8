"""What the documents and the project file claim, as far as it can be checked."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from command import ROOT, sentra

import sentra as package
from sentra.cli.help import COMMAND_TEXTS, TEXT
from sentra.cli.main import COMMANDS
from sentra.cli.modes import DEFAULT, MODES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = sorted(path for path in (ROOT / "sentra").rglob("*.py")
                 if "__pycache__" not in path.parts)
DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md",
                                      "docs/language.md", "docs/stdlib.md")]

# Longer than the limits below, each for a reason.
LONG_FILES: dict[str, str] = {
    "sentra/interp/loop_source.py": "the machine's loop: one arm per rule",
    "sentra/interp/loops.py": "generated from interp/loop_source.py",
}
LONG_FUNCTIONS: dict[str, str] = {
    "sentra/interp/loop_source.py:run": "the machine's loop: one arm per rule",
    "sentra/interp/register_source.py:arms": "more arms of the machine's loop",
    "sentra/interp/loops.py:run": "generated from interp/loop_source.py",
}
MOST_LINES = 600
MOST_FUNCTION_LINES = 80


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_project_file() -> None:
    project = PROJECT["project"]
    assert project["name"] == "sentra-lang"
    assert project["scripts"] == {"sentra": "sentra.cli.main:main"}
    assert project["requires-python"] == ">=3.11,<3.14"
    assert [re.match(r"\w+", name)[0] for name in project["dependencies"]] == ["astor"]  # type: ignore[index]
    assert (ROOT / "sentra" / "py.typed").exists()
    assert PROJECT["tool"]["mypy"]["strict"] is True


def test_changelog_names_this_version_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert versions[0] == package.__version__


def test_readme_commands() -> None:
    """The commands stand in the README as such, and CI runs that of the tests."""
    blocks = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    setup, tests, speed = blocks
    assert "pip install -q -e '.[dev]'" in setup
    program = setup.split()[-1]
    assert program.endswith(".sn")
    assert (ROOT / program).exists()
    assert tests == ".venv/bin/python -m pytest"
    assert speed == ".venv/bin/python -m perf ratios"
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "bin/python\" -m pytest" in ci


def test_readme_shows_an_error_as_it_is_printed(tmp_path: Path) -> None:
    (tmp_path / "demo.sn").write_text(
        "fn f(a, b) {\n  // the sum\n  return a + b\n}\n\n\nf(nil, 1)\n", encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    shown = next(block for block in blocks if block.startswith("demo.sn"))
    assert sentra(tmp_path, "demo.sn").err == shown


def test_readme_and_help_know_the_commands_and_statuses() -> None:
    for name in COMMANDS:
        assert f"sentra {name}" in TEXT or f"--{name}" in TEXT
        if name not in ("run", "version"):
            assert f"sentra {name}" in README
    for name in COMMAND_TEXTS:
        assert name in COMMANDS
    from sentra.cli import status

    for number in (status.FAILED, status.USAGE, status.INTERNAL, status.INTERRUPTED):
        assert re.search(rf"\b{number}\b", README.split("Exit status")[1])
        assert re.search(rf"\b{number}\b", TEXT.split("Exit status")[1])


def test_default_mode_is_available() -> None:
    assert DEFAULT in MODES
    assert set(MODES) >= {"interp", "closure", "auto"}


def test_help_shows_a_real_option_list() -> None:
    from sentra.interp.options import InterpOptions

    shown = re.search(r"--interp-options=(\S+=\S+)", TEXT)
    assert shown is not None
    InterpOptions.parse(shown[1])


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_links_and_paths_of_documents_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", text):
        headings = [re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
                    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
        assert anchor in headings
    for name in re.findall(r"`((?:sentra|tests|perf|examples|docs)/[\w/.{},]*)`", text):
        if "{" not in name:
            assert (ROOT / name).exists(), name


def test_architecture_has_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.name for path in (ROOT / "sentra").iterdir()
             if path.is_dir() and list(path.rglob("[a-z]*.py"))]
    for room in rooms:
        assert f"`sentra/{room}/`" in text, room


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = short(path)
    assert text.count("\n") <= MOST_LINES or name in LONG_FILES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MOST_FUNCTION_LINES or f"{name}:{node.name}" in LONG_FUNCTIONS


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_is_left_undone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)


def test_no_path_of_a_machine_in_the_project() -> None:
    files = [*SOURCES, *DOCUMENTS, ROOT / ".ci" / "run", ROOT / "pyproject.toml",
             *(ROOT / "examples").rglob("*.sn"), *(ROOT / "perf").rglob("*.py")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/home/\w|/root/|/Users/|/work/", text), path


def test_ci_script_is_strict_and_executable() -> None:
    script = ROOT / ".ci" / "run"
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o100
