"""What is suggested for a name that nothing defines."""

from __future__ import annotations

import pytest

from sentra.diagnostics import format_error
from sentra.errors import SentraError
from sentra.interp.executor import InterpreterExecutor
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import Source
from sentra.suggestions import advice

TEXT = """
let counter = 1  // decoy countr3
let text = "conter 'counte"
map.countee = {countex: counter}
fn area(width, height) { return width * height }
"""

UNDEFINED = {
    "countre": "counter", "Counter": "counter", "heigth": "height", "areas": "area",
    "lgo": "", "logg": "log", "uper": "upper", "True": "true", "function": "fn", "elif": "else if",
    "println": "log", "length": "len", "xs": "", "y": "", "zebra": "", "jsonencode": "json_encode",
}
METHODS = {
    'array has no method "append"': "push", 'string has no method "toUpperCase"': "upper",
    'string has no method "trimm"': "trim", 'map has no method "key"': "keys",
    'channel has no method "recieve"': "receive", 'error has no method "Upper"': "upper",
    'number has no method "upper"': "", 'map has no method "append"': "",
    'array has no method "zebra"': "",
}


def meant(word: str) -> str:
    return f'\ndid you mean "{word}"?' if word else ""


@pytest.mark.parametrize("word, expected", UNDEFINED.items())
def test_undefined(word: str, expected: str) -> None:
    assert advice(f'undefined variable "{word}"', TEXT + f"log({word})\n") == meant(expected)


@pytest.mark.parametrize("message, expected", METHODS.items())
def test_methods(message: str, expected: str) -> None:
    assert advice(message, TEXT) == meant(expected)


def test_modules() -> None:
    assert advice('undefined variable "json"', "") == "\nto use the module, write import json above"


def test_other_messages() -> None:
    assert advice('module "m" does not export "x"', TEXT) == ""
    assert advice('undefined variable "a" and more', TEXT) == ""


def test_the_message_itself_is_as_the_language_says() -> None:
    with pytest.raises(SentraError) as caught:
        run(compile_source(Source("t.sn", 'upperr("a")')), context=Context(),
            executor=InterpreterExecutor())
    assert caught.value.message == 'undefined variable "upperr"'
    assert format_error(caught.value).split("\n")[1] == 'did you mean "upper"?'
