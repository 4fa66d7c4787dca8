"""Python's own tools on generated code: they show the lines of the .sn file."""

import cProfile
import gc
import io
import linecache
import pdb
import pstats
import sys
import traceback

import pytest

import sentra
from sentra.codegen.link import AstExecutor
from sentra.debugging.executor import marked
from sentra.interp.executor import InterpreterExecutor
from sentra.pipeline import compile_source, load_file
from sentra.runtime.context import Context
from sentra.runtime.namespace import new_namespace
from sentra.source import decode

PROGRAM = """\
fn area(w, h) {
  let doubled = w * 2
  return doubled / h
}
fn total(sizes) {
  let whole = 0
  for s in sizes { whole = whole + area(s, 4) }
  return whole
}
log(total([1, 2, 3]))
"""


def loaded(module, *, debug=False):
    """The namespace of a module whose body has run as generated code, and its body."""
    if debug:
        module = marked(module)
    context = Context(write=lambda text: None)
    namespace = new_namespace(module, context)
    body = AstExecutor(InterpreterExecutor(), debug=debug).body(module, namespace, context)
    return namespace, body


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "sizes.sn"
    path.write_text(PROGRAM)
    return str(path)


def test_traceback_shows_the_line_with_carets(program):
    namespace, _ = loaded(load_file(program))
    try:
        namespace["area"](3, 0)
    except ZeroDivisionError as error:
        text = "".join(traceback.format_exception(error))
    assert f'  File "{program}", line 3, in area\n    return doubled / h\n' in text
    assert "           ~~~~~~~~^~~\n" in text


def test_traceback_of_a_text_that_is_no_file():
    source = "// größer\nfn f(é) => é\n".replace("é", "x") + 'fn g(s) => "ä" + s.name.first\n'
    namespace, _ = loaded(compile_source(decode(source, "<editor>")))
    try:
        namespace["g"]({"name": 5})
    except Exception as error:
        text = "".join(traceback.format_exception(error))
    assert 'File "<editor>", line 3, in g\n' in text
    assert 'fn g(s) => "ä" + s.name.first' in text


def test_debugger_stops_at_lines_of_the_program(program):
    _, body = loaded(load_file(program))
    commands = io.StringIO(
        "break 3\ncontinue\nwhere\np doubled\nup\np whole\nnext\nclear 1\ncontinue\n")
    shown = io.StringIO()
    debugger = pdb.Pdb(stdin=commands, stdout=shown, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    previous = sys.gettrace()
    try:
        debugger.runcall(body)
    finally:
        sys.settrace(previous)
    text = shown.getvalue()
    assert f"> {program}(3)area()" in text
    assert "-> return doubled / h" in text
    assert f"  {program}(7)total()" in text
    assert "-> for s in sizes { whole = whole + area(s, 4) }" in text
    assert "(Pdb) 2\n" in text  # doubled
    assert "(Pdb) 0\n" in text  # whole, one frame up


def test_profiler_names_files_and_functions(program):
    _, body = loaded(load_file(program))
    profile = cProfile.Profile()
    profile.runcall(body)
    stats = pstats.Stats(profile)
    calls = {key: row[0] for key, row in stats.stats.items() if key[0] == program}
    assert calls == {(program, 1, "area"): 3, (program, 5, "total"): 1, (program, 1, "_module"): 1}


def test_coverage_measures_lines(program):
    import coverage

    _, body = loaded(load_file(program))
    measured = coverage.Coverage(data_file=None, include=[program], config_file=False)
    previous = sys.gettrace()
    measured.start()
    try:
        body()
    finally:
        measured.stop()
        sys.settrace(previous)
    assert sorted(measured.get_data().lines(program)) == [2, 3, 6, 7, 8, 10]


def text_of(name, line=1):
    return linecache.getline(name, line)


def test_text_is_there_while_the_program_is():
    source = decode("fn f() => 1\nlog(f())\n", "gone.sn")
    namespace, body = loaded(compile_source(source))
    assert text_of("gone.sn", 2) == "log(f())\n"
    linecache.checkcache()
    assert text_of("gone.sn", 2) == "log(f())\n"
    function = namespace["f"]
    del namespace, body
    gc.collect()
    assert text_of("gone.sn", 1) == "fn f() => 1\n"  # the function keeps its module
    del function
    gc.collect()
    assert "gone.sn" not in linecache.cache


def test_two_programs_of_one_name():
    first = loaded(compile_source(decode("log(1)\n", "same.sn")))
    second = loaded(compile_source(decode("log(2)\n", "same.sn")))
    assert text_of("same.sn") == "log(2)\n"
    del second
    gc.collect()
    assert text_of("same.sn") == "log(1)\n"
    del first
    gc.collect()
    assert "same.sn" not in linecache.cache


def test_first_of_two_programs_goes_first():
    first = loaded(compile_source(decode("log(1)\n", "same.sn")))
    second = loaded(compile_source(decode("log(2)\n", "same.sn")))
    del first
    gc.collect()
    assert text_of("same.sn") == "log(2)\n"
    del second
    gc.collect()
    assert "same.sn" not in linecache.cache


def test_an_entry_of_the_host_comes_back():
    entry = (1, None, ["host\n"], "host.sn")
    linecache.cache["host.sn"] = entry
    program = loaded(compile_source(decode("log(1)\n", "host.sn")))
    assert text_of("host.sn") == "log(1)\n"
    del program
    gc.collect()
    assert linecache.cache.pop("host.sn") is entry


def test_entries_whose_callback_did_not_run_are_found(monkeypatch):
    """The collector may call it where a program has used up the stack."""
    from sentra.codegen import sources

    def show(name):
        return sources.show(compile_source(decode("let x = 1", name)))

    with monkeypatch.context() as patch:
        patch.setattr(sources, "_drop", lambda reference: None)
        kept = [show(f"dropped-{n}.sn") for n in range(10)]
    del kept[1:]
    assert sum(name.startswith("dropped-") for name in linecache.cache) == 10
    monkeypatch.setattr(sources, "_sweep_at", 0)
    last = show("last.sn")
    assert last is not None
    assert [name for name in linecache.cache if name.startswith("dropped-")] == ["dropped-0.sn"]


# --- debuggers of Python on generated code --------------------------------------------------------
NAMED = """\
fn tally(class, len) {
  let self = class
  var seen = []
  for x in [1, 2] {
    let add = fn(n) {
      self = self + n * len
      return self
    }
    push(seen, add(x))
  }
  return seen
}
log(tally(10, 3))
"""


def stopped(path, commands, **settings):
    """What pdb says when it runs a program under these commands."""
    _, body = loaded(load_file(path), **settings)
    shown = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO(commands), stdout=shown, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    previous = sys.gettrace()
    try:
        debugger.runcall(body)
    finally:
        sys.settrace(previous)
    return shown.getvalue()


@pytest.mark.parametrize("debug", [False, True])
def test_pdb_reads_variables_under_their_names(debug, tmp_path):
    """A name that Python needs itself has an underscore more; captured ones are there too."""
    path = tmp_path / "named.sn"
    path.write_text(NAMED)
    text = stopped(str(path), "break 7\nbreak 11\ncontinue\np n\np self\nup\np class_, x, seen\n"
                              "continue\ncontinue\np seen\nclear 1 2\ncontinue\n", debug=debug)
    assert f"> {path}(7)fn()\n-> return self\n" in text
    assert "(Pdb) 1\n" in text  # n
    assert "(Pdb) 13\n" in text  # self
    assert "(Pdb) (10, 1, [])\n" in text  # class, x and seen, one frame up
    assert "(Pdb) [13, 19]\n" in text


@pytest.mark.parametrize("debug", [False, True])
def test_a_tracing_debugger_sees_lines_and_locals(debug):
    """``sys.settrace``, which IDE debuggers use before Python 3.12."""
    _, body = loaded(compile_source(decode(NAMED, "named.sn")), debug=debug)
    seen = []

    def trace(frame, event, argument):
        if frame.f_code.co_filename != "named.sn":
            return None
        if event == "line" and frame.f_lineno == 9:
            seen.append((frame.f_locals["x"], list(frame.f_locals["seen"])))
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        body()
    finally:
        sys.settrace(previous)
    assert [seen[0], seen[-1]] == [(1, []), (2, [13])]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in Python 3.12")
@pytest.mark.parametrize("debug", [False, True])
def test_a_monitoring_debugger_stops_at_lines(debug):
    _, body = loaded(compile_source(decode(NAMED, "named.sn")), debug=debug)
    monitoring = sys.monitoring
    seen = []

    def line(code, number):
        if code.co_filename != "named.sn":
            return monitoring.DISABLE
        if number == 11:
            seen.append(sys._getframe(1).f_locals["seen"])
        return None

    monitoring.use_tool_id(monitoring.DEBUGGER_ID, "test")
    try:
        monitoring.register_callback(
            monitoring.DEBUGGER_ID, monitoring.events.LINE, line)
        monitoring.set_events(monitoring.DEBUGGER_ID, monitoring.events.LINE)
        body()
    finally:
        monitoring.set_events(monitoring.DEBUGGER_ID, 0)
        monitoring.free_tool_id(monitoring.DEBUGGER_ID)
    assert seen
    assert all(each == [13, 19] for each in seen)


def test_a_program_that_ends_while_linecache_is_checked(monkeypatch):
    """The collector may find it there; `checkcache` goes over a list of all names."""
    held = [sentra.Engine(mode="closure").compile("let a = 1", "checked.sn").run()]

    class Names(dict):
        def keys(self):
            names = list(super().keys())
            held.clear()
            gc.collect()
            return names

    monkeypatch.setattr(linecache, "cache", Names(linecache.cache))
    assert "checked.sn" in linecache.cache
    linecache.checkcache()
    assert not held
