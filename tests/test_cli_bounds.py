"""Grants and limits of the command."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from command import sentra, start

ROWS = [
    # options, code, status, last line of standard error
    (["--timeout=0.1"], "while true { }", 124, "sentra: time limit reached"),
    (["--timeout", "0.1"], "while true { try { while true { } } catch e { } }", 124,
     "sentra: time limit reached"),
    (["--timeout=0.1"], "sleep(100000)", 124, "sentra: time limit reached"),
    (["--timeout=50"], "log(1)", 0, ""),
    # One operation that takes long: nothing inside the process can end it.
    (["--timeout=0.5"], "let x = 3\nwhile true { x = x * x }", 124, "sentra: time limit reached"),
    (["--timeout=50"], "exit(7)", 7, ""),
    (["--timeout=1e300"], "log(1)", 0, ""),  # more than the system's calls can wait
    (["--max-memory=64m"], 'let a = json_decode("[\\"x\\", 200000000]")\nlet s = a[0] * a[1]\n'
     "let t = s + s + s + s + s\nlog(len(t))", 1, "sentra: memory limit of 67108864 bytes reached"),
    (["--max-steps=1000"], "while true { }", 1, "sentra: step limit of 1000 reached"),
    (["--max-steps=1000"], "for i in range(999) { }", 0, ""),
    (["--max-output=10"], "while true { log(\"abc\") }", 1,
     "sentra: limit of 10 bytes of output reached"),
    (["--max-memory=64m"], "let a = []\nwhile true { push(a, \"x\" * 100000 + len(a)) }", 1,
     "sentra: memory limit of 67108864 bytes reached"),
    (["--timeout=abc"], "log(1)", 2,
     'sentra: --timeout must be a number of seconds, 0 or more, not "abc"'),
    (["--max-steps=1e3"], "log(1)", 2,
     'sentra: --max-steps must be a whole number, 0 or more, not "1e3"'),
    (["--max-memory=64mb"], "log(1)", 2,
     'sentra: --max-memory must be a number of bytes, as 5000 or 64m, not "64mb"'),
    (["--allow-sys=x"], "log(1)", 2, "sentra: option --allow-sys takes no value"),
    ([], "num_cpus()", 1, None),
    (["--allow-sys"], "num_cpus()", 0, ""),
    (["-A"], "num_cpus()", 0, ""),
    (["--allow-all"], "num_cpus()", 0, ""),
    (["--allow-all", "--deny-sys"], "num_cpus()", 1, None),
    (["--allow-read=/tmp"], "num_cpus()", 1, None),
]


@pytest.mark.parametrize("mode", ["interp", "closure", "auto"])
@pytest.mark.parametrize("options, code, status, message", ROWS)
def test_options(tmp_path, options, code, status, message, mode):
    done = sentra(tmp_path, f"--mode={mode}", *options, "-c", code)
    assert done.status == status, done.err
    if message is None:
        why = "denied (--deny-sys" if "--deny-sys" in options else "not permitted (--allow-sys"
        assert f"num_cpus: information about the system is {why}" in done.err
    else:
        assert (done.err.splitlines() or [""])[-1] == message
        assert len(done.err.splitlines()) <= 1


@pytest.mark.parametrize("mode", ["interp", "closure"])
def test_depth(tmp_path, mode):
    code = "let n = 0\nfn f() { n = n + 1\nf() }\ntry { f() } catch e { log(e.message, n) }"
    message, count = sentra(
        tmp_path, f"--mode={mode}", "--max-depth=200", "-c", code).out.rsplit(" ", 1)
    assert message == "stack overflow"
    assert 200 <= int(count) <= 217


def test_a_watched_program_has_the_terminal(tmp_path):
    done = sentra(tmp_path, "--timeout=50", "-c", 'log("got " + readline())', stdin=b"a line\n")
    assert done.all() == ("got a line\n", "", 0)


def test_a_watched_program_ends_with_its_watcher(tmp_path):
    process = start(tmp_path, "--timeout=50", "-c", 'log(1)\nsleep(0)\nwhile true { }',
                    stdout=subprocess.PIPE)
    time.sleep(0.5)
    process.terminate()
    assert process.wait(timeout=10) == 128 + signal.SIGTERM
    assert process.stdout.read() is not None  # nobody holds the other end any more
    process.stdout.close()


def test_grants_for_the_program_are_not_its_arguments(tmp_path):
    (tmp_path / "a.sn").write_text("log(args())")
    assert sentra(tmp_path, "--allow-read=x", "--allow-read=y", "a.sn", "--allow-net").out == (
        "[--allow-net]\n")


def test_an_interrupt_of_the_watching_process_alone(tmp_path):
    """`kill -INT` of the process that was started; Ctrl-C goes to both."""
    process = start(tmp_path, "--timeout=30", "-c", "log(1)\nwhile true { }",
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == (b"1\n", b"", 130)


EVERY_FLAG = [f"--{what}-{word}" for what in ("allow", "deny")
              for word in ("read", "write", "net", "env", "run", "sys")]


@pytest.mark.parametrize("before", [[], ["debug"], ["compare"]])
@pytest.mark.parametrize("flag", EVERY_FLAG)
def test_a_flag_with_an_empty_value(tmp_path, flag, before):
    """As ``--allow-read=$FOLDER`` where that variable is not set: it grants nothing."""
    (tmp_path / "x.sn").write_text("log(1)")
    done = sentra(tmp_path, *before, f"{flag}=", "x.sn")
    assert done.all() == (
        "", f"sentra: option {flag}= has an empty value ({flag} alone stands for everything)\n", 2)


MEANINGLESS = [
    ("--allow-net=*", '--allow-net: "*" is no host: there are no patterns'),
    ("--deny-net=a:99999", '--deny-net: "99999" is no port: that is a number from 0 to 65535'),
    ("--deny-run=rm*", '--deny-run: "rm*" is no name: there are no patterns'),
]


@pytest.mark.parametrize("flag, said", MEANINGLESS)
def test_a_flag_with_a_value_that_means_nothing(tmp_path, flag, said):
    assert sentra(tmp_path, "-A", flag, "-c", "log(1)").all() == ("", f"sentra: {said}\n", 2)


INTERRUPTED_IMPORT = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "sentra.cli.process":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
sys.argv = ["sentra", "-c", "log(1)"]
from sentra.cli.main import main
sys.exit(main())
"""


def test_an_interrupt_of_the_start(tmp_path):
    """Before the program runs, Ctrl-C ends the process as it is: no traceback."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_IMPORT], cwd=tmp_path, timeout=30,
                          capture_output=True)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", -signal.SIGINT)
