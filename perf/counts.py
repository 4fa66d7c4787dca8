"""``python3 -m perf counts``: what can be counted instead of timed, so that no noise disturbs it.

For each program at its small size: the bytecodes that the interpreter executes, the Python
instructions that compiled code executes (its own and its helpers') beside those of the twin, those
of one turn of the hottest loop, the guards in the generated code, and the exceptions that were
raised. ``tests/test_counts.py`` holds them against ``perf/counts.json``.
"""

from __future__ import annotations

import argparse
import ast
import dis
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from perf import stats, suite
from perf.execute import TWIN, Job, with_large_stack
from perf.processes import python
from perf.results import ROOT
from sentra.bytecode.ops import BY_NUMBER
from sentra.codegen.generate import generate
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.generate import loop_for
from sentra.interp.options import InterpOptions
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, read_source
from sentra.runtime.context import Context
from sentra.runtime.tasks import run_program

RECORDED = ROOT / "perf" / "counts.json"
VERSION = ".".join(platform.python_version_tuple()[:2])
SLACK = 1.02  # the counts may grow by 2 % before it is a regression


def bytecodes(program: suite.Program, *, fuse: bool = False) -> Counter[str]:
    """How often the interpreter executes each instruction, at the small size."""
    options = InterpOptions(debug=True, quicken=False, fuse=fuse)
    loop = loop_for(options.loop_switches())
    found: Counter[int] = Counter()

    def count(prepared: Any, pc: int, *_: object) -> None:
        found[prepared.function.code[pc][0]] += 1

    module = compile_source(read_source(program.source("small"), program.name))
    context = Context(write=lambda _: None)
    body = InterpreterExecutor(options).body(module, {}, context)
    # The debug loop calls this at every instruction.
    check, loop.__globals__["check_step"] = loop.__globals__["check_step"], count
    try:
        run_program(context, body)
    finally:
        loop.__globals__["check_step"] = check
    return Counter({BY_NUMBER[number].name: times for number, times in found.items()})


class Executed:
    """What a run did: instructions by place, and how many exceptions were raised."""

    def __init__(self) -> None:
        self.places: dict[CodeType, Counter[int]] = {}
        self.exceptions = 0

    @property
    def instructions(self) -> int:
        """All of them."""
        return sum(sum(places.values()) for places in self.places.values())

    def hottest_loop(self) -> tuple[int, float]:
        """Turns of the innermost loop with the most turns, and instructions in one turn."""
        best: tuple[int, float] = (0, 0.0)
        for code, places in self.places.items():
            for instruction in dis.get_instructions(code):
                turns = places[instruction.offset]
                if "JUMP_BACKWARD" not in instruction.opname or turns <= best[0]:
                    continue
                inside = sum(times for place, times in places.items()
                             if instruction.argval <= place <= instruction.offset)
                best = (turns, inside / turns)
        return best


def executed(run: Callable[[], object]) -> Executed:
    """Run it, looking at every Python instruction."""
    found = Executed()
    if sys.version_info >= (3, 12):
        _monitored(run, found)
    else:
        _traced(run, found)
    return found


def _first_raised(exception: BaseException) -> bool:
    """It has not come from another frame, and is no end of an iteration."""
    trace = exception.__traceback__
    return trace is not None and trace.tb_next is None and not isinstance(exception, StopIteration)


def _traced(run: Callable[[], object], found: Executed) -> None:
    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
            found.places.setdefault(frame.f_code, Counter())
        elif event == "opcode":
            found.places[frame.f_code][frame.f_lasti] += 1
        elif event == "exception" and argument[2].tb_next is None and (
                not issubclass(argument[0], StopIteration)):
            found.exceptions += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)


def _monitored(run: Callable[[], object], found: Executed) -> None:
    """By ``sys.monitoring``: from 3.12 on, tracing misses the instructions of frames it enters."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    tool, events = monitoring.PROFILER_ID, monitoring.events

    def instruction(code: CodeType, offset: int) -> None:
        found.places.setdefault(code, Counter())[offset] += 1

    def raised(code: CodeType, offset: int, exception: BaseException) -> None:
        found.exceptions += _first_raised(exception)

    monitoring.use_tool_id(tool, "perf counts")
    try:
        monitoring.register_callback(tool, events.INSTRUCTION, instruction)
        monitoring.register_callback(tool, events.RAISE, raised)
        monitoring.set_events(tool, events.INSTRUCTION | events.RAISE)
        run()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


def guards(program: suite.Program) -> int:
    """How many handlers the generated code has, those of the program's own try statements too."""
    module = compile_source(read_source(program.source("small"), program.name))
    tree = generate(prepare(module)).tree
    return sum(isinstance(node, ast.ExceptHandler) for node in ast.walk(tree))


def count(name: str) -> dict[str, Any]:
    """All counts of a program."""
    program = suite.Program(name)
    Job(program, "ast", "small").prepare()()  # what helpers make at their first use is not counted
    compiled = executed(Job(program, "ast", "small").prepare())
    twin = executed(Job(program, TWIN, "small").prepare())
    return {
        "bytecodes": bytecodes(program).total(), "fused": bytecodes(program, fuse=True).total(),
        "instructions": compiled.instructions, "twin": twin.instructions,
        "loop": round(compiled.hottest_loop()[1], 1), "twin loop": round(twin.hottest_loop()[1], 1),
        "guards": guards(program), "exceptions": compiled.exceptions,
    }


def imported(*arguments: str) -> list[str]:
    """The modules that the command imports to say hello, without those of an empty program."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nothing.py").write_text("", encoding="utf-8")
        without = _imports(["-m", "nothing"], folder)
    command = ["-m", "sentra", *arguments, "-c", 'log("hello")']
    return [name for name in _imports(command, str(ROOT)) if name not in without]


def _imports(arguments: list[str], folder: str) -> list[str]:
    # Without site, which imports what is installed beside us asks for; as users run it.
    environment = {name: value for name, value in os.environ.items() if name != "SENTRA_VERIFY"}
    done = subprocess.run(python("-S", "-X", "importtime", *arguments), cwd=folder, text=True,
                          capture_output=True, check=True, env=environment)
    rows = [line.split("|") for line in done.stderr.splitlines()
            if line.startswith("import time:")]
    return [row[2].strip() for row in rows if row[1].strip().isdigit()]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", metavar="LIST", help="names, patterns or groups")
    parser.add_argument("--update", action="store_true", help=f"write {RECORDED.name}")
    parser.add_argument("--output", type=Path, default=RECORDED, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    columns = ("bytecodes", "fused", "instructions", "twin", "loop", "twin loop", "guards",
               "exceptions")
    print(f"{'program':18}" + "".join(f"{column:>13}" for column in columns) + f"{'ratio':>8}")
    found: dict[str, dict[str, Any]] = {}
    for name in suite.select(options.programs):
        one = found[name] = with_large_stack(lambda name=name: count(name))  # type: ignore[misc]
        print(f"{name:18}" + "".join(f"{one[column]:13,}" for column in columns)
              + f"{one['instructions'] / one['twin']:8.2f}", flush=True)
    ratios = [one["instructions"] / one["twin"] for one in found.values()]
    print(f"geometric mean of instructions to the twin's: {stats.geometric_mean(ratios):.3f}")
    if options.update:
        data: dict[str, Any] = {}
        if options.output.exists():
            data = json.loads(options.output.read_text(encoding="utf-8"))
        data.setdefault(VERSION, {}).update(found)
        data.setdefault("imports", {})[VERSION] = {
            mode: len(imported(f"--mode={mode}")) for mode in ("interp", "closure")}
        options.output.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n",
                                  encoding="utf-8")
    return 0
