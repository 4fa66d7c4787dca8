"""The closure tree: which closures are chosen, and how trees meet other executors."""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from command import sentra

from sentra.codegen.link import AstExecutor
from sentra.codegen.structured import structured_functions
from sentra.codegen.tree import generate, link
from sentra.codegen.tree.functions import ModuleTree
from sentra.codegen.tree.link import TreeExecutor
from sentra.codegen.tree.sites import Site
from sentra.codegen.tree.statements import Statements, build
from sentra.errors import SentraError
from sentra.interp.executor import InterpreterExecutor
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, run
from sentra.runtime.context import Context
from sentra.runtime.functions import closure_of
from sentra.source import Source


def outcome(text: str, executor: Any) -> tuple[str, str]:
    """What a program prints, and its error with all places."""
    printed: list[str] = []
    context = Context(write=printed.append, read_line=lambda: None)
    error = ""
    try:
        run(compile_source(Source("t.sn", text)), context=context, executor=executor)
    except SentraError as thrown:
        places = [f"{frame.function} {frame.span}" for frame in thrown.frames]
        error = " ".join([thrown.message, *places])
    return "".join(printed), error


def tree() -> TreeExecutor:
    return TreeExecutor(InterpreterExecutor())


# --- which closures are chosen -------------------------------------------------------------------
def built(text: str) -> ModuleTree:
    """The trees of a program, of which none has run."""
    ir = prepare(compile_source(Source("t.sn", text)), ())
    return ModuleTree(ir, structured_functions(ir), {}, Context(), None, whole=True)


def closures(text: str) -> list[str]:
    """Names of all closures of the first function of a program, in the order of the tree."""
    trees = built(text)
    function = next(each for each in trees.ir.functions if each.parent is not None)
    names: list[str] = []
    seen: set[int] = set()
    pending = [build(trees.tree(function))]
    while pending:
        closure = pending.pop()
        if id(closure) in seen:
            continue
        seen.add(id(closure))
        names.append(closure.__qualname__.split(".")[0])
        held: list[Any] = []
        for cell in closure.__closure__ or ():
            held += (cell.cell_contents if isinstance(cell.cell_contents, tuple)
                     else [cell.cell_contents])
        pending += [value for value in reversed(held)
                    if callable(value) and hasattr(value, "__code__")
                    and "codegen/tree" in value.__code__.co_filename]
    return names


CHOSEN = {
    # the function's parameters get the types of its only call
    "fn f(a, b) { return a + b }\nf(1, 2)": "add_int_ll",
    "fn f(a, b) { return a + b }\nf(1.5, 2.5)": "add_float_ll",
    'fn f(a, b) { return a + b }\nf("x", "y")': "add_string_ll",
    "fn f(a, b) { return a + b }\nf([1], [2])": "add_array_ll",
    "fn f(a, b) { return a + b }\nf(1, 2.5)": "add_number_ll",
    "fn f(a, b) { return a + b }\nf(nil, 2)": "add_any_ll",
    "fn f(a, b) { return a + b }\nf(1, 2)\nf(true, 3)": "add_int_ll",
    "fn f(a, b) { return a + b }\nlog(f)": "add_any_ll",
    "fn f(a) { return a + 1 }\nf(1)": "add_int_lc",
    "fn f(a) { return 1.5 - a }\nf(1.0)": "sub_float_cl",
    "fn f(a, b) { return a * b }\nf(2, 3)": "mul_int_ll",
    'fn f(a, b) { return a * b }\nf("x", 3)': "builtin_2",
    "fn f(a, b) { return a / b }\nf(2, 3)": "div_int_ll",
    "fn f(a) { return a % 3 }\nf(7)": "rest_int_lc",
    "fn f(a) { return a % 3 }\nf(-7)": "remainder_lc",
    "fn f(a, b) { return a < b }\nf(1, 2)": "less_int_ll",
    "fn f(a, b) { return a < b }\nf(1, 2.5)": "less_number_ll",
    'fn f(a, b) { return a >= b }\nf("x", "y")': "greater_equal_string_ll",
    "fn f(a, b) { return a == b }\nf([], [])": "builtin_2",
    'fn f(a, b) { return a == b }\nf(nil, "x")': "equal_scalar_ll",
    "fn f(a) { return a != nil }\nf(1)": "is_not_nil_l",
    "fn f(a) { return a[0] == nil }\nf([1])": "is_nil",
    "fn f(m, k) { return m[k] || 0 }\nf({}, 1)": "ask",
    "fn f(a, i) { return a[i] }\nf([1], 0)": "index_array_ll",
    'fn f(a, i) { return a[i] }\nf("x", 0)': "index_string_ll",
    "fn f(m) { return m.size }\nf({size: 1})": "member_l",
    "fn f(m) { return m.size }\nf({})": "ask_member",
    "fn f(m) { return m.size() }\nf({})": "invoke_0",
    'fn f(s) { return split(s, ",") }\nf("")': "builtin_lc",
    "fn f(a) { return len(a) }\nf([1])": "python_l",
    "fn f(a) { if a < 1 { return 2 } log(a) }\nf(1)": "less_int_lc",
    "fn f(a, b) { while a > b { a = a - 1\nb = b + 1 } }\nf(9, 1)": "greater_int_ll",
    "fn f(a) { a = a - 1\nlog(a) }\nf(1.5)": "sub_number_lc",
    "fn f(s) { s = s + 1\nlog(s) }\nf(\"x\")": "append_local",
    "fn f(a, v) { a[0] = v }\nf([], 1)": "set_index_lce",
    "fn f(n) { for i in range(n) { log(i)\nlog(n) } }\nf(3)": "for_two",
    "fn f(n) { return n ? f(n - 1) : 0 }\nf(3)": "padded_e",
    "fn f(g) { return g(1) }\nf(fn(x) => x)": "value_1",
    "fn f(n) { fn g() { return n }\nlog(fn() => g())\nreturn g() }\nf(1)": "captured_0",
}


@pytest.mark.parametrize("text", CHOSEN)
def test_choice(text: str) -> None:
    assert CHOSEN[text] in closures(text)


def test_what_types_prove_has_no_handler() -> None:
    proved = closures("fn f(a, b) { return a + b * 2 < b }\nf(1, 2)")
    assert proved == ["less_int_el", "add_int_le", "mul_int_lc"]
    trees = built("fn f(a, b) { return a + b }\nf(1, 2)")
    function = trees.ir.functions[1]
    statements = Statements(trees, trees.tree(function))
    (leave,) = trees.bodies[id(function)]
    assert not statements.value(leave.value).__code__.co_exceptiontable


def test_kinds_have_code_of_their_own() -> None:
    codes = set()
    for a, b in [("1", "2"), ("1.5", "2.5"), ('"a"', '"b"')]:
        trees = built(f"fn f(a, b) {{ return a + b }}\nf({a}, {b})")
        codes.add(id(build(trees.tree(trees.ir.functions[1])).__code__))
    assert len(codes) == 3


def test_trees_are_built_at_the_first_call() -> None:
    trees = built("fn f() { return 1 }\nfn g() { return 2 }\nf()")
    body = trees.tree(trees.ir.functions[0])
    body.code[0]([*body.blank])
    f, g = (trees.tree(each) for each in trees.ir.functions[1:])
    assert f.code[0] != f._first
    assert g.code[0] == g._first


def test_generated_files_are_those_of_the_shapes() -> None:
    for name, text in generate.files().items():
        with open(f"{generate.FOLDER}/{name}", encoding="utf-8") as file:
            assert file.read() == text, "run python3 -m sentra.codegen.tree.generate"


def test_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    events = []
    watching = [True]
    module = compile_source(Source("t.sn", "fn f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }\n"
                                           "log(map([1, 2], fn(x) => f(x + 9)))"))
    outcome("log(map([1], fn(x) => x))", tree())  # imports what builtins need

    def watch(event: str, args: Any) -> None:
        if watching[0] and event in ("compile", "exec"):
            events.append(event)

    sys.addaudithook(watch)
    printed: list[str] = []
    run(module, context=Context(write=printed.append), executor=tree())
    watching[0] = False
    assert printed == ["[55, 89]\n"]
    assert events == []


# --- control flow --------------------------------------------------------------------------------
FLOW = {
    "return from loops": """
        fn f(n) { for i in range(n) { while true { if i == 3 { return i } break } } return "no" }
        log(f(2), f(9))""",
    "continue": """
        for i in range(6) { if i % 2 == 0 { continue } if i == 5 { break } log(i) }
        let i = 0
        while i < 6 { i = i + 1
          if i > 2 { if i == 4 { continue } else { log("b", i) } } else { continue }
          log(i) }""",
    "finally": """
        fn f(how) {
          for i in range(3) {
            try {
              if how == 1 { return "returned" }
              if how == 2 { break }
              if how == 3 { continue }
              if how == 4 { throw "thrown" }
            } catch e { return e } finally { log("finally", how, i) }
          }
          return "end"
        }
        for how in range(5) { log(f(how)) }""",
    "many ways out": "fn f(n) {\n" + "\n".join(
        f"if n == {i} {{ return {i * i} }}" for i in range(60)) + "\n}\nlog(f(3), f(59), f(60))",
    "many statements": "let n = 0\n" + "n = n + 1\n" * 3000 + "log(n)",
    "tail of try": "fn f(x) { try { return x.y } catch e { return e } }\nlog(f({y: 1}), f(1))",
    "value of the last statement": "fn f(m) { m[0] = 5 }\nfn g(a) { a.pop() }\nlog(f([]), g([1]))",
    "live counter": "let i = 0\nfor (i = 0; i < 5; i++) { if i == 9 { break } }\nlog(i)",
    "lazy": "fn f(a, b, c) { return (a && b && c) || (a ? b : c) }\nlog(f(1, 2, 3), f(0, 2, 3))",
    "match": 'fn f(v) { return match v { 1, 2 => "few", n if n > 9 => n, _ => nil } }\n'
             "log(f(1), f(10), f(3))",
    "pairs": 'for k, v in {a: 1, b: 2} { log(k, v) }\nfor i, c in "xy" { log(i, c) }',
    "growing": "let a = [1]\nfor (let i = 0; i < len(a); i++) { if i < 4 { push(a, i) } }\nlog(a)",
    "steps": "fn f(n, s) { let t = 0\nfor (let i = 0; i <= n; i = i + s) { t = t + i } return t }\n"
             "log(f(10, 3), f(2.5, 1))",
    "rest and defaults": """
        fn f(a, b = a + 1, ...rest) { let g = fn() => [a, b, rest]
          a = 10
          return g() }
        log(f(1), f(1, 2), f(1, 2, 3, 4))""",
    "fresh variables": """
        let fs = []
        for (let i = 0; i < 3; i++) { fs.push(fn() { i = i + 10
            return i }) }
        log(fs.map(fn(f) => f() + f()))""",
    "hoisted after use": "fn f() { return late() }\nlog(try(f).ok)\nlet late = fn() => 1\nlog(f())",
    "wrong counts": """
        fn f(a) { return a }
        let g = f
        for h in [fn() => f(1, 2), fn() => g(), fn() => nil(), fn() => len()] {
          try { h() } catch e { log(e, e.line, e.column) } }""",
}


@pytest.mark.parametrize("name", FLOW)
def test_control_flow(name: str) -> None:
    wanted = outcome(FLOW[name], InterpreterExecutor())
    assert wanted[0]
    assert outcome(FLOW[name], tree()) == wanted


APPENDED = {
    "local": 'let s = ""\nfor i in range(N) { s = s + "x" }\nlog(len(s))',
    "parameter": 'fn f(s, x) { for i in range(N) { s = s + x } return s }\n'
                 'log(len(f("", "y")), f(1, 2))',
    "captured": 'fn f() { let s = ""\nlet add = fn(x) { s = s + x }\n'
                'for i in range(N) { add("z") } return s }\nlog(len(f()))',
    "of the module": 'let s = ""\nfn add(x) { s = s + x }\nfor i in range(N) { add(i) }\n'
                     "log(len(s))",
}


@pytest.mark.parametrize("name", APPENDED)
def test_strings_grow_in_place(name: str) -> None:
    """Five times as many steps take about five times as long; copying each time, 25 times."""
    def seconds(count: int) -> float:
        begin = process_time()
        assert outcome(APPENDED[name].replace("N", str(count)), tree())[1] == ""
        return process_time() - begin

    seconds(1000)
    short, long = (min(seconds(count) for _ in range(3)) for count in (50_000, 250_000))
    assert long < 13 * short


def test_a_failed_append_changes_nothing() -> None:
    text = """
        fn f(s) { try { s = s + 1 } catch e { log(e) } return s }
        log(f(nil), f([2]))
        let a = [1]
        let b = a
        a = a + [2]
        log(a, b)
        let t = "a"
        fn change() { t = "changed"
          return nil }
        try { t = t + [change()] + nil } catch e { log(e) }
        let u = nil
        fn g() { u = 5
          return nil }
        try { u = u + g() } catch e { log(e, u) }
        log(t)"""
    assert outcome(text, tree()) == outcome(text, InterpreterExecutor())


# --- places of errors ----------------------------------------------------------------------------
def test_a_place_is_found_in_the_frames() -> None:
    text = """fn inner(a, b) {
          let x = [1, 2, 3].map(fn(e) => e - b)
          return x
        }
        fn outer(v) { return 1 + inner(v, inner(1, 2)[0] + nil) }
        try { outer(1) } catch e { log(e.stack, e.line, e.column) }
        outer(2)"""
    assert outcome(text, tree()) == outcome(text, InterpreterExecutor())


def test_sites_are_made_when_a_tree_is_built_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    plain = Site.__init__

    def counted(self: Site, *args: Any) -> None:
        made.append(self)
        plain(self, *args)

    monkeypatch.setattr(Site, "__init__", counted)
    text = "fn f(a) { return a[0] + a[1] }\nfor i in range(COUNT) { f([i, 1]) }"
    outcome(text.replace("COUNT", "1"), tree())
    once = len(made)
    outcome(text.replace("COUNT", "1000"), tree())
    assert 0 < len(made) - once == once


@pytest.mark.parametrize("text", [
    "fn f(n) { return f(n + 1) + 1 }\nf(0)",
    "let f = nil\nf = fn(n) => f(n + 1)\nf(0)",
    "fn f(n) { return [n].map(f) }\nf(0)",
])
def test_endless_recursion_overflows(text: str) -> None:
    printed, error = outcome(f"let r = nil\ntry {{ {text} }} catch e {{ r = e.message }}\nlog(r)",
                             tree())
    assert (printed, error) == ("stack overflow\n", "")
    assert outcome(text, tree())[1].startswith(("stack overflow f ", "stack overflow fn "))


# --- several executors ---------------------------------------------------------------------------
class Mixed(TreeExecutor):
    """Runs what is named in `elsewhere` on the fallback."""

    def __init__(self, fallback: Any, *elsewhere: str) -> None:
        super().__init__(fallback)
        self.elsewhere = elsewhere

    def _trees(self, *args: Any, **settings: Any) -> ModuleTree:
        trees = super()._trees(*args, **settings)
        for function in trees.ir.functions:
            if function.name in self.elsewhere:
                function.declined = "for a test"
        return trees


MIXED = """
    let count = 0
    fn made(start) {
      let total = start
      fn add(n) { total = total + n
        count = count + 1
        return total }
      fn look() { return total }
      return {add: add, look: look}
    }
    fn fails(x) { return x.y.z }
    fn calls(f, x) { return f(x) }
    let m = made(1)
    log(m.add(2), m.look(), made(5).add(1), count)
    log(calls(m.add, 10), calls(fn(x) => calls(m.add, x), 1), m.look())
    try { calls(fails, 1) } catch e { log(e, e.stack) }
    try { calls(fn(x) => fails(x), {y: 2}) } catch e { log(e, e.stack) }
    log([3, 1, 2].map(m.add).map(fn(x) => calls(m.add, x)))
    try { calls(calls, 1) } catch e { log(e, e.line, e.column) }
    calls(fails, 5)
"""


@pytest.mark.parametrize("elsewhere", [
    ("made",), ("add",), ("look",), ("fails",), ("calls",), ("fn",), ("add", "calls"),
    ("made", "fails", "fn")])
def test_mixed_with_the_interpreter(elsewhere: tuple[str, ...]) -> None:
    wanted = outcome(MIXED, InterpreterExecutor())
    assert "y" not in wanted[1].split()[0]
    assert outcome(MIXED, Mixed(InterpreterExecutor(), *elsewhere)) == wanted


def deep(levels: int, body: str) -> str:
    """A function with more nested loops than CPython compiles."""
    opened = "".join(f"for i{n} in range(1) {{ " for n in range(levels))
    return f"{opened}{body}{'}' * levels}"


NESTED = f"""
    let shared = 0
    fn outside(n) {{ shared = shared + n
      if n > 3 {{ throw error("big") }}
      return n * 2 }}
    fn deep(n, f) {{
      let local = n
      let both = fn(x) {{ local = local + x
        return local }}
      {deep(24, "local = local + outside(n); both(1); local = local + f(local)")}
      return [local, both]
    }}
    let r = deep(1, fn(x) => x + 1)
    log(r[0], r[1](5), shared)
    log(deep(2, fn(x) => deep(0, outside)[0] + x)[0])
    try {{ deep(7, fn(x) => x) }} catch e {{ log(e, e.stack) }}
    try {{ deep(1, fn(x) => nil - x) }} catch e {{ log(e, e.stack) }}
    deep(3, nil)
"""


def test_what_the_ast_backend_declines_is_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    plain = link.TreeExecutor.function

    def noted(self: Any, function: Any, *args: Any) -> Any:
        asked.append(function.name)
        made = plain(self, function, *args)
        closure = closure_of(made)
        assert closure is not None
        assert "codegen/tree" in closure.enter.__code__.co_filename
        return made

    monkeypatch.setattr(link.TreeExecutor, "function", noted)
    wanted = outcome(NESTED, InterpreterExecutor())
    assert wanted[0].count("\n") == 4
    assert wanted[1].startswith("cannot call nil")
    assert outcome(NESTED, AstExecutor(tree())) == wanted
    assert asked == ["deep"]


def test_a_module_without_structure_goes_to_the_next_executor() -> None:
    class Declining(TreeExecutor):
        def _trees(self, *args: Any, **settings: Any) -> ModuleTree:
            trees = super()._trees(*args, **settings)
            assert trees.ir.body is not None
            trees.ir.body.declined = "for a test"
            return trees

    text = "fn f(n) { return n + 1 }\nlog(f(1))\nf(nil)"
    assert outcome(text, Declining(InterpreterExecutor())) == outcome(text, InterpreterExecutor())


def test_a_module_can_run_again() -> None:
    executor = tree()
    text = "let n = 0\nfn f() { n = n + 1\nreturn n }\nlog(f(), f())"
    module = compile_source(Source("t.sn", text))
    for _ in range(2):
        printed: list[str] = []
        run(module, context=Context(write=printed.append), executor=executor)
        assert printed == ["1 2\n"]


def test_ten_thousand_nested_calls_in_the_command(tmp_path: Path) -> None:
    (tmp_path / "deep.sn").write_text("""
        fn f(n) {
          if n == 0 { return 0 }
          for i in range(1) {
            try {
              match n % 2 {
                0 => { let x = 1 + (2 * (3 + (4 - (1 + f(n - 1))))) return x % 7 }
                _ => { while true { return [f(n - 1)][0] + 1 } }
              }
            } finally { let y = n }
          }
        }
        log(f(10000))
    """, encoding="utf-8")
    wanted = sentra(tmp_path, "deep.sn", "--mode=interp")
    found = sentra(tmp_path, "deep.sn", "--mode=closure", "--backend=tree")
    assert (found.out, found.err, found.status) == (wanted.out, "", 0)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="CPython limits calls from C to Python")
def test_ten_thousand_nested_calls_through_a_builtin(tmp_path: Path) -> None:
    (tmp_path / "deep.sn").write_text("""
        fn g(n) { return n == 0 ? 0 : [n - 1].map(g)[0] + 1 }
        log(g(9990))
    """, encoding="utf-8")
    found = sentra(tmp_path, "deep.sn", "--mode=closure", "--backend=tree")
    assert (found.out, found.err, found.status) == ("9990\n", "", 0)
