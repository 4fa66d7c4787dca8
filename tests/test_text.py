"""Listings: what is disassembled assembles to the same module."""

from __future__ import annotations

import math
import random
import struct

import pytest
from bytecode_samples import SAMPLE, body, compiled, function_of, lowered, with_body

from sentra.bytecode.assembler import assemble
from sentra.bytecode.code import Handler, Module, Upvalue
from sentra.bytecode.ops import OPS
from sentra.bytecode.text import constant_text, disassemble, quoted, same
from sentra.errors import BytecodeError

STRANGE = [
    "", " ", '"', "\\", "\\n", "\n", "\r\n", "\t", "\x00", "\x1b[2J", "; no comment", "a;b", "=",
    "é", "日本", "\u2028", "\x85", "\ud800", "\udfff\ud800", "\U0001f600", "\u202e", "L1:", "@1:1",
    "'", "a b", "$x", "<module>", "nan:", "u{41}", "\\u{41}", "\ufeff",
]


def again(module: Module) -> Module:
    text = disassemble(module)
    assert text.isascii() or text.encode()  # no lone surrogates
    return assemble(text)


@pytest.mark.parametrize("name, module", lowered(), ids=[name for name, _ in lowered()])
def test_lowered_programs(name: str, module: Module) -> None:
    assert same(again(module), module)


def test_without_source_lines() -> None:
    module = compiled(SAMPLE)
    plain = disassemble(module, source_lines=False)
    assert " | fn outer" in disassemble(module)
    assert " | fn outer" not in plain
    assert same(assemble(plain), module)


def constants() -> list[object]:
    nan = struct.unpack(">d", bytes.fromhex("7ff8000000000123"))[0]
    return [None, True, False, 0, 1, -1, 1.0, 0.0, -0.0, 1e300, 5e-324, 0.1, math.inf, -math.inf,
            math.nan, nan, -math.nan, 10**30, 1 << 20000, -(1 << 20000), *STRANGE, 1, "a", "a"]


def test_constants_keep_every_bit() -> None:
    module = with_body(compiled(""), body("NIL\nRETURN").body.replaced(
        constants=tuple(constants())))
    assert same(again(module), module)
    assert len(set(map(constant_text, constants()))) == len(constants()) - 2


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_strange_strings_everywhere(text: str) -> None:
    function = body("GET_LOCAL 0\nRETURN", before="locals x").body.replaced(
        name=text, local_names=(text,), upvalues=(Upvalue(text, True, 3),), constants=(text,))
    module = Module(
        filename=text, source=f"a{text}\n{text}", body=function, variables=(text, "b"),
        implicit=(text,), single=(text,), exports=((text, "b"), ("c", text)))
    assert same(again(module), module)
    assert assemble(f"module {quoted(text)}\nfunction 0 f\ncode").filename == text


@pytest.mark.parametrize("word", [
    "module", "variables", "exports", "source", "function", "locals", "functions", "upvalues",
    "constants", "handlers", "code", "rest", "local"])
def test_words_of_the_form_are_names_too(word: str) -> None:
    function = body("NIL\nRETURN").body.replaced(
        name=word, local_names=(word,), upvalues=(Upvalue(word, False, 0),), constants=(word,))
    module = Module(filename=word, source=word, body=function, variables=(word,), implicit=(word,),
                    single=(word,), exports=((word, word),))
    assert same(again(module), module)


@pytest.mark.parametrize("changes", [
    {"constants": (1,)}, {"constants": (True,)}, {"constants": (1.0,)}, {"constants": ("1",)},
    {"constants": (0.0,)}, {"constants": (-0.0,)}, {"constants": (math.nan,)}, {"name": "g"},
    {"parameters": 1}, {"required": 1}, {"has_rest": True}, {"local_names": ("b",)},
    {"upvalues": (Upvalue("a", True, 0),)}, {"upvalues": (Upvalue("a", False, 0),)},
    {"functions": (function_of("NIL\nRETURN").body,)}, {"max_stack": 3},
    {"code": ((3, 0, 0, 0), (63, 0, 0, 0))}, {"span": (1, 1, 1, 2, 1, 1)},
    {"spans": ((1, 1, 1, 1, 1, 1), (1, 1, 1, 1, 1, 2))}, {"handlers": (Handler(0, 1, 1, 0),)},
], ids=str)
def test_same_sees_every_difference(changes: dict[str, object]) -> None:
    module = body("NIL\nRETURN", before="locals a")
    other = with_body(module, module.body.replaced(**changes))
    assert same(module, module)
    assert same(other, other)
    assert not same(module, other)
    deep = with_body(module, module.body.replaced(functions=(module.body,)))
    assert not same(deep, with_body(module, module.body.replaced(functions=(other.body,))))


@pytest.mark.parametrize("field, value", [
    ("filename", "x"), ("source", "x"), ("variables", ("x",)), ("implicit", ("x",)),
    ("single", ("x",)), ("exports", (("x", "x"),))])
def test_same_sees_every_difference_of_modules(field: str, value: object) -> None:
    module = compiled("let y = 1")
    fields = {name: getattr(module, name) for name in Module.__slots__}
    assert not same(module, Module(**{**fields, field: value}))


def test_every_opcode_can_be_written() -> None:
    lines = ["x:", *[" ".join([row.name, *["x" if kind == "j" else "0" for kind in row.operands]])
                     for row in OPS.values()]]
    module = assemble(
        'module "t.sn"\nfunction 0 <module>\nlocals a\nconstants\n0 = 1\nupvalues\na = local 0\n'
        "functions 1\ncode\n" + "\n".join(lines) + "\nfunction 1 g\ncode\n")
    assert [op for op, _, _, _ in module.body.code] == [row.number for row in OPS.values()]
    assert same(again(module), module)


def test_short_forms_for_people() -> None:
    short = body("again: ; a label\nADD_LOCAL_CONST n =5 ; twice\nADD_LOCAL_CONST n =5\n"
                 'CONSTANT ="a ; b"\nPOP\nLOOP again', before='locals m "n"')
    long = body("L0:\nADD_LOCAL_CONST 1 0 @1:1-1:1\n  1  ADD_LOCAL_CONST 1 0\nCONSTANT 1\nPOP\n"
                "LOOP L0", "stack=16", 'locals m n\nconstants\n0 = 5\n1 = "a ; b"')
    assert same(short, long)


HEAD = 'module "t.sn"\nfunction 0 <module>\n'


@pytest.mark.parametrize("line, message, text", [
    (1, "unexpected hello", "hello"),
    (1, "there is no module line", ""),
    (2, "unexpected NIL", 'module "t.sn"\nNIL'),
    (3, "there is no function line before", 'module "t.sn"\ncode\nNIL'),
    (2, "unexpected code", 'module "t.sn"\ncode NIL'),
    (4, "unknown opcode NILL", HEAD + "code\nNILL"),
    (4, "CALL has 1 operands, not 0", HEAD + "code\nCALL"),
    (4, "NIL has 0 operands, not 1", HEAD + "code\nNIL 1"),
    (4, "there is no label x", HEAD + "code\nJUMP x"),
    (5, "label x is there twice", HEAD + "code\nx:\nx:"),
    (4, "x is no number", HEAD + "code\nCALL x"),
    (4, "-1 is no number", HEAD + "code\nCALL -1"),
    (4, "there is not one local x", HEAD + "code\nGET_LOCAL x"),
    (4, "is no constant", HEAD + "code\nCONSTANT =x"),
    (4, "is no constant", HEAD + "code\nCONSTANT =1e"),
    (4, "is no constant", HEAD + "code\nCONSTANT =nan:12"),
    (4, "malformed span", HEAD + "code\nNIL @1:1"),
    (4, "a string does not end", HEAD + 'code\nCONSTANT ="abc'),
    (4, "malformed escape", HEAD + 'code\nCONSTANT ="\\q"'),
    (4, "malformed escape", HEAD + 'code\nCONSTANT ="\\u{110000}"'),
    (4, "malformed string", HEAD + 'code\nCONSTANT ="a"b"c"'),
    (4, "expected: 0 = constant", HEAD + "constants\n1 = 2"),
    (4, "an upvalue is written", HEAD + "upvalues\nx = cell 2"),
    (4, "a handler is written", HEAD + "handlers\na b c"),
    (4, "there is no label a", HEAD + "handlers\na b to c depth 0\ncode\nNIL"),
    (2, "unexpected color=3", 'module "t.sn"\nfunction 0 f color=3'),
    (3, "function 0 is there twice", HEAD + "function 0 f"),
    (3, "function 1 is nested in none", HEAD + "function 1 f"),
    (2, "function 0 is nested in two functions", HEAD + "functions 0"),
    (3, "there is no function 4", HEAD + "functions 4"),
    (3, "an export is written", 'module "t.sn"\nexports\na'),
    (3, "a line of the source is one string", 'module "t.sn"\nsource\na'),
])
def test_mistakes_in_listings(line: int, message: str, text: str) -> None:
    with pytest.raises(BytecodeError) as caught:
        assemble(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"assembly, line {line}:")


def test_damaged_listings() -> None:
    """A listing assembles or is refused, whatever happens to it."""
    rng = random.Random(7)
    text = disassemble(compiled(SAMPLE))
    refused = 0
    for _ in range(400):
        at, size = rng.randrange(len(text)), rng.randrange(4)
        other = "".join(rng.choice(text) for _ in range(rng.randrange(4)))
        try:
            assemble(text[:at] + other + text[at + size:])
        except BytecodeError:
            refused += 1
    assert refused > 100


def test_deep_nesting_needs_no_recursion() -> None:
    function = function_of("NIL\nRETURN").body
    for _ in range(3000):
        function = function.replaced(functions=(function,))
    module = with_body(compiled(""), function)
    assert same(again(module), module)
