"""Writes the tables of closures: ``python3 -m sentra.codegen.tree.generate``.

A closure for ``local + constant`` and one for ``local < local`` differ in an operator and in how
operands are reached, and a call per operand would cost more than the operation. So the closures of
binary operations are written out for every operator and every useful pair of operands, from the few
shapes in this file. This runs when the shapes change, never when a program runs.

An operand is ``l``, a local in a register; ``c``, a constant; or ``e``, any other expression.
"""

from __future__ import annotations

from os import path

FOLDER = path.join(path.dirname(__file__), "shapes")

ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/", "rest": "%"}
COMPARISONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=",
               "equal": "==", "not_equal": "!="}
OPERATORS = {**ARITHMETIC, **COMPARISONS}

PAIRS = ("ll", "lc", "le", "el", "ec", "ee", "cl", "ce")
COMPARED = PAIRS
CALLED = ("", "l", "e", "ll", "le", "el", "ee", "lll", "eee", "eeee", "eeeee")
PADDING = 4

_HEADER = '''\
"""{about}

Made by ../generate.py; do not edit.
"""

from __future__ import annotations

{imports}TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.codegen.tree.sites import {types}
'''

_IMPORTS = '''\
from sentra.codegen.tree.sites import GUARDS, activation, decide

_thrown_at = activation

'''

# The type of an operand's parameter, the statement that evaluates it, and its value.
_OPERANDS = {
    "l": ("int", "", "r[{0}]"),
    "c": ("Any", "", "{0}"),
    "e": ("Run", "{1} = {0}(r)", "{1}"),
}

_RAW = '''

def {op}_{pair}(a: {type_a}, b: {type_b}) -> Run:
    return lambda r: {applied}
'''

_GUARDED = '''

def {op}_{pair}(a: {type_a}, b: {type_b}, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        {first}
        try:
            return {applied}
        except GUARDS:
            return decide(site, r, {left}, {right})
    return run
'''

_SET = '''

def {op}_{pair}(t: int, a: {type_a}, b: {type_b}, site: Site) -> Run:
    def run(r: Registers, /) -> None:
        {first}
        try:
            r[t] = {applied}
        except GUARDS:
            r[t] = decide(site, r, {left}, {right})
    return run
'''

_IF = '''

def {op}_{pair}(
    a: {type_a}, b: {type_b}, then: Run, otherwise: Run | None, site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        {first}
        try:
            holds = {applied}
        except GUARDS:
            holds = decide(site, r, {left}, {right})
        if holds:
            return then(r)
        return None if otherwise is None else otherwise(r)
    return run
'''

_WHILE = '''

def {op}_{pair}(a: {type_a}, b: {type_b}, body: Run, site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        while True:
            {first}
            try:
                holds = {applied}
            except GUARDS:
                holds = decide(site, r, {left}, {right})
            if not holds:
                return None
            token = body(r)
            if token:
                return None if token is BREAK else token
    return run
'''

_KNOWN = '''

def {name}(
    {parameters}site: Site,
) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([{values}])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run
'''

_KNOWN_MANY = '''

def many(code: Code, blank: Blank, several: tuple[Run, ...], site: Site) -> Run:
    def run(r: Registers, /) -> Any:
        try:
            return code[0]([*[a(r) for a in several], *blank])
        except RecursionError as error:
            raise overflow(error, site) from None
    return run


def rest(
    code: Code, bind: Callable[[list[Any]], Registers], several: tuple[Run, ...], site: Site,
) -> Run:
    """A function that collects its further arguments in an array."""
    def run(r: Registers, /) -> Any:
        try:
            return code[0](bind([a(r) for a in several]))
        except RecursionError as error:
            raise overflow(error, site) from None
    return run
'''


def _made(shape: str, op: str, pair: str) -> str:
    """One closure of a shape."""
    names = dict(zip("ab", "xy"))
    types, first, values = {}, [], {}
    for name, kind in zip("ab", pair):
        types[name], evaluated, value = _OPERANDS[kind]
        if shape is _RAW and kind == "e":
            evaluated, value = "", "{0}(r)"
        if evaluated:
            first.append(evaluated.format(name, names[name]))
        values[name] = value.format(name, names[name])
    left, right = values["a"], values["b"]
    applied = f"{left}[{right}]" if op == "index" else f"{left} {OPERATORS[op]} {right}"
    indent = shape.partition("{first}")[0].rpartition("\n")[2]
    if not first:
        shape = shape.replace(indent + "{first}\n", "")
    return shape.format(
        op=op, pair=pair, type_a=types["a"], type_b=types["b"], left=left, right=right,
        applied=applied, first=("\n" + indent).join(first))


def _file(about: str, shape: str, ops: tuple[str, ...], pairs: tuple[str, ...]) -> str:
    """A module with one closure for every operation and pair of operands."""
    imports, types = "", "Run"
    if shape is not _RAW:
        tokens = "from sentra.codegen.tree.tokens import BREAK\n" if shape is _WHILE else ""
        imports, types = _IMPORTS, "Registers, Run, Site"
        imports = imports.replace("\n\n", "\n" + tokens + "\n", 1)
    header = _HEADER.format(about=about, imports=imports, types=types)
    return header + "".join([_made(shape, op, pair) for op in ops for pair in pairs])


def _calls() -> str:
    """The module of calls of known functions: the call makes the registers of the callee."""
    header = _HEADER.format(
        about="Calls of functions that are known, by the kinds of their arguments.\n\n"
              "`code` holds the function's closure. Its registers are the arguments and `blank`;\n"
              f"``padded_…`` is for those that need no more than {PADDING}, with any content.",
        imports=_IMPORTS.replace("GUARDS, activation, decide", "activation, overflow").replace(
            "_thrown_at", "_activation"),
        types="Registers, Run, Site\n\n    Blank = tuple[Any, ...]\n    Code = list[Run]")
    header += f"\nPADDING = {PADDING}\n"
    header = header.replace(
        "    from typing", "    from collections.abc import Callable\n    from typing")
    made = []
    for kinds in CALLED:
        names = "abcde"[:len(kinds)]
        parameters = ["code: Code", *(
            f"{name}: {_OPERANDS[kind][0]}" for name, kind in zip(names, kinds))]
        values = [f"r[{name}]" if kind == "l" else f"{name}(r)"
                  for name, kind in zip(names, kinds)]
        for name, extra, blank in (("known_", ["blank: Blank"], ["*blank"]),
                                   ("padded_", [], ["None"] * PADDING)):
            made.append(_KNOWN.format(
                name=name + (kinds or "0"), values=", ".join([*values, *blank]),
                parameters=", ".join([parameters[0], *extra, *parameters[1:], ""])))
    return header + "".join(made) + _KNOWN_MANY


def files() -> dict[str, str]:
    """The content of every file that is made here, by its name."""
    numeric = ("add", "sub", "mul")
    compared = tuple(COMPARISONS)
    return {
        "raw.py": _file(
            "Operations on operands whose types prove that Python's operator is right: no handler.",
            _RAW, (*numeric, "rest", *compared), PAIRS),
        "arithmetic.py": _file(
            "Sums, differences and products that Python may refuse.", _GUARDED, numeric, PAIRS),
        "quotients.py": _file(
            "Quotients, remainders and indexing that Python may refuse.",
            _GUARDED, ("div", "rest", "index"), PAIRS),
        "comparisons.py": _file(
            "Comparisons that Python may refuse.", _GUARDED, compared, COMPARED),
        "stores.py": _file(
            "``local = a op b`` in one closure.", _SET, (*numeric, "index"), COMPARED),
        "branches.py": _file(
            "``if a op b`` in one closure.", _IF, compared, ("ll", "lc", "el", "ec")),
        "known.py": _calls(),
        "loops.py": _file(
            "``while a op b`` in one closure.", _WHILE, compared, ("ll", "lc", "el")),
    }


def main() -> None:
    """Write the files."""
    for name, text in files().items():
        with open(path.join(FOLDER, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
