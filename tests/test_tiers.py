"""``--mode=auto``: what is compiled when, and that frames go on where they were."""

import subprocess
import sys

import pytest

from sentra.bytecode.rest import loops_around, rest_of
from sentra.bytecode.verify import verify
from sentra.cli.modes import executor
from sentra.diagnostics import format_error
from sentra.errors import Located
from sentra.interp.executor import InterpreterExecutor
from sentra.pipeline import compile_source, read_source, run
from sentra.runtime.context import Context
from sentra.tiers import AutoExecutor, Thresholds

EAGER = {"warm": 1, "share": 0, "calls": 3, "turns": 1, "inner": 1}
SOON = {"warm": 1, "share": 0, "calls": 3, "turns": 2, "inner": 6}


def outcome(text, executor):
    module = compile_source(read_source(text, "t.sn"))
    printed = []
    context = Context(write=printed.append)
    error = ""
    try:
        run(module, context=context, executor=executor)
    except Located as problem:
        error = format_error(problem)
    machine = context.executors.get(getattr(executor, "interpreter", executor))
    decisions = machine.tiers.decisions if machine is not None and machine.tiers else []
    return "".join(printed), error, decisions


def check(text, *compiled, declines=False, **thresholds):
    """All of `compiled` is compiled, nothing is declined, and the result is the interpreter's."""
    wanted = outcome(text, InterpreterExecutor())[:2]
    printed, error, decisions = outcome(text, AutoExecutor(Thresholds(**thresholds or EAGER)))
    assert (printed, error) == wanted
    short = [decision.partition(": ")[2] for decision in decisions]
    assert declines or not [each for each in short if not each.endswith(": compiled")]
    for each in compiled:
        assert f"{each}: compiled" in short, short
    return decisions


BODY = "the rest of <module>"


def test_loop_with_functions_in_it():
    check("""
let makers = []
let total = 0
for i in range(6) { makers.push(fn(x) => x + i + total)  total = total + 1 }
for (let j = 0; j < 4; j++) { makers.push(fn() { j = j + 1  return j }) }
for m in makers { log(m(1, 2)) if len(makers) < 3 { break } }
""".replace("m(1, 2)", "type(m)"), BODY)


def test_variables_that_loops_renew():
    check("""
let seen = []
for i in range(8) {
  let twice = i * 2
  let count = 0
  seen.push(fn() { count = count + 1  return [i, twice, count] })
  if i > 2 { seen[i - 1]() }
}
for f in seen { log(f(), f()) }
""", BODY)


def test_shared_with_functions_that_ran_before():
    check("""
let total = 0
fn add(n) { total = total + n }
let more = fn(n) { add(n)  total = total + 1 }
for i in range(10) { add(i)  more(1)  total = total + 100 }
log(total)
more(1)
log(total)
""", BODY, "function add", "function fn")


def test_captured_variables_that_come_later():
    check("""
fn outer(n) {
  let sum = 0
  for i in range(n) { sum = sum + i }
  let late = sum
  fn bump() { late = late + 1  return late }
  bump()
  return [bump, late]
}
let pair = outer(9)
log(pair[1], pair[0]())
""", "the rest of outer")


def test_loop_in_a_function_that_captures():
    check("""
fn counter(start) {
  let n = start
  return fn(times) {
    for i in range(times) { n = n + i }
    return n
  }
}
let c = counter(5)
log(c(10), c(3))
log(counter(1)(4))
""", "the rest of fn")


def test_variable_that_may_be_unset():
    check("""
for i in range(4) {
  if i == 2 { later = "now" }
  try { log(i, use()) } catch e { log(i, e.message) }
}
fn use() { return later }
fn local() {
  let i = 0
  while i < 5 {
    i = i + 1
    try { log(get()) } catch e { log(e.message) }
    if i < 4 { continue }
    let value = i * 10
    fn get() { return value }
    log(get())
  }
}
local()
""", BODY)
    check("""
let i = 0
while i < 6 {
  i = i + 1
  try {
    if i > 3 { log(x) }
    let y = i
  } catch e { log(e.message) }
}
let x = 5
log(x)
""", BODY)


@pytest.mark.parametrize("thresholds", [EAGER, SOON])
def test_loops_in_loops(thresholds):
    check("""
fn table(n) {
  let rows = []
  for (let i = 0; i < n; i++) {
    if i == 1 { continue }
    let row = []
    let j = 0
    while true {
      for k in range(3) {
        if k == 1 { continue }
        if j == 2 { break }
        row.push(i * 100 + j * 10 + k)
      }
      j++
      if j > 4 { break }
      if i == 3 && j == 2 { return rows }
    }
    rows.push(row)
  }
  return rows
}
for n in [1, 2, 3, 7] { log(table(n)) }
""", "the rest of table", **thresholds)


@pytest.mark.parametrize("thresholds", [EAGER, SOON])
def test_loops_in_try(thresholds):
    check("""
fn risky(n) {
  let steps = []
  try {
    for i in range(n) {
      try {
        for j in range(5) {
          if j == 3 { throw "inner " + i }
          if i == 2 && j == 1 { return steps }
          steps.push(j)
        }
      } catch e { steps.push(e) } finally { steps.push("f" + i) }
      if i == 4 { throw "outer" }
    }
  } catch e {
    steps.push(e)
  } finally {
    log("done", n)
  }
  return steps
}
for n in [0, 1, 3, 8] { log(risky(n)) }
for i in range(6) { try { for j in range(4) { if j == 2 { throw i } } } catch e { log(e) } }
""", "the rest of risky", declines=thresholds is EAGER, **thresholds)


def test_error_out_of_the_rest_passes_its_own_handlers_by():
    check("""
fn work() {
  try {
    for i in range(9) { if i == 5 { throw "first" } }
  } catch e {
    throw "second after " + e
  }
}
try { work() } catch e { log(e) }
for i in range(5) {
  log(i)
  if i == 3 { nil.field.x }
}
""", "the rest of work")


def test_trace_in_the_rest():
    text = """\
fn leaf(n) {
  return n + nil
}
fn branch(n) {
  let i = 0
  while true {
    i = i + 1
    if i == n { leaf(i) }
  }
}
branch(7)
"""
    check(text, "the rest of branch")
    assert "in branch (t.sn:8)" in outcome(text, AutoExecutor(Thresholds(**EAGER)))[1]


def test_templates_of_different_pieces():
    """Each piece brings templates for its functions; they stand side by side in the namespace."""
    check("""
fn first() {
  let out = []
  for i in range(4) { let n = i  out.push(fn() { n = n + 1  return n }) }
  return out
}
fn second() {
  let out = []
  for i in range(4) { let m = i  out.push(fn() { m = m - 1  return m }) }
  return out
}
for turn in range(5) { for f in first() { log(f()) }  for f in second() { log(f()) } }
""", "function first", "function second", BODY)


def test_stub_in_a_value_is_replaced():
    """A function that was made before it was compiled runs as generated code afterwards."""
    text = """
let table = {add: fn(a, b) => a + b, twice: nil}
let copies = [table.add, table.add]
let sum = 0
for i in range(50) { sum = copies[i % 2](sum, i) }
log(sum)
host(copies[0])
"""
    module = compile_source(read_source(text, "t.sn"))
    context = Context(write=lambda text: None)
    found = []
    context.globals["host"] = found.append
    run(module, context=context, executor=AutoExecutor(Thresholds(**EAGER)))
    assert found[0].__kwdefaults__ is None
    assert found[0](2, 3) == 5


def test_ends_of_iterators():
    check("""
let data = {a: 1, b: 2, c: 3, d: 4}
for k, v in data { log(k, v)  if v == 3 { break } }
for i, c in "héllo" { for x in [i, c] { log(x) } }
let a = [1, 2, 3]
for x in a { if len(a) < 6 { a.push(x * 10) }  log(x) }
""", BODY)


def test_tasks():
    check("""
let results = channel(20)
fn work(n) { let s = 0  for i in range(40) { s = s + i * n }  results <- s }
for n in range(5) { go work(n) }
let total = 0
for n in range(5) { total = total + <-results }
log(total)
""", BODY)


def test_cold_program_is_not_compiled():
    assert outcome("""
fn f(x) { return x + 1 }
let s = 0
for i in range(60) { s = f(s) }
log(s)
""", AutoExecutor())[2] == []


def test_warm_program_is_compiled():
    decisions = outcome("""
fn f(x) { return x + 1 }
let s = 0
for i in range(2000) { s = f(s) }
log(s)
""", executor("auto"))[2]
    assert [decision.partition(": ")[2] for decision in decisions] == [
        "function f: compiled", "the rest of <module>: compiled"]


def test_large_module_is_compiled_later():
    unused = "".join(f"fn unused{i}(a, b) {{ return a * {i} + b }}\n" for i in range(2000))
    text = "let s = 0\nfor i in range(2000) { s = s + i }\nlog(s)\n"
    assert outcome(text, AutoExecutor())[2]
    assert outcome(unused + text, AutoExecutor())[2] == []


def test_short_script_imports_no_compiler(tmp_path):
    (tmp_path / "s.sn").write_text("let n = 0\nfor i in range(50) { n = n + i }\nlog(n)\n")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sentra", "s.sn"], cwd=tmp_path,
        capture_output=True, text=True, check=True)
    assert done.stdout == "1225\n"
    assert "sentra.interp" in done.stderr
    assert "sentra.codegen" not in done.stderr
    assert "sentra.ir" not in done.stderr


# --- the bytecode -------------------------------------------------------------------------------
NESTED = """
fn f(n) {
  let out = []
  while n > 0 {
    try {
      for (let i = 0; i < n; i++) {
        let x = 0
        while x < 2 { if x == n { break }  x++  out.push(x) }
      }
    } catch e { out.push(e) }
    n = n - 1
  }
  return out
}
"""


def nested():
    return compile_source(read_source(NESTED, "n.sn")).body.functions[0]


def back_edges(function):
    from sentra.bytecode import ops
    return [place for place, instruction in enumerate(function.code) if instruction[0] == ops.LOOP]


def test_loops_around():
    function = nested()
    edges = back_edges(function)
    assert [len(loops_around(function, place)) for place in edges] == [3, 2, 1]
    assert [end for _, end in loops_around(function, edges[0])] == edges


def test_rest_is_valid_bytecode():
    """In the rest every slot may be set already: with that, the verifier accepts it."""
    module = compile_source(read_source(NESTED, "n.sn"))
    function = module.body.functions[0]
    for place in back_edges(function):
        rest = rest_of(function, place)
        assert len(rest.code) == len(rest.spans)
        slots = len(rest.local_names)
        assert len(rest.handlers) >= 1
        body = module.body.replaced(functions=(
            rest.replaced(parameters=slots, required=slots, has_rest=False),))
        changed = type(module)(
            filename="n.sn", source=module.source, body=body, variables=module.variables,
            implicit=module.implicit, single=module.single, exports=module.exports)
        verify(changed)


def test_what_cpython_declines_runs_as_a_tree():
    """Functions that nest too much, with captured variables and without."""
    opening = "".join([f"for i{i} in range(1, 2) {{ " for i in range(22)])
    nest = opening + "t = t + x" + " }" * 22
    text = f"""
        fn deep(x) {{ let t = 0\n {nest}\n return t }}
        fn outer(k) {{ return fn(x) {{ let t = k\n {nest}\n k = k + 1\n return t }} }}
        let g = outer(5)
        let s = 0
        for i in range(200) {{ s = s + deep(i) + g(i) + outer(i)(1) }}
        log(s, g(0))
        deep(nil)"""
    printed, error, decisions = outcome(text, AutoExecutor(Thresholds(**EAGER)))
    assert (printed, error) == outcome(text, InterpreterExecutor())[:2]
    assert printed
    assert error
    reason = "runs as a tree: more than 20 nested loops and try statements"
    short = {decision.partition(": ")[2] for decision in decisions}
    assert {f"function deep: {reason}", f"function fn: {reason}"} <= short
