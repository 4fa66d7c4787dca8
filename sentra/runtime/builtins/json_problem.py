"""What is wrong with a JSON text, and where."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Problem = tuple[int, str]  # position, message

MAX_DEPTH = 200

# States of the reader: what may stand at the position.
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _AFTER = range(5)


def find_problem(text: str) -> Problem | None:
    """The first thing wrong with `text`; None where it is a JSON text that Sentra accepts.

    >>> find_problem('{"a": [1, ]}'), find_problem(' 1 ')
    ((10, 'expected a value'), None)
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        import re

        self.text = text
        self.position = 0
        self.problem: Problem | None = None
        self.space: Callable[..., Any] = re.compile(r"[ \t\n\r]*").match
        self.number: Callable[..., Any] = re.compile(
            r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
        self.plain: Callable[..., Any] = re.compile(r'[^"\\\x00-\x1f]*').match
        self.surrogate: Callable[..., Any] = re.compile(r"\\u[dD][89a-bA-B][0-9a-fA-F]{2}").match
        self.surrogate_end: Callable[..., Any] = re.compile(
            r"\\u[dD][c-fC-F][0-9a-fA-F]{2}").match
        self.escape: Callable[..., Any] = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})').match

    def fail(self, message: str, position: int | None = None) -> bool:
        """Note what is wrong; false, to be passed on."""
        at = self.position if position is None else position
        self.problem = (at, "unexpected end" if at >= len(self.text) else message)
        return False

    def read(self) -> Problem | None:
        closers: list[str] = []
        state = _VALUE
        while True:
            self.position = self.space(self.text, self.position).end()
            char = self.text[self.position:self.position + 1]
            if state == _AFTER:
                if not closers:
                    if char:
                        self.fail("unexpected text after the value")
                    return self.problem
                if char == ",":
                    state = _VALUE if closers[-1] == "]" else _KEY
                elif char == closers[-1]:
                    closers.pop()
                else:
                    self.fail(f"expected , or {closers[-1]}")
                    return self.problem
                self.position += 1
            elif state in (_FIRST_VALUE, _FIRST_KEY) and char == closers[-1]:
                closers.pop()
                self.position += 1
                state = _AFTER
            elif state in (_KEY, _FIRST_KEY):
                if not self.key(char):
                    return self.problem
                state = _VALUE
            elif char == "[" or char == "{":
                if len(closers) == MAX_DEPTH:
                    self.fail(f"nested more than {MAX_DEPTH} levels deep")
                    return self.problem
                closers.append("]" if char == "[" else "}")
                state = _FIRST_VALUE if char == "[" else _FIRST_KEY
                self.position += 1
            else:
                if not self.scalar(char):
                    return self.problem
                state = _AFTER

    def key(self, char: str) -> bool:
        if char != '"':
            return self.fail("expected a string as key")
        if not self.string():
            return False
        self.position = self.space(self.text, self.position).end()
        if not self.text.startswith(":", self.position):
            return self.fail("expected :")
        self.position += 1
        return True

    def scalar(self, char: str) -> bool:
        if char == '"':
            return self.string()
        for word in ("true", "false", "null"):
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return True
        match = self.number(self.text, self.position)
        if match is None:
            return self.fail("expected a value")
        self.position = match.end()
        return True

    def string(self) -> bool:
        text = self.text
        position = self.position + 1
        while True:
            position = self.plain(text, position).end()
            char = text[position:position + 1]
            if char == '"':
                self.position = position + 1
                return True
            if char != "\\":
                return self.fail("control character in a string", position)
            escape = self.escape(text, position)
            if escape is None:
                return self.fail("malformed escape in a string", position)
            if self.surrogate(text, position):
                pair = self.surrogate_end(text, escape.end())
                if pair is None:
                    return self.fail("half a surrogate pair", position)
                position = pair.end()
            elif self.surrogate_end(text, position):
                return self.fail("half a surrogate pair", position)
            else:
                position = escape.end()
