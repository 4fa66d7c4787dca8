"""The executors that every case of the language is run on."""

from sentra.codegen.link import AstExecutor
from sentra.codegen.tree.link import TreeExecutor
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions
from sentra.tiers import AutoExecutor

# Every switch the other way than in production, but for the register form.
PLAIN_INTERP = InterpOptions(
    debug=True, batch=False, quicken=False, optimise=False, fuse=False, clear=True)

EXECUTORS = {
    "interp": InterpreterExecutor,
    "interp-plain": lambda: InterpreterExecutor(PLAIN_INTERP),
    "interp-registers": lambda: InterpreterExecutor(InterpOptions(registers=True)),
    "ast": lambda: AstExecutor(TreeExecutor(InterpreterExecutor())),
    "ast-metered": lambda: AstExecutor(InterpreterExecutor(), metered=True),
    # Compiles at once what it meets twice, loops that are running included.
    "auto": lambda: AutoExecutor(warm=0, batch=3),
    "tree": lambda: TreeExecutor(InterpreterExecutor()),
}
"""Name → what makes the executor."""


def interp(options=PLAIN_INTERP):
    return InterpreterExecutor(options)
