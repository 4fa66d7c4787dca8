"""Statements in sequence, conditions, ``try``, and ways out. See `tokens` for what they give."""

from __future__ import annotations

from sentra.codegen.tree.sites import activation
from sentra.codegen.tree.tokens import BREAK, CONTINUE
from sentra.runtime.throwing import passing as through
from sentra.runtime.throwing import rethrown, settle, thrown

_thrown_at = activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sentra.codegen.tree.sites import Registers, Run, Site


# --- sequences: only the last of these statements may leave --------------------------------------
def _two(a: Run, b: Run) -> Run:
    def run(r: Registers) -> Any:
        a(r)
        return b(r)
    return run


def _three(a: Run, b: Run, c: Run) -> Run:
    def run(r: Registers) -> Any:
        a(r)
        b(r)
        return c(r)
    return run


def _four(a: Run, b: Run, c: Run, d: Run) -> Run:
    def run(r: Registers) -> Any:
        a(r)
        b(r)
        c(r)
        return d(r)
    return run


def _five(a: Run, b: Run, c: Run, d: Run, e: Run) -> Run:
    def run(r: Registers) -> Any:
        a(r)
        b(r)
        c(r)
        d(r)
        return e(r)
    return run


def _six(a: Run, b: Run, c: Run, d: Run, e: Run, f: Run) -> Run:
    def run(r: Registers) -> Any:
        a(r)
        b(r)
        c(r)
        d(r)
        e(r)
        return f(r)
    return run


def _many(*statements: Run) -> Run:
    first, last = statements[:-1], statements[-1]

    def run(r: Registers) -> Any:
        for statement in first:
            statement(r)
        return last(r)
    return run


_SEQUENCES = (_two, _three, _four, _five, _six)


def sequence(statements: list[Run]) -> Run:
    """Statements of which only the last may leave."""
    count = len(statements)
    if count == 1:
        return statements[0]
    return (_SEQUENCES[count - 2] if count < 7 else _many)(*statements)


# --- sequences of which each part may leave ------------------------------------------------------
def _then(a: Run, b: Run) -> Run:
    def run(r: Registers) -> Any:
        token = a(r)
        if token is not None:
            return token
        return b(r)
    return run


def _parts(*parts: Run) -> Run:
    first, last = parts[:-1], parts[-1]

    def run(r: Registers) -> Any:
        for part in first:
            token = part(r)
            if token is not None:
                return token
        return last(r)
    return run


def parts(several: list[Run]) -> Run:
    """Sequences of which each may leave."""
    return several[0] if len(several) == 1 else (_then if len(several) == 2 else _parts)(*several)


def _value_then(a: Run, b: Run) -> Run:
    def run(r: Registers) -> Any:
        token = a(r)
        if token is not None:
            return token[0]
        return b(r)
    return run


def _value_parts(*several: Run) -> Run:
    first, last = several[:-1], several[-1]

    def run(r: Registers) -> Any:
        for part in first:
            token = part(r)
            if token is not None:
                return token[0]
        return last(r)
    return run


def value_parts(several: list[Run]) -> Run:
    """The same at the end of a function: the last gives the function's value, not a token."""
    if len(several) == 1:
        return several[0]
    return (_value_then if len(several) == 2 else _value_parts)(*several)


def value_of(a: Run) -> Run:
    """The value that a statement at the end of a function returns from inside."""
    def run(r: Registers) -> Any:
        token = a(r)
        return None if token is None else token[0]
    return run


# --- conditions ----------------------------------------------------------------------------------
def if_(a: Run, then: Run) -> Run:
    def run(r: Registers) -> Any:
        return then(r) if a(r) else None
    return run


def if_not(a: Run, then: Run) -> Run:
    def run(r: Registers) -> Any:
        return None if a(r) else then(r)
    return run


def if_else(a: Run, then: Run, otherwise: Run) -> Run:
    def run(r: Registers) -> Any:
        return then(r) if a(r) else otherwise(r)
    return run


# --- ways out ------------------------------------------------------------------------------------
def break_() -> Run:
    return lambda r: BREAK


def continue_() -> Run:
    return lambda r: CONTINUE


def return_(a: Run) -> Run:
    return lambda r: (a(r),)


def throw(a: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        raise thrown(a(r))
    return run


def rethrow(a: Run, site: Site) -> Run:
    def run(r: Registers, /, site: Site = site) -> Any:
        raise rethrown(a(r))
    return run


def catch(body: Run, t: int, handler: Run) -> Run:
    """`handler` begins with taking the exception out of register `t`."""
    def run(r: Registers) -> Any:
        try:
            return body(r)
        except Exception as error:  # noqa: BLE001  # `caught` raises what is no program's error
            r[t] = error
        return handler(r)
    return run


def caught(meaning: Callable[[Exception], Any], t: int) -> Run:
    """What the program sees of the exception, which is not kept: it holds frames, they hold `r`."""
    def run(r: Registers) -> Any:
        error = r[t]
        r[t] = None
        return meaning(error)
    return run


def passing(body: Run, handler: Run) -> Run:
    """What the handler gives where it leaves; else the exception goes on after it."""
    def run(r: Registers) -> Any:
        try:
            return body(r)
        except Exception as error:  # what is no program's error goes on as it is
            through(error)
            left = handler(r)
            if left is not None:
                return left
            raise
    return run


def try_(body: Run, t: int, handler: Run) -> Run:
    """`handler` finds the exception, with its trace, in register `t`."""
    def run(r: Registers) -> Any:
        try:
            return body(r)
        except Exception as error:  # noqa: BLE001  # `settle` raises what is no program's error
            r[t] = settle(error)
        return handler(r)
    return run
