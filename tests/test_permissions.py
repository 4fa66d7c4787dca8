"""Grants and denials, and what a refused call says."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from sentra.errors import SentraError
from sentra.runtime.context import Context
from sentra.runtime.permissions import Permissions, check_call

ROWS = [
    # grants, letter, subject, allowed
    ({}, "R", "/x", False),
    ({"read": True}, "R", "/x", True),
    ({"read": True}, "W", "/x", False),
    ({"read": "/data"}, "R", "/data", True),
    ({"read": "/data"}, "R", "/data/x/y", True),
    ({"read": "/data"}, "R", "/data/../etc/passwd", False),
    ({"read": "/data"}, "R", "/database", False),
    ({"read": "/data"}, "R", "/data/a\0b", False),
    ({"read": True, "deny_read": "/data/secret"}, "R", "/data/secret/key", False),
    ({"read": True, "deny_read": "/data/secret"}, "R", "/data/public", True),
    ({"read": "/data", "deny_read": True}, "R", "/data/x", False),
    ({"write": ["/a", "/b"]}, "W", "/b/c", True),
    ({"net": "example.org:443"}, "N", "example.org:443", True),
    ({"net": "example.org:443"}, "N", "EXAMPLE.org:443", True),
    ({"net": "example.org:443"}, "N", "example.org:80", False),
    ({"net": "example.org"}, "N", "example.org:8080", True),
    ({"net": "example.org"}, "N", "evil-example.org:80", False),
    ({"net": True, "deny_net": "localhost"}, "N", "localhost:22", False),
    # Hosts, however they are spelled.
    ({"net": True, "deny_net": "evil.com"}, "N", "evil.com.:443", False),
    ({"net": True, "deny_net": "evil.com"}, "N", "EVIL.Com", False),
    ({"net": True, "deny_net": "Evil.com."}, "N", "evil.com:443", False),
    ({"net": True, "deny_net": "evil.com"}, "N", "\uff45vil\u3002com:443", False),
    ({"net": True, "deny_net": "evil.com"}, "N", "good.com:443", True),
    ({"net": True, "deny_net": "evil.com:443"}, "N", "evil.com:0443", False),
    ({"net": True, "deny_net": "evil.com:443"}, "N", "evil.com:444", True),
    ({"net": True, "deny_net": "evil.com:443"}, "N", "evil.com", False),  # the port is not known
    ({"net": "evil.com:443"}, "N", "evil.com", False),
    ({"net": "evil.com:0443"}, "N", "evil.com.:443", True),
    ({"net": "good.com:0"}, "N", "good.com:00", True),
    ({"net": True, "deny_net": "[::1]"}, "N", "[0:0:0:0:0:0:0:1]:8080", False),
    ({"net": True, "deny_net": "fe80::1"}, "N", "[FE80::1%eth0]:1", False),
    ({"net": True, "deny_net": "127.0.0.1"}, "N", "[::ffff:127.0.0.1]:1", False),
    ({"net": True, "deny_net": "127.0.0.1"}, "N", "127.1:80", False),
    ({"net": True, "deny_net": "127.0.0.1"}, "N", "0x7f000001:80", False),
    ({"net": "::1"}, "N", "[::1]:8080", True),
    ({"net": "[::1]:80"}, "N", "[0::1]:080", True),
    ({"net": "[::1]:80"}, "N", "[::1]:81", False),
    ({"net": "fe80::1"}, "N", "fe80::1:1234", False),
    ({"net": "[fe80::1:1234]"}, "N", "fe80::1:1234", False),  # it may be fe80::1, port 1234
    ({"net": "fe80::1:abcd"}, "N", "[fe80::1:abcd]:1", True),
    # What no host is: only "everything" grants it, and every denial denies it.
    ({"net": True}, "N", "a b:80", True),
    ({"net": "a.b"}, "N", "a.b:80:90", False),
    ({"net": True, "deny_net": "a.b"}, "N", "a.b:x", False),
    ({"net": True, "deny_net": "a.b"}, "N", "c\\@a.b:80", False),
    ({"net": True, "deny_net": []}, "N", "a.b:x", True),
    ({"env": "HOME"}, "E", "HOME", True),
    ({"env": "HOME"}, "E", "PATH", False),
    ({"run": "ls"}, "X", "ls", True),
    ({"run": "ls"}, "X", "/tmp/ls", False),
    ({"run": "ls"}, "X", "ls -l", False),  # one name: a command is split before it is asked about
    ({"run": "/opt/ls"}, "X", "/opt/x/../ls", True),
    ({"run": "/opt/ls"}, "X", "ls", False),
    ({"run": True, "deny_run": "rm"}, "X", "/bin/rm", False),
    ({"run": True, "deny_run": "rm"}, "X", "./rm", False),
    ({"run": True, "deny_run": "rm"}, "X", "/bin/rm/", False),
    ({"run": True, "deny_run": "rm"}, "X", "rm -rf /", False),
    ({"run": True, "deny_run": "rm"}, "X", "'/bin/r'm -rf /", False),
    ({"run": True, "deny_run": "rm"}, "X", "/bin/rmdir", True),
    ({"run": True, "deny_run": "/opt/rm"}, "X", "/opt/a/../rm", False),
    ({"run": True, "deny_run": "/opt/rm"}, "X", "rm", False),
    ({"run": True, "deny_run": "/opt/rm"}, "X", "/usr/rm", True),
    ({"sys": True}, "S", "", True),
    ({}, "S", "", False),
    ({"sys": True, "deny_sys": True}, "S", "", False),
]


@pytest.mark.parametrize("grants, letter, subject, allowed", ROWS)
def test_rules(grants, letter, subject, allowed):
    permissions = Permissions(**grants)
    assert permissions.allows(letter, subject) is allowed
    assert pickle.loads(pickle.dumps(permissions)) == permissions
    assert pickle.loads(pickle.dumps(permissions)).allows(letter, subject) is allowed


def test_all_allows_all():
    assert all(Permissions.all().allows(letter, "x") for letter in "RWNEXS")
    assert not any(Permissions.none().allows(letter, "x") for letter in "RWNEXS")


def test_links_are_followed(tmp_path: Path):
    (tmp_path / "open").mkdir()
    (tmp_path / "secret").write_text("key")
    os.symlink(tmp_path / "secret", tmp_path / "open" / "link")
    permissions = Permissions(read=tmp_path / "open")
    assert not permissions.allows("R", str(tmp_path / "open" / "link"))
    assert permissions.allows("R", str(tmp_path / "open" / "other"))


def test_programs_behind_links(tmp_path: Path, monkeypatch):
    for name in ("tool", "other"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    link = tmp_path / "link"
    os.symlink(tmp_path / "tool", link)
    monkeypatch.setenv("PATH", str(tmp_path))
    for denied in ("tool", str(tmp_path / "tool"), str(link)):
        permissions = Permissions(run=True, deny_run=denied)
        for spelled in ("tool", "link", str(tmp_path / "tool"), str(link)):
            assert not permissions.allows("X", spelled) or (denied, spelled) == ("link", "tool")
        assert permissions.allows("X", "other")
        assert permissions.allows("X", str(tmp_path / "other"))
    # What a grant names is the link: the program may look at the name that it is called by.
    assert Permissions(run=link).allows("X", str(link))
    assert not Permissions(run=link).allows("X", str(tmp_path / "tool"))
    assert not Permissions(run=tmp_path / "tool").allows("X", str(link))


FIELDS = ("read", "write", "net", "env", "run")

MEANINGLESS = [
    # rules for these fields, what is said about them
    *[(fields, rule, "an empty value names nothing")
      for rule in ("", [""], ["a", ""]) for fields in [FIELDS]],
    (FIELDS, "a\0b", "it contains a NUL|is no host"),
    (("net",), "*", "there are no patterns"),
    (("net", "env", "run"), "*.example.org", "there are no patterns"),
    (("net",), "example.org:", "is no port"),
    (("net",), "example.org:x", "is no port"),
    (("net",), "example.org:65536", "is no port"),
    (("net",), "example.org:-1", "is no port"),
    (("net",), "example.org:1" + "0" * 5000, "is no port"),
    (("net",), ":80", '"" is no host'),
    (("net",), "a..b", "is no host"),
    (("net",), "a b", "is no host"),
    (("net",), "https://example.org/", "is no"),
    (("net",), "a,b", "is no host"),
    (("net",), "[example.org]:80", "only an IPv6 address has brackets"),
    (("net",), "[::1", "only an IPv6 address has brackets"),
    (("net",), "[::1]80", "only an IPv6 address has brackets"),
    (("net",), "[::g]", "is no IPv6 address"),
    (("net",), "::1:80", r"needs brackets, as \[::1\] or \[::1\]:80"),
    (("net",), "1:2:3:4:5:6:7:8:80", "needs brackets"),
    (("net",), "fe80::1%eth0", "a zone cannot be part"),
    (("net",), "1.2.3.256", "is no IPv4 address"),
    (("env",), "A=B", "is no name of a variable"),
    (("run",), "/usr/bin/", "a folder"),
]


@pytest.mark.parametrize("fields, rule, said", MEANINGLESS)
def test_rules_that_mean_nothing(fields, rule, said):
    for field in fields:
        for name in (field, f"deny_{field}"):
            with pytest.raises(ValueError, match=f"^{name}: .*({said})"):
                Permissions(**{name: rule})


@pytest.mark.parametrize("value", ["no", [], 1, None, [True]])
@pytest.mark.parametrize("name", ["sys", "deny_sys"])
def test_the_system_is_granted_by_a_bool_alone(name, value):
    with pytest.raises(TypeError, match=f"^{name} is True or False"):
        Permissions(**{name: value})


def test_what_is_no_rule():
    for wrong in (5, 1.5, [None], b"x"):
        with pytest.raises(TypeError, match=r"^read"):
            Permissions(read=wrong)


REFUSALS = [
    ("readfile", "R", ("/etc/passwd",), 'readfile: reading "/etc/passwd" is not permitted '
     '(--allow-read=/etc/passwd, or Permissions(read=["/etc/passwd"]), would allow it)'),
    ("http_get", "N", ("https://example.org/a",), 'http_get: connecting to "example.org:443" is not'
     ' permitted (--allow-net=example.org:443, or Permissions(net=["example.org:443"]), would'
     " allow it)"),
    ("tcp_connect", "N", ("fe80::1:80",), 'tcp_connect: connecting to "fe80::1:80" is not '
     'permitted: "fe80::1:80" is ambiguous: an IPv6 address that a port could follow needs '
     "brackets, as [::1] or [::1]:80"),
    ("ws_connect", "N", ("other://example.org/a",), 'ws_connect: connecting to "example.org" is not'
     ' permitted (--allow-net=example.org, or Permissions(net=["example.org"]), would allow it)'),
    ("exec", "X", ("rm -rf /",), 'exec: running "rm" is not permitted (--allow-run=rm, or '
     'Permissions(run=["rm"]), would allow it)'),
    ("exec", "X", (["rm", "-rf"],), 'exec: running "rm" is not permitted (--allow-run=rm, or '
     'Permissions(run=["rm"]), would allow it)'),
    ("num_cpus", "S", (), "num_cpus: information about the system is not permitted (--allow-sys, "
     "or Permissions(sys=True), would allow it)"),
]


@pytest.mark.parametrize("function, letters, args, message", REFUSALS)
def test_refusals_name_function_subject_and_grant(function, letters, args, message):
    with pytest.raises(SentraError) as caught:
        check_call(Permissions(), function, letters, args)
    assert (caught.value.kind, caught.value.message) == ("permission", message)


def test_each_letter_is_about_its_argument():
    permissions = Permissions(read="/a", write="/b")
    check_call(permissions, "copy", "RW", ("/a/x", "/b/x"))
    with pytest.raises(SentraError, match="writing"):
        check_call(permissions, "copy", "RW", ("/a/x", "/a/x"))
    check_call(permissions, "copy", "RW", (5, None))  # the builtin itself refuses these


def test_builtins_ask_the_context():
    context = Context()
    with pytest.raises(SentraError, match="num_cpus"):
        context.builtin("num_cpus")()
    context.permissions = Permissions(sys=True)
    assert context.builtin("num_cpus")() >= 1


def test_permissions_cannot_be_changed():
    with pytest.raises(AttributeError):
        Permissions()._allow = {}
