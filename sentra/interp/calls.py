"""Calls that a machine runs, as a debugger sees them."""

from __future__ import annotations

from types import CellType

from sentra.runtime.hooks import Call
from sentra.runtime.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

    from sentra.interp.prepare import Prepared


class MachineCall(Call):
    """A call on the explicit stack of a machine, over its slots and cells."""

    __slots__ = ("cells", "slots")

    def __init__(
        self, prepared: Prepared, position: int, cells: tuple[CellType, ...], slots: list[Any],
    ) -> None:
        super().__init__(prepared.linked.module, prepared.function, prepared.namespace, position,
                         slots)
        self.cells = cells
        self.slots = slots

    def read(self, slot: int) -> Any:
        value = self.slots[slot]
        return _content(value) if type(value) is CellType else value

    def write(self, slot: int, value: Any) -> None:
        cell = self.slots[slot]
        if type(cell) is CellType:
            cell.cell_contents = value
        else:
            self.slots[slot] = value

    def read_captured(self, index: int) -> Any:
        return _content(self.cells[index])

    def write_captured(self, index: int, value: Any) -> None:
        self.cells[index].cell_contents = value


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def machine_calls(frame: FrameType) -> Iterator[Call]:
    """The calls that a running loop of a debug build has on its stack, innermost first."""
    variables = frame.f_locals
    if "sp" not in variables:  # the loop has not begun
        return
    yield MachineCall(
        variables["prepared"], variables["pc"] - 1, variables["cells"], variables["slots"])
    for prepared, cells, slots, pc, _ in reversed(variables["callers"]):
        yield MachineCall(prepared, pc - 1, cells, slots)
