"""Section json."""

from __future__ import annotations

import json
import random

import pytest
from builtin_rows import Throws, call, check, member, rows, same

from sentra.errors import SentraError
from sentra.runtime.builtins.json_problem import find_problem
from sentra.runtime.builtins.json_text import _encode_plain, _Encoder
from sentra.runtime.limits import Sizes, use

INF = float("inf")


def bad(message: str) -> Throws:
    return Throws("value", f"malformed JSON: {message}")


@rows(
    ("json_decode", " 7 ", 7), ("json_parse", "[1, 2.5, -3, 1e2]", [1, 2.5, -3, 100.0]),
    ("parseJSON", '"a\\u00e9\\n\\/"', "aé\n/"), ("parse_json", "{}", {}),
    ("json_decode", '{"b": 1, "a": [true, false, null]}', {"b": 1, "a": [True, False, None]}),
    ("json_decode", '{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}), ("json_decode", "-0", 0),
    ("json_decode", '"\\ud83d\\ude00"', "😀"), ("json_decode", '"\\uD83D\\uDE00x"', "😀x"),
    ("json_decode", "1" * 5000, int("1" * 2500) * 10**2500 + int("1" * 2500)),
    ("json_decode", "[-" + "9" * 5000 + "]", [1 - 10**5000]), ("json_decode", "1e400", INF),
    ("json_decode", SentraError("[1]"), [1]),
    ("json_decode", 5, Throws("type", "json_decode: argument 1 must be string, not number")),
    ("json_decode", "", bad("unexpected end at line 1, column 1")),
    ("json_decode", "{", bad("unexpected end at line 1, column 2")),
    ("json_decode", "[1,]", bad("expected a value at line 1, column 4")),
    ("json_decode", "nul", bad("expected a value at line 1, column 1")),
    ("json_decode", "[1 2]", bad("expected , or ] at line 1, column 4")),
    ("json_decode", '{\n  "a": 1\n  "b": 2}', bad("expected , or } at line 3, column 3")),
    ("json_decode", '{"a" 1}', bad("expected : at line 1, column 6")),
    ("json_decode", "{a: 1}", bad("expected a string as key at line 1, column 2")),
    ("json_decode", '{"a": 1,}', bad("expected a string as key at line 1, column 9")),
    ("json_decode", "1 2", bad("unexpected text after the value at line 1, column 3")),
    ("json_decode", "[1]]", bad("unexpected text after the value at line 1, column 4")),
    ("json_decode", '"abc', bad("unexpected end at line 1, column 5")),
    ("json_decode", '"a\nb"', bad("control character in a string at line 1, column 3")),
    ("json_decode", '"\\x"', bad("malformed escape in a string at line 1, column 2")),
    ("json_decode", '"\\u12g4"', bad("malformed escape in a string at line 1, column 2")),
    ("json_decode", '"\\ud800"', bad("half a surrogate pair at line 1, column 2")),
    ("json_decode", '"x\\udc00"', bad("half a surrogate pair at line 1, column 3")),
    ("json_decode", '"\\ud800\\u0041"', bad("half a surrogate pair at line 1, column 2")),
    ("json_decode", '{"\\uD800": 1}', bad("half a surrogate pair at line 1, column 3")),
    ("json_decode", '"\\\\ud800"', "\\ud800"),
    ("json_decode", "[NaN]", bad("expected a value at line 1, column 2")),
    ("json_decode", "-Infinity", bad("expected a value at line 1, column 1")),
    ("json_decode", "01", bad("unexpected text after the value at line 1, column 2")),
    ("json_decode", "\ufeff1", bad("expected a value at line 1, column 1")),
    ("json_decode", "9" * 3_000_000, Throws("overflow", "integer too large")),
)
def test_decode(row):
    check(row)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_nesting_limit_when_decoding():
    assert call("json_encode", call("json_decode", nested(200))) == nested(200)
    maps = '{"a":' * 200 + "1" + "}" * 200
    assert call("json_encode", call("json_decode", maps)) == maps
    wide = "[" + "[]," * 300 + "[]]"
    assert len(call("json_decode", wide)) == 301
    for text in (nested(201), '{"a":' * 201 + "1" + "}" * 201, nested(100_000), "[" * 100_000):
        with pytest.raises(SentraError, match="more than 200 levels deep at line 1") as caught:
            call("json_decode", text)
        assert caught.value.kind == "value"


@rows(
    ("json_encode", {"b": 1, "a": [1, 2.0, 0.5, True, None, "é\n"], "k": {}},
     '{"b":1,"a":[1,2,0.5,true,null,"é\\n"],"k":{}}'),
    ("json_encode", {1: "x", None: 2, False: [], 2.5: 0, 3.0: 1},
     '{"1":"x","nil":2,"false":[],"2.5":0,"3":1}'),
    ("json_encode", 10**22, "1" + "0" * 22), ("json_encode", -0.0, "0"),
    ("json_encode", 1e21, "1e+21"),
    ("json_encode", 10**5000, "1" + "0" * 5000), ("json_encode", '"\\/', '"\\"\\\\/"'),
    ("json_encode", "\x01\x7f\t", '"\\u0001\x7f\\t"'), ("toJSON", 5, "5"), ("to_json", [], "[]"),
    ("json_stringify", [[], {}, [[1]]], "[[],{},[[1]]]"), ("json_encode", [1], 0, "[1]"),
    ("json_encode", [1], None, "[1]"), ("json_encode", [1], -3, "[1]"),
    ("json_encode", [1, {"a": [], "b": [True]}], 2,
     '[\n  1,\n  {\n    "a": [],\n    "b": [\n      true\n    ]\n  }\n]'),
    ("json_encode", {}, 4, "{}"), ("json_encode", "x", 4, '"x"'),
    ("json_encode", [1], 101, Throws("value")),
    ("json_encode", INF, Throws("value", part="+Inf")),
    ("json_encode", [-INF], Throws("value", part="-Inf")),
    ("json_encode", {"a": float("nan")}, Throws("value", part="NaN")),
    ("json_encode", SentraError("oh"), '"oh"'), ("json_encode", "\ud800", Throws("value")),
    ("json_encode", [1], "  ",
     Throws("type", "json_encode: argument 2 must be number, not string")),
)
def test_encode(row):
    check(row)


def test_what_cannot_be_encoded():
    check(("json_encode", [call_value("len")],
           Throws("type", "json_encode: cannot encode function")))
    array: list[object] = [1]
    array.append({"back": array})
    check(("json_encode", array, Throws("value", "json_encode: the value contains itself")))
    table: dict[str, object] = {}
    table["self"] = table
    check(("json_encode", table, 2, Throws("value", "json_encode: the value contains itself")))
    shared: list[object] = []
    check(("json_encode", [shared, shared], "[[],[]]"))


def call_value(name: str) -> object:
    from sentra.runtime.context import Context
    return Context().builtin(name)


def test_deep_values_are_encoded_and_size_is_bounded():
    value: list[object] = []
    for _ in range(20_000):
        value = [value]
    assert call("json_encode", value) == nested(20_001)
    doubled: list[object] = ["x" * 50]
    for _ in range(40):
        doubled = [doubled, doubled]
    before = use(Sizes(string=2_000_000))
    try:
        check(("json_encode", doubled, Throws("overflow", "string too large")))
        check(("json_encode", doubled, 4, Throws("overflow", "string too large")))
    finally:
        use(before)


def test_python_agrees_on_what_is_json():
    """Mutated texts: ours and Python's reader accept the same, and decode to the same."""
    draw = random.Random(42)
    seeds = ['{"a": [1, -2.5e3, "x\\u0041\\n", true], "b": {"c": null}}', '[[], {}, "", 0, 0.1]',
             ' "\\\\\\"\\/\\b" ', '{"k": {"k": [false, {"z": -0}]}}']
    accepted = 0
    for _ in range(4000):
        text = list(draw.choice(seeds))
        for _ in range(draw.randint(0, 2)):
            place = draw.randrange(len(text))
            text[place:place + draw.randint(0, 2)] = draw.choice(
                ["", "[", "]", "{", "}", ",", ":", '"', "\\", *"01-.e tu"])
        source = "".join(text)
        try:
            wanted = json.loads(source)
        except ValueError:
            assert find_problem(source) is not None, source
            with pytest.raises(SentraError):
                call("json_decode", source)
        else:
            accepted += 1
            assert find_problem(source) is None, source
            value = call("json_decode", source)
            assert same(value, wanted)
            assert json.loads(call("json_encode", value, draw.choice([None, 1, 3]))) == wanted
    assert 500 < accepted < 3500


def test_module_members():
    assert member("json", "decode", member("json", "encode", [1, {"a": 2}])) == [1, {"a": 2}]
    assert member("json", "stringify", [None]) == "[null]"
    assert member("json", "parse", "1") == 1
    assert member("json", "json_encode", 1) == "1"


def test_the_encoder_in_c_writes_the_same():
    def value(depth: int) -> object:
        kind = rng.randrange(9 if depth else 7)
        if kind == 7:
            return [value(depth - 1) for _ in range(rng.randrange(4))]
        if kind == 8:
            return {rng.choice(["a", "é", 'q"', 1, None, 2.0]) if rng.random() < 0.1
                    else f"k{i}": value(depth - 1) for i in range(rng.randrange(4))}
        return [1, rng.choice(["x\n", "1.0,", "-0.0]"]), None, True, rng.choice([0.5, -0.05, 3.0]),
                rng.choice([2.0, INF, 10**5000, 1e300, -0.0, 1e16, -9e15, 1e21]), "ü"][
            kind if kind != 5 or rng.random() < 0.3 else 0]

    rng = random.Random(1)
    found = 0
    for _ in range(3000):
        made = [value(3)]
        plain = _encode_plain(made)
        if plain is not None:
            found += 1
            assert plain == _Encoder(0).encode(made)
    assert 1000 < found < 2999
