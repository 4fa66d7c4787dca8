"""`format`: a formatter of our own, which looks at values and never into them."""

from __future__ import annotations

from sentra.errors import OVERFLOW, TYPE, VALUE, SentraError
from sentra.runtime.arguments import string_argument
from sentra.runtime.arithmetic import number_too_large, truncate
from sentra.runtime.digits import int_to_text
from sentra.runtime.limits import string_size
from sentra.runtime.registry import builtin
from sentra.runtime.text import to_text
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LARGEST = 1000  # width or precision

_ALIGNMENTS = "<>^="
_TYPES = "sdxXobceEfFgG%"


class Spec:
    """What follows the colon: ``[[fill]align][sign][#][0][width][,][.precision][type]``."""

    __slots__ = ("align", "alternate", "comma", "direct", "fill", "precision", "sign", "text",
                 "type", "width")

    def __init__(self, text: str) -> None:
        self.text = text
        at = 0
        self.fill, self.align = " ", ""
        if text[1:2] and text[1] in _ALIGNMENTS:
            self.fill, self.align, at = text[0], text[1], 2
        elif text[:1] and text[0] in _ALIGNMENTS:
            self.align, at = text[0], 1
        self.sign = ""
        if text[at:at + 1] in ("+", "-", " "):
            self.sign, at = text[at], at + 1
        self.alternate = text[at:at + 1] == "#"
        at += self.alternate
        if text[at:at + 1] == "0":
            at += 1
            if not self.align:
                self.fill, self.align = "0", "="
        self.width, at = _number(text, at)
        self.comma = text[at:at + 1] == ","
        at += self.comma
        self.precision: int | None = None
        if text[at:at + 1] == ".":
            start = at + 1
            self.precision, at = _number(text, start)
            if at == start:
                raise _malformed(text)
        self.type = text[at:]
        if len(self.type) > 1 or self.type not in _TYPES:
            raise _malformed(text)
        # The same for Python, where the value is a finite number other than 0.
        self.direct = text if self.type and self.type in "eEfFgG%" and not (
            self.align or self.sign or self.alternate) else None


def _malformed(spec: str) -> SentraError:
    return SentraError(f'format: cannot read "{spec}"', VALUE)


def _number(text: str, at: int) -> tuple[int, int]:
    start = at
    while at < len(text) and text[at] in "0123456789":
        at += 1
    digits = text[start:at].lstrip("0")
    if len(digits) > 4 or int(digits or "0") > LARGEST:
        raise SentraError(f"format: widths and precisions go up to {LARGEST}", OVERFLOW)
    return int(digits or "0"), at


class Place:
    """A place for a value in a template."""

    __slots__ = ("before", "name", "number", "problem", "spec")

    def __init__(self, before: str, number: int, name: str, spec: str) -> None:
        self.before = before  # the text in front of it
        self.number = number
        self.name = name
        self.spec: Spec | None = None
        self.problem: tuple[str, str] | None = None  # what is wrong with its specification
        if spec:
            try:
                self.spec = Spec(spec)
            except SentraError as error:
                self.problem = error.message, error.kind


class Template:
    """A template taken apart: places, and the text after the last one or what is wrong there.

    `only`: the specification that is all of it.
    """

    __slots__ = ("after", "only", "places", "problem")

    def __init__(self, text: str) -> None:
        self.places: list[Place] = []
        self.problem: tuple[str, str] | None = None
        self.after = ""
        self.only: Spec | None = None
        self._take_apart(text)
        if len(self.places) == 1 and self.problem is None and not self.after:
            place = self.places[0]
            if not place.before and not place.number and place.problem is None:
                self.only = place.spec

    def _take_apart(self, text: str) -> None:
        before = ""
        at = following = 0
        while True:
            found = min((i for i in (text.find("{", at), text.find("}", at)) if i >= 0), default=-1)
            if found < 0:
                self.after = before + text[at:]
                return
            before += text[at:found]
            if text[found + 1:found + 2] == text[found]:
                before += text[found]
                at = found + 2
                continue
            end = text.find("}", found)
            if text[found] == "}":
                self.problem = 'format: single "}" in the template', VALUE
                return
            if end < 0:
                self.problem = 'format: "{" without "}" in the template', VALUE
                return
            name, colon, spec = text[found + 1:end].partition(":")
            number = following
            if not name:
                following += 1
            elif name.isascii() and name.isdigit() and len(name) < 10:
                number = int(name)
            else:
                self.problem = _malformed(name + colon + spec).message, VALUE
                return
            self.places.append(Place(before, number, name, spec))
            before = ""
            at = end + 1


_templates: dict[str, Template] = {}
_MOST_TEMPLATES = 200
_LONGEST_TEMPLATE = 1000  # of those that are kept


def _template(text: str) -> Template:
    """A template taken apart; the last ones are kept, since programs use few again and again."""
    template = _templates.get(text)
    if template is None:
        template = Template(text)
        if len(text) <= _LONGEST_TEMPLATE:
            if len(_templates) >= _MOST_TEMPLATES:
                _templates.clear()
            _templates[text] = template
    return template


@builtin("string", "format")
def format_(template: Any, *values: Any) -> str:
    """The template with values put in for ``{}``, ``{0}``, ``{:>5}``, ``{:.2f}``."""
    taken_apart = _templates.get(template) if type(template) is str else None
    if taken_apart is None:
        taken_apart = _template(string_argument("format", 1, template))
    if taken_apart.only is not None and values:
        text = one(values[0], taken_apart.only)
        string_size(len(text))
        return text
    parts: list[str] = []
    for place in taken_apart.places:
        if place.number >= len(values):
            raise SentraError(f"format: no argument for {{{place.name}}}", VALUE)
        if place.problem is not None:
            raise SentraError(*place.problem)
        value = values[place.number]
        spec = place.spec
        parts += place.before, to_text(value) if spec is None else one(value, spec)
    if taken_apart.problem is not None:
        raise SentraError(*taken_apart.problem)
    parts.append(taken_apart.after)
    string_size(sum(map(len, parts)))
    return "".join(parts)


def one(value: Any, spec: Spec) -> str:
    """One value in the form that the specification asks for."""
    kind = type(value)
    if spec.direct is not None and (kind is float or kind is int) and value and (
            -1e300 < value < 1e300):
        return format(value, spec.direct)
    is_number = kind is int or kind is float or (kind is bool and spec.type not in ("", "s"))
    if not is_number:
        if spec.type not in ("", "s"):
            raise SentraError(f'format: cannot format {type_name(value)} with "{spec.type}"', TYPE)
        return pad("", to_text(value)[:spec.precision], spec, "<")
    if spec.type == "s":
        return pad("", to_text(value)[:spec.precision], spec, "<")
    if spec.type == "c":
        from sentra.runtime.builtins.characters import chr_
        return pad("", chr_(value), spec, "<")
    if spec.type in "dxXob" and spec.type:
        number: int | float = truncate_exact(value)
        body = integer_digits(abs(int(number)), spec)
    else:
        number = value
        body = decimal_digits(abs(value), spec)
    sign = "-" if number < 0 else spec.sign.replace("-", "")
    return pad(sign, body, spec, ">")


def truncate_exact(value: int | float) -> int:
    """A number as an integer; infinities and NaN have none."""
    if value in (float("inf"), float("-inf")):
        raise SentraError("format: cannot convert an infinite number to an integer", VALUE)
    return truncate(value)


def integer_digits(number: int, spec: Spec) -> str:
    """The digits of a number that is not negative, in the base of the type."""
    if spec.type == "d":
        digits = int_to_text(number)
        return grouped(digits) if spec.comma else digits
    return format(number, ("#" if spec.alternate else "") + spec.type)


def grouped(digits: str) -> str:
    """Digits with a comma before every three."""
    first = len(digits) % 3 or 3
    return ",".join([digits[:first], *[digits[i:i + 3] for i in range(first, len(digits), 3)]])


def decimal_digits(number: int | float, spec: Spec) -> str:
    """A number that is not negative in a form for floats, or without type in its `str` form."""
    precision = "" if spec.precision is None else f".{spec.precision}"
    if not spec.type and not precision:
        text = to_text(number).lstrip("+")
        whole, point, fraction = text.partition(".")
        return (grouped(whole) if spec.comma and whole.isdigit() else whole) + point + fraction
    try:
        value = float(number)
    except OverflowError:
        raise number_too_large() from None
    if value != value or value == float("inf"):
        return "NaN" if value != value else "Inf"
    return format(value, ("," if spec.comma else "") + precision + (spec.type or "g"))


def pad(sign: str, body: str, spec: Spec, default: str) -> str:
    """Sign and body filled up to the width."""
    missing = spec.width - len(sign) - len(body)
    if missing <= 0:
        return sign + body
    align = spec.align or default
    if align == "=":
        return sign + spec.fill * missing + body
    left = missing if align == ">" else missing // 2 if align == "^" else 0
    return spec.fill * left + sign + body + spec.fill * (missing - left)
