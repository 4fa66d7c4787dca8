"""Programs that coroutines wait for."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

import sentra
from sentra import Engine, Limits


def test_async_use():
    program = sentra.compile("let a = x * 2")

    async def main():
        runs = await asyncio.gather(*[program.arun(x=n) for n in range(5)])
        return [run["a"] for run in runs]

    assert asyncio.run(main()) == [0, 2, 4, 6, 8]


async def cancel(tasks):
    """Cancel them, and wait for that."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("wait", [0.0, 0.001, 0.05])
def test_cancelling_an_async_run_stops_the_program(wait):
    """Also before the program has begun, where `Run.cancel` finds nothing to stop."""
    engine = Engine(limits=Limits.none())
    engine.run("for i in range(10000) { }")  # what is needed is imported by now
    program = engine.compile("while true { }")

    async def main():
        for _ in range(5):
            task = asyncio.create_task(program.arun())
            await asyncio.sleep(wait)
            await cancel([task])

    asyncio.run(main())


def test_what_waits_for_a_thread_never_begins():
    begun = []
    engine = Engine(limits=Limits.none())
    engine.function(begun.append, name="begin")
    program = engine.compile("begin(1)\nwhile true { }")

    async def main():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        tasks = [asyncio.create_task(program.arun()) for _ in range(6)]
        while not begun:
            await asyncio.sleep(0.001)
        await cancel(tasks[1:])
        assert not tasks[0].done()
        await cancel(tasks[:1])

    asyncio.run(main())
    assert begun == [1]


def test_errors_of_what_was_cancelled_are_nobodys(caplog):
    engine = Engine(limits=Limits.none())
    program = engine.compile("while true { try { while true { } } finally { let a = nil + 1 } }")

    async def main():
        task = asyncio.create_task(program.arun())
        await asyncio.sleep(0.02)
        await cancel([task])

    asyncio.run(main())
    assert not caplog.records
