"""What the rules of permissions name, and whether the subject of a call is that.

Where a spelling leaves open what a call would touch, no grant covers it and every denial does.
Hosts are compared as they would be looked up: lower case, no final dot, addresses by their number.
A host's name is not its address: that is another subject.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Place = tuple[str, int | None]

NO_NAME = "\0"  # of no file


def rule_of(name: str, letter: str, rule: Any, *, denial: bool) -> Any:
    """None for nothing, True for everything, or the normal forms of the subjects.

    `name` is what the host calls the rule. Raises ValueError for a subject that means nothing,
    TypeError for what is no rule.
    """
    if letter == "S" and type(rule) is not bool:
        raise TypeError(f"{name} is True or False, not {rule!r}")
    if rule is None or rule is False:
        return None
    if rule is True:
        return True
    if isinstance(rule, str) or hasattr(rule, "__fspath__"):
        rule = [rule]
    elif not hasattr(rule, "__iter__"):
        raise TypeError(f"{name} is a bool, a string or several strings, not {rule!r}")
    forms: set[Any] = set()
    for subject in rule:
        try:
            forms |= _forms(letter, _text(name, subject), denial)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return tuple(sorted(forms, key=repr))


def problem(letter: str, subject: str) -> str:
    """Why no rule can name this subject; "" if one can."""
    try:
        _forms(letter, subject, denial=False)
    except ValueError as error:
        return str(error)
    return ""


def granted(letter: str, rule: Any, subject: str) -> bool:
    """Whether a rule of `rule_of` grants this subject."""
    if not rule or rule is True:
        return rule is True
    if letter in "RW":
        return _below(rule, subject)
    if letter == "N":
        try:
            host, port = place_of(subject)
        except ValueError:
            return False
        return (host, None) in rule or (host, port) in rule
    if letter == "X" and os.path.dirname(subject):
        return _in_folder(subject) in rule
    return subject in rule


def denied(letter: str, rule: Any, subject: str) -> bool:
    """Whether a rule of `rule_of` denies this subject."""
    if not rule or rule is True:
        return rule is True
    if letter in "RW":
        return _below(rule, subject)
    if letter == "N":
        try:
            host, port = place_of(subject)
        except ValueError:
            return True
        return any(host == each and (wanted is None or port is None or port == wanted)
                   for each, wanted in rule)
    if letter == "X":
        return any(_denied_program(rule, each) for each in {subject, program_of(subject)})
    return subject in rule


def _text(name: str, subject: Any) -> str:
    if hasattr(subject, "__fspath__"):
        subject = subject.__fspath__()
    if not isinstance(subject, str):
        raise TypeError(f"{name}: the subject of a permission is a string, not {subject!r}")
    return subject


def _forms(letter: str, subject: str, denial: bool) -> set[Any]:
    """What a rule with this subject compares with."""
    if not subject or "\0" in subject:
        raise ValueError("an empty value names nothing" if not subject else
                         f"{subject!r} is no name: it contains a NUL")
    if letter in "RW":
        return {os.path.realpath(subject)}
    if letter == "N":
        if "%" in subject:
            raise ValueError(f'"{subject}" is no host: a zone cannot be part of a rule')
        return {place_of(subject)}
    if "*" in subject:
        raise ValueError(f'"{subject}" is no name: there are no patterns')
    if letter == "E":
        if "=" in subject:
            raise ValueError(f'"{subject}" is no name of a variable')
        return {subject}
    if not os.path.dirname(subject):
        return {subject}
    if not os.path.basename(subject):
        raise ValueError(f'"{subject}" is no program but a folder')
    form = _in_folder(subject)
    # Another link to a denied program is that program; what is granted is the one path, as a
    # program may do what the name says that it is called by.
    return {form, os.path.realpath(subject)} if denial else {form}


# --- files --------------------------------------------------------------------------------------
def _below(rule: tuple[str, ...], subject: str) -> bool:
    """Whether it is one of these paths or below one, links followed."""
    real = _real(subject)
    return any(real == path or real.startswith(os.path.join(path, "")) for path in rule)


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL in the name
        return NO_NAME


# --- hosts --------------------------------------------------------------------------------------
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "postgresql": 5432, "postgres": 5432,
          "mysql": 3306}


def host_of(url: str) -> str:
    """The ``host:port`` that a URL, or ``host:port`` itself, means; no port if that is not known.

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
    port = _PORTS.get(scheme.lower()) if port is None else port
    return host if port is None else f"{host}:{port}"


def place_of(text: str) -> Place:
    """The host and port of ``host``, ``host:port``, ``::1``, ``[::1]`` or ``[::1]:port``.

    The port is None where none is named. Raises ValueError for anything else.

    >>> place_of("Example.ORG.:0443"), place_of("[0:0::1]:80"), place_of("127.1")
    (('example.org', 443), ('::1', 80), ('127.0.0.1', None))
    """
    host, port = text, None
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or ":" not in host or rest[:1] not in ("", ":"):
            raise ValueError(f'"{text}" is no host: only an IPv6 address has brackets')
        port = rest[1:] if rest else None
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    elif ":" in text:
        head, _, tail = text.rpartition(":")
        if _ipv6(head) and tail.isdecimal():
            raise ValueError(f'"{text}" is ambiguous: an IPv6 address that a port could follow '
                             "needs brackets, as [::1] or [::1]:80")
    return _host(host), None if port is None else _port(port)


def _host(text: str) -> str:
    """The normal form of a host's name or address."""
    if ":" in text:
        address = _ipv6(text)
        if not address:
            raise ValueError(f'"{text}" is no IPv6 address')
        return address
    name = text
    if not text.isascii() and len(text) < 254:  # as the look-up would spell it
        try:
            name = text.encode("idna").decode("ascii")
        except UnicodeError:
            name = ""
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_is_label(label) for label in labels):
        why = ": there are no patterns" if "*" in text else ""
        raise ValueError(f'"{text}" is no host{why}')
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        from socket import inet_aton, inet_ntoa

        try:
            return inet_ntoa(inet_aton(name))
        except OSError:
            raise ValueError(f'"{text}" is no IPv4 address') from None
    return name


def _is_label(text: str) -> bool:
    return text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _ipv6(text: str) -> str:
    """The normal form of an IPv6 address without its zone, of IPv4 if it is mapped; else ""."""
    from ipaddress import IPv6Address

    try:
        address = IPv6Address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(address.ipv4_mapped or address)


def _port(text: str) -> int:
    digits = text.lstrip("0") or text[:1]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6 and int(digits) < 1 << 16):
        raise ValueError(f'"{text}" is no port: that is a number from 0 to 65535')
    return int(digits)


# --- programs -----------------------------------------------------------------------------------
def program_of(command: str) -> str:
    """The program that a command in one string starts: its first word, quotes removed.

    >>> program_of("rm -rf /"), program_of("'my tool' x"), program_of("")
    ('rm', 'my tool', '')
    """
    from shlex import shlex

    words = shlex(command, posix=True, punctuation_chars=False)
    words.whitespace_split = True
    words.commenters = ""
    try:
        return words.get_token() or command
    except ValueError:  # a quote that is not closed: that starts nothing
        return command


def _in_folder(path: str) -> str:
    """The path with its folder's links followed, not its own."""
    folder, name = os.path.split(path)
    return os.path.join(_real(folder), name)


def _denied_program(rule: tuple[str, ...], program: str) -> bool:
    """Whether a program is denied by its last name, its path, or what these lead to."""
    name = os.path.basename(program)
    if name in rule:
        return True
    if os.path.dirname(program):
        found: str | None = program
    else:
        from shutil import which

        if any(os.path.basename(path) == name for path in rule):
            return True
        found = which(program) if name and "\0" not in name else None
    if found is None:
        return False
    real = _real(found)
    return real in rule or os.path.basename(real) in rule or _in_folder(found) in rule
