"""Golden files: what every stage makes of small programs.

    python3 -m tests.golden --write     write them again, after looking at what changed and why
    python3 -m tests.golden             list what differs; exit status 1 if anything does

A folder of tests/golden holds main.sn and what becomes of it: bytecode.txt, ir.txt and python.txt.
The fixtures of the passes in tests/passes are golden too, behind their lines ``---``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sentra.bytecode.text import disassemble
from sentra.codegen.generate import generate
from sentra.codegen.render import render
from sentra.ir.build import build_module
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.ir.text import print_blocks, print_module
from sentra.pipeline import compile_source
from sentra.source import decode

ROOT = Path(__file__).resolve().parent
COMMAND = "python3 -m tests.golden --write"


def made(source: str) -> dict[str, str]:
    """The files of one program, by name."""
    module = compile_source(decode(source, "main.sn"))
    ir = prepare(module)
    text = print_module(ir)
    python = render(generate(ir), ir, types=True)
    heading = f"# Written by {COMMAND}\n"
    return {"bytecode.txt": heading + disassemble(module), "ir.txt": heading + text,
            "python.txt": heading + "\n" + python}


def after_pass(name: str, source: str) -> str:
    """What a pass alone makes of the function ``f`` of a program, or of its body."""
    each = next(each for each in PASSES if each.name == name)
    module = compile_source(decode(source, "t.sn"))
    ir = prepare(module, ()) if each.typed else build_module(module)
    for function in ir.functions:
        each.run(function)
    return print_blocks(next((f for f in ir.functions if f.name == "f"), ir.functions[0]))


def fixtures(path: Path) -> list[tuple[str, str, str]]:
    """The cases of a pass: title, program, what the pass makes of it."""
    found = []
    for case in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        title, _, rest = case.partition("\n")
        source, _, expected = rest.partition("---\n")
        found.append((title, source, expected.rstrip("\n") + "\n"))
    return found


def fixture_text(path: Path) -> str:
    """A file of fixtures as it should be."""
    text = f"What the pass {path.stem} alone makes of programs. Below ---: {COMMAND}\n"
    for title, source, _ in fixtures(path):
        text += f"\n=== {title}\n{source}---\n{after_pass(path.stem, source)}"
    return text


def all_files() -> dict[Path, str]:
    """Every golden file as it should be."""
    files = {path: fixture_text(path) for path in sorted((ROOT / "passes").glob("*.test"))}
    for folder in sorted((ROOT / "golden").iterdir()):
        source = (folder / "main.sn").read_text(encoding="utf-8")
        files.update({folder / name: text for name, text in made(source).items()})
    return files


def differing() -> list[Path]:
    """The files that are not as they should be."""
    return [path for path, text in all_files().items()
            if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """The command; see above."""
    files = all_files()
    for path in differing():
        print(path.relative_to(ROOT))
        if "--write" in arguments:
            path.write_text(files[path], encoding="utf-8")
    return int("--write" not in arguments and bool(differing()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
