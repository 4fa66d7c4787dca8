"""What a program may touch outside itself: denied unless granted, and a denial wins over a grant.

A permission is a letter of the table of builtins and the subject of a call: R and W a path, N a
``host:port``, E a variable's name, X a program, S the system (which has no subject). Every grant is
a rule (None for nothing, True for everything, or a list of subjects); `runtime.subjects` compares.
"""

from __future__ import annotations

from sentra.errors import PERMISSION, SentraError
from sentra.runtime.subjects import denied, granted, host_of, problem, program_of, rule_of

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

    A rule is None or False (nothing), True (everything), or one subject or several of them; `sys`
    is only True or False. There are no patterns.

    - `read`, `write`: paths, with all that is below them, links followed.
    - `net`: ``host`` (with any port), ``host:port``, ``::1``, ``[::1]`` or ``[::1]:port``. A name
      and its address are two subjects: a denial of one does not deny the other.
    - `env`: names of variables.
    - `run`: a program's name, or a path if it has a slash. A granted name is what the system finds
      under it, given by that name alone, never a path; a granted path is that path. A denied name
      denies every path that ends with it or leads to a program of that name; a denied path, every
      name and link that leads there, and its last name alone. A denial cannot know copies, or what
      a granted program starts: grant the programs that are needed, rather than all but some.

    Raises ValueError for a subject that means nothing (an empty one, a pattern, a port above
    65535, an IPv6 address that a port could follow without brackets), TypeError for what is no
    rule.

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
        object.__setattr__(self, "_allow", {
            letter: rule_of(WORDS[letter], letter, rule, denial=False)
            for letter, rule in allow.items()})
        object.__setattr__(self, "_deny", {
            letter: rule_of(f"deny_{WORDS[letter]}", letter, rule, denial=True)
            for letter, rule in deny.items()})

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
        return (granted(letter, self._allow[letter], subject)
                and not denied(letter, self._deny[letter], subject))

    def check(self, letter: str, subject: str, function: str) -> None:
        """Throw kind "permission" unless it is allowed; `function` is the builtin that asks."""
        if self.allows(letter, subject):
            return
        reason = "" if letter == "S" else problem(letter, subject)
        if reason and self._deny[letter] is not True:
            raise _meaningless(letter, subject, function, reason)
        if denied(letter, self._deny[letter], subject):
            raise _denied(letter, subject, function)
        raise refused(letter, subject, function)


def _meaningless(letter: str, subject: str, function: str, reason: str) -> SentraError:
    """The error of a call whose subject no grant of subjects could allow."""
    what = _WHAT[letter].format(f'"{subject}"')
    return SentraError(f"{function}: {what} is not permitted: {reason}", PERMISSION)


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
    elif letter == "X" and type(arg) is str:
        arg = program_of(arg)
    if type(arg) is not str:
        return None
    return host_of(arg) if letter == "N" else arg


def _rebuild(allow: dict[str, Any], deny: dict[str, Any]) -> Permissions:
    made = Permissions()
    object.__setattr__(made, "_allow", allow)
    object.__setattr__(made, "_deny", deny)
    return made


NONE = Permissions()
