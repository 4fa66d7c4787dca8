"""The reference interpreter: its switches change nothing, it needs no Python stack, it counts."""

import ast
import itertools
import sys
import threading
import tracemalloc

import pytest

from sentra.bytecode import ops
from sentra.bytecode.code import NO_SPAN, Function
from sentra.errors import Exit, InternalError, LimitStop, SentraError, Thrown
from sentra.interp import generate, rules
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.options import LOOP_SWITCHES, SWITCHES, InterpOptions
from sentra.pipeline import compile_source, read_source, run
from sentra.runtime import limits
from sentra.runtime.context import Context
from sentra.runtime.functions import closure_of

DEFAULTS = {name: default for name, (default, _) in SWITCHES.items()}
ONE_FLIPPED = [{**DEFAULTS, name: not DEFAULTS[name]} for name in SWITCHES]
PLAIN = {"debug": True, "batch": False, "quicken": False, "optimise": False, "fuse": False,
         "clear": True}
REGISTERS = {"registers": True, "debug": True, "quicken": False, "fuse": False}
SETTINGS = [InterpOptions(**each) for each in [
    DEFAULTS, *ONE_FLIPPED, PLAIN, REGISTERS, {**REGISTERS, "batch": False, "clear": True}]]

PROGRAMS = {
    "arithmetic": ("""
        let a = [1, 2.5, "x", 3, true, 7, -8]
        let out = []
        for x in a { for y in a {
          try { out.push(x + y) } catch e { out.push("!") }
          try { out.push(x * y) } catch e { out.push("!") }
          try { out.push(x - y) } catch e { out.push("!") }
          try { out.push(x % y) } catch e { out.push("!") }
          try { out.push(x / y) } catch e { out.push("!") }
          try { out.push(x < y) } catch e { out.push("!") }
        } }
        log(out.len(), out.slice(0, 12))
        log(out.filter(fn(x) => x == "!").len())
        """, "294 [2, 1, 0, 0, 1, false, 3.5, 2.5, -1.5, 1, 0.4, true]\n52\n"),
    "one site, many types": ("""
        fn add(a, b) { return a + b }
        let out = []
        for (let i = 0; i < 30; i += 1) {
          out.push(add(i, 1)); out.push(add(0.5, 0.5))
          out.push(add("a", i)); out.push(add([], [i]))
        }
        log(out.slice(-4), out.len())
        """, "[30, 1, a29, [29]] 120\n"),
    "indexing": ("""
        fn at(c, i) { return c[i] }
        log(at([1, 2], 1), at([1, 2], -1), at([1, 2], 9), at([1, 2], 1.9), at([1, 2], true))
        log(at({a: 1}, "a"), at({a: 1}, "b"), at({1: 2}, 1.0), at("xyz", 1), at({a: 3}, "a"))
        try { at({a: 1}, []) } catch e { log(e) }
        try { at(nil, 1) } catch e { log(e) }
        """, "2 2 nil 2 2\n1 nil 2 y 3\ncannot use array as a map key\ncannot index nil\n"),
    "closures and loops": ("""
        let fns = []
        for (let i = 0; i < 3; i++) { fns.push(fn() { i += 10; return i }) }
        for x in [7, 8] { fns.push(fn() => x) }
        log(fns.map(fn(f) => f()), fns.map(fn(f) => f()))
        fn counter() { let n = 0; return {next: fn() { n += 1; return n }} }
        let c = counter()
        c.next(); c.next()
        log(c.next())
        """, "[10, 11, 12, 7, 8] [20, 21, 22, 7, 8]\n3\n"),
    "defaults and rest": ("""
        fn f(a, b = a + 1, ...rest) { return [a, b, rest] }
        log(f(1), f(1, nil), f(1, 5, 6, 7))
        try { f() } catch e { log(e, e.kind, e.line) }
        try { fib(1, 2) } catch e { log(e) }
        fn fib(n) => n < 2 ? n : fib(n - 1) + fib(n - 2)
        log(fib(12))
        """, "[1, 2, []] [1, nil, []] [1, 5, [6, 7]]\n"
             "f expects at least 1 argument, got 0 call 4\nfib expects 1 argument, got 2\n144\n"),
    "errors across calls": ("""
        fn a(x) { try { return b(x) } catch e { return "caught " + e } finally { log("finally") } }
        fn b(x) { if x > 0 { throw x } return nil + x }
        log(a(1)); log(a(0))
        try { [3].map(fn(x) { throw {code: x} }) } catch e { log(e.code) }
        for x in [1, 2, 3] { try { if x == 2 { continue } log(x) } finally { log("end", x) } }
        """, "finally\ncaught 1\nfinally\ncaught cannot add nil and number\n3\n"
             "1\nend 1\nend 2\n3\nend 3\n"),
    "conditions": ("""
        log(1 && 2, 0 && 2, 0 || "x", !0, not "", 1 < 2 && 2 < 3)
        let n = 0
        while true { n += 1; if n == 3 { continue } if n > 5 { break } }
        let k = if n == 6 { "six" } else { "other" }
        log(n, k, match n { 1, 2 => "low", x if x > 5 => x * 2, _ => nil })
        for k, v in {a: 1, b: 2} { log(`${k}=${v}`) }
        for i, c in "ab" { log(i, c) }
        """, "2 0 x true true true\n6 six 12\na=1\nb=2\n0 a\n1 b\n"),
    "sorting with callbacks": ("""
        fn by(f) => fn(a, b) => f(a) - f(b)
        let xs = ["ccc", "a", "bb"]
        log(xs.sort(by(len)), xs.map(fn(s) => len(s)), [3, 1, 2].sort(fn(a, b) => b - a))
        log([1, 2, 3, 4].reduce(fn(a, x) => a + x, 0))
        """, "[a, bb, ccc] [1, 2, 3] [3, 2, 1]\n10\n"),
}


def module_of(text):
    return compile_source(read_source(text, "test.sn"))


def execute(text, options=None, **settings):
    """Run a program; what it printed, and its context."""
    printed = []
    context = Context(write=printed.append)
    for name, value in settings.items():
        setattr(context, name, value)
    context.namespace = run(module_of(text), context=context,
                            executor=InterpreterExecutor(options))
    return "".join(printed), context


@pytest.mark.parametrize("options", SETTINGS, ids=str)
@pytest.mark.parametrize("name", PROGRAMS)
def test_switches_change_nothing(name, options):
    text, expected = PROGRAMS[name]
    assert execute(text, options)[0] == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_ticks_are_the_same_for_all_switches(name):
    ticks = {execute(PROGRAMS[name][0], options)[1].ticks for options in SETTINGS}
    assert len(ticks) == 1


def test_every_setting_makes_a_loop():
    for setting in itertools.product((False, True), repeat=len(LOOP_SWITCHES)):
        assert callable(generate.loop_for(setting))


def test_ticks_are_calls_and_turns_of_loops():
    text = """
        fn f(n) { let i = 0; while i < n { i += 1 } return i }
        f(10); f(0)
        [1, 2].map(fn(x) => f(x))
        for x in [1, 2, 3] { }
        log(len("abc"))
        """
    # Calls: 2 of f, 2 of the lambda, 2 of f by it. Turns: 10, 0, 1 and 2, 3.
    assert execute(text)[1].ticks == 6 + 13 + 3


def test_deep_recursion_needs_no_python_stack():
    limit = sys.getrecursionlimit()
    text = """
        fn down(n) { if n == 0 { return 0 } return 1 + down(n - 1) }
        log(down(100000))
        fn even(n) { return n == 0 ? true : odd(n - 1) }
        fn odd(n) { return n == 0 ? false : even(n - 1) }
        log(even(100001))
        let m = {f: fn(n) { return n == 0 ? "end" : m.f(n - 1) }}
        log(m.f(100000))
        """
    assert execute(text, max_depth=200_000)[0] == "100000\nfalse\nend\n"
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("call", ["f(n + 1)", "[n].map(f)[0]", "f(n + 1) + nil",
                                  "[n].map(fn(x) => f(x + 1))[0]"])
def test_stack_overflow_is_caught(call):
    text = f"""
        let deepest = 0
        fn f(n) {{ deepest += 1; return {call} }}
        try {{ f(0) }} catch e {{ log(e, e.kind, e.stack.len() <= 201) }}
        log(deepest > 20)
        try {{ f(0) }} catch e {{ log(e) }}
        """
    for max_depth in (100, 10_000):
        printed, _ = execute(text, max_depth=max_depth)
        assert printed == "stack overflow overflow true\ntrue\nstack overflow\n"


def test_the_depth_limit_is_exact_and_counts_nested_machines():
    text = """
        fn plain(n) {{ return n == 0 ? 0 : plain(n - 1) }}
        fn mapped(n) {{ return n == 0 ? 0 : [n - 1].map(mapped)[0] }}
        fn reaches(f, n) {{ try {{ f(n); return true }} catch e {{ return false }} }}
        log(plain({0}))
        try {{ plain({0} + 1); log("too far") }} catch e {{ log(e) }}
        log(mapped({0}))
        try {{ mapped({0} + 1); log("too far") }} catch e {{ log(e) }}
        """
    assert execute(text.format(49), max_depth=50)[0] == "0\nstack overflow\n0\nstack overflow\n"


def test_step_limit_stops_at_the_same_tick():
    for options in SETTINGS:
        printed = []
        context = Context(write=printed.append)
        context.max_ticks = 5000
        text = """
            let i = 0
            try { while true { i += 1; if i % 1000 == 0 { log(i) } } }
            catch e { log("caught") } finally { log("finally") }
            """
        with pytest.raises(LimitStop) as info:
            run(module_of(text), context=context, executor=InterpreterExecutor(options))
        assert info.value.limit == "steps"
        assert "".join(printed) == "1000\n2000\n3000\n4000\n5000\n"


@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_cancelling_from_another_thread(options):
    context = Context(write=lambda text: None)
    timer = threading.Timer(0.05, lambda: setattr(context, "cancelled", True))
    timer.start()
    with pytest.raises(LimitStop):
        run(module_of("while true { try { f() } catch e { } }\nfn f() { }"), context=context,
            executor=InterpreterExecutor(options))
    timer.join()


def test_a_bug_of_ours_is_not_caught(monkeypatch):
    def broken(context):
        raise AttributeError("ours")

    context = Context(write=pytest.fail)
    context.globals["broken"] = context.builtin("len")
    monkeypatch.setattr(context.globals["broken"], "function", broken)
    with pytest.raises(InternalError, match="AttributeError: ours"):
        run(module_of('try { broken("x") } catch e { log(e) } finally { log("finally") }'),
            context=context, executor=InterpreterExecutor())


@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_sizes_of_values_are_limited_where_the_run_says_so(options):
    text = """
        let n = 3
        try { while true { n = n * n } } catch e { log(e, e.kind) }
        """
    before = limits.use(limits.Sizes(string=1000, array=100, bits=500))
    try:
        assert execute(text, options, sized=True)[0] == "integer too large overflow\n"
        text = 'let s = "ab"\ntry { while true { s += s } } catch e { log(e, len(s)) }'
        assert execute(text, options, sized=True)[0] == "string too large 512\n"
    finally:
        limits.use(before)


def test_exit_is_not_caught():
    with pytest.raises(Exit) as info:
        execute("try { exit(3) } catch e { log(e) } finally { log(1) }")
    assert info.value.status == 3


def test_uncaught_errors_and_values():
    with pytest.raises(SentraError) as info:
        execute("fn f(a) {\n  return a +\n nil\n}\n[1].map(fn(x) {\n return f(x) })")
    error = info.value
    assert (error.message, error.line, error.column) == ("cannot add number and nil", 2, 12)
    assert error.stack == ["f (test.sn:2)", "fn (test.sn:6)", "<module> (test.sn:5)"]
    assert error.frames[0].source_line == "  return a +"
    with pytest.raises(Thrown) as info:
        execute("throw [1, 2]")
    assert info.value.value == [1, 2]
    assert str(info.value.frames[0]) == "<module> (test.sn:1)"


def test_a_deep_trace_is_shortened_in_the_middle():
    with pytest.raises(SentraError) as info:
        execute("fn f(n) { if n == 0 { return nil.x } return f(n - 1) }\nf(5000)")
    stack = info.value.stack
    assert len(stack) == 201
    assert stack[0] == "f (test.sn:1)"
    assert stack[100] == "... 4802 more calls"
    assert stack[-1] == "<module> (test.sn:2)"


def test_functions_are_python_functions():
    _, context = execute("export fn twice(x) { return x * 2 }")
    twice = context.namespace["twice"]
    assert twice(21) == 42
    assert twice("ab") == "abab"
    with pytest.raises(SentraError, match="twice expects 1 argument, got 2"):
        twice(1, 2)


def test_quickening_rewrites_and_gives_up():
    options = InterpOptions(optimise=False, fuse=False)
    _, context = execute("export fn add(a, b) { return a + b }", options)
    add = context.namespace["add"]

    def rule():
        code = closure_of(add).linked.extra.code
        names = {number: name for name, number in rules.RULES.items()}
        return names[code[2][0]]

    add(1, 2)
    assert rule() == "QUICK_ADD_INT"
    assert add(1.5, 2) == 3.5
    assert rule() == "QUICK_ADD_INT"
    assert add("a", 1) == "a1"
    assert rule() == "ADAPTIVE"
    add("a", "b")
    assert rule() == "QUICK_ADD_STRING"
    assert [add(1, "b") for _ in range(20)] == ["1b"] * 20
    assert rule() == "BINARY"
    assert add(1, 2) == 3


def test_fused_instructions_give_up_too():
    _, context = execute("export fn add(a) { return a + 1 }")
    add = context.namespace["add"]
    names = {number: name for name, number in rules.RULES.items()}
    assert [add(1), add("a"), add(2)] == [2, "a1", 3]
    code = closure_of(add).linked.extra.code
    assert names[code[0][0]] == "QUICK_ADD_LOCAL_CONST"
    assert [add("x") for _ in range(20)] == ["x1"] * 20
    assert names[code[0][0]] == "LOCAL_CONSTANT"


@pytest.mark.parametrize("body", [
    's = s + "{chunk}"', "s = s + chunk", 's += chunk + "x"', "g = g + chunk"])
@pytest.mark.parametrize("fuse", [True, False])
def test_strings_grow_in_their_place(body, fuse):
    """A copy at every turn would need room for two of the strings at once."""
    text = """
let g = "g"
fn show() { return len(g) }
let chunk = "0123456789" * 1000
let s = "s"
let before = s
for i in range(400) { BODY }
log(len(s), before, show())
""".replace("BODY", body.replace("{chunk}", "0123456789" * 1000))
    tracemalloc.start()
    try:
        printed, _ = execute(text, InterpOptions(optimise=fuse, fuse=fuse))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    grown = 400 * 10000 + ("x" in body) * 400
    assert printed == (f"1 s {grown + 1}\n" if "g" in body.split()[0] else f"{grown + 1} s 1\n")
    assert peak < 6_500_000


def test_growing_leaves_other_names_alone():
    printed, _ = execute("""
let s = "a"
let kept = []
for i in range(40) { kept.push(s)  let t = s  s = s + "b"  if t + "b" != s { log("wrong") } }
for i in range(40) { if len(kept[i]) != i + 1 { log("wrong", i) } }
fn mixed(v) { let x = v  for i in range(3) { x = x + "c"  x = x + v }  return x }
log(mixed("d"), mixed(1), s == kept[39] + "b")
""")
    assert printed == "dcdcdcd 1c1c1c1 true\n"


def test_register_form_names_its_operands():
    options = InterpOptions(registers=True)
    _, context = execute("export fn f(a, b) { let c = a + b; return c * 2 - a }", options)
    f = context.namespace["f"]
    names = {number: name for name, number in rules.RULES.items()}

    def form():
        return [(names[rule], *operands) for rule, *operands, _, _ in
                closure_of(f).linked.extra.code]

    assert f(1, 2) == 5
    c, stack, two = 2, 3, 3 + 3 + closure_of(f).linked.function.max_stack
    assert form()[:4] == [
        ("R_QUICK_ADD_INT", c, 0, 1), ("R_QUICK_MUL_INT", stack, c, two),
        ("R_QUICK_SUB_INT", stack, stack, 0), ("R_RETURN", stack, 0, 0)]
    assert [f(1.5, 2) for _ in range(20)] == [5.5] * 20
    assert form()[0][0] == "R_QUICK_ADD_INT"  # Python's + of a float means the same
    with pytest.raises(SentraError, match="cannot subtract string and string") as caught:
        f("a", "b")
    assert (caught.value.line, caught.value.column) == (1, 49)


def test_register_form_gives_up_too():
    options = InterpOptions(registers=True)
    _, context = execute(
        "export fn f(a, b) { if a < b { return a * b } return a + b }", options)
    f = context.namespace["f"]
    names = {number: name for name, number in rules.RULES.items()}

    def has(rule):
        return rule in [names[each[0]] for each in closure_of(f).linked.extra.code]

    assert (f(2, 3), f(3, 2)) == (6, 5)
    assert has("R_QUICK_JUMP_IF_NOT_LESS")
    assert has("R_QUICK_MUL_INT")
    assert has("R_QUICK_ADD_INT")
    for _ in range(20):
        with pytest.raises(SentraError, match="cannot compare string and number"):
            f("a", 1)
        assert (f("b", "a"), f([1], [0])) == ("ba", [1, 0])
        assert f(2.5, 3) == 7.5
    assert has("R_COMPARE_JUMP_UNLESS")
    assert has("R_BINARY")


def test_debug_loop_refuses_broken_code():
    module = module_of("let x = 1")
    body = module.body
    broken = Function(
        name=body.name, parameters=0, required=0, has_rest=False, local_names=(), upvalues=(),
        constants=(), functions=(), code=((ops.POP, 0, 0, 0),), spans=(NO_SPAN,), handlers=(),
        max_stack=1, span=NO_SPAN)
    module.body = broken
    executor = InterpreterExecutor(InterpOptions(debug=True, optimise=False, fuse=False))
    with pytest.raises(InternalError, match="POP pops 1 of 0 values"):
        run(module, context=Context(), executor=executor)


def test_the_production_loop_is_current():
    with open(generate.PRODUCTION, encoding="utf-8") as file:
        written = ast.parse(file.read())
    wanted = ast.parse(generate.production_text())
    assert ast.dump(written) == ast.dump(wanted), "run python3 -m sentra.interp.generate"


def test_every_rule_has_an_arm():
    """A rule without an arm would fall into the code for calls."""
    tree = generate.specialised((*InterpOptions().loop_switches(), False))
    source = generate.sources(registers=True)
    arms = {case.pattern.value.attr for node in ast.walk(source) if isinstance(node, ast.Match)
            for case in node.cases}
    repeated = {arm for arm in arms if arm.startswith("EACH_")}
    assert repeated == set(rules.EACH)
    assert arms - repeated == {
        name for name in rules.RULES if not name.startswith((rules.QUICK, rules.R_QUICK))}
    assert len(rules.RULES) == len(arms - repeated) + sum(map(len, rules.EACH.values()))
    assert tree.body


def test_options():
    assert str(InterpOptions.parse("")) == (
        "debug=off,batch=on,quicken=on,optimise=on,fuse=on,registers=off,clear=off")
    assert InterpOptions.parse("debug,clear=on, fuse=off") == InterpOptions(
        debug=True, clear=True, fuse=False)
    with pytest.raises(ValueError, match="unknown interpreter option 'speed'"):
        InterpOptions.parse("speed")
    with pytest.raises(ValueError, match="is on or off, not 'maybe'"):
        InterpOptions.parse("fuse=maybe")
