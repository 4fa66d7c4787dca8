"""What an application gives its engine is code of the host: its errors are its own."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time

import pytest

import sentra
from sentra import Engine, LimitExceeded, Limits, Permissions, SentraError

STOPPED = 'let after = 0\ntry { WORK } catch e { after = 1 } finally { after = 2 }\nlog("on")'


class Gone(Exception):
    """What goes wrong in the host."""


def gone(*args):
    raise Gone("/srv/secret")


@pytest.fixture(params=["interp", "closure", "tree", "process"])
def options(request):
    if request.param == "process":
        return {"isolation": "process"}
    return {"mode": request.param}


@pytest.mark.parametrize("service, work", [
    ("stdout", 'log("x")'), ("stdin", "readline()"), ("clock", "now()"),
    ("on_half", "for i in range(80) { }"), ("modules", 'import "a" as a')])
def test_their_errors_reach_the_host_as_they_are(options, service, work):
    if "isolation" in options and service in ("clock", "on_half"):
        pytest.skip("not given to other processes")
    source = STOPPED.replace("WORK", work) if service != "modules" else f"{work}\nlog(1)"
    shown = []
    services = {"stdout": shown.append, service: gone}
    with Engine(limits=Limits(steps=100), **services, **options) as engine:
        with pytest.raises(Gone):
            engine.run(source)
        assert shown == []
        if service != "stdout":
            assert engine.run("let a = 1")["a"] == 1


def test_a_finder_may_throw_errors_of_the_program(options):
    def find(path):
        raise SentraError(f"not for you: {path}", "permission")

    with Engine(modules=find, **options) as engine, pytest.raises(SentraError) as caught:
        engine.run('import "a" as a')
    assert (caught.value.kind, caught.value.message) == ("permission", "not for you: a")


@pytest.mark.parametrize("mode", ["interp", "closure", "tree"])
def test_time_does_not_end_within_them(mode):
    ended = []

    def write(text):
        for _ in range(30):
            time.sleep(0.01)
        ended.append(text)

    with pytest.raises(LimitExceeded, match="time"):
        Engine(mode=mode, stdout=write, limits=Limits(time=0.1)).run('log("a")\nwhile true { }')
    assert ended == ["a\n"]


def test_what_cannot_serve_is_refused():
    for wrong in ({"stdout": 5}, {"stdin": 5}, {"clock": 5}, {"random": 5}, {"limits": 5},
                  {"permissions": {"read": "/"}}, {"modules": 5}, {"modules": [5]}):
        with pytest.raises(TypeError, match=next(iter(wrong))):
            Engine(**wrong)
    for workers in (1.5, "x", True, None):
        for isolation in ("none", "process"):
            with pytest.raises(TypeError, match="workers must be a whole number"):
                Engine(workers=workers, isolation=isolation)
    for isolation in ("none", "process"):
        with pytest.raises(ValueError, match="workers must be 1 or more"):
            Engine(workers=0, isolation=isolation)
    for engine, work in ((Engine(stdin=lambda: 5), "readline()"), (Engine(clock=str), "now()"),
                         (Engine(modules=lambda path: 5), 'import "a" as a')):
        with pytest.raises((TypeError, ValueError)):
            engine.run(work)
    Engine(random=random.Random(1), permissions=Permissions(), limits=Limits(), stdout=sys.stdout)
    program = sentra.compile("let a = 1")
    with pytest.raises(TypeError, match="limits"):
        program.run(limits=5)
    with pytest.raises(TypeError, match="str or bytes"):
        sentra.compile(5)
    assert sentra.run("let r = self", self=5)["r"] == 5


def test_folders_of_modules_exist(tmp_path):
    (tmp_path / "file").write_text("")
    for name, error in (("nothing", FileNotFoundError), ("file", NotADirectoryError)):
        for modules in (tmp_path / name, str(tmp_path / name), [{}, str(tmp_path / name)]):
            with pytest.raises(error, match=name):
                Engine(modules=modules)
    with pytest.raises(FileNotFoundError):
        Engine(modules="")  # which is not the current folder
    assert Engine(modules=tmp_path).run("let a = 1")["a"] == 1


def test_the_hints_of_the_library(tmp_path):
    """What docs/embedding.md shows passes `mypy --strict`."""
    pytest.importorskip("mypy")
    (tmp_path / "application.py").write_text(textwrap.dedent("""
        import sentra

        engine = sentra.Engine(debug=True)

        @engine.function
        def price(name: str, count: int = 1) -> float:
            return 2.0 * count

        @engine.function(name="cost")
        def other(name: str) -> int:
            return 1

        total: float = price("a", 2) + other("b")
        program: sentra.Program = engine.compile("fn f(x) { return x }", filename="f.sn")
        for outcome in sentra.map(program, "f", [1], on_error="collect"):
            print(outcome)
        try:
            program.run(x=1).call("f", 1)
        except sentra.SentraSyntaxError as error:
            print(error.problems[0].line, error.problems[0].column, error.excerpt)

        def on_stop(pause: sentra.Pause) -> str:
            return "continue"

        engine.debugger.on_stop = on_stop
    """))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"),
         str(tmp_path / "application.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("mode", ["interp", "closure", "tree", "auto"])
@pytest.mark.parametrize("source", [
    "fn f(n) { log(n)\nf(n + 1) }\nf(0)",
    "fn f(n) { clock()\nprint(n)\nreturn 1 + f(n + 1) }\nf(0)",
    'fn f() { import "./b" as b\nb.g(f) }\nf()',
    "fn f(n) { sort([2, 1], fn(a, b) { log(n)\nf(n + 1) }) }\nf(0)"])
def test_at_the_end_of_the_stack_nothing_is_the_services_fault(mode: str, source: str) -> None:
    def write(text: str) -> None:
        printed.append(text.upper())

    printed: list[str] = []
    engine = Engine(mode=mode, stdout=write, clock=lambda: 1.0, modules={
        "b": "export fn g(f) { f() }"}, limits=Limits.default(time=20))
    program = engine.compile(source)

    def nested(depth: int) -> object:
        return nested(depth - 1) if depth else program.run()

    for depth in range(24):  # the stack ends at another place each time
        with pytest.raises(SentraError, match="stack overflow"):
            nested(depth)
