"""What a program does on an executor, in a form that can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sentra.bytecode.code import Module
from sentra.bytecode.file import dump, load
from sentra.bytecode.text import same
from sentra.bytecode.verify import verify
from sentra.errors import InternalError, LimitStop, Located, SentraSyntaxError, Stop, Thrown
from sentra.lower.module import lower
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.runtime.text import to_text
from sentra.source import decode
from sentra.syntax.parser import parse
from sentra.syntax.printer import print_tree

TICKS = 2000
OUTPUT = 300_000  # characters
STACK_OVERFLOW = "overflow: stack overflow"


class Outcome(NamedTuple):
    """What a run did."""

    printed: str
    ended: str  # the error that ended it; "" if none did
    task_errors: tuple[str, ...]  # of tasks that nobody awaited
    ticks: int | None  # None for an executor that does not count


class TooMuch(Stop):
    """The program prints without end."""


def quiet_context(printed: list[str]) -> Context:
    """A context with a clock of its own and no input; it stops what prints for too long."""
    now = [0.0]
    length = [0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    def write(text: str) -> None:
        printed.append(text)
        length[0] += len(text)
        if length[0] > OUTPUT:
            raise TooMuch

    return Context(write=write, monotonic=lambda: now[0], clock=lambda: 1e9 + now[0],
                   wait=wait, read_line=lambda: None)


def counts(executor: Any) -> bool:
    """Whether an executor counts ticks: not code that is compiled for production."""
    return executor.name == "interp" or getattr(executor, "metered", False)


def described(error: Located) -> str:
    """An error with everything that a program or its user can see of it."""
    if isinstance(error, Thrown):
        text = f"uncaught: {to_text(error.value)}"
    else:
        text = f"{error.kind}: {error.message}"  # type: ignore[attr-defined]
    if text == STACK_OVERFLOW:  # executors differ in how deep that is
        return text
    frames = [f"{frame.function} {frame.filename}:{frame.span}" for frame in error.frames]
    return " | ".join([text, *frames])


def outcome(module: Module, executor: Any) -> Outcome:
    """What a run of the module does; an executor that counts is stopped after `TICKS`."""
    printed: list[str] = []
    context = quiet_context(printed)
    counted = counts(executor)
    if counted:  # `auto` compiles nothing under a limit
        context.start_count(TICKS)
    ended = ""
    try:
        run(module, context=context, executor=executor)
    except Located as error:
        ended = described(error)
    except Stop as stop:
        ended = f"{type(stop).__name__} {stop}"
    return Outcome(
        "".join(printed), ended, tuple([described(error) for error in context.task_errors]),
        context.ticks if counted else None)


def endless(result: Outcome) -> bool:
    """Whether it was stopped for taking too long."""
    return result.ended.startswith((LimitStop.__name__, TooMuch.__name__))


def compiled(text: str) -> Module | None:
    """The module; None for a text that is no program."""
    try:
        return compile_source(decode(text, "fuzz.sn"))
    except SentraSyntaxError:
        return None


def problem_of(
    text: str, ways: dict[str, Callable[[Module], Outcome]], *, forms: bool = True,
) -> str:
    """What is wrong with how a text is treated: "" if nothing is.

    The first way is the reference; all others must do the same. With `forms` it must also be the
    same program after printing and parsing it again, and after a bytecode file. Only errors of the
    language may come out.
    """
    name = "compiler"
    try:
        module = compiled(text)
        if module is None:
            return ""
        if forms:
            name = "printer or file"
            found = changed_by_printing(text) or changed_by_file(module)
            if found:
                return found
        expected: Outcome | None = None
        for name, way in ways.items():
            result = way(module)
            if expected is None:
                expected, reference = result, name
                if endless(result):
                    return ""
            if result.ended == expected.ended == STACK_OVERFLOW:
                continue  # what was printed on the way down depends on how deep it went
            found = difference(expected, result)
            if found:
                return f"{name} differs from {reference}\n{found}"
    except InternalError as error:
        return f"{name}: internal error: {str(error).strip().splitlines()[0]}\n{error}"
    except Exception as error:
        import traceback
        return (f"{name}: {type(error).__name__} escapes: {str(error).strip()[:200]}\n"
                f"{traceback.format_exc()}")
    return ""


def changed_by_printing(text: str) -> str:
    source = decode(text, "fuzz.sn")
    module = lower(parse(source), source)
    printed = decode(print_tree(parse(source)), "fuzz.sn")
    again = lower(parse(printed), printed)
    verify(again)
    return "" if same_code(module, again) else "another program after printing it"


def changed_by_file(module: Module) -> str:
    again = load(dump(module))
    return "" if same(again, module) else "another program after writing it to a file"


def difference(expected: Outcome, result: Outcome) -> str:
    """The first thing in which two runs differ."""
    for title, one, other in zip(Outcome._fields, expected, result, strict=True):
        if title == "ticks" and (one is None or other is None):
            continue
        ones, others = str(one).split("\n"), str(other).split("\n")
        for number in range(max(len(ones), len(others))):
            left = ones[number] if number < len(ones) else "<end>"
            right = others[number] if number < len(others) else "<end>"
            if left != right:
                return f"{title}, line {number + 1}:\n  expected {left}\n  got      {right}"
    return ""


def same_code(one: Module, other: Module) -> bool:
    """Whether two modules are the same but for the positions in their texts."""
    return (one.variables, one.implicit, one.single, one.exports) == (
        other.variables, other.implicit, other.single, other.exports) and _code(
        one.body) == _code(other.body)


def _code(function: Any) -> tuple[Any, ...]:
    constants = [(type(each), repr(each)) for each in function.constants]
    return (function.name, function.parameters, function.required, function.has_rest,
            function.local_names, function.upvalues, constants, function.code,
            function.handlers, function.max_stack, [_code(each) for each in function.functions])


def ours(text: str) -> Any:
    """A function that counts as one of ours, so that what it raises is a bug."""
    return eval(text, {"__name__": "sentra.made_by_a_test"})
