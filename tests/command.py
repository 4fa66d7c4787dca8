"""The command as a process, from this tree whatever is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "sentra"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items()
       if name not in ("NO_COLOR", "SENTRA_TRACEBACK", "PYTHONPATH")},
    "PYTHONPATH": str(ROOT),
}


class Result:
    """How the command ended."""

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status = status
        self.out = out.decode("utf-8")
        self.err = err.decode("utf-8")

    def all(self) -> tuple[str, str, int]:
        return self.out, self.err, self.status


def sentra(folder: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> Result:
    """Run ``sentra arguments…`` in a folder."""
    process = subprocess.run(
        [*COMMAND, *arguments], cwd=folder, input=stdin, capture_output=True, timeout=60,
        env={**ENVIRONMENT, **environment})
    return Result(process.returncode, process.stdout, process.stderr)


def start(folder: Path, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start ``sentra arguments…`` without waiting for it."""
    return subprocess.Popen([*COMMAND, *arguments], cwd=folder, env=ENVIRONMENT, **options)
