"""The library as applications use it: programs, calls, errors, modules, threads."""

from __future__ import annotations

import copy
import io
import pickle
import sys
import threading

import pytest
from embedded import engine

import sentra
from sentra import Engine, Limits, Permissions, SentraError
from tests.outcomes import ours

__all__ = ["engine"]


# --- programs ---------------------------------------------------------------------------------

def test_run_gives_the_variables(engine):
    run = engine.run("let a = 1\nvar b = [1, {x: 2}]\nfn f() { return 7 }\nconst c = \"s\"")
    assert (run["a"], run["b"], run["c"]) == (1, [1, {"x": 2}], "s")
    assert list(run) == ["a", "b", "f", "c"] or set(run) == {"a", "b", "f", "c"}
    assert "a" in run
    assert "zz" not in run
    assert run.get("zz", 5) == 5
    with pytest.raises(KeyError):
        run["zz"]
    with pytest.raises(KeyError):
        run["len"]
    with pytest.raises(KeyError):
        run["_locate"]


def test_global_variables_of_the_host(engine):
    assert engine.run("let y = x + 1", x=41)["y"] == 42
    with pytest.raises(ValueError, match="builtin"):
        engine.run("let y = 1", len=5)
    with pytest.raises(SentraError, match="undefined variable"):
        engine.run("let y = x + 1")


def test_functions_are_called_like_python_functions(engine):
    program = engine.compile("fn add(a, b = 10, ...rest) { return a + b + len(rest) }")
    assert program["add"](1) == 11
    assert program.call("add", 1, 2, 3, 4) == 5
    assert program.call("add", "a", "b") == "ab0"
    with pytest.raises(SentraError) as caught:
        program.call("add")
    assert caught.value.kind == "call"
    with pytest.raises(SentraError, match='no function "zz"'):
        program.call("zz")


def test_functions_may_be_called_with_any_types(engine):
    """The compiler may not infer parameter types from the program's own calls alone."""
    program = engine.compile("""
        fn twice(x) { return x + x }
        fn label(x) { return "v" + x }
        fn last(xs) { return xs[len(xs) - 1] }
        log(twice(3), label(1), last([1, 2]))
    """)
    for _ in range(3):
        assert program.call("twice", "ab") == "abab"
        assert program.call("twice", [1]) == [1, 1]
        assert program.call("twice", 2.5) == 5.0
        assert program.call("label", [1]) == "v[1]"
        assert program.call("last", "xyz") == "z"
        with pytest.raises(SentraError):
            program.call("twice", None)


def test_values_are_the_very_lists_and_dicts(engine):
    run = engine.run("let a = []\nfn add(x) { push(a, x)\nreturn a }\nfn same(x) { return x }")
    assert run.call("add", 1) is run["a"]
    data = {"k": [1, 2]}
    assert run.call("same", data) is data
    run["a"].append(5)
    assert run.call("add", 2) == [1, 5, 2]


def test_runs_are_apart_and_the_programs_own_run_is_one(engine):
    program = engine.compile("let n = 0\nfn next() { n = n + 1\nreturn n }")
    one, two = program.run(), program.run()
    assert (one.call("next"), one.call("next"), two.call("next")) == (1, 2, 1)
    assert (program.call("next"), program["next"]()) == (1, 2)


def test_functions_as_values(engine):
    run = engine.run("fn adder(n) { return fn(x) => x + n }\nfn apply(f, x) { return f(x) }")
    add = run.call("adder", 5)
    assert isinstance(add, sentra.Function)
    assert add(1) == 6
    assert run.call("apply", add, 2) == 7
    assert run.call("apply", lambda x: x * 100, 2) == 200
    assert add == add
    assert run["adder"] is run["adder"]
    assert run["adder"].__name__ == "adder"


def test_direct_calls_cost_what_python_calls_cost():
    from timeit import repeat

    program = Engine(limits=Limits.none(), mode="closure").compile(
        "fn f(a, b) { return a * 2 + b }")
    direct = program["f"].direct
    assert direct(2, 1) == 5

    def python(a, b):
        return a * 2 + b

    own = min(repeat(lambda: [python(1, 2) for _ in range(1000)], number=20, repeat=7))
    found = min(repeat(lambda: [direct(1, 2) for _ in range(1000)], number=20, repeat=7))
    assert found < 1.5 * own


def test_exit(engine):
    run = engine.run("let a = 1\nfn f() { return a }\nexit(3)\na = 2")
    assert (run.exit_status, run["a"]) == (3, 1)
    with pytest.raises(sentra.ProgramExit) as caught:
        engine.compile("fn f() { try { exit(4) } finally { log(1) } }").call("f")
    assert caught.value.status == 4
    assert engine.stdout.getvalue() == ""


def test_output_input_clock_random():
    import random

    out: list[str] = []
    lines = iter(["one\n", None])
    engine = Engine(stdout=out.append, stdin=lambda: next(lines), clock=lambda: 1e9,
                    random=random.Random(5), arguments=("x",))
    run = engine.run("log(readline(), readline())\nlet t = time()\nlet r = random()\n"
                     "let a = args()")
    assert "".join(out) == "one nil\n"
    assert int(run["t"]) in (10**9, 10**12)
    assert run["r"] == random.Random(5).random()
    assert run["a"] == ["x"]


def test_there_is_no_input_unless_given(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("secret\n"))
    assert sentra.run("let a = readline()")["a"] is None


def test_standard_output_is_the_default(capsys):
    sentra.run('log("hello")')
    assert capsys.readouterr().out == "hello\n"


# --- errors ----------------------------------------------------------------------------------

def test_errors_say_where(engine):
    program = engine.compile("fn f(a) {\n  return a + nil\n}\nfn g(a) { return f(a) }", "r.sn")
    with pytest.raises(SentraError) as caught:
        program.call("g", 1)
    error = caught.value
    assert (error.kind, error.message) == ("type", "cannot add number and nil")
    assert (error.file, error.line, error.column) == ("r.sn", 2, 12)
    assert error.stack == ["f (r.sn:2)", "g (r.sn:4)"]
    assert error.excerpt == "  return a + nil\n           ^"
    assert sentra.format_error(error).splitlines()[0] == (
        "r.sn:2:12: error: cannot add number and nil")
    assert "\x1b[" in sentra.format_error(error, color=True)
    again = pickle.loads(pickle.dumps(error))
    assert (again.kind, again.message, again.stack, again.excerpt) == (
        error.kind, error.message, error.stack, error.excerpt)


def test_a_thrown_value(engine):
    with pytest.raises(sentra.Uncaught) as caught:
        engine.run("throw {code: 5}")
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.value, error.kind) == ({"code": 5}, "thrown")
    assert error.message == "uncaught: {code: 5}"
    assert error.line == 1


def test_a_thrown_value_passes_through_the_host(engine):
    run = engine.run("""
        fn inner() { throw [1, 2] }
        let caught = nil
        try { call_back(inner) } catch e { caught = e }
    """, call_back=lambda f: f())
    assert run["caught"] == [1, 2]


def test_syntax_errors(engine):
    with pytest.raises(sentra.SentraSyntaxError) as caught:
        engine.compile("let = 1\nlet b = ", "x.sn")
    assert caught.value.problems[0].span[4] == 1
    assert "x.sn:1:5" in sentra.format_error(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message


def test_mixed_traceback(engine):
    program = engine.compile("fn outer(f) {\n  return f(inner)\n}\nfn inner() {\n  return 1 / 0\n}",
                             "mix.sn")

    def host_step(callback):
        return callback()

    with pytest.raises(SentraError) as caught:
        program.call("outer", host_step)
    lines = [line for line in sentra.format_traceback(caught.value).splitlines()
             if line.startswith(("  File", "  Sentra"))]
    short = [line.split(", in ")[1] for line in lines]
    assert short == ["test_mixed_traceback", "outer", "host_step", "inner"]
    assert sentra.format_traceback(caught.value).splitlines()[-1] == (
        "SentraError [arithmetic]: division by zero")


def test_traceback_of_a_host_exception(engine):
    def broken():
        raise ValueError("no")

    with pytest.raises(SentraError) as caught:
        engine.run("fn f() { broken() }\nf()", filename="t.sn", broken=broken)
    cause, text = sentra.format_traceback(caught.value).split("\n\n")[::2]
    assert cause.splitlines()[-1] == "ValueError: no"
    places = [line.split(", in ")[1] for line in text.splitlines() if ", in " in line]
    assert places == ["test_traceback_of_a_host_exception", "<module>", "f", "broken"]


def test_a_bug_of_ours_is_another_type(engine, monkeypatch):
    from sentra.runtime import registry
    from sentra.runtime.builtins import declaration

    row = declaration("upper")
    monkeypatch.setattr(row, "function", ours("lambda value: [].bad"))
    assert registry.DECLARED["upper"] is row
    with pytest.raises(sentra.InternalError, match="report") as caught:
        engine.run('try { let f = upper\nf("a") } catch e { log(1) }')
    assert engine.stdout.getvalue() == ""
    assert "bug in Sentra" in str(pickle.loads(pickle.dumps(caught.value)))


# --- programs as values -----------------------------------------------------------------------

def test_programs_are_values():
    fixed = sentra.compile("let a = 1")
    for name in ("module", "filename", "engine"):
        with pytest.raises(AttributeError, match="cannot be changed"):
            setattr(fixed, name, None)
    for other in (fixed.run(), Engine()):
        with pytest.raises(TypeError, match="cannot go to another process"):
            pickle.dumps(other)
    text = "fn f(x) { return x * 2 }\nlet s = \"é\""
    one, two = sentra.compile(text, "a.sn"), sentra.compile(text, "a.sn")
    assert one == two
    assert hash(one) == hash(two)
    assert one != sentra.compile(text + "\n", "a.sn")
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert again.call("f", 4) == 8
    assert {one: 1}[again] == 1
    assert copy.copy(one).call("f", 1) == 2


def test_a_pickled_program_is_verified():
    data = bytearray(pickle.dumps(sentra.compile("let a = 1")))
    broken = 0
    for at in range(len(data) - 60, len(data) - 10):
        changed = bytes(data[:at]) + bytes([data[at] ^ 0xFF]) + bytes(data[at + 1:])
        try:
            pickle.loads(changed)
        except (SentraError, pickle.UnpicklingError, ValueError, EOFError, IndexError,
                UnicodeDecodeError, KeyError, AttributeError, TypeError):
            broken += 1
    assert broken >= 45


# --- modules ----------------------------------------------------------------------------------

def test_modules_from_a_dict_and_a_function():
    texts = {"lib/a": "import \"./b\" as b\nexport let x = b.y + 1", "lib/b.sn": "export let y = 1"}
    assert Engine(modules=texts).run('import "lib/a" as a\nlet r = a.x')["r"] == 2
    asked: list[str] = []

    def read(path):
        asked.append(path)
        return "export let z = 5" if path == "rules/m.sn" else None

    assert Engine(modules=read).run('import "rules/m" as m\nlet r = m.z')["r"] == 5
    for path in ("../x", "/etc/passwd", "~/x", "a/../../x", ""):
        with pytest.raises(SentraError, match="module not found"):
            Engine(modules=[texts, read]).run(f'import "{path}" as x')
    assert not any(path.startswith((".", "/", "~")) for path in asked)


def test_modules_from_a_folder(tmp_path):
    (tmp_path / "m.sn").write_text("export fn f() { return 3 }")
    assert Engine(modules=tmp_path).run('import "m" as m\nlet r = m.f()')["r"] == 3
    with pytest.raises(SentraError, match="module not found"):
        sentra.run('import "m" as m')


def test_modules_from_package_resources(tmp_path, monkeypatch):
    package = tmp_path / "my_rules"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "m.sn").write_text("export let x = 9")
    monkeypatch.syspath_prepend(str(tmp_path))
    engine = Engine(modules=sentra.package_resources("my_rules"))
    assert engine.run('import "m" as m\nlet r = m.x')["r"] == 9


def test_builtin_modules(engine):
    assert engine.run("import math\nlet r = math.floor(2.5)")["r"] == 2


def test_the_importer(tmp_path, monkeypatch):
    (tmp_path / "pricing_rules.sn").write_text(
        'import "rates" as rates\nexport fn f(x) { return x + rates.one }\nlet hidden = 2')
    (tmp_path / "rates.sn").write_text("export let one = 1")
    (tmp_path / "broken_rules.sn").write_text("let = ")
    monkeypatch.syspath_prepend(str(tmp_path))
    import sentra.importer as importer
    try:
        import pricing_rules

        assert pricing_rules.f(1) == 2
        assert pricing_rules.__file__ == str(tmp_path / "pricing_rules.sn")
        assert not hasattr(pricing_rules, "hidden")
        with pytest.raises(sentra.SentraSyntaxError):
            import broken_rules  # noqa: F401
    finally:
        importer.uninstall()
        sys.modules.pop("pricing_rules", None)


# --- threads and tasks -------------------------------------------------------------------------

def test_many_threads_at_once():
    program = sentra.compile("let n = 0\nfn work(k) { for i in range(300) { n = n + k }\n"
                             "return n }")
    results = []

    def own():
        run = program.run()
        results.extend([run.call("work", 1) for _ in range(5)])

    def shared():
        for _ in range(5):
            program.call("work", 0)
            program.call("work", 1)

    threads = [threading.Thread(target=target) for target in [own, shared] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted([300, 600, 900, 1200, 1500] * 3)
    assert program["n"] == 300 * 15


def test_tasks_of_a_program(engine):
    run = engine.run("""
        let c = make_channel()
        go fn() { for i in range(5) { c.send(i) } close(c) }()
        let got = []
        for x in c { push(got, x) }
    """)
    assert run["got"] == [0, 1, 2, 3, 4]


def test_permissions_of_an_engine(engine):
    with pytest.raises(SentraError) as caught:
        engine.run("num_cpus()")
    assert caught.value.kind == "permission"
    assert Engine(permissions=Permissions(sys=True)).run("let n = num_cpus()")["n"] >= 1


@pytest.mark.parametrize("mode", ["interp", "closure", "tree"])
def test_a_long_traceback_is_cut(mode):
    """What pickles tracebacks goes down into each entry; and they keep frames alive."""
    with pytest.raises(SentraError) as caught:
        Engine(mode=mode).run("fn f(n) { return f(n + 1) + 1 }\nf(0)")
    error = caught.value
    while error is not None:
        count, entry = 0, error.__traceback__
        while entry is not None:
            count, entry = count + 1, entry.tb_next
        assert count < 100
        assert error.__context__ is None
        error = error.__cause__


def test_closed_engine():
    engine = Engine()
    run = engine.run("fn f() { return 1 }")
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        run.call("f")


def test_the_command_does_not_import_the_embedding():
    import subprocess

    code = ("import sys, sentra.cli.run, sentra.pipeline; "
            "print([m for m in sys.modules if m.startswith('sentra.embedding')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_unknown_names():
    with pytest.raises(AttributeError):
        sentra.nothing  # noqa: B018
    assert "Engine" in dir(sentra)
    with pytest.raises(ValueError, match="mode"):
        Engine(mode="fast")
