"""The executors that every case of the language is run on."""

from sentra.codegen.link import AstExecutor
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions

EXECUTORS = {
    "interp": InterpreterExecutor,
    "ast": lambda: AstExecutor(InterpreterExecutor()),
}
"""Name → what makes the executor."""

PLAIN_INTERP = InterpOptions(
    debug=True, batch=False, quicken=False, optimise=False, fuse=False, clear=True)


def interp(options=PLAIN_INTERP):
    return InterpreterExecutor(options)
