"""``sentra worker``: what runs in the worker processes of ``Engine(isolation="process")``."""

from __future__ import annotations

from sentra.cli.bounds import size
from sentra.cli.status import OK
from sentra.cli.usage import UsageError, parse


def run(arguments: list[str]) -> int:
    """Answer the requests on standard input, on standard output."""
    options, rest = parse(arguments, values={"--max-memory": "BYTES"})
    if rest:
        raise UsageError("sentra worker takes no file: requests come from standard input")
    from sentra.embedding.worker_main import main

    main(size(options, "--max-memory"))
    return OK
