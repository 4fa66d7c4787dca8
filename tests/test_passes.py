"""The passes over the IR: their documentation, their fixtures, and what they must not change."""

import doctest
import importlib

import pytest
from command import ROOT

from sentra.codegen.link import AstExecutor
from sentra.interp.executor import InterpreterExecutor
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.ir.text import print_blocks
from sentra.ir.verify import verify_module
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode

FOLDER = ROOT / "tests" / "passes"


def ir_before(source, each):
    """The IR that a pass is given when it is the only one."""
    module = compile_source(decode(source, "t.sn"))
    if each.typed:
        return prepare(module, ())
    from sentra.ir.build import build_module

    return build_module(module)


def function_of(ir, name):
    return next(f for f in ir.functions if f.name == name)


def only(text, block):
    """One block of a text."""
    blocks = text.split("block ")[1:]
    return text if block is None else "block " + blocks[block]


def shown(run_pass, source, name="<module>", block=None):
    """Before and after, as the documentation of the passes shows them."""
    each = next(p for p in PASSES if p.run is run_pass)
    ir = ir_before(source.lstrip("\n"), each)
    function = function_of(ir, name)
    before = only(print_blocks(function), block)
    assert each.run(function) is function
    verify_module(ir, each.name)
    after = only(print_blocks(function), block)
    return before, after


def show(*args, **options):
    before, after = shown(*args, **options)
    print(before + "becomes\n" + after, end="")


@pytest.mark.parametrize("each", PASSES, ids=lambda each: each.name)
def test_documentation(each):
    module = importlib.import_module(each.run.__module__)
    failed, tried = doctest.testmod(module, extraglobs={"show": show})
    assert tried >= 1
    assert failed == 0


def fixtures():
    for path in sorted(FOLDER.glob("*.test")):
        for case in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
            title, _, rest = case.partition("\n")
            source, _, expected = rest.partition("---\n")
            yield pytest.param(path.stem, source, expected.rstrip("\n") + "\n",
                               id=f"{path.stem}: {title}")


@pytest.mark.parametrize("name, source, expected", fixtures())
def test_fixture(name, source, expected):
    """After ``---`` stands what the pass makes of ``f``, or of the body where there is no f."""
    each = next(each for each in PASSES if each.name == name)
    ir = ir_before(source, each)
    for function in ir.functions:
        each.run(function)
    verify_module(ir, name)
    wanted = next((f for f in ir.functions if f.name == "f"), ir.functions[0])
    assert print_blocks(wanted) == expected


def test_every_pass_has_fixtures():
    assert {path.stem for path in FOLDER.glob("*.test")} == {each.name for each in PASSES}


def output(source, passes):
    printed = []
    run(compile_source(decode(source, "t.sn")), context=Context(write=printed.append),
        executor=AstExecutor(InterpreterExecutor(), passes))
    return "".join(printed)
