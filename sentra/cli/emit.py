"""``sentra emit``: the Python that a program is compiled to, as text."""

from __future__ import annotations

import sys

from sentra.cli.status import FAILED, OK
from sentra.cli.usage import UsageError, parse, suggestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.bytecode.code import Module
    from sentra.ir.model import ModuleIR

HEADER = """\
# {file} as Python. Names that begin with "_" are the compiler's and those of its helpers.
"""


def run(arguments: list[str]) -> int:
    """Print the generated Python of one file, or its IR."""
    from sentra.cli.program import load
    from sentra.cli.report import reporting

    options, files = parse(
        arguments, values={"--function": "NAME"}, flags=("--types", "--ir"))
    if len(files) != 1:
        raise UsageError("emit takes one file", "sentra emit FILE")
    return reporting(lambda: _emit(load(files[0]), options))


def _emit(module: Module, options: dict[str, str]) -> int:
    from sentra.ir.prepare import prepare

    ir = prepare(module)
    name = options.get("--function")
    if name is not None and name not in {function.name for function in ir.functions}:
        known = sorted({function.name for function in ir.functions})
        raise UsageError(f'no function "{name}" in {module.filename}',
                         suggestion(name, known) or f"there are: {', '.join(known[:20])}")
    if "--ir" in options:
        from sentra.ir.text import print_module

        sys.stdout.write(print_module(ir, function=name))
        return OK
    return _python(ir, name, types="--types" in options)


def _python(ir: ModuleIR, name: str | None, *, types: bool) -> int:
    from sentra.codegen.generate import generate
    from sentra.codegen.render import render

    generated = generate(ir)
    declined = [f for f in generated.declined if name is None or f.name == name]
    text = ""
    if name is None:
        text = HEADER.format(file=ir.bytecode.filename)
    for function in declined:
        text += (f"# {function.name} (line {function.bytecode.span[0]}) is left to the next"
                 f" executor: {function.declined}\n")
    try:
        text += ("\n\n" if text else "") + render(generated, ir, function=name, types=types)
    except LookupError:
        if not declined:
            sys.stderr.write(f'sentra: "{name}" has no definition of its own:'
                             " it is part of an expression\n")
            return FAILED
    sys.stdout.write(text)
    return OK
