"""Lines 14 to 26: nothing within a process ends one operation of Python, so none is long."""

import threading
import time
import tracemalloc

import pytest

from sentra import Engine, LimitExceeded, Limits, SentraError

NUMBER = "let n = shl(1, 999990)\n"
TEXTS = 'let x = repeat("\\u{1f642}", 8000000)\nlet y = x[1:] + "\\u{1f643}"\nx = x[1:] + x[0]\n'


@pytest.mark.parametrize("text", [
    NUMBER + "memoize(fn(x) => 1)([n] * 500000)",
    NUMBER + "csv_format([{(n): 1}] * 500000)",
    "unique([[shl(1, 130000) + 1] * 500000])",
    "json_encode([pow(10, 4200)] * 100000)",
    "json_encode([[pow(10, 4200)] * 900] * 100)"])
def test_14_large_integers_many_times(run, text):
    """To hash or to spell one takes microseconds: a time limit comes between them."""
    start = time.process_time()
    try:
        run(text, limits=Limits.default(time=0.1))
    except LimitExceeded:
        pass
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("use", ["max([x, y] * 2048)", "min([x, y] * 2048)"])
def test_16_large_texts_many_times(mode, use):
    start = time.process_time()
    try:
        Engine(mode=mode, limits=Limits.default(time=0.1)).run(TEXTS + use)
    except LimitExceeded:
        pass
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("use, most", [
    ("enumerate(a)", 100), ("zip(a, a)", 100), ("deep_clone([[]] * 2000000)", 100),
    (NUMBER + "range(n, n + 8000)", 600)])
def test_15_arrays_are_made_in_pieces(mode, use, most):
    """A limit that has come ends them before they have taken all their memory."""
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded):
            Engine(mode=mode, limits=Limits.default(time=0.05)).run(
                "let a = [1] * 2000000\n" + use)
        assert tracemalloc.get_traced_memory()[1] < most * 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", [
    "json_encode(repeat(chr(34), 600))", "hex_encode(repeat(x, 600))", "url_encode(repeat(x, 400))",
    "base64_encode(repeat(x, 900))", "base64url_encode(repeat(x, 900))",
    "title(repeat(chr(912), 1000))", "capitalize(repeat(chr(912), 1000))",
    "generate_api_key(repeat(x, 900), 200)", 'json_decode("[" + repeat("1,", 150) + "1]")',
    'json_decode("[[" + repeat("1,", 150) + "1]]")', 'csv_parse(repeat(",", 150))',
    'csv_parse(repeat("a\\n", 150))', 'regex_split(",", repeat(",", 150))',
    'regex_find_all("a", repeat("a", 150))'])
def test_15_what_is_made_of_a_text_is_no_larger(run, text):
    with pytest.raises(SentraError) as caught:
        run(f"let x = chr(38)\nlet result = {text}", limits=Limits(string=1000, array=100))
    assert caught.value.kind == "overflow"


def test_16_an_uncaught_array_is_shown_by_its_beginning(run):
    """That is done after the run, where no limit holds."""
    start = time.process_time()
    with pytest.raises(SentraError) as caught:
        run(NUMBER + "throw [[n] * 1000]")
    assert time.process_time() - start < 1.5
    assert 20_000 < len(str(caught.value)) < 20_100


def test_24_arguments_that_python_refuses(run):
    assert run("try { url_decode(half) } catch e { log(e.kind) }", half="a\ud800%41") == "value\n"
    text = 'password_verify("a", "scrypt$131072$1$16$QUJD$" + base64_encode(repeat("a", 32)))'
    assert run(f"try {{ {text} }} catch e {{ log(e.kind) }}") == "value\n"


def test_26_the_timer_ends_with_the_engine(mode):
    """Also where it just looks at the memory, and waits for its turn to go on."""
    left = []
    for turn in range(12):
        engine = Engine(mode=mode, limits=Limits.default(time=5))
        engine.run(f"let end = now_ms() + {20 + turn}\nwhile now_ms() < end {{ }}")
        engine.close()
        left += [thread.name for thread in threading.enumerate() if thread.name == "sentra-timer"]
    assert left == []
