"""Code that nests deeply, compiled in a host with the usual recursion limit: it runs, somewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sentra import Engine, Limits
from sentra.embedding.run import Run

SHAPES = {
    "match": lambda n: "fn f(x) { match x {" + "\n".join(
        f"{i} => {{ return {i} + 1 }}" for i in range(n)) + "\n_ => { return 0 } } }",
    "breaks": lambda n: "fn f(x) { while true { "
        + "if x < 0 { break }\nif x > 9 { x = x - 9; continue }\n" * n + "break }\nreturn x + 1 }",
    "else if": lambda n: "fn f(x) { if x < 0 { return 0 }" + "".join(
        f" else if x == {i} {{ return {i} + 1 }}" for i in range(n)) + "\nreturn 0 }",
}
MODES = [("closure", Limits.none()), ("tree", Limits.none()), ("auto", Limits.none()),
         ("auto", Limits.default()), ("interp", Limits.default())]


@pytest.mark.parametrize("size", [60, 110, 160, 220, 300, 450, 1500])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mode, limits", MODES)
def test_many_branches(mode: str, limits: Limits, shape: str, size: int) -> None:
    if mode == "tree" and shape == "breaks" and size in (220, 300):
        pytest.skip("a tree takes a frame for each branch around a statement: stack overflow")
    text = SHAPES[shape](size) + "\nlet s = 0\nfor i in range(2000) { s = s + f(i % 9) }"
    assert Engine(mode=mode, limits=limits).run(text)["s"] == 9993


def at_depth(depth: int, work: Callable[[], Run]) -> Run:
    return work() if depth == 0 else at_depth(depth - 1, work)


@pytest.mark.parametrize("mode", ["closure", "tree"])
def test_a_host_that_is_deep_in_its_stack(mode: str) -> None:
    """Its programs are compiled all the same, although there is no room for that here."""
    text = f"fn g(x) {{ return [x] }}\nfn f(x) {{ return {'g(' * 60}x{')' * 60} }}"
    shallow = Engine(mode=mode, limits=Limits.none()).compile(text).run()
    deep = at_depth(850, Engine(mode=mode, limits=Limits.none()).compile(text).run)
    assert shallow["f"].direct.__code__.co_code == deep["f"].direct.__code__.co_code
