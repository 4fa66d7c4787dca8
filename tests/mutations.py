"""Damaged `.snb` files: as bytes, and as modules that a hostile compiler could write.

`python3 tests/mutations.py SEED COUNT` looks at more of them than the tests do.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from bytecode_samples import SAMPLE, compiled, lowered, with_body

from sentra.bytecode import file, ops
from sentra.bytecode.code import Function, Handler, Module, Upvalue
from sentra.bytecode.edit import walk
from sentra.bytecode.file import dump, load
from sentra.bytecode.ops import BY_NUMBER
from sentra.bytecode.optimise import optimise
from sentra.errors import BytecodeError, SentraError, Stop, Thrown
from sentra.interp.executor import InterpreterExecutor
from sentra.interp.operations import OPERATIONS
from sentra.interp.options import InterpOptions
from sentra.pipeline import run
from sentra.runtime.context import Context

START = len(file.MAGIC) + 2 + 32


def sealed(payload: bytes) -> bytes:
    """A file with a right header for any payload."""
    head = file.MAGIC + file.VERSION.to_bytes(2, "little")
    return head + file.content_hash(payload) + payload


def damaged(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """One damaged file. All but a few have a right hash."""
    payload = bytearray(data[START:])
    kind = rng.randrange(8)
    at = rng.randrange(len(payload))
    if kind == 0:
        del payload[at:]
    elif kind == 1:
        payload[at] ^= 1 << rng.randrange(8)
    elif kind == 2:
        payload[at] = rng.choice((0, 1, 127, 128, 255))
    elif kind == 3:
        del payload[at:at + rng.randrange(1, 9)]
    elif kind == 4:
        payload[at:at] = rng.randbytes(rng.randrange(1, 9))
    elif kind == 5:  # a number that is much too large
        payload[at:at + 1] = b"\xff\xff\xff\xff\x0f"
    elif kind == 6:
        source = other[START:]
        start = rng.randrange(len(source))
        payload[at:] = source[start:]
    else:
        for _ in range(rng.randrange(2, 20)):
            payload[rng.randrange(len(payload))] = rng.randrange(256)
    if rng.random() < 0.05:
        whole = data[:START] + bytes(payload)  # the hash is wrong
        return whole[:rng.randrange(len(whole))] if rng.random() < 0.5 else whole
    return sealed(bytes(payload))


# --- modules that are well-formed files ---------------------------------------------------------

_SWAPS: dict[str, list[int]] = {}
for _row in BY_NUMBER.values():
    _SWAPS.setdefault(_row.operands, []).append(_row.number)


def _change_code(function: Function, rng: random.Random) -> dict[str, object]:
    code = list(function.code)
    spans = list(function.spans)
    at = rng.randrange(len(code))
    op, *operands = code[at]
    kind = rng.randrange(6)
    if kind == 0:
        op = rng.choice(_SWAPS[BY_NUMBER[op].operands])
    elif kind == 1:
        place = rng.randrange(3)
        operands[place] = max(operands[place] + rng.choice((-2, -1, 1, 2)), 0)
    elif kind == 2:
        letters = BY_NUMBER[op].operands
        limits = {"j": len(code), "s": len(function.local_names), "k": len(function.constants)}
        for place, letter in enumerate(letters):
            operands[place] = rng.randrange(max(limits.get(letter, 3), 1))
    elif kind == 3:
        other = rng.randrange(len(code))
        code[at], code[other] = code[other], code[at]
        return {"code": tuple(code)}
    elif kind == 4:
        del code[at], spans[at]
        return {"code": tuple(code), "spans": tuple(spans)}
    else:
        code.insert(at, code[rng.randrange(len(code))])
        spans.insert(at, spans[at])
        return {"code": tuple(code), "spans": tuple(spans)}
    code[at] = (op, *operands)  # type: ignore[assignment]
    return {"code": tuple(code)}


def _change_fields(function: Function, rng: random.Random) -> dict[str, object]:
    size = len(function.code)
    kind = rng.randrange(5)
    if kind == 0:
        handlers = list(function.handlers)
        places = sorted(rng.randrange(size + 1) for _ in range(3))
        handlers.insert(rng.randrange(len(handlers) + 1), Handler(*places, rng.randrange(2)))
        return {"handlers": tuple(handlers)}
    if kind == 1 and function.handlers:
        handlers = list(function.handlers)
        at = rng.randrange(len(handlers))
        key = list(handlers[at].key())
        place = rng.randrange(4)
        key[place] = max(key[place] + rng.choice((-2, -1, 1, 2)), 0)
        handlers[at] = Handler(*key)
        return {"handlers": tuple(handlers)}
    if kind == 2 and function.upvalues:
        upvalues = list(function.upvalues)
        at = rng.randrange(len(upvalues))
        old = upvalues[at]
        upvalues[at] = Upvalue(old.name, rng.random() < 0.5, rng.randrange(4))
        return {"upvalues": tuple(upvalues)}
    if kind == 3:
        return {rng.choice(("parameters", "required", "max_stack")): rng.randrange(4)}
    return {"has_rest": not function.has_rest}


def rewritten(module: Module, rng: random.Random) -> Module:
    """The module with a few random changes in one of its functions."""
    functions = list(walk(module.body))
    chosen = rng.choice(functions)
    changed = chosen
    for _ in range(rng.choice((1, 1, 2, 3))):
        changed = changed.replaced(
            **(_change_code if rng.random() < 0.8 and changed.code else _change_fields)(
                changed, rng))

    def rebuild(function: Function) -> Function:
        if function is chosen:
            return changed
        nested = tuple(rebuild(inner) for inner in function.functions)
        return function.replaced(functions=nested)

    return with_body(module, rebuild(module.body))


def run_safely(module: Module) -> str:
    """Run what the verifier let pass. Anything but a program's own failure is raised."""
    if _imports(module):
        return "imports"
    outcome = "ran"
    options = InterpOptions(debug=True, batch=False)
    context = Context(write=lambda text: None, read_line=lambda: None, wait=lambda seconds: None)
    context.max_ticks = 300
    context.max_depth = 50
    try:
        run(module, context=context, executor=InterpreterExecutor(options))
    except (SentraError, Thrown, Stop) as failure:
        outcome = type(failure).__name__
    return outcome


def look_at_files(seed: int, count: int) -> Counter[str]:
    """Load damaged files; the outcome is a module or a BytecodeError."""
    rng = random.Random(seed)
    files = [dump(module) for _, module in lowered() if len(module.source) < 1500]
    files.append(dump(compiled(SAMPLE)))
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        data = damaged(rng.choice(files), rng.choice(files), rng)
        try:
            load(data)
            outcomes["loaded"] += 1
        except BytecodeError:
            outcomes["refused"] += 1
    return outcomes


def look_at_modules(
    seed: int, count: int, also: Callable[[Module], object] = run_safely,
) -> Counter[str]:
    """Load files of changed modules, and run those that load."""
    rng = random.Random(seed)
    modules = [module for _, module in lowered() if not _imports(module)]
    modules += [optimise(module, operations=OPERATIONS) for module in modules]
    outcomes: Counter[str] = Counter()
    for module in _changed_modules(modules, rng, count):
        try:
            loaded = load(dump(module))
        except BytecodeError:
            outcomes["refused"] += 1
            continue
        outcomes[str(also(loaded))] += 1
        also(optimise(loaded, operations=OPERATIONS))
    return outcomes


def _imports(module: Module) -> bool:
    """Whether it needs files beside it."""
    return any(code[0] in (ops.IMPORT, ops.IMPORT_NAME)
               for function in walk(module.body) for code in function.code)


def _changed_modules(
    modules: list[Module], rng: random.Random, count: int,
) -> Iterator[Module]:
    for _ in range(count):
        yield rewritten(rng.choice(modules), rng)


if __name__ == "__main__":
    print(look_at_files(int(sys.argv[1]), int(sys.argv[2])))
    print(look_at_modules(int(sys.argv[1]), int(sys.argv[2]) // 4))
