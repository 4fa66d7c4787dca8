"""``python3 -m perf COMMAND``: the commands of the performance laboratory."""

from __future__ import annotations

import argparse
import importlib
import sys

COMMANDS = {
    "ratios": "how long each mode takes, as a ratio to the Python twins",
    "tiers": "what the automatic mode costs, compiling included",
    "run": "pyperf benchmarks of programs and modes",
    "compare": "two results of run beside each other",
    "gate": "fail where a program has become slower than the baseline says",
    "scale": "how time and memory grow with the work",
    "counts": "what can be counted: bytecodes, instructions, guards, exceptions",
    "ablation": "what each improvement of interpreter and compiler is worth",
    "peers": "the same programs in other languages",
    "embedding": "what limits, calls from Python and the cache cost",
    "leaks": "whether programs that are loaded and dropped leave anything behind",
    "timeouts": "how late time limits stop a program, again and again",
    "report": "docs/performance.md, from the results of all others",
}
"""Command → what it does. Each is a module with `add_arguments` and `run`."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m perf", description="The performance laboratory.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, add_help=False)
    if len(sys.argv) < 2:
        parser.print_help()
        return 2
    chosen, rest = parser.parse_known_args(sys.argv[1:2])[0].command, sys.argv[2:]
    module = importlib.import_module(f"perf.{chosen}")
    own = argparse.ArgumentParser(prog=f"python3 -m perf {chosen}", description=COMMANDS[chosen])
    module.add_arguments(own)
    try:
        status: int = module.run(own.parse_args(rest))
    except KeyboardInterrupt:
        print("\nperf: interrupted; what was measured is kept, --resume goes on with it",
              file=sys.stderr)
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
