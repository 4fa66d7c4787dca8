"""Clones of functions for tuples of argument types: which are made, and what may not show them."""

import traceback

import pytest
from executors import EXECUTORS

from sentra.codegen.generate import generate
from sentra.codegen.link import AstExecutor
from sentra.codegen.render import render
from sentra.errors import SentraError
from sentra.interp.executor import InterpreterExecutor
from sentra.ir.elements import Elements
from sentra.ir.model import FLOAT, INT, NAT, STRING, type_words
from sentra.ir.prepare import prepare
from sentra.ir.verify import verify_module
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.source import decode

SUM = "fn total(values, start) { let r = start; for v in values { r = r + v } return r }\n"
TIMES = "for i in [1, 2] { "


def prepared(text, **options):
    ir = prepare(compile_source(decode(text, "t.sn")), **options)
    verify_module(ir, "prepare")
    return ir


def clones(text, **options):
    """The types of the parameters of each clone, by its name."""
    return {name: " ".join(type_words(p.type) for p in variable.function.parameters)
            for name, variable in prepared(text, **options).globals.items() if "$" in name}


@pytest.mark.parametrize("text, expected", [
    # one per kind of argument, and per kind of what an array holds
    (SUM + "total([1], 0); total([0.5], 0.5); total(['a'], '')",
     {"total$ints_int": "array nat", "total$floats_float": "array float",
      "total$strings_string": "array string"}),
    # nil is no kind of its own; ints are one kind, whatever their sign
    ("fn f(x) { return x + 1 }\n" + TIMES + "f(1); f(-1); f(i) }", {}),
    ("fn f(x) { if x == nil { return 0 } return x + 1 }\n" + TIMES + "f(1); f(nil) }", {}),
    # calls that bring several kinds stay with the original
    ("fn f(x) { return 'n' + x }\nlet some = [1, 'a', 0.5]\n"
     + TIMES + "f(1); f('a'); f(some[i]) }", {"f$int": "nat", "f$string": "string"}),
    # what is as fast for all types: division, members of maps, handing on
    ("fn f(x) { return x / 2 }\n" + TIMES + "f(1); f(0.5) }", {}),
    ("fn g(x) { return [x] }\nfn f(x) { return g(x) }\n" + TIMES + "f(1); f('a') }", {}),
    # a function that only hands on to one that gains
    ("fn g(x) { return 'n' + x }\nfn f(x) { return g(x) }\n" + TIMES + "f(1); f('a') }",
     {"f$int": "nat", "f$string": "string", "g$int": "nat", "g$string": "string"}),
    # what runs once, without a loop
    ("fn f(x) { return 'n' + x }\nf(1); f('a')", {}),
    # recursion goes to the clone itself, and to others where it brings something else
    ("fn f(n) { if n < 2 { return n } return f(n - 1) + f(n - 2) }\nf(9); f(9.5)",
     {"f$int": "int", "f$float": "float"}),
    ("fn f(x) { if type(x) == 'array' { let s = ''; for y in x { s = s + f(y) } return s }\n"
     "  return '<' + x + '>' }\nf([1, 2]); f(3); f('a')",
     {"f$ints": "array", "f$int": "nat", "f$string": "string"}),
    # arguments that are left out, and more of them
    ("fn f(a, b = 1, ...more) { return a + b }\n" + TIMES + "f(1); f('a', 'b', 3); f(0.5, 1) }",
     {"f$int": "nat nat array", "f$string_string": "string nat|string array",
      "f$float_int": "float nat array"}),
    # not more than four
    ("fn f(x) { return x + x }\n" + TIMES + "f(1); f(0.5); f('a'); f([]); f(true); f({}) }",
     {"f$int": "nat|boolean", "f$float": "float", "f$string": "string", "f$array": "array"}),
    # not what is reassigned, nor what captures
    ("fn f(x) { return x + x }\n" + TIMES + "f(1); f('a') }\nf = nil", {}),
    ("fn g(y) { fn f(x) { return x + y }\n" + TIMES + "f(1); f('a') } }\ng(1)", {}),
])
def test_which_clones(text, expected):
    assert clones(text) == expected


def test_a_host_calls_the_original():
    text = "fn f(x) { return x % 3 }\n" + TIMES + "f(1) }"
    assert clones(text) == {}
    assert clones(text, open_functions=True) == {"f$int": "nat"}
    text = render(generate(ir := prepared(text, open_functions=True)), ir)
    assert "def f(x)" in text
    assert "def f__int_(x)" not in text  # its calls are inlined


def test_original_takes_what_clones_take():
    ir = prepared(SUM + "total([1], 0); total(['a'], '')")
    known = ir.globals["total"].function
    assert [type_words(p.type) for p in known.parameters] == ["array", "nat|string"]
    assert type_words(known.result) == "nat|string"


def test_no_original_that_nobody_calls():
    text = SUM + "log(total([1], 0), total(['a'], ''))"
    ir = prepared(text)
    assert "def total(" not in render(generate(ir), ir)
    ir = prepared(text + "\nlet f = total")
    assert "def total(" in render(generate(ir), ir)


def test_large_functions_are_not_cloned():
    body = "r = r + x;" * 120
    assert clones("fn f(x) { let r = x; " + body + " return r }\n" + TIMES + "f(1); f('a') }") == {}


@pytest.mark.parametrize("value, expected", [
    ("[1, 2]", INT), ("[0.5]", FLOAT), ("range(3)", INT), ("'a b'.split(' ')", STRING),
    ("words", STRING), ("words[1:]", STRING), ("words + words", STRING), ("sort(words)", STRING),
    ("numbers", INT), ("[1, 'a']", NAT | STRING), ("true ? [1] : [2]", INT),
])
def test_what_an_array_seems_to_hold(value, expected):
    ir = prepared("fn keep(a) { return a }\nlet words = []\npush(words, 'a')\nlet numbers = []\n"
                  f"numbers[0] = 1\nlet guessed = {value}\nkeep(words); keep(numbers)\n")
    body = ir.body
    last = next(s for s in body.blocks[-1].body if s.variable and s.variable.name == "guessed")
    found = Elements(body).of(last.args[0])
    assert found
    assert not found & ~expected


def test_names_in_python_tracebacks():
    text = SUM + "log(total(['a'], ''))\ntotal([1, nil], 0)\ntotal([0.5], 0.5)\ntotal([1], 0)"
    module = compile_source(decode(text, "t.sn"))
    with pytest.raises(SentraError) as caught:
        run(module, context=Context(write=lambda text: None),
            executor=AstExecutor(InterpreterExecutor()))
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.name for frame in frames if frame.filename == "t.sn"] == ["_module", "total"]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_declined_functions_call_the_original(executor):
    """More loops than CPython compiles: what calls is declined, or the function itself."""
    deep = "while n > 0 {\n" * 21 + "n = n - 1; r = r + total([1], n) + len(total(['a'], 'b'))\n"
    text = (SUM + "fn deep(n) { let r = 0\n" + deep + "}" * 21 + "\nreturn r }\n"
            "fn more(x) { let r = x; let n = 2\n" + "while n > 0 {\n" * 21
            + "n = n - 1; r = r + x\n" + "}" * 21 + "\nreturn r }\n"
            "log(deep(3), total([0.5], 0.25), total(['a'], 'b'), more(1), more('x'), more(0.5))")
    printed = []
    run(compile_source(decode(text, "t.sn")), context=Context(write=printed.append),
        executor=EXECUTORS[executor]())
    assert "".join(printed) == "12 0.75 ba 3 xxx 1.5\n"
    assert clones(text)


def test_compiled_loops_call_clones():
    text = SUM + ("let n = 0\nfor i in range(300) {\n"
                  "  n = n + total([i], 0) + len(total(['a'], 'b'))\n}\nlog(n)")
    printed = []
    namespace = run(compile_source(decode(text, "t.sn")), context=Context(write=printed.append),
                    executor=EXECUTORS["auto"]())
    assert printed == ["45450\n"]
    assert {name for name in namespace if name.startswith("total__")} == {
        "total__ints_int_", "total__strings_string_"}
