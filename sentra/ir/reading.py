"""Reads the text that `text` prints.

What a backend needs of the bytecode is made again: names, parameters, captures, spans. The
instructions are not in the text, so the module that is read cannot run elsewhere than on a backend.
"""

from __future__ import annotations

import json
import re

from sentra.bytecode.code import NO_SPAN, Function, Module, Upvalue
from sentra.ir.model import (
    ANY,
    GLOBAL,
    INT,
    NAT,
    NEG,
    NONE,
    TEMP,
    TYPE_WORDS,
    UPVALUE,
    Block,
    Expr,
    FunctionIR,
    LoopRegion,
    ModuleIR,
    Stmt,
    Terminator,
    TryRegion,
    Variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Span

_STRING = r'"(?:[^"\\]|\\.)*"'
_NAME = rf"(?:[A-Za-z_]\w*|{_STRING})"
_TOKEN = re.compile(
    rf"\s*(?:(?P<variable>@{_NAME}|[%^]?\$?{_NAME}\.\d+)|(?P<number>[-+]?(?:0x[0-9a-f]+|\d[\d.]*"
    rf"(?:e[-+]?\d+)?|inf|nan))|(?P<string>{_STRING})|(?P<word>[A-Za-z_][\w|]*)|(?P<mark>[(),:=!?]))")
_TYPES = {"any": ANY, "none": NONE, "int": INT, "nat": NAT, "neg": NEG,
          **{word: bit for bit, word in TYPE_WORDS}}
_WORDS = {"nil": None, "true": True, "false": False}
_TARGETS = frozenset(["jump", "branch", "next", "passed", "return", "throw", "rethrow"])
_LEAVES = frozenset(["builtin", "import_module", "import_builtin"])


class TextError(ValueError):
    """The text is no IR; says in which line."""


def parse(text: str, source: str = "") -> ModuleIR:
    """The module that a text describes; `source` is the program that its spans mean."""
    return _Reader(text, source).module()


class _Line:
    """The tokens of one line, and its spans."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.tokens: list[tuple[str, str]] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                break
            kind = match.lastgroup
            assert kind is not None
            self.tokens.append((kind, match[kind]))
            position = match.end()
        rest = text[position:].lstrip()
        if rest and not rest.startswith(";"):
            raise TextError(f"line {number}: {rest[:20]!r} is unknown")
        self.spans = rest[1:].split()
        self.next_span = 0
        self.place = 0

    def fail(self, wanted: str) -> TextError:
        found = self.tokens[self.place][1] if self.place < len(self.tokens) else "the end"
        return TextError(f"line {self.number}: {wanted} is wanted, not {found}")

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        if self.place >= len(self.tokens):
            raise self.fail("more")
        self.place += 1
        return self.tokens[self.place - 1][1]

    def accept(self, text: str) -> bool:
        if self.kind() != "string" and self.peek() == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.fail(f'"{text}"')

    def name(self) -> str:
        return unquoted(self.take())

    def number_token(self) -> int:
        if self.kind() != "number":
            raise self.fail("a number")
        return int(self.take(), 0)

    def type(self) -> int:
        bits = NONE
        for word in self.take().split("|"):
            if word not in _TYPES:
                raise TextError(f"line {self.number}: {word} is no type")
            bits |= _TYPES[word]
        return bits


def unquoted(token: str) -> str:
    """A name that may stand in quotes."""
    if token.startswith('"'):
        found: str = json.loads(token)
        return found
    return token


class _Reader:
    def __init__(self, text: str, source: str) -> None:
        self.lines = [_Line(number, line) for number, line in enumerate(text.split("\n"), 1)
                      if line.strip()]
        self.source = source
        self.ir = ModuleIR(None)
        self.exports: list[tuple[str, str]] = []
        self.implicit: list[str] = []
        self.known: list[tuple[Variable, int]] = []  # variables that hold a known function
        self.shapes: list[tuple[str, int, int, bool, list[Upvalue], Span]] = []
        self.function = FunctionIR("", None, None)
        self.variables: dict[str, Variable] = {}
        self.typed = False
        self.last: Span = NO_SPAN
        self.line_number = 0

    # --- the module -----------------------------------------------------------------------------
    def module(self) -> ModuleIR:
        headers = [line for line in self.lines if line.peek() == "function"]
        self.ir.functions = [FunctionIR("", None, None) for _ in headers]
        filename = ""
        for line in self.lines:
            word = line.take()
            if word == "module":
                filename = line.name()
                self.typed = line.accept("typed")
            elif word == "export":
                self.exports.append((line.name(), line.name()))
            elif word == "implicit":
                self.implicit.append(line.name())
            elif word == "global":
                variable = self.declared(line, GLOBAL)
                self.ir.globals[variable.name] = variable
            else:
                self.in_function(word, line)
            if line.place < len(line.tokens) or line.next_span < len(line.spans):
                raise line.fail("the end of the line")
        for variable, number in self.known:
            variable.function = found = self.ir.functions[number]
            if found.original is not None:
                found.original.clones[variable.name,] = variable
        self._bytecode(filename)
        self._types()
        self._predecessors()
        return self.ir

    def _bytecode(self, filename: str) -> None:
        made: dict[int, Function] = {}
        for number in reversed(range(len(self.ir.functions))):
            function = self.ir.functions[number]
            name, required, parameters, has_rest, upvalues, span = self.shapes[number]
            function.bytecode = made[id(function)] = Function(
                name=name, parameters=parameters, required=required, has_rest=has_rest,
                local_names=tuple(v.name for v in function.locals), upvalues=tuple(upvalues),
                constants=(), functions=tuple(made[id(child)] for child in function.children),
                code=(), spans=(), handlers=(), max_stack=0, span=span)
            function.parameters = function.locals[:parameters + has_rest]
        single = tuple(v.name for v in self.ir.globals.values() if v.single)
        self.ir.body = self.ir.functions[0]
        self.ir.bytecode = Module(
            filename=filename, source=self.source, body=made[id(self.ir.body)],
            variables=tuple(self.ir.globals), implicit=tuple(self.implicit), single=single,
            exports=tuple(self.exports))

    def _types(self) -> None:
        """The types of leaves, which the text leaves out where they follow from the rest."""
        from sentra.ir.text import expected_type

        if not self.typed:
            return
        pending = [e for f in self.ir.functions for b in f.blocks
                   for item in (*b.body, b.end) if item is not None for e in item.args]
        while pending:
            expr = pending.pop()
            pending.extend(expr.args)
            if expr.type < 0:
                expr.type = expected_type(expr)

    def _predecessors(self) -> None:
        for function in self.ir.functions:
            for block in function.blocks:
                for target in block.end.targets if block.end is not None else ():
                    function.blocks[target].predecessors += 1
            for region in function.tries:
                function.blocks[region.handler].predecessors += 1

    # --- functions ------------------------------------------------------------------------------
    def in_function(self, word: str, line: _Line) -> None:
        function = self.function
        if word == "function":
            self.header(line)
        elif word == "declined":
            function.declined = line.name()
        elif word == "free":
            function.free_names.add(line.name())
        elif word in ("local", "cell"):
            function.locals.append(self.declared(line, word))
        elif word == "upvalue":
            self.upvalue(line)
        elif word == "temp":
            self.declared(line, TEMP)
        elif word == "try":
            function.tries.append(TryRegion(*[line.number_token() for _ in range(3)]))
        elif word == "loop":
            function.loops.append(LoopRegion(line.number_token(), line.number_token()))
        elif word == "block":
            self.block(line)
        else:
            line.place = 0
            self.item(line)

    def header(self, line: _Line) -> None:
        number = line.number_token()
        self.function = function = self.ir.functions[number]
        function.name = line.name()
        function.module = self.ir
        if line.accept("in"):
            function.parent = self.ir.functions[line.number_token()]
            function.parent.children.append(function)
        if line.accept("clones"):
            function.original = self.ir.functions[line.number_token()]
        line.expect("parameters")
        required, parameters = line.number_token(), line.number_token()
        has_rest = line.accept("rest")
        line.expect("result")
        function.result = line.type()
        function.escapes = line.accept("escapes")
        self.line_number = 0
        self.variables = {}
        self.shapes.append((function.name, required, parameters, has_rest, [], self.span(line)))

    def declared(self, line: _Line, kind: str) -> Variable:
        key = line.take()
        line.expect(":")
        name, dot, index = key.rpartition(".")
        if kind == GLOBAL or not dot:
            name, index = key, "-1"
        plain = name.lstrip("@^%")
        hidden = "$" if kind == TEMP or plain.startswith("$") else ""
        variable = Variable(hidden + unquoted(plain.removeprefix("$")), kind, int(index))
        variable.type = line.type()
        line.expect("reads")
        variable.reads = line.number_token()
        line.expect("sets")
        variable.sets = line.number_token()
        while line.peek() in ("checked", "frozen", "explicit", "single", "nilable"):
            setattr(variable, line.take(), True)
        if line.accept("function"):
            self.known.append((variable, line.number_token()))
        self.variables[key] = variable
        return variable

    def upvalue(self, line: _Line) -> None:
        variable = self.declared(line, UPVALUE)
        line.expect("=")
        is_local = line.take() == "local"
        index = line.number_token()
        parent = self.function.parent
        if parent is None:
            raise line.fail("a function around this one")
        source = (parent.locals if is_local else parent.upvalues)[index]
        variable.owner = source.owner or source
        self.function.upvalues.append(variable)
        self.shapes[-1][4].append(Upvalue(variable.name, is_local, index))

    def block(self, line: _Line) -> None:
        number = line.number_token()
        line.expect("at")
        block = Block(number, line.number_token())
        if line.accept("catches"):
            block.exception = self.variable(line)
        self.function.blocks.append(block)

    def variable(self, line: _Line) -> Variable:
        key = line.take()
        found = self.ir.globals.get(unquoted(key[1:])) if key[0] == "@" else (
            self.variables.get(key))
        if found is None:
            raise TextError(f"line {line.number}: {key} is not declared")
        return found

    # --- statements and expressions -------------------------------------------------------------
    def span(self, line: _Line) -> Span:
        """The next span of a line."""
        if line.next_span >= len(line.spans):
            raise TextError(f"line {line.number}: a span is missing")
        text = line.spans[line.next_span]
        line.next_span += 1
        if text == '"':
            return self.last
        text, _, mark = text.partition("^")
        start, _, end = text.partition("-")
        first, column = self._place(start, self.line_number)
        last, stop = self._place(end, first) if end else (first, column + 1)
        mark_line, mark_column = self._place(mark, first) if mark else (first, column)
        self.line_number = first
        self.last = (first, column, last, stop, mark_line, mark_column)
        return self.last

    @staticmethod
    def _place(text: str, line: int) -> tuple[int, int]:
        before, colon, column = text.rpartition(":")
        return int(before) if colon else line, int(column)

    def item(self, line: _Line) -> None:
        """A statement, or the end of a block."""
        block = self.function.blocks[-1]
        span = self.span(line)
        if line.kind() == "variable":
            variable = self.variable(line)
            line.expect("=")
            block.body.append(Stmt("set", variable, (self.expression(line),), None, span))
            return
        op = line.take()
        if op in _TARGETS:
            block.end = self.terminator(line, op, span)
            return
        payload = line.name() if line.kind() in ("word", "string") else None
        target = self.variable(line) if line.kind() == "variable" else None
        args = self.arguments(line) if line.accept("(") else ()
        block.body.append(Stmt(op, target, args, payload, span))

    def terminator(self, line: _Line, op: str, span: Span) -> Terminator:
        variable = self.variable(line) if line.kind() == "variable" else None
        results = []
        if line.accept("to"):
            while line.kind() == "variable":
                results.append(self.variable(line))
        args = self.arguments(line) if line.accept("(") else ()
        targets = []
        while line.kind() == "number":
            targets.append(line.number_token())
        return Terminator(op, tuple(targets), args, span, variable, tuple(results))

    def arguments(self, line: _Line) -> tuple[Expr, ...]:
        if line.accept(")"):
            return ()
        args = [self.expression(line)]
        while line.accept(","):
            args.append(self.expression(line))
        line.expect(")")
        return tuple(args)

    def expression(self, line: _Line) -> Expr:
        span = self.span(line)
        kind = line.kind()
        leaf_type = -1 if self.typed else NONE  # found out at the end
        expr: Expr
        if kind == "variable":
            expr = Expr("get", (), self.variable(line), span)
        elif kind in ("number", "string"):
            expr = Expr("const", (), _constant(kind, line.take()), span)
        else:
            word = line.take()
            if word in _WORDS:
                expr = Expr("const", (), _WORDS[word], span)
            elif word == "closure":
                expr = Expr(word, (), self.ir.functions[line.number_token()], span)
            elif word in _LEAVES:
                expr = Expr(word, (), line.name(), span)
            else:
                payload = self.payload(line)
                known = 1 if line.accept("!") else 2 if line.accept("?") else 0
                line.expect("(")
                expr = Expr(word, self.arguments(line), payload, span)
                expr.known = known
        expr.type = leaf_type if not line.accept(":") else line.type()
        if line.accept("of"):
            expr.present = line.type()
        return expr

    @staticmethod
    def payload(line: _Line) -> Any:
        if line.kind() == "number":
            return line.number_token()
        if line.kind() == "word" and line.peek() in ("true", "false"):
            return line.take() == "true"
        return line.name() if line.kind() in ("word", "string") else None


def _constant(kind: str, token: str) -> object:
    if kind == "string":
        return json.loads(token)
    plain = token.lstrip("+-")
    if plain in ("inf", "nan") or ("x" not in plain and not plain.isdigit()):
        return float(token)
    return int(token, 0)
