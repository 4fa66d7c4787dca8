"""``sentra emit``: the text is the generated code, and says where it comes from."""

import ast
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from command import ROOT, sentra

from sentra.codegen.generate import generate
from sentra.codegen.render import render
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, load_file
from sentra.source import decode

PROGRAMS = sorted([*(ROOT / "tests" / "conformance").glob("*/*.sn"),
                   *(ROOT / "examples").rglob("*.sn"), *(ROOT / "perf").rglob("*.sn")])


class Plain(ast.NodeTransformer):
    """The tree as the parser makes it: no negative literals, no texts in pieces."""

    def visit_Constant(self, node):
        if type(node.value) in (int, float) and repr(node.value).startswith("-"):
            return ast.UnaryOp(ast.USub(), ast.Constant(-node.value))
        return node

    def visit_JoinedStr(self, node):
        values = []
        for value in node.values:
            value = self.visit(value)
            if isinstance(value, ast.Constant) and values and isinstance(values[-1], ast.Constant):
                values[-1] = ast.Constant(values[-1].value + value.value)
            elif not isinstance(value, ast.Constant) or value.value:
                values.append(value)
        return ast.JoinedStr(values)


def generated(module):
    ir = prepare(module)
    return generate(ir), ir


def python_of(text, **options):
    made, ir = generated(compile_source(decode(text, "t.sn")))
    return render(made, ir, **options)


def same(made, text):
    """Whether a text means a tree, positions aside."""
    return ast.dump(ast.parse(text)) == ast.dump(Plain().visit(made.tree))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_text_is_the_code(path):
    try:
        module = load_file(str(path))
    except Exception:
        pytest.skip("a case of a syntax error")
    made, ir = generated(module)
    text = render(made, ir, types=True)
    compile(text, "text", "exec")
    parsed, wanted = ast.dump(ast.parse(text), indent=1), ast.dump(
        Plain().visit(made.tree), indent=1)
    assert parsed == wanted


ROWS = [
    "log(`a${1}`, `${x}'\"`, `${{a: 1}[x]}`, `{}${x}{{`)",
    "log(`${f(\"\\n\")} ${f('it')} ${f(\"it's\")} ${f('\"')}`)",
    "log(`a ${`b ${`c ${x} \"` + \"'\"}`}`)",
    "log(`\\\\ \\n \\t \\u00e9 \\u2028 \\0`, \"\\0\\x7f'\\\"\\\\\")",
    "let y = x - -5\nlog(-5, -0.0, - -5, -(5), (-5) * 2, [-1][-1], {(-1): -2})",
    "log(1e308 * 10, 0.1, 1e22, 123456789012345678901234567890)",
    "log(not x, !(x in [1]), x not in [2], not (x && y), x || y && x, (x || y) && x)",
    "log(x ? y : f(x ? 1 : 2), (x ? 1 : 2) ? 3 : 4, (fn(a) => a)(1), fn() => fn() => x)",
    "log((x < y) == (y < x), (x == y) < x, -(x + y) * 2, x - (y - x), x / (y * x))",
    "log([1,2,3][x:], [1,2][:y], \"abc\"[x:y], [[]][0], {}, [], \"\")",
    "log(\"é\", \"日本\", `é${x}`) // é\nlog(\"\\u{1F600}\")",
]
USED = "let x = 1\nlet y = 2\nfn f(a) => a\n"


@pytest.mark.parametrize("row", ROWS)
def test_shapes(row):
    made, ir = generated(compile_source(decode(USED + row, "t.sn")))
    assert same(made, render(made, ir))


def test_every_statement_has_its_source_line():
    text = python_of("fn add(a, b) {\n  let c = a + b\n  return c\n}\nlog(add(1, 2))\n")
    assert text == (
        "# 1: fn add(a, b) {\n"
        "def add(a, b):\n"
        "    # 2: let c = a + b\n"
        "    c = a + b\n"
        "    # 3: return c\n"
        "    return c\n"
        "\n\n"
        "# the module's body\n"
        "def _module():\n"
        "    # 5: log(add(1, 2))\n"
        "    log(add(1, 2))\n")


def test_types_are_comments():
    text = python_of("fn scale(v, by) {\n  let out = []\n  for x in v { push(out, x * by) }\n"
                     "  return out\n}\nlog(scale([1.5], 2))\n", types=True)
    assert "# scale(v: array, by: nat) -> array\n#   out: array\n#   x: float\ndef scale(v" in text


def test_one_function():
    source = "fn a() {\n  fn b() { return 1 }\n  return b\n}\nlog(a()())\n"
    assert python_of(source, function="b") == (
        "# 2: fn b() { return 1 }\ndef b():\n    return 1\n")
    with pytest.raises(LookupError):
        python_of(source, function="c")


def test_command(tmp_path):
    (tmp_path / "a.sn").write_text("fn f(n) => n * 2\nlog(f(4))\n")
    done = sentra(tmp_path, "emit", "a.sn")
    assert (done.status, done.err) == (0, "")
    assert "def f(n):\n    return n * 2\n" in done.out
    compile(done.out, "a", "exec")
    alone = sentra(tmp_path, "emit", "--function=f", "a.sn")
    assert alone.out == "# 1: fn f(n) => n * 2\ndef f(n):\n    return n * 2\n"
    wrong = sentra(tmp_path, "emit", "--function=ff", "a.sn")
    assert wrong.status == 2
    assert 'did you mean "f"?' in wrong.err


def test_nothing_is_left_in_the_host():
    """No filter of warnings, and none shown, when astor is imported and used."""
    code = ("import warnings; warnings.simplefilter('error'); before = list(warnings.filters)\n"
            "from sentra.cli.main import main\n"
            "assert main(['emit', 'examples/sieve.sn']) == 0\n"
            "assert list(warnings.filters) == before\n")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 0


def test_filters_stay():
    with warnings.catch_warnings():
        before = list(warnings.filters)
        python_of("log(1)")
        assert list(warnings.filters) == before


def test_astor_is_imported_here_alone():
    users = [path for path in (Path(ROOT) / "sentra").rglob("*.py")
             if "astor" in path.read_text(encoding="utf-8")
             and ("import astor" in path.read_text(encoding="utf-8")
                  or "from astor" in path.read_text(encoding="utf-8"))]
    assert [path.name for path in users] == ["render.py"]
