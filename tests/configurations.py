"""What a random program is run on: the executors, and ways that a program can take to them.

Every program is run on those of `ALWAYS`, the first being the reference, and on some of `ROTATED`,
chosen by its seed, so that all get their share.
"""

from __future__ import annotations

from collections.abc import Callable
from os import environ
from typing import Any

from executors import EXECUTORS
from outcomes import Outcome, outcome

from sentra.bytecode.code import Module
from sentra.bytecode.file import dump, load
from sentra.codegen.link import AstExecutor
from sentra.codegen.tree.link import TreeExecutor
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import SWITCHES, InterpOptions
from sentra.tiers import AutoExecutor, Thresholds

Way = Callable[[Module], Outcome]
ALWAYS = ("interp-plain", "tree", "ast")


def on(make: Callable[[], Any]) -> Way:
    """The way of a module to an executor."""
    return lambda module: outcome(module, make())


def switched(name: str) -> Callable[[], Any]:
    """The interpreter with one switch the other way than in production."""
    default = SWITCHES[name][0]
    return lambda: InterpreterExecutor(InterpOptions(**{name: not default}))


def from_file(make: Callable[[], Any]) -> Way:
    """Written as a bytecode file, and read again."""
    return lambda module: outcome(load(dump(module)), make())


def verified(way: Way) -> Way:
    """With the IR checked between the stages of the compiler."""
    def run(module: Module) -> Outcome:
        before = environ.get("SENTRA_VERIFY", "")
        environ["SENTRA_VERIFY"] = "1"
        try:
            return way(module)
        finally:
            environ["SENTRA_VERIFY"] = before
    return run


def ast_of(**options: bool) -> Callable[[], Any]:
    return lambda: AstExecutor(InterpreterExecutor(), **options)


def tree_of(**options: bool) -> Callable[[], Any]:
    return lambda: TreeExecutor(InterpreterExecutor(), **options)


ROTATED: dict[str, Way] = {
    "interp": on(InterpreterExecutor),
    **{f"interp-{name}": on(switched(name)) for name in SWITCHES},
    "ast-metered": on(EXECUTORS["ast-metered"]),
    "auto": on(EXECUTORS["auto"]),
    "auto-late": on(EXECUTORS["auto-late"]),
    "tree-metered": on(tree_of(metered=True)),
    "file-interp": from_file(InterpreterExecutor),
    "auto-open": on(lambda: AutoExecutor(
        Thresholds(warm=5, share=0, calls=2, turns=2, inner=4), open_functions=True)),
    "file-ast": from_file(EXECUTORS["ast"]),
    "interp-debug": on(EXECUTORS["interp-debug"]),
    "ast-debug": on(EXECUTORS["ast-debug"]),
    "ast-open": on(ast_of(open_functions=True)),
    "tree-open": verified(on(tree_of(open_functions=True))),
    "watched": on(EXECUTORS["interp-debug"]),
    "watched-ast": on(EXECUTORS["ast-debug"]),
}


WAYS: dict[str, Way] = {**{name: on(EXECUTORS[name]) for name in ALWAYS}, **ROTATED}
"""Name → what runs a module."""


def ways_of(seed: int) -> dict[str, Way]:
    """The ways for the program of a seed: those of `ALWAYS`, and one or two of the others."""
    rotated = list(ROTATED)
    first = (seed * 3 + 1) // 2
    chosen = [rotated[at % len(rotated)] for at in range(first, first + 2 - seed % 2)]
    return {name: WAYS[name] for name in [*ALWAYS, *chosen]}
