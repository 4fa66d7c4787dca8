"""Entries (see `entries`) that are made late: when a host asks for a function.

Most programs are run, and a few of their functions called; the entries of all others would cost
more than the rest of the compiler. So the typed module is kept for a while after it was compiled.
"""

from __future__ import annotations

import ast
from collections import deque
from functools import partial
from threading import Lock

from sentra.codegen.entries import entry
from sentra.codegen.functions import FunctionEmitter, Shared
from sentra.codegen.generate import arrange, top_level
from sentra.codegen.link import load_helpers
from sentra.codegen.metering import load_meter
from sentra.codegen.nodes import Nodes
from sentra.runtime.collector import Paused
from sentra.runtime.names import host_number, is_host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.codegen.control import Tree
    from sentra.ir.model import FunctionIR, ModuleIR
    from sentra.runtime.context import Context

KEPT = 4  # modules whose form in the compiler is kept, in the whole process


class LateEntries:
    """The entries of one module, for any number of runs. `prepare` gives its typed form anew."""

    def __init__(
        self, module: Module, prepare: Callable[[], ModuleIR], ir: ModuleIR,
        trees: dict[int, list[Tree]], *, metered: bool,
    ) -> None:
        self.module = module
        self.metered = metered
        self._prepare = prepare
        self._arranged: tuple[ModuleIR, dict[int, list[Tree]]] | None = ir, trees
        self._made: dict[str, tuple[CodeType, set[str]] | None] = {}
        self._inner: set[str] = set()  # names of what entries call
        self._lock = Lock()
        _keep(self)

    def put(self, name: str, namespace: dict[str, Any], context: Context) -> None:
        """Put the entry of the function whose code has this name into the namespace of a run, if it
        can have one.
        """
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name)
            made = self._made[name]
        if made is None:
            return
        code, names = made
        load_helpers(names, self.module, namespace, context, None, ())
        if self.metered:
            load_meter(names, namespace, context)
        exec(code, namespace)  # noqa: S102  # compiled from nodes that we made, not from text

    def _make(self, name: str) -> tuple[CodeType, set[str]] | None:
        try:
            with Paused():
                return self._compiled(name)
        except RecursionError:  # a host's stack may have no room for it
            self.forget()
            return None
        except BaseException:  # it may have come where the module was being changed
            self.forget()
            raise

    def _compiled(self, name: str) -> tuple[CodeType, set[str]] | None:
        if self._arranged is None:
            ir = self._prepare()
            self._arranged = ir, arrange(ir, inlining=not self.metered)
            _keep(self)
        ir, trees = self._arranged
        function = _function(ir, name)
        if function is None:
            return None
        names: set[str] = set()
        owner = Shared(Nodes(ir.bytecode.source, names), names, trees, metered=self.metered)
        definitions = entry(name, function, partial(FunctionEmitter, owner), self._inner)
        if not definitions:
            return None
        self._inner.update([each.name for each in definitions])
        tree = ast.Module(list(definitions), [])
        return compile(tree, self.module.code_name, "exec", dont_inherit=True), names

    def forget(self) -> None:
        """Drop the form of the module in the compiler."""
        self._arranged = None


def _function(ir: ModuleIR, name: str) -> FunctionIR | None:
    if is_host_name(name):
        return ir.functions[host_number(name)]
    return top_level(ir).get(name)


_recent: deque[LateEntries] = deque()


def _keep(entries: LateEntries) -> None:
    """Keep the form of a module, and no more than some others."""
    _recent.append(entries)
    if len(_recent) > KEPT:
        _recent.popleft().forget()
