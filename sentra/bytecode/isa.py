"""The page that lists the instruction set, made from the table: ``python3 -m sentra.bytecode.isa``.

`docs/isa.md` is its output; a test compares them.
"""

from __future__ import annotations

import sys

from sentra.bytecode import ops

KINDS = {
    ops.VALUE: "takes values from the stack and pushes the result of one operation",
    ops.COPY: "moves a value between the stack and a variable or constant",
    ops.STORE: "writes into a variable, an array or a map",
    ops.BRANCH: "may go on at another instruction of the function",
    ops.CALLS: "runs a function of the program or a builtin",
    ops.BUILD: "makes an array, a map, a string or a function",
    ops.ITER: "visits the parts of a value",
    ops.EXIT: "leaves the function or raises an error",
    ops.TASK: "may let other tasks run",
    ops.MARK: "does nothing; a debugger may stop there",
}
"""What each shape of instruction has in common."""

HEAD = """# The instruction set

<!-- Made by `python3 -m sentra.bytecode.isa > docs/isa.md`; do not change it by hand. -->

A function's code is a list of instructions. Each has an opcode and up to three operands, and works
on the function's local slots and its stack of operands. In the meanings, what stands before `→` is
taken from the stack and what stands after it is pushed, with the top of the stack at the right.
`sentra dis FILE` shows the instructions of a program.

| operand | is |
|---|---|
| `k` | the number of a constant of the function |
| `s` | a local slot |
| `u` | the number of a captured variable |
| `f` | the number of a function nested in this one |
| `n` | a count or a flag |
| `j` | the number of an instruction of the same function |
"""

ROW_HEAD = """| opcode | name | operands | takes | pushes | throws | meaning |
|---|---|---|---|---|---|---|"""


def page() -> str:
    """The whole page."""
    rows = list(ops.BY_NUMBER.values())
    general = [row for row in rows if not row.base and not row.expands]
    parts = [HEAD, "## General instructions", ""]
    parts.append("The compiler front end makes only these, and every backend reads only these.")
    for kind, text in KINDS.items():
        parts += ["", f"### {kind.capitalize()}: {text}", "", ROW_HEAD]
        parts += [_row(row) for row in general if row.kind == kind]
    parts += ["", "## Specialised instructions", "",
              "They expect operands of certain types; for others they do what the general "
              "instruction does.", "", "| opcode | name | specialises | meaning |",
              "|---|---|---|---|"]
    parts += [f"| {row.number} | `{row.name}` | `{row.base}` | {_text(row.meaning)} |"
              for row in rows if row.base]
    parts += ["", "## Fused instructions", "",
              "One instruction for several; `A`, `B` and `C` are its own operands.", "",
              "| opcode | name | operands | stands for | meaning |", "|---|---|---|---|---|"]
    parts += [f"| {row.number} | `{row.name}` | {_operands(row)} | "
              f"{', '.join(f'`{part}`' for part in row.expands)} | {_text(row.meaning)} |"
              for row in rows if row.expands]
    return "\n".join(parts) + "\n"


def _row(row: ops.Op) -> str:
    pushes = str(row.falls)
    if row.jumps != row.falls:
        pushes += f", or {row.jumps} when it jumps"
    throws = "yes" if row.throws else ""
    return (f"| {row.number} | `{row.name}` | {_operands(row)} | {row.pops} | {pushes} | {throws} "
            f"| {_text(row.meaning)} |")


def _operands(row: ops.Op) -> str:
    return f"`{' '.join(row.operands)}`" if row.operands else ""


def _text(meaning: str) -> str:
    """A meaning as a cell of a table."""
    return meaning.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
