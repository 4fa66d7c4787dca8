"""Python's exceptions out of generated code, in Sentra's words.

A raw operation that fails raises what CPython raises. Where that happened is in the traceback (the
nodes carry the spans of the source), which operation it was says the bytecode at that place, and
the types of the operands are in CPython's message. This runs only when an error is caught or
printed, so that the code that runs all the time checks nothing.
"""

from __future__ import annotations

import re

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Instruction, Module, Span
from sentra.codegen.marks import MARK, Site
from sentra.codegen.sources import column_in_bytes
from sentra.errors import ARITHMETIC, CALL, NAME, TYPE, Frame, SentraError
from sentra.runtime.functions import shape_of
from sentra.runtime.names import display_name
from sentra.runtime.registry import Builtin, wrong_count
from sentra.runtime.trace import is_call, located
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType
    from typing import Any

_VERBS = {ops.ADD: "add", ops.SUB: "subtract", ops.MUL: "multiply", ops.DIV: "divide",
          ops.MOD: "modulo"}
MAX_KNOWN = 200  # errors that were found out before, by place and text
_CALLS = frozenset([ops.CALL, ops.INVOKE])

_OPERANDS = re.compile(r"unsupported operand type\(s\) for (\S+): '([^']+)' and '([^']+)'")
_CONCATENATE = re.compile(r'can only concatenate (\w+) \(not "([^"]+)"\) to \w+')
_ORDER = re.compile(r"not supported between instances of '([^']+)' and '([^']+)'")
_UNARY = re.compile(r"bad operand type for unary -: '([^']+)'")
_NOT_SEARCHED = re.compile(r"argument of type '([^']+)' is not")  # key in nil
_NOT_CALLABLE = re.compile(r"'([^']+)' object is not callable")
_NOT_INDEXED = re.compile(r"'([^']+)' object is not subscriptable")
_NO_LENGTH = re.compile(r"object of type '([^']+)' has no len")
_UNHASHABLE = re.compile(r"unhashable type: '([^']+)'|cannot use '([^']+)' as a dict key")
_TAKES = re.compile(
    r"(\S+)\(\) takes (?:from )?(\d+)(?: to (\d+))? positional arguments? but (\d+)")
_MISSES = re.compile(r"(\S+)\(\) missing (\d+) required positional argument")
_NAMED = re.compile(r"(?:name|variable) '([^']+)'")


class Translator:
    """Knows one module: what stands where in its source."""

    def __init__(self, module: Module, sites: list[Site]) -> None:
        self.module = module
        self.sites = sites  # calls that `inlining` replaced
        self._known: dict[tuple[int, int, str], tuple[CodeType, str, str]] = {}
        self._places: dict[tuple[int, ...], list[tuple[Instruction, Span, Function]]] | None = None
        self._second: dict[tuple[int, int], CodeType] = {}  # see `_note_unset`

    # --- places ---------------------------------------------------------------------------------
    def at(self, code: CodeType, lasti: int) -> list[tuple[Instruction, Span, Function]]:
        """The instructions of the bytecode at a place of generated code."""
        if self._places is None:
            self._places = self._index()
        return self._places.get(_position(code, self._place(code, lasti)), [])

    def _index(self) -> dict[tuple[int, ...], list[tuple[Instruction, Span, Function]]]:
        places: dict[tuple[int, ...], list[tuple[Instruction, Span, Function]]] = {}
        lines = self.module.source.split("\n")
        plain = self.module.source.isascii()
        pending = [self.module.body]
        while pending:
            function = pending.pop()
            pending.extend(function.functions)
            for instruction, span in zip(function.code, function.spans, strict=True):
                key = (span[0], span[2], span[1] - 1, span[3] - 1) if plain else (
                    span[0], span[2], column_in_bytes(lines, span[0], span[1]),
                    column_in_bytes(lines, span[2], span[3]))
                places.setdefault(key, []).append((instruction, span, function))
        return places

    def locate(self, code: CodeType, lasti: int) -> Frame | None:
        """The Sentra frame for a frame of generated code; with its caller's for a copied call.

        None for one that is no call.
        """
        if not is_call(code):
            return None
        lasti = self._place(code, lasti)
        line, end_line, column, end_column = _position(code, lasti)
        number = _raw_end_line(code, lasti) // MARK
        outer: Frame | None = None
        name = display_name(code.co_name)
        if number:
            site = self.sites[number - 1]
            outer = located(self.module, name, site.span)
            name = site.function
        span: Span = (line, column + 1, end_line, end_column + 1, line, column + 1)
        for _, found, _ in self.at(code, lasti):
            span = found
            if found[4:] != found[:2]:
                break
        frame = located(self.module, name, span)
        frame.outer = outer
        return frame

    def _note_unset(self, code: CodeType, lasti: int, text: str) -> None:
        """A local variable was read before it was set.

        CPython 3.11 makes one instruction of two that read and write locals, and says for an error
        of the second that it was at the first.
        """
        from opcode import opname

        match = _NAMED.search(text)
        op, at = code.co_code[lasti:lasti + 2]
        word = opname[op]
        key = id(code), lasti
        if word in ("STORE_FAST", "LOAD_CONST") or (word == "LOAD_FAST" and match is not None and (
                code.co_varnames[at] != match[1])):
            self._second[key] = code
        else:
            self._second.pop(key, None)

    def _place(self, code: CodeType, lasti: int) -> int:
        return lasti + 2 if self._second and self._second.get((id(code), lasti)) is code else lasti

    # --- errors ---------------------------------------------------------------------------------
    def translate(self, exception: Exception, traceback: TracebackType) -> SentraError:
        """The error of the program that a raw operation's exception stands for."""
        text = str(exception)
        if isinstance(exception, ZeroDivisionError):
            # "integer modulo by zero", "float modulo", but "integer division or modulo by zero"
            modulo = "modulo" in text and "division" not in text
            return SentraError("modulo by zero" if modulo else "division by zero", ARITHMETIC)
        if isinstance(exception, OverflowError):
            return SentraError("number too large", ARITHMETIC)
        code, lasti = traceback.tb_frame.f_code, traceback.tb_lasti
        if isinstance(exception, NameError):
            if getattr(exception, "name", None):  # of which the text has 200 characters only
                text = f"name '{exception.name}'"
            self._note_unset(code, lasti, text)
            return _undefined(text)
        key = id(code), lasti, text
        known = self._known.get(key)
        if known is not None and known[0] is code:
            return SentraError(known[1], known[2])
        error = self._find_out(exception, text, traceback)
        if "missing" not in text and len(self._known) < MAX_KNOWN:  # see `_too_few`
            self._known[key] = code, error.message, error.kind
        return error

    def _find_out(
        self, exception: Exception, text: str, traceback: TracebackType,
    ) -> SentraError:
        """The error by the place of the exception and its text."""
        found = [(i, f) for i, _, f in self.at(traceback.tb_frame.f_code, traceback.tb_lasti)]
        if isinstance(exception, ValueError) and text == "Cell is empty":
            for (op, a, _, _), function in found:
                if op == ops.GET_CELL:
                    return _undefined(f"name '{function.local_names[a]}'")
        if isinstance(exception, AttributeError):  # of None.get(key)
            return SentraError("cannot index nil", TYPE)
        if isinstance(exception, TypeError):
            error = self._type_error(text, found, traceback)
            if error is not None:
                return error
        raise exception

    def _type_error(
        self, text: str, found: list[tuple[Instruction, Function]], traceback: TracebackType,
    ) -> SentraError | None:
        codes = {i[0] for i, _ in found}
        match = _OPERANDS.search(text)
        if match:
            return _operands(codes, match[2], match[3])
        match = _CONCATENATE.search(text)
        if match:
            return _operands(codes, match[1], match[2])
        match = _ORDER.search(text)
        if match:
            return _operands(codes, match[1], match[2])
        match = _UNARY.search(text)
        if match:
            return SentraError(f"cannot negate {_word(match[1])}", TYPE)
        match = _NOT_INDEXED.search(text) or _NOT_SEARCHED.search(text)
        if match:
            return SentraError(f"cannot index {_word(match[1])}", TYPE)
        match = _NOT_CALLABLE.search(text)
        if match:
            return SentraError(f"cannot call {_word(match[1])}", TYPE)
        match = _NO_LENGTH.search(text)
        if match:
            return _length_error(match[1])
        match = _UNHASHABLE.search(text)
        if match:
            return SentraError(f"cannot use {_word(match[1] or match[2])} as a map key", TYPE)
        match = _TAKES.search(text)
        if match:
            least = int(match[2])
            most = int(match[3]) if match[3] else least
            return SentraError(
                wrong_count(_function_name(match[1]), least, most, int(match[4])), CALL)
        match = _MISSES.search(text)
        if match:
            return self._too_few(match[1], int(match[2]), found, traceback)
        return None

    def _too_few(
        self, python: str, missing: int, found: list[tuple[Instruction, Function]],
        traceback: TracebackType,
    ) -> SentraError:
        """CPython says how many are missing; the shape is that of the function called."""
        name = _function_name(python)
        given = next((i[1] if i[0] == ops.CALL else i[2] for i, _ in found if i[0] in _CALLS), 0)
        least = given + missing
        most: int | None = least
        for function in self._candidates(python, traceback):
            required, named, rest = shape_of(function)
            if required == least:
                most = None if rest else named
                break
        return SentraError(wrong_count(name, least, most, given), CALL)

    def _candidates(self, python: str, traceback: TracebackType) -> list[Any]:
        """Functions of this name that the frame can see."""
        frame = traceback.tb_frame
        values = [*frame.f_locals.values(), *frame.f_globals.values()]
        for value in list(values):
            if type(value) is dict:
                values.extend(value.values())
            elif type(value) is list:
                values.extend(value[:1000])
        return [value for value in values
                if type(value).__name__ == "function" and value.__qualname__ == python]


def _position(code: CodeType, lasti: int) -> tuple[int, int, int, int]:
    from itertools import islice
    line, end_line, column, end_column = next(islice(code.co_positions(), lasti // 2, None))
    return line or 1, (end_line or line or 1) % MARK, column or 0, end_column or 0


def _raw_end_line(code: CodeType, lasti: int) -> int:
    from itertools import islice
    return next(islice(code.co_positions(), lasti // 2, None))[1] or 1


def _word(python: str) -> str:
    """The Sentra type for a Python type's name in a message."""
    for cls, word in TYPE_NAMES.items():  # grows when channels, tasks and so on are imported
        if cls.__name__ == python:
            return word
    return "function" if python == Builtin.__name__ else python


def _operands(codes: set[int], a: str, b: str) -> SentraError:
    for op, verb in _VERBS.items():
        if op in codes:
            return SentraError(f"cannot {verb} {_word(a)} and {_word(b)}", TYPE)
    return SentraError(f"cannot compare {_word(a)} and {_word(b)}", TYPE)


def _undefined(text: str) -> SentraError:
    match = _NAMED.search(text)
    name = match[1] if match else "?"
    if name.startswith("_builtin_"):
        return SentraError(f'undefined variable "{name.removeprefix("_builtin_")}"', NAME)
    return SentraError(
        f'undefined variable "{display_name(name)}"', NAME)


def _function_name(qualified: str) -> str:
    return display_name(qualified.rsplit(".", 1)[-1])


def _length_error(python: str) -> SentraError:
    """What the builtin says of a value of this type."""
    from sentra.runtime.arguments import wrong_argument
    from sentra.runtime.builtins import declaration

    samples: dict[str, Any] = {"NoneType": None, "bool": True, "int": 0, "float": 0.5}
    row = declaration("len")
    assert row is not None
    try:
        row.function(samples.get(python, _length_error))
    except SentraError as error:
        return error if python in samples else SentraError(
            error.message.replace("function", _word(python)), error.kind)
    return wrong_argument("len", 1, "array, map or string", None)


