"""What catching an error leaves behind: no frames, whoever keeps the error."""

import gc
import weakref

import pytest
from executors import EXECUTORS

from sentra.errors import SentraError, Thrown
from sentra.pipeline import compile_source, read_source, run
from sentra.runtime.context import Context
from sentra.runtime.throwing import caught_here, rethrown, thrown

CATCHES = {
    "looked at": "try { fails() } catch e { log(e.message) }",
    "unused": "try { fails() } catch e { log(1) }",
    "unnamed": "try { fails() } catch { log(1) }",
    "kept": "try { fails() } catch e { kept = e }",
    "thrown again": "try { try { fails() } catch e { throw e } } catch e { log(e.kind) }",
    "thrown elsewhere":
        "try { try { fails() } catch e { push(list, e) again(e) } } catch e { log(e) }",
    "finally": "try { try { fails() } finally { log(2) } } catch e { log(e) }",
    "finally in a function": "try { passes() } catch e { log(e) }",
}


@pytest.mark.parametrize("name", ["interp", "tree", "ast", "ast-metered", "auto"])
@pytest.mark.parametrize("catch", CATCHES.values(), ids=CATCHES.keys())
def test_an_error_that_is_kept_keeps_no_frames(name, catch):
    program = compile_source(read_source(f"""
let made = error("made")
let kept = nil
let list = []
fn fails() {{ throw made }}
fn again(e) {{ throw e }}
fn passes() {{ try {{ fails() }} finally {{ log(3) }} }}
fn keep() {{ return [made, kept, list] }}
fn work() {{ {catch} }}
for _ in range(3) {{ work() }}
""", "a.sn"))
    context = Context(write=lambda text: None)
    namespace = run(program, context=context, executor=EXECUTORS[name]())
    made, kept, more = namespace["keep"]()
    for error in {id(error): error for error in (made, kept, *more) if error}.values():
        assert error.__traceback__ is None
        assert error.__context__ is None


class Watched:
    """A value of the host whose end can be seen."""


@pytest.mark.parametrize("catch", [
    "log(e.message)", "log(1)", "throw e", "if e.kind == \"x\" { throw e }", "return e.message"])
def test_the_values_of_frames_that_an_error_passed_go_with_it(catch):
    program = compile_source(read_source(f"""
fn fails(value) {{ throw error("no") }}
fn work(value) {{ try {{ fails(value) }} catch e {{ {catch} }} }}
""", "a.sn"))
    context = Context(write=lambda text: None)
    namespace = run(program, context=context, executor=EXECUTORS["ast"]())
    gc.disable()
    try:
        value = Watched()
        gone = weakref.ref(value)
        try:
            namespace["work"](value)
        except SentraError:
            pass
        del value
        assert gone() is None
    finally:
        gc.enable()


def test_what_a_handler_looks_at():
    error = SentraError("x", "own")
    assert caught_here(thrown(error)) is error
    assert caught_here(thrown(7)) == 7
    assert rethrown(error).value is error
    carrier = Thrown(3)
    assert rethrown(carrier) is carrier


def test_what_python_says_is_found_out_once_for_each_place():
    program = compile_source(read_source("""
fn sub(a, b) { return a - b }
fn add(a, b) { return a - b + 1 }
fn call(f, a) { return f(a) }
fn message(f, a, b) { try { return f(a, b) } catch e { return e.message + " " + e.kind } }
for _ in range(2) {
  log(message(sub, nil, 1), message(add, nil, 1), message(sub, "a", 1), message(sub, 1, "a"))
  log(message(call, 3, 1), message(call, nil, 1), message(call, fn() => 1, 1))
  log(message(call, fn(a, b, c = 1) => 1, 1), message(call, fn(a, b) => 1, 1))
}
""", "a.sn"))
    output = []
    run(program, context=Context(write=output.append), executor=EXECUTORS["ast"]())
    assert "".join(output[:len(output) // 2]) == "".join(output[len(output) // 2:])
    expected = []
    run(program, context=Context(write=expected.append), executor=EXECUTORS["interp"]())
    assert "".join(output) == "".join(expected)


def test_a_raw_exception_is_the_same_error_when_it_is_thrown_again():
    exception = RecursionError("deep")
    first = caught_here(exception)
    assert (first.message, first.kind) == ("stack overflow", "overflow")
    assert caught_here(exception) is first


def test_an_error_is_its_message_and_kind():
    error = SentraError("no")
    assert (error.message, error.kind, str(error), len(error)) == ("no", "value", "no", 2)
    error = SentraError("no", "type")
    assert (error.message, error.kind, str(error)) == ("no", "type", "no")
