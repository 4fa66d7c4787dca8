"""The command as a process: arguments, output, errors, exit statuses."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import COMMAND, ENVIRONMENT, sentra, start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command runs: a folder with some programs."""
    files = {
        "hello.sn": 'log("hello")\n',
        "args.sn": "log(args())\n",
        "bad.sn": "let a = 1\nlet b = nil + a\n",
        "syntax.sn": "let x = )\nlog(1)\nlet = 2\n",
        "clean.sn": "fn f(a) => a + 1\nlog(f(1))\n",
        "findings.sn": "fn f(a) => a + 1\nlog(f(1, 2))\nlog(missing)\n"
                       "fn g() {\n  return 1\n  log(2)\n}\ncount = 1\n",
        "lines.sn": "let line = readline()\nwhile line != nil { log(line)\n line = readline() }\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


# Running

@pytest.mark.parametrize("arguments, out", [
    (["hello.sn"], "hello\n"),
    (["run", "hello.sn"], "hello\n"),
    (["./hello.sn"], "hello\n"),
    (["--mode=interp", "hello.sn"], "hello\n"),
    (["--mode", "interp", "hello.sn"], "hello\n"),
    (["run", "--mode=interp", "hello.sn"], "hello\n"),
    (["--interp-options=debug=on,quicken=off,batch=off,fuse=off,clear=on", "hello.sn"], "hello\n"),
    (["--", "hello.sn"], "hello\n"),
    (["args.sn", "a", "--mode=none", "-c"], "[a, --mode=none, -c]\n"),
    (["args.sn"], "[]\n"),
    (["-c", "log(1 + 1, args())", "x", "-y"], "2 [x, -y]\n"),
    (["-clog(3)"], "3\n"),
    (["run", "-c", "log(4)"], "4\n"),
])
def test_run(folder: Path, arguments: list[str], out: str) -> None:
    result = sentra(folder, *arguments)
    assert result.all() == (out, "", 0)


def test_standard_input_is_the_program(folder: Path) -> None:
    result = sentra(folder, "-", "a", stdin=b"log(args(), readline())")
    assert result.all() == ("[a] nil\n", "", 0)


def test_standard_input_is_the_programs_input(folder: Path) -> None:
    result = sentra(folder, "lines.sn", stdin="one\r\ntwo\n\nlast \u00fc".encode())
    assert result.out == "one\ntwo\n\nlast \u00fc\n"


def test_shebang(folder: Path) -> None:
    script = folder / "script"
    start = f"#!/usr/bin/env -S {sys.executable} -m sentra\n"
    script.write_text(start + "log(args())\n", encoding="utf-8")
    script.chmod(0o755)
    result = subprocess.run([str(script), "x"], capture_output=True, timeout=30, env=ENVIRONMENT)
    assert (result.stdout, result.stderr) == (b"[x]\n", b"")


def test_search_path(folder: Path) -> None:
    """The importing file's folder, the main file's folder, its lib, the current directory."""
    program = folder / "app"
    (program / "lib").mkdir(parents=True)
    (program / "main.sn").write_text(
        'import "beside.sn"\nimport "inside.sn"\nimport "around.sn"\n'
        'log(beside.x, inside.x, around.x)\n', encoding="utf-8")
    (program / "beside.sn").write_text("export let x = 1\n", encoding="utf-8")
    (program / "lib" / "inside.sn").write_text("export let x = 2\n", encoding="utf-8")
    (folder / "around.sn").write_text("export let x = 3\n", encoding="utf-8")
    assert sentra(folder, "app/main.sn").out == "1 2 3\n"
    result = sentra(program, "main.sn")
    assert result.status == 1
    assert 'module not found: "around.sn"' in result.err


def test_deep_calls(folder: Path) -> None:
    code = "fn f(n) => n == 0 ? 0 : 1 + f(n - 1)\nlog(f(10000))\n" \
           "fn g(n) => n == 0 ? 0 : [n].map(fn(m) => g(m - 1))[0]\nlog(g(100))\n" \
           "fn h() => 1 + h()\ntry { h() } catch e { log(e) }"
    assert sentra(folder, "-c", code).all() == ("10000\n0\nstack overflow\n", "", 0)


def test_deep_calls_through_builtins_end_in_an_error(folder: Path) -> None:
    """Each level of these takes much of the C stack, in the main task and in another one."""
    code = "fn k(n) => 1 + sort([2, 1], fn(a, b) => k(n + 1) > 0)[0]\n" \
           "fn run() { try { k(0) } catch e { log(e) } }\n" \
           "run()\nawait_task(go run())"
    assert sentra(folder, "-c", code).all() == ("stack overflow\n" * 2, "", 0)


def test_python_dash_m_and_version(folder: Path) -> None:
    from sentra import __version__

    for option in ("--version", "-V", "version"):
        result = sentra(folder, option)
        assert result.out.startswith(f"sentra {__version__} (Python 3.")
        assert result.status == 0


@pytest.mark.parametrize("arguments", [["help"], ["--help"], ["-h"], ["help", "run"],
                                       ["help", "check"], ["help", "dis"], ["help", "build"],
                                       ["check", "-h"], ["run", "--help"]])
def test_help(folder: Path, arguments: list[str]) -> None:
    result = sentra(folder, *arguments)
    assert result.out.startswith("Usage: sentra")
    assert all(len(line) <= 100 for line in result.out.splitlines())
    assert result.status == 0


# Errors of programs

def test_runtime_error(folder: Path) -> None:
    result = sentra(folder, "bad.sn")
    assert result.err.splitlines() == [
        "bad.sn:2:13: error: cannot add nil and number",
        "  2 | let b = nil + a",
        "    |         ~~~~^~~",
        "  in <module> (bad.sn:2)",
    ]
    assert (result.out, result.status) == ("", 1)


def test_syntax_errors_come_together_and_nothing_runs(folder: Path) -> None:
    result = sentra(folder, "syntax.sn")
    assert result.err.count("syntax error") >= 2
    assert (result.out, result.status) == ("", 1)


@pytest.mark.parametrize("code, status", [
    ("exit()", 0), ("exit(0)", 0), ("exit(3)", 3), ("try { exit(4) } catch e { log(e) }", 4),
    ("try { exit(5) } finally { log(1) }", 5), ("throw 1", 1), ("throw {a: 1}", 1),
    ("go fn() { exit(6) }()\nsleep(50)", 6),
])
def test_exit_status(folder: Path, code: str, status: int) -> None:
    result = sentra(folder, "-c", code)
    assert (result.out, result.status) == ("", status)


def test_output_is_complete_before_the_error(folder: Path) -> None:
    process = subprocess.run(
        [*COMMAND, "-c", 'for i in range(3000) { log("line", i) }\nthrow "stop"'], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, env=ENVIRONMENT)
    lines = process.stdout.decode().splitlines()
    assert lines[:3000] == [f"line {i}" for i in range(3000)]
    assert lines[3000] == "<command>:2:1: uncaught: stop"


def test_errors_of_unawaited_tasks_come_at_the_end(folder: Path) -> None:
    code = 'go fn() { throw error("lost") }()\nsleep(1)\nlog("main goes on")'
    result = sentra(folder, "-c", code)
    assert (result.out, result.status) == ("main goes on\n", 0)
    assert "lost" in result.err
    assert "<command>:1:" in result.err


def test_internal_error(folder: Path) -> None:
    (folder / "broken.py").write_text(
        "import sys\n"
        "import sentra.cli.process as process, sentra.cli.check as check\n"
        "def fail(arguments): raise KeyError('what')\n"
        "check.run = fail\n"
        "sys.exit(process.run_guarded('sentra.cli.check', []))\n", encoding="utf-8")
    for more, whole in (({}, False), ({"SENTRA_TRACEBACK": "1"}, True)):
        result = subprocess.run([sys.executable, "broken.py"], cwd=folder, capture_output=True,
                                timeout=30, env={**ENVIRONMENT, **more})
        text = result.stderr.decode()
        assert text.startswith("sentra: internal error: KeyError: 'what'\n")
        assert "report" in text
        assert ("Traceback" in text) is whole
        assert result.returncode == 70


# Output

def test_unencodable_output(folder: Path) -> None:
    result = sentra(folder, "-c", 'log("\u00e4\U0001F600")', LC_ALL="C", PYTHONIOENCODING="ascii")
    assert result.out == "\u00e4\U0001F600\n"
    raw = subprocess.run(
        [*map(os.fsencode, COMMAND), b"args.sn", b"\xff"], cwd=folder, capture_output=True,
        timeout=30, env=ENVIRONMENT)
    assert raw.stdout == b"[\\udcff]\n"


def test_broken_pipe_is_quiet(folder: Path) -> None:
    reader, writer = os.pipe()
    process = start(folder, "-c", "while true { log(1) }", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    os.read(reader, 10)
    os.close(reader)
    _, errors = process.communicate(timeout=30)
    assert (errors, process.returncode) == (b"", 141)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("code", ["log(1)", 'for i in range(9999) { try { log(i) } catch e {} }'])
def test_full_disk(folder: Path, code: str) -> None:
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            [*COMMAND, "-c", code], cwd=folder, stdout=full, stderr=subprocess.PIPE, timeout=30,
            env=ENVIRONMENT)
    assert process.stderr == b"sentra: cannot write the output: No space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize("code", [
    'log("on")\nwhile true {}',
    'log("on")\nwhile true { try { sleep(10000) } catch e { log(e) } finally { log("no") } }',
    'log("on")\nreadline()',
    'log("on")\ngo fn() { while true {} }()\nsleep(10000)',
])
def test_ctrl_c(folder: Path, code: str) -> None:
    code = code.replace('log("on")', 'print(readline())')
    process = start(folder, "-c", code, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"on\n")
    process.stdin.flush()
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read() == b"on"
    assert process.stderr.read() == b""
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def on_terminal(folder: Path, *arguments: str, **environment: str) -> bytes:
    """What the command writes when standard error is a terminal."""
    controller, terminal = pty.openpty()
    subprocess.run(
        [*COMMAND, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=terminal, timeout=30,
        stdin=subprocess.DEVNULL, env={**ENVIRONMENT, "TERM": "xterm", **environment})
    os.close(terminal)
    written = os.read(controller, 65536)
    os.close(controller)
    return written


def test_colours_only_on_terminals(folder: Path) -> None:
    assert b"\x1b[" in on_terminal(folder, "bad.sn")
    assert b"\x1b[" not in on_terminal(folder, "bad.sn", NO_COLOR="1")
    assert b"\x1b[" not in on_terminal(folder, "bad.sn", TERM="dumb")
    assert "\x1b[" not in sentra(folder, "bad.sn").err


# Usage

@pytest.mark.parametrize("arguments, hint", [
    ([], "sentra help"),
    (["run"], "name a .sn file"),
    (["missing.sn"], "no such file: missing.sn"),
    (["hello"], "did you mean hello.sn?"),
    (["helo.sn"], "did you mean hello.sn?"),
    (["chekc", "hello.sn"], 'did you mean "sentra check"?'),
    (["."], "is a folder"),
    (["--mod=interp", "hello.sn"], 'did you mean "--mode"?'),
    (["--mode=interpreter", "hello.sn"], 'did you mean "interp"?'),
    (["--mode=closure", "--backend=as", "hello.sn"], 'did you mean "ast"?'),
    (["--mode=interp", "--backend=ast", "hello.sn"], "does not go with --mode=interp"),
    (["--mode"], "needs a value"),
    (["--interp-options=fast", "hello.sn"], "unknown interpreter option"),
    (["-c"], "needs a value"),
    (["check"], "sentra check FILE"),
    (["check", "missing.sn"], "no such file"),
    (["check", "built.snb"], "is bytecode"),
    ([""], 'no such file: ""'),
    (["dis"], "sentra dis FILE"),
    (["dis", "missing.sn"], "no such file"),
    (["dis", "-x", "hello.sn"], 'unknown option "-x"'),
    (["build"], "sentra build FILE"),
    (["build", "missing.sn"], "no such file"),
    (["build", "hello.sn", "-o", "no/such/folder.snb"], "cannot write"),
    (["build", "hello.sn", "-o", "hello.sn"], "would replace its own source"),
    (["help", "me"], "no help about"),
    (["--version=1"], "unknown option"),
    (["--" + "x" * 100_000, "hello.sn"], "xxx… ("),
    (["a\x1b[31m\n.sn"], "a\\x1b[31m\\n.sn"),
])
def test_wrong_usage_is_one_line(folder: Path, arguments: list[str], hint: str) -> None:
    (folder / "built.snb").write_bytes(b"\x89SNB")
    result = sentra(folder, *arguments)
    assert result.err.startswith("sentra: ")
    assert hint in result.err
    assert result.err.count("\n") == 1
    assert len(result.err) < 2000
    assert (result.out, result.status) == ("", 2)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(folder: Path) -> None:
    (folder / "hello.sn").chmod(0)
    result = sentra(folder, "hello.sn")
    assert result.err == "sentra: cannot read hello.sn: Permission denied\n"
    assert result.status == 2


# check

def test_check(folder: Path) -> None:
    assert sentra(folder, "check", "clean.sn").status == 0
    assert sentra(folder, "check", "clean.sn").out == ""
    result = sentra(folder, "check", "findings.sn")
    assert result.status == 1
    for line in (2, 3, 6, 8):
        assert f"findings.sn:{line}:" in result.out
    assert "f expects 1 argument, got 2" in result.out
    assert "log(missing)" in result.out


def test_check_goes_on_after_a_file_with_errors(folder: Path) -> None:
    result = sentra(folder, "check", "syntax.sn", "clean.sn", "findings.sn")
    assert "syntax.sn:1:" in result.out
    assert "syntax error" in result.out
    assert "findings.sn:3:" in result.out
    assert "clean.sn" not in result.out
    assert result.status == 1


# dis and build

def test_dis(folder: Path) -> None:
    result = sentra(folder, "dis", "clean.sn")
    assert "fn f(a) => a + 1" in result.out
    assert "ADD" in result.out
    assert "CALL" in result.out
    assert (result.err, result.status) == ("", 0)
    assert sentra(folder, "dis", "syntax.sn").status == 1
    assert sentra(folder, "dis", "-O", "clean.sn").status == 0


def test_build_and_run(folder: Path) -> None:
    assert sentra(folder, "build", "bad.sn", "-o", "x.snb").status == 0
    (folder / "bad.sn").rename(folder / "moved.sn")
    result = sentra(folder, "x.snb")
    assert "cannot add nil and number" in result.err
    assert "let b = nil + a" in result.err
    assert result.status == 1
    assert sentra(folder, "dis", "x.snb").out == sentra(folder, "dis", "moved.sn").out.replace(
        "moved.sn", "bad.sn")


def test_build_names_its_result(folder: Path) -> None:
    result = sentra(folder, "build", "args.sn")
    assert result.all() == ("", "", 0)
    assert sentra(folder, "args.snb", "q").out == "[q]\n"
    assert sentra(folder, "build", "syntax.sn").status == 1
    assert not list(folder.glob("syntax*snb*"))


def test_damaged_file(folder: Path) -> None:
    sentra(folder, "build", "hello.sn")
    data = (folder / "hello.snb").read_bytes()
    (folder / "cut.snb").write_bytes(data[:-3])
    result = sentra(folder, "cut.snb")
    assert result.status == 1
    assert result.err.startswith("error: cut.snb: ")
    assert result.err.count("\n") == 1
