"""Generated code meets a run: its namespace, its helpers, its place in Python's tools.

A module's namespace holds its variables, and the helpers that its code uses under names that no
variable can have. Its ``__builtins__`` is an empty mapping: generated code reaches nothing else.
"""

from __future__ import annotations

import math
from functools import partial
from types import CellType, FunctionType

from sentra.codegen import ranges
from sentra.codegen.debugging import load_debug
from sentra.codegen.generate import generate
from sentra.codegen.marks import Site
from sentra.codegen.metering import load_meter
from sentra.codegen.naming import BODY
from sentra.codegen.sources import keeps_places, show
from sentra.codegen.translate import Translator
from sentra.errors import SentraError, Thrown
from sentra.ir.passes import PASSES
from sentra.ir.prepare import prepare
from sentra.runtime import (
    arithmetic,
    calls,
    collections,
    compare,
    iteration,
    many,
    soon,
    text,
    throwing,
)
from sentra.runtime.collector import Paused
from sentra.runtime.keys import KEYS
from sentra.runtime.names import from_python
from sentra.runtime.registry import Builtin
from sentra.runtime.values import MISSING, SCALARS, TYPE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType
    from typing import Any, Protocol

    from sentra.bytecode.code import Function, Module
    from sentra.codegen.debugging import Marks
    from sentra.codegen.late import LateEntries
    from sentra.ir.model import ModuleIR
    from sentra.ir.passes import Pass
    from sentra.runtime.context import Context

    class Store(Protocol):
        """Keeps the generated code of a module."""

        def holds(self, module: Module) -> bool: ...

        def get(self, module: Module, *, metered: bool) -> Compiled | None: ...

        def put(self, compiled: Compiled) -> None: ...

KEPT = 256  # modules whose code an executor keeps


class AstExecutor:
    """Runs modules as generated Python; what it declines runs on `fallback`."""

    name = "ast"

    def __init__(
        self, fallback: Any, passes: Sequence[Pass] = PASSES, *, metered: bool = False,
        open_functions: bool = False, store: Store | None = None, debug: bool = False,
    ) -> None:
        self.fallback = fallback
        self.store = store  # keeps generated code for longer than this process
        self.passes = passes
        self.metered = metered  # the code counts steps and checks the sizes of values
        self.open_functions = open_functions  # a host may call any function of a program
        self.debug = debug  # the code tells the context's debugger where it is
        self._compiled: dict[int, Compiled] = {}  # by the module's identity

    def body(
        self, module: Module, namespace: dict[str, Any], context: Context,
    ) -> Callable[[], None]:
        """What runs the module's body in `namespace`."""
        compiled = self._known(module)
        if compiled is None or compiled.code is None:
            body: Callable[[], None] = self.fallback.body(module, namespace, context)
            return body
        return link(compiled, namespace, context, self.fallback)

    def _known(self, module: Module) -> Compiled | None:
        """The generated code of a module; None where there can be none in this process or here."""
        compiled = self._compiled.get(id(module))
        if compiled is None and keeps_places():
            try:
                compiled = self._stored(module)
            except RecursionError:  # a host's stack may have no room for what is nested deeply
                return None
            if len(self._compiled) < KEPT:
                self._compiled[id(module)] = compiled
        return compiled

    def _stored(self, module: Module) -> Compiled:
        """The generated code of a module, from the store if it is there."""
        store = self.store
        if store is None or not store.holds(module):
            return self._compile(module)
        compiled = store.get(module, metered=self.metered)
        if compiled is None:
            compiled = self._compile(module)
            store.put(compiled)
        return compiled

    def _compile(self, module: Module) -> Compiled:
        again = partial(prepare, module, self.passes, open_functions=self.open_functions,
                        debug=self.debug)
        # What is stored has its entries: who loads it has no typed module.
        is_late = self.open_functions and not self.debug and self.store is None
        with Paused():
            return compile_module(module, again(), metered=self.metered,
                                  prepare_again=again if is_late else None)


class Compiled:
    """The generated code of a module, for any number of runs; without code if it is declined.

    `names`: the helpers that the code uses. `sites`: the calls that `inlining` replaced.
    `functions`: the module's, by the numbers by which the code asks for those that it declined.
    `debug`: what debug code was made of. `late`: what makes entries when a host asks for them.
    """

    __slots__ = ("code", "debug", "functions", "late", "metered", "module", "names", "sites")

    def __init__(
        self, module: Module, code: CodeType | None, names: set[str], sites: list[Site],
        functions: Sequence[Function], *, metered: bool,
    ) -> None:
        self.module = module
        self.code = code
        self.names = names
        self.sites = sites
        self.functions = functions
        self.metered = metered
        self.debug: tuple[ModuleIR, Marks] | None = None
        self.late: LateEntries | None = None


def compile_module(
    module: Module, ir: ModuleIR, *, metered: bool = False,
    prepare_again: Callable[[], ModuleIR] | None = None,
) -> Compiled:
    """The generated code for the typed IR of a module. With `prepare_again`, which gives that IR
    anew, entries are made when a host asks for them.
    """
    generated = generate(ir, metered=metered, entries=prepare_again is None)
    assert ir.body is not None
    code = None if ir.body.declined else compile(
        generated.tree, module.code_name, "exec", dont_inherit=True)
    if code is not None and generated.clones:
        from sentra.codegen.clones import named_as_originals

        code = named_as_originals(generated.clones, code)
    functions = [function.bytecode for function in ir.functions]
    sites = ir.inlining.sites if ir.inlining is not None else []
    made = Compiled(module, code, generated.names, sites, functions, metered=metered)
    if ir.debug:
        made.debug = ir, generated.marks
    if prepare_again is not None:
        from sentra.codegen.late import LateEntries

        made.late = LateEntries(module, prepare_again, ir, generated.trees, metered=metered)
    return made


def link(
    compiled: Compiled, namespace: dict[str, Any], context: Context, fallback: Any,
) -> Callable[[], None]:
    """Put a compiled module into `namespace`; its body."""
    module, code = compiled.module, compiled.code
    assert code is not None
    enter_namespace(module, namespace, compiled.sites)
    namespace["_late"] = compiled.late
    load_helpers(compiled.names, module, namespace, context, fallback, compiled.functions)
    if compiled.metered:
        load_meter(compiled.names, namespace, context)
    if compiled.debug is not None:
        load_debug(*compiled.debug, namespace, context)
    exec(code, namespace)  # noqa: S102  # compiled from nodes that we made, not from text
    body: Callable[[], None] = namespace[BODY]
    return body


def enter_namespace(module: Module, namespace: dict[str, Any], sites: list[Site]) -> None:
    """Make a namespace one of generated code: no Python builtins, and how to say where it is.

    `sites`: the calls that `inlining` replaced.
    """
    translator = Translator(module, sites)
    namespace["_source"] = show(module)
    namespace["__builtins__"] = {}
    namespace["_locate"] = translator.locate
    namespace["_translate"] = translator.translate


def load_helpers(
    names: set[str], module: Module, namespace: dict[str, Any], context: Context, fallback: Any,
    functions: Sequence[Function],
) -> None:
    """Put the helpers that generated code uses into its namespace."""
    for name in names:
        if name.startswith("_make_") and name != "_make_map":
            continue
        value = _helper(name, namespace, context, module)
        if value is not None:
            namespace[name] = value
    if "_interpreted" in names:
        def interpreted(number: int, *cells: CellType) -> FunctionType:
            made: FunctionType = fallback.function(
                functions[number], cells, module, namespace, context)
            return made

        namespace["_interpreted"] = interpreted


def _helper(name: str, namespace: dict[str, Any], context: Context, module: Module) -> Any:
    """What a name of generated code stands for; None for what no builtin defines."""
    if name in _FIXED:
        return _FIXED[name]
    if name in _BOUND:
        return _BOUND[name](context, namespace, module)
    if name.startswith("_builtin_"):
        return context.builtin(name.removeprefix("_builtin_"))
    found = context.builtin(
        name.removeprefix("_std_") if name.startswith("_std_") else from_python(name))
    return found.function if type(found) is Builtin else found


def close(template: FunctionType, defaults: int, *cells: CellType) -> FunctionType:
    """A function like the inner one of `template`, over these cells (the template's parameters)."""
    known = template.__dict__.get("inner")
    if known is None:
        outer = template.__code__
        code = next(c for c in outer.co_consts if hasattr(c, "co_freevars"))
        order = [outer.co_varnames.index(name) for name in code.co_freevars]
        known = template.__dict__["inner"] = (code, order, (MISSING,) * defaults or None)
    code, order, missing = known
    return FunctionType(code, template.__globals__, None, missing,
                        tuple([cells[place] for place in order]))


def _invoke(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def invoke(receiver: Any, name: str, *args: Any) -> Any:
        return calls.invoke(receiver, name, args, context)
    return invoke


def _method(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def method(receiver: Any, name: str) -> Any:
        """What ``receiver.name`` calls, where it is no entry of a map: fails when it is called."""
        def call(*args: Any) -> Any:
            return calls.invoke(receiver, name, args, context)
        return call
    return method


def _with_context(name: str) -> Callable[[Context, dict[str, Any], Module], Any]:
    """An operation of tasks: its first argument is the context."""
    def bind(context: Context, namespace: dict[str, Any], module: Module) -> Any:
        from sentra.runtime import channels
        operation = getattr(channels, name)

        def run(*args: Any) -> Any:
            return operation(context, *args)
        return run
    return bind


def _go(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def go(function: Any, *args: Any) -> Any:
        from sentra.runtime import tasks
        return tasks.go(context, function, args)
    return go


def _go_invoke(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def go_invoke(receiver: Any, *args: Any) -> Any:  # the method's name comes last
        from sentra.runtime import tasks
        return tasks.go_invoke(context, receiver, args[-1], args[:-1])
    return go_invoke


def _select(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def select(*args: Any) -> tuple[Any, int]:
        from sentra.runtime.channels import select as run
        return run(context, args[:-1], args[-1])
    return select


def _import(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def load(path: str) -> Any:
        from sentra.runtime.modules import import_module
        return import_module(context, module, path)
    return load


def _import_builtin(context: Context, namespace: dict[str, Any], module: Module) -> Any:
    def load(name: str) -> Any:
        from sentra.runtime.modules import import_builtin
        return import_builtin(context, name)
    return load


def _key(key: Any) -> Any:
    """A function as the key of a map: the general operation says what is wrong, or what else is."""
    raise TypeError


_FIXED: dict[str, Any] = {
    "_add": arithmetic.add_unlike, "_sub": arithmetic.sub, "_mul": arithmetic.mul,
    "_div": arithmetic.div, "_mod": arithmetic.mod, "_negate": arithmetic.negate,
    "_less": compare.less, "_less_equal": compare.less_equal, "_greater": compare.greater,
    "_greater_equal": compare.greater_equal, "_equal": compare.equal,
    "_not_equal": compare.not_equal, "_contains": compare.contains,
    "_has_element": compare.has_element, "_soon_contains": compare.soon_contains,
    "_soon_has_element": compare.soon_has_element,
    "_index": collections.index, "_slice": collections.slice_, "_get": collections.get_property,
    "_set_index": collections.set_index,
    "_set_property": collections.set_property, "_make_map": collections.make_map,
    "_text": text.to_text, "_join": text.join_text, "_joined": text.joined,
    "_texts": lambda numbers: [str(number) for number in numbers],
    "_repeated": text.repeated, "_key": _key, "_keys": KEYS,
    "_missing": MISSING, "_containers": compare.CONTAINERS, "_scalars": SCALARS,
    "_retry": soon.retry, "_left_by": throwing.left_by, "_is_flat": soon.is_flat,
    "_map": map, "_sum": sum, "_are_scalars": SCALARS.issuperset, "_are_keys": KEYS.issuperset,
    "_are_ints": frozenset([int]).issuperset, "_measured": frozenset([str, list, dict]),
    "_put_back": soon.put_back, "_take_back": soon.take_back, "_undone": object(),
    "_may_keep": soon.may_keep, "_small": soon.SMALL, "_is_short": soon.is_short,
    "_soon_split": soon.split, "_soon_replace": soon.replace, "_soon_join": soon.join,
    "_soon_text": soon.text,
    "_each": iteration.iterate, "_pairs": iteration.iterate_pairs, "_call": calls.call,
    "_caught": throwing.caught, "_drop": throwing.drop, "_settle": throwing.settle,
    "_thrown": throwing.thrown, "_rethrown": throwing.rethrown, "_passing": throwing.passing,
    "_caught_here": throwing.caught_here, "_type_names": TYPE_NAMES, "_Thrown": Thrown,
    "_Error": SentraError,
    "_cell": CellType, "_close": close, "_function": FunctionType, "_range": iteration.any_range,
    "_count_to": ranges.count_to, "_from": ranges.pairs_from,
    "_inf": math.inf, "_negative_inf": -math.inf, "_nan": math.nan,
    "_math_floor": math.floor, "_math_ceil": math.ceil, "_math_sqrt": math.sqrt,
    "_math_sin": math.sin, "_math_cos": math.cos, "_math_tan": math.tan, "_math_exp": math.exp,
    "_math_log": math.log,
    "len": len, "dict": dict, "bool": bool, "list": list, "range": range, "str": str, "int": int,
    "float": float,
    "max": max, "min": min, "abs": abs, "ord": ord, "chr": chr, "type": type,
    "any": any, "all": all, "next": next,
    "_total": many.total, "_least": many.least, "_greatest": many.greatest,
    "_sort_alike": many.sort_alike, "_sorted_alike": many.sorted_alike,
    "enumerate": enumerate, "Exception": Exception,
    "TypeError": TypeError, "LookupError": LookupError, "ValueError": ValueError,
    "AttributeError": AttributeError, "OverflowError": OverflowError,
    "MemoryError": MemoryError,
}

def _array_helper(name: str) -> Callable[[Context, dict[str, Any], Module], Any]:
    """What builtins that call a function for every element do with the results."""
    def load(context: Context, namespace: dict[str, Any], module: Module) -> Any:
        from sentra.runtime.builtins import functional, sorting

        return getattr(functional, name, None) or getattr(sorting, name)

    return load


_BOUND: dict[str, Callable[[Context, dict[str, Any], Module], Any]] = {
    "_invoke": _invoke, "_method": _method,
    "_sort_by_keys": _array_helper("sort_by_keys"), "_grouped": _array_helper("grouped"),
    "_parted": _array_helper("parted"), "_flattened": _array_helper("flattened"),
    "_sort_by_numbers": _array_helper("sort_by_numbers"),
    "_sorted_by_numbers": _array_helper("sorted_by_numbers"),
    "_first_to_reduce": _array_helper("first_to_reduce"),
    "_variables": lambda context, namespace, module: namespace,
    "_entering": lambda context, namespace, module: context.entering,
    "_turn": lambda context, namespace, module: context.turn,
    "_entrance": lambda context, namespace, module: context.entrance,
    "_go": _go, "_go_invoke": _go_invoke,
    "_send": _with_context("send"), "_receive": _with_context("receive"),
    "_select_channel": _select, "_import_module": _import, "_import_builtin": _import_builtin,
}
