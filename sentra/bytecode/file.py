"""Compiled modules as files (`.snb`): `dump` and `load`.

A file is a magic number, the format's version, the SHA-256 of the rest, and the rest: a table of
strings, the functions (each after those nested in it), and the fields of the module. Counts are
varints; the parts of instructions and spans are columns of numbers of one width, which Python
reads at once.

Invariants: every count is checked against the bytes that are left before anything is made of it;
whatever is not a well-formed file gives `BytecodeError`; what `load` returns is verified. The hash
finds damage; it proves nothing about who made the file.
"""

from __future__ import annotations

import struct

from sentra.bytecode.code import Function, Handler, Module, Upvalue
from sentra.bytecode.verify import verify
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sentra.bytecode.code import Constant, Span

MAGIC = b"\x89SNB\r\n\x1a\n"  # damaged by every conversion of line ends, and no text
VERSION = 1
_HEADER = len(MAGIC) + 2
_START = _HEADER + 32

_NIL, _TRUE, _FALSE, _INT, _FLOAT, _STRING = range(6)
_WIDTHS = {1: "B", 2: "H", 4: "I"}
_OPERANDS = 3


def content_hash(payload: bytes | memoryview) -> bytes:
    """What a file says of its own content."""
    from hashlib import sha256  # takes a millisecond to import

    return sha256(payload).digest()


def dump(module: Module) -> bytes:
    """The file for a module."""
    writer = _Writer()
    for function in _inner_first(module.body):
        writer.function(function)
    writer.string(module.filename)
    writer.string(module.source)
    for names in (module.variables, module.implicit, module.single):
        writer.strings(names)
    writer.number(len(module.exports))
    for exported, variable in module.exports:
        writer.string(exported)
        writer.string(variable)
    payload = writer.finish()
    return MAGIC + struct.pack("<H", VERSION) + content_hash(payload) + payload


def load(data: bytes) -> Module:
    """The verified module of a file."""
    if data[:len(MAGIC)] != MAGIC:
        raise BytecodeError("this is no compiled Sentra module")
    if len(data) < _START:
        raise BytecodeError("malformed bytecode: the file is cut off")
    version = data[len(MAGIC)] | data[len(MAGIC) + 1] << 8
    if version != VERSION:
        raise BytecodeError(
            f"this module was compiled to format {version}, not {VERSION}: compile it again")
    if content_hash(memoryview(data)[_START:]) != data[_HEADER:_START]:
        raise BytecodeError("malformed bytecode: the file is damaged")
    module = _Reader(data, _START).module()
    verify(module)
    return module


def _inner_first(body: Function) -> list[Function]:
    order = []
    waiting = [body]
    while waiting:
        function = waiting.pop()
        order.append(function)
        waiting.extend(function.functions)
    order.reverse()
    return order


class _Writer:
    """Collects the payload; strings are collected apart and come first."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.indices: dict[str, int] = {}
        self.count = 0

    def number(self, value: int) -> None:
        if value < 0:
            raise BytecodeError(f"{value} cannot be written to a file")
        out = self.out
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        out.append(value)

    def string(self, text: str) -> None:
        self.number(self.indices.setdefault(text, len(self.indices)))

    def strings(self, texts: Sequence[str]) -> None:
        self.number(len(texts))
        for text in texts:
            self.string(text)

    def column(self, values: Sequence[int]) -> None:
        """Numbers in the least width that holds them all; the reader knows how many."""
        largest = max(values, default=0)
        if min(values, default=0) < 0 or largest >= 1 << 32:
            raise BytecodeError("a number is too large for a file")
        width = 0 if largest == 0 else 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
        self.out.append(width)
        if width:
            self.out += struct.pack(f"<{len(values)}{_WIDTHS[width]}", *values)

    def table(self, rows: Iterable[Sequence[int]], width: int) -> None:
        for column in zip(*rows, strict=True) if rows else [()] * width:
            self.column(column)

    def constant(self, value: Constant) -> None:
        out = self.out
        if value is None or value is True or value is False:
            out.append(_NIL if value is None else _TRUE if value else _FALSE)
        elif type(value) is int:
            out.append(_INT)
            size = value.bit_length() // 8 + 1
            self.number(size)
            out += value.to_bytes(size, "little", signed=True)
        elif type(value) is float:
            out.append(_FLOAT)
            out += struct.pack("<d", value)
        elif type(value) is str:
            out.append(_STRING)
            self.string(value)
        else:
            raise BytecodeError(f"a constant is a {type(value).__name__}")

    def function(self, function: Function) -> None:
        self.count += 1
        self.string(function.name)
        for count in (function.parameters, function.required, int(function.has_rest),
                      function.max_stack, len(function.functions)):
            self.number(count)
        self.strings(function.local_names)
        self.number(len(function.upvalues))
        for upvalue in function.upvalues:
            self.string(upvalue.name)
            self.number(upvalue.index * 2 + upvalue.is_local)
        self.number(len(function.constants))
        for constant in function.constants:
            self.constant(constant)
        self.number(len(function.code))
        if function.code:
            codes, *operands = zip(*function.code, strict=True)
            self.out += bytes(codes)
            for column in operands:
                self.column(column)
        self.spans(function)
        self.number(len(function.handlers))
        self.table([handler.key() for handler in function.handlers], 4)

    def spans(self, function: Function) -> None:
        indices: dict[Span, int] = {function.span: 0}
        which = [indices.setdefault(span, len(indices)) for span in function.spans]
        if len(which) != len(function.code):
            raise BytecodeError("not one span for each instruction")
        self.number(len(indices))
        self.table(list(indices), 6)
        self.column(which)

    def finish(self) -> bytes:
        body, self.out = self.out, bytearray()
        self.number(len(self.indices))
        for text in self.indices:
            encoded = text.encode("utf-8", "surrogatepass")
            self.number(len(encoded))
            self.out += encoded
        self.number(self.count)
        return bytes(self.out + body)


class _Reader:
    """Reads a payload. Never trusts it: see the invariants above."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at
        self.texts: list[str] = []

    def bad(self, problem: str) -> BytecodeError:
        return BytecodeError(f"malformed bytecode: {problem} at byte {self.at}")

    def number(self) -> int:
        """A varint of at most 35 bits."""
        data, at = self.data, self.at
        value = shift = 0
        while at < len(data) and shift < 35:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                self.at = at
                return value
            shift += 7
        raise self.bad("a number is malformed")

    def count(self, least_size: int = 1) -> int:
        """How many things follow that take at least `least_size` bytes each."""
        count = self.number()
        if count * least_size > len(self.data) - self.at:
            raise self.bad(f"there is no room for {count} items")
        return count

    def take(self, size: int) -> bytes:
        start = self.at
        if size > len(self.data) - start:
            raise self.bad(f"there is no room for {size} bytes")
        self.at = start + size
        return self.data[start:self.at]

    def string(self) -> str:
        index = self.number()
        if index >= len(self.texts):
            raise self.bad(f"there is no string {index}")
        return self.texts[index]

    def strings(self) -> tuple[str, ...]:
        return tuple([self.string() for _ in range(self.count())])

    def column(self, count: int) -> tuple[int, ...]:
        """`count` numbers. The caller has found at least one byte for each elsewhere."""
        width = self.take(1)[0]
        if width == 0:
            return (0,) * count
        if width not in _WIDTHS:
            raise self.bad(f"a column has the width {width}")
        return struct.unpack(f"<{count}{_WIDTHS[width]}", self.take(count * width))

    def constant(self) -> Constant:
        tag = self.take(1)[0]
        if tag == _STRING:
            return self.string()
        if tag == _INT:
            return int.from_bytes(self.take(self.number()), "little", signed=True)
        if tag == _FLOAT:
            (value,) = struct.unpack("<d", self.take(8))
            assert isinstance(value, float)
            return value
        if tag > _FALSE:
            raise self.bad(f"there is no constant of sort {tag}")
        return None if tag == _NIL else tag == _TRUE

    def text_table(self) -> None:
        for _ in range(self.count()):
            try:
                self.texts.append(self.take(self.number()).decode("utf-8", "surrogatepass"))
            except UnicodeDecodeError:
                raise self.bad("a string is not UTF-8") from None

    def function(self, done: list[Function]) -> Function:
        """One function; takes those nested in it from the end of `done`."""
        name = self.string()
        parameters, required, has_rest, max_stack, nested = [self.number() for _ in range(5)]
        if nested > len(done):
            raise self.bad("nested functions are missing")
        functions = tuple(done[len(done) - nested:])
        del done[len(done) - nested:]
        if has_rest > 1:
            raise self.bad("a flag is malformed")
        local_names = self.strings()
        upvalues = tuple([self.upvalue() for _ in range(self.count(2))])
        constants = tuple([self.constant() for _ in range(self.count())])
        count = self.count()
        codes = self.take(count)
        operands = [self.column(count) for _ in range(_OPERANDS)] if count else [()] * _OPERANDS
        code: Any = tuple(zip(codes, *operands, strict=True))
        span, spans = self.spans(count)
        handlers = self.handlers()
        return Function(
            name=name, parameters=parameters, required=required, has_rest=bool(has_rest),
            local_names=local_names, upvalues=upvalues, constants=constants, functions=functions,
            code=code, spans=spans, handlers=handlers, max_stack=max_stack, span=span)

    def upvalue(self) -> Upvalue:
        name = self.string()
        where = self.number()
        return Upvalue(name, bool(where & 1), where >> 1)

    def rows(self, count: int, width: int) -> list[Any]:
        columns = [self.column(count) for _ in range(width)]
        return list(zip(*columns, strict=True))

    def spans(self, count: int) -> tuple[Span, tuple[Span, ...]]:
        """The function's own span, which is the first of the table, and each instruction's."""
        size = self.number()
        if not 0 < size <= count + 1:
            raise self.bad("the table of spans is malformed")
        table: list[Span] = self.rows(size, 6)
        which = self.column(count)
        if count and max(which) >= size:
            raise self.bad("a span is missing")
        return table[0], tuple([table[i] for i in which])

    def handlers(self) -> tuple[Handler, ...]:
        # The end of a range is never 0, so that column takes at least a byte for each.
        return tuple([Handler(*key) for key in self.rows(self.count(), 4)])

    def module(self) -> Module:
        self.text_table()
        done: list[Function] = []
        for _ in range(self.count(10)):
            done.append(self.function(done))
        if len(done) != 1:
            raise self.bad("there is not one body")
        filename, source = self.string(), self.string()
        variables, implicit, single = self.strings(), self.strings(), self.strings()
        exports = tuple([(self.string(), self.string()) for _ in range(self.count(2))])
        if self.at != len(self.data):
            raise self.bad("the file goes on after its end")
        return Module(filename=filename, source=source, body=done[0], variables=variables,
                      implicit=implicit, single=single, exports=exports)

