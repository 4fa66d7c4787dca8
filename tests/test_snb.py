"""Compiled files: what is written is read back, and nothing else is let in."""

from __future__ import annotations

import struct
import time
import tracemalloc

import pytest
from bytecode_samples import SAMPLE, body, compiled, function_of, lowered, with_body
from mutations import START, look_at_files, look_at_modules, sealed
from test_text import STRANGE, constants

from sentra.bytecode.code import Function, Module
from sentra.bytecode.file import MAGIC, VERSION, dump, load
from sentra.bytecode.text import same
from sentra.errors import BytecodeError


@pytest.mark.parametrize("name, module", lowered(), ids=[name for name, _ in lowered()])
def test_lowered_programs(name: str, module: Module) -> None:
    data = dump(module)
    assert same(load(data), module)
    assert dump(load(data)) == data


def test_constants_keep_every_bit() -> None:
    module = with_body(body("NIL\nRETURN"), body("NIL\nRETURN").body.replaced(
        constants=tuple(constants())))
    loaded = load(dump(module))
    assert same(loaded, module)
    bits = [struct.pack(">d", value) for value in constants() if isinstance(value, float)]
    assert bits == [struct.pack(">d", value) for value in loaded.body.constants
                    if isinstance(value, float)]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_strange_source_and_names(text: str) -> None:
    module = Module(filename=text, source=f"{text}\n{text}", body=body("NIL\nRETURN").body,
                    variables=(), implicit=(), single=(), exports=())
    assert same(load(dump(module)), module)


def nested(levels: int) -> Function:
    shell = function_of("NIL\nRETURN").body
    function = shell.functions[0]
    for _ in range(levels):
        function = shell.replaced(functions=(function,), name="f")
    return shell.replaced(functions=(function,))


def test_deep_nesting_needs_no_recursion() -> None:
    module = with_body(body("NIL\nRETURN"), nested(5000))
    assert same(load(dump(module)), module)


def payload() -> bytes:
    return dump(compiled(SAMPLE))[START:]


def number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


# Files with a right header: (message, payload). A payload starts with its table of strings.
ONE_STRING = number(1) + number(1) + b"f"
BROKEN = [
    ("a number is malformed at byte 42", b""),
    ("a number is malformed", b"\xff\xff\xff\xff\xff\xff\x01"),
    ("a number is malformed", b"\x80"),
    ("there is no room for 5000000 items", number(5_000_000)),
    ("there is no room for 34359738367 items", b"\xff\xff\xff\xff\x7f"),
    ("there is no room for 2 bytes", number(1) + number(2) + b"f"),
    ("a string is not UTF-8", number(1) + number(1) + b"\xff"),
    ("there is no room for 1 items", ONE_STRING + number(1)),
    ("there is not one body", ONE_STRING + number(0) + number(0) * 9),
    ("there is no string 1", ONE_STRING + number(1) + number(1) + b"\0" * 12),
    ("nested functions are missing", ONE_STRING + number(1) + b"\0\0\0\0\0\1" + b"\0" * 12),
    ("a flag is malformed", ONE_STRING + number(1) + b"\0\0\0\2\0\0" + b"\0" * 12),
    ("there is no constant of sort 6",
     ONE_STRING + number(1) + b"\0" * 8 + number(1) + b"\6" + b"\0" * 12),
    ("there is no room for 100000 bytes",
     ONE_STRING + number(1) + b"\0" * 8 + number(1) + b"\3" + number(100_000) + b"\0" * 12),
    ("a column has the width 3",
     ONE_STRING + number(1) + b"\0" * 9 + number(1) + b"\2\3" + b"\0" * 12),
    ("the table of spans is malformed",
     ONE_STRING + number(1) + b"\0" * 9 + number(1) + b"\2\0\0\0" + number(3) + b"\0" * 12),
    ("the table of spans is malformed",
     ONE_STRING + number(1) + b"\0" * 9 + number(0) + number(0) + b"\0" * 12),
    ("a span is missing",
     ONE_STRING + number(1) + b"\0" * 9 + number(1) + b"\2\0\0\0" + number(1) + b"\0" * 6
     + b"\1\1" + b"\0" * 12),
]


@pytest.mark.parametrize("message, content", BROKEN)
def test_broken_payloads(message: str, content: bytes) -> None:
    refused(sealed(content), message)


def refused(data: bytes, message: str) -> None:
    with pytest.raises(BytecodeError) as caught:
        load(data)
    assert message in str(caught.value)
    assert caught.value.kind == "import"


@pytest.mark.parametrize("message, data", [
    ("this is no compiled Sentra module", b""),
    ("this is no compiled Sentra module", b"log(1)"),
    ("this is no compiled Sentra module", MAGIC[:-1]),
    ("this is no compiled Sentra module", MAGIC.replace(b"\r\n", b"\n") + bytes(50)),
    ("the file is cut off", MAGIC),
    ("the file is cut off", MAGIC + VERSION.to_bytes(2, "little") + bytes(31)),
    ("compiled to format 99", MAGIC + b"\x63\0" + bytes(40)),
    ("the file is damaged", MAGIC + VERSION.to_bytes(2, "little") + bytes(40)),
])
def test_broken_headers(message: str, data: bytes) -> None:
    refused(data, message)


def test_damage_is_seen_at_every_byte() -> None:
    data = dump(compiled("let x = 1\nlog(x)"))
    for at in range(len(data)):
        with pytest.raises(BytecodeError):
            load(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1:])
        with pytest.raises(BytecodeError):
            load(data[:at])
    refused(data + b"\0", "damaged")
    refused(sealed(data[START:] + b"\0"), "goes on after its end")


def test_what_loads_is_verified() -> None:
    module = body("NIL\nRETURN")
    broken = module.body.replaced(code=((5, 0, 0, 0), (63, 0, 0, 0)))
    refused(dump(with_body(module, broken)), "instruction 0 (POP): the stack holds too few values")


@pytest.mark.parametrize("changes", [
    {"code": ((2, -1, 0, 0), (63, 0, 0, 0))}, {"code": ((2, 1 << 32, 0, 0), (63, 0, 0, 0))},
    {"parameters": -1}, {"spans": ()}, {"constants": ([],)}])
def test_what_cannot_be_written(changes: dict[str, object]) -> None:
    module = body("NIL\nRETURN")
    with pytest.raises(BytecodeError):
        dump(with_body(module, module.body.replaced(**changes)))


def test_huge_counts_cost_nothing() -> None:
    """A count is refused before anything is made of it."""
    content = payload()
    large = b"\xff\xff\xff\xff\x0f"
    start = time.perf_counter()
    tracemalloc.start()
    for at in range(0, len(content), 4):
        with pytest.raises(BytecodeError):
            load(sealed(content[:at] + large + content[at + 1:]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files(seed: int) -> None:
    outcomes = look_at_files(seed, 1000)
    assert sum(outcomes.values()) == 1000
    assert outcomes["refused"] > 600


@pytest.mark.parametrize("seed", range(3))
def test_changed_modules_are_refused_or_run(seed: int) -> None:
    outcomes = look_at_modules(seed, 200)
    assert outcomes["refused"] > 50
    assert outcomes["ran"] > 5
