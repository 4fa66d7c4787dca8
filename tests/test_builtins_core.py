"""Builtins that reach the world through the context; how builtins are found."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from sentra.errors import Exit
from sentra.runtime import builtins, registry
from sentra.runtime.calls import ARRAY_METHODS, MAP_METHODS, STRING_METHODS
from sentra.runtime.context import Context


def test_output_goes_through_the_context() -> None:
    written: list[str] = []
    context = Context(write=written.append)
    assert context.builtin("log")("a", 1, None, ["x"]) is None
    context.builtin("print")("b", 2.0)
    context.builtin("log")()
    assert "".join(written) == "a 1 nil [x]\nb 2\n"


def test_output_of_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    Context().builtin("log")("héllo")
    assert capsys.readouterr().out == "héllo\n"


def test_readline() -> None:
    lines = ["first\n", "second\r\n", "last", None]
    written: list[str] = []
    context = Context(write=written.append, read_line=lambda: lines.pop(0))
    read = context.builtin("readline")
    assert [read("? "), read(), read(), read(5)] == ["first", "second", "last", None]
    assert written == ["? ", "5"]
    assert context.builtin("input") is read


def test_readline_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n\nb"))
    read = Context().builtin("readline")
    assert [read("> "), read(), read(), read()] == ["a", "", "b", None]
    assert capsys.readouterr().out == "> "


def test_args_are_a_copy() -> None:
    args = Context(arguments=("a", "b")).builtin("args")
    args().append("c")
    assert args() == ["a", "b"]


@pytest.mark.parametrize("given, status", [((), 0), ((3,), 3), ((2.9,), 2), ((True,), 1)])
def test_exit(given: tuple[object, ...], status: int) -> None:
    with pytest.raises(Exit) as caught:
        Context().builtin("exit")(*given)
    assert caught.value.status == status


# Looking up

def test_every_name_is_declared_where_the_index_says() -> None:
    for file, (sections, text) in builtins.FILES.items():
        names = text.split()
        assert len(names) == len(set(names)), file
        for name in names:
            assert builtins._module_of(name) == file
            assert builtins.declaration(name) or name in registry.CONSTANTS, name
        module = sys.modules[f"sentra.runtime.builtins.{file}"]
        declared = {
            name for name, row in registry.DECLARED.items()
            if row.function.__module__ == module.__name__}
        constants = set(names) & set(registry.CONSTANTS)
        assert declared | constants == set(names), file
        for section, members in registry.SECTIONS.items():
            if any(isinstance(row, registry.Declaration)
                   and row.function.__module__ == module.__name__ for row in members.values()):
                assert section in sections.split(), (file, section)


def test_lookup() -> None:
    context = Context()
    assert builtins.lookup("nothing_like_it", context) is None
    assert context.builtin("nothing_like_it") is None
    assert context.builtin("startsWith") is context.builtin("starts_with")
    assert builtins.arity("trim") == (1, 2)
    assert builtins.arity("log") == (0, None)
    assert builtins.arity("nothing_like_it") is None
    assert {"log", "upper", "typeof", "deepClone"} <= builtins.names()


def test_host_globals_come_first() -> None:
    context = Context()
    context.globals["log"] = 5
    assert context.builtin("log") == 5


def test_runs_do_not_share_builtins() -> None:
    first, second = Context(), Context()
    assert first.builtin("log") is first.builtin("log")
    assert first.builtin("log") != second.builtin("log")


@pytest.mark.parametrize("section, members", [
    ("string", "upper split join len slice format reverse"),
    ("array", "push map sort len join contains reverse slice index_of min"),
    ("map", "keys get merge len contains clear"),
    ("math", "min max"),
])
def test_section_members(section: str, members: str) -> None:
    found = builtins.section_members(section, Context())
    assert set(members.split()) <= set(found)
    assert section in builtins.SECTION_NAMES


def test_methods_are_builtins() -> None:
    for names in (STRING_METHODS, ARRAY_METHODS, MAP_METHODS):
        for name in names:
            assert builtins.declaration(name), name


def test_log_loads_only_what_it_needs() -> None:
    code = ("import sys; from sentra.runtime.context import Context; "
            "Context().builtin('log')('hi'); "
            "print([m for m in sys.modules if m.startswith('sentra.runtime.builtins.')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "hi\n['sentra.runtime.builtins.core']\n"
