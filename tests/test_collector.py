"""The garbage collector is paused while programs are compiled, and never left otherwise."""

import gc

import pytest

from sentra.codegen.link import AstExecutor
from sentra.errors import SentraSyntaxError
from sentra.interp.executor import InterpreterExecutor
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode


@pytest.fixture
def collections():
    """The collections since the test began."""
    seen = []

    def callback(phase, info):
        if phase == "start":
            seen.append(info["generation"])

    gc.collect()
    gc.callbacks.append(callback)
    yield seen
    gc.callbacks.remove(callback)


LONG = "".join(f"fn f{n}(a, b) {{ return [a + b * {n}, {{x: a.name}}] }}\n" for n in range(500))


def test_no_collections_while_compiling(collections):
    module = compile_source(decode(LONG, "t.sn"))
    run(module, context=Context(), executor=AstExecutor(InterpreterExecutor()))
    assert len(collections) <= 2  # one when each pause is over
    assert gc.isenabled()


def test_enabled_again_after_a_syntax_error():
    with pytest.raises(SentraSyntaxError):
        compile_source(decode("let = 1", "t.sn"))
    assert gc.isenabled()


def test_stays_disabled_where_the_host_disabled_it():
    gc.disable()
    try:
        run(compile_source(decode("let x = 1", "t.sn")), context=Context(),
            executor=AstExecutor(InterpreterExecutor()))
        assert not gc.isenabled()
    finally:
        gc.enable()
