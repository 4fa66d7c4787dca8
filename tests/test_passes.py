"""The passes over the IR: their documentation, their fixtures, and what they must not change."""

import doctest
import importlib

import pytest
from command import ROOT
from golden import after_pass, fixtures

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


def cases():
    for path in sorted(FOLDER.glob("*.test")):
        for title, source, expected in fixtures(path):
            yield pytest.param(path.stem, source, expected, id=f"{path.stem}: {title}")


@pytest.mark.parametrize("name, source, expected", list(cases()))
def test_fixture(name, source, expected):
    """After ``---`` stands what the pass makes of ``f``, or of the body where there is no f."""
    assert after_pass(name, source) == expected


def test_every_pass_has_fixtures():
    assert {path.stem for path in FOLDER.glob("*.test")} == {each.name for each in PASSES}


def output(source, passes):
    printed = []
    run(compile_source(decode(source, "t.sn")), context=Context(write=printed.append),
        executor=AstExecutor(InterpreterExecutor(), passes))
    return "".join(printed)


# What a wrong pass would break, by the name of the pass.
TRAPS = [
    # the array is replaced, and its row changed, while a hoisted read would keep the old one
    """fn f(m, n) {
      let s = 0
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) { s = s + m[i][j]; if j == 0 { m[i] = [7, 7] } }
      }
      return s
    }
    log(f([[1, 2], [3, 4]], 2))""",
    # another name for the same row
    """fn f(m, r, n) {
      for (let j = 0; j < n; j++) { r[j] = m[0][0] + 1 }
      return m
    }
    let m = [[1, 2]]
    log(f(m, m[0], 2))""",
    # a call in the iterated expression changes what is read in the loop
    """let a = [1]
    fn grow(x) { x[0] = x[0] + 1; return [1, 2] }
    fn f(a, i) { let s = 0
      for x in grow(a) { s = s + a[i] }
      return s }
    log(f(a, 0))""",
    # the loop does not run: reading early must not throw
    """fn f(a, i, n) { let s = "none"
      for (let j = 0; j < n; j++) { s = a[i][j] }
      return s }
    log(f([[1]], 5, 0), f([[1]], 0, 1))
    try { f([[1]], 5, 1) } catch e { log(e) }""",
    # a generator of side effects between equal reads
    """let a = [1, 2]
    fn bump() { a[0] = a[0] + 1; return a[0] }
    fn f(x) { let out = []
      for i in range(2) { push(out, x[0] + bump() + x[0]) }
      return out }
    log(f(a))""",
    # constants that a branch sets, and loops that run again
    """fn f(c) {
      let flag = false
      let out = []
      for i in range(3) { if flag { push(out, "again") }; if c { flag = true } }
      return out }
    log(f(true), f(false))""",
    # a variable that is set once, in a branch that was not taken
    """fn f(c) { if c { var x = 1 }
      if c { return x } return "unset" }
    log(f(true), f(false))
    fn g(c) { if c { var x = 1 } return x }
    try { g(false) } catch e { log(e) }""",
    # copies of loop variables that live longer than their turn
    """fn f(a) { let last = nil
      let calls = []
      for x in a { let y = x; push(calls, fn() => y); last = y }
      return [last, calls.map(fn(c) => c())] }
    log(f([1, 2, 3]))""",
    # what a folded branch leaves out is in try, loops and match
    """fn f(x) {
      while false { x = 1 }
      try { if false { throw 1 } else { x = x + 1 } } finally { if true { x = x * 2 } }
      for i in [1, 2] { if 1 > 2 { continue }; if 2 > 1 { break }; x = 0 }
      return match 3 { 1 => "a", 3 => x, _ => "b" } }
    log(f(1))""",
    # module members are looked up where the import has not run
    """fn f() { return math.PI }
    try { log(f()) } catch e { log(e) }
    import math
    log(f() == math.PI, math.max(1, 2), type(math.sqrt))""",
    # dead stores whose values throw
    """fn f(a) { let x = a[0][0]; return 1 }
    try { log(f([nil])) } catch e { log(e) }
    fn g() { let x = 1 / 0; return 2 }
    try { log(g()) } catch e { log(e) }
    fn h() { let x = "a" - 1; return 3 }
    try { log(h()) } catch e { log(e) }""",
]


@pytest.mark.parametrize("source", TRAPS)
def test_passes_change_nothing_that_shows(source):
    context = Context(write=(printed := []).append)
    run(compile_source(decode(source, "t.sn")), context=context, executor=InterpreterExecutor())
    expected = "".join(printed)
    assert output(source, ()) == expected
    assert output(source, PASSES) == expected
    for each in PASSES:
        assert output(source, (each,)) == expected, each.name
        assert output(source, [p for p in PASSES if p is not each]) == expected, each.name


def test_passes_can_be_left_out_one_by_one():
    assert len({each.name for each in PASSES}) == len(PASSES) == 9
