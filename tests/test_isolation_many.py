"""Worker processes with many programs, from many threads, and their ends."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from sentra import (
    LimitExceeded,
    Limits,
    SentraError,
)
from sentra.embedding.wire import Channel
from tests.test_isolation import engine, isolated

__all__ = ["engine"]


def test_programs_at_once():
    """Those that are busy do not keep others waiting, and each is cancelled alone."""
    async def go(engine):
        endless = engine.compile("while true { }", "a.sn")
        short = engine.compile("let a = 1", "b.sn")
        tasks = [asyncio.create_task(endless.arun()) for _ in range(3)]
        while len(engine.workers.process_ids) < 3:
            await asyncio.sleep(0.01)
        assert (await short.arun())["a"] == 1
        tasks.append(asyncio.create_task(endless.arun()))
        tasks.append(asyncio.create_task(endless.arun()))  # waits for a worker
        await asyncio.sleep(0.1)
        for task in reversed(tasks):
            others = [each for each in tasks if not each.done()]
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert [each for each in tasks if not each.done()] == others[:-1]

    with isolated(limits=Limits(time=30), workers=4) as engine:
        asyncio.run(go(engine))


def test_more_programs_than_a_worker_keeps(engine):
    programs = [engine.compile(f"let a = {n}") for n in range(70)]
    for n in (0, 69, 5, 0):
        assert programs[n].run()["a"] == n


def test_closed_while_calls_go_on():
    engine = isolated(workers=1)
    errors = []

    def spin():
        with pytest.raises((LimitExceeded, RuntimeError), match="the engine") as caught:
            engine.run("while true { }")
        errors.append(caught.value)

    threads = [threading.Thread(target=spin) for _ in range(3)]
    for thread in threads:
        thread.start()
    while not engine.workers.process_ids:
        time.sleep(0.01)
    time.sleep(0.1)
    engine.close()
    for thread in threads:
        thread.join(5)
    assert len(errors) == 3


def test_a_function_of_the_host_uses_the_engine_in_a_thread():
    def elsewhere(x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: run["double"](x) if x else engine.run("let a = 5")["a"]
                               ).result()

    with isolated(limits=Limits(time=1)) as engine:
        run = engine.run("fn double(x) { return 2 * x }\nfn f(x) { return elsewhere(x) }",
                         elsewhere=elsewhere)
        assert run.call("f", 0) == 5
        with pytest.raises(SentraError, match="waits for a function of the host"):
            run.call("f", 1)


def test_many_open_files():
    import resource

    bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, bounds[1]), bounds[1]))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with isolated() as engine:
            assert engine.run("let a = 1")["a"] == 1
    finally:
        for file in files:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, bounds)


def test_a_forked_process_has_workers_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with isolated() as engine:
        run = engine.run("fn f() { return 1 }")
        with warnings.catch_warnings():  # of other threads, which have nothing to do here
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            try:
                again = engine.run("fn f() { return 2 }").call("f")
                with pytest.raises(LimitExceeded, match="has ended"):
                    run.call("f")
                os._exit(again)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
        assert run.call("f") == 1
    for _ in range(200):  # the child could not tidy up: its worker does
        if not os.listdir(tmp_path):
            break
        time.sleep(0.05)
    assert os.listdir(tmp_path) == []


def test_a_closed_engine():
    engine = isolated()
    run = engine.run("fn f() { return 1 }")
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        run.call("f")
    with pytest.raises(RuntimeError, match="closed"):
        engine.run("let a = 1")


def test_closed_while_a_worker_starts(monkeypatch):
    engine = isolated(workers=1)
    receive = Channel.receive

    def close_first(channel, deadline):
        monkeypatch.setattr(Channel, "receive", receive)
        closing = threading.Thread(target=engine.close)
        closing.start()
        closing.join()
        return receive(channel, deadline)

    monkeypatch.setattr(Channel, "receive", close_first)
    with pytest.raises(LimitExceeded, match="the engine was closed"):
        engine.run("let a = 1")
