"""``python3 -m perf compare A B``: two results of ``perf run`` beside each other, by pyperf."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from perf.extras import need
from perf.processes import python


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--min-speed", type=float, default=2, metavar="PERCENT",
                        help="smaller differences are not shown (default: 2)")


def run(options: argparse.Namespace) -> int:
    need("pyperf")
    return subprocess.run(python(
        "-m", "pyperf", "compare_to", "--table", f"--min-speed={options.min_speed}",
        str(options.before), str(options.after))).returncode
