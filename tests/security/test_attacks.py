"""A part of `attacks`, each as a command under limits: no traceback, no crash, no path of the host.

All of them run with ``python tests/security/attacks.py``, which also looks at the time.
"""

from __future__ import annotations

import pytest
from attacks import ATTACKS, METERED, MODES, arguments, attack, fault

CHOSEN = """pow; shl; factorial; string times; pad; join; replace; format width; format attribute;
    array times; index past the end; range array; flat; shared doubles compared;
    shared doubles printed; shared doubles encoded; deep data; deep data uses; cyclic; cyclic map;
    two cycles compared; recursion; recursion through map; recursion through sort;
    recursion through memoize; recursion of defaults; comparator changes; comparator recurs;
    output flood; error flood; throw much; throw deep; throw cycle; error of much; deadlock caught;
    mutex twice; await itself; json deep; json strings; regex deep; regex counts; class of;
    class of function; error class; import name; context names; helper names; method dunder; read;
    environment; import up; import absolute; import nul; import long; import device;
    escape in an error; escape in a thrown value; escape in the source; escape in a method;
    bidi in the source; task throws; deep parentheses; deep functions; deep templates; long name;
    long try; many errors; garbage; catch all; square"""
NAMES = [" ".join(name.split()) for name in CHOSEN.split(";")]


@pytest.mark.parametrize("name", NAMES)
def test_attack(name, tmp_path):
    mode = ("auto", "ast metered", "tree", "interp")[NAMES.index(name) % 4]
    problem, _ = attack(tmp_path, MODES[mode], arguments(tmp_path, name, ATTACKS[name]))
    assert problem == ""


def test_what_is_a_fault():
    assert fault(0, b"x", b"a.sn:1:1: error: no\n") == ""
    for status, err in ((-11, b""), (70, b""), (1, b"Traceback (most recent call last)"),
                        (1, b"a\x1b[2J"), (1, b'File "/x/y.py"'), (1, b"x" * 200_000)):
        assert fault(status, b"", err)
    assert METERED
