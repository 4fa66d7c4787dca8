"""Golden files: bytecode, IR and Python of small programs; see golden.py for how to write them."""

import subprocess
import sys

import pytest
from command import ROOT
from golden import COMMAND, all_files, made

FILES = all_files()
FOLDER = ROOT / "tests" / "golden"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_file(path):
    assert path.read_text(encoding="utf-8") == FILES[path], f"if this is meant: {COMMAND}"


def test_every_file_says_how_it_is_written():
    for path, text in FILES.items():
        assert COMMAND in text.partition("\n")[0], path


def test_no_file_is_left_over():
    for folder in FOLDER.iterdir():
        assert {path.name for path in folder.iterdir()} == {
            "main.sn", *made((folder / "main.sn").read_text(encoding="utf-8"))}


def test_command_finds_no_difference():
    done = subprocess.run([sys.executable, "-m", "tests.golden"], cwd=ROOT, capture_output=True,
                          text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
