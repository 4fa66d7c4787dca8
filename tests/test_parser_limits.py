"""The parser against deep, long and damaged sources."""

from __future__ import annotations

import random
import sys
import time

import pytest
from sources import CASES, LEVELS, NESTED, mutated, nested
from trees import messages, parsed

from sentra.errors import SentraSyntaxError


@pytest.mark.parametrize("name", NESTED)
def test_two_hundred_levels(name: str) -> None:
    parsed(nested(name, LEVELS.get(name, 200)))


# SECURITY 8: a clean error or success, quickly.
@pytest.mark.parametrize("name", NESTED)
def test_nested_too_deeply(name: str) -> None:
    source = nested(name, 10_000)
    start = time.process_time()
    [message] = messages(source)
    assert message.endswith(": nested too deeply")
    assert time.process_time() - start < 3


@pytest.mark.parametrize("opening", [
    "(", "[", "{", "x = {", "f(", "a[", "`${", "fn() { ", "fn() => {(", "x = fn(a = ", "if a {",
    "match a { 1 => ", "select { case <-a: ", "try {", "let x = (\n", "for x in a {\n",
])
def test_never_closed(opening: str) -> None:
    start = time.process_time()
    messages(opening * 100_000)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("source", [
    "a" + " + a" * 100_000, "a" + " && a" * 100_000, "a" + " == a" * 100_000,
    "a" + ".b" * 100_000, "f" + "()" * 100_000, "a" + "[0]" * 100_000,
    "if a { }" + " else if a { }" * 100_000, "`" + "${a}" * 100_000 + "`",
    "f(" + "1," * 100_000 + ")", "x = [" + "[]," * 100_000 + "]",
    "x = {" + "a: 1," * 100_000 + "}", "match a { 1" + ", 1" * 100_000 + " => a }",
    "fn f(" + ",".join([f"a{i}" for i in range(100_000)]) + ") { }",
    "\n".join([f"let a{i} = {i}" for i in range(100_000)]), "a\n" * 200_000, ";" * 100_000,
    "{}" * 100_000, "x = fn() => {(a): 1}\n" * 20_000,
], ids=lambda source: source[:12])
def test_long_chains_and_lists(source: str) -> None:
    start = time.process_time()
    parsed(source)
    assert time.process_time() - start < 4


def test_little_stack_left() -> None:
    """What the language promises fits into the default recursion limit with room to spare."""
    assert sys.getrecursionlimit() == 1000

    def below(frames: int) -> None:
        if frames:
            below(frames - 1)
        else:
            parsed(nested("lambdas", 200))

    below(100)


def test_mutated_programs() -> None:
    """Nothing but SentraSyntaxError leaves the parser, whatever stands in the file."""
    texts = [text for path in CASES if len(text := path.read_text(errors="replace")) < 6000]
    counts: list[int] = []
    for seed in range(2000):
        text = mutated(random.Random(seed).choice(texts), texts, random.Random(seed))
        try:
            parsed(text)
        except SentraSyntaxError as error:
            counts.append(len(error.problems))
    assert 1000 < len(counts) < 1900  # both outcomes are common
    assert min(counts) == 1
    assert 5 < max(counts) <= 10
