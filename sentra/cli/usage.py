"""Reading a command's arguments, and the one line that says what was wrong with them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


MOST = 1000  # characters of a message that are shown


class UsageError(Exception):
    """Wrong usage; `hint` says what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def line(self) -> str:
        """The message in one line, without control characters."""
        message = self.message if len(self.message) <= MOST else self.message[:MOST] + "…"
        text = f"{message} ({self.hint})" if self.hint else message
        return "sentra: " + "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def parse(
    arguments: list[str], *, values: dict[str, str], flags: tuple[str, ...] = (),
    several: Iterable[str] = (), program: bool = False, mixed: bool = False,
) -> tuple[dict[str, str], list[str]]:
    """Split arguments into options and the rest.

    `values` maps an option that takes a value (``--name=value``, ``--name value``, ``-nvalue``) to
    what the value is. `flags` take none. With `program` everything from the first argument on that
    is no option belongs to a program, and ``-c`` is the last option. With `mixed` our own options
    may also come between the arguments of the program. ``--`` ends the options.
    An option of `several` may come more than once, with ``=value`` or alone; its values are joined
    with NULs, and "" stands for the lone option.

    >>> parse(["--mode=interp", "a.sn", "-x"], values={"--mode": "MODE"}, program=True)
    ({'--mode': 'interp'}, ['a.sn', '-x'])
    >>> parse(["a.sn", "-o", "b"], values={"-o": "FILE"})
    ({'-o': 'b'}, ['a.sn'])
    >>> parse(["a.sn", "-x", "-o", "b", "--", "-o"], values={"-o": "FILE"}, mixed=True)
    ({'-o': 'b'}, ['a.sn', '-x', '-o'])
    >>> parse(["--allow-read=a", "--allow-read=b", "x"], values={}, several=["--allow-read"])
    ({'--allow-read': 'a\\x00b'}, ['x'])
    """
    options: dict[str, str] = {}
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        if argument == "--":
            rest += arguments[position:]
            break
        if argument == "-" or not argument.startswith("-"):
            if program:
                rest += arguments[position - 1:]
                break
            rest.append(argument)
            continue
        name, value = _split(argument)
        if name in several:
            if value == "":  # as of a variable of the shell that is not set
                raise UsageError(f"option {name}= has an empty value",
                                 f"{name} alone stands for everything")
            options[name] = _joined(options.get(name), value or "")
            continue
        if name in flags:
            if value is not None:
                raise UsageError(f"option {name} takes no value")
            options[name] = ""
            continue
        if name not in values:
            if mixed and rest:
                rest.append(argument)
                continue
            known = [*values, *flags, *several]
            raise UsageError(f'unknown option "{argument}"', _meant(name, known))
        if value is None:
            if position == len(arguments):
                raise UsageError(f"option {name} needs a value", f"{name} {values[name]}")
            value = arguments[position]
            position += 1
        options[name] = value
        if program and name == "-c":
            rest += arguments[position:]
            break
    return options, rest


def _joined(before: str | None, value: str) -> str:
    """The values of an option that comes several times: "" is all there is, so it stays alone."""
    if before is None or not value:
        return value
    return f"{before}\0{value}" if before else before


def _split(argument: str) -> tuple[str, str | None]:
    """An option's name, and the value that is joined to it."""
    if argument.startswith("--"):
        name, equals, value = argument.partition("=")
        return name, value if equals else None
    return argument[:2], argument[2:] or None


def _meant(name: str, known: Iterable[str]) -> str:
    return suggestion(name, known) or '"sentra help" lists the options'


def suggestion(word: str, known: Iterable[str]) -> str:
    """'did you mean "x"?' for the known word that is like `word`, or ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), 1)
    return f'did you mean "{close[0]}"?' if close else ""
