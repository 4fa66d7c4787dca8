"""Kinds of values, as functions are specialised for them (see `specialise`)."""

from __future__ import annotations

from sentra.ir.model import (
    ARRAY,
    BOOL,
    FLOAT,
    FUNCTION,
    INT,
    MAP,
    NIL,
    OTHER,
    STRING,
    ModuleIR,
)

KINDS = ((INT | BOOL, "int"), (FLOAT, "float"), (STRING, "string"), (ARRAY, "array"),
          (MAP, "map"), (FUNCTION, "function"), (OTHER, "other"))


def kind_of(found: int) -> str:
    """The one kind of value that a type is, nil aside; "" where there are several or none.

    >>> kind_of(INT), kind_of(INT | FLOAT), kind_of(STRING | NIL)
    ('int', '', 'string')
    """
    words = [word for bits, word in KINDS if found & bits]
    return words[0] if len(words) == 1 else ""


def is_mixed(found: int) -> bool:
    """Whether a type has values of several kinds."""
    return bool(found & ~NIL) and not kind_of(found)


def calls_vary(module: ModuleIR) -> bool:
    """Whether a function of a typed module may be called with several kinds of values."""
    return any(is_mixed(parameter.type) or parameter.type & ARRAY
               for variable in module.globals.values() if variable.function is not None
               for parameter in variable.function.parameters)
