"""The IR as text: it reads back, and means the same to the backend."""

import ast

import pytest
from command import ROOT, sentra

from sentra.codegen.generate import generate
from sentra.ir.build import build_module
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.ir.reading import TextError
from sentra.ir.text import parse, print_module, temporaries
from sentra.ir.verify import verify_module
from sentra.pipeline import compile_source, load_file
from sentra.source import decode

PROGRAMS = sorted([*(ROOT / "tests" / "conformance").glob("*/*.sn"),
                   *(ROOT / "examples").rglob("*.sn"), *(ROOT / "perf").rglob("*.sn")])


def positions(tree):
    """A tree with the places of its nodes."""
    return ast.dump(tree, include_attributes=True)


def forget_classes(ir):
    """What the text does not tell: which containers may be the same (see `contents`)."""
    for variable in ir.globals.values():
        variable.content = None
    for function in ir.functions:
        function.effects = None
        for variable in (*function.locals, *function.upvalues, *temporaries(function)):
            variable.content = None


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_round_trip(path):
    try:
        module = load_file(str(path))
    except Exception:
        pytest.skip("a case of a syntax error")
    for ir in (build_module(module), prepare(module, ()), prepare(module, PASSES)):
        text = print_module(ir)
        again = parse(text, module.source)
        assert print_module(again) == text
        verify_module(again, "parse")
    forget_classes(ir)
    assert positions(generate(again).tree) == positions(generate(ir).tree)


def ir_of(text, passes=()):
    return prepare(compile_source(decode(text, "t.sn")), passes)


def test_what_it_looks_like():
    text = print_module(ir_of(
        "fn add(a, b) {\n  let c = a + b * 2\n  return c\n}\nlog(add(1, 2))\n"))
    assert text == """\
module "t.sn" typed
global @add: function reads 1 sets 1 single function 1

function 0 "<module>" parameters 0 0 result nil escapes  ; 1:1-5:15
  free add
  free log
  block 0 at 0
    @add = closure 1  ; 1-4:2 "
    eval(call(builtin log, call(@add, 1, 2):nat):any)  ; 5:1-15 " 1-4 5-14 5-8 9 12
    return(nil)  ; 15-15 "

function 1 add in 0 parameters 2 2 result nat  ; 1:1-4:2
  local a.0: nat reads 1 sets 0
  local b.1: nat reads 1 sets 0
  local c.2: nat reads 1 sets 1
  block 0 at 0
    c.2 = add(a.0, mul(b.1, 2):nat):nat  ; 2:3-20 11-20^13 11 15-20^17 15 19
    return(c.2)  ; 3:3-11 10
"""


def test_command(tmp_path):
    (tmp_path / "a.sn").write_text("fn f(n) => n * 2\nlog(f(4))\n")
    done = sentra(tmp_path, "emit", "--ir", "a.sn")
    assert (done.status, done.err) == (0, "")
    assert print_module(parse(done.out)) == done.out
    alone = sentra(tmp_path, "emit", "--ir", "--function", "f", "a.sn")
    assert alone.out.startswith("function 1 f in 0")
    assert "log" not in alone.out


GOOD = print_module(ir_of("let x = 1\nlog(x)\n"))


@pytest.mark.parametrize("old, new, message", [
    ("return(nil)", "return(%t.3)", "%t.3 is not declared"),
    ("return(nil)", "return nil", "the end of the line is wanted, not nil"),
    ("; 1-10 9", "; 1-10", "a span is missing"),
    (": nat", ": number", "number is no type"),
    ("return(nil)", "return(nil) &", "'&  ;"),
])
def test_errors_say_where(old, new, message):
    assert old in GOOD
    with pytest.raises(TextError, match=r"^line \d+: ") as caught:
        parse(GOOD.replace(old, new))
    assert message in str(caught.value)
