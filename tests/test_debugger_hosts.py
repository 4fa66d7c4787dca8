"""The debugger and its host: exceptions, limits, threads, tasks; what a debug build is."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from typing import Any

import pytest
from debugged import MODES, PROGRAM, at_start, stops
from executors import EXECUTORS

import sentra
from sentra.bytecode import ops
from sentra.bytecode.file import dump, load
from sentra.bytecode.text import same
from sentra.codegen.generate import generate
from sentra.debugging.executor import DebugExecutor, marked
from sentra.debugging.show import shown
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode


# --- hosts ----------------------------------------------------------------------------------------
class Mistake(Exception):
    pass


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hook", ["on_stop", "trace"])
def test_an_exception_of_a_hook_reaches_the_host_and_no_program(hook, mode):
    engine = sentra.Engine(debug=True, mode=mode, stdout=(printed := []).append)

    def fail(*arguments):
        raise Mistake("of the host")

    setattr(engine.debugger, hook, fail)
    engine.debugger.break_at("t.sn", 2)
    with pytest.raises(Mistake, match="of the host"):
        engine.run('try {\n  log(1)\n} catch e { log("caught") } finally { log("finally") }\n',
                   filename="t.sn")
    assert printed == []


def test_a_wrong_command_reaches_the_host():
    engine = sentra.Engine(debug=True)
    engine.debugger.at_start = True
    engine.debugger.on_stop = lambda pause: "go"
    with pytest.raises(ValueError, match="on_stop returned 'go'"):
        engine.run("let a = 1")


@pytest.mark.parametrize("mode", MODES)
def test_quit(mode):
    engine = sentra.Engine(debug=True, mode=mode, stdout=(printed := []).append)
    engine.debugger.on_stop = lambda pause: "quit"
    engine.debugger.break_at("t.sn", 2)
    with pytest.raises(sentra.LimitExceeded) as stopped:
        engine.run('log(0)\ntry { log(1) } catch { log(2) } finally { log(3) }\n', filename="t.sn")
    assert stopped.value.limit == "cancelled"
    assert printed == ["0\n"]


def test_functions_called_from_the_host_stop_too():
    engine = sentra.Engine(debug=True)
    program = engine.compile(PROGRAM, "t.sn")
    done = program.run()
    seen: list[int] = []
    engine.debugger.on_stop = lambda pause: seen.append(pause.frame.line)
    engine.debugger.break_at("t.sn", 4)
    assert done.call("area", 4, 2) == 4.0
    assert program.call("area", 4, 2) == 4.0
    assert seen == [4] * (1 + 3 + 1)


def test_a_step_does_not_last_into_the_next_call_of_the_host():
    engine = sentra.Engine(debug=True)
    done = engine.compile(PROGRAM, "t.sn").run()
    seen: list[int] = []

    def on_stop(pause):
        seen.append(pause.frame.line)
        return "step"

    engine.debugger.on_stop = on_stop
    made = engine.debugger.break_at("t.sn", 4)
    done.call("area", 1, 1)
    engine.debugger.delete(made)
    done.call("area", 1, 1)
    assert seen == [4]


def test_functions_of_the_program_can_be_called_while_it_is_stopped():
    got: list[Any] = []

    def script(pause):
        got.append(pause.frame.module_variables()["area"](10, 2))

    seen, _ = stops(PROGRAM, script, setup=lambda d: d.break_at("t.sn", 4, once=True))
    assert got == [10.0]
    assert seen == ["breakpoint 4"]


@pytest.mark.parametrize("mode", MODES)
def test_the_program_sees_nothing_of_the_debugger(mode):
    text = "\n".join(f"seen = try(fn() => {name}).error != nil && seen" for name in (
        "_at", "_returns", "_raised", "_unwinds", "_debug_calls", "debugger", "hooks"))
    engine = sentra.Engine(debug=True, mode=mode)
    engine.debugger.trace = lambda event, frame: frame.variables()
    assert engine.run("let seen = true\n" + text)["seen"] is True


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limits", [
    sentra.Limits(steps=2000), sentra.Limits(time=0.1), sentra.Limits(output=3)],
    ids=["steps", "time", "output"])
def test_limits_hold_and_are_not_caught(mode, limits):
    engine = sentra.Engine(debug=True, mode=mode, limits=limits, stdout=(printed := []).append)
    with pytest.raises(ValueError, match="'uncaught' or 'all', not 'every'"):
        engine.debugger.errors = "every"
    engine.debugger.errors = "all"
    engine.debugger.trace = lambda event, frame: None
    engine.debugger.on_stop = lambda pause: None
    with pytest.raises(sentra.LimitExceeded):
        engine.run('try { while true { log("") } } catch { log("catch") } finally { log("f") }')
    assert "catch" not in "".join(printed)


def test_only_debug_engines_have_a_debugger():
    with pytest.raises(ValueError, match=r"Engine\(debug=True\) does"):
        _ = sentra.Engine().debugger
    with pytest.raises(ValueError, match="no debug builds"):
        sentra.Engine(debug=True, mode="tree")
    with pytest.raises(ValueError, match="debug cannot be given"):
        sentra.Engine(debug=True, isolation="process")


def test_time_stands_still_while_the_program_is_stopped():
    def script(pause):
        time.sleep(0.4)

    _, done = stops("let a = 1\nlet b = 2\n", script, limits=sentra.Limits(time=0.3),
                    setup=lambda d: d.break_at("t.sn", 2))
    assert done["b"] == 2


def test_the_time_limit_holds_after_a_stop():
    engine = sentra.Engine(debug=True, limits=sentra.Limits(time=0.3))
    engine.debugger.on_stop = lambda pause: time.sleep(0.1)
    engine.debugger.at_start = True
    with pytest.raises(sentra.LimitExceeded, match="time limit reached"):
        engine.run("let n = 0\nwhile true { n = n + 1 }")


@pytest.mark.parametrize("mode", MODES)
def test_steps_are_those_of_the_program_alone(mode):
    limits = sentra.Limits(steps=100_000)
    plain = sentra.Engine(limits=limits).run(PROGRAM).steps

    def script(pause):
        for _ in range(50):
            pause.frame.evaluate("map(range(100), fn(x) => x)")
        return "step"

    _, done = stops(PROGRAM, script, mode, setup=at_start, limits=limits)
    assert done.steps == plain


def test_an_expression_that_never_ends_is_stopped():
    def script(pause):
        with pytest.raises(sentra.SentraError, match="takes too long"):
            pause.frame.evaluate("spin()")

    stops("fn spin() { while true { } }\nlet a = 1\n", script, setup=at_start)


def test_pause_from_another_thread():
    engine = sentra.Engine(debug=True)
    seen: list[str] = []

    def on_stop(pause):
        seen.append(pause.reason)
        pause.frame.assign("going", False)

    engine.debugger.on_stop = on_stop
    timer = threading.Timer(0.1, engine.debugger.pause)
    timer.start()
    engine.run("let going = true\nlet n = 0\nwhile going { n = n + 1 }\n")
    timer.join()
    assert seen == ["pause"]


@pytest.mark.parametrize("mode", MODES)
def test_tasks(mode):
    text = """\
fn work(name) {
  let step = 1
  sleep(1)
  return name
}
let one = go work("a")
let two = go work("b")
log(await_task(one), await_task(two))
"""
    found: list[Any] = []

    def script(pause):
        found.append((pause.task, pause.frame.variables(), len(pause.frames), pause.tasks()))

    seen, _ = stops(text, script, mode, stdout=lambda text: None,
                    setup=lambda d: d.break_at("t.sn", 4))
    assert seen == ["breakpoint 4"] * 2
    assert [(task, values["name"], depth) for task, values, depth, _ in found] == [
        (1, "a", 1), (2, "b", 1)]
    assert found[0][3] == [(0, "<module> (t.sn:8)"), (1, "work (t.sn:4)"), (2, "work (t.sn:3)")]


@pytest.mark.parametrize("mode", MODES)
def test_next_stays_in_its_task(mode):
    text = """\
fn work(n) {
  let a = n
  sleep(1)
  let b = n
  sleep(1)
  return b
}
let tasks = [go work(1), go work(2)]
log(await_task(tasks[0]))
"""
    seen: list[Any] = []

    def script(pause):
        seen.append((pause.task, pause.frame.line))
        return "next"

    stops(text, script, mode, stdout=lambda text: None,
          setup=lambda d: d.break_at("t.sn", 2, once=True))
    assert seen == [(1, line) for line in (2, 3, 4, 5, 6)]


def test_two_runs_in_two_threads():
    engine = sentra.Engine(debug=True)
    program = engine.compile(PROGRAM, "t.sn")
    seen: list[tuple[str, int]] = []
    engine.debugger.on_stop = lambda pause: seen.append(
        (threading.current_thread().name, pause.frame.line))
    engine.debugger.break_at("t.sn", 4)
    threads = [threading.Thread(target=program.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert {sum(name == each for name, _ in seen) for each, _ in seen} == {3}


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_left_behind(mode):
    engine = sentra.Engine(debug=True, mode=mode)
    engine.debugger.on_stop = lambda pause: [frame.variables() for frame in pause.frames] and "step"
    engine.debugger.errors = "all"
    engine.debugger.at_start = True
    program = engine.compile(PROGRAM + "try { throw [1] } catch e { log(e) }\n", "t.sn")
    done = program.run()
    sessions = weakref.ref(done.context.debugger)
    del done, program
    gc.collect()
    assert sessions() is None


# --- builds ---------------------------------------------------------------------------------------
def compiled(text: str) -> Any:
    return compile_source(decode(text, "t.sn"))


def test_marks_change_nothing_else():
    module = compiled(PROGRAM)
    debug = marked(module)
    assert debug is not module
    plain = [i for i in debug.body.functions[0].code if i[0] != ops.STATEMENT]
    assert [op for op, _, _, _ in plain] == [op for op, _, _, _ in module.body.functions[0].code]
    assert (debug.variables, debug.exports, debug.single) == (
        module.variables, module.exports, module.single)
    assert same(load(dump(debug)), debug)


def test_a_bytecode_file_is_debugged_by_its_source():
    module = load(dump(compiled(PROGRAM)))
    assert marked(module) is not module


def test_bytecode_of_another_source_is_not_marked():
    module, other = compiled(PROGRAM), compiled(PROGRAM.replace("2", "3"))
    fields = {name: getattr(module, name) for name in type(module).__slots__}
    for source in (other.source, "", "let = 1"):
        wrong = type(module)(**{**fields, "source": source})
        assert marked(wrong) is wrong


def test_other_executors_run_marked_bytecode_as_if_it_were_not():
    debug = marked(compiled(PROGRAM + "log(result)\n"))
    for name, make in EXECUTORS.items():
        if "debug" not in name:
            printed: list[str] = []
            run(debug, context=Context(write=printed.append), executor=make())
            assert printed == ["3\n"], name


def test_other_code_contains_nothing_of_it():
    import ast

    text = PROGRAM + "try { log(1) } catch e { log(e) }\nlet f = fn(x) => x\n"
    plain = ast.unparse(generate(prepare(compiled(text))).tree)
    debug = ast.unparse(generate(prepare(marked(compiled(text)), debug=True)).tree)
    for word in ("_at(", "_returns(", "_raised(", "_unwinds("):
        assert word not in plain
        assert word in debug


def test_a_debug_executor_without_a_debugger_just_runs():
    for setting in (False, True):
        printed: list[str] = []
        run(compiled("fn f() { throw 1 }\ntry { f() } catch e { log(e) }"),
            context=Context(write=printed.append), executor=DebugExecutor(compiled=setting))
        assert printed == ["1\n"]


def test_twenty_nested_blocks():
    """CPython's limit of nested blocks is met before it is hit."""
    text = "let n = 0\n" + "".join(
        f"for a{i} in [1] {{\n" for i in range(19)) + "n = n + 1\n" + "}" * 19
    for mode in MODES:
        seen, done = stops(text, [], mode, setup=lambda d: d.break_at("t.sn", 21))
        assert seen == ["breakpoint 21"]
        assert done["n"] == 1


@pytest.mark.parametrize("executor", ["interp-debug", "ast-debug"])
def test_the_fixture_hears_of_everything(executor):
    watched = EXECUTORS[executor]()
    run(compiled(PROGRAM), context=Context(), executor=watched)
    assert watched.events == 25  # 12 of area, 11 of total, 2 of the module


# --- values ---------------------------------------------------------------------------------------
def test_values_are_shown_on_one_short_line():
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    cyclic: Any = {}
    cyclic["self"] = cyclic
    assert shown("a\nb\x1b[0m") == '"a\\x0ab\\x1b[0m"'
    assert len(shown("x" * 10_000_000)) <= 400
    assert len(shown(list(range(10_000_000)))) <= 500
    assert shown(deep) == "[[[[[[[…]]]]]]]"
    assert "…" in shown(cyclic)
    assert shown(10 ** 100_000) == "an integer of 332193 bits"
    assert shown({"a": [1, None, True, 2.0]}) == "{a: [1, nil, true, 2]}"
