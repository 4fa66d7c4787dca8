"""The table of builtins: every function of STDLIB with its names, sections and needed permission.

A builtin is declared where it is written:

    @builtin("string", "starts_with", "startsWith", "startswith")
    def starts_with(text, prefix): ...

Its Python signature gives the number of arguments. Optional parameters default to None (nil is the
same as left out), ``*rest`` takes any number. With ``context=True`` the first parameter is the
`Context` of the run and is not the program's. Section modules are imported when first needed.
"""

from __future__ import annotations

from sentra.errors import CALL, SentraError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from sentra.runtime.context import Context

    F = TypeVar("F", bound=Callable[..., Any])

_REST = 0x04  # CO_VARARGS


class Declaration:
    """A builtin as it was declared, before it is tied to a context."""

    __slots__ = ("context", "function", "least", "most", "name", "names", "permission", "section",
                 "short")

    def __init__(
        self, section: str, names: tuple[str, ...], function: Callable[..., Any], *,
        context: bool, permission: str, short: tuple[str, ...],
    ) -> None:
        code = function.__code__
        count = code.co_argcount - context
        self.section = section
        self.name = names[0]
        self.names = names
        self.function = function
        self.context = context
        self.permission = permission  # "", or the letters of STDLIB: R W N E X S
        self.short = short  # names inside `import SECTION` beside the global ones
        self.most: int | None = None if code.co_flags & _REST else count
        self.least = count - len(function.__defaults__ or ())


DECLARED: dict[str, Declaration] = {}  # every global name → its declaration
SECTIONS: dict[str, dict[str, Any]] = {}  # section → member name → Declaration or constant


def builtin(
    section: str, *names: str, context: bool = False, permission: str = "",
    short: tuple[str, ...] = (), also: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Declare a builtin under its names; `also` lists further sections that have it as a member."""

    def declare(function: F) -> F:
        row = Declaration(section, names, function, context=context, permission=permission,
                          short=short)
        for name in names:
            if name in DECLARED:
                raise ValueError(f"builtin {name} is declared twice")
            DECLARED[name] = row
        for part in (section, *also):
            members = SECTIONS.setdefault(part, {})
            for name in (*names, *short):
                members[name] = row
        return function

    return declare


def constant(section: str, name: str, value: Any, *, everywhere: bool = False) -> None:
    """Declare a constant member of a section; a global name too if `everywhere`."""
    SECTIONS.setdefault(section, {})[name] = value
    if everywhere:
        CONSTANTS[name] = value


GROWING: dict[str, Callable[..., Any]] = {}  # builtin → what checks sizes, where they are limited

CONSTANTS: dict[str, Any] = {}  # global names of constants (PI, E)


class Builtin:
    """A builtin function as a value of a program: callable, equal only to itself."""

    __hash__ = None  # type: ignore[assignment]  # no key of a map
    __slots__ = ("declaration", "function", "least", "most", "name")

    def __init__(self, declaration: Declaration, context: Context | None) -> None:
        self.declaration = declaration
        self.name = declaration.name
        self.least = declaration.least
        self.most = declaration.most
        function = declaration.function
        if context is not None and context.sized and declaration.name in GROWING:
            function = GROWING[declaration.name]
        if declaration.context:
            function = _bound(function, context)
        if declaration.permission:
            function = _checked(function, declaration, context)
        # What generated code calls directly when the number of arguments is known to be right.
        self.function: Callable[..., Any] = function

    def __call__(self, *args: Any) -> Any:
        count = len(args)
        if count < self.least or (self.most is not None and count > self.most):
            raise SentraError(wrong_count(self.name, self.least, self.most, count), CALL)
        return self.function(*args)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<builtin {self.name}>"


def _bound(function: Callable[..., Any], context: Context | None) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return function(context, *args)

    return call


def _checked(
    function: Callable[..., Any], declaration: Declaration, context: Context | None,
) -> Callable[..., Any]:
    """A builtin that needs a permission: the one place where that is checked."""
    name, letters = declaration.name, declaration.permission

    def call(*args: Any) -> Any:
        from sentra.runtime.permissions import NONE, check_call

        granted = context.permissions if context is not None else None
        check_call(granted or NONE, name, letters, args)
        return function(*args)

    return call


def wrong_count(name: str, least: int, most: int | None, got: int) -> str:
    """The text for a wrong number of arguments.

    >>> wrong_count("f", 1, 1, 2), wrong_count("f", 1, 2, 0)
    ('f expects 1 argument, got 2', 'f expects 1 to 2 arguments, got 0')
    >>> wrong_count("f", 1, None, 0)
    'f expects at least 1 argument, got 0'
    """
    if most is None:
        wanted, last = f"at least {least}", least
    elif least == most:
        wanted, last = str(least), least
    else:
        wanted, last = f"{least} to {most}", most
    return f"{name} expects {wanted} argument{'' if last == 1 else 's'}, got {got}"
