"""Debug code: it tells a debugger where it is, and a debugger can look at its variables.

Chosen when a module is compiled, as metering is; other code contains nothing of it. A function is

    def area(w, h):
        try:
            _at(0)
            ...
            return _returns(w * h)
        except Exception as _error1:
            _unwinds(_error1)
            raise

`_at` names a mark of `ModuleIR` by its number in `Marks`. No variable has a type that was inferred,
none is left out or copied: what a debugger stores is what the code reads.
"""

from __future__ import annotations

import ast
import sys
from itertools import islice
from types import CellType

from sentra.bytecode import ops
from sentra.bytecode.ops import BY_NUMBER
from sentra.codegen.sources import column_in_bytes
from sentra.errors import NAME, SentraError
from sentra.ir.model import TEMP, Variable
from sentra.runtime.hooks import Call
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType, TracebackType
    from typing import Any

    from sentra.bytecode.code import Function, Module, Span
    from sentra.codegen.functions import FunctionEmitter
    from sentra.codegen.statements import Statements
    from sentra.ir.model import FunctionIR, ModuleIR, Stmt
    from sentra.runtime.context import Context

# The marks of generated code: the function, and the number of the mark in it.
Marks = list[tuple["Function", int]]

# --- code ---------------------------------------------------------------------------------------
def at(x: FunctionEmitter, statement: Stmt) -> ast.stmt:
    """``_at(number)``"""
    marks = x.owner.marks
    marks.append((x.function.bytecode, int(statement.a)))
    number = x.n.constant(len(marks) - 1, statement.span)
    return x.n.expression(x.n.call("_at", [number], statement.span), statement.span)


def raised(x: Statements, name: str, span: Span) -> ast.stmt:
    """``_raised(error)`` at the beginning of a handler of the program."""
    return x.n.expression(x.n.call("_raised", [x.n.name(name, span)], span), span)


def watched(x: FunctionEmitter, body: list[ast.stmt], span: Span) -> list[ast.stmt]:
    """The body of a function, which says when an exception leaves it."""
    variable = Variable("$error", TEMP, -1)
    name = x.temp_name(variable)
    told = x.n.expression(x.n.call("_unwinds", [x.n.name(name, span)], span), span)
    again = x.n.place(ast.Raise(None, None), span)
    x.used.add("Exception")
    return [x.n.guarded(body, ["Exception"], name, [told, again], span)]


# --- running ------------------------------------------------------------------------------------
def load_debug(
    ir: ModuleIR, marks: Marks, namespace: dict[str, Any], context: Context,
) -> None:
    """Put what debug code uses into its namespace."""
    hooks = context.debugger
    if hooks is None:
        namespace.update(_at=_nothing, _raised=_nothing, _unwinds=_nothing, _returns=_same)
        return
    hooks.add_module(ir.bytecode, namespace)
    numbers: dict[int, dict[int, Any]] = {}
    for function in ir.functions:
        numbers[id(function.bytecode)] = {
            site.number: site for site in hooks.sites_of(function.bytecode).values()}
    sites = [numbers[id(function)][number] for function, number in marks]
    frame_of = sys._getframe

    def at(number: int) -> None:
        site = sites[number]
        if site.armed or hooks.watching:
            hooks.statement(site, frame_of(1))

    def returns(value: Any) -> Any:
        if hooks.watching:
            hooks.returns(frame_of(1), value)
        return value

    finder = _Finder(ir)

    def raised(exception: Exception) -> None:
        tell(exception, frame_of(1))

    def unwinds(exception: Exception) -> None:
        frame = frame_of(1)
        tell(exception, frame)
        hooks.unwound(frame)

    def tell(exception: Exception, frame: FrameType) -> None:
        before, finder.raising = finder.raising, exception.__traceback__
        try:
            hooks.raised(exception, None, frame)
        finally:
            finder.raising = before

    namespace.update(_at=at, _returns=returns, _raised=raised, _unwinds=unwinds,
                     _debug_calls=finder.calls)


def _nothing(argument: Any) -> None:
    """There is no debugger."""


def _same(value: Any) -> Any:
    return value


class _Finder:
    """Knows which function of a module a frame of its code runs, and where that is."""

    def __init__(self, ir: ModuleIR) -> None:
        self.ir = ir
        self.raising: TracebackType | None = None  # of an exception that is being told of
        self._places: dict[tuple[int, ...], list[tuple[FunctionIR, int]]] | None = None
        self._functions: dict[CodeType, FunctionIR | None] = {}

    def calls(self, frame: FrameType) -> list[Call]:
        """The call that a frame is."""
        code = frame.f_code
        if code not in self._functions:
            self._functions[code] = self._function(code)
        function = self._functions[code]
        if function is None:
            return []
        return [GeneratedCall(self.ir.bytecode, function, frame, self._position(function, frame))]

    def places(self) -> dict[tuple[int, ...], list[tuple[FunctionIR, int]]]:
        """Position of code → instructions that stand there."""
        if self._places is None:
            self._places = {}
            lines = self.ir.bytecode.source.split("\n")
            for function in self.ir.functions:
                for place, span in enumerate(function.bytecode.spans):
                    key = (span[0], span[2], column_in_bytes(lines, span[0], span[1]),
                           column_in_bytes(lines, span[2], span[3]))
                    self._places.setdefault(key, []).append((function, place))
        return self._places

    def _function(self, code: CodeType) -> FunctionIR | None:
        """The function that most instructions of the code belong to."""
        votes: dict[int, int] = {}
        found: dict[int, FunctionIR] = {}
        places = self.places()
        for position in set(code.co_positions()):
            line, end_line, column, end_column = position
            for function in {id(f): f for f, _ in places.get(
                    (line, end_line, column, end_column), ())}.values():  # type: ignore[arg-type]
                found[id(function)] = function
                votes[id(function)] = votes.get(id(function), 0) + 1
        if not votes:
            return None
        return found[max(votes, key=votes.__getitem__)]

    def _position(self, function: FunctionIR, frame: FrameType) -> int:
        """The instruction of a function that a frame is at; the mark before it, if that is unknown.
        """
        place = frame.f_lasti
        raising = self.raising
        if raising is not None and raising.tb_frame is not frame:
            raising = None
        if raising is not None:  # it is in the handler by now
            place = raising.tb_lasti
        line, end_line, column, end_column = next(
            islice(frame.f_code.co_positions(), place // 2, None))
        code = function.bytecode.code
        here = [position for owner, position in self.places().get(
            (line, end_line, column, end_column), ())  # type: ignore[arg-type]
            if owner is function]
        if raising is not None:  # of what stands there, what can throw
            here = [each for each in here if BY_NUMBER[code[each][0]].throws][-1:] or here
        if here:
            return here[0]
        found = 0
        for position, (op, _, _, _) in enumerate(code):
            if op == ops.STATEMENT and line is not None and (
                    function.bytecode.spans[position][0] <= line):
                found = position
        return found


class GeneratedCall(Call):
    """A call of generated code: a frame of Python."""

    __slots__ = ("_values", "frame", "ir")

    def __init__(
        self, module: Module, ir: FunctionIR, frame: FrameType, position: int,
    ) -> None:
        super().__init__(module, ir.bytecode, frame.f_globals, position, frame)
        self.ir = ir
        self.frame = frame
        self._values: Any = None

    def refresh(self) -> None:
        self._values = None

    def read(self, slot: int) -> Any:
        return self._read(self.ir.locals[slot])

    def read_captured(self, index: int) -> Any:
        return self._read(self.ir.upvalues[index])

    def write(self, slot: int, value: Any) -> None:
        self._write(self.ir.locals[slot], value)

    def write_captured(self, index: int, value: Any) -> None:
        self._write(self.ir.upvalues[index], value)

    def write_global(self, name: str, value: Any) -> None:
        variable = self.ir.module.globals.get(name) if self.ir.module is not None else None
        if variable is not None:
            _refuse_function(variable)
        super().write_global(name, value)

    def _read(self, variable: Variable) -> Any:
        if self._values is None:
            self._values = self.frame.f_locals
        value = self._values.get(variable.python, MISSING)
        if type(value) is CellType:
            try:
                return value.cell_contents
            except ValueError:
                return MISSING
        return value

    def _write(self, variable: Variable, value: Any) -> None:
        _refuse_function(variable.owner or variable)
        values = self.frame.f_locals
        old = values.get(variable.python)
        if type(old) is CellType:
            old.cell_contents = value
            return
        values[variable.python] = value
        if sys.version_info < (3, 13):  # what it gives there is a copy
            import ctypes

            ctypes.pythonapi.PyFrame_LocalsToFast(
                ctypes.py_object(self.frame), ctypes.c_int(0))
        self._values = None


def _refuse_function(variable: Variable) -> None:
    if variable.function is not None:
        raise SentraError(f"{variable.name} is a function that generated code calls directly:"
                          " debug with --mode=interp to change it", NAME)
