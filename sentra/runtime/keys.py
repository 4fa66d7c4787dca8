"""Which values can be keys of a map."""

from __future__ import annotations

from sentra.errors import TYPE, SentraError
from sentra.runtime.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEYS = frozenset((str, int, float, bool, type(None)))


def check_key(key: Any) -> None:
    """Throw unless `key` can be a key of a map."""
    if type(key) not in KEYS:
        raise SentraError(f"cannot use {type_name(key)} as a map key", TYPE)
