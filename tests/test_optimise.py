"""The optimiser: each pass by fixtures, and all passes over whole programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from bytecode_samples import SAMPLE, body, compiled, function_of, lowered, with_body

from sentra.bytecode import ops
from sentra.bytecode.code import Function, Module
from sentra.bytecode.edit import PARTS, each_function, walk
from sentra.bytecode.expand import expand
from sentra.bytecode.optimise import PASSES, OptimiseOptions, optimise
from sentra.bytecode.optimise.fuse import fuse
from sentra.bytecode.text import constant_text, same
from sentra.bytecode.verify import verify
from sentra.interp.operations import OPERATIONS

FOLDER = Path(__file__).parent / "optimise"


def fixtures() -> list[tuple[str, str, str, str]]:
    """(pass, what it shows, listing before, listing after) of every fixture."""
    found = []
    for name, _ in PASSES:
        for text in (FOLDER / f"{name}.test").read_text(encoding="utf-8").split("\n\n"):
            title, rest = text.split("\n", 1)
            before, after = rest.split("--- after\n")
            found.append((name, title.removeprefix("# "), before, after))
    return found


def listed(listing: str) -> Module:
    code, _, handlers = listing.partition("handlers\n")
    before = "locals a b" + (f"\nhandlers\n{handlers}" if handlers else "")
    return body(code, before=before)


def shown(function: Function) -> list[str]:
    """The code with constants in place, so that their numbers do not matter."""
    lines = [f"handler {handler.key()}" for handler in function.handlers]
    for op, *operands in function.code:
        row = ops.BY_NUMBER[op]
        words = [constant_text(function.constants[value]) if kind == "k" else str(value)
                 for kind, value in zip(row.operands, operands, strict=False)]
        lines.append(" ".join([row.name, *words]))
    return lines


@pytest.mark.parametrize("name, title, before, after", fixtures())
def test_pass(name: str, title: str, before: str, after: str) -> None:
    module, expected = listed(before), listed(after)
    verify(module)
    verify(expected)
    only = OptimiseOptions(**{other: other == name for other, _ in PASSES})
    result = optimise(module, only, OPERATIONS)
    verify(result)
    assert shown(result.body) == shown(expected.body)


def test_every_pass_has_a_fixture_that_changes_something() -> None:
    changing = {name for name, _, before, after in fixtures() if before != after}
    assert changing == {name for name, _ in PASSES}


@pytest.mark.parametrize("number", PARTS, ids=lambda number: ops.BY_NUMBER[number].name)
def test_fused_rows_are_made_and_expanded(number: int) -> None:
    """Every fused row is what `fuse` makes of its parts, with the span of the part that throws."""
    lines = ["constants", "0 = 1", "code"]
    for slot in (0, 1):
        lines += ["NIL", f"SET_LOCAL {slot}"]
    lines += ["NIL"] * ops.stack_effect(ops.BY_NUMBER[number], 0, 0)[0]
    start = len(lines) - 3
    for i, (op, places) in enumerate(PARTS[number]):
        row = ops.BY_NUMBER[op]
        # The row's operands: slots 0 and 1, constant 0, label end.
        words = ["end" if kind == "j" else "0" if kind == "k" else str(place - 1)
                 for kind, place in zip(row.operands, places, strict=True)]
        lines.append(f"{row.name} {' '.join(words)} @{i + 2}:1-{i + 2}:2")
    lines += ["NIL @99:1-99:1", "RETURN", "end:", "NIL", "RETURN"]
    module = body("\n".join(lines[3:]), before="locals a b\n" + "\n".join(lines[:2]))
    result = optimise(module, OptimiseOptions(fold=False, thread=False, dead=False))
    found = [(op, span) for (op, _, _, _), span in zip(
        result.body.code, result.body.spans, strict=True)][start:start + 1]
    throwing = [i for i, (op, _) in enumerate(PARTS[number]) if ops.BY_NUMBER[op].throws]
    assert found[0][0] == number
    assert found[0][1][0] == throwing[0] + 2
    back = expand(result.body)
    assert back.code == module.body.code
    assert back.handlers == module.body.handlers


def test_what_is_folded_is_small() -> None:
    half = "x" * 600
    result = optimise(body(f'CONSTANT ="{half}"\nCONSTANT ="{half}"\nADD\nRETURN'),
                      operations=OPERATIONS)
    assert len(result.body.code) == 4
    big = 1 << 200
    result = optimise(body(f"CONSTANT ={big}\nCONSTANT ={big}\nMUL\nRETURN"),
                      operations=OPERATIONS)
    assert len(result.body.code) == 4
    result = optimise(body("CONSTANT =1\nCONSTANT =1\nADD\nRETURN"))
    assert len(result.body.code) == 4  # nothing to calculate with


def test_options() -> None:
    assert OptimiseOptions() == OptimiseOptions(fold=True)
    assert OptimiseOptions(fold=False) != OptimiseOptions()
    assert len({OptimiseOptions(), OptimiseOptions(), OptimiseOptions(dead=False)}) == 2
    with pytest.raises(ValueError, match="unknown pass 'folding'; there are: fold, thread"):
        OptimiseOptions(folding=True)
    with pytest.raises(AttributeError):
        OptimiseOptions().off = frozenset()  # type: ignore[misc]
    nothing = OptimiseOptions(**{name: False for name, _ in PASSES})
    module = compiled(SAMPLE)
    assert optimise(module, nothing, OPERATIONS).body is module.body


def in_general_opcodes(module: Module) -> Module:
    return with_body(module, each_function(module.body, expand))


@pytest.mark.parametrize("name, module", lowered(), ids=[name for name, _ in lowered()])
def test_whole_programs(name: str, module: Module) -> None:
    """Whatever passes run, the result verifies, and is fused code that expands to verified code."""
    alone = [OptimiseOptions(**{other: other == only for other, _ in PASSES}) for only, _ in PASSES]
    for options in (OptimiseOptions(), *alone):
        result = optimise(module, options, OPERATIONS)
        verify(result)
        plain = in_general_opcodes(result)
        verify(plain)
        assert all(op < 100 for function in walk(plain.body) for op, _, _, _ in function.code)
    fused = with_body(module, each_function(module.body, lambda function: fuse(function, {})))
    assert shape(in_general_opcodes(fused)) == shape(module)


def shape(module: Module) -> list[object]:
    return [(function.code, function.handlers) for function in walk(module.body)]


def test_expanding_what_is_general_changes_nothing() -> None:
    module = compiled(SAMPLE)
    assert same(in_general_opcodes(module), module)


def test_deep_nesting_needs_no_recursion() -> None:
    shell = function_of("NIL\nRETURN").body
    function = shell.functions[0].replaced(
        constants=(2, 3), code=((1, 0, 0, 0), (1, 1, 0, 0), (ops.MUL, 0, 0, 0), (63, 0, 0, 0)),
        spans=(shell.span,) * 4)
    for _ in range(3000):
        function = shell.replaced(functions=(function,), name="f")
    module = with_body(compiled(""), shell.replaced(functions=(function,)))
    innermost = list(walk(optimise(module, operations=OPERATIONS).body))[-1]
    assert innermost.constants[innermost.code[0][1]] == 6
