"""Rows of calls of builtins: what the tests of sections share."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sentra.errors import SentraError
from sentra.runtime.builtins import section_members
from sentra.runtime.context import Context


class Throws:
    """An expected error: its kind, and what its message is or (with `part`) contains."""

    def __init__(self, kind: str, message: str | None = None, *, part: str = "") -> None:
        self.kind = kind
        self.message = message
        self.part = part

    def __repr__(self) -> str:
        return f"throws {self.kind}"


def call(name: str, *args: Any, context: Context | None = None) -> Any:
    """Call a global builtin."""
    return (context or Context()).builtin(name)(*args)


def program_function(text: str) -> Any:
    """The value of an expression that a program evaluates, for instance a function."""
    from executors import interp

    from sentra.pipeline import compile_source, run
    from sentra.source import Source

    module = compile_source(Source("rows.sn", f"let value = {text}"))
    return run(module, context=Context(), executor=interp())["value"]


def member(section: str, name: str, *args: Any) -> Any:
    """Call a member of a builtin module."""
    return section_members(section, Context())[name](*args)


def same(a: Any, b: Any) -> bool:
    """Equal with equal types all the way down, NaN being itself."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return a == b


def check(row: tuple[Any, ...]) -> None:
    """A row is (name, argument, …, result)."""
    name, *args, wanted = row
    if isinstance(wanted, Throws):
        with pytest.raises(SentraError) as caught:
            call(name, *args)
        assert caught.value.kind == wanted.kind, caught.value.message
        if wanted.message is not None:
            assert caught.value.message == wanted.message
        assert wanted.part in caught.value.message
    else:
        result = call(name, *args)
        assert same(result, wanted), f"{result!r}, not {wanted!r}"


def identify(row: tuple[Any, ...]) -> str:
    """A short readable name for a row."""
    return " ".join([_short(part) for part in row])[:60]


def _short(value: Any) -> str:
    if type(value) is str:
        return repr(value[:30])
    try:
        return repr(value)
    except ValueError:  # an integer of more digits than Python shows
        return "huge"


def rows(*table: tuple[Any, ...]) -> Any:
    """Parametrise a test's argument `row`."""
    return pytest.mark.parametrize("row", table, ids=[identify(row) for row in table])
