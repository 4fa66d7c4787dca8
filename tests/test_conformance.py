"""Every case of tests/conformance, on every executor. Its README.md says what a case is."""

import os
import sys
import threading
from pathlib import Path

import pytest
from executors import EXECUTORS

from sentra.diagnostics import format_error
from sentra.errors import Exit, Located, Thrown
from sentra.pipeline import load_file, run
from sentra.runtime.context import Context
from sentra.runtime.text import to_text

ROOT = Path(__file__).parent / "conformance"
CASES = sorted(
    path for path in ROOT.glob("*/*.sn") if not path.parent.name.startswith("lib_"))


def shown(error):
    return format_error(error, text=to_text(error.value) if isinstance(error, Thrown) else "")


def outcome(name, executor):
    """What `sentra NAME` does in this folder: standard output, standard error, exit status."""
    printed = []
    context = Context(write=printed.append, read_line=lambda: None)
    errors, status = "", 0
    try:
        run(load_file(name), context=context, executor=executor,
            search_path=[".", "lib"], path=name)
    except Located as error:
        errors, status = shown(error), 1
    except Exit as stop:
        status = stop.status
    errors += "\n".join([shown(error) for error in context.task_errors])
    return "".join(printed), errors, status


@pytest.fixture
def like_the_command():
    """Calls a function with the stack and the recursion limit that the command gives a program."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(1 << 28)

    def call(function, *args):
        results = []
        thread = threading.Thread(target=lambda: results.append(function(*args)))
        thread.start()
        thread.join()
        return results[0]

    sys.setrecursionlimit(200_000)
    yield call
    sys.setrecursionlimit(limit)
    threading.stack_size(size)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(case, executor, monkeypatch, like_the_command):
    monkeypatch.chdir(case.parent)
    printed, errors, status = like_the_command(outcome, case.name, EXECUTORS[executor]())
    expected = case.with_suffix(".out").read_bytes().decode("utf-8")
    wanted = case.with_suffix(".err")
    if wanted.exists():
        missing = [line for line in wanted.read_text(encoding="utf-8").splitlines()
                   if line not in errors]
        assert not missing, f"not in standard error:\n{errors}"
        assert status == 1
    else:
        assert (errors, status) == ("", 0)
    assert printed == expected


def test_cases_are_there(capsys):
    with capsys.disabled():
        print(f"\n{len(CASES)} conformance cases on {', '.join(EXECUTORS)}", end=" ")
    assert len(CASES) >= 196
    for case in CASES:
        assert os.path.exists(case.with_suffix(".out")), f"{case} has no .out"
