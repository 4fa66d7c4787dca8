"""Bytecode as text for people: `disassemble`; `assembler.assemble` reads it back.

    module "demo.sn"
    variables f

    function 0 <module> stack=1 @1:1-4:1
      constants
        0 = "f"
      functions 1
      code
        ; 1 | fn f(a, b) {
         0  CLOSURE 0                   @1:1-3:2 ; f
         1  SET_GLOBAL 0                 ; "f"

Invariant: the text holds every field of the module, also those that no program shows, so that
assembling it gives the `same` module. What follows a ``;`` outside a string is a comment. An
instruction without ``@`` has the span of the one before it; a mark that is not the start of its
span follows it after ``^``. Functions are listed one after the other and refer to those nested in
them by number, so that deep nesting is no problem.
"""

from __future__ import annotations

from sentra.bytecode.code import NO_SPAN
from sentra.bytecode.edit import targets
from sentra.bytecode.ops import BY_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Constant, Function, Instruction, Module, Span

_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", '"': '\\"'}
_SPAN_COLUMN = 40
_NAMES_PER_LINE = 12
_LONG_INTEGER = 1000  # bits from which an integer is written in base 16, which takes linear time


def quoted(text: str) -> str:
    r"""A string literal on one line.

    >>> print(quoted('a "b"\n\x00'))
    "a \"b\"\n\u{0}"
    """
    return f'"{_escaped(text)}"'


def _escaped(text: str, escapes: dict[str, str] = _ESCAPES) -> str:
    return "".join([
        escapes.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in text])


def name_text(name: str) -> str:
    """A name as it is if it is an ordinary one; else as a string literal."""
    plain = name.strip("<>").removeprefix("$")
    return name if plain.isidentifier() and plain.isascii() else quoted(name)


def constant_text(value: Constant) -> str:
    """A constant; floats in a form that loses no bit.

    >>> print(constant_text(-0.0), constant_text(1), constant_text(True), constant_text("a"))
    -0.0 1 true "a"
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        if value == value:
            return repr(value)
        import struct

        return f"nan:{struct.pack('>d', value).hex()}"
    if value is None or value is True or value is False:
        return "nil" if value is None else "true" if value else "false"
    return str(value) if value.bit_length() < _LONG_INTEGER else hex(value)


def span_text(span: Span) -> str:
    """``@line:column-line:column``, and ``^line:column`` for a mark elsewhere."""
    line, column, end_line, end_column, mark_line, mark_column = span
    mark = "" if (mark_line, mark_column) == (line, column) else f"^{mark_line}:{mark_column}"
    return f"@{line}:{column}-{end_line}:{end_column}{mark}"


def disassemble(module: Module, source_lines: bool = True) -> str:
    """The listing of a module, with its source between the instructions if `source_lines`."""
    lines = [f"module {quoted(module.filename)}"]
    for title, names in (("variables", module.variables), ("implicit", module.implicit),
                         ("single", module.single)):
        lines += _names(title, names)
    if module.exports:
        lines.append("exports")
        lines += [f"  {name_text(exported)} = {name_text(variable)}"
                  for exported, variable in module.exports]
    source = module.source.split("\n")
    shown = source if source_lines else []
    functions: list[tuple[Function, list[int]]] = []
    top: list[int] = []
    waiting = [(module.body, top)]
    while waiting:
        function, siblings = waiting.pop()
        siblings.append(len(functions))
        nested: list[int] = []
        functions.append((function, nested))
        waiting += [(inner, nested) for inner in reversed(function.functions)]
    for number, (function, nested) in enumerate(functions):
        lines += ["", *_function(number, function, nested, shown)]
    if module.source:
        lines += ["", "source"]
        lines += [f"  {quoted(line + end)}" for line, end in zip(
            source, ["\n"] * (len(source) - 1) + [""], strict=True) if line or end]
    return "\n".join(lines) + "\n"


def _names(title: str, names: tuple[str, ...]) -> list[str]:
    return [f"{title} {' '.join(map(name_text, names[i:i + _NAMES_PER_LINE]))}"
            for i in range(0, len(names), _NAMES_PER_LINE)]


def _function(number: int, function: Function, nested: list[int], source: list[str]) -> list[str]:
    """The lines of one function."""
    header = f"function {number} {name_text(function.name)}"
    if function.parameters:
        header += f" parameters={function.parameters} required={function.required}"
    if function.has_rest:
        header += " rest"
    lines = [f"{header} stack={function.max_stack} {span_text(function.span)}"]
    lines += [f"  {line}" for line in _names("locals", function.local_names)]
    if function.upvalues:
        lines.append("  upvalues")
        lines += [f"    {name_text(upvalue.name)} = {'local' if upvalue.is_local else 'upvalue'} "
                  f"{upvalue.index}" for upvalue in function.upvalues]
    if function.constants:
        lines.append("  constants")
        lines += [f"    {i} = {constant_text(c)}" for i, c in enumerate(function.constants)]
    if nested:
        lines.append(f"  functions {' '.join(map(str, nested))}")
    if function.handlers:
        lines.append("  handlers")
        lines += [f"    L{h.start} L{h.end} to L{h.target} depth {h.depth}"
                  for h in function.handlers]
    lines.append("  code")
    lines += _code(function, source)
    return lines


def _code(function: Function, source: list[str]) -> list[str]:
    lines = []
    labels = targets(function)
    for handler in function.handlers:
        labels.update((handler.start, handler.end))
    span, shown_line = NO_SPAN, 0
    for pc, instruction in enumerate(function.code):
        line = function.spans[pc][4]
        if line != shown_line and 0 < line <= len(source):
            lines.append(f"    ; {line} | {_escaped(source[line - 1], {})}")
        shown_line = line
        if pc in labels:
            lines.append(f"  L{pc}:")
        text = f"{pc:>6}  {_operation(instruction)}"
        if function.spans[pc] != span:
            span = function.spans[pc]
            text = f"{text:<{_SPAN_COLUMN}} {span_text(span)}"
        comment = _comment(function, instruction)
        if comment:
            text = f"{text:<{_SPAN_COLUMN}} ; {comment}"
        lines.append(text)
    if len(function.code) in labels:
        lines.append(f"  L{len(function.code)}:")
    return lines


def _operation(instruction: Instruction) -> str:
    row = BY_NUMBER[instruction[0]]
    text = row.name
    for kind, value in zip(row.operands, instruction[1:], strict=False):
        text += f" L{value}" if kind == "j" else f" {value}"
    return text


def _comment(function: Function, instruction: Instruction) -> str:
    """What the operands stand for."""
    parts = []
    for kind, value in zip(BY_NUMBER[instruction[0]].operands, instruction[1:], strict=False):
        if kind == "k":
            text = constant_text(function.constants[value])
            parts.append(text if len(text) <= 40 else text[:40] + "…")
        elif kind == "s":
            parts.append(name_text(function.local_names[value]))
        elif kind == "u":
            parts.append(name_text(function.upvalues[value].name))
        elif kind == "f":
            parts.append(name_text(function.functions[value].name))
    return ", ".join(parts)


def same(one: Module, other: Module) -> bool:
    """Whether two modules are equal in every field: ``1``, ``1.0`` and ``true`` differ, and so do
    ``0.0`` and ``-0.0``; a NaN is the same as itself.
    """
    for field in ("filename", "source", "variables", "implicit", "single", "exports"):
        if getattr(one, field) != getattr(other, field):
            return False
    waiting = [(one.body, other.body)]
    while waiting:
        first, second = waiting.pop()
        if (_comparable(first) != _comparable(second)
                or len(first.functions) != len(second.functions)):
            return False
        waiting += zip(first.functions, second.functions, strict=True)
    return True


def _comparable(function: Function) -> tuple[object, ...]:
    return (
        function.name, function.parameters, function.required, function.has_rest,
        function.local_names, function.upvalues, tuple(map(constant_text, function.constants)),
        function.code, function.spans, function.handlers, function.max_stack, function.span)
