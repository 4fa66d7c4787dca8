"""The IR as text, and back: ``print_module(parse(text)) == text``.

A function lists its variables, its regions, then its blocks::

    block 2 at 14
      s.1 = add(s.1, index(a.0, i.3):any):any  ; 3:5-20 9-20^11 9 13-17 13-14 15

A variable is its name and its slot; upvalues begin with ``^``, module variables with ``@``,
temporaries with ``%``. Operations are followed by their types; the name of a field by ``!`` where
the map surely has it, by ``?`` where it may not. After ``;`` stand the spans of the statement and
of its operations in the order of the text: ``line:column-column^mark``, where a line that is the
last one again is left out, an end after one character too, and ``"`` is the last span.
"""

from __future__ import annotations

from sentra.ir.model import (
    ANY,
    FUNCTION,
    GLOBAL,
    NEXT,
    OTHER,
    TEMP,
    UPVALUE,
    Expr,
    FunctionIR,
    ModuleIR,
    Stmt,
    Terminator,
    Variable,
    type_words,
)
from sentra.ir.reading import parse
from sentra.ir.rules import constant_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentra.bytecode.code import Span

__all__ = ["parse", "print_blocks", "print_module"]

LEAVES = frozenset(["const", "get", "builtin", "closure", "import_module", "import_builtin"])
FLAGS = ("checked", "frozen", "explicit", "single", "nilable")
PRESENCE = ("", "!", "?", "")  # of a field: nothing known, surely there, maybe not


def print_blocks(function: FunctionIR) -> str:
    """The blocks of one function, without spans: for people, and for the fixtures of passes."""
    assert function.module is not None
    text = "".join(_Printer(function.module).function(function))
    lines = [line.partition("  ; ")[0] for line in text.splitlines()]
    first = next((n for n, line in enumerate(lines) if line.startswith("  block ")), len(lines))
    return "".join([line.partition(" at ")[0][2:] + "\n" if line.startswith("  block ")
                    else line[2:] + "\n" for line in lines[first:]])


def print_module(module: ModuleIR, function: str | None = None) -> str:
    """The text of a module; of its functions called `function` alone if it is given."""
    printer = _Printer(module)
    if function is None:
        return "".join(printer.module())
    return "\n".join(["".join(printer.function(f)) for f in module.functions
                      if f.name == function])


def word(text: str) -> str:
    """A name as it stands, or quoted where it is no plain word."""
    plain = text.isidentifier() and text.isascii() and text not in ("nil", "true", "false")
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    """A string in the text."""
    import json

    return json.dumps(text)


def literal(value: object) -> str:
    """A constant in the text.

    >>> [literal(value) for value in (None, True, -3, 0.5, float("inf"), "a\\n")]
    ['nil', 'true', '-3', '0.5', '+inf', '"a\\\\n"']
    """
    if value is None:
        return "nil"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is str:
        return quoted(value)
    if type(value) is int:
        return hex(value) if value.bit_length() > 10_000 else str(value)
    text = repr(value)
    return text if text[-1].isdigit() else "-inf" if text[0] == "-" else "+" + text


def variable_text(variable: Variable) -> str:
    """A variable in the text."""
    kind, name = variable.kind, variable.name
    if kind == GLOBAL:
        return "@" + word(name)
    if kind == TEMP:
        return f"%{word(name[1:])}.{variable.index}"
    hidden = name.startswith("$")
    plain = "$" + word(name[1:]) if hidden else word(name)
    return f"{'^' if kind == UPVALUE else ''}{plain}.{variable.index}"


def expected_type(expr: Expr) -> int:
    """The type that a leaf has where nothing else is said."""
    if expr.op == "const":
        return constant_type(expr.a)
    if expr.op == "get":
        real: Variable = expr.a.owner or expr.a
        return FUNCTION if real.function is not None else real.type
    return _LEAF_TYPES[expr.op]


_LEAF_TYPES = {
    "closure": FUNCTION, "builtin": ANY, "import_module": OTHER, "import_builtin": OTHER}


class _Spans:
    """Writes spans, each after the one before it."""

    def __init__(self, line: int) -> None:
        self.last: Span | None = None
        self.line = line

    def text(self, span: Span) -> str:
        if span == self.last:
            return '"'
        self.last = span
        line, column, end_line, end, mark_line, mark = span
        found = f"{column}" if line == self.line else f"{line}:{column}"
        if end_line != line:
            found += f"-{end_line}:{end}"
        elif end != column + 1:
            found += f"-{end}"
        if (mark_line, mark) != (line, column):
            found += f"^{mark}" if mark_line == line else f"^{mark_line}:{mark}"
        self.line = line
        return found


class _Printer:
    def __init__(self, module: ModuleIR) -> None:
        self.numbers = {id(f): number for number, f in enumerate(module.functions)}
        self.ir = module
        self.typed = any(f.result for f in module.functions) or any(
            v.type for f in module.functions for v in f.locals)
        self.spans = _Spans(0)

    def module(self) -> Iterator[str]:
        code = self.ir.bytecode
        yield f"module {quoted(code.filename)}{' typed' if self.typed else ''}\n"
        for name, variable in code.exports:
            yield f"export {word(name)} {word(variable)}\n"
        for name in code.implicit:
            yield f"implicit {word(name)}\n"
        for variable in self.ir.globals.values():
            yield f"global {self.declared(variable)}\n"
        for function in self.ir.functions:
            yield "\n"
            yield from self.function(function)

    def declared(self, variable: Variable) -> str:
        """A variable with what is known of it."""
        found = f"{variable_text(variable)}: {type_words(variable.type)}"
        found += f" reads {variable.reads} sets {variable.sets}"
        for flag in FLAGS:
            if getattr(variable, flag):
                found += " " + flag
        if variable.function is not None:
            found += f" function {self.numbers[id(variable.function)]}"
        return found

    def function(self, function: FunctionIR) -> Iterator[str]:
        code = function.bytecode
        self.spans = _Spans(0)
        parent = f" in {self.numbers[id(function.parent)]}" if function.parent is not None else ""
        original = function.original
        clones = f" clones {self.numbers[id(original)]}" if original is not None else ""
        rest = " rest" if code.has_rest else ""
        yield (f"function {self.numbers[id(function)]} {word(function.name)}{parent}{clones}"
               f" parameters {code.required} {code.parameters}{rest}"
               f" result {type_words(function.result)}{' escapes' if function.escapes else ''}"
               f"  ; {self.spans.text(code.span)}\n")
        if function.declined:
            yield f"  declined {quoted(function.declined)}\n"
        for name in sorted(function.free_names):
            yield f"  free {word(name)}\n"
        for variable in function.locals:
            yield f"  {variable.kind} {self.declared(variable)}\n"
        for variable, source in zip(function.upvalues, code.upvalues, strict=True):
            yield (f"  upvalue {self.declared(variable)} ="
                   f" {'local' if source.is_local else 'upvalue'} {source.index}\n")
        for variable in temporaries(function):
            yield f"  temp {self.declared(variable)}\n"
        for region in function.tries:
            yield f"  try {region.start} {region.end} {region.handler}\n"
        for loop in function.loops:
            yield f"  loop {loop.header} {loop.last}\n"
        for block in function.blocks:
            caught = f" catches {variable_text(block.exception)}" if block.exception else ""
            yield f"  block {block.number} at {block.start}{caught}\n"
            for statement in block.body:
                yield f"    {self.statement(statement)}\n"
            assert block.end is not None
            yield f"    {self.terminator(block.end)}\n"

    def statement(self, statement: Stmt) -> str:
        spans = [self.spans.text(statement.span)]
        args = ", ".join([self.expression(arg, spans) for arg in statement.args])
        if statement.op == "set":
            assert statement.variable is not None
            text = f"{variable_text(statement.variable)} = {args}"
        else:
            text = statement.op
            if statement.a is not None:
                text += " " + word(statement.a)
            if statement.variable is not None:
                text += " " + variable_text(statement.variable)
            if args:
                text += f"({args})"
        return f"{text}  ; {' '.join(spans)}"

    def terminator(self, end: Terminator) -> str:
        spans = [self.spans.text(end.span)]
        text = end.op
        if end.variable is not None:
            text += " " + variable_text(end.variable)
        if end.op == NEXT:
            text += " to " + " ".join([variable_text(result) for result in end.results])
        for arg in end.args:
            text += f"({self.expression(arg, spans)})"
        if end.targets:
            text += " " + " ".join([str(target) for target in end.targets])
        return f"{text}  ; {' '.join(spans)}"

    def expression(self, expr: Expr, spans: list[str]) -> str:
        spans.append(self.spans.text(expr.span))
        op = expr.op
        if op == "const":
            text = literal(expr.a)
        elif op == "get":
            text = variable_text(expr.a)
        elif op == "closure":
            text = f"closure {self.numbers[id(expr.a)]}"
        else:
            text = op
            if expr.a is not None:
                text += " " + (word(expr.a) if type(expr.a) is str else literal(expr.a))
            text += PRESENCE[expr.known]
            if op not in LEAVES:
                text += "(" + ", ".join([self.expression(arg, spans) for arg in expr.args]) + ")"
        if self.typed and (op not in LEAVES or expr.type != expected_type(expr)):
            text += ":" + type_words(expr.type)
            if expr.present and op != "get" and (
                    op in ("call", "invoke") or expr.present != expr.type):
                text += " of " + type_words(expr.present)
        elif expr.present and op == "get" and not self.typed:
            text += " of " + type_words(expr.present)
        return text


def temporaries(function: FunctionIR) -> list[Variable]:
    """The variables of the compiler's own, by their numbers."""
    found: dict[Variable, None] = {}

    def walk(expr: Expr) -> None:
        if expr.op == "get" and expr.a.kind == TEMP:
            found[expr.a] = None
        for arg in expr.args:
            walk(arg)

    for block in function.blocks:
        if block.exception is not None:
            found[block.exception] = None
        for item in (*block.body, block.end):
            assert item is not None
            if item.variable is not None and item.variable.kind == TEMP:
                found[item.variable] = None
            for arg in item.args:
                walk(arg)
        assert block.end is not None
        found.update(dict.fromkeys(block.end.results))
    return sorted(found, key=lambda variable: variable.index)
