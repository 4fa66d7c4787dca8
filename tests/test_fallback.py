"""What a backend declines runs on the next one, and functions of all of them work together."""

import re

import pytest
from command import sentra
from executors import EXECUTORS

from sentra.bytecode.assembler import assemble
from sentra.bytecode.file import dump
from sentra.bytecode.text import disassemble
from sentra.bytecode.verify import verify
from sentra.diagnostics import format_error
from sentra.errors import Located
from sentra.pipeline import compile_source, read_source, run
from sentra.runtime.context import Context

PROGRAM = """\
let calls = 0
fn make(start) {
  let total = start
  fn odd(n, f) {
    if n > 3 { total = total + 1000 }
    while n > 0 {
      total = total + f(n)
      n = n - 1
    }
    return total
  }
  return {odd: odd, add: fn(n) { total = total + n  return total }, total: fn() => total}
}
fn twice(x) {
  calls = calls + 1
  return x * 2
}
let m = make(7)
log(m.odd(2, twice), m.add(5), m.odd(5, fn(x) => m.add(x)), m.total())
log([1, 5, 2].map(fn(x) => m.odd(x, twice)), calls)
try { m.odd(3, fn(x) { throw "at " + x }) } catch e { log(e, m.total()) }
for i in range(30) { m.odd(i % 5, twice) }
log(m.total(), calls)
fn fails(x) { return x + m.nothing.deeper }
log(m.odd(1, fails))
"""

REASON = "a jump into the middle of a loop"


def irreducible():
    """The program with a second way into the loop of `odd`, past its condition."""
    lines = disassemble(compile_source(read_source(PROGRAM, "odd.sn"))).split("\n")
    text, inside = [], False
    for line in lines:
        if line.startswith("function"):
            inside = " odd " in line
        line = re.sub(r"^ +\d+  (?=[A-Z])", "    ", line)
        if inside and "@7:15-7:20" in line:
            text.append("  INSIDE:")
        text.append(line)
        if inside and re.search(r"@5:16-5:21", line):
            text.append("    JUMP INSIDE")
    module = assemble("\n".join(text))
    verify(module)
    assert sum(line.strip() in ("INSIDE:", "JUMP INSIDE") for line in text) == 2
    return module


def deep():
    """A function with more nested loops than CPython compiles, which others call and that calls."""
    levels = 21
    head = "".join(f"for a{i} in range(n > {i} ? 1 : 2) {{ if a{i} > 0 {{ break }}\n"
                   for i in range(levels))
    return compile_source(read_source(
        "let seen = 0\nfn deep(n, f) {\nlet out = 0\nlet bump = fn() { out = out + 1 }\n" + head
        + "bump()\nout = out + f(n)\nseen = seen + 1\n" + "}\n" * levels + "return out\n}\n"
        + "fn half(x) { return x / 2 }\n"
        + "for i in range(12) { log(deep(i, half), seen) }\n"
        + 'try { deep(1, fn(x) { throw "no" }) } catch e { log(e, seen) }\n'
        + "deep(0, fn(x) => x + nil)\n", "deep.sn"))


PROGRAMS = {"irreducible": irreducible, "deep": deep}


def outcome(module, executor):
    printed = []
    try:
        run(module, context=Context(write=printed.append), executor=executor)
    except Located as error:
        return "".join(printed), format_error(error)
    return "".join(printed), ""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_same_outcome(program, executor):
    printed, error = outcome(PROGRAMS[program](), EXECUTORS[executor]())
    assert (printed, error) == outcome(PROGRAMS[program](), EXECUTORS["interp-plain"]())
    assert "error: " in error
    assert error.count("\n  in ") == 3


@pytest.mark.parametrize(("options", "after", "others"), [
    (["--mode=closure"], "interp", "ast"), (["--mode=closure", "--backend=tree"], "interp", "tree"),
    ([], "interp", "ast")])
def test_explained(tmp_path, options, after, others):
    (tmp_path / "odd.snb").write_bytes(dump(irreducible()))
    done = sentra(tmp_path, "run", "--explain", *options, "odd.snb")
    assert done.status == 0
    lines = done.out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("odd "))
    assert lines[place].split() == ["odd", "line", "4", after]
    assert lines[place + 1] == f"    declined by {others}: {REASON}"
    runs = {line.split()[0]: line.split()[3] for line in lines if " line " in line
            and not line.startswith(" ")}
    assert {name for name, executor in runs.items() if executor == after} == {"odd"}
    assert runs["twice"] == runs["make"] == runs["<module>"] == others
