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

from sentra.codegen.link import AstExecutor
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


def loaded(module):
    """The namespace of a module whose body has run as generated code, and its body."""
    context = Context(write=lambda text: None)
    namespace = new_namespace(module, context)
    body = AstExecutor(InterpreterExecutor()).body(module, namespace, context)
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
