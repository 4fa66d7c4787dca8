"""Reads what `text.disassemble` writes.

For text that people write, some things can be left out or said more directly: a constant operand
may be the constant itself after ``=`` (``CONSTANT =5``), a local slot may be its name, a jump may
go to any label (``again:`` before an instruction), a span may be missing, and so may the
operand stack's size (then it is ample).
"""

from __future__ import annotations

from sentra.bytecode.code import NO_SPAN, Function, Handler, Module, Upvalue
from sentra.bytecode.ops import OPS
from sentra.bytecode.text import constant_text
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from sentra.bytecode.code import Constant, Instruction, Span

_AMPLE = 16  # operand stack where the text gives no size
_TOKEN = r'(?:"(?:[^"\\]|\\.)*"|[^\s";])+|;.*|(?P<bad>")'
_ESCAPE = r'\\(?:u\{([0-9a-f]{1,6})\}|(.))'
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"'}
_SPAN = r"@(\d+):(\d+)-(\d+):(\d+)(?:\^(\d+):(\d+))?"
_LARGEST_NUMBER = 1 << 40


def assemble(text: str) -> Module:
    """The module that a listing describes; a `BytecodeError` names the line of a mistake."""
    return _Assembler().module(text)


class _Draft:
    """A function while its lines are read."""

    def __init__(self, number: int, line: int) -> None:
        self.number = number
        self.line = line
        self.name = ""
        self.parameters = 0
        self.required: int | None = None
        self.has_rest = False
        self.max_stack = _AMPLE
        self.span = NO_SPAN
        self.locals: list[str] = []
        self.upvalues: list[Upvalue] = []
        self.constants: list[Constant] = []
        self.interned: dict[str, int] = {}
        self.functions: list[int] = []
        self.handlers: list[tuple[int, list[str]]] = []
        self.code: list[tuple[int, str, list[str]]] = []  # line, opcode, operands
        self.spans: list[Span] = []
        self.labels: dict[str, int] = {}


class _Assembler:
    """Reads lines; a line's first word, or the section it stands in, says what it is."""

    def __init__(self) -> None:
        import re

        self.token = re.compile(_TOKEN)
        self.escape = re.compile(_ESCAPE, re.DOTALL)
        self.span_form = re.compile(_SPAN)
        self.line = 0
        self.filename: str | None = None
        self.names: dict[str, list[str]] = {"variables": [], "implicit": [], "single": []}
        self.exports: list[tuple[str, str]] = []
        self.source: list[str] = []
        self.drafts: dict[int, _Draft] = {}
        self.draft: _Draft | None = None
        self.section: Callable[[list[str]], None] = self.outside

    def fail(self, problem: str) -> NoReturn:
        raise BytecodeError(f"assembly, line {self.line}: {problem}")

    def module(self, text: str) -> Module:
        for self.line, line in enumerate(text.split("\n"), 1):
            words = []
            for found in self.token.finditer(line):
                if found["bad"]:
                    self.fail("a string does not end")
                if found[0][0] != ";":
                    words.append(found[0])
            if words:
                self.read(words)
        if self.filename is None:
            self.fail("there is no module line")
        return Module(
            filename=self.filename, source="".join(self.source), body=self.functions(),
            variables=tuple(self.names["variables"]), implicit=tuple(self.names["implicit"]),
            single=tuple(self.names["single"]), exports=tuple(self.exports))

    def read(self, words: list[str]) -> None:
        first = words[0]
        if words[1:2] == ["="]:  # a name that may be one of the words below
            self.section(words)
        elif first == "module" and len(words) == 2:
            self.filename = self.name(words[1])
        elif first in self.names and self.draft is None:
            self.names[first] += map(self.name, words[1:])
        elif first == "exports" and len(words) == 1:
            self.section = self.export
        elif first == "source" and len(words) == 1:
            self.section = self.source_line
        elif first == "function" and len(words) > 2:
            self.function(words)
        elif first == "locals" and self.draft is not None:
            self.draft.locals += map(self.name, words[1:])
        elif first == "functions" and self.draft is not None:
            self.draft.functions += map(self.number, words[1:])
        elif first in ("upvalues", "constants", "handlers", "code") and len(words) == 1:
            self.section = {"upvalues": self.upvalue, "constants": self.constant_line,
                            "handlers": self.handler, "code": self.instruction}[first]
        else:
            self.section(words)

    # --- words ---------------------------------------------------------------------------------

    def name(self, word: str) -> str:
        if word[0] != '"':
            return word
        if len(word) < 2 or word[-1] != '"' or '"' in word[1:-1].replace("\\\\", "").replace(
                '\\"', ""):
            self.fail(f"malformed string {word}")
        return self.escape.sub(self.unescape, word[1:-1])

    def unescape(self, found: object) -> str:
        code, letter = found[1], found[2]  # type: ignore[index]
        if letter is not None and letter in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[letter]
        if code is None or int(code, 16) > 0x10FFFF:
            self.fail("malformed escape in a string")
        return chr(int(code, 16))

    def number(self, word: str) -> int:
        if word.isascii() and word.isdigit() and len(word) < 13:
            return int(word)
        return self.fail(f"{word} is no number")

    def constant(self, word: str) -> Constant:
        if word[0] == '"':
            return self.name(word)
        if word in ("nil", "true", "false"):
            return {"nil": None, "true": True, "false": False}[word]
        try:
            if word.startswith("nan:"):
                import struct

                (value,) = struct.unpack(">d", bytes.fromhex(word[4:]))
                return float(value)
            if word.lstrip("-").startswith("0x"):
                return int(word, 16)
            return float(word) if "." in word or "e" in word or "inf" in word else int(word)
        except Exception:  # noqa: BLE001  # struct.error and ValueError, without a top-level import
            return self.fail(f"{word} is no constant")

    def span(self, word: str) -> Span:
        found = self.span_form.fullmatch(word)
        if found is None:
            self.fail(f"malformed span {word}")
        line, column, end_line, end_column, mark_line, mark_column = found.groups()
        return (self.number(line), self.number(column), self.number(end_line),
                self.number(end_column), self.number(mark_line or line),
                self.number(mark_column or column))

    # --- lines ---------------------------------------------------------------------------------

    def outside(self, words: list[str]) -> None:
        self.fail(f"unexpected {words[0]}")

    def export(self, words: list[str]) -> None:
        if len(words) != 3 or words[1] != "=":
            self.fail("an export is written: name = variable")
        self.exports.append((self.name(words[0]), self.name(words[2])))

    def source_line(self, words: list[str]) -> None:
        if len(words) != 1 or words[0][0] != '"':
            self.fail("a line of the source is one string")
        self.source.append(self.name(words[0]))

    def function(self, words: list[str]) -> None:
        number = self.number(words[1])
        if number in self.drafts:
            self.fail(f"function {number} is there twice")
        draft = self.draft = self.drafts[number] = _Draft(number, self.line)
        self.section = self.outside
        draft.name = self.name(words[2])
        for word in words[3:]:
            key, _, value = word.partition("=")
            if word == "rest":
                draft.has_rest = True
            elif word[0] == "@":
                draft.span = self.span(word)
            elif key in ("parameters", "required"):
                setattr(draft, key, self.number(value))
            elif key == "stack":
                draft.max_stack = self.number(value)
            else:
                self.fail(f"unexpected {word}")

    def current(self) -> _Draft:
        if self.draft is None:
            self.fail("there is no function line before")
        return self.draft

    def upvalue(self, words: list[str]) -> None:
        if len(words) != 4 or words[1] != "=" or words[2] not in ("local", "upvalue"):
            self.fail("an upvalue is written: name = local number, or: name = upvalue number")
        self.current().upvalues.append(
            Upvalue(self.name(words[0]), words[2] == "local", self.number(words[3])))

    def constant_line(self, words: list[str]) -> None:
        constants = self.current().constants
        if len(words) != 3 or words[1] != "=" or self.number(words[0]) != len(constants):
            self.fail(f"expected: {len(constants)} = constant")
        constants.append(self.constant(words[2]))

    def handler(self, words: list[str]) -> None:
        if len(words) != 6 or words[2] != "to" or words[4] != "depth":
            self.fail("a handler is written: start end to target depth number")
        self.current().handlers.append((self.line, words))

    def instruction(self, words: list[str]) -> None:
        draft = self.current()
        if words[0].isdigit() and len(words) > 1:  # its place, for the reader
            del words[0]
        if len(words) == 1 and words[0][-1] == ":":
            label = words[0][:-1]
            if label in draft.labels:
                self.fail(f"label {label} is there twice")
            draft.labels[label] = len(draft.code)
            return
        span = draft.spans[-1] if draft.spans else NO_SPAN
        if words[-1][0] == "@":
            span = self.span(words.pop())
        if not words or words[0] not in OPS:
            self.fail(f"unknown opcode {words[0] if words else ''}")
        draft.code.append((self.line, words[0], words[1:]))
        draft.spans.append(span)

    # --- the end -------------------------------------------------------------------------------

    def functions(self) -> Function:
        """All functions, each made after those nested in it; the result is number 0."""
        waiting = [(0, False)]
        done: dict[int, Function] = {}
        seen: set[int] = set()
        while waiting:
            number, ready = waiting.pop()
            draft = self.drafts.get(number)
            if draft is None:
                self.fail(f"there is no function {number}")
            if ready:
                done[number] = self.finish(draft, done)
                continue
            if number in seen:
                self.line = draft.line
                self.fail(f"function {number} is nested in two functions")
            seen.add(number)
            waiting.append((number, True))
            waiting += [(nested, False) for nested in draft.functions]
        for number, draft in self.drafts.items():
            if number not in seen:
                self.line = draft.line
                self.fail(f"function {number} is nested in none")
        return done[0]

    def finish(self, draft: _Draft, done: dict[int, Function]) -> Function:
        code = [self.resolve(draft, *line) for line in draft.code]
        handlers = []
        for self.line, words in draft.handlers:
            start, end, target = (self.label(draft, words[i]) for i in (0, 1, 3))
            handlers.append(Handler(start, end, target, self.number(words[5])))
        required = draft.parameters if draft.required is None else draft.required
        return Function(
            name=draft.name, parameters=draft.parameters, required=required,
            has_rest=draft.has_rest, local_names=tuple(draft.locals),
            upvalues=tuple(draft.upvalues), constants=tuple(draft.constants),
            functions=tuple([done[number] for number in draft.functions]), code=tuple(code),
            spans=tuple(draft.spans), handlers=tuple(handlers), max_stack=draft.max_stack,
            span=draft.span)

    def label(self, draft: _Draft, word: str) -> int:
        if word not in draft.labels:
            self.fail(f"there is no label {word}")
        return draft.labels[word]

    def resolve(self, draft: _Draft, line: int, name: str, words: list[str]) -> Instruction:
        self.line = line
        row = OPS[name]
        if len(words) != len(row.operands):
            self.fail(f"{name} has {len(row.operands)} operands, not {len(words)}")
        operands = [self.operand(draft, kind, word)
                    for kind, word in zip(row.operands, words, strict=True)] + [0, 0, 0]
        return (row.number, operands[0], operands[1], operands[2])

    def operand(self, draft: _Draft, kind: str, word: str) -> int:
        if kind == "j":
            return self.label(draft, word)
        if kind == "k" and word[0] == "=":
            return self.intern(draft, self.constant(word[1:] or "="))
        if kind == "s" and not word[0].isdigit():
            if draft.locals.count(word) != 1:
                self.fail(f"there is not one local {word}")
            return draft.locals.index(word)
        return self.number(word)

    def intern(self, draft: _Draft, value: Constant) -> int:
        if len(draft.interned) < len(draft.constants):
            for i, constant in enumerate(draft.constants):
                draft.interned.setdefault(constant_text(constant), i)
        key = constant_text(value)
        if key not in draft.interned:
            draft.interned[key] = len(draft.constants)
            draft.constants.append(value)
        return draft.interned[key]
