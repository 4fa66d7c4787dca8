"""The pipeline: files in, bytecode out; programs run with their parts put together."""

import sys

import pytest

from sentra.bytecode import file
from sentra.errors import BytecodeError, InternalError, SentraError, SentraSyntaxError
from sentra.interp.executor import InterpreterExecutor
from sentra.pipeline import compile_source, load_data, load_file, read_source, run
from sentra.runtime.context import Context

PROGRAM = "// é\nlet xs = [1, 2]\nlog(xs.map(fn(x) => x * 2))\n"


def printed_by(module, **options):
    printed = []
    run(module, context=Context(write=printed.append), executor=InterpreterExecutor(), **options)
    return "".join(printed)


def test_source_and_bytecode_files_are_loaded(tmp_path):
    source, compiled = tmp_path / "a.sn", tmp_path / "a.snb"
    source.write_bytes(b"\xef\xbb\xbf" + PROGRAM.replace("\n", "\r\n").encode())
    module = load_file(str(source), "shown.sn")
    assert module.filename == "shown.sn"
    compiled.write_bytes(file.dump(module))
    assert printed_by(module) == printed_by(load_file(str(compiled))) == "[2, 4]\n"
    assert load_file(str(compiled)).filename == "shown.sn"


@pytest.mark.parametrize("data, error", [
    (b"let x = ", SentraSyntaxError), (b"\xff", SentraSyntaxError), (b"\x89SNB", BytecodeError)])
def test_bad_files_are_refused(data, error):
    with pytest.raises(error):
        load_data(data, "a.sn")


def test_compiling_deep_in_the_stack_of_a_host():
    source = read_source("log(" + "(" * 150 + "1" + ")" * 150 + ")", "deep.sn")

    def deep(frames):
        return deep(frames - 1) if frames else compile_source(source)

    depth = 0
    frame = sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    module = deep(sys.getrecursionlimit() - depth - 60)
    assert printed_by(module) == "1\n"


def test_what_a_host_gets():
    with pytest.raises(SentraError) as info:
        printed_by(load_data("nil + 1", "a.sn"))
    assert (info.value.file, info.value.line, info.value.column) == ("a.sn", 1, 5)
    assert info.value.__cause__ is None

    class Broken(InterpreterExecutor):
        def body(self, module, namespace, context):
            return lambda: namespace["missing"]

    with pytest.raises(InternalError, match="KeyError"):
        run(load_data("", "a.sn"), context=Context(), executor=Broken())


def test_modules_are_found_beside_the_program(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "up.sn").write_text("export fn twice(x) => [x, x].map(fn(y) => y)\n")
    main = tmp_path / "main.sn"
    main.write_text('import "./lib/up"\nlog(up.twice(2))\n')
    assert printed_by(load_file(str(main)), path=str(main)) == "[2, 2]\n"
    with pytest.raises(SentraError, match="module not found"):
        printed_by(load_file(str(main)))
