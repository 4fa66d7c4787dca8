"""``isolation="process"``: programs in worker processes, used like those in this process."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import random
import signal
import threading
import time

import pytest

import sentra
from sentra import (
    Engine,
    LimitExceeded,
    Limits,
    Permissions,
    ProgramExit,
    SentraError,
    SentraSyntaxError,
    Uncaught,
    format_error,
)


def isolated(**options):
    options.setdefault("limits", Limits.default(time=20.0, memory=200_000_000))
    return Engine(isolation="process", **options)


@pytest.fixture(scope="module")
def engine():
    with isolated(stdout=len) as made:
        yield made


def test_it_is_used_like_any_other():
    out = io.StringIO()
    with isolated(stdout=out, stdin=iter(["one\n", "two\n"]).__next__,
                  modules={"lib/tax": "export fn with_tax(x) { return x * 1.25 }"}) as engine:
        program = engine.compile("""
            import "lib/tax" as tax
            let seen = 0
            let line = readline()
            log("started with " + start)
            fn add(x, y) { seen = seen + 1
              return {sum: x + y, tax: tax.with_tax(x), 1: [nil, true, 2.5]} }
        """, "a.sn")
        run = program.run(start=5)
        assert run.call("add", 4, 2) == {"sum": 6, "tax": 5.0, 1: [None, True, 2.5]}
        assert run["add"](1, 2)["sum"] == 3
        assert (run["seen"], run["line"], run.exit_status) == (2, "one", None)
        assert run.steps == 2  # one in each module
        assert sorted(run) == ["add", "line", "seen", "tax"]
        with pytest.raises(KeyError):
            run["nothing"]
        assert program.run(start=1)["line"] == "two"
        assert out.getvalue() == "started with 5\nstarted with 1\n"
        assert engine.run("exit(3)").exit_status == 3


class Text(str):
    """A string that is no string."""


def test_values_keep_their_types(engine):
    same = engine.compile("fn same(x) { return x }")["same"]
    for value in (None, True, 0, -5, 10**5000, 2.5, float("inf"), "a\ud800\x00", [], [[1], {}],
                  {"a": 1, 2: "b", None: 3, 2.5: [4]}, {"map": [], "int": "ff"}):
        found = same(value)
        assert found == value
        assert type(found) is type(value)
    assert same((1, Text("a"))) == [1, "a"]
    with pytest.raises(TypeError, match="cannot use tuple as the key"):
        same({(1, 2): 3})
    for value in (object(), {1, 2}, {2: len}, len):
        with pytest.raises(TypeError, match="only plain data"):
            same(value)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TypeError, match="nested so deeply"):
        same(deep)


@pytest.mark.filterwarnings("error")
def test_a_coroutine_that_a_function_gives(engine):
    async def waits():
        return 1

    engine.function(lambda *_: waits(), name="f")
    assert "coroutine" in engine.run("let said = try(f).error.message")["said"]
    gc.collect()


def test_functions_of_the_host(engine):
    @engine.function
    def look_up(name, default=None):
        if name == "bad":
            raise KeyError("no such name")
        return {"ada": 36}.get(name, default)

    @engine.function
    def leaks():
        return object()

    @engine.function
    def need(a, b=2, *, key, other=0):
        return [a, b, key, other]

    run = engine.run("""
        fn find(name) { return look_up(name, "unknown") }
        fn fails() { return try(fn() => look_up("bad")).error.message }
        fn wrong() { return try(fn() => look_up()).error.message }
        fn needs() {
            let more = fn() => need(1, 2, {kee: 1})
            return [need(1, 3, {key: 4}), try(fn() => need(1, 2)).error.message,
                    try(fn() => need(1)).error.message, try(more).error.message]
        }
        fn leak() { return try(leaks).error.kind }
        fn function() { return try(fn() => look_up(find)).error.message }
        let doubled = double(4)
    """, double=lambda x: x * 2)
    assert run["doubled"] == 8
    assert (run.call("find", "ada"), run.call("find", "bob")) == (36, "unknown")
    assert run.call("fails") == "look_up: no such name"
    assert run.call("wrong") == "look_up expects 1 to 2 arguments, got 0"
    assert run.call("needs") == [
        [1, 3, 4, 0], 'need needs the option "key"', "need expects 3 arguments, got 1",
        'need has no option "kee"']
    assert run.call("leak") == "type"
    assert "only plain data" in run.call("function")
    with pytest.raises(SentraError, match="look_up: no such name") as caught:
        engine.run('look_up("bad")')
    assert type(caught.value.__cause__) is KeyError


def test_a_function_of_the_host_calls_back(engine):
    program = engine.compile("fn down(n) { return n < 1 ? 0 : 1 + again(n - 1) }")

    @engine.function
    def again(n):
        return program.call("down", n)

    assert program.call("down", 20) == 20


@pytest.mark.parametrize("source, kind, message", [
    ("1 + nil", "type", "cannot add number and nil"), ("throw [5]", "thrown", "uncaught: [5]"),
    ("let = ", "syntax", "syntax error"), ("num_cpus()", "permission", "not permitted"),
    ("fn f() { f() }\nf()", "overflow", "stack overflow")])
def test_errors(engine, source, kind, message):
    with pytest.raises(SentraError) as caught:
        engine.run("// a line\n" + source, filename="a.sn")
    assert caught.value.kind == kind
    assert message in caught.value.message
    shown = format_error(caught.value)
    here = Engine(stdout=len)
    with pytest.raises(SentraError) as known:
        here.run("// a line\n" + source, filename="a.sn")
    if kind != "overflow":
        assert shown == format_error(known.value)
    assert type(caught.value) is type(known.value)
    if isinstance(caught.value, Uncaught):
        assert caught.value.value == [5]
    if isinstance(caught.value, SentraSyntaxError):
        assert caught.value.problems[0].span == known.value.problems[0].span


def test_exit(engine):
    with pytest.raises(ProgramExit) as caught:
        engine.compile("fn f() { exit(7) }").call("f")
    assert caught.value.status == 7


@pytest.mark.parametrize("source, limit", [
    ("while true { }", "steps"), ('while true { log("x") }', "output"), ("sleep(100000)", "time"),
    ("let a = []\nwhile true { push(a, \"x\" * 100000 + len(a)) }", "memory"),
    ("let x = 3\nwhile true { x = x * x }", "time")])
def test_limits(source, limit):
    limits = Limits(time=1, memory=300_000_000) if "x * x" in source else (
        Limits(time=60, memory=100_000_000) if limit == "memory" else
        Limits(time=1 if limit == "time" else 60, steps=300_000, output=1000, memory=100_000_000))
    with isolated(limits=limits, stdout=len, mode="closure") as engine:
        with pytest.raises((LimitExceeded, SentraError)) as caught:
            engine.run(source)
        if "x * x" not in source:
            assert caught.value.limit == limit
        assert engine.compile("fn f() { return 1 }").call("f") == 1


def test_one_that_hangs_is_killed_and_replaced():
    with isolated(limits=Limits(time=0.5)) as engine:
        program = engine.compile("let n = 0\nfn next() { n = n + 1\nreturn n }")
        run = program.run()
        assert (program.call("next"), program.call("next"), run.call("next")) == (1, 2, 1)
        [first] = engine.workers.process_ids
        os.kill(first, signal.SIGSTOP)  # it does not answer any more
        with pytest.raises(LimitExceeded) as caught:
            program.call("next")
        assert caught.value.limit == "time"
        assert program.call("next") == 1  # of a run in a new process
        assert engine.workers.process_ids != [first]
        with pytest.raises(LimitExceeded, match="has ended"):
            run.call("next")
        assert program.call("next") == 2  # which costs others nothing


def test_one_that_dies_is_replaced(engine):
    engine.run("let a = 1")
    for process in engine.workers.process_ids:
        os.kill(process, signal.SIGKILL)
    time.sleep(0.1)
    assert engine.compile("fn f() { return 3 }").call("f") == 3


def understand(run, said):
    """What a run does with a message of its worker."""
    from sentra.embedding import wire

    if "ask" in said:
        run._answer(said)
    elif "value" in said:
        wire.unpack(said["value"])
    else:
        wire.unpack_error(said["error"])


def test_hostile_answers_are_refused(engine):
    from sentra.embedding import wire

    run = engine.run("let a = 1")
    for answer in (b"", b"x\n", b"[1]\n", b'{"value": {"a": 1}}\n', b'{"error": 5}\n',
                   b'{"ask": "secrets"}\n', b'{"value": {"map": [[[1], 2]]}}\n',
                   b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
                   b'{"error": {"type": "error", "message": 5, "kind": "x", "frames": []}}\n'):
        reading, writing = os.pipe()
        os.write(writing, answer[:60_000])
        os.close(writing)
        channel = wire.Channel(reading, os.open(os.devnull, os.O_WRONLY))
        with pytest.raises(wire.Broken):
            understand(run, channel.receive())
        os.close(channel.reading)
        os.close(channel.writing)


def test_large_answers_are_cut_off(engine, monkeypatch):
    from sentra.embedding import wire

    monkeypatch.setattr(wire, "LARGEST", 10_000)
    with pytest.raises(LimitExceeded) as caught:
        engine.compile('fn f() { return "x" * 1000000 }').call("f")
    assert caught.value.limit == "output"
    with pytest.raises(TypeError, match="too much data"):
        engine.compile("fn f(x) { return 1 }").call("f", "x" * 20_000)
    assert engine.compile("fn f() { return 1 }").call("f") == 1


def test_it_has_no_environment(engine, monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    with isolated() as other:
        other.run("let a = 1")
        [process] = other.workers.process_ids
        with open(f"/proc/{process}/environ", "rb") as file:
            assert b"SECRET" not in file.read()


def test_what_cannot_be_isolated_is_refused(engine):
    for option in ({"permissions": Permissions(sys=True)}, {"clock": time.time},
                   {"random": random.Random(1)}, {"on_half": print}):
        with pytest.raises(ValueError, match="isolation"):
            Engine(isolation="process", **option)
    with pytest.raises(ValueError, match="isolation"):
        engine.host_class(int)
    with pytest.raises(ValueError, match="isolation"):
        Engine(isolation="thread")
    program = engine.compile("fn f() { return [f] }")
    with pytest.raises(TypeError, match="plain data"):
        program.call("f")
    with pytest.raises(TypeError, match="cannot be mapped"):
        list(sentra.map(program, "f", [1]))


def test_threads_take_turns(engine):
    program = engine.compile("fn double(x) { return x * 2 }")
    found = []
    threads = [threading.Thread(target=lambda n=n: found.append(program.call("double", n)))
               for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [2 * n for n in range(8)]


def test_async_and_cancel():
    with isolated(limits=Limits(time=30)) as engine:
        async def go():
            run = await engine.compile("let a = 1").arun()
            assert run["a"] == 1
            task = asyncio.create_task(engine.compile("while true { }").arun())
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(go())
        assert engine.run("let a = 2")["a"] == 2
