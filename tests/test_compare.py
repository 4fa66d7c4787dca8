"""``sentra compare`` and ``sentra bench``."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import sentra

PROGRAM = """\
fn square(x) { return x * x }
fn total(n) {
  let sum = 0
  for i in range(n) { sum = sum + square(i) }
  return sum
}
log(total(100), args())
"""
TWIN = """\
import sys
total = 0
for i in range(100):
    total += i * i
print(total, "[" + ", ".join(sys.argv[1:]) + "]")
"""

needs_pyperf = pytest.mark.skipif(find_spec("pyperf") is None, reason="pyperf is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.sn").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "twin.py").write_text(TWIN, encoding="utf-8")
    return tmp_path


def test_all_modes_side_by_side(folder: Path) -> None:
    done = sentra(folder, "compare", "--repeat=2", "p.sn", "a", "b")
    assert (done.status, done.err) == (0, "")
    rows = done.out.splitlines()
    assert [row.split()[0] for row in rows[1:5]] == ["interp", "tree", "ast", "auto"]
    assert rows[0].split() == ["compile", "ms", "run", "ms", "to", "interp"]
    assert rows[1].endswith("1.00x")
    assert rows[-1] == "the outputs agree (1 line)"


def test_with_a_twin(folder: Path) -> None:
    done = sentra(folder, "compare", "--modes=ast,interp", "--twin=twin.py", "p.sn", "a", "b")
    assert done.status == 0, done.all()
    rows = done.out.splitlines()
    assert [row.split()[0] for row in rows[1:4]] == ["ast", "interp", "twin"]
    assert re.fullmatch(r"twin +\d+\.\d +1\.00x", rows[3])
    assert rows[4] == "the outputs agree (1 line)"


def test_a_twin_that_prints_something_else(folder: Path) -> None:
    (folder / "twin.py").write_text("print('x')\n", encoding="utf-8")
    done = sentra(folder, "compare", "--modes=ast", "--twin=twin.py", "p.sn")
    assert done.status == 1
    assert done.out.splitlines()[-1] == (
        "unlike ast, twin prints something else: line 1 is 'x', not '328350 []'")


def test_options_may_follow_the_file(folder: Path) -> None:
    done = sentra(folder, "compare", "p.sn", "-v", "--modes=ast", "--twin", "twin.py", "--",
                  "--modes=x")
    assert done.status == 0, done.all()
    assert done.out.splitlines()[-1] == "the outputs agree (1 line)"


def test_every_run_gets_the_same_input(folder: Path) -> None:
    (folder / "p.sn").write_text(
        "let line = input()\nwhile line != nil {\n  log(len(line))\n  line = input()\n}\n"
        "exit(3)\n", encoding="utf-8")
    (folder / "twin.py").write_text(
        "import sys\nfor line in sys.stdin: print(len(line.rstrip()))\nsys.exit(3)\n",
        encoding="utf-8")
    done = sentra(folder, "compare", "p.sn", "--twin=twin.py", stdin=b"abc\n\nde")
    assert (done.status, done.err) == (3, "")
    assert done.out.splitlines()[-1] == "the outputs agree (3 lines)"


def test_a_mode_that_ends_otherwise(folder: Path) -> None:
    (folder / "twin.py").write_text("print('328350 []')\nraise SystemExit(4)\n",
                                    encoding="utf-8")
    done = sentra(folder, "compare", "p.sn", "--modes=ast", "--twin=twin.py")
    assert done.status == 1
    assert done.out.splitlines()[-1] == "unlike ast, twin ends with exit status 4, not 0"
    (folder / "twin.py").write_text("print('328350 []')\n1 / 0\n", encoding="utf-8")
    done = sentra(folder, "compare", "p.sn", "--modes=ast", "--twin=twin.py")
    assert done.status == 1
    assert done.out.splitlines()[-1] == (
        "unlike ast, twin ends with an error: ZeroDivisionError: division by zero")


@pytest.mark.parametrize("arguments, message", [
    ((), "sentra: compare takes a file"),
    (("--modes=fast", "p.sn"), 'sentra: unknown mode "fast"'),
    (("--repeat=0", "p.sn"), "sentra: --repeat is a number of runs, not 0"),
    (("nothing.sn",), "sentra: no such file: nothing.sn"),
    (("--twin=bad.py", "p.sn"), "sentra: bad.py: invalid syntax (line 1)"),
    (("--twn=fails.py", "p.sn"), 'sentra: unknown option "--twn=fails.py"'),
])
def test_wrong_usage(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    (folder / "bad.py").write_text("a b\n", encoding="utf-8")
    done = sentra(folder, "compare", *arguments)
    assert done.status == 2
    assert done.err.startswith(message)


def test_the_errors_of_the_program_are_compared(folder: Path) -> None:
    (folder / "p.sn").write_text("let a = nil\nlog(1)\nlog(a + 1)\n", encoding="utf-8")
    (folder / "twin.py").write_text("print(1)\nNone + 1\n", encoding="utf-8")
    done = sentra(folder, "compare", "p.sn", "--twin=twin.py")
    assert done.status == 1
    assert done.out.splitlines()[-2:] == ["the outputs agree (1 line)", "and so do the errors:"]
    assert done.err.startswith("p.sn:3:7: error: cannot add nil and number")


def test_stacks_overflow_at_different_depths(folder: Path) -> None:
    (folder / "p.sn").write_text("fn f(n) { return f(n + 1) + 1 }\nf(0)\n", encoding="utf-8")
    done = sentra(folder, "compare", "p.sn", "--repeat=1")
    assert done.status == 1
    assert done.out.splitlines()[-1] == "and so do the errors:"
    assert "stack overflow" in done.err


@needs_pyperf
def test_bench_of_one_function(folder: Path) -> None:
    done = sentra(folder, "bench", "p.sn", "--function", "total", "--fast", "-o", "out.json", "3")
    assert done.status == 0, done.all()
    assert "total (closure): Mean +- std dev" in done.out
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["benchmarks"]


@needs_pyperf
@pytest.mark.parametrize("arguments, message", [
    (("--function=nothing", "p.sn"), 'sentra: p.sn has no function "nothing"'),
    (("--function=total", "p.sn"), "error: total expects 1 argument, got 0"),
    (("--function=square", "p.sn", '"a"'), "p.sn:1:"),
    (("--function=total", "p.sn", "x"), "sentra: x is no JSON"),
    (("p.sn",), "sentra: bench takes a function and a file"),
    (("p.sn", "--function", "total", "x"), "sentra: x is no JSON"),
    (("exits.sn", "--function=f"), "sentra: exits.sn ends with exit(3) before"),
])
def test_what_cannot_be_measured(
    folder: Path, arguments: tuple[str, ...], message: str,
) -> None:
    (folder / "exits.sn").write_text("fn f() { return 1 }\nexit(3)\n", encoding="utf-8")
    done = sentra(folder, "bench", *arguments)
    assert done.status in (1, 2)
    assert message in done.err
    assert "Traceback" not in done.err
