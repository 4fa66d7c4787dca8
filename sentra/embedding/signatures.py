"""How a program may call a Python function: what its signature says, in Sentra's terms."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from functools import partial
from inspect import (
    Parameter,
    Signature,
    isasyncgenfunction,
    iscoroutinefunction,
    isgeneratorfunction,
    signature,
)
from math import isfinite

from sentra.errors import CALL, TYPE, VALUE, SentraError
from sentra.runtime.arguments import wrong_argument
from sentra.runtime.calls import is_function
from sentra.runtime.registry import wrong_count
from sentra.runtime.text import to_text
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Annotation → what type() calls the values that it takes.
_NAMES = {
    int: ("number", "boolean"), float: ("number", "boolean"), str: ("string", "error"),
    bool: ("boolean",), list: ("array",), dict: ("map",), Callable: ("function",),
    types.NoneType: ("nil",), None: ("nil",),
}


class Shape:
    """How a Python function may be called.

    Its keyword-only parameters are options: a program passes them in a map, after all others; what
    `**options` or, after ``*args``, keywords would take keeps its default.
    Annotations with int, float, str, bool, list, dict, None and Callable, and unions of them, are
    checked; other annotations say nothing. `least` and `most` count arguments, the map too.

    Raises TypeError for a signature that no program can call.
    """

    __slots__ = ("checks", "function", "least", "most", "name", "options", "rest")

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self.name = name or getattr(function, "__name__", "fn").strip("<>")
        if not callable(function):
            raise TypeError(f"a function of the host must be callable, not {function!r}")
        check_results(self.name, function)
        self.least = 0
        self.most: int | None = 0
        self.checks: list[Check | None] = []  # of the positional parameters
        self.rest: Check | None = None  # of what ``*args`` takes
        self.options: dict[str, tuple[Check | None, bool]] = {}  # check, and: must be there
        for parameter in _parameters(function):
            self._add(parameter)
        if self.options:
            self._count_options()

    def _count_options(self) -> None:
        needed = any(needed for _, needed in self.options.values())
        if self.most is not None:
            self.most += 1
            self.least = self.most if needed else self.least
        elif needed:
            raise TypeError(f"{self.name}: a Sentra program cannot pass keyword arguments after "
                            f"*{_rest_name(self.function)}; give them defaults")
        else:
            self.options.clear()

    def _add(self, parameter: Parameter) -> None:
        check = check_of(parameter.annotation)
        required = parameter.default is Parameter.empty
        if parameter.kind is Parameter.VAR_POSITIONAL:
            self.most = None
            self.rest = check
        elif parameter.kind is Parameter.KEYWORD_ONLY:
            self.options[parameter.name] = check, required
        elif parameter.kind is not Parameter.VAR_KEYWORD:
            self.checks.append(check)
            if self.most is not None:
                self.most += 1
            self.least += required

    @property
    def outline(self) -> list[Any]:
        """Name, least and most arguments without the map of options, and these with "must be
        there": what `signature_of` takes, as plain data."""
        count = len(self.checks)
        return [self.name, min(self.least, count), None if self.most is None else count,
                [[name, needed] for name, (_, needed) in self.options.items()]]

    def check(self, args: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments for a program's. Raises SentraError, as builtins do."""
        count, plain = len(args), len(self.checks)
        if count < self.least or (self.most is not None and count > self.most):
            if self.options and count == plain:
                self._checked_options({})  # which says what is needed
            raise SentraError(wrong_count(self.name, self.least, self.most, count), CALL)
        checked = [
            value if check is None else check(self.name, position, value)
            for position, (check, value) in enumerate(zip(self.checks, args), 1)]
        if self.options and count > plain:
            return checked, self._checked_options(args[plain])
        rest = self.rest
        checked += args[plain:] if rest is None else [
            rest(self.name, position, value)
            for position, value in enumerate(args[plain:], plain + 1)]
        return checked, {}

    def _checked_options(self, given: Any) -> dict[str, Any]:
        if type(given) is not dict:
            raise wrong_argument(self.name, len(self.checks) + 1, "map", given)
        checked = {}
        for key, value in given.items():
            found = self.options.get(key) if type(key) is str else None
            if found is None:
                raise SentraError(f'{self.name} has no option "{to_text(key)}"', CALL)
            check = found[0]
            checked[key] = value if check is None else check(f"{self.name}: {key}", 0, value)
        for name, (_, needed) in self.options.items():
            if needed and name not in checked:
                raise SentraError(f'{self.name} needs the option "{name}"', CALL)
        return checked


def check_results(name: str, function: Any) -> None:
    """TypeError for a function or callable object whose results only `await` or a loop can use."""
    while isinstance(function, partial):
        function = function.func
    plain = type(function) in (types.FunctionType, types.MethodType)
    for each in (function,) if plain else (function, type(function).__call__):
        if iscoroutinefunction(each) or isasyncgenfunction(each):
            raise TypeError(f"{name}: a Sentra program cannot await; give a function that "
                            "waits, with asyncio.run_coroutine_threadsafe")
        if isgeneratorfunction(each):
            raise TypeError(f"{name}: a Sentra program has no generators; give a function that "
                            "returns a list")


class Check:
    """What an annotation takes."""

    __slots__ = ("names", "whole")

    def __init__(self, names: tuple[str, ...], *, whole: bool) -> None:
        self.names = names
        self.whole = whole  # a number has to be an integer

    def __call__(self, name: str, position: int, value: Any) -> Any:
        """The value as it is passed on; `position` is 0 for an option. Raises SentraError."""
        kind = "function" if is_function(value) else type_name(value)
        if kind in self.names:
            if kind == "error":
                return value.message
            if not self.whole or type(value) is not float:
                return value
            if isfinite(value) and value == int(value):
                return int(value)
            raise SentraError(f"{_subject(name, position)} must be a whole number", VALUE)
        wanted = " or ".join(each for each in self.names if each != "error" and not (
            each == "boolean" and "number" in self.names))
        raise SentraError(f"{_subject(name, position)} must be {wanted}, not {kind}", TYPE)


def _subject(name: str, position: int) -> str:
    return f"{name}: argument {position}" if position else name


def check_of(annotation: Any) -> Check | None:
    """The check for an annotation; None where it says nothing that could be checked."""
    parts = typing.get_args(annotation) if typing.get_origin(annotation) in (
        typing.Union, types.UnionType) else (annotation,)
    names: list[str] = []
    for part in parts:
        origin = typing.get_origin(part) or part
        try:
            found = _NAMES.get(origin)
        except TypeError:  # no annotation can be hashed
            return None
        if found is None:
            return None
        names += [name for name in found if name not in names]
    return Check(tuple(names), whole=int in parts and float not in parts)


def _parameters(function: Callable[..., Any]) -> list[Parameter]:
    try:
        return list(signature(function, eval_str=True).parameters.values())
    except (TypeError, ValueError):  # a function of C that does not say
        pass
    except Exception:  # noqa: BLE001  # annotations that cannot be evaluated say nothing
        return [each.replace(annotation=Parameter.empty)
                for each in signature(function).parameters.values()]
    return [Parameter("args", Parameter.VAR_POSITIONAL)]


def signature_of(least: int, most: int | None, options: Sequence[tuple[str, bool]]) -> Signature:
    """A signature of so many arguments and with these options, as `Shape.outline` has them."""
    empty = Parameter.empty
    parameters = [
        Parameter(f"__{i}", Parameter.POSITIONAL_ONLY, default=empty if i < least else None)
        for i in range(least if most is None else most)]
    if most is None:
        parameters.append(Parameter("more", Parameter.VAR_POSITIONAL))
    parameters += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=empty if needed else None)
        for name, needed in options]
    return Signature(parameters)


def _rest_name(function: Callable[..., Any]) -> str:
    return next(each.name for each in _parameters(function)
                if each.kind is Parameter.VAR_POSITIONAL)
