"""The one mapping between Sentra's names and names in Python namespaces.

Invariant: it is injective, and no Sentra name maps to a Python keyword, to a name that starts with
``_`` without ending in ``_``, or to a Python builtin that generated code uses. Names that start
with ``_`` and do not end with it are therefore free for helpers of generated code.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

# Python's keywords (soft ones are ordinary names), and the builtins that generated code calls.
_TAKEN = frozenset(
    """False None True and as assert async await break class continue def del elif else except
    finally for from global if import in is lambda nonlocal not or pass raise return try while
    with yield
    abs all any bool dict enumerate float int len list max min range reversed round set sorted str
    sum tuple type zip iter next isinstance
    ord chr
    Exception TypeError LookupError ValueError AttributeError OverflowError""".split())


_ENTRY = "_entry_"
_HOST = "host"
ITSELF = "_itself"  # what an entry calls its function, where that has no name in the namespace


def to_python(name: str) -> str:
    """The Python name of a Sentra name: the same where that is possible, else with a ``_`` added.

    >>> to_python("count"), to_python("class"), to_python("_x"), to_python("len"), to_python("a_")
    ('count', 'class_', '_x_', 'len_', 'a__')

    What the compiler calls ``count$int``, a form of ``count``, is ``count__int_``.
    """
    if "$" in name:
        base, _, form = name.partition("$")
        return f"{to_python(base)}__{form}_"
    if name in _TAKEN or name[0] == "_" or name[-1] == "_":
        return name + "_"
    return name


def from_python(name: str) -> str:
    """The Sentra name of a Python name; inverse of `to_python`.

    >>> from_python("class_"), from_python("count"), from_python("_x_")
    ('class', 'count', '_x')
    """
    return name[:-1] if name[-1] == "_" else name


def entry_name(python: str, *, loops: bool) -> str:
    """The name of a function's entry (`codegen.entries`) in the same namespace; one in which there
    are loops takes more steps.

    >>> entry_name("area", loops=False), entry_name("class_", loops=True)
    ('_entry_area0', '_entry_class_3')
    """
    return f"{_ENTRY}{python}{3 if loops else 0}"


def host_name(python: str, number: int) -> str:
    """The name of the code of a function inside another that a host may get and that has an entry:
    no other function of the module has it.

    >>> host_name("fn", 7), display_name(host_name("fn", 7)), display_name(host_name("class_", 2))
    ('fn__host7_', 'fn', 'class')
    """
    return f"{python}__{_HOST}{number}_"


def host_number(name: str) -> int:
    """The number that `host_name` was given.

    >>> host_number(host_name("fn", 7))
    7
    """
    return int(name.rpartition(_HOST)[2][:-1])


def is_host_name(python: str) -> bool:
    """Whether `host_name` made it.

    >>> is_host_name("fn__host7_"), is_host_name("fn"), is_host_name(to_python("fn__host7_"))
    (True, False, False)
    """
    form = python.rpartition("__")[2]
    return form.startswith(_HOST) and form[-1] == "_"


def inner_name(python: str, kinds: str, *, counted: bool, bounds: str) -> str:
    """The name of what entries call for a function, made for arguments of these kinds, a letter
    each, and without tests of them; where it is `counted` it takes a step. What is made for other
    `bounds` has another name.

    >>> inner_name("area", "ii", counted=True, bounds="")
    '_entry_area1ii'
    >>> inner_name("area", "", counted=False, bounds="1000")
    '_entry_area2_1000'
    """
    return f"{_ENTRY}{python}{1 if counted else 2}{kinds}{bounds and '_' + bounds}"


def is_entry(code: CodeType) -> bool:
    """Whether a frame with this code stands for no call of the program."""
    return code.co_qualname.rpartition(".")[2].startswith(_ENTRY)


def display_name(python: str) -> str:
    """The Sentra name of a function or variable of generated code; "fn" for a lambda.

    >>> display_name("<lambda>"), display_name("_module"), display_name("x__2_")
    ('fn', '<module>', 'x')
    >>> display_name(to_python("class$int")), display_name(to_python("a__int_"))
    ('class', 'a__int_')
    """
    if python in ("<lambda>", "<listcomp>", "<genexpr>", "fn"):
        return "fn"
    if python == "_module":
        return "<module>"
    base, mark, number = python.rpartition("__")
    if mark and base and number[-1:] == "_" and (
            number[:-1].isdigit() or (number != "_" and python[0] != "_")):
        python = base
    return from_python(python)
