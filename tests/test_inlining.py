"""Inlining in programs with many functions."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import sentra

from sentra.codegen import inlining, marks
from sentra.codegen.generate import arrange
from sentra.ir.prepare import prepare
from sentra.pipeline import compile_source, read_source


def chain(size: int) -> str:
    """Functions that each call the one before."""
    lines = ["fn f0(x) { return x }"]
    lines += [f"fn f{i}(x) {{ return f{i - 1}(x) + 1 }}" for i in range(1, size)]
    return "\n".join([*lines, f"log(f{size - 1}(1), f3(1))"])


def test_names_of_inlined_functions_do_not_add_up() -> None:
    ir = prepare(compile_source(read_source(chain(100), "chain.sn")))
    arrange(ir)
    assert len(ir.inlining.sites) >= 99
    assert max(len(function.free_names) for function in ir.functions
               if function is not ir.body) <= 3


def test_more_calls_than_can_be_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks.MARK * (marks.MAX_SITES + 1) < 2 ** 31
    monkeypatch.setattr(inlining, "MAX_SITES", 5)
    ir = prepare(compile_source(read_source(chain(20), "chain.sn")))
    arrange(ir)
    assert len(ir.inlining.sites) == 5


def test_a_program_with_more_calls_than_can_be_marked(tmp_path: Path) -> None:
    size = inlining.MAX_SITES + 100
    (tmp_path / "chain.sn").write_text(chain(size), encoding="utf-8")
    done = sentra(tmp_path, "--mode=closure", "chain.sn", SENTRA_VERIFY="")
    assert done.all() == (f"{size} 4\n", "", 0)
