"""``sentra --version``."""

from __future__ import annotations

import sys

from sentra import __version__
from sentra.cli.status import OK
from sentra.cli.usage import parse


def run(arguments: list[str]) -> int:
    """Print the version of Sentra and of the Python that runs it."""
    parse(arguments, values={})
    python = ".".join(str(part) for part in sys.version_info[:3])
    print(f"sentra {__version__} (Python {python})")
    return OK
