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
    ({"env": "HOME"}, "E", "HOME", True),
    ({"env": "HOME"}, "E", "PATH", False),
    ({"run": "ls"}, "X", "ls", True),
    ({"run": "ls"}, "X", "/tmp/ls", False),
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


REFUSALS = [
    ("readfile", "R", ("/etc/passwd",), 'readfile: reading "/etc/passwd" is not permitted '
     '(--allow-read=/etc/passwd, or Permissions(read=["/etc/passwd"]), would allow it)'),
    ("http_get", "N", ("https://example.org/a",), 'http_get: connecting to "example.org:443" is not'
     ' permitted (--allow-net=example.org:443, or Permissions(net=["example.org:443"]), would'
     " allow it)"),
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
