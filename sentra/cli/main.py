"""The ``sentra`` command: picks the command that the arguments name and runs it.

Start-up counts here: a command's own file, and all it needs, is imported when it was chosen.
Exit statuses are listed in `sentra.cli.status`.
"""

from __future__ import annotations

import sys

from sentra.cli.status import USAGE

COMMANDS = {
    "run": "sentra.cli.run",
    "debug": "sentra.cli.debug",
    "check": "sentra.cli.check",
    "dis": "sentra.cli.dis",
    "emit": "sentra.cli.emit",
    "build": "sentra.cli.build",
    "compare": "sentra.cli.compare",
    "bench": "sentra.cli.bench",
    "worker": "sentra.cli.worker",
    "version": "sentra.cli.version",
    "help": "sentra.cli.help",
}
"""Command → the module whose ``run(arguments)`` carries it out and gives the exit status."""

_OPTION_COMMANDS = {"--help": "help", "-h": "help", "--version": "version", "-V": "version"}


def main(argv: list[str] | None = None) -> int:
    """Carry out one command line; the exit status."""
    if argv is None:
        _end_at_interrupt()
    from sentra.cli.process import run_guarded

    arguments = sys.argv[1:] if argv is None else argv
    if not arguments:
        sys.stderr.write("sentra: nothing to run: name a .sn file"
                         " (\"sentra help\" lists what else there is)\n")
        return USAGE
    first = arguments[0]
    name = _OPTION_COMMANDS.get(first, first)
    if name in COMMANDS:
        arguments = arguments[1:]
        if _OPTION_COMMANDS.get(arguments[0] if arguments else "") == "help":
            name, arguments = "help", [name]
    else:
        name = "run"
    def work() -> int:
        return run_guarded(COMMANDS[name], arguments)

    if name == "run" and any(argument.startswith(("--timeout", "--max-memory"))
                             for argument in arguments):
        from sentra.cli.run import hard_limits

        seconds, memory = hard_limits(arguments)
        if seconds is not None or memory is not None:
            from sentra.cli.watchdog import watched

            return watched(seconds, memory, work)
    return work()


def _end_at_interrupt() -> None:
    """Until the program runs, Ctrl-C ends the process: an exception could get lost in an import."""
    import _signal  # type: ignore[import-not-found]  # quick to load

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main())
