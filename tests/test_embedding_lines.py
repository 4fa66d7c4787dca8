"""Python's own tools and the lines of a program: tracebacks, and debuggers of loaded programs."""

from __future__ import annotations

import io
import os
import pdb
import pickle
import sys
import traceback

import pytest

import sentra
from sentra import SentraError

# --- the traceback of Python itself ----------------------------------------------------------

def entries(error, *files):
    """Where the entries of an error's traceback are that belong to these files."""
    return [(each.name, each.lineno) for each in traceback.extract_tb(error.__traceback__)
            if os.path.basename(each.filename) in files]


CALLS = """let a = 1
fn call() { return inner() }
const K = 3

fn inner() {
  let x = nil
  return x - 1
}
fn back(f) {
  return f(inner)
}
fn down(n) {
  return n > 0 ? down(n - 1) + 1 : inner()
}
"""


@pytest.mark.parametrize("mode", ["interp", "tree"])
def test_pythons_traceback_shows_interpreted_calls(mode):
    program = sentra.Engine(mode=mode).compile(CALLS, "i.sn")
    with pytest.raises(SentraError) as caught:
        program.call("call")
    assert entries(caught.value, "i.sn") == [("call", 2), ("inner", 7)]
    with pytest.raises(SentraError) as caught:
        program.call("call")  # nothing is left of the first
    assert entries(caught.value, "i.sn") == [("call", 2), ("inner", 7)]
    with pytest.raises(SentraError) as caught:
        program.call("down", 300)
    assert set(entries(caught.value, "i.sn")) >= {("down", 13)}
    with pytest.raises(SentraError) as caught:
        program.call("down", 20)
    assert entries(caught.value, "i.sn") == [("down", 13)] * 21 + [("inner", 7)]


@pytest.mark.parametrize("mode", ["interp", "tree"])
def test_pythons_traceback_has_calls_of_host_and_program_in_order(mode):
    program = sentra.Engine(mode=mode).compile(CALLS, "i.sn")
    seen = []

    def host(function):
        try:
            return function()
        except SentraError as error:
            seen.append(entries(error, "i.sn", "test_embedding_lines.py"))
            raise

    line = host.__code__.co_firstlineno + 2
    with pytest.raises(SentraError) as caught:
        program.call("back", host)
    assert seen == [[("host", line), ("inner", 7)]]
    places = entries(caught.value, "i.sn", "test_embedding_lines.py")
    assert places[1:] == [("back", 10), ("host", line), ("inner", 7)]


def test_pythons_traceback_shows_the_body_of_a_module():
    with pytest.raises(SentraError) as caught:
        sentra.Engine(mode="interp").run(CALLS + "call()", filename="b.sn")
    assert entries(caught.value, "b.sn") == [("<module>", 15), ("call", 2), ("inner", 7)]


@pytest.mark.parametrize("calls", [0, 300])
@pytest.mark.parametrize("mode", ["interp", "tree", "auto"])
def test_pythons_traceback_of_compiled_and_interpreted_calls(mode, calls):
    """In the mode "auto", calls that are frequent are compiled."""
    program = sentra.Engine(mode=mode, limits=sentra.Limits.none()).compile("""
        fn f(n) {
          return n < 0 ? n + nil : n
        }
        fn g(n) { for i in range(3) { f(n) }
          return map([n], fn(each) {
            return f(each - 1)
          })
        }
        fn h(x, n) { return x(n) }
        fn top(n) { return h(g, n) }
    """, "m.sn")
    for n in range(1, calls):
        program.call("top", n)
    with pytest.raises(SentraError) as caught:
        program.call("top", 0)
    places = [place for place in entries(caught.value, "m.sn") if place[0] != "<listcomp>"]
    if mode == "auto" and calls:  # compiled, a lambda may have no frame; the host enters at "top"
        assert [place for place in places if place[0] in ("h", "f")] == [("h", 10), ("f", 3)]
        assert places.count(("top", 11)) in (1, 2)
        assert len(places) < 7
    else:
        assert [line for _, line in places] == [11, 10, 6, 7, 3]
        assert [name for name, _ in places if name != "fn"] == ["top", "h", "g", "f"]
    assert caught.value.stack[0] == "f (m.sn:3)"


def test_pythons_traceback_has_the_path_of_a_loaded_program(tmp_path):
    file = tmp_path / "calls.sn"
    file.write_text(CALLS)
    with pytest.raises(SentraError) as caught:
        sentra.Engine(mode="interp").load(file).call("call")
    text = "".join(traceback.format_exception(caught.value))
    assert f'  File "{file}", line 2, in call\n    fn call() {{ return inner() }}\n' in text
    assert f'  File "{file}", line 7, in inner\n    return x - 1\n' in text
    assert "^" not in text.split(str(file))[2].split("  File")[0]


# --- Python's own tools ----------------------------------------------------------------------

def test_pdb_stops_in_the_file_of_a_loaded_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "sizes.sn"
    file.write_text("fn area(w, h) {\n  let doubled = w * 2\n  return doubled / h\n}\n")
    program = sentra.Engine(mode="closure").load("real/sizes.sn")
    shown = io.StringIO()
    where = "" if sys.version_info >= (3, 13) else f"break {file}:3\n"
    commands = io.StringIO(where + "continue\np doubled\ncontinue\n")
    debugger = pdb.Pdb(stdin=commands, stdout=shown, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    if not where:  # this pdb takes no other files than those of Python
        assert debugger.set_break("real/sizes.sn", 3) is None
    previous = sys.gettrace()
    try:
        assert debugger.runcall(program.call, "area", 3, 4) == 1.5
    finally:
        sys.settrace(previous)
    assert f"> {file}(3)area()\n-> return doubled / h\n(Pdb) 6\n" in shown.getvalue()


@pytest.mark.parametrize("mode", ["interp", "closure", "tree", "auto"])
def test_errors_of_a_loaded_program_do_not_show_its_path(tmp_path, mode):
    file = tmp_path / "sizes.sn"
    file.write_text("fn area(w, h) { return w / h }\nfn spin() { while true {} }")
    program = sentra.Engine(mode=mode, limits=sentra.Limits(steps=1000)).load(file)
    for call in (("area", 1, 0), ("area", 1), ("spin",)):
        with pytest.raises((SentraError, sentra.LimitExceeded)) as caught:
            program.call(*call)
        error = caught.value
        for text in (str(error), error.file, *error.stack, sentra.format_error(error),
                     sentra.format_traceback(error)):
            assert str(tmp_path) not in text
        assert error.file in ("sizes.sn", "")
    assert pickle.loads(pickle.dumps(program)).filename == "sizes.sn"
    assert str(tmp_path).encode() not in program.to_bytes()
