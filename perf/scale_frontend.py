"""Does the cost of parsing, lowering and verifying grow linearly with the source?

    python perf/scale_frontend.py [lines...]

Prints a table with the time of each stage for 1,000, 10,000 and 100,000 lines. The source is that
of an ordinary program, about eight tokens a line. Garbage collection is off, as it is while the
command compiles; with ``--gc`` it is on.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from sentra.bytecode.verify import verify
from sentra.lower.module import lower
from sentra.source import decode
from sentra.syntax.lexer import tokenize
from sentra.syntax.parser import parse

T = TypeVar("T")

BLOCK = """\
// Handles request number {n}.
fn handle_{n}(request, limit = 10) {{
  let total = 0
  let names = ["a", "b", request.name]
  for i, name in names {{
    if len(name) > limit && request.size != nil {{
      total += request.size * (i + 1)
      continue
    }}
    total = total + names[i].index_of("x") * 2
  }}
  let report = {{total: total, name: request.name, "n": {n}}}
  while total > 1000 {{ total = total / 2 - 1 }}
  try {{
    check(report, fn(r) => r.total < limit)
  }} catch e {{
    log(`failed: ${{e.message}} in ${{report.name}}`)
    return nil
  }}
  return match report.total {{
    0, 1 => "none"
    n if n > 100 => "many"
    _ => str(report.total) + " of " + limit
  }}
}}

let result_{n} = handle_{n}({{name: "x{n}", size: {n}}}, {n} % 7)
log(result_{n}, {n} * 3 + 1)
"""


def program(lines: int) -> str:
    """A program of about that many lines."""
    size = BLOCK.count("\n")
    return "".join(BLOCK.format(n=n) for n in range(max(1, lines // size)))


def main() -> None:
    arguments = sys.argv[1:]
    if "--gc" in arguments:
        arguments.remove("--gc")
    else:
        gc.disable()
    counts = [int(argument) for argument in arguments] or [1_000, 10_000, 100_000]
    stages = ("lex", "parse", "lower", "verify")
    print(f"{'lines':>8}" + "".join(f"{name:>13}" for name in (*stages, "all")) + "   us/line")
    for count in counts:
        text = program(count)
        source = decode(text, "scale.sn")
        lines = text.count("\n")
        times: list[float] = []

        def timed(stage: Callable[..., T], *arguments: object, times: list[float] = times) -> T:
            gc.collect()
            start = time.perf_counter()
            result = stage(*arguments)
            times.append(time.perf_counter() - start)
            return result

        timed(tokenize, source)
        tree = timed(parse, source)
        module = timed(lower, tree, source)
        timed(verify, module)
        times[1] -= times[0]  # parsing includes lexing
        seconds = sum(times)
        row = "".join(f"{t * 1000:10.1f} ms" for t in (*times, seconds))
        print(f"{lines:8}{row}{seconds / lines * 1e6:10.1f}")


if __name__ == "__main__":
    main()
