"""Modules for the tests of bytecode: lowered programs, and functions written as listings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sentra.bytecode.assembler import assemble
from sentra.bytecode.code import Function, Module
from sentra.errors import SentraSyntaxError
from sentra.pipeline import compile_source
from sentra.source import Source, decode

FOLDERS = ("conformance", "../examples")

# Uses every kind of instruction that finally, closures, loops, select and defaults bring.
SAMPLE = """
import math
export const PI = 3.14
let total = 0
fn outer(a, b = a + 1, ...rest) {
  let counter = 0
  var late = fn() { counter += 1; return late2 }
  var late2 = -0.0
  for (let i = 0; i < 3; i++) { push(rest, fn() => i) }
  for k, v in {a: 1, (b): [nil, true, 1e400]} {
    try {
      if (k == "a") { continue }
      if v { return `${k}${v}` }
      throw {code: 12345678901234567890}
    } catch e { log(e && e.code || "none", a[1:2], "x" in "xy") }
    finally { total = total + (a < b ? 1 : 2); rest[0] = a.b; a.b = -total }
  }
  while not done(late) { match a { 1, 2 => break, n if n > 3 => log(n) _ => { break } } }
  let t = go outer(1) let u = go math.floor(2.5)
  select { case x = <-t: log(x) case u <- 1: log(2) default: log(3) }
  t <- <-u
}
fn done(f) => f() == nil || !f
"""


def compiled(text: str) -> Module:
    return compile_source(Source("sample.sn", text))


@cache
def lowered() -> tuple[tuple[str, Module], ...]:
    """Every program of the conformance cases and examples that compiles, by its path."""
    found = [("sample.sn", compiled(SAMPLE))]
    here = Path(__file__).parent
    for folder in FOLDERS:
        for path in sorted((here / folder).rglob("*.sn")):
            try:
                module = compile_source(decode(path.read_bytes(), path.name))
            except SentraSyntaxError:
                continue  # a case for the parser
            found.append((str(path.relative_to(here)), module))
    return tuple(found)


def body(code: str, header: str = "", before: str = "") -> Module:
    """A module whose body has this code; `before` are further lines of the function."""
    return assemble(f"module \"t.sn\"\nfunction 0 <module> {header}\n{before}\ncode\n{code}\n")


def function_of(code: str, header: str = "", before: str = "") -> Module:
    """A module with a function `f` that has this code, and a body that makes it."""
    return assemble(
        "module \"t.sn\"\nfunction 0 <module>\nfunctions 1\ncode\nCLOSURE 0\nPOP\nNIL\nRETURN\n"
        f"function 1 f {header}\n{before}\ncode\n{code}\n")


def with_body(module: Module, function: Function) -> Module:
    return Module(
        filename=module.filename, source=module.source, body=function,
        variables=module.variables, implicit=module.implicit, single=module.single,
        exports=module.exports)
