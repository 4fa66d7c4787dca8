"""The executors that every case of the language is run on."""

from sentra.codegen.link import AstExecutor
from sentra.codegen.tree.link import TreeExecutor
from sentra.debugging.debugger import Debugger
from sentra.debugging.executor import DebugExecutor
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import InterpOptions
from sentra.tiers import AutoExecutor, Thresholds

# Every switch the other way than in production, but for the register form.
PLAIN_INTERP = InterpOptions(
    debug=True, batch=False, quicken=False, optimise=False, fuse=False, clear=True)



class Watched:
    """A debug build whose every event is heard, and every variable read at each."""

    def __init__(self, **settings):
        self.inner = DebugExecutor(**settings)
        self.name = self.inner.name
        self.debugger = Debugger()
        self.debugger.trace = self.look
        self.events = 0

    def look(self, event, frame):
        self.events += 1
        if self.events == 20_000:  # endless recursion takes long enough without it
            self.debugger.trace = None
        frame.variables()
        assert frame.line > 0

    def body(self, module, namespace, context):
        if context.debugger is None:
            context.debugger = self.debugger.session(context)
            context.debugger.begin()
        return self.inner.body(module, namespace, context)


EXECUTORS = {
    "interp": InterpreterExecutor,
    "interp-plain": lambda: InterpreterExecutor(PLAIN_INTERP),
    "interp-registers": lambda: InterpreterExecutor(InterpOptions(registers=True)),
    "ast": lambda: AstExecutor(TreeExecutor(InterpreterExecutor())),
    "ast-metered": lambda: AstExecutor(InterpreterExecutor(), metered=True),
    # Compiles what runs as early as it can, in the middle of inner loops too; and after some turns.
    "auto": lambda: AutoExecutor(Thresholds(warm=1, share=0, calls=3, turns=1, inner=1)),
    "auto-late": lambda: AutoExecutor(Thresholds(warm=1, share=0, calls=5, turns=4, inner=9)),
    "tree": lambda: TreeExecutor(InterpreterExecutor()),
    "interp-debug": Watched,
    "ast-debug": lambda: Watched(compiled=True),
}
"""Name → what makes the executor."""


def interp(options=PLAIN_INTERP):
    return InterpreterExecutor(options)
