"""What a program may touch outside itself: denied unless granted, and a denial wins over a grant.

A permission is a letter of the table of builtins and the subject of a call: R and W a path, N a
``host:port``, E a variable's name, X a program, S the system (which has no subject). Every grant is
a rule (None for nothing, True for everything, or a list of subjects); paths are granted with all
that is below them, links followed.
"""

from __future__ import annotations

from sentra.errors import PERMISSION, SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Rule = None | bool | str | Iterable[str]

WORDS = {"R": "read", "W": "write", "N": "net", "E": "env", "X": "run", "S": "sys"}
"""Letter → the word in the names of grants and flags."""

_WHAT = {"R": "reading {}", "W": "writing {}", "N": "connecting to {}",
         "E": "the environment variable {}", "X": "running {}", "S": "information about the system"}


class Permissions:
    """What is granted, and what is denied all the same. Immutable.

    >>> allowed = Permissions(read="/data", deny_read="/data/secret")
    >>> allowed.allows("R", "/data/a.csv"), allowed.allows("R", "/data/secret/key")
    (True, False)
    >>> allowed.allows("W", "/data/a.csv"), allowed.allows("R", "/database")
    (False, False)
    """

    __slots__ = ("_allow", "_deny")

    _allow: dict[str, Any]
    _deny: dict[str, Any]

    def __init__(
        self, *, read: Rule = None, write: Rule = None, net: Rule = None, env: Rule = None,
        run: Rule = None, sys: bool = False, deny_read: Rule = None, deny_write: Rule = None,
        deny_net: Rule = None, deny_env: Rule = None, deny_run: Rule = None,
        deny_sys: bool = False,
    ) -> None:
        allow = {"R": read, "W": write, "N": net, "E": env, "X": run, "S": sys}
        deny = {"R": deny_read, "W": deny_write, "N": deny_net, "E": deny_env, "X": deny_run,
                "S": deny_sys}
        object.__setattr__(self, "_allow", {k: _rule(k, rule) for k, rule in allow.items()})
        object.__setattr__(self, "_deny", {k: _rule(k, rule) for k, rule in deny.items()})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("permissions cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._allow, self._deny)

    def __eq__(self, other: object) -> bool:
        return (isinstance(other, Permissions) and self._allow == other._allow
                and self._deny == other._deny)

    def __hash__(self) -> int:
        return hash((tuple(self._allow.values()), tuple(self._deny.values())))

    @classmethod
    def none(cls) -> Permissions:
        """Nothing."""
        return cls()

    @classmethod
    def all(cls) -> Permissions:
        """Everything."""
        return cls(read=True, write=True, net=True, env=True, run=True, sys=True)

    def allows(self, letter: str, subject: str) -> bool:
        """Whether a call of this kind with this subject is allowed now."""
        if self._allow[letter] is None:
            return False
        subject = _normal(letter, subject)
        return (_covers(letter, self._allow[letter], subject)
                and not _covers(letter, self._deny[letter], subject))

    def check(self, letter: str, subject: str, function: str) -> None:
        """Throw kind "permission" unless it is allowed; `function` is the builtin that asks."""
        if self.allows(letter, subject):
            return
        if _covers(letter, self._deny[letter], _normal(letter, subject)):
            raise _denied(letter, subject, function)
        raise refused(letter, subject, function)


def _denied(letter: str, subject: str, function: str) -> SentraError:
    """The error of a call that is denied: no grant would allow it."""
    word, what = WORDS[letter], _WHAT[letter].format(f'"{subject}"')
    return SentraError(f"{function}: {what} is denied (--deny-{word}, or Permissions("
                       f"deny_{word}), says so)", PERMISSION)


def refused(letter: str, subject: str, function: str) -> SentraError:
    """The error of a call that is not permitted, with the grant that would allow it."""
    word = WORDS[letter]
    what = _WHAT[letter].format(f'"{subject}"')
    if letter == "S":
        flag, grant = "--allow-sys", "sys=True"
    else:
        flag, grant = f"--allow-{word}={subject}", f'{word}=["{subject}"]'
    return SentraError(f"{function}: {what} is not permitted ({flag}, or Permissions({grant}), "
                       "would allow it)", PERMISSION)


def check_call(
    permissions: Permissions, function: str, letters: str, args: tuple[Any, ...],
) -> None:
    """Check a builtin's call: its first letter is about its first argument, and so on.

    An argument of a wrong type is not looked at: the builtin itself refuses it.
    """
    for letter, arg in zip(letters, args if letters != "S" else ("",)):
        subject = _subject(letter, arg)
        if subject is not None:
            permissions.check(letter, subject, function)


def _subject(letter: str, arg: Any) -> str | None:
    if letter == "X" and type(arg) is list and arg:
        arg = arg[0]
    if type(arg) is not str:
        return None
    return host_of(arg) if letter == "N" else arg


def host_of(url: str) -> str:
    """The ``host:port`` that a URL, or ``host:port`` itself, means.

    >>> host_of("https://example.org/x?y"), host_of("http://[::1]:8080/"), host_of("db:5432")
    ('example.org:443', '[::1]:8080', 'db:5432')
    """
    from urllib.parse import urlsplit

    scheme, mark, _ = url.partition("://")
    if not mark:
        return url.lower()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url.lower()
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port or _PORTS.get(scheme.lower(), 0)}"


_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "postgresql": 5432, "postgres": 5432,
          "mysql": 3306}


def _rule(letter: str, rule: Any) -> Any:
    """None, True, or the normal forms of the subjects."""
    if rule is None or rule is False:
        return None
    if rule is True:
        return True
    subjects = [rule] if isinstance(rule, str) or hasattr(rule, "__fspath__") else list(rule)
    return tuple(sorted({_normal(letter, _text(subject)) for subject in subjects}))


def _text(subject: Any) -> str:
    if hasattr(subject, "__fspath__"):
        subject = subject.__fspath__()
    if not isinstance(subject, str):
        raise TypeError(f"the subject of a permission is a string, not {subject!r}")
    return subject


def _normal(letter: str, subject: str) -> str:
    if letter in "RW":
        import os

        try:
            return os.path.realpath(subject)
        except ValueError:  # a NUL in the name: no file has it
            return "\0"
    return subject.lower() if letter == "N" else subject


def _covers(letter: str, rule: Any, subject: str) -> bool:
    if rule is None or rule is True:
        return rule is True
    if letter in "RW":
        import os

        return any(subject == path or subject.startswith(os.path.join(path, ""))
                   for path in rule)
    if letter == "N":
        host = subject.rpartition(":")[0]
        return any(subject == each or host == each for each in rule)
    if letter == "X":
        # A program that is granted by its name is looked up in PATH; a path is another subject.
        return subject in rule
    return letter == "S" or subject in rule


def _rebuild(allow: dict[str, Any], deny: dict[str, Any]) -> Permissions:
    made = Permissions()
    object.__setattr__(made, "_allow", allow)
    object.__setattr__(made, "_deny", deny)
    return made


NONE = Permissions()
