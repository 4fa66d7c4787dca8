"""``sentra help``."""

from __future__ import annotations

import sys

from sentra.cli.status import OK
from sentra.cli.usage import UsageError, suggestion

TEXT = """\
Usage: sentra [options] FILE [arguments]   run a program (.sn) or a built one (.snb)
       sentra [options] -c CODE [arguments]
       sentra [options] - [arguments]      run what standard input holds
       sentra run [options] FILE [arguments]
       sentra debug FILE [arguments]       stop, step and look at variables, in the terminal
       sentra check FILE...                report mistakes without running anything
       sentra dis [-O] FILE                show the bytecode with its source lines
       sentra emit FILE                    show the Python that it is compiled to
       sentra build FILE [-o FILE.snb]     write the bytecode to a file
       sentra compare FILE                 run it in every mode; compare outputs and times
       sentra bench FILE --function=NAME   measure one function (needs pyperf)
       sentra worker [--max-memory=BYTES]  answer requests of a host (see docs/embedding.md)
       sentra help [COMMAND]
       sentra --version

Options for running:
  --mode=MODE               how to run: {modes}
  --backend=BACKEND         of --mode=closure: ast (Python code) or tree (Python closures)
  --interp-options=LIST     switches of the interpreter, for example
                            --interp-options=quicken=off,batch=off

What the program may touch and use (nothing and without bound unless given; a --deny-… wins):
  --allow-read[=PATH]       read files, below PATH; --allow-write[=PATH]: write them
  --allow-net[=HOST:PORT]   connect; --allow-env[=NAME]: read environment variables
  --allow-run[=PROGRAM]     run programs; --allow-sys: ask about the system
  --allow-all, -A           all of these
  --timeout=SECONDS         --max-steps=N  --max-memory=BYTES  --max-depth=N  --max-output=BYTES

Environment:
  NO_COLOR                  set: error messages without colours
  SENTRA_TRACEBACK          set: an internal error prints its whole traceback

Exit status: 0 success; 1 an error of the program, or findings; 2 wrong usage or a missing file;
70 a bug in Sentra; 124 out of time (--timeout); 130 stopped by Ctrl-C; 141 nobody reads the output
any more; or what the program gave to exit().
"""

COMMAND_TEXTS = {
    "run": """\
Usage: sentra run [--mode=MODE] [--backend=BACKEND] [--explain] [--debug] FILE [arguments]
Runs FILE, as "sentra FILE" does. Modules are looked up in the importing file's folder, the main
file's folder, its lib folder, and the current directory. The program finds its arguments in args().

Modes: {modes}

Switches of the interpreter, with what they are unless --interp-options says otherwise; NAME or
NAME=on turns one on, NAME=off turns it off:
{switches}""",
    "worker": """\
Usage: sentra worker [--max-memory=BYTES]
What runs in the worker processes of the library's Engine(isolation="process"): reads requests as
lines of JSON from standard input and writes the answers to standard output, until the input ends.
""",
    "debug": """\
Usage: sentra debug [--mode=MODE] [options] FILE [arguments]      (also: sentra run --debug FILE)
Runs FILE under a debugger, which stops before its first statement and asks for commands:

  break [FILE:]LINE, break FUNCTION    stop there; "if CONDITION" may follow; tbreak: once; delete
  step, next, finish, continue         to the next statement, or that of this call; to its end; on
  print EXPRESSION, locals, globals    values in the chosen frame; set NAME = EXPRESSION
  where, up, down, list, tasks         the calls, the frame that is chosen, its source, all tasks
  watch EXPRESSION, unwatch            stop when its value changes
  errors [none|uncaught|all]           which errors stop the program: those that nothing catches
  help, quit

The first letters of a command are enough; b s n c p l w u q stand for themselves; an empty line
repeats the command before. Ctrl-C stops a running program at its next statement. Commands may come
from a pipe; the program reads its input after those that were used.

Modes: interp (unless --mode=closure is given), and closure: generated code, which runs faster up
to a breakpoint. The options for running that say what the program may touch and use may stand here.
""",
    "check": """\
Usage: sentra check FILE...
Reports, without running anything: syntax errors, undefined names, unreachable code, assignments to
undeclared names, wrong numbers of arguments for known functions, calls without parentheses, lines
that continue the one above by accident. Exit status 1 if there are any.
""",
    "dis": """\
Usage: sentra dis [-O] FILE
Prints the bytecode of FILE with its source lines. -O: as the interpreter optimises it.
""",
    "emit": """\
Usage: sentra emit [--function=NAME] [--types] [--ir] FILE
Prints the Python that FILE is compiled to, with its source lines as comments. --function: one
function alone. --types: with the types found for parameters, variables and results. --ir: the
compiler's intermediate form instead.
""",
    "build": """\
Usage: sentra build FILE [-o OUT]
Writes the bytecode of FILE to OUT, by default FILE with the ending .snb. "sentra OUT" runs it.
Modules that it imports are found at run time, as for a source file.
""",
    "compare": """\
Usage: sentra compare FILE [--twin=FILE.py] [--modes=LIST] [--repeat=N] [arguments]
Runs FILE as interp, tree, ast and auto in turns, N times each (3 unless given; once what takes
long), and says whether the outputs agree, how long each took in processor time, and how long
compiling took. --twin: the same program written in Python is run too, and the times are given as
ratios to its own. The --allow-... options for running may stand here too. Arguments of the program
that look like these options follow "--". Every run gets the same standard input, if that is no
terminal. Exit status: 1 where two runs do not agree, otherwise that of the program.
""",
    "bench": """\
Usage: sentra bench FILE --function=NAME [--mode=MODE] [--backend=BACKEND] [--fast] [--rigorous]
                    [-o OUT] [arguments]
Runs FILE, then measures calls of its function NAME with pyperf, in several processes. The
arguments of the function are written as JSON: 30 '"text"' '[1, 2]'. The mode is closure unless
given. -o: write pyperf's JSON result. Needs: pip install sentra-lang[perf].
""",
}


def run(arguments: list[str]) -> int:
    """Print the help text, or that of one command."""
    from sentra.cli.modes import MODES

    topics = [argument for argument in arguments if not argument.startswith("-")]
    if topics and topics[0] in ("help", "version"):
        topics = []
    if topics and topics[0] not in COMMAND_TEXTS:
        raise UsageError(f'no help about "{topics[0]}"',
                         suggestion(topics[0], COMMAND_TEXTS) or 'try "sentra help"')
    text = COMMAND_TEXTS[topics[0]] if topics else TEXT
    sys.stdout.write(text.replace("{modes}", ", ".join(MODES)).replace(
        "{switches}", _switches()))
    return OK


def _switches() -> str:
    from textwrap import fill

    from sentra.interp.options import SWITCHES

    return "".join(fill(meaning, 95, initial_indent=f"  {name:9} {'on' if default else 'off':4} ",
                        subsequent_indent=" " * 17) + "\n"
                   for name, (default, meaning) in SWITCHES.items())
