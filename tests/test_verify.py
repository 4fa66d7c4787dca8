"""The verifier: what it refuses, and that it takes all that lowering makes."""

from __future__ import annotations

import time

import pytest
from bytecode_samples import body, compiled, function_of, lowered, with_body

from sentra.bytecode.assembler import assemble
from sentra.bytecode.code import NO_SPAN, Function, Handler, Module, Upvalue
from sentra.bytecode.flow import WideSet, slot_sets
from sentra.bytecode.verify import verify
from sentra.errors import BytecodeError

# What the code of a body does wrong: (message, listing, locals …)
BROKEN = [
    ("there is no constant 7", "CONSTANT 7\nRETURN", ""),
    ("there is no local slot 2", "GET_LOCAL 2\nRETURN", "locals a b"),
    ("there is no upvalue 0", "GET_UPVALUE 0\nRETURN", ""),
    ("there is no function 0", "CLOSURE 0\nRETURN", ""),
    ("there is no count 2147483648", "NIL\nCALL 2147483648\nRETURN", ""),
    ("constant 0 is no name", "GET_GLOBAL =1\nRETURN", ""),
    ("constant 0 is no name", 'GET_BUILTIN ="a b"\nRETURN', ""),
    ("constant 0 is no name", 'NIL\nGET_PROPERTY ="é"\nRETURN', ""),
    ("constant 0 is no name", 'NIL\nINVOKE =nil 0\nRETURN', ""),
    ("constant 0 is no name", 'IMPORT_NAME =""\nRETURN', ""),
    ("constant 0 is no string", "IMPORT =1\nRETURN", ""),
    ("the stack holds too few values", "POP\nNIL\nRETURN", ""),
    ("the stack holds too few values", "NIL\nADD\nRETURN", ""),
    ("the stack holds too few values", "NIL\nCALL 1\nRETURN", ""),
    ("the stack holds too few values", 'INVOKE ="a" 0\nRETURN', ""),
    ("the stack holds too few values", "NIL\nMAP 1\nRETURN", ""),
    ("the stack holds too few values", "RETURN", ""),
    ("the stack grows to 17", "NIL\n" * 17 + "RETURN", ""),
    ("the second operand is 0 or 1", "NIL\nDUP\nDUP\nSELECT 1 2\nRETURN", ""),
    ("the code can run off its end", "NIL\nPOP", ""),
    ("the code can run off its end", "NIL\nRETURN\nJUMP x\nx:\nNIL", ""),
    ("the stack holds 1 values here, but 0", "NIL\nJUMP_IF_FALSE x\nNIL\nJUMP_IF_FALSE y\n"
     "NIL\nJUMP x\ny:\nNIL\nJUMP x\nx:\nNIL\nRETURN", ""),
    ("the stack holds 1 or 0 values here", "NIL\nJUMP_IF_FALSE x\nNIL\nx:\nNIL\nRETURN", ""),
    ("the jump does not go forward", "x:\nNIL\nPOP\nJUMP x\nNIL\nRETURN", ""),
    ("the jump does not go forward", "x:\nNIL\nJUMP_IF_TRUE x\nNIL\nRETURN", ""),
    ("the loop does not go backward", "LOOP x\nx:\nNIL\nRETURN", ""),
    ("the loop goes back with 1 values", "x:\nNIL\nLOOP x", ""),
    ("the loop goes back to where nothing leads", "JUMP a\nb:\nNIL\nRETURN\na:\nLOOP b", ""),
    ("local 0 may be unset", "GET_LOCAL 0\nRETURN", "locals a"),
    ("local 0 may be unset", "TRUE\nJUMP_IF_FALSE x\nNIL\nSET_LOCAL 0\nx:\nGET_LOCAL 0\nRETURN",
     "locals a"),
    ("the loop goes back with fewer slots ready", "NIL\nJUMP_IF_TRUE x\nNIL\nSET_LOCAL 0\n"
     "again:\nNIL\nPOP\nJUMP y\nx:\nNIL\nPOP\ny:\nLOOP again", "locals a"),
    ("the cell in local 0 may be unset", "GET_CELL 0\nRETURN", "locals a"),
    ("the cell in local 0 may be unset", "NIL\nSET_CELL 0\nNIL\nRETURN", "locals a"),
    ("the cell in local 0 may be unset", "COPY_CELL 0\nNIL\nRETURN", "locals a"),
    ("used as a value and as a cell", "NEW_CELL 0\nGET_LOCAL 0\nRETURN", "locals a"),
    ("used as a cell and as a value", "NIL\nSET_LOCAL 0\nNEW_CELL 0\nNIL\nRETURN", "locals a"),
    ("used as a value and as an iterator", "NIL\nITER_START 0\nGET_LOCAL 0\nRETURN", "locals a"),
    ("used as an iterator of pairs and as an iterator",
     "NIL\nITER_START 0\nITER_NEXT2 0 x\nPOP\nPOP\nx:\nNIL\nRETURN", "locals a"),
    ("the iterator in local 0 may be unset", "ITER_NEXT 0 x\nPOP\nx:\nNIL\nRETURN", "locals a"),
    ("BOX_LOCAL of what is no parameter", "NIL\nSET_LOCAL 0\nBOX_LOCAL 0\nNIL\nRETURN",
     "locals a"),
    ("local 0 is no parameter with a default", "JUMP_IF_PASSED 0 x\nx:\nNIL\nRETURN", "locals a"),
    ("there is no exception on the stack", "NIL\nCAUGHT\nRETURN", ""),
    ("there is no exception on the stack", "NIL\nRETHROW", ""),
    ("the jump does not go forward", "NIL\nSET_LOCAL 0\nx:\nINCREMENT 0 =1\nNIL\nNIL\n"
     "JUMP_IF_NOT_LESS x\nNIL\nRETURN", "locals a"),
    ("local 0 may be unset", "ADD_LOCAL_CONST 0 =1\nRETURN", "locals a"),
]

# The same for a function: (message, header, listing, locals …)
BROKEN_FUNCTIONS = [
    ("local 1 may be unset", "parameters=2 required=1", "GET_LOCAL 1\nRETURN", "locals a b"),
    ("local 0 may be unset", "parameters=1 required=0", "BOX_LOCAL 0\nNIL\nRETURN", "locals a"),
    ("local 0 is no parameter with a default", "parameters=1",
     "JUMP_IF_PASSED 0 x\nx:\nNIL\nRETURN", "locals a"),
    ("used as a value after its BOX_LOCAL", "parameters=1", "BOX_LOCAL 0\nGET_LOCAL 0\nRETURN",
     "locals a"),
    ("used as a value after its BOX_LOCAL", "parameters=1",
     "BOX_LOCAL 0\nBOX_LOCAL 0\nNIL\nRETURN", "locals a"),
    ("the cell in local 0 may be unset", "parameters=1",
     "NIL\nJUMP_IF_TRUE x\nBOX_LOCAL 0\nx:\nGET_CELL 0\nRETURN", "locals a"),
    ("NEW_CELL of a parameter", "parameters=1", "BOX_LOCAL 0\nNEW_CELL 0\nNIL\nRETURN",
     "locals a"),
    ("the loop goes back over the start of the function", "parameters=1 required=0",
     "again:\nJUMP_IF_PASSED 0 x\nNIL\nSET_LOCAL 0\nx:\nBOX_LOCAL 0\nLOOP again", "locals a"),
]

TRY = "s:\nNIL\nPOP\ne:\nJUMP out\nh:\nCAUGHT\nPOP\nout:\nNIL\nRETURN"
WHY = ("CONSTANT =0\nSET_LOCAL why\ns:\nNIL\nPOP\ne:\nJUMP f\nh:\nSET_LOCAL value\nCONSTANT =1\n"
       "SET_LOCAL why\nf:\n")
TEST = "GET_LOCAL why\nCONSTANT ={}\nEQUAL\nJUMP_IF_FALSE p\nGET_LOCAL value\n{}\np:\nNIL\nRETURN"
HANDLER = "handlers\ns e to h depth 0"
SLOTS = f"locals why value other\n{HANDLER}"

BROKEN_HANDLERS = [
    ("malformed range", TRY, "handlers\ne s to h depth 0"),
    ("malformed range", TRY, "handlers\ns out to h depth 0"),
    ("malformed range", "NIL\nSET_LOCAL 0\nINCREMENT 0 =1\n" + TRY,
     "locals a\nhandlers\nh h to h depth 0"),
    ("malformed depth", TRY, "handlers\ns e to h depth 16"),
    ("a handler's range starts with 0 values on the stack, not 1",
     "s:\nNIL\nPOP\ne:\nNIL\nRETURN\nh:\nCAUGHT\nRETURN", "handlers\ns e to h depth 1"),
    ("a handler's range starts with 1 values on the stack, not 0",
     "NIL\ns:\nPOP\ne:\nNIL\nRETURN\nh:\nCAUGHT\nRETURN", HANDLER),
    ("a handler's range ends with 1 values on the stack, not 0",
     "s:\nNIL\ne:\nPOP\nNIL\nRETURN\nh:\nCAUGHT\nRETURN", HANDLER),
    ("a handler keeps 1", "NIL\ns:\nPOP\ne:\nNIL\nRETURN\nh:\nCAUGHT\nRETURN",
     "handlers\ns e to h depth 1"),
    ("can be reached without an exception",
     "s:\nNIL\nPOP\ne:\nNIL\nh:\nCAUGHT\nPOP\nNIL\nRETURN", HANDLER),
    ("can be reached without an exception",
     "s:\nNIL\nNIL\nJUMP_IF_FALSE h\nRETURN\ne:\nh:\nCAUGHT\nRETURN", HANDLER),
    ("what does not take an exception", "s:\nNIL\nRETURN\ne:\nh:\nRETURN", HANDLER),
    ("overlap", "s:\nNIL\nt:\nPOP\ne:\nNIL\nPOP\nu:\nNIL\nRETURN\nh:\nCAUGHT\nRETURN",
     "handlers\ns e to h depth 0\nt u to h depth 0"),
    ("is listed after one around it",
     "s:\nNIL\nt:\nPOP\nNIL\ne:\nPOP\nu:\nNIL\nRETURN\nh:\nCAUGHT\nRETURN",
     "handlers\ns u to h depth 0\nt e to h depth 0"),
    ("local 0 may be unset",
     "s:\nNIL\nSET_LOCAL 0\ne:\nNIL\nRETURN\nh:\nPOP\nGET_LOCAL 0\nRETURN",
     f"locals a\n{HANDLER}"),
    ("without a reason beside it", "s:\nNIL\nRETURN\ne:\nh:\nSET_LOCAL 0\nNIL\nRETURN",
     f"locals a\n{HANDLER}"),
    ("there is no exception on the stack", WHY + "NIL\nRETHROW", SLOTS),
    ("there is no exception on the stack", WHY + "GET_LOCAL why\nRETHROW", SLOTS),
    ("read without a test", WHY + "GET_LOCAL value\nRETHROW", SLOTS),
    ("read without a test", WHY + "GET_LOCAL value\nRETURN", SLOTS),
    ("is read for the reason 1", WHY + TEST.format(1, "RETURN"), SLOTS),
    ("is read for the reason 2", WHY + TEST.format(2, "RETHROW"), SLOTS),
    ("may be unset for the reason 0", WHY + TEST.format(0, "RETURN"), SLOTS),
    ("no constant reason", "GET_BUILTIN =\"a\"\nSET_LOCAL why\n" + WHY + "NIL\nRETURN", SLOTS),
    ("1 is the reason of an exception", "CONSTANT =1\nSET_LOCAL why\n" + WHY + "NIL\nRETURN",
     SLOTS),
    ("1 is the reason of an exception",
     "NIL\nSET_LOCAL value\nCONSTANT =1\nSET_LOCAL why\n" + WHY + "NIL\nRETURN", SLOTS),
    ("1 is the reason of an exception",  # the jump leaves out the store of the exception
     "NIL\nSET_LOCAL value\nCONSTANT =0\nSET_LOCAL why\ns:\nNIL\nPOP\ne:\nJUMP f\nh:\n"
     "SET_LOCAL value\nf:\nCONSTANT =1\nSET_LOCAL why\n" + TEST.format(1, "RETHROW"), SLOTS),
    ("is set without a reason", "NIL\nSET_LOCAL value\nNIL\nPOP\n" + WHY + "NIL\nRETURN", SLOTS),
    ("used as a value and as an exception", WHY + "GET_CHECKED value\nRETURN", SLOTS),
]


def fails(module: Module, message: str) -> str:
    with pytest.raises(BytecodeError) as caught:
        verify(module)
    assert message in str(caught.value)
    assert caught.value.kind == "import"
    return str(caught.value)


@pytest.mark.parametrize("message, code, before", BROKEN)
def test_broken_code(message: str, code: str, before: str) -> None:
    assert "<module>" in fails(body(code, before=before), message)


@pytest.mark.parametrize("message, header, code, before", BROKEN_FUNCTIONS)
def test_broken_function(message: str, header: str, code: str, before: str) -> None:
    assert " f" in fails(function_of(code, header, before), message)


@pytest.mark.parametrize("message, code, before", BROKEN_HANDLERS)
def test_broken_handlers(message: str, code: str, before: str) -> None:
    fails(body(code, before=before), message)


def test_the_message_names_the_place() -> None:
    assert fails(function_of("NIL\nADD\nRETURN"), "") == (
        "malformed bytecode in f, instruction 1 (ADD): the stack holds too few values")
    fused = body("NIL\nSET_LOCAL 0\nINCREMENT 0 =1\nINCREMENT 1 =1\nNIL\nRETURN", "", "locals a b")
    assert "instruction 3 (INCREMENT): local 1 may be unset" in fails(fused, "")


@pytest.mark.parametrize("code, before", [
    (TRY, HANDLER),
    (WHY + TEST.format(1, "RETHROW"), SLOTS),
    ("NIL\nSET_LOCAL value\nCONSTANT =0\nSET_LOCAL why\n"
     + WHY.removeprefix("CONSTANT =0\nSET_LOCAL why\n")
     + "NIL\nJUMP_IF_FALSE q\nNIL\nSET_LOCAL value\nCONSTANT =2\nSET_LOCAL why\nq:\n"
     + TEST.format(2, "RETURN"), SLOTS),
    ("NIL\nRETURN\nADD\nADD\nPOP\nRETHROW", ""),  # nothing leads to the rest
    ("x:\nLOOP x", ""),
    ("NIL\nAND_JUMP x\nNIL\nx:\nRETURN", ""),
    ("NIL\nITER_START2 0\nx:\nITER_NEXT2 0 y\nPOP\nPOP\nLOOP x\ny:\nNIL\nRETURN", "locals a"),
])
def test_right_code(code: str, before: str) -> None:
    verify(body(code, before=before))


def changed(**changes: object) -> Module:
    """A small right module, with some fields of its body changed."""
    module = body("NIL\nRETURN", before="locals a")
    return with_body(module, module.body.replaced(**changes))


@pytest.mark.parametrize("message, changes", [
    ("unknown opcode 8", {"code": ((8, 0, 0, 0), (63, 0, 0, 0))}),
    ("unknown opcode 300", {"code": ((300, 0, 0, 0), (63, 0, 0, 0))}),
    ("operand 1 where there is none", {"code": ((2, 1, 0, 0), (63, 0, 0, 0))}),
    ("operand 3 where there is none", {"code": ((2, 0, 0, 3), (63, 0, 0, 0))}),
    ("operand -1 where there is none", {"code": ((2, 0, -1, 0), (63, 0, 0, 0))}),
    ("there is no local slot -1", {"code": ((12, -1, 0, 0), (63, 0, 0, 0))}),
    ("there is no instruction 2", {"code": ((70, 2, 0, 0), (71, 0, 0, 0))}),
    ("a LOOP goes outside", {"code": ((2, 0, 0, 0), (71, 9, 0, 0))}),
    ("can run off its end", {"code": (), "spans": ()}),
    ("not one span for each instruction", {"spans": (NO_SPAN,)}),
    ("malformed span (0, 1, 1, 1, 1, 1)", {"spans": (NO_SPAN, (0, 1, 1, 1, 1, 1))}),
    ("malformed span (2, 1, 1, 1, 1, 1)", {"spans": (NO_SPAN, (2, 1, 1, 1, 1, 1))}),
    ("malformed span (1, 5, 1, 4, 1, 1)", {"span": (1, 5, 1, 4, 1, 1)}),
    ("malformed span", {"span": (1, 1, 1, 1, 1, 1 << 31)}),
    ("malformed max_stack", {"max_stack": 1 << 60}),
    ("malformed max_stack", {"max_stack": -1}),
    ("malformed range", {"handlers": (Handler(0, 1, 9, 0),)}),
    ("the body of a module has parameters", {"parameters": 1}),
    ("the body of a module has parameters", {"has_rest": True}),
    ("the body of a module has parameters", {"upvalues": (Upvalue("a", True, 0),)}),
    ("malformed parameters", {"required": 1}),
    ("is no name of a local", {"local_names": ("a b",)}),
    ("is no name of a local", {"local_names": ("$",)}),
    ("is no name of a local", {"local_names": ("",)}),
    ("is no name of a function", {"name": "f\x1b[2J"}),
    ("a constant is a list", {"constants": ([],)}),
    ("a constant is a complex", {"constants": (1j,)}),
])
def test_broken_fields(message: str, changes: dict[str, object]) -> None:
    assert fails(changed(**changes), message).isprintable()


NESTED = """module "t.sn"
function 0 <module>
  locals x
  functions 1
  code
    {}
    CLOSURE 0
    RETURN
function 1 f
  upvalues
    {}
  code
    NIL
    RETURN
"""


@pytest.mark.parametrize("message, make, upvalues", [
    ("", "NEW_CELL 0", "x = local 0"),
    ("the cell in local 0 may be unset", "NIL\nPOP", "x = local 0"),
    ("used as a cell and as a value", "NIL\nSET_LOCAL 0", "x = local 0"),
    ("upvalue x is out of range", "NEW_CELL 0", "x = local 1"),
    ("upvalue x is out of range", "NEW_CELL 0", "x = upvalue 0"),
    ("two upvalues have one name", "NEW_CELL 0", "x = local 0\nx = local 0"),
    ("is no name of an upvalue", "NEW_CELL 0", "\"0\" = local 0"),
])
def test_upvalues(message: str, make: str, upvalues: str) -> None:
    module = assemble(NESTED.format(make, upvalues))
    if message:
        fails(module, message)
    else:
        verify(module)


def test_unused_functions_are_checked() -> None:
    module = assemble(NESTED.format("JUMP end", "x = local 0").replace(
        "RETURN\nfunction", "POP\nend:\nNIL\nRETURN\nfunction"))
    verify(module)
    broken = module.body.functions[0].replaced(code=((5, 0, 0, 0), (63, 0, 0, 0)))
    fails(with_body(module, module.body.replaced(functions=(broken,))), "too few values")


@pytest.mark.parametrize("message, line", [
    ("", "variables a b\nimplicit a\nsingle b\nexports\nx = a\ny = a"),
    ("is no name of a variable", 'variables "a b"'),
    ("a variable is listed twice", "variables a a"),
    ("is not among the variables", "implicit a"),
    ("is not among the variables", "single a"),
    ("is no name of an export", 'variables a\nexports\n"" = a'),
    ("of an unknown variable", "exports\nx = a"),
    ("a name is exported twice", "variables a b\nexports\nx = a\nx = b"),
])
def test_modules(message: str, line: str) -> None:
    module = assemble(f'module "t.sn"\n{line}\nfunction 0 <module>\ncode\nNIL\nRETURN\n')
    if message:
        fails(module, message)
    else:
        verify(module)


def test_lowered_programs_pass() -> None:
    programs = lowered()
    assert len(programs) > 100
    for _, module in programs:
        verify(module)


def nest(function: Function, levels: int) -> Module:
    """`function` inside so many others."""
    shell = function_of("NIL\nRETURN").body
    for _ in range(levels):
        function = shell.replaced(functions=(function,), name="f")
    return with_body(body("NIL\nRETURN"), shell.replaced(functions=(function,)))


def test_deep_nesting_needs_no_recursion() -> None:
    inner = function_of("NIL\nRETURN").body.functions[0]
    verify(nest(inner, 5000))
    fails(nest(inner.replaced(max_stack=0), 5000), "the stack grows to 1, past its 0")


@pytest.mark.parametrize("count", [10, 600, 3000])
def test_sets_of_slots(count: int) -> None:
    bits, empty = slot_sets(count)
    some = empty | bits[0] | bits[count - 1]
    assert some & bits[0]
    assert some & bits[count - 1]
    assert not some & bits[1]
    assert some & some == some
    assert not (some & (empty | bits[1])) & bits[0]
    assert not (some ^ bits[0]) & bits[0]
    assert isinstance(empty, WideSet) == (count > 512)


def test_many_slots_take_linear_time() -> None:
    """Each of many slots is set on a way of its own, so that all sets of ready slots differ."""
    count = 20_000
    names = " ".join(f"v{i}" for i in range(count))
    code = "\n".join(f"NIL\nJUMP_IF_FALSE e{i}\nNIL\nSET_LOCAL {i}" for i in range(count))
    ends = "\n".join(f"e{i}:" for i in range(count))
    module = body(f"{code}\n{ends}\nNIL\nRETURN", before=f"locals {names}")
    start = time.perf_counter()
    verify(module)
    assert time.perf_counter() - start < 2
    fails(body(f"{code}\n{ends}\nGET_LOCAL {count - 1}\nRETURN", before=f"locals {names}"),
          "may be unset")


def test_many_lets_in_a_branch() -> None:
    lines = "\n".join(f"let v{i} = {i}" for i in range(2000))
    verify(compiled(f"if f() {{\n{lines}\nlog(v0, v1999)\n}}"))
