"""The commands of ``sentra debug``: a row each, with what it does and its line of help."""

from __future__ import annotations

import re

from sentra.bytecode.code import MODULE
from sentra.debugging.show import shown
from sentra.diagnostics import printable
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentra.debugging.debugger import Breakpoint
    from sentra.debugging.terminal import Terminal

AROUND = 5  # lines that `list` shows before and after the current one
LONG = 10_000  # characters of a value that `print` shows
TOP, BOTTOM = 25, 5  # frames of a long stack that `where` shows


class CommandError(Exception):
    """A command that cannot be carried out; says why in one line."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Command:
    """One command. `run(terminal, rest)` gives how the program goes on, or None if it stays."""

    __slots__ = ("arguments", "help", "names", "run")

    def __init__(
        self, names: tuple[str, ...], arguments: str, text: str,
        run: Callable[[Terminal, str], str | None],
    ) -> None:
        self.names = names  # the whole word, then its short forms
        self.arguments = arguments
        self.help = text
        self.run = run


COMMANDS: dict[str, Command] = {}
"""Whole word → command."""

_BY_NAME: dict[str, str] = {}


def command(
    names: str, text: str, arguments: str = "",
) -> Callable[[Callable[[Terminal, str], str | None]], Callable[[Terminal, str], str | None]]:
    """Declare a command under its whole word and short forms."""
    def declare(
        run: Callable[[Terminal, str], str | None],
    ) -> Callable[[Terminal, str], str | None]:
        words = tuple(names.split())
        COMMANDS[words[0]] = Command(words, arguments, text, run)
        for word in words:
            _BY_NAME[word] = words[0]
        return run

    return declare


def find(word: str) -> str:
    """The whole word of a command, from that, a short form, or its first letters."""
    if word in _BY_NAME:
        return _BY_NAME[word]
    found = [name for name in COMMANDS if name.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"{word} can be {', '.join(found)}")
    raise CommandError(f'unknown command "{word}" (help lists them; print shows a value)')


def number_in(text: str, what: str) -> int:
    """The number that a command was given."""
    if not text.isdecimal():
        raise CommandError(f"{what} is a number, not {text or 'nothing'}")
    return int(text[:9])


# --- going on -----------------------------------------------------------------------------------
@command("step s", "go on to the next statement, into calls too")
def _step(terminal: Terminal, rest: str) -> str:
    return "step"


@command("next n", "go on to the next statement of this call")
def _next(terminal: Terminal, rest: str) -> str:
    return "next"


@command("finish fin", "go on until this call has returned")
def _finish(terminal: Terminal, rest: str) -> str:
    return "finish"


@command("continue c", "go on until something stops the program")
def _continue(terminal: Terminal, rest: str) -> str:
    return "continue"


@command("quit q exit", "end the program and the debugger")
def _quit(terminal: Terminal, rest: str) -> str:
    terminal.quitting = True
    return "quit"


# --- breakpoints --------------------------------------------------------------------------------
_PLACE = re.compile(r"(?:(?P<file>.+):)?(?P<line>\d+)$")


@command("break b", "stop at a line or function; alone: list the breakpoints",
         "[[FILE:]LINE | FUNCTION] [if CONDITION]")
def _break(terminal: Terminal, rest: str) -> None:
    if not rest:
        for each in terminal.debugger.breakpoints:
            condition = f" if {each.condition}" if each.condition else ""
            once = ", once" if each.once else ""
            hits = f", hit {each.hits} times" if each.hits else ""
            terminal.say(f"{each.number}  {printable(each.message + condition)}{once}{hits}")
        if not terminal.debugger.breakpoints:
            terminal.say("no breakpoints")
        return
    _say_breakpoint(terminal, _add(terminal, rest, once=False))


@command("tbreak tb", "stop there once", "[FILE:]LINE | FUNCTION [if CONDITION]")
def _tbreak(terminal: Terminal, rest: str) -> None:
    if not rest:
        raise CommandError("tbreak needs a line or a function")
    _say_breakpoint(terminal, _add(terminal, rest, once=True))


def _add(terminal: Terminal, text: str, *, once: bool) -> Breakpoint:
    where, mark, condition = text.partition(" if ")
    if not mark and (where + " ").endswith(" if "):
        raise CommandError("the condition is missing after if")
    where, condition = where.strip(), condition.strip()
    debugger = terminal.debugger
    place = _PLACE.match(where)
    if place is None:
        if not where.replace("_", "a").isalnum():
            raise CommandError(f"{where} is no line and no function")
        return debugger.break_in(where, condition, once=once)
    filename = place["file"] or terminal.pause.frame.filename
    made = debugger.break_at(filename, int(place["line"][:9]), condition, once=once)
    known = [module.filename for module in terminal.session.modules if made.matches(module)]
    if known and not made.places:
        debugger.delete(made)
        raise CommandError(f"{known[0]} has no statement at or after line {place['line']}")
    return made


def _say_breakpoint(terminal: Terminal, made: Breakpoint) -> None:
    condition = f" if {made.condition}" if made.condition else ""
    terminal.say(f"breakpoint {made.number}: {printable(made.message + condition)}")


@command("delete del", "delete a breakpoint; alone: all of them", "[NUMBER]")
def _delete(terminal: Terminal, rest: str) -> None:
    debugger = terminal.debugger
    if not rest:
        count = len(debugger.breakpoints)
        for each in list(debugger.breakpoints):
            debugger.delete(each)
        terminal.say(f"{count} breakpoints deleted")
        return
    number = number_in(rest, "a breakpoint")
    for each in debugger.breakpoints:
        if each.number == number:
            debugger.delete(each)
            terminal.say(f"breakpoint {number} deleted")
            return
    raise CommandError(f"there is no breakpoint {number}")


@command("watch", "stop when the value of an expression changes; alone: list these",
         "[EXPRESSION]")
def _watch(terminal: Terminal, rest: str) -> None:
    if not rest:
        for watch in terminal.pause.watches:
            terminal.say(f"{watch.number}  {printable(watch.expression)} = {watch.text}")
        if not terminal.pause.watches:
            terminal.say("no watches")
        return
    made = terminal.pause.watch(rest)
    terminal.say(f"watch {made.number}: {printable(rest)} = {made.text}")


@command("unwatch", "watch an expression no more; alone: none of them", "[NUMBER]")
def _unwatch(terminal: Terminal, rest: str) -> None:
    number = number_in(rest, "a watch") if rest else 0
    found = [watch for watch in terminal.pause.watches if number in (0, watch.number)]
    if rest and not found:
        raise CommandError(f"there is no watch {number}")
    for watch in found:
        terminal.pause.unwatch(watch)
        terminal.say(f"watch {watch.number} deleted")


@command("errors", "which errors stop the program", "[none | uncaught | all]")
def _errors(terminal: Terminal, rest: str) -> None:
    if rest:
        if rest not in ("none", "uncaught", "all"):
            raise CommandError(f"errors are none, uncaught or all, not {rest}")
        terminal.debugger.errors = rest
    terminal.say(f"errors that stop the program: {terminal.debugger.errors}")


# --- looking ------------------------------------------------------------------------------------
@command("print p", "show the value of an expression in the chosen frame", "EXPRESSION")
def _print(terminal: Terminal, rest: str) -> None:
    if not rest:
        raise CommandError("print needs an expression")
    terminal.say(shown(terminal.pause.frame.evaluate(rest), LONG))


@command("set", "give a variable another value", "NAME = EXPRESSION")
def _set(terminal: Terminal, rest: str) -> None:
    name, equals, expression = rest.partition("=")
    name, expression = name.strip(), expression.strip()
    if not equals or not expression or not name.replace("_", "a").isalnum():
        raise CommandError("set NAME = EXPRESSION")
    frame = terminal.pause.frame
    value = frame.evaluate(expression)
    frame.assign(name, value)
    terminal.say(f"{name} = {shown(value)}")


@command("locals", "show the variables of the chosen frame; of a module, without functions")
def _locals(terminal: Terminal, rest: str) -> None:
    frame = terminal.pause.frame
    variables = frame.variables()
    if frame.function == MODULE:  # its functions are no news
        variables = {name: value for name, value in variables.items()
                     if type_name(value) != "function"}
    _say_variables(terminal, variables, "no variables yet")


@command("globals", "show the variables of the frame's module")
def _globals(terminal: Terminal, rest: str) -> None:
    frame = terminal.pause.frame
    _say_variables(terminal, frame.module_variables(), "no variables yet")


def _say_variables(terminal: Terminal, variables: dict[str, object], nothing: str) -> None:
    for name, value in variables.items():
        terminal.say(f"{name} = {shown(value)}")
    if not variables:
        terminal.say(nothing)


@command("where w bt", "show the calls; > marks the chosen frame")
def _where(terminal: Terminal, rest: str) -> None:
    pause = terminal.pause
    count = len(pause.frames)
    for number, frame in enumerate(pause.frames):
        if TOP <= number < count - BOTTOM and frame is not pause.frame:
            if number == TOP:
                terminal.say(f"  … {count - TOP - BOTTOM} more calls")
            continue
        mark = ">" if frame is pause.frame else " "
        terminal.say(f"{mark} {number}  {printable(str(frame))}")


@command("up u", "choose the frame of the caller", "[COUNT]")
def _up(terminal: Terminal, rest: str) -> None:
    _move(terminal, number_in(rest, "a count") if rest else 1)


@command("down", "choose the frame of the call that this one waits for", "[COUNT]")
def _down(terminal: Terminal, rest: str) -> None:
    _move(terminal, -(number_in(rest, "a count") if rest else 1))


def _move(terminal: Terminal, by: int) -> None:
    pause = terminal.pause
    at = pause.frames.index(pause.frame)
    to = min(max(at + by, 0), len(pause.frames) - 1)
    if to == at and by:
        raise CommandError(f"this is the {'outermost' if by > 0 else 'innermost'} frame")
    pause.select(to)
    terminal.listed = 0
    terminal.show_place(pause.frame)


@command("list l", "show the source around the frame's line, or around another", "[LINE]")
def _list(terminal: Terminal, rest: str) -> None:
    from sentra.debugging.terminal import source_text

    frame = terminal.pause.frame
    lines = frame.call.module.source.split("\n")
    if rest:
        first = number_in(rest, "a line") - AROUND
    elif terminal.listed:
        first = terminal.listed + 1
    else:
        first = frame.line - AROUND
    first = max(first, 1)
    last = min(first + 2 * AROUND, len(lines))
    if first > len(lines):
        raise CommandError(f"{frame.filename} has {len(lines)} lines")
    stops = {line for each in terminal.debugger.breakpoints
             for name, line in each.places.items() if name == frame.filename}
    for number in range(first, last + 1):
        mark = "->" if number == frame.line else " *" if number in stops else "  "
        terminal.say(f"{mark} {number:4} | {source_text(lines[number - 1])}".rstrip())
    terminal.listed = last


@command("tasks", "show the tasks that have begun, and where they are")
def _tasks(terminal: Terminal, rest: str) -> None:
    pause = terminal.pause
    for number, place in pause.tasks():
        mark = ">" if number == pause.task else " "
        terminal.say(f"{mark} {number or 'main'}  {printable(place)}")


@command("help h ?", "list the commands", "[COMMAND]")
def _help(terminal: Terminal, rest: str) -> None:
    chosen = [COMMANDS[find(rest)]] if rest else list(COMMANDS.values())
    for each in chosen:
        words = ", ".join(each.names)
        terminal.say(f"{words} {each.arguments}".rstrip())
        terminal.say(f"    {each.help}")
    if not rest:
        terminal.say("An empty line repeats the command before it.")
