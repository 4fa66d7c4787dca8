"""Traces: where errors say that they were first thrown."""

import pickle
import subprocess
import sys
from types import CellType, FunctionType

import pytest

from sentra.errors import (
    Bug,
    Frame,
    LimitStop,
    SentraError,
    SentraSyntaxError,
    SyntaxProblem,
    Thrown,
)
from sentra.runtime.functions import capturing
from sentra.runtime.throwing import caught, internal_error, settle, thrown
from sentra.runtime.trace import KEPT, attach, shortened

SPAN = (3, 1, 3, 9, 3, 5)
FRAME = Frame("f", "demo.sn", SPAN, "  a + b")


def locate_generated(code, lasti):
    return Frame(code.co_name, "generated.sn", (1, 1, 1, 1, code.co_firstlineno, 1), "")


def translate_generated(exception, traceback):
    return SentraError(f"translated {type(exception).__name__} {exception}")


def generated(text, **namespace):
    """Functions that look like generated code to the runtime."""
    namespace.update(_locate=locate_generated, _translate=translate_generated)
    exec(text, namespace)
    return namespace


def failing(error):
    raise error


def test_frames_are_decoded_when_they_are_read():
    asked = []

    def locate(position):
        asked.append(position)
        return FRAME

    error = SentraError("x")
    assert error.frames == ()
    assert (error.file, error.line, error.column, error.stack) == ("", 0, 0, [])
    error.trace = [(locate, 1), (locate, 2)]
    assert asked == []
    assert (error.file, error.line, error.column) == ("demo.sn", 3, 5)
    assert set(asked) == {1}
    assert error.stack == ["f (demo.sn:3)"] * 2
    asked.clear()
    assert len(error.frames) == 2
    assert asked == []


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_errors_pickle(protocol):
    error = SentraError("no", "type")
    error.trace = [(lambda position: FRAME, 0)]
    copy = pickle.loads(pickle.dumps(error, protocol))
    assert (copy.message, copy.kind, str(copy)) == ("no", "type", "no")
    assert copy.stack == ["f (demo.sn:3)"]
    assert copy.frames[0].source_line == "  a + b"
    value = Thrown([1])
    value.trace = [(lambda position: FRAME, 0)]
    copy = pickle.loads(pickle.dumps(value, protocol))
    assert copy.value == [1]
    assert copy.frames[0].span == SPAN
    stop = pickle.loads(pickle.dumps(LimitStop("steps", "too many"), protocol))
    assert (stop.limit, stop.message) == ("steps", "too many")
    problems = [SyntaxProblem("a.sn", SPAN, "no", "x")]
    assert pickle.loads(pickle.dumps(SentraSyntaxError(problems), protocol)).kind == "syntax"


def test_generated_frames_are_collected_inwards_and_outwards():
    inner = generated("def inner():\n  failing()", failing=lambda: failing(SentraError("x")))

    def catcher():
        try:
            inner["inner"]()
        except SentraError as error:
            return caught(error)

    outer = generated("\n\ndef outer():\n  return catcher()", catcher=catcher)
    error = outer["outer"]()
    assert type(error) is SentraError
    assert error.stack == ["inner (generated.sn:1)", "outer (generated.sn:3)"]


def test_an_error_keeps_its_first_trace():
    code = generated("def first():\n  failing(error)\n\n\ndef second():\n  failing(error)",
                     failing=failing, error=SentraError("x"))
    for name in ("first", "second"):
        with pytest.raises(SentraError) as info:
            code[name]()
        settle(info.value)
        assert info.value.stack[0] == "first (generated.sn:1)"
        assert caught(info.value).__traceback__ is None


def test_raw_exceptions_of_generated_code_are_translated():
    code = generated("def f(x):\n  return 1 / x")
    try:
        code["f"](0)
    except ZeroDivisionError as exception:
        error = caught(exception)
    assert error.message == "translated ZeroDivisionError division by zero"
    assert error.stack == ["f (generated.sn:1)"]


@pytest.mark.parametrize("exception, message", [
    (RecursionError("deep"), "stack overflow"), (MemoryError(), "out of memory")])
def test_overflows_of_python_are_errors(exception, message):
    try:
        failing(exception)
    except Exception as raised:
        error = caught(raised)
    assert (error.message, error.kind) == (message, "overflow")


def test_other_exceptions_are_bugs_that_no_program_catches():
    # Raised by a helper below generated code, not by a raw operation in it.
    code = generated("def f():\n  failing()", failing=lambda: failing(TypeError("ours")))
    try:
        code["f"]()
    except TypeError as exception:
        ours = exception
    with pytest.raises(Bug) as info:
        caught(ours)
    assert not issubclass(Bug, Exception)
    report = internal_error(info.value)
    assert "TypeError: ours" in str(report)
    assert "Please report" in str(report)


def test_thrown_values():
    error = SentraError("x")
    assert thrown(error).value is error  # raised itself it would keep the frames that it passes
    assert caught(thrown(error)) is error
    assert settle(thrown(error)) is error
    assert thrown("x").value == "x"
    assert caught(thrown([1])) == [1]


def test_long_traces_lose_their_middle():
    pairs = [(lambda position: FRAME, i) for i in range(2 * KEPT + 5)]
    short = shortened(pairs)
    assert len(short) == 2 * KEPT + 1
    assert short[:KEPT] == pairs[:KEPT]
    assert short[-KEPT:] == pairs[-KEPT:]
    locate, position = short[KEPT]
    assert str(locate(position)) == "... 5 more calls"
    assert shortened(pairs[:-4]) == pairs[:-4]


def test_attach_without_a_traceback_changes_nothing():
    error = SentraError("x")
    attach(error, None)
    assert error.trace == ()
    assert sys.exc_info() == (None, None, None)


LOOKING = """
import sys, sentra
source = '''fn make(k, j) { return fn(x) { host(x)
    return x + k + j } }
let f = make(3, 4)
fn g(a) { return map(a, f) }'''

def look(frame):
    return {} if frame is None else {**look(frame.f_back), **dict(frame.f_locals)}

def host(x):
    look(sys._getframe())
    raise ValueError("no")

for mode in ("interp", "tree", "auto", "closure"):
    run = sentra.Engine(mode=mode, limits=sentra.Limits.none()).compile(source).run(host=host)
    for name, argument in (("f", 1), ("g", [1])):
        try:
            run[name](argument)
        except sentra.SentraError as error:
            traceback = error.__traceback__
            while traceback is not None:
                look(traceback.tb_frame)
                traceback = traceback.tb_next
    print(mode)
"""


def test_frames_of_functions_that_capture_can_be_looked_at():
    """As debuggers and reporters of errors do. CPython crashed where the cells were not in the
    frame.
    """
    done = subprocess.run([sys.executable, "-c", LOOKING], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["interp", "tree", "auto", "closure"])


def test_code_for_a_closure_with_many_names():
    names = tuple([f"name{number}" for number in range(300)])
    code = capturing((lambda: 1).__code__, names)
    function = FunctionType(code, {}, "f", None, tuple([CellType(n) for n in names]))
    assert function() == 1
    assert {line for _, _, line in code.co_lines() if line} == {code.co_firstlineno}
