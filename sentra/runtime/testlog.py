"""What a program's tests did: registered tests, and counts of assertions and tests."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class TestLog:
    """Filled by the builtins of the testing section; a test runner reads and runs `registered`.

    The runner adds to `tests_passed` and `tests_failed` as it runs them.
    """

    __test__ = False  # for a collector of Python tests: this is none
    __slots__ = ("assertions_failed", "assertions_passed", "registered", "tests_failed",
                 "tests_passed")

    def __init__(self) -> None:
        self.registered: list[tuple[str, Callable[[], Any]]] = []
        self.assertions_passed = 0
        self.assertions_failed = 0
        self.tests_passed = 0
        self.tests_failed = 0
