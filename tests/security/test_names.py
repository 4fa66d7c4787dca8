"""Lines 1 to 7: names and generated code."""

import ast
import builtins
import keyword
import random
import string

import pytest

import sentra
from sentra import Engine, Limits, SentraError
from sentra.codegen.generate import generate
from sentra.debugging.executor import marked
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source
from sentra.runtime.names import from_python, to_python
from sentra.source import decode

STRANGE = ["class", "None", "print", "self", "__import__", "__builtins__", "__class__",
           "__debug__", "super", "_add", "_locate", "_meter", "_t1", "_left", "_refill", "exec",
           "lambda", "def", "is", "_module", "__name__", "True", "list", "TypeError", "range_",
           "_closure", "globals", "async", "await", "yield", "nonlocal", "_missing"]


@pytest.mark.parametrize("name", STRANGE)
def test_01_names_in_every_position(run, name):
    text = """
        let X = 1
        fn call(X, b = X) { return [X, b] }
        fn rest(...X) { return X }
        fn outer() { let X = 5
return fn() { X = X + 1
return X } }
        try { throw "t" } catch X { log(X) }
        for X in [1] { log(X) }
        for X, v in [7] { log(X, v) }
        for (let X = 0; X < 1; X = X + 1) { log(X) }
        let m = {X: 2}
        m.X = m.X + 1
        export let y = 1
        log(X, call(3), rest(4), outer()(), m.X, m["X"])
        fn X2() { return 1 }
        match 3 { X => log(X) }
    """.replace("X2", name + "2").replace("X", name)
    try:
        compile_source(decode(text, "t.sn"))
    except sentra.SentraSyntaxError:
        assert name in ("print", "class", "None") or name.isalpha()
        pytest.skip("a keyword of the language")
    assert run(text) == "t\n1\n0 7\n0\n1 [3, 3] [4] 6 3 3\n3\n"


@pytest.mark.parametrize("name", ["class", "None", "__import__", "_add", "exec"])
def test_01_import_aliases_and_exports(mode, name):
    engine = Engine(mode=mode, modules={"m": f"export fn {name}() {{ return 4 }}"})
    assert engine.run(f'import "m" as {name}\nlet r = {name}.{name}()')["r"] == 4


def test_02_builtins_of_generated_code_are_empty():
    run = Engine(mode="closure").run("fn f() { return 1 }")
    namespace = run["f"].direct.__globals__
    assert namespace["__builtins__"] == {}
    for name in ("__import__", "open", "eval", "exec", "compile", "getattr", "globals", "vars"):
        assert name not in namespace


@pytest.mark.parametrize("filename", [
    'a"b.sn', "a'b.sn", "a\nb.sn", "{x}.sn", "a\\b.sn", "\u202eb.sn", '"""', "a#b", "a\x1bb.sn"])
def test_03_file_names_with_special_characters(mode, filename):
    with pytest.raises(SentraError) as caught:
        Engine(mode=mode).run("let a = 1\nthrow error(\"x\")", filename=filename)
    assert caught.value.file == filename
    shown = sentra.format_error(caught.value)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("text", [
    '"', "'", '"""', "{", "}}", "{0}", "\\", "\n", "\0", "%s", "${", "#", "\u2028", "\ud800"[:0],
    "'''; import os", "*/", "`"])
def test_03_strings_and_comments_with_special_characters(run, text):
    literal = '"' + "".join(f"\\u{{{ord(c):x}}}" for c in text) + '"'
    comment = text.replace("\n", " ").replace("\0", " ").replace("\u2028", " ")
    assert run(f"// {comment}\nlet s = {literal}\nlet m = {{}}\nm[s] = s\n"
               f"log(s == m[s], len(s))") == f"true {len(text)}\n"


ALLOWED = set("""Module FunctionDef arguments arg Return Assign Global Nonlocal Expr If While For
    Break Continue Pass Raise Try ExceptHandler Constant Name Attribute Subscript Slice Tuple List
    Dict Call Lambda BinOp UnaryOp BoolOp Compare IfExp NamedExpr JoinedStr FormattedValue Starred
    Load Store And Or Not USub Add Sub Mult Div Mod FloorDiv BitAnd BitOr BitXor LShift RShift Eq
    NotEq Lt LtE Gt GtE Is IsNot In NotIn keyword ListComp comprehension Delete Del""".split())
EVERYTHING = """
    fn f(a, b = 1, ...c) { return a + b * len(c) - a / b % 2 }
    let m = {a: 1, b: [1, 2, 3]}
    for x in m.b { if x > 1 && x < 3 || !x { continue } else { log(`v ${x}`) } }
    for (let i = 0; i < 3; i = i + 1) { let g = fn() => i
m.b[i] = g() }
    while m.a < 5 { m.a = m.a + 1
if m.a == 4 { break } }
    try { throw {x: 1} } catch e { log(e.x) } finally { log("f") }
    fn counter() { let n = 0
return fn() { n = n + 1
return n } }
    log(m.b[0:2], m.b[-1], counter()(), m.a in m.b, -m.a, m.a == 1 ? 2 : 3, "s".upper())
    match m.a { 1 => log("one"), _ => log("other") }
    let ch = make_channel(1)
    ch.send(1)
    log(ch.receive())
"""


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("metered", [False, True])
def test_04_only_known_nodes_are_emitted(metered, debug):
    module = compile_source(decode(EVERYTHING, "t.sn"))
    if debug:
        module = marked(module)
    tree = generate(prepare(module, debug=debug), metered=metered).tree
    used = {type(node).__name__ for node in ast.walk(tree)}
    assert used <= ALLOWED, used - ALLOWED
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("__") or node.attr == "__closure__"


def test_04_no_text_is_executed():
    """No part of the compiler makes code of text: `compile` is given trees only."""
    import pathlib

    root = pathlib.Path(sentra.__file__).parent
    for folder in ("codegen", "runtime", "ir", "lower", "syntax", "embedding", "debugging"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    if node.func.id == "eval":
                        raise AssertionError(path)
                    if node.func.id == "exec":
                        assert path.name in ("link.py", "units.py", "late.py", "generate.py"), path


@pytest.mark.parametrize("name", ["аbc", "naïve", "ﬁ", "a\u200bb", "a\u202eb", "ａ", "𝐱",
                                  "x\u0301"])
def test_05_look_alikes_are_refused(name):
    with pytest.raises(sentra.SentraSyntaxError):
        sentra.compile(f"let {name} = 1")


def test_06_the_mapping_of_names_is_injective():
    pick = random.Random(7)
    letters = string.ascii_letters + "_" * 10 + "0123456789"
    names = {"".join(pick.choices(letters, k=pick.randint(1, 5))) for _ in range(20_000)}
    names |= set(STRANGE) | set(dir(builtins)) | set(keyword.kwlist) | {"a_", "a__", "_", "__"}
    names = {name for name in names if not name[0].isdigit()}
    seen = {}
    for name in names:
        python = to_python(name)
        assert seen.setdefault(python, name) == name
        assert from_python(python) == name
        assert not keyword.iskeyword(python)
        assert not python.startswith("_") or python.endswith("_")


def test_07_constants_keep_their_identity(run):
    text = """
        let a = [1, 1.0, true, 0.0, -0.0, 0, false, 100000000000000000000000]
        log(a)
        log(type(a[2]), 1 / 3.0, 0.0 - 0.0, 1e400, -1e400)
        fn f() { return [0.0, -0.0, 1, true, 1.0] }
        let r = f()
        log(type(r[2]), type(r[3]), 1 == true, 1 == 1.0)
    """
    assert run(text).splitlines()[0] == (
        "[1, 1, true, 0, 0, 0, false, 100000000000000000000000]")


def test_07_signed_zero_and_types(mode):
    run = Engine(mode=mode).run(
        "let z = [0.0, -0.0, 0]\nlet o = [1, 1.0, true]\nlet n = [0.0 / 1, 1e308 * 10]\n"
        'let s = "\\u{d7ff}"')
    assert [str(v) for v in run["z"]] == ["0.0", "-0.0", "0"]
    assert [type(v) for v in run["o"]] == [int, float, bool]
    assert run["n"][1] == float("inf")


def test_07_lone_surrogates_in_source_are_refused():
    with pytest.raises(sentra.SentraSyntaxError):
        sentra.compile('let s = "\ud800"')
    with pytest.raises(sentra.SentraSyntaxError):
        Engine(limits=Limits.none()).compile("let a\ud800 = 1")
