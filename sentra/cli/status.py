"""Exit statuses of the command, apart from those that programs choose with ``exit(n)``."""

from __future__ import annotations

OK = 0
FAILED = 1  # a program's error, or findings
USAGE = 2  # wrong usage, or a file that is not there
INTERNAL = 70  # a bug in Sentra (EX_SOFTWARE of sysexits.h)
TIMED_OUT = 124  # the limit that --timeout set; as of timeout(1)
INTERRUPTED = 130  # Ctrl-C: 128 + SIGINT
BROKEN_PIPE = 141  # the reader of our output went away: 128 + SIGPIPE
