"""The part of the verifier that looks at fields: names, counts, constants, spans, ranges."""

from __future__ import annotations

from sentra.bytecode.code import MODULE
from sentra.errors import BytecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Function, Module

_LARGEST_PLACE = 1 << 31  # line or column
_CONSTANT_TYPES = frozenset((type(None), bool, int, float, str))


def is_name(name: object) -> bool:
    """Whether this is an identifier of Sentra (or a keyword, which no program reaches)."""
    return type(name) is str and name.isascii() and name.isidentifier()


def shown(name: str) -> str:
    """A name from a file, in a message: short, and nothing that a terminal obeys."""
    return name if len(name) < 80 and (is_name(name) or name == MODULE) else ascii(name[:80])


def check_module(module: Module) -> None:
    """Check what belongs to the module itself."""
    variables = frozenset(module.variables)
    if type(module.filename) is not str or type(module.source) is not str:
        raise BytecodeError("malformed bytecode: file name and source must be strings")
    for name in module.variables:
        if not is_name(name):
            raise BytecodeError(f"malformed bytecode: {shown(name)} is no name of a variable")
    if len(variables) != len(module.variables):
        raise BytecodeError("malformed bytecode: a variable is listed twice")
    for name in (*module.implicit, *module.single):
        if name not in variables:
            raise BytecodeError(f"malformed bytecode: {shown(name)} is not among the variables")
    if len({exported for exported, _ in module.exports}) != len(module.exports):
        raise BytecodeError("malformed bytecode: a name is exported twice")
    for exported, variable in module.exports:
        if not is_name(exported):
            raise BytecodeError(f"malformed bytecode: {shown(exported)} is no name of an export")
        if variable not in variables:
            raise BytecodeError(
                f"malformed bytecode: export {shown(exported)} of an unknown variable")


def check_fields(function: Function, is_body: bool) -> None:
    """Check all fields of a function but its code."""
    slots = len(function.local_names)
    named = function.parameters
    if not (is_name(function.name) or (is_body and function.name == MODULE)):
        raise BytecodeError(f"{shown(function.name)} is no name of a function")
    if is_body and (named or function.has_rest or function.upvalues):
        raise BytecodeError("the body of a module has parameters or upvalues")
    if not 0 <= function.required <= named or named + bool(function.has_rest) > slots:
        raise BytecodeError("malformed parameters")
    for name in function.local_names:
        if not (is_name(name) or (name[:1] == "$" and is_name(name[1:]))):
            raise BytecodeError(f"{shown(name)} is no name of a local")
    if not 0 <= function.max_stack <= 2 * len(function.code) + 16:
        raise BytecodeError("malformed max_stack")
    for constant in function.constants:
        if type(constant) not in _CONSTANT_TYPES:
            raise BytecodeError(f"a constant is a {type(constant).__name__}")
    for handler in function.handlers:
        if not 0 <= handler.start < handler.end <= handler.target < len(function.code):
            raise BytecodeError(f"handler {handler.key()} has a malformed range")
        if not 0 <= handler.depth < function.max_stack:
            raise BytecodeError(f"handler {handler.key()} has a malformed depth")
    _check_upvalues(function)


def _check_upvalues(function: Function) -> None:
    names = {upvalue.name for upvalue in function.upvalues}
    if len(names) != len(function.upvalues):
        raise BytecodeError("two upvalues have one name")
    for name in names:
        if not is_name(name):
            raise BytecodeError(f"{shown(name)} is no name of an upvalue")
    sizes = (len(function.upvalues), len(function.local_names))
    for nested in function.functions:
        for upvalue in nested.upvalues:
            if not 0 <= upvalue.index < sizes[upvalue.is_local]:
                raise BytecodeError(f"upvalue {shown(upvalue.name)} is out of range")


def check_spans(function: Function) -> None:
    """Check that there is a well-formed span for each instruction."""
    spans = function.spans
    if len(spans) != len(function.code):
        raise BytecodeError("not one span for each instruction")
    distinct = dict(zip(map(id, spans), spans, strict=True))  # instructions share most of them
    distinct[0] = function.span
    largest = _LARGEST_PLACE
    for span in distinct.values():
        line, column, end_line, end_column, mark_line, mark_column = span
        if not (0 < line <= end_line < largest and 0 < column < largest
                and 0 < end_column < largest and 0 < mark_line < largest
                and 0 < mark_column < largest and (line < end_line or column <= end_column)):
            raise BytecodeError(f"malformed span {span}")
