"""Result files: JSON under ``perf/results``, with the machine and the version they come from."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "perf" / "results"


def machine() -> dict[str, Any]:
    """What a number depends on."""
    return {
        "python": platform.python_version(), "system": _system(),
        "processor": _processor(), "cores": os.cpu_count(), "commit": _commit(),
        "date": time.strftime("%Y-%m-%d %H:%M"),
    }


def _system() -> str:
    """Its name, the first two numbers of its version, and the architecture."""
    version = ".".join(platform.release().split(".")[:2])
    return f"{platform.system()} {version} {platform.machine()}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _commit() -> str:
    """The commit, with a + where the measured code is not quite what was committed."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True,
                              check=True).stdout.strip()
    try:
        changed = git("status", "--porcelain", "--", "sentra", "perf")
        return git("rev-parse", "--short", "HEAD") + "+" * bool(changed)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


class Results:
    """A result file that grows while it is measured, so that nothing is lost by an interruption.

    ``programs`` maps a name to what was measured. With `resume`, the parts of an unfinished
    measurement with the same options are taken over.
    """

    def __init__(
        self, kind: str, options: dict[str, Any], path: Path | None = None, *, resume: bool = False,
    ) -> None:
        self.path = path or FOLDER / f"{kind}.json"
        self.data: dict[str, Any] = {
            "kind": kind, "machine": machine(), "options": options, "finished": False,
            "programs": {}}
        if resume and self.path.exists():
            old = read(self.path)
            if old["kind"] == kind and old["options"] == options and not old["finished"]:
                self.data["programs"] = old["programs"]

    @property
    def programs(self) -> dict[str, Any]:
        """What has been measured."""
        found: dict[str, Any] = self.data["programs"]
        return found

    def add(self, name: str, measured: Any) -> None:
        """Keep what was measured of one program."""
        self.programs[name] = measured
        self.save()

    def finish(self, **summary: Any) -> None:
        """All is measured."""
        self.data |= summary
        self.data["finished"] = True
        self.save()

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".tmp")
        scratch.write_text(lines_of(self.data) + "\n", encoding="utf-8")
        scratch.replace(self.path)


def lines_of(value: Any, depth: int = 2, indent: str = "") -> str:
    """JSON with a line per entry of the maps down to that depth: in results, one per program.

    >>> print(lines_of({"kind": "x", "programs": {"fib": {"ast": [1, 2]}}}))
    {
     "kind": "x",
     "programs": {
      "fib": {"ast": [1, 2]}
     }
    }
    """
    if not depth or not isinstance(value, dict) or not value:
        return json.dumps(value)
    rows = ",\n".join(f"{indent} {json.dumps(key)}: {lines_of(each, depth - 1, indent + ' ')}"
                      for key, each in value.items())
    return f"{{\n{rows}\n{indent}}}"


def read(path: Path) -> dict[str, Any]:
    """A result file."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SystemExit(f"perf: cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise SystemExit(f"perf: {path} is no result file: {error}") from None
    return found
