"""The debugger's commands: what ``sentra debug`` understands and says."""

from __future__ import annotations

from _thread import get_ident

from sentra.debugging.commands import COMMANDS, CommandError, find
from sentra.debugging.debugger import UNCAUGHT, Debugger
from sentra.debugging.stops import BREAKPOINT, ENTRY, ERROR, STEP
from sentra.diagnostics import format_error, printable
from sentra.errors import Exit, Located, SentraError, Thrown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.debugging.frames import Frame
    from sentra.debugging.session import Session
    from sentra.debugging.stops import Pause
    from sentra.runtime.context import Context

PROMPT = "(debug) "
RUNNING, ASKING, WORKING = "running", "asking", "working"


class Terminal:
    """A debugger that asks a person, line by line.

    `read(prompt)` gives a line without its end, or None at the end of input; `write` takes text.
    """

    def __init__(self, read: Any, write: Callable[[str], object]) -> None:
        self._read = read
        self._write = write
        self.debugger = Debugger()
        self.debugger.at_start = True
        self.debugger.errors = UNCAUGHT
        self.debugger.on_stop = self.stopped
        self.session: Session
        self.pause: Pause
        self.quitting = False
        self.listed = 0  # the last line that `list` showed
        self._state = RUNNING
        self._thread = 0  # that asks
        self._last = ""  # the command that an empty line repeats

    def attach(self, context: Context) -> None:
        """Watch a run that is about to begin."""
        self.session = self.debugger.session(context)
        context.debugger = self.session
        self.session.begin()

    # --- output ---------------------------------------------------------------------------------
    def say(self, text: str) -> None:
        """Write a line."""
        self._write(text + "\n")

    def show_place(self, frame: Frame) -> None:
        """Where a frame is, with its line."""
        task = f" (task {self.pause.task})" if self.pause.task else ""
        self.say(printable(f"{frame.filename}:{frame.line} in {frame.function}{task}"))
        line = frame.source_line
        if line.strip():
            self.say(f"  {frame.line} | {source_text(line)}")

    def ended(self, error: BaseException | None) -> None:
        """The program has ended."""
        if isinstance(error, Exit):
            self.say(f"the program has ended: exit({error.status})")
        elif error is None:
            self.say("the program has ended")
        elif isinstance(error, Located):
            self.say("the program has ended with an error")

    # --- a stop ---------------------------------------------------------------------------------
    def stopped(self, pause: Pause) -> str:
        """Show where it is, and carry out commands until one lets the program go on."""
        self.pause = pause
        self.listed = 0
        self._show_stop(pause)
        self._thread = get_ident()
        try:
            while True:
                self._state = ASKING
                line = self._read(PROMPT)
                self._state = WORKING
                if line is None:
                    self.say("")
                    self.say("end of input: the debugger ends the program")
                    self.quitting = True
                    return "quit"
                going = self.command(line)
                if going:
                    return going
        finally:
            self._state = RUNNING

    def _show_stop(self, pause: Pause) -> None:
        context = self.session.context
        context.flush()
        if pause.reason == ERROR:
            self.say("stopped: nothing catches this error"
                     if self.debugger.errors == UNCAUGHT else "stopped: an error was thrown")
            self.say(format_error(pause.error, text=thrown_text(pause.error)).rstrip())
            return
        if pause.reason == BREAKPOINT and pause.breakpoint is not None:
            self.say(f"breakpoint {pause.breakpoint.number}")
        elif pause.reason not in (STEP, ENTRY, BREAKPOINT) and not pause.message:
            self.say("paused")
        if pause.message:
            for part in pause.message.split("; "):
                self.say(part)
        self.show_place(pause.frame)

    def command(self, line: str) -> str:
        """Carry out one line; how the program goes on, or "" if it stays."""
        line = line.strip()
        if not line:
            line = self._last
            if not line:
                return ""
        self._last = line
        word, _, rest = line.partition(" ")
        try:
            name = find(word)
            return COMMANDS[name].run(self, rest.strip()) or ""
        except (CommandError, SentraError) as error:
            message = error.message.split("\n")[0]
            self.say(f"error: {printable(message)}")
        except KeyboardInterrupt:
            self.say("interrupted")
        return ""

    # --- Ctrl-C ---------------------------------------------------------------------------------
    def interrupt(self) -> bool:
        """From the main thread: stop the program, or what a command does; False to end it all."""
        if self._state == ASKING:
            self._write("\n(quit ends the program)\n" + PROMPT)
            return True
        if self._state == WORKING:
            import ctypes

            from sentra.runtime.interrupts import send

            send(self._thread, ctypes.py_object(KeyboardInterrupt))
            return True
        if self.session.pausing:
            return False
        self.session.pause()
        self._write("\nstopping at the next statement (once more ends the program)\n")
        return True


def source_text(line: str) -> str:
    """A line of source for a terminal."""
    return printable(line.expandtabs(4))[:200]


def thrown_text(error: Any) -> str:
    """The form of a thrown value that is no error."""
    from sentra.debugging.show import shown

    return shown(error.value) if isinstance(error, Thrown) else ""
