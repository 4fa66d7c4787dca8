"""What arrays and maps hold: one class per set of containers that may be the same.

Containers are shared and changed through any of their names, so their contents are found by
unification (Steensgaard 1996): storing, passing or returning a container makes the classes of both
sides one. A class knows the join of its elements; of a map whose keys are constants, each field
apart. What leaves the compiler's sight is `UNKNOWN`, and so is what it holds.
"""

from __future__ import annotations

from sentra.ir.model import ANY, NIL, NONE, NUMBER, STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Content:
    """A class of containers (a node of the union-find forest)."""

    __slots__ = ("always", "collapsed", "elem", "fields", "inner", "keys", "parent", "readers",
                 "unknown")

    def __init__(self, elem: int = NONE) -> None:
        self.parent: Content | None = None
        self.elem = elem  # the type of elements, and of values under keys that are no constants
        self.keys = NONE  # the types of a map's keys
        self.inner: Content | None = None  # the class of the containers among them
        self.fields: dict[str, list[Any]] = {}  # constant key → [type, class]
        self.always: frozenset[str] | None = None  # keys that all its maps have; None: no map yet
        self.collapsed = False  # fields are elements like any other
        self.unknown = False
        self.readers: list[Any] = []  # statements to look at again when the class grows


KEY = NIL | NUMBER | STRING

UNKNOWN = Content(ANY)
UNKNOWN.unknown = UNKNOWN.collapsed = True
UNKNOWN.always = frozenset()
UNKNOWN.keys = KEY


def joined(contents: list[Content | None]) -> Content:
    """A class of its own that holds what any of these holds, as elements of arrays or maps."""
    made = Content()
    made.collapsed = True
    made.inner = UNKNOWN
    for content in contents:
        if content is not None:
            content = Contents().find(content)
            if content.unknown:
                return UNKNOWN
            made.elem |= content.elem
            made.keys |= content.keys
            for found, _ in content.fields.values():
                made.elem |= found
    return made


class Contents:
    """The classes of one module. `changed` collects the readers of classes that grew."""

    def __init__(self) -> None:
        self.changed: list[Any] = []

    def find(self, content: Content) -> Content:
        while content.parent is not None:
            if content.parent.parent is not None:
                content.parent = content.parent.parent
            content = content.parent
        return content

    def grow(self, content: Content, found: int) -> None:
        """An element of a type is stored."""
        content = self.find(content)
        if found | content.elem != content.elem:
            content.elem |= found
            self.notify(content)

    def grow_keys(self, content: Content, found: int) -> None:
        """Something is stored under a key of a type."""
        content = self.find(content)
        found &= KEY  # any other key throws
        if found | content.keys != content.keys:
            content.keys |= found
            self.notify(content)

    def inner(self, content: Content) -> Content:
        """The class of the containers that a container holds."""
        content = self.find(content)
        if content.unknown:
            return UNKNOWN
        if content.inner is None:
            content.inner = Content()
        return self.find(content.inner)

    def store_field(self, content: Content, key: str, found: int, held: Content | None) -> None:
        """A value is stored under a constant key."""
        content = self.find(content)
        self.grow_keys(content, STRING)
        if content.collapsed:
            self.grow(content, found)
            if held is not None:
                self.unify(self.inner(content), held)
            return
        field = content.fields.setdefault(key, [NONE, Content()])
        if found | field[0] != field[0]:
            field[0] |= found
            self.notify(content)
        if held is not None:
            self.unify(field[1], held)

    def field(self, content: Content, key: str) -> tuple[int, Content]:
        """What is under a constant key: its type (without nil for a missing key) and class."""
        content = self.find(content)
        if content.collapsed:
            return content.elem, self.inner(content)
        field = content.fields.setdefault(key, [NONE, Content()])
        if content.elem:
            # Something was stored under keys that are not known: it may be this one.
            self.unify(field[1], self.inner(content))
        return field[0] | content.elem, self.find(field[1])

    def collapse(self, content: Content) -> Content:
        """Forget which field is which."""
        content = self.find(content)
        if not content.collapsed:
            content.collapsed = True
            fields, content.fields = content.fields, {}
            for found, held in fields.values():
                content.elem |= found
                self.unify(self.inner(content), held)
            content = self.find(content)
            if fields:
                self.notify(content)
        return content

    def take(self, content: Content) -> None:
        """Keys are removed: none is surely there."""
        content = self.find(content)
        if content.always:
            content.always = frozenset()
            self.notify(content)

    def poison(self, content: Content) -> None:
        """The container may be changed by what the compiler does not see."""
        content = self.find(content)
        if not content.unknown:
            self.unify(content, UNKNOWN)

    def unify(self, a: Content, b: Content) -> Content:
        """Make two classes one."""
        pending = [(a, b)]
        while pending:
            left, right = (self.find(one) for one in pending.pop())
            if left is right:
                continue
            if left.unknown:
                left, right = right, left
            if left.collapsed != right.collapsed:
                left, right = self.collapse(left), self.collapse(right)
                left, right = self.find(left), self.find(right)
                if left is right:
                    continue
                if left.unknown:
                    left, right = right, left
            if len(left.fields) > len(right.fields) and not right.unknown:
                left, right = right, left
            left.parent = right
            if right.unknown:
                self.changed += left.readers
                if left.inner is not None:
                    pending.append((left.inner, UNKNOWN))
                pending += [(held, UNKNOWN) for _, held in left.fields.values()]
                continue
            self._join(left, right, pending)
        return self.find(b)

    def _join(
        self, left: Content, right: Content, pending: list[tuple[Content, Content]],
    ) -> None:
        """Add what is known of one class to another; `pending` gets the classes inside them.

        Who reads a class that tells nothing new now need not be looked at again: without that a
        class that is made of n would take n**2 steps.
        """
        before = (right.elem, right.keys, right.always)
        right.elem |= left.elem
        right.keys |= left.keys
        if left.always is not None:
            right.always = (left.always if right.always is None
                            else left.always & right.always)
        after = (right.elem, right.keys, right.always)
        left_grew, right_grew = (left.elem, left.keys, left.always) != after, before != after
        if left.inner is not None:
            if right.inner is None:
                right.inner = left.inner
            else:
                pending.append((left.inner, right.inner))
        for key, (found, held) in left.fields.items():
            field = right.fields.get(key)
            if field is None:
                right.fields[key] = [found, held]  # nobody has asked for it there
            else:
                left_grew |= bool(field[0] & ~found)
                right_grew |= bool(found & ~field[0])
                field[0] |= found
                pending.append((held, field[1]))
        if left_grew:
            self.changed += left.readers
        if right_grew:
            self.changed += right.readers
        if len(left.readers) > len(right.readers):
            left.readers, right.readers = right.readers, left.readers
        right.readers += left.readers

    def notify(self, content: Content) -> None:
        """What is known of a class changed."""
        self.changed += content.readers
