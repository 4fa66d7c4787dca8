"""Damaged texts of programs: what people type wrong, and what nobody would type."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from generator import program

ROOT = Path(__file__).parent / "conformance"
TOKENS = re.compile(r"\w+|\s+|\"[^\"\n]*\"|[^\w\s]")
PIECES = [
    "(", ")", "{", "}", "[", "]", ",", ";", ":", ".", "...", "=", "==", "=>", "->", "<-", "+", "-",
    "++", "--", "+=", "*", "/", "%", "<", ">", "!", "&&", "||", "|", "?", "not", "in", "fn", "let",
    "var", "const", "if", "else", "while", "for", "match", "return", "break", "continue", "try",
    "catch", "finally", "throw", "import", "export", "true", "nil", "and", "or", "as", "from", "go",
    "select", "case", "default", "_", "x", "0", "1.5", "0x", "1e", "1e400", "\"", "'", "`", "${",
    "\\", "//", "/*", "*/", "#", "\n", "\r\n", "\0", "é", "\u202e", "🙂", "\ufeff", "\t",
]


@cache
def corpus() -> list[str]:
    """The texts that are damaged."""
    texts = [path.read_text(encoding="utf-8", errors="replace")
             for path in sorted(ROOT.glob("*/*.sn"))]
    texts = [text for text in texts if len(text) < 4000]
    return texts + [program(seed, size=5) for seed in range(40)]


def mutated(seed: int) -> str:
    """The damaged text of this seed."""
    rng = random.Random(seed)
    text = rng.choice(corpus())
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        text = rng.choice(CHANGES)(rng, text)
    return text


def place(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def delete(rng: random.Random, text: str) -> str:
    at = place(rng, text)
    return text[:at] + text[at + rng.choice([1, 1, 2, 5, 30]):]


def insert(rng: random.Random, text: str) -> str:
    at = place(rng, text)
    return text[:at] + rng.choice(PIECES) + text[at:]


def cut(rng: random.Random, text: str) -> str:
    return text[:place(rng, text)]


def tokens(text: str) -> list[str]:
    return TOKENS.findall(text) or [""]


def delete_token(rng: random.Random, text: str) -> str:
    found = tokens(text)
    del found[rng.randrange(len(found))]
    return "".join(found)


def replace_token(rng: random.Random, text: str) -> str:
    found = tokens(text)
    found[rng.randrange(len(found))] = rng.choice(PIECES + found)
    return "".join(found)


def swap_tokens(rng: random.Random, text: str) -> str:
    found = tokens(text)
    one, other = rng.randrange(len(found)), rng.randrange(len(found))
    found[one], found[other] = found[other], found[one]
    return "".join(found)


def repeat_piece(rng: random.Random, text: str) -> str:
    at = place(rng, text)
    piece = text[at:at + rng.randrange(1, 40)]
    return text[:at] + piece * rng.choice([2, 2, 3, 20]) + text[at:]


def join_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    return "\n".join([*lines[:at], " ".join(lines[at:at + 2]), *lines[at + 2:]])


def swap_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def splice(rng: random.Random, text: str) -> str:
    other = rng.choice(corpus())
    return text[:place(rng, text)] + other[place(rng, other):]


CHANGES = [delete, insert, cut, delete_token, delete_token, replace_token, replace_token,
           replace_token, swap_tokens, repeat_piece, join_lines, swap_lines, splice]
