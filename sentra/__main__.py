"""``python -m sentra`` is the ``sentra`` command."""

from __future__ import annotations

import sys

from sentra.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
