"""Measures one kind of growth at one size, in a process of its own.

    python3 -m perf.scale_worker KIND SIZE

Prints a JSON object: ``seconds`` (or several, by stage) and ``megabytes`` that the work added to
the process.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from perf.execute import make_executor, with_large_stack
from perf.scale_frontend import program
from sentra.bytecode.verify import verify
from sentra.codegen.generate import generate
from sentra.ir.prepare import prepare
from sentra.lower.module import lower
from sentra.pipeline import compile_source, read_source
from sentra.runtime.context import Context
from sentra.runtime.tasks import run_program
from sentra.syntax.parser import parse

Measured = dict[str, float]


def peak() -> float:
    """Megabytes that the process has needed so far."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def staged(stages: list[tuple[str, Callable[[Any], Any]]], value: Any) -> Measured:
    """Seconds of each stage; each gets what the one before it made."""
    found: Measured = {}
    for name, stage in stages:
        start = time.process_time()
        value = stage(value)
        found[name] = time.process_time() - start
    return found


def lines(size: int) -> Measured:
    """A source of that many lines, through all stages of the compiler."""
    source = read_source(program(size), "scale.sn")

    def check(module: Any) -> Any:
        verify(module)
        return module
    return staged([
        ("parse", lambda _: parse(source)), ("lower", lambda tree: lower(tree, source)),
        ("verify", check), ("IR", prepare), ("generate", lambda ir: generate(ir).tree),
        ("Python's compile", lambda tree: compile(tree, "scale.sn", "exec", dont_inherit=True)),
    ], None)


def run_text(text: str, mode: str = "ast") -> Measured:
    """Compiling and running a program, apart."""
    start = time.process_time()
    module = compile_source(read_source(text, "scale.sn"))
    context = Context(write=lambda _: None)
    body = make_executor(mode).body(module, {}, context)
    compiled = time.process_time()
    run_program(context, body)
    return {"compile": compiled - start, "run": time.process_time() - compiled}


def functions(size: int) -> Measured:
    """That many functions, each of which the next one calls."""
    text = ["fn f0(x) { return x }"]
    text += [f"fn f{i}(x) {{ if x > 1 {{ return x }}  return f{i - 1}(x + 2) }}"
             for i in range(1, size)]
    text.append(f"let sum = 0\nfor i in range(1000) {{ sum = sum + f{size - 1}(i) }}\nlog(sum)")
    return run_text("\n".join(text))


def data(size: int) -> Measured:
    """An array of that many records: built, gone through, sorted, indexed by a map."""
    return run_text(f"""
        let rows = []
        for i in range({size}) {{
          rows.push({{id: i, key: i * 7919 % 10007, name: "n" + i % 100}})
        }}
        let sum = 0
        for row in rows {{ sum = sum + row.key }}
        let index = {{}}
        for row in rows {{ index[row.id] = row }}
        rows.sort_by(fn(r) => r.key)
        log(sum, len(index), rows[0].key)""")


def depth(size: int) -> Measured:
    """Calls nested that deeply."""
    return run_text(
        f"fn down(n) {{ if n == 0 {{ return 0 }}  return 1 + down(n - 1) }}\nlog(down({size}))")


def text(size: int) -> Measured:
    """A string that grows by one character, that many times."""
    return run_text(
        f'let s = ""\nfor i in range({size}) {{ s = s + "x" }}\nlog(len(s))')


def programs(size: int) -> Measured:
    """That many programs of a hundred lines each, compiled and kept."""
    source = program(100)
    kept = []
    start = time.process_time()
    for number in range(size):
        module = compile_source(read_source(source, f"p{number}.sn"))
        context = Context(write=lambda _: None)
        kept.append((module, context, make_executor("ast").body(module, {}, context)))
    return {"compile": time.process_time() - start}


KINDS: dict[str, Callable[[int], Measured]] = {
    "lines": lines, "functions": functions, "data": data, "depth": depth, "text": text,
    "programs": programs,
}


def main() -> None:
    kind, size = sys.argv[1], int(sys.argv[2])
    run_text("log(1)")  # imports what is imported at the first use
    gc.collect()
    before = peak()
    if kind == "lines":
        gc.disable()  # as in the command while it compiles
    measured = with_large_stack(lambda: KINDS[kind](size))
    print(json.dumps({"seconds": measured, "megabytes": peak() - before}))


if __name__ == "__main__":
    main()
