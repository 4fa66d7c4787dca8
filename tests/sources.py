"""Sources for tests: the conformance cases, deeply nested ones, mutated ones, tables of rows."""

from __future__ import annotations

import pathlib
import random

# Without the module that a case imports to see what a syntax error in it does.
CASES = sorted(path for path in (pathlib.Path(__file__).parent / "conformance").rglob("*.sn")
               if (path.parent.name, path.name) != ("lib_failing", "syntax.sn"))


def rows(table: str) -> list[tuple[str, str]]:
    lines = table.replace("\\\n", "").strip().split("\n")
    pairs = [line.split("  =>  ") for line in lines if line]
    return [(source.replace("¶", "\n"), expected) for source, expected in pairs]


# Every position can nest 200 levels deep: opening text, innermost, closing text.
NESTED = {
    "parentheses": ("(", "1", ")"),
    "arrays": ("[", "", "]"),
    "maps": ("x = {a: ", "1", "}"),
    "computed keys": ("[{(", "1", "): 1}]"),
    "arguments": ("f(", "", ")"),
    "methods": ("a.b(1, ", "2", ")"),
    "indexes": ("a[", "1", "]"),
    "slices": ("a[1:", "", "]"),
    "operators": ("a || b && c == d + e * (", "1", ")"),
    "prefixes": ("!", "a", ""),
    "not": ("not ", "a", ""),
    "minus": ("- ", "a", ""),
    "receive": ("x = <-", "a", ""),
    "else values": ("a ? b : ", "c", ""),
    "then values": ("a ? ", "c", " : b"),
    "templates": ("`${", "1", "}`"),
    "blocks": ("{", "", "}"),
    "ifs": ("if a {", "", "}"),
    "elses": ("if a { } else {", "", "}"),
    "if values": ("x = if a { y = ", "1", "}"),
    "conditions": ("if (", "a", ") { }"),
    "whiles": ("while a {", "", "}"),
    "fors": ("for (let i = 0; i < n; i++) {", "", "}"),
    "for ins": ("for x in a {", "", "}"),
    "tries": ("try {", "", "} finally { }"),
    "catches": ("try { } catch e {", "", "}"),
    "functions": ("fn f() {", "", "}"),
    "lambdas": ("x = fn() { return ", "1", "}"),
    "arrows": ("x = fn() => ", "1", ""),
    "called lambdas": ("(fn() { return ", "1", "})()"),
    "defaults": ("x = fn(a = ", "1", ") { }"),
    "matches": ("match a { 1 => ", "b", "}"),
    "match values": ("x = 1 + match a { _ => ", "b", "}"),
    "selects": ("select { case <-a: { ", "", "} }"),
    "select cases": ("select { case <-a: ", "", "}"),
    "types": ("map<", "a", ">"),
}


def nested(name: str, levels: int) -> str:
    opening, inner, closing = NESTED[name]
    text = opening * levels + inner + closing * levels
    if name == "types":
        return f"let a: {text}"
    # Only an expression can stand where "x = …" is repeated; the first one makes a statement of it.
    body = opening.removeprefix("x = ") * levels + inner + closing * levels
    return f"x = {body}" if opening.startswith("x = ") else text


LEVELS = {  # where one text opens several levels
    "selects": 120, "computed keys": 80, "conditions": 120, "called lambdas": 80}


PIECES = """( ) [ ] { } , . : ; ? = += ++ -- == < <- => -> ... + - * ! && | ` ${ " ' /* // # \\ _
0x1 1e 12a fn let var const if else while for match return break try catch finally throw import
export in not go select case default as from nil true é \0 \u202e map< a b""".split()


def mutated(text: str, others: list[str], choose: random.Random) -> str:
    for _ in range(choose.choice([1, 1, 2, 3, 8])):
        start = choose.randrange(len(text) + 1)
        end = start + choose.choice([1, 1, 2, 5, 20])
        match choose.randrange(5):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + choose.choice(PIECES) + text[start:]
            case 2:
                text = f"{text[:start]} {choose.choice(PIECES)} {text[end:]}"
            case 3:
                text = text[:start] + text[start:end] * 2 + text[end:]
            case _:
                other = choose.choice(others)
                at = choose.randrange(len(other))
                text = text[:start] + other[at:at + choose.randrange(40)] + text[start:]
    return text
