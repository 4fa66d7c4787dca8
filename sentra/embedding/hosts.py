"""Functions and objects of the host as values of a program."""

from __future__ import annotations

from sentra.embedding.convert import discard, to_sentra
from sentra.embedding.errors import for_guest
from sentra.embedding.signatures import Shape, check_results
from sentra.embedding.tracebacks import note_host_frames
from sentra.errors import NAME, TYPE, SentraError
from sentra.runtime.collections import PROPERTIES
from sentra.runtime.text import FORMS
from sentra.runtime.values import TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentra.embedding.run import Run


class HostFunction:
    """A function of the host as a value of one run; calling it is the program's call."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("run", "shape")

    def __init__(self, shape: Shape, run: Run) -> None:
        self.shape = shape
        self.run = run

    def __call__(self, *args: Any) -> Any:
        shape, run = self.shape, self.run
        values, options = shape.check(args)
        run.count_host_call()
        guard = run.context.guard
        was_outside = run.outside
        error = result = None
        try:
            if guard is not None:
                guard.suspend()
            run.outside = True
            # The program's functions and objects of the host are what the host knows them as.
            result = shape.function(
                *map(run.to_python, values),
                **{name: run.to_python(value) for name, value in options.items()})
            result = to_sentra(result, run.wrap)
        except Exception as exception:  # noqa: BLE001  # the program gets message and kind
            error = for_guest(exception, shape.name)
            note_host_frames(error, exception.__traceback__)
            discard(result)
        finally:
            run.outside = was_outside
            if guard is not None:
                guard.armed = True  # no call: there may be no stack left for one
        if guard is not None:
            guard.resume()
        if error is not None:
            raise error
        return result

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is HostFunction and self.shape is other.shape and self.run is other.run)

    def __repr__(self) -> str:
        return f"<fn {self.shape.name}>"


PLAIN = (type(None), bool, int, float, str, list, dict, tuple)


class HostClass:
    """What a program may touch of a class's objects."""

    __slots__ = ("attributes", "cls", "methods", "name")

    def __init__(
        self, cls: type, attributes: Sequence[str], methods: Sequence[str], name: str | None,
    ) -> None:
        if not isinstance(cls, type):
            raise TypeError(f"a class of the host, not {cls!r}")
        if isinstance(attributes, str) or isinstance(methods, str) or not all(
                isinstance(member, str) for member in (*attributes, *methods)):
            raise TypeError("attributes and methods are lists of names")
        if cls in PLAIN:
            raise ValueError(f"objects of {cls.__name__} are plain data to programs")
        for member in (*attributes, *methods):
            if member.startswith("_"):
                raise ValueError(f"names that start with an underscore stay private: {member}")
        for method in methods:
            _check_method(cls, method)
        self.cls = cls
        self.attributes = frozenset(attributes)
        self.methods = frozenset(methods)
        self.name = name or cls.__name__


def _check_method(cls: type, name: str) -> None:
    members = [vars(base) for base in cls.__mro__]
    found = next((each[name] for each in members if name in each), None)
    if isinstance(found, (staticmethod, classmethod)):
        found = found.__func__
    if callable(found):
        check_results(f"{cls.__name__}.{name}", found)
    elif not hasattr(found, "__get__"):  # a property may give a function
        if found is not None or not any(
                "__getattr__" in each or "__getattribute__" in each for each in members[:-1]):
            raise ValueError(f"{cls.__name__} has no method {name!r}")


class HostObject:
    """An object of an allowed class as a value of one run. It has no attributes of its own."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("__host_class", "__object", "__run")

    def __init__(self, value: Any, host_class: HostClass, run: Run) -> None:
        self.__object = value
        self.__host_class = host_class
        self.__run = run

    def __eq__(self, other: object) -> bool:
        return type(other) is HostObject and self.__object is other.__object

    def __repr__(self) -> str:
        return f"<{self.__host_class.name}>"


def object_of(value: HostObject) -> Any:
    """The host's object itself."""
    return value._HostObject__object  # type: ignore[attr-defined]


def read_member(value: HostObject, name: str) -> Any:
    """value.name, if the class's list has it; a method is a function of the host."""
    host_class: HostClass = value._HostObject__host_class  # type: ignore[attr-defined]
    run: Run = value._HostObject__run  # type: ignore[attr-defined]
    host = object_of(value)
    if name in host_class.methods:
        return HostFunction(_method(host, name), run)
    if name in host_class.attributes:
        # Through a function of the host: a property may do anything.
        return HostFunction(Shape(lambda: getattr(host, name), name), run)()
    raise SentraError(f'{host_class.name} has no member "{name}"', NAME)


def _method(host: Any, name: str) -> Shape:
    """A method of an object, which may have another than its class."""
    try:
        method = getattr(host, name)
    except Exception as exception:  # noqa: BLE001  # the program gets message and kind
        failed = for_guest(exception, name)
    else:
        try:
            return Shape(method, name)
        except TypeError as error:
            raise SentraError(str(error), TYPE) from error
    raise failed


TYPE_NAMES[HostFunction] = "function"
FORMS[HostFunction] = repr
TYPE_NAMES[HostObject] = "object"
FORMS[HostObject] = repr
PROPERTIES[HostObject] = read_member
