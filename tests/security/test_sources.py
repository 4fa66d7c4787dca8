"""Lines 8 to 11: hostile sources."""

import sys
import threading
import time

import pytest

import sentra
from sentra import Engine, Limits, SentraError, SentraSyntaxError

N = 100_000
DEEP = {
    "parentheses": "(" * N + "1" + ")" * N,
    "open parentheses": "(" * N,
    "brackets": "let a = " + "[" * N + "]" * N,
    "braces": "{" * N + "}" * N,
    "maps": "let a = " + "{a: " * N,
    "not": "let a = " + "!" * N + "1",
    "minus": "let a = " + "- " * N + "1",
    "blocks": "if true {" * N + "}" * N,
    "else if": "if a == 1 { } " + "else if a == 1 { } " * 10_000,
    "members": "let m = {}\nm" + ".a" * N,
    "sum": "let s = 1" + "+1" * N,
    "power of calls": "f" + "(1)" * N,
    "templates": "let s = " + "`${" * 20_000,
    "lambdas": "let f = " + "fn(x) => " * N + "1",
    "ternary": "let a = " + "1 ? 1 : " * N + "1",
    "and": "let a = 1" + " && 1" * N,
    "indexes": "let a = []\na" + "[0]" * N,
}


def attempt(text, **settings):
    """Compile; success or a clean error."""
    try:
        return Engine(**settings).compile(text)
    except SentraSyntaxError as error:
        problem = error
    assert len(sentra.format_error(problem)) < 20_000
    return None


@pytest.mark.parametrize("name", DEEP)
def test_08_deep_nesting(name):
    start = time.perf_counter()
    attempt(DEEP[name])
    assert time.perf_counter() - start < 10  # a second on an idle machine


@pytest.mark.parametrize("name", ["parentheses", "brackets", "not", "blocks", "lambdas"])
def test_08_deep_in_the_hosts_own_stack(name):
    def down(levels):
        return attempt(DEEP[name][:]) if levels == 0 else down(levels - 1)

    down(sys.getrecursionlimit() - len_of_stack() - 60)
    ok = "let a = " + "(" * 150 + "1" + ")" * 150

    def down_and_run(levels):
        if levels:
            return down_and_run(levels - 1)
        return attempt(ok)

    assert down_and_run(sys.getrecursionlimit() - len_of_stack() - 60) is not None


def len_of_stack():
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


@pytest.mark.parametrize("name", ["parentheses", "brackets", "not", "blocks", "templates"])
def test_08_in_a_thread_with_a_small_stack(name):
    done = []
    size = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: done.append(attempt(DEEP[name])))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
    assert done == [None]


def test_09_one_long_line():
    text = "let a = \"" + "x" * 10_000_000 + "\""
    assert len(sentra.compile(text).run()["a"]) == 10_000_000
    with pytest.raises(SentraSyntaxError) as caught:
        sentra.compile("let a = 1 " + " " * 10_000_000 + "let ")
    assert len(sentra.format_error(caught.value)) < 2000


def test_09_many_statements_and_locals(mode):
    engine = Engine(mode=mode, limits=Limits.default(time=60))
    count = 3000
    text = "\n".join(f"let v{n} = {n}" for n in range(count)) + "\nlet last = v2999"
    assert engine.run(text)["last"] == 2999
    inside = "fn f() {\n" + "\n".join(f"let v{n} = {n}" for n in range(count)) + "\nreturn v7 }"
    assert engine.compile(inside).call("f") == 7
    arguments = ", ".join(["1"] * count)
    assert engine.run(f"fn f(...r) {{ return len(r) }}\nlet n = f({arguments})")["n"] == count


@pytest.mark.parametrize("data, wanted", [
    (b"let a = 1\r\nlet b = 2\r", 2), (b"\xef\xbb\xbflet b = 2", 2), (b"", None),
    ("let b = \"\u2028\"\n".encode(), "\u2028"), (b"#!/usr/bin/sentra\nlet b = 2", 2)])
def test_09_encodings(data, wanted):
    assert sentra.compile(data).run().get("b") == wanted


@pytest.mark.parametrize("data", [
    b"let a = \x00", b"let a = 1\x00", b"let a = \xff", b"\xff\xfe", b"\xc0\x80",
    b"let a = \x1b[0m", b"\xed\xa0\x80", "let a\u2028= 1".encode()])
def test_09_bad_bytes(data):
    with pytest.raises(SentraError) as caught:
        sentra.compile(data)
    text = sentra.format_error(caught.value)
    assert "\x00" not in text
    assert "\x1b" not in text


def test_10_time_is_linear():
    def seconds(lines):
        text = "\n".join(f"let v{n} = f({n}, \"a\") + {n}" for n in range(lines))
        return min(timed(text) for _ in range(3))

    def timed(text):
        start = time.perf_counter()
        sentra.compile(text)
        return time.perf_counter() - start

    assert seconds(8000) < seconds(1000) * 8 * 3


def test_11_nested_loops_and_tries(mode):
    for depth in (19, 21, 30):
        loops = "".join(f"for i{n} in [1] {{ " for n in range(depth)) + "count = count + 1 " + (
            "}" * depth)
        tries = "try { " * depth + "throw 1" + "} catch e { count = count + 10\nthrow e }" * (
            depth - 1) + "} catch e { count = count + 10 }"
        finals = "try { " * depth + "count = count + 100" + (
            "} finally { count = count + 100 }" * depth)
        text = f"let count = 0\n{loops}\n{tries}\n{finals}"
        wanted = 1 + 10 * depth + 100 * (depth + 1)
        assert Engine(mode=mode).run(text)["count"] == wanted


def test_11_finally_inside_finally(mode):
    text = "count = count + 1"
    for _ in range(19):
        text = f"try {{ throw 1 }} catch e {{ }} finally {{ {text} }}"
    assert Engine(mode=mode).run(f"let count = 0\n{text}")["count"] == 1


@pytest.mark.parametrize("text", [
    f"fn f({', '.join(f'a{i}' for i in range(25_000))}) {{ return 1 }}", "\0" * 3_000_000,
    "let a = " + "$" * 3_000_000], ids=["parameters", "NUL", "dollars"])
def test_10_many_of_a_kind(mode, text):
    start = time.process_time()
    try:
        Engine(mode=mode).run(text)
    except SentraSyntaxError:
        pass
    assert time.process_time() - start < 1.5
