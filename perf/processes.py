"""Commands that are started, and the processor time that they take."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from perf.results import ROOT


def python(*arguments: str) -> list[str]:
    """A command that runs this Python, on this checkout."""
    return [sys.executable, *arguments]


def environment(**more: str) -> dict[str, str]:
    """The environment for commands that users start: compiled modules are kept, as usual."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")}
    return kept | more


def seconds(command: list[str], expected: str) -> float:
    """Processor seconds of a process and its threads; it has to print what is expected."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=output,
                                   stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode("utf-8", "replace")
    if process.returncode != 0 or printed != expected:
        text = printed.strip().splitlines()
        raise SystemExit(f"perf: {' '.join(command)} failed: {text[-1] if text else 'no output'}")
    return usage.ru_utime + usage.ru_stime
