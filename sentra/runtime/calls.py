"""The meaning of ``f(x)`` and ``v.name(x)``, and how builtins call the functions they are given.

An interpreter that pushes frames for calls of Sentra functions uses `method_of` or `callee_of`,
and `check_count`; everyone else `call` and `invoke`.
"""

from __future__ import annotations

from types import FunctionType

from sentra.errors import CALL, NAME, TYPE, SentraError
from sentra.runtime.arguments import wrong_argument
from sentra.runtime.builtins import ARRAY_METHODS, MAP_METHODS, STRING_METHODS, TYPE_METHODS
from sentra.runtime.collections import PROPERTIES
from sentra.runtime.functions import REST, name_of, shape_of
from sentra.runtime.registry import Builtin, wrong_count
from sentra.runtime.values import TYPE_NAMES, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sentra.runtime.context import Context


def call(function: Any, *args: Any) -> Any:
    """function(args…)"""
    kind = type(function)
    if kind is FunctionType:
        # Only what an executor enters has keyword defaults, and its code takes any number.
        if function.__code__.co_argcount != len(args) or function.__kwdefaults__:
            check_count(function, len(args))
        return function(*args)
    if kind is Builtin or is_function(function):
        return function(*args)
    raise cannot_call(function)


def is_function(value: Any) -> bool:
    """Whether ``type(value)`` is "function"."""
    return TYPE_NAMES.get(type(value)) == "function"


def cannot_call(value: Any) -> SentraError:
    """What calling a value that is no function throws."""
    return SentraError(f"cannot call {type_name(value)}", TYPE)


def check_count(function: FunctionType, count: int) -> None:
    """Throw unless a Sentra function takes `count` arguments."""
    required, named, has_rest = shape_of(function)
    if count < required or (count > named and not has_rest):
        raise SentraError(
            wrong_count(name_of(function), required, None if has_rest else named, count), CALL)


def callback(
    name: str, position: int, function: Any, values: int, extra: int = 0,
) -> tuple[Callable[..., Any], bool]:
    """A function given to builtin `name` as argument `position`: what to call, and how.

    `values` arguments are always passed; `extra` more (an index) if the second result is true,
    which it is for a Sentra function that names them. The arguments are counted here once, where
    that is possible, and not at each call.
    """
    if type(function) is not FunctionType:
        if not is_function(function):
            raise wrong_argument(name, position, "function", function)
        return function, False
    code = function.__code__
    if not code.co_flags & REST and function.__defaults__ is None and (
            function.__kwdefaults__ is None):  # generated Python that takes what it names
        if code.co_argcount == values:
            return function, False
        if extra and code.co_argcount == values + extra:
            return function, True
    required, named, has_rest = shape_of(function)
    more = not has_rest and extra > 0 and named >= values + extra
    count = values + extra if more else values
    if required <= count and (has_rest or count <= named):
        return function, more
    return lambda *args: call(function, *args), more


def invoke(receiver: Any, name: str, args: Sequence[Any], context: Context) -> Any:
    """receiver.name(args…)"""
    if type(receiver) is dict and name in receiver:
        return call(receiver[name], *args)
    callee, takes_receiver = callee_of(receiver, name, context)
    if takes_receiver:
        return callee(receiver, *args)
    return call(callee, *args)


def callee_of(receiver: Any, name: str, context: Context) -> tuple[Any, bool]:
    """What ``receiver.name(…)`` calls, and whether the receiver is its first argument."""
    kind = type(receiver)
    if kind is dict and name in receiver:
        return receiver[name], False
    try:
        return context.methods[kind][name], True
    except KeyError:
        pass
    if kind in PROPERTIES:
        return PROPERTIES[kind](receiver, name), False
    return method_of(receiver, name, context), True


def method_of(receiver: Any, name: str, context: Context) -> Builtin:
    """The builtin that is method `name` of the receiver's type; to be called with the receiver."""
    kind = type(receiver)
    try:
        return context.methods[kind][name]
    except KeyError:
        pass
    if isinstance(receiver, SentraError):
        names = STRING_METHODS
    else:
        names = _METHODS.get(kind) or TYPE_METHODS.get(type_name(receiver), _NONE)
    if name not in names:
        raise SentraError(f'{type_name(receiver)} has no method "{name}"', NAME)
    found: Builtin = context.builtin(name)
    context.methods.setdefault(kind, {})[name] = found
    return found


_METHODS: dict[type, frozenset[str]] = {
    str: STRING_METHODS, list: ARRAY_METHODS, dict: MAP_METHODS,
}
_NONE: frozenset[str] = frozenset()
