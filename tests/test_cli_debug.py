"""``sentra debug``: its commands through standard input, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command import COMMAND, ENVIRONMENT, sentra

PROGRAM = """\
import "lib.sn" as lib

fn area(w, h) {
  let doubled = w * 2

  return doubled / h
}
fn total(sizes) {
  let whole = 0
  for s in sizes {
    whole = whole + area(s, 4)
  }
  return whole
}
log(total([1, 2, 3]), args())
log(lib.twice(4))
"""
LIB = "export fn twice(x) {\n  let y = x\n  return y + x\n}\n"

MODES = ("interp", "closure")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"t.sn": PROGRAM, "lib.sn": LIB, "empty.sn": "",
             "bad.sn": "fn f(a) {\n  return a + nil\n}\nlet b = 1\nf(b)\n",
             "exits.sn": "log(1)\nexit(3)\n",
             "echo.sn": "let line = readline()\nlog(line)\nlet more = readline()\nlog(more)\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def said(folder: Path, commands: str, *arguments: str, status: int = 0) -> str:
    """What the debugger says to these commands, without its prompts."""
    result = sentra(folder, "debug", *(arguments or ("t.sn",)), stdin=commands.encode())
    assert "Traceback" not in result.out + result.err
    assert result.status == status, result.out + result.err
    return result.out.replace("(debug) ", "")


@pytest.mark.parametrize("mode", MODES)
def test_break_where_print_continue(folder: Path, mode: str) -> None:
    out = said(folder, "break 5\nc\nwhere\np doubled + h\nup\nlocals\ndown\np w\nc\nc\nc\n",
               f"--mode={mode}", "t.sn", "x", "-y")
    assert out == """\
t.sn:1 in <module>
  1 | import "lib.sn" as lib
breakpoint 1: t.sn:6 (the next statement after line 5)
breakpoint 1
t.sn:6 in area
  6 |   return doubled / h
> 0  area (t.sn:6)
  1  total (t.sn:11)
  2  <module> (t.sn:15)
6
t.sn:11 in total
  11 |     whole = whole + area(s, 4)
sizes = [1, 2, 3]
whole = 0
s = 1
t.sn:6 in area
  6 |   return doubled / h
1
breakpoint 1
t.sn:6 in area
  6 |   return doubled / h
breakpoint 1
t.sn:6 in area
  6 |   return doubled / h
3 [x, -y]
8
the program has ended
"""


@pytest.mark.parametrize("mode", MODES)
def test_step_next_finish_and_the_empty_line(folder: Path, mode: str) -> None:
    out = said(folder, "n\nstep\n\n\nfinish\nn\n\ns\nfin\nq\n", f"--mode={mode}", "t.sn")
    places = [line for line in out.splitlines() if ".sn:" in line or "returned" in line]
    assert places == [
        "t.sn:1 in <module>", "t.sn:15 in <module>", "t.sn:8 in total", "t.sn:9 in total",
        "t.sn:10 in total", "total returned 3", "t.sn:16 in <module>"]
    assert out.endswith("8\nthe program has ended\n")


def test_finish_shows_the_result(folder: Path) -> None:
    out = said(folder, "tbreak area\nc\nfinish\nwhere\nq\n")
    assert "area returned 0.5\nt.sn:10 in total\n" in out
    assert "> 0  total (t.sn:10)\n  1  <module> (t.sn:15)\n" in out


def test_modules(folder: Path) -> None:
    out = said(folder, "b lib.sn:3\nb twice\nc\np [x, y]\nc\np [x, y]\nwhere\nlist\nc\n")
    assert "breakpoint 1: lib.sn:3: not loaded yet, or no statement there\n" in out
    assert "breakpoint 2\nlib.sn:1 in twice\n" in out
    assert "breakpoint 1\nlib.sn:3 in twice\n" in out
    assert 'error: variable "y" has no value yet\n' in out or 'undefined variable "y"' in out
    assert "[4, 4]\n" in out
    assert "  1  <module> (t.sn:16)\n" in out
    assert (" *    1 | export fn twice(x) {\n      2 |   let y = x\n"
            "->    3 |   return y + x\n") in out


@pytest.mark.parametrize("mode", MODES)
def test_watch_and_set(folder: Path, mode: str) -> None:
    out = said(folder, "b 10\nc\nwatch whole\nwatch\ndelete\nc\nset whole = 100\nc\nunwatch 1\nc\n",
               f"--mode={mode}", "t.sn")
    assert "watch 1: whole = 0\n1  whole = 0\n1 breakpoints deleted\n" in out
    assert "watch 1: whole: 0 -> 0.5\nt.sn:10 in total\n" in out
    assert "whole = 100\nwatch 1: whole: 100 -> 101\n" in out
    assert "102.5 []\n8\nthe program has ended\n" in out


def test_conditions(folder: Path) -> None:
    out = said(folder, "b 6 if doubled == 4\nb\nc\np w\nc\n")
    assert "breakpoint 1: t.sn:6 if doubled == 4\n1  t.sn:6 if doubled == 4\n" in out
    assert "\n2\n3 []\n" in out


@pytest.mark.parametrize("line, message", [
    ("foo", 'unknown command "foo" (help lists them; print shows a value)'),
    ("x = 5", 'unknown command "x" (help lists them; print shows a value)'),
    ("print", "print needs an expression"),
    ("p 1 +", "syntax error: expected an expression, found the end of the file"),
    ("p nothing", 'undefined variable "nothing"'),
    ("p nil + 1", "cannot add nil and number"),
    ("p let x = 1", "this is no expression"),
    ("p )", "syntax error: expected a statement, found )"),
    ("b 900", "t.sn has no statement at or after line 900"),
    ("b 1.5", "1.5 is no line and no function"),
    ("b 6 if", "the condition is missing after if"),
    ("b 6 if )", "syntax error: expected a statement, found )"),
    ("tb", "tbreak needs a line or a function"),
    ("delete 7", "there is no breakpoint 7"),
    ("delete x", "a breakpoint is a number, not x"),
    ("unwatch 7", "there is no watch 7"),
    ("watch nothing", 'undefined variable "nothing"'),
    ("set x", "set NAME = EXPRESSION"),
    ("set nothing = 1", 'no variable "nothing" here'),
    ("set 1 + 1 = 3", "set NAME = EXPRESSION"),
    ("up", "this is the outermost frame"),
    ("down", "this is the innermost frame"),
    ("list 900", "t.sn has 17 lines"),
    ("errors some", "errors are none, uncaught or all, not some"),
    ("help foo", 'unknown command "foo" (help lists them; print shows a value)'),
    ("u\x1b[0m", 'unknown command "u\\x1b[0m" (help lists them; print shows a value)'),
])
def test_one_clear_line_for_what_is_wrong(folder: Path, line: str, message: str) -> None:
    out = said(folder, f"{line}\nq\n")
    assert out.splitlines()[2:] == [f"error: {message}"]


def test_other_commands(folder: Path) -> None:
    out = said(folder, "b\nwatch\nlocals\nglobals\ntasks\nerrors\nerrors all\nhelp\nhelp p\nlist\n"
                       "\nq\n")
    assert "no breakpoints\nno watches\nno variables yet\n" in out
    assert "> main  <module> (t.sn:1)\n" in out
    assert "errors that stop the program: uncaught\nerrors that stop the program: all\n" in out
    assert "break, b [[FILE:]LINE | FUNCTION] [if CONDITION]\n    stop at a line" in out
    assert "An empty line repeats the command before it.\nprint, p EXPRESSION\n" in out
    assert "->    1 | import \"lib.sn\" as lib\n" in out
    assert "     12 |   }\n" in out


def test_control_characters_of_the_source_are_escaped(folder: Path) -> None:
    name = "a\x1b[2J.sn"
    (folder / name).write_text("// one\nlet s = \"\x1b[31m\" // \u202e\nlet t = s\n")
    out = said(folder, "n\nlocals\nlist\nwhere\nq\n", name)
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "a\\x1b[2J.sn:2 in <module>\n" in out


def test_end_of_input(folder: Path) -> None:
    out = said(folder, "n\n")
    assert out.endswith("\nend of input: the debugger ends the program\n")
    assert "3 []" not in out


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_nothing_catches(folder: Path, mode: str) -> None:
    result = sentra(folder, "debug", f"--mode={mode}", "bad.sn",
                    stdin=b"c\nwhere\np a\nup\np b\nc\n")
    error = ("bad.sn:2:12: error: cannot add number and nil\n  2 |   return a + nil\n"
             "    |          ~~^~~~~\n  in f (bad.sn:2)\n  in <module> (bad.sn:5)\n")
    assert result.status == 1
    assert result.err == error
    out = result.out.replace("(debug) ", "")
    assert f"stopped: nothing catches this error\n{error}> 0  f (bad.sn:2)\n" in out
    assert out.endswith("1\nbad.sn:5 in <module>\n  5 | f(b)\n1\n"
                        "the program has ended with an error\n")


def test_exit_and_nothing_to_do(folder: Path) -> None:
    assert said(folder, "c\n", "exits.sn", status=3).endswith("the program has ended: exit(3)\n")
    assert said(folder, "", "empty.sn") == "the program has ended\n"


def test_the_programs_input_follows_the_commands(folder: Path) -> None:
    out = said(folder, "c\none\ntwo\n", "echo.sn")
    assert out.endswith("one\ntwo\nthe program has ended\n")


def test_code_from_the_command_line_and_the_flag_of_run(folder: Path) -> None:
    assert said(folder, "c\n", "-c", "log(args())", "a").endswith("[a]\nthe program has ended\n")
    result = sentra(folder, "run", "--debug", "t.sn", stdin=b"q\n")
    assert result.all() == ('t.sn:1 in <module>\n  1 | import "lib.sn" as lib\n(debug) ', "", 0)
    assert sentra(folder, "--debug", "t.sn", stdin=b"q\n").all() == result.all()


def test_a_built_file_has_its_source(folder: Path) -> None:
    assert sentra(folder, "build", "t.sn", "-o", "t.snb").status == 0
    assert "breakpoint 1\nt.sn:6 in area\n" in said(folder, "b 6\nc\nq\n", "t.snb")


@pytest.mark.parametrize("arguments, message", [
    ([], "nothing to debug (sentra debug FILE [arguments])"),
    (["-"], "standard input has the debugger's commands (name a file)"),
    (["none.sn"], 'no such file: none.sn ("sentra help" explains the usage)'),
    (["--mode=auto", "t.sn"], 'there are no debug builds for the mode "auto" '
                              "(there are: interp, closure)"),
    (["--nothing", "t.sn"], 'unknown option "--nothing" ("sentra help" lists the options)'),
])
def test_usage(folder: Path, arguments: list[str], message: str) -> None:
    result = sentra(folder, "debug", *arguments)
    assert result.all() == ("", f"sentra: {message}\n", 2)


def test_usage_of_run_with_the_flag(folder: Path) -> None:
    result = sentra(folder, "run", "--debug", "--backend=tree", "t.sn")
    assert result.all() == ("", "sentra: option --backend does not go with debugging\n", 2)


def test_limits_and_permissions(folder: Path) -> None:
    (folder / "spin.sn").write_text("log(num_cpus() > 0)\nlet n = 0\nwhile true { n = n + 1 }\n")
    for mode in MODES:
        result = sentra(folder, "debug", f"--mode={mode}", "--max-steps=1000", "--allow-sys",
                        "spin.sn", stdin=b"n\np n + 1\nc\n")
        assert result.status == 1
        assert "true\n" in result.out
        assert result.err == "sentra: step limit of 1000 reached\n"


# --- Ctrl-C ---------------------------------------------------------------------------------------
class Session:
    """The debugger on a terminal."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.main, side = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "debug", *arguments], cwd=folder, stdin=side, stdout=side, stderr=side,
            env={**ENVIRONMENT, "TERM": "dumb"}, start_new_session=True)
        os.close(side)
        self.text = ""

    def until(self, wanted: str) -> str:
        """What comes up to `wanted`."""
        deadline = time.monotonic() + 30
        while wanted not in self.text:
            assert time.monotonic() < deadline, self.text
            try:
                data = os.read(self.main, 4096)
            except OSError:
                data = b""
            assert data, self.text
            self.text += data.decode("utf-8", "replace").replace("\r\n", "\n")
        before, _, self.text = self.text.partition(wanted)
        return before

    def send(self, text: str) -> None:
        os.write(self.main, text.encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def end(self) -> int:
        status = self.process.wait(30)
        os.close(self.main)
        return status


@pytest.mark.parametrize("mode", MODES)
def test_ctrl_c_stops_the_program_and_spares_the_prompt(folder: Path, mode: str) -> None:
    (folder / "spin.sn").write_text("let n = 1\nwhile n > 0 {\n  n = n + 1\n}\nlog(\"done\", n)\n")
    session = Session(folder, f"--mode={mode}", "spin.sn")
    session.until("(debug) ")
    session.interrupt()
    session.until("(quit ends the program)\n(debug) ")
    session.send("c\n")
    time.sleep(0.3)
    session.interrupt()
    session.until("paused\nspin.sn:")
    session.until("(debug) ")
    session.send("set n = -1\n")
    session.until("n = -1\n")
    session.send("c\n")
    session.until("done ")
    session.until("the program has ended\n")
    assert session.end() == 0


def test_ctrl_c_ends_an_expression(folder: Path) -> None:
    (folder / "spin.sn").write_text("fn spin() {\n  while true { }\n}\nlet a = 1\n")
    session = Session(folder, "--mode=closure", "spin.sn")
    session.until("(debug) ")
    session.send("p spin()\n")
    time.sleep(0.5)
    session.interrupt()
    session.until("interrupted\n")
    session.send("p 1 + 1\n")
    session.until("2\n")
    session.send("q\n")
    assert session.end() == 0


def test_twice_ctrl_c_ends_a_program_that_does_not_get_to_a_statement(folder: Path) -> None:
    (folder / "waits.sn").write_text("sleep(60000)\nlog(1)\n")
    session = Session(folder, "waits.sn")
    session.until("(debug) ")
    session.send("c\n")
    time.sleep(0.3)
    session.interrupt()
    session.until("stopping at the next statement (once more ends the program)")
    session.interrupt()
    assert session.end() == 130
